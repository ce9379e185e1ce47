"""Two programs on one file: conflicts, locks, a user who ends, and a kill in the middle of an import."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import BusyError, ConflictError, KnownError, SignInError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations import call_imports, calls, consents, contacts
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.key_changes import change_keys
from crm_desktop.operations.others_changes import look_for_changes
from crm_desktop.operations.session import Session
from crm_desktop.security import accounts
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_copies import read_key_file
from crm_desktop.security.sign_in import sign_in
from crm_desktop.storage import log, organization
from crm_desktop.storage.database import Database
from tests.environments import CHEAP, PASSWORD, Office, add_member, disable_member
from tests.operations.samples import broken, customer_with, table_rows

ROOT = Path(__file__).parents[2]


class Child:
    """The other program, signed in to the same file."""

    def __init__(self, office: Office, login: str, act: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.operations.child", str(office.path.parent), login, act],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.tell(office.set_up_code)
        assert self.said() == "open"

    def tell(self, text: str = "go") -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self, *, kill: bool = False) -> None:
        if kill:
            self.process.kill()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def shared(office: Office) -> Iterator[Session]:
    """A session of ana; eva is an administrator too."""
    session = office.open()
    add_member(session, "eva", Role.ADMINISTRATOR)
    customer_with(session, "Dana", "(212) 555-0123")
    yield session
    session.close()


def test_two_programs_change_different_fields_and_both_stay(office: Office, shared: Session) -> None:
    child = Child(office, "eva", "merge")
    child.tell()
    assert child.said() == "read"
    base, version = contacts.contact_draft(shared, 1)
    contacts.save_contact(shared, 1, replace(base, industry="mine"), version=version)
    child.tell()
    assert child.said() == "saved"
    child.end()
    found = contacts.card(shared, 1).contact
    assert (found.title, found.nickname, found.industry) == ("theirs", "Dee", "mine")
    assert broken(shared) == {}


def test_two_programs_change_one_field_and_the_second_is_asked(office: Office, shared: Session) -> None:
    child = Child(office, "eva", "merge")
    child.tell()
    assert child.said() == "read"
    base, version = contacts.contact_draft(shared, 1)
    contacts.save_contact(shared, 1, replace(base, title="mine", industry="mine"), version=version)
    child.tell()
    assert child.said() == "conflict title:mine"
    assert child.said() == "saved"
    child.end()
    found = contacts.card(shared, 1).contact
    assert (found.title, found.nickname, found.industry) == ("mine", "Dee", "mine")
    assert broken(shared) == {}


def test_what_another_program_saved_is_noticed_and_ones_own_is_not(office: Office, shared: Session) -> None:
    first = look_for_changes(shared, after=None)
    assert not first.by_others
    contacts.set_field(shared, 1, "title", "mine", version=1)
    own = look_for_changes(shared, after=first.newest)
    assert not own.by_others
    child = Child(office, "eva", "edit")
    child.tell()
    assert child.said() == "read"
    child.tell()
    child.end()
    assert look_for_changes(shared, after=own.newest).by_others


def test_the_second_saver_is_told(office: Office, shared: Session) -> None:
    child = Child(office, "eva", "edit")
    child.tell()
    assert child.said() == "read"
    contacts.set_field(shared, 1, "title", "mine", version=1)
    child.tell()
    assert child.said() == "record_changed"
    child.end()
    assert contacts.card(shared, 1).contact.title == "mine"
    assert broken(shared) == {}


def test_the_first_saver_is_told_when_the_other_was_faster(office: Office, shared: Session) -> None:
    child = Child(office, "eva", "edit")
    child.tell()
    child.said()
    child.tell()
    assert child.said() == "done"
    child.end()
    with pytest.raises(ConflictError, match="record_changed"):
        contacts.set_field(shared, 1, "title", "mine", version=1)
    assert contacts.card(shared, 1).contact.title == "theirs"


def test_a_write_lock_held_elsewhere_is_said_and_reading_goes_on(office: Office, shared: Session) -> None:
    child = Child(office, "eva", "hold")
    child.tell()
    assert child.said() == "held"
    shared.database.connection().execute("PRAGMA busy_timeout = 1")
    with pytest.raises(BusyError) as caught:
        contacts.set_field(shared, 1, "title", "mine", version=1)
    assert sentence(caught.value).startswith("acme.crm is in use by another program")
    assert contacts.card(shared, 1).contact.title is None
    child.tell()
    assert child.said() == "done"
    child.end()
    contacts.set_field(shared, 1, "title", "mine", version=1)


def test_a_user_disabled_elsewhere_ends_at_the_next_save(office: Office, shared: Session) -> None:
    child = Child(office, "eva", "disable")  # ends the only other account: ana
    child.tell()
    assert child.said() == "done"
    child.end()
    with pytest.raises(SignInError, match="account_disabled"):
        contacts.set_field(shared, 1, "title", "mine", version=1)
    assert contacts.card(shared, 1).contact.title is None


def test_a_killed_import_is_all_or_nothing_after_reopening(office: Office) -> None:
    session = office.open()
    customer_with(session, "Dana", "(212) 555-0123")
    consents.grant_consent(session)
    session.close()
    child = Child(office, "ana", "import")
    child.tell()
    assert child.said() == "importing"
    meanwhile = office.open()
    assert len(table_rows(meanwhile, "call")) > 0
    assert calls.call_count(meanwhile, CallQuery()) == 0, "not there yet: it may be cancelled"
    assert meanwhile.warnings == ()
    assert broken(meanwhile) == {}
    meanwhile.close()
    child.end(kill=True)

    session = office.open()
    (warning,) = session.warnings
    assert warning.code == "import_was_unfinished"
    assert table_rows(session, "call") == table_rows(session, "import_run") == []
    assert broken(session) == {}
    path = office.path.with_name("log.xml")
    options = call_imports.reading_options(session)
    for created in (20_000, 0):
        result = call_imports.run_import(session, [path], member_id=session.member.id, options=options)
        assert result.counts.created == created
    session.close()


def test_a_killed_import_is_left_by_who_may_not_import_and_removed_by_the_next_who_may(
    office: Office, shared: Session
) -> None:
    add_member(shared, "vic", Role.VIEWER)
    consents.grant_consent(shared)
    shared.close()
    child = Child(office, "ana", "import")
    child.tell()
    assert child.said() == "importing"
    child.end(kill=True)
    for _ in range(2):
        session = office.open("vic")
        assert session.warnings == ()
        (run,) = table_rows(session, "import_run")
        assert (run["state"], run["seat"]) == ("running", None)
        assert len(table_rows(session, "call")) > 0
        card = contacts.card(session, 1).contact
        assert (card.given, broken(session)) == ("Dana", {})
        session.close()
    session = office.open()
    assert [warning.code for warning in session.warnings] == ["import_was_unfinished"]
    assert table_rows(session, "call") == table_rows(session, "import_run") == []
    assert broken(session) == {}
    session.close()


def test_a_killed_import_is_removed_also_while_another_program_has_the_file_open(
    office: Office, shared: Session
) -> None:
    """``shared`` is open all the time: it imports the same log, and neither doubles nor loses a call."""
    consents.grant_consent(shared)
    child = Child(office, "ana", "import")
    child.tell()
    assert child.said() == "importing"
    path = office.path.with_name("log.xml")
    options = call_imports.reading_options(shared)
    with pytest.raises(BusyError, match="import_under_way"):
        call_imports.run_import(shared, [path], member_id=shared.member.id, options=options)
    child.end(kill=True)
    assert calls.call_count(shared, CallQuery()) == 0
    result = call_imports.run_import(shared, [path], member_id=shared.member.id, options=options)
    assert (result.counts.created, result.counts.already_there) == (20_000, 0)
    assert calls.call_count(shared, CallQuery()) == len(table_rows(shared, "call")) == 20_000
    assert broken(shared) == {}


def beside(session: Session, login: str) -> Session:
    """Sign somebody else in to the same file, in this process: it shares the one lock file."""
    ring = sign_in(
        read_key_file(session.places).body, secret=session.ring.organization_secret,
        root_fingerprint=session.ring.root_fingerprint, login=login, password=PASSWORD, argon2=CHEAP,
    )  # fmt: skip
    database = Database(session.path, ring.current_file_key.raw)
    return Session(session.environment, session.path, database, ring, session.places, session.lock)


def test_rights_taken_away_meanwhile_count_in_the_next_transaction(session: Session) -> None:
    add_member(session, "mia", Role.MANAGER)
    contact = customer_with(session, "Dana")
    other = beside(session, "mia")

    def demote(body: KeyFileBody) -> KeyFileBody:
        sequence = log.head(session.database.connection()).sequence + 1
        return accounts.change_user(
            body, session.ring, user_id=other.user_id, role=Role.VIEWER, log_sequence=sequence
        )

    change_keys(session, "add_user", demote)
    assert other.may("records.edit")
    with pytest.raises(KnownError, match="right_missing"):
        contacts.set_field(other, contact, "title", "mine", version=1)
    assert not other.may("records.edit")
    assert contacts.card(other, contact).contact.title is None
    assert broken(other) == {}
    other.database.close()


def test_a_refused_change_of_the_keys_leaves_the_file_to_others(session: Session) -> None:
    add_member(session, "mia", Role.MANAGER)
    other = beside(session, "mia")
    disable_member(session, other.user_id)
    with pytest.raises(KnownError):
        change_keys(other, "change_password", lambda body: body)
    assert not other.database.connection().in_transaction
    customer_with(session, "Dana")
    other.database.close()


def test_a_change_of_the_roster_is_in_the_log_with_its_hash(session: Session) -> None:
    add_member(session, "mia", Role.MANAGER)
    with session.database.read() as connection:
        entry = list(log.entries(connection))[-1]
        meta = organization.read_meta(connection)
    assert meta is not None
    assert meta.roster_seq == session.ring.roster.sequence
    assert entry.payload == json.dumps({"roster": session.ring.roster.digest().hex()})
