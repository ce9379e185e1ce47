"""The report of a bug: where it happened, and nothing anybody typed."""

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from crm_desktop.ui.shell.bug_report import BugReport, report_text


def _failing() -> BaseException:
    try:
        try:
            int("Jürgen Müller, DE89 3704 0044")
        except ValueError as error:
            raise KeyError("hunter2 secret") from error
    except KeyError as error:
        return error
    raise AssertionError


def test_the_report_names_places_and_no_values() -> None:
    text = report_text(_failing(), version="1.2")
    assert "CT-CRM Desktop 1.2" in text
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert "_failing" in text
    for secret in ("Müller", "DE89", "hunter2", "/home", "/work"):
        assert secret not in text


def test_the_report_can_be_copied(qtbot: QtBot) -> None:
    dialog = BugReport(_failing(), version="1")
    qtbot.addWidget(dialog)
    dialog.copy()
    assert QGuiApplication.clipboard().text() == dialog.text
    QGuiApplication.clipboard().clear()
