"""Avaya IP Office's station message detail records (SMDR): usually no header, several rows a call.

Source: Avaya, SMDR output fields and SMDR examples. Rows of one call share its id, which begins anew when
the system does: so only rows of one day are taken together. Times are those of the system.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from crm_desktop.domain.calls import Direction, LogRow, Outcome, RejectedRow, RowReason
from crm_desktop.importers.call_logs.call_legs import Leg, calls_of_legs
from crm_desktop.importers.call_logs.csv_rows import CsvRows
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.switchboard_calls import (
    PbxCall,
    SwitchboardCalls,
    rejected,
    whole_seconds,
)
from crm_desktop.importers.call_logs.table_layout import records_of

_LEAST = 11
_START, _TALKED, _CALLER, _DIRECTION, _CALLED, _DIALLED, _INTERNAL, _CALL = 0, 1, 3, 4, 5, 6, 8, 9
_DEVICES = (11, 13)
_DIRECTIONS = {"I": Direction.INCOMING, "O": Direction.OUTGOING}
_IS_TIME = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d")
_IS_VOICEMAIL = re.compile(r"V\d+")


class AvayaSmdr:
    """The call records of an Avaya IP Office."""

    name = "avaya_ip_office_smdr"
    shared = True
    title = "Avaya IP Office, SMDR"
    recognized_by = (
        "rows that begin with a time such as 2026/03/02 09:03:30 and have I or O in the 5th column"
    )

    def sniff(self, head: FileHead) -> float:
        """Return 0.95 where nearly all rows have the shape of a record."""
        rows = [cells for _line, cells in records_of(head.lines, ",") if any(cells)]
        fitting = sum(_fits(cells) for cells in rows)
        # One line may be a header.
        return 0.95 if fitting and fitting >= 0.8 * (len(rows) - 1) else 0.0

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows: a call when its legs are known."""
        calls = SwitchboardCalls(options)
        return calls_of_legs(calls, _legs(calls, source))


def _legs(calls: SwitchboardCalls, source: LogSource) -> Iterator[Leg | LogRow]:
    first = True
    for row in CsvRows(source.lines(), delimiter=","):
        if isinstance(row, RejectedRow):
            yield row
        elif any(cell.strip() for cell in row[1]):
            if not (first and _is_header(row[1])):
                yield _leg(calls, row[0], [cell.strip() for cell in row[1]])
            first = False


def _fits(cells: Sequence[str]) -> bool:
    return (
        len(cells) >= _LEAST
        and _IS_TIME.fullmatch(cells[_START].lstrip("\ufeff").strip()) is not None
        and cells[_DIRECTION].strip() in _DIRECTIONS
        and cells[_INTERNAL].strip() in {"0", "1"}
    )


def _is_header(cells: Sequence[str]) -> bool:
    return not any(ch.isdigit() for ch in cells[_START])


def _leg(calls: SwitchboardCalls, line: int, cells: list[str]) -> Leg | LogRow:
    if len(cells) < _LEAST:
        return rejected(line, RowReason.COLUMN_COUNT, cells)
    when = _moment(cells[_START])
    if when is None:
        return rejected(line, RowReason.BAD_DATE, cells)
    seconds = whole_seconds(cells[_TALKED])
    if seconds is None:
        return rejected(line, RowReason.BAD_DURATION, cells)
    direction = _DIRECTIONS.get(cells[_DIRECTION])
    if direction is None or cells[_INTERNAL] not in {"0", "1"}:
        return rejected(line, RowReason.UNKNOWN_TYPE, cells)
    call_id = f"{cells[_START][:10]} {cells[_CALL]}" if cells[_CALL] else ""
    incoming = direction is Direction.INCOMING
    number = cells[_CALLER] if incoming else cells[_DIALLED] or cells[_CALLED]
    if cells[_INTERNAL] == "1":
        return Leg(line, call_id, None)
    call = PbxCall(
        when=when, direction=direction, outcome=_outcome(cells, seconds, incoming=incoming), seconds=seconds,
        number=number, own_line=calls.own_line(cells[_CALLED]) if incoming else cells[_CALLER],
        native=call_id, raw=(cells[_START], cells[_TALKED], cells[_CALLER], cells[_CALLED], cells[_DIALLED]),
    )  # fmt: skip
    return Leg(line, call_id, call)


def _outcome(cells: list[str], seconds: int, *, incoming: bool) -> Outcome:
    """Return how the call ended: unanswered without talk time, else taken by somebody or by voicemail."""
    if seconds == 0:
        return Outcome.MISSED if incoming else Outcome.NO_ANSWER
    devices = [cells[place] for place in _DEVICES if len(cells) > place]
    mailbox = incoming and any(_IS_VOICEMAIL.fullmatch(device) for device in devices)
    return Outcome.VOICEMAIL if mailbox else Outcome.ANSWERED


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.lstrip("\ufeff"), "%Y/%m/%d %H:%M:%S")  # noqa: DTZ007 - the log's own zone
    except ValueError:
        return None
