"""The threading policy: where work runs, where its result arrives, and who hears of a failure."""

import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from crm_desktop.domain.errors import BusyError, KnownError
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress, ProgressCallback
from crm_desktop.ui.tasks import Tasks


def test_work_runs_elsewhere_and_its_result_arrives_on_the_ui_thread(tasks: Tasks) -> None:
    seen: list[tuple[str, object]] = []
    here = threading.current_thread()
    tasks.run(
        lambda: threading.current_thread().name,
        on_done=lambda name: seen.append((name, threading.current_thread() is here)),
    )
    assert tasks.busy
    assert tasks.wait_idle()
    assert [arrived for _, arrived in seen] == [True]
    assert seen[0][0].startswith("database")


def test_serial_work_keeps_its_order_and_other_work_has_its_own_threads(tasks: Tasks) -> None:
    order: list[int] = []
    names: list[str] = []
    for step in range(20):
        tasks.run(lambda step=step: order.append(step))
    tasks.run(lambda: threading.current_thread().name, on_done=names.append, serial=False)
    assert tasks.wait_idle()
    assert order == list(range(20))
    assert names[0].startswith("worker")


def test_an_expected_failure_goes_to_the_caller_and_a_bug_to_the_report(
    tasks: Tasks, bugs: list[BaseException]
) -> None:
    errors: list[KnownError] = []

    def busy() -> None:
        raise BusyError("record_changed")

    def broken() -> None:
        raise ZeroDivisionError

    tasks.run(busy, on_error=errors.append)
    tasks.run(broken, on_error=errors.append)
    tasks.run(busy)
    assert tasks.wait_idle()
    assert [error.code for error in errors] == ["record_changed"]
    assert [type(bug) for bug in bugs] == [ZeroDivisionError, BusyError]


def test_progress_is_thinned_out_but_its_last_step_always_comes(tasks: Tasks) -> None:
    shown: list[Progress] = []

    def count(*, progress: ProgressCallback) -> int:
        for step in range(1, 5001):
            progress(Progress(step, 5000))
        return 5000

    tasks.run(count, on_progress=shown.append)
    assert tasks.wait_idle()
    assert shown[-1] == Progress(5000, 5000)
    assert len(shown) < 1000


def test_cancelled_work_ends_in_its_own_callback(tasks: Tasks, bugs: list[BaseException]) -> None:
    ends: list[str] = []
    started = threading.Event()

    def wait(*, cancel: CancelToken) -> None:
        started.set()
        while True:
            cancel.raise_if_cancelled()

    job = tasks.run(
        wait,
        on_done=lambda _: ends.append("done"),
        on_cancelled=lambda: ends.append("cancelled"),
        cancel=CancelToken(),
    )
    assert started.wait(5)
    job.cancel()
    assert tasks.wait_idle()
    assert ends == ["cancelled"]
    assert job.done
    assert not bugs


class _Owner(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.results: list[object] = []

    def take(self, result: object) -> None:
        self.results.append(result)


def _run_for(owner: _Owner, tasks: Tasks) -> tuple[Callable[[], None], list[object]]:
    gate, results = threading.Event(), owner.results

    def work() -> int:
        gate.wait(5)
        return 1

    tasks.run(work, on_done=owner.take)
    return gate.set, results


def test_nothing_is_delivered_to_a_destroyed_owner(tasks: Tasks, qtbot: QtBot) -> None:
    owner, other = _Owner(), _Owner()
    release, gone = _run_for(owner, tasks)
    release_other, alive = _run_for(other, tasks)
    destroyed: list[bool] = []
    owner.destroyed.connect(lambda: destroyed.append(True))
    owner.deleteLater()
    qtbot.waitUntil(lambda: destroyed != [])
    release()
    release_other()
    assert tasks.wait_idle()
    assert gone == []
    assert alive == [1]


def test_waiting_gives_up_after_its_time_and_closing_cancels(qtbot: QtBot) -> None:
    tasks = Tasks(report_bug=print)

    def wait(*, cancel: CancelToken) -> None:
        while True:
            cancel.raise_if_cancelled()

    tasks.run(wait, cancel=CancelToken())
    assert not tasks.wait_idle(0.05)
    assert tasks.close()
    assert tasks.close()
    with pytest.raises(RuntimeError):
        tasks.run(print)
    assert not tasks.busy


def test_a_callback_that_fails_does_not_keep_the_runner_busy(tasks: Tasks, qtbot: QtBot) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    with qtbot.captureExceptions() as caught:
        tasks.run(lambda: 1, on_done=fail)
        assert tasks.wait_idle()
    assert [kind for kind, *_ in caught] == [ZeroDivisionError]


class _Witness:
    """Says in which thread it ended."""

    def __init__(self, ended_in: list[str]) -> None:
        self._ended_in = ended_in

    def __del__(self) -> None:
        self._ended_in.append(threading.current_thread().name)

    def take(self, _result: object) -> None:
        """Receive a result."""


@pytest.fixture
def quick_switches() -> Iterator[None]:
    """Let threads take turns as often as Python can: what depends on who comes first then shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("quick_switches")
def test_what_a_job_holds_is_let_go_in_the_ui_thread(tasks: Tasks) -> None:
    """A worker that held the last reference to a window's parts would destroy them, which Qt forbids."""
    ended_in: list[str] = []

    def start(round_number: int) -> None:
        work, done, shown = (_Witness(ended_in) for _ in range(3))

        def operate(*, progress: ProgressCallback) -> _Witness:
            progress(Progress(1, 1))
            if round_number % 3 == 1:
                raise Cancelled
            if round_number % 3 == 2:
                raise BusyError("record_changed")
            return work

        tasks.run(operate, on_done=done.take, on_error=done.take, on_progress=shown.take)

    for round_number in range(600):
        start(round_number)
        assert tasks.wait_idle()
    assert len(ended_in) == 1800
    assert set(ended_in) == {threading.main_thread().name}
