"""Where the table of calls stands in a file: sheet, delimiter, header line, found or as somebody said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.reading import LogSource
from crm_desktop.importers.call_logs.table_layout import (
    Records,
    TableLayout,
    any_table_of,
    by_consistency,
    find_any_table,
    find_layout,
    layout_at,
    layout_under,
    may_be_table,
    records_of,
)
from crm_desktop.importers.call_logs.table_rows import filled_sheets, is_workbook

_FIRST_ROWS = 400
# A row of thousands of columns is no call; so many are looked at.
MOST_COLUMNS = 1000

IsHeader = Callable[[Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class TablePlace:
    """What somebody said about where a table stands; None: it is found out. ``header_line``: 0 for none."""

    sheet: str | None = None
    delimiter: str | None = None
    header_line: int | None = None
    encoding: str | None = None


ANYWHERE = TablePlace()


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table; ``records``: the first ones of the file, titles above the header included.

    ``sheets``: those of a workbook that have rows; ``encoding``: that of a text, empty for a workbook.
    """

    layout: TableLayout
    records: Records
    encoding: str = ""
    sheet: str | None = None
    sheets: tuple[str, ...] = ()


def find_table(source: LogSource, said: TablePlace, *, is_header: IsHeader) -> FoundTable | None:
    """Return the table of a file, None for what is none.

    Raises ForeignFileError ``sheet_missing``, ``workbook_unreadable``, and what reading a file raises.
    """
    if is_workbook(source):
        return _in_workbook(source, said, is_header)
    head = source.head()
    layout = _in_text(head.lines, said, is_header)
    if layout is None or layout.columns > MOST_COLUMNS:
        return None
    return FoundTable(layout, records_of(head.lines, layout.delimiter), head.encoding)


def _in_text(lines: Sequence[str], said: TablePlace, is_header: IsHeader) -> TableLayout | None:
    if said.delimiter is None and said.header_line is None:
        return find_layout(lines, is_header=is_header) or find_any_table(lines)
    if not may_be_table(lines):
        return None
    delimiter = said.delimiter or next(iter(by_consistency(lines)), ",")
    return _in_records(records_of(lines, delimiter), delimiter, said, is_header)


def _in_records(
    records: Records, delimiter: str, said: TablePlace, is_header: IsHeader
) -> TableLayout | None:
    """Return the table somebody pointed at, however little it looks like one; None for no rows."""
    if not records:
        return None
    if said.header_line is not None:
        return layout_at(records, delimiter, header_line=said.header_line)
    found = layout_under(records, delimiter, is_header=is_header) or any_table_of(records, delimiter)
    return found or layout_at(records, delimiter, header_line=records[0][0])


def _in_workbook(source: LogSource, said: TablePlace, is_header: IsHeader) -> FoundTable | None:
    pages = {
        name: tuple((line, tuple(cells)) for line, cells in rows)
        for name, rows in filled_sheets(source, first_rows=_FIRST_ROWS)
    }
    if said.sheet is not None and said.sheet not in pages:
        raise ForeignFileError("sheet_missing", name=source.path.name, sheet=said.sheet)
    names = tuple(pages)
    if said.sheet is not None or said.header_line is not None:
        sheet = said.sheet or next(iter(names), "")
        layout = _in_records(pages.get(sheet, ()), ",", said, is_header)
        return None if layout is None else FoundTable(layout, pages[sheet], sheet=sheet, sheets=names)
    for name, records in pages.items():
        layout = layout_under(records, ",", is_header=is_header)
        if layout is not None:
            return FoundTable(layout, records, sheet=name, sheets=names)
    for name, records in pages.items():
        layout = any_table_of(records, ",")
        if layout is not None:
            return FoundTable(layout, records, sheet=name, sheets=names)
    return None
