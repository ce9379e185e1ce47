"""The dated notes of a contact."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crm_desktop.domain.notes import ContactNote, NoteKind
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection, placeholders

TABLE = "contact_note"


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note as it is shown: with the name of who wrote it.

    ``call_id`` is the call it was written to, None where there is none or it is not to be told.
    """

    id: int
    version: int
    contact_id: int
    at: int
    member_name: str
    text: str
    edited_at: int | None
    kind: NoteKind = NoteKind.NOTE
    call_id: int | None = None


def get_note(connection: Connection, note_id: int) -> ContactNote | None:
    """Return one note, or None."""
    return rows.fetch_one(connection, ContactNote, "WHERE id = ?", (note_id,))


def of_contact(
    connection: Connection,
    contact_id: int,
    *,
    before: tuple[int, int],
    limit: int,
    with_calls: bool,
    beside_calls: bool = True,
    kinds: Collection[NoteKind] = tuple(NoteKind),
) -> list[NoteRow]:
    """Return the newest notes of a contact before ``before`` (time, id).

    Without ``with_calls`` a note to a call is a note like others. Without ``beside_calls`` those are left out
    that stand at a call of the contact, which is shown itself. ``kinds``: only notes of these.
    """
    shown = (
        ""
        if beside_calls
        else " AND NOT EXISTS (SELECT 1 FROM call k WHERE k.id = n.call_id AND k.customer_id = n.contact_id)"
    )
    found = connection.execute(
        f"{_SELECT} WHERE n.contact_id = ? AND (n.at, n.id) < (?, ?){shown}"
        f" AND coalesce(n.kind, '{NoteKind.NOTE}') IN ({placeholders(len(kinds))})"
        " ORDER BY n.at DESC, n.id DESC LIMIT ?",
        (contact_id, *before, *kinds, limit),
    )
    return [_row(row, with_calls=with_calls) for row in found]


def shown_note(connection: Connection, note_id: int, *, with_calls: bool) -> NoteRow | None:
    """Return one note as it is shown, or None."""
    row = connection.execute(f"{_SELECT} WHERE n.id = ?", (note_id,)).fetchone()
    return None if row is None else _row(row, with_calls=with_calls)


_SELECT = (
    "SELECT n.id, n.version, n.contact_id, n.at, m.name, n.text, n.edited_at, n.kind, n.call_id"
    " FROM contact_note n JOIN member m ON m.id = n.member_id"
)


def _row(row: tuple[Any, ...], *, with_calls: bool) -> NoteRow:
    *shown, kind, call_id = row
    note = NoteRow(*shown)
    if kind is None or (kind == NoteKind.CALL and not with_calls):
        return note
    return replace(note, kind=NoteKind(kind), call_id=call_id)


def to_calls(connection: Connection, call_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Return (id, text) of the newest note to each of some calls that has one.

    What was typed about somebody who is in the trash by now stands nowhere, though the call be another's.
    """
    found = connection.execute(
        "SELECT n.at, n.id, n.call_id, n.text FROM contact_note n JOIN contact c ON c.id = n.contact_id"  # noqa: S608
        f" WHERE n.call_id IN ({placeholders(len(call_ids))}) AND c.trashed_at IS NULL",
        list(call_ids),
    )
    return {call_id: (note_id, text) for _, note_id, call_id, text in sorted(found)}


def ids_to_call(connection: Connection, call_id: int) -> list[tuple[int, int]]:
    """Return (id, contact id) of the notes to a call."""
    return connection.execute(
        "SELECT id, contact_id FROM contact_note WHERE call_id = ? ORDER BY id", (call_id,)
    ).fetchall()


@dataclass(frozen=True, slots=True)
class WrittenNote:
    """A note with whom it is about, without its text."""

    id: int
    contact_id: int
    contact_name: str
    at: int
    member_name: str


def newest(connection: Connection, limit: int) -> list[WrittenNote]:
    """Return the notes written last about contacts that are not in the trash."""
    found = connection.execute(
        "SELECT n.id, n.contact_id, c.display_name, n.at, m.name FROM contact_note n"
        " JOIN contact c ON c.id = n.contact_id JOIN member m ON m.id = n.member_id"
        " WHERE c.trashed_at IS NULL ORDER BY n.id DESC LIMIT ?",
        (limit,),
    )
    return [WrittenNote(*row) for row in found]
