"""Cisco CUCM's call detail records: a header, a second line of SQL types, some 130 columns found by name.

Source: Cisco, Call Detail Records Administration Guide. Times are epochs in UTC, causes are Q.850. Files of
``cmr`` records and rows of another record type are no calls.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from crm_desktop.domain.calls import Direction, LogRow, Outcome, RejectedRow, RowReason, SkippedRow
from crm_desktop.domain.folding import fold
from crm_desktop.importers.call_logs.call_legs import Leg, calls_of_legs
from crm_desktop.importers.call_logs.csv_rows import CsvRows
from crm_desktop.importers.call_logs.hangup_causes import unanswered
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.switchboard_calls import (
    PbxCall,
    SwitchboardCalls,
    rejected,
    whole_seconds,
    words_of_header,
)

_TYPE, _CALL = "cdrrecordtype", "globalcallid_callid"
_START, _CONNECTED, _DURATION = "datetimeorigination", "datetimeconnect", "duration"
_CALLER, _CALLED, _LAST_CALLED = "callingpartynumber", "originalcalledpartynumber", "finalcalledpartynumber"
_REQUIRED = frozenset({_TYPE, _CALL, _START, _CONNECTED, _DURATION, _CALLER, _CALLED})
_IS_CDR = "1"
_LATEST = 2**32

Row = dict[str, str]


class CucmCdr:
    """The call detail records of a Cisco Unified Communications Manager."""

    name = "cisco_cucm_cdr"
    shared = True
    title = "Cisco CUCM, CDR file"
    recognized_by = "a CSV file whose header has cdrRecordType, globalCallID_callId, callingPartyNumber"

    def sniff(self, head: FileHead) -> float:
        """Return 1 for the header."""
        return float(words_of_header(head) >= _REQUIRED)

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows: a call when its legs are known."""
        calls = SwitchboardCalls(options)
        return calls_of_legs(calls, _legs(calls, source))


def _legs(calls: SwitchboardCalls, source: LogSource) -> Iterator[Leg | LogRow]:
    rows = CsvRows(source.lines(), delimiter=",")
    header: list[str] = []
    for row in rows:
        if isinstance(row, RejectedRow):
            yield row
            continue
        line, cells = row
        words = _header(cells)
        if words is not None:
            # Files put together have their headers in the middle.
            header, rows.columns = words, len(words)
        elif any(cell.strip() for cell in cells) and not _is_types(cells):
            yield _row(calls, line, cells, header)


def _header(cells: Sequence[str]) -> list[str] | None:
    words = [fold(cell.lstrip("\ufeff").strip().strip('"')) for cell in cells]
    return words if set(words) >= _REQUIRED else None


def _is_types(cells: Sequence[str]) -> bool:
    return cells[0].strip().upper() == "INTEGER"


def _row(calls: SwitchboardCalls, line: int, cells: list[str], header: list[str]) -> Leg | LogRow:
    if len(cells) != len(header):
        return rejected(line, RowReason.COLUMN_COUNT, cells)
    row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
    if row[_TYPE] != _IS_CDR:
        return SkippedRow(line, RowReason.NOT_A_CALL)
    when, connected = _moment(row[_START]), row[_CONNECTED] not in {"", "0"}
    if when is None:
        return rejected(line, RowReason.BAD_DATE, cells)
    seconds = whole_seconds(row[_DURATION])
    if seconds is None:
        return rejected(line, RowReason.BAD_DURATION, cells)
    caller, called = row[_CALLER], row[_CALLED]
    cluster = (row.get("globalcallid_clusterid", ""), row.get("globalcallid_callmanagerid", ""))
    call_id = "/".join((*cluster, row[_CALL]))
    direction = calls.direction_of(caller, called)
    if direction is None:
        return Leg(line, call_id, None)
    incoming = direction is Direction.INCOMING
    last = row.get(_LAST_CALLED, "")
    call = PbxCall(
        when=when, direction=direction,
        outcome=Outcome.ANSWERED if connected else unanswered(_cause(row), direction),
        seconds=seconds if connected else 0, number=caller if incoming else called,
        own_line=(calls.own_line(last) or calls.own_line(called)) if incoming else caller,
        native=row.get("pkid", "").strip("{}"),
        raw=(call_id, row[_START], caller, called, row[_DURATION]),
    )  # fmt: skip
    return Leg(line, call_id, call)


def _cause(row: Row) -> str:
    """Return why the called side ended the call; it has none where the caller hung up."""
    called = row.get("destcause_value", "")
    return called if called not in {"", "0"} else row.get("origcause_value", "")


def _moment(epoch: str) -> datetime | None:
    if not (epoch.isascii() and epoch.isdigit() and len(epoch) <= 10 and 0 < int(epoch) < _LATEST):
        return None
    return datetime.fromtimestamp(int(epoch), UTC)
