"""The organization's clock: its time zone and "now" together, so that no caller mixes two zones.

Moments are UTC epoch seconds; dates are ISO 8601 text.
"""

import time
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QLocale, QTime

from crm_desktop.ui.messages import exact_time, relative_time, tr


class Clock:
    """Words moments in one time zone; ``now`` is read anew for each word."""

    def __init__(self, zone: str, *, now: Callable[[], float] = time.time) -> None:
        self.zone = ZoneInfo(zone)
        self.now = now

    def relative(self, epoch: float | None) -> str:
        """Return "today 09:14", "yesterday", "3 days ago", "12 Nov", "never"."""
        return relative_time(epoch, now=self.now(), tz=self.zone)

    def exact(self, epoch: float | None) -> str:
        """Return the full moment, for a tool tip."""
        return exact_time(epoch, tz=self.zone)

    def time(self, epoch: float) -> str:
        """Return the time of day, "09:14"."""
        moment = datetime.fromtimestamp(epoch, self.zone)
        return QLocale().toString(QTime(moment.hour, moment.minute), "HH:mm")

    def short_day(self, iso: str) -> str:
        """Return an ISO date as "14 Dec", with the year where it is not this one."""
        this_year = datetime.fromtimestamp(self.now(), self.zone).year
        same = iso[:4] == str(this_year)
        return date_words(f"--{iso[5:]}" if same else iso)

    def today(self) -> str:
        """Return the date of today in the organization's zone, ISO 8601."""
        return datetime.fromtimestamp(self.now(), self.zone).date().isoformat()

    def day(self, epoch: float | None) -> str:
        """Return the day alone, "12 Nov 2026"."""
        return (
            "" if epoch is None else date_words(datetime.fromtimestamp(epoch, self.zone).date().isoformat())
        )


def date_words(iso: str | None) -> str:
    """Return an ISO date as "3 Mar 2024", a birthday without a year as "3 Mar"; else the text itself."""
    if not iso:
        return ""
    yearless = iso.startswith("--")
    try:
        day = date.fromisoformat(f"2000-{iso[2:]}" if yearless else iso)
    except ValueError:
        return iso
    # The order of day and month is the reader's, so the pattern itself is a translatable text.
    pattern = tr("d MMM", "date without year") if yearless else tr("d MMM yyyy", "date with year")
    return QLocale().toString(QDate(day.year, day.month, day.day), pattern)
