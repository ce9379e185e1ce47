"""The field of a code from the kit: groups judged as they are typed, or the code read from a file."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from crm_desktop.security.codes import SetUpCode
from crm_desktop.ui.clipboard import SecretClipboard
from crm_desktop.ui.widgets.code_field import CodeField, set_up_code_field
from crm_desktop.ui.widgets.kit_step import CodeCard

CODE = SetUpCode(bytes(range(16)), bytes(range(16, 32))).text()


@pytest.fixture
def field(qtbot: QtBot) -> CodeField:
    made = set_up_code_field("from the kit")
    qtbot.addWidget(made)
    return made


def _below(field: CodeField) -> str:
    return field.line.accessibleDescription()


def test_what_is_right_so_far_is_said_below(field: CodeField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field.line, CODE[:13])
    assert field._below.text() == "2 of 13 groups are right so far."
    assert not field.insist()
    assert "2 are there" in _below(field)
    field.line.setText(CODE)
    assert field.complete
    assert field.insist()
    assert field._below.text() == "All 13 groups are right."
    field.line.clear()
    assert field._below.text() == "from the kit"


def test_a_wrong_group_is_named_at_once_and_taken_back_when_corrected(field: CodeField) -> None:
    field.line.setText(CODE[:6] + "QQQQQ")
    assert field.line.property("refused")
    assert _below(field) == "Group 2 is not right. Compare it with the sheet."
    assert not field.insist()
    field.line.setText(CODE[:8])
    assert not field.line.property("refused")


def test_the_code_is_read_from_a_file(
    field: CodeField, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = tmp_path / "code.txt"
    sent.write_text(f"setup-code={CODE}\n", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(sent), ""))
    field.file_button.click()
    assert field.code == CODE
    field.line.clear()
    sent.write_text("nothing", encoding="utf-8")
    field.file_button.click()
    assert _below(field) == "There is no set-up code in code.txt."
    sent.unlink()
    field.file_button.click()
    assert _below(field) == "code.txt cannot be read."
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    field.file_button.click()
    assert field.code == ""


def test_a_code_on_screen_is_copied_as_a_secret(qtbot: QtBot, qapp: object) -> None:
    shown = CodeCard("Set-up code", CODE, "For another computer.")
    qtbot.addWidget(shown)
    shown.copy_button.click()
    holder = SecretClipboard.of(qapp)  # type: ignore[arg-type]  # pytest-qt's application
    assert holder.holds_secret
    assert "20 s" in shown._copied.text()
    holder.forget()
