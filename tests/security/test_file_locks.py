"""Byte locks between real processes: who holds what, and what happens when a holder dies."""

import os
import socket
import stat
import threading
from pathlib import Path

import pytest

from crm_desktop.domain.errors import BusyError, OrganizationFileError
from crm_desktop.security import file_locks
from crm_desktop.security.file_locks import SEATS, LockFile
from tests.security.programs import program


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "acme.crm.lock"


def test_the_key_file_is_changed_by_one_program_at_a_time(path: Path) -> None:
    with program("hold", lock=str(path), owner="Ben's computer", what="key file") as other:
        assert other.hear() == "held"
        with LockFile(path) as lock:
            with pytest.raises(BusyError) as caught, lock.key_file_change(timeout=0.05):
                pass
            assert (caught.value.code, caught.value.facts["holder"]) == ("key_file_busy", "Ben's computer")
            other.tell()
            with lock.key_file_change(timeout=30):
                assert other.hear() == "released"


def test_a_killed_program_holds_nothing(path: Path) -> None:
    with program("hold", lock=str(path), owner="gone", what="everything") as other:
        assert other.hear() == "held"
        other.process.kill()
        other.end()
        with LockFile(path) as lock, lock.key_file_change(timeout=0), lock.all_seats():
            assert lock.take_seat() == 1


def test_each_open_program_has_a_seat_of_its_own(path: Path) -> None:
    with program("hold", lock=str(path), owner="Ben", what="seat") as other:
        assert other.hear() == "1"
        with LockFile(path) as lock:
            assert (lock.take_seat(), lock.take_seat()) == (2, 2)
            lock.leave_seat()
            lock.leave_seat()
            assert lock.take_seat() == 2


def test_rotation_needs_every_seat_and_names_who_has_the_file_open(path: Path) -> None:
    with program("hold", lock=str(path), owner="PC-7 · ben · 4711", what="seat") as other:
        assert other.hear() == "1"
        with LockFile(path) as lock:
            lock.take_seat()
            assert lock.is_held_elsewhere(1)
            assert not lock.is_held_elsewhere(2), "one's own seat"
            with pytest.raises(BusyError) as caught, lock.all_seats():
                pass
            assert caught.value.code == "organization_open_elsewhere"
            assert caught.value.facts["holders"] == "PC-7 · ben · 4711"
            other.tell()
            assert other.hear() == "released"
            assert not lock.is_held_elsewhere(1)
            with lock.all_seats(), lock.key_file_change():
                assert lock.take_seat() == 2


def test_nobody_opens_the_file_while_it_is_being_changed(path: Path) -> None:
    with program("hold", lock=str(path), owner="Anna's computer", what="everything") as other:
        assert other.hear() == "held"
        with LockFile(path) as lock:
            with pytest.raises(BusyError) as caught:
                lock.take_seat()
            assert caught.value.code == "organization_being_changed"
            assert caught.value.facts["holder"] == "Anna's computer"


def test_all_seats_taken_is_another_sentence(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_locks, "SEATS", range(1, 2))
    with program("hold", lock=str(path), owner="Ben", what="seat") as other:
        assert other.hear() == "1"
        with LockFile(path) as lock, pytest.raises(BusyError) as caught:
            lock.take_seat()
        assert caught.value.code == "seats_all_taken"


def test_there_are_64_seats_behind_the_key_file_byte() -> None:
    assert (SEATS[0], SEATS[-1], len(SEATS)) == (1, 64, 64)


def test_a_refused_rotation_gives_back_what_it_took(path: Path) -> None:
    with program("hold", lock=str(path), owner="Ben", what="seat") as other:
        assert other.hear() == "1"
        with LockFile(path) as lock:
            with pytest.raises(BusyError), lock.all_seats():
                pass
            with program("hold", lock=str(path), owner="Cleo", what="seat") as third:
                assert third.hear() == "2"


def test_two_threads_of_one_program_wait_for_each_other(path: Path) -> None:
    """POSIX locks do not keep threads of one process apart; the guard inside must."""
    order: list[str] = []
    inside, leave = threading.Event(), threading.Event()
    with LockFile(path) as lock:

        def first() -> None:
            with lock.key_file_change():
                inside.set()
                leave.wait(30)
                order.append("first")

        thread = threading.Thread(target=first)
        thread.start()
        assert inside.wait(30)
        with pytest.raises(BusyError), lock.key_file_change(timeout=0.01):
            pass
        leave.set()
        with lock.key_file_change(timeout=30):
            order.append("second")
        thread.join()
    assert order == ["first", "second"]


def test_one_process_opens_a_lock_file_once(path: Path) -> None:
    with LockFile(path) as lock:
        with pytest.raises(RuntimeError, match="already"):
            LockFile(path)
        lock.take_seat()
    lock.close()
    with LockFile(path) as again:
        assert again.take_seat() == 1


def test_the_owner_is_computer_account_and_process(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "anna")
    with LockFile(path) as lock:
        seat = lock.take_seat()
        assert lock._holder(seat) == f"{socket.gethostname()} · anna · {os.getpid()}"
        lock.leave_seat()
        assert lock._holder(seat) == "?"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_account_without_a_name_is_no_obstacle(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise OSError

    monkeypatch.setattr("getpass.getuser", nameless)
    with LockFile(path) as lock:
        assert " · ? · " in lock._holder(lock.take_seat())


def test_what_others_wrote_into_the_records_is_shown_as_text(path: Path) -> None:
    with LockFile(path, owner="a\x1b[31mb\u202e" + "x" * 400) as lock:
        shown = lock._holder(lock.take_seat())
    assert shown.isprintable()
    assert len(shown) <= 256


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_lock_file_that_is_none_is_said(path: Path, make: object) -> None:
    assert callable(make)
    make(path)
    with pytest.raises(OrganizationFileError) as caught:
        LockFile(path)
    assert caught.value.code == "lock_file_unusable"


def test_a_link_is_no_lock_file(path: Path, tmp_path: Path) -> None:
    """Nor is what it leads to opened or written: a key file, or the lock of another organization."""
    other = tmp_path / "other"
    for content in (b"something else", None):
        if content is None:
            other.unlink()
        else:
            other.write_bytes(content)
        path.unlink(missing_ok=True)
        path.symlink_to(other)
        with pytest.raises(OrganizationFileError) as caught:
            LockFile(path)
        assert caught.value.code == "lock_file_unusable"
        assert (other.read_bytes() if other.exists() else None) == content


def test_records_are_written_as_they_are(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows turns line ends in a file opened as text into two bytes each."""
    opened: list[int] = []
    binary = 1 << 30  # a bit no system here knows

    def open_noted(name: Path, flags: int, mode: int) -> int:
        opened.append(flags)
        return real_open(name, flags & ~binary, mode)

    real_open = os.open
    monkeypatch.setattr(os, "O_BINARY", binary, raising=False)
    monkeypatch.setattr(os, "open", open_noted)
    LockFile(path).close()
    assert [flags & binary for flags in opened] == [binary]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(OrganizationFileError) as caught:
        LockFile(tmp_path / "gone" / "acme.crm.lock")
    assert caught.value.code == "lock_file_unusable"
