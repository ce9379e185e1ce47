"""What can happen to a backup, and what is said then (security design, section 8: 25, 27, 28)."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations.backups import back_up, backups, default_folder
from crm_desktop.operations.second_place import set_second_place
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import StepHook, no_step
from tests.e2e.computers import contents
from tests.faults.children import Door, child, make_backups
from tests.faults.media import may_mount, mounted
from tests.faults.offices import FaultyOffice, assert_whole
from tests.operations.samples import customer_with

PAGE = 4096


@pytest.fixture
def session(faulty: FaultyOffice) -> Iterator[Session]:
    opened = faulty.open()
    customer_with(opened, "Dana")
    yield opened
    opened.close()


def refused(
    session: Session, code: str, folder: Path | None = None, *, on_step: StepHook = no_step
) -> OrganizationFileError:
    """Making a backup must fail with ``code`` and leave yesterday's and the file as they were."""
    before = contents(session.environment.data_folder / "backups")
    listed = backups(session)
    with pytest.raises(OrganizationFileError) as caught:
        back_up(session, folder, on_step=on_step)
    assert caught.value.code == code
    assert contents(session.environment.data_folder / "backups") == before
    assert backups(session) == listed
    return caught.value


def damage(path: Path, page: int) -> None:
    """Flip one bit of a page (numbered from 1)."""
    with path.open("rb+") as stream:
        stream.seek((page - 1) * PAGE + 100)
        byte = stream.read(1)[0]
        stream.seek((page - 1) * PAGE + 100)
        stream.write(bytes([byte ^ 1]))


@pytest.mark.parametrize("name", ["product", "draft", "email_contact", "search_digit_data"])
def test_fault_27_a_damaged_source_fails_loudly_and_yesterdays_stays(
    name: str, faulty: FaultyOffice, session: Session
) -> None:
    """The page is one that opening the file never reads."""
    yesterday = back_up(session).backup.path.read_bytes()
    connection = session.database.connection()
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    session.close()
    damage(faulty.path, page)
    again = faulty.open()
    error = refused(again, "backup_source_damaged")
    again.close()
    assert sentence(error).startswith(f"{faulty.path} is damaged, so no backup was made of it.")
    said = faulty.computer.run("backup", faulty.path, "--secrets-stdin", given=faulty.given(), status=1)
    assert said.stdout == ""
    assert said.stderr == f"{sentence(error)}\n"
    (path,) = (faulty.computer.data_folder / "backups").rglob("*.crm-backup")
    assert path.read_bytes() == yesterday


@may_mount
def test_fault_25_a_full_disk_is_named_with_the_space_needed(
    faulty: FaultyOffice, session: Session, tmp_path: Path
) -> None:
    with mounted(tmp_path / "usb", "-o", "size=128k") as usb:
        error = refused(session, "backup_disk_full", usb)
        assert list(usb.iterdir()) == []
        assert sentence(error).startswith(f"There is not enough space in {usb}: 5 MB are needed.")
        session.close()
        said = faulty.computer.run(
            "backup", faulty.path, usb, "--secrets-stdin", given=faulty.given(), status=1
        )
        assert said.stderr == f"{sentence(error)}\n"
    again = faulty.open()
    assert_whole(again)
    again.close()


@may_mount
@pytest.mark.parametrize("size", ["64k", "512k", "400k"])
def test_fault_25_a_disk_that_fills_up_in_between_leaves_nothing(
    size: str, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else takes the space after it was looked at."""
    plenty = shutil.disk_usage(tmp_path)
    with mounted(tmp_path / "usb", "-o", f"size={size}") as usb:
        room = shutil.disk_usage(usb).free - (session.path.stat().st_size if size == "400k" else 0)
        (usb / "ballast").write_bytes(bytes(max(0, room)) if size != "64k" else b"")
        monkeypatch.setattr(shutil, "disk_usage", lambda _: plenty)
        refused(session, "backup_disk_full", usb)
        assert [path.name for path in usb.iterdir()] == ["ballast"]


def test_fault_28_an_unplugged_place_is_said_and_never_made(session: Session, tmp_path: Path) -> None:
    error = refused(session, "backup_place_missing", tmp_path / "usb")
    assert not (tmp_path / "usb").exists()
    assert "Plug the disk in" in sentence(error)


@may_mount
def test_fault_28_a_read_only_place_is_said(faulty: FaultyOffice, session: Session, tmp_path: Path) -> None:
    with mounted(tmp_path / "usb", "-o", "ro") as usb:
        error = refused(session, "backup_place_read_only", usb)
        session.close()
        said = faulty.computer.run(
            "backup", faulty.path, usb, "--secrets-stdin", given=faulty.given(), status=1
        )
        assert said.stderr == f"{sentence(error)}\n"


IN_BETWEEN = ("reserved", "copied", "noted", "named", "before replacing .keys")


@may_mount
@pytest.mark.parametrize("step", IN_BETWEEN)
def test_fault_28_a_place_unplugged_in_between_gets_no_backup_of_this_disk(
    step: str, session: Session, tmp_path: Path
) -> None:
    """What appears under the name of the stick is another disk: a copy there is no backup on the stick."""
    back_up(session)
    with ExitStack() as held:
        usb = held.enter_context(mounted(tmp_path / "usb"))

        def unplug(now: str) -> None:
            if now == step:
                held.enter_context(mounted(usb))

        refused(session, "backup_place_missing", usb, on_step=unplug)
        assert list(usb.iterdir()) == []


@may_mount
@pytest.mark.parametrize("step", IN_BETWEEN)
def test_fault_28_a_place_write_protected_in_between_is_said(
    step: str, session: Session, tmp_path: Path
) -> None:
    """A failing stick goes read-only: nothing can be cleared away there either."""
    with mounted(tmp_path / "usb") as usb:

        def protect(now: str) -> None:
            if now == step:
                subprocess.run(["mount", "-o", "remount,ro", usb], check=True)

        code = "backup_place_failed" if step == "reserved" else "backup_place_read_only"
        refused(session, code, usb, on_step=protect)


@may_mount
def test_fault_28_a_second_place_unplugged_in_between_leaves_the_first_backup(
    session: Session, tmp_path: Path
) -> None:
    with ExitStack() as held:
        usb = held.enter_context(mounted(tmp_path / "usb"))
        set_second_place(session, usb)
        seen: list[str] = []

        def unplug(now: str) -> None:
            seen.append(now)
            if seen.count("copied") == 2:
                held.enter_context(mounted(usb))

        done = back_up(session, on_step=unplug)
        assert [warning.code for warning in done.warnings] == ["backup_second_failed"]
        assert backups(session) == [done.backup]


def test_fault_28_a_file_is_no_place(session: Session, tmp_path: Path) -> None:
    place = tmp_path / "usb"
    place.write_bytes(b"")
    refused(session, "backup_place_missing", place)
    assert place.read_bytes() == b""
    assert backups(session) == []


STEPS = 9  # one more than there are


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_a_program_killed_at_any_step_leaves_older_backups_and_no_false_one(
    step: int, faulty: FaultyOffice, session: Session
) -> None:
    yesterday = back_up(session).backup
    kept = yesterday.path.read_bytes()
    customer_with(session, "Eli")
    session.close()
    door = Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)
    with child(make_backups, door, step) as making:
        assert making.told()[0] == "ready"
        making.go()
        said = making.rest()
        assert making.process.exitcode == (9 if step < STEPS else 0)
        assert bool(said) == (step == STEPS)
    again = faulty.open()
    assert yesterday.path.read_bytes() == kept
    for backup in backups(again):
        if backup.path.exists() and backup.verified:
            copy = again.database.connection_to_copy(backup.path)
            assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            copy.close()
    newest = back_up(again).backup
    assert newest.contents.customers == 2
    known = {backup.path for backup in backups(again)}
    assert set(default_folder(again).glob("*.crm-backup")) == known
    assert_whole(again)
    again.close()


def test_what_killed_programs_left_is_cleared_a_day_later(session: Session) -> None:
    path = back_up(session).backup.path
    old, fresh = (path.with_name(path.name.replace(".crm-", f"-{n}.crm-") + ".part") for n in (8, 9))
    for part in (old, fresh):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    back_up(session)
    assert not old.exists()
    assert fresh.exists()


@pytest.mark.parametrize("patience_s", [0.0, 0.4, 0.6, 0.8, 1.0])
def test_the_command_killed_from_outside(patience_s: float, faulty: FaultyOffice, session: Session) -> None:
    yesterday = back_up(session).backup.path.read_bytes()
    session.close()
    command = [sys.executable, "-m", "crm_desktop.cli.main", "backup", str(faulty.path), "--secrets-stdin"]
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
    again = faulty.open()
    assert yesterday in [backup.path.read_bytes() for backup in backups(again) if backup.path.exists()]
    back_up(again)
    assert_whole(again)
    again.close()
