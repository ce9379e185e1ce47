"""Numbers of the organization itself, each for good or for some days: a line of text, and back. Pure."""

import re
from dataclasses import dataclass
from datetime import date

from crm_desktop.domain.errors import InvalidValueError, KnownError

FIELD = "own_numbers"
_DAY = r"\d{4}-\d{2}-\d{2}"
_LINE = re.compile(rf"(.*?)[\s,;:]+({_DAY})?\s*[-–—]\s*({_DAY})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class OwnDays:
    """The days a number was the organization's, first and last (ISO 8601, both included; None: open)."""

    number: str
    first: str | None = None
    last: str | None = None

    @property
    def always(self) -> bool:
        """Whether it is theirs for good."""
        return self.first is None and self.last is None


def own_line(text: str) -> OwnDays:
    """Return what a line says: ``0211 555 0100``, and behind it ``2024-01-01 – 2026-06-30`` if for a time."""
    match = _LINE.fullmatch(text.strip())
    if match is None or not (match[2] or match[3]):
        return OwnDays(text.strip())
    return OwnDays(match[1].strip(), match[2], match[3])


def line_of(shown: str, days: OwnDays) -> str:
    """Return the line of a number as it is ``shown``; :func:`own_line` reads it again."""
    return shown if days.always else " ".join(part for part in (shown, days.first, "–", days.last) if part)


def days_problem(days: OwnDays) -> KnownError | None:
    """Return why the days of a line are none."""
    for day in (days.first, days.last):
        if day is not None and not _is_day(day):
            return InvalidValueError("date_invalid", field=FIELD, value=day)
    if days.first is not None and days.last is not None and days.last < days.first:
        return InvalidValueError("own_days_order", field=FIELD, value=line_of(days.number, days))
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).year < date.max.year
    except ValueError:
        return False
