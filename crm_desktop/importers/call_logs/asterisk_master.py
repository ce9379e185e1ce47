"""Asterisk's ``Master.csv`` (cdr_csv): no header, 16 to 21 columns, local time or GMT.

Source: asterisk/cdr/cdr_csv.c. Where the unique id is logged, its epoch decides the zone; else the user.
A record over 1023 bytes is cut by the program itself.

A call that rings at several telephones, or is put through, has a row for each. They are one call where they
were with the same party and on the caller's channel (the same unique id), or on channels linked with it (the
linked id, logged with ``newcdrcolumns``). Nothing else in the file proves it: without these ids, which are
off by default, rows are told as they stand, and one call may be several.
"""

from collections.abc import Iterator, Sequence

from crm_desktop.domain.calls import Direction, LogRow, RejectedRow, RowReason, SkippedRow
from crm_desktop.importers.call_logs.call_legs import Leg, calls_of_legs
from crm_desktop.importers.call_logs.csv_rows import CsvRows
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.switchboard_calls import (
    DISPOSITIONS,
    PbxCall,
    SwitchboardCalls,
    caller_of,
    is_channel_id,
    moment_of,
    outcome_of,
    rejected,
    whole_seconds,
)
from crm_desktop.importers.call_logs.table_layout import records_of

_SRC, _DST, _CLID, _LAST_APP, _START, _BILLED, _DISPOSITION, _UNIQUE = 1, 2, 4, 7, 9, 13, 14, 16
_WIDTHS = range(16, 22)
# The last three of a row that has them are peer account, linked id and sequence.
_WITH_LINKED, _LINKED = 19, -2
_CUT = frozenset({RowReason.TRUNCATED, RowReason.UNCLOSED_QUOTE})


class AsteriskMaster:
    """The call detail records of an Asterisk."""

    name = "asterisk_master_csv"
    shared = True
    title = "Asterisk, Master.csv"
    recognized_by = "a CSV file without header, with a disposition such as ANSWERED in its 15th column"

    def sniff(self, head: FileHead) -> float:
        """Return 0.95 where nearly all rows have the shape of a record."""
        rows = [cells for _line, cells in records_of(head.lines, ",")]
        fitting = sum(_fits(cells) for cells in rows)
        return 0.95 if rows and fitting >= 0.8 * len(rows) else 0.0

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows: a call when its legs are known."""
        calls = SwitchboardCalls(options)
        return calls_of_legs(calls, _legs(calls, source))


def _legs(calls: SwitchboardCalls, source: LogSource) -> Iterator[Leg | LogRow]:
    for row in CsvRows(source.lines(), delimiter=","):
        if isinstance(row, RejectedRow):
            cut = row.reason in _CUT
            yield RejectedRow(row.line, RowReason.COLUMN_COUNT, row.raw) if cut else row
        elif row[1]:
            yield _leg(calls, *row)


def _fits(cells: Sequence[str]) -> bool:
    return len(cells) in _WIDTHS and cells[_DISPOSITION].casefold() in DISPOSITIONS


def _call_id(cells: Sequence[str]) -> str:
    """Return what the rows of one call share, empty where that is not logged."""
    linked = cells[_LINKED] if len(cells) >= _WITH_LINKED else ""
    unique = cells[_UNIQUE] if len(cells) > _UNIQUE else ""
    return next((text.strip() for text in (linked, unique) if is_channel_id(text)), "")


def _leg(calls: SwitchboardCalls, line: int, cells: list[str]) -> Leg | LogRow:
    if len(cells) not in _WIDTHS:
        return rejected(line, RowReason.COLUMN_COUNT, cells)
    unique = cells[_UNIQUE] if len(cells) > _UNIQUE else ""
    when = moment_of(cells[_START], unique)
    if when is None:
        return rejected(line, RowReason.BAD_DATE, cells)
    seconds = whole_seconds(cells[_BILLED])
    if seconds is None:
        return rejected(line, RowReason.BAD_DURATION, cells)
    outgoing = calls.is_own(cells[_SRC])
    if outgoing and calls.is_extension(cells[_DST]):
        return SkippedRow(line, RowReason.INTERNAL_CALL)
    direction = Direction.OUTGOING if outgoing else Direction.INCOMING
    outcome = outcome_of(cells[_DISPOSITION], direction, cells[_LAST_APP])
    if outcome is None:
        return rejected(line, RowReason.UNKNOWN_TYPE, cells)
    call = PbxCall(
        when=when, direction=direction, outcome=outcome, seconds=seconds,
        number=cells[_DST] if outgoing else cells[_SRC], name="" if outgoing else caller_of(cells[_CLID])[0],
        own_line=cells[_SRC] if outgoing else _line(calls, cells[_DST]),
        raw=(unique, cells[_START], cells[_SRC], cells[_DST], cells[_BILLED], cells[_DISPOSITION]),
    )  # fmt: skip
    return Leg(line, _call_id(cells), call, party=calls.party_of(call.number))


def _line(calls: SwitchboardCalls, dialled: str) -> str:
    return dialled if calls.is_extension(dialled) else ""
