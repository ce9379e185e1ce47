"""Getting in with the emergency kit, slips named, the next kit first, then the password."""

from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from crm_desktop.domain.permissions import Role
from crm_desktop.operations.environment import Environment
from crm_desktop.ui.shell.main_window import MainWindow
from crm_desktop.ui.shell.preferences import Preferences
from crm_desktop.ui.shell.recovery import RecoveryPage, Step
from crm_desktop.ui.shell.sign_in import SignInPage
from crm_desktop.ui.shell.workspace import Workspace
from crm_desktop.ui.tasks import Tasks
from tests.environments import PASSWORD, Office, add_member, new_environment

NEW = "a password from the kit"


def _window(qtbot: QtBot, environment: Environment, office: Office, tasks: Tasks) -> MainWindow:
    window = MainWindow(
        environment, tasks, Preferences(environment.data_folder), version=lambda: "1", idle_s=3600
    )
    qtbot.addWidget(window)
    window.show()
    window.open_file(office.path)
    assert tasks.wait_idle()
    return window


def _recovery(window: MainWindow, tasks: Tasks) -> RecoveryPage:
    sign_in = window.front
    assert isinstance(sign_in, SignInPage)
    sign_in.recover_button.click()
    assert tasks.wait_idle()
    page = window.front
    assert isinstance(page, RecoveryPage)
    return page


def _next(page: RecoveryPage, tasks: Tasks) -> Step:
    page.next_button.click()
    assert tasks.wait_idle()
    return page.step


def _type_groups_back(page: RecoveryPage) -> None:
    assert page._plan is not None
    kit = page._plan.kit
    for line, code in zip(page.check.lines, (kit.recovery_code, kit.set_up_code), strict=True):
        asked = next(label.text() for label in page.check.findChildren(QLabel) if label.buddy() is line)
        line.setText(code.split("-")[int(asked.split("group ")[1].split(" ")[0]) - 1])


def _password(page: RecoveryPage, password: str) -> None:
    for field in (page.who.form.new, page.who.form.again):
        field.setText(password)


@pytest.fixture
def window(qtbot: QtBot, office: Office, tasks: Tasks) -> MainWindow:
    return _window(qtbot, office.environment, office, tasks)


def test_the_kit_lets_an_administrator_in_and_is_replaced(
    window: MainWindow, tasks: Tasks, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _recovery(window, tasks)
    assert not page.codes.asks_set_up
    page.codes.recovery.line.setText(office.recovery_code)
    assert _next(page, tasks) is Step.WHO
    assert page.who.login.text() == "ana"
    assert _next(page, tasks) is Step.WHO
    assert page.who.form.new.property("refused")
    _password(page, NEW)
    assert _next(page, tasks) is Step.KIT
    sheet = tmp_path / "kit.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(sheet), ""))
    page.kit.papers.setCurrentIndex(page.kit.papers.findData("Letter"))
    page.kit.save_button.click()
    assert tasks.wait_idle()
    assert b"/MediaBox [0 0 612.00 792.00]" in sheet.read_bytes()
    assert "delete the file" in page.kit.saved_bar.label.text()
    assert _next(page, tasks) is Step.CHECK
    page.check.lines[0].setText("XXXXX")
    assert _next(page, tasks) is Step.CHECK
    assert page.check.lines[0].property("refused")
    # Nothing is written before both groups are right.
    office.open().close()
    _type_groups_back(page)
    next_code = page._plan.kit.recovery_code if page._plan else ""
    page.next_button.click()
    assert tasks.wait_idle()
    assert isinstance(window.front, Workspace)
    window.close()
    assert tasks.wait_idle()
    office.open("ana", NEW).close()
    again = _window_on_recovery(window, tasks, office)
    again.codes.recovery.line.setText(office.recovery_code)
    assert _next(again, tasks) is Step.CODES
    assert "kit 2" in again.message.label.text()
    again.codes.recovery.line.setText(next_code)
    assert _next(again, tasks) is Step.WHO


def _window_on_recovery(window: MainWindow, tasks: Tasks, office: Office) -> RecoveryPage:
    window.show()
    window.open_file(office.path)
    assert tasks.wait_idle()
    return _recovery(window, tasks)


def test_a_slip_is_named_by_its_group_before_anything_is_asked(
    window: MainWindow, tasks: Tasks, office: Office
) -> None:
    page = _recovery(window, tasks)
    groups = office.recovery_code.split("-")
    # The last sign checks the others: another one there is always wrong, turned round is not.
    groups[2] = groups[2][:-1] + ("Z" if groups[2].endswith("Q") else "Q")
    page.codes.recovery.line.setText("-".join(groups))
    assert "Group 3" in page.codes.recovery.line.accessibleDescription()
    page.next_button.click()
    assert not tasks.busy
    page.codes.recovery.line.setText(office.recovery_code[:-1])
    page.next_button.click()
    assert page.codes.recovery.line.property("refused")
    page.cancel_button.click()
    assert tasks.wait_idle()
    assert isinstance(window.front, SignInPage)


def test_locking_takes_the_shown_kit_away(window: MainWindow, tasks: Tasks, office: Office) -> None:
    page = _recovery(window, tasks)
    page.codes.recovery.line.setText(office.recovery_code)
    assert _next(page, tasks) is Step.WHO
    _password(page, NEW)
    assert _next(page, tasks) is Step.KIT
    window.program_lock()
    assert tasks.wait_idle()
    assert isinstance(window.front, SignInPage)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not shiboken6.isValid(page)


def test_a_new_computer_needs_the_set_up_code_of_the_same_sheet(
    qtbot: QtBot, tasks: Tasks, office: Office, tmp_path: Path
) -> None:
    elsewhere = new_environment(tmp_path / "elsewhere", clock=office.clock)
    window = _window(qtbot, elsewhere, office, tasks)
    page = _recovery(window, tasks)
    assert page.codes.asks_set_up
    page.codes.recovery.line.setText(office.recovery_code)
    page.next_button.click()
    assert page.codes.set_up.line.property("refused")
    page.codes.set_up.line.setText(office.set_up_code)
    assert _next(page, tasks) is Step.WHO
    _password(page, NEW)
    assert _next(page, tasks) is Step.KIT
    assert _next(page, tasks) is Step.CHECK
    _type_groups_back(page)
    page.next_button.click()
    assert tasks.wait_idle()
    assert isinstance(window.front, Workspace)
    window.close()
    assert tasks.wait_idle()
    # The keyring of this computer keeps the code from now on.
    again = _window_on_recovery(window, tasks, office)
    assert not again.codes.asks_set_up


def test_which_administrator_is_chosen_and_a_login_of_somebody_else_refused(
    window: MainWindow, tasks: Tasks, office: Office
) -> None:
    session = office.open()
    add_member(session, "ben", Role.ADMINISTRATOR)
    add_member(session, "vic", Role.VIEWER)
    session.close()
    page = _recovery(window, tasks)
    page.codes.recovery.line.setText(office.recovery_code)
    assert _next(page, tasks) is Step.WHO
    assert sorted(page.who.who.itemText(place) for place in range(page.who.who.count())) == ["ana", "ben"]
    page.who.who.setCurrentText("ben")
    assert page.who.login.text() == "ben"
    page.who.login.setText("vic")
    _password(page, NEW)
    assert _next(page, tasks) is Step.KIT
    assert _next(page, tasks) is Step.CHECK
    _type_groups_back(page)
    assert _next(page, tasks) is Step.WHO
    assert page.who.login.property("refused")
    page.who.login.setText("ben")
    for step in (Step.KIT, Step.CHECK):
        assert _next(page, tasks) is step
    _type_groups_back(page)
    page.next_button.click()
    assert tasks.wait_idle()
    workspace = window.front
    assert isinstance(workspace, Workspace)
    assert workspace.session.member.login == "ben"
    window.close()
    assert tasks.wait_idle()
    office.open("ana", PASSWORD).close()
