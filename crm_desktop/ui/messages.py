"""Words for people: translated texts, the sentence of an error, times and durations.

Texts are marked with ``tr("…")``: lupdate files a bare ``tr`` under the empty context, which is where
this one looks. Plurals: write the plural with ``%n`` and pass ``n`` as the third argument, so that
lupdate marks the entry as numerus; ``resources/translations/crm_en.ts`` holds the English singular.
"""

from datetime import datetime, tzinfo

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.sentences import SENTENCES

DASH = "–"
"""Shown where a value is missing."""


def tr(text: str, comment: str = "", n: int = -1) -> str:
    """Return ``text`` in the language of the window; ``%n`` becomes ``n``, ``comment`` tells twins apart."""
    return QCoreApplication.translate("", text, comment or None, n)


def message_for(error: KnownError) -> str:
    """Return the sentence of ``error``: what happened, what was kept, what to do.

    Facts named ``field`` and ``right`` are translated too. Raises KeyError for a code without a
    sentence, which is a bug.
    """
    template = QCoreApplication.translate("errors", SENTENCES[error.code])
    facts = {
        name: QCoreApplication.translate("facts", str(value)) if name in {"field", "right"} else value
        for name, value in error.facts.items()
    }
    return template.format(**facts)


def language_locale() -> QLocale:
    """Return the locale of the window; English where the system names none (it has no separators)."""
    locale = QLocale()
    return QLocale(QLocale.Language.English) if locale.language() == QLocale.Language.C else locale


def number(value: int) -> str:
    """Return ``value`` with the thousands separators of the language: 1,000,000."""
    return language_locale().toString(value)


def isolated(text: str) -> str:
    """Return ``text`` so that a mirrored window keeps its own direction: "+49 30 1" stays "+49 30 1".

    For what is shown only, never for what is stored or copied (Unicode UAX #9: first strong isolate).
    """
    return f"\u2068{text}\u2069"


def _clock(moment: datetime) -> str:
    return language_locale().toString(QTime(moment.hour, moment.minute), "HH:mm")


def _day(moment: datetime, pattern: str) -> str:
    return language_locale().toString(QDate(moment.year, moment.month, moment.day), pattern)


def relative_time(epoch_s: float | None, *, now: float, tz: tzinfo) -> str:
    """Return how long ago in short: "today 09:14", "yesterday", "3 days ago", "12 Nov", "12 Nov 2024".

    ``epoch_s`` and ``now`` are seconds since 1970 in UTC; ``tz`` is the organization's time zone. Days
    to come read "tomorrow 10:00", "in 3 days". None reads "never".
    """
    if epoch_s is None:
        return tr("never")
    moment, today = datetime.fromtimestamp(epoch_s, tz), datetime.fromtimestamp(now, tz)
    days = (today.date() - moment.date()).days
    if days in {-1, 0, 1}:
        return {
            0: tr("today {time}").format(time=_clock(moment)),
            1: tr("yesterday"),
            -1: tr("tomorrow {time}").format(time=_clock(moment)),
        }[days]
    if 0 < days < 7:
        return tr("%n days ago", "", days)
    if -7 < days < 0:
        return tr("in %n days", "", -days)
    return _day(moment, "d MMM" if moment.year == today.year else "d MMM yyyy")


def exact_time(epoch_s: float | None, *, tz: tzinfo) -> str:
    """Return the full moment for a tool tip: "Sunday, 22 November 2026, 09:14:05 (CET)"."""
    if epoch_s is None:
        return tr("never")
    moment = datetime.fromtimestamp(epoch_s, tz)
    clock = language_locale().toString(QTime(moment.hour, moment.minute, moment.second), "HH:mm:ss")
    return f"{_day(moment, 'dddd, d MMMM yyyy')}, {clock} ({moment.tzname()})"


def day_title(epoch_s: float, *, now: float, tz: tzinfo) -> str:
    """Return the heading of a day in a timeline: "Today", "Yesterday", "Thursday, 12 November"."""
    moment, today = datetime.fromtimestamp(epoch_s, tz), datetime.fromtimestamp(now, tz)
    days = (today.date() - moment.date()).days
    if days == 0:
        return tr("Today")
    if days == 1:
        return tr("Yesterday")
    return _day(moment, "dddd, d MMMM" if moment.year == today.year else "dddd, d MMMM yyyy")


def duration(seconds: float) -> str:
    """Return a length of time in its two largest units: "12 s", "4 min 12 s", "1 h 52 min", "2 d 3 h"."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = (
        (days, tr("{n} d", "days")),
        (hours, tr("{n} h", "hours")),
        (minutes, tr("{n} min", "minutes")),
        (rest, tr("{n} s", "seconds")),
    )
    first = next((place for place, (value, _) in enumerate(units) if value), 3)
    parts = [unit.format(n=value) for value, unit in units[first : first + 2] if value]
    return " ".join(parts) or units[3][1].format(n=0)
