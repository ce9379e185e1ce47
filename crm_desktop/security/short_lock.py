"""One at a time, between threads and programs alike, for the moment a small file is read and written anew.

Unlike the record locks of ``file_locks`` this one belongs to the opening of the file: every entrant opens
it for itself, and the system lets go of it however a program ends.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def short_lock(path: Path) -> Iterator[None]:
    """Wait for and hold the lock file at ``path``, made when missing and never removed. Raises OSError."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)  # which unlocks


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)  # ten attempts, a second apart, then OSError

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)
