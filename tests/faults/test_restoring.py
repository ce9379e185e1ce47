"""What can happen before and while a backup is restored (security design, section 8: 2, 3, 8, 25, 36)."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import BusyError, OrganizationFileError
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations.backups import back_up, key_file_beside
from crm_desktop.operations.restoring import Restored, restore
from tests.e2e.computers import Computer, contents
from tests.environments import PASSWORD, new_environment
from tests.faults.children import Door, add_contacts, child, restore_backup, sit_idle
from tests.faults.media import may_mount, mounted, write_protected
from tests.faults.offices import FaultyOffice, assert_whole
from tests.operations.samples import customer_with, table_rows

PAGE = 4096


@pytest.fixture
def backup(faulty: FaultyOffice) -> Path:
    """Give a backup with one customer, Dana; the file itself has Eli too by now."""
    session = faulty.open()
    customer_with(session, "Dana")
    path = back_up(session).backup.path
    customer_with(session, "Eli")
    session.close()
    return path


def restored(faulty: FaultyOffice, backup: Path) -> Restored:
    return restore(faulty.office.environment, backup, faulty.path, login="ana", password=PASSWORD)


def names(faulty: FaultyOffice) -> list[object]:
    session = faulty.open()
    found = [row["display_name"] for row in table_rows(session, "contact")]
    assert_whole(session)
    session.close()
    return found


def _damage_first_page(path: Path) -> None:
    with path.open("rb+") as stream:
        stream.write(bytes(PAGE))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _cut_last_byte(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def _remove(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("fault", [_damage_first_page, _empty, _cut_last_byte, _remove])
def test_faults_02_03_08_a_broken_file_is_replaced_and_kept(
    fault: Callable[[Path], None], faulty: FaultyOffice, backup: Path
) -> None:
    fault(faulty.path)
    broken = faulty.path.read_bytes() if faulty.path.exists() else None
    answer = faulty.computer.document("restore", backup, faulty.path, "--secrets-stdin", given=faulty.given())
    assert names(faulty) == ["Dana"]
    assert answer["contents"]["customers"] == 1
    assert answer["automatic_backups"] == "paused"
    if broken is None:
        assert answer["moved_to"] is None
    else:
        assert (Path(answer["moved_to"]) / "acme.crm").read_bytes()[PAGE:] == broken[PAGE:]


def test_fault_36_a_stale_write_ahead_log_never_reaches_the_restored_file(
    faulty: FaultyOffice, backup: Path
) -> None:
    """A program was killed; its log lies beside a file that no longer opens."""
    door = Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)
    with child(add_contacts, door) as adding:
        adding.told()
        adding.told()
        adding.process.kill()
        adding.process.join()
    log = faulty.path.with_name("acme.crm-wal")
    stale = log.read_bytes()
    assert stale
    _damage_first_page(faulty.path)
    done = restored(faulty, backup)
    assert done.moved_to is not None
    assert (done.moved_to / log.name).read_bytes() == stale
    assert names(faulty) == ["Dana"]


def test_fault_36_a_log_of_a_sound_file_is_folded_into_what_is_kept(
    faulty: FaultyOffice, backup: Path
) -> None:
    door = Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)
    with child(add_contacts, door) as adding:
        adding.told()
        _, name = adding.told()
        adding.process.kill()
        adding.process.join()
    done = restored(faulty, backup)
    assert names(faulty) == ["Dana"]
    assert done.moved_to is not None
    shutil.copytree(done.moved_to, faulty.computer.work / "aside")
    session = replace(faulty.office, path=faulty.computer.work / "aside" / "acme.crm").open()
    assert {"Dana", "Eli", name} <= {row["display_name"] for row in table_rows(session, "contact")}
    session.close()


@pytest.mark.parametrize("page", [1, 20, 60])
def test_a_damaged_backup_is_not_restored(page: int, faulty: FaultyOffice, backup: Path) -> None:
    data = bytearray(backup.read_bytes())
    data[(page - 1) * PAGE + 200] ^= 1
    backup.write_bytes(data)
    before = contents(faulty.path.parent)
    with pytest.raises(OrganizationFileError) as caught:
        restored(faulty, backup)
    assert caught.value.code == "backup_damaged"
    said = faulty.computer.run(
        "restore", backup, faulty.path, "--secrets-stdin", given=faulty.given(), status=1
    )
    assert said.stdout == ""
    assert said.stderr == f"{sentence(caught.value)}\n"
    assert contents(faulty.path.parent) == before


@may_mount
def test_fault_25_no_room_to_restore_changes_nothing(
    faulty: FaultyOffice, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plenty = shutil.disk_usage(tmp_path)
    files = list(faulty.path.parent.glob("acme.crm*"))
    # Room for the files that are there and little more: whole pages of the disk, and a lock file.
    room = sum(path.stat().st_size // 4096 + 1 for path in files) * 4096 + 64 * 1024
    with mounted(tmp_path / "small", "-o", f"size={room}") as small:
        for path in files:
            shutil.copy(path, small)
        before = contents(small)
        command = ["restore", backup, small / "acme.crm", "--secrets-stdin"]
        said = faulty.computer.run(*command, given=faulty.given(), status=1)
        assert said.stderr.startswith(f"There is not enough space in {small}: 5 MB are needed to restore.")
        monkeypatch.setattr(shutil, "disk_usage", lambda _: plenty)
        with pytest.raises(OrganizationFileError, match="restore_disk_full"):
            restore(faulty.office.environment, backup, small / "acme.crm", login="ana", password=PASSWORD)
        assert contents(small) == before


class PulledError(OSError):
    """What a disk says that fails in the middle."""


def test_where_the_exchange_fails_everything_is_back_and_nothing_more(
    faulty: FaultyOffice, backup: Path
) -> None:
    def fail(now: str) -> None:
        if now == "moved .crm":
            raise PulledError

    before = contents(faulty.path.parent)
    with pytest.raises(OrganizationFileError, match="restore_failed"):
        restore(faulty.office.environment, backup, faulty.path, login="ana", password=PASSWORD, on_step=fail)
    assert contents(faulty.path.parent).keys() == before.keys()
    session = faulty.open()
    assert session.warnings == ()
    session.close()
    assert names(faulty) == ["Dana", "Eli"]


@may_mount
def test_a_computer_that_can_note_nothing_at_the_end_says_that_it_is_restored(
    faulty: FaultyOffice, backup: Path
) -> None:
    """The file stands there already: an error would have somebody restore again, or think that it is not."""
    seen = faulty.computer.data_folder / "seen"
    with ExitStack() as held:

        def protect(step: str) -> None:
            if step == "in place":
                held.enter_context(write_protected(seen))

        done = restore(
            faulty.office.environment, backup, faulty.path, login="ana", password=PASSWORD, on_step=protect
        )
        assert done.moved_to is not None
    assert names(faulty) == ["Dana"]


STEPS = 14  # more than there are


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_killed_at_any_step_nothing_is_lost_and_again_it_succeeds(
    step: int, faulty: FaultyOffice, backup: Path
) -> None:
    door = Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)
    kept, size = backup.read_bytes(), faulty.path.stat().st_size
    with child(restore_backup, door, backup, step) as restoring:
        assert restoring.told()[0] == "ready"
        restoring.go()
        restoring.rest()
        assert restoring.process.exitcode in {0, 9}
    if faulty.path.exists():
        assert names(faulty) in (["Dana"], ["Dana", "Eli"])
    else:
        error = faulty.refused("restore_unfinished")
        assert "kept in a folder “before-restore” beside it" in sentence(error)
        (aside,) = faulty.path.parent.glob("*before-restore*/acme.crm")
        assert len(aside.read_bytes()) == size
    assert backup.read_bytes() == kept
    restored(faulty, backup)
    assert names(faulty) == ["Dana"]
    folder = faulty.path.parent
    assert not (folder / "acme.crm.restoring").exists()
    # What was there before the first attempt is in one of the folders.
    sizes = [len(path.read_bytes()) for path in folder.glob("*before-restore*/acme.crm")]
    assert sizes


@pytest.mark.parametrize("patience_s", [0.5, 0.7, 0.9])
def test_the_command_killed_from_outside(patience_s: float, faulty: FaultyOffice, backup: Path) -> None:
    command = [
        sys.executable, "-m", "crm_desktop.cli.main", "restore", str(backup), str(faulty.path),
        "--secrets-stdin",
    ]  # fmt: skip
    process = faulty.computer.start(command)
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        process.stdin.write(faulty.given())
        process.stdin.close()
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    restored(faulty, backup)
    assert names(faulty) == ["Dana"]


def test_a_restore_while_another_program_writes_is_refused_and_loses_nothing(
    faulty: FaultyOffice, backup: Path
) -> None:
    door = Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)
    with child(add_contacts, door) as adding:
        _, process_id = adding.told()
        heard = [adding.told() for _ in range(3)]
        said = faulty.computer.run(
            "restore", backup, faulty.path, "--secrets-stdin", given=faulty.given(), status=1
        )
        assert said.stderr.startswith("This organization is also open here: ")
        assert str(process_id) in said.stderr
        heard += [adding.told() for _ in range(3)]
        adding.process.kill()
        heard += adding.rest()
    assert {name for _, name in heard} <= set(names(faulty))


def test_a_restore_while_another_program_sits_idle_names_it_and_goes_on_once_it_has_left(
    faulty: FaultyOffice, backup: Path
) -> None:
    door = Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)
    before = {path.name: path.read_bytes() for path in faulty.path.parent.glob("acme.crm.keys*")}
    command = ["restore", backup, faulty.path, "--secrets-stdin"]
    with child(sit_idle, door) as idle:
        _, process_id = idle.told()
        with pytest.raises(BusyError) as caught:
            restored(faulty, backup)
        said = faulty.computer.run(*command, given=faulty.given(), status=1)
        assert said.stdout == ""
        assert said.stderr == f"{sentence(caught.value)}\n"
        (holder,) = str(caught.value.facts["holders"]).split("; ")
        assert holder.endswith(f" · {process_id}"), "computer, account and process say who has it open"
        assert not list(faulty.path.parent.glob("*restor*"))
        idle.go()
        _, name = idle.told()
        assert idle.told() == ("closed", name)
        idle.process.join()
    assert {path.name: path.read_bytes() for path in faulty.path.parent.glob("acme.crm.keys*")} == before
    assert set(names(faulty)) == {"Dana", "Eli", name}
    done = faulty.computer.document(*command, given=faulty.given())
    assert names(faulty) == ["Dana"]
    shutil.copytree(done["moved_to"], faulty.computer.work / "aside")
    aside = FaultyOffice(
        replace(faulty.office, path=faulty.computer.work / "aside" / "acme.crm"), faulty.computer
    )
    assert set(names(aside)) == {"Dana", "Eli", name}


def test_drill_backup_set_up_code_and_password_on_a_clean_computer_give_the_same_rows(
    faulty: FaultyOffice, tmp_path: Path
) -> None:
    """By real commands on another computer: an empty home, nothing of the first one but what was copied."""
    session = faulty.open()
    customer_with(session, "Dana", "(212) 555-0123")
    session.close()
    usb = tmp_path / "usb"
    usb.mkdir()
    made = faulty.computer.document("backup", faulty.path, usb, "--secrets-stdin", given=faulty.given())
    session = faulty.open()
    tables = ("organization", "member", "contact", "phone", "consent", "product")
    wanted = {table: table_rows(session, table) for table in tables}
    session.close()
    clean = Computer.new(tmp_path / "clean")
    target = clean.work / "acme.crm"
    answer = clean.document("restore", Path(made["backup"]), target, "--secrets-stdin", given=faulty.given())
    assert (answer["own_keys"], answer["moved_to"]) == (True, None)
    office = replace(faulty.office, path=target, environment=new_environment(clean.data_folder))
    session = office.open(set_up_code=faulty.office.set_up_code)
    assert {table: table_rows(session, table) for table in tables} == wanted
    assert_whole(session)
    session.close()
    said = clean.run("info", target, "--secrets-stdin", given=faulty.given())
    assert said.stderr == f"{sentence(OrganizationFileError('restored_unconfirmed'))}\n"


def test_the_keys_come_with_the_backup_only_where_none_are_left(faulty: FaultyOffice, backup: Path) -> None:
    for copy in faulty.copies:
        copy.unlink()
    given = faulty.given()
    answer = faulty.computer.document("restore", backup, faulty.path, "--secrets-stdin", given=given)
    assert answer["own_keys"] is True
    assert faulty.copies[0].read_bytes() == key_file_beside(backup).read_bytes()
    assert names(faulty) == ["Dana"]
