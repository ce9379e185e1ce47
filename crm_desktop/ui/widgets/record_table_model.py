"""The windowed model behind every big table: ids first, rows when they are painted.

A change marks pages stale instead of clearing them: a stale page is read again when it is next shown.
Sorting and filtering are another source (SQL does them), never a proxy over these rows.
"""

import threading
from array import array
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from crm_desktop.domain.errors import KnownError
from crm_desktop.ui.messages import message_for
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.record_source import Cell, CellValue, Column, RecordSource, Row
from crm_desktop.ui.widgets.row_window import RowWindow

Index = QModelIndex | QPersistentModelIndex
Saver = Callable[[int, str, object, Callable[[], None], Callable[[KnownError], None]], None]
"""Saves (record id, column key, value) now or later; answers saved() or refused(error) in the UI thread."""

_ItemRole = Qt.ItemDataRole
_NOWHERE = QModelIndex()
PAINTED_WITHIN_S = 0.03
_SHOWN = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_EDITABLE = _SHOWN | Qt.ItemFlag.ItemIsEditable


class Roles(IntEnum):
    """The model's own roles."""

    RECORD = int(_ItemRole.UserRole) + 1
    SORT = int(_ItemRole.UserRole) + 2


RecordRole = Roles.RECORD
"""The record's id."""
SortRole = Roles.SORT
"""The key of the column, as ``sort_requested`` names it."""


OnOutcome = Callable[[object, Callable[[], None], Callable[[KnownError], None]], None]
"""Told what a source's ``save`` returned; calls one of the two when it is settled."""


class RecordTableModel(QAbstractTableModel):
    """Shows a ``RecordSource``; ``tasks`` reads all ids and saves off the UI thread (without it: at once)."""

    edit_refused = Signal(QModelIndex, str)
    record_saved = Signal(object, str)
    load_refused = Signal(str)
    ids_complete = Signal(object)

    def __init__(
        self,
        source: RecordSource,
        *,
        tasks: Tasks | None = None,
        saver: Saver | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._saver = saver
        self.on_outcome: OnOutcome | None = None
        self._reading = 0
        self._superseded = threading.Event()
        self._held = self._stale_since_held = False
        self._waiting: tuple[int, array[int] | bytes] | None = None
        self.complete = False
        self._show(source)
        self._read_all_ids()

    # --- which records -------------------------------------------------------------------------

    def set_source(self, source: RecordSource) -> None:
        """Show another list (filter, order, search) of the same or other columns."""
        self.beginResetModel()
        self._show(source)
        self.endResetModel()
        self._read_all_ids()

    def refresh(self) -> None:
        """Read ids and rows again: records were added, removed, moved or changed.

        What is shown stays until the new ids are there; tables keep the selection by id. The rows stay too
        while a cell is edited: what is typed there was typed over what they say.
        """
        if self._held:
            self._stale_since_held = True
        else:
            self.mark_stale()
        self._read_all_ids()

    def _show(self, source: RecordSource) -> None:
        self.source = source
        self.columns: Sequence[Column] = tuple(source.columns)
        self.complete = False
        try:
            ids = array("I", source.first_page())
        except KnownError as error:
            ids = array("I")
            self._refuse_load(error)
        self._take(ids)

    def _take(self, ids: "array[int]") -> None:
        self._window = RowWindow(
            ids, width=len(self.columns), read=self.source.rows, refused=self._refuse_load
        )

    def _read_all_ids(self) -> None:
        self._reading += 1
        reading = self._reading
        self._superseded.set()
        self._superseded = superseded = threading.Event()
        if self._tasks is None:
            try:
                self._take_all_ids(reading, self.source.all_ids())
            except KnownError as error:
                self._refuse_load(error)
            return
        self._tasks.run(
            partial(_ids_unless, superseded, self.source.all_ids),
            on_done=partial(self._take_all_ids, reading),
            on_error=self._refuse_load,
            owner=self,
            serial=False,
        )

    def _refuse_load(self, error: KnownError) -> None:
        self.load_refused.emit(message_for(error))

    def _take_all_ids(self, reading: int, found: "array[int] | bytes | None") -> None:
        """Take the snapshot: when it only continues what is shown, nothing that is shown is touched."""
        if found is None or reading != self._reading:
            return  # a newer list was asked for meanwhile
        if self._held:
            self._waiting = (reading, found)
            return
        ids = found if isinstance(found, array) else array("I", found)
        shown = len(self._window)
        self.complete = True
        if ids[:shown] != self._window.ids:
            self.beginResetModel()
            self._take(ids)
            self.endResetModel()
        elif len(ids) > shown:
            self.beginInsertRows(QModelIndex(), shown, len(ids) - 1)
            self._window.extend(ids)
            self.endInsertRows()
        self.ids_complete.emit(len(ids))

    def hold(self, *, held: bool) -> None:
        """Keep the rows as they are while a cell is edited; what came meanwhile is taken afterwards."""
        self._held = held
        if not held and self._stale_since_held:
            self._stale_since_held = False
            self.mark_stale()
        if not held and self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._take_all_ids(*waiting)

    def id_at(self, row: int) -> int | None:
        """Return the id of ``row``, or None outside the table."""
        return self._window.ids[row] if 0 <= row < len(self._window.ids) else None

    def ids_between(self, first: int, last: int) -> list[int]:
        """Return the ids of the rows ``first`` to ``last``, both included."""
        return self._window.ids[max(0, first) : last + 1].tolist()

    def row_of(self, record_id: int) -> int | None:
        """Return the row of ``record_id``, or None when the list does not hold it."""
        try:
            return self._window.ids.index(record_id)
        except ValueError:
            return None

    def rows_of(self, record_ids: Iterable[int]) -> list[int]:
        """Return the rows of those ``record_ids`` the list holds, ascending, in one pass."""
        wanted = set(record_ids)
        if len(wanted) <= 8:
            return sorted(row for row in map(self.row_of, wanted) if row is not None)
        return [row for row, record_id in enumerate(self._window.ids) if record_id in wanted]

    # --- what they say -------------------------------------------------------------------------

    def row(self, row: int) -> Row:
        """Return the display values of ``row`` from the page cache, reading its page when needed."""
        return self._window.row(row)

    def bring(self, rows: range) -> None:
        """Read what is missing of ``rows`` at once: they are about to be painted."""
        if rows:
            self._window.bring(rows[0], rows[-1])

    def mark_stale(self, ids: Iterable[int] | None = None) -> None:
        """Have the rows of ``ids`` (None: all) read again when next shown; keeps order and selection."""
        for first, last in self._window.mark_stale(ids):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def cell(self, index: Index) -> CellValue:
        """Return the prepared value at ``index``; empty when it is invalid."""
        row = self._window.row(index.row()) if index.isValid() else self._window.blank
        return row[index.column()] if 0 <= index.column() < len(row) else ""

    def column_of(self, key: str) -> int | None:
        """Return the place of the column ``key``."""
        return next((place for place, column in enumerate(self.columns) if column.key == key), None)

    # --- Qt's side -----------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many records are known so far."""
        return 0 if parent.isValid() else len(self._window.ids)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many columns there are, hidden ones included."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _ItemRole.DisplayRole) -> Any:  # noqa: ANN401 - as Qt has it
        """Return what ``role`` asks for; the painting delegate does not come through here."""
        if not index.isValid() or index.row() >= len(self._window.ids) or index.column() >= len(self.columns):
            return None
        if role == RecordRole:
            return self._window.ids[index.row()]
        if role == SortRole:
            return self.columns[index.column()].key
        if role == _ItemRole.TextAlignmentRole:
            return _alignment(self.columns[index.column()])
        value = self.cell(index)
        cell = value if isinstance(value, Cell) else Cell(value)
        title = self.columns[index.column()].title
        return {
            int(_ItemRole.DisplayRole): cell.text,
            int(_ItemRole.EditRole): cell.text if cell.edit is None else cell.edit,
            int(_ItemRole.ToolTipRole): cell.tip or cell.text or None,
            int(_ItemRole.AccessibleTextRole): f"{title}: {cell.spoken or cell.text}",
        }.get(int(role))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ItemRole.DisplayRole) -> Any:  # noqa: ANN401 - as Qt has it
        """Return title and alignment of a column; rows have no header."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role in {_ItemRole.DisplayRole, _ItemRole.ToolTipRole, _ItemRole.AccessibleTextRole}:
            return self.columns[section].title
        if role == _ItemRole.TextAlignmentRole:
            return _alignment(self.columns[section])
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Allow editing where the column has an editor."""
        # Asked for each cell that is painted: both answers are made beforehand.
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _SHOWN if self.columns[index.column()].editor == "none" else _EDITABLE

    def setData(self, index: Index, value: Any, role: int = _ItemRole.EditRole) -> bool:  # noqa: ANN401 - as Qt has it
        """Save ``value``; False when it was refused at once. With a thread the answer comes by signal."""
        if role != _ItemRole.EditRole or not self.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return False
        answer = {"refused": False}
        self.save_cell(index, value, on_refused=lambda _sentence: answer.update(refused=True))
        return not answer["refused"]

    def save_cell(
        self,
        index: Index,
        value: object,
        *,
        on_saved: Callable[[], None] | None = None,
        on_refused: Callable[[str], None] | None = None,
    ) -> None:
        """Save ``value`` at ``index``; the cell shows it once it is saved, a refusal comes as a sentence."""
        record_id, key = self._window.ids[index.row()], self.columns[index.column()].key
        place = QPersistentModelIndex(index)

        def saved() -> None:
            self.mark_stale([record_id])
            if on_saved is not None:
                on_saved()
            self.record_saved.emit(record_id, key)

        def refused(error: KnownError) -> None:
            sentence = message_for(error)
            if on_refused is not None:
                on_refused(sentence)
            self.edit_refused.emit(self.index(place.row(), place.column()), sentence)

        (self._saver or self._save)(record_id, key, value, saved, refused)

    def _save(
        self,
        record_id: int,
        key: str,
        value: object,
        saved: Callable[[], None],
        refused: Callable[[KnownError], None],
    ) -> None:
        work = partial(self.source.save, record_id, key, value)
        if self._tasks is not None:
            done = partial(self._answered, saved=saved, refused=refused)
            self._tasks.run(work, on_done=done, on_error=refused, owner=self)
            return
        try:
            outcome = work()
        except KnownError as error:
            refused(error)
        else:
            self._answered(outcome, saved=saved, refused=refused)

    def _answered(
        self, outcome: object, *, saved: Callable[[], None], refused: Callable[[KnownError], None]
    ) -> None:
        """Show what was saved; what there is to say or to ask about it goes to ``on_outcome``."""
        if outcome is None or self.on_outcome is None:
            saved()
        else:
            self.on_outcome(outcome, saved, refused)


def _ids_unless(
    superseded: threading.Event, read: "Callable[[], array[int] | bytes]"
) -> "array[int] | bytes | None":
    """Read all ids in a thread, unless another list is asked for before the first rows are painted.

    A reader beside the painting takes turns with it, and the key that was just typed would wait.
    """
    return None if superseded.wait(PAINTED_WITHIN_S) else read()


def _alignment(column: Column) -> int:
    side = Qt.AlignmentFlag.AlignRight if column.align == "right" else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)
