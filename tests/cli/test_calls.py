"""formats, parse-calls, import-calls: the agreed documents, and no way around the consent."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
import xlsxwriter

from crm_desktop.domain.contact_drafts import ContactDraft, PhoneDraft
from crm_desktop.domain.contacts import Category, ContactKind
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import call_mappings, contacts, organizations
from crm_desktop.operations.call_logs import Mapping
from tests.cli.conftest import CommandLine
from tests.environments import PASSWORD, add_member

LOG = """<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<calls count="5">
  <call number="020 7946 0018" duration="102" date="1775000000000" type="1" contact_name="Zoë Łukasik" />
  <call number="+442079460018" duration="0" date="1775003600000" type="3" contact_name="(Unknown)" />
  <call number="07700 900123" duration="7" date="1775007200000" type="2" contact_name="(Unknown)" />
  <call number="07700 900123" duration="7" date="" type="2" contact_name="(Unknown)" />
  <call number="07700 900123" duration="7" date="1775007200000" type="2" contact_name="(Unknown)" />
</calls>
"""
RECORD_KEYS = {"line", "started_at", "direction", "outcome", "duration_s", "number", "raw_number", "name"}
COUNTS = {
    "run",
    "runs",
    "created",
    "already_there",
    "matched",
    "unknown_numbers",
    "ambiguous",
    "own_numbers",
    "no_consent",
    "internal",
    "rejected",
    "not_stored",
    "files",
}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Give a call log of a phone with two calls of one number, one of another, a bad row, a double one."""
    path = tmp_path / "calls-20260401120000.xml"
    path.write_text(LOG, encoding="utf-8")
    return path


@pytest.fixture
def customer(command_line: CommandLine, organization: Path) -> str:
    """Give the organization a customer with the first number of the log."""
    session = organizations.open_organization(
        command_line.environment, organization, login="ana", password=PASSWORD
    )
    name = "Zoë Łukasik"
    draft = ContactDraft(
        Category.CUSTOMER,
        ContactKind.PERSON,
        given="Zoë",
        family="Łukasik",
        phones=(PhoneDraft("020 7946 0018"),),
    )
    contacts.add_contact(session, draft)
    session.close()
    return name


def test_formats_lists_how_each_is_recognized(command_line: CommandLine) -> None:
    result = command_line.run("formats", "--json")
    known = json.loads(result.stdout)["formats"]
    assert len(known) == len({entry["name"] for entry in known}) >= 3
    assert all(set(entry) == {"kind", "name", "title", "recognized_by"} for entry in known)
    in_words = command_line.run("formats").stdout
    assert all(entry["name"] in in_words for entry in known)


def test_parse_calls_gives_the_agreed_document(command_line: CommandLine, log: Path) -> None:
    result = command_line.run("parse-calls", log, "--region", "GB", "--time-zone", "Europe/London", "--json")
    assert result.exit_code == 0, result.stderr
    parsed = json.loads(result.stdout)
    assert set(parsed) == {"format", "options", "counts", "records", "rejected", "skipped"}
    assert parsed["options"] == {"region": "GB", "time_zone": "Europe/London"}
    assert parsed["counts"] == {"records": 3, "rejected": 1, "skipped": 1}
    assert parsed["records"][0] == {
        "line": 3,
        "started_at": "2026-03-31T23:33:20Z",
        "direction": "incoming",
        "outcome": "answered",
        "duration_s": 102,
        "number": "+442079460018",
        "raw_number": "020 7946 0018",
        "name": "Zoë Łukasik",
    }
    assert all(set(record) == RECORD_KEYS for record in parsed["records"])
    assert [(row["line"], row["reason"]) for row in parsed["rejected"]] == [(6, "bad_date")]
    assert [(row["line"], row["reason"]) for row in parsed["skipped"]] == [(7, "duplicate_in_file")]


def test_parse_calls_in_words(command_line: CommandLine, log: Path) -> None:
    result = command_line.run("parse-calls", log, "--region", "GB")
    assert "3: 2026-03-31T23:33:20Z incoming answered 102 s +442079460018 Zoë Łukasik\n" in result.stdout
    assert "line 6 left out: no date and time that can be read" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--format", "no-such-format"], 1),
        (["--time-zone", "Mars/Olympus"], 1),
        (["--region", "XX"], 1),
        (["--encoding", "no-such-encoding"], 1),
        (["--mapping", "no such file.json"], 1),
        (["--internal-digits", "three"], 2),
        (["--no-such-option"], 2),
    ],
)
def test_what_cannot_be_read_is_said(
    arguments: list[str], status: int, command_line: CommandLine, log: Path
) -> None:
    result = command_line.run("parse-calls", log, *arguments, "--json")
    assert (result.exit_code, result.stdout) == (status, "")
    assert result.stderr
    assert "fault in the program" not in result.stderr


@pytest.mark.parametrize("content", [None, b"", b"nothing like a log", b"\x00" * 5000])
def test_a_file_that_is_no_log_is_said(
    content: bytes | None, command_line: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "other.bin"
    if content is not None:
        path.write_bytes(content)
    result = command_line.run("parse-calls", path, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "fault in the program" not in result.stderr


def test_a_mapping_file_says_what_columns_mean(command_line: CommandLine, tmp_path: Path) -> None:
    table, mapping = tmp_path / "list.csv", tmp_path / "mapping.json"
    table.write_text("when;who;how long;way\n2026-03-02 10:00:00;020 7946 0018;65;in\n", encoding="utf-8")
    mapping.write_text(
        json.dumps(
            {
                "date": "when",
                "number": "who",
                "duration": "how long",
                "duration_format": "s",
                "direction": "way",
                "direction_values": {"in": "incoming/answered"},
                "delimiter": ";",
            }
        ),
        encoding="utf-8",
    )
    arguments = ("--mapping", mapping, "--region", "GB", "--time-zone", "Europe/London", "--json")
    result = command_line.run("parse-calls", table, *arguments)
    assert result.exit_code == 0, result.stderr
    records = json.loads(result.stdout)["records"]
    assert [(record["started_at"], record["number"], record["duration_s"]) for record in records] == [
        ("2026-03-02T10:00:00Z", "+442079460018", 65)
    ]


def test_a_workbook_is_read_by_its_mapping_and_every_bad_row_has_its_line(
    command_line: CommandLine, tmp_path: Path
) -> None:
    table, mapping = tmp_path / "list.xlsx", tmp_path / "mapping.json"
    with xlsxwriter.Workbook(table) as book:
        sheet = book.add_worksheet("Calls")
        rows = [["Calls of March"], ["when", "who", "way"], ["2.3.2026 10:00", "020 7946 0018", "in"]]
        rows += [["2.3.2026 11:00", "020 7946 0018", "sideways"], ["soon", "020 7946 0018", "in"]]
        for line, cells in enumerate(rows):
            sheet.write_row(line, 0, cells)
    words = {"direction": "way", "direction_values": {"in": "incoming"}, "date_format": "%d.%m.%Y %H:%M"}
    chosen = {"date": "when", "number": "who", "header_line": 2, "sheet": "Calls", **words}
    mapping.write_text(json.dumps(chosen), encoding="utf-8")
    result = command_line.run("parse-calls", table, "--mapping", mapping, "--region", "GB", "--json")
    assert result.exit_code == 0, result.stderr
    parsed = json.loads(result.stdout)
    assert [record["number"] for record in parsed["records"]] == ["+442079460018"]
    assert parsed["rejected"] == [{"line": 4, "reason": "unknown_type"}, {"line": 5, "reason": "bad_date"}]


def test_a_saved_mapping_is_called_by_its_name(
    command_line: CommandLine, organization: Path, customer: str, tmp_path: Path
) -> None:
    command_line.answer("consent", organization, "grant", "--yes")
    session = organizations.open_organization(
        command_line.environment, organization, login="ana", password=PASSWORD
    )
    mapping = Mapping(date="when", number="who", direction_of_all="incoming", delimiter=";")
    call_mappings.save_call_mapping(session, "Front desk", mapping, ("when", "who"))
    session.close()
    log = tmp_path / "list.csv"
    log.write_text("when;who\n2026-03-02 10:00:00;020 7946 0018\n", encoding="utf-8")
    arguments = ("import-calls", organization, log, "--member", "ana", "--dry-run")
    assert command_line.answer(*arguments)["created"] == 1
    assert command_line.answer(*arguments, "--mapping", "front desk")["created"] == 1
    unknown = command_line.signed_in(*arguments, "--mapping", "Back office")
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "Back office" in unknown.stderr


@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_without_consent_nothing_is_read(
    dry_run: list[str], command_line: CommandLine, organization: Path, log: Path
) -> None:
    result = command_line.signed_in("import-calls", organization, log, "--member", "ana", "--json", *dry_run)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "consent" in result.stderr
    assert command_line.answer("info", organization)["calls"] == 0


def test_import_dry_run_then_for_good_then_again(
    command_line: CommandLine, organization: Path, customer: str, log: Path
) -> None:
    command_line.answer("consent", organization, "grant", "--yes")
    arguments = ("import-calls", organization, log, "--member", "ana")
    preview = command_line.answer(*arguments, "--dry-run")
    assert set(preview) == COUNTS
    assert (preview["run"], preview["created"], preview["matched"]) == (None, 2, 2)
    assert (preview["unknown_numbers"], preview["rejected"], preview["not_stored"]) == (1, 1, 1)
    assert command_line.answer("info", organization)["calls"] == 0
    imported = command_line.answer(*arguments)
    assert imported | {"run": None, "runs": []} == preview
    assert imported["runs"] == [imported["run"]]
    (file,) = cast("list[dict[str, Any]]", preview["files"])
    assert (file["format"], file["encoding"], file["records"]) == ("smsbackuprestore_calls_xml", "utf-8", 3)
    assert (file["first_call"], file["last_call"]) == ("2026-03-31T23:33:20Z", "2026-04-01T01:33:20Z")
    assert file["rejected"] == [{"line": 6, "reason": "bad_date"}]
    assert file["skipped"] == [{"line": 7, "reason": "duplicate_in_file"}]
    assert file["counts"]["not_stored"] == preview["not_stored"]
    again = command_line.answer(*arguments)
    assert (again["created"], again["already_there"]) == (0, 2)
    assert command_line.answer("info", organization)["calls"] == 2
    withdrawn = command_line.answer("consent", organization, "withdraw", "--yes")
    assert withdrawn["calls_removed"] == 2
    assert command_line.answer("info", organization)["calls"] == 0


def test_keep_unknown_stores_the_others_too(
    command_line: CommandLine, organization: Path, customer: str, log: Path
) -> None:
    command_line.answer("consent", organization, "grant", "--yes")
    counts = command_line.answer("import-calls", organization, log, "--member", "ana", "--keep-unknown")
    assert (counts["created"], counts["matched"], counts["not_stored"]) == (3, 2, 0)


def test_a_log_that_is_none_does_not_keep_the_others_out(
    command_line: CommandLine, organization: Path, customer: str, log: Path, tmp_path: Path
) -> None:
    command_line.answer("consent", organization, "grant", "--yes")
    letter, empty = tmp_path / "letter.txt", tmp_path / "empty.csv"
    letter.write_text("Dear Dana,\n", encoding="utf-8")
    empty.write_bytes(b"")
    arguments = ("import-calls", organization, letter, log, empty, "--member", "ana")
    for more in (("--dry-run",), ()):
        result = command_line.signed_in(*arguments, *more, "--json")
        assert result.exit_code == 1, "whoever runs it in a script must hear of it"
        counts = json.loads(result.stdout)
        assert counts["created"] == 2
        assert [one["file"] for one in counts["refused"]] == ["letter.txt", "empty.csv"]
        assert all(one["reason"] for one in counts["refused"])
        assert "letter.txt" in result.stderr
    assert command_line.answer("info", organization)["calls"] == 2
    alone = command_line.signed_in("import-calls", organization, letter, "--member", "ana", "--json")
    assert (alone.exit_code, alone.stdout) == (1, "")


def test_import_in_words(command_line: CommandLine, organization: Path, customer: str, log: Path) -> None:
    command_line.answer("consent", organization, "grant", "--yes")
    result = command_line.signed_in("import-calls", organization, log, "--member", "ana")
    assert "created: 2\n" in result.stdout
    assert "unknown numbers: 1\n" in result.stdout
    first = "2026-04-01 00:33 to 2026-04-01 02:33"
    assert f"{log.name}: smsbackuprestore_calls_xml, utf-8, 3 calls, {first}\n" in result.stdout
    assert f"{log.name}, line 6: Not read: no date and time that can be read\n" in result.stderr


def test_the_report_is_written_as_a_table_by_right(
    command_line: CommandLine, organization: Path, customer: str, log: Path, tmp_path: Path
) -> None:
    command_line.answer("consent", organization, "grant", "--yes")
    target = tmp_path / "report.csv"
    arguments = ("import-calls", organization, log, "--member", "ana", "--report", target)
    assert command_line.answer(*arguments, "--dry-run")["rejected"] == 1
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "File,Line,Why,What the file says"
    assert lines[1].startswith(f"{log.name},6,Not read: no date and time that can be read,")
    assert len(lines) == 3
    session = organizations.open_organization(
        command_line.environment, organization, login="ana", password=PASSWORD
    )
    add_member(session, "ben", Role.STAFF)
    session.close()
    target.unlink()
    as_ben = ("--user", "ben")
    command_line.answer("consent", organization, "grant", "--yes", *as_ben)
    for_ben = ("import-calls", organization, log, "--member", "ben", "--report", target, *as_ben)
    refused = command_line.signed_in(*for_ben)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert not target.exists()
    assert command_line.answer("info", organization, "--user", "ana")["calls"] == 0


def test_whose_phone_it_is_must_be_said(command_line: CommandLine, organization: Path, log: Path) -> None:
    result = command_line.signed_in("import-calls", organization, log)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Say whose phone" in result.stderr


def test_lines_and_the_log_of_a_telephone_system(
    command_line: CommandLine, organization: Path, customer: str, tmp_path: Path
) -> None:
    log = tmp_path / "cdr.csv"
    header = (
        "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,"
        "amaflags,accountcode,uniqueid,userfield,did,cnum,cnam,recordingfile,linkedid,peeraccount,sequence\n"
    )
    row = "2026-05-28 10:00:00,,02079460018,{0},c,ch,d,Dial,,9,5,ANSWERED,3,,x,,02079460700,,,,{0},,1\n"
    log.write_text(header + row.format("101") + row.format("102"), encoding="utf-8")
    command_line.answer("consent", organization, "grant", "--yes")
    refused = command_line.signed_in("import-calls", organization, log, "--region", "GB")
    assert refused.exit_code == 1
    assert "whose line is whose" in refused.stderr
    assert "crm-desktop-cli lines FILE set USER LINE" in refused.stderr
    assert command_line.answer("lines", organization, "set", "ana", "101") == {
        "lines": [{"user": "ana", "line": "101", "since": None, "until": None}]
    }
    assert "101: ana" in command_line.signed_in("lines", organization, "list").stdout
    counted = command_line.answer("import-calls", organization, log, "--region", "GB")
    assert (counted["created"], counted["no_consent"]) == (1, 1)
    session = organizations.open_organization(
        command_line.environment, organization, login="ana", password=PASSWORD
    )
    add_member(session, "ben", Role.STAFF)
    session.close()
    as_ana = ("--user", "ana")
    command_line.answer("lines", organization, "set", "ben", "102", *as_ana)
    without = command_line.answer("import-calls", organization, log, "--region", "GB", *as_ana)
    assert (without["created"], without["already_there"], without["no_consent"]) == (0, 1, 1)
    command_line.answer("consent", organization, "grant", "--yes", "--user", "ben")
    both = command_line.answer("import-calls", organization, log, "--region", "GB", *as_ana)
    assert (both["created"], both["already_there"], both["no_consent"]) == (1, 1, 0)
    wrong = command_line.signed_in("import-calls", organization, log, "--line", "102", *as_ana)
    assert wrong.exit_code == 1
    assert command_line.signed_in("lines", organization, "set").exit_code == 2
