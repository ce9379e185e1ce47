"""Change sets of more than one transaction: begun, completed, or taken back from their own journal.

While one is running its rows stand in the journal as they were written. Taking it back undoes the newest
ones first and removes them from the journal in the same transaction, so that whatever interrupts that too
leaves something that can be gone on with.
"""

from crm_desktop.domain.errors import ConflictError
from crm_desktop.storage import change_sets, contacts, journal
from crm_desktop.storage.database import Connection, integrity_as
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
    connection: Connection, author: Author, running: RunningSet, verb: str, *, limit: int
) -> int:
    """Undo the newest ``limit`` rows of a running change set; return how many were left to undo before.

    A value that was changed again since is kept. With the last row the change set itself is removed;
    the log keeps its entries, and those of taking it back under ``verb``.
    """
    ids = journal.row_ids_of(connection, running.id)
    part = ids[-limit:] if limit < len(ids) else ids
    changes = ChangeSet(connection, author, verb, running=running)
    touched: dict[int | None, None] = {}
    for row in reversed(journal.rows_by_id(connection, part)):
        touched[row.contact_id] = None
        _take_back(changes, row)
        if row.table in change_sets.NAMING:
            touched |= dict.fromkeys(change_sets.contacts_naming(connection, running.id))
    contacts.reindex_many(connection, [contact_id for contact_id in touched if contact_id is not None])
    changes.finish_taking_back()
    connection.executemany("DELETE FROM change_row WHERE id = ?", [(row_id,) for row_id in part])
    if len(part) == len(ids):
        connection.execute("DELETE FROM change_set WHERE id = ?", (running.id,))
    return len(ids)


def _take_back(changes: ChangeSet, row: journal.ChangedRow) -> None:
    try:
        with integrity_as(ConflictError("undo_conflict")):
            journal.revert(changes, [row])
    except ConflictError:
        # Somebody wrote to it in between: what was saved last stays.
        return
