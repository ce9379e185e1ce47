"""Dated notes about a contact: everybody who may edit records writes, changes and removes them."""

from dataclasses import dataclass

from crm_desktop.domain.contact_drafts import NOTE_LIMIT, text_problem
from crm_desktop.domain.errors import ConflictError, InvalidValueError, RefusedError
from crm_desktop.domain.plain_text import plain
from crm_desktop.operations.row_conflicts import RowConflict, bring_together
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import writable
from crm_desktop.storage import contacts
from crm_desktop.storage.notes import TABLE, NoteRow, get_note, of_contact

__all__ = ["NoteRow", "NoteText", "add_note", "edit_note", "notes", "remove_note"]


@dataclass(frozen=True, slots=True)
class NoteText:
    """What of a note can be changed."""

    text: str


_NEWEST = (1 << 40, 1 << 40)


def notes(session: Session, contact_id: int, limit: int = 200) -> list[NoteRow]:
    """Return the notes of a contact, newest first."""
    with session.reading("records.view") as connection:
        return of_contact(connection, contact_id, before=_NEWEST, limit=limit)


def add_note(session: Session, contact_id: int, text: str) -> int:
    """Add a note of the person signed in, dated now; return its id.

    Raises InvalidValueError for a text that cannot be kept, RefusedError ``record_not_found``,
    ``record_in_trash``: what is noted there would be gone with it.
    """
    session.require("records.edit")
    kept = _checked(text)
    with session.change("add_note") as changes:
        writable(changes.connection, contact_id)
        values: dict[str, object] = {
            "contact_id": contact_id, "at": session.now(), "member_id": session.member.id, "text": kept,
            "edited_at": None,
        }  # fmt: skip
        note_id = changes.insert(TABLE, values, contact_id=contact_id)
        contacts.reindex(changes.connection, contact_id)
    return note_id


def edit_note(
    session: Session, note_id: int, text: str, *, version: int, base: str | None = None
) -> RowConflict[NoteText] | None:
    """Change the text of a note that was read at ``version``; its day and author stay.

    With ``base``, the text read then, another text somebody saved meanwhile is returned to be decided, and
    nothing is written; without, it raises ConflictError("record_changed"). Raises as :func:`add_note` too.
    """
    session.require("records.edit")
    kept = _checked(text)
    with session.change("edit_note") as changes:
        note = get_note(changes.connection, note_id)
        if note is None:
            raise RefusedError("record_not_found")
        writable(changes.connection, note.contact_id)
        if base is None and note.version != version and note.text != kept:
            raise ConflictError("record_changed")
        texts = (NoteText(one) for one in (note.text if base is None else base, note.text, kept))
        place = ("notes", TABLE, note_id)
        found = bring_together(changes.connection, place, *texts, version=note.version)
        if isinstance(found, RowConflict):
            return found
        if note.text != found.text:
            values: dict[str, object] = {"text": found.text, "edited_at": session.now()}
            changes.update(TABLE, note_id, values, contact_id=note.contact_id)
            contacts.reindex(changes.connection, note.contact_id)
    return None


def remove_note(session: Session, note_id: int) -> None:
    """Remove a note; nothing happens to one that is gone. Raises RefusedError as :func:`add_note`."""
    with session.change("remove_note") as changes:
        note = get_note(changes.connection, note_id)
        if note is None:
            return
        writable(changes.connection, note.contact_id)
        changes.delete(TABLE, note_id, contact_id=note.contact_id)
        contacts.reindex(changes.connection, note.contact_id)


def _checked(text: str) -> str:
    kept = plain(text).strip()
    if not kept:
        raise InvalidValueError("value_required", field="text")
    if problem := text_problem("text", kept, NOTE_LIMIT):
        raise problem
    return kept
