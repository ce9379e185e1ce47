"""Several rows of one call (ring groups, queues, transfers): one stands for it, the others are its legs.

Rows of one call stand close together, so a bounded number of calls is kept open, one row of each, whatever
the size of the file. A row that comes later, or in another file, has a key that says whose leg it is: what
is stored finds it by that (``storage/call_legs.py``).
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crm_desktop.domain.call_legs import APART_S, place_of
from crm_desktop.domain.calls import CallRecord, LogRow, RowReason, SkippedRow
from crm_desktop.importers.call_logs.switchboard_calls import PbxCall, SwitchboardCalls

OPEN_CALLS = 2000


@dataclass(frozen=True, slots=True)
class Leg:
    """A row understood. ``call`` is None between two own lines; ``leading`` is False for a b leg.

    ``call_id``: what the rows of one call share, empty if the row says nothing of it. ``party``: of a format
    that links what one line does meanwhile with others, with whom the call was; only such rows are joined.
    """

    line: int
    call_id: str
    call: PbxCall | None
    leading: bool = True
    party: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """A leg with its record; None between two own lines."""

    leg: Leg
    record: CallRecord | None

    def stands_before(self, other: "_Read") -> bool:
        """Return whether this row stands for the call rather than another: with somebody outside first."""
        if self.leg.leading != other.leg.leading:
            return self.leg.leading
        if self.record is None or other.record is None:
            return self.record is not None and other.record is None
        mine, others = self.record, other.record
        return place_of(mine.outcome, mine.row_key) < place_of(others.outcome, others.row_key)

    def is_apart(self, other: "_Read") -> bool:
        """Return whether another row is of a later call that was given the same id."""
        mine, others = self.record, other.record
        return mine is not None and others is not None and abs(mine.epoch - others.epoch) > APART_S


def calls_of_legs(calls: SwitchboardCalls, rows: Iterable[Leg | LogRow]) -> Iterator[LogRow]:
    """Yield the call of each group of legs, the best of them, and the others as its legs."""
    waiting: OrderedDict[tuple[str, str], _Read] = OrderedDict()
    for row in rows:
        if not isinstance(row, Leg):
            yield row
            continue
        named = row.call_id.strip()
        read = _read(calls, row, named)
        if not isinstance(read, _Read):
            yield read
            continue
        call_id = (named or f"line {row.line}", row.party)
        kept = waiting.get(call_id)
        if kept is None or kept.is_apart(read):
            if kept is not None:
                yield _told(calls, waiting.pop(call_id))
            waiting[call_id] = read
            if len(waiting) > OPEN_CALLS:
                yield _told(calls, waiting.popitem(last=False)[1])
            continue
        better = read.stands_before(kept)
        waiting[call_id] = read if better else kept
        yield SkippedRow(kept.leg.line if better else row.line, RowReason.LEG_OF_SAME_CALL)
    for left in waiting.values():
        yield _told(calls, left)


def _read(calls: SwitchboardCalls, leg: Leg, call_id: str) -> _Read | LogRow:
    """Return a leg with its record, or why it has none."""
    if leg.call is None:
        return _Read(leg, None)
    record = (
        calls.read_leg(leg.line, leg.call, call_id, leading=leg.leading)
        if call_id
        else calls.read(leg.line, leg.call)
    )
    return _Read(leg, record) if isinstance(record, CallRecord) else record


def _told(calls: SwitchboardCalls, read: _Read) -> LogRow:
    if read.record is None:
        return SkippedRow(read.leg.line, RowReason.INTERNAL_CALL)
    if read.leg.call_id.strip() and not calls.is_new(read.record.row_key):
        return SkippedRow(read.leg.line, RowReason.DUPLICATE_IN_FILE)
    return read.record
