"""Figures of the Today page: every chart and list of it over a year, against one counted from the calls."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from crm_desktop.domain.measures import Figure
from crm_desktop.domain.periods import Period
from crm_desktop.operations import today
from crm_desktop.operations.measuring.timing import PASSES, median_ms, milliseconds
from crm_desktop.operations.session import Session
from crm_desktop.storage import floors

DAYS = 365


def parts_of_today(session: Session) -> dict[str, Callable[[], object]]:
    """Return what each chart and list of the page reads, by its name; figures of the year up to today."""
    last = today.office_today(session)
    year = Period(last - timedelta(days=DAYS - 1), last)
    return {
        "call_backs": partial(today.call_backs, session),
        "quiet_customers": partial(today.quiet_customers, session),
        "recent": partial(today.recent, session),
        "calls_by_day": partial(today.calls_by_day, session, year),
        "calls_by_member": partial(today.calls_by_member, session, year),
        "answer_rates": partial(today.answer_rates, session, year),
        "top_customers": partial(today.top_customers, session, year),
        "time_to_return": partial(today.time_to_return, session, year),
    }


def slowest_of_today(session: Session) -> Figure:
    """Measure each part, and return the slowest in ms."""
    value = max(median_ms(part) for part in parts_of_today(session).values())
    last = today.office_today(session)
    since, until = today.moments_of(session, Period(last - timedelta(days=DAYS - 1), last))
    with session.reading("calls.view") as connection:
        floor = min(
            milliseconds(lambda: floors.calls_grouped(connection, since, until)) for _ in range(PASSES)
        )
    return Figure(value, floor)
