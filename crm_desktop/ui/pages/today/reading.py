"""Everything the page shows, read at once and off the UI thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm_desktop.domain.periods import Period
from crm_desktop.operations import today
from crm_desktop.operations.calls import CallQuery, call_first_page
from crm_desktop.operations.session import Session
from crm_desktop.operations.team_figures import team_figures
from crm_desktop.operations.today import CallBacks, CallRow, CustomerFigure, QuietCustomer, WrittenNote
from crm_desktop.ui.pages.today.series import MemberCalls, Rate, Slice, members, rates, slices

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Figures:
    """What comes from calls: nothing of it exists for whoever may not see them.

    ``returned`` are the seconds in which missed calls were returned, the middle one; ``before``: the same
    of the period of equal length just before. ``team``: the figures of others are switched on. ``some``:
    there is any call to be shown at all, in whatever period.
    """

    waiting: CallBacks
    quiet: list[QuietCustomer]
    slices: list[Slice]
    rates: list[Rate]
    members: list[MemberCalls]
    top: list[CustomerFigure]
    returned: int | None
    calls_before: int
    returned_before: int | None
    team: bool
    some: bool

    @property
    def total(self) -> int:
        """All calls of the period."""
        return sum(one.total for one in self.slices)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows on one day for one period."""

    day: date
    period: Period
    recent: Sequence[CallRow | WrittenNote]
    figures: Figures | None


def read_overview(session: Session, period: Period) -> Overview:
    """Read all of it; without the right to see calls no figure, no count and no name from them."""
    found = _figures(session, period) if session.may("calls.view") else None
    return Overview(today.office_today(session), period, today.recent(session, SHOWN), found)


def _figures(session: Session, period: Period) -> Figures:
    return Figures(
        waiting=today.call_backs(session, SHOWN),
        quiet=today.quiet_customers(session, SHOWN),
        slices=slices(today.calls_by_day(session, period), period),
        rates=rates(today.answer_rates(session, period)),
        members=members(today.calls_by_member(session, period)),
        top=today.top_customers(session, period),
        returned=today.time_to_return(session, period),
        calls_before=sum(one.n for one in today.calls_by_day(session, period.before)),
        returned_before=today.time_to_return(session, period.before),
        team=team_figures(session),
        some=bool(call_first_page(session, CallQuery(), 1)),
    )
