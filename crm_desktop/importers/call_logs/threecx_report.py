"""3CX, Call Reports as CSV (version 20): columns by name, absolute times, several rows per call, totals last.

The headers of other languages are not known: such a file is read by a mapping.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from crm_desktop.domain.calls import Direction, LogRow, Outcome, RejectedRow, RowReason, SkippedRow
from crm_desktop.domain.folding import fold
from crm_desktop.importers.call_logs.call_legs import Leg, calls_of_legs
from crm_desktop.importers.call_logs.csv_rows import CsvRows
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.switchboard_calls import (
    PbxCall,
    SwitchboardCalls,
    header_of,
    rejected,
    whole_seconds,
    words_of_header,
)

_REQUIRED = frozenset({"call time", "call id", "from", "to", "direction", "status", "talking"})
_DIRECTIONS = {"inbound": Direction.INCOMING, "outbound": Direction.OUTGOING, "internal": None}
# incoming, outgoing
_STATUS = {
    "answered": (Outcome.ANSWERED, Outcome.ANSWERED),
    "unanswered": (Outcome.MISSED, Outcome.NO_ANSWER),
}
_TOTALS = frozenset({"total", "totals"})
_PARTY = re.compile(r"(?P<name>.*?)\((?P<number>[^()]*|\+?\d*\s?\(\d+\)[^()]*)\)", re.DOTALL)


class ThreeCxReport:
    """The call reports of a 3CX."""

    name = "3cx_call_reports_csv"
    required = _REQUIRED
    shared = True
    title = "3CX, Call Reports (CSV)"
    recognized_by = "a CSV file with the columns Call Time, Call ID, From, To, Direction, Status, Talking"

    def sniff(self, head: FileHead) -> float:
        """Return 1 for the header."""
        return float(words_of_header(head) >= _REQUIRED)

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows: a call when its legs are known."""
        calls = SwitchboardCalls(options)
        return calls_of_legs(calls, _legs(calls, source, self))


def _legs(calls: SwitchboardCalls, source: LogSource, log_format: ThreeCxReport) -> Iterator[Leg | LogRow]:
    rows = CsvRows(source.lines(), delimiter=",")
    header = header_of(rows, source, log_format)
    for row in rows:
        if isinstance(row, RejectedRow):
            yield row
            continue
        line, cells = row
        if not any(cell.strip() for cell in cells):
            continue
        if fold(cells[0].strip()) in _TOTALS:
            yield SkippedRow(line, RowReason.TOTALS_ROW)
        elif len(cells) != len(header):
            yield rejected(line, RowReason.COLUMN_COUNT, cells)
        else:
            yield _leg(calls, line, dict(zip(header, cells, strict=True)))


def _leg(calls: SwitchboardCalls, line: int, row: dict[str, str]) -> Leg | LogRow:
    when = _moment(row["call time"])
    if when is None:
        return rejected(line, RowReason.BAD_DATE, list(row.values()))
    seconds = whole_seconds(row["talking"])
    if seconds is None:
        return rejected(line, RowReason.BAD_DURATION, list(row.values()))
    # "Inbound Queue" is a call from outside too.
    word = row["direction"].strip().casefold().partition(" ")[0]
    status = _STATUS.get(row["status"].strip().casefold())
    if word not in _DIRECTIONS or status is None:
        return rejected(line, RowReason.UNKNOWN_TYPE, list(row.values()))
    direction = _DIRECTIONS[word]
    caller, callee = party_of(row["from"]), party_of(row["to"])
    (name, number), (_name, own) = (caller, callee) if direction is Direction.INCOMING else (callee, caller)
    if direction is None or (calls.is_own(number) and calls.is_own(own)):
        return Leg(line, row["call id"], None)
    outcome = status[direction is Direction.OUTGOING]
    call = PbxCall(
        when=when, direction=direction, outcome=outcome,
        seconds=seconds if outcome is Outcome.ANSWERED else 0, number=number, name=name,
        own_line=calls.own_line(own), native=row["call id"].strip(),
        raw=(row["call time"], row["from"], row["to"], row["talking"], row["status"]),
    )  # fmt: skip
    return Leg(line, row["call id"], call)


def party_of(text: str) -> tuple[str, str]:
    """Return name and number of ``Name (number)``; what has no brackets behind it is a number alone."""
    found = _PARTY.fullmatch(text.strip())
    return ("", text.strip()) if found is None else (found["name"].strip(), found["number"].strip())


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None
