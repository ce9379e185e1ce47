"""Tabs that never scroll: those there is no room for are in a menu at the end of the row."""

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QTabBar, QTabWidget, QToolButton, QWidget

from crm_desktop.ui.messages import tr


class _Bar(QTabBar):
    def wanted_px(self, tab: int) -> int:
        """Return how wide a tab is, shown or not."""
        return self.tabSizeHint(tab).width()

    def minimumSizeHint(self) -> QSize:
        """Ask for no width: what does not fit is in the menu."""
        return QSize(0, super().minimumSizeHint().height())


class FoldingTabs(QTabWidget):
    """A tab widget whose last tabs go into a menu "More" while the row is too narrow for all.

    The tab that is open always stands in the row, whoever opened it. Indexes stay what they are.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = _Bar()
        self.setTabBar(self._bar)
        self.more = QToolButton()
        self.more.setText(tr("More"))
        self.more.setAccessibleName(tr("More tabs"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setProperty("role", "tabs")
        menu = QMenu(self.more)
        menu.aboutToShow.connect(partial(self._fill, menu))
        self.more.setMenu(menu)
        self.more.hide()
        self.setCornerWidget(self.more, Qt.Corner.TopRightCorner)
        self.currentChanged.connect(lambda _tab: self.fold())

    def folded(self) -> list[int]:
        """Return the tabs that are in the menu, in their order."""
        return [tab for tab in range(self.count()) if not self._bar.isTabVisible(tab)]

    def fold(self) -> None:
        """Share the row out anew: the open tab, then the others from the first on while there is room."""
        widths = [self._bar.wanted_px(tab) for tab in range(self.count())]
        everything = sum(widths) <= self.width()
        room = self.width() - (0 if everything else self.more.sizeHint().width())
        shown = _fitting(widths, room, always=self.currentIndex())
        for tab in range(self.count()):
            if self._bar.isTabVisible(tab) != (tab in shown):
                self._bar.setTabVisible(tab, tab in shown)
        self.more.setVisible(len(shown) < self.count())

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for tab in self.folded():
            menu.addAction(self.tabText(tab), partial(self._open, tab))

    def _open(self, tab: int) -> None:
        self.setCurrentIndex(tab)
        self._bar.setFocus(Qt.FocusReason.TabFocusReason)

    def tabInserted(self, index: int) -> None:
        """Find room for a new tab."""
        super().tabInserted(index)
        self.fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold by the new width, before the row is laid out in it."""
        self.fold()
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Fold once more: only now the style's fonts and paddings are known."""
        super().showEvent(event)
        self.fold()


def _fitting(widths: list[int], room: int, *, always: int) -> set[int]:
    """Return the tabs that have room: ``always`` first, then from the first on until one does not fit."""
    shown = {always} if 0 <= always < len(widths) else set()
    room -= sum(widths[tab] for tab in shown)
    for tab, width in enumerate(widths):
        if tab in shown:
            continue
        if width > room:
            break
        shown.add(tab)
        room -= width
    return shown
