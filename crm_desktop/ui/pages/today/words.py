"""The words of the Today page: days, hours, waiting times, who called how."""

from datetime import date

from PySide6.QtCore import QDate, QLocale

from crm_desktop.domain.calls import Outcome
from crm_desktop.domain.periods import Period, PeriodKind
from crm_desktop.operations.today import CallBack, CallRow, QuietCustomer, WrittenNote
from crm_desktop.ui.messages import duration, language_locale, number, tr
from crm_desktop.ui.pages.today.series import Kind, Rate, Slice, Step
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.words import call_words, outcome_word

_LONG_QUIET = 14


def period_titles() -> dict[PeriodKind, str]:
    """Return what the picker offers."""
    return {
        PeriodKind.DAYS_7: tr("%n days", "", 7),
        PeriodKind.DAYS_30: tr("%n days", "", 30),
        PeriodKind.QUARTER: tr("Quarter"),
        PeriodKind.YEAR: tr("Year"),
        PeriodKind.OWN: tr("Own dates…"),
    }


def kind_word(kind: Kind) -> str:
    """Return the word of the legend."""
    return {
        Kind.INCOMING: tr("incoming"),
        Kind.OUTGOING: tr("outgoing"),
        Kind.MISSED: tr("missed"),
        Kind.UNKNOWN: tr("unknown direction"),
    }[kind]


def written(day: date, pattern: str) -> str:
    """Return a day in the language of the window."""
    return language_locale().toString(QDate(day.year, day.month, day.day), pattern)


def whole_day(day: date) -> str:
    """Return "Sunday, 22 November"."""
    return written(day, tr("dddd, d MMMM", "date with weekday"))


def slice_label(period: Period, step: Step) -> str:
    """Return what stands under a column: "24 Oct", of a month "Oct 26"."""
    pattern = tr("MMM yy", "month with year") if step is Step.MONTH else tr("d MMM", "date without year")
    return written(period.first, pattern)


def period_words(period: Period) -> str:
    """Return "24 Oct 2026", or "24 Oct – 30 Oct 2026"."""
    pattern = tr("d MMM yyyy", "date with year")
    last = written(period.last, pattern)
    if period.first == period.last:
        return last
    same = period.first.year == period.last.year
    first = written(period.first, tr("d MMM", "date without year") if same else pattern)
    return tr("{first} – {last}").format(first=first, last=last)


def slice_words(one: Slice) -> str:
    """Return all a column says."""
    kinds = ", ".join(
        f"{number(count)} {kind_word(kind)}" for kind, count in zip(Kind, one.counts, strict=True) if count
    )
    words = tr("{days}: {calls}").format(days=period_words(one.period), calls=tr("%n calls", "", one.total))
    return " · ".join(part for part in (words, kinds, talk_words(one.seconds)) if part)


def talk_words(seconds: int) -> str:
    """Return how long people talked; empty for nothing."""
    return tr("{time} talked").format(time=duration(seconds)) if seconds else ""


def hour_words(weekday: int, hour: int) -> str:
    """Return "Tue 10–11"."""
    day = language_locale().dayName(weekday + 1, QLocale.FormatType.ShortFormat)
    return tr("{day} {first}–{last}", "hours of a weekday").format(day=day, first=hour, last=hour + 1)


def rate_words(rate: Rate) -> str:
    """Return all a field of the heat map says."""
    return tr("{hour}: {percent} % answered, {answered} of {asked}").format(
        hour=hour_words(rate.weekday, rate.hour), percent=rate.percent,
        answered=number(rate.answered), asked=number(rate.asked),
    )  # fmt: skip


def waiting_words(one: CallBack, clock: Clock) -> str:
    """Return how somebody was missed last, and how often: "missed today 08:05"."""
    when = clock.relative(one.last_at)
    if one.attempts > 1:
        return tr("%n calls, the last one {when}", "", one.attempts).format(when=when)
    return tr("{outcome} {when}").format(outcome=outcome_word(Outcome(one.last_outcome)), when=when)


def quiet_words(one: QuietCustomer, clock: Clock) -> str:
    """Return the rhythm of a customer, and the last real call."""
    usual = tr("usually every %n days", "", one.usual_days)
    return tr("{usual} · last {when}").format(usual=usual, when=clock.relative(one.last_at))


def over_words(one: QuietCustomer) -> str:
    """Return for how many days somebody has been quiet beyond the usual time."""
    return tr("%n days over", "", _over(one))


def over_tone(one: QuietCustomer) -> str:
    """Return the colour that goes with it."""
    return "warn" if _over(one) >= _LONG_QUIET else "neutral"


def _over(one: QuietCustomer) -> int:
    return one.quiet_days - one.usual_days


def quiet_reason(one: QuietCustomer) -> str:
    """Explain why a customer is called quiet."""
    return tr(
        "Half of the pauses between real calls were %n days or shorter.", "", one.usual_days
    ) + " " + tr("Now it is %n days: at least twice as long, and two weeks.", "", one.quiet_days)  # fmt: skip


def recent_words(entry: CallRow | WrittenNote, clock: Clock) -> tuple[str, str]:
    """Return whom an entry is about, and what it was."""
    if isinstance(entry, WrittenNote):
        what = tr("note by {name}").format(name=entry.member_name)
        return entry.contact_name, " · ".join((what, clock.relative(entry.at)))
    name = entry.customer_name or entry.e164 or entry.raw_number or tr("Withheld number")
    length = duration(entry.duration_s) if entry.duration_s else ""
    parts = (call_words(entry.direction, entry.outcome), length, clock.relative(entry.started_at))
    return name, " · ".join(part for part in parts if part)
