"""Every so many days, weeks, months or years: the days of a series, and since when something is due again.

A series is counted from its first day, so that the 31st stays the 31st: a shorter month has its last day,
29 February is the 28th in years without one. Days are calendar days; no clock change moves them.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from crm_desktop.domain.errors import InvalidValueError

MOST_EVERY = 999
FIRST_YEAR, LAST_YEAR = 1900, 2999


class RepeatUnit(StrEnum):
    """What is counted."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_DAYS = {RepeatUnit.DAY: 1, RepeatUnit.WEEK: 7}
_MONTHS = {RepeatUnit.MONTH: 1, RepeatUnit.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Interval:
    """Every ``every`` units."""

    every: int
    unit: RepeatUnit


def interval_problem(interval: Interval | None, field: str) -> InvalidValueError | None:
    """Return why an interval cannot be kept."""
    if interval is None or 1 <= interval.every <= MOST_EVERY:
        return None
    return InvalidValueError("interval_invalid", field=field, limit=MOST_EVERY)


def added(day: date, interval: Interval, times: int = 1) -> date:
    """Return the day ``times`` intervals after ``day`` (before it, where negative).

    Raises OverflowError beyond the years a date can have.
    """
    count = interval.every * times
    if interval.unit in _DAYS:
        return day + timedelta(days=count * _DAYS[interval.unit])
    months = day.year * 12 + day.month - 1 + count * _MONTHS[interval.unit]
    year, month = divmod(months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def next_in_series(first: date, interval: Interval, after: date) -> date | None:
    """Return the first day of the series that began on ``first`` which lies after ``after``.

    None behind the last year a follow-up may be due in.
    """
    times = max(1, _intervals_between(first, interval, after))
    try:
        while (day := added(first, interval, times)) <= after:
            times += 1
    except OverflowError:
        return None
    return day if day.year <= LAST_YEAR else None


def _intervals_between(first: date, interval: Interval, after: date) -> int:
    """Return how many whole intervals lie between two days, or one fewer."""
    if interval.unit in _DAYS:
        return (after - first).days // (interval.every * _DAYS[interval.unit])
    months = (after.year - first.year) * 12 + after.month - first.month
    return months // (interval.every * _MONTHS[interval.unit])


def in_series(first: date, interval: Interval, day: date) -> bool:
    """Return whether ``day`` is one of the days of the series that began on ``first``."""
    return day == first or (day > first and next_in_series(first, interval, day - timedelta(days=1)) == day)


def latest_due_since(interval: Interval, today: date) -> date:
    """Return the latest day that lies an interval or more before ``today``.

    Whatever happened on that day or earlier is due again.
    """
    day = added(today, interval, -1)
    while added(day + timedelta(days=1), interval) <= today:
        day += timedelta(days=1)
    return day
