"""FreePBX, "CDR Reports" as CSV: one call is several rows of one ``linkedid`` (ring groups, queues).

The row that was answered stands for the call; the others are its legs. Source:
FreePBX/cdr, functions.inc.php.
"""

from collections.abc import Iterator

from crm_desktop.domain.calls import Direction, LogRow, RejectedRow, RowReason
from crm_desktop.importers.call_logs.call_legs import Leg, calls_of_legs
from crm_desktop.importers.call_logs.csv_rows import CsvRows
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.switchboard_calls import (
    PbxCall,
    SwitchboardCalls,
    caller_of,
    header_of,
    moment_of,
    outcome_of,
    rejected,
    whole_seconds,
    words_of_header,
)

_REQUIRED = frozenset({
    "calldate", "clid", "src", "dst", "lastapp", "billsec", "disposition", "uniqueid", "did", "cnum",
    "linkedid",
})  # fmt: skip


class FreePbx:
    """The call detail records of a FreePBX."""

    name = "freepbx_cdr_csv"
    required = _REQUIRED
    shared = True
    title = "FreePBX, CDR Reports (CSV)"
    recognized_by = "a CSV file whose header begins calldate, clid, src, dst and has did, cnum, linkedid"

    def sniff(self, head: FileHead) -> float:
        """Return 1 for the header."""
        return 1.0 if words_of_header(head) >= _REQUIRED else 0.0

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows: a call when its legs are known."""
        calls = SwitchboardCalls(options)
        return calls_of_legs(calls, _legs(calls, source, self))


def _legs(calls: SwitchboardCalls, source: LogSource, log_format: FreePbx) -> Iterator[Leg | LogRow]:
    rows = CsvRows(source.lines(), delimiter=",")
    header = header_of(rows, source, log_format)
    for row in rows:
        if isinstance(row, RejectedRow):
            yield row
        elif row[1]:
            line, cells = row
            if len(cells) == len(header):
                yield _leg(calls, line, dict(zip(header, cells, strict=True)))
            else:
                yield rejected(line, RowReason.COLUMN_COUNT, cells)


def _leg(calls: SwitchboardCalls, line: int, row: dict[str, str]) -> Leg | LogRow:
    when = moment_of(row["calldate"], row["linkedid"])
    if when is None:
        return rejected(line, RowReason.BAD_DATE, list(row.values()))
    seconds = whole_seconds(row["billsec"])
    if seconds is None:
        return rejected(line, RowReason.BAD_DURATION, list(row.values()))
    incoming = bool(row["did"].strip())
    own = row["cnum"].strip() or row["src"].strip()
    if not incoming and calls.is_extension(own) and calls.is_extension(row["dst"]):
        return Leg(line, row["linkedid"], None)
    direction = Direction.INCOMING if incoming else Direction.OUTGOING
    outcome = outcome_of(row["disposition"], direction, row["lastapp"])
    if outcome is None:
        return rejected(line, RowReason.UNKNOWN_TYPE, list(row.values()))
    name = (row.get("cnam", "").strip() or caller_of(row["clid"])[0]) if incoming else ""
    call = PbxCall(
        when=when, direction=direction, outcome=outcome, seconds=seconds,
        number=row["src"] if incoming else row["dst"], name=name, own_line=row["dst"] if incoming else own,
        native=row["linkedid"].strip(),
        raw=(row["calldate"], row["src"], row["dst"], row["billsec"], row["disposition"]),
    )  # fmt: skip
    return Leg(line, row["linkedid"], call)
