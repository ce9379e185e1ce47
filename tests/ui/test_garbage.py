"""Reference cycles end on the UI thread, whoever allocates."""

import gc
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytestqt.qtbot import QtBot

from crm_desktop.ui.garbage import CycleCollector


class _Cycle:
    """Ends only when somebody collects, and says in which thread that was."""

    def __init__(self, ended_in: list[str]) -> None:
        self._self = self
        self._ended_in = ended_in

    def __del__(self) -> None:
        self._ended_in.append(threading.current_thread().name)


@pytest.fixture
def automatic() -> Iterator[None]:
    """Collect as Python does by itself, for the length of a test."""
    was = gc.isenabled()
    gc.enable()
    yield
    if not was:
        gc.disable()


def _allocate_in_a_worker() -> list[list[int]]:
    with ThreadPoolExecutor(1, thread_name_prefix="worker") as pool:
        return pool.submit(lambda: [[number] for number in range(50_000)]).result()


@pytest.mark.usefixtures("automatic")
def test_a_cycle_ends_in_the_ui_thread_while_a_worker_allocates(qtbot: QtBot) -> None:
    ended_in: list[str] = []
    collector = CycleCollector()
    collector.start()
    try:
        _Cycle(ended_in)
        kept = _allocate_in_a_worker()
        assert ended_in == []
        qtbot.waitUntil(lambda: ended_in != [])
        assert ended_in == [threading.main_thread().name]
        assert kept
    finally:
        collector.stop()
    assert gc.isenabled()
