"""Draws one cell of a record table: text by baseline, pill, icon; the measuring is remembered."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPen
from PySide6.QtWidgets import QWidget

from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import isolated
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import CAPTION_PX, ICON_PX, SEMIBOLD
from crm_desktop.ui.widgets.record_source import Cell, CellValue, Column

PADDING_PX = 10
_REMEMBERED = 4096
_PILL_PX = 18


class CellPainter:
    """Holds fonts, colours and text widths for ``widget``'s cells; ``refresh`` when the theme changed."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._fits: dict[tuple[str, int, bool], tuple[str, int]] = {}
        self._pills: dict[tuple[str, int], tuple[str, int]] = {}
        self._tones: dict[str, tuple[QColor, QColor]] = {}
        self._icons: dict[tuple[str, str], QIcon] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read fonts and colours again."""
        self.tokens = Theme.current().tokens
        for known in (self._fits, self._pills, self._tones, self._icons):
            known.clear()
        self._font = QFont(self._widget.font())
        self._bold = QFont(self._font)
        self._bold.setWeight(QFont.Weight(SEMIBOLD))
        self._small = QFont(self._bold)
        self._small.setPixelSize(CAPTION_PX)
        self._metrics, self._bold_metrics = QFontMetrics(self._font), QFontMetrics(self._bold)
        self._small_metrics = QFontMetrics(self._small)
        self._drop = (self._metrics.ascent() - self._metrics.descent()) // 2
        self._text, self._muted = QColor(self.tokens.text), QColor(self.tokens.muted)

    def paint(self, painter: QPainter, rect: QRect, *, column: Column, value: CellValue) -> None:
        """Draw ``value`` as ``column`` looks, inside ``rect``."""
        if isinstance(value, Cell):
            if column.look == "pill":
                self._pill(painter, rect, value, at_end=column.align == "right")
                return
            rect = self._icon(painter, rect, value) if value.icon else rect
            text = value.text
        else:
            text = value
        if text:
            self._line(painter, rect, text=text, column=column)

    def _line(self, painter: QPainter, rect: QRect, *, text: str, column: Column) -> None:
        strong = column.look == "strong"
        room = rect.width() - 2 * PADDING_PX
        shown, width = self.fit(text, room, strong=strong)
        painter.setFont(self._bold if strong else self._font)
        painter.setPen(self._muted if column.look == "muted" else self._text)
        at_end = (column.align == "right") != self._widget.isRightToLeft()
        x = rect.right() + 1 - PADDING_PX - width if at_end else rect.x() + PADDING_PX
        painter.drawText(x, rect.y() + rect.height() // 2 + self._drop, shown)

    def fit(self, text: str, room: int, *, strong: bool) -> tuple[str, int]:
        """Return ``text`` shortened to ``room`` pixels, and the width it then has."""
        key = (text, room, strong)
        known = self._fits.get(key)
        if known is None:
            metrics = self._bold_metrics if strong else self._metrics
            shown = text.replace("\n", " ")
            width = metrics.horizontalAdvance(shown)
            if width > room:
                shown = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, max(room, 0))
                width = metrics.horizontalAdvance(shown)
            if self._widget.isRightToLeft():
                shown = isolated(shown)
            if len(self._fits) >= _REMEMBERED:
                self._fits.clear()
            known = self._fits[key] = (shown, width)
        return known

    def _icon(self, painter: QPainter, rect: QRect, cell: Cell) -> QRect:
        """Draw the cell's icon at the beginning of ``rect`` and return the rest of it."""
        role = cell.tone if cell.tone in {"ok", "warn", "info", "danger", "accent"} else "muted"
        sign = self._icons.get((cell.icon, role))
        if sign is None:
            sign = self._icons[cell.icon, role] = icon(cell.icon, role)
        mirrored = self._widget.isRightToLeft()
        x = rect.right() + 1 - PADDING_PX - ICON_PX if mirrored else rect.x() + PADDING_PX
        sign.paint(painter, QRect(x, rect.y() + (rect.height() - ICON_PX) // 2, ICON_PX, ICON_PX))
        step = ICON_PX + 8 - 2
        return rect.adjusted(0, 0, -step, 0) if mirrored else rect.adjusted(step, 0, 0, 0)

    def _pill(self, painter: QPainter, rect: QRect, cell: Cell, *, at_end: bool) -> None:
        if not cell.text:
            return
        ink, tint = self._tone(cell.tone)
        text, width = self._pill_fit(cell.text, rect.width() - 2 * PADDING_PX - 20)
        right = at_end != self._widget.isRightToLeft()
        x = rect.right() + 1 - PADDING_PX - width if right else rect.x() + PADDING_PX
        pill = QRectF(x, rect.y() + (rect.height() - _PILL_PX) / 2, width, _PILL_PX)
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(ink, 1.0) if self.tokens.line > 1 else Qt.PenStyle.NoPen)
            painter.setBrush(tint)
            painter.drawRoundedRect(pill, _PILL_PX / 2, _PILL_PX / 2)
            painter.setPen(ink)
            painter.setFont(self._small)
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        finally:
            painter.restore()

    def _tone(self, name: str) -> tuple[QColor, QColor]:
        """Return the colours of a pill: of its text and of what lies behind it."""
        known = self._tones.get(name)
        if known is None:
            ink, tint = self.tokens.tone(name)
            known = self._tones[name] = (QColor(ink), QColor(tint))
        return known

    def _pill_fit(self, text: str, room: int) -> tuple[str, int]:
        """Return ``text`` shortened to ``room`` pixels, and the width of the pill around it."""
        known = self._pills.get((text, room))
        if known is None:
            shown = self._small_metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room, 8))
            if len(self._pills) >= _REMEMBERED:
                self._pills.clear()
            known = self._pills[text, room] = (shown, self._small_metrics.horizontalAdvance(shown) + 20)
        return known
