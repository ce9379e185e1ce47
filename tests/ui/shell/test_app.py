"""The composition root: the program put together, its version, its report of a bug."""

import gc
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop import app
from crm_desktop.app import Program, bug_reporter, main, program_version
from crm_desktop.ui.shell.bug_report import BugReport
from crm_desktop.ui.shell.welcome import WelcomePage
from tests.environments import Office
from tests.ui.desk import answering


def test_the_version_is_printed_without_a_window(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert program_version() in capsys.readouterr().out


def test_the_program_starts_on_the_welcome_and_ends(qtbot: QtBot, qapp: QApplication, office: Office) -> None:
    program = Program(qapp, office.environment, theme="light")
    window = program.window
    assert window is not None
    qtbot.addWidget(window)
    window.show()
    window.start(None)
    assert isinstance(window.front, WelcomePage)
    program.close()
    assert not window.isVisible()


class BeforePaint(QObject):
    """Asks a question at the moment a widget is about to be painted for the first time."""

    def __init__(self, widget: QWidget, question: Callable[[], object]) -> None:
        super().__init__(widget)
        self._question = question
        self.answers: list[object] = []
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.answers.append(self._question())
        return False


def test_the_first_picture_waits_neither_for_a_bus_nor_for_tidying(
    qtbot: QtBot, qapp: QApplication, office: Office
) -> None:
    program = Program(qapp, office.environment, theme="light")
    window = program.window
    assert window is not None
    qtbot.addWidget(window)
    before = BeforePaint(window, lambda: (program.session_watch, program.tasks.busy))
    window.show()
    window.start(None)
    qtbot.waitUntil(lambda: program.session_watch is not None)
    assert before.answers[0] == (None, False)
    program.close()


def test_cycles_are_collected_in_the_windows_thread_until_the_program_ends(
    qtbot: QtBot, qapp: QApplication, office: Office
) -> None:
    gc.enable()
    try:
        program = Program(qapp, office.environment, theme="light")
        assert program.window is not None
        qtbot.addWidget(program.window)
        assert not gc.isenabled()
        program.close()
        assert gc.isenabled()
    finally:
        gc.disable()


def test_a_bug_shows_one_report(qtbot: QtBot, qapp: QApplication, office: Office) -> None:
    program = Program(qapp, office.environment, theme="light")
    assert program.window is not None
    qtbot.addWidget(program.window)
    seen: list[str] = []

    def read(dialog: QDialog) -> None:
        assert isinstance(dialog, BugReport)
        program.report_bug(ValueError("a second one while the first is on screen"))
        seen.append(dialog.text)
        dialog.accept()

    answering(read)
    program.excepthook(ZeroDivisionError, ZeroDivisionError("secret"), None)
    assert len(seen) == 1
    assert "ZeroDivisionError" in seen[0]
    assert "secret" not in seen[0]
    program.close()


def test_a_report_needs_no_window(qtbot: QtBot) -> None:
    answering(lambda dialog: dialog.accept())
    report = bug_reporter(lambda: None)
    report(RuntimeError())
    assert callable(report)


def test_heavy_libraries_are_not_loaded_by_the_program_itself() -> None:
    import subprocess

    names = ["phonenumbers", "keyring", "argon2", "qtawesome", "segno", "fpdf"]
    code = f"import crm_desktop.app, sys; print([m for m in {names} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert app.main is main
