"""A file of the disk into memory, whole and as it was at one moment, or a sentence why not.

Only ordinary files are opened: a pipe or a device would never end. One that changes while it is read is
refused, because half an old and half a new file is neither.
"""

import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.progress import CancelToken

PIECE = 1024 * 1024
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The bytes of a file and their SHA-256."""

    content: bytes = field(repr=False)
    sha256: bytes


def read_whole(
    path: Path,
    *,
    limit: int,
    cancel: CancelToken | None = None,
    on_read: Callable[[int], None] | None = None,
) -> ReadFile:
    """Read a file of at most ``limit`` bytes in pieces; ``on_read`` is told how many bytes each had.

    Raises ForeignFileError ``attached_folder``, ``attached_special``, ``attached_gone``,
    ``attached_unreadable``, ``attached_empty``, ``attached_too_large``, ``attached_changed`` (fact
    ``name``); Cancelled.
    """
    cancel = cancel or CancelToken()
    name = path.name
    try:
        # Asked before it is opened too: opening a device may already do something.
        _check(path.stat(), name, limit)
        # Without waiting: whoever puts a pipe there in between does not hold the program up.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb", buffering=0) as stream:
            before = os.fstat(handle)
            _check(before, name, limit)
            pieces: list[bytes] = []
            digest = hashlib.sha256()
            got = 0
            while piece := stream.read(PIECE):
                cancel.raise_if_cancelled()
                pieces.append(piece)
                digest.update(piece)
                got += len(piece)
                if got > before.st_size:
                    break
                if on_read is not None:
                    on_read(len(piece))
            after = os.fstat(handle)
    except FileNotFoundError as error:
        raise ForeignFileError("attached_gone", name=name) from error
    except (OSError, ValueError) as error:
        raise ForeignFileError("attached_unreadable", name=name) from error
    if (got, before.st_size, before.st_mtime_ns) != (after.st_size, after.st_size, after.st_mtime_ns):
        raise ForeignFileError("attached_changed", name=name)
    return ReadFile(b"".join(pieces), digest.digest())


def size_of(path: Path) -> int:
    """Return the size of an ordinary file, 0 for anything else."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def _check(status: os.stat_result, name: str, limit: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise ForeignFileError("attached_folder", name=name)
    if not stat.S_ISREG(status.st_mode):
        raise ForeignFileError("attached_special", name=name)
    if status.st_size == 0:
        raise ForeignFileError("attached_empty", name=name)
    if status.st_size > limit:
        size = f"{status.st_size / _MB:.1f}"
        raise ForeignFileError("attached_too_large", name=name, size=size, limit=f"{limit / _MB:.1f}")
