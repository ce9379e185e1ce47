"""What a record table paints besides its cells: hover, hairlines, the bar of the current row, cell focus.

Once per repaint, with two painters that are always ended: an exception inside a paint event that leaves
a painter active ends the program later.
"""

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QTableView

from crm_desktop.ui.theme import Theme

BAR_PX = 3


def visible_rows(table: QTableView) -> range:
    """Return the rows in sight."""
    first, last = table.rowAt(0), table.rowAt(table.viewport().height() - 1)
    if first < 0:
        return range(0)
    return range(first, (table.model().rowCount() - 1 if last < 0 else last) + 1)


def paint_row_backs(table: QTableView, *, hovered: int) -> None:
    """Tint the row under the pointer; selected rows are tinted by the view itself."""
    if hovered < 0 or hovered >= table.model().rowCount():
        return
    painter = QPainter(table.viewport())
    try:
        top, height = table.rowViewportPosition(hovered), table.rowHeight(hovered)
        painter.fillRect(
            QRect(0, top, table.viewport().width(), height), QColor(Theme.current().tokens.hover)
        )
    finally:
        painter.end()


def paint_row_lines(table: QTableView) -> None:
    """Draw the hairlines, the accent bar of the current row, and the ring around its current cell."""
    tokens, width = Theme.current().tokens, table.viewport().width()
    current, mirrored = table.currentIndex(), table.isRightToLeft()
    painter = QPainter(table.viewport())
    try:
        line = QColor(tokens.border)
        for row in visible_rows(table):
            bottom = table.rowViewportPosition(row) + table.rowHeight(row) - 1
            painter.fillRect(0, bottom, width, 1, line)
        if current.isValid():
            top, height = table.rowViewportPosition(current.row()), table.rowHeight(current.row())
            bar = BAR_PX + tokens.line - 1
            painter.fillRect(width - bar if mirrored else 0, top, bar, height - 1, QColor(tokens.accent))
            if table.hasFocus():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(QColor(tokens.accent), 1.5))
                painter.drawRoundedRect(table.visualRect(current).adjusted(4, 3, -3, -4), 4, 4)
    finally:
        painter.end()
