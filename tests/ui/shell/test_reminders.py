"""Reminders on a real bus: that something is due is said, never what or about whom; while locked, too."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.domain.permissions import Role
from crm_desktop.operations import follow_ups, settings
from crm_desktop.operations.session import Session
from crm_desktop.ui.pages.follow_ups.page import FollowUpsPage
from crm_desktop.ui.shell import reminders
from crm_desktop.ui.shell.announcer import make_announcer
from crm_desktop.ui.shell.announcer_base import Announcer
from crm_desktop.ui.shell.announcer_linux import BusAnnouncer
from crm_desktop.ui.shell.announcer_tray import TrayAnnouncer
from crm_desktop.ui.tasks import Tasks
from tests.environments import Office, add_member
from tests.operations.follow_up_samples import planned, postpone
from tests.ui.desk import Desk, add_people

_ROOT = Path(__file__).parents[3]
TODAY = "2026-09-21"
"""The day of the tests is Monday, 21 September 2026, 15:13 in London."""
HOUR = 3600
DUE = ("1 follow-up is due now.", "1 follow-ups are due now.")
"""With the plural forms of English and without: tests before may have loaded them."""
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the bus is Linux's")


@dataclass
class Desktop:
    """A bus of its own with a notification service on it."""

    environment: dict[str, str]
    service: "subprocess.Popen[str]"

    def shown(self) -> list[object]:
        """Wait for the next notification and return what was sent."""
        assert self.service.stdout is not None
        found = json.loads(self.service.stdout.readline())
        assert isinstance(found, list)
        return found

    def click(self, number: int, action: str) -> None:
        assert self.service.stdin is not None
        self.service.stdin.write(f"{number} {action}\n")
        self.service.stdin.flush()


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    )
    assert bus.stdout is not None
    environment = {"DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip()}
    service = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.shell.fake_notifications"], cwd=_ROOT, env=os.environ | environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert service.stdout is not None
    assert service.stdout.readline() == "ready\n"
    yield Desktop(environment, service)
    service.communicate(timeout=20)
    bus.terminate()
    bus.communicate(timeout=20)


@pytest.fixture
def on_the_bus(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    """Have windows announce on the bus of ``desktop``."""
    monkeypatch.setattr(
        reminders, "make_announcer", lambda window: BusAnnouncer(window, environment=desktop.environment)
    )
    return desktop


class Heard(Announcer):
    """Keeps what is announced in ``told``."""

    def __init__(self, window: QWidget, told: list[str]) -> None:
        super().__init__(window)
        self.told = told

    def show(self, title: str, text: str) -> bool:
        self.told.append(f"{title}: {text}")
        return True


def fill(session: Session) -> None:
    harriet, zoe, _owen = add_people(session)
    planned(session, "Call +44 7700 900123 about the offer", TODAY, contact_id=harriet, due_time="16:30")
    planned(session, "Ask Zoe for the papers", TODAY, contact_id=zoe, due_time="17:30")
    planned(session, "Late already", "2026-09-01")


@pytest.fixture
def heard(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Desk, list[str]]]:
    told: list[str] = []
    monkeypatch.setattr(reminders, "make_announcer", lambda window: Heard(window, told))
    session = office.open()
    fill(session)
    desk = Desk(qtbot, office, tasks, session)
    yield desk, told
    desk.window.close()
    desk.settle()
    assert bugs == []


def later(desk: Desk, seconds: int) -> None:
    desk.office.clock.advance(seconds)
    assert desk.window.reminders is not None
    desk.window.reminders.look()
    desk.settle()


@linux
def test_the_desktop_shows_that_something_is_due_and_a_click_brings_the_list(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException], on_the_bus: Desktop
) -> None:
    desktop = on_the_bus
    session = office.open()
    fill(session)
    desk = Desk(qtbot, office, tasks, session)
    desk.page("customers")
    later(desk, 2 * HOUR)
    program, replaces, _icon, title, text, actions, *_ = desktop.shown()
    assert (program, replaces, title) == ("CT-CRM Desktop", 0, "CT-CRM Desktop")
    assert text in DUE
    assert actions == ["default", "Show"]
    desktop.click(99, "default")
    desktop.click(7, "default")
    qtbot.waitUntil(lambda: isinstance(desk.workspace.page, FollowUpsPage))
    desk.window.program_lock()
    desk.settle()
    later(desk, HOUR)
    _, replaces, _icon, title, text, *_ = desktop.shown()
    assert replaces == 7, "it takes the place of the one before"
    assert title == "CT-CRM Desktop"
    assert text in {f"{words} Unlock the window to read more." for words in DUE}
    desk.window.close()
    assert tasks.wait_idle()
    assert bugs == []


def test_a_reminder_while_locked_holds_no_name_and_no_number_and_says_the_same_of_everybody(
    heard: tuple[Desk, list[str]],
) -> None:
    desk, told = heard
    desk.window.program_lock()
    desk.settle()
    assert desk.locked
    later(desk, 2 * HOUR)
    later(desk, HOUR)
    assert len(told) == 2
    assert told[0] == told[1], "of another customer another thing is due, and the words are the same"
    for secret in ("Harriet", "Blythe", "Zo", "Call", "Ask", "900123", "papers", "Acme", "Ana"):
        assert secret not in told[0]


def test_each_is_reminded_of_once_and_what_was_late_before_not_at_all(heard: tuple[Desk, list[str]]) -> None:
    desk, told = heard
    later(desk, 60)
    assert told == []
    later(desk, 3 * HOUR)
    assert told == ["CT-CRM Desktop: 2 follow-ups are due now."]
    later(desk, 3 * HOUR)
    desk.window.program_lock()
    desk.settle()
    later(desk, HOUR)
    assert len(told) == 1


def closed_and_opened(qtbot: QtBot, desk: Desk, seconds: int, login: str = "ana") -> Desk:
    """Close the program, let time pass, and sign in again."""
    desk.window.close()
    desk.settle()
    desk.office.clock.advance(seconds)
    again = Desk(qtbot, desk.office, desk.tasks, desk.office.open(login))
    again.settle()
    return again


def test_what_fell_due_while_the_program_was_closed_is_said_once_and_without_a_word_of_it(
    qtbot: QtBot, heard: tuple[Desk, list[str]]
) -> None:
    desk, told = heard
    again = closed_and_opened(qtbot, desk, 3 * HOUR)
    assert told == ["CT-CRM Desktop: 2 follow-ups fell due while the program was closed."]
    later(again, HOUR)
    again = closed_and_opened(qtbot, again, HOUR)
    assert len(told) == 1, "it is said once"
    again.window.close()
    again.settle()


def test_what_was_said_before_closing_or_while_locked_is_not_said_again(
    qtbot: QtBot, heard: tuple[Desk, list[str]]
) -> None:
    desk, told = heard
    later(desk, 2 * HOUR)
    desk.window.program_lock()
    desk.settle()
    later(desk, HOUR)
    assert len(told) == 2
    desk.window.begin(desk.office.open())
    desk.settle()
    again = closed_and_opened(qtbot, desk, HOUR)
    assert len(told) == 2
    again.window.close()
    again.settle()


def test_what_fell_due_is_said_to_whom_it_is_for_and_to_nobody_who_wants_none(
    qtbot: QtBot, heard: tuple[Desk, list[str]]
) -> None:
    desk, told = heard
    add_member(desk.session, "ben", Role.STAFF)
    ben = closed_and_opened(qtbot, desk, 3 * HOUR, "ben")
    assert told == []
    ana = closed_and_opened(qtbot, ben, 60)
    assert len(told) == 1
    planned(ana.session, "Tomorrow", "2026-09-22")
    settings.put_setting(ana.session, settings.REMINDERS_OFF, value=True)
    again = closed_and_opened(qtbot, ana, 40 * HOUR)
    assert len(told) == 1
    again.window.close()
    again.settle()


def test_done_is_not_reminded_of_and_postponed_when_it_is_due(heard: tuple[Desk, list[str]]) -> None:
    desk, told = heard
    follow_ups.finish(desk.session, [1])
    postpone(desk.session, 2, TODAY, "20:00")
    later(desk, 3 * HOUR)
    assert told == []
    later(desk, 2 * HOUR)
    assert len(told) == 1


def test_planned_just_before_the_window_is_locked_it_is_known(heard: tuple[Desk, list[str]]) -> None:
    desk, told = heard
    planned(desk.session, "Tomorrow", "2026-09-22")
    desk.window.program_lock()
    desk.settle()
    later(desk, 3 * HOUR)
    later(desk, 15 * HOUR)  # after nine in the morning, when a day without a time begins
    assert len(told) == 2


def test_whoever_wants_none_gets_none(heard: tuple[Desk, list[str]]) -> None:
    desk, told = heard
    settings.put_setting(desk.session, settings.REMINDERS_OFF, value=True)
    later(desk, 3 * HOUR)
    desk.window.program_lock()
    desk.settle()
    later(desk, 30 * HOUR)
    assert told == []


def test_another_file_is_reminded_of_nothing_of_the_one_before(heard: tuple[Desk, list[str]]) -> None:
    desk, told = heard
    desk.window.program_lock()
    desk.settle()
    desk.window.show_welcome()
    later(desk, 3 * HOUR)
    assert told == []


def test_others_are_not_reminded_of_mine(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = office.open()
    fill(session)
    add_member(session, "ben", Role.STAFF)
    session.close()
    told: list[str] = []
    monkeypatch.setattr(Announcer, "announce", lambda _self, _title, text: told.append(text))
    desk = Desk(qtbot, office, tasks, office.open("ben"))
    later(desk, 3 * HOUR)
    desk.window.close()
    desk.settle()
    assert (told, bugs) == ([], [])


def test_without_a_bus_or_a_service_the_window_asks_for_attention(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    asked: list[QWidget] = []
    monkeypatch.setattr(QApplication, "alert", lambda which, _ms=0: asked.append(which))
    for environment in (
        {},
        {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere/at/all"},
        {"DBUS_SESSION_BUS_ADDRESS": "tcp:host=127.0.0.1,port=1"},
    ):
        BusAnnouncer(window, environment=environment).announce("a", "b")
    assert asked == [window] * 3
    if sys.platform.startswith("linux") and "DBUS_SESSION_BUS_ADDRESS" in os.environ:
        # The bus of the tests has nobody who shows notifications: it says so.
        announcer = BusAnnouncer(window)
        announcer.announce("a", "b")
        qtbot.waitUntil(lambda: len(asked) == 4)
        announcer.stop()


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_an_icon_beside_the_clock_says_it(qtbot: QtBot, platform: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    announcer = make_announcer(window, platform=platform)
    assert isinstance(announcer, TrayAnnouncer)
    announcer.announce("a", "b")
    announcer.stop()
