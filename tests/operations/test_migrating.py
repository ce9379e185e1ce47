"""A file of the first schema opens, is backed up, and has every row afterwards; killed: old or new."""

from contextlib import closing

import pytest

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
from crm_desktop.storage.rollup_recount import TABLES as ROLLUPS
from crm_desktop.storage.schema import SCHEMA_VERSION, stored_version
from tests.environments import PASSWORD, Office
from tests.operations.samples import broken, entry, table_rows


def to_first_schema(office: Office) -> dict[str, int]:
    """Turn the file back into what version 1 of the schema was; return its counts."""
    session = office.open()
    # No customer: the number a new one gets is a column the first schema had not.
    add_contact(session, entry("Dana", phones=(PhoneDraft("(212) 555-0123"),)))
    with session.database.write() as connection:
        connection.execute("DROP TABLE organization_setting")
        connection.execute("DROP TABLE bank_account")
        connection.execute("ALTER TABLE change_set DROP COLUMN seat")
        _drop_what_came_after_the_sixth(connection)
        connection.execute("DROP INDEX contact_customer_number")
        connection.execute("DROP INDEX contact_number_letters")
        numbered = connection.execute("SELECT id FROM contact WHERE customer_number IS NOT NULL").fetchall()
        assert not numbered, "a row of the first schema has no number: its digest would be another"
        for column in ("customer_number", "vat_id", "vat_unchecked"):
            connection.execute(f"ALTER TABLE contact DROP COLUMN {column}")
        connection.execute("ALTER TABLE email DROP COLUMN unchecked")
        for table in (
            "custom_value", "custom_field", "past_status", "contact_note", "contact_tag", "tag", "foreign_id",
        ):  # fmt: skip
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP TABLE relation")
        connection.execute("DROP INDEX change_row_other")
        connection.execute("ALTER TABLE change_row DROP COLUMN other_contact_id")
        # Less was searched then: what is searched now is read anew.
        search.remove_documents(connection, all_contact_ids(connection))
        connection.execute("UPDATE meta SET schema_version = 1")
        counted = counts(connection)
    session.close()
    return counted


def to_sixth_schema(office: Office) -> None:
    """Turn the file back into what version 6 of the schema was, with every row of it."""
    session = office.open()
    with session.database.write() as connection:
        _drop_what_came_after_the_sixth(connection)
        connection.execute("UPDATE meta SET schema_version = 6")
    session.close()


def _drop_what_came_after_the_sixth(connection: Connection) -> None:
    for table in ROLLUPS:
        connection.execute(f"DROP TABLE {table}")
    for index in ("contact_merged", "contact_vat", "foreign_id_value"):
        connection.execute(f"DROP INDEX {index}")
    connection.execute("ALTER TABLE contact DROP COLUMN merged_into")
    for table in ("moved_calls", "not_duplicate", "follow_up", "keep_in_touch"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("DROP INDEX email_address")
    for column in ("updated", "change_set_uuid", "mapping"):
        connection.execute(f"ALTER TABLE import_run DROP COLUMN {column}")
    for table in ("imported_row", "card_property", "attachment", "attachment_piece", "saved_filter"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("DROP INDEX product_use_renewal")
    for column in ("code", "vendor", "plans", "note"):
        connection.execute(f"ALTER TABLE product DROP COLUMN {column}")


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
