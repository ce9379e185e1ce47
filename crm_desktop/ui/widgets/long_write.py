"""Runs a write that may take a while: its progress in a card, *Cancel*, and on the lock page too."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.page import Notices, RunningWork

T = TypeVar("T")


def run_long_write(
    operation: Callable[..., T],
    *,
    title: str,
    on_done: Callable[[T], None],
    tasks: Tasks,
    notices: Notices,
    running: list[RunningWork],
    owner: QObject,
    on_cancelled: Callable[[], None] | None = None,
    on_refused: Callable[[KnownError], None] | None = None,
) -> None:
    """Run ``operation`` with ``progress=`` and ``cancel=``; a refusal or cancel is told in the notices.

    ``on_cancelled`` where something was written that stays; ``on_refused`` instead of telling it.
    """
    cancel = CancelToken()
    shown = notices.working(title, cancel)

    def done(result: T) -> None:
        shown.end()
        on_done(result)

    def refused(error: KnownError) -> None:
        shown.end()
        (on_refused or notices.refuse)(error)

    def cancelled() -> None:
        shown.end()
        if on_cancelled is not None:
            on_cancelled()
        else:
            notices.say(tr("Cancelled. Everything is as it was before."))

    job = tasks.run(
        operation, on_done=done, on_error=refused, on_progress=shown.show_progress, on_cancelled=cancelled,
        cancel=cancel, owner=owner,
    )  # fmt: skip
    # A lock closes the window; the work goes on and the lock page shows it.
    running[:] = [*(work for work in running if not work.job.done), RunningWork(title, job)]
