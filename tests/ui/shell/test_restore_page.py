"""Restoring where nobody can sign in: through the real window, on files that are damaged or gone."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.operations import backups
from crm_desktop.operations.backups import key_file_beside
from crm_desktop.ui.shell.main_window import MainWindow
from crm_desktop.ui.shell.preferences import Preferences
from crm_desktop.ui.shell.restore_by_kit import RestoreByKitPage
from crm_desktop.ui.shell.restore_page import RestorePage, Step
from crm_desktop.ui.shell.sign_in import SignInPage
from crm_desktop.ui.shell.welcome import WelcomePage
from crm_desktop.ui.tasks import Tasks
from tests.environments import PASSWORD, Office, new_environment
from tests.operations.samples import table_rows
from tests.ui.desk import add_people, answering


def backed_up(office: Office) -> Path:
    """Add three customers and return a backup of them."""
    session = office.open()
    add_people(session)
    path = backups.back_up(session).backup.path
    session.close()
    return path


class Seat:
    """A window nobody is signed in to."""

    def __init__(self, qtbot: QtBot, office: Office, tasks: Tasks) -> None:
        self.tasks = tasks
        environment = office.environment
        self.window = MainWindow(
            environment, tasks, Preferences(environment.data_folder), version=lambda: "1", idle_s=3600
        )
        qtbot.addWidget(self.window)
        self.window.resize(1280, 800)
        self.window.show()

    def settle(self) -> None:
        for _ in range(3):
            assert self.tasks.wait_idle()
            QApplication.processEvents()

    def restore_page(self) -> RestorePage:
        page = self.window.front
        assert isinstance(page, RestorePage)
        self.settle()
        return page

    def close(self) -> None:
        self.window.close()
        self.settle()


@pytest.fixture
def seat(qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]) -> Seat:
    del bugs
    return Seat(qtbot, office, tasks)


def words(page: RestorePage) -> str:
    return "\n".join(found.text() for found in page.findChildren(QLabel) if found.isVisible())


def through(seat: Seat, page: RestorePage, *, password: str = PASSWORD) -> None:
    """Look inside and restore."""
    page.form.password.setText(password)
    page.next_button.click()
    seat.settle()
    assert page.step is Step.LOOK, page.message.label.text()
    page.next_button.click()
    seat.settle()


def test_a_damaged_file_leads_to_its_newest_backup(seat: Seat, office: Office) -> None:
    backup = backed_up(office)
    raw = bytearray(office.path.read_bytes())
    raw[16:4096] = bytes(4080)
    office.path.write_bytes(raw)
    damaged = office.path.read_bytes()
    seat.window.open_file(office.path)
    seat.settle()
    sign_in = seat.window.front
    assert isinstance(sign_in, SignInPage)
    sign_in.password.setText(PASSWORD)
    sign_in.submit_button.click()
    seat.settle()
    assert "is damaged" in sign_in.message.label.text()
    sign_in.message.button.click()
    page = seat.restore_page()
    assert page.form.backup.text() == str(backup)
    assert page.form.target.text() == str(office.path)
    assert "newest verified backup" in words(page)
    assert page.form.login.currentText() == "ana"
    page.form.password.setText(PASSWORD)
    page.next_button.click()
    seat.settle()
    shown = words(page)
    assert "3 customers" in shown
    assert "Acme Ltd" in shown
    assert office.path.read_bytes() == damaged
    assert page.next_button.property("role") == "danger"
    page.next_button.click()
    seat.settle()
    workspace = seat.window.workspace
    assert workspace is not None
    assert len(table_rows(workspace.session, "contact")) == 3
    (aside,) = office.path.parent.glob("acme before-restore *")
    assert (aside / "acme.crm").read_bytes() == damaged
    assert aside.name in workspace.notices.bar.label.text()
    assert "no backups are made by themselves" in workspace.notices.bar.label.text()
    seat.close()


def test_a_file_that_is_gone_leads_there_from_the_welcome(seat: Seat, office: Office) -> None:
    backup = backed_up(office)
    for path in office.path.parent.glob("acme.crm*"):
        path.unlink()
    seat.window.open_file(office.path)
    seat.settle()
    welcome = seat.window.front
    assert isinstance(welcome, WelcomePage)
    assert str(office.path) in welcome.message.label.text()
    welcome.message.button.click()
    page = seat.restore_page()
    assert page.form.backup.text() == str(backup)
    through(seat, page)
    assert seat.window.workspace is not None
    assert office.path.exists()
    seat.close()


def test_on_another_computer_with_the_stick_and_the_set_up_code(
    qtbot: QtBot, office: Office, tasks: Tasks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backed_up(office)
    stick, home = tmp_path / "stick", tmp_path / "home"
    stick.mkdir()
    home.mkdir()
    for each in (made, key_file_beside(made)):
        shutil.copy2(each, stick)
    elsewhere = Office(
        home / "acme.crm", new_environment(tmp_path / "elsewhere", clock=office.clock), office.clock,
        office.set_up_code, office.recovery_code,
    )  # fmt: skip
    seat = Seat(qtbot, elsewhere, tasks)
    seat.window.show_welcome()
    welcome = seat.window.front
    assert isinstance(welcome, WelcomePage)
    welcome.restore_button.click()
    page = seat.restore_page()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(stick / made.name), ""))
    page.form.choose_backup()
    assert page.form.target.text().endswith("acme.crm")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(home / "acme"), ""))
    page.form.choose_target()
    seat.settle()
    assert page.form.target.text() == str(home / "acme.crm")
    assert page.form.asks_for_code
    page.form.login.setEditText("ana")
    page.form.password.setText(PASSWORD)
    page.next_button.click()
    assert page.step is Step.ASK
    page.form.code_field.line.setText(office.set_up_code)
    through(seat, page)
    workspace = seat.window.workspace
    assert workspace is not None
    assert workspace.session.path == home / "acme.crm"
    assert elsewhere.environment.secrets.fetch(workspace.session.ring.file_id, stored_in=None) is not None
    seat.close()


def test_a_wrong_password_is_said_at_its_field(seat: Seat, office: Office) -> None:
    backed_up(office)
    seat.window.show_restore(office.path)
    page = seat.restore_page()
    page.next_button.click()
    assert page.form.password.accessibleDescription() == "Type your password."
    page.form.password.setText("not this one")
    page.next_button.click()
    seat.settle()
    assert page.step is Step.ASK
    assert "Wrong password" in page.form.password.accessibleDescription()
    office.clock.advance(60)
    through(seat, page)
    assert seat.window.workspace is not None
    seat.close()


def test_a_damaged_backup_is_said_and_nothing_is_touched(seat: Seat, office: Office) -> None:
    backup = backed_up(office)
    raw = bytearray(backup.read_bytes())
    raw[len(raw) // 2] ^= 1
    backup.write_bytes(raw)
    before = office.path.read_bytes()
    seat.window.show_restore(office.path)
    page = seat.restore_page()
    page.form.password.setText(PASSWORD)
    page.next_button.click()
    seat.settle()
    assert "is damaged and was not restored" in page.message.label.text()
    assert office.path.read_bytes() == before
    page.cancel_button.click()
    assert isinstance(seat.window.front, WelcomePage)


def test_a_backup_that_is_not_there_is_said(seat: Seat, office: Office, tmp_path: Path) -> None:
    seat.window.show_restore(office.path)
    page = seat.restore_page()
    assert page.form.backup.text() == ""
    page.next_button.click()
    assert page.form.backup.accessibleDescription() == "Choose the backup."
    page.form.backup.setText(str(tmp_path / "unplugged" / "acme.crm-backup"))
    page.form.places_changed.emit()
    seat.settle()
    assert "Plug in" in page.message.label.text()


def test_going_back_and_cancelling_forget_the_password(seat: Seat, office: Office) -> None:
    backed_up(office)
    seat.window.show_restore(office.path)
    page = seat.restore_page()
    page.form.password.setText(PASSWORD)
    page.next_button.click()
    seat.settle()
    page.back_button.click()
    assert page.step is Step.ASK
    page.cancel_button.click()
    assert page.form.password.text() == ""


def test_signing_in_that_fails_after_it_says_both(
    seat: Seat, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed_up(office)
    seat.window.show_restore(office.path)
    page = seat.restore_page()
    page.form.password.setText(PASSWORD)
    page.next_button.click()
    seat.settle()

    def refuse(*_: object, **__: object) -> None:
        raise OrganizationFileError("disk_error", path=str(office.path))

    monkeypatch.setattr("crm_desktop.operations.organizations.open_organization", refuse)
    page.next_button.click()
    seat.settle()
    front = seat.window.front
    assert isinstance(front, SignInPage)
    assert "is restored" in front.message.label.text()
    assert "reported an error" in front.message.label.text()


def test_with_the_kit_where_nobody_knows_a_password(seat: Seat, office: Office) -> None:
    backed_up(office)
    for path in office.path.parent.glob("acme.crm*"):
        path.unlink()
    seat.window.show_restore(office.path)
    seat.restore_page().kit_button.click()
    seat.settle()
    page = seat.window.front
    assert isinstance(page, RestoreByKitPage)
    page.codes.recovery.line.setText(office.recovery_code)
    page.next_button.click()
    seat.settle()
    for field in (page.who.form.new, page.who.form.again):
        field.setText("a password from the kit")
    for _ in range(2):
        page.next_button.click()
        seat.settle()
    assert page.next_button.text() == "Restore and sign in"
    assert not office.path.exists()
    assert page._plan is not None
    kit = page._plan.kit
    for line, code in zip(page.check.lines, (kit.recovery_code, kit.set_up_code), strict=True):
        asked = next(found.text() for found in page.check.findChildren(QLabel) if found.buddy() is line)
        line.setText(code.split("-")[int(asked.split("group ")[1].split(" ")[0]) - 1])
    page.next_button.click()
    seat.settle()
    workspace = seat.window.workspace
    assert workspace is not None
    assert len(table_rows(workspace.session, "contact")) == 3
    assert "is restored" in workspace.notices.bar.label.text()
    seat.close()


def test_leaving_the_kit_comes_back_to_the_restore(seat: Seat, office: Office) -> None:
    backed_up(office)
    seat.window.show_restore(office.path)
    seat.restore_page().kit_button.click()
    seat.settle()
    page = seat.window.front
    assert isinstance(page, RestoreByKitPage)
    page.cancel_button.click()
    seat.settle()
    assert isinstance(seat.window.front, RestorePage)


def test_quitting_meanwhile_asks_and_cancels(seat: Seat, office: Office) -> None:
    backed_up(office)
    before = office.path.read_bytes()
    seat.window.show_restore(office.path)
    page = seat.restore_page()
    page.form.password.setText(PASSWORD)
    page.next_button.click()
    seat.settle()
    page.next_button.click()
    assert page.running
    answering(lambda dialog: dialog.reject())
    seat.window.close()
    assert seat.window.isVisible()
    page.progress.cancel_button.click()
    seat.settle()
    if seat.window.workspace is None:
        assert office.path.read_bytes() == before
        assert "Cancelled" in page.message.label.text()
    seat.close()


def test_who_leaves_the_computer_leaves_nothing_to_read(seat: Seat, office: Office) -> None:
    backed_up(office)
    seat.window.show_restore(office.path)
    page = seat.restore_page()
    page.form.password.setText(PASSWORD)
    page.next_button.click()
    seat.settle()
    assert "Acme Ltd" in words(page)
    seat.window._idle.idle_passed.emit()
    assert page.step is Step.ASK
    assert "Acme Ltd" not in words(page)
    assert page.form.password.text() == ""
    page.form.password.setText(PASSWORD)
    page.next_button.click()
    seat.settle()
    page.next_button.click()
    seat.window.program_lock()
    seat.settle()
    assert seat.window.workspace is None
    front = seat.window.front
    assert isinstance(front, SignInPage)
    assert "is restored" in front.message.label.text()
    seat.close()
