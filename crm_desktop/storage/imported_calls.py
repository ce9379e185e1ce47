"""Calls on their way from a log into the table, thousands at a time.

The digests of new rows are made of the values that are written, not of rows read back; a row whose key is
there already is passed over by the unique index itself, so that an import of new calls asks for nothing.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crm_desktop.storage import calls
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.digests import BLOCK, block_digest, block_start, row_digests
from crm_desktop.storage.identifiers import new_identities, new_salt
from crm_desktop.storage.log import LoggedBlock

_COLUMNS = (
    "id", "uuid", "version", "salt", "started_at", "time_zone", "direction", "outcome", "duration_s",
    "raw_number", "e164", "member_id", "customer_id", "import_run_id", "row_key",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO call ({', '.join(_COLUMNS)}) VALUES ({','.join('?' * len(_COLUMNS))})"  # noqa: S608 - fixed
    " ON CONFLICT (row_key, member_id) WHERE row_key IS NOT NULL DO NOTHING"
)
_PART = 500


class NewCall(NamedTuple):
    """What a row of a log gives a call; ``started_at`` is UTC epoch seconds."""

    started_at: int
    direction: str
    outcome: str
    duration_s: int
    raw_number: str
    e164: str | None
    customer_id: int | None
    row_key: bytes


class KnownCall(NamedTuple):
    """What a stored call has of the things a later reading may find otherwise."""

    id: int
    started_at: int
    e164: str | None
    customer_id: int | None


class Corrected(NamedTuple):
    """What a stored call gets from a later reading; without a customer it keeps the one it has."""

    id: int
    started_at: int
    e164: str | None
    customer_id: int | None


@dataclass(frozen=True, slots=True)
class Target:
    """Where new calls belong."""

    run_id: int
    member_id: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class Inserted:
    """How many calls are new, the first id they have got, and the blocks of the table they changed."""

    count: int
    first_id: int
    blocks: list[LoggedBlock]


def insert(connection: Connection, target: Target, new: Sequence[NewCall]) -> Inserted:
    """Insert the calls whose row key the member's calls do not have yet; of equal keys the first."""
    first = calls.last_id(connection) + 1
    rows = [
        (
            number, uuid, 1, salt, call.started_at, target.time_zone, call.direction, call.outcome,
            call.duration_s, call.raw_number, call.e164, target.member_id, call.customer_id, target.run_id,
            call.row_key,
        )
        for number, (uuid, salt), call in zip(
            range(first, first + len(new)), new_identities(len(new)), new, strict=True
        )
    ]  # fmt: skip
    count = int(connection.executemany(_INSERT, rows).rowcount)
    if count == len(rows):
        return Inserted(count, first, _new_blocks(connection, first, rows) if rows else [])
    blocks = calls.blocks(connection, first, calls.last_id(connection)) if count else []
    return Inserted(count, first, blocks)


def _new_blocks(connection: Connection, first: int, rows: Sequence[tuple[object, ...]]) -> list[LoggedBlock]:
    """Return the digests of the blocks these rows fill, of which the first may hold older rows."""
    start = block_start(first)
    digests = calls.digests(connection, start, first)
    room = len(digests) + start + BLOCK - first  # what the first block held, and what goes into it now
    digests += row_digests("call", _COLUMNS, rows)
    made: list[LoggedBlock] = []
    taken = 0
    while taken < len(digests):
        part = digests[taken : taken + room]
        made.append(LoggedBlock("call", start, len(part), block_digest(part)))
        taken, room, start = taken + room, BLOCK, start + BLOCK
    return made


def known_calls(connection: Connection, member_id: int, keys: Sequence[bytes]) -> dict[bytes, KnownCall]:
    """Return which of ``keys`` the member's calls have, with what is stored of each."""
    known: dict[bytes, KnownCall] = {}
    for start in range(0, len(keys), _PART):
        part = keys[start : start + _PART]
        found = connection.execute(
            "SELECT row_key, id, started_at, e164, customer_id FROM call"  # noqa: S608 - placeholders only
            f" WHERE row_key IN ({placeholders(len(part))}) AND member_id = ?",
            [*part, member_id],
        )
        known |= {key: KnownCall(*stored) for key, *stored in found}
    return known


def differs(stored: KnownCall, read: NewCall) -> bool:
    """Return whether a call has other values than a later reading found.

    A customer that was given to the call stays when the later reading finds none.
    """
    return (stored.started_at, stored.e164) != (read.started_at, read.e164) or (
        stored.customer_id is None and read.customer_id is not None
    )


def correct(connection: Connection, corrections: Iterable[Corrected], time_zone: str) -> None:
    """Give calls the values a later reading of the same rows found."""
    connection.executemany(
        "UPDATE call SET started_at = ?, e164 = ?, customer_id = coalesce(?, customer_id), time_zone = ?,"
        " version = version + 1, salt = ? WHERE id = ?",
        (
            (read.started_at, read.e164, read.customer_id, time_zone, new_salt(), read.id)
            for read in corrections
        ),
    )


class NearCall(NamedTuple):
    """A call of another source; ``started_at`` is UTC epoch seconds. Without a run: entered by hand."""

    id: int
    started_at: int
    e164: str
    direction: str
    import_run_id: int | None


_NEAR = "SELECT k.id, k.started_at, k.e164, k.direction, k.import_run_id FROM"
_MINUTE = 60


def imported_near(
    connection: Connection, member_id: int, moments: Iterable[int], *, within: int, but_format: str
) -> set[NearCall]:
    """Return a member's calls from logs of other formats in the minutes of some moments.

    ``moments``: UTC epoch seconds; ``within``: how many seconds before and after those minutes too.
    """
    minutes = json.dumps(sorted({moment // _MINUTE for moment in moments}))
    # The minutes first: each is a short range of the index, and most hold no call of the member.
    found = connection.execute(
        f"{_NEAR} json_each(?) m CROSS JOIN call k CROSS JOIN import_run r"
        " WHERE k.started_at BETWEEN m.value * ? - ? AND m.value * ? + ? AND k.member_id = ?"
        " AND k.e164 IS NOT NULL AND r.id = k.import_run_id AND r.format <> ?",
        (minutes, _MINUTE, within, _MINUTE, _MINUTE - 1 + within, member_id, but_format),
    )
    return {NearCall(*row) for row in found}


def by_hand(connection: Connection, member_id: int) -> list[NearCall]:
    """Return a member's calls that were entered by hand and have a number."""
    found = connection.execute(
        f"{_NEAR} call k WHERE k.member_id = ? AND k.import_run_id IS NULL AND k.e164 IS NOT NULL",
        (member_id,),
    )
    return [NearCall(*row) for row in found]


def has_seconds(connection: Connection, run_id: int) -> bool:
    """Return whether any call of an import began off the full minute."""
    row = connection.execute(
        "SELECT 1 FROM call WHERE import_run_id = ? AND started_at % 60 <> 0 LIMIT 1", (run_id,)
    ).fetchone()
    return row is not None


def changed_since(connection: Connection, run_id: int) -> int:
    """Return how many calls of an import were changed after it."""
    (number,) = connection.execute(
        "SELECT count(*) FROM call WHERE import_run_id = ? AND version > 1", (run_id,)
    ).fetchone()
    return int(number)
