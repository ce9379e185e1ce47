"""FusionPBX, call detail records as CSV: every value quoted, quotes inside not escaped, columns by name.

Source: fusionpbx/fusionpbx, app/xml_cdr/xml_cdr_export.php and xml_cdr_inc.php. Which columns there are
depends on what the user may see; ``start_epoch`` is absolute.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from crm_desktop.domain.calls import Direction, LogRow, Outcome, RejectedRow, RowReason
from crm_desktop.domain.folding import fold
from crm_desktop.importers.call_logs.call_legs import Leg, calls_of_legs
from crm_desktop.importers.call_logs.hangup_causes import unanswered
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.switchboard_calls import (
    PbxCall,
    SwitchboardCalls,
    rejected,
    whole_seconds,
)
from crm_desktop.importers.call_logs.unescaped_rows import cells_of, unescaped_rows

_REQUIRED = frozenset({"domain_uuid", "xml_cdr_uuid", "direction", "billsec", "caller_id_number"})
_TIMES = frozenset({"start_epoch", "start_stamp"})
_DIRECTIONS = {"inbound": Direction.INCOMING, "outbound": Direction.OUTGOING}
# incoming, outgoing
_STATUS = {
    "answered": (Outcome.ANSWERED, Outcome.ANSWERED),
    "missed": (Outcome.MISSED, Outcome.NO_ANSWER),
    "no_answer": (Outcome.MISSED, Outcome.NO_ANSWER),
    "cancelled": (Outcome.MISSED, Outcome.CANCELLED),
    "busy": (Outcome.BUSY, Outcome.BUSY),
    "failed": (Outcome.FAILED, Outcome.FAILED),
    "voicemail": (Outcome.VOICEMAIL, Outcome.UNKNOWN),
}
_TALKED = frozenset({Outcome.ANSWERED, Outcome.VOICEMAIL})
_LATEST = 253_402_300_799  # the last second of the year 9999

Row = dict[str, str]


class FusionPbx:
    """The call detail records of a FusionPBX."""

    name = "fusionpbx_cdr_csv"
    shared = True
    title = "FusionPBX, call detail records (CSV)"
    recognized_by = (
        "a CSV file whose quoted header has domain_uuid, xml_cdr_uuid, direction, billsec, start_epoch"
    )

    def sniff(self, head: FileHead) -> float:
        """Return 1 for the header."""
        first = next((line for line in head.lines if line.strip()), "").lstrip("\ufeff")
        words = {fold(word) for word in cells_of(first) or []}
        return float(words >= _REQUIRED and bool(words & _TIMES))

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows: a call when its legs are known."""
        calls = SwitchboardCalls(options)
        return calls_of_legs(calls, _legs(calls, source))


def _legs(calls: SwitchboardCalls, source: LogSource) -> Iterator[Leg | LogRow]:
    header: list[str] = []
    for row in unescaped_rows(source.lines()):
        if isinstance(row, RejectedRow):
            yield row
            continue
        line, cells = row
        if not header:
            header = [fold(word) for word in cells]
        elif len(cells) != len(header):
            yield rejected(line, RowReason.COLUMN_COUNT, cells)
        else:
            yield _leg(calls, line, dict(zip(header, cells, strict=True)))


def _leg(calls: SwitchboardCalls, line: int, row: Row) -> Leg | LogRow:
    when = _moment(row)
    if when is None:
        return rejected(line, RowReason.BAD_DATE, list(row.values()))
    seconds = whole_seconds(row["billsec"])
    if seconds is None:
        return rejected(line, RowReason.BAD_DURATION, list(row.values()))
    second_leg = row.get("leg", "").strip().casefold() == "b"
    native = row["xml_cdr_uuid"].strip()
    call_id = _first_leg(row) or native if second_leg else native
    word = row["direction"].strip().casefold()
    if word == "local":
        return Leg(line, call_id, None, not second_leg)
    direction = _DIRECTIONS.get(word)
    outcome = None if direction is None else _outcome(row, direction, seconds)
    if direction is None or outcome is None:
        return rejected(line, RowReason.UNKNOWN_TYPE, list(row.values()))
    incoming = direction is Direction.INCOMING
    dialled = row.get("caller_destination", "").strip() or row.get("destination_number", "")
    number = row["caller_id_number"] if incoming else dialled
    call = PbxCall(
        when=when, direction=direction, outcome=outcome, seconds=seconds if outcome in _TALKED else 0,
        number=number, name=row.get("caller_id_name", "").replace('""', '"') if incoming else "",
        own_line=_own_line(calls, row, incoming=incoming), native=native,
        raw=(row.get("start_epoch", ""), row.get("start_stamp", ""), number, row["billsec"], word),
    )  # fmt: skip
    return Leg(line, call_id, call, not second_leg)


def _first_leg(row: Row) -> str:
    """Return the leg a b leg was made for, where the log names it: which columns there are is a setting."""
    return row.get("originating_leg_uuid", "").strip() or row.get("bridge_uuid", "").strip()


def _own_line(calls: SwitchboardCalls, row: Row, *, incoming: bool) -> str:
    """Return the extension, as the row names it or as one of its own parties shows."""
    parties = (
        ("destination_number", "caller_destination") if incoming else ("source_number", "caller_id_number")
    )
    shown = (calls.own_line(row.get(party, "").strip()) for party in parties)
    return row.get("extension", "").strip() or next((line for line in shown if line), "")


def _outcome(row: Row, direction: Direction, seconds: int) -> Outcome | None:
    """Return what the status says; older versions have none, and the cause of the end tells."""
    status = row.get("status", "").strip().casefold()
    if status:
        found = _STATUS.get(status)
        return None if found is None else found[direction is Direction.OUTGOING]
    if row.get("missed_call", "").strip().casefold() in {"t", "true", "1"}:
        return _STATUS["missed"][direction is Direction.OUTGOING]
    return Outcome.ANSWERED if seconds else unanswered(row.get("hangup_cause", ""), direction)


def _moment(row: Row) -> datetime | None:
    epoch = row.get("start_epoch", "").strip()
    if epoch.isascii() and epoch.isdigit() and len(epoch) <= 12 and 0 < int(epoch) <= _LATEST:
        return datetime.fromtimestamp(int(epoch), UTC)
    try:
        return datetime.fromisoformat(row.get("start_stamp", "").strip())
    except ValueError:
        return None
