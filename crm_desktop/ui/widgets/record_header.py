"""The header of a record table: titles in small semibold, the sort arrow right behind the title."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from crm_desktop.ui.assets import paint_icon
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import CAPTION_PX, ROW_PX, SEMIBOLD
from crm_desktop.ui.widgets.cell_painter import PADDING_PX

_ARROW_PX = 13


class RecordHeader(QHeaderView):
    """Paints titles and the sort arrow; ``sort_clicked`` carries the place of the column."""

    sort_clicked = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.sorted_section = -1
        self.ascending = True
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(48)
        self.setStretchLastSection(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.sectionClicked.connect(self.sort_clicked)

    def sizeHint(self) -> QSize:
        """Return the height of a table row; Qt's own answer would measure every title each time."""
        return QSize(self.length(), ROW_PX)

    def show_sort(self, section: int, *, ascending: bool) -> None:
        """Show the arrow behind ``section``; -1 shows none."""
        self.sorted_section, self.ascending = section, ascending
        self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's name
        """Draw the title of one column."""
        model = self.model()
        if not rect.isValid() or logicalIndex >= model.columnCount():
            return
        tokens = Theme.current().tokens
        font = QFont(self.font())
        font.setPixelSize(CAPTION_PX + 1)
        font.setWeight(QFont.Weight(SEMIBOLD))
        is_sorted = logicalIndex == self.sorted_section
        text = str(model.headerData(logicalIndex, self.orientation()) or "")
        room = rect.width() - 2 * PADDING_PX - (_ARROW_PX + 4 if is_sorted else 0)
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room, 0))
        width = metrics.horizontalAdvance(shown) + (_ARROW_PX + 5 if is_sorted else 0)
        alignment = int(
            model.headerData(logicalIndex, self.orientation(), Qt.ItemDataRole.TextAlignmentRole) or 1
        )
        at_end = bool(alignment & int(Qt.AlignmentFlag.AlignRight)) != self.isRightToLeft()
        x = rect.right() + 1 - PADDING_PX - width if at_end else rect.x() + PADDING_PX
        painter.save()
        try:
            edge = rect.adjusted(0, rect.height() - tokens.line, 0, 0)
            painter.fillRect(edge, QColor(tokens.border))
            painter.setFont(font)
            painter.setPen(QColor(tokens.muted))
            line = QRect(x, rect.y(), width, rect.height() - tokens.line)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
            if is_sorted:
                x = line.x() if self.isRightToLeft() else line.right() + 1 - _ARROW_PX
                arrow = QRect(x, line.center().y() - _ARROW_PX // 2, _ARROW_PX, _ARROW_PX)
                name = "arrow-up" if self.ascending else "arrow-down"
                paint_icon(painter, arrow, name=name, colour=tokens.accent)
        finally:
            painter.restore()
