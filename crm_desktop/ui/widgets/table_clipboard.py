"""What Ctrl+C takes from a table: the cell, or rows as tab-separated lines as spreadsheets expect them."""

from collections.abc import Sequence

from crm_desktop.ui.widgets.record_header import RecordHeader
from crm_desktop.ui.widgets.record_source import Cell, CellValue
from crm_desktop.ui.widgets.record_table_model import Index, RecordTableModel

COPY_LIMIT = 100_000
"""More rows than this are an export, which runs off the UI thread."""


def copied_text(model: RecordTableModel, header: RecordHeader, *, ids: Sequence[int], current: Index) -> str:
    """Return the text of ``current``, or with several ``ids`` their visible columns under the titles."""
    rows = model.rows_of(ids[:COPY_LIMIT])
    if len(rows) <= 1:
        return _text(model.cell(current))
    places = [at for at in range(header.count()) if not header.isSectionHidden(at)]
    places.sort(key=header.visualIndex)
    lines = [[model.columns[at].title for at in places]]
    lines += [[_text(model.row(row)[at]) for at in places] for row in rows]
    return "\n".join("\t".join(line) for line in lines) + "\n"


def _text(value: CellValue) -> str:
    """Return the text without the characters that would break a line or a cell."""
    text = value.text if isinstance(value, Cell) else value
    return " ".join(text.replace("\t", " ").split("\n"))
