"""What was just done, bottom centre for a few seconds, with *Undo*."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL

SHOWN_MS = 6000
BOTTOM_BAR = "bottom-bar"
"""The object name of a bar with buttons at the bottom of the window: a toast stands above it."""


class Toast(QFrame):
    """Lies over ``host`` and keeps its place when the host is resized; one toast at a time.

    It waits while the pointer or the keyboard focus is on it, so that *Undo* can be reached.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._action: Callable[[], None] | None = None
        self.setProperty("role", "toast")
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton()
        self.button.clicked.connect(self._pressed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        layout.setSpacing(SPACE_L)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._time_is_up)
        host.installEventFilter(self)
        self.hide()

    def show_text(
        self, text: str, *, action: Callable[[], None] | None = None, verb: str = "", shown_ms: int = SHOWN_MS
    ) -> None:
        """Say ``text``; ``action`` is done by the button, which says ``verb`` (default: Undo)."""
        self._action = action
        self.label.setText(text)
        self.label.setWordWrap(False)
        self.setAccessibleName(text)
        self.button.setText(verb or tr("Undo"))
        self.button.setVisible(action is not None)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(shown_ms)

    @property
    def remaining_ms(self) -> int:
        """How long it will still be shown; -1 when it is not."""
        return self._timer.remainingTime()

    def dismiss(self) -> None:
        """Go away now."""
        self._timer.stop()
        self._action = None
        self.hide()

    def _pressed(self) -> None:
        action = self._action
        self.dismiss()
        if action is not None:
            action()

    def _time_is_up(self) -> None:
        if self.underMouse() or self.button.hasFocus():
            self._timer.start(SHOWN_MS // 2)
        else:
            self.dismiss()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc dismisses it."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the host's size."""
        if watched is self.parentWidget() and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        host = self.parentWidget()
        if host is None:
            return
        room = max(host.width() - 2 * SPACE_XL, 120)
        self.adjustSize()
        if self.sizeHint().width() > room:
            self.label.setWordWrap(True)
            self.resize(
                room, self.heightForWidth(room) if self.hasHeightForWidth() else self.sizeHint().height()
            )
        bars = [bar for bar in host.findChildren(QWidget, BOTTOM_BAR) if bar.isVisible()]
        tops = [bar.mapTo(host, QPoint(0, 0)).y() - SPACE_M for bar in bars]
        bottom = min([host.height() - SPACE_XL, *tops])
        self.move((host.width() - self.width()) // 2, bottom - self.height())
