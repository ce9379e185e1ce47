"""What Ctrl+C takes from a table: the cell, or rows as tab-separated lines as spreadsheets expect them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.ui.widgets.record_header import RecordHeader
from crm_desktop.ui.widgets.record_source import Cell, CellValue, RecordSource, Row
from crm_desktop.ui.widgets.record_table_model import Index, RecordTableModel

AT_ONCE = 200
"""So many rows are copied before the next frame; more are read in a worker where a page has one."""
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class VisibleColumns:
    """The columns somebody sees, in the order he put them; ``places`` are theirs in a row."""

    titles: tuple[str, ...]
    places: tuple[int, ...]

    def text(self, rows: Iterable[Row]) -> str:
        """Return rows under their titles."""
        lines = [self.titles, *(tuple(_text(row[at]) for at in self.places) for row in rows)]
        return "\n".join("\t".join(line) for line in lines) + "\n"


def visible_columns(model: RecordTableModel, header: RecordHeader) -> VisibleColumns:
    """Return the columns as the header shows them."""
    places = [at for at in range(header.count()) if not header.isSectionHidden(at)]
    places.sort(key=header.visualIndex)
    return VisibleColumns(tuple(model.columns[at].title for at in places), tuple(places))


def copied_text(model: RecordTableModel, header: RecordHeader, *, ids: Sequence[int], current: Index) -> str:
    """Return the text of ``current``, or with several ``ids`` their visible columns under the titles."""
    rows = model.rows_of(ids)
    if len(rows) <= 1:
        return _text(model.cell(current))
    return visible_columns(model, header).text(map(model.row, rows))


def read_text(
    source: RecordSource,
    columns: VisibleColumns,
    ids: Sequence[int],
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> str:
    """Return the rows of ``ids`` under their titles, read in a worker; may raise Cancelled."""
    rows: list[Row] = []
    for start in range(0, len(ids), _CHUNK):
        if cancel is not None:
            cancel.raise_if_cancelled()
        part = ids[start : start + _CHUNK]
        found = source.rows(part)
        rows += [found[one] for one in part if one in found]
        if progress is not None:
            progress(Progress(min(start + _CHUNK, len(ids)), len(ids)))
    return columns.text(rows)


def _text(value: CellValue) -> str:
    """Return the text without the characters that would break a line or a cell."""
    text = value.text if isinstance(value, Cell) else value
    return " ".join(text.replace("\t", " ").split("\n"))
