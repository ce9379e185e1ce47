"""Notes about a contact: text with its day and its author, and what it is a note of."""

from dataclasses import dataclass
from enum import StrEnum


class NoteKind(StrEnum):
    """What a note tells of; one to a call names it."""

    NOTE = "note"
    MEETING = "meeting"
    EMAIL = "email"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class ContactNote:
    """One note; ``at`` is UTC epoch seconds, ``member_id`` who wrote it, ``edited_at`` its last change.

    ``kind`` is empty for a plain note, ``call_id`` the call it was written to, which may be gone since.
    """

    id: int
    uuid: bytes
    version: int
    contact_id: int
    at: int
    member_id: int
    text: str
    edited_at: int | None
    kind: NoteKind | None = None
    call_id: int | None = None
