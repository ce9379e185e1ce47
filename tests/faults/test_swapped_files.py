"""The file exchanged under the open program, its log deleted, an older one put back (security design, 8)."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations import contacts
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.session import Session
from crm_desktop.operations.swapped_files import is_swapped, keep_what_was_open
from tests.faults.offices import FaultyOffice, assert_whole
from tests.operations.samples import customer_with


def _older_copy(faulty: FaultyOffice) -> Path:
    copy = faulty.path.with_name("older")
    shutil.copyfile(faulty.path, copy)
    return copy


def _names(session: Session) -> list[str]:
    query = ContactQuery(Category.CUSTOMER)
    ids = contacts.contact_ids(session, query)
    return sorted(str(contacts.card(session, contact_id).contact.given) for contact_id in ids)


def test_fault_34_file_swapped_under_the_program_writing_stops_and_asks(faulty: FaultyOffice) -> None:
    session = faulty.open()
    customer_with(session, "Before")
    session.close()
    older = _older_copy(faulty)
    session = faulty.open()
    customer_with(session, "Since")
    assert not is_swapped(session)
    older.replace(faulty.path)
    there = faulty.path.read_bytes()
    assert is_swapped(session)
    with pytest.raises(OrganizationFileError) as caught:
        customer_with(session, "Lost")
    assert sentence(caught.value) == (
        f"Another file was put in the place of {faulty.path} while it was open here. Nothing more is "
        "written, to either of the two. Lock the window and sign in to the file that is there now."
    )
    kept = keep_what_was_open(session)
    session.close()
    assert faulty.path.read_bytes() == there

    present = faulty.open()
    assert _names(present) == ["Before"]
    assert [warning.code for warning in present.warnings] == ["file_older"]
    customer_with(present, "After")
    assert_whole(present)
    present.close()
    again = replace(faulty.office, path=kept).open()
    assert _names(again) == ["Before", "Since"]
    assert_whole(again)
    again.close()


def test_fault_34_the_file_taken_away_and_brought_back_is_written_again(faulty: FaultyOffice) -> None:
    session = faulty.open()
    away = faulty.path.with_name("away")
    faulty.path.rename(away)
    with pytest.raises(OrganizationFileError) as caught:
        customer_with(session, "Kept")
    assert caught.value.code == "file_gone"
    assert not is_swapped(session)
    assert not faulty.path.exists()
    away.rename(faulty.path)
    customer_with(session, "Kept")
    session.close()
    session = faulty.open()
    assert _names(session) == ["Kept"]
    session.close()


def test_fault_34_no_new_connection_reads_the_other_file(faulty: FaultyOffice) -> None:
    session = faulty.open()
    older = _older_copy(faulty)
    older.replace(faulty.path)
    with pytest.raises(OrganizationFileError, match="file_swapped"):
        session.database.separate_connection()
    session.close()


@pytest.mark.parametrize("put_back", ["the older file", "the file without its log"])
def test_fault_35_log_deleted_or_older_file_is_older_than_what_you_last_saved(
    put_back: str, faulty: FaultyOffice
) -> None:
    session = faulty.open()
    customer_with(session, "Before")
    session.close()
    older = _older_copy(faulty)
    session = faulty.open()
    customer_with(session, "Since")
    if put_back == "the file without its log":
        # What was saved since lies in the log alone, as it does when a program crashes.
        assert faulty.path.with_name(f"{faulty.path.name}-wal").stat().st_size > 0
        older = _older_copy(faulty)
    session.close()
    older.replace(faulty.path)
    assert not faulty.path.with_name(f"{faulty.path.name}-wal").exists()
    session = faulty.open()
    (warning,) = session.warnings
    assert sentence(warning).startswith("This file is older than what you last saved here: entry ")
    assert _names(session) == ["Before"]
    session.close()
    said = faulty.computer.run("info", faulty.path, "--secrets-stdin", given=faulty.given())
    assert "This file is older than what you last saved here: entry " in said.stderr
