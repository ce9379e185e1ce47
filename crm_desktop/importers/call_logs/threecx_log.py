"""3CX's ``cdr.log`` with its default fields: no header, local time, ``Call N`` first, ``Ext.N``.

Source: 3CX, CDR - Call Data Records. The fields can be configured; a log that begins otherwise is read by a
mapping. The fields after the 15th differ between versions and are not needed.
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

_LEAST = 15
_HISTORY, _CALL, _DURATION, _START, _ANSWERED, _REASON = 0, 1, 2, 3, 4, 6
_FROM, _TO, _FINAL = 7, 8, 13
_IS_CALL = re.compile(r"Call \d+")
_IS_TIME = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d")
_EXTENSION = "ext."


class ThreeCxLog:
    """The call data records of a 3CX."""

    name = "3cx_cdr_log"
    shared = True
    title = "3CX, cdr.log"
    recognized_by = "lines that begin “Call 123,” with a time such as 2026/03/02 09:03:30 in the 4th column"

    def sniff(self, head: FileHead) -> float:
        """Return 0.95 where nearly all lines have the shape of a record."""
        rows = [cells for _line, cells in records_of(head.lines, ",") if cells]
        fitting = sum(_fits(cells) for cells in rows)
        return 0.95 if rows and fitting >= 0.8 * len(rows) else 0.0

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows: a call when its legs are known."""
        calls = SwitchboardCalls(options)
        return calls_of_legs(calls, _legs(calls, source))


def _legs(calls: SwitchboardCalls, source: LogSource) -> Iterator[Leg | LogRow]:
    for row in CsvRows(source.lines(), delimiter=","):
        if isinstance(row, RejectedRow):
            yield row
        elif any(cell.strip() for cell in row[1]):
            yield _leg(calls, *row)


def _fits(cells: Sequence[str]) -> bool:
    return (
        len(cells) >= _LEAST
        and _IS_CALL.fullmatch(cells[_HISTORY].lstrip("\ufeff").strip()) is not None
        and _IS_TIME.fullmatch(cells[_START].strip()) is not None
    )


def _leg(calls: SwitchboardCalls, line: int, cells: list[str]) -> Leg | LogRow:
    if len(cells) < _LEAST:
        return rejected(line, RowReason.COLUMN_COUNT, cells)
    when = _moment(cells[_START])
    if when is None:
        return rejected(line, RowReason.BAD_DATE, cells)
    seconds = whole_seconds(cells[_DURATION])
    if seconds is None:
        return rejected(line, RowReason.BAD_DURATION, cells)
    caller, callee, final = (cells[place].strip() for place in (_FROM, _TO, _FINAL))
    call_id = cells[_CALL].strip()
    from_own, to_own = _is_own(calls, caller), _is_own(calls, callee)
    if from_own and to_own:
        return Leg(line, call_id, None)
    answered = bool(cells[_ANSWERED].strip())
    own = caller if from_own else final if _is_own(calls, final) else callee if to_own else ""
    call = PbxCall(
        when=when, direction=Direction.OUTGOING if from_own else Direction.INCOMING,
        outcome=Outcome.ANSWERED if answered else _unanswered(cells[_REASON], outgoing=from_own),
        seconds=seconds if answered else 0, number=callee if from_own else caller, own_line=_number(own),
        native=call_id, raw=(cells[_START], caller, callee, cells[_DURATION], cells[_REASON]),
    )  # fmt: skip
    return Leg(line, call_id, call)


def _is_own(calls: SwitchboardCalls, party: str) -> bool:
    return party.casefold().startswith(_EXTENSION) or calls.is_own(party)


def _number(party: str) -> str:
    """Return an own line without the word before it."""
    return party[len(_EXTENSION) :] if party.casefold().startswith(_EXTENSION) else party


def _unanswered(reason: str, *, outgoing: bool) -> Outcome:
    """Return how a call nobody took ended, from the word that says why."""
    word = reason.strip().casefold()
    if "busy" in word:
        return Outcome.BUSY
    if not outgoing:
        return Outcome.MISSED
    if "fail" in word:
        return Outcome.FAILED
    return Outcome.CANCELLED if word.endswith("src") else Outcome.NO_ANSWER


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), "%Y/%m/%d %H:%M:%S")  # noqa: DTZ007 - the log's own zone
    except ValueError:
        return None
