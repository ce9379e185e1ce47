"""What an entry of the log may list by its verb: rows of which tables, and which blocks of calls.

A right allows a verb, and a verb has its business: an entry that lists something else was not written by
this program. Here is what rows and log tell; who may speak for whom is judged where rights are known.

A block of 64 calls has one digest. That calls were removed from it shows in their number, and that they
were of the runs the entry removes shows in the entries of these runs; which of the 64 it was, and whether
another of them got new values in the same entry, does not show.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from crm_desktop.storage import log
from crm_desktop.storage.calls import HANDED_OVER
from crm_desktop.storage.database import Connection
from crm_desktop.storage.log import LogEntry
from crm_desktop.storage.problems import Problem

IMPORT_RUN, CALL = "import_run", "call"


class Act(StrEnum):
    """What an entry did to a row, by its line: version 1 was added, without a digest removed."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class Calls(Enum):
    """What an entry may do to blocks of imported calls."""

    NONE = "none"
    REMOVED_WITH_RUNS = "removed with the runs it removes"
    REMOVED = "removed"
    NO_MORE = "removed or given to somebody else"
    GIVEN = "given to somebody else, as a row of the entry says, or entered by hand, as rows of them say"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Scope:
    """What entries of one verb may list."""

    tables: Mapping[str, frozenset[Act]] = field(default_factory=dict)
    calls: Calls = Calls.NONE


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One row of an entry's list."""

    table: str
    uuid: bytes
    act: Act


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """The entry that first recorded an import run: its sequence, time (epoch seconds) and signer."""

    sequence: int
    at: int
    user_uuid: bytes


_ACT = "CASE WHEN digest IS NULL THEN 'removed' WHEN row_version = 1 THEN 'added' ELSE 'changed' END"


def scope_problems(connection: Connection, entry: LogEntry, scope: Scope) -> Iterator[Problem]:
    """Find what ``entry`` lists and ``scope`` does not have: one problem for each table and act."""
    facts: dict[str, object] = {"sequence": entry.sequence, "verb": entry.verb}
    for table, act, uuid in connection.execute(
        f"SELECT table_name, {_ACT} AS act, min(row_uuid) FROM log_row WHERE entry_id = ?"  # noqa: S608
        " GROUP BY table_name, act ORDER BY table_name, act",
        (entry.sequence,),
    ).fetchall():
        if Act(act) not in scope.tables.get(table, frozenset()):
            yield Problem("entry_lists", {**facts, "table": table, "record": uuid.hex()})
    if scope.calls is not Calls.ANY:
        yield from _block_problems(connection, entry, scope.calls)


def listed_rows(connection: Connection, entry: LogEntry, table: str) -> list[ListedRow]:
    """Return the rows of one table that an entry lists."""
    found = connection.execute(
        f"SELECT row_uuid, {_ACT} FROM log_row WHERE entry_id = ? AND table_name = ? ORDER BY id",  # noqa: S608
        (entry.sequence, table),
    )
    return [ListedRow(table, uuid, Act(act)) for uuid, act in found]


def last_writer(connection: Connection, row: ListedRow, *, before: int) -> tuple[bytes, str] | None:
    """Return user and verb of the last entry before ``before`` that lists a row and is no resealing."""
    found = connection.execute(
        "SELECT e.user_uuid, e.verb FROM log_row r JOIN log_entry e ON e.id = r.entry_id"
        " WHERE r.table_name = ? AND r.row_uuid = ? AND e.id < ? AND e.verb <> 'reseal_bank'"
        " ORDER BY e.id DESC LIMIT 1",
        (row.table, row.uuid, before),
    ).fetchone()
    return (bytes(found[0]), str(found[1])) if found else None


def vouched_by_rescue(connection: Connection, row: ListedRow, *, after: int) -> bool:
    """Tell whether a rescue behind an entry wrote the row anew, with what was left of it."""
    found = connection.execute(
        "SELECT 1 FROM log_row r JOIN log_entry e ON e.id = r.entry_id"
        " WHERE r.table_name = ? AND r.row_uuid = ? AND e.id > ? AND e.verb = ? LIMIT 1",
        (row.table, row.uuid, after, log.RESCUED),
    )
    return found.fetchone() is not None


def first_record(connection: Connection, run_uuid: bytes, *, before: int) -> RecordedRun | None:
    """Return the first entry about an import run; None where nothing of it was recorded."""
    found = connection.execute(
        "SELECT id, at, user_uuid FROM log_entry WHERE id < ?"
        " AND (change_set_uuid = ? OR id IN"
        " (SELECT entry_id FROM log_row WHERE table_name = ? AND row_uuid = ?)) ORDER BY id LIMIT 1",
        (before, run_uuid, IMPORT_RUN, run_uuid),
    ).fetchone()
    return RecordedRun(*found) if found else None


def _block_problems(connection: Connection, entry: LogEntry, allowed: Calls) -> Iterator[Problem]:
    listed = connection.execute(
        "SELECT table_name, first_id, row_count FROM log_block WHERE entry_id = ? ORDER BY id",
        (entry.sequence,),
    ).fetchall()
    if not listed:
        return
    with_runs = allowed is Calls.REMOVED_WITH_RUNS
    of_runs = _blocks_of_removed_runs(connection, entry) if with_runs else frozenset()
    by_hand = listed_rows(connection, entry, CALL) if allowed is Calls.GIVEN else []
    if allowed is Calls.GIVEN and by_hand:
        yield from _by_hand_problems(connection, entry, by_hand, listed)
        return
    if allowed is Calls.GIVEN and not any(listed_rows(connection, entry, table) for table in HANDED_OVER):
        allowed = Calls.NONE
    # What was counted before may be among what a rescue says is lost.
    rescued = _was_rescued(connection, entry.sequence)
    for table, first, count in listed:
        before = _count_before(connection, table, first, entry.sequence)
        if allowed is Calls.GIVEN:
            fewer = rescued if before is None else count == before
        else:
            fewer = rescued if before is None else count < before + (allowed is Calls.NO_MORE)
        known = not with_runs or rescued or first in of_runs
        if allowed is Calls.NONE or table != CALL or not (fewer and known):
            yield _calls_problem(entry, first)


def _by_hand_problems(
    connection: Connection, entry: LogEntry, rows: list[ListedRow], listed: list[tuple[str, int, int]]
) -> Iterator[Problem]:
    """Find what an entry did to blocks beyond the calls entered by hand that it lists.

    Only such calls are ever listed as rows: whoever changes or removes one that no entry before listed has
    an imported one.
    """
    if _was_rescued(connection, entry.sequence):
        return
    befores = [_count_before(connection, table, first, entry.sequence) or 0 for table, first, _ in listed]
    grown = sum(count - before for (_, _, count), before in zip(listed, befores, strict=True))
    known = [_there_before(connection, row, entry.sequence) for row in rows]
    more = sum((row.act is not Act.REMOVED) - bool(was) for row, was in zip(rows, known, strict=True))
    imported = any(was is None and row.act is not Act.ADDED for row, was in zip(rows, known, strict=True))
    if grown != more or imported or any(table != CALL for table, _, _ in listed):
        yield _calls_problem(entry, listed[0][1])


def _there_before(connection: Connection, row: ListedRow, sequence: int) -> bool | None:
    """Tell whether a row was there before an entry, as the log says; None where it never listed it."""
    found = connection.execute(
        "SELECT digest IS NOT NULL FROM log_row WHERE table_name = ? AND row_uuid = ? AND entry_id < ?"
        " ORDER BY id DESC LIMIT 1",
        (row.table, row.uuid, sequence),
    ).fetchone()
    return None if found is None else bool(found[0])


def _calls_problem(entry: LogEntry, first: int) -> Problem:
    facts: dict[str, object] = {"sequence": entry.sequence, "verb": entry.verb}
    return Problem("entry_calls", {**facts, "first": first, "last": first + 63})


def _blocks_of_removed_runs(connection: Connection, entry: LogEntry) -> frozenset[int]:
    """Return the blocks that the imports wrote whose runs the entry removes."""
    found: set[int] = set()
    for row in listed_rows(connection, entry, IMPORT_RUN):
        blocks = connection.execute(
            "SELECT b.first_id FROM log_block b JOIN log_entry e ON e.id = b.entry_id"
            " WHERE b.table_name = ? AND e.verb = 'import_calls' AND e.id < ? AND (e.change_set_uuid = ?"
            " OR e.id IN (SELECT entry_id FROM log_row WHERE table_name = ? AND row_uuid = ?))",
            (CALL, entry.sequence, row.uuid, IMPORT_RUN, row.uuid),
        )
        found.update(first for (first,) in blocks)
    return frozenset(found)


def _count_before(connection: Connection, table: str, first: int, sequence: int) -> int | None:
    found = connection.execute(
        "SELECT row_count FROM log_block WHERE table_name = ? AND first_id = ? AND entry_id < ?"
        " ORDER BY id DESC LIMIT 1",
        (table, first, sequence),
    ).fetchone()
    return int(found[0]) if found else None


def _was_rescued(connection: Connection, before: int) -> bool:
    found = connection.execute(
        "SELECT 1 FROM log_entry WHERE verb = ? AND id < ? LIMIT 1", (log.RESCUED, before)
    )
    return found.fetchone() is not None
