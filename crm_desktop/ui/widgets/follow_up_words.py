"""Follow-ups in words: when something is due, how late it is, what a typed day means."""

from datetime import date, datetime

from PySide6.QtCore import QDate, QLocale

from crm_desktop.domain.due_entry import read_due
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.follow_ups import Due, is_overdue
from crm_desktop.operations.keep_in_touch import Rhythm, Turn
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.moments import Clock, date_words
from crm_desktop.ui.widgets.words import interval_words


def local_now(clock: Clock) -> datetime:
    """Return what the organization's clock shows."""
    return datetime.fromtimestamp(clock.now(), clock.zone)


def typed_due(text: str, clock: Clock) -> Due:
    """Return what is typed in a due field; raises InvalidValueError with what to type instead."""
    return read_due(text, local_now(clock).date())


def meaning(text: str, clock: Clock) -> list[str]:
    """Return what a typed text means, in words and in few words; nothing while it means nothing."""
    try:
        due = typed_due(text, clock)
    except KnownError:
        return []
    day = date.fromisoformat(due.day)
    weekday = QLocale().dayName(
        QDate(day.year, day.month, day.day).dayOfWeek(), QLocale.FormatType.ShortFormat
    )
    days = (date_words(due.day), clock.short_day(due.day))
    return [" ".join(part for part in (weekday, said, due.time) if part) for said in days]


def due_edit(due_on: str, due_time: str | None) -> str:
    """Return what a due field begins with."""
    return f"{due_on} {due_time}" if due_time else due_on


def due_words(due_on: str, due_time: str | None, clock: Clock) -> str:
    """Return when it is due: "today 14:30", "tomorrow", "14 Dec"."""
    days = (date.fromisoformat(due_on) - local_now(clock).date()).days
    near = {-1: tr("yesterday"), 0: tr("today"), 1: tr("tomorrow")}
    return " ".join(part for part in (near.get(days) or clock.short_day(due_on), due_time) if part)


def due_pill(due_on: str, due_time: str | None, clock: Clock) -> tuple[str, str]:
    """Return how near or late it is, and the tone that goes with it."""
    now = local_now(clock)
    days = (date.fromisoformat(due_on) - now.date()).days
    if is_overdue(due_on, due_time, now):
        return (tr("%n days late", "", -days) if days else tr("overdue")), "danger"
    if days == 0:
        return tr("today"), "warn"
    return (tr("tomorrow") if days == 1 else tr("in %n days", "", days)), "neutral"


def rhythm_words(rhythm: Rhythm, turn: Turn | None, clock: Clock) -> str:
    """Return how often one wants to be in touch, why, and when it is due: "every week (VIP), due 3 Dec".

    Without a ``turn`` nothing of when: the person may not see calls.
    """
    often = interval_words(rhythm.interval)
    by = tr("{rhythm} (tag {tag})").format(rhythm=often, tag=rhythm.tag) if rhythm.tag else often
    if turn is None:
        return by
    return tr("{rhythm}, due {day}").format(rhythm=by, day=due_words(turn.due_on, None, clock))
