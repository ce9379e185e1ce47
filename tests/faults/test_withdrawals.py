"""Programs killed while a consent is withdrawn: entry, deletion, mark (security design, section 6)."""

import os
from pathlib import Path

import pytest

from crm_desktop.domain.sentences import sentence
from crm_desktop.operations import call_imports, consents, ledger
from crm_desktop.operations.backups import back_up
from crm_desktop.operations.restoring import restore
from crm_desktop.security.ledger_files import ledger_beside, parse_ledger
from tests.environments import PASSWORD
from tests.faults.children import Door, child, withdraw
from tests.faults.offices import FaultyOffice, assert_whole
from tests.operations.samples import customer_with, log_of, table_rows

NUMBER = "(212) 555-0123"
CALLS = 4
# Entry written, removed, committed, log emptied, marked.
STEPS = 5


@pytest.fixture
def backup(faulty: FaultyOffice, tmp_path: Path) -> Path:
    """Give a backup of an office whose administrator has imported the log of her phone."""
    session = faulty.open()
    customer_with(session, "Dana", NUMBER)
    consents.grant_consent(session)
    call_imports.run_import(
        session, [log_of(tmp_path / "log.xml", NUMBER, CALLS)],
        member_id=session.member.id, options=call_imports.reading_options(session),
    )  # fmt: skip
    path = back_up(session).backup.path
    session.close()
    return path


def killed(faulty: FaultyOffice, step: int) -> int | None:
    """Withdraw in a process that ends at ``step``; return how it ended."""
    door = Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)
    with child(withdraw, door, step) as withdrawing:
        assert withdrawing.told()[0] == "ready"
        withdrawing.go()
        said = withdrawing.rest()
        assert said == ([("withdrawn", STEPS)] if step > STEPS else [])
        return withdrawing.process.exitcode


@pytest.mark.parametrize("step", range(1, STEPS + 2))
def test_killed_at_any_step_the_consent_is_withdrawn_and_no_backup_brings_it_back(
    step: int, faulty: FaultyOffice, backup: Path
) -> None:
    assert killed(faulty, step) == (0 if step > STEPS else 9)
    session = faulty.open()
    # Until the deletion is committed there is something to finish, and to say.
    said = [warning.code for warning in session.warnings]
    assert said == (["withdrawal_was_unfinished"] if step <= 2 else [])
    assert table_rows(session, "call") == table_rows(session, "import_run") == []
    if step < STEPS:  # finished just now, the write-ahead log included
        assert session.path.with_name("acme.crm-wal").stat().st_size == 0
    judged = ledger.read_ledger(session).judged
    (entry,) = judged.withdrawals
    assert judged.done == {entry.entry_id}
    assert_whole(session)
    session.close()
    restore(faulty.office.environment, backup, faulty.path, login="ana", password=PASSWORD)
    session = faulty.open()
    assert table_rows(session, "call") == table_rows(session, "import_run") == []
    assert not consents.consents(session)[0].valid
    assert_whole(session)
    session.close()


def test_the_next_command_says_that_a_withdrawal_was_finished(faulty: FaultyOffice, backup: Path) -> None:
    assert killed(faulty, 1) == 9
    said = faulty.computer.run("info", faulty.path, "--secrets-stdin", given=faulty.given())
    assert said.stderr.startswith("A withdrawn consent was not carried out in this file yet")
    assert f"{CALLS} imported calls were removed" in said.stderr
    again = faulty.computer.run("info", faulty.path, "--secrets-stdin", given=faulty.given())
    assert again.stderr == ""


@pytest.mark.parametrize("left", [0, 1, 60, -1])
def test_killed_in_the_middle_of_writing_the_entry_nothing_was_withdrawn(
    left: int, faulty: FaultyOffice, backup: Path
) -> None:
    """The entry is torn: only ``left`` of its bytes reached the disk; nothing was acknowledged."""
    assert killed(faulty, 1) == 9
    session_ledgers = [ledger_beside(faulty.path), *(faulty.computer.data_folder / "keys").glob("*.ledger")]
    assert len(session_ledgers) == 2
    for path in session_ledgers:
        os.truncate(path, left if left >= 0 else path.stat().st_size - 2)
        assert parse_ledger(path.read_bytes()).entries == frozenset()
    session = faulty.open()
    assert session.warnings == ()
    assert len(table_rows(session, "call")) == CALLS
    assert consents.withdraw_consent(session) == CALLS
    assert ledger.read_ledger(session).problems == ()
    session.close()


def test_a_restore_by_command_says_what_stays_withdrawn(faulty: FaultyOffice, backup: Path) -> None:
    assert killed(faulty, STEPS + 1) == 0
    command = ["restore", backup, faulty.path, "--secrets-stdin"]
    said = faulty.computer.run(*command, given=faulty.given())
    assert "Consents that were withdrawn after this backup are withdrawn in it too" in said.stdout
    assert f"{CALLS} imported calls were removed" in said.stdout
    answer = faulty.computer.document(*command, given=faulty.given())
    assert answer["calls_withdrawn_again"] == CALLS


def test_damage_of_the_ledger_is_said_by_every_command(faulty: FaultyOffice, backup: Path) -> None:
    assert killed(faulty, STEPS + 1) == 0
    path = ledger_beside(faulty.path)
    path.write_bytes(b"\0" * 40 + b"\n" + path.read_bytes())
    session = faulty.open()
    (warning,) = session.warnings
    session.close()
    assert warning.code == "ledger_damaged"
    said = faulty.computer.run("info", faulty.path, "--secrets-stdin", given=faulty.given())
    assert said.stderr == f"{sentence(warning)}\n"
