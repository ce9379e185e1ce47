"""Reading follow-ups: the list and its counts, those of a contact, and when mine are due.

The list is for those who plan follow-ups; what is planned for a contact stands on his card for everybody who
sees him. From which call one came is said to those only who may see calls.
"""

from array import array
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crm_desktop.domain.follow_ups import Span, due_instant
from crm_desktop.operations.follow_ups import office_time
from crm_desktop.operations.session import Session
from crm_desktop.storage import follow_ups as stored
from crm_desktop.storage.follow_ups import FollowUpQuery, FollowUpRow, FollowUpSort

__all__ = [
    "FollowUpQuery",
    "FollowUpRow",
    "FollowUpSort",
    "Span",
    "due_follow_ups",
    "due_moments",
    "follow_up_count",
    "follow_up_first_page",
    "follow_up_ids",
    "follow_up_rows",
    "next_follow_up",
    "open_follow_ups",
    "span_counts",
    "span_query",
]

DAY_STARTS = "09:00"
"""When one is reminded of what has a day and no time."""


def span_query(session: Session, span: Span, assignee_id: int | None = None, text: str = "") -> FollowUpQuery:
    """Return the query for a span of the list: of one member, or of all.

    What is overdue rolls over: it is to be done today.
    """
    now = office_time(session)
    today = now.date()
    day = today.isoformat()
    if span is Span.DONE:
        return FollowUpQuery(
            text, done=True, assignee_id=assignee_id, sort=FollowUpSort.DONE, ascending=False
        )
    if span is Span.OVERDUE:
        at = (day, now.strftime("%H:%M"))
        return FollowUpQuery(text, assignee_id=assignee_id, overdue_at=at)
    if span is Span.TODAY:
        return FollowUpQuery(text, assignee_id=assignee_id, last=day)
    if span is Span.WEEK:
        sunday = today + timedelta(days=6 - today.weekday())
        return FollowUpQuery(text, assignee_id=assignee_id, last=sunday.isoformat())
    return FollowUpQuery(text, assignee_id=assignee_id)


def span_counts(session: Session, assignee_id: int | None = None) -> Mapping[Span, int]:
    """Return how many follow-ups each span holds."""
    session.require("followups")
    with session.reading("records.view") as connection:
        return {
            span: stored.count(connection, span_query(session, span, assignee_id)) for span in Span
        }  # fmt: skip


def follow_up_first_page(session: Session, query: FollowUpQuery, limit: int = 200) -> list[int]:
    """Return the first ids of the list at once."""
    session.require("followups")
    with session.reading("records.view") as connection:
        return stored.page(connection, query, limit)


def follow_up_ids(session: Session, query: FollowUpQuery) -> "array[int]":
    """Return all ids of the list in its order, 4 bytes each."""
    session.require("followups")
    with session.reading("records.view") as connection:
        return stored.ids(connection, query)


def follow_up_count(session: Session, query: FollowUpQuery) -> int:
    """Return how many the list holds."""
    session.require("followups")
    with session.reading("records.view") as connection:
        return stored.count(connection, query)


def follow_up_rows(session: Session, ids: Sequence[int]) -> dict[int, FollowUpRow]:
    """Return the lines of a page by id."""
    session.require("followups")
    with session.reading("records.view") as connection:
        return stored.read_rows(connection, ids, with_call=session.may("calls.view"))


def open_follow_ups(session: Session, contact_id: int) -> list[FollowUpRow]:
    """Return what is to be done for a contact, what is due first before the others."""
    with session.reading("records.view") as connection:
        return stored.open_of_contact(connection, contact_id, with_call=session.may("calls.view"))


def next_follow_up(session: Session, contact_id: int) -> FollowUpRow | None:
    """Return what is due next for a contact, an overdue one before all."""
    return next(iter(open_follow_ups(session, contact_id)), None)


def due_follow_ups(session: Session, limit: int = 50) -> tuple[list[FollowUpRow], int]:
    """Return mine that are overdue or due today, the oldest first, and how many there are."""
    session.require("followups")
    query = FollowUpQuery(assignee_id=session.member.id, last=office_time(session).date().isoformat())
    with session.reading("records.view") as connection:
        ids = stored.page(connection, query, limit)
        rows = stored.read_rows(connection, ids, with_call=session.may("calls.view"))
        return [rows[one] for one in ids if one in rows], stored.count(connection, query)


def due_moments(session: Session, after: int, until: int) -> list[tuple[int, int]]:
    """Return when mine are due after one moment and up to another (UTC epoch seconds), and their ids.

    The earliest come first.

    What has a day and no time counts from nine in the morning. Empty for whoever may not plan any.
    """
    if not (session.may("followups") and session.may("records.view")):
        return []
    zone = session.organization.time_zone
    first, last = (
        datetime.fromtimestamp(moment, ZoneInfo(zone)).date().isoformat() for moment in (after, until)
    )
    with session.reading("records.view") as connection:
        found = stored.due_of_member(connection, session.member.id, first=first, last=last)
    moments = [(due_instant(due.due_on, due.due_time or DAY_STARTS, zone), due.id) for due in found]
    return sorted(moment for moment in moments if after < moment[0] <= until)
