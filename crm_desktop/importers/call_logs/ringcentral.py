"""RingCentral's call log as CSV: the simple form without a direction, and the detailed one with legs.

In the simple form the direction follows from the result. Source: PacoVu/ringcentral-call-log,
usershandler.js.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from crm_desktop.domain.calls import Direction, LogRow, Outcome, RejectedRow, RowReason, SkippedRow
from crm_desktop.importers.call_logs.csv_rows import CsvRows
from crm_desktop.importers.call_logs.date_formats import date_reader
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.switchboard_calls import (
    PbxCall,
    SwitchboardCalls,
    header_of,
    rejected,
    whole_seconds,
    words_of_header,
)

_REQUIRED = frozenset({"type", "name", "date", "time", "action", "action result", "duration"})
_RESULTS = {
    "accepted": (Direction.INCOMING, Outcome.ANSWERED),
    "missed": (Direction.INCOMING, Outcome.MISSED),
    "voicemail": (Direction.INCOMING, Outcome.VOICEMAIL),
    "rejected": (Direction.INCOMING, Outcome.REJECTED),
    "declined": (Direction.INCOMING, Outcome.REJECTED),
    "blocked": (Direction.INCOMING, Outcome.BLOCKED),
    "call connected": (Direction.OUTGOING, Outcome.ANSWERED),
    "no answer": (Direction.OUTGOING, Outcome.NO_ANSWER),
    "busy": (Direction.OUTGOING, Outcome.BUSY),
    "hang up": (Direction.OUTGOING, Outcome.CANCELLED),
    "call failed": (Direction.OUTGOING, Outcome.FAILED),
    "wrong number": (Direction.OUTGOING, Outcome.FAILED),
}
_WAYS = {"inbound": Direction.INCOMING, "outbound": Direction.OUTGOING}
_STYLES = ("%a %m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M:%S %p", "%a %m/%d/%Y %H:%M:%S", "%a %m/%d/%Y %I:%M %p")


class RingCentral:
    """The simple call log of a RingCentral user: it names no extension, so it is that user's own."""

    name = "ringcentral_simple_csv"
    required = _REQUIRED | {"phone number"}
    shared = False
    title = "RingCentral, call log of a user (CSV)"
    recognized_by = "a CSV file with the columns Type, Phone Number, Name, Date, Time, Action, Action Result"

    def sniff(self, head: FileHead) -> float:
        """Return 1 for the header of the simple form."""
        return 1.0 if words_of_header(head) >= self.required else 0.0

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows."""
        return _rows(source, options, self)


class RingCentralDetailed:
    """The detailed call log of a RingCentral account, with the extension of each call."""

    name = "ringcentral_detailed_csv"
    required = _REQUIRED | {"callid", "leg", "direction", "from", "to", "extension"}
    shared = True
    title = "RingCentral, detailed call log of the account (CSV)"
    recognized_by = (
        "a CSV file with the columns Type, CallId, Leg, Direction, From, To, Extension, Date, Time"
    )

    def sniff(self, head: FileHead) -> float:
        """Return 1 for the header of the detailed form."""
        return 1.0 if words_of_header(head) >= self.required else 0.0

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows."""
        return _rows(source, options, self)


def _rows(
    source: LogSource, options: ReadingOptions, log_format: RingCentral | RingCentralDetailed
) -> Iterator[LogRow]:
    calls = SwitchboardCalls(options)
    rows = CsvRows(source.lines(), delimiter=",")
    header = header_of(rows, source, log_format)
    for row in rows:
        if isinstance(row, RejectedRow):
            yield row
        elif row[1]:
            yield _row(calls, row[0], row[1], header)


def _row(calls: SwitchboardCalls, line: int, cells: list[str], header: Sequence[str]) -> LogRow:
    if len(cells) != len(header):
        return rejected(line, RowReason.COLUMN_COUNT, cells)
    row = {name: " ".join(cell.split()) for name, cell in zip(header, cells, strict=True)}
    if not any(cells[:3]) and "leg" in row:
        return SkippedRow(line, RowReason.LEG_OF_SAME_CALL)
    if row["type"].casefold() != "voice":
        return SkippedRow(line, RowReason.NOT_A_CALL)
    return _voice(calls, line, cells, row)


def _voice(calls: SwitchboardCalls, line: int, cells: list[str], row: dict[str, str]) -> LogRow:
    meaning = _RESULTS.get(row["action result"].casefold())
    if meaning is None:
        return rejected(line, RowReason.UNKNOWN_TYPE, cells)
    way = _WAYS.get(row.get("direction", "").casefold(), meaning[0])
    written = f"{row['date']} {row['time']}"
    when = _moment(written)
    if when is None:
        return rejected(line, RowReason.BAD_DATE, cells)
    seconds = whole_seconds(row["duration"])
    if seconds is None:
        return rejected(line, RowReason.BAD_DURATION, cells)
    number = row.get("phone number", row.get("from" if way is Direction.INCOMING else "to", ""))
    if calls.is_extension(number):
        return SkippedRow(line, RowReason.INTERNAL_CALL)
    call = PbxCall(
        when=when, direction=way, outcome=meaning[1], seconds=seconds, number=number, name=row["name"],
        own_line=row.get("extension", ""), native=row.get("callid", ""),
        raw=(written, number, row["action result"], row["duration"]),
    )  # fmt: skip
    return calls.read(line, call)


def _moment(written: str) -> datetime | None:
    for style in _STYLES:
        read = date_reader(style)
        if read is not None and (found := read(written)):
            return found
    return None
