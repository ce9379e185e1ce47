"""Columns over time, each of one or more stacked parts, over a light grid."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from crm_desktop.ui.messages import number
from crm_desktop.ui.pages.today.chart import Chart, Mark
from crm_desktop.ui.theme import Theme

_FOOT_PX, _TOP_PX, _GAP_PX = 22.0, 6.0, 8.0
_LINES = 4
_WIDEST_PX = 48.0


@dataclass(frozen=True, slots=True)
class StackedColumn:
    """A column: the values of its parts from below, the label under it, its words, what lies behind it."""

    values: tuple[int, ...]
    label: str
    words: str
    key: object


def scale(most: int) -> int:
    """Return the distance of lines: 1, 2 or 5 times a power of ten, at most four lines up to ``most``."""
    step = 1
    while step * _LINES < most:
        digits = step
        while digits >= 10:
            digits //= 10
        step = step * 5 // 2 if digits == 2 else step * 2
    return step


class ColumnsChart(Chart):
    """``tones`` are the roles of the parts' colours, from below; ``worded`` writes a value of the axis."""

    def __init__(
        self, *, name: str, tones: Sequence[str], worded: Callable[[int], str] = number, height: int = 240
    ) -> None:
        self._columns: list[StackedColumn] = []
        self._tones = tones
        self._worded = worded
        self._step, self._top = 1, 1
        super().__init__(name=name, height=height)

    def show_columns(self, columns: Sequence[StackedColumn], *, unit: int = 1) -> None:
        """Show ``columns``; lines of the grid are multiples of ``unit``."""
        self._columns = list(columns)
        most = max((sum(column.values) for column in columns), default=0)
        self._step = scale(-(-most // unit)) * unit
        self._top = max(self._step, -(-most // self._step) * self._step)
        self.renew()

    def _plot(self) -> QRectF:
        left = self.text_width(self._worded(self._top)) + _GAP_PX
        return QRectF(left, _TOP_PX, self.width() - left, self.height() - _TOP_PX - _FOOT_PX)

    def placed(self) -> list[Mark]:
        """Return each column over the whole height, so that small ones are easy to point at."""
        plot = self._plot()
        room = plot.width() / max(1, len(self._columns))
        return [
            Mark(QRectF(plot.x() + place * room, plot.y(), room, plot.height()), column.words, column.key)
            for place, column in enumerate(self._columns)
        ]

    def paint(self, painter: QPainter) -> None:
        """Draw grid, columns and labels."""
        plot = self._plot()
        self._grid(painter, plot)
        for mark, column in zip(self.marks, self._columns, strict=True):
            self._column(painter, mark.rect, column)
        self._labels(painter, plot)

    def _grid(self, painter: QPainter, plot: QRectF) -> None:
        tokens = Theme.current().tokens
        for value in range(0, self._top + 1, self._step):
            y = round(plot.bottom() - plot.height() * value / self._top) + 0.5
            painter.setPen(QPen(QColor(tokens.border), 1.0))
            painter.drawLine(int(plot.x()), int(y), int(plot.right()), int(y))
            painter.setPen(QColor(tokens.muted))
            side = QRectF(0, y - 8, plot.x() - _GAP_PX, 16)
            painter.drawText(
                side, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._worded(value)
            )

    def _column(self, painter: QPainter, room: QRectF, column: StackedColumn) -> None:
        tokens = Theme.current().tokens
        width = min(_WIDEST_PX, max(2.0, room.width() * 0.72))
        x, bottom = room.center().x() - width / 2, room.bottom()
        painter.setPen(Qt.PenStyle.NoPen)
        for value, tone in zip(column.values, self._tones, strict=True):
            height = room.height() * value / self._top
            if height > 0:
                # A line of the card's colour between the parts; a part is never less than one pixel.
                painter.fillRect(
                    QRectF(x, bottom - height, width, max(1.0, height - 1.0)), QColor(tokens.role(tone))
                )
                bottom -= height

    def _labels(self, painter: QPainter, plot: QRectF) -> None:
        widest = max((self.text_width(column.label) for column in self._columns), default=0.0) + 12
        room = plot.width() / max(1, len(self._columns))
        every = max(1, -(-int(widest) // max(1, int(room))))
        painter.setPen(QColor(Theme.current().tokens.muted))
        for place in range(0, len(self._columns), every):
            middle = plot.x() + (place + 0.5) * room
            width = self.text_width(self._columns[place].label) + 2
            x = min(max(plot.x(), middle - width / 2), self.width() - width)
            label = QRectF(x, plot.bottom() + 4, width, 16)
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, self._columns[place].label)
