"""The periods figures are shown for: whole days, as a person counts them."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PeriodKind(StrEnum):
    """What the picker offers, up to today; ``OWN`` are two dates chosen freely."""

    DAYS_7 = "days_7"
    DAYS_30 = "days_30"
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

    @property
    def before(self) -> "Period":
        """The period of as many days just before it, to compare with."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


# Rolling, and not since the first of January: on the third a year would be three days.
_DAYS = {PeriodKind.DAYS_7: 7, PeriodKind.DAYS_30: 30, PeriodKind.QUARTER: 90, PeriodKind.YEAR: 365}


def period_of(kind: PeriodKind, today: date) -> Period:
    """Return the period that ends with ``today``; of ``OWN`` that is the day alone."""
    return Period(today - timedelta(days=_DAYS.get(kind, 1) - 1), today)
