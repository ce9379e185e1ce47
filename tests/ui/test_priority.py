"""Long work gives way: to the window by its rank, to lists by threads of its own."""

import os
import sys
import threading

import pytest
from pytestqt.qtbot import QtBot

from crm_desktop.ui import priority
from crm_desktop.ui.tasks import Tasks


def refuse(error: BaseException) -> None:
    raise error


def rank() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="ranks are read per thread on Linux only")
def test_background_work_ranks_below_everything_else(qtbot: QtBot) -> None:
    tasks = Tasks(report_bug=refuse)
    found: dict[str, int] = {}
    try:
        for name, facts in {
            "database": {}, "worker": {"serial": False}, "background": {"background": True},
        }.items():  # fmt: skip
            tasks.run(lambda name=name: found.update({name: rank()}), **facts)  # type: ignore[arg-type]
        assert tasks.wait_idle()
    finally:
        tasks.close()
    here = rank()
    assert found == {"database": here, "worker": here, "background": min(19, here + 10)}


def test_work_that_takes_long_keeps_no_list_waiting(qtbot: QtBot) -> None:
    tasks = Tasks(report_bug=refuse, pool_size=1)
    go, listed = threading.Event(), threading.Event()
    ended: list[bool] = []
    tasks.run(lambda: go.wait(30), on_done=ended.append, background=True)
    tasks.run(listed.set, serial=False)
    try:
        assert listed.wait(30)
        assert ended == []
    finally:
        go.set()
    assert tasks.wait_idle()
    assert ended == [True]
    tasks.close()


def test_a_system_that_refuses_a_rank_changes_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def refused() -> None:
        asked.append(True)
        raise OSError(13, "refused")

    monkeypatch.setattr(priority, "_rank_lower", refused)
    priority.give_way()
    assert asked == [True]
