"""Where a table is in a text: its delimiter, its header line and its width.

The delimiter is the one that gives most lines the same number of columns. Python's ``csv.Sniffer`` is not
used: on exports met in the field it took letters and line ends for delimiters.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from crm_desktop.domain.calls import RejectedRow
from crm_desktop.importers.call_logs.csv_rows import CsvRows

DELIMITERS = ",;\t|"
_LOOKED_AT = 400
# Prose has commas too, but neither in every line nor with numbers between them.
_SHARE_OF_A_TABLE = 0.6
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
_MARKUP = ("<", "{", "[", "%PDF", "PK")


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A table's delimiter, header (1-based physical line, 0 for none) and cells of its first records."""

    delimiter: str
    header_line: int
    header: tuple[str, ...]
    columns: int
    records: tuple[tuple[int, tuple[str, ...]], ...]


Records = tuple[tuple[int, tuple[str, ...]], ...]


def find_layout(lines: Sequence[str], *, is_header: Callable[[Sequence[str]], bool]) -> TableLayout | None:
    """Return the layout whose header the caller recognizes; None if no delimiter shows one."""
    for delimiter in by_consistency(lines):
        layout = layout_under(records_of(lines, delimiter), delimiter, is_header=is_header)
        if layout is not None:
            return layout
    return None


def layout_under(
    records: Records, delimiter: str, *, is_header: Callable[[Sequence[str]], bool]
) -> TableLayout | None:
    """Return the table below the first record the caller recognizes as its header."""
    for line, cells in records[:50]:
        clean = clean_header(cells)
        if is_header(clean):
            return TableLayout(delimiter, line, clean, len(clean), records)
    return None


def layout_at(records: Records, delimiter: str, *, header_line: int) -> TableLayout:
    """Return the table whose header stands in a line, 0 for none, as somebody said."""
    cells = next((cells for line, cells in records if line == header_line), None)
    if cells is None:
        width = usual_width(records)
        return TableLayout(delimiter, 0, ("",) * width, width, records)
    return TableLayout(delimiter, header_line, clean_header(cells), len(cells), records)


def find_any_table(lines: Sequence[str]) -> TableLayout | None:
    """Return the layout of a table whose header says nothing known, or that has none (``header_line`` 0).

    None for what is no table at all: markup, bytes that are no text, prose. The names of a table without a
    header are empty.
    """
    if not may_be_table(lines):
        return None
    for delimiter in by_consistency(lines):
        layout = any_table_of(records_of(lines, delimiter), delimiter)
        if layout is not None:
            return layout
    return None


def may_be_table(lines: Sequence[str]) -> bool:
    """Say whether a text is neither markup nor bytes that are no text."""
    start = "".join(lines[:2]).lstrip("\ufeff \t\n")
    return not start.startswith(_MARKUP) and not any(_CONTROLS.search(line) for line in lines[:_LOOKED_AT])


def any_table_of(records: Records, delimiter: str) -> TableLayout | None:
    """Return the table most of the records are rows of, titles above it apart; None for prose."""
    width = usual_width(records)
    rows = [record for record in records if _is_row(record[1], width)]
    if not rows or 2 * len(rows) <= len(records) or not _has_numbers(rows, width):
        return None
    line, first = rows[0]
    if len(rows) < _SHARE_OF_A_TABLE * sum(place >= line for place, _cells in records):
        return None
    clean = clean_header(first)
    if any(map(_has_digit, clean)):
        return TableLayout(delimiter, 0, ("",) * width, width, tuple(rows))
    return TableLayout(delimiter, line, clean, width, records)


def clean_header(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a header."""
    return tuple(cell.strip().strip("\ufeff") for cell in cells)


def _is_row(cells: Sequence[str], width: int) -> bool:
    return len(cells) == width and sum(bool(cell.strip()) for cell in cells) >= 2


def _has_numbers(rows: Sequence[tuple[int, tuple[str, ...]]], width: int) -> bool:
    """Say whether some column has digits in most of its rows below the first, as every call has."""
    below = [cells for _line, cells in (rows[1:] or rows)]
    return any(2 * sum(_has_digit(cells[place]) for cells in below) > len(below) for place in range(width))


def _has_digit(cell: str) -> bool:
    return any(ch.isdigit() for ch in cell)


def by_consistency(lines: Sequence[str]) -> list[str]:
    """Return the delimiters that give columns at all, the most consistent first."""
    marked = marked_delimiter(lines)
    if marked is not None:
        return [marked]
    scores = {delimiter: _consistency(records_of(lines, delimiter)) for delimiter in DELIMITERS}
    return sorted((d for d in DELIMITERS if scores[d] > (0, 0)), key=lambda d: scores[d], reverse=True)


def marked_delimiter(lines: Sequence[str]) -> str | None:
    """Return the delimiter of a first line ``sep=;`` as Excel and its imitators write it."""
    first = lines[0].strip("\ufeff\r\n") if lines else ""
    return first[4] if first.casefold().startswith("sep=") and len(first) == 5 else None


def records_of(lines: Sequence[str], delimiter: str) -> Records:
    """Return the first records with the line each starts on."""
    rows = CsvRows(iter(lines[:_LOOKED_AT]), delimiter=delimiter)
    return tuple((row[0], tuple(row[1])) for row in rows if not isinstance(row, RejectedRow) and row[1])


def usual_width(records: Iterable[tuple[int, tuple[str, ...]]]) -> int:
    """Return the most frequent number of columns."""
    counts = Counter(len(cells) for _line, cells in records)
    return max(counts, key=lambda width: (counts[width], width), default=0)


def _consistency(records: Sequence[tuple[int, tuple[str, ...]]]) -> tuple[float, int]:
    """Return the share of records with the usual width, and the width; nothing for a single column."""
    width = usual_width(records)
    if width < 2:
        return (0, 0)
    return (sum(len(cells) == width for _line, cells in records) / len(records), width)
