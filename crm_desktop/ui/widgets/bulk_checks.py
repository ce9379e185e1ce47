"""The narrow column of ticks beside a list: selecting several rows without knowing any key."""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QStyle, QStyleOptionButton, QTableView

_WIDTH_PX, _BOX_PX = 30, 16
_Select = QItemSelectionModel.SelectionFlag


class RowChecks(QHeaderView):
    """Paints a tick for each selected row; a click turns it over, with Shift the rows up to it."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Vertical, table)
        self._table = table
        self._from = -1
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSectionsClickable(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        """Return the width of a tick with air around it."""
        return QSize(_WIDTH_PX, super().sizeHint().height())

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's name
        """Draw the tick of one row."""
        option = QStyleOptionButton()
        option.rect = QRect(0, 0, _BOX_PX, _BOX_PX)
        option.rect.moveCenter(rect.center())
        chosen = self._table.selectionModel().isRowSelected(logicalIndex)
        state = QStyle.StateFlag.State_On if chosen else QStyle.StateFlag.State_Off
        option.state = QStyle.StateFlag.State_Enabled | state
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, option, painter, self._table)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Turn the row under the pointer over."""
        row = self.logicalIndexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or row < 0:
            super().mousePressEvent(event)
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier) and self._from >= 0
        first, last = sorted((self._from, row)) if shift else (row, row)
        model, selection = self._table.model(), QItemSelection()
        selection.select(model.index(first, 0), model.index(last, model.columnCount() - 1))
        how = _Select.Select if shift else _Select.Toggle
        self._table.selectionModel().select(selection, how | _Select.Rows)
        self._from = row
        event.accept()
