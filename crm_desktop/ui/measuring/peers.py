"""What the table is held against: the same cells drawn as bare text, and Qt's own table model.

``QSqlTableModel`` reads a plain SQLite file of the same people (``storage.floors.plain_list``), all rows
fetched, in a table of the same size.
"""

import gc
import time
from pathlib import Path

import psutil
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSql import QSqlDatabase, QSqlTableModel
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from crm_desktop.ui.measuring.painted import painted_once
from crm_desktop.ui.memory import give_back
from crm_desktop.ui.widgets.record_source import Cell
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.record_table_model import RecordTableModel

MIB = 1024 * 1024
_MARGIN_PX = 4


def memory_mib() -> float:
    """Return how much memory this program has now."""
    return float(psutil.Process().memory_info().rss) / MIB


def kept_memory_mib() -> float:
    """Return how much memory is in use: what was freed is given back first, where the system lets us."""
    gc.collect()
    give_back()
    return memory_mib()


class TextFloor(QWidget):
    """Draws the cells a table shows, as text and nothing else."""

    def __init__(self, table: RecordTable, model: RecordTableModel) -> None:
        super().__init__()
        self.resize(table.viewport().size())
        height = table.rowHeight(0) or 1
        shown = range(min(model.rowCount(), self.height() // height + 1))
        columns = [place for place in range(model.columnCount()) if not table.isColumnHidden(place)]
        self._cells = [
            (
                QRect(table.columnViewportPosition(place) + _MARGIN_PX, row * height,
                      table.columnWidth(place) - 2 * _MARGIN_PX, height),
                _text(model.row(row)[place]),
            )
            for row in shown
            for place in columns
        ]  # fmt: skip

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw every cell."""
        painter = QPainter(self)
        try:
            side = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            for place, text in self._cells:
                painter.drawText(place, side, text)
        finally:
            painter.end()

    def times(self, count: int) -> list[float]:
        """Return how many ms each of ``count`` pictures takes."""
        self.show()
        painted_once(self)
        found = []
        for _ in range(count):
            began = time.perf_counter()
            self.repaint()
            found.append((time.perf_counter() - began) * 1000)
        self.hide()
        return found


def _text(value: str | Cell) -> str:
    return value.text if isinstance(value, Cell) else value


class PeerTable(QTableView):
    """Qt's own table over the plain file, as large as ``table``; all rows are fetched at once."""

    def __init__(self, file: Path, table: RecordTable) -> None:
        super().__init__()
        before = kept_memory_mib()
        self._database = QSqlDatabase.addDatabase("QSQLITE", "peer")
        self._database.setDatabaseName(str(file))
        if not self._database.open():
            raise OSError(self._database.lastError().text())
        self.resize(table.size())
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(table.rowHeight(0) or table.verticalHeader().defaultSectionSize())
        rows.hide()
        self.setWordWrap(False)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self._model = QSqlTableModel(self, self._database)
        self._model.setTable("customer")
        self._model.setSort(2, Qt.SortOrder.AscendingOrder)
        self._model.select()
        self.setModel(self._model)
        while self._model.canFetchMore():
            self._model.fetchMore()
        self.memory = kept_memory_mib() - before

    def forget(self) -> None:
        """Close the file; Qt warns where a model still holds it."""
        self.setModel(None)
        self._model.clear()
        self._database.close()
        self._database = QSqlDatabase()
        QSqlDatabase.removeDatabase("peer")
