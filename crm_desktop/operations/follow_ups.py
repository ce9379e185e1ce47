"""Planning follow-ups and finishing them: everybody who may plan does so for everybody of the office.

One that is overdue stays where it is and is shown as overdue; nothing moves by itself. Of one that repeats,
only the next is there: it is made when one is done, and takes the repetition along.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from crm_desktop.domain.contact_merging import Clash
from crm_desktop.domain.errors import ConflictError, KnownError, RefusedError
from crm_desktop.domain.follow_ups import (
    Due,
    DuePart,
    FollowUp,
    FollowUpDraft,
    FollowUpParts,
    OutcomePart,
    checked_outcome,
    draft_of,
    draft_of_parts,
    due_problem,
    parts_of,
    problems,
    tidied,
    time_problem,
)
from crm_desktop.domain.repeats import next_in_series
from crm_desktop.operations.assignees import checked_assignee
from crm_desktop.operations.row_conflicts import RowConflict, bring_together
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import unwritable, writable
from crm_desktop.storage import calls, contacts, organization
from crm_desktop.storage import follow_ups as stored
from crm_desktop.storage.database import Connection
from crm_desktop.storage.identifiers import new_uuid
from crm_desktop.storage.journal import ChangeSet

__all__ = [
    "FollowUpDraft",
    "add_follow_up",
    "edit_follow_up",
    "finish",
    "finish_with_outcome",
    "follow_up_draft",
    "office_time",
    "postpone",
    "postpone_all",
    "remove_follow_ups",
    "reopen",
    "set_outcome",
    "typed_problems",
]

_NO_REPEAT: dict[str, object] = {
    "repeat_every": None, "repeat_unit": None, "repeat_from": None, "series": None
}  # fmt: skip


def office_time(session: Session) -> datetime:
    """Return what the organization's clock shows now."""
    return datetime.fromtimestamp(session.now(), UTC).astimezone(ZoneInfo(session.organization.time_zone))


def typed_problems(draft: FollowUpDraft) -> dict[str, KnownError]:
    """Return what is wrong with a draft, by field."""
    return problems(tidied(draft))


def _checked(draft: FollowUpDraft) -> FollowUpDraft:
    kept = tidied(draft)
    for problem in problems(kept).values():
        raise problem
    return kept


def add_follow_up(session: Session, draft: FollowUpDraft) -> int:
    """Plan something; return its id. Without an assignee it is for the person signed in.

    One that comes from a call is about its customer unless the draft names somebody. Raises
    InvalidValueError for what cannot be kept, RefusedError ``record_not_found``, ``record_in_trash``,
    ``right_missing`` for a call without the right to see calls.
    """
    session.require("followups")
    checked = _checked(draft)
    with session.change("add_follow_up") as changes:
        contact_id = _contact_of(session, changes.connection, checked)
        values = {
            **_columns(session, changes.connection, checked, None),
            **_series(checked, None),
            "contact_id": contact_id, "call_id": checked.call_id,
            "created_at": session.now(), "created_by": session.member.id,
            "done_at": None, "done_by": None, "outcome": None,
        }  # fmt: skip
        return changes.insert(stored.TABLE, values, contact_id=contact_id)


def follow_up_draft(session: Session, follow_up_id: int) -> tuple[FollowUpDraft, int]:
    """Return what would save a follow-up unchanged, and the version it was read at.

    Without the right to see calls it names no call; the one it came from stays when it is saved. Raises
    RefusedError ``record_not_found``.
    """
    session.require("followups")
    with session.reading("records.view") as connection:
        found = _get(connection, follow_up_id)
    draft = draft_of(found)
    return draft if session.may("calls.view") else replace(draft, call_id=None), found.version


def edit_follow_up(
    session: Session,
    follow_up_id: int,
    draft: FollowUpDraft,
    *,
    version: int,
    base: FollowUpDraft | None = None,
) -> RowConflict[FollowUpParts] | None:
    """Save an open follow-up that was read at ``version``; the call it came from stays.

    With another day or repetition its series begins anew there. With ``base``, what was read, somebody
    else's change of other facts since is kept; what both changed comes back to be decided, and nothing is
    written. Raises as :func:`add_follow_up`, and RefusedError ``follow_up_done``, without ``base``
    ConflictError("record_changed").
    """
    session.require("followups")
    checked = _checked(draft)
    with session.change("edit_follow_up") as changes:
        connection = changes.connection
        old = _open(connection, follow_up_id, version if base is None else None)
        both = checked if base is None else _together(session, connection, old, base, checked)
        if isinstance(both, RowConflict):
            return both
        checked = _checked(both)
        if checked.contact_id is not None and checked.contact_id != old.contact_id:
            writable(connection, checked.contact_id)
        values = {
            **_columns(session, connection, checked, old), **_series(checked, old),
            "contact_id": checked.contact_id,
        }  # fmt: skip
        changes.update(stored.TABLE, old.id, values, contact_id=checked.contact_id)
    return None


def _together(
    session: Session, connection: Connection, old: FollowUp, base: FollowUpDraft, mine: FollowUpDraft
) -> FollowUpDraft | RowConflict[FollowUpParts]:
    """Bring what was typed over ``base`` together with what stands there; people are told by their names."""
    theirs = replace(draft_of(old), call_id=base.call_id)
    mine = replace(mine, call_id=base.call_id, assignee_id=mine.assignee_id or session.member.id)
    before, there, own = (parts_of(draft) for draft in (base, theirs, mine))
    found = bring_together(connection, _place(old), before, there, own, version=old.version)
    if isinstance(found, RowConflict):
        return replace(found, clashes=tuple(_named(connection, clash) for clash in found.clashes))
    return draft_of_parts(found)


def _place(follow_up: FollowUp) -> tuple[str, str, int]:
    return ("follow_ups", stored.TABLE, follow_up.id)


def _named(connection: Connection, clash: Clash) -> Clash:
    if clash.place.column not in {"assignee_id", "contact_id"}:
        return clash

    def name(row_id: object) -> str | None:
        if not isinstance(row_id, int):
            return None
        if clash.place.column == "contact_id":
            contact = contacts.get_contact(connection, row_id)
            return None if contact is None else contact.display_name
        member = organization.get_member(connection, row_id)
        return None if member is None else member.name

    return replace(clash, before=name(clash.before), theirs=name(clash.theirs), mine=name(clash.mine))


def postpone(
    session: Session, follow_up_id: int, due_on: str, due_time: str | None = None, *, base: Due
) -> RowConflict[DuePart] | None:
    """Have one be due on another day (ISO 8601) than ``base``, what was seen; the days of its series stay.

    Another day or time somebody set meanwhile is returned to be decided, and nothing is written. Raises
    InvalidValueError for what is no day or time, RefusedError ``record_not_found``, ``record_in_trash``,
    ``follow_up_done``.
    """
    session.require("followups")
    wanted = _checked_due(due_on, due_time)
    with session.change("postpone_follow_up") as changes:
        old = _open(changes.connection, follow_up_id)
        parts = (DuePart(base), DuePart(_due(old)), DuePart(wanted))
        found = bring_together(changes.connection, _place(old), *parts, version=old.version)
        if isinstance(found, RowConflict):
            return found
        _set_due(changes, old, found.due)
    return None


def postpone_all(session: Session, seen: Mapping[int, Due], due_on: str, due_time: str | None = None) -> None:
    """Have several, by what was ``seen`` of each, be due on another day; without a time each keeps its own.

    All or none. Raises as :func:`postpone`, and ConflictError ``follow_ups_moved``: somebody moved ``count``
    of them elsewhere meanwhile.
    """
    session.require("followups")
    _checked_due(due_on, due_time)
    with session.change("postpone_follow_up") as changes:
        moved = 0
        for follow_up_id, before in seen.items():
            old = _open(changes.connection, follow_up_id)
            wanted = Due(due_on, due_time or before.time)
            moved += _due(old) not in {before, wanted}
            _set_due(changes, old, wanted)
        if moved:
            raise ConflictError("follow_ups_moved", count=moved)


def _checked_due(due_on: str, due_time: str | None) -> Due:
    if problem := due_problem(due_on) or time_problem(due_time):
        raise problem
    return Due(due_on, due_time)


def _due(follow_up: FollowUp) -> Due:
    return Due(follow_up.due_on, follow_up.due_time)


def _set_due(changes: ChangeSet, old: FollowUp, due: Due) -> None:
    values: dict[str, object] = {"due_on": due.day, "due_time": due.time}
    changes.update(stored.TABLE, old.id, values, contact_id=old.contact_id)


def finish(session: Session, ids: Sequence[int], outcome: str | None = None) -> list[int]:
    """Note that follow-ups are done, with what came of it; return the ids of the next ones of their series.

    What is done, gone or in the trash by now is left alone. Raises InvalidValueError for a note that cannot
    be kept.
    """
    session.require("followups")
    kept = checked_outcome(outcome)
    made: list[int] = []
    with session.change("finish_follow_up") as changes:
        for follow_up_id in dict.fromkeys(ids):
            old = stored.get(changes.connection, follow_up_id)
            if old is None or old.done_at is not None or not _takes_changes(changes.connection, old):
                continue
            following = _finish(session, changes, old, kept)
            made += [] if following is None else [following]
    return made


def finish_with_outcome(
    session: Session, follow_up_id: int, outcome: str | None, *, base: str | None
) -> RowConflict[OutcomePart] | None:
    """Note that one is done, and what came of it instead of ``base``, what was read.

    One that somebody finished meanwhile gets the note alone. Returns and raises as :func:`set_outcome`.
    """
    session.require("followups")
    kept = checked_outcome(outcome)
    with session.change("finish_follow_up") as changes:
        old = _get(changes.connection, follow_up_id)
        if old.done_at is not None:
            return _note_outcome(changes, old, kept, base=base)
        _finish(session, changes, old, kept)
    return None


def _finish(session: Session, changes: ChangeSet, old: FollowUp, outcome: str | None) -> int | None:
    """Note that one is done; return the next of its series."""
    following = _next(session, changes, old)
    values: dict[str, object] = {
        "done_at": session.now(), "done_by": session.member.id, "outcome": outcome, **_NO_REPEAT,
    }  # fmt: skip
    changes.update(stored.TABLE, old.id, values, contact_id=old.contact_id)
    return following


def _next(session: Session, changes: ChangeSet, old: FollowUp) -> int | None:
    """Make the next of a series: its first day after this one's and after today."""
    if old.repeat is None:
        return None
    due = date.fromisoformat(old.due_on)
    after = max(due, office_time(session).date())
    following = next_in_series(date.fromisoformat(old.repeat_from or old.due_on), old.repeat, after)
    if following is None:
        return None
    values: dict[str, object] = {
        "contact_id": old.contact_id, "call_id": old.call_id, "what": old.what,
        "due_on": following.isoformat(), "due_time": old.due_time, "assignee_id": old.assignee_id,
        "created_at": session.now(), "created_by": old.created_by, "repeat_every": old.repeat_every,
        "repeat_unit": old.repeat_unit, "repeat_from": old.repeat_from, "series": old.series,
        "done_at": None, "done_by": None, "outcome": None,
    }  # fmt: skip
    return changes.insert(stored.TABLE, values, contact_id=old.contact_id)


def reopen(session: Session, follow_up_id: int) -> None:
    """Have one that was done be open again, with its note; it does not repeat: its series goes on without it.

    One that is open by now stays as it is. Raises RefusedError ``record_not_found``, ``record_in_trash``.
    """
    session.require("followups")
    with session.change("reopen_follow_up") as changes:
        old = _get(changes.connection, follow_up_id)
        values: dict[str, object] = {"done_at": None, "done_by": None}
        changes.update(stored.TABLE, old.id, values, contact_id=old.contact_id)


def set_outcome(
    session: Session, follow_up_id: int, outcome: str | None, *, base: str | None
) -> RowConflict[OutcomePart] | None:
    """Note what came of one that is done, instead of ``base``, what was read.

    Another note somebody wrote meanwhile is returned to be decided, and nothing is written. Raises as
    :func:`finish` and :func:`reopen`.
    """
    session.require("followups")
    kept = checked_outcome(outcome)
    with session.change("edit_follow_up") as changes:
        old = _get(changes.connection, follow_up_id)
        return _note_outcome(changes, old, kept, base=base)


def _note_outcome(
    changes: ChangeSet, old: FollowUp, mine: str | None, *, base: str | None
) -> RowConflict[OutcomePart] | None:
    parts = (OutcomePart(checked_outcome(base)), OutcomePart(old.outcome), OutcomePart(mine))
    found = bring_together(changes.connection, _place(old), *parts, version=old.version)
    if isinstance(found, RowConflict):
        return found
    changes.update(stored.TABLE, old.id, {"outcome": found.outcome}, contact_id=old.contact_id)
    return None


def remove_follow_ups(session: Session, versions: Mapping[int, int]) -> None:
    """Take some away, by their versions, as if they never were; all or none.

    Raises as :func:`reopen`, and ConflictError("record_changed").
    """
    session.require("followups")
    with session.change("remove_follow_up") as changes:
        for follow_up_id, version in versions.items():
            old = _get(changes.connection, follow_up_id, version)
            changes.delete(stored.TABLE, old.id, contact_id=old.contact_id)


# --- what is written --------------------------------------------------------------------------------------


def _columns(
    session: Session, connection: Connection, draft: FollowUpDraft, old: FollowUp | None
) -> dict[str, object]:
    assignee = checked_assignee(
        session, connection, draft.assignee_id, before=old.assignee_id if old else None
    )
    return {
        "what": draft.what, "due_on": draft.due_on, "due_time": draft.due_time, "assignee_id": assignee
    }  # fmt: skip


def _series(draft: FollowUpDraft, old: FollowUp | None) -> dict[str, object]:
    """Return the columns of the repetition: a series that is there goes on while nothing of it changed."""
    if draft.repeat is None:
        return _NO_REPEAT
    goes_on = old is not None and old.repeat == draft.repeat and old.due_on == draft.due_on
    return {
        "repeat_every": draft.repeat.every,
        "repeat_unit": draft.repeat.unit,
        "repeat_from": old.repeat_from if goes_on and old else draft.due_on,
        "series": old.series if old and old.series else new_uuid(),
    }


def _contact_of(session: Session, connection: Connection, draft: FollowUpDraft) -> int | None:
    contact_id = draft.contact_id
    if draft.call_id is not None:
        session.require("calls.view")
        found = calls.read_rows(connection, [draft.call_id]).get(draft.call_id)
        if found is None:
            raise RefusedError("record_not_found")
        contact_id = contact_id or found.customer_id
    if contact_id is not None:
        writable(connection, contact_id)
    return contact_id


def _takes_changes(connection: Connection, follow_up: FollowUp) -> bool:
    if follow_up.contact_id is None:
        return True
    return unwritable(contacts.get_contact(connection, follow_up.contact_id)) is None


def _get(connection: Connection, follow_up_id: int, version: int | None = None) -> FollowUp:
    found = stored.get(connection, follow_up_id)
    if found is None:
        raise RefusedError("record_not_found")
    if version is not None and found.version != version:
        raise ConflictError("record_changed")
    if found.contact_id is not None:
        writable(connection, found.contact_id)
    return found


def _open(connection: Connection, follow_up_id: int, version: int | None = None) -> FollowUp:
    found = _get(connection, follow_up_id, version)
    if found.done_at is not None:
        raise RefusedError("follow_up_done")
    return found
