"""What every chart has: marks to point at by mouse and keyboard, words for each, and what lies behind it."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import CAPTION_PX

_RING_PX = 4.0
_KEYS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1,
}  # fmt: skip
_PICKING = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}


@dataclass(frozen=True, slots=True)
class Mark:
    """Something in a chart: where it is, what it says, and what its owner knows it by."""

    rect: QRectF
    words: str
    key: object


class Chart(QWidget):
    """``picked(key)``: a mark was clicked, or chosen with Enter. Arrows go from mark to mark."""

    picked = Signal(object)

    def __init__(self, *, name: str, height: int = 240) -> None:
        super().__init__()
        self.marks: list[Mark] = []
        self.current = self._hovered = -1
        self._height = height
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(height)
        Theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Want its height; the width is what there is."""
        return QSize(320, self._height)

    def placed(self) -> list[Mark]:
        """Return the marks for the size there is; each kind of chart has its own."""
        return []

    def paint(self, painter: QPainter) -> None:
        """Draw everything but the ring around the mark pointed at; each kind of chart its own way."""

    def neighbour(self, key: Qt.Key) -> int:
        """Return the place of the mark an arrow leads to from the current one."""
        return self.current + _KEYS[key]

    def renew(self) -> None:
        """Place the marks anew, because of other figures or another size."""
        self.marks = self.placed()
        self.current = min(self.current, len(self.marks) - 1)
        self._hovered = -1
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the marks for the new size."""
        super().resizeEvent(event)
        self.renew()

    def caption_font(self) -> QFont:
        """Return the small letters of axes."""
        font = QFont(self.font())
        font.setPixelSize(CAPTION_PX)
        return font

    def text_width(self, text: str) -> float:
        """Return how wide a caption is."""
        return QFontMetricsF(self.caption_font()).horizontalAdvance(text)

    # --- painting ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Draw the chart, and a ring around the mark pointed at."""
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self.caption_font())
            self.paint(painter)
            self._ring(painter)
        finally:
            painter.end()

    def _ring(self, painter: QPainter) -> None:
        place = self.current if self.hasFocus() else self._hovered
        if 0 <= place < len(self.marks):
            tokens = Theme.current().tokens
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.text), 2.0 if self.hasFocus() else 1.0))
            painter.drawRoundedRect(self.marks[place].rect.adjusted(1, 1, -1, -1), _RING_PX, _RING_PX)

    # --- pointing ------------------------------------------------------------------------------

    def _at(self, event: QMouseEvent | QHelpEvent) -> int:
        position = event.position() if isinstance(event, QMouseEvent) else event.pos().toPointF()
        return next((place for place, mark in enumerate(self.marks) if mark.rect.contains(position)), -1)

    def event(self, event: QEvent) -> bool:
        """Show the words of the mark under the pointer."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._at(event)
            QToolTip.showText(event.globalPos(), self.marks[place].words if place >= 0 else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark what is under the pointer."""
        self._hover(self._at(event))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            can = place >= 0 and self.marks[place].key is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if can else Qt.CursorShape.ArrowCursor)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick what was clicked."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pick(self._at(event))

    def _pick(self, place: int) -> None:
        if 0 <= place < len(self.marks) and self.marks[place].key is not None:
            self.picked.emit(self.marks[place].key)

    def focusInEvent(self, event: QEvent) -> None:
        """Begin at the first mark."""
        super().focusInEvent(event)  # type: ignore[arg-type]  # Qt hands over a QFocusEvent
        self._go(max(0, self.current))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End go from mark to mark, Enter and Space pick."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            self._go(self.neighbour(key))
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self._go(0 if key is Qt.Key.Key_Home else len(self.marks) - 1)
        elif key in _PICKING:
            self._pick(self.current)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _go(self, place: int) -> None:
        if 0 <= place < len(self.marks):
            self.current = place
            self.setAccessibleDescription(self.marks[place].words)
            self.update()
