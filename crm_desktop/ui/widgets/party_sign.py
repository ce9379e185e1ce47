"""The sign of a contact where people and companies stand side by side: its shape tells them apart."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from crm_desktop.domain.contacts import ContactKind
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import SEMIBOLD
from crm_desktop.ui.widgets.avatar import initials

_SMALLEST_PX = 8
_LETTERS = 0.36


def paint_party(
    painter: QPainter, rect: QRectF, *, name: str, kind: ContactKind, faint: bool = False
) -> None:
    """Draw a person as a circle, a company as a square with round corners, each with its initials.

    ``faint`` is somebody whose relation has ended. Letters are left out where they would be too small.
    """
    tokens = Theme.current().tokens
    company = kind is ContactKind.COMPANY
    ink = tokens.muted if faint else tokens.info if company else tokens.accent
    fill = tokens.neutral_tint if faint else tokens.info_tint if company else tokens.selection
    painter.save()
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(
            QPen(QColor(ink), float(tokens.line)) if company or tokens.line > 1 else Qt.PenStyle.NoPen
        )
        painter.setBrush(QColor(fill))
        if company:
            corner = rect.height() * 0.22
            painter.drawRoundedRect(rect, corner, corner)
        else:
            painter.drawEllipse(rect)
        font = QFont(painter.font())
        font.setPixelSize(max(_SMALLEST_PX, round(rect.height() * _LETTERS)))
        font.setWeight(QFont.Weight(SEMIBOLD))
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials(name))
    finally:
        painter.restore()
