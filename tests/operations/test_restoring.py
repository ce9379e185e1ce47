"""Restoring: the same rows under the present keys, nothing deleted, and the log says so."""

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.backups import DAY_S, EVERY_S, Reason
from crm_desktop.domain.errors import BusyError, OrganizationFileError, RefusedError, SignInError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import Cancelled, CancelToken
from crm_desktop.operations.automatic_backups import back_up_before_import, backup_due
from crm_desktop.operations.backups import back_up, backups, key_file_beside
from crm_desktop.operations.restoring import Restored, restore
from crm_desktop.operations.session import Session
from crm_desktop.storage import restoring
from crm_desktop.storage.backups import counts
from crm_desktop.storage.database import Database
from tests.e2e.computers import contents
from tests.environments import (
    PASSWORD,
    Office,
    add_member,
    disable_member,
    new_environment,
    new_organization,
)
from tests.operations.samples import broken, customer_with, table_rows
from tests.operations.test_processes import Child


def backed_up(office: Office, *names: str) -> Path:
    """Add customers and return a backup of them."""
    session = office.open()
    for name in names:
        customer_with(session, name)
    path = back_up(session).backup.path
    session.close()
    return path


def restored(office: Office, backup: Path, path: Path | None = None, **facts: object) -> Restored:
    facts = {"login": "ana", "password": PASSWORD} | facts
    return restore(office.environment, backup, path or office.path, **facts)  # type: ignore[arg-type]


def names(session: Session) -> list[object]:
    return [row["display_name"] for row in table_rows(session, "contact")]


def test_the_rows_of_the_backup_are_back_and_the_newer_ones_lie_aside(office: Office) -> None:
    backup = backed_up(office, "Dana")
    session = office.open()
    before = table_rows(session, "contact")
    customer_with(session, "Eli")
    session.close()
    done = restored(office, backup)
    session = office.open()
    assert table_rows(session, "contact") == before
    assert broken(session) == {}
    assert [warning.code for warning in session.warnings] == ["restored_unconfirmed"]
    session.close()
    assert done.moved_to is not None
    assert set(done.moved) == {"acme.crm", "acme.crm.keys"}
    aside = replace(office, path=done.moved_to / "acme.crm")
    session = aside.open()
    assert names(session) == ["Dana", "Eli"]
    session.close()


def test_the_log_goes_on_in_a_higher_epoch_above_every_sequence(office: Office) -> None:
    backup = backed_up(office, "Dana")
    session = office.open()
    customer_with(session, "Eli")
    (last,) = session.database.connection().execute("SELECT max(id) FROM log_entry").fetchone()
    session.close()
    done = restored(office, backup)
    assert (done.epoch, done.sequence) == (2, last + 1)
    session = office.open()
    entry = session.database.connection().execute(
        "SELECT epoch, verb FROM log_entry WHERE id = ?", (done.sequence,)
    )
    assert entry.fetchone() == (2, "restored")
    session.close()
    again = restored(office, backup)
    assert again.epoch == 3
    session = office.open()
    assert broken(session) == {}
    session.close()


def test_a_forged_epoch_is_found(office: Office) -> None:
    restored(office, backed_up(office, "Dana"))
    session = office.open()
    with session.database.write() as connection:
        connection.execute("UPDATE meta SET epoch = 9")
    customer_with(session, "Eli")
    assert "belongs to another state of the file" in broken(session)["log_chain"]
    session.close()


def test_accounts_are_those_of_today(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", Role.STAFF)
    session.close()
    backup = backed_up(office, "Dana")
    session = office.open()
    add_member(session, "noa", Role.STAFF)
    eva = next(
        user.user_id
        for user in session.ring.roster.current_users()
        if user.role is Role.STAFF and user.valid_from < 6
    )
    disable_member(session, eva)
    session.close()
    restored(office, backup)
    with pytest.raises(SignInError):
        office.open("eva")
    session = office.open("noa")
    assert broken(session) == {}
    customer_with(session, "Eli")
    assert broken(session) == {}
    session.close()


def test_only_an_administrator_restores(office: Office) -> None:
    session = office.open()
    add_member(session, "mia", Role.MANAGER)
    session.close()
    backup = backed_up(office, "Dana")
    before = contents(office.path.parent)
    with pytest.raises(RefusedError, match="right_missing"):
        restored(office, backup, login="mia")
    with pytest.raises(SignInError, match="password_wrong"):
        restored(office, backup, password="another password")
    after = contents(office.path.parent)
    assert {name: after[name] for name in before if not name.startswith("data/seen")} == {
        name: data for name, data in before.items() if not name.startswith("data/seen")
    }


def test_automatic_backups_wait_until_one_by_hand_confirms(office: Office) -> None:
    restored(office, backed_up(office, "Dana"))
    office.clock.advance(EVERY_S)
    session = office.open()
    customer_with(session, "Eli")
    assert not backup_due(session)
    back_up(session)
    customer_with(session, "Flo")
    office.clock.advance(EVERY_S)
    assert backup_due(session)
    assert len(backups(session)) == 2
    session.close()
    again = office.open()
    assert again.warnings == ()
    again.close()


def test_before_it_is_confirmed_an_import_is_backed_up_and_no_backup_goes(office: Office) -> None:
    backup = backed_up(office, "Dana")
    session = office.open()
    for _ in range(5):
        customer_with(session, "Eli")
        back_up(session)
    session.close()
    restored(office, backup)
    office.clock.advance(500 * DAY_S)
    session = office.open()
    customer_with(session, "Flo")
    before = backups(session)
    back_up_before_import(session)
    (made,) = [each for each in backups(session) if each not in before]
    assert (made.reason, made.contents.customers) == (Reason.IMPORT, 2)
    assert all(each.path.exists() for each in before)
    assert not backup_due(session)
    session.close()


def test_drill_backup_and_kit_on_a_new_computer_give_the_same_rows(office: Office, tmp_path: Path) -> None:
    session = office.open()
    customer_with(session, "Dana", "(212) 555-0123")
    tables = ("contact", "phone", "log_row", "change_row", "member", "organization")
    wanted = {table: table_rows(session, table) for table in ("contact", "phone", "member", "organization")}
    wanted_counts = counts(session.database.connection())
    usb = tmp_path / "usb"
    usb.mkdir()
    backup = back_up(session, usb).backup.path
    session.close()
    shutil.rmtree(office.environment.data_folder)
    office.path.unlink()

    home = tmp_path / "new"
    home.mkdir()
    clean = Office(home / "acme.crm", new_environment(home / "data"), office.clock, "", "")
    done = restored(clean, backup, set_up_code=office.set_up_code)
    assert done.own_keys
    assert done.moved_to is None
    session = clean.open(set_up_code=office.set_up_code)
    assert {table: table_rows(session, table) for table in wanted} == wanted
    again = counts(session.database.connection())
    assert {table: again[table] for table in tables} == {table: wanted_counts[table] for table in tables}
    assert broken(session) == {}
    session.close()


def test_without_its_key_file_a_backup_opens_through_the_present_one(office: Office, tmp_path: Path) -> None:
    backup = backed_up(office, "Dana")
    key_file_beside(backup).unlink()
    assert restored(office, backup).contents.customers == 1


def test_this_computers_copy_of_the_key_file_is_a_present_one(office: Office) -> None:
    backup = backed_up(office, "Dana")
    for path in office.path.parent.glob("acme.crm*"):
        path.unlink()
    done = restored(office, backup)
    assert not done.own_keys
    assert {path.name for path in office.path.parent.glob("acme.crm*")} >= {
        "acme.crm", "acme.crm.keys", "acme.crm.keys.bak",
    }  # fmt: skip


def test_a_backup_of_another_organization_is_refused(office: Office, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = new_organization(tmp_path / "other", environment=office.environment)
    backup = backed_up(other, "Dana")
    before = contents(office.path.parent)
    with pytest.raises(OrganizationFileError, match="key_file_of_another_organization"):
        restored(office, backup)
    key_file_beside(backup).unlink()
    with pytest.raises(OrganizationFileError, match="backup_key_unknown"):
        restored(office, backup)
    assert contents(office.path.parent)["acme.crm"] == before["acme.crm"]


def test_the_file_is_no_backup_of_itself(office: Office) -> None:
    with pytest.raises(OrganizationFileError, match="backup_is_the_file"):
        restored(office, office.path)


def test_who_has_the_file_open_is_named(office: Office) -> None:
    backup = backed_up(office, "Dana")
    child = Child(office, "ana", "hold")
    try:
        with pytest.raises(BusyError, match="organization_open_elsewhere") as caught:
            restored(office, backup)
        assert str(child.process.pid) in str(caught.value.facts["holders"])
    finally:
        child.process.kill()
        child.process.communicate()
    restored(office, backup)


def test_a_cancelled_restore_changes_nothing(office: Office) -> None:
    backup = backed_up(office, "Dana")
    token = CancelToken()
    before = office.path.read_bytes()

    def cancel_at(step: str) -> None:
        if step == "copied":
            token.cancel()

    with pytest.raises(Cancelled):
        restored(office, backup, cancel=token, on_step=cancel_at)
    assert office.path.read_bytes() == before
    assert not list(office.path.parent.glob("*restor*"))


def test_a_copy_under_another_key_has_every_row_and_no_other_key_opens_it(
    office: Office, tmp_path: Path
) -> None:
    """As after a change of keys: the backup is under the former one."""
    backup = backed_up(office, "Dana")
    session = office.open()
    former, key = session.ring.current_file_key.raw, bytes(range(48))
    session.close()
    target = tmp_path / "under-another.crm"
    target.touch()
    found, _ = restoring.verified_contents(backup, [key, former], file_id=session.ring.file_id)
    assert found == former
    restoring.copy_under(backup, former, target, key)
    copy, source = Database(target, key), Database(backup, former, read_only=True)
    assert counts(copy.connection()) == counts(source.connection())
    copy.close()
    source.close()
    with pytest.raises(OrganizationFileError, match="file_damaged"):
        Database(target, former)
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(target).execute("SELECT * FROM contact")
