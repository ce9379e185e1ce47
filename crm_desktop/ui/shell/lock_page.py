"""The locked window: the session is closed, nothing of it is on screen; signing in comes back to the page."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from crm_desktop.ui.messages import tr
from crm_desktop.ui.shell.sign_in import SignInPage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from crm_desktop.operations.environment import Environment
    from crm_desktop.ui.widgets.page import RunningWork

IDLE_LOCK_S = 600
"""Ten minutes, as the security design says."""

_HUMAN = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
}


class LockPage(SignInPage):
    """Sign-in again to the same file, usually by the same person."""

    def __init__(
        self,
        environment: "Environment",
        tasks: Tasks,
        path: Path,
        *,
        login: str,
        running: "Sequence[RunningWork]" = (),
    ) -> None:
        super().__init__(environment, tasks, path, login=login)
        self._running = list(running)
        self.work = MessageBar()
        self.work.action_requested.connect(self._cancel_work)
        self.body.insertWidget(2, self.work)
        tasks.idle.connect(self._work_ended)
        if self._running:
            words = tr("{work} It ends before you can sign in.").format(work=self._running[0].title)
            self.work.show_message(words, tone="info", action=tr("Cancel it"), can_dismiss=False)
        self.set_head(tr("Locked"), tr("Your input is kept. Sign in to go on where you were."))
        self.other_button.setText(tr("Open another file…"))

    def _cancel_work(self) -> None:
        for work in self._running:
            work.job.cancel()
        self.work.hide()

    def _work_ended(self) -> None:
        self.work.hide()


class IdleWatch(QObject):
    """Says ``idle_passed`` after a time without any key, click or movement in the whole program."""

    idle_passed = Signal()

    def __init__(self, parent: QObject, *, seconds: float = IDLE_LOCK_S) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(int(seconds * 1000))
        self._timer.timeout.connect(self.idle_passed)

    def start(self) -> None:
        """Begin to count."""
        self._timer.start()

    def stop(self) -> None:
        """Stop counting, while nothing is open."""
        self._timer.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Count from the start again when somebody is there; takes no event away."""
        if event.type() in _HUMAN and self._timer.isActive():
            self._timer.start()
        return False
