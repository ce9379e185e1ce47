"""What is typed where something is due: ``t``, ``tm``, ``+3d``, ``mo``, ``31.12.``, ISO; a time may follow.

Words are English and German at once: none of them means something else in the other language.
"""

import re
from datetime import date, timedelta

from crm_desktop.domain.contact_drafts import is_date
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.follow_ups import Due, due_problem
from crm_desktop.domain.plain_text import plain
from crm_desktop.domain.repeats import MOST_EVERY, Interval, RepeatUnit, added

_TODAY = frozenset({"t", "today", "heute"})
_TOMORROW = frozenset({"tm", "tomorrow", "morgen"})
_UNITS = {
    "": RepeatUnit.DAY, "d": RepeatUnit.DAY, "w": RepeatUnit.WEEK, "m": RepeatUnit.MONTH,
    "y": RepeatUnit.YEAR,
}  # fmt: skip
# The shortest beginnings that say which; Monday is 0.
_WEEKDAYS = (
    ("monday", "montag"), ("tuesday", "dienstag"), ("wednesday", "mittwoch"), ("thursday", "donnerstag"),
    ("friday", "freitag"), ("saturday", "samstag"), ("sunday", "sonntag"),
)  # fmt: skip
_LATER = re.compile(r"\+(\d{1,4})([dwmy]?)")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.?(\d{4}|\d{2})?")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(am|pm)?")


def read_due(text: str, today: date) -> Due:
    """Return what a text means on the day ``today``.

    Weekdays and days without a year are the next ones to come; a weekday's own name means in a week. Raises
    InvalidValueError ``due_unreadable``, ``due_too_far``.
    """
    words = plain(text).strip().casefold().split()
    day = _day(words[0], today) if words else None
    clock = words[1:]
    if day is None and words and (":" in words[0] or words[0].endswith(("am", "pm"))):
        day, clock = today, words
    said = _clock("".join(clock)) if clock else None
    if day is None or (clock and said is None):
        raise InvalidValueError("due_unreadable", field="due_on", value=text.strip())
    if problem := due_problem(day.isoformat()):
        raise problem
    return Due(day.isoformat(), said)


def _day(word: str, today: date) -> date | None:
    if word in _TODAY:
        return today
    if word in _TOMORROW:
        return today + timedelta(days=1)
    if match := _LATER.fullmatch(word):
        count = int(match[1])
        return added(today, Interval(1, _UNITS[match[2]]), count) if count <= MOST_EVERY else None
    if match := _DOTTED.fullmatch(word):
        return _dotted(int(match[1]), int(match[2]), match[3], today)
    return _weekday(word, today) or (date.fromisoformat(word) if is_date(word) else None)


def _weekday(word: str, today: date) -> date | None:
    """Return the next day a weekday's name, or two letters of it, says."""
    for place, names in enumerate(_WEEKDAYS):
        if len(word) > 1 and any(name.startswith(word) for name in names):
            return today + timedelta(days=(place - today.weekday() - 1) % 7 + 1)
    return None


def _dotted(day: int, month: int, year: str | None, today: date) -> date | None:
    """Return a day of a month; without a year the next one, for 29 February that of the next leap year."""
    if year is not None:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    for ahead in range(9):
        found = _date(today.year + ahead, month, day)
        if found is not None and found >= today:
            return found
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(text: str) -> str | None:
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None
