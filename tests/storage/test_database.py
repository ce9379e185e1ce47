"""The file itself: keys, pragmas, transactions, threads, and SQLite's errors in the program's words."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from crm_desktop.domain.errors import BusyError, ConflictError, RefusedError
from crm_desktop.domain.errors import OrganizationFileError as FileError
from crm_desktop.operations.session import Session
from crm_desktop.storage import journal, journal_rows, products, rows
from crm_desktop.storage.connecting import connect, create_database, sqlite_errors_known
from crm_desktop.storage.database import CHECKPOINT_PAGES, Connection, Database, integrity_as
from crm_desktop.storage.digests import block_start, image, read_image
from crm_desktop.storage.identifiers import new_uuid
from crm_desktop.storage.rollup_recount import TABLES as ROLLUPS
from crm_desktop.storage.schema import MIGRATIONS, SCHEMA_VERSION, check_version
from tests.operations.samples import customer_with

KEY = bytes(range(48))


def _one_table(connection: Connection) -> None:
    connection.execute("CREATE TABLE t (x UNIQUE)")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    path = tmp_path / "plain?name#.crm"
    create_database(path, KEY, _one_table)
    return Database(path, KEY)


@pytest.mark.parametrize("key", [b"", KEY[:32], KEY + b"x"])
def test_a_key_of_another_length_is_never_taken_for_a_passphrase(tmp_path: Path, key: bytes) -> None:
    with pytest.raises(ValueError, match="48"):
        connect(tmp_path / "a.crm", key, create=True)
    assert not (tmp_path / "a.crm").exists()


def test_another_key_opens_nothing(database: Database) -> None:
    with pytest.raises(FileError, match="file_damaged"):
        connect(database.path, KEY[::-1])


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="file_not_openable"):
        connect(tmp_path / "a.crm", KEY)
    assert list(tmp_path.iterdir()) == []


def test_nobody_reads_it_without_the_key(database: Database) -> None:
    assert not database.path.read_bytes().startswith(b"SQLite format 3")
    plain = sqlite3.connect(database.path)
    with pytest.raises(sqlite3.DatabaseError):
        plain.execute("SELECT * FROM t")
    plain.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("foreign_keys", 1), ("temp_store", 2), ("secure_delete", 1), ("synchronous", 2),
        ("trusted_schema", 0),
        ("cell_size_check", 1), ("busy_timeout", 15_000), ("cipher_page_size", "4096"),
    ],
)  # fmt: skip
def test_every_connection_has_the_pragmas_of_the_design(
    database: Database, pragma: str, value: object
) -> None:
    for connection in (database.connection(), database.separate_connection()):
        assert connection.execute(f"PRAGMA {pragma}").fetchone()[0] == value


def test_a_write_is_all_or_nothing(database: Database) -> None:
    with pytest.raises(sqlcipher.IntegrityError), database.write() as connection:
        connection.executemany("INSERT INTO t VALUES (?)", [(1,), (1,)])
    with database.write() as connection:
        connection.execute("INSERT INTO t VALUES (2)")
    with database.read() as connection:
        assert connection.execute("SELECT x FROM t").fetchall() == [(2,)]


def test_what_is_asked_before_a_write_may_stop_it(database: Database) -> None:
    def refuse(_: object) -> None:
        raise RefusedError("account_disabled")

    database.before_write = refuse
    with pytest.raises(RefusedError), database.write():
        pytest.fail("must not be reached")
    assert not database.connection().in_transaction


def test_a_read_sees_one_state_and_its_own_transactions(database: Database) -> None:
    database.use_write_ahead_log()
    other = database.separate_connection()
    with database.read() as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
        other.execute("INSERT INTO t VALUES (1)")
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    with database.write() as connection:
        connection.execute("INSERT INTO t VALUES (2)")
        with database.read() as same:
            assert same.execute("SELECT count(*) FROM t").fetchone() == (2,)
        assert connection.in_transaction
    other.close()


def test_each_thread_has_its_connection(database: Database) -> None:
    seen = []

    def work() -> None:
        with database.read() as connection:
            seen.append(connection)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen[0] is not database.connection()


def test_a_closed_file_says_so(database: Database) -> None:
    database.close()
    database.close()
    for call in (
        database.connection,
        database.separate_connection,
        database.begin_write,
        database.checkpoint,
    ):
        with pytest.raises(FileError, match="file_closed"):
            call()
    database.rollback()


def test_a_reader_that_ends_while_the_file_is_closed_breaks_nothing(tmp_path: Path) -> None:
    """The reader closes its connection itself, and never one that is being interrupted."""
    path = tmp_path / "ends.crm"
    create_database(path, KEY, _one_table)
    ended: list[BaseException] = []

    def read_until_closed(database: Database, reading: threading.Event) -> None:
        try:
            while True:
                with database.read() as connection:
                    connection.execute("SELECT * FROM t").fetchall()
                    reading.set()
        except BaseException as error:  # noqa: BLE001 - told to the test
            ended.append(error)

    for _ in range(150):
        database, reading = Database(path, KEY), threading.Event()
        readers = [threading.Thread(target=read_until_closed, args=(database, reading)) for _ in range(2)]
        for reader in readers:
            reader.start()
        assert reading.wait(30)
        database.close()
        for reader in readers:
            reader.join(30)
            assert not reader.is_alive()
    assert {getattr(error, "code", repr(error)) for error in ended} == {"file_closed"}


def test_closing_under_a_reader_of_another_thread_stops_it_and_leaves_nothing_open(
    database: Database,
) -> None:
    reads, told, held = threading.Event(), list[str](), list[Connection]()

    def read_long() -> None:
        try:
            with database.read() as connection:
                held.append(connection)
                connection.create_function("reads", 0, reads.set)
                connection.execute(
                    "WITH RECURSIVE n (i) AS (SELECT reads() IS NULL UNION ALL SELECT i + 1 FROM n"
                    " WHERE i < 1000000000) SELECT count(*) FROM n"
                ).fetchone()
        except FileError as error:
            told.append(error.code)

    thread = threading.Thread(target=read_long)
    thread.start()
    assert reads.wait(5)
    database.close()
    thread.join(5)
    assert told == ["file_closed"]
    with pytest.raises(sqlcipher.ProgrammingError):
        held[0].execute("SELECT 1")


def test_a_file_for_reading_is_never_written(database: Database) -> None:
    reader = Database(database.path, KEY, read_only=True)
    for call in (reader.begin_write, reader.use_write_ahead_log):
        with pytest.raises(FileError, match="file_read_only"):
            call()
    with pytest.raises(FileError, match="file_read_only"), sqlite_errors_known(reader.path):
        reader.connection().execute("INSERT INTO t VALUES (1)")
    reader.close()


@pytest.mark.parametrize(
    ("code", "known"),
    [
        (5, BusyError), (5 | 2 << 8, BusyError), (8, FileError), (9, FileError), (10 | 3 << 8, FileError),
        (11, FileError), (13, FileError), (14, FileError), (26, FileError),
        (1, sqlcipher.OperationalError),
    ],
)  # fmt: skip
def test_errors_of_disk_and_file_are_known_and_others_are_bugs(code: int, known: type[Exception]) -> None:
    error = sqlcipher.OperationalError("x")
    error.sqlite_errorcode = code
    with pytest.raises(known), sqlite_errors_known(Path("a.crm")):
        raise error


def test_a_full_disk_leaves_the_old_state(database: Database) -> None:
    connection = database.connection()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(FileError, match="disk_full"), database.write():
        connection.execute("INSERT INTO t VALUES (randomblob(100000))")
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_work_with_more_cache_leaves_no_pages_to_move_for_the_next_save(database: Database) -> None:
    database.use_write_ahead_log()
    before = database.path.stat().st_size
    with database.more_cache():
        with database.write() as connection:
            connection.executemany("INSERT INTO t VALUES (?)", ((f"{place:0>200}",) for place in range(2000)))
        assert database.path.stat().st_size == before
    assert database.path.stat().st_size > before + 2000 * 200
    (every,) = database.connection().execute("PRAGMA wal_autocheckpoint").fetchone()
    assert every == CHECKPOINT_PAGES


def test_a_constraint_is_the_error_the_caller_names(database: Database) -> None:
    database.connection().execute("INSERT INTO t VALUES (1)")
    with pytest.raises(ConflictError), integrity_as(ConflictError("undo_conflict")):
        database.connection().execute("INSERT INTO t VALUES (1)")


# --- schema and rows ------------------------------------------------------------------------------------


def test_the_schema_is_the_number_of_its_scripts() -> None:
    assert len(MIGRATIONS) == SCHEMA_VERSION
    check_version(SCHEMA_VERSION)
    with pytest.raises(FileError, match="schema_newer"):
        check_version(SCHEMA_VERSION + 1)


def test_dataclasses_and_hidden_columns_are_the_tables(session: Session) -> None:
    with session.database.read() as connection:
        for cls, table in rows.TABLES.items():
            stored = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
            assert set(stored) == set(rows.table_columns(table)), cls


def test_every_table_keeps_its_ids_to_itself(session: Session) -> None:
    with session.database.read() as connection:
        tables = dict(
            connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
                " AND name NOT LIKE 'search_word%' AND name NOT LIKE 'search_digit%'"
                " AND name NOT LIKE 'search_token_part%' AND name NOT IN ('meta', 'search_vocabulary')"
            ).fetchall()
        )
    # Made anew from the calls; their keys are what they count by.
    tables = {name: sql for name, sql in tables.items() if name not in ROLLUPS}
    assert len(tables) >= 18
    assert [name for name, sql in tables.items() if "AUTOINCREMENT CHECK (id < 4294967296)" not in sql] == []


def test_unknown_columns_are_a_bug(session: Session) -> None:
    with session.database.write() as connection:
        for call in (
            lambda: rows.insert_row(connection, "contact", {"evil": 1}),
            lambda: rows.update_row(connection, "contact", 1, {"id; DROP": 1}),
            lambda: rows.ids_of_contact(connection, "member", 1),
        ):
            with pytest.raises(KeyError):
                call()
        with pytest.raises(StopIteration):
            rows.delete_row(connection, "evil", 1)


def test_a_change_of_a_row_that_is_gone(session: Session) -> None:
    with session.change("edit_customer") as changes:
        changes.delete("contact", 99)
        assert changes.finish() is None
        with pytest.raises(RefusedError, match="record_not_found"):
            changes.update("contact", 99, {"title": "x"})
        gone = journal_rows.ChangedRow("contact", 99, bytes(16), 99, None, 1, None, {"title": "x"})
        with pytest.raises(ConflictError, match="undo_conflict"):
            journal.revert(changes, [gone])


def test_products_are_found_again(session: Session) -> None:
    customer_with(session, "Dana")
    with session.change("edit_customer") as changes:
        first = products.find_or_add(changes, "Größe")
        assert products.find_or_add(changes, "GROSSE") == first


def test_images_keep_bytes_and_everything_json_has() -> None:
    values = {"a": b"\x00\xff", "b": None, "c": "Größe", "d": 5, "e": True}
    assert read_image(image(values)) == values


def test_uuids_are_of_version_7_and_grow() -> None:
    ids = [new_uuid() for _ in range(50)]
    assert len(set(ids)) == 50
    assert all(uuid[6] >> 4 == 7 and uuid[8] >> 6 == 2 for uuid in ids)
    assert ids[0][:6] <= ids[-1][:6]
    assert [block_start(number) for number in (0, 63, 64, 130)] == [0, 0, 64, 128]
