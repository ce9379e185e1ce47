"""Keys in the window: the keyring named, a new kit, and somebody who leaves, on real files."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from crm_desktop.domain.errors import SignInError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations.keys_overview import keys_overview
from crm_desktop.operations.recovering import plan_recovery
from crm_desktop.ui.clipboard import forget_copies
from crm_desktop.ui.pages.administration.keys import KeysSection
from crm_desktop.ui.pages.administration.keys_dialogs import ChangeKeysDialog, NewKitDialog
from crm_desktop.ui.pages.administration.kit_assistant import KitAssistant, Stage
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.tasks import Tasks
from tests.environments import PASSWORD, MemoryKeyring, Office, add_member
from tests.ui.desk import Desk, answering


def section(desk: Desk) -> KeysSection:
    page = desk.page("administration")
    assert isinstance(page, AdministrationPage)
    found = page.show_section("keys")
    desk.settle()
    assert isinstance(found, KeysSection)
    return found


def _dialog(kind: type[KitAssistant], use: Callable[[KitAssistant], None]) -> list[BaseException]:
    """Have ``use`` work in the next dialog; what it raises is kept, as Qt would swallow it."""
    raised: list[BaseException] = []

    def answer(dialog: QDialog) -> None:
        try:
            assert isinstance(dialog, kind)
            use(dialog)
        except BaseException as error:  # noqa: BLE001 - raised again by the test
            raised.append(error)
        finally:
            if dialog.isVisible():
                dialog.reject()

    answering(answer)
    return raised


def _type_groups_back(dialog: KitAssistant) -> None:
    assert dialog.kit is not None
    for line, code in zip(
        dialog.check.lines, (dialog.kit.recovery_code, dialog.kit.set_up_code), strict=True
    ):
        asked = next(label.text() for label in dialog.check.findChildren(QLabel) if label.buddy() is line)
        line.setText(code.split("-")[int(asked.split("group ")[1].split(" ")[0]) - 1])


def _step(desk: Desk, dialog: KitAssistant) -> Stage:
    dialog.accept_button.click()
    assert desk.tasks.wait_idle()
    return dialog.stage


def test_what_there_is_is_told(desk: Desk) -> None:
    page = section(desk)
    assert page.keyring.text() == MemoryKeyring().name
    assert page.keyring_pill.text() == "Keeps the key"
    assert page.keep_button.isHidden()
    assert page.kit.text().startswith("Kit 1 · ")
    assert "Everybody" in page.moved.text()
    assert page.moved_pill.text() == ""


def test_a_lost_value_is_said_and_kept_again(desk: Desk) -> None:
    page = section(desk)
    desk.office.environment.secrets.forget(desk.session.ring.file_id)
    page.ask_button.click()
    desk.settle()
    assert page.keyring_pill.text() == "Does not keep it"
    assert "asked for at each start" in page.keyring_words.text()
    page.keep_button.click()
    desk.settle()
    assert page.keyring_pill.text() == "Keeps the key"
    assert page.keep_button.isHidden()


def test_a_new_kit_counts_after_its_groups_were_typed_back(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = section(desk)
    sheet = tmp_path / "kit.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(sheet), ""))
    codes: list[str] = []

    def use(dialog: KitAssistant) -> None:
        assert _step(desk, dialog) is Stage.BEGIN
        assert dialog.password.property("refused")
        dialog.password.setText("not this one")
        assert _step(desk, dialog) is Stage.BEGIN
        assert "not your password" in dialog.password.accessibleDescription()
        desk.office.clock.advance(1)  # a wrong one makes the next try wait
        dialog.password.setText(PASSWORD)
        assert _step(desk, dialog) is Stage.KIT
        dialog.kit_step.save_button.click()
        assert desk.tasks.wait_idle()
        assert sheet.read_bytes().startswith(b"%PDF")
        assert _step(desk, dialog) is Stage.CHECK
        dialog.check.lines[0].setText("XXXXX")
        assert _step(desk, dialog) is Stage.CHECK
        assert keys_overview(desk.session).kit_number == 1
        _type_groups_back(dialog)
        assert dialog.kit is not None
        codes.append(dialog.kit.recovery_code)
        _step(desk, dialog)

    raised = _dialog(NewKitDialog, use)
    page.kit_button.click()
    assert raised == []
    desk.settle()
    assert page.kit.text().startswith("Kit 2 · ")
    desk.window.program_lock()
    desk.settle()
    office = desk.office
    planned = plan_recovery(office.environment, office.path, recovery_code=codes[0])
    assert planned.kit.number == 3


def test_closing_the_dialog_changes_nothing(desk: Desk) -> None:
    page = section(desk)

    def use(dialog: KitAssistant) -> None:
        dialog.password.setText(PASSWORD)
        assert _step(desk, dialog) is Stage.KIT
        dialog.reject_button.click()

    raised = _dialog(NewKitDialog, use)
    page.kit_button.click()
    assert raised == []
    assert keys_overview(desk.session).kit_number == 1


def test_locking_takes_the_shown_kit_away(desk: Desk) -> None:
    page = section(desk)

    def use(dialog: KitAssistant) -> None:
        dialog.password.setText(PASSWORD)
        assert _step(desk, dialog) is Stage.KIT
        desk.window.program_lock()
        assert not dialog.isVisible()

    raised = _dialog(NewKitDialog, use)
    page.kit_button.click()
    assert raised == []
    assert desk.locked
    desk.settle()


def test_somebody_who_left_gets_in_no_more(desk: Desk, office: Office) -> None:
    eva = add_member(desk.session, "eva", Role.VIEWER)
    add_member(desk.session, "ben", Role.VIEWER)
    assert eva
    page = section(desk)
    codes: list[str] = []

    def use(dialog: KitAssistant) -> None:
        assert isinstance(dialog, ChangeKeysDialog)
        dialog.password.setText(PASSWORD)
        assert _step(desk, dialog) is Stage.BEGIN
        assert dialog.who.property("refused")
        assert sorted(dialog.who.itemText(place) for place in range(dialog.who.count())) == [
            "Ben (ben)", "Eva (eva)",
        ]  # fmt: skip
        dialog.who.setCurrentText("Eva (eva)")
        assert _step(desk, dialog) is Stage.KIT
        assert _step(desk, dialog) is Stage.CHECK
        _type_groups_back(dialog)
        assert dialog.kit is not None
        codes.append(dialog.kit.set_up_code)
        _step(desk, dialog)

    raised = _dialog(ChangeKeysDialog, use)
    page.left_button.click()
    desk.qtbot.waitUntil(lambda: codes != [] or raised != [], timeout=20_000)
    assert raised == []
    desk.qtbot.waitUntil(lambda: not desk.locked and desk.workspace.page is not None, timeout=30_000)
    desk.settle()
    said = desk.workspace.notices.bar.label.text()
    assert "kit 2 counts now" in said
    assert "ben" in said
    assert "eva" not in said
    page = section(desk)
    assert page.kit.text().startswith("Kit 2 · ")
    assert page.moved_pill.text() == "1 to go"
    assert "ben" in page.moved.text()
    desk.window.program_lock()
    desk.settle()
    with pytest.raises(SignInError):
        office.open("eva")
    office.open("ben").close()
    with pytest.raises(SignInError) as caught:
        office.open("ben", set_up_code=office.set_up_code)
    assert caught.value.code == "set_up_code_replaced"


def test_alone_nobody_can_have_left(desk: Desk) -> None:
    page = section(desk)
    page.left_button.click()
    desk.settle()
    assert "Nobody else" in desk.workspace.notices.bar.label.text()


def test_whose_keys_the_leaver_made_gets_a_temporary_password(
    qtbot: QtBot, office: Office, tasks: Tasks
) -> None:
    session = office.open()
    add_member(session, "ben", Role.ADMINISTRATOR)
    session.close()
    session = office.open("ben")
    add_member(session, "eva", Role.VIEWER)
    session.close()
    desk = Desk(qtbot, office, tasks, office.open())
    page = section(desk)
    handed: list[str] = []

    def use(dialog: KitAssistant) -> None:
        assert isinstance(dialog, ChangeKeysDialog)
        dialog.who.setCurrentText("Ben (ben)")
        dialog.password.setText(PASSWORD)
        assert _step(desk, dialog) is Stage.KIT
        assert _step(desk, dialog) is Stage.CHECK
        _type_groups_back(dialog)
        assert _step(desk, dialog) is Stage.HAND_OUT
        assert dialog.accept_button.text() == "End the account and change all keys"
        shown = next(
            label for label in dialog.hand_out.findChildren(QLabel)
            if label.accessibleName() == "Temporary password of eva"
        )  # fmt: skip
        handed.append(shown.text())
        dialog.hand_out.findChildren(QPushButton)[-1].click()
        assert QGuiApplication.clipboard().text() == shown.text()
        forget_copies()
        _step(desk, dialog)

    raised = _dialog(ChangeKeysDialog, use)
    page.left_button.click()
    qtbot.waitUntil(lambda: handed != [] or raised != [], timeout=20_000)
    assert raised == []
    qtbot.waitUntil(lambda: not desk.locked and desk.workspace.page is not None, timeout=30_000)
    desk.settle()
    desk.window.close()
    desk.settle()
    for login in ("ben", "eva"):
        with pytest.raises(SignInError):
            office.open(login)
        office.clock.advance(60)
    session = office.open("eva", handed[0])
    assert session.must_change_password
    session.close()
