"""A withdrawn consent stays withdrawn: through crashes, older files, restores and meddling."""

import os
import shutil
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.backups import Reason
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations import call_imports, calls, consents, ledger
from crm_desktop.operations.backups import back_up, backups
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.restoring import Restored, restore
from crm_desktop.operations.rotating import plan_rotation, rotate_keys
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import StepHook
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.security.ledger import EntryKind, LedgerEntry, encode_record, identifier
from crm_desktop.security.ledger_files import append_missing, ledger_beside, parse_ledger
from tests.e2e.computers import contents
from tests.environments import PASSWORD, Office, add_member, new_environment
from tests.operations.samples import broken, customer_with, log_of, table_rows
from tests.operations.test_migrating import to_sixth_schema

NUMBER = "(212) 555-0123"
CALLS = 5


class StoppedError(Exception):
    """Ends an operation where a kill would."""


def stop_at(wanted: str) -> StepHook:
    def stop(step: str) -> None:
        if step == wanted:
            raise StoppedError

    return stop


def import_calls(session: Session, folder: Path, *, member_id: int | None = None) -> None:
    call_imports.run_import(
        session, [log_of(folder / "log.xml", NUMBER, CALLS)],
        member_id=member_id or session.member.id, options=call_imports.reading_options(session),
    )  # fmt: skip


def with_calls(office: Office, folder: Path) -> Session:
    """Sign in to an office whose administrator has imported the log of her phone."""
    session = office.open()
    customer_with(session, "Dana", NUMBER)
    consents.grant_consent(session)
    import_calls(session, folder)
    assert count(session) == CALLS
    return session


def count(session: Session) -> int:
    return calls.call_count(session, CallQuery())


def codes(session: Session) -> list[str]:
    return [warning.code for warning in session.warnings]


def kinds(path: Path) -> list[EntryKind]:
    reading = parse_ledger(ledger_beside(path).read_bytes())
    assert reading.damaged == ()
    return sorted(entry.kind for entry in reading.entries)


def restored(office: Office, backup: Path) -> Restored:
    return restore(office.environment, backup, office.path, login="ana", password=PASSWORD)


# --- writing it down ------------------------------------------------------------------------------------


def test_a_withdrawal_is_in_every_copy_with_its_mark(office: Office, tmp_path: Path) -> None:
    session = with_calls(office, tmp_path)
    consents.withdraw_consent(session)
    known = ledger.read_ledger(session)
    (entry,) = known.judged.withdrawals
    assert (entry.subject, entry.by, entry.at) == (session.user_id, session.user_id, office.clock.seconds)
    assert known.judged.done == {entry.entry_id}
    places = ledger.places_of_ledger(session)
    assert places.main == office.path.with_name("acme.crm.ledger")
    assert places.main.read_bytes() == places.device.read_bytes()
    (number,) = session.database.connection().execute(
        "SELECT min(id) FROM log_entry WHERE verb IN ('redact', 'withdraw_consent')"
    ).fetchone()  # fmt: skip
    assert entry.sequence == number
    session.close()


def test_what_is_refused_is_not_written_down(office: Office) -> None:
    session = office.open()
    with pytest.raises(Exception, match="consent_none"):
        consents.withdraw_consent(session)
    assert not ledger_beside(office.path).exists()
    session.close()


def test_where_the_ledger_cannot_be_written_nothing_is_removed(office: Office, tmp_path: Path) -> None:
    session = with_calls(office, tmp_path)
    ledger_beside(office.path).mkdir()
    with pytest.raises(OrganizationFileError, match="ledger_unreadable"):
        consents.withdraw_consent(session)
    assert count(session) == CALLS
    ledger_beside(office.path).rmdir()
    assert consents.withdraw_consent(session) == CALLS
    session.close()


def test_every_role_withdraws_for_himself_and_an_administrator_for_anybody(office: Office) -> None:
    session = office.open()
    noa = add_member(session, "noa", Role.VIEWER)
    mia = add_member(session, "mia", Role.MANAGER)
    for member in (noa, mia):
        consents.record_paper_consent(session, member, scan=b"s", scan_name="s.png")
    consents.withdraw_consent(session, member_id=mia)
    session.close()
    session = office.open("noa")
    assert consents.withdraw_consent(session) == 0
    judged = ledger.read_ledger(session).judged
    assert len(judged.withdrawals) == 2
    assert judged.refused == ()
    assert judged.done == {entry.entry_id for entry in judged.withdrawals}
    session.close()


# --- crashes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["entry written", "removed"])
def test_an_entry_without_its_deletion_is_carried_out_at_the_next_opening(
    step: str, office: Office, tmp_path: Path
) -> None:
    session = with_calls(office, tmp_path)
    with pytest.raises(StoppedError):
        consents.withdraw_consent(session, on_step=stop_at(step))
    assert count(session) == CALLS
    session.close()
    office.clock.advance(3600)
    session = office.open()
    assert codes(session) == ["withdrawal_was_unfinished"]
    assert f"{CALLS} imported calls were removed" in sentence(session.warnings[0])
    assert table_rows(session, "call") == table_rows(session, "import_run") == []
    (state,) = consents.consents(session)
    assert state.consent is not None
    assert state.consent.withdrawn_at == office.clock.seconds - 3600, (
        "when it was withdrawn, not when finished"
    )
    assert (state.consent.calls_removed, state.valid) == (CALLS, False)
    assert broken(session) == {}
    assert kinds(office.path) == [EntryKind.DONE, EntryKind.WITHDRAWAL]
    session.close()
    session = office.open()
    assert codes(session) == []
    session.close()


@pytest.mark.parametrize("step", ["committed", "log emptied"])
def test_a_deletion_without_its_mark_gets_it_and_nothing_is_said(
    step: str, office: Office, tmp_path: Path
) -> None:
    session = with_calls(office, tmp_path)
    with pytest.raises(StoppedError):
        consents.withdraw_consent(session, on_step=stop_at(step))
    session.close()
    assert kinds(office.path) == [EntryKind.WITHDRAWAL]
    session = office.open()
    assert codes(session) == []
    assert count(session) == 0
    assert kinds(office.path) == [EntryKind.DONE, EntryKind.WITHDRAWAL]
    session.close()


def test_anybody_who_opens_the_file_finishes_and_the_log_accepts_it(office: Office, tmp_path: Path) -> None:
    session = with_calls(office, tmp_path)
    add_member(session, "noa", Role.VIEWER)
    with pytest.raises(StoppedError):
        consents.withdraw_consent(session, on_step=stop_at("entry written"))
    session.close()
    session = office.open("noa")
    assert codes(session) == ["withdrawal_was_finished"], "a viewer is not told how many calls"
    session.close()
    session = office.open()
    assert broken(session) == {}
    (state, _) = consents.consents(session)
    assert state.consent is not None
    assert state.consent.withdrawn_by == session.member.id
    session.close()


def test_calls_imported_under_a_later_consent_stay(office: Office, tmp_path: Path) -> None:
    session = with_calls(office, tmp_path)
    with pytest.raises(StoppedError):
        consents.withdraw_consent(session, on_step=stop_at("committed"))
    office.clock.advance(60)
    consents.grant_consent(session)
    import_calls(session, tmp_path)
    session.close()
    for _ in range(2):
        session = office.open()
        assert codes(session) == []
        assert count(session) == CALLS
        assert consents.active_consent(session, session.member.id) is not None
        session.close()


# --- older files ----------------------------------------------------------------------------------------


def test_a_restored_backup_has_the_consent_withdrawn_again(office: Office, tmp_path: Path) -> None:
    session = with_calls(office, tmp_path)
    eva = add_member(session, "eva", Role.STAFF)
    consents.record_paper_consent(session, eva, scan=b"s", scan_name="s.png")
    import_calls(session, tmp_path, member_id=eva)
    backup = back_up(session).backup.path
    office.clock.advance(60)
    withdrawn_at = office.clock.seconds
    consents.withdraw_consent(session)
    session.close()
    office.clock.advance(60)
    done = restored(office, backup)
    assert (done.ledger.calls_removed, len(done.ledger.withdrawals)) == (CALLS, 1)
    session = office.open()
    assert codes(session) == ["restored_unconfirmed"]
    assert {row["member_id"] for row in table_rows(session, "call")} == {eva}
    states = {state.member.id: state for state in consents.consents(session)}
    own = states[session.member.id].consent
    assert own is not None
    assert (own.withdrawn_at, own.withdrawn_by) == (withdrawn_at, session.member.id)
    assert states[eva].valid
    assert broken(session) == {}
    verbs = session.database.connection().execute(
        "SELECT verb FROM log_entry WHERE id >= ? ORDER BY id", (done.sequence - 2,)
    )
    assert [verb for (verb,) in verbs][:3] == ["restored", "redact", "withdraw_consent"]
    session.close()


@pytest.mark.parametrize("kept", ["main", "device", "backup"])
def test_any_one_copy_of_the_ledger_is_enough(kept: str, office: Office, tmp_path: Path) -> None:
    session = with_calls(office, tmp_path)
    older = back_up(session).backup.path
    consents.withdraw_consent(session)
    newer = back_up(session).backup.path
    places = ledger.places_of_ledger(session)
    session.close()
    # The ledger of the newer backup lies beside the older one, as where somebody collects them.
    shutil.copy(ledger_beside(newer), ledger_beside(older))
    for name, copy in {"main": places.main, "device": places.device, "backup": ledger_beside(older)}.items():
        if name != kept:
            copy.unlink()
    assert restored(office, older).ledger.calls_removed == CALLS
    assert kinds(office.path) == [EntryKind.DONE, EntryKind.WITHDRAWAL]
    assert places.device.read_bytes() == places.main.read_bytes()
    session = office.open()
    assert count(session) == 0
    session.close()


def test_a_backup_carries_the_union_of_the_copies(office: Office, tmp_path: Path) -> None:
    session = with_calls(office, tmp_path)
    assert not ledger_beside(back_up(session).backup.path).exists()
    consents.withdraw_consent(session)
    ledger_beside(office.path).unlink()
    assert kinds(back_up(session).backup.path) == [EntryKind.DONE, EntryKind.WITHDRAWAL]
    session.close()


def test_a_backup_from_after_the_withdrawal_keeps_what_came_later(office: Office, tmp_path: Path) -> None:
    session = with_calls(office, tmp_path)
    consents.withdraw_consent(session)
    office.clock.advance(60)
    consents.grant_consent(session)
    import_calls(session, tmp_path)
    backup = back_up(session).backup.path
    session.close()
    assert restored(office, backup).ledger.withdrawals == ()
    session = office.open()
    assert count(session) == CALLS
    assert consents.active_consent(session, session.member.id) is not None
    session.close()


def test_restored_on_a_new_computer_it_stays_withdrawn(office: Office, tmp_path: Path) -> None:
    """Only the key file of the office and the ledger beside it are left, and an older backup."""
    session = with_calls(office, tmp_path)
    backup = back_up(session).backup.path
    consents.withdraw_consent(session)
    session.close()
    home = tmp_path / "new"
    home.mkdir()
    for name in ("acme.crm.keys", "acme.crm.ledger"):
        shutil.copy(office.path.with_name(name), home)
    shutil.copy(backup, home / "old.crm-backup")
    environment = new_environment(home / "data", clock=office.clock)
    restore(
        environment, home / "old.crm-backup", home / "acme.crm",
        login="ana", password=PASSWORD, set_up_code=office.set_up_code,
    )  # fmt: skip
    session = Office(home / "acme.crm", environment, office.clock, "", "").open(
        set_up_code=office.set_up_code
    )
    assert count(session) == 0
    assert broken(session) == {}
    assert ledger.places_of_ledger(session).device.is_file()
    session.close()


def test_a_backup_from_before_a_change_of_keys_is_under_todays_and_stays_withdrawn(
    office: Office, tmp_path: Path
) -> None:
    session = with_calls(office, tmp_path)
    eva = add_member(session, "eva", Role.STAFF)
    consents.record_paper_consent(session, eva, scan=b"s", scan_name="s.png")
    backup = back_up(session).backup.path
    wanted = table_rows(session, "contact"), table_rows(session, "phone"), table_rows(session, "member")
    consents.withdraw_consent(session)
    plan = plan_rotation(session)
    session.close()
    rotate_keys(office.environment, office.path, plan, login="ana", password=PASSWORD)
    session = office.open()
    consents.withdraw_consent(session, member_id=eva)
    session.close()
    done = restored(office, backup)
    assert (len(done.ledger.withdrawals), done.ledger.calls_removed) == (2, CALLS)
    session = office.open()
    assert (
        table_rows(session, "contact"),
        table_rows(session, "phone"),
        table_rows(session, "member"),
    ) == wanted
    assert count(session) == 0
    assert not any(state.valid for state in consents.consents(session))
    assert broken(session) == {}
    session.close()


def test_a_backup_of_an_older_schema_is_brought_up_to_date_and_stays_withdrawn(
    office: Office, tmp_path: Path
) -> None:
    with_calls(office, tmp_path).close()
    to_sixth_schema(office)
    session = office.open()
    made = next(backup for backup in backups(session) if backup.reason is Reason.MIGRATION)
    known = len(backups(session))
    consents.withdraw_consent(session)
    session.close()
    assert restored(office, made.path).ledger.calls_removed == CALLS
    session = office.open()
    assert len(backups(session)) == known, "it was migrated before it was put in place"
    assert count(session) == 0
    assert broken(session) == {}
    session.close()


def test_a_file_put_back_by_hand_is_brought_in_line_and_later_calls_stay(
    office: Office, tmp_path: Path
) -> None:
    session = with_calls(office, tmp_path)
    session.close()
    old = office.path.read_bytes()
    session = office.open()
    for number in range(20):  # so that sequences of the file put back are used again
        customer_with(session, f"Later {number}")
    office.clock.advance(60)
    consents.withdraw_consent(session)
    session.close()
    office.path.write_bytes(old)
    office.clock.advance(60)
    session = office.open()
    assert codes(session) == ["file_older", "withdrawal_was_unfinished"]
    assert count(session) == 0
    office.clock.advance(60)
    consents.grant_consent(session)
    import_calls(session, tmp_path)
    session.close()
    session = office.open()
    assert codes(session) == ["file_older"]
    assert count(session) == CALLS
    assert broken(session) == {}
    session.close()


def test_a_file_that_reads_only_is_read_and_nothing_is_written(office: Office, tmp_path: Path) -> None:
    session = with_calls(office, tmp_path)
    with pytest.raises(StoppedError):
        consents.withdraw_consent(session, on_step=stop_at("entry written"))
    session.close()
    synchronized = tmp_path / "Dropbox"
    synchronized.mkdir()
    for path in office.path.parent.glob("acme.crm*"):
        shutil.copy(path, synchronized)
    before = contents(synchronized)
    session = replace(office, path=synchronized / "acme.crm").open()
    assert session.read_only
    assert codes(session) == ["place_sync", "withdrawal_not_finished_here"]
    assert contents(synchronized) == before
    session.close()


# --- meddling -------------------------------------------------------------------------------------------


def forged(session: Session, **values: object) -> LedgerEntry:
    facts: dict[str, object] = {
        "kind": EntryKind.WITHDRAWAL, "subject": session.user_id, "sequence": 3,
        "at": session.now(), "by": session.user_id,
    }  # fmt: skip
    return LedgerEntry(**facts | values).signed_by(session.ring)  # type: ignore[arg-type]


def test_an_entry_without_the_right_changes_nothing_and_is_named(office: Office, tmp_path: Path) -> None:
    session = with_calls(office, tmp_path)
    add_member(session, "noa", Role.VIEWER)
    ana = session.user_id
    session.close()
    session = office.open("noa")
    line = encode_record(forged(session, subject=ana, sequence=50))
    session.close()
    with ledger_beside(office.path).open("ab") as stream:
        stream.write(line)
    session = office.open()
    (warning,) = session.warnings
    assert warning.code == "ledger_entries_refused"
    assert warning.facts["count"] == 1
    assert count(session) == CALLS
    session.close()


def test_many_entries_without_their_marks_get_them_in_one_append(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody may sign withdrawals of his own: hundreds of them must not keep the office waiting."""
    session = office.open()
    add_member(session, "noa", Role.VIEWER)
    session.close()
    session = office.open("noa")
    lines = [encode_record(forged(session, sequence=50, at=number)) for number in range(300)]
    session.close()
    ledger_beside(office.path).write_bytes(b"".join(lines))
    appended: list[int] = []

    def counted(path: Path, entries: Collection[LedgerEntry]) -> int:
        appended.append(len(entries))
        return append_missing(path, entries)

    monkeypatch.setattr(ledger, "append_missing", counted)
    office.open().close()
    assert appended == [300]
    assert kinds(office.path) == [EntryKind.DONE] * 300 + [EntryKind.WITHDRAWAL] * 300


def test_a_damaged_record_is_named_and_the_others_act(office: Office, tmp_path: Path) -> None:
    session = with_calls(office, tmp_path)
    with pytest.raises(StoppedError):
        consents.withdraw_consent(session, on_step=stop_at("entry written"))
    session.close()
    path = ledger_beside(office.path)
    path.write_bytes(b"what a sync program left\n" + path.read_bytes() + b"torn")
    session = office.open()
    assert codes(session) == ["ledger_damaged", "withdrawal_was_unfinished"]
    assert "acme.crm.ledger is damaged in line 1." in sentence(session.warnings[0])
    assert count(session) == 0
    session.close()


@pytest.mark.parametrize("lost", ["file", "half"])
def test_a_ledger_that_lost_entries_gets_them_back_from_this_computer(
    lost: str, office: Office, tmp_path: Path
) -> None:
    session = with_calls(office, tmp_path)
    consents.withdraw_consent(session)
    session.close()
    path = ledger_beside(office.path)
    whole = path.read_bytes()
    if lost == "file":
        path.unlink()
    else:
        path.write_bytes(whole.splitlines(keepends=True)[0])
    session = office.open()
    assert codes(session) == ["ledger_completed"]
    assert path.read_bytes() == whole
    session.close()
    session = office.open()
    assert codes(session) == []
    session.close()


def test_what_another_computer_wrote_reaches_this_ones_copy(office: Office, tmp_path: Path) -> None:
    session = with_calls(office, tmp_path)
    places = ledger.places_of_ledger(session)
    consents.withdraw_consent(session)
    session.close()
    places.device.unlink()
    session = office.open()
    assert codes(session) == []
    assert places.device.read_bytes() == places.main.read_bytes()
    session.close()


def test_a_copy_on_this_computer_that_cannot_be_written_is_a_warning(office: Office, tmp_path: Path) -> None:
    session = with_calls(office, tmp_path)
    ledger.places_of_ledger(session).device.mkdir()
    assert consents.withdraw_consent(session) == CALLS
    assert codes(session) == ["ledger_not_kept_here"]
    assert kinds(office.path) == [EntryKind.DONE, EntryKind.WITHDRAWAL]
    session.close()


def test_an_office_that_shares_the_file_through_a_group_shares_the_ledger(
    office: Office, tmp_path: Path
) -> None:
    session = with_calls(office, tmp_path)
    consents.withdraw_consent(session)
    path = ledger_beside(office.path)
    path.chmod(0o660)
    consents.grant_consent(session)
    consents.withdraw_consent(session)
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o660
    assert kinds(office.path).count(EntryKind.WITHDRAWAL) == 2
    session.close()


# --- erasures -------------------------------------------------------------------------------------------


def test_an_erasure_names_the_contact_a_file_still_has(office: Office) -> None:
    session = office.open()
    customer_with(session, "Dana", NUMBER)
    eli = customer_with(session, "Eli")
    found = session.ring.current_class_key(KeyKind.LEDGER)
    assert found is not None
    key_id, key = found
    (row,) = [row for row in table_rows(session, "contact") if row["id"] == eli]
    uuid = row["uuid"]
    assert isinstance(uuid, bytes)
    entry = ledger.append(
        session, EntryKind.ERASURE, uuid, sequence=40,
        key_id=key_id, identifiers=[identifier(key, "phone", "+12125550199")],
    )  # fmt: skip
    judged = ledger.read_ledger(session).judged
    assert judged.erasures == (entry,)
    with session.database.write() as connection:
        assert ledger.apply_ledger(connection, session.author, judged).erased == (eli,)
    assert len(table_rows(session, "contact")) == 2, "the caller removes the contact"
    assert broken(session) == {}
    session.close()


def test_nobody_is_named_in_the_bytes_of_the_ledger(office: Office, tmp_path: Path) -> None:
    session = with_calls(office, tmp_path)
    consents.withdraw_consent(session)
    session.close()
    data = ledger_beside(office.path).read_bytes()
    for word in (b"ana", b"Ana", b"Dana", b"5550199", b"log.xml", b"call"):
        assert word not in data
