"""FreeSWITCH's ``mod_cdr_csv`` with its default template "example": no header, 15 columns, server-local time.

Source: signalwire/freeswitch, cdr_csv.conf.xml. Quotes in values are not escaped. Where both legs are
written, the a leg names its b leg and stands for the call.
"""

import re
from collections.abc import Iterator, Sequence

from crm_desktop.domain.calls import Direction, LogRow, Outcome, RejectedRow, RowReason
from crm_desktop.importers.call_logs.call_legs import Leg, calls_of_legs
from crm_desktop.importers.call_logs.hangup_causes import unanswered
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.switchboard_calls import (
    PbxCall,
    SwitchboardCalls,
    moment_of,
    rejected,
    whole_seconds,
)
from crm_desktop.importers.call_logs.unescaped_rows import cells_of, unescaped_rows

_WIDTH = 15
_NAME, _NUMBER, _CALLED, _START, _ANSWERED, _BILLED, _CAUSE, _UUID, _B_UUID = 0, 1, 2, 4, 5, 8, 9, 10, 11
_IS_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_IS_CAUSE = re.compile(r"[A-Z][A-Z0-9_]*")


class FreeSwitch:
    """The call detail records of a FreeSWITCH."""

    name = "freeswitch_cdr_csv"
    shared = True
    title = "FreeSWITCH, cdr_csv (Master.csv)"
    recognized_by = (
        "a CSV file without header, 15 quoted columns with a hangup cause and a UUID in the 10th and 11th"
    )

    def sniff(self, head: FileHead) -> float:
        """Return 0.95 where nearly all lines have the shape of a record."""
        lines = [line.removeprefix("\ufeff") for line in head.lines if line.strip()]
        fitting = sum(_fits(_cells(cells_of(line) or [])) for line in lines)
        return 0.95 if lines and fitting >= 0.8 * len(lines) else 0.0

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows: a call when its legs are known."""
        calls = SwitchboardCalls(options)
        rows = unescaped_rows(source.lines())
        return calls_of_legs(
            calls,
            (row if isinstance(row, RejectedRow) else _leg(calls, row[0], _cells(row[1])) for row in rows),
        )


def _cells(cells: list[str]) -> list[str]:
    """Put a name together that was parted: only the first column is written by the caller's telephone."""
    more = len(cells) - _WIDTH
    return ['","'.join(cells[: more + 1]), *cells[more + 1 :]] if more > 0 else cells


def _fits(cells: Sequence[str]) -> bool:
    return (
        len(cells) == _WIDTH
        and _IS_UUID.fullmatch(cells[_UUID]) is not None
        and _IS_CAUSE.fullmatch(cells[_CAUSE]) is not None
    )


def _leg(calls: SwitchboardCalls, line: int, cells: list[str]) -> Leg | LogRow:
    if len(cells) != _WIDTH:
        return rejected(line, RowReason.COLUMN_COUNT, cells)
    when = moment_of(cells[_START], "")
    if when is None:
        return rejected(line, RowReason.BAD_DATE, cells)
    seconds = whole_seconds(cells[_BILLED])
    if seconds is None:
        return rejected(line, RowReason.BAD_DURATION, cells)
    if _IS_CAUSE.fullmatch(cells[_CAUSE]) is None:
        return rejected(line, RowReason.UNKNOWN_TYPE, cells)
    caller, called, b_leg = cells[_NUMBER], cells[_CALLED], cells[_B_UUID].strip()
    direction = calls.direction_of(caller, called)
    call_id = b_leg or cells[_UUID]
    if direction is None:
        return Leg(line, call_id, None, bool(b_leg))
    incoming = direction is Direction.INCOMING
    answered = bool(cells[_ANSWERED].strip())
    call = PbxCall(
        when=when, direction=direction, seconds=seconds if answered else 0,
        outcome=Outcome.ANSWERED if answered else unanswered(cells[_CAUSE], direction),
        number=caller if incoming else called, name=cells[_NAME].replace('""', '"') if incoming else "",
        own_line=calls.own_line(called) if incoming else caller, native=cells[_UUID].strip(),
        raw=(cells[_START], caller, called, cells[_BILLED], cells[_CAUSE]),
    )  # fmt: skip
    return Leg(line, call_id, call, bool(b_leg))
