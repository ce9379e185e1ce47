"""Looks every few minutes whether a backup is due and has it made beside the work.

Not in the database's thread: a large file takes seconds, and somebody may want to save meanwhile. What
goes wrong is said once in the bar above the pages, not again at every attempt.
"""

from PySide6.QtCore import QObject, QTimer

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations.automatic_backups import back_up_if_due
from crm_desktop.operations.backups import BackedUp, back_up
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.notices import WindowNotices
from crm_desktop.ui.tasks import Job, Tasks

LOOK_EVERY_S = 120


class AutomaticBackups(QObject):
    """Lives as long as the workspace ``parent``; ``stop`` lets a backup under way go."""

    def __init__(
        self, parent: QObject, session: Session, tasks: Tasks, notices: WindowNotices, *,
        every_s: float = LOOK_EVERY_S,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session = session
        self._tasks = tasks
        self._notices = notices
        self._said: set[str] = set()
        self._job: Job | None = None
        self._stopped = False
        self._timer = QTimer(self)
        self._timer.setInterval(int(every_s * 1000))
        self._timer.timeout.connect(self.look)
        if session.may("backup.now") and not session.read_only:
            self._timer.start()

    def look(self) -> None:
        """Make a backup if one is due and none is under way."""
        if self._stopped or (self._job is not None and not self._job.done):
            return
        self._job = self._tasks.run(
            lambda cancel: back_up_if_due(self._session, cancel=cancel),
            on_done=self._made,
            on_error=self._failed,
            cancel=CancelToken(),
            owner=self,
            background=True,
        )

    def make_now(self) -> None:
        """Make a backup because somebody asked for it; after a restore it confirms that file."""
        if self._job is not None and not self._job.done:
            return
        self._job = self._tasks.run(
            lambda cancel: back_up(self._session, cancel=cancel),
            on_done=self._made_now,
            on_error=self._notices.refuse,
            cancel=CancelToken(),
            owner=self,
            background=True,
        )

    def _made_now(self, done: BackedUp) -> None:
        self._notices.say(tr("A backup was made and read back: {name}").format(name=done.backup.path.name))
        for warning in done.warnings:
            self._failed(warning)

    def stop(self) -> None:
        """Look no more and cancel what is under way: the session is about to end."""
        self._stopped = True
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()

    def _made(self, done: BackedUp | None) -> None:
        if done is None:
            return
        self._said &= {warning.code for warning in done.warnings}
        for warning in done.warnings:
            self._failed(warning)

    def _failed(self, error: KnownError) -> None:
        if self._stopped or error.code in self._said:
            return
        self._said.add(error.code)
        self._notices.warn(message_for(error))
