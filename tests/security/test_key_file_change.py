"""Changing the key file: serialized between programs, and no crash locks anybody out."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import BusyError, OrganizationFileError
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_change import change_key_file
from crm_desktop.security.key_file_copies import (
    KeyFilePlaces,
    check_not_older,
    read_key_file,
    write_key_file,
)
from crm_desktop.security.sign_in import rewrap
from tests.security.conftest import PASSWORD, STAFF_PASSWORD, Office, refusal
from tests.security.other_program import SequenceFile
from tests.security.programs import Program

_NEW = "anna's new password"
_STAFF_NEW = "ben's own new password"


class Recorded:
    """Database steps that note what happened and with which body."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.steps: list[str] = []
        self.committed: KeyFileBody | None = None
        self.failure = failure

    def begin(self) -> None:
        self.steps.append("begin")

    def commit(self, body: KeyFileBody) -> None:
        self.steps.append("commit")
        if self.failure:
            raise self.failure
        self.committed = body

    def rollback(self) -> None:
        self.steps.append("rollback")


def _with_mark(body: KeyFileBody, mark: str) -> KeyFileBody:
    return replace(body, damaged=(*body.damaged, mark))


@pytest.fixture
def written(places: KeyFilePlaces, office: Office) -> KeyFilePlaces:
    write_key_file(places, office.body)
    return places


def test_the_order_is_addition_commit_removal(written: KeyFilePlaces, lock: LockFile, office: Office) -> None:
    database = Recorded()
    seen: list[str] = []

    def step(name: str) -> None:
        seen.append(f"{name} {len(read_key_file(written).body.damaged)}")

    changed = change_key_file(
        written,
        lock,
        add=lambda body: _with_mark(body, "new"),
        remove=lambda body: replace(body, damaged=()),
        database=database,
        on_step=step,
    )
    assert database.steps == ["begin", "commit"]
    assert database.committed
    assert database.committed.damaged == ("new",)
    assert database.committed.sequence == office.body.sequence + 1
    assert (changed.body.damaged, changed.body.sequence) == ((), office.body.sequence + 2)
    assert seen[0] == "locked 0"
    assert "before commit 1" in seen
    assert "committed 1" in seen
    assert read_key_file(written).body == changed.body


def test_the_change_is_applied_to_what_is_on_disk_now(
    written: KeyFilePlaces, lock: LockFile, office: Office
) -> None:
    write_key_file(written, _with_mark(replace(office.body, sequence=40), "by another program"))
    changed = change_key_file(written, lock, add=lambda body: _with_mark(body, "mine"), database=Recorded())
    assert changed.body.damaged == ("by another program", "mine")
    assert changed.body.sequence == 41


def test_a_failed_commit_is_rolled_back_and_the_addition_harms_nobody(
    written: KeyFilePlaces, lock: LockFile, office: Office
) -> None:
    database = Recorded(OrganizationFileError("disk_full", path="acme.crm"))
    with pytest.raises(OrganizationFileError):
        change_key_file(
            written,
            lock,
            add=lambda body: _with_mark(body, "new"),
            remove=lambda body: replace(body, slots=()),
            database=database,
        )
    assert database.steps == ["begin", "commit", "rollback"]
    left = read_key_file(written).body
    assert left.damaged == ("new",)
    assert office.sign_in(left).user_id == office.keys.user_id


def test_a_change_that_is_refused_writes_nothing(
    written: KeyFilePlaces, lock: LockFile, office: Office
) -> None:
    def refuse(_: KeyFileBody) -> KeyFileBody:
        raise BusyError("key_file_busy", holder="?")

    database = Recorded()
    with pytest.raises(BusyError):
        change_key_file(written, lock, add=refuse, database=database)
    assert database.steps == ["begin", "rollback"]
    assert read_key_file(written).body == office.body


def test_a_change_cannot_rename_the_organization(written: KeyFilePlaces, lock: LockFile) -> None:
    with pytest.raises(ValueError, match="rename"):
        change_key_file(written, lock, add=lambda body: replace(body, file_id=bytes(16)), database=Recorded())


def _steps(written: KeyFilePlaces, lock: LockFile, office: Office) -> int:
    """Count the steps of a change with both versions."""
    seen: list[str] = []
    ring = office.sign_in()
    change_key_file(
        written,
        lock,
        add=lambda body: rewrap(body, ring, PASSWORD, office.body.slots[0].argon2),
        remove=lambda body: body,
        database=Recorded(),
        on_step=seen.append,
    )
    return len(seen)


def _program(folder: Path, office: Office, *, login: str, old: str, new: str, kill_at: int) -> Program:
    facts = {
        "database": str(folder / "acme.crm"),
        "secret": office.keys.organization_secret.hex(),
        "fingerprint": office.keys.root_fingerprint.hex(),
        "login": login,
        "old": old,
        "new": new,
        "kill_at": str(kill_at),
    }
    return Program("change_password", facts)


def _signs_in(office: Office, body: KeyFileBody, login: str, *, password: str) -> bool:
    code = refusal(lambda: office.sign_in(body, login=login, password=password))
    assert code in {None, "password_wrong"}
    return code is None


def test_two_programs_changing_at_once_and_killed_at_each_step_lock_nobody_out(
    places: KeyFilePlaces, lock: LockFile, office: Office, tmp_path: Path
) -> None:
    write_key_file(places, office.body)
    steps = _steps(places, lock, office)
    assert steps == 21
    survived = []
    for kill_at in range(1, steps + 1):
        folder = tmp_path / str(kill_at)
        folder.mkdir()
        beside = KeyFilePlaces.beside(folder / "acme.crm", device_folder=folder / "keys")
        write_key_file(beside, office.body)
        killed = _program(folder, office, login="anna", old=PASSWORD, new=_NEW, kill_at=kill_at)
        other = _program(folder, office, login="ben", old=STAFF_PASSWORD, new=_STAFF_NEW, kill_at=0)
        assert [killed.hear(), other.hear()] == ["ready", "ready"]
        killed.tell()
        other.tell()
        assert (killed.end(), other.hear(), other.end()) == (9, "changed", 0)
        with LockFile(folder / "acme.crm.lock") as held:
            body = read_key_file(beside, lock=held).body
        check_not_older(body, database_sequence=int((folder / "acme.crm").read_text()))
        outcome = [_signs_in(office, body, "anna", password=password) for password in (PASSWORD, _NEW)]
        assert sorted(outcome) == [False, True]
        survived.append(outcome)
        assert _signs_in(office, body, "ben", password=_STAFF_NEW)
        device = beside.device(body.file_id)
        assert device
        assert beside.main.read_bytes() == beside.backup.read_bytes() == device.read_bytes()
    # Killed at the first step the old password stays, at the last the new one is there.
    assert (survived[0], survived[-1]) == ([True, False], [False, True])


def test_the_database_of_the_other_program_is_written_whole(tmp_path: Path, office: Office) -> None:
    database = SequenceFile(tmp_path / "acme.crm")
    database.begin()
    database.commit(office.body)
    database.rollback()
    assert json.loads(database.path.read_text()) == office.body.sequence
