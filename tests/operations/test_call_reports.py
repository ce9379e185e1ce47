"""The report of an import: every line with its reason, safe in a table, nothing of it for the wrong eyes."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import call_imports, consents
from crm_desktop.operations.call_imports import ImportResult
from crm_desktop.operations.call_report_files import ReportRow, report_rows, run_rows, save_import_report
from crm_desktop.operations.session import Session
from crm_desktop.storage import log
from tests.environments import Office, add_member
from tests.operations.samples import broken, call_log, customer_with, decrypted, decrypted_log

TITLES = ("File", "Line", "Why", "What the file says")
SCAN = b"%PDF-1.4 signed"
STRANGER = "(646) 555-0187"
LOG = f"""<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<calls count="4">
  <call number="(212) 555-0123" duration="60" date="1780000000000" type="1" />
  <call number="{STRANGER}" duration="60" date="no day" type="1" />
  <call number="call me" duration="60" date="1780000120000" type="1" />
  <call number="(212) 555-0123" duration="60" date="1780000000000" type="1" />
</calls>
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a phone's log: a customer's call, a stranger's without a date, letters, a double row."""
    written = tmp_path / "calls-20260105090000.xml"
    written.write_text(LOG, encoding="utf-8")
    return written


@pytest.fixture
def consented(office: Office) -> Iterator[Session]:
    session = office.open()
    customer_with(session, "Dana", "(212) 555-0123")
    consents.grant_consent(session)
    yield session
    session.close()


def imported(session: Session, path: Path, member_id: int | None = None) -> ImportResult:
    options = call_imports.reading_options(session, region="US")
    member = member_id or session.member.id
    return call_imports.run_import(session, [path], member_id=member, options=options)


def told(rows: list[ReportRow]) -> list[tuple[int, str, str]]:
    return [(row.line, row.fate, row.reason) for row in rows]


def test_every_line_that_is_no_call_has_its_number_and_its_reason(consented: Session, path: Path) -> None:
    rows = report_rows(imported(consented, path).files)
    assert told(rows) == [
        (4, "rejected", "bad_date"), (6, "skipped", "duplicate_in_file"), (5, "warning", "not_a_number"),
    ]  # fmt: skip
    assert STRANGER in rows[0].raw
    assert rows[2].raw == "call me"


def test_the_file_keeps_numbers_of_lines_and_reasons_only(consented: Session, path: Path) -> None:
    (run_id,) = imported(consented, path).runs
    (run,) = call_imports.runs(consented)
    assert run.id == run_id
    rows = run_rows(consented, run)
    assert sorted(told(rows)) == [
        (4, "rejected", "bad_date"), (5, "warning", "not_a_number"), (6, "skipped", "duplicate_in_file"),
    ]  # fmt: skip
    assert {row.raw for row in rows} == {""}
    held = decrypted(consented) + decrypted_log(consented)
    assert STRANGER.encode() not in held
    assert b"call me" not in held


def test_a_past_import_says_what_was_not_stored_and_why(consented: Session, tmp_path: Path) -> None:
    log = call_log(
        tmp_path / "calls.xml", ("(212) 555-0123", 0), (STRANGER, 60), ("(202) 555-0100", 120), ("", 180)
    )
    options = call_imports.reading_options(consented, region="US", own_numbers=("(202) 555-0100",))
    member = consented.member.id
    given = {"member_id": member, "options": options}
    result = call_imports.run_import(consented, [log], **given)  # type: ignore[arg-type]
    (run,) = call_imports.runs(consented)
    assert (run.created, run.not_stored, run.unknown_numbers, run.own_numbers) == (1, 3, 2, 1)
    assert (run.ambiguous, run.internal, run.no_consent, run.left_out) == (0, 0, 0, 0)
    assert run.not_stored == result.counts.not_stored
    assert broken(consented) == {}


def test_who_may_not_see_strangers_gets_the_lines_without_what_they_say(office: Office, path: Path) -> None:
    session = office.open()
    ben = add_member(session, "ben", Role.STAFF)
    add_member(session, "cleo", Role.STAFF, granted=("calls.import_shared",))
    consents.record_paper_consent(session, ben, scan=SCAN, scan_name="ben.pdf")
    session.close()
    session = office.open("cleo")
    assert not session.may("calls.unknown_numbers")
    rows = report_rows(imported(session, path, ben).files)
    assert told(rows)[0] == (4, "rejected", "bad_date")
    assert {row.raw for row in rows} == {""}
    session.close()


def test_a_saved_report_runs_no_formula_and_is_for_its_owner_alone(
    consented: Session, tmp_path: Path
) -> None:
    target = tmp_path / "report.csv"
    lines = [("=1+1.xml", "4", "Not read: empty", "=HYPERLINK(1)\r\n@x")]
    assert save_import_report(consented, lines, target, titles=TITLES) == 1
    assert target.stat().st_mode & 0o777 == 0o600
    with target.open(newline="", encoding="utf-8-sig") as stream:
        read = list(csv.reader(stream))
    assert tuple(read[0]) == TITLES
    assert all(not cell.startswith(("=", "@", "+", "-")) for row in read for cell in row)
    with consented.database.read() as connection:
        (entry,) = log.entries(connection, after=log.head(connection).sequence - 1)
    assert entry.verb == "export_list"
    assert "HYPERLINK" not in str(entry)


def test_a_report_that_cannot_be_written_leaves_what_was_there(consented: Session, tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    for target in (folder / "report.csv", consented.path, tmp_path):
        with pytest.raises(OrganizationFileError, match="export_not_written"):
            save_import_report(consented, [], target, titles=TITLES)
    assert consented.path.read_bytes()[:6] != b"\xef\xbb\xbfFile"
