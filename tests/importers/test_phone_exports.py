"""Call logs of phones: adb, Super Backup, Android's and iPhone's databases."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.calls import CallRecord, Direction, LogRow, Outcome, RejectedRow, SkippedRow
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.importers.call_logs.registry import open_call_log

US = ReadingOptions(region="US", time_zone="America/New_York")
ADB = "Row: {row} date={date}, type={type}, geocoded_location={place}, duration={duration}, number={number}, name={name}, countryiso={country}, _id={row}\n"  # noqa: E501


def rows_of(
    path: Path, data: str | bytes | None = None, options: ReadingOptions = US
) -> tuple[str, list[LogRow]]:
    if data is not None:
        path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    log = open_call_log(path, options=options)
    return log.format, list(log)


def adb(row: int = 0, **values: object) -> str:
    usual: dict[str, object] = {
        "date": 1772464187021 + row, "type": 1, "place": "New York, NY", "duration": 30,
        "number": "2125550199", "name": "Acme", "country": "US",
    }  # fmt: skip
    return ADB.format(row=row, **{**usual, **values})


def test_adb_names_with_commas_and_false_keys(tmp_path: Path) -> None:
    names = ["Acme", "Whitfield, Dana", "Trick, type=9", "Two\nlines", "NULL"]
    text = "".join(adb(row, name=name) for row, name in enumerate(names))
    found, rows = rows_of(tmp_path / "log.txt", text)
    assert found == "adb_content_query_text"
    assert [row.name for row in rows if isinstance(row, CallRecord)] == [
        "Acme", "Whitfield, Dana", "Trick, type=9", "Two\nlines", None,
    ]  # fmt: skip
    assert [row.line for row in rows] == [1, 2, 3, 4, 6]


def test_adb_as_powershell_writes_it(tmp_path: Path) -> None:
    data = "\ufeff".encode("utf-16-le") + "".join(adb(row) for row in range(3)).replace("\n", "\r\n").encode(
        "utf-16-le"
    )
    _found, rows = rows_of(tmp_path / "log.txt", data)
    assert [type(row) for row in rows] == [CallRecord] * 3


def test_adb_of_an_empty_log_is_no_error(tmp_path: Path) -> None:
    assert rows_of(tmp_path / "log.txt", "No result found.\n") == ("adb_content_query_text", [])


def test_a_national_number_belongs_to_the_country_of_its_row(tmp_path: Path) -> None:
    text = adb(0, number="0160 5550001", country="DE") + adb(1, number="011493023125123")
    _found, rows = rows_of(tmp_path / "log.txt", text)
    assert [row.number for row in rows if isinstance(row, CallRecord)] == ["+491605550001", "+493023125123"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"date": ""}, "bad_date"),
        ({"type": 42}, "unknown_type"),
        ({"duration": "long"}, "bad_duration"),
    ],
)
def test_adb_rows_that_are_no_calls(tmp_path: Path, values: dict[str, object], reason: str) -> None:
    _found, rows = rows_of(tmp_path / "log.txt", adb(0) + adb(1, **values))
    assert isinstance(rows[1], RejectedRow)
    assert rows[1].reason == reason


NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=30).map(str.strip)


@settings(max_examples=40, deadline=None)
@given(names=st.lists(NAMES, min_size=1, max_size=5))
def test_adb_write_read(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    text = "".join(adb(row, name=name) for row, name in enumerate(names))
    _found, rows = rows_of(tmp_path_factory.mktemp("adb") / "log.txt", text)
    calls = [row for row in rows if isinstance(row, CallRecord)]
    assert len(calls) == len(names)
    assert [call.started_at.timestamp() for call in calls] == [1772464187] * len(names)


SUPER = '<?xml version="1.0"?>\n<alllogs count="9">\n{}</alllogs>\n'


def test_super_backup(tmp_path: Path) -> None:
    lines = (
        '<log number="+12125550199" time="2 Mar" date="1772464187021" type="3" name="Acme &amp; Co"'
        ' new="1" dur="0" />\n'
        '<log number="2125550123" time="2 Mar" date="1772464188021" type="2" name="" new="1" dur="12" />\n'
        '<log number="2125550123" time="2 Mar" date="1772464188021" type="2" name="" new="1" dur="12" />\n'
    )
    found, rows = rows_of(tmp_path / "calllogs.xml", SUPER.format(lines))
    assert found == "superbackup_calls_xml"
    first, second, third = rows
    assert isinstance(first, CallRecord)
    assert isinstance(second, CallRecord)
    assert (first.outcome, first.name, second.duration_s, second.name) == (
        Outcome.MISSED,
        "Acme & Co",
        12,
        None,
    )
    assert isinstance(third, SkippedRow)


def android_database(path: Path, columns: str, *rows: tuple[object, ...], wal: bool = False) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        if wal:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"CREATE TABLE calls (_id INTEGER PRIMARY KEY, {columns})")
        marks = ",".join("?" * len(columns.split(",")))
        connection.executemany(f"INSERT INTO calls ({columns}) VALUES ({marks})", rows)  # noqa: S608
        connection.commit()
    return path


def test_androids_database_with_the_columns_it_has(tmp_path: Path) -> None:
    path = android_database(
        tmp_path / "calllog.db", "number,date,duration,type,name,countryiso,deleted",
        ("0160 5550001", 1772464187021, 30, 1, "Eva", "DE", 0),
        ("2125550199", 1772464188021, 0, 2, None, None, 0),
        ("2125550199", 1772464189021, 5, 99, None, None, 0),
        ("2125550199", 1772464190021, 5, 1, None, None, 1),
    )  # fmt: skip
    found, rows = rows_of(path)
    assert found == "android_calllog_sqlite"
    first, second, third, fourth = rows
    assert isinstance(first, CallRecord)
    assert isinstance(second, CallRecord)
    assert (first.number, first.name, second.outcome) == ("+491605550001", "Eva", Outcome.NO_ANSWER)
    assert isinstance(third, RejectedRow)
    assert third.reason == "unknown_type"
    assert fourth == SkippedRow(4, "deleted_row")


def test_an_old_database_without_the_newer_columns(tmp_path: Path) -> None:
    path = android_database(
        tmp_path / "contacts2.db", "number,date,duration,type", ("2125550199", 1772464187021, 3, 1)
    )
    _found, rows = rows_of(path)
    assert [type(row) for row in rows] == [CallRecord]


def test_a_database_without_the_needed_columns_says_what_was_expected(tmp_path: Path) -> None:
    path = android_database(tmp_path / "calllog.db", "number,date", ("1", 2))
    with pytest.raises(ForeignFileError, match="log_format_differs"):
        rows_of(path)


PHONE = """
CREATE TABLE ZCALLRECORD (Z_PK INTEGER PRIMARY KEY, ZANSWERED INTEGER, ZORIGINATED INTEGER, ZDATE TIMESTAMP,
  ZDURATION FLOAT, ZADDRESS VARCHAR, ZISO_COUNTRY_CODE VARCHAR, ZNAME VARCHAR, ZUNIQUE_ID VARCHAR,
  ZFILTERED_OUT_REASON INTEGER)
"""


def phone_history(path: Path, *rows: tuple[object, ...]) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(PHONE)
        connection.executemany("INSERT INTO ZCALLRECORD VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
        connection.commit()
    return path


def test_an_iphones_history(tmp_path: Path) -> None:
    path = phone_history(
        tmp_path / "CallHistory.storedata",
        (1, 1, 0, 794136133.9, 45.7, b"212-555-0123", "us", "Dana", "A", 0),
        (2, 0, 0, 794136200.0, 0.0, None, None, None, "B", 0),
        (3, 0, 1, 794136300.0, 0.0, "chloe@example.com", None, None, "C", 0),
        (4, 0, 0, 794136400.0, 0.0, "0160 5550001", "de", None, "D", 2),
        (5, 1, 0, None, 3.0, "2125550123", "us", None, "E", 0),
        (6, 1, 0, float("inf"), 3.0, "2125550123", "us", None, "F", 0),
        (7, 1, 0, 794136133.9, 45.7, b"212-555-0123", "us", "Dana", "A", 0),
    )
    found, rows = rows_of(path)
    assert found == "ios_callhistory_sqlite"
    calls = [row for row in rows if isinstance(row, CallRecord)]
    assert [(call.direction, call.outcome, call.number) for call in calls] == [
        (Direction.INCOMING, Outcome.ANSWERED, "+12125550123"),
        (Direction.INCOMING, Outcome.MISSED, None),
        (Direction.OUTGOING, Outcome.NO_ANSWER, None),
        (Direction.INCOMING, Outcome.BLOCKED, "+491605550001"),
    ]
    assert (calls[0].duration_s, calls[0].started_at.isoformat()) == (45, "2026-03-02T09:22:13+00:00")
    assert [row.reason for row in rows if isinstance(row, (RejectedRow, SkippedRow))] == [
        "bad_date", "bad_date", "duplicate_in_file",
    ]  # fmt: skip


def test_the_newest_calls_in_the_log_beside_are_read_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = tmp_path / "live.db"
    columns = "number,date,duration,type"
    with closing(sqlite3.connect(live)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"CREATE TABLE calls (_id INTEGER PRIMARY KEY, {columns})")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("INSERT INTO calls VALUES (1, '2125550199', 1772464187021, 3, 1)")
        connection.commit()
        copy = tmp_path / "calllog.db"
        copy.write_bytes(live.read_bytes())
        (tmp_path / "calllog.db-wal").write_bytes((tmp_path / "live.db-wal").read_bytes())
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    before = {path.name: path.read_bytes() for path in tmp_path.glob("calllog.db*")}
    _found, rows = rows_of(copy)
    assert [type(row) for row in rows] == [CallRecord]
    assert {path.name: path.read_bytes() for path in tmp_path.glob("calllog.db*")} == before
    assert list(scratch.iterdir()) == []


def test_a_hostile_database_runs_nothing_and_ends(tmp_path: Path) -> None:
    path = tmp_path / "calllog.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (x)")
        endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS number FROM n"
        connection.execute(f"CREATE VIEW calls AS {endless} /* CREATE TABLE calls */")
        connection.commit()
    with pytest.raises(ForeignFileError):
        rows_of(path)


@pytest.mark.parametrize("cut", [100, 3000, 5000])
def test_a_cut_database_is_said(tmp_path: Path, cut: int) -> None:
    whole = phone_history(
        tmp_path / "whole",
        *[(n, 1, 0, 794136133.0 + n, 4.0, "1", "us", "x" * 300, str(n), 0) for n in range(1, 80)],
    )
    with pytest.raises(ForeignFileError):
        rows_of(tmp_path / "CallHistory.storedata", whole.read_bytes()[:cut])
