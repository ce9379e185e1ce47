"""Damage is looked for beside the work, said in a bar that stays, and never keeps a window or a file."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtWidgets import QDialog

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations import checking
from crm_desktop.operations.backups import back_up
from crm_desktop.storage import page_checks
from crm_desktop.storage.database import Connection
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.shell import background_checks
from crm_desktop.ui.shell.background_checks import BackgroundChecks
from crm_desktop.ui.shell.lock_page import LockPage
from crm_desktop.ui.widgets.page import WorkAlone
from crm_desktop.ui.widgets.rescue_dialog import RescueDialog, proposed_target
from tests.environments import PASSWORD, Office, add_member
from tests.faults.test_backups import damage
from tests.ui.desk import Desk, answering


def checked(desk: Desk) -> BackgroundChecks:
    """Run the check at the opening now and return what shows it."""
    desk.workspace.checks._quick()
    desk.settle()
    return desk.workspace.checks


def damaged_desk(desk: Desk, office: Office) -> Desk:
    """Damage a page nobody looks at while the window is locked, and sign in again."""
    connection = desk.session.database.connection()
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'draft'").fetchone()
    desk.window.program_lock()
    desk.settle()
    damage(office.path, page)
    desk.window.begin(office.open())
    desk.settle()
    return desk


def test_a_sound_file_is_no_message_and_the_whole_check_waits_its_turn(desk: Desk) -> None:
    checks = checked(desk)
    assert not checks.bar.isVisible()
    assert checks._timer.interval() == background_checks.WHOLE_AFTER_MS
    checks._whole()
    desk.settle()
    assert not checks.bar.isVisible()
    assert not checking.whole_check_due(desk.session)
    desk.office.clock.advance(checking.WHOLE_EVERY_S)
    assert checking.whole_check_due(desk.session)


def test_damage_stays_on_screen_until_it_is_dismissed(desk: Desk, office: Office) -> None:
    back_up(desk.session)
    checks = checked(damaged_desk(desk, office))
    assert checks.bar.isVisible()
    text = checks.bar.label.text()
    assert "acme.crm is damaged" in text
    assert "The newest verified backup is of 2026-09-21 " in text
    desk.page("address_book")
    desk.workspace.notices.say("Saved")
    desk.workspace.notices.refuse(OrganizationFileError("file_closed"))
    assert checks.bar.isVisible()
    checks.bar.close_button.click()
    assert not checks.bar.isVisible()


def test_the_bar_offers_what_the_person_may_do(desk: Desk, office: Office) -> None:
    checks = checked(damaged_desk(desk, office))
    assert (checks.bar.button.text(), checks.bar.other_button.text()) == ("Rescue…", "Backups…")
    checks.bar.other_button.click()
    desk.settle()
    assert isinstance(desk.workspace.page, AdministrationPage)


def test_who_may_do_neither_is_told_all_the_same(desk: Desk, office: Office) -> None:
    add_member(desk.session, "vic", Role.VIEWER)
    damaged_desk(desk, office)
    desk.window.program_lock()
    desk.settle()
    desk.window.begin(office.open("vic"))
    desk.settle()
    checks = checked(desk)
    assert checks.bar.isVisible()
    assert not checks.bar.button.isVisible()
    assert not checks.bar.other_button.isVisible()


def test_rescue_asks_for_place_and_password_and_is_done_alone(desk: Desk, office: Office) -> None:
    checks = checked(damaged_desk(desk, office))
    asked: list[WorkAlone] = []
    desk.workspace.work_alone_requested.disconnect()
    desk.workspace.work_alone_requested.connect(asked.append)
    target = proposed_target(office.path)
    assert target.name == "acme rescued.crm"

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, RescueDialog)
        assert dialog.place.text() == str(target)
        dialog.accept_button.click()
        assert dialog.isVisible(), "no password yet"
        dialog.place.setText(str(office.path))
        dialog.password.setText("wrong password")
        dialog.accept_button.click()
        assert dialog.isVisible(), "never over a file that is there"
        dialog.place.setText(str(target))
        dialog.accept_button.click()
        desk.qtbot.waitUntil(dialog.accept_button.isEnabled)
        assert dialog.isVisible(), "a wrong password does not end the session"
        desk.office.clock.advance(1)  # a wrong one makes the next try wait
        dialog.password.setText(PASSWORD)
        dialog.accept_button.click()

    answering(answer)
    checks.bar.button.click()
    desk.settle()
    (work,) = asked
    assert PASSWORD not in repr(work)
    desk.window.program_lock()
    desk.settle()
    result = work.operation(progress=lambda _: None, cancel=CancelToken(), set_up_code=None)
    assert target.exists()
    assert str(target) in work.told(result)


@pytest.mark.parametrize("way", ["lock", "close"])
def test_a_check_under_way_neither_keeps_the_window_nor_the_file(
    way: str, desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, ended = threading.Event(), threading.Event()

    def endless(connection: Connection) -> bool:
        inside.set()
        try:
            statement = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
            return bool(connection.execute(statement).fetchone())
        finally:
            ended.set()

    monkeypatch.setattr(page_checks, "_all_ok", lambda connection, _: endless(connection))
    desk.workspace.checks._quick()
    desk.qtbot.waitUntil(inside.is_set)
    clock = QElapsedTimer()
    clock.start()
    if way == "lock":
        desk.window.program_lock()
        assert isinstance(desk.window.front, LockPage)
    else:
        desk.window.close()
    assert desk.tasks.wait_idle()
    assert ended.is_set()
    assert clock.elapsed() < 5000
    assert not Path(f"{office.path}-wal").exists()
    monkeypatch.undo()
    office.open().close()


def test_the_window_goes_on_while_the_pages_are_checked(desk: Desk) -> None:
    gaps: list[int] = []
    clock, beat = QElapsedTimer(), QTimer()
    clock.start()
    beat.setInterval(5)
    beat.timeout.connect(lambda: gaps.append(clock.restart()))
    beat.start()
    desk.workspace.checks._quick()
    desk.workspace.checks._whole()
    assert desk.tasks.wait_idle()
    beat.stop()
    assert max(gaps, default=0) < 200


def test_another_program_in_the_way_is_no_message(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise OrganizationFileError("file_not_openable", path="acme.crm")

    monkeypatch.setattr(background_checks, "quick_check", busy)
    checks = checked(desk)
    assert not checks.bar.isVisible()
    assert checks._timer.interval() == background_checks.AGAIN_AFTER_MS
