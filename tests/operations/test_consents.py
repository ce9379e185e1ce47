"""Promises P8 and P9: no log without consent, and a withdrawal that acts at once."""

from pathlib import Path

import pytest

from crm_desktop.domain.consents import ConsentSource
from crm_desktop.domain.errors import InvalidValueError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import call_imports, calls, consents
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.session import Session
from tests.environments import START, Office, add_member
from tests.operations.samples import broken, call_log, customer_with, decrypted, log_of, table_rows

NUMBER = "(212) 555-0123"
DAY = 86_400


def read_log(session: Session, path: Path, *, preview: bool, member_id: int | None = None) -> object:
    verb = call_imports.preview_import if preview else call_imports.run_import
    options = call_imports.reading_options(session)
    return verb(session, [path], member_id=member_id or session.member.id, options=options)


@pytest.mark.parametrize("preview", [True, False])
def test_no_log_is_read_without_a_valid_consent(
    session: Session, office: Office, tmp_path: Path, *, preview: bool
) -> None:
    path = call_log(tmp_path / "log.xml", (NUMBER, 0))
    with pytest.raises(RefusedError, match="consent_missing"):
        read_log(session, path, preview=preview)
    consents.grant_consent(session, expires_at=START + 100)
    office.clock.advance(100)
    with pytest.raises(RefusedError, match="consent_expired"):
        read_log(session, path, preview=preview)
    consents.grant_consent(session)
    consents.withdraw_consent(session)
    with pytest.raises(RefusedError, match="consent_withdrawn"):
        read_log(session, path, preview=preview)
    assert table_rows(session, "call") == table_rows(session, "import_run") == []


def test_the_refusal_comes_before_the_file_is_looked_at(session: Session, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="consent_missing"):
        read_log(session, tmp_path / "missing.xml", preview=True)


def test_a_consent_is_one_at_a_time(session: Session, office: Office) -> None:
    granted = consents.grant_consent(session, expires_at=START + 40 * DAY)
    assert (granted.source, granted.shown_at) == (ConsentSource.SIGNED_IN, START)
    with pytest.raises(RefusedError, match="consent_exists"):
        consents.grant_consent(session)
    office.clock.advance(40 * DAY)
    assert consents.active_consent(session, session.member.id) is None
    assert consents.grant_consent(session).id > granted.id


def test_an_expiry_must_lie_ahead(session: Session) -> None:
    with pytest.raises(InvalidValueError, match="expiry_passed"):
        consents.grant_consent(session, expires_at=START)


def test_the_text_agreed_to_is_kept(session: Session) -> None:
    version, text = consents.consent_text(session)
    consent = consents.grant_consent(session)
    assert (consent.text_version, consent.text) == (version, text)


@pytest.mark.parametrize("scan", [b"", b"x" * (consents.SCAN_LIMIT + 1)])
def test_a_paper_needs_a_scan_of_a_reasonable_size(session: Session, scan: bytes) -> None:
    with pytest.raises(InvalidValueError, match="scan_size"):
        consents.record_paper_consent(session, session.member.id, scan=scan, scan_name="s.png")


def test_a_paper_of_nobody_is_refused(session: Session) -> None:
    with pytest.raises(RefusedError, match="record_not_found"):
        consents.record_paper_consent(session, 99, scan=b"s", scan_name="s.png")


def test_a_consent_from_paper_is_shown_to_the_person_once(office: Office) -> None:
    session = office.open()
    member = add_member(session, "eva", Role.STAFF)
    paper = consents.record_paper_consent(session, member, scan=b"scan", scan_name="scan.png")
    assert (paper.source, paper.shown_at, paper.scan) == (ConsentSource.PAPER, None, b"scan")
    with pytest.raises(RefusedError, match="right_missing"):
        consents.mark_consent_shown(session, paper)
    assert consents.unseen_paper_consent(session) is None
    session.close()
    session = office.open("eva")
    assert consents.unseen_paper_consent(session) == paper
    consents.mark_consent_shown(session, paper)
    assert consents.unseen_paper_consent(session) is None
    assert broken(session) == {}
    session.close()


def test_withdrawal_removes_the_calls_and_leaves_the_record(session: Session, tmp_path: Path) -> None:
    customer_with(session, "Dana", NUMBER)
    consents.grant_consent(session)
    read_log(session, log_of(tmp_path / "log.xml", NUMBER, 70), preview=False)
    assert calls.call_count(session, CallQuery()) == 70
    assert consents.withdraw_consent(session) == 70
    assert table_rows(session, "call") == table_rows(session, "import_run") == []
    (state,) = consents.consents(session)
    assert not state.valid
    assert state.consent is not None
    assert (state.consent.calls_removed, state.consent.withdrawn_by) == (70, session.member.id)
    assert broken(session) == {}
    with pytest.raises(RefusedError, match="consent_none"):
        consents.withdraw_consent(session)


def test_withdrawal_leaves_calls_entered_by_hand_and_those_of_others(office: Office, tmp_path: Path) -> None:
    session = office.open()
    customer_with(session, "Dana", NUMBER)
    member = add_member(session, "eva", Role.STAFF)
    path = log_of(tmp_path / "log.xml", NUMBER, 3)
    for member_id in (session.member.id, member):
        if member_id == member:
            consents.record_paper_consent(session, member, scan=b"s", scan_name="s.png")
        else:
            consents.grant_consent(session)
        read_log(session, path, preview=False, member_id=member_id)
    assert calls.call_count(session, CallQuery()) == 6
    assert consents.withdraw_consent(session, member_id=member) == 3
    assert {row["member_id"] for row in table_rows(session, "call")} == {session.member.id}
    assert broken(session) == {}
    session.close()


def test_a_withdrawn_number_is_in_no_byte_of_the_decrypted_file(session: Session, tmp_path: Path) -> None:
    number = "+442079460018"
    consents.grant_consent(session)
    options = call_imports.reading_options(session)
    call_imports.run_import(
        session, [log_of(tmp_path / "secret-name.xml", number, 5)],
        member_id=session.member.id, options=options, keep_unknown=True,
    )  # fmt: skip
    consents.withdraw_consent(session)
    assert session.path.with_name(f"{session.path.name}-wal").stat().st_size == 0
    everything = decrypted(session)
    assert b"Ana Lima" in everything
    assert number.encode() not in everything
    assert b"secret-name" not in everything


def test_a_log_that_another_reader_keeps_is_said_and_emptied_at_close(
    session: Session, tmp_path: Path
) -> None:
    log = session.path.with_name(f"{session.path.name}-wal")
    customer_with(session, "Dana", NUMBER)
    consents.grant_consent(session)
    read_log(session, log_of(tmp_path / "log.xml", NUMBER, 3), preview=False)
    session.database.connection().execute("PRAGMA busy_timeout = 20")
    reader = session.database.separate_connection()
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM call").fetchone() == (3,)
    assert consents.withdraw_consent(session) == 3
    assert [warning.code for warning in session.warnings] == ["log_not_emptied"]
    assert log.stat().st_size > 0
    reader.execute("ROLLBACK")
    session.close()
    assert log.stat().st_size == 0, "the reader still has the file open"
    reader.close()
