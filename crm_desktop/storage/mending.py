"""What a rescued file needs to be whole again: references, what others hang on, and the log. SQLite only.

Nothing is invented about people: a row whose parent is lost goes with it or stands alone. Only where
others hang on a row by right (the phone owner of calls, the import a withdrawal removes) an empty one takes
its place, so that what a consent covers is still covered.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from crm_desktop.domain.imports import ImportState
from crm_desktop.storage import log, rows
from crm_desktop.storage.database import Connection
from crm_desktop.storage.digests import read_image
from crm_desktop.storage.identifiers import new_salt, new_uuid

_UNKNOWN = "?"


@dataclass(slots=True)
class Mended:
    """What was done: rows changed or put in (by table and id), rows dropped, calls without a customer."""

    touched: set[tuple[str, int]] = field(default_factory=set)
    dropped: Counter[str] = field(default_factory=Counter)
    stand_ins: Counter[str] = field(default_factory=Counter)
    unmatched_calls: int = 0
    entries_lost: int = 0


@dataclass(frozen=True, slots=True)
class People:
    """The roster's users as the key file tells: login names by user id; ``lost`` ids of members by row id."""

    logins: Mapping[bytes, str]
    lost: Mapping[int, bytes | None]


def mend_references(connection: Connection, people: People, *, now: int) -> Mended:
    """Make every reference lead somewhere, or nowhere where that is allowed; else the row goes."""
    mended = Mended()
    _put_organization(connection, mended)
    while violations := connection.execute("PRAGMA foreign_key_check").fetchall():
        for table, row_id, parent, number in violations:
            column = _column(connection, table, number)
            found = connection.execute(f"SELECT {column} FROM {table} WHERE id = ?", (row_id,)).fetchone()  # noqa: S608
            if found is None or found[0] is None or _exists(connection, parent, found[0]):
                continue  # mended by one before it
            if parent == "member":
                _put_member(connection, int(found[0]), people, mended)
            elif parent == "import_run":
                _put_run(connection, int(found[0]), mended, now=now)
            elif parent == "product":
                _put_product(connection, int(found[0]), mended)
            elif _may_be_empty(connection, table, column):
                _set(connection, table, row_id, {column: None}, mended)
            else:
                connection.execute(f"DELETE FROM {table} WHERE id = ?", (row_id,))  # noqa: S608 - a schema's name
                mended.dropped[table] += 1
    return mended


def _column(connection: Connection, table: str, number: int) -> str:
    (name,) = connection.execute(
        'SELECT "from" FROM pragma_foreign_key_list(?) WHERE id = ?', (table, number)
    ).fetchone()
    return str(name)


def _exists(connection: Connection, table: str, row_id: object) -> bool:
    found = connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (row_id,)).fetchone()  # noqa: S608
    return found is not None


def _may_be_empty(connection: Connection, table: str, column: str) -> bool:
    (needed,) = connection.execute(
        'SELECT "notnull" FROM pragma_table_info(?) WHERE name = ?', (table, column)
    ).fetchone()
    return not needed


def _set(connection: Connection, table: str, row_id: int, values: dict[str, object], mended: Mended) -> None:
    if table not in rows.TABLES.values() or table == "import_problem":
        pairs = ", ".join(f"{name} = ?" for name in values)
        connection.execute(f"UPDATE {table} SET {pairs} WHERE id = ?", [*values.values(), row_id])  # noqa: S608
        return
    if table == "call" and "customer_id" in values:
        mended.unmatched_calls += 1
    (version,) = connection.execute(f"SELECT version FROM {table} WHERE id = ?", (row_id,)).fetchone()  # noqa: S608
    rows.update_row(connection, table, row_id, {**values, "version": version + 1, "salt": new_salt()})
    mended.touched.add((table, row_id))


def _insert(connection: Connection, table: str, values: dict[str, object], mended: Mended) -> None:
    stamped = {"uuid": new_uuid(), "version": 1, "salt": new_salt(), **values}
    mended.touched.add((table, rows.insert_row(connection, table, stamped)))
    mended.stand_ins[table] += 1


def _put_member(connection: Connection, member_id: int, people: People, mended: Mended) -> None:
    """Put a member back by what index and key file still know of him; else one nobody signs in as."""
    there = {uuid for (uuid,) in connection.execute("SELECT uuid FROM member")}
    missing = [user_id for user_id in people.logins if user_id not in there]
    user_id = people.lost.get(member_id)
    if user_id is None and len(missing) == 1 and not any(people.lost.values()):
        user_id = missing[0]
    values: dict[str, object] = {"id": member_id, "login": f"lost-{member_id}", "name": _UNKNOWN}
    if user_id is not None and user_id not in there:
        login = people.logins.get(user_id, f"lost-{member_id}")
        values |= {"uuid": user_id, "login": login, "name": login}
    _insert(connection, "member", values, mended)


def _put_run(connection: Connection, run_id: int, mended: Mended, *, now: int) -> None:
    """Put an empty import in the place of a lost one: its calls stay imported and go with a withdrawal."""
    of_calls = connection.execute(
        "SELECT member_id, count(*) FROM call WHERE import_run_id = ? GROUP BY member_id", (run_id,)
    ).fetchone()
    first = connection.execute("SELECT min(id), 0 FROM member").fetchone()
    member_id, created = of_calls or first
    zero = dict.fromkeys(("already_there", "unknown_numbers", "rejected", "skipped"), 0)
    values: dict[str, object] = {
        "id": run_id, "kind": "calls", "state": ImportState.DONE.value, "file_name": _UNKNOWN, "sha256": b"",
        "format": _UNKNOWN, "member_id": member_id, "started_by": member_id, "started_at": now,
        "finished_at": now, "created": created, **zero,
    }  # fmt: skip
    _insert(connection, "import_run", values, mended)


def _put_product(connection: Connection, product_id: int, mended: Mended) -> None:
    name = f"{_UNKNOWN} {product_id}"
    values: dict[str, object] = {"id": product_id, "name": name, "name_key": name, "active": 0}
    _insert(connection, "product", values, mended)


def _put_organization(connection: Connection, mended: Mended) -> None:
    """Put lost settings back from the images of the journal, and what these lack as a new file has it."""
    if connection.execute("SELECT 1 FROM organization").fetchone() is not None:
        return
    values: dict[str, object] = {"name": _UNKNOWN, "region": "US", "time_zone": "UTC"}
    images = connection.execute(
        "SELECT after_image FROM change_row WHERE table_name = 'organization' AND after_image IS NOT NULL"
        " ORDER BY id"
    )
    known = rows.table_columns("organization")
    for (image,) in images.fetchall():
        values |= {name: value for name, value in read_image(image).items() if name in known}
    _insert(connection, "organization", values, mended)


def put_members(connection: Connection, people: People, mended: Mended) -> None:
    """Give every user of the roster who lost his row one again, so that he can sign in."""
    there = {uuid for (uuid,) in connection.execute("SELECT uuid FROM member")}
    for user_id, login in people.logins.items():
        if user_id not in there:
            _insert(connection, "member", {"uuid": user_id, "login": login, "name": login}, mended)


def keep_unmatched_calls(connection: Connection, mended: Mended, *, now: int) -> None:
    """Let imported calls that lost their customer stay for the time calls of nobody stay, from today.

    They would go at the next opening with the unknown numbers of an import of long ago: an import of
    their own takes them, one per member, which a withdrawal of his removes too.
    """
    lost = sorted(row_id for table, row_id in mended.touched if table == "call")
    runs: dict[int, int] = {}
    for row_id in lost:
        found = connection.execute(
            "SELECT member_id FROM call WHERE id = ? AND customer_id IS NULL AND import_run_id IS NOT NULL",
            (row_id,),
        ).fetchone()
        if found is None:
            continue
        member_id = int(found[0])
        if member_id not in runs:
            runs[member_id] = _new_run(connection, member_id, mended, now=now)
        connection.execute("UPDATE call SET import_run_id = ? WHERE id = ?", (runs[member_id], row_id))
        connection.execute("UPDATE import_run SET created = created + 1 WHERE id = ?", (runs[member_id],))


def _new_run(connection: Connection, member_id: int, mended: Mended, *, now: int) -> int:
    (highest,) = connection.execute(
        "SELECT max(seq) FROM (SELECT seq FROM sqlite_sequence WHERE name = 'import_run'"
        " UNION SELECT max(id) FROM import_run)"
    ).fetchone()
    run_id = int(highest or 0) + 1
    _put_run(connection, run_id, mended, now=now)
    connection.execute(
        "UPDATE import_run SET member_id = ?, started_by = ? WHERE id = ?", (member_id, member_id, run_id)
    )
    return run_id


def trim_log(connection: Connection, mended: Mended) -> list[log.LoggedRow]:
    """Drop the entries that are not whole; return the lines that say where the chain goes on."""
    dropped: list[int] = []
    joints: list[log.LoggedRow] = []
    previous = log.GENESIS
    for entry in list(log.entries(connection)):
        if not entry.holds(connection):
            dropped.append(entry.sequence)
            continue
        if entry.prev != previous:
            joints.append(log.joint(entry.sequence, entry.hash))
        previous = entry.hash
    for table, column in (("log_row", "entry_id"), ("log_block", "entry_id"), ("log_entry", "id")):
        connection.executemany(
            f"DELETE FROM {table} WHERE {column} = ?",  # noqa: S608 - names of this line
            [(sequence,) for sequence in dropped],
        )
    mended.entries_lost += len(dropped)
    return joints
