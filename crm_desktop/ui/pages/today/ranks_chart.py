"""Names one below the other with a bar each: who had most."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from crm_desktop.ui.pages.today.chart import Chart, Mark
from crm_desktop.ui.theme import Theme

_LINE_PX, _BAR_PX, _GAP_PX = 26.0, 12.0, 10.0
_NAMES = 0.36


@dataclass(frozen=True, slots=True)
class Rank:
    """A name with the values of its parts, the figure at the end, its words, what lies behind it."""

    name: str
    values: tuple[int, ...]
    figure: str
    words: str
    key: object


class RanksChart(Chart):
    """``tones`` are the roles of the parts' colours; a line each, the first on top."""

    def __init__(self, *, name: str, tones: Sequence[str], height: int = 160) -> None:
        self._ranks: list[Rank] = []
        self._tones = tones
        super().__init__(name=name, height=height)

    def show_ranks(self, ranks: Sequence[Rank]) -> None:
        """Show ``ranks``, in their order."""
        self._ranks = list(ranks)
        self.setMinimumHeight(max(self._height, round(_LINE_PX * len(ranks))))
        self.renew()

    def placed(self) -> list[Mark]:
        """Return each line over the whole width."""
        return [
            Mark(QRectF(1, place * _LINE_PX + 1, self.width() - 2, _LINE_PX - 2), rank.words, rank.key)
            for place, rank in enumerate(self._ranks)
        ]

    def paint(self, painter: QPainter) -> None:
        """Draw name, bar and figure of each line."""
        tokens = Theme.current().tokens
        metrics = QFontMetricsF(self.font())
        painter.setFont(self.font())
        most = max((sum(rank.values) for rank in self._ranks), default=0) or 1
        end = max((metrics.horizontalAdvance(rank.figure) for rank in self._ranks), default=0.0) + _GAP_PX
        names = self.width() * _NAMES
        room = self.width() - names - end - _GAP_PX
        middle = Qt.AlignmentFlag.AlignVCenter
        for mark, rank in zip(self.marks, self._ranks, strict=True):
            line = mark.rect
            painter.setPen(QColor(tokens.text))
            shown = metrics.elidedText(rank.name, Qt.TextElideMode.ElideRight, names - 4)
            painter.drawText(
                QRectF(4, line.y(), names - 4, line.height()), middle | Qt.AlignmentFlag.AlignLeft, shown
            )
            x = names + _GAP_PX
            for value, tone in zip(rank.values, self._tones, strict=True):
                width = room * value / most
                bar = QRectF(x, line.center().y() - _BAR_PX / 2, max(0.0, width - 1), _BAR_PX)
                painter.fillRect(bar, QColor(tokens.role(tone)))
                x += width
            painter.setPen(QColor(tokens.muted))
            beside = QRectF(self.width() - end, line.y(), end - 4, line.height())
            painter.drawText(beside, middle | Qt.AlignmentFlag.AlignRight, rank.figure)
