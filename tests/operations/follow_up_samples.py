"""Follow-ups and rhythms in the words of the tests."""

from crm_desktop.domain.follow_ups import Due, FollowUpDraft, Span
from crm_desktop.domain.repeats import Interval, RepeatUnit
from crm_desktop.operations import follow_up_lists, follow_ups, keep_in_touch
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


def set_rhythm(session: Session, contact_id: int, interval: Interval | None) -> None:
    """Set the rhythm of a contact's own as somebody does whom nobody comes in between."""
    read = keep_in_touch.own_rhythm(session, contact_id)
    assert keep_in_touch.set_rhythm(session, contact_id, interval, base=read) is None


def set_tag_rhythm(session: Session, tag_id: int, interval: Interval | None) -> None:
    """Set the rhythm of a tag so."""
    read = keep_in_touch.tag_rhythm(session, tag_id)
    assert keep_in_touch.set_tag_rhythm(session, tag_id, interval, base=read) is None


def postpone(session: Session, follow_up_id: int, due_on: str, due_time: str | None = None) -> None:
    """Postpone one so."""
    draft, _ = follow_ups.follow_up_draft(session, follow_up_id)
    read = Due(draft.due_on, draft.due_time)
    assert follow_ups.postpone(session, follow_up_id, due_on, due_time, base=read) is None
