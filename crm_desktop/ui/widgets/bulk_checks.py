"""The narrow column of ticks beside a list: selecting several rows without knowing any key."""

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QCheckBox, QHeaderView, QStyle, QStyleOptionButton, QTableView

from crm_desktop.ui.messages import tr
from crm_desktop.ui.theme import Theme

_WIDTH_PX, _BOX_PX = 30, 16
_State = QStyle.StateFlag
_Select = QItemSelectionModel.SelectionFlag


class RowChecks(QHeaderView):
    """Paints a tick for each selected row; a click turns it over, with Shift the rows up to it."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Vertical, table)
        self._table = table
        self._from = -1
        # Each frame of the list paints one for every row; drawn each time they take a tenth of it.
        self._boxes: dict[tuple[bool, float], QPixmap] = {}
        Theme.current().changed.connect(self._theme_changed)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSectionsClickable(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        """Return the width of a tick with air around it; Qt's own answer asks for the title of each row."""
        return QSize(_WIDTH_PX, self.defaultSectionSize())

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's name
        """Draw the tick of one row."""
        chosen = self._table.selectionModel().isRowSelected(logicalIndex)
        place = QRect(0, 0, _BOX_PX, _BOX_PX)
        place.moveCenter(rect.center())
        painter.drawPixmap(place.topLeft(), self._box(chosen=chosen))

    def _theme_changed(self) -> None:
        self._boxes.clear()

    def _box(self, *, chosen: bool) -> QPixmap:
        """Return the picture of a tick, sharp on this screen."""
        scale = self.devicePixelRatioF()
        known = self._boxes.get((chosen, scale))
        if known is None:
            known = QPixmap(round(_BOX_PX * scale), round(_BOX_PX * scale))
            known.setDevicePixelRatio(scale)
            known.fill(Qt.GlobalColor.transparent)
            painter = QPainter(known)
            try:
                state = _State.State_On if chosen else _State.State_Off
                _draw(painter, QRect(0, 0, _BOX_PX, _BOX_PX), state, self._table)
            finally:
                painter.end()
            self._boxes[chosen, scale] = known
        return known

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


class SelectAllBox(QCheckBox):
    """The box above the ticks: empty, half or full as nothing, some or all of the list is selected.

    ``wished`` says what a click asks for: ``all``, or ``none`` where everything is selected already.
    """

    wished = Signal(str)

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        self.setTristate()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Select the whole list"))
        self.setToolTip(tr("Select the whole list"))
        table.setCornerButtonEnabled(False)
        for header in (table.horizontalHeader(), table.verticalHeader()):
            header.installEventFilter(self)
        self.clicked.connect(self._ask)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner the two headers leave."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show}:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        beside, above = self._table.verticalHeader().geometry(), self._table.horizontalHeader().geometry()
        self.setGeometry(beside.x(), above.y(), beside.width(), above.height())
        self.raise_()

    def show_selected(self, selected: int, total: int) -> None:
        """Show how much of the list is selected; one record alone is only the one looked at."""
        whole = total > 0 and selected >= total
        some = Qt.CheckState.PartiallyChecked if selected > 1 else Qt.CheckState.Unchecked
        self.setCheckState(Qt.CheckState.Checked if whole else some)
        self.setEnabled(total > 0)

    def nextCheckState(self) -> None:
        """Leave the state to the selection, which follows the click."""

    def hitButton(self, pos: QPoint) -> bool:
        """Take a click anywhere in the corner."""
        return self.rect().contains(pos)

    def _ask(self) -> None:
        self.wished.emit("none" if self.checkState() is Qt.CheckState.Checked else "all")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box as the ticks below are drawn."""
        del event
        state = {
            Qt.CheckState.Checked: _State.State_On,
            Qt.CheckState.PartiallyChecked: _State.State_NoChange,
        }.get(self.checkState(), _State.State_Off)
        painter = QPainter(self)
        _draw(painter, self.rect(), state, self._table)
        painter.end()


def _draw(painter: QPainter, rect: QRect, state: QStyle.StateFlag, table: QTableView) -> None:
    option = QStyleOptionButton()
    option.rect = QRect(0, 0, _BOX_PX, _BOX_PX)
    option.rect.moveCenter(rect.center())
    option.state = _State.State_Enabled | state
    table.style().drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, option, painter, table)
