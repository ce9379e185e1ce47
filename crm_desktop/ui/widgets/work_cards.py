"""Long work beside the work: a card a job at the bottom of the window, with progress and *Cancel*."""

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.domain.progress import CancelToken, Progress
from crm_desktop.ui.tokens import SPACE_S, SPACE_XL
from crm_desktop.ui.widgets.parts import card
from crm_desktop.ui.widgets.progress_panel import ProgressPanel

WIDTH = 420
AFTER_MS = 400
"""Work that ends sooner is told by its result alone."""


class WorkCards(QWidget):
    """Lies over ``host``, bottom centre, and follows its size; hidden while nothing is under way."""

    def __init__(self, host: QWidget, *, after_ms: int = AFTER_MS) -> None:
        super().__init__(host)
        self._after_ms = after_ms
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_S)
        host.installEventFilter(self)
        self.hide()

    def begin(self, title: str, cancel: CancelToken) -> "WorkCard":
        """Show a card for work that has begun; ``cancel`` is raised by its button."""
        return WorkCard(title, cancel, self, after_ms=self._after_ms)

    def take(self, shown: "WorkCard") -> None:
        """Give a card its place."""
        self._column.addWidget(shown.frame)
        shown.frame.show()
        self.show()
        self.raise_()
        self.place()

    def drop(self, shown: "WorkCard") -> None:
        """Let go of a card whose work has ended."""
        self._column.removeWidget(shown.frame)
        shown.frame.hide()
        shown.frame.deleteLater()
        shown.deleteLater()
        self.setVisible(self._column.count() > 0)
        self.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the host's size."""
        if watched is self.parentWidget() and event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def place(self) -> None:
        """Lie at the bottom centre of the host."""
        host = self.parentWidget()
        if host is None or self.isHidden():
            return
        width = min(WIDTH, max(host.width() - 2 * SPACE_XL, 200))
        self.setFixedWidth(width)
        self._column.activate()
        self.resize(width, self._column.totalHeightForWidth(width) if self._column.hasHeightForWidth() else
                    self.sizeHint().height())  # fmt: skip
        self.move((host.width() - width) // 2, host.height() - self.height() - SPACE_XL)


class WorkCard(QObject):
    """One piece of work in view: feed it ``show_progress`` and say when it has ended."""

    def __init__(self, title: str, cancel: CancelToken, cards: WorkCards, *, after_ms: int) -> None:
        super().__init__(cards)
        self._cards = cards
        self._ended = False
        self.frame, inside = card(role="card")
        self.frame.setParent(cards)
        self.panel = ProgressPanel(title)
        self.panel.cancel_requested.connect(cancel.cancel)
        inside.addWidget(self.panel)
        self.frame.hide()
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.timeout.connect(self._appear)
        self._waiting.start(after_ms)

    def _appear(self) -> None:
        self._cards.take(self)

    def show_progress(self, progress: Progress) -> None:
        """Show how far the work is."""
        if not self._ended:
            self.panel.show_progress(progress)

    def end(self) -> None:
        """Go away: done, refused or cancelled."""
        if not self._ended:
            self._ended = True
            self._waiting.stop()
            self._cards.drop(self)
