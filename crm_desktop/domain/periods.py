"""The periods figures are shown for: whole days, as a person counts them."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PeriodKind(StrEnum):
    """What the picker offers; ``OWN`` are two dates chosen freely."""

    TODAY = "today"
    DAYS_7 = "days_7"
    DAYS_30 = "days_30"
    DAYS_90 = "days_90"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


_DAYS_BACK = {PeriodKind.TODAY: 0, PeriodKind.DAYS_7: 6, PeriodKind.DAYS_30: 29, PeriodKind.DAYS_90: 89}


def period_of(kind: PeriodKind, today: date) -> Period:
    """Return the period that ends with ``today``; of ``OWN`` that is the day alone."""
    if kind is PeriodKind.MONTH:
        return Period(today.replace(day=1), today)
    if kind is PeriodKind.QUARTER:
        return Period(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), today)
    if kind is PeriodKind.YEAR:
        return Period(today.replace(month=1, day=1), today)
    return Period(today - timedelta(days=_DAYS_BACK.get(kind, 0)), today)
