"""Checks of a file: pages, foreign keys, full text against rows, and rows against the log. SQLite only.

Each check works on a connection of its own: a damaged page poisons the connection that met it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlcipher3 import dbapi2 as sqlcipher

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.storage import calls, contacts, log, rows, search
from crm_desktop.storage.database import Connection, Database, sqlite_errors_known
from crm_desktop.storage.digests import row_digest
from crm_desktop.storage.schema import SCHEMA_VERSION

LOGGED_TABLES = tuple(table for table in rows.TABLES.values() if table not in ("call", "import_problem"))
# One problem explains a file; a thousand lines of them explain nothing.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check; ``detail`` is a sentence or the first problems."""

    name: str
    ok: bool
    detail: str


def page_check(database: Database) -> Finding:
    """Check every page's HMAC and the structure, after a checkpoint (before one the answers are wrong)."""
    if not database.read_only:
        database.checkpoint()
    return _on_own_connection(database, "pages", _pages)


def _pages(connection: Connection) -> list[str]:
    problems = [str(text) for (text,) in connection.execute("PRAGMA cipher_integrity_check")]
    structure = [str(text) for (text,) in connection.execute("PRAGMA integrity_check")]
    return problems + [text for text in structure if text != "ok"]


def foreign_key_check(database: Database) -> Finding:
    """Check that nothing refers to a row that is gone."""

    def check(connection: Connection) -> list[str]:
        found = connection.execute("PRAGMA foreign_key_check")
        return [f"{table} → {parent}" for table, _, parent, _ in found]

    return _on_own_connection(database, "foreign_keys", check)


def version_check(database: Database) -> Finding:
    """Check that the schema is the one this program writes."""

    def check(connection: Connection) -> list[str]:
        (version,) = connection.execute("SELECT schema_version FROM meta").fetchone()
        return [] if version == SCHEMA_VERSION else [f"{version} ≠ {SCHEMA_VERSION}"]

    return _on_own_connection(database, "schema_version", check)


def search_check(database: Database) -> Finding:
    """Check that the full text holds exactly the contacts outside the trash, with exactly their words."""

    def check(connection: Connection) -> list[str]:
        wanted = set(contacts.all_contact_ids(connection))
        found = {row_id for (row_id,) in connection.execute("SELECT rowid FROM search_word")}
        if not database.read_only:  # the check is an INSERT to SQLite
            connection.execute("INSERT INTO search_word (search_word, rank) VALUES ('integrity-check', 0)")
        missing, extra = len(wanted - found), len(found - wanted)
        if missing or extra:
            return [f"-{missing} +{extra}"]
        expected: Counter[str] = Counter()
        for contact_id in wanted:
            expected.update(contacts.expected_words(connection, contact_id))
        differing = expected - search.word_counts(connection)
        differing.update(search.word_counts(connection) - expected)
        return [f"{len(differing)} words"] if differing else []

    return _on_own_connection(database, "search_index", check)


def log_chain_check(database: Database, judge: Callable[[log.LogEntry], str | None]) -> Finding:
    """Check hashes and order of the log, and what ``judge`` finds wrong with an entry's signer."""

    def check(connection: Connection) -> list[str]:
        problems: list[str] = []
        previous = log.GENESIS
        sequence, epoch = 0, 1
        joints = log.joints(connection)
        for entry in log.entries(connection):
            sequence += 1
            if entry.sequence >= sequence and joints.get(entry.sequence) == entry.hash:
                # A rescue signed that the entries before it are lost.
                sequence, previous, epoch = entry.sequence, entry.prev, max(epoch, entry.epoch)
            if entry.verb in log.NEW_EPOCHS and entry.epoch > epoch:
                # What lies between is what the restore went back behind.
                sequence, epoch = max(sequence, entry.sequence), entry.epoch
            elif entry.epoch != epoch:
                problems.append(f"#{entry.sequence} epoch")
            if entry.sequence != sequence or entry.prev != previous or not entry.holds(connection):
                problems.append(f"#{entry.sequence}")
            elif problem := judge(entry):
                problems.append(f"#{entry.sequence} {problem}")
            previous, sequence = entry.hash, entry.sequence
        (counted,) = connection.execute("SELECT change_sequence FROM meta").fetchone()
        if counted != sequence:
            problems.append(f"#{sequence} ≠ {counted}")
        return problems

    return _on_own_connection(database, "log_chain", check)


def row_check(database: Database) -> Finding:
    """Check every row against its newest digest in the log: differing, missing, or without an entry."""

    def check(connection: Connection) -> list[str]:
        problems: list[str] = []
        for table in LOGGED_TABLES:
            problems += _table_problems(connection, table)
        return problems + _block_problems(connection)

    return _on_own_connection(database, "rows_against_log", check)


def _table_problems(connection: Connection, table: str) -> Iterator[str]:
    newest: dict[bytes, tuple[int, bytes | None]] = {
        uuid: (version, digest)
        for uuid, version, digest in connection.execute(
            "SELECT row_uuid, row_version, digest FROM log_row WHERE table_name = ? ORDER BY id", (table,)
        )
    }
    names = rows.table_columns(table)
    for values in connection.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY id"):  # noqa: S608
        row = dict(zip(names, values, strict=True))
        logged = newest.pop(row["uuid"], None)
        if logged is None and row.get("state") == "running":
            continue  # an import that goes on elsewhere; its entry comes when it is done
        if logged is None:
            yield f"{table} {row['uuid'].hex()} without an entry"
        elif logged != (row["version"], row_digest(table, row)):
            yield f"{table} {row['uuid'].hex()} differs"
    for uuid, (_, digest) in newest.items():
        if digest is not None:
            yield f"{table} {uuid.hex()} is missing"


def _block_problems(connection: Connection) -> list[str]:
    logged: dict[int, tuple[int, bytes]] = {
        first: (count, digest)
        for first, count, digest in connection.execute(
            "SELECT first_id, row_count, digest FROM log_block WHERE table_name = 'call' ORDER BY id"
        )
    }
    differing = [
        f"call block {block.first_id} differs"
        for block in calls.blocks(connection, 0, calls.last_id(connection))
        if logged.pop(block.first_id, None) != (block.row_count, block.digest)
    ]
    return differing + [f"call block {first} is missing" for first, (count, _) in logged.items() if count]


def _on_own_connection(database: Database, name: str, check: Callable[[Connection], list[str]]) -> Finding:
    try:
        connection = database.separate_connection()
    except OrganizationFileError as error:
        return Finding(name, ok=False, detail=error.code)
    try:
        with sqlite_errors_known(database.path):
            problems = list(check(connection))
    except OrganizationFileError as error:
        problems = [error.code]
    except sqlcipher.DatabaseError as error:
        problems = [getattr(error, "sqlite_errorname", None) or "database error"]
    finally:
        connection.close()
    return Finding(name, ok=not problems, detail="; ".join(problems[:SHOWN]))
