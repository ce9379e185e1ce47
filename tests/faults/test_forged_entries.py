"""Fault 40, the log: a Viewer writes rows and signs them with his own key under a verb he may use.

He has the file key, his signing key and this program as a library; everything he writes is whole: salt,
digest, block, chain, signature. ``verify`` names each such entry.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import (
    bank_accounts,
    bank_confirming,
    call_imports,
    consents,
    ledger,
    notes,
    users,
)
from crm_desktop.operations.bank_boxes import (
    CONFIRMED,
    WAITING,
    account_of,
    column_values,
    empty_values,
    keys_of,
    opened,
    owner_of,
)
from crm_desktop.operations.log_judging import LogJudge
from crm_desktop.operations.log_problems import sentence
from crm_desktop.operations.session import Session
from crm_desktop.operations.verbs import RIGHTS_FOR
from crm_desktop.operations.verify import Problem, verify, verify_log, verify_new
from crm_desktop.security.bank_details import Place
from crm_desktop.security.ledger import EntryKind
from crm_desktop.storage import calls, import_runs, log, rows
from crm_desktop.storage.database import Connection
from crm_desktop.storage.digests import row_digest
from crm_desktop.storage.identifiers import new_salt
from crm_desktop.storage.journal import ChangeSet
from crm_desktop.storage.log import LoggedRow
from tests.environments import PASSWORD, Office, add_member, new_organization
from tests.operations.samples import broken, customer_with, log_of

NUMBER = "(212) 555-0123"
CALLS = 130


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Ana administers, Mia has imported the log of her phone, Vic is a Viewer, Sam a member of staff."""
    office = new_organization(tmp_path)
    session = office.open()
    for login, role in (("mia", Role.MANAGER), ("vic", Role.VIEWER), ("sam", Role.STAFF)):
        add_member(session, login, role)
    customer_with(session, "Dana", NUMBER)
    session.close()
    session = office.open("mia")
    consents.grant_consent(session)
    imported(session, tmp_path)
    notes.add_call_note(session, 1, "Typed")
    session.close()
    return office


def imported(session: Session, folder: Path) -> None:
    path = log_of(folder / "log.xml", NUMBER, CALLS)
    options = call_imports.reading_options(session)
    call_imports.run_import(session, [path], member_id=session.member.id, options=options)


@pytest.fixture
def vic(office: Office) -> Iterator[Session]:
    session = office.open("vic")
    assert broken(session) == {}
    yield session
    session.close()


def found(session: Session) -> set[tuple[str, object]]:
    """Return what both ways of verifying name: code and entry; each in a sentence."""
    problems: list[Problem] = [problem for check in verify_new(session) for problem in check.problems]
    assert problems == [problem for check in verify_log(session) for problem in check.problems]
    assert all(f"ntry {problem.facts['sequence']} " in sentence(problem) for problem in problems)
    return {(problem.code, problem.facts["sequence"]) for problem in problems}


def edited(session: Session, verb: str) -> int:
    """Give the customer another name in the row, and sign that under ``verb``; return the entry."""
    with session.database.write() as connection:
        row = rows.full_row(connection, "contact", 1)
        assert row is not None
        version = int(str(row["version"])) + 1
        rows.update_row(
            connection, "contact", 1, {"given": f"Evil {verb}", "version": version, "salt": new_salt()}
        )
        row = rows.full_row(connection, "contact", 1)
        assert row is not None
        uuid = row["uuid"]
        assert isinstance(uuid, bytes)
        listed = LoggedRow("contact", uuid, version, row_digest("contact", row))
        return log.append(connection, session.author, verb, rows=[listed])


def test_40_an_edit_signed_under_any_verb_is_named(vic: Session) -> None:
    may = {verb for verb in RIGHTS_FOR if vic.may_do(verb)}
    assert {"login", "migrate", "tidy", "rewrap", "redact", "see_consent"} <= may
    forged = {verb: edited(vic, verb) for verb in sorted(RIGHTS_FOR)}
    checks = verify(vic)
    (chain,) = [check for check in checks if check.name == "log_chain"]
    assert chain.more
    with vic.database.read() as connection:
        judge = LogJudge(vic)
        named = {
            entry.verb: [problem.code for problem in judge.problems(connection, entry)]
            for entry in log.entries(connection, after=min(forged.values()) - 1)
        }
    assert named.keys() == forged.keys()
    for verb, codes in named.items():
        assert ("entry_right" in codes) is (verb not in may), verb
        assert verb not in may or codes == ["entry_lists"], verb


@pytest.mark.parametrize("verb", ["login", "tidy", "redact", "grant_consent"])
def test_40_an_edit_is_named_and_rows_alone_would_not_show_it(vic: Session, verb: str) -> None:
    sequence = edited(vic, verb)
    assert found(vic) == {("entry_lists", sequence)}


# --- calls ----------------------------------------------------------------------------------------------


def one_call_removed(connection: Connection, session: Session, verb: str) -> int:
    removed = calls.delete_where(connection, "id = ?", (70,))
    return log.append(connection, session.author, verb, blocks=calls.touched_blocks(connection, removed))


def run_removed(connection: Connection, session: Session, verb: str) -> int:
    import_runs.remove_run(connection, session.author, 1, verb)
    return log.head(connection).sequence


def other_calls_removed(connection: Connection, session: Session, verb: str) -> int:
    """Remove a call of Mia's and list an import nobody has heard of beside it."""
    removed = calls.delete_where(connection, "id = ?", (70,))
    unknown = LoggedRow("import_run", bytes(16), 2, None)
    blocks = calls.touched_blocks(connection, removed)
    return log.append(connection, session.author, verb, rows=[unknown], blocks=blocks)


def links_forgotten(connection: Connection, session: Session, verb: str) -> int:
    """Have it look as if nobody's calls had ever become Dana's."""
    row = LoggedRow("linked_calls", bytes(16), 2, None)
    return log.append(connection, session.author, verb, rows=[row])


def call_changed(connection: Connection, session: Session, verb: str) -> int:
    """Change a call in its place: as many as before."""
    connection.execute("UPDATE call SET duration_s = 7, version = 2, salt = ? WHERE id = 70", (new_salt(),))
    return log.append(connection, session.author, verb, blocks=calls.touched_blocks(connection, [70]))


def note_changed(connection: Connection, session: Session, verb: str) -> int:
    """Have it look as if a note had only lost its call."""
    note = connection.execute("SELECT id, uuid, version FROM contact_note").fetchone()
    left: dict[str, object] = {"text": "Forged", "call_id": None, "version": note[2] + 1, "salt": new_salt()}
    rows.update_row(connection, "contact_note", note[0], left)
    row = rows.full_row(connection, "contact_note", note[0])
    assert row is not None
    listed = LoggedRow("contact_note", note[1], note[2] + 1, row_digest("contact_note", row))
    return log.append(connection, session.author, verb, rows=[listed])


@pytest.mark.parametrize(
    ("forge", "verb", "codes"),
    [
        (one_call_removed, "remove_unknown_calls", {"entry_right"}),
        (one_call_removed, "undo_unfinished", {"entry_right", "entry_calls"}),
        (one_call_removed, "redact", {"entry_calls"}),
        (one_call_removed, "login", {"entry_calls"}),
        (one_call_removed, "withdraw_consent", {"entry_calls"}),
        (other_calls_removed, "redact", {"entry_calls"}),
        (call_changed, "redact", {"entry_calls"}),
        (call_changed, "remove_unknown_calls", {"entry_right", "entry_calls"}),
        (run_removed, "remove_unfinished_import", {"entry_right"}),
        (run_removed, "undo_import", {"entry_right"}),
        (run_removed, "redact", {"removed_unwithdrawn"}),
        (links_forgotten, "redact", {"forgotten_unwithdrawn"}),
        (links_forgotten, "tidy", {"entry_lists"}),
        (note_changed, "redact", {"entry_right", "forgotten_unwithdrawn"}),
        (note_changed, "purge_trash", {"entry_right"}),
        (note_changed, "tidy", {"entry_lists"}),
    ],
)
def test_40_calls_removed_or_changed_under_another_name_are_named(
    vic: Session, forge: Callable[[Connection, Session, str], int], verb: str, codes: set[str]
) -> None:
    with vic.database.write() as connection:
        sequence = forge(connection, vic, verb)
    assert found(vic) == {(code, sequence) for code in codes}


def test_40_a_withdrawal_of_before_does_not_cover_what_was_imported_since(
    office: Office, tmp_path: Path
) -> None:
    session = office.open("mia")
    consents.withdraw_consent(session)
    office.clock.advance(60)
    consents.grant_consent(session)
    imported(session, tmp_path)
    session.close()
    session = office.open("vic")
    assert broken(session) == {}
    with session.database.write() as connection:
        import_runs.remove_run(connection, session.author, 2, "redact")
        sequence = log.head(connection).sequence
    assert found(session) == {("removed_unwithdrawn", sequence)}
    session.close()


def test_40_a_withdrawal_he_writes_himself_for_another_does_not_count(vic: Session) -> None:
    with vic.database.read() as connection:
        (mia,) = connection.execute("SELECT uuid FROM member WHERE login = 'mia'").fetchone()
        sequence = log.head(connection).sequence + 1
    ledger.append(vic, EntryKind.WITHDRAWAL, mia, sequence=sequence)
    with vic.database.write() as connection:
        assert run_removed(connection, vic, "redact") == sequence
    assert found(vic) == {("removed_unwithdrawn", sequence)}


def test_a_withdrawal_of_ones_own_is_no_forgery_even_without_the_ledger(
    office: Office, tmp_path: Path
) -> None:
    session = office.open("sam")
    consents.grant_consent(session)
    imported(session, tmp_path)
    assert consents.withdraw_consent(session) == CALLS
    assert broken(session) == {}
    places = ledger.places_of_ledger(session)
    for copy in (places.main, places.device):
        assert copy is not None
        copy.unlink()
    assert found_whole(session) == set()
    session.close()


# --- consents -------------------------------------------------------------------------------------------


def consent_of(connection: Connection, login: str) -> dict[str, object]:
    """Return a consent as the program writes it, of another member."""
    row = rows.full_row(connection, "consent", 1)
    assert row is not None
    (member_id,) = connection.execute("SELECT id FROM member WHERE login = ?", (login,)).fetchone()
    kept = {name: value for name, value in row.items() if name not in {"id", "uuid", "version", "salt"}}
    return {**kept, "member_id": member_id, "recorded_by": member_id, "withdrawn_at": None}


@pytest.mark.parametrize("verb", ["grant_consent", "see_consent", "record_paper_consent"])
def test_40_a_consent_in_anothers_name_is_named(vic: Session, verb: str) -> None:
    with vic.database.write() as connection:
        changes = ChangeSet(connection, vic.author, verb)
        changes.insert("consent", consent_of(connection, "sam"))
        changes.finish()
        sequence = log.head(connection).sequence
    codes = {
        "grant_consent": {"consent_of_another"},
        "see_consent": {"entry_lists", "consent_of_another"},
        "record_paper_consent": {"entry_right"},
    }
    assert found(vic) == {(code, sequence) for code in codes[verb]}


def test_40_ones_own_consent_given_to_another_afterwards_is_named(vic: Session) -> None:
    consents.grant_consent(vic)
    assert broken(vic) == {}
    with vic.database.write() as connection:
        changes = ChangeSet(connection, vic.author, "see_consent")
        changes.update("consent", 2, {"member_id": consent_of(connection, "sam")["member_id"]})
        changes.finish()
        sequence = log.head(connection).sequence
    assert ("consent_of_another", sequence) in found_whole(vic)


def found_whole(session: Session) -> set[tuple[str, object]]:
    return {
        (problem.code, problem.facts["sequence"])
        for check in verify_log(session)
        for problem in check.problems
    }


@pytest.mark.parametrize("by", ["vic", "mia"])
def test_40_a_withdrawal_in_anothers_name_is_named(office: Office, vic: Session, by: str) -> None:
    with vic.database.write() as connection:
        (member_id,) = connection.execute("SELECT id FROM member WHERE login = ?", (by,)).fetchone()
        changes = ChangeSet(connection, vic.author, "withdraw_consent")
        changes.update("consent", 1, {"withdrawn_at": office.clock.seconds, "withdrawn_by": member_id})
        changes.finish()
        sequence = log.head(connection).sequence
    assert found(vic) == {("consent_of_another", sequence)}


# --- bank accounts --------------------------------------------------------------------------------------


def test_40_a_bank_account_changed_as_an_undo_by_somebody_without_the_right_is_named(office: Office) -> None:
    session = office.open("sam")
    assert broken(session) == {}
    with session.database.write() as connection:
        gone = LoggedRow("bank_account", bytes(16), 2, None)
        sequence = log.append(connection, session.author, "undo", rows=[gone])
    assert ("entry_right", sequence) in found_whole(session)
    session.close()


def confirmed_by_himself(session: Session, verb: str, account_id: int) -> int:
    """Write a waiting value as the confirmed one, by who made it, with this program as a library."""
    with session.change(verb) as changes:
        connection = changes.connection
        account = account_of(connection, account_id)
        owner, keys = owner_of(connection, 1), keys_of(session, connection)
        waiting = opened(keys, account, WAITING, owner)
        assert waiting is not None
        record = replace(waiting, confirmed_by=session.user_id.hex(), confirmed_at=session.now())
        values = column_values(keys, record, Place(CONFIRMED, account.uuid, owner)) | empty_values(WAITING)
        changes.update("bank_account", account_id, values, contact_id=1)
    with session.database.read() as connection:
        return log.head(connection).sequence


@pytest.mark.parametrize(
    ("verb", "code"), [("confirm_bank", "confirmed_own"), ("confirm_bank_alone", "confirmed_alone")]
)
def test_40_who_confirms_his_own_bank_account_past_the_program_is_named(
    office: Office, verb: str, code: str
) -> None:
    session = office.open("mia")
    account_id = bank_accounts.add_account(session, 1, BankDetails(account="DE89370400440532013000"))
    assert broken(session) == {}
    sequence = confirmed_by_himself(session, verb, account_id)
    assert found(session) == {(code, sequence)}
    session.close()


def test_a_second_persons_confirmation_is_no_forgery_and_neither_is_one_alone(office: Office) -> None:
    session = office.open("mia")
    account_id = bank_accounts.add_account(session, 1, BankDetails(account="DE89370400440532013000"))
    mia = session.user_id
    session.close()
    session = office.open()
    bank_confirming.confirm_change(session, account_id, version=1)
    bank_accounts.edit_account(session, account_id, BankDetails(account="NL91ABNA0417164300"), version=2)
    users.change_role(session, mia, Role.STAFF)  # under a new key, and nobody is left to confirm
    (line,) = bank_accounts.accounts(session, 1)
    bank_confirming.confirm_change(session, account_id, version=line.version, password=PASSWORD)
    users.change_role(session, mia, Role.MANAGER)
    assert broken(session) == {}
    session.close()
