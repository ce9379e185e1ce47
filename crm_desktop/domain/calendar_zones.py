"""A time zone as a calendar file has to bring it along (RFC 5545, VTIMEZONE), made from the zone's own data.

Where the clock changes by the same rule every year the rule is written, else the changes of the next years.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_YEARS = 20
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LAST_WEEK = 22
_DAY = timedelta(days=1)
_YEAR_LIMIT = 9998


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of the clock: ``at`` is what it showed when it changed."""

    at: datetime
    before: timedelta
    after: timedelta
    is_summer: bool
    name: str


def zone_lines(zone: str, first_year: int) -> list[str]:
    """Return the lines of a zone, good from ``first_year`` on."""
    info = ZoneInfo(zone)
    changes = _changes(info, first_year - 1)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    start = datetime(first_year - 1, 1, 1, tzinfo=info)
    offset = start.utcoffset() or timedelta()
    summer = bool(start.dst())
    lines += _part(_Change(start.replace(tzinfo=None), offset, offset, summer, start.tzname() or ""), [])
    for kind in dict.fromkeys((change.before, change.after, change.is_summer) for change in changes):
        same = [c for c in changes if (c.before, c.after, c.is_summer) == kind]
        lines += _part(same[0], [_rule(same)] if _rule(same) else _dates(same[1:]))
    return [*lines, "END:VTIMEZONE"]


def _changes(info: ZoneInfo, first_year: int) -> list[_Change]:
    """Return the changes of some years, to the minute."""
    found: list[_Change] = []
    day = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(min(first_year + _YEARS, _YEAR_LIMIT), 1, 1, tzinfo=UTC)
    while day < end:
        if _offset(day, info) != _offset(day + _DAY, info):
            found.append(_change_within(day, info))
        day += _DAY
    return found


def _offset(at: datetime, info: ZoneInfo) -> timedelta:
    return at.astimezone(info).utcoffset() or timedelta()


def _change_within(day: datetime, info: ZoneInfo) -> _Change:
    low, high = day, day + _DAY
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) // 2
        middle -= timedelta(seconds=middle.second, microseconds=middle.microsecond)
        if _offset(middle, info) == _offset(low, info):
            low = middle
        else:
            high = middle
    before, after, local = _offset(low, info), _offset(high, info), high.astimezone(info)
    at = (high + before).replace(tzinfo=None)
    return _Change(at, before, after, bool(local.dst()), local.tzname() or "")


def _rule(changes: Sequence[_Change]) -> str:
    """Return the rule changes follow, one a year on the same weekday of a month; empty where they do not."""
    first = changes[0].at
    years = [change.at.year for change in changes]
    alike = {(change.at.month, change.at.weekday(), change.at.time()) for change in changes}
    if len(alike) != 1 or years != list(range(years[0], years[0] + len(years))) or len(years) < _YEARS // 2:
        return ""
    weeks = {(change.at.day - 1) // 7 + 1 for change in changes}
    last = all((change.at + timedelta(days=7)).month != first.month for change in changes)
    if not last and len(weeks) != 1:
        return ""
    week = -1 if last and min(change.at.day for change in changes) >= _LAST_WEEK else weeks.pop()
    return f"RRULE:FREQ=YEARLY;BYMONTH={first.month};BYDAY={week}{_WEEKDAYS[first.weekday()]}"


def _dates(changes: Sequence[_Change]) -> list[str]:
    return [f"RDATE:{change.at:%Y%m%dT%H%M%S}" for change in changes]


def _part(change: _Change, more: Sequence[str]) -> list[str]:
    kind = "DAYLIGHT" if change.is_summer else "STANDARD"
    return [
        f"BEGIN:{kind}", f"DTSTART:{change.at:%Y%m%dT%H%M%S}", f"TZOFFSETFROM:{_signed(change.before)}",
        f"TZOFFSETTO:{_signed(change.after)}", *more, f"TZNAME:{change.name}", f"END:{kind}",
    ]  # fmt: skip


def _signed(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
