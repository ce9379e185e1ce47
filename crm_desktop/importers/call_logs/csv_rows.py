"""Physical lines to records of cells, without letting one lone quote swallow the rows after it.

The csv module reads an unclosed quote to the end of the file. Here a record may span few lines; one that
does not close, or that has whole rows inside, costs its first line only, and reading goes on with the next.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from crm_desktop.domain.calls import RejectedRow, RowReason
from crm_desktop.importers.call_logs.reading import MAX_LINE

_MAX_LINES = 64
# Well under the csv module's own field limit, which is global and is left alone.
_MAX_RECORD = MAX_LINE
_SHOWN = 500
_BLOCK = 256
_SENTINEL = "end"


class _Feeder:
    """The lines the csv reader pulls for one record, so that they can be given back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._returned: deque[str] = deque()
        self.taken: list[str] = []
        self.ended = False

    def __iter__(self) -> "_Feeder":
        return self

    def __next__(self) -> str:
        if self.taken and (len(self.taken) >= _MAX_LINES or sum(map(len, self.taken)) > _MAX_RECORD):
            raise StopIteration
        if self._returned:
            line = self._returned.popleft()
        else:
            try:
                line = next(self._lines)
            except StopIteration:
                self.ended = True
                raise
        self.taken.append(line)
        return line

    def take(self, count: int) -> list[str]:
        """Return the next lines, given back ones first."""
        lines: list[str] = []
        while self._returned and len(lines) < count:
            lines.append(self._returned.popleft())
        lines.extend(islice(self._lines, count - len(lines)))
        return lines

    def give_back(self, lines: list[str]) -> None:
        self._returned.extendleft(reversed(lines))
        self.ended = False


class CsvRows:
    """Iterates over ``(line, cells)`` and the lines that are no record.

    ``columns``, set after the header is read, helps to see rows swallowed by a quote.
    """

    typed = False

    def __init__(self, lines: Iterator[str], *, delimiter: str, first_line: int = 1) -> None:
        self._feeder = _Feeder(lines)
        self._line = first_line
        self._delimiter = delimiter
        self._reader = self._new_reader(self._feeder)
        self._rows = self._all()
        self.columns: int | None = None
        self.ends_with_line_feed = True

    def __iter__(self) -> "CsvRows":
        return self

    def __next__(self) -> tuple[int, list[str]] | RejectedRow:
        """Return the next record with the physical line it starts on."""
        return next(self._rows)

    def _all(self) -> Iterator[tuple[int, list[str]] | RejectedRow]:
        while block := self._feeder.take(_BLOCK):
            rows = self._one_per_line(block)
            if rows is None:
                yield from self._one_by_one(block)
                continue
            self.ends_with_line_feed = True
            line = self._line
            self._line += len(block)
            yield from enumerate(rows, line)

    def _one_per_line(self, block: list[str]) -> list[list[str]] | None:
        """Parse lines at once; None unless every line is a record of its own, the usual case."""
        if not block[-1].endswith("\n") or max(map(len, block)) > MAX_LINE:
            return None
        try:
            rows = list(self._new_reader([*block, _SENTINEL]))
        except csv.Error:
            return None
        if len(rows) != len(block) + 1 or rows.pop() != [_SENTINEL]:
            return None
        return rows

    def _one_by_one(self, block: list[str]) -> Iterator[tuple[int, list[str]] | RejectedRow]:
        """Yield the records that start in these lines, finding the ones that are damaged."""
        feeder, end = self._feeder, self._line + len(block)
        feeder.give_back(block)
        while self._line < end:
            taken: list[str] = []
            feeder.taken = taken
            cells = self._next_cells()
            if not taken:
                return
            line = self._line
            self.ends_with_line_feed = taken[-1].endswith("\n")
            problem = None if self._is_plain(taken, cells) else self._problem(taken, cells)
            if problem is None:
                self._line += len(taken)
                yield line, cells or []
            else:
                self._line += 1
                feeder.give_back(taken[1:])
                yield RejectedRow(line, problem, taken[0][:_SHOWN])

    def _new_reader(self, lines: Iterable[str]) -> "Iterator[list[str]]":
        return csv.reader(lines, delimiter=self._delimiter, skipinitialspace=self._delimiter != " ")

    def _next_cells(self) -> list[str] | None:
        """Return the next record; None if the csv module gave it up or the file ended."""
        try:
            return next(self._reader, None)
        except csv.Error:
            return None

    def _is_plain(self, taken: list[str], cells: list[str] | None) -> bool:
        return len(taken) == 1 and cells is not None and not self._feeder.ended and len(taken[0]) <= MAX_LINE

    def _problem(self, taken: list[str], cells: list[str] | None) -> RowReason | None:
        """Say what is wrong with a record that is not simply one line."""
        if len(taken[0]) > MAX_LINE:
            return RowReason.ROW_TOO_LONG
        if self._feeder.ended:
            return RowReason.TRUNCATED if len(taken) == 1 else RowReason.UNCLOSED_QUOTE
        too_much = len(taken) >= _MAX_LINES or sum(map(len, taken)) > _MAX_RECORD
        if cells is None or too_much or self._swallows_rows(taken, cells):
            return RowReason.UNCLOSED_QUOTE
        return None

    def _swallows_rows(self, taken: list[str], cells: list[str]) -> bool:
        """Say whether a quoted field holds lines that look like whole rows."""
        columns = self.columns
        if columns is None or columns < 3 or len(taken) == 1:
            return False
        if len(cells) != columns:
            return True
        inside = taken[1:-1] if taken[0].count(self._delimiter) == 0 else taken[1:]
        return any(line.count(self._delimiter) >= columns - 1 for line in inside)
