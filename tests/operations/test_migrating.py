"""A file of the first schema opens, is backed up, and has every row afterwards; killed: old or new."""

from contextlib import closing

import pytest
import sqlcipher3

from crm_desktop.domain.backups import Reason
from crm_desktop.domain.contact_drafts import PhoneDraft
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.operations import opening
from crm_desktop.operations.backups import backups, default_folder
from crm_desktop.operations.contacts import add_contact
from crm_desktop.operations.migrating import bring_up_to_date
from crm_desktop.operations.places import Place
from crm_desktop.operations.restoring import restore
from crm_desktop.operations.session import Session
from crm_desktop.storage import search
from crm_desktop.storage.backups import counts
from crm_desktop.storage.contacts import all_contact_ids
from crm_desktop.storage.database import Connection
from crm_desktop.storage.schema import SCHEMA_VERSION, run_migrations, stored_version
from tests.environments import PASSWORD, Office
from tests.operations.samples import broken, entry, table_rows


def to_first_schema(office: Office) -> dict[str, int]:
    """Turn the file back into what version 1 of the schema was; return its counts."""
    session = office.open()
    # No customer: the number a new one gets is a column the first schema had not.
    add_contact(session, entry("Dana", phones=(PhoneDraft("(212) 555-0123"),)))
    with session.database.write() as connection:
        numbered = connection.execute("SELECT id FROM contact WHERE customer_number IS NOT NULL").fetchall()
        assert not numbered, "a row of the first schema has no number: its digest would be another"
        _drop_what_came_after(connection, 1)
        # Less was searched then: what is searched now is read anew.
        search.remove_documents(connection, all_contact_ids(connection))
        counted = counts(connection)
    session.close()
    return counted


def to_sixth_schema(office: Office) -> None:
    """Turn the file back into what version 6 of the schema was, with every row of it."""
    session = office.open()
    with session.database.write() as connection:
        _drop_what_came_after(connection, 6)
    session.close()


def _drop_what_came_after(connection: Connection, version: int) -> None:
    """Take from the file every index, table and column that later migrations brought, newest first."""
    with closing(sqlcipher3.connect(":memory:")) as old:
        run_migrations(old, after=0, until=version)
        objects = {name for (name,) in old.execute("SELECT name FROM sqlite_master")}
        columns = {table: _columns(old, table) for table in objects}
    added = [
        (kind, name)
        for kind, name in connection.execute(
            "SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid DESC"
        )
        if name not in objects
    ]
    for wanted in ("trigger", "index", "table"):
        for name in [name for kind, name in added if kind == wanted]:
            connection.execute(f"DROP {wanted} {name}")
    for table, known in columns.items():
        for column in _columns(connection, table) - known:
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    connection.execute("UPDATE meta SET schema_version = ?", (version,))


def _columns(connection: Connection, table: str) -> set[str]:
    return {name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")}


def schema_of(session: Session) -> set[tuple[str, str]]:
    found = session.database.connection().execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {(name, sql) for name, sql in found}


def test_a_file_of_the_first_schema_is_backed_up_and_migrated(office: Office) -> None:
    fresh = office.open()
    wanted = schema_of(fresh)
    fresh.close()
    before = to_first_schema(office)
    session = office.open()
    assert stored_version(session.database.connection()) == SCHEMA_VERSION
    assert schema_of(session) == wanted
    after = counts(session.database.connection())
    grown = {"log_entry": 2}  # the migration and the login
    assert {
        table: after[table] - number for table, number in before.items() if after[table] != number
    } == grown
    assert [row["display_name"] for row in table_rows(session, "contact")] == ["Dana"]
    assert broken(session) == {}
    (made,) = backups(session)
    assert made.reason is Reason.MIGRATION
    with closing(session.database.connection_to_copy(made.path)) as copy:
        assert stored_version(copy) == 1
        assert counts(copy) == before
    session.close()
    again = office.open()
    assert len(backups(again)) == 1
    again.close()


@pytest.mark.parametrize("version", range(2, SCHEMA_VERSION))
def test_a_file_of_any_schema_ends_with_that_of_a_new_one(office: Office, version: int) -> None:
    session = office.open()
    wanted = schema_of(session)
    add_contact(session, entry("Dana", birthday="--02-29", phones=(PhoneDraft("(212) 555-0123"),)))
    before = table_rows(session, "contact")
    with session.database.write() as connection:
        _drop_what_came_after(connection, version)
    assert schema_of(session) != wanted
    session.close()
    session = office.open()
    assert schema_of(session) == wanted
    assert table_rows(session, "contact") == before
    assert broken(session) == {}
    session.close()


def test_a_restored_backup_of_the_first_schema_is_migrated_again(office: Office) -> None:
    to_first_schema(office)
    session = office.open()
    (made,) = backups(session)
    session.close()
    restore(office.environment, made.path, office.path, login="ana", password=PASSWORD)
    session = office.open()
    assert stored_version(session.database.connection()) == SCHEMA_VERSION
    assert broken(session) == {}
    session.close()


def test_without_a_backup_there_is_no_migration(office: Office) -> None:
    to_first_schema(office)
    folder = office.environment.data_folder / "backups"
    folder.write_bytes(b"in the way")
    with pytest.raises(OrganizationFileError, match="backup_place_failed"):
        office.open()
    folder.unlink()
    session = office.open()
    assert broken(session) == {}
    assert default_folder(session).is_dir()
    session.close()


def test_on_a_file_for_reading_it_says_what_to_do(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    to_first_schema(office)
    monkeypatch.setattr(opening, "place_of", lambda _: Place.SYNC)
    with pytest.raises(OrganizationFileError, match="schema_older"):
        office.open()


class Stopped(Exception):  # noqa: N818 - what a kill would do
    """Ends the migration at a step."""


@pytest.mark.parametrize("at", ["backed up", "migrated", "logged"])
def test_fault_26_stopped_in_between_it_is_the_old_or_the_new_schema(
    at: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = to_first_schema(office)

    def stop(step: str) -> None:
        if step == at:
            raise Stopped

    def until(session: Session) -> None:
        bring_up_to_date(session, on_step=stop)

    with monkeypatch.context() as patched:
        patched.setattr(opening, "bring_up_to_date", until)
        with pytest.raises(Stopped):
            office.open()
    session = office.open()
    assert stored_version(session.database.connection()) == SCHEMA_VERSION
    assert counts(session.database.connection())["contact"] == before["contact"]
    assert broken(session) == {}
    assert {backup.reason for backup in backups(session)} == {Reason.MIGRATION}
    session.close()
