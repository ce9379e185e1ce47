"""Looks through the file's pages beside the work: quickly after signing in, wholly once a week.

Not in the database's thread: somebody may want to save meanwhile. Damage is said in a bar of its own that
stays through pages, toasts and refusals until it is dismissed, and offers what helps.
"""

from PySide6.QtCore import QObject, QTimer, Signal

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations.checking import damage_known, quick_check, whole_check, whole_check_due
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.message_bar import MessageBar

QUICK_AFTER_MS = 3_000
"""The first page is on screen by then."""
WHOLE_AFTER_MS = 60_000
AGAIN_AFTER_MS = 15 * 60_000
"""After another program was in the way."""


class BackgroundChecks(QObject):
    """Lives as long as the workspace ``parent``; ``stop`` ends a check under way at once.

    ``bar`` is placed by the workspace above its pages.
    """

    backups_requested = Signal()
    rescue_requested = Signal()

    def __init__(
        self, parent: QObject, session: Session, tasks: Tasks, *, quick_after_ms: int = QUICK_AFTER_MS,
        whole_after_ms: int = WHOLE_AFTER_MS,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session = session
        self._tasks = tasks
        self._cancel = CancelToken()
        self._whole_after_ms = whole_after_ms
        self.bar = MessageBar()
        self.bar.action_requested.connect(self.rescue_requested)
        self.bar.other_requested.connect(self.backups_requested)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._quick)
        self._timer.start(quick_after_ms)

    def stop(self) -> None:
        """Begin no more, and stop what is under way: the session ends."""
        self._timer.stop()
        self._cancel.cancel()

    def _quick(self) -> None:
        self._tasks.run(
            lambda cancel: quick_check(self._session, cancel=cancel),
            on_done=self._quick_done,
            on_error=self._later,
            cancel=self._cancel,
            owner=self,
            background=True,
        )

    def _quick_done(self, damage: KnownError | None) -> None:
        if self._cancel.cancelled:
            return
        if damage is not None:
            self.show_damage(damage)
        elif damage_known(self._session):
            # It may have been restored meanwhile: only a whole check says so.
            self._whole()
        elif whole_check_due(self._session):
            self._timer.timeout.disconnect()
            self._timer.timeout.connect(self._whole)
            self._timer.start(self._whole_after_ms)

    def _whole(self) -> None:
        self._tasks.run(
            lambda cancel: whole_check(self._session, cancel=cancel),
            on_done=self._whole_done,
            on_error=self._later,
            cancel=self._cancel,
            owner=self,
            background=True,
        )

    def _whole_done(self, damage: KnownError | None) -> None:
        if damage is not None and not self._cancel.cancelled:
            self.show_damage(damage)

    def _later(self, _error: KnownError) -> None:
        """Tell nobody: another program writes, and nobody had asked for anything."""
        if not self._cancel.cancelled:
            self._timer.start(AGAIN_AFTER_MS)

    def show_damage(self, damage: KnownError) -> None:
        """Say what is damaged, what is safe and what to do, with what the person may do as buttons."""
        self.bar.show_message(
            message_for(damage),
            tone="danger",
            action=tr("Rescue…") if self._session.may("restore") else "",
            other=tr("Backups…") if self._session.may("settings") else "",
        )
