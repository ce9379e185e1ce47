"""Which row the pointer is over: a table tints the whole row, Qt knows only the cell."""

from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QTableView


class RowHover(QObject):
    """Watches the viewport of ``table`` and repaints the rows the pointer enters and leaves."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        self.row = -1
        table.setMouseTracking(True)
        table.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        """Follow the pointer; take nothing away from the view."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            self._move_to(self._table.rowAt(int(event.position().y())))
        elif event.type() == QEvent.Type.Leave:
            self._move_to(-1)
        return False

    def _move_to(self, row: int) -> None:
        before, self.row = self.row, row
        for changed in {before, row} - {-1} if before != row else ():
            top, height = self._table.rowViewportPosition(changed), self._table.rowHeight(changed)
            self._table.viewport().update(QRect(0, top, self._table.viewport().width(), height))
