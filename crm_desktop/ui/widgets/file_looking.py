"""Files and folders looked into before anything is imported: with progress, and to be stopped."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations.dropped_files import DroppedFiles, look_into
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.page import Notices


def look_into_files(
    session: Session,
    tasks: Tasks,
    notices: Notices,
    paths: Sequence[Path],
    *,
    on_done: Callable[[DroppedFiles], None],
    owner: QObject,
) -> None:
    """Find out what files are, then go on with ``on_done``; cancelled, nothing has happened."""
    cancel = CancelToken()
    shown = notices.working(tr("Looking at the files…"), cancel)

    def done(found: DroppedFiles) -> None:
        shown.end()
        on_done(found)

    def refused(error: KnownError) -> None:
        shown.end()
        notices.refuse(error)

    tasks.run(
        partial(look_into, session, list(paths)), on_done=done, on_error=refused,
        on_progress=shown.show_progress, on_cancelled=shown.end, cancel=cancel, owner=owner, serial=False,
    )  # fmt: skip
