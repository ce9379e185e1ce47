"""Birthdays as vCards write them: whole, without a year, with a made-up year, with a time."""

import re
from datetime import date

# Apple and Outlook fill in a year where none is known; X-APPLE-OMIT-YEAR names Apple's.
_FILLED_IN = frozenset({"1604"})
_WHOLE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?")
_YEARLESS = re.compile(r"--(\d\d)-?(\d\d)(?:[T ].*)?")


def birthday(text: str, *, omitted_year: str | None = None) -> str | None:
    """Return ISO 8601, ``--MM-DD`` without a year, or None for what is no whole day (``1985-04``)."""
    text = text.strip()
    if yearless := _YEARLESS.fullmatch(text):
        return _day("2000", yearless[1], yearless[2]) and f"--{yearless[1]}-{yearless[2]}"
    whole = _WHOLE.fullmatch(text)
    if whole is None:
        return None
    if whole[1] in _FILLED_IN or whole[1] == omitted_year:
        return _day("2000", whole[2], whole[3]) and f"--{whole[2]}-{whole[3]}"
    return _day(whole[1], whole[2], whole[3])


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
