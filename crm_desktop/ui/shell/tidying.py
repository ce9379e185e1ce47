"""Tidies an open file and its backups some time after signing in, while nobody waits.

Old values, the search index; and what was withdrawn leaves the backups that can be reached now.
"""

from PySide6.QtCore import QObject, QTimer

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations.backup_cleaning import clean_backups
from crm_desktop.operations.session import Session
from crm_desktop.operations.tidying import tidy
from crm_desktop.ui.tasks import Tasks

AFTER_MS = 30_000


class Tidying(QObject):
    """Waits ``after_ms``, as long again while something is under way; the file is tidied at most daily."""

    def __init__(
        self, session: Session, tasks: Tasks, parent: QObject | None = None, *, after_ms: int = AFTER_MS
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._tasks = tasks
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
        self._tasks.run(
            lambda cancel: tidy(self._session, cancel=cancel),
            on_error=_next_time,
            cancel=self._cancel,
            owner=self,
        )
        # Beside the work: copying a large backup takes a while, and somebody may want to save meanwhile.
        self._tasks.run(
            lambda cancel: clean_backups(self._session, cancel=cancel),
            on_error=_next_time,
            cancel=self._cancel,
            owner=self,
            background=True,
        )


def _next_time(_error: KnownError) -> None:
    """Tell nobody: another program writes or the disk is full, and nobody had asked for anything."""
