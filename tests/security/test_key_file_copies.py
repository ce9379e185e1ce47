"""Three copies of the key file: the newest valid one counts and repairs the others."""

import os
import shutil
import stat
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security import atomic_files, key_file_copies
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.former_keys import FormerKit
from crm_desktop.security.key_file import MOST_FORMER, KeyFileBody, encode
from crm_desktop.security.key_file_copies import (
    Copy,
    KeyFilePlaces,
    check_not_older,
    read_key_file,
    write_key_file,
)
from crm_desktop.security.roster import HIGHEST_SEQUENCE
from tests.security.conftest import Office, make_office, refusal


@pytest.fixture
def body(office: Office) -> KeyFileBody:
    return office.body


@pytest.fixture
def device(places: KeyFilePlaces, body: KeyFileBody) -> Path:
    """Write all copies and return the path of this computer's."""
    assert write_key_file(places, body) == ()
    path = places.device(body.file_id)
    assert path
    return path


def _code(places: KeyFilePlaces) -> str | None:
    return refusal(lambda: read_key_file(places))


def test_all_copies_are_identical_and_private(places: KeyFilePlaces, body: KeyFileBody, device: Path) -> None:
    for path in (places.main, places.backup, device):
        assert path.read_bytes() == encode(body)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(device.parent.stat().st_mode) == 0o700
    assert (places.main.name, places.backup.name) == ("acme.crm.keys", "acme.crm.keys.bak")
    reading = read_key_file(places)
    assert (reading.body, reading.used, dict(reading.problems)) == (body, Copy.MAIN, {})


def test_10_the_backup_copy_replaces_a_missing_key_file(
    places: KeyFilePlaces, body: KeyFileBody, device: Path, lock: LockFile
) -> None:
    places.main.unlink()
    reading = read_key_file(places, lock=lock)
    assert (reading.body, reading.used) == (body, Copy.BACKUP)
    assert (dict(reading.problems), reading.repaired) == ({Copy.MAIN: "key_file_missing"}, (Copy.MAIN,))
    assert places.main.read_bytes() == encode(body)


def test_10_this_computers_copy_replaces_both(
    places: KeyFilePlaces, body: KeyFileBody, device: Path, lock: LockFile
) -> None:
    places.main.unlink()
    places.backup.unlink()
    known = replace(places, file_id=body.file_id)
    assert _code(places) == "key_file_missing"
    reading = read_key_file(known, lock=lock)
    assert (reading.used, set(reading.repaired)) == (Copy.DEVICE, {Copy.MAIN, Copy.BACKUP})
    assert read_key_file(places).problems == {}


def test_11_both_torn_then_this_computers_copy_then_the_newest_backups(
    places: KeyFilePlaces, body: KeyFileBody, device: Path, tmp_path: Path
) -> None:
    for path in (places.main, places.backup):
        path.write_bytes(encode(body)[:-100])
    known = replace(places, file_id=body.file_id)
    assert read_key_file(known).used is Copy.DEVICE
    device.write_bytes(b"torn as well")
    assert _code(known) == "key_file_damaged"
    old = tmp_path / "backup.crm.keys"
    old.write_bytes(encode(body))
    reading = read_key_file(replace(known, others=(tmp_path / "gone.keys", old)))
    assert (reading.body, reading.used) == (body, Copy.OTHER)


def test_12_keys_of_another_organization_are_refused(
    places: KeyFilePlaces, body: KeyFileBody, device: Path
) -> None:
    stranger = encode(make_office().body)
    places.main.write_bytes(stranger)
    assert _code(places) == "key_file_of_another_organization"
    known = replace(places, file_id=body.file_id)
    reading = read_key_file(known)
    assert (reading.body, reading.used) == (body, Copy.BACKUP)
    assert reading.problems[Copy.MAIN] == "key_file_of_another_organization"
    places.backup.write_bytes(stranger)
    device.unlink()
    assert _code(known) == "key_file_of_another_organization"


def test_a_stranger_beside_is_never_the_newest(
    places: KeyFilePlaces, body: KeyFileBody, device: Path
) -> None:
    stranger = replace(make_office().body, sequence=1_000_000)
    places.main.write_bytes(encode(stranger))
    assert read_key_file(replace(places, file_id=body.file_id)).body == body


@pytest.mark.parametrize("newer", ["main", "backup"])
def test_the_newer_copy_wins_and_repairs_the_other(
    places: KeyFilePlaces, body: KeyFileBody, device: Path, lock: LockFile, newer: str
) -> None:
    later = replace(body, sequence=body.sequence + 1)
    getattr(places, newer).write_bytes(encode(later))
    reading = read_key_file(places, lock=lock)
    assert (reading.body, reading.used) == (later, Copy(newer))
    assert Copy.DEVICE in reading.repaired
    assert {path.read_bytes() for path in (places.main, places.backup, device)} == {encode(later)}


def test_nothing_is_repaired_without_the_lock(places: KeyFilePlaces, device: Path) -> None:
    places.backup.unlink()
    reading = read_key_file(places)
    assert reading.repaired == ()
    assert not places.backup.exists()


def test_a_read_only_place_is_used_as_it_is(
    places: KeyFilePlaces, device: Path, lock: LockFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    places.backup.unlink()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(key_file_copies, "replace_file", refuse)
    reading = read_key_file(places, lock=lock)
    assert (dict(reading.problems), reading.repaired) == ({Copy.BACKUP: "key_file_missing"}, ())


def test_a_name_that_is_no_file_is_damaged_and_does_not_block(places: KeyFilePlaces) -> None:
    os.mkfifo(places.main)
    places.backup.mkdir()
    assert _code(places) == "key_file_damaged"


def test_a_file_that_may_not_be_read_says_so(
    places: KeyFilePlaces, device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    assert _code(places) == "key_file_unreadable"


def test_a_newer_format_is_named_even_beside_a_damaged_copy(places: KeyFilePlaces, body: KeyFileBody) -> None:
    places.main.write_bytes(encode(body).replace(b'"version": 1', b'"version": 2', 1))
    places.backup.write_bytes(b"torn")
    assert _code(places) == "key_file_newer"


def test_nothing_written_is_said_and_the_former_stays(
    places: KeyFilePlaces, body: KeyFileBody, device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OrganizationFileError) as caught:
        write_key_file(places, replace(body, sequence=body.sequence + 1))
    assert caught.value.code == "key_file_not_written"
    assert read_key_file(places).body == body
    assert [path.name for path in places.main.parent.glob(".*.tmp")] == []


def test_what_no_program_would_read_is_never_written(
    places: KeyFilePlaces, body: KeyFileBody, device: Path
) -> None:
    """Somebody filled the file to a limit of its reader; one more would have locked everybody out."""
    for full in (
        replace(body, damaged=("{}",) * 65),
        replace(body, former_kits=(FormerKit(1, bytes(32), date(2026, 5, 3)),) * (MOST_FORMER + 1)),
        replace(body, sequence=HIGHEST_SEQUENCE + 1),
    ):
        with pytest.raises(OrganizationFileError, match="key_file_overfull"):
            write_key_file(places, full)
    assert {path.read_bytes() for path in (places.main, places.backup)} == {encode(body)}


def test_a_third_copy_that_cannot_be_renewed_is_told(
    places: KeyFilePlaces, body: KeyFileBody, device: Path
) -> None:
    shutil.rmtree(device.parent)
    device.parent.write_text("a file where the folder was")
    later = replace(body, sequence=body.sequence + 1)
    assert write_key_file(places, later) == (Copy.DEVICE,)
    assert read_key_file(places).body == later


def test_what_the_group_may_do_is_kept(places: KeyFilePlaces, body: KeyFileBody, device: Path) -> None:
    places.main.chmod(0o664)
    write_key_file(places, body)
    assert stat.S_IMODE(places.main.stat().st_mode) == 0o660


def test_a_key_file_older_than_the_database_is_refused(body: KeyFileBody) -> None:
    check_not_older(body, database_sequence=body.sequence)
    with pytest.raises(OrganizationFileError) as caught:
        check_not_older(body, database_sequence=body.sequence + 1)
    assert caught.value.code == "key_file_older"


def test_windows_is_asked_again_while_a_scanner_holds_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [5, 32, 5]
    replace_really = Path.replace

    def replace_when_free(source: Path, target: Path) -> Path:
        if held:
            error = PermissionError("held")
            error.winerror = held.pop()  # type: ignore[attr-defined]  # exists on Windows only
            raise error
        return replace_really(source, target)

    monkeypatch.setattr(Path, "replace", replace_when_free)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    atomic_files.replace_file(tmp_path / "x.keys", b"new")
    assert ((tmp_path / "x.keys").read_bytes(), held) == (b"new", [])


def test_another_refusal_is_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Path:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        atomic_files.replace_file(tmp_path / "x.keys", b"new")
    assert list(tmp_path.iterdir()) == []
