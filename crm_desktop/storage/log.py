"""The log: signed, chained entries over salted digests (security design, section 4).

An entry shows sequence, time, user, verb and the digest of its row list; everything personal stays in
rows, images and removable payloads. The chain still verifies after payloads were removed.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from crm_desktop.storage.database import Connection

GENESIS = bytes(32)
RESTORED = "restored"
RESCUED = "rescued"
# Entries after which the log goes on in a higher epoch.
NEW_EPOCHS = frozenset({RESTORED, RESCUED})
# Under this name a rescue lists the entries with which the chain goes on after ones that were lost.
JOINT = "log_entry"


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: the user, his signature, and the roster his rights were read from.

    ``edits``: he may change records, and so what other people typed.
    """

    member_id: int
    user_uuid: bytes
    session: bytes
    sign: Callable[[bytes], bytes]
    roster_seq: int
    now: Callable[[], int]
    edits: bool = False


@dataclass(frozen=True, slots=True)
class LoggedRow:
    """A row in the list of an entry; ``digest`` is None where the row was removed."""

    table: str
    row_uuid: bytes
    version: int
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class LoggedBlock:
    """A block of rows that an import run created."""

    table: str
    first_id: int
    row_count: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class LogHead:
    """The newest entry: what this computer remembers to notice an older or altered file."""

    epoch: int
    sequence: int
    hash: bytes


def rows_digest(rows: Sequence[LoggedRow], blocks: Sequence[LoggedBlock]) -> bytes:
    """Return SHA-256 of the row list of an entry."""
    listed = [
        [row.table, row.row_uuid.hex(), row.version, row.digest.hex() if row.digest else None] for row in rows
    ]
    listed += [[block.table, block.first_id, block.row_count, block.digest.hex()] for block in blocks]
    return hashlib.sha256(json.dumps(listed, separators=(",", ":")).encode()).digest()


def entry_hash(  # noqa: PLR0917 - the fields of one entry, in their signed order
    sequence: int,
    epoch: int,
    at: int,
    user_uuid: bytes,
    verb: str,
    change_set_uuid: bytes | None,
    roster_seq: int,
    digest: bytes,
    payload_digest: bytes | None,
    prev: bytes,
) -> bytes:
    """Return the SHA-256 that is signed and that the next entry points back to."""
    fields = [
        "ct-crm/1|log", sequence, epoch, at, user_uuid.hex(), verb,
        change_set_uuid.hex() if change_set_uuid else None, roster_seq, digest.hex(),
        payload_digest.hex() if payload_digest else None, prev.hex(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(fields, separators=(",", ":")).encode()).digest()


def payload_digest_of(payload: str, salt: bytes) -> bytes:
    """Return the salted digest that stays when a payload is removed."""
    return hashlib.sha256(salt + payload.encode()).digest()


def head(connection: Connection) -> LogHead:
    """Return the newest entry's epoch, sequence and hash."""
    row = connection.execute("SELECT epoch, id, hash FROM log_entry ORDER BY id DESC LIMIT 1").fetchone()
    return LogHead(*row) if row else LogHead(epoch=1, sequence=0, hash=GENESIS)


def append(
    connection: Connection,
    author: Author,
    verb: str,
    *,
    rows: Sequence[LoggedRow] = (),
    blocks: Sequence[LoggedBlock] = (),
    change_set_uuid: bytes | None = None,
    payload: dict[str, object] | None = None,
    after: int = 0,
) -> int:
    """Append one signed entry inside the caller's write transaction; return its sequence.

    It is above ``after`` too: a restored file goes on above every sequence ever used, because the roster
    says by sequence who might do what.
    """
    (epoch,) = connection.execute("SELECT epoch FROM meta").fetchone()
    before = head(connection)
    sequence = max(before.sequence, after) + 1
    text = None if payload is None else json.dumps(payload, ensure_ascii=False, sort_keys=True)
    salt = None if text is None else os.urandom(16)
    text_digest = None if text is None or salt is None else payload_digest_of(text, salt)
    at = author.now()
    digest = rows_digest(rows, blocks)
    hashed = entry_hash(
        sequence, epoch, at, author.user_uuid, verb, change_set_uuid, author.roster_seq, digest, text_digest,
        before.hash,
    )  # fmt: skip
    connection.execute(
        "INSERT INTO log_entry (id, epoch, at, user_uuid, verb, change_set_uuid, roster_seq, rows_digest,"
        " payload, payload_salt, payload_digest, prev, hash, signature)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            sequence, epoch, at, author.user_uuid, verb, change_set_uuid, author.roster_seq, digest,
            text, salt, text_digest, before.hash, hashed, author.sign(hashed),
        ),
    )  # fmt: skip
    connection.executemany(
        "INSERT INTO log_row (entry_id, table_name, row_uuid, row_version, digest) VALUES (?,?,?,?,?)",
        [(sequence, row.table, row.row_uuid, row.version, row.digest) for row in rows],
    )
    connection.executemany(
        "INSERT INTO log_block (entry_id, table_name, first_id, row_count, digest) VALUES (?,?,?,?,?)",
        [(sequence, block.table, block.first_id, block.row_count, block.digest) for block in blocks],
    )
    connection.execute("UPDATE meta SET change_sequence = ?", (sequence,))
    return sequence


def hash_of(connection: Connection, sequence: int) -> bytes | None:
    """Return the hash of one entry, or None where the log does not reach it."""
    row = connection.execute("SELECT hash FROM log_entry WHERE id = ?", (sequence,)).fetchone()
    return bytes(row[0]) if row else None


def joint(sequence: int, entry_hash: bytes) -> LoggedRow:
    """Return the line by which a rescue says that the chain goes on with an entry after a loss."""
    return LoggedRow(JOINT, entry_hash[:16], sequence, entry_hash)


def joints(connection: Connection) -> dict[int, bytes]:
    """Return the hash of each entry with which the chain goes on after a loss, as rescues signed it."""
    found = connection.execute(
        "SELECT r.row_version, r.digest FROM log_row r JOIN log_entry e ON e.id = r.entry_id"
        " WHERE r.table_name = ? AND e.verb = ? AND r.row_version < e.id",
        (JOINT, RESCUED),
    )
    return dict(found.fetchall())


def rescues(connection: Connection) -> list[tuple[int, dict[str, object]]]:
    """Return when the file was rescued (UTC epoch seconds), and the counts while the entry holds them."""
    found = connection.execute("SELECT at, payload FROM log_entry WHERE verb = ? ORDER BY id", (RESCUED,))
    return [(int(at), json.loads(payload) if payload else {}) for at, payload in found]


def last_time(connection: Connection, verb: str) -> int | None:
    """Return when ``verb`` was last done (UTC epoch seconds), or None if never."""
    row = connection.execute(
        "SELECT at FROM log_entry WHERE verb = ? ORDER BY id DESC LIMIT 1", (verb,)
    ).fetchone()
    return int(row[0]) if row else None


def last_times(connection: Connection, verb: str) -> dict[bytes, int]:
    """Return when each user last did ``verb`` (UTC epoch seconds by user id)."""
    found = connection.execute(
        "SELECT user_uuid, max(at) FROM log_entry WHERE verb = ? GROUP BY user_uuid", (verb,)
    )
    return {bytes(user_uuid): int(at) for user_uuid, at in found}


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry as stored; ``at`` is UTC epoch seconds."""

    sequence: int
    epoch: int
    at: int
    user_uuid: bytes
    verb: str
    change_set_uuid: bytes | None
    roster_seq: int
    rows_digest: bytes
    payload: str | None
    payload_salt: bytes | None
    payload_digest: bytes | None
    prev: bytes
    hash: bytes
    signature: bytes

    def holds(self, connection: Connection) -> bool:
        """Return whether the hash covers the entry, its row list and its payload where there is one."""
        hashed = entry_hash(
            self.sequence, self.epoch, self.at, self.user_uuid, self.verb, self.change_set_uuid,
            self.roster_seq, self.rows_digest, self.payload_digest, self.prev,
        )  # fmt: skip
        if hashed != self.hash or _stored_rows_digest(connection, self.sequence) != self.rows_digest:
            return False
        if self.payload is None:
            return True
        return payload_digest_of(self.payload, self.payload_salt or b"") == self.payload_digest


def entries(connection: Connection, *, after: int = 0) -> Iterator[LogEntry]:
    """Yield the entries behind ``after`` in order."""
    found = connection.execute(
        "SELECT id, epoch, at, user_uuid, verb, change_set_uuid, roster_seq, rows_digest, payload,"
        " payload_salt, payload_digest, prev, hash, signature FROM log_entry WHERE id > ? ORDER BY id",
        (after,),
    )
    for row in found:
        yield LogEntry(*row)


def _stored_rows_digest(connection: Connection, sequence: int) -> bytes:
    listed = connection.execute(
        "SELECT table_name, row_uuid, row_version, digest FROM log_row WHERE entry_id = ? ORDER BY id",
        (sequence,),
    )
    blocks = connection.execute(
        "SELECT table_name, first_id, row_count, digest FROM log_block WHERE entry_id = ? ORDER BY id",
        (sequence,),
    )
    return rows_digest([LoggedRow(*row) for row in listed], [LoggedBlock(*row) for row in blocks])
