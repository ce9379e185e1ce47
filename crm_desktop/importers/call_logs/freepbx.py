"""FreePBX, "CDR Reports" as CSV: one call is several rows of one ``linkedid`` (ring groups, queues).

The row that was answered stands for the call, else the first; the others are its legs. Source:
FreePBX/cdr, functions.inc.php.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence

from crm_desktop.domain.calls import Direction, LogRow, RejectedRow, RowReason, SkippedRow
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
# The legs of a call stand close together: so many calls are kept open at once, whatever the file's size.
_OPEN_CALLS = 2000

Row = tuple[int, dict[str, str]]


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
        rows = CsvRows(source.lines(), delimiter=",")
        header = header_of(rows, source, self)
        waiting: OrderedDict[str, list[Row]] = OrderedDict()
        for row in rows:
            if isinstance(row, RejectedRow):
                yield row
                continue
            line, cells = row
            if not cells:
                continue
            if len(cells) != len(header):
                yield rejected(line, RowReason.COLUMN_COUNT, cells)
                continue
            values = dict(zip(header, cells, strict=True))
            waiting.setdefault(values["linkedid"] or f"line {line}", []).append((line, values))
            if len(waiting) > _OPEN_CALLS:
                yield from _of_legs(calls, waiting.popitem(last=False)[1])
        for legs in waiting.values():
            yield from _of_legs(calls, legs)


def _of_legs(calls: SwitchboardCalls, legs: Sequence[Row]) -> Iterator[LogRow]:
    answered = (leg for leg in legs if leg[1]["disposition"].strip().casefold() == "answered")
    chosen = next(answered, legs[0])
    for leg in legs:
        yield _call(calls, *leg) if leg is chosen else SkippedRow(leg[0], RowReason.LEG_OF_SAME_CALL)


def _call(calls: SwitchboardCalls, line: int, row: dict[str, str]) -> LogRow:
    when = moment_of(row["calldate"], row["linkedid"])
    if when is None:
        return rejected(line, RowReason.BAD_DATE, list(row.values()))
    seconds = whole_seconds(row["billsec"])
    if seconds is None:
        return rejected(line, RowReason.BAD_DURATION, list(row.values()))
    incoming = bool(row["did"].strip())
    own = row["cnum"].strip() or row["src"].strip()
    if not incoming and calls.is_extension(own) and calls.is_extension(row["dst"]):
        return SkippedRow(line, RowReason.INTERNAL_CALL)
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
    return calls.read(line, call)
