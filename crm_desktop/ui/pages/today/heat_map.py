"""Answer rates by weekday and hour: the darker the better, and the percentage in every field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from crm_desktop.ui.pages.today.chart import Chart, Mark
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import Tokens

_FOOT_PX, _SPACE_PX, _GAP_PX = 22.0, 3.0, 8.0
_FAINTEST = 0.12
_TEXT_PX = 22.0


@dataclass(frozen=True, slots=True)
class Field:
    """One hour of one weekday: its percentage, its words, what lies behind it."""

    percent: int
    words: str
    key: object


class HeatMap(Chart):
    """Rows are weekdays, columns are hours; without calls there is an empty field."""

    def __init__(self, *, name: str, height: int = 240) -> None:
        self._fields: dict[tuple[int, int], Field] = {}
        self._days: list[tuple[int, str]] = []
        self._hours: list[int] = []
        super().__init__(name=name, height=height)

    def show_fields(
        self, fields: Mapping[tuple[int, int], Field], days: Sequence[tuple[int, str]], hours: Sequence[int]
    ) -> None:
        """Show ``fields`` by (weekday, hour), in rows of (weekday, its name)."""
        self._fields, self._days, self._hours = dict(fields), list(days), list(hours)
        self.renew()

    def _left(self) -> float:
        return max((self.text_width(name) for _, name in self._days), default=0.0) + _GAP_PX

    def _field_rect(self, row: int, column: int) -> QRectF:
        left = self._left()
        width = (self.width() - left) / max(1, len(self._hours))
        height = (self.height() - _FOOT_PX) / max(1, len(self._days))
        whole = QRectF(left + column * width, row * height, width, height)
        return whole.adjusted(0, 0, -_SPACE_PX, -_SPACE_PX)

    def placed(self) -> list[Mark]:
        """Return the fields with calls, row by row."""
        return [
            Mark(self._field_rect(row, column), field.words, field.key)
            for row, (day, _) in enumerate(self._days)
            for column, hour in enumerate(self._hours)
            if (field := self._fields.get((day, hour))) is not None
        ]

    def neighbour(self, key: Qt.Key) -> int:
        """Up and down go to the field above or below, the others along the row."""
        if key not in {Qt.Key.Key_Up, Qt.Key.Key_Down} or not 0 <= self.current < len(self.marks):
            return super().neighbour(key)
        here = self.marks[self.current].rect
        in_column = [
            (place, mark.rect.y())
            for place, mark in enumerate(self.marks)
            if abs(mark.rect.x() - here.x()) < 1
        ]
        if key is Qt.Key.Key_Up:
            return max((found for found in in_column if found[1] < here.y() - 1), default=(-1, 0.0))[0]
        return min((found for found in in_column if found[1] > here.y() + 1), default=(-1, 0.0))[0]

    def paint(self, painter: QPainter) -> None:
        """Draw every field, and the names of rows and columns."""
        tokens = Theme.current().tokens
        for row, (day, name) in enumerate(self._days):
            beside = QRectF(
                0, self._field_rect(row, 0).y(), self._left() - _GAP_PX, self._field_rect(row, 0).height()
            )
            painter.setPen(QColor(tokens.muted))
            painter.drawText(beside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            for column, hour in enumerate(self._hours):
                self._field(painter, self._field_rect(row, column), self._fields.get((day, hour)), tokens)
        self._foot(painter, tokens)

    def _field(self, painter: QPainter, rect: QRectF, field: Field | None, tokens: Tokens) -> None:
        fill = QColor(tokens.hover) if field is None else _blended(tokens, field.percent)
        painter.setPen(Qt.PenStyle.NoPen if tokens.line == 1 else QColor(tokens.border))
        painter.setBrush(fill)
        painter.drawRoundedRect(rect, 4, 4)
        if field is not None and rect.width() >= _TEXT_PX:
            painter.setPen(QColor(_ink_on(fill)))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(field.percent))

    def _foot(self, painter: QPainter, tokens: Tokens) -> None:
        painter.setPen(QColor(tokens.muted))
        if not self._days or not self._hours:
            return
        every = 1 if self._field_rect(0, 0).width() >= self.text_width("00") + 2 else 2
        for column in range(0, len(self._hours), every):
            above = self._field_rect(len(self._days) - 1, column)
            below = QRectF(above.x(), above.bottom() + 4, above.width(), 16)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, str(self._hours[column]))


def _blended(tokens: Tokens, percent: int) -> QColor:
    """Return the accent over the card: the square of the share tells 80 from 95 per cent."""
    share = _FAINTEST + (1 - _FAINTEST) * (percent / 100) ** 2
    accent, surface = QColor(tokens.accent), QColor(tokens.surface)
    pairs = (
        (accent.redF(), surface.redF()),
        (accent.greenF(), surface.greenF()),
        (accent.blueF(), surface.blueF()),
    )
    red, green, blue = (above * share + below * (1 - share) for above, below in pairs)
    return QColor.fromRgbF(red, green, blue)


def _ink_on(fill: QColor) -> str:
    """Return black or white, whichever is read better on ``fill`` (WCAG 2.2, relative luminance)."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    luminance = 0.2126 * linear(fill.redF()) + 0.7152 * linear(fill.greenF()) + 0.0722 * linear(fill.blueF())
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#FFFFFF"
