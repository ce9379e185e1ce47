"""Notices at once that another file is put in the place of the open one, not only at the next save."""

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from crm_desktop.operations.session import Session
from crm_desktop.operations.swapped_files import is_swapped

_SETTLED_MS = 250
"""A sync program takes the old file away and puts the new one there: looked at when both is done."""


class SwapWatch(QObject):
    """Says ``swapped`` once. Files that are only read are not watched: nothing of them can be lost."""

    swapped = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLED_MS)
        self._timer.timeout.connect(self._look)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._timer.start)
        if not session.read_only:
            # The folder: a watch on the file itself would follow the old one out of sight.
            self._watcher.addPath(str(session.path.parent))

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()
        watched = self._watcher.directories()
        if watched:
            self._watcher.removePaths(watched)

    def _look(self) -> None:
        if is_swapped(self._session):
            self.stop()
            self.swapped.emit()
