"""Damaged pages of the organization file, and what is said then (security design, section 8: 2, 7, 25)."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from crm_desktop.domain.backups import DAY_S
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations import checking
from crm_desktop.operations.automatic_backups import back_up_if_due
from crm_desktop.operations.backups import back_up, backups
from crm_desktop.operations.organizations import open_organization
from crm_desktop.operations.rescuing import rescue
from crm_desktop.operations.restoring import restore
from crm_desktop.operations.verify import verify
from tests.e2e.computers import contents
from tests.environments import PASSWORD
from tests.faults.children import Door, add_contacts, child
from tests.faults.media import may_mount, mounted, write_protected
from tests.faults.offices import FaultyOffice, assert_whole
from tests.faults.test_backups import damage
from tests.operations.samples import customer_with, table_rows


def with_people(faulty: FaultyOffice, count: int = 60) -> int:
    """Add customers, make two backups, and return a page in the middle of their phone numbers."""
    session = faulty.open()
    for place in range(count):
        customer_with(session, f"Dana {place}", f"+1 212 555 {place + 100:04}")
        if place in {count // 2, count - 1}:
            back_up(session)
    statement = "SELECT rootpage FROM sqlite_master WHERE name = 'phone'"
    (page,) = session.database.connection().execute(statement).fetchone()
    session.close()
    return int(page)


def test_fault_02_a_damaged_first_page_names_the_newest_verified_backup_and_keeps_the_original(
    faulty: FaultyOffice, tmp_path: Path
) -> None:
    with_people(faulty, 4)
    session = faulty.open()
    newest = backups(session)[0]
    session.close()
    damage(faulty.path, 1)
    before = faulty.path.read_bytes()
    error = faulty.refused("file_damaged_backup_known")
    said = sentence(error)
    assert said.startswith(f"{faulty.path} is damaged. It was not changed. The newest backup")
    assert str(newest.path) in said
    assert "UTC" in said
    with pytest.raises(OrganizationFileError) as caught:
        rescue(faulty.office.environment, faulty.path, tmp_path / "new.crm", login="ana", password=PASSWORD)
    assert caught.value.code == "rescue_schema_unreadable"
    assert faulty.path.read_bytes() == before
    done = restore(
        faulty.office.environment, newest.path, faulty.path, login="ana", password=PASSWORD
    )  # fmt: skip
    assert done.moved_to is not None
    assert (done.moved_to / faulty.path.name).read_bytes() == before
    session = faulty.open()
    assert len(table_rows(session, "contact")) == 4
    assert_whole(session)
    session.close()


def test_fault_02_an_absent_backup_is_not_offered(faulty: FaultyOffice) -> None:
    with_people(faulty, 2)
    shutil.rmtree(faulty.computer.data_folder / "backups")
    damage(faulty.path, 1)
    assert "Restore the newest backup" in sentence(faulty.refused("file_damaged"))


def test_fault_07_one_flipped_byte_opens_warns_rescues_and_stops_the_rotation(
    faulty: FaultyOffice, tmp_path: Path
) -> None:
    page = with_people(faulty)
    damage(faulty.path, page)
    digest = hashlib.sha256(faulty.path.read_bytes()).digest()

    session = faulty.open()
    kept = {backup.path: backup.path.read_bytes() for backup in backups(session)}
    error = checking.quick_check(session)
    assert error is not None
    assert error.code == "damage_found_backup"
    assert "acme.crm is damaged" in sentence(error)
    customer_with(session, "Nobody's number")
    # Backups of a year ago would go now; damage known, none is made and none goes.
    faulty.office.clock.advance(400 * DAY_S)
    for make in (back_up, back_up_if_due):
        with pytest.raises(OrganizationFileError, match="backup_source_damaged"):
            make(session)
    assert {backup.path: backup.path.read_bytes() for backup in backups(session)} == kept
    names = [check.name for check in verify(session) if not check.ok]
    assert "pages" in names
    session.close()

    before = faulty.path.read_bytes()
    out = tmp_path / "rescued.crm"
    said = faulty.computer.run("rescue", faulty.path, out, "--json", "--secrets-stdin", given=faulty.given())
    document = json.loads(said.stdout)
    tables = {table["table"]: table for table in document["tables"]}
    assert tables["contact"]["kept"] == 61
    assert document["lost"] == tables["phone"]["lost"] > 0
    assert faulty.path.read_bytes() == before
    assert hashlib.sha256(before).digest() != digest, "the sign-in of above is in it"
    session = open_organization(faulty.office.environment, out, login="ana", password=PASSWORD)
    assert len(table_rows(session, "contact")) == 61
    assert_whole(session)
    session.close()


@may_mount
def test_fault_25_a_full_disk_is_named_before_a_rescue_and_leaves_nothing_when_it_fills_up(
    faulty: FaultyOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(faulty.path, with_people(faulty))
    before = contents(faulty.path.parent)

    def rescued(folder: Path) -> None:
        rescue(faulty.office.environment, faulty.path, folder / "new.crm", login="ana", password=PASSWORD)

    with mounted(tmp_path / "usb", "-o", "size=256k") as usb:
        with pytest.raises(OrganizationFileError) as caught:
            rescued(usb)
        assert caught.value.code == "rescue_disk_full"
        assert "MB are needed" in sentence(caught.value)
        plenty = shutil.disk_usage(tmp_path)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: plenty)
        with pytest.raises(OrganizationFileError, match="rescue_disk_full"):
            rescued(usb)
        assert list(usb.iterdir()) == []
    assert contents(faulty.path.parent) == before


@may_mount
def test_a_rescue_that_cannot_keep_others_out_is_none(faulty: FaultyOffice, tmp_path: Path) -> None:
    """The lock file is another account's: its program may be writing what would be read half new."""
    lock = faulty.path.with_name("acme.crm.lock")
    door = Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)
    with child(add_contacts, door) as adding:
        adding.told()
        adding.told()
        with write_protected(lock), pytest.raises(OrganizationFileError, match="lock_file_unusable"):
            rescue(
                faulty.office.environment, faulty.path, tmp_path / "new.crm", login="ana", password=PASSWORD
            )
        adding.told()
    assert not (tmp_path / "new.crm").exists()
