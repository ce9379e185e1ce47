"""What was freed goes back to the system, so that one large import does not stay in the program's size."""

import ctypes
import sys

import psutil
import pytest
from pytestqt.qtbot import QtBot

from crm_desktop.ui import tasks as tasks_module
from crm_desktop.ui.memory import give_back
from crm_desktop.ui.tasks import Tasks

PAGE, PAGES = 4400, 20_000
MIB = 1024 * 1024


def freed_pages() -> None:
    """Take and free what a cache of 84 MiB takes; every hundredth page stays, as in a heap in use."""
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    library.free.argtypes = [ctypes.c_void_p]
    taken = [library.malloc(PAGE) for _ in range(PAGES)]
    for page in taken:
        ctypes.memset(page, 1, PAGE)
    for place, page in enumerate(taken):
        if place % 100:
            library.free(page)


def size() -> float:
    return float(psutil.Process().memory_info().rss) / MIB


if sys.platform.startswith("linux"):

    def test_pages_that_were_freed_go_back_to_the_system() -> None:
        freed_pages()
        before = size()
        give_back()
        assert before - size() > PAGE * PAGES / MIB / 2


def test_long_work_ends_with_giving_back_and_short_work_does_not(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    monkeypatch.setattr(tasks_module, "give_back", lambda: given.append("back"))
    bugs: list[BaseException] = []
    tasks = Tasks(report_bug=bugs.append)
    tasks.run(lambda: None)
    assert tasks.wait_idle()
    assert not given
    monkeypatch.setattr(tasks_module, "LONG_S", -1.0)
    tasks.run(lambda: None)
    assert tasks.wait_idle()
    assert given == ["back"]
    assert not bugs
    tasks.close()
