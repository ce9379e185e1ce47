"""The locked window: the session is closed, nothing of it is on screen; signing in comes back to the page."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crm_desktop.domain.errors import KnownError
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.sign_in import SignInPage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from crm_desktop.operations.environment import Environment
    from crm_desktop.ui.widgets.page import RunningWork


class LockPage(SignInPage):
    """Sign-in again to the same file, usually by the same person."""

    def __init__(
        self,
        environment: "Environment",
        tasks: Tasks,
        path: Path,
        *,
        login: str,
        code: str | None = None,
        running: "Sequence[RunningWork]" = (),
    ) -> None:
        super().__init__(environment, tasks, path, login=login, code=code)
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

    def tell_not_kept(self, error: KnownError) -> None:
        """Say that half-typed input could not be kept; the window is locked all the same."""
        self.set_head(tr("Locked"), tr("Sign in to go on."))
        words = tr("What was typed and not saved could not be kept. {why}").format(why=message_for(error))
        self.message.show_message(words, tone="warn")

    def _cancel_work(self) -> None:
        for work in self._running:
            work.job.cancel()
        self.work.hide()

    def _work_ended(self) -> None:
        self.work.hide()
