"""Work that needs the file to itself, in the real window: the session ends, and the person comes back."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError, OrganizationFileError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations import contacts
from crm_desktop.security.file_locks import LockFile
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.shell.main_window import MainWindow
from crm_desktop.ui.shell.preferences import Preferences
from crm_desktop.ui.shell.sign_in import SignedIn, SignInPage
from crm_desktop.ui.shell.work_alone import WorkAlonePage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.page import RunningWork, WorkAlone
from tests.environments import PASSWORD, Office, new_environment, new_organization
from tests.ui.desk import Desk, answering


class Work:
    """An operation that takes the whole file, as restoring does, and goes on until ``go`` is set."""

    def __init__(self, path: Path, *, error: Exception | None = None) -> None:
        self.path = path
        self.error = error
        self.go = threading.Event()
        self.begun = threading.Event()
        self.code: str | None = None

    def __call__(self, progress: ProgressCallback, cancel: CancelToken, set_up_code: str | None) -> int:
        self.code = set_up_code
        with LockFile(self.path.with_name(f"{self.path.name}.lock")) as lock, lock.all_seats():
            progress(Progress(1, 4))
            self.begun.set()
            while not self.go.wait(0.01):
                cancel.raise_if_cancelled()
            cancel.raise_if_cancelled()
            if self.error is not None:
                raise self.error
        return 42


def request(work: Work, *, password: str = PASSWORD, new_set_up_code: str | None = None) -> WorkAlone:
    return WorkAlone(
        "Restoring a backup", work, password, lambda result: f"The answer is {result}.", new_set_up_code
    )


def alone(desk: Desk) -> WorkAlonePage:
    front = desk.window.front
    assert isinstance(front, WorkAlonePage)
    return front


def begin(desk: Desk, work: Work, **facts: str) -> WorkAlonePage:
    desk.workspace.work_alone_requested.emit(request(work, **facts))
    page = alone(desk)
    desk.qtbot.waitUntil(work.begun.is_set)
    return page


def test_the_person_comes_back_to_his_page_with_the_result(desk: Desk, office: Office) -> None:
    page = desk.page("address_book")
    before, work = desk.session, Work(office.path)
    shown = begin(desk, work)
    assert desk.locked
    assert before.lock is None
    assert desk.window.windowTitle() == "CT-CRM Desktop"
    desk.qtbot.waitUntil(lambda: "Step 2 of 4" in shown.progress.figures.text())
    work.go.set()
    desk.settle()
    assert desk.session is not before
    assert desk.session.member.login == "ana"
    assert desk.workspace.pages.whereabouts().page == "address_book"
    assert desk.workspace.page is not page
    assert desk.workspace.notices.bar.isVisible()
    assert "The answer is 42." in desk.workspace.notices.bar.label.text()
    assert desk.window._idle.active


def test_half_typed_input_is_kept_for_it(desk: Desk, office: Office) -> None:
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    chosen = page.table.current_id()
    page.record_edit()
    form = page.panel.editor.form
    assert form is not None
    desk.qtbot.keyClicks(form.editor("title"), "Head of dispatch")
    work = Work(office.path)
    begin(desk, work)
    work.go.set()
    desk.settle()
    again = desk.workspace.page
    assert isinstance(again, CustomersPage)
    assert again.panel.contact_id == chosen
    assert again.panel.editor.values()["title"] == "Head of dispatch"


def test_a_refusal_is_said_after_coming_back(desk: Desk, office: Office) -> None:
    work = Work(office.path, error=OrganizationFileError("restore_failed", path="/media/stick"))
    begin(desk, work)
    work.go.set()
    desk.settle()
    bar = desk.workspace.notices.bar
    assert "/media/stick" in bar.label.text()
    assert bar.property("tone") == "danger"
    assert contacts.category_counts(desk.session, Category.CUSTOMER)["active"] == 2


def test_cancelling_comes_back_too(desk: Desk, office: Office) -> None:
    work = Work(office.path)
    begin(desk, work).progress.cancel_button.click()
    desk.settle()
    assert "Nothing was changed" in desk.workspace.notices.bar.label.text()


def test_it_waits_for_what_the_session_still_runs(desk: Desk, office: Office, tasks: Tasks) -> None:
    """A backup beside the work holds the file: until it has ended nothing is begun."""
    held, work = threading.Event(), Work(office.path)
    tasks.run(lambda: held.wait(10), serial=False)
    work.go.set()
    desk.workspace.work_alone_requested.emit(request(work))
    page = alone(desk)
    desk.qtbot.waitUntil(lambda: len(tasks._jobs) == 1)
    assert not work.begun.is_set()
    assert "Waiting" in page.progress.title.text()
    held.set()
    desk.settle()
    assert work.begun.is_set()
    assert not desk.locked


def test_an_import_under_way_is_not_cut_off(desk: Desk, office: Office) -> None:
    job = desk.tasks.run(lambda: None)
    desk.settle()
    job.done = False
    desk.workspace._running.append(RunningWork("An import.", job))
    work = Work(office.path)
    desk.workspace.work_alone_requested.emit(request(work))
    desk.settle()
    assert not desk.locked
    assert not work.begun.is_set()
    assert "An import. This needs the file to itself" in desk.workspace.notices.bar.label.text()
    job.done = True


def test_a_wrong_password_ends_at_the_sign_in_with_both_sentences(desk: Desk, office: Office) -> None:
    work = Work(office.path)
    begin(desk, work, password="not this one")
    work.go.set()
    desk.settle()
    front = desk.window.front
    assert isinstance(front, SignInPage)
    assert front.login.currentText() == "ana"
    assert "The answer is 42." in front.message.label.text()
    assert "password" in front.message.label.text()


def test_who_was_away_signs_in_himself(desk: Desk, office: Office, qtbot: QtBot) -> None:
    work = Work(office.path)
    begin(desk, work)
    desk.window._idle.idle_passed.emit()
    work.go.set()
    desk.settle()
    front = desk.window.front
    assert isinstance(front, SignInPage)
    assert "The answer is 42." in front.message.label.text()
    front.password.setText(PASSWORD)
    with qtbot.waitSignal(front.signed_in):
        front.submit_button.click()
    desk.settle()
    assert not desk.locked


def test_closing_the_window_asks_and_cancels(desk: Desk, office: Office) -> None:
    work = Work(office.path)
    begin(desk, work)
    answering(lambda dialog: dialog.reject())
    desk.window.close()
    assert desk.window.isVisible()
    answering(lambda dialog: dialog.accept())
    desk.window.close()
    assert not desk.window.isVisible()
    desk.settle()
    session = office.open()
    assert session.lock is not None
    session.close()


def test_a_bug_in_it_is_reported_and_the_person_comes_back(
    desk: Desk, office: Office, bugs: list[BaseException]
) -> None:
    work = Work(office.path, error=ZeroDivisionError())
    begin(desk, work)
    work.go.set()
    desk.settle()
    assert [type(bug) for bug in bugs] == [ZeroDivisionError]
    bugs.clear()
    assert not desk.locked
    assert "did not end as it should" in desk.workspace.notices.bar.label.text()


def test_dialogs_over_the_window_are_gone(desk: Desk, office: Office) -> None:
    work = Work(office.path)
    seen: list[bool] = []

    def ask_for_it(dialog: QDialog) -> None:
        desk.workspace.work_alone_requested.emit(request(work))
        seen.append(dialog.isVisible())

    answering(ask_for_it)
    desk.window.program_about()
    assert seen == [False]
    work.go.set()
    desk.settle()
    assert not desk.locked


@pytest.mark.parametrize("replaced", [False, True])
def test_without_a_keyring_the_code_the_window_knows_is_used(
    qtbot: QtBot, tmp_path: Path, tasks: Tasks, bugs: list[BaseException], *, replaced: bool
) -> None:
    from keyring.backends.fail import Keyring

    nowhere = new_environment(tmp_path / "data", keyring=Keyring())  # type: ignore[no-untyped-call]
    office = new_organization(tmp_path, environment=nowhere)
    other = None
    if replaced:
        other = new_organization(tmp_path, file_name="other.crm", environment=nowhere).set_up_code
    window = MainWindow(nowhere, tasks, Preferences(nowhere.data_folder), version=lambda: "1")
    qtbot.addWidget(window)
    session = office.open(set_up_code=office.set_up_code)
    # The window knows a code that counts no more: the work brings the new one.
    known = other or office.set_up_code
    window._signed_in(SignedIn(session, None, known))
    work = Work(office.path)
    work.go.set()
    assert window.workspace is not None
    window.workspace.work_alone_requested.emit(
        request(work, new_set_up_code=office.set_up_code if replaced else None)
    )
    assert tasks.wait_idle()
    assert work.code == known
    assert window.workspace is not None
    assert window._codes == {office.path.resolve(): office.set_up_code}
    window.close()
    assert tasks.wait_idle()
    assert bugs == []


def test_the_event_loop_goes_on_meanwhile(desk: Desk, office: Office) -> None:
    work, beats = Work(office.path), list[Callable[[], None]]()
    beat = QTimer()
    beat.setInterval(5)
    beat.timeout.connect(lambda: beats.append(work.go.set))
    begin(desk, work)
    beat.start()
    desk.qtbot.waitUntil(lambda: len(beats) > 3)
    beat.stop()
    beats[0]()
    desk.settle()
    assert not desk.locked


def test_what_it_is_asked_for_never_shows_the_password(office: Office) -> None:
    shown = repr(request(Work(office.path), new_set_up_code=office.set_up_code))
    assert PASSWORD not in shown
    assert office.set_up_code not in shown
    assert issubclass(OrganizationFileError, KnownError)
