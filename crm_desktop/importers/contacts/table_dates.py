"""Birthdays in tables: the order of day and month is one for a whole column."""

import re
from collections.abc import Iterable

from crm_desktop.importers.contacts.vcard_dates import birthday

_PARTS = re.compile(r"(\d{1,4})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{1,4})\.?(?:[ T].*)?")
_DAY_MONTH = re.compile(r"(\d{1,2})\s*([./])\s*(\d{1,2})\.?")
# Where people write the month first.
_MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "FM", "MH", "PW", "AS", "MP", "VI"})
# Two figures of a year: nobody in an address book is a hundred years in the future.
_CENTURY_TURN = 30


def month_first(texts: Iterable[str], region: str | None) -> bool:
    """Return whether the month comes first in a column, by what cannot be one, else by the country."""
    for text in texts:
        found = _PARTS.fullmatch(text.strip())
        if found is None or len(found[1]) > 2 or found[2] == ".":
            continue
        if int(found[1]) > 12:
            return False
        if int(found[3]) > 12:
            return True
    return region in _MONTH_FIRST


def table_birthday(text: str, *, month_is_first: bool) -> str | None:
    """Return ISO 8601, ``--MM-DD`` without a year, or None for what is no day (``0/0/00`` is Outlook's)."""
    text = text.strip()
    if found := birthday(text, omitted_year="0000"):
        return found
    if yearless := _DAY_MONTH.fullmatch(text):
        day, month = yearless[1], yearless[3]
        if month_is_first and yearless[2] == "/":
            day, month = month, day
        return birthday(f"--{int(month):02}-{int(day):02}")
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return None
    first, sign, second, third = parts.groups()
    if len(first) == 4:
        return birthday(f"{first}-{int(second):02}-{int(third):02}") if len(third) < 3 else None
    day, month = (second, first) if month_is_first and sign != "." else (first, second)
    return birthday(f"{_whole_year(third)}-{int(month):02}-{int(day):02}")


def _whole_year(year: str) -> str:
    if len(year) > 2:
        return f"{int(year):04}"
    return str(2000 + int(year) if int(year) < _CENTURY_TURN else 1900 + int(year))
