"""Promise P9: the record of consents stays, ends are announced, and everybody gets what is held about him."""

import json
import zipfile
from pathlib import Path

import pytest

from crm_desktop.domain.consents import REMIND_S
from crm_desktop.domain.errors import OrganizationFileError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import call_imports, consents
from crm_desktop.operations.consent_records import consent_records, ending_consents, save_scan
from crm_desktop.operations.own_data import own_data_overview, save_own_data
from crm_desktop.operations.session import Session
from tests.environments import START, Office, add_member
from tests.operations.samples import broken, customer_with, log_of

NUMBER = "(212) 555-0123"
SCAN = b"%PDF-1.4 signed"


def test_every_consent_ever_given_stays_on_record(session: Session, office: Office) -> None:
    consents.grant_consent(session)
    consents.withdraw_consent(session)
    office.clock.advance(10)
    consents.grant_consent(session)
    newest, first = consent_records(session, session.member.id)
    assert (newest.withdrawn_at, first.withdrawn_at) == (None, START)
    assert broken(session) == {}


def test_an_end_is_announced_30_days_before_and_can_be_put_off(session: Session, office: Office) -> None:
    end = START + 3 * REMIND_S
    consents.grant_consent(session, expires_at=end)
    assert ending_consents(session) == []
    office.clock.advance(2 * REMIND_S - 1)
    assert ending_consents(session) == []
    with pytest.raises(RefusedError, match="consent_exists"):
        consents.grant_consent(session)
    office.clock.advance(1)
    assert [state.member.login for state in ending_consents(session)] == ["ana"]
    consents.grant_consent(session, expires_at=end + 6 * REMIND_S)
    assert ending_consents(session) == []


def test_a_mere_end_deletes_nothing_and_is_announced_no_more(
    session: Session, office: Office, tmp_path: Path
) -> None:
    customer_with(session, "Dana", NUMBER)
    consents.grant_consent(session, expires_at=START + 100)
    options = call_imports.reading_options(session)
    call_imports.run_import(
        session, [log_of(tmp_path / "log.xml", NUMBER, 3)], member_id=session.member.id, options=options
    )
    office.clock.advance(101)
    assert ending_consents(session) == []
    assert own_data_overview(session).calls == 3


def test_a_scan_is_handed_out_to_its_member_and_administrators_only(office: Office, tmp_path: Path) -> None:
    session = office.open()
    eva = add_member(session, "eva", Role.STAFF)
    add_member(session, "ben", Role.MANAGER)
    given = consents.record_paper_consent(session, eva, scan=SCAN, scan_name="eva.pdf")
    save_scan(session, given.id, tmp_path / "by-ana.pdf")
    session.close()
    session = office.open("eva")
    save_scan(session, given.id, tmp_path / "by-eva.pdf")
    session.close()
    session = office.open("ben")
    with pytest.raises(RefusedError, match="right_missing"):
        save_scan(session, given.id, tmp_path / "by-ben.pdf")
    with pytest.raises(RefusedError, match="right_missing"):
        consent_records(session, eva)
    session.close()
    assert sorted(path.name for path in tmp_path.glob("by-*")) == ["by-ana.pdf", "by-eva.pdf"]
    assert (tmp_path / "by-eva.pdf").read_bytes() == SCAN
    assert (tmp_path / "by-eva.pdf").stat().st_mode & 0o777 == 0o600


def test_my_data_holds_what_the_file_holds_about_me(office: Office, tmp_path: Path) -> None:
    session = office.open()
    add_member(session, "eva", Role.STAFF)
    eva = add_member(session, "vic", Role.VIEWER)
    consents.record_paper_consent(session, eva, scan=SCAN, scan_name="vic.pdf")
    customer_with(session, "Dana", NUMBER)
    consents.grant_consent(session)
    options = call_imports.reading_options(session)
    call_imports.run_import(
        session, [log_of(tmp_path / "log.xml", NUMBER, 3)], member_id=session.member.id, options=options
    )
    overview = own_data_overview(session)
    assert (overview.consents, overview.imports, overview.calls) == (1, 1, 3)
    assert overview.counts["contacts_added"] == 1
    target = tmp_path / "mine.zip"
    save_own_data(session, target)
    assert target.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(target) as archive:
        document = json.loads(archive.read("my-data.json"))
        calls = archive.read("calls.csv").decode().splitlines()
        log = archive.read("log.csv").decode()
    assert (document["account"]["login"], document["account"]["role"]) == ("ana", "administrator")
    assert [row["source"] for row in document["consents"]] == ["signed_in"]
    assert len(calls) == 4
    assert calls[1].endswith(",Dana")
    assert "import_calls" in log
    assert broken(session) == {}
    session.close()


def test_my_data_of_a_viewer_has_no_calls_and_his_scan(office: Office, tmp_path: Path) -> None:
    session = office.open()
    vic = add_member(session, "vic", Role.VIEWER)
    consents.record_paper_consent(session, vic, scan=SCAN, scan_name="../../vic.pdf")
    customer_with(session, "Dana", NUMBER)
    options = call_imports.reading_options(session)
    log = log_of(tmp_path / "vics-log.xml", NUMBER, 3)
    call_imports.run_import(session, [log], member_id=vic, options=options)
    session.close()
    session = office.open("vic")
    assert own_data_overview(session).calls is None
    save_own_data(session, tmp_path / "mine.zip")
    session.close()
    with zipfile.ZipFile(tmp_path / "mine.zip") as archive:
        names = archive.namelist()
        everything = b"".join(archive.read(name) for name in names)
    assert "calls.csv" not in names
    assert b"555" not in everything
    assert b"vics-log" not in everything
    (scan,) = (name for name in names if name.startswith("consents/"))
    assert scan.endswith("-vic.pdf")
    assert ".." not in scan


def test_a_place_that_cannot_be_written_is_named(session: Session, tmp_path: Path) -> None:
    with pytest.raises(OrganizationFileError, match="copy_not_written"):
        save_own_data(session, tmp_path / "missing" / "mine.zip")
