"""The search index is tidied by itself: when nothing is under way, and never behind a locked window."""

import threading

import pytest

from crm_desktop.domain.errors import BusyError
from crm_desktop.operations.tidying import tidy_search
from crm_desktop.ui.shell import tidying
from crm_desktop.ui.shell.tidying import Tidying
from tests.ui.desk import Desk


def test_it_waits_until_nothing_is_under_way(desk: Desk) -> None:
    free = threading.Event()
    job = desk.tasks.run(lambda: free.wait(10))
    tidier = Tidying(desk.session, desk.tasks, desk.window, after_ms=1)
    for _ in range(2):
        with desk.qtbot.waitSignal(tidier._timer.timeout):
            pass
    assert desk.tasks._jobs == {job}
    free.set()
    desk.qtbot.waitUntil(lambda: job.done and not tidier._timer.isActive())
    desk.settle()
    assert not tidy_search(desk.session), "done just now"


def test_what_keeps_it_from_working_is_no_message(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def busy(session: object, *, cancel: object) -> None:
        asked.append((session, cancel))
        raise BusyError("file_busy", name="acme.crm")

    monkeypatch.setattr(tidying, "tidy", busy)
    tidier = Tidying(desk.session, desk.tasks, desk.window, after_ms=1)
    desk.qtbot.waitUntil(lambda: len(asked) == 1)
    desk.settle()
    assert not desk.workspace.notices.bar.isVisible()
    tidier.stop()


def test_it_ends_with_the_session(desk: Desk) -> None:
    tidier = desk.workspace.findChild(Tidying)
    assert isinstance(tidier, Tidying)
    assert tidier._timer.interval() == tidying.AFTER_MS
    assert tidier._timer.isActive()
    desk.workspace.end()
    assert not tidier._timer.isActive()
    assert tidier._cancel.cancelled


def test_what_was_withdrawn_leaves_the_backups_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(tidying, "clean_backups", lambda session, *, cancel: asked.append((session, cancel)))
    tidier = Tidying(desk.session, desk.tasks, desk.window, after_ms=1)
    desk.qtbot.waitUntil(lambda: bool(asked))
    desk.settle()
    assert asked == [(desk.session, tidier._cancel)]
