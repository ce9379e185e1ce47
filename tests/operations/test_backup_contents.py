"""Looking inside: checked whole, described, nothing changed; administrators open whatever the chest opens."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.backups import EVERY_S, Reason
from crm_desktop.domain.errors import OrganizationFileError, RefusedError, SignInError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.operations.backup_contents import (
    add_backup,
    check_again,
    key_for_backup,
    look_inside,
    look_inside_closed,
)
from crm_desktop.operations.backup_overview import BackupPlace, backup_overview
from crm_desktop.operations.backups import back_up, backups, key_file_beside
from crm_desktop.operations.second_place import set_second_place
from crm_desktop.operations.session import Session
from tests.environments import PASSWORD, Office, add_member, new_environment, new_organization
from tests.operations.samples import customer_with


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def flipped(path: Path) -> None:
    """Damage one byte in the middle."""
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(raw)


def test_it_says_what_is_inside_and_changes_nothing(session: Session, office: Office) -> None:
    customer_with(session, "Dana")
    office.clock.advance(60)
    backup = back_up(session).backup
    folder = backup.path.parent
    before = files(folder)
    steps: list[Progress] = []
    inside = look_inside(session, backup.path, progress=steps.append)
    assert files(folder) == before
    assert inside.organization == "Acme Ltd"
    assert inside.contents == backup.contents
    assert (inside.made_at, inside.reason, inside.size) == (backup.made_at, Reason.ASKED, backup.size)
    assert (inside.changed_at, inside.changed_by) == (backup.made_at - 60, "Ana Lima")
    assert not inside.former_key
    assert not inside.own_keys
    assert inside.newer is None
    assert steps[-1] == Progress(3, 3)


def test_what_came_later_is_counted_by_verb(session: Session, office: Office) -> None:
    path = back_up(session).backup.path
    customer_with(session, "Dana")
    office.clock.advance(60)
    customer_with(session, "Eli")
    newer = look_inside(session, path).newer
    assert newer is not None
    assert newer.changes == (("add_customer", 2),)
    assert newer.last_at == office.clock()


def test_a_backup_this_computer_does_not_know_tells_its_time_by_its_name(
    session: Session, tmp_path: Path
) -> None:
    backup = back_up(session).backup
    stick = tmp_path / "stick"
    stick.mkdir()
    found = Path(shutil.copy2(backup.path, stick))
    inside = look_inside(session, found)
    assert (inside.made_at, inside.reason) == (backup.made_at, None)
    renamed = found.rename(stick / "old one.crm-backup")
    assert look_inside(session, renamed).made_at is None
    added = add_backup(session, look_inside(session, renamed))
    assert added.reason is Reason.FOUND
    assert added in backups(session)


def test_what_was_added_is_never_thinned(session: Session, office: Office, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    made = back_up(session).backup
    found = Path(shutil.copy2(made.path, stick / "mine.crm-backup"))
    add_backup(session, look_inside(session, found))
    for _ in range(5):
        office.clock.advance(400 * 86_400)
        back_up(session, stick)
    assert found.exists()
    assert not any(backup.path == made.path for backup in backups(session) if backup.path.parent == stick)


def test_a_damaged_one_is_said_and_noted(session: Session) -> None:
    backup = back_up(session).backup
    flipped(backup.path)
    with pytest.raises(OrganizationFileError) as found:
        look_inside(session, backup.path)
    assert found.value.code == "backup_damaged"
    with pytest.raises(OrganizationFileError) as found:
        check_again(session, backup)
    assert found.value.code == "backup_not_whole"
    (noted,) = backups(session)
    assert not noted.verified


def test_checking_again_notes_that_it_is_whole(session: Session) -> None:
    backup = back_up(session).backup
    assert check_again(session, replace(backup, verified=False)) == backup


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "backup_not_reachable"), (b"", "backup_damaged"), (b"x" * 8192, "backup_key_unknown")],
)
def test_what_is_no_backup_has_its_sentence(
    session: Session, tmp_path: Path, content: bytes | None, code: str
) -> None:
    path = tmp_path / "some.crm-backup"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(OrganizationFileError) as found:
        look_inside(session, path)
    assert found.value.code == code


def test_a_backup_of_another_organization_is_refused(
    session: Session, office: Office, tmp_path: Path
) -> None:
    other = new_organization(tmp_path, file_name="other.crm", environment=office.environment)
    theirs = other.open()
    path = back_up(theirs).backup.path
    theirs.close()
    with pytest.raises(OrganizationFileError) as found:
        look_inside(session, path)
    assert found.value.code == "backup_key_unknown"


def test_it_can_be_cancelled(session: Session) -> None:
    path = back_up(session).backup.path
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        look_inside(session, path, cancel=token)


def test_only_who_may_restore_looks_inside(office: Office) -> None:
    session = office.open()
    add_member(session, "mia", Role.MANAGER)
    backup = back_up(session).backup
    session.close()
    session = office.open("mia")
    with pytest.raises(RefusedError):
        look_inside(session, backup.path)
    assert check_again(session, backup).verified
    session.close()
    with pytest.raises(RefusedError):
        look_inside_closed(office.environment, backup.path, office.path, login="mia", password=PASSWORD)


def test_without_the_file_it_is_opened_as_a_restore_would(office: Office) -> None:
    session = office.open()
    customer_with(session, "Dana")
    path = back_up(session).backup.path
    session.close()
    office.path.write_bytes(b"\0" * 5000)
    assert key_for_backup(office.environment, path, office.path).logins == ("ana",)
    inside = look_inside_closed(office.environment, path, office.path, login="ana", password=PASSWORD)
    assert inside.contents.customers == 1
    assert not inside.own_keys
    with pytest.raises(SignInError):
        look_inside_closed(office.environment, path, office.path, login="ana", password="not this one")


def test_on_another_computer_it_needs_the_set_up_code(office: Office, tmp_path: Path) -> None:
    session = office.open()
    path = back_up(session).backup.path
    session.close()
    stick = tmp_path / "stick"
    stick.mkdir()
    for each in (path, key_file_beside(path)):
        shutil.copy2(each, stick)
    elsewhere = new_environment(tmp_path / "elsewhere", clock=office.clock)
    backup, target = stick / path.name, tmp_path / "new.crm"
    assert key_for_backup(elsewhere, backup, target).needs_set_up_code
    inside = look_inside_closed(
        elsewhere, backup, target, login="ana", password=PASSWORD, set_up_code=office.set_up_code
    )
    assert inside.own_keys
    assert inside.made_at is not None


def test_the_overview_says_where_each_lies(session: Session, office: Office, tmp_path: Path) -> None:
    stick, other = tmp_path / "stick", tmp_path / "other"
    stick.mkdir()
    other.mkdir()
    assert backup_overview(session).verified is None
    assert backup_overview(session).next_at == office.clock()
    set_second_place(session, stick)
    newest = back_up(session).backup
    elsewhere = back_up(session, other).backup
    found = backup_overview(session)
    assert {listed.place for listed in found.backups} == set(BackupPlace)
    assert found.verified is not None
    assert found.second_there
    assert found.size == 3 * newest.size
    assert found.next_at is None
    customer_with(session, "Dana")
    assert backup_overview(session).next_at == office.clock() + EVERY_S
    stick.rename(tmp_path / "unplugged")
    elsewhere.path.unlink()
    found = backup_overview(session)
    assert found.second_there is False
    assert [listed.place for listed in found.backups if listed.reachable] == [BackupPlace.HERE]
    assert found.size == newest.size
