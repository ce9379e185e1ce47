"""Selection of a record table by id: what is selected, and selecting it again in a list read anew."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel
from PySide6.QtWidgets import QTableView

from crm_desktop.ui.widgets.record_table_model import RecordTableModel

_Select = QItemSelectionModel.SelectionFlag


def selected_ranges(table: QTableView) -> list[tuple[int, int]]:
    """Return the selected rows as (first, last), ascending; only whole rows are ever selected."""
    if table.model() is None:
        return []
    parts = table.selectionModel().selection().toList()
    return sorted({(part.top(), part.bottom()) for part in parts if part.isValid()})


def select(
    table: QTableView, model: RecordTableModel, *, ids: Sequence[int], current: int | None, column: int
) -> None:
    """Select those ``ids`` the list holds; ``current`` (default: the first of them) becomes current."""
    rows, last = model.rows_of(ids), len(model.columns) - 1
    selection = QItemSelection()
    for first, end in _runs(rows):
        selection.select(model.index(first, 0), model.index(end, last))
    row = model.row_of(current) if current is not None else next(iter(rows), None)
    if row is not None:
        table.selectionModel().setCurrentIndex(model.index(row, min(column, last)), _Select.NoUpdate)
    table.selectionModel().select(selection, _Select.ClearAndSelect)


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return ascending ``rows`` as runs without gaps: a range costs Qt the same as a row."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
