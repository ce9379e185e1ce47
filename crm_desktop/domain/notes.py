"""Notes about a contact: text with its day and its author."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContactNote:
    """One note; ``at`` is UTC epoch seconds, ``member_id`` who wrote it, ``edited_at`` its last change."""

    id: int
    uuid: bytes
    version: int
    contact_id: int
    at: int
    member_id: int
    text: str
    edited_at: int | None
