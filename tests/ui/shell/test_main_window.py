"""The window: first start, opening, locking with its draft, the theme, and what each role sees."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.errors import BusyError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import consents, contacts
from crm_desktop.operations.session import Session
from crm_desktop.ui.clipboard import copy_secret
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.shell import sample_page
from crm_desktop.ui.shell.create_wizard import CreateWizard
from crm_desktop.ui.shell.lock_page import LockPage
from crm_desktop.ui.shell.main_window import MainWindow
from crm_desktop.ui.shell.preferences import Preferences
from crm_desktop.ui.shell.sample_page import SamplePage
from crm_desktop.ui.shell.sign_in import SignInPage
from crm_desktop.ui.shell.welcome import WelcomePage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.page import RunningWork
from tests.environments import PASSWORD, Office, add_member, new_environment, new_organization
from tests.ui.desk import Desk, answering, sample_call_log

Save = Callable[[Session, ContactDraft], int]


def _window(qtbot: QtBot, office: Office, tasks: Tasks) -> MainWindow:
    window = MainWindow(
        office.environment,
        tasks,
        Preferences(office.environment.data_folder),
        version=lambda: "1",
        idle_s=3600,
    )
    qtbot.addWidget(window)
    return window


def test_the_first_start_offers_three_ways(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    window = _window(qtbot, office, tasks)
    window.start(None)
    welcome = window.front
    assert isinstance(welcome, WelcomePage)
    welcome.create_button.click()
    wizard = window.front
    assert isinstance(wizard, CreateWizard)
    wizard.cancel_button.click()
    assert isinstance(window.front, WelcomePage)


def test_a_file_that_is_none_is_said_on_the_welcome(
    qtbot: QtBot, office: Office, tasks: Tasks, tmp_path: Path
) -> None:
    window = _window(qtbot, office, tasks)
    window.open_file(tmp_path / "missing.crm")
    assert tasks.wait_idle()
    assert isinstance(window.front, WelcomePage)
    assert "missing.crm" in window.front.message.label.text()


def test_the_last_file_is_asked_for_at_the_next_start(
    qtbot: QtBot, office: Office, tasks: Tasks, desk: Desk
) -> None:
    desk.window.close()
    desk.settle()
    window = _window(qtbot, office, tasks)
    window.start(None)
    assert isinstance(window.front, SignInPage)
    assert window.front.path == office.path.resolve()
    assert tasks.wait_idle()


def test_the_title_never_names_a_customer(desk: Desk) -> None:
    desk.page("customers")
    assert desk.window.windowTitle() == "Acme Ltd – CT-CRM Desktop"
    desk.window.program_lock()
    assert desk.window.windowTitle() == "CT-CRM Desktop"
    desk.settle()


def test_lock_keeps_half_typed_input_and_empties_everything_else(desk: Desk, qtbot: QtBot) -> None:
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    page.table.select_ids([page.model.ids_between(1, 1)[0]])
    desk.settle()
    chosen = page.table.current_id()
    page.record_edit()
    form = page.panel.editor.form
    assert form is not None
    qtbot.keyClicks(form.editor("title"), "Head of dispatch")
    copy_secret("DE89 3704 0044 0532 0130 00")
    session = desk.session
    desk.window.program_lock()
    desk.settle()
    assert desk.locked
    assert QGuiApplication.clipboard().text() == ""
    locked = desk.window.front
    assert isinstance(locked, LockPage)
    assert locked.login.currentText() == "ana"
    locked.password.setText(PASSWORD)
    with qtbot.waitSignal(locked.signed_in):
        locked.submit_button.click()
    desk.settle()
    assert desk.session is not session
    again = desk.workspace.page
    assert isinstance(again, CustomersPage)
    assert again.panel.editing
    assert again.panel.contact_id == chosen
    assert again.panel.editor.values()["title"] == "Head of dispatch"
    assert again.panel.changed
    again.record_save()
    desk.settle()
    assert contacts.card(desk.session, int(chosen or 0)).contact.title == "Head of dispatch"


def _lock_during_a_save(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, save: Save) -> None:
    """Save a new customer and lock while ``save`` is still writing; then unlock."""
    page, locked = desk.page("customers"), threading.Event()
    assert isinstance(page, CustomersPage)

    def slow(session: Session, draft: ContactDraft) -> int:
        assert locked.wait(10)
        return save(session, draft)

    monkeypatch.setattr(contacts, "add_contact", slow)
    page.record_new()
    form = page.panel.editor.form
    assert form is not None
    qtbot.keyClicks(form.editor("family"), "Twice")
    page.record_save()
    desk.window.program_lock()
    locked.set()
    desk.settle()
    front = desk.window.front
    assert isinstance(front, LockPage)
    front.password.setText(PASSWORD)
    with qtbot.waitSignal(front.signed_in):
        front.submit_button.click()
    desk.settle()


def test_what_is_being_saved_while_the_window_locks_comes_back_as_no_draft(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lock_during_a_save(desk, qtbot, monkeypatch, contacts.add_contact)
    page = desk.workspace.page
    assert isinstance(page, CustomersPage)
    assert not page.panel.editing
    assert page.model.rowCount() == 4


def test_a_save_that_fails_while_the_window_locks_leaves_the_draft(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_session: Session, _draft: ContactDraft) -> int:
        raise BusyError("file_busy")

    _lock_during_a_save(desk, qtbot, monkeypatch, busy)
    page = desk.workspace.page
    assert isinstance(page, CustomersPage)
    assert page.panel.editor.values()["family"] == "Twice"
    assert page.model.rowCount() == 3


@pytest.mark.parametrize("leave", ["Ctrl+L", "button", "idle", "close"])
def test_a_half_typed_cell_is_not_saved_by_leaving(
    desk: Desk, office: Office, qtbot: QtBot, leave: str
) -> None:
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    column = page.model.column_of("company")
    assert column is not None
    chosen = int(page.table.current_id() or 0)
    with qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    page.table.setFocus()
    page.table.setCurrentIndex(page.model.index(page.table.currentIndex().row(), column))
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, "Nordk")
    if leave == "Ctrl+L":
        qtbot.keyClick(editor, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    elif leave == "button":
        buttons = desk.workspace.navigation.findChildren(QPushButton)
        lock = next(button for button in buttons if button.accessibleName() == "Lock")
        qtbot.mouseClick(lock, Qt.MouseButton.LeftButton)
    elif leave == "idle":
        desk.window._idle.idle_passed.emit()
    else:
        desk.window.close()
    desk.settle()
    assert desk.locked
    session = office.open()
    assert contacts.card(session, chosen).contact.company == "Blythe Partners"
    session.close()


def test_idle_time_locks(desk: Desk) -> None:
    desk.window._idle.idle_passed.emit()
    assert isinstance(desk.window.front, LockPage)
    desk.settle()


def test_lock_closes_the_dialog_that_lies_over_the_window(desk: Desk) -> None:
    seen: list[bool] = []

    def lock(dialog: QDialog) -> None:
        desk.window.program_lock()
        seen.append(dialog.isVisible())

    answering(lock)
    desk.window.program_about()
    assert seen == [False]
    desk.settle()
    assert isinstance(desk.window.front, LockPage)


def test_the_shortcut_sheet_lists_what_the_user_has(desk: Desk) -> None:
    texts: list[str] = []

    def read(dialog: QDialog) -> None:
        from PySide6.QtWidgets import QLabel

        texts.extend(label.text() for label in dialog.findChildren(QLabel))
        dialog.accept()

    answering(read)
    desk.window.program_shortcuts()
    assert {"Ctrl+N", "Ctrl+F", "F1", "Ctrl+L"} <= set(texts)


def test_the_theme_is_chosen_and_remembered(desk: Desk, office: Office) -> None:
    desk.window.set_theme("dark")
    assert Theme.current().tokens.dark
    assert Preferences(office.environment.data_folder).theme == "dark"
    desk.window.set_theme("light")
    assert not Theme.current().tokens.dark


def test_keys_reach_pages_and_search(desk: Desk, qtbot: QtBot) -> None:
    desk.window.activateWindow()
    qtbot.waitUntil(desk.window.isActiveWindow)
    qtbot.keyClick(desk.window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert desk.workspace.pages.whereabouts().page == "address_book"
    qtbot.keyClick(desk.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    page = desk.workspace.page
    assert isinstance(page, CustomersPage)
    qtbot.keyClick(desk.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.search.hasFocus()
    qtbot.keyClick(desk.window, Qt.Key.Key_F9)
    assert desk.workspace.navigation.folded
    qtbot.keyClick(desk.window, Qt.Key.Key_F4)
    assert page.panel.isHidden()


def test_a_viewer_sees_no_calls_and_no_way_to_change(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]
) -> None:
    session = office.open()
    add_member(session, "vic", Role.VIEWER)
    session.close()
    desk = Desk(qtbot, office, tasks, office.open("vic"))
    names = [spec.name for spec in desk.workspace.pages.specs]
    assert names == ["today", "customers", "address_book", "products", "privacy"]
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    assert page.new_button is None
    assert page.model.column_of("last_contact") is None
    page.table.edit_current()
    assert not page.table.editing
    desk.window.close()
    desk.settle()
    assert bugs == []


def test_changing_the_password(desk: Desk, office: Office) -> None:
    from crm_desktop.ui.shell.password_dialog import PasswordDialog

    def change(dialog: QDialog) -> None:
        assert isinstance(dialog, PasswordDialog)
        dialog.change_button.click()
        assert dialog.form.old.property("refused")
        dialog.form.old.setText("not this one")
        dialog.form.new.setText("a new long password")
        dialog.form.again.setText("a new long password")
        dialog.change_button.click()
        assert desk.tasks.wait_idle()
        assert dialog.form.old.property("refused")
        assert "not your current password" in dialog.form.old.accessibleDescription()
        office.clock.advance(1)  # a wrong one makes the next try wait
        dialog.form.old.setText(PASSWORD)
        assert not dialog.form.old.property("refused")
        dialog.form.again.setText("a new long passwort")
        dialog.change_button.click()
        assert dialog.form.again.property("refused")
        dialog.form.again.setText("a new long password")
        assert not dialog.form.again.property("refused")
        dialog.change_button.click()

    answering(change)
    desk.window.program_password()
    desk.window.close()
    desk.settle()
    office.clock.advance(60)
    session = office.open(password="a new long password")
    assert session.member.login == "ana"
    session.close()


@pytest.mark.parametrize("reads", [True, False])
def test_a_consent_recorded_from_paper_is_shown_once(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException], *, reads: bool
) -> None:
    session = office.open()
    member = add_member(session, "sam", Role.STAFF)
    consents.record_paper_consent(session, member, scan=b"%PDF-1.4 scan", scan_name="consent.pdf")
    session.close()
    seen: list[str] = []

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, Dialog)
        seen.append(dialog.text.text())
        (dialog.reject_button if reads else dialog.accept_button).click()

    answering(answer)
    desk = Desk(qtbot, office, tasks, office.open("sam"))
    qtbot.waitUntil(lambda: bool(seen))
    desk.settle()
    assert consents.unseen_paper_consent(desk.session) is None
    assert (desk.workspace.pages.whereabouts().page == "privacy") == reads
    desk.window.close()
    desk.settle()
    assert bugs == []


def test_dropped_files_are_imported(desk: Desk, tmp_path: Path) -> None:
    consents.grant_consent(desk.session)
    log = sample_call_log(tmp_path)
    titles: list[str] = []

    def look(dialog: QDialog) -> None:
        titles.append(dialog.windowTitle())
        desk.tasks.wait_idle()
        dialog.reject()

    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(log))])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    answering(look)
    desk.workspace.dropEvent(event)
    desk.settle()
    assert titles == ["Import calls"]
    assert desk.workspace.pages.whereabouts().page == "calls"


def test_quitting_while_an_import_runs_asks(desk: Desk) -> None:
    job = desk.tasks.run(lambda: None)
    desk.settle()
    job.done = False
    desk.workspace._running.append(RunningWork("An import.", job))
    answering(lambda dialog: dialog.reject())
    desk.window.close()
    assert desk.window.isVisible()
    desk.window.program_lock()
    answering(lambda dialog: dialog.reject())
    desk.window.close()
    assert desk.window.isVisible()
    job.done = True
    desk.settle()


def test_the_window_locks_also_when_the_input_cannot_be_kept(desk: Desk) -> None:
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    desk.session.database.connection().execute("PRAGMA busy_timeout = 10")
    writer = desk.session.database.separate_connection()
    writer.execute("BEGIN IMMEDIATE")
    try:
        desk.window.program_lock()
    finally:
        writer.close()
    assert desk.locked
    front = desk.window.front
    assert isinstance(front, LockPage)
    assert "could not be kept" in front.message.label.text()
    desk.settle()


def test_locking_leaves_the_question_about_a_paper_consent_for_the_next_time(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]
) -> None:
    session = office.open()
    member = add_member(session, "sam", Role.STAFF)
    consents.record_paper_consent(session, member, scan=b"%PDF-1.4 scan", scan_name="consent.pdf")
    session.close()
    window = _window(qtbot, office, tasks)
    answering(lambda _dialog: window.program_lock())
    window.begin(office.open("sam"))
    qtbot.waitUntil(lambda: isinstance(window.front, LockPage))
    assert tasks.wait_idle()
    assert bugs == []
    session = office.open("sam")
    assert consents.unseen_paper_consent(session) is not None
    session.close()


def test_without_a_keyring_the_code_is_asked_once_per_start(
    qtbot: QtBot, tmp_path: Path, tasks: Tasks, bugs: list[BaseException]
) -> None:
    from keyring.backends.fail import Keyring

    nowhere = new_environment(tmp_path / "data", keyring=Keyring())  # type: ignore[no-untyped-call]
    office = new_organization(tmp_path, environment=nowhere)
    window = _window(qtbot, office, tasks)
    window.open_file(office.path)
    assert tasks.wait_idle()
    page = window.front
    assert isinstance(page, SignInPage)
    assert page.asks_for_code
    assert "keyring" in page.message.label.text()
    page.login.setEditText("ana")
    page.password.setText(PASSWORD)
    page.code.setText(office.set_up_code)
    with qtbot.waitSignal(page.signed_in):
        page.submit_button.click()
    assert tasks.wait_idle()
    window.program_lock()
    assert tasks.wait_idle()
    locked = window.front
    assert isinstance(locked, LockPage)
    assert not locked.asks_for_code
    locked.password.setText(PASSWORD)
    with qtbot.waitSignal(locked.signed_in):
        locked.submit_button.click()
    assert tasks.wait_idle()
    window.close()
    assert tasks.wait_idle()
    assert bugs == []


def test_the_sample_opens_without_a_keyring(
    qtbot: QtBot, tmp_path: Path, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keyring.backends.fail import Keyring

    monkeypatch.setattr(sample_page, "CUSTOMERS", 5)
    monkeypatch.setattr(sample_page, "CALLS", 5)
    nowhere = new_environment(tmp_path / "data", keyring=Keyring())  # type: ignore[no-untyped-call]
    window = MainWindow(nowhere, tasks, Preferences(nowhere.data_folder), version=lambda: "1", idle_s=3600)
    qtbot.addWidget(window)
    window.show_sample()
    page = window.front
    assert isinstance(page, SamplePage)
    page.path.setText(str(tmp_path / "sample.crm"))
    page.make_button.click()
    assert tasks.wait_idle(60)
    assert window.workspace is not None
    assert "set-up code" in window.workspace.notices.bar.label.text()
    window.close()
    assert tasks.wait_idle()


def test_a_window_that_measures_itself_does_not_lock_for_want_of_keys(desk: Desk) -> None:
    assert desk.window._idle.active
    desk.window.stay_unlocked()
    assert not desk.window._idle.active
