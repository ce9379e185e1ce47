"""Backups in the window: made, looked into, restored and confirmed, on real files."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel

from crm_desktop.domain.backups import Reason
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import backups, contacts
from crm_desktop.operations.second_place import second_place, set_second_place
from crm_desktop.operations.session import Session
from crm_desktop.storage import backups as copies
from crm_desktop.ui.pages.administration.backup_dialogs import LookDialog, RestoreDialog
from crm_desktop.ui.pages.administration.backups import BackupsSection
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.rescue_dialog import RescueDialog
from tests.environments import PASSWORD, Office, add_member
from tests.faults.media import may_mount, mounted
from tests.operations.samples import table_rows
from tests.ui.desk import Desk, add_people, answering


def section(desk: Desk) -> BackupsSection:
    page = desk.page("administration")
    assert isinstance(page, AdministrationPage)
    found = page.show_section("backups")
    desk.settle()
    assert isinstance(found, BackupsSection)
    return found


def shown(section: BackupsSection) -> list[tuple[str, ...]]:
    """Return the cells of every row as text."""
    model = section.table.model()
    return [
        tuple(str(model.index(place, column).data() or "") for column in range(model.columnCount()))
        for place in range(model.rowCount())
    ]


def words(widget: QDialog) -> str:
    QApplication.processEvents()  # what was added to an open dialog is shown by its layout
    return "\n".join(found.text() for found in widget.findChildren(QLabel) if found.isVisibleTo(widget))


def bar(desk: Desk) -> str:
    found = desk.workspace.notices.bar
    return found.label.text() if found.isVisible() else ""


def choosing(monkeypatch: pytest.MonkeyPatch, chosen: Path | None) -> None:
    """Let the system's dialogs answer ``chosen``."""
    text = "" if chosen is None else str(chosen)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: text)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (text, ""))


@contextmanager
def asked(desk: Desk, answer: Callable[[QDialog], None]) -> Iterator[None]:
    """Answer one dialog; what goes wrong in the answer is raised here."""
    failures: list[BaseException] = []

    def guarded(dialog: QDialog) -> None:
        try:
            answer(dialog)
        except BaseException as failure:  # noqa: BLE001 - raised again below
            failures.append(failure)
            dialog.reject()

    answering(guarded)
    yield
    desk.settle()
    if failures:
        raise failures[0]


def restore_with(password: str) -> Callable[[QDialog], None]:
    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, RestoreDialog)
        dialog.context.tasks.wait_idle()
        dialog.password.setText(password)
        dialog.accept_button.click()
        dialog.context.tasks.wait_idle()
        if dialog.isVisible():
            dialog.reject()

    return answer


def customers(session: Session) -> list[dict[str, object]]:
    return table_rows(session, "contact")


def test_without_any_it_says_so_and_makes_the_first(desk: Desk) -> None:
    page = section(desk)
    assert shown(page) == []
    assert page.summary.last.value.text() == "None yet"
    page.back_up_button.click()
    assert page.progress.isVisible()
    assert not page.back_up_button.isEnabled()
    desk.settle()
    assert page.progress.isHidden()
    ((when, reason, state, _, count, others, calls, keys, place),) = shown(page)
    assert when.startswith("today")
    assert (reason, state, count, others, calls) == ("By hand", "Verified", "3", "0", "0")
    assert keys == "Present"
    assert place == "This computer"
    assert page.summary.last.value.text() == when
    assert page.summary.next.value.text() == "After the next change"
    assert "read back" in desk.workspace.notices.toast.label.text()


def test_making_one_can_be_cancelled(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    page = section(desk)
    write = copies.write_copy

    def cancelled_meanwhile(*facts: object, **more: object) -> object:
        page.progress.cancel_button.click()
        return write(*facts, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(copies, "write_copy", cancelled_meanwhile)
    page.back_up_now()
    desk.settle()
    assert shown(page) == []
    assert page.progress.isHidden()
    assert page.back_up_button.isEnabled()
    assert not list(backups.default_folder(desk.session).glob("*"))


def test_the_way_back_rows_as_in_the_backup_then_confirmed(desk: Desk, office: Office) -> None:
    page = section(desk)
    page.back_up_now()
    desk.settle()
    before = customers(desk.session)
    add_people(desk.session)
    assert len(customers(desk.session)) == 6
    seen: list[str] = []

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, RestoreDialog)
        assert dialog.accept_button.isHidden()
        assert desk.tasks.wait_idle()
        seen.append(words(dialog))
        restore_with(PASSWORD)(dialog)

    with asked(desk, answer):
        page.restore_button.click()
    assert "3 × customer added" in seen[0]
    assert "never deleted" in seen[0]
    assert customers(desk.session) == before
    again = desk.workspace.page
    assert isinstance(again, AdministrationPage)
    page = again.section  # type: ignore[assignment]
    assert isinstance(page, BackupsSection)
    assert "is restored" in bar(desk)
    (aside,) = office.path.parent.glob("acme before-restore *")
    assert aside.name in bar(desk)
    assert (aside / "acme.crm").exists()
    assert page.paused.isVisible()
    assert page.summary.next.value.text() == "Paused"
    add_people(desk.session)
    desk.workspace.backups.look()
    desk.settle()
    assert len(backups.backups(desk.session)) == 1
    page.paused.button.click()
    desk.settle()
    assert page.paused.isHidden()
    assert bar(desk) == ""
    assert [backup.reason for backup in backups.backups(desk.session)] == [Reason.ASKED] * 2


def test_a_wrong_password_ends_nothing(desk: Desk) -> None:
    page = section(desk)
    page.back_up_now()
    desk.settle()
    session, refusals = desk.session, list[str]()

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, RestoreDialog)
        assert desk.tasks.wait_idle()
        dialog.accept_button.click()
        refusals.append(dialog.password.accessibleDescription())
        restore_with("not this one")(dialog)
        refusals.append(dialog.password.accessibleDescription())

    with asked(desk, answer):
        page.restore_button.click()
    assert desk.session is session
    assert refusals == ["Type your password.", "This is not your password. Nothing was changed."]


def test_looking_inside_changes_nothing_and_leads_on(desk: Desk, office: Office) -> None:
    page = section(desk)
    page.back_up_now()
    desk.settle()
    content, seen = office.path.read_bytes(), list[str]()

    def close(dialog: QDialog) -> None:
        assert isinstance(dialog, LookDialog)
        assert desk.tasks.wait_idle()
        seen.append(words(dialog))
        dialog.reject()

    with asked(desk, close):
        page.look_button.click()
    for part in ("Acme Ltd", "3 customers", "Checked: whole", "Ana Lima", "Nothing was changed since"):
        assert part in seen[0]
    assert office.path.read_bytes() == content

    def lead_on(dialog: QDialog) -> None:
        assert desk.tasks.wait_idle()
        answering(restore_with(PASSWORD))
        dialog.accept()

    with asked(desk, lead_on):
        page.look_button.click()
    assert "is restored" in bar(desk)


def test_a_damaged_backup_is_said_and_not_offered(desk: Desk) -> None:
    page = section(desk)
    page.back_up_now()
    desk.settle()
    (backup,) = backups.backups(desk.session)
    raw = bytearray(backup.path.read_bytes())
    raw[len(raw) // 2] ^= 1
    backup.path.write_bytes(raw)
    seen: list[str] = []

    def read(dialog: QDialog) -> None:
        assert isinstance(dialog, RestoreDialog)
        assert desk.tasks.wait_idle()
        seen.append(dialog.message.label.text())
        assert dialog.accept_button.isHidden()
        dialog.reject()

    with asked(desk, read):
        page.restore_button.click()
    assert "is damaged and was not restored" in seen[0]
    page.check_button.click()
    desk.settle()
    assert "is not whole" in bar(desk)
    assert shown(page)[0][2] == "Not verified"
    assert page.summary.last.value.text() == "None yet"


def test_checking_again_says_that_it_is_whole(desk: Desk) -> None:
    page = section(desk)
    page.back_up_now()
    desk.settle()
    page.check_button.click()
    desk.settle()
    assert "is whole" in desk.workspace.notices.toast.label.text()


def test_the_second_place_is_asked_for_once(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = section(desk)
    assert page.hint.isHidden()
    page.back_up_now()
    desk.settle()
    assert page.hint.isVisible()
    page.hint.close_button.click()
    page.refresh()
    desk.settle()
    assert page.hint.isHidden()
    stick = tmp_path / "stick"
    stick.mkdir()
    choosing(monkeypatch, stick)
    page.summary.choose_button.click()
    desk.settle()
    assert second_place(desk.session) == stick
    assert page.summary.second.full_text == str(stick)
    page.back_up_now()
    desk.settle()
    assert [row[-1] for row in shown(page)].count("Second place") == 1
    stick.rename(tmp_path / "unplugged")
    page.refresh()
    desk.settle()
    assert page.summary.second_pill.text() == "Not plugged in"
    assert [row[-1] for row in shown(page)].count("Second place: absent") == 1
    page.back_up_now()
    desk.settle()
    assert str(stick) in bar(desk)
    assert "made on this computer" in bar(desk)
    page.summary.remove_button.click()
    desk.settle()
    assert second_place(desk.session) is None
    choosing(monkeypatch, None)
    page.summary.choose_button.click()
    desk.settle()
    assert second_place(desk.session) is None


def test_a_second_place_beside_the_file_is_refused(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = section(desk)
    choosing(monkeypatch, office.path.parent)
    page.choose_second_place()
    desk.settle()
    assert "one lost disk would take both" in bar(desk)
    assert second_place(desk.session) is None


def folder_says(desk: Desk, monkeypatch: pytest.MonkeyPatch, folder: Path) -> str:
    """Back up to ``folder`` and return what the bar says; no backup may be listed."""
    page = section(desk)
    choosing(monkeypatch, folder)
    page.folder_button.click()
    desk.settle()
    assert shown(page) == []
    assert page.back_up_button.isEnabled()
    return bar(desk)


def test_a_folder_that_is_not_there_is_said(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "is not there" in folder_says(desk, monkeypatch, tmp_path / "unplugged")


@may_mount
def test_a_write_protected_stick_is_said(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mounted(tmp_path / "stick", "-o", "ro") as stick:
        words = folder_says(desk, monkeypatch, stick)
    assert "Remove the write protection" in words
    assert str(stick) in words


@may_mount
def test_a_full_stick_is_said_with_what_is_needed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mounted(tmp_path / "stick", "-o", "size=256k") as stick:
        words = folder_says(desk, monkeypatch, stick)
        assert list(stick.iterdir()) == []
    assert "MB are needed. No backup was made" in words


def test_a_backup_this_computer_does_not_know_is_looked_into_and_listed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backups.back_up(desk.session).backup
    stick = tmp_path / "stick"
    stick.mkdir()
    found = Path(shutil.copy2(made.path, stick / "from the old computer.crm-backup"))
    page = section(desk)
    choosing(monkeypatch, found)

    def close(dialog: QDialog) -> None:
        assert desk.tasks.wait_idle()
        dialog.reject()

    with asked(desk, close):
        page.add_button.click()
    assert "Added from a folder" in {row[1] for row in shown(page)}
    assert "stick" in {row[-1] for row in shown(page)}


def test_a_file_that_is_no_backup_is_not_listed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = tmp_path / "letter.crm-backup"
    letter.write_bytes(b"Dear all" * 2000)
    page = section(desk)
    choosing(monkeypatch, letter)
    seen: list[str] = []

    def read(dialog: QDialog) -> None:
        assert isinstance(dialog, LookDialog)
        assert desk.tasks.wait_idle()
        seen.append(dialog.message.label.text())
        dialog.reject()

    with asked(desk, read):
        page.add_button.click()
    assert "a key this organization does not have" in seen[0]
    assert shown(page) == []


def test_the_menu_and_the_keyboard_do_what_the_buttons_do(desk: Desk) -> None:
    page = section(desk)
    page.back_up_now()
    desk.settle()
    seen: list[str] = []

    def close(dialog: QDialog) -> None:
        assert desk.tasks.wait_idle()
        seen.append(dialog.windowTitle())
        dialog.reject()

    with asked(desk, close):
        page.table.open_requested.emit(page.table.current_id())
    assert seen == ["Inside this backup"]


def test_locking_lets_a_backup_go(desk: Desk, office: Office) -> None:
    page = section(desk)
    page.back_up_now()
    desk.window.program_lock()
    desk.settle()
    session = office.open()
    assert not list(backups.default_folder(session).glob("*.part"))
    session.close()


def test_the_window_goes_on_meanwhile(desk: Desk, tasks: Tasks) -> None:
    """The event loop answers every 100 ms while a backup is made and one is checked."""
    page = section(desk)
    gaps: list[int] = []
    clock, beat = QElapsedTimer(), QTimer()
    clock.start()
    beat.setInterval(5)
    beat.timeout.connect(lambda: gaps.append(clock.restart()))
    beat.start()
    page.back_up_now()
    assert tasks.wait_idle()
    page.check_chosen()
    assert tasks.wait_idle()
    beat.stop()
    assert gaps
    assert max(gaps) < 100


def test_who_may_not_choose_sees_no_such_buttons(desk: Desk, office: Office) -> None:
    add_member(desk.session, "mia", Role.MANAGER)
    assert not {"restore", "backup.settings"} & rights_of_manager(office, desk)


def rights_of_manager(office: Office, desk: Desk) -> frozenset[str]:
    desk.window.program_lock()
    desk.settle()
    desk.window.begin(office.open("mia"))
    desk.settle()
    page = BackupsSection(desk.page("customers").context)  # type: ignore[attr-defined]
    desk.qtbot.addWidget(page)
    page.show()
    page.activate()
    desk.settle()
    assert page.restore_button.isHidden()
    assert page.look_button.isHidden()
    assert page.add_button.isHidden()
    assert page.summary.choose_button.isHidden()
    page.back_up_now()
    desk.settle()
    assert len(backups.backups(desk.session)) == 1
    return desk.session.rights


def test_the_last_place_of_work_is_where_one_comes_back_to(desk: Desk) -> None:
    page = section(desk)
    page.back_up_now()
    desk.settle()
    with asked(desk, restore_with(PASSWORD)):
        page.restore_button.click()
    assert desk.workspace.pages.whereabouts().section == "backups"
    assert contacts.category_counts(desk.session, Category.CUSTOMER)["active"] == 2


def test_a_backup_in_the_second_place_is_read_from_there(desk: Desk, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    set_second_place(desk.session, stick)
    page = section(desk)
    page.back_up_now()
    desk.settle()
    shutil.rmtree(backups.default_folder(desk.session))
    page.refresh()
    desk.settle()
    place = next(place for place, row in enumerate(shown(page)) if row[-1] == "Second place")
    page.table.select_ids([place])
    assert page.restore_button.isEnabled()
    with asked(desk, restore_with(PASSWORD)):
        page.restore_button.click()
    assert "is restored" in bar(desk)


def test_a_rescue_copy_is_saved_and_told(desk: Desk, tmp_path: Path) -> None:
    page = section(desk)
    target = tmp_path / "rescued.crm"

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, RescueDialog)
        dialog.place.setText(str(target))
        dialog.password.setText(PASSWORD)
        dialog.accept_button.click()
        assert desk.tasks.wait_idle()

    with asked(desk, answer):
        page.rescue_button.click()
    assert target.exists()
    assert str(target) in bar(desk)
    assert "0 are known to be lost" in bar(desk)
    assert desk.workspace.pages.whereabouts().section == "backups"
