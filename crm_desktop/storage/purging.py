"""Records that leave the trash for good: their rows, what the journal kept of them, and their calls.

An entry lists every row that went, and every row that had gone before whose old values went with the
record: so the log says of each missing value who removed it. Nothing of it can be undone. Purging is not
erasure: nothing is written to the ledger, backups are left as they are, and an import may bring the
person again.
"""

from collections.abc import Sequence

from crm_desktop.domain.trash import KEPT_S
from crm_desktop.storage import (
    call_traces,
    calls,
    duplicates,
    log,
    number_owners,
    organization,
    pruning,
    rows,
    search,
)
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.log import Author, LogEntry, LoggedBlock, LoggedRow

EXPIRED, BY_HAND = "purge_trash", "empty_trash"
VERBS = (EXPIRED, BY_HAND)
_WITH_IMAGES = (*VERBS, pruning.VERB)
BANK = "bank_account"
_RELATION = "relation"
# What hangs on one contact; a relation hangs on two.
PARTS = tuple(table for cls, table in rows.TABLES.items() if "contact_id" in rows.column_names(cls))
TABLES = (_RELATION, *PARTS, "contact")
# Calls entered by hand have images, as records have; the calls themselves go as all calls do.
_WITH_JOURNAL = (*TABLES, "call")
_TRASHING = ("trash", "undo", "redo", "revert", "merge_contacts")
# Two clocks read within one change, and a leap.
_SLACK_S = 3_600


def in_trash(
    connection: Connection, *, before: int | None = None, ids: Sequence[int] | None = None, with_bank: bool
) -> list[int]:
    """Return the contacts in the trash, longest there first; of ``ids``, moved there up to ``before``.

    Without ``with_bank`` those are left out that have, or had, bank details. What a large change is
    writing at this moment is left out: it may be taken back.
    """
    conditions = ["c.trashed_at IS NOT NULL", f"NOT EXISTS ({_RUNNING})"]
    values: list[object] = []
    if before is not None:
        # What became part of another record stays as long as that can be undone.
        conditions.append("c.trashed_at <= CASE WHEN c.merged_into IS NULL THEN ? ELSE ? END")
        values += [before, before - pruning.KEPT_S + KEPT_S]
    else:
        conditions.append("c.merged_into IS NULL")
    if ids is not None:
        conditions.append(f"c.id IN ({placeholders(len(ids))})")
        values += ids
    if not with_bank:
        conditions += [f"NOT EXISTS ({has} = c.id)" for has in _WITH_BANK]
    found = connection.execute(
        f"SELECT c.id FROM contact c WHERE {' AND '.join(conditions)} ORDER BY c.trashed_at, c.id",  # noqa: S608
        values,
    )
    return [contact_id for (contact_id,) in found]


_RUNNING = (
    "SELECT 1 FROM change_row r JOIN change_set s ON s.id = r.change_set_id"
    " WHERE r.contact_id = c.id AND s.state = 'running'"
)
_WITH_BANK = (
    "SELECT 1 FROM bank_account b WHERE b.contact_id",
    f"SELECT 1 FROM change_row r WHERE r.table_name = '{BANK}' AND r.contact_id",  # noqa: S608
)


def purge(connection: Connection, author: Author, verb: str, ids: Sequence[int]) -> None:
    """Remove contacts with everything that is theirs, in the caller's transaction, as one signed entry.

    A call goes to the only other customer who has its number, if there is one; else it goes too: calls
    of nobody are not stored.
    """
    gone: dict[tuple[str, bytes], LoggedRow] = {}
    touched: list[int] = []
    ids = with_merged(connection, ids)
    for contact_id in ids:
        touched += _let_calls_go(connection, contact_id)
        for table in TABLES:
            for row in _rows_of(connection, table, contact_id):
                gone[row.table, row.row_uuid] = row
            _delete(connection, table, contact_id)
        gone |= _forget_journal(connection, contact_id, known=gone)
    # A note to a call, or a follow-up of one, may be somebody's who had the number before.
    linked = call_traces.forget_links(connection, touched) if author.edits else []
    search.remove_documents(connection, list(ids))
    organization.forget_unsaved(connection, ids)
    blocks: list[LoggedBlock] = calls.touched_blocks(connection, touched)
    log.append(connection, author, verb, rows=[*gone.values(), *linked], blocks=blocks)


def with_merged(connection: Connection, ids: Sequence[int]) -> list[int]:
    """Return contacts with those that became part of them, which go with them."""
    return list(dict.fromkeys(i for one in ids for i in (one, *duplicates.merged_ids(connection, one))))


def _of_contact(table: str, contact_id: int) -> tuple[str, list[int]]:
    """Return the condition, fixed SQL, by which rows of a table are a contact's."""
    if table == _RELATION:
        return "(from_id = ? OR to_id = ?)", [contact_id, contact_id]
    return ("id = ?" if table == "contact" else "contact_id = ?"), [contact_id]


def _rows_of(connection: Connection, table: str, contact_id: int) -> list[LoggedRow]:
    where, values = _of_contact(table, contact_id)
    found = connection.execute(f"SELECT uuid, version FROM {table} WHERE {where}", values)  # noqa: S608
    return [LoggedRow(table, uuid, version + 1, None) for uuid, version in found]


def _delete(connection: Connection, table: str, contact_id: int) -> None:
    where, values = _of_contact(table, contact_id)
    connection.execute(f"DELETE FROM {table} WHERE {where}", values)  # noqa: S608 - fixed parts


def _forget_journal(
    connection: Connection, contact_id: int, *, known: dict[tuple[str, bytes], LoggedRow]
) -> dict[tuple[str, bytes], LoggedRow]:
    """Remove a contact's rows from the journal; return those of them that had gone before, for the log.

    A row that is another contact's by now keeps its old values there.
    """
    forgotten: dict[tuple[str, bytes], LoggedRow] = {}
    for table in _WITH_JOURNAL:
        found = connection.execute(
            f"DELETE FROM change_row WHERE {_THEIRS} AND table_name = ?"  # noqa: S608 - fixed parts
            f" AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = row_id)"
            " RETURNING row_uuid, after_version",
            (contact_id, contact_id, table),
        ).fetchall()
        for uuid, version in found:
            if (table, uuid) not in known:
                before = forgotten.get((table, uuid))
                newest = max(version, before.version if before else 0)
                forgotten[table, uuid] = LoggedRow(table, uuid, newest, None)
    return forgotten


_THEIRS = (
    "id IN (SELECT id FROM change_row WHERE contact_id = ?"
    " UNION SELECT id FROM change_row WHERE other_contact_id = ?)"
)


def _let_calls_go(connection: Connection, contact_id: int) -> list[int]:
    """Give calls to the only other customer with their number, remove the others; return which they were."""
    numbers = connection.execute(
        "SELECT DISTINCT e164 FROM call WHERE customer_id = ? AND e164 IS NOT NULL", (contact_id,)
    ).fetchall()
    touched: list[int] = []
    for (e164,) in numbers:
        known = number_owners.owners_of(connection, [e164])[e164].customers
        others = [other for other in known if other != contact_id]
        if len(others) == 1:
            touched += calls.give_to(connection, contact_id, e164, others[0])
    return touched + calls.delete_where(connection, "k.customer_id = ?", (contact_id,))


def purged_later(connection: Connection, sequence: int, row: tuple[str, bytes]) -> bool:
    """Tell whether an entry behind ``sequence`` says that a row went with its old values.

    From the trash, or because the calls it named went with a consent.
    """
    found = connection.execute(
        "SELECT 1 FROM log_row r JOIN log_entry e ON e.id = r.entry_id WHERE r.table_name = ?"  # noqa: S608
        " AND r.row_uuid = ? AND r.digest IS NULL AND e.id > ?"
        f" AND e.verb IN ({placeholders(len(_WITH_IMAGES))}) LIMIT 1",
        (*row, sequence, *_WITH_IMAGES),
    )
    return found.fetchone() is not None


def purged_early(connection: Connection, entry: LogEntry) -> list[bytes]:
    """Return the contacts an entry removes that had not been in the trash for their whole time.

    By the log: moved there long enough before, and not restored since. Whether an undo in between brought
    one back is not decidable from it.
    """
    early: list[bytes] = []
    for (uuid,) in connection.execute(
        "SELECT row_uuid FROM log_row WHERE entry_id = ? AND table_name = 'contact'", (entry.sequence,)
    ).fetchall():
        trashed = _newest(connection, uuid, entry, _TRASHING, at=entry.at - KEPT_S + _SLACK_S)
        restored = _newest(connection, uuid, entry, ("restore_from_trash",), at=entry.at)
        if trashed is None or (restored or 0) > trashed:
            early.append(uuid)
    return early


def _newest(
    connection: Connection, uuid: bytes, entry: LogEntry, verbs: Sequence[str], *, at: int
) -> int | None:
    (sequence,) = connection.execute(
        "SELECT max(e.id) FROM log_row r JOIN log_entry e ON e.id = r.entry_id"  # noqa: S608
        " WHERE r.table_name = 'contact' AND r.row_uuid = ? AND e.id < ? AND e.at <= ?"
        f" AND e.verb IN ({placeholders(len(verbs))})",
        (uuid, entry.sequence, at, *verbs),
    ).fetchone()
    return None if sequence is None else int(sequence)
