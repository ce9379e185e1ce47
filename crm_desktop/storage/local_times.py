"""Local days, hours and months in SQL: SQLite knows no time zones, so their offsets are written out."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from crm_desktop.storage.database import Connection

_DAY_S, _HOUR_S = 86_400, 3_600
MONDAY = 3
"""What is added to a day since 1970-01-01, a Thursday, so that Mondays are multiples of seven."""


@dataclass(frozen=True, slots=True)
class LocalTimes:
    """SQL over ``k.started_at``: day since 1970-01-01, hour of the day, month as yyyymm, all local."""

    day: str
    hour: str
    month: str


def local_times(connection: Connection) -> LocalTimes:
    """Return the expressions in the organization's time zone, right for every call of the file."""
    row = connection.execute("SELECT time_zone FROM organization").fetchone()
    # Two questions: asked as one, SQLite reads the whole index instead of its two ends.
    first, last = connection.execute(
        "SELECT (SELECT min(started_at) FROM call), (SELECT max(started_at) FROM call)"
    ).fetchone()
    zone = "UTC" if row is None else str(row[0])
    return _expressions(zone, _year(first or 0), _year(last or 0))


def _year(at: int) -> int:
    return datetime.fromtimestamp(at, UTC).year


@lru_cache(maxsize=32)
def _expressions(zone: str, first_year: int, last_year: int) -> LocalTimes:
    (_, before), *changes = offsets(zone, first_year, last_year)
    arms = "".join(f" WHEN k.started_at >= {at} THEN {offset}" for at, offset in reversed(changes))
    offset = f"CASE{arms} ELSE {before} END" if changes else str(before)
    local = f"(k.started_at + {offset})"
    return LocalTimes(
        day=f"({local} / {_DAY_S})",
        hour=f"({local} % {_DAY_S} / {_HOUR_S})",
        month=f"CAST(strftime('%Y%m', {local}, 'unixepoch') AS INTEGER)",
    )


def offsets(zone: str, first_year: int, last_year: int) -> list[tuple[int, int]]:
    """Return (from when, seconds ahead of UTC) for each change of a zone's clocks in these years."""
    known = ZoneInfo(zone)
    start = int(datetime(first_year, 1, 1, tzinfo=UTC).timestamp()) - _DAY_S
    end = int(datetime(last_year + 1, 1, 1, tzinfo=UTC).timestamp()) + _DAY_S
    found = [(start, _offset(known, start))]
    for day in range(start + _DAY_S, end + _DAY_S, _DAY_S):
        if _offset(known, day) != found[-1][1]:
            at = _change(known, day - _DAY_S, day)
            found.append((at, _offset(known, at)))
    return found


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """Return the second within a day at which the clocks changed."""
    former = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == former:
            before = middle
        else:
            after = middle
    return after
