"""Byte locks on ``acme.crm.lock``: who may change the key file, and who has the organization open.

Byte 0 is held while the key file changes, one of bytes 1-64 by every open program, all of them during
rotation, restore and deletion. The system drops the locks when a program ends, however it ends. Behind
the lock bytes stands one record per byte that says who holds it.

POSIX record locks belong to the *process* and all of them go when it closes *any* descriptor of the
file: so there is one :class:`LockFile` per path and process, which a table of open ones enforces.
"""

import getpass
import os
import socket
import stat
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from crm_desktop.domain.errors import BusyError, OrganizationFileError

SEATS = range(1, 65)
_KEY_FILE_BYTE = 0
_RECORDS_AT = 128
_RECORD_BYTES = 256
_POLL_SECONDS = 0.02

# State of the process because the locks are: a second descriptor would drop them without a word.
_open_files: set[tuple[int, int]] = set()
_open_files_guard = threading.Lock()


class LockFile:
    """The lock file of one organization; raises OrganizationFileError ``lock_file_unusable``.

    ``owner`` is what others read about this program when it is in their way.
    """

    def __init__(self, path: Path, *, owner: str | None = None) -> None:
        self._owner = owner or _this_program()
        self._key_file_guard = threading.RLock()
        self._depth = 0
        self._seat: int | None = None
        with _open_files_guard:
            _refuse_second(path)
            try:
                self._handle = os.open(path, _opening_flags(), 0o600)
            except OSError as error:
                raise OrganizationFileError("lock_file_unusable", path=path.name) from error
            self._identity = _identity(os.fstat(self._handle))
            _open_files.add(self._identity)

    @contextmanager
    def key_file_change(self, *, timeout: float = 10.0) -> Iterator[None]:
        """Hold byte 0; the same thread may nest. Raises BusyError ``key_file_busy`` (fact holder)."""
        deadline = time.monotonic() + timeout
        if not self._key_file_guard.acquire(timeout=timeout):
            raise BusyError("key_file_busy", holder=self._owner)
        try:
            if self._depth == 0:
                self._wait_for_key_file(deadline)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._release(_KEY_FILE_BYTE)
        finally:
            self._key_file_guard.release()

    def take_seat(self) -> int:
        """Take one of bytes 1-64 until :meth:`close` or :meth:`leave_seat`.

        Raises BusyError ``organization_being_changed`` (somebody holds them all) or ``seats_all_taken``.
        """
        if self._seat is not None:
            return self._seat
        for seat in SEATS:
            if self._take(seat):
                self._seat = seat
                return seat
        if self._take(_KEY_FILE_BYTE):
            self._release(_KEY_FILE_BYTE)
            raise BusyError("seats_all_taken", seats=len(SEATS))
        raise BusyError("organization_being_changed", holder=self._holder(_KEY_FILE_BYTE))

    def leave_seat(self) -> None:
        """Give the seat back."""
        if self._seat is not None:
            self._release(self._seat)
            self._seat = None

    @contextmanager
    def all_seats(self, *, timeout: float = 10.0) -> Iterator[None]:
        """Hold byte 0 and every seat: nobody else has the organization open.

        Raises BusyError ``organization_open_elsewhere`` (fact holders: who) or ``key_file_busy``.
        """
        with self.key_file_change(timeout=timeout), ExitStack() as taken:
            holders = []
            for seat in SEATS:
                if seat == self._seat:
                    continue
                if self._take(seat):
                    taken.callback(self._release, seat)
                else:
                    holders.append(self._holder(seat))
            if holders:
                raise BusyError("organization_open_elsewhere", holders="; ".join(holders))
            yield

    def is_held_elsewhere(self, seat: int) -> bool:
        """Return whether another program holds a seat: whoever wrote it down is still running."""
        if seat == self._seat or seat not in SEATS:
            return False
        if not self._take(seat):
            return True
        self._release(seat)
        return False

    def close(self) -> None:
        """Give everything back; the file stays, its name is what programs meet at."""
        with _open_files_guard:
            if self._identity in _open_files:
                self.leave_seat()
                os.close(self._handle)
                _open_files.remove(self._identity)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait_for_key_file(self, deadline: float) -> None:
        while not self._take(_KEY_FILE_BYTE):
            if time.monotonic() >= deadline:
                raise BusyError("key_file_busy", holder=self._holder(_KEY_FILE_BYTE))
            time.sleep(_POLL_SECONDS)

    def _take(self, byte: int) -> bool:
        if not _lock_byte(self._handle, byte):
            return False
        self._write_record(byte, self._owner)
        return True

    def _release(self, byte: int) -> None:
        self._write_record(byte, "")
        _unlock_byte(self._handle, byte)

    def _holder(self, byte: int) -> str:
        os.lseek(self._handle, _RECORDS_AT + byte * _RECORD_BYTES, os.SEEK_SET)
        record = os.read(self._handle, _RECORD_BYTES).rstrip(b"\0")
        text = record.decode("utf-8", errors="replace")
        return "".join(character for character in text if character.isprintable()) or "?"

    def _write_record(self, byte: int, owner: str) -> None:
        record = owner.encode("utf-8", errors="replace")[:_RECORD_BYTES].ljust(_RECORD_BYTES, b"\0")
        os.lseek(self._handle, _RECORDS_AT + byte * _RECORD_BYTES, os.SEEK_SET)
        os.write(self._handle, record)


def _this_program() -> str:
    """Return "computer · account · process": whom to ask to close the file."""
    try:
        account = getpass.getuser()
    except (OSError, KeyError, ImportError):
        account = "?"
    return f"{socket.gethostname()} · {account} · {os.getpid()}"


def _opening_flags() -> int:
    """Return how to open: Windows would take it for text, elsewhere a link could lead to another file."""
    return os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def _refuse_second(path: Path) -> None:
    """Refuse before opening, links too: closing a second descriptor would already do the damage."""
    try:
        found = path.lstat()
    except OSError:
        return
    if not stat.S_ISREG(found.st_mode):
        raise OrganizationFileError("lock_file_unusable", path=path.name)
    if _identity(found) in _open_files:
        raise RuntimeError("this process already has the lock file open")


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


if sys.platform == "win32":
    import msvcrt

    def _lock_byte(handle: int, byte: int) -> bool:
        os.lseek(handle, byte, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock_byte(handle: int, byte: int) -> None:
        os.lseek(handle, byte, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock_byte(handle: int, byte: int) -> bool:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except BlockingIOError:
            return False
        except PermissionError:
            # POSIX lets a system answer EACCES for a lock that is held.
            return False
        return True

    def _unlock_byte(handle: int, byte: int) -> None:
        fcntl.lockf(handle, fcntl.LOCK_UN, 1, byte)
