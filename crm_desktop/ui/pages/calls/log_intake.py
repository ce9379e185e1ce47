"""Which files an import is of: looked into in the background, and more of them chosen."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_desktop.domain.progress import CancelToken, Progress
from crm_desktop.operations.dropped_files import look_into
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tasks import Job
from crm_desktop.ui.widgets.page import PageContext


class LogIntake(QObject):
    """``chosen``: more paths are wanted; ``found`` and ``refused`` end a look into files."""

    chosen = Signal(object)
    found = Signal(object)
    refused = Signal(object)

    def __init__(self, context: PageContext, owner: QWidget) -> None:
        super().__init__(owner)
        self._context, self._owner = context, owner

    def look_into(self, paths: Sequence[Path], on_progress: Callable[[Progress], None]) -> Job:
        """Find out what files and folders are; cancelled, it ends without a word."""
        return self._context.tasks.run(
            partial(look_into, self._context.session, list(paths)), on_done=self.found.emit,
            on_error=self.refused.emit, on_progress=on_progress, cancel=CancelToken(), owner=self._owner,
            serial=False,
        )  # fmt: skip

    def ask(self, folder: bool) -> None:  # noqa: FBT001 - Qt's signal
        """Have more files, or a folder, chosen."""
        if folder:
            name = QFileDialog.getExistingDirectory(self._owner, tr("Choose a folder of call logs"))
            chosen = [name] if name else []
        else:
            chosen, _ = QFileDialog.getOpenFileNames(
                self._owner, tr("Choose call logs"), "", tr("All files (*)")
            )
        if chosen:
            self.chosen.emit([Path(name) for name in chosen])
