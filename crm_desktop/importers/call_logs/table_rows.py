"""The rows of a table with the line each begins on, whether it is a text or a sheet of a workbook."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol

from crm_desktop.domain.calls import RejectedRow
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.csv_rows import CsvRows
from crm_desktop.importers.call_logs.mapping import Mapping
from crm_desktop.importers.call_logs.reading import LogSource
from crm_desktop.importers.xlsx_rows import looks_like_workbook, sheets


class TableRows(Protocol):
    """Iterates over ``(line, cells)`` and the lines that are no record, as ``CsvRows`` does.

    ``typed``: dates are cells of their own kind and come as ISO 8601, whatever the table's other dates are.
    """

    columns: int | None
    ends_with_line_feed: bool
    typed: bool

    def __iter__(self) -> Iterator[tuple[int, list[str]] | RejectedRow]:
        """Return itself."""

    def __next__(self) -> tuple[int, list[str]] | RejectedRow:
        """Return the next record."""


class SheetRows:
    """The rows of a sheet; one without any text has no cells, like a blank line of a text."""

    typed = True
    ends_with_line_feed = True

    def __init__(self, rows: Iterator[list[str]], *, first_line: int) -> None:
        self._rows = enumerate(islice(rows, first_line - 1, None), first_line)
        self.columns: int | None = None

    def __iter__(self) -> "SheetRows":
        return self

    def __next__(self) -> tuple[int, list[str]]:
        """Return the next row."""
        line, cells = next(self._rows)
        return line, cells if any(cell.strip() for cell in cells) else []


def open_rows(source: LogSource, mapping: Mapping) -> TableRows:
    """Return the rows of a table from its header line on.

    Raises ForeignFileError ``workbook_unreadable``, ``sheet_missing``.
    """
    first = max(mapping.header_line, 1)
    if is_workbook(source):
        for _ in source.chunks():  # its digest; a workbook is read from the disk by the library
            pass
        return SheetRows(_sheet(source, mapping.sheet), first_line=first)
    lines = source.lines()
    for _title in islice(lines, first - 1):
        pass
    return CsvRows(lines, delimiter=mapping.delimiter, first_line=first)


def is_workbook(source: LogSource) -> bool:
    """Say whether a file begins like a workbook."""
    return looks_like_workbook(source.head().data)


def filled_sheets(source: LogSource, *, first_rows: int) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """Return the sheets with rows in them, each with the first of those that have texts."""
    found = []
    for name, rows in sheets(source.path):
        records = [
            (line, cells) for line, cells in islice(SheetRows(rows, first_line=1), first_rows) if cells
        ]
        if records:
            found.append((name, records))
    return found


def _sheet(source: LogSource, name: str | None) -> Iterator[list[str]]:
    """Return the rows of the sheet named, else of the first that has any."""
    for title, rows in sheets(source.path):
        if name is not None:
            if title == name:
                return rows
            continue
        kept: list[list[str]] = []
        for cells in rows:
            kept.append(cells)
            if any(cell.strip() for cell in cells):
                return _chained(kept, rows)
    if name is None:
        return iter(())
    raise ForeignFileError("sheet_missing", name=source.path.name, sheet=name)


def _chained(first: Sequence[list[str]], rest: Iterator[list[str]]) -> Iterator[list[str]]:
    yield from first
    yield from rest
