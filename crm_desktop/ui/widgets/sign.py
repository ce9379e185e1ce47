"""An icon as a widget of its own, drawn in the current theme's colours."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from crm_desktop.ui.assets import paint_icon
from crm_desktop.ui.theme import Theme


class Sign(QWidget):
    """The Phosphor icon ``glyph`` in the colour of ``role``; ``disc`` puts it on the accent's tint.

    It says nothing to a screen reader: the words stand beside it.
    """

    def __init__(self, glyph: str, role: str = "muted", *, side: int = 18, disc: bool = False) -> None:
        super().__init__()
        self._glyph, self._role, self._disc = glyph, role, disc
        self.setFixedSize(side, side)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        Theme.current().changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the icon, on its disc where it has one."""
        tokens = Theme.current().tokens
        painter = QPainter(self)
        try:
            square = self.rect()
            if self._disc:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens.selection))
                painter.drawEllipse(square)
                inset = self.width() // 4
                square = QRect(inset, inset, self.width() - 2 * inset, self.height() - 2 * inset)
            paint_icon(painter, square, name=self._glyph, colour=tokens.role(self._role))
        finally:
            painter.end()
