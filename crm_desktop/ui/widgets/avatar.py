"""A person or company as initials in a tinted circle."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import SEMIBOLD


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of ``name``, signs passed over."""
    words = [word for word in name.split() if word[0].isalnum()]
    chosen = words if len(words) < 2 else [words[0], words[-1]]
    return "".join(word[0] for word in chosen).upper()


def paint_avatar(painter: QPainter, rect: QRectF, name: str) -> None:
    """Draw the circle and the initials of ``name`` into the square ``rect``."""
    tokens = Theme.current().tokens
    painter.save()
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen if tokens.line == 1 else QColor(tokens.border))
        painter.setBrush(QColor(tokens.selection))
        painter.drawEllipse(rect)
        font = QFont(painter.font())
        font.setPixelSize(max(8, round(rect.height() * 0.36)))
        font.setWeight(QFont.Weight(SEMIBOLD))
        painter.setFont(font)
        painter.setPen(QColor(tokens.accent))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials(name))
    finally:
        painter.restore()


class Avatar(QWidget):
    """The circle of one ``name``, ``side`` pixels wide; says nothing to a screen reader beside the name."""

    def __init__(self, name: str = "", *, side: int = 32, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        Theme.current().changed.connect(self.update)

    def show_name(self, name: str) -> None:
        """Show the initials of ``name``."""
        self._name = name
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the square."""
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Draw circle and initials."""
        painter = QPainter(self)
        try:
            painter.setFont(self.font())
            paint_avatar(painter, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self._name)
        finally:
            painter.end()
