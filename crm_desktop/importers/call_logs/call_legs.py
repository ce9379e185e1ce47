"""Several rows of one call (ring groups, queues, transfers): one stands for it, the others are its legs.

Rows of one call stand close together, so a bounded number of calls is kept open, one row of each, whatever
the size of the file. A row that comes later still counts as a call of its own, or as a duplicate where it
has the time and the native id of the first.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crm_desktop.domain.calls import LogRow, Outcome, RowReason, SkippedRow
from crm_desktop.importers.call_logs.switchboard_calls import PbxCall, SwitchboardCalls

OPEN_CALLS = 2000
_BEST = {Outcome.ANSWERED: 3, Outcome.VOICEMAIL: 2}


@dataclass(frozen=True, slots=True)
class Leg:
    """A row understood. ``call`` is None between two own lines; ``leading`` is False for a b leg.

    ``call_id``: what the rows of one call share, empty if the row says nothing of it.
    """

    line: int
    call_id: str
    call: PbxCall | None
    leading: bool = True

    def rank(self) -> tuple[bool, int]:
        """Return how well this row stands for its call: with somebody outside, then answered."""
        return self.leading, 0 if self.call is None else _BEST.get(self.call.outcome, 1)


def calls_of_legs(calls: SwitchboardCalls, rows: Iterable[Leg | LogRow]) -> Iterator[LogRow]:
    """Yield the call of each group of legs, the first of equally good ones, and the others as its legs."""
    waiting: OrderedDict[str, Leg] = OrderedDict()
    for row in rows:
        if not isinstance(row, Leg):
            yield row
            continue
        call_id = row.call_id.strip() or f"line {row.line}"
        kept = waiting.get(call_id)
        if kept is None:
            waiting[call_id] = row
            if len(waiting) > OPEN_CALLS:
                yield _read(calls, waiting.popitem(last=False)[1])
            continue
        better = row.rank() > kept.rank()
        waiting[call_id] = row if better else kept
        yield SkippedRow(kept.line if better else row.line, RowReason.LEG_OF_SAME_CALL)
    for leg in waiting.values():
        yield _read(calls, leg)


def _read(calls: SwitchboardCalls, leg: Leg) -> LogRow:
    if leg.call is None:
        return SkippedRow(leg.line, RowReason.INTERNAL_CALL)
    return calls.read(leg.line, leg.call)
