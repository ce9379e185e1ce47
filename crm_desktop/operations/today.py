"""What the Today page shows: who waits, what was last, who is quiet, and the figures of calls in a period.

All of it is worked out in the file. Without ``calls.view`` there is no call, no number and no count of any.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_desktop.domain.periods import Period
from crm_desktop.operations.session import Session
from crm_desktop.operations.team_figures import members_shown
from crm_desktop.storage import call_backs as stored_call_backs
from crm_desktop.storage import call_figures, calls, notes
from crm_desktop.storage.call_backs import CallBack, QuietCustomer
from crm_desktop.storage.call_figures import CustomerFigure, DayFigure, HourFigure, MemberFigure, Span
from crm_desktop.storage.calls import CallQuery, CallRow
from crm_desktop.storage.notes import WrittenNote

__all__ = [
    "WAITING_DAYS", "CallBack", "CallBacks", "CallRow", "CustomerFigure", "DayFigure", "HourFigure",
    "MemberFigure", "QuietCustomer", "WrittenNote", "answer_rates", "call_backs", "calls_by_day",
    "calls_by_member", "day_of", "moments_of", "office_today", "quiet_customers", "recent",
    "time_to_return", "top_customers",
]  # fmt: skip

WAITING_DAYS = 90
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class CallBacks:
    """How many wait to be called back, since when the first of them does, and the ones that wait longest."""

    count: int
    oldest: int | None
    first: list[CallBack]


def office_today(session: Session) -> date:
    """Return the date in the organization's time zone."""
    return datetime.fromtimestamp(session.now(), ZoneInfo(session.organization.time_zone)).date()


def day_of(figure: DayFigure) -> date:
    """Return the date of a figure's day."""
    return _EPOCH + timedelta(days=figure.day)


def moments_of(session: Session, period: Period) -> tuple[int, int]:
    """Return the epoch seconds a period begins and ends at, the end not included."""
    zone = ZoneInfo(session.organization.time_zone)
    return _midnight(period.first, zone), _midnight(period.last + timedelta(days=1), zone)


def call_backs(session: Session, limit: int = 50) -> CallBacks:
    """Return who was missed in the last three months and not spoken to since, the longest waiting first."""
    with session.reading("calls.view") as connection:
        count, oldest, first = stored_call_backs.waiting(
            connection, since=session.now() - WAITING_DAYS * 86_400, limit=limit, unknown=_unknown(session)
        )
    return CallBacks(count, oldest, first)


def quiet_customers(session: Session, limit: int = 10) -> list[QuietCustomer]:
    """Return customers quiet for at least twice as long as usual between their real calls, and two weeks."""
    with session.reading("calls.view") as connection:
        return stored_call_backs.quiet_customers(connection, now=session.now(), limit=limit)


def recent(session: Session, limit: int = 10) -> list[CallRow | WrittenNote]:
    """Return the newest calls and notes together; without the right to see calls the notes alone."""
    with session.reading("records.view") as connection:
        found: list[CallRow | WrittenNote] = list(notes.newest(connection, limit))
        if session.may("calls.view"):
            query = CallQuery()
            ids = calls.first_page(connection, query, limit, unknown=_unknown(session))
            found += calls.read_rows(connection, ids).values()
    return sorted(found, key=_when, reverse=True)[:limit]


def _when(entry: CallRow | WrittenNote) -> int:
    return entry.started_at if isinstance(entry, CallRow) else entry.at


def calls_by_day(session: Session, period: Period) -> list[DayFigure]:
    """Return calls and talk time of each day by direction and outcome."""
    with session.reading("calls.view") as connection:
        return call_figures.by_day(connection, _span(session, period))


def calls_by_member(session: Session, period: Period) -> list[MemberFigure]:
    """Return calls and talk time by member and direction: one's own, the team's where that is switched on."""
    with session.reading("calls.view") as connection:
        shown = members_shown(session, connection)
        return call_figures.by_member(connection, _span(session, period), shown)


def answer_rates(session: Session, period: Period) -> list[HourFigure]:
    """Return incoming calls by weekday, hour and outcome."""
    with session.reading("calls.view") as connection:
        return call_figures.by_hour(connection, _span(session, period))


def top_customers(session: Session, period: Period, limit: int = 10) -> list[CustomerFigure]:
    """Return the customers with most calls."""
    with session.reading("calls.view") as connection:
        return call_figures.top_customers(connection, _span(session, period), limit)


def time_to_return(session: Session, period: Period) -> int | None:
    """Return the middle of the seconds until missed calls were followed by a real one; None without any."""
    with session.reading("calls.view") as connection:
        return call_figures.median_return(connection, _span(session, period))


def _unknown(session: Session) -> bool:
    return session.may("calls.unknown_numbers")


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())


def _span(session: Session, period: Period) -> Span:
    zone = ZoneInfo(session.organization.time_zone)
    since, until = moments_of(session, period)
    months, whole, edges = list[int](), list[int](), list[tuple[int, int]]()
    for part in _by_months(period):
        month = part.first.year * 100 + part.first.month
        months.append(month)
        if part.days == monthrange(part.first.year, part.first.month)[1]:
            whole.append(month)
        else:
            edges.append((_midnight(part.first, zone), _midnight(part.last + timedelta(days=1), zone)))
    return Span(
        (period.first - _EPOCH).days, (period.last - _EPOCH).days, since, until,
        tuple(months), tuple(whole), tuple(edges), _unknown(session),
    )  # fmt: skip


def _by_months(period: Period) -> Iterator[Period]:
    first = period.first
    while first <= period.last:
        last = first.replace(day=monthrange(first.year, first.month)[1])
        yield Period(first, min(last, period.last))
        first = last + timedelta(days=1)
