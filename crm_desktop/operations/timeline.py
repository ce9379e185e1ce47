"""The timeline of a contact: calls and what was changed, newest first, a page at a time."""

import heapq
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from crm_desktop.domain.notes import NoteKind
from crm_desktop.operations.session import Session
from crm_desktop.storage import calls, follow_ups, history, notes
from crm_desktop.storage.calls import CallRow
from crm_desktop.storage.database import Connection
from crm_desktop.storage.follow_ups import FollowUpRow
from crm_desktop.storage.history import HistoryEntry
from crm_desktop.storage.notes import NoteRow


class EntryKind(StrEnum):
    """What happened."""

    CALL = "call"
    NOTE = "note"
    MEETING = "meeting"
    EMAIL = "email"
    FOLLOW_UP = "follow_up"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: before this call, this change set, this note and this follow-up."""

    call: tuple[int, int]
    change_set_id: int
    note: tuple[int, int] = (1 << 40, 1 << 40)
    follow_up: tuple[int, int] = (1 << 40, 1 << 40)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened at ``at`` (UTC epoch seconds): a call, a change, a note or a follow-up.

    A follow-up stands where it was done, one that is open where it was planned.
    """

    kind: EntryKind
    at: int
    call: CallRow | None = None
    change: HistoryEntry | None = None
    note: NoteRow | None = None
    follow_up: FollowUpRow | None = None


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Entries, newest first, and the cursor of the next page (None at the end)."""

    entries: tuple[TimelineEntry, ...]
    next: Cursor | None


_KINDS = {
    NoteKind.NOTE: EntryKind.NOTE,
    NoteKind.CALL: EntryKind.NOTE,
    NoteKind.MEETING: EntryKind.MEETING,
    NoteKind.EMAIL: EntryKind.EMAIL,
}
_OF_NOTES: dict[EntryKind | None, tuple[NoteKind, ...]] = {
    None: tuple(NoteKind),
    EntryKind.NOTE: (NoteKind.NOTE, NoteKind.CALL),
    EntryKind.MEETING: (NoteKind.MEETING,),
    EntryKind.EMAIL: (NoteKind.EMAIL,),
}
_START = Cursor((1 << 40, 1 << 40), 1 << 40)


def timeline(
    session: Session,
    contact_id: int,
    *,
    before: Cursor | None = None,
    limit: int = 200,
    only: EntryKind | None = None,
) -> TimelinePage:
    """Return a page of what happened with a contact, of one kind only if ``only`` says so.

    Calls come only with the right to see them; each kind is read for itself, so that a page of what is
    rare costs no more than one of everything.
    """
    cursor = before or _START
    with session.reading("records.view") as connection:
        found, changes, written, planned = _streams(session, connection, contact_id, cursor, limit, only)
    # Merged, not sorted: each stream keeps its order although a clock may have been set back, so that
    # a cursor leaves nothing out.
    merged = heapq.merge(
        [TimelineEntry(EntryKind.CALL, call.started_at, call=call) for call in found],
        [TimelineEntry(EntryKind.CHANGE, change.at, change=change) for change in changes],
        [TimelineEntry(_KINDS[note.kind], note.at, note=note) for note in written],
        [TimelineEntry(EntryKind.FOLLOW_UP, line.at, follow_up=line) for line in planned],
        key=lambda entry: -entry.at,
    )
    page = tuple(islice(merged, limit))
    streams = (len(found), len(changes), len(written), len(planned))
    more = limit in streams or sum(streams) > limit
    return TimelinePage(page, _after(cursor, page) if more and page else None)


def _streams(  # noqa: PLR0917 - what a page is read with
    session: Session,
    connection: Connection,
    contact_id: int,
    cursor: Cursor,
    limit: int,
    only: EntryKind | None,
) -> tuple[list[CallRow], list[HistoryEntry], list[NoteRow], list[FollowUpRow]]:
    """Return the next entries of each stream that is asked for, newest first."""
    with_calls = session.may("calls.view")
    found: list[CallRow] = []
    changes: list[HistoryEntry] = []
    written: list[NoteRow] = []
    planned: list[FollowUpRow] = []
    if with_calls and only in {None, EntryKind.CALL}:
        found = calls.of_customer(connection, contact_id, before=cursor.call, limit=limit)
    if only in {None, EntryKind.CHANGE}:
        changes = history.history(
            connection, contact_id, limit, before=cursor.change_set_id, with_calls=with_calls
        )
    if only in _OF_NOTES:
        # A note to a call stands at the call, where calls are shown.
        written = notes.of_contact(
            connection, contact_id, before=cursor.note, limit=limit, with_calls=with_calls,
            beside_calls=not with_calls or only is not None, kinds=_OF_NOTES[only],
        )  # fmt: skip
    if only in {None, EntryKind.FOLLOW_UP}:
        planned = follow_ups.of_contact(
            connection, contact_id, before=cursor.follow_up, limit=limit, with_call=with_calls
        )
    return found, changes, written, planned


def _after(cursor: Cursor, page: tuple[TimelineEntry, ...]) -> Cursor:
    seen_calls = [(entry.call.started_at, entry.call.id) for entry in page if entry.call]
    seen_sets = [entry.change.change_set_id for entry in page if entry.change]
    seen_notes = [(entry.note.at, entry.note.id) for entry in page if entry.note]
    seen_planned = [(entry.follow_up.at, entry.follow_up.id) for entry in page if entry.follow_up]
    return Cursor(
        min(seen_calls, default=cursor.call),
        min(seen_sets, default=cursor.change_set_id),
        min(seen_notes, default=cursor.note),
        min(seen_planned, default=cursor.follow_up),
    )
