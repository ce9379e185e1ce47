"""What a measure is held against: the least SQLite itself takes for the same, on the same file.

For sample organizations only: some of it writes rows outside the log and takes them away again, and the
peers without encryption hold made-up people in plain files.
"""

import os
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from sqlcipher3 import dbapi2 as sqlcipher

from crm_desktop.domain.contacts import Category
from crm_desktop.storage import calls
from crm_desktop.storage.connecting import RAW_KEY_LENGTH, connect
from crm_desktop.storage.database import Connection, Database
from crm_desktop.storage.identifiers import new_salt, new_uuid
from crm_desktop.storage.schema import create_schema

if TYPE_CHECKING:
    CallRow = tuple[object, ...]

_COLUMNS = tuple(name for name in calls.CALL_COLUMNS if name != "id")
_INSERT_CALL = f"INSERT INTO call ({', '.join(_COLUMNS)}) VALUES ({','.join('?' * len(_COLUMNS))})"  # noqa: S608
_SCAN_CACHE_MIB = 512


def names_from(connection: Connection, category: Category, key: str, limit: int) -> list[int]:
    """Return the first ids whose folded name begins with ``key``: one range of one index."""
    found = connection.execute(
        "SELECT id FROM contact WHERE category = ? AND trashed_at IS NULL AND name_key >= ? AND name_key < ?"
        " ORDER BY name_key, id LIMIT ?",
        (category.value, key, f"{key}\U0010ffff", limit),
    )
    return [row_id for (row_id,) in found]


def names_like(connection: Connection, category: Category, text: str) -> list[int]:
    """Return every id whose name or company holds ``text``: what a program without full text does."""
    found = connection.execute(
        "SELECT id FROM contact WHERE category = ? AND trashed_at IS NULL"
        " AND (display_name LIKE ? OR company LIKE ?)",
        (category.value, f"%{text}%", f"%{text}%"),
    )
    return [row_id for (row_id,) in found]


def commit_one_row(database: Database, contact_id: int) -> None:
    """Write one row as it is and commit."""
    with database.write() as connection:
        connection.execute("UPDATE contact SET changed_at = changed_at + 0 WHERE id = ?", (contact_id,))


def prepared_calls(
    count: int, *, member_id: int, seed: int, customers: Sequence[int] = (), run_id: int | None = None
) -> "list[CallRow]":
    """Return rows of calls ready to be inserted: of these customers and run, into the same indexes."""
    random = Random(seed)  # noqa: S311 - made-up calls, no secrets
    made = []
    for index in range(count):
        values: dict[str, object] = {
            "uuid": new_uuid(), "version": 1, "salt": new_salt(), "started_at": 1_700_000_000 + 7 * index,
            "time_zone": "Europe/Berlin", "direction": "incoming", "outcome": "answered",
            "duration_s": random.randrange(600), "raw_number": "+4930231250", "e164": "+4930231250",
            "member_id": member_id, "customer_id": random.choice(customers) if customers else None,
            "import_run_id": run_id, "row_key": index.to_bytes(8, "big") + os.urandom(8),
        }  # fmt: skip
        made.append(tuple(values.get(name) for name in _COLUMNS))
    return made


def calls_grouped(connection: Connection, since: int, until: int) -> list[tuple[object, ...]]:
    """Count the calls of a span by day, direction and outcome: one chart of a program without roll-ups."""
    return connection.execute(
        "SELECT started_at / 86400 AS day, direction, outcome, count(*), sum(duration_s) FROM call"
        " WHERE started_at >= ? AND started_at < ? GROUP BY day, direction, outcome",
        (since, until),
    ).fetchall()


def some_run(connection: Connection) -> int | None:
    """Return a run calls may belong to, if there is one."""
    row = connection.execute("SELECT min(id) FROM import_run WHERE kind = 'calls'").fetchone()
    return None if row is None else row[0]


def insert_and_remove(database: Database, prepared: "Sequence[CallRow]") -> float:
    """Return how many seconds inserting and committing takes; the rows are gone again afterwards."""
    with database.read() as connection:
        last = calls.last_id(connection)
    began = time.perf_counter()
    with database.write() as connection:
        connection.executemany(_INSERT_CALL, prepared)
    spent = time.perf_counter() - began
    with database.write() as connection:
        connection.execute("DELETE FROM call WHERE id > ?", (last,))
        connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'call'", (last,))
    return spent


def load_and_scan(folder: Path, prepared: "Sequence[CallRow]", *, encrypted: bool) -> tuple[float, float]:
    """Return the seconds of loading calls into a new file, and of reading all of them from the cache."""
    path = folder / ("loaded.crm" if encrypted else "loaded.db")
    with closing(_new_file(path, encrypted=encrypted)) as connection:
        began = time.perf_counter()
        connection.execute("BEGIN")
        connection.executemany(_INSERT_CALL, prepared)
        connection.execute("COMMIT")
        loaded = time.perf_counter() - began
        _scan(connection)
        began = time.perf_counter()
        _scan(connection)
        scanned = time.perf_counter() - began
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return loaded, scanned


def _scan(connection: Connection) -> None:
    connection.execute("SELECT count(*), sum(duration_s), max(length(raw_number)) FROM call").fetchone()


def _new_file(path: Path, *, encrypted: bool) -> Connection:
    """Make a file with the schema; both kinds are written as the program writes."""
    if encrypted:
        connection = connect(path, os.urandom(RAW_KEY_LENGTH), create=True)
    else:
        connection = sqlcipher.connect(str(path), isolation_level=None)
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute(f"PRAGMA cache_size = -{_SCAN_CACHE_MIB * 1024}")
    connection.execute("BEGIN")
    create_schema(connection)
    connection.execute("COMMIT")
    return connection


def plain_list(database: Database, target: Path) -> None:
    """Copy what the list of customers shows into the table ``customer`` of a plain SQLite file."""
    with database.read_apart() as connection:
        connection.execute("ATTACH DATABASE ? AS peer KEY ''", (str(target),))
        connection.execute(
            "CREATE TABLE peer.customer (id INTEGER PRIMARY KEY, name TEXT, name_key TEXT, company TEXT,"
            " title TEXT, status TEXT, phone TEXT, email TEXT, city TEXT)"
        )
        connection.execute(
            "INSERT INTO peer.customer SELECT c.id, c.display_name, c.name_key, c.company, c.title, c.status,"
            " (SELECT p.raw FROM phone p WHERE p.contact_id = c.id AND p.position = 0),"
            " (SELECT e.address FROM email e WHERE e.contact_id = c.id AND e.position = 0),"
            " (SELECT a.city FROM postal_address a WHERE a.contact_id = c.id AND a.position = 0)"
            " FROM contact c WHERE c.category = 'customer' AND c.trashed_at IS NULL"
        )
        connection.execute("CREATE INDEX peer.customer_name ON customer (name_key, id)")
        connection.execute("DETACH DATABASE peer")


def some_numbers(connection: Connection, count: int, random: Random) -> list[str]:
    """Return about ``count`` E.164 numbers of customers, drawn from the whole file."""
    (last,) = connection.execute("SELECT max(id) FROM phone").fetchone()
    drawn = (
        connection.execute(
            "SELECT p.e164 FROM phone p JOIN contact c ON c.id = p.contact_id"
            " WHERE p.id >= ? AND p.e164 IS NOT NULL AND c.category = 'customer' ORDER BY p.id LIMIT 1",
            (random.randrange(1, (last or 1) + 1),),
        ).fetchone()
        for _ in range(count)
    )
    return [row[0] for row in drawn if row]
