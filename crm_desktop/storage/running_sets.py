"""Change sets of more than one transaction: begun, completed, or taken back from their own journal.

While one is running its rows stand in the journal as they were written. Taking it back undoes the newest
ones first and removes them from the journal in the same transaction, so that whatever interrupts that too
leaves something that can be gone on with.
"""

from crm_desktop.domain.errors import ConflictError
from crm_desktop.storage import change_sets, contacts, journal, journal_rows
from crm_desktop.storage.database import Connection, integrity_as, placeholders
from crm_desktop.storage.journal import ChangeSet, RunningSet
from crm_desktop.storage.log import Author


def complete(connection: Connection, running: RunningSet) -> None:
    """Mark a change set as done, in the transaction of its last batch."""
    if row_count(connection, running) == 0:  # others were quicker: nothing was left to do, nor to undo
        connection.execute("DELETE FROM change_set WHERE id = ?", (running.id,))
        return
    connection.execute("UPDATE change_set SET state = 'done', seat = NULL WHERE id = ?", (running.id,))
    if running.undoes is not None:
        journal.mark_undone(connection, running.undoes, by=running.id)


def running_sets(connection: Connection) -> list[RunningSet]:
    """Return the change sets that are being written, or were when their program was killed."""
    found = connection.execute(
        "SELECT id, uuid, verb, undoes, seat FROM change_set WHERE state = 'running' ORDER BY id"
    )
    return [RunningSet(*row) for row in found]


def tables_of(connection: Connection, running: RunningSet) -> frozenset[str]:
    """Return the tables a running change set has written to."""
    found = connection.execute(
        "SELECT DISTINCT table_name FROM change_row WHERE change_set_id = ?", (running.id,)
    )
    return frozenset(table for (table,) in found)


def give_up_seat(connection: Connection, running: RunningSet) -> None:
    """Note that no program writes a change set any more: its seat may be taken by another meanwhile."""
    connection.execute("UPDATE change_set SET seat = NULL WHERE id = ? AND seat IS NOT NULL", (running.id,))


def row_count(connection: Connection, running: RunningSet) -> int:
    """Return how many rows of a running change set still stand in the journal."""
    (count,) = connection.execute(
        "SELECT count(*) FROM change_row WHERE change_set_id = ?", (running.id,)
    ).fetchone()
    return int(count)


def take_back_some(
    connection: Connection,
    author: Author,
    running: RunningSet,
    verb: str,
    *,
    limit: int,
    naming: set[int],
) -> int:
    """Undo the newest ``limit`` rows of a running change set; return how many were left to undo before.

    A value that was changed again since is kept. With the last row the change set itself is removed;
    the log keeps its entries, and those of taking it back under ``verb``. Rows by whose names contacts are
    found stay in the journal after they were undone, as does the change set: their places are added to
    ``naming``, and ``forget`` comes when everybody is found by the former names.
    """
    left = row_count(connection, running) - len(naming)
    part = _newest(connection, running, limit, without=naming)
    changes = ChangeSet(connection, author, verb, running=running)
    touched: dict[int | None, None] = {}
    for row in reversed(journal_rows.rows_by_id(connection, part)):
        touched[row.contact_id] = None
        _take_back(changes, row)
    naming.update(change_sets.naming_rows(connection, part))
    contacts.reindex_many(connection, [contact_id for contact_id in touched if contact_id is not None])
    changes.finish_taking_back()
    gone = [(row_id,) for row_id in part if row_id not in naming]
    connection.executemany("DELETE FROM change_row WHERE id = ?", gone)
    if len(part) == left and not naming:
        forget(connection, running)
    return left


def _newest(connection: Connection, running: RunningSet, limit: int, *, without: set[int]) -> list[int]:
    """Return where the newest rows of a running change set stand in the journal, oldest first."""
    found = connection.execute(
        "SELECT id FROM change_row WHERE change_set_id = ?"  # noqa: S608 - placeholders
        f" AND id NOT IN ({placeholders(len(without))}) ORDER BY id DESC LIMIT ?",
        (running.id, *without, limit),
    )
    return sorted(row_id for (row_id,) in found)


def forget(connection: Connection, running: RunningSet) -> None:
    """Remove a change set that was taken back, with what is left of it in the journal."""
    connection.execute("DELETE FROM change_row WHERE change_set_id = ?", (running.id,))
    connection.execute("DELETE FROM change_set WHERE id = ?", (running.id,))


def _take_back(changes: ChangeSet, row: journal_rows.ChangedRow) -> None:
    try:
        with integrity_as(ConflictError("undo_conflict")):
            journal.revert(changes, [row])
    except ConflictError:
        # Somebody wrote to it in between: what was saved last stays.
        return
