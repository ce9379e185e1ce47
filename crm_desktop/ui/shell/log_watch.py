"""Verifies what is new in the log some minutes after signing in, and says so where something is wrong."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations.session import Session
from crm_desktop.operations.verify import Check, verify_new
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tasks import Tasks

AFTER_MS = 180_000


class LogWatch(QObject):
    """Waits ``after_ms``, and as long again while something is under way; once a session."""

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        warn: Callable[[str], None],
        parent: QObject | None = None,
        *,
        after_ms: int = AFTER_MS,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._tasks = tasks
        self._warn = warn
        self._cancel = CancelToken()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(after_ms)
        self._timer.timeout.connect(self._begin)
        self._timer.start()

    def stop(self) -> None:
        """Begin no more, and stop what is under way: the session ends."""
        self._timer.stop()
        self._cancel.cancel()

    def _begin(self) -> None:
        if self._tasks.busy:
            self._timer.start()
            return
        # In the pool: a first time reads the whole log, and no save is to wait for that.
        self._tasks.run(
            lambda cancel: verify_new(self._session, cancel=cancel),
            on_done=self._done, on_error=_next_time, cancel=self._cancel, owner=self, serial=False,
        )  # fmt: skip

    def _done(self, checks: Sequence[Check]) -> None:
        if all(check.ok for check in checks):
            return
        count = sum(max(1, len(check.problems)) for check in checks if not check.ok)
        words = tr("The log and the records do not fit together in %n places.", "", count)
        if self._session.may("log"):
            advice = tr("Nothing was changed. Verify the log under Administration: it names each place.")
        else:
            advice = tr("Nothing was changed. Tell an administrator: the log names each place.")
        self._warn(f"{words} {advice}")


def _next_time(_error: KnownError) -> None:
    """Tell nobody: the file is damaged, which other checks tell, or out of reach; nobody had asked."""
