"""Files of a contact: the rows, and their contents in pieces under the SHA-256 of the whole.

A content is kept while a row names it or an image of one in the journal does, which an undo would put
back. Pieces are written before the row: until then they are young and left alone.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crm_desktop.domain.attachments import Attachment, AttachmentRole
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.digests import read_image

TABLE = "attachment"
PIECE = 256 * 1024
"""Bytes of one piece; the last is shorter."""


@dataclass(frozen=True, slots=True)
class AttachmentLine:
    """A file as it is listed: with the name of who added it."""

    id: int
    version: int
    contact_id: int
    name: str
    size: int
    added_at: int
    member_name: str
    note: str | None


def get(connection: Connection, attachment_id: int) -> Attachment | None:
    """Return one row, or None."""
    return rows.fetch_one(connection, Attachment, "WHERE id = ?", (attachment_id,))


def photo_of(connection: Connection, contact_id: int) -> Attachment | None:
    """Return the row of a contact's photo, or None."""
    return rows.fetch_one(connection, Attachment, "WHERE contact_id = ? AND role = 'photo'", (contact_id,))


def lines_of(connection: Connection, contact_id: int) -> list[AttachmentLine]:
    """Return the files of a contact, the newest first; the photo is none of them."""
    found = connection.execute(
        "SELECT a.id, a.version, a.contact_id, a.name, a.size, a.added_at, m.name, a.note FROM attachment a"
        " JOIN member m ON m.id = a.member_id WHERE a.contact_id = ? AND a.role = ? ORDER BY a.id DESC",
        (contact_id, AttachmentRole.FILE.value),
    )
    return [AttachmentLine(*row) for row in found]


def names_of(connection: Connection, contact_id: int) -> set[str]:
    """Return the names of a contact's files, casefolded."""
    return {line.name.casefold() for line in lines_of(connection, contact_id)}


# --- contents ---------------------------------------------------------------------------------------------


def is_whole(connection: Connection, sha256: bytes, size: int) -> bool:
    """Return whether every byte of a content is there; the pieces themselves are not read."""
    (stored,) = connection.execute(
        "SELECT coalesce(sum(length(content)), 0) FROM attachment_piece WHERE sha256 = ?", (sha256,)
    ).fetchone()
    return bool(stored == size)


def is_as_added(connection: Connection, sha256: bytes, size: int) -> bool:
    """Return whether a content is still what its SHA-256 and size say; every piece is read."""
    found, read = hashlib.sha256(), 0
    for piece in pieces(connection, sha256):
        found.update(piece)
        read += len(piece)
    return read == size and found.digest() == sha256


def keep_young(connection: Connection, sha256: bytes, *, now: int) -> None:
    """Let a content that is there already count as just stored, so that it is not swept before its row."""
    connection.execute("UPDATE attachment_piece SET stored_at = ? WHERE sha256 = ?", (now, sha256))


def put_pieces(
    connection: Connection, sha256: bytes, data: bytes, *, first: int, last: int, now: int
) -> None:
    """Write pieces ``first`` to before ``last`` of a content; what an interrupted work left is replaced."""
    connection.executemany(
        "INSERT INTO attachment_piece (sha256, place, stored_at, content) VALUES (?,?,?,?)"
        " ON CONFLICT (sha256, place) DO UPDATE"
        " SET stored_at = excluded.stored_at, content = excluded.content",
        [
            (sha256, place, now, data[place * PIECE : (place + 1) * PIECE])
            for place in range(first, min(last, piece_count(len(data))))
        ],
    )


def piece_count(size: int) -> int:
    """Return in how many pieces ``size`` bytes are kept."""
    return -(-size // PIECE)


def pieces(connection: Connection, sha256: bytes) -> Iterator[bytes]:
    """Yield the pieces of a content in their order."""
    for (content,) in connection.execute(
        "SELECT CAST(content AS BLOB) FROM attachment_piece WHERE sha256 = ? ORDER BY place", (sha256,)
    ):
        yield content


def contents_of(connection: Connection, contact_ids: Sequence[int]) -> list[bytes]:
    """Return the SHA-256 of every file of some contacts."""
    found = connection.execute(
        f"SELECT DISTINCT sha256 FROM attachment WHERE contact_id IN ({placeholders(len(contact_ids))})",  # noqa: S608
        list(contact_ids),
    )
    return [sha256 for (sha256,) in found]


@dataclass(frozen=True, slots=True)
class NamedContent:
    """A content, and whose it is; ``record`` is None where that contact is in the trash."""

    sha256: bytes
    size: int
    role: AttachmentRole
    name: str
    record: str | None


def named_contents(connection: Connection) -> dict[bytes, list[NamedContent]]:
    """Return every content a row names, with all rows that name it."""
    named: dict[bytes, list[NamedContent]] = {}
    for sha256, size, role, name, record in connection.execute(
        "SELECT a.sha256, a.size, a.role, a.name, iif(c.trashed_at IS NULL, c.display_name, NULL)"
        " FROM attachment a JOIN contact c ON c.id = a.contact_id ORDER BY a.id"
    ):
        found = NamedContent(sha256, size, AttachmentRole(role), name, record)
        named.setdefault(sha256, []).append(found)
    return named


# --- sweeping ---------------------------------------------------------------------------------------------


def unneeded(connection: Connection, *, before: int) -> list[bytes]:
    """Return the contents stored before a time that neither a row nor an image in the journal names."""
    found = connection.execute(
        "SELECT sha256 FROM attachment_piece GROUP BY sha256 HAVING max(stored_at) < ?"
        " AND sha256 NOT IN (SELECT sha256 FROM attachment)",
        (before,),
    )
    loose = [sha256 for (sha256,) in found]
    # The journal is read only where something might go.
    named = _in_images(connection) if loose else set()
    return [sha256 for sha256 in loose if sha256 not in named]


def _in_images(connection: Connection) -> set[object]:
    found = connection.execute(
        "SELECT before_image, after_image FROM change_row WHERE table_name = ?"
        " AND (before_image IS NOT NULL OR after_image IS NOT NULL)",
        (TABLE,),
    )
    images = (image for row in found for image in row if image is not None)
    return {read_image(image).get("sha256") for image in images}


def remove_some(connection: Connection, sha256: bytes, *, limit: int) -> None:
    """Remove the last ``limit`` pieces of a content."""
    connection.execute(
        "DELETE FROM attachment_piece WHERE id IN (SELECT id FROM attachment_piece WHERE sha256 = ?"
        " ORDER BY place DESC LIMIT ?)",
        (sha256, limit),
    )


def has_any(connection: Connection, sha256: bytes) -> bool:
    """Return whether a piece of a content is there."""
    found = connection.execute("SELECT 1 FROM attachment_piece WHERE sha256 = ? LIMIT 1", (sha256,))
    return found.fetchone() is not None
