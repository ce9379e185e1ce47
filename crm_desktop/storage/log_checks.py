"""Checks of the log: its chain and signatures, what was removed from it, and every row against it.

Whole, or from an entry that was verified before (``since``): then the entries behind it and the rows they
name. Each problem names the entry, the table and the record, as facts of a sentence made elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from crm_desktop.storage import calls, journal_rows, log, pruning, purging, rows
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.digests import BLOCK, row_digest
from crm_desktop.storage.log import LogEntry, LogHead
from crm_desktop.storage.problems import Problem

LOGGED_TABLES = tuple(table for table in rows.TABLES.values() if table not in ("call", "import_problem"))
# Rows that change without a change set: their old values are nowhere kept.
_WITHOUT_IMAGES = frozenset({"import_run", log.JOINT})
# The same values under another key: there is nothing to go back to.
_VERBS_WITHOUT_IMAGES = frozenset({"reseal_bank"})
_AT_ONCE = 400
_TAKING_BACK = frozenset({"cancel_change", "undo_unfinished"})
_START = LogHead(epoch=1, sequence=0, hash=log.GENESIS)

Pause = Callable[[], None]
"""Called between two steps; raises to stop."""

Judge = Callable[[Connection, LogEntry], Iterable[Problem]]
"""Returns what is wrong with the signer of an entry, and with what he lists in it."""


@dataclass(frozen=True, slots=True)
class LoggedState:
    """What the log has of a record last: version, digest (None: removed), and the entry that says so."""

    version: int
    digest: bytes | None
    sequence: int


def chain_problems(
    connection: Connection,
    judge: Judge,
    *,
    since: LogHead | None = None,
    pause: Pause,
) -> Iterator[Problem]:
    """Check hashes and order, and what ``judge`` finds wrong with an entry."""
    last = since or _START
    if since is not None and log.hash_of(connection, since.sequence) != since.hash:
        yield Problem("head_changed", {"sequence": since.sequence})
        return
    joints = log.joints(connection)
    for entry in log.entries(connection, after=last.sequence):
        pause()
        if entry.sequence > last.sequence and joints.get(entry.sequence) == entry.hash:
            # A rescue signed that the entries before it are lost.
            last = LogHead(max(last.epoch, entry.epoch), entry.sequence - 1, entry.prev)
        yield from _entry_problems(connection, entry, last, judge)
        epoch = entry.epoch if entry.verb in log.NEW_EPOCHS else last.epoch
        last = LogHead(max(epoch, last.epoch), entry.sequence, entry.hash)
    (counted,) = connection.execute("SELECT change_sequence FROM meta").fetchone()
    if counted != last.sequence:
        yield Problem("log_cut", {"last": last.sequence, "counted": counted})


def _entry_problems(
    connection: Connection, entry: LogEntry, last: LogHead, judge: Judge
) -> Iterator[Problem]:
    facts: dict[str, object] = {"sequence": entry.sequence, "verb": entry.verb}
    # What lies before a new epoch is what a restore went back behind.
    new_epoch = entry.verb in log.NEW_EPOCHS and entry.epoch > last.epoch
    if entry.sequence > last.sequence + 1 and not new_epoch:
        yield Problem("entries_missing", {"first": last.sequence + 1, "last": entry.sequence - 1})
    elif entry.prev != last.hash:
        yield Problem("entry_not_chained", facts)
    if not new_epoch and entry.epoch != last.epoch:
        yield Problem("entry_epoch", facts)
    if not entry.holds(connection):
        yield Problem("entry_changed", facts)
    else:
        yield from judge(connection, entry)


def removal_problems(
    connection: Connection, *, since: LogHead | None = None, pause: Pause
) -> Iterator[Problem]:
    """Find payloads and images that are missing although no signed entry says that they were removed."""
    after = since.sequence if since else 0
    up_to = max([0, *(redaction.up_to for redaction in pruning.redactions(connection))])
    (rescued,) = connection.execute(
        "SELECT coalesce(max(id), 0) FROM log_entry WHERE verb = ?", (log.RESCUED,)
    ).fetchone()
    yield from _early_redactions(connection, after)
    up_to = max(up_to, rescued)
    for sequence, verb in connection.execute(
        "SELECT id, verb FROM log_entry WHERE id > ? AND payload IS NULL AND payload_digest IS NOT NULL"
        " AND (id > ? OR verb = ?) ORDER BY id",
        (after, up_to, pruning.VERB),
    ):
        yield Problem("payload_missing", {"sequence": sequence, "verb": verb})
    yield from _missing_images(connection, max(after, up_to), up_to, pause)


def _early_redactions(connection: Connection, after: int) -> Iterator[Problem]:
    """Find entries that declare values removed which had to be kept longer."""
    known = 0
    for redaction in pruning.redactions(connection):
        if redaction.sequence > after:
            young = connection.execute(
                "SELECT 1 FROM log_entry WHERE id > ? AND id <= ? AND at > ? AND at <= ? LIMIT 1",
                (known, redaction.up_to, redaction.at - pruning.KEPT_S, redaction.at),
            ).fetchone()
            if young is not None or redaction.up_to >= redaction.sequence:
                facts: dict[str, object] = {"sequence": redaction.sequence, "up_to": redaction.up_to}
                yield Problem("removed_early", facts)
        known = max(known, redaction.up_to)


def _missing_images(connection: Connection, after: int, up_to: int, pause: Pause) -> Iterator[Problem]:
    known: dict[bytes, set[tuple[str, bytes, int]]] = {}
    for sequence, verb, uuid in connection.execute(
        "SELECT id, verb, change_set_uuid FROM log_entry WHERE id > ? AND change_set_uuid IS NOT NULL"
        " ORDER BY id",
        (after,),
    ).fetchall():
        pause()
        listed = _listed_rows(connection, sequence)
        if verb in _TAKING_BACK | _VERBS_WITHOUT_IMAGES or not listed:
            continue
        if uuid not in known:
            known.clear()  # the batches of one change set follow each other closely
            known[uuid] = journal_rows.rows_with_images(connection, uuid)
        missing = sum(
            not purging.purged_later(connection, sequence, (table, row))
            for table, row, _ in listed - known[uuid]
        )
        if missing and not _is_excused(connection, uuid, up_to):
            yield Problem("images_missing", {"sequence": sequence, "verb": verb, "count": missing})


def _listed_rows(connection: Connection, sequence: int) -> set[tuple[str, bytes, int]]:
    found = connection.execute(
        "SELECT table_name, row_uuid, row_version FROM log_row WHERE entry_id = ?", (sequence,)
    )
    return {(table, uuid, version) for table, uuid, version in found if table not in _WITHOUT_IMAGES}


def _is_excused(connection: Connection, uuid: bytes, up_to: int) -> bool:
    """Return whether the change set began in what was pruned, or was taken back with its journal."""
    found = connection.execute(
        "SELECT id, verb FROM log_entry WHERE change_set_uuid = ? ORDER BY id", (uuid,)
    ).fetchall()
    return found[0][0] <= up_to or any(verb in _TAKING_BACK for _, verb in found)


def row_problems(connection: Connection, *, since: LogHead | None = None, pause: Pause) -> Iterator[Problem]:
    """Check rows against their newest digest in the log: differing, missing, or without an entry."""
    for table in LOGGED_TABLES:
        if since is None:
            yield from _table_problems(connection, table, pause)
            yield from _missing_rows(connection, table)
        else:
            yield from _newest_problems(connection, table, since.sequence, pause)
    if since is None:
        yield from _block_problems(connection, pause)
    else:
        yield from _newest_block_problems(connection, since.sequence, pause)


def _table_problems(connection: Connection, table: str, pause: Pause) -> Iterator[Problem]:
    names = rows.table_columns(table)
    last_id = 0
    while part := connection.execute(
        f"SELECT {', '.join(names)} FROM {table} WHERE id > ? ORDER BY id LIMIT ?",  # noqa: S608
        (last_id, _AT_ONCE),
    ).fetchall():
        pause()
        found = [dict(zip(names, values, strict=True)) for values in part]
        last_id = int(str(found[-1]["id"]))
        logged = _logged(connection, table, [_uuid(row) for row in found])
        for row in found:
            yield from _row_problems(table, _uuid(row), row, logged.get(_uuid(row)))


def _uuid(row: dict[str, object]) -> bytes:
    uuid = row["uuid"]
    assert isinstance(uuid, bytes)  # noqa: S101 - NOT NULL in the schema
    return uuid


def _logged(connection: Connection, table: str, uuids: list[bytes]) -> dict[bytes, LoggedState]:
    found = connection.execute(
        "SELECT row_uuid, row_version, digest, entry_id FROM log_row"  # noqa: S608 - placeholders only
        f" WHERE table_name = ? AND row_uuid IN ({placeholders(len(uuids))}) ORDER BY id",
        [table, *uuids],
    )
    return {uuid: LoggedState(version, digest, sequence) for uuid, version, digest, sequence in found}


def _row_problems(
    table: str, uuid: bytes, row: dict[str, object] | None, logged: LoggedState | None
) -> Iterator[Problem]:
    facts: dict[str, object] = {"table": table, "record": uuid.hex()}
    if logged is None:
        # An import that goes on elsewhere is running; its entry comes when it is done.
        if row is not None and row.get("state") != "running":
            yield Problem("row_without_entry", facts)
        return
    facts["sequence"] = logged.sequence
    if row is None:
        if logged.digest is not None:
            yield Problem("row_missing", facts)
    elif logged.digest is None:
        yield Problem("row_came_back", facts)
    elif (logged.version, logged.digest) != (row["version"], row_digest(table, row)):
        yield Problem("row_differs", facts)


def _missing_rows(connection: Connection, table: str) -> Iterator[Problem]:
    gone = connection.execute(
        "SELECT DISTINCT row_uuid FROM log_row l WHERE table_name = ?"  # noqa: S608 - a name of TABLES
        f" AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.uuid = l.row_uuid)",
        (table,),
    ).fetchall()
    uuids = [uuid for (uuid,) in gone]
    for start in range(0, len(uuids), _AT_ONCE):
        for uuid, logged in _logged(connection, table, uuids[start : start + _AT_ONCE]).items():
            yield from _row_problems(table, uuid, None, logged)


def _newest_problems(connection: Connection, table: str, after: int, pause: Pause) -> Iterator[Problem]:
    """Check the rows that entries behind ``after`` name."""
    names = rows.table_columns(table)
    named = connection.execute(
        "SELECT DISTINCT row_uuid FROM log_row WHERE entry_id > ? AND table_name = ?", (after, table)
    ).fetchall()
    uuids = [uuid for (uuid,) in named]
    for start in range(0, len(uuids), _AT_ONCE):
        pause()
        part = uuids[start : start + _AT_ONCE]
        marks = placeholders(len(part))
        found = connection.execute(
            f"SELECT {', '.join(names)} FROM {table} WHERE uuid IN ({marks})",  # noqa: S608 - names of fields
            part,
        )
        present = {_uuid(row): row for row in (dict(zip(names, values, strict=True)) for values in found)}
        for uuid, logged in _logged(connection, table, part).items():
            yield from _row_problems(table, uuid, present.get(uuid), logged)


_BLOCKS = "SELECT first_id, row_count, digest, entry_id FROM log_block WHERE table_name = 'call'"


def _block_problems(connection: Connection, pause: Pause) -> Iterator[Problem]:
    logged = {first: rest for first, *rest in connection.execute(f"{_BLOCKS} ORDER BY id")}
    step = 100 * BLOCK
    for start in range(0, calls.last_id(connection) + 1, step):
        pause()
        for block in calls.blocks(connection, start, start + step - 1):
            count, digest, sequence = logged.pop(block.first_id, (None, None, None))
            if (count, digest) != (block.row_count, block.digest):
                yield _block_problem(block.first_id, sequence, "calls_differ")
    for first, (count, _, sequence) in logged.items():
        if count:
            yield _block_problem(first, sequence, "calls_missing")


def _newest_block_problems(connection: Connection, after: int, pause: Pause) -> Iterator[Problem]:
    found = connection.execute(f"{_BLOCKS} AND entry_id > ? ORDER BY id", (after,))
    for first, (count, digest, sequence) in {first: rest for first, *rest in found}.items():
        pause()
        now = [(block.row_count, block.digest) for block in calls.blocks(connection, first, first)]
        if count and not now:
            yield _block_problem(first, sequence, "calls_missing")
        elif now and now != [(count, digest)]:
            yield _block_problem(first, sequence, "calls_differ")


def _block_problem(first: int, sequence: int | None, code: str) -> Problem:
    if sequence is None:
        code = "calls_without_entry"
    return Problem(code, {"first": first, "last": first + BLOCK - 1, "sequence": sequence or 0})
