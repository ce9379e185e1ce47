"""Follow-ups and rhythms in the words of the tests."""

from crm_desktop.domain.follow_ups import FollowUpDraft, Span
from crm_desktop.domain.repeats import Interval, RepeatUnit
from crm_desktop.operations import follow_up_lists, follow_ups
from crm_desktop.operations.follow_up_lists import FollowUpRow
from crm_desktop.operations.session import Session

MONTHLY = Interval(1, RepeatUnit.MONTH)


def planned(session: Session, what: str = "Call back", due_on: str = "2026-11-30", **more: object) -> int:
    return follow_ups.add_follow_up(session, FollowUpDraft(what, due_on, **more))  # type: ignore[arg-type]


def row(session: Session, follow_up_id: int) -> FollowUpRow:
    return follow_up_lists.follow_up_rows(session, [follow_up_id])[follow_up_id]


def listed(
    session: Session, span: Span = Span.OPEN, assignee_id: int | None = None, text: str = ""
) -> list[str]:
    query = follow_up_lists.span_query(session, span, assignee_id, text)
    ids = list(follow_up_lists.follow_up_ids(session, query))
    assert follow_up_lists.follow_up_first_page(session, query) == ids
    assert follow_up_lists.follow_up_count(session, query) == len(ids)
    rows = follow_up_lists.follow_up_rows(session, ids)
    return [rows[one].what for one in ids]
