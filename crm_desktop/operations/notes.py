"""Dated notes about a contact: everybody who may edit records writes, changes and removes them.

A note may tell of a meeting or an e-mail, or stand at a call; the last one's link is for those who may see
calls, its text for everybody who sees the record: people typed it about the customer.
"""

from dataclasses import dataclass

from crm_desktop.domain.contact_drafts import NOTE_LIMIT, text_problem
from crm_desktop.domain.errors import ConflictError, InvalidValueError, RefusedError
from crm_desktop.domain.notes import NoteKind
from crm_desktop.domain.plain_text import plain
from crm_desktop.operations.row_conflicts import RowConflict, bring_together
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import writable
from crm_desktop.storage import calls, contacts
from crm_desktop.storage.journal import ChangeSet
from crm_desktop.storage.notes import TABLE, NoteRow, get_note, of_contact, shown_note, to_calls

__all__ = [
    "NoteKind",
    "NoteRow",
    "NoteText",
    "add_call_note",
    "add_note",
    "call_note",
    "edit_note",
    "note",
    "notes",
    "remove_note",
]


@dataclass(frozen=True, slots=True)
class NoteText:
    """What of a note can be changed; ``at`` is UTC epoch seconds. None stays as it is."""

    text: str
    kind: NoteKind | None = None
    at: int | None = None

    def filled(self, stored: "NoteText") -> "NoteText":
        """Return it with what stays."""
        kind = stored.kind if self.kind is None or stored.kind is NoteKind.CALL else self.kind
        return NoteText(self.text, kind, stored.at if self.at is None else self.at)


_NEWEST = (1 << 40, 1 << 40)
_FIRST_AT = -2_208_988_800  # 1900: notes of papers of long ago may be typed, a year 0 is a slip
_AHEAD_S = 366 * 24 * 3600  # a meeting may be noted before it takes place


def notes(session: Session, contact_id: int, limit: int = 200) -> list[NoteRow]:
    """Return the notes of a contact, newest first."""
    with session.reading("records.view") as connection:
        with_calls = session.may("calls.view")
        return of_contact(connection, contact_id, before=_NEWEST, limit=limit, with_calls=with_calls)


def note(session: Session, note_id: int) -> NoteRow | None:
    """Return one note, None where it is gone."""
    with session.reading("records.view") as connection:
        return shown_note(connection, note_id, with_calls=session.may("calls.view"))


def call_note(session: Session, call_id: int) -> NoteRow | None:
    """Return the newest note to a call, None where there is none."""
    with session.reading("calls.view") as connection:
        found = to_calls(connection, [call_id]).get(call_id)
        return None if found is None else shown_note(connection, found[0], with_calls=True)


def add_note(
    session: Session, contact_id: int, text: str, *, kind: NoteKind = NoteKind.NOTE, at: int | None = None
) -> int:
    """Add a note of the person signed in, dated now or ``at`` (UTC epoch seconds); return its id.

    Raises InvalidValueError for a text or a day that cannot be kept, RefusedError ``record_not_found``,
    ``record_in_trash``: what is noted there would be gone with it; ValueError for a note to a call, which
    is :func:`add_call_note`.
    """
    session.require("records.edit")
    if kind is NoteKind.CALL:
        raise ValueError("a note to a call names the call")
    now = session.now()
    kept = _checked(NoteText(text, kind, now if at is None else at), now)
    with session.change("add_note") as changes:
        writable(changes.connection, contact_id)
        return insert_note(session, changes, contact_id, kept)


def add_call_note(session: Session, call_id: int, text: str) -> int:
    """Add a note to a customer's call, dated now; return its id.

    Raises as :func:`add_note`, and RefusedError ``right_missing`` without the right to see calls,
    ``record_not_found`` for a call that is gone or nobody's.
    """
    session.require("records.edit")
    session.require("calls.view")
    now = session.now()
    kept = _checked(NoteText(text, NoteKind.CALL, now), now)
    with session.change("add_note") as changes:
        call = calls.read_rows(changes.connection, [call_id]).get(call_id)
        if call is None or call.customer_id is None:
            raise RefusedError("record_not_found")
        writable(changes.connection, call.customer_id)
        return insert_note(session, changes, call.customer_id, kept, call_id=call_id)


def insert_note(
    session: Session, changes: ChangeSet, contact_id: int, kept: NoteText, *, call_id: int | None = None
) -> int:
    """Insert a checked note inside a change set of the caller's; return its id."""
    values: dict[str, object] = {
        "contact_id": contact_id, "at": kept.at, "member_id": session.member.id, "text": kept.text,
        "edited_at": None, "kind": _stored(kept.kind), "call_id": call_id,
    }  # fmt: skip
    note_id = changes.insert(TABLE, values, contact_id=contact_id)
    contacts.reindex(changes.connection, contact_id)
    return note_id


def edit_note(
    session: Session, note_id: int, wanted: NoteText, *, version: int, base: NoteText | None = None
) -> RowConflict[NoteText] | None:
    """Change a note that was read at ``version``; its author stays, and the call it was written to.

    With ``base``, what was read then, another value somebody saved meanwhile is returned to be decided, and
    nothing is written; without, it raises ConflictError("record_changed"). Raises as :func:`add_note` too.
    """
    session.require("records.edit")
    kept = _checked(wanted, session.now())
    with session.change("edit_note") as changes:
        found = get_note(changes.connection, note_id)
        if found is None:
            raise RefusedError("record_not_found")
        writable(changes.connection, found.contact_id)
        stored = NoteText(found.text, found.kind or NoteKind.NOTE, found.at)
        kept = kept.filled(stored)
        if base is None and found.version != version and stored != kept:
            raise ConflictError("record_changed")
        read = stored if base is None else base.filled(stored)
        place = ("notes", TABLE, note_id)
        both = bring_together(changes.connection, place, read, stored, kept, version=found.version)
        if isinstance(both, RowConflict):
            return both
        if stored != both:
            values: dict[str, object] = {
                "text": both.text, "kind": _stored(both.kind), "at": both.at, "edited_at": session.now()
            }  # fmt: skip
            changes.update(TABLE, note_id, values, contact_id=found.contact_id)
            contacts.reindex(changes.connection, found.contact_id)
    return None


def remove_note(session: Session, note_id: int) -> None:
    """Remove a note; nothing happens to one that is gone. Raises RefusedError as :func:`add_note`."""
    with session.change("remove_note") as changes:
        found = get_note(changes.connection, note_id)
        if found is None:
            return
        writable(changes.connection, found.contact_id)
        changes.delete(TABLE, note_id, contact_id=found.contact_id)
        contacts.reindex(changes.connection, found.contact_id)


def checked_text(text: str) -> str:
    """Return the text of a note as it is kept, without what no text has; raises InvalidValueError."""
    kept = plain(text).strip()
    if not kept:
        raise InvalidValueError("value_required", field="text")
    if problem := text_problem("text", kept, NOTE_LIMIT):
        raise problem
    return kept


def _checked(wanted: NoteText, now: int) -> NoteText:
    if wanted.at is not None and not _FIRST_AT <= wanted.at <= now + _AHEAD_S:
        raise InvalidValueError("note_day_invalid", field="at")
    return NoteText(checked_text(wanted.text), wanted.kind, wanted.at)


def _stored(kind: NoteKind | None) -> str | None:
    """Return a kind as the file has it: a plain note has none."""
    return None if kind in {None, NoteKind.NOTE} else str(kind)
