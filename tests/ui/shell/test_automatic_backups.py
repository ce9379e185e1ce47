"""Backups beside the work in the window: made when due, said once when they fail, never in the way."""

from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QTimer

from crm_desktop.domain.backups import EVERY_S, Reason
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import backups
from crm_desktop.ui.tasks import Tasks
from tests.environments import Office, add_member
from tests.ui.desk import Desk, add_people


def made(desk: Desk) -> list[Reason]:
    """Return why each backup was made, the newest first."""
    return [backup.reason for backup in backups.backups(desk.session)]


def test_a_due_backup_is_made_beside_the_work(desk: Desk) -> None:
    desk.workspace.backups.look()
    desk.settle()
    assert made(desk) == [Reason.AUTOMATIC]
    desk.workspace.backups.look()
    desk.settle()
    assert made(desk) == [Reason.AUTOMATIC]
    add_people(desk.session)
    desk.office.clock.advance(EVERY_S)
    desk.workspace.backups.look()
    desk.settle()
    assert made(desk) == [Reason.AUTOMATIC] * 2


def test_a_failure_is_said_once(desk: Desk) -> None:
    folder = backups.default_folder(desk.session)
    folder.parent.mkdir(parents=True)
    folder.write_bytes(b"in the way")
    bar = desk.workspace.notices.bar
    desk.workspace.backups.look()
    desk.settle()
    assert bar.isVisible()
    bar.hide()
    desk.workspace.backups.look()
    desk.settle()
    assert not bar.isVisible()


def test_the_end_of_work_makes_one_and_a_lock_does_not(desk: Desk, office: Office) -> None:
    desk.window.program_lock()
    desk.settle()
    session = office.open()
    assert backups.backups(session) == []
    session.close()
    desk.window.begin(office.open())
    desk.settle()
    desk.window.close()
    desk.settle()
    session = office.open()
    assert [backup.reason for backup in backups.backups(session)] == [Reason.CLOSING]
    session.close()


def test_locking_lets_a_backup_under_way_go(desk: Desk, office: Office) -> None:
    desk.workspace.backups.look()
    desk.window.program_lock()
    desk.settle()
    session = office.open()
    folder = backups.default_folder(session)
    assert not list(folder.glob("*.part"))
    session.close()


def test_the_window_goes_on_while_one_is_made(desk: Desk, tasks: Tasks) -> None:
    """The event loop answers every 100 ms while a backup is under way."""
    gaps: list[int] = []
    clock, beat = QElapsedTimer(), QTimer()
    clock.start()
    beat.setInterval(5)
    beat.timeout.connect(lambda: gaps.append(clock.restart()))
    beat.start()
    desk.workspace.backups.look()
    assert tasks.wait_idle()
    beat.stop()
    assert made(desk) == [Reason.AUTOMATIC]
    assert gaps
    assert max(gaps) < 100


def test_back_up_now_is_in_the_menu_and_says_what_it_made(desk: Desk) -> None:
    action = desk.workspace.actions_list.action("program.backup")
    assert action in desk.workspace.user_menu.actions()
    action.trigger()
    desk.settle()
    assert made(desk) == [Reason.ASKED]
    (backup,) = backups.backups(desk.session)
    assert backup.path.name in desk.workspace.notices.toast.label.text()


def test_back_up_now_says_what_is_in_the_way(desk: Desk) -> None:
    folder = backups.default_folder(desk.session)
    folder.parent.mkdir(parents=True)
    folder.write_bytes(b"in the way")
    desk.workspace.program_backup()
    desk.settle()
    assert desk.workspace.notices.bar.isVisible()


def test_a_viewer_makes_none(desk: Desk, office: Office, tmp_path: Path) -> None:
    add_member(desk.session, "vic", Role.VIEWER)
    desk.window.program_lock()
    desk.settle()
    desk.window.begin(office.open("vic"))
    desk.settle()
    assert desk.workspace.actions_list.action("program.backup") is None
    desk.workspace.backups.look()
    desk.settle()
    assert not (tmp_path / "data" / "backups").exists()
