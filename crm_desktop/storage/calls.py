"""Calls: lists, bulk insert of an import run, and the block digests of what a run created."""

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.merges import unpacked
from crm_desktop.storage import call_legs, call_rollups, notes, number_owners, rows
from crm_desktop.storage.counted_calls import DONE, finished
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.digests import BLOCK, block_digest, block_start, row_digests
from crm_desktop.storage.identifiers import new_salt
from crm_desktop.storage.local_times import MONDAY, local_times
from crm_desktop.storage.log import LoggedBlock
from crm_desktop.storage.packed_ids import packed_ids

CALL_COLUMNS = rows.table_columns("call")
_ID = CALL_COLUMNS.index("id")


@dataclass(frozen=True, slots=True)
class CallQuery:
    """Which calls, in which order; ``text`` matches customer names and parts of numbers.

    ``since`` and before ``until`` are UTC epoch seconds; ``weekday`` (0 is Monday) and ``hour`` are of the
    organization's time zone. ``call_back``: missed, and no real call after it.
    ``undecided``: of one of several customers who have the number. ``decided``: of a customer, and no other;
    figures hold no others for whoever may not see unknown numbers. ``outcomes``: one of these; ``least_s``:
    talked for at least so many seconds; ``e164``: with exactly this number.
    """

    text: str = ""
    member_id: int | None = None
    direction: Direction | None = None
    outcome: Outcome | None = None
    customer_id: int | None = None
    since: int | None = None
    until: int | None = None
    weekday: int | None = None
    hour: int | None = None
    call_back: bool = False
    undecided: bool = False
    decided: bool = False
    outcomes: tuple[Outcome, ...] = ()
    least_s: int | None = None
    e164: str | None = None
    sort: str = "started"
    ascending: bool = False


@dataclass(frozen=True, slots=True)
class CallRow:
    """One line of the list of calls; ``started_at`` is epoch seconds.

    ``by_hand``: somebody entered it; ``note``: the newest note to it; ``candidates``: the customers, with
    their names, who have the number of a call that is nobody's yet.
    """

    id: int
    started_at: int
    direction: Direction
    outcome: Outcome
    duration_s: int
    raw_number: str
    e164: str | None
    customer_id: int | None
    customer_name: str | None
    member_id: int
    member_name: str
    candidates: tuple[tuple[int, str], ...] = ()
    by_hand: bool = False
    note: str = ""


_ORDER = {
    "started": "k.started_at {d}, k.id {d}",
    "duration": "k.duration_s {d}, k.id {d}",
    "customer": "coalesce(c.name_key, '') {d}, k.id {d}",
    "member": "k.member_id {d}, k.started_at {d}, k.id {d}",
    "outcome": "k.outcome {d}, k.started_at {d}, k.id {d}",
    "direction": "k.direction {d}, k.started_at {d}, k.id {d}",
}
SORTS = tuple(_ORDER)


# One of several customers who have the number; which, nobody said yet. Of a number that was decided to be
# the organization's own then it is nobody.
AMBIGUOUS = (
    "EXISTS (SELECT 1 FROM phone p JOIN contact o ON o.id = p.contact_id WHERE p.e164 = k.e164"
    " AND p.invalid = 0 AND o.category = 'customer' AND o.trashed_at IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM number_decision d WHERE d.e164 = p.e164 AND d.kind = 'own'"
    " AND k.started_at >= coalesce(d.valid_from, k.started_at)"
    " AND k.started_at < coalesce(d.valid_until, k.started_at + 1)))"
)


def _condition(connection: Connection, query: CallQuery, *, unknown: bool) -> tuple[str, list[object]]:
    # A list of the few trashed contacts is cheaper than a look at the customer of every call.
    known = "k.customer_id NOT IN (SELECT id FROM contact WHERE trashed_at IS NOT NULL)"
    seen = "k.customer_id IS NULL" if unknown else f"k.customer_id IS NULL AND {AMBIGUOUS}"
    shown = f"(k.customer_id IS NOT NULL AND {known} OR {seen})"
    parts, values = [shown, DONE], list[object]()
    for column, value in (
        ("member_id", query.member_id),
        ("direction", query.direction),
        ("outcome", query.outcome),
        ("customer_id", query.customer_id),
        ("e164", query.e164),
    ):
        if value is not None:
            parts.append(f"k.{column} = ?")
            values.append(str(value) if isinstance(value, str) else value)
    if query.outcomes:
        parts.append(f"k.outcome IN ({placeholders(len(query.outcomes))})")
        values += [str(outcome) for outcome in query.outcomes]
    for condition, bound in _of_time(connection, query):
        parts.append(condition)
        values.append(bound)
    if query.call_back:
        parts.append("k.id IN (SELECT call_id FROM call_back WHERE return_s IS NULL)")
    if query.undecided:
        parts.append(f"k.customer_id IS NULL AND {AMBIGUOUS}")
    if query.decided:
        parts.append("k.customer_id IS NOT NULL")
    from crm_desktop.domain.folding import fold

    if text := fold(query.text.strip()):
        digits = "".join(ch for ch in text if ch.isdigit()).lstrip("0")
        parts.append(
            "(instr(coalesce(c.name_key, ''), ?) > 0 OR (? <> '' AND instr(coalesce(k.e164, ''), ?) > 0))"
        )
        values += [text, digits, digits]
    return " AND ".join(parts), values


def _of_time(connection: Connection, query: CallQuery) -> list[tuple[str, int]]:
    """Return the conditions on when a call began and how long it was, each with its value."""
    asked = [
        ("k.started_at >= ?", query.since),
        ("k.started_at < ?", query.until),
        ("k.duration_s >= ?", query.least_s),
    ]
    if query.weekday is not None or query.hour is not None:
        times = local_times(connection)
        asked += [
            (f"({times.day} + {MONDAY}) % 7 = ?", query.weekday),
            (f"{times.hour} = ?", query.hour),
        ]
    return [(condition, value) for condition, value in asked if value is not None]


_FROM = "FROM call k LEFT JOIN contact c ON c.id = k.customer_id"


def _order(query: CallQuery) -> str:
    return _ORDER[query.sort].format(d="" if query.ascending else "DESC")


def first_page(connection: Connection, query: CallQuery, limit: int, *, unknown: bool) -> list[int]:
    """Return the first ``limit`` ids at once; ``unknown``: calls without a customer too."""
    where, values = _condition(connection, query, unknown=unknown)
    found = connection.execute(
        f"SELECT k.id {_FROM} WHERE {where} ORDER BY {_order(query)} LIMIT ?",
        [*values, limit],
    )
    return [row_id for (row_id,) in found]


def all_ids(connection: Connection, query: CallQuery, *, unknown: bool) -> "array[int]":
    """Return all ids in order, 4 bytes each."""
    where, values = _condition(connection, query, unknown=unknown)
    return packed_ids(connection, f"SELECT k.id {_FROM} WHERE {where} ORDER BY {_order(query)}", values)


def count(connection: Connection, query: CallQuery, *, unknown: bool) -> int:
    """Return how many calls the list holds."""
    where, values = _condition(connection, query, unknown=unknown)
    (number,) = connection.execute(f"SELECT count(*) {_FROM} WHERE {where}", values).fetchone()
    return int(number)


def read_rows(connection: Connection, ids: Sequence[int]) -> dict[int, CallRow]:
    """Return the lines of a page by id."""
    if not ids:
        return {}
    found = connection.execute(
        "SELECT k.id, k.started_at, k.direction, k.outcome, k.duration_s, k.raw_number, k.e164,"  # noqa: S608
        " k.customer_id, c.display_name, k.member_id, m.name, k.import_run_id IS NULL FROM call k"
        " LEFT JOIN contact c ON c.id = k.customer_id JOIN member m ON m.id = k.member_id"
        f" WHERE k.id IN ({placeholders(len(ids))})",
        list(ids),
    )
    lines = {row[0]: _row(row) for row in found}
    waiting = {
        row.id: (row.e164, row.started_at)
        for row in lines.values()
        if row.customer_id is None and row.e164 is not None
    }
    for call_id, several in number_owners.candidates(connection, waiting).items():
        lines[call_id] = replace(lines[call_id], candidates=several)
    for call_id, (_, text) in notes.to_calls(connection, list(lines)).items():
        lines[call_id] = replace(lines[call_id], note=text)
    return lines


def _row(row: tuple[Any, ...]) -> CallRow:
    row_id, started_at, direction, outcome, *rest = row
    *named, by_hand = rest
    found = CallRow(row_id, started_at, Direction(direction), Outcome(outcome), *named)
    return replace(found, by_hand=bool(by_hand))


def of_customer(
    connection: Connection, customer_id: int, *, before: tuple[int, int] | None, limit: int
) -> list[CallRow]:
    """Return a customer's calls, newest first, from before (started_at, id)."""
    at, call_id = before or (1 << 40, 1 << 40)
    ids = [
        row_id
        for (row_id,) in connection.execute(
            f"SELECT id FROM call k WHERE customer_id = ? AND (started_at, id) < (?, ?) AND {DONE}"  # noqa: S608
            " ORDER BY started_at DESC, id DESC LIMIT ?",
            (customer_id, at, call_id, limit),
        )
    ]
    by_id = read_rows(connection, ids)
    return [by_id[row_id] for row_id in ids]


def insert_many(connection: Connection, values: Iterable[dict[str, object]]) -> int:
    """Insert call rows that name every column but the id; return how many."""
    names = [name for name in CALL_COLUMNS if name != "id"]
    statement = f"INSERT INTO call ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"  # noqa: S608
    cursor = connection.executemany(statement, values)
    return int(cursor.rowcount)


def last_id(connection: Connection) -> int:
    """Return the highest id ever given to a call."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'call'").fetchone()
    return int(row[0]) if row else 0


def digests(connection: Connection, start: int, end: int) -> list[bytes]:
    """Return the digests of the calls with ids from ``start`` to before ``end``, in their order."""
    return row_digests("call", CALL_COLUMNS, _rows_between(connection, start, end))


def _rows_between(connection: Connection, start: int, end: int) -> list[tuple[object, ...]]:
    found = connection.execute(
        f"SELECT {', '.join(CALL_COLUMNS)} FROM call WHERE id >= ? AND id < ? ORDER BY id",  # noqa: S608
        (start, end),
    )
    return found.fetchall()


def blocks(connection: Connection, first: int, last: int) -> list[LoggedBlock]:
    """Return the digests of every block of 64 ids that ids ``first`` to ``last`` fall into."""
    found = _rows_between(connection, block_start(first), block_start(last) + BLOCK)
    by_block: dict[int, list[bytes]] = {}
    for row, digest in zip(found, row_digests("call", CALL_COLUMNS, found), strict=True):
        by_block.setdefault(block_start(row[_ID]), []).append(digest)  # type: ignore[arg-type]  # the id
    return [
        LoggedBlock("call", block, len(parts), block_digest(parts))
        for block, parts in sorted(by_block.items())
    ]


def touched_blocks(connection: Connection, ids: Iterable[int]) -> list[LoggedBlock]:
    """Return the digests, as they are now, of the blocks that ``ids`` fall into; empty ones too."""
    result: list[LoggedBlock] = []
    for start in sorted({block_start(row_id) for row_id in ids}):
        result += blocks(connection, start, start) or [LoggedBlock("call", start, 0, block_digest(()))]
    return result


def delete_where(connection: Connection, condition: str, values: Sequence[object]) -> list[int]:
    """Delete calls under ``condition`` (fixed SQL over ``call k``, of this room); return their ids."""
    with call_rollups.leaving(connection, condition, values):
        found = connection.execute(f"DELETE FROM call AS k WHERE {condition} RETURNING id", values)  # noqa: S608
        ids = [row_id for (row_id,) in found.fetchall()]
    call_legs.part_removed(connection)
    return ids


def delete_run(connection: Connection, run_id: int) -> list[int]:
    """Delete the calls an import run created."""
    return delete_where(connection, "k.import_run_id = ?", (run_id,))


def give_to(connection: Connection, customer_id: int, e164: str, other_id: int) -> list[int]:
    """Give a customer's calls of one number to another customer; return their ids."""
    found = connection.execute(
        "SELECT id FROM call WHERE customer_id = ? AND e164 = ?", (customer_id, e164)
    ).fetchall()
    ids = [call_id for (call_id,) in found]
    with call_rollups.changing(connection, ids):
        connection.executemany(
            "UPDATE call SET customer_id = ?, version = version + 1, salt = ? WHERE id = ?",
            [(other_id, new_salt(), call_id) for call_id in ids],
        )
    return ids


MOVED = "moved_calls"
HANDED_OVER = (MOVED, "linked_calls")
"""The tables whose rows say whose calls are."""


def of_contact(connection: Connection, contact_id: int) -> list[int]:
    """Return the ids of a customer's calls, without those of an import that is still running."""
    found = connection.execute(
        f"SELECT id FROM call k WHERE customer_id = ? AND {finished('k')} ORDER BY id",  # noqa: S608 - fixed parts
        (contact_id,),
    )
    return [call_id for (call_id,) in found]


def hand_over(connection: Connection, moved: Mapping[str, object], *, back: bool) -> list[int]:
    """Give the calls a row of ``HANDED_OVER`` names to its contact, or ``back``; return those that went.

    A call that is gone, or somebody else's by now, is left alone.
    """
    packed, to, former = moved["call_ids"], moved["contact_id"], moved["former_id"]
    assert isinstance(packed, bytes)  # noqa: S101 - NOT NULL in the schema
    owner, other = (to, former) if back else (former, to)
    changed: list[int] = []
    ids = list(unpacked(packed))
    with call_rollups.changing(connection, ids):
        for call_id in ids:
            cursor = connection.execute(
                "UPDATE call SET customer_id = ?, version = version + 1, salt = ?"
                " WHERE id = ? AND customer_id IS ?",
                (other, new_salt(), call_id, owner),
            )
            if cursor.rowcount:
                changed.append(call_id)
    return changed


def total(connection: Connection) -> int:
    """Return how many calls are stored."""
    (number,) = connection.execute(f"SELECT count(*) FROM call k WHERE {DONE}").fetchone()  # noqa: S608
    return int(number)


def first_numbers(connection: Connection) -> dict[int, str]:
    """Return the first E.164 number of each customer that has one."""
    return dict(
        connection.execute(
            "SELECT p.contact_id, min(p.e164) FROM phone p JOIN contact c ON c.id = p.contact_id"
            " WHERE c.category = 'customer' AND p.e164 IS NOT NULL GROUP BY p.contact_id"
        ).fetchall()
    )


def delete_unknown_before(connection: Connection, before: int) -> list[int]:
    """Delete calls of unknown numbers that were nobody's since before ``before``; return their ids.

    That is the end of their import, or when the number was taken from the customer they were with. Calls of
    a number several customers have are a customer's; whose, will be asked.
    """
    lost = connection.execute(
        "SELECT call_ids FROM linked_calls WHERE contact_id IS NULL AND linked_at >= ?", (before,)
    )
    kept = json.dumps([call_id for (packed,) in lost for call_id in unpacked(packed)])
    return delete_where(
        connection,
        "k.customer_id IS NULL AND k.import_run_id IN (SELECT id FROM import_run WHERE finished_at < ?)"  # noqa: S608
        f" AND NOT {AMBIGUOUS} AND k.id NOT IN (SELECT value FROM json_each(?))",
        (before, kept),
    )
