"""Files dragged onto a card: taken where its files are shown, and on the tab that shows them."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from crm_desktop.ui.widgets.folding_tabs import FoldingTabs


def dropped_paths(mime: QMimeData) -> list[Path]:
    """Return the files of this computer that are dragged; addresses elsewhere are none."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile() and url.toLocalFile()]


class FileDrops(QObject):
    """Watches ``card`` and the tabs in it; ``files`` is the page that takes them while ``may`` says so.

    Elsewhere on the card a file goes to whoever lies below: the window takes call logs.
    """

    def __init__(
        self, card: QWidget, tabs: FoldingTabs, files: QWidget, *, may: Callable[[], bool],
        take: Callable[[list[Path]], None], hover: Callable[[bool], None],
    ) -> None:  # fmt: skip
        super().__init__(card)
        self._card, self._tabs, self._files = card, tabs, files
        self._may, self._take, self._hover = may, take, hover
        for watched in (card, tabs.tabBar(), tabs.more):
            watched.setAcceptDrops(True)
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is dragged over the page; its tab, or the menu it is in, brings it to the front."""
        kind = event.type()
        if kind in {QEvent.Type.DragEnter, QEvent.Type.DragMove}:
            return self._dragged(watched, cast("QDragEnterEvent | QDragMoveEvent", event))
        if kind == QEvent.Type.DragLeave:
            self._hover(False)  # noqa: FBT003 - one sense only
            return False
        if kind == QEvent.Type.Drop:
            return self._dropped(cast("QDropEvent", event))
        return False

    def _dragged(self, watched: QObject, event: QDragEnterEvent | QDragMoveEvent) -> bool:
        if not self._may() or not dropped_paths(event.mimeData()):
            return False
        bar, page = self._tabs.tabBar(), self._tabs.indexOf(self._files)
        on_tab = watched is bar and bar.tabAt(event.position().toPoint()) == page
        if on_tab or (watched is self._tabs.more and page in self._tabs.folded()):
            self._tabs.setCurrentWidget(self._files)
        if self._tabs.currentWidget() is not self._files:
            # The row goes on asking: the pointer may come to the tab yet.
            event.setAccepted(watched is not self._card)
            return watched is not self._card
        self._hover(True)  # noqa: FBT003 - one sense only
        event.acceptProposedAction()
        return True

    def _dropped(self, event: QDropEvent) -> bool:
        self._hover(False)  # noqa: FBT003 - one sense only
        paths = dropped_paths(event.mimeData())
        if not paths or not self._may() or self._tabs.currentWidget() is not self._files:
            return False
        event.acceptProposedAction()
        self._take(paths)
        return True
