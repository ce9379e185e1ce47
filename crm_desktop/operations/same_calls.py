"""The same call from another source: the phone's own log and the telephone system's both tell of it.

Nobody can know it for certain, so such calls are counted and offered, and left out only when the person
importing says so: a call too many can be seen and taken back, one that was dropped silently cannot.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from crm_desktop.domain.calls import CallRecord, LogRow, TimePrecision
from crm_desktop.storage import import_runs
from crm_desktop.storage.database import Connection, Database
from crm_desktop.storage.imported_calls import NewCall, by_hand, has_seconds, imported_near, known_calls

_SECONDS_APART = 2
_MINUTE = 60
_BY_HAND_APART = 180
"""People look at the clock when a call has ended."""


def in_minutes(rows: Sequence[LogRow]) -> bool:
    """Return whether a log tells no seconds; all rows of a log are alike in this."""
    return next((row.precision is TimePrecision.MINUTE for row in rows if isinstance(row, CallRecord)), False)


class _There(NamedTuple):
    """A call that is there; ``rough``: its source tells no seconds. Ids below 0 are of a preview."""

    id: int
    started_at: int
    rough: bool
    by_hand: bool = False


_Party = tuple[str, str]
"""Number (E.164) and direction."""
_KEPT = 100_000


@dataclass(slots=True)
class PreviewedCalls:
    """The first calls a preview would store, which the files after it are compared with.

    So many that memory does not grow with the logs: of calls behind them no twin is found before the import.
    """

    by_minute: dict[tuple[int, str, str, int], list[tuple[str, _There]]] = field(default_factory=dict)
    count: int = 0

    def add(self, member_id: int, log_format: str, calls: Sequence[NewCall], *, rough: bool) -> None:
        """Keep calls of a log."""
        for call in calls[: max(0, _KEPT - self.count)]:
            self.count += 1
            key = (member_id, call.e164 or "", call.direction, call.started_at // _MINUTE)
            there = _There(-self.count, call.started_at, rough)
            self.by_minute.setdefault(key, []).append((log_format, there))


class SameCalls:
    """Finds, for the records of one member's log, calls that a log of another format gave before.

    The same number and direction, at most two seconds apart; in the same minute where one of the two
    sources tells no seconds, some minutes where somebody entered it by hand. Each call there is the twin of
    one record at most, so that two calls in one minute are not taken for one.
    """

    def __init__(
        self, database: Database, member_id: int, log_format: str, previewed: PreviewedCalls | None = None
    ) -> None:
        self._by_hand: dict[_Party, list[_There]] = defaultdict(list)
        with database.read() as connection:
            self._elsewhere = import_runs.has_other_source(connection, member_id, log_format)
            # What one person typed is little; it is looked at for every record of the log.
            for call in by_hand(connection, member_id):
                typed = _There(call.id, call.started_at, rough=True, by_hand=True)
                self._by_hand[call.e164, call.direction].append(typed)
        self._database, self._member_id, self._format = database, member_id, log_format
        self._previewed = previewed or PreviewedCalls()
        self._taken: set[int] = set()
        self._rough: dict[int, bool] = {}

    def split(self, calls: Sequence[NewCall], *, rough: bool) -> tuple[list[NewCall], list[NewCall]]:
        """Return the calls without a twin, and those with one; a call that is there itself has none."""
        if not self._elsewhere and not self._previewed.count:
            return list(calls), []
        single: list[NewCall] = []
        twins: list[NewCall] = []
        with self._database.read() as connection:
            known = known_calls(connection, self._member_id, [call.row_key for call in calls])
            imported = self._imported(connection, [call for call in calls if call.row_key not in known])
        for call in calls:
            new = call.e164 is not None and call.row_key not in known
            (twins if new and self._take_twin(call, imported, rough=rough) else single).append(call)
        return single, twins

    def _imported(self, connection: Connection, calls: Sequence[NewCall]) -> dict[_Party, list[_There]]:
        """Return the calls of logs of other formats about the times of some calls."""
        found: dict[_Party, list[_There]] = defaultdict(list)
        if self._elsewhere:
            moments = [call.started_at for call in calls if call.e164 is not None]
            for there in imported_near(
                connection, self._member_id, moments, within=_SECONDS_APART, but_format=self._format
            ):
                rough = self._is_rough(connection, there.import_run_id)
                found[there.e164, there.direction].append(_There(there.id, there.started_at, rough))
        return found

    def _take_twin(self, call: NewCall, imported: Mapping[_Party, Sequence[_There]], *, rough: bool) -> bool:
        """Take the nearest call that may be this one and is nobody else's twin yet."""
        found = [
            (abs(there.started_at - call.started_at), there.started_at, there.id)
            for there in self._there(call, imported)
            if there.id not in self._taken and _may_be_same(call.started_at, there, rough=rough)
        ]
        if found:
            self._taken.add(min(found)[2])
        return bool(found)

    def _there(self, call: NewCall, imported: Mapping[_Party, Sequence[_There]]) -> Iterator[_There]:
        party = call.e164 or "", call.direction
        yield from imported.get(party, ())
        yield from self._by_hand.get(party, ())
        if self._previewed.count:
            minute = call.started_at // _MINUTE
            for close in (minute - 1, minute, minute + 1):
                kept = self._previewed.by_minute.get((self._member_id, *party, close), ())
                yield from (there for log_format, there in kept if log_format != self._format)

    def _is_rough(self, connection: Connection, run_id: int | None) -> bool:
        """Return whether a run's source tells no seconds: not one of its calls has any."""
        if run_id is None:
            return True
        if run_id not in self._rough:
            self._rough[run_id] = not has_seconds(connection, run_id)
        return self._rough[run_id]


def _may_be_same(started_at: int, there: _There, *, rough: bool) -> bool:
    if there.by_hand:
        return abs(started_at - there.started_at) <= _BY_HAND_APART
    if rough or there.rough:
        return started_at // _MINUTE == there.started_at // _MINUTE
    return abs(started_at - there.started_at) <= _SECONDS_APART
