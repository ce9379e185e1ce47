"""The dated notes of a contact."""

from dataclasses import dataclass

from crm_desktop.domain.notes import ContactNote
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection

TABLE = "contact_note"


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note as it is shown: with the name of who wrote it."""

    id: int
    version: int
    contact_id: int
    at: int
    member_name: str
    text: str
    edited_at: int | None


def get_note(connection: Connection, note_id: int) -> ContactNote | None:
    """Return one note, or None."""
    return rows.fetch_one(connection, ContactNote, "WHERE id = ?", (note_id,))


def of_contact(
    connection: Connection, contact_id: int, *, before: tuple[int, int], limit: int
) -> list[NoteRow]:
    """Return the newest notes of a contact before ``before`` (time, id)."""
    found = connection.execute(
        "SELECT n.id, n.version, n.contact_id, n.at, m.name, n.text, n.edited_at FROM contact_note n"
        " JOIN member m ON m.id = n.member_id WHERE n.contact_id = ? AND (n.at, n.id) < (?, ?)"
        " ORDER BY n.at DESC, n.id DESC LIMIT ?",
        (contact_id, *before, limit),
    )
    return [NoteRow(*row) for row in found]


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
