"""The same call from another source: the phone's own log and the telephone system's both tell of it.

Nobody can know it for certain, so such calls are counted and offered, and left out only when the person
importing says so: a call too many can be seen and taken back, one that was dropped silently cannot.
"""

from collections.abc import Sequence

from crm_desktop.domain.calls import CallRecord, TimePrecision
from crm_desktop.storage import calls, import_runs
from crm_desktop.storage.calls import NearCall
from crm_desktop.storage.database import Connection, Database

_SECONDS_APART = 2
_MINUTE = 60

Kept = tuple[CallRecord, int | None]


class SameCalls:
    """Finds, for the records of one member's log, calls that a log of another format gave before.

    The same number and direction, at most two seconds apart; in the same minute where one of the two
    sources tells no seconds. Each call there is the twin of one record at most, so that two calls in one
    minute are not taken for one. ``remember`` keeps records of a preview, which stores nothing.
    """

    def __init__(self, database: Database, member_id: int, log_format: str, *, before: "SameCalls | None" = None) -> None:
        with database.read() as connection:
            self._elsewhere = import_runs.has_other_format(connection, member_id, log_format)
        self._member_id, self._format = member_id, log_format
        self._taken: set[tuple[int, int]] = set()
        self._whole_minutes: dict[int, bool] = {}
        self._seen: dict[tuple[int, str, str, int], list[tuple[str, NearCall, bool]]] = (
            {} if before is None else before._seen
        )

    def split(self, connection: Connection, records: Sequence[Kept]) -> tuple[list[Kept], list[Kept]]:
        """Return the records without a twin, and those with one; a record that is there itself has none."""
        if not self._elsewhere and not self._seen:
            return list(records), []
        twins = {place: twin for place, kept in enumerate(records) if (twin := self._twin(connection, kept[0]))}
        keys = [records[place][0].row_key for place in twins]
        known = calls.known_row_keys(connection, self._member_id, keys)
        for place, twin in list(twins.items()):
            if records[place][0].row_key in known:
                del twins[place]
                self._taken.discard(twin)
        single = [kept for place, kept in enumerate(records) if place not in twins]
        return single, [records[place] for place in twins]

    def remember(self, records: Sequence[Kept]) -> None:
        """Keep what a preview would store, for the files read after it."""
        for record, _customer in records:
            if record.number is not None:
                at = int(record.started_at.timestamp())
                near = NearCall(-len(self._seen) - 1, at, None)
                key = (self._member_id, record.number, record.direction.value, at // _MINUTE)
                rough = record.precision is TimePrecision.MINUTE
                self._seen.setdefault(key, []).append((self._format, near, rough))

    def _twin(self, connection: Connection, record: CallRecord) -> tuple[int, int] | None:
        """Return the nearest call that may be this one and is nobody else's twin yet, and take it."""
        if record.number is None:
            return None
        at = int(record.started_at.timestamp())
        found = [
            (abs(near.started_at - at), near.started_at, near.id)
            for near, rough in self._near(connection, record, at)
            if _may_be_same(at, record.precision is TimePrecision.MINUTE, near.started_at, there_rough=rough)
            and (near.id, near.started_at) not in self._taken
        ]
        if not found:
            return None
        _, moment, call_id = min(found)
        self._taken.add((call_id, moment))
        return call_id, moment

    def _near(self, connection: Connection, record: CallRecord, at: int) -> list[tuple[NearCall, bool]]:
        direction, number = record.direction.value, record.number or ""
        found: list[tuple[NearCall, bool]] = []
        if self._elsewhere:
            stored = calls.near(
                connection, self._member_id, number, direction, at=at, within=_MINUTE, but_format=self._format
            )
            found = [(near, self._is_rough(connection, near.import_run_id)) for near in stored]
        for minute in range(at // _MINUTE - 1, at // _MINUTE + 2):
            remembered = self._seen.get((self._member_id, number, direction, minute), ())
            found += [(near, rough) for log_format, near, rough in remembered if log_format != self._format]
        return found

    def _is_rough(self, connection: Connection, run_id: int | None) -> bool:
        """Return whether a run's source tells no seconds: not one of its calls has any."""
        if run_id is None:
            return False
        if run_id not in self._whole_minutes:
            self._whole_minutes[run_id] = not calls.has_seconds(connection, run_id)
        return self._whole_minutes[run_id]


def _may_be_same(at: int, rough: bool, there: int, *, there_rough: bool) -> bool:  # noqa: FBT001 - precision of ``at``
    if rough or there_rough:
        return at // _MINUTE == there // _MINUTE
    return abs(at - there) <= _SECONDS_APART
