"""The log: whatever is changed outside the program is named by verify, and salts go with their versions."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crm_desktop.domain.contact_drafts import EmailDraft, PhoneDraft
from crm_desktop.operations import call_imports, consents, contacts
from crm_desktop.operations.session import Session
from crm_desktop.storage import log
from crm_desktop.storage.database import Connection
from crm_desktop.storage.log import Author
from tests.environments import Office, add_member
from tests.operations.samples import broken, customer_with, log_of, person, table_rows

NUMBER = "(212) 555-0123"
STRAY_PRODUCT = (
    "INSERT INTO product (uuid, version, salt, name, name_key, active)"
    " VALUES (randomblob(16), 1, randomblob(16), 'p', 'p', 1)"
)


@pytest.fixture
def written(session: Session, tmp_path: Path) -> Session:
    """A session on a file with a bit of everything."""
    contacts.add_contact(
        session, person("Dana", phones=(PhoneDraft(NUMBER),), emails=(EmailDraft("d@whitfield.example"),))
    )
    customer_with(session, "Eva")
    contacts.trash(session, [2])
    consents.grant_consent(session)
    options = call_imports.reading_options(session)
    path = log_of(tmp_path / "log.xml", NUMBER, 130)
    call_imports.run_import(session, [path], member_id=session.member.id, options=options)
    assert broken(session) == {}
    return session


def tamper(session: Session, *statements: str) -> dict[str, str]:
    """Change the file as somebody with the key and a database tool would; return what verify says."""
    with session.database.write() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        for statement in statements:
            connection.execute(statement)
    return broken(session)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE organization SET name = 'Evil'",
        "UPDATE member SET name = 'Evil'",
        "UPDATE contact SET display_name = 'Evil' WHERE id = 1",
        "UPDATE contact SET version = version + 1 WHERE id = 1",
        "UPDATE contact SET trashed_at = NULL WHERE id = 2",
        "UPDATE phone SET e164 = '+12125550199'",
        "UPDATE email SET note = 'x'",
        "UPDATE consent SET withdrawn_at = 5",
        "UPDATE import_run SET file_name = 'x'",
        "UPDATE import_run SET state = 'running'",
        "UPDATE call SET duration_s = 7 WHERE id = 65",
        "UPDATE call SET customer_id = 2 WHERE id = 130",
        "UPDATE call SET row_key = randomblob(20) WHERE id = 1",
        "UPDATE call SET salt = randomblob(16) WHERE id = 1",
        "DELETE FROM call WHERE id = 130",
        "DELETE FROM call WHERE id < 64",
        "DELETE FROM email",
        STRAY_PRODUCT,
    ],
)
def test_a_changed_row_is_named(written: Session, statement: str) -> None:
    assert "rows_against_log" in tamper(written, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_entry SET verb = 'login' WHERE id = 3",
        "UPDATE log_entry SET at = at + 1 WHERE id = 3",
        "UPDATE log_entry SET user_uuid = randomblob(16) WHERE id = 3",
        "UPDATE log_entry SET roster_seq = 9 WHERE id = 3",
        "UPDATE log_entry SET payload = '{}' WHERE id = 1",
        "UPDATE log_entry SET payload_digest = NULL WHERE id = 1",
        "UPDATE log_entry SET signature = randomblob(64) WHERE id = 3",
        "UPDATE log_entry SET hash = randomblob(32) WHERE id = 3",
        "UPDATE log_entry SET prev = randomblob(32) WHERE id = 3",
        "UPDATE log_row SET row_version = 9 WHERE entry_id = 1",
        "UPDATE meta SET change_sequence = 99",
    ],
)
def test_a_changed_entry_is_named(written: Session, statement: str) -> None:
    assert "log_chain" in tamper(written, statement)


@pytest.mark.parametrize("newest", [True, False])
def test_a_removed_entry_is_named(written: Session, *, newest: bool) -> None:
    with written.database.write() as connection:
        sequence = log.head(connection).sequence if newest else 3
        connection.execute("DELETE FROM log_row WHERE entry_id = ?", (sequence,))
        connection.execute("DELETE FROM log_block WHERE entry_id = ?", (sequence,))
        connection.execute("DELETE FROM log_entry WHERE id = ?", (sequence,))
    assert "log_chain" in broken(written)


def test_a_log_cut_with_its_count_leaves_rows_without_an_entry(written: Session) -> None:
    found = tamper(
        written,
        "DELETE FROM log_row WHERE entry_id > 4",
        "DELETE FROM log_block WHERE entry_id > 4",
        "DELETE FROM log_entry WHERE id > 4",
        "UPDATE meta SET change_sequence = 4",
    )
    assert list(found) == ["rows_against_log"]


def test_an_old_row_put_back_is_named(written: Session) -> None:
    (before,) = [row for row in table_rows(written, "contact") if row["id"] == 1]
    contacts.set_field(written, 1, "title", "Chef", version=int(str(before["version"])))
    assert broken(written) == {}
    with written.database.write() as connection:
        connection.execute(
            "UPDATE contact SET title = NULL, version = ?, salt = ?, changed_at = ? WHERE id = 1",
            (before["version"], before["salt"], before["changed_at"]),
        )
    uuid = before["uuid"]
    assert isinstance(uuid, bytes)
    assert f"Contact {uuid.hex()}: the values are not those of entry" in broken(written)["rows_against_log"]


def test_an_index_that_is_not_the_records_is_named(written: Session) -> None:
    assert list(tamper(written, "DELETE FROM search_word WHERE rowid = 1")) == ["search_index"]


def test_a_document_that_says_something_else_is_named(written: Session) -> None:
    found = tamper(
        written,
        "DELETE FROM search_word WHERE rowid = 1",
        "INSERT INTO search_word (rowid, body) VALUES (1, 'wrongword')",
    )
    assert list(found) == ["search_index"]


def test_a_reference_to_nothing_is_named(written: Session) -> None:
    written.database.connection().execute("PRAGMA foreign_keys = OFF")
    found = tamper(written, "DELETE FROM contact WHERE id = 1")
    written.database.connection().execute("PRAGMA foreign_keys = ON")
    assert "foreign_keys" in found


def test_another_schema_is_named(written: Session) -> None:
    assert list(tamper(written, "UPDATE meta SET schema_version = 0")) == ["schema_version"]


def forged(session: Session, verb: str, author: Author) -> dict[str, str]:
    with session.database.write() as connection:
        log.append(connection, author, verb)
    return broken(session)


def test_an_entry_of_somebody_without_the_verbs_right_is_named(office: Office) -> None:
    session = office.open()
    from crm_desktop.domain.permissions import Role

    add_member(session, "vic", Role.VIEWER)
    session.close()
    session = office.open("vic")
    assert broken(session) == {}
    (sequence,) = session.database.connection().execute("SELECT max(id) FROM log_entry").fetchone()
    assert forged(session, "edit_customer", session.author) == {
        "log_chain": f"The log was changed outside the program: Entry {sequence + 1} (edit_customer) is by a "
        "user who did not have the right to it then."
    }
    assert "says “fly”" in forged(session, "fly", session.author)["log_chain"]
    session.close()


def test_an_entry_signed_by_nobody_is_named(written: Session) -> None:
    own = written.author
    stranger = Author(own.member_id, bytes(16), own.session, own.sign, own.roster_seq, own.now)
    assert "not signed by the user" in forged(written, "login", stranger)["log_chain"]


def salts(connection: Connection, table: str) -> set[bytes]:
    return {salt for (salt,) in connection.execute(f"SELECT salt FROM {table}")}  # noqa: S608


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("contact", lambda s: contacts.set_field(s, 1, "title", "Chef", version=1)),
        ("phone", lambda s: contacts.set_field(s, 1, "phone", "212 555 0199", version=1)),
        ("email", lambda s: contacts.set_field(s, 1, "email", "", version=1)),
        ("consent", consents.withdraw_consent),
        ("call", consents.withdraw_consent),
        ("import_run", lambda s: call_imports.undo_import(s, 1)),
    ],
)
def test_the_salt_of_a_version_goes_with_it(
    written: Session, table: str, change: Callable[[Session], object]
) -> None:
    with written.database.read() as connection:
        before = salts(connection, table)
    change(written)
    with written.database.read() as connection:
        kept = before & salts(connection, table)
        journal = {salt for (salt,) in connection.execute("SELECT before_salt FROM change_row")}
    assert len(kept) == len(before) - (130 if table == "call" else 1)
    if table in ("call", "import_run"):
        assert not before & journal
    assert broken(written) == {}


def test_the_log_shows_nothing_personal(written: Session) -> None:
    with written.database.read() as connection:
        shown = repr([row[:10] for row in connection.execute("SELECT * FROM log_entry")])
        shown += repr(connection.execute("SELECT * FROM log_row").fetchall())
    for secret in ("Dana", "whitfield", "5550123"):
        assert secret not in shown


def test_the_heads_are_chained(written: Session) -> None:
    with written.database.read() as connection:
        entries = list(log.entries(connection))
        assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
        assert [entry.prev for entry in entries] == [log.GENESIS, *(entry.hash for entry in entries[:-1])]
        assert log.head(connection).hash == entries[-1].hash
        assert log.hash_of(connection, 9999) is None


def test_an_empty_log_has_the_first_head(session: Session) -> None:
    with session.database.write() as connection:
        for table in ("log_row", "log_block", "log_entry"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608
        assert log.head(connection) == log.LogHead(1, 0, log.GENESIS)
