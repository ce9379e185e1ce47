"""Tables of calls read by a mapping: the engine of every CSV format, and the format "other table" itself."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

from crm_desktop.domain.calls import (
    CallRecord,
    LogRow,
    RejectedRow,
    RowReason,
    SkippedRow,
    TimePrecision,
)  # fmt: skip
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.folding import fold
from crm_desktop.domain.phone_numbers import normalizer
from crm_desktop.importers.call_logs.date_formats import Reader, cell_date, date_reader, precision_of
from crm_desktop.importers.call_logs.durations import duration_style, seconds_of
from crm_desktop.importers.call_logs.header_words import NO_NAME, TOTALS_WORDS
from crm_desktop.importers.call_logs.local_time import LocalClock, time_zone
from crm_desktop.importers.call_logs.mapping import COLUMN_FIELDS, Column, Mapping
from crm_desktop.importers.call_logs.meanings import Meanings
from crm_desktop.importers.call_logs.parties import Parties
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.row_keys import Ordinals, row_key
from crm_desktop.importers.call_logs.suggestion import certainty_of_head, suggest_mapping
from crm_desktop.importers.call_logs.table_rows import TableRows, open_rows

_SHOWN = 500


class MappedCsv:
    """Any table of calls with one call per row, by a mapping given or found."""

    name = "generic_csv"
    shared = False
    title = "Table of calls (CSV, TSV, XLSX)"
    recognized_by = "a table with a column of dates and one of numbers; asks what its columns mean"

    def sniff(self, head: FileHead) -> float:
        """Return how much this looks like a table of calls: never enough to go on without asking."""
        return certainty_of_head(head)

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows. Raises ForeignFileError for a mapping that does not fit."""
        mapping = options.mapping or suggest_mapping(source.path, options)
        return read_mapped(source, mapping, options)


def read_mapped(source: LogSource, mapping: Mapping, options: ReadingOptions) -> Iterator[LogRow]:
    """Yield the rows of a table. Raises ForeignFileError ``mapping_column_missing`` before the first row."""
    rows = open_rows(source, mapping)
    header = _header(rows) if mapping.header_line else None
    table = MappedTable(mapping, options, header, typed=rows.typed)
    rows.columns = table.width
    blank: list[int] = []
    for row in rows:
        if isinstance(row, RejectedRow):
            yield row
            continue
        line, cells = row
        if not cells:
            # Blank lines count only between rows: many programs end their files with some.
            blank.append(line)
            continue
        for line_before in blank:
            yield SkippedRow(line_before, RowReason.BLANK_ROW)
        blank.clear()
        yield table.read(line, cells, whole=rows.ends_with_line_feed)


def several_own_lines(path: Path, options: ReadingOptions) -> bool:
    """Say whether a table names more than one line as its own: then it is the log of an office.

    Reads no further than the second line met. Raises ForeignFileError as ``read_mapped``.
    """
    mapping = options.mapping
    if mapping is None or (mapping.own_line is None and mapping.number is not None):
        return False
    rows = open_rows(LogSource(path, encoding=options.text_encoding), mapping)
    table = MappedTable(mapping, options, _header(rows) if mapping.header_line else None, typed=rows.typed)
    rows.columns = table.width
    met: set[str] = set()
    for row in rows:
        line = None if isinstance(row, RejectedRow) else table.own_side(row[1])
        if line is not None:
            met.add(line)
        if len(met) > 1:
            return True
    return False


def _header(rows: TableRows) -> list[str]:
    first = next(rows, None)
    return [] if first is None or isinstance(first, RejectedRow) else first[1]


def column_places(mapping: Mapping, header: Sequence[str] | None) -> dict[str, int]:
    """Return the 0-based place of each mapped column; of equal headers the first counts.

    Raises ForeignFileError ``mapping_column_missing`` naming every column that is not there.
    """
    wanted = {name: getattr(mapping, name) for name in COLUMN_FIELDS}
    columns: dict[str, Column] = {name: column for name, column in wanted.items() if column is not None}
    words = [fold(cell.strip().strip("\ufeff")) for cell in header or ()]
    places = {name: _place(column, words) for name, column in columns.items()}
    missing = [str(columns[name]) for name, place in places.items() if place is None]
    if missing:
        raise ForeignFileError("mapping_column_missing", column="”, “".join(dict.fromkeys(missing)))
    return {name: place for name, place in places.items() if place is not None}


def _place(column: Column, words: list[str]) -> int | None:
    if isinstance(column, int):
        return None if words and column > len(words) else column - 1
    folded = fold(column.strip())
    return words.index(folded) if folded in words else None


class MappedTable:
    """Cells of one table to calls, everything that is the same for all rows worked out beforehand."""

    def __init__(
        self, mapping: Mapping, options: ReadingOptions, header: Sequence[str] | None, *, typed: bool = False
    ) -> None:
        """``typed``: cells of dates come as ISO 8601 beside dates written as text."""
        places = column_places(mapping, header)
        self.width = len(header) if header else None
        self._needed = max(places.values()) + 1
        self._when = places["date"]
        self._time = places.get("time")
        self._name = places.get("name")
        self._duration = places.get("duration")
        self._style = mapping.moment_format
        self._precision = precision_of(self._style)
        self._moment_of = _checked(date_reader(self._style))
        if typed:
            self._moment_of = _cell_or_text(self._moment_of)
        self._seconds_of = lru_cache(maxsize=4096)(_seconds_reader(mapping))
        self._meanings = Meanings(mapping, places)
        self._normalize = normalizer(options.number_rules())
        self._parties = Parties(places, options.own_numbers, self._normalize)
        self._clock = LocalClock(time_zone(options.time_zone))
        self._ordinals = Ordinals()

    def read(self, line: int, cells: list[str], *, whole: bool) -> LogRow:
        """Return the call of a row, or why it is none; ``whole``: the row ended with a line feed."""
        if self.width is not None and len(cells) != self.width and not self._fits(cells):
            reason = RowReason.COLUMN_COUNT if whole else RowReason.TRUNCATED
            return self._no_call(line, cells, reason)
        if len(cells) < self._needed:
            return self._no_call(line, cells, RowReason.COLUMN_COUNT)
        written = self._written_moment(cells)
        local = self._moment_of(written) if written else None
        if local is None or local.year < 1900:
            return self._no_call(line, cells, RowReason.BAD_DATE)
        return self._call(line, cells, local, written)

    def own_side(self, cells: list[str]) -> str | None:
        """Return whose line a row names as its own; None for what is no call or names none."""
        if len(cells) < self._needed or self._moment_of(self._written_moment(cells)) is None:
            return None
        meaning = self._meanings.of(cells)
        if meaning is None or meaning.internal:
            return None
        return self._parties.own_side(cells, meaning.direction)

    def _call(self, line: int, cells: list[str], local: datetime, written: str) -> LogRow:
        meaning = self._meanings.of(cells)
        if meaning is None:
            return self._no_call(line, cells, RowReason.UNKNOWN_TYPE)
        duration = "" if self._duration is None else _unmarked(cells[self._duration])
        seconds = self._seconds_of(duration)
        if seconds is None:
            return self._no_call(line, cells, RowReason.BAD_DURATION)
        party = self._parties.of(cells, meaning.direction)
        if meaning.internal or party.internal:
            return SkippedRow(line, RowReason.INTERNAL_CALL)
        try:
            since_1900, epoch, ambiguous = self._clock.read(local)
        except OverflowError:
            return self._no_call(line, cells, RowReason.BAD_DATE)
        key = self._key(since_1900, written, party.raw.strip(), duration, meaning.raw)
        if key is None:
            return SkippedRow(line, RowReason.DUPLICATE_IN_FILE)
        number = self._normalize(party.raw)
        return CallRecord(
            line=line, epoch=epoch, direction=party.direction,
            outcome=meaning.outcome_after(seconds, party.direction), duration_s=seconds, raw_number=party.raw,
            number=number.e164, name=self._name_in(cells), row_key=key, precision=self._precision,
            time_ambiguous=ambiguous, extension=number.extension, number_note=number.note,
            own_line=party.own_line,
        )  # fmt: skip

    def _key(self, since_1900: int, *raw: str) -> bytes | None:
        """Return the row's key; None for a second row of the same millisecond."""
        key = row_key(since_1900, *raw)
        if self._precision is TimePrecision.MILLISECOND:
            return key if self._ordinals.is_new(key) else None
        return self._ordinals.distinct(key, since_1900, *raw)

    def _written_moment(self, cells: list[str]) -> str:
        """Return date and time as written; empty if one of them is missing."""
        day = _unmarked(cells[self._when])
        if self._time is None or not day:
            return day
        time = _unmarked(cells[self._time])
        return f"{day} {time}" if time else ""

    def _name_in(self, cells: list[str]) -> str | None:
        if self._name is None:
            return None
        name = cells[self._name].strip()
        return None if not name or name.casefold() in NO_NAME else name

    def _fits(self, cells: list[str]) -> bool:
        """Accept rows without their blank ends (Excel drops them) or with blank cells added."""
        width = self.width or 0
        if len(cells) < width:
            return len(cells) >= self._needed
        return not any(cell.strip() for cell in cells[width:])

    def _no_call(self, line: int, cells: list[str], reason: RowReason) -> LogRow:
        """Reject a row, unless it is blank or a line of totals."""
        filled = [cell.strip() for cell in cells if cell.strip()]
        if not filled:
            return SkippedRow(line, RowReason.BLANK_ROW)
        dated = reason is not RowReason.BAD_DATE and reason is not RowReason.COLUMN_COUNT
        if not dated and any(fold(cell).rstrip(": ") in TOTALS_WORDS for cell in filled):
            return SkippedRow(line, RowReason.TOTALS_ROW)
        return RejectedRow(line, reason, ", ".join(filled)[:_SHOWN])


def _checked(reader: Reader | None) -> Reader:
    """Return the reader a mapping's own check has already found to exist."""
    if reader is None:
        raise ForeignFileError("mapping_invalid", field="date_format")
    return reader


def _unmarked(cell: str) -> str:
    """Return a cell without blanks and the apostrophe a spreadsheet marks texts with."""
    return cell.strip().removeprefix("'").strip()


def _cell_or_text(read: Reader) -> Reader:
    """Return a reader of dates as cells, with their time or at midnight, and of those written as text."""

    return lambda text: cell_date(text) or read(text)


def _seconds_reader(mapping: Mapping) -> Callable[[str], int | None]:
    style = duration_style(mapping.duration_format)
    if style is None:
        raise ForeignFileError("mapping_invalid", field="duration_format")
    return partial(seconds_of, style=style)
