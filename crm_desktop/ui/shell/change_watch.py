"""Notices what another program saved in the same file and has the pages show it.

A look costs two lookups by key every few seconds; a page keeps its selection and a form that is being
typed in.
"""

from PySide6.QtCore import QObject, QTimer, Signal

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.others_changes import Seen, look_for_changes
from crm_desktop.operations.session import Session
from crm_desktop.ui.tasks import Tasks

EVERY_MS = 4_000


class ChangeWatch(QObject):
    """``changed_elsewhere`` when somebody else's change came into the file."""

    changed_elsewhere = Signal()

    def __init__(
        self, session: Session, tasks: Tasks, parent: QObject | None = None, *, every_ms: int = EVERY_MS
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._tasks = tasks
        self._after: int | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def stop(self) -> None:
        """Look no more: the session ends."""
        self._timer.stop()

    def look(self) -> None:
        """Look once; while something else is under way the next turn does."""
        if self._tasks.busy:
            return
        after = self._after
        self._tasks.run(
            lambda: look_for_changes(self._session, after=after),
            on_done=self._seen, on_error=_next_time, owner=self, serial=False,
        )  # fmt: skip

    def _seen(self, seen: Seen) -> None:
        self._after = seen.newest
        if seen.by_others:
            self.changed_elsewhere.emit()


def _next_time(_error: KnownError) -> None:
    """Tell nobody: whoever reads or saves is told, and nobody had asked."""
