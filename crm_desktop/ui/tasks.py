"""The whole threading policy: work leaves the UI thread here and its result comes back here.

One serialized thread owns the database's writes and long reads; a small pool takes what needs no turn
(snapshots on their own connection, parsing, images); a third kind gives way to both and to the window:
backups and checks take minutes, and lists must not wait behind them. A result returns by a queued
signal, so callbacks run on the UI thread, never after the owner of the callback is gone. ``KnownError``
belongs to the caller; everything else is a bug and goes to ``report_bug``. What a job refers to is let go
on the UI thread too: a worker with the last reference to a widget would destroy it, which Qt forbids.
"""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal, Slot

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.ui.memory import give_back
from crm_desktop.ui.priority import give_way

T = TypeVar("T")
PROGRESS_EVERY_S = 0.05
"""A worker may report every row; a person sees no more than twenty steps a second."""
LONG_S = 0.5
"""Work that takes longer goes through large parts of the file, and leaves freed pages behind."""


def _owner_of(callback: object) -> QObject | None:
    """Return the QObject a bound method belongs to, looking through ``functools.partial``."""
    while isinstance(callback, partial):
        callback = callback.func
    owner = getattr(callback, "__self__", None)
    return owner if isinstance(owner, QObject) else None


@dataclass(frozen=True, slots=True)
class _Work:
    """What a worker is to do, and who hears of its end."""

    job: "Job"
    operation: Callable[..., Any]
    facts: dict[str, object]
    on_done: Callable[[Any], None] | None
    on_error: Callable[[KnownError], None]
    on_cancelled: Callable[[], None] | None
    on_unwanted: Callable[[Any], object] | None


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A call to be made on the UI thread; with its ``work`` it ends its job."""

    job: "Job"
    call: Callable[[], None]
    work: _Work | None = None


class Job:
    """One piece of work under way: it can be cancelled and asked whether it has ended."""

    def __init__(self, *, token: CancelToken, owner: QObject | None) -> None:
        self.token = token
        self.owner = owner
        self.done = False
        self.leftover: Callable[[], object] | None = None
        self._reported_at = 0.0

    def cancel(self) -> None:
        """Ask the work to stop; what it does then is up to the operation."""
        self.token.cancel()

    @property
    def wanted(self) -> bool:
        """Whether whoever started it still exists."""
        return self.owner is None or shiboken6.isValid(self.owner)

    def due(self, progress: Progress) -> bool:
        """Whether ``progress`` is to be shown: the last step always, others at most twenty a second."""
        now = time.monotonic()
        if progress.done != progress.total and now - self._reported_at < PROGRESS_EVERY_S:
            return False
        self._reported_at = now
        return True


class Tasks(QObject):
    """Runs operations off the UI thread; ``idle`` says that nothing is under way any more."""

    idle = Signal()
    _delivered = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        report_bug: Callable[[BaseException], None],
        pool_size: int = 2,
    ) -> None:
        super().__init__(parent)
        self._report_bug = report_bug
        self._database = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._pool = ThreadPoolExecutor(pool_size, thread_name_prefix="worker")
        self._background = ThreadPoolExecutor(
            pool_size, thread_name_prefix="background", initializer=give_way
        )
        self._jobs: set[Job] = set()
        self._deliveries: deque[_Delivery] = deque()
        self._closed = False
        self._delivered.connect(self._deliver)

    def run(
        self,
        operation: Callable[..., T],
        *,
        on_done: Callable[[T], None] | None = None,
        on_error: Callable[[KnownError], None] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
        on_unwanted: Callable[[T], object] | None = None,
        cancel: CancelToken | None = None,
        owner: QObject | None = None,
        serial: bool = True,
        background: bool = False,
    ) -> Job:
        """Run ``operation`` in the database thread, or in the pool when ``serial`` is false.

        With ``background`` it runs in a thread of its own kind, below the window's in rank.

        The operation is called with ``progress=`` when ``on_progress`` is given and with ``cancel=`` when
        ``cancel`` is given, otherwise without arguments. ``owner`` is taken from a bound method when left
        out: once it is destroyed no callback is made but ``on_unwanted``, which lets go of a result that
        holds something open. Without ``on_error`` a ``KnownError`` is a bug.
        Raises RuntimeError after ``close``.
        """
        owner = owner or _owner_of(on_done) or _owner_of(on_error)
        job = Job(token=cancel or CancelToken(), owner=owner)
        facts: dict[str, object] = {} if cancel is None else {"cancel": cancel}
        if on_progress is not None:
            facts["progress"] = partial(self._progressed, job, on_progress)
        failed = on_error or self._report_bug
        work = _Work(job, operation, facts, on_done, failed, on_cancelled, on_unwanted)
        pool = self._background if background else self._database if serial else self._pool
        pool.submit(self._work, [work])
        # Its delivery waits for this thread's event loop, so it cannot come before this line.
        self._jobs.add(job)
        return job

    def _work(self, box: list[_Work]) -> None:
        """Do the work in ``box``, in the worker; after the first line nothing of it is left here."""
        self._deliveries.append(self._done(box))
        self._delivered.emit()

    def _done(self, box: list[_Work]) -> _Delivery:
        work, began = box.pop(), time.monotonic()
        try:
            # No name for the outcome here: an error in it would hold this frame, and so itself.
            return _Delivery(work.job, self._outcome(work), work)
        finally:
            if time.monotonic() - began > LONG_S:
                give_back()

    def _outcome(self, work: _Work) -> Callable[[], None]:
        """Run the operation here, in the worker, and return the call to make on the UI thread."""
        try:
            result = work.operation(**work.facts)
        except Cancelled:
            return work.on_cancelled or _nothing
        except KnownError as error:
            return partial(work.on_error, error)
        except Exception as bug:  # noqa: BLE001 - the one place where a bug in an operation becomes a report
            return partial(self._report_bug, bug)
        if work.on_unwanted is not None:
            work.job.leftover = partial(work.on_unwanted, result)
        return _nothing if work.on_done is None else partial(work.on_done, result)

    def _progressed(self, job: Job, show: Callable[[Progress], None], progress: Progress) -> None:
        if job.due(progress):
            self._deliveries.append(_Delivery(job, partial(show, progress)))
            self._delivered.emit()

    @Slot()
    def _deliver(self) -> None:
        delivery = self._deliveries.popleft()
        job, last = delivery.job, delivery.work is not None
        if last:
            job.done = True
            self._jobs.discard(job)
        try:
            if job.wanted:
                delivery.call()
            elif last and job.leftover is not None:
                job.leftover()
        finally:
            if not self._jobs:
                self.idle.emit()

    @property
    def busy(self) -> bool:
        """Whether any job is under way or its result not yet delivered."""
        return bool(self._jobs)

    def wait_idle(self, timeout_s: float = 10.0) -> bool:
        """Deliver results until nothing is under way; False when ``timeout_s`` passed first."""
        if self._jobs:
            loop = QEventLoop()
            self.idle.connect(loop.quit)
            timer = QTimer(loop)
            timer.setSingleShot(True)
            timer.timeout.connect(loop.quit)
            timer.start(int(timeout_s * 1000))
            while self._jobs and timer.isActive():
                loop.exec()
            timer.stop()
            self.idle.disconnect(loop.quit)
        return not self._jobs

    def close(self, timeout_s: float = 10.0) -> bool:
        """Cancel what is under way, deliver what comes back and end the threads; safe to call twice."""
        if self._closed:
            return True
        self._closed = True
        for job in list(self._jobs):
            job.cancel()
        ended = self.wait_idle(timeout_s)
        self._database.shutdown(wait=ended, cancel_futures=True)
        self._pool.shutdown(wait=ended, cancel_futures=True)
        self._background.shutdown(wait=ended, cancel_futures=True)
        return ended


def _nothing() -> None:
    """Deliver the end of a job nobody asked about."""
