"""The place a backup goes to: found, looked at for room, and named by what is wrong with it.

A medium can be pulled at any moment, and where it was an empty folder of this computer may appear: what
was begun on one disk counts only if it ends there.
"""

import errno
import os
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from glob import escape
from itertools import count
from pathlib import Path

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.storage.backups import MIB, megabytes

SUFFIX = ".crm-backup"
_PART = ".part"
# A second program may be writing its own: only what nobody can be at any more is cleared away.
_LEFT_BEHIND_S = 86_400
_SPARE_BYTES = 4 * MIB
_UNPLUGGED = frozenset({errno.ENOENT, errno.ENODEV, errno.ENXIO})


def folder_there(folder: Path) -> Path:
    """Return the folder somebody named; raises OrganizationFileError ``backup_place_missing``."""
    place = folder.expanduser().resolve()
    if not place.is_dir():
        # Never made here: under the name of an unplugged medium it would be a folder of this computer.
        raise OrganizationFileError("backup_place_missing", path=str(place))
    return place


def clear_left_behind(place: Path, stem: str) -> None:
    """Remove what programs that were killed left of backups whose names begin with ``stem``."""
    begin = escape(stem)
    try:
        for part in (*place.glob(f"{begin}-*{SUFFIX}{_PART}"), *place.glob(f".{begin}-*{SUFFIX}*.tmp")):
            if time.time() - part.stat().st_mtime > _LEFT_BEHIND_S:
                part.unlink(missing_ok=True)
    except OSError:
        # On a medium that lets nobody write, the reservation says so in a moment.
        return


def check_room(place: Path, size: int) -> None:
    """Refuse a disk without room for ``size`` bytes; raises OrganizationFileError as :func:`place_error`."""
    try:
        free = shutil.disk_usage(place).free
    except OSError as error:
        raise place_error(error, place, size) from error
    if free < size + _SPARE_BYTES:
        raise _full(place, size)


def reserve(place: Path, begin: str) -> tuple[Path, Path]:
    """Make the empty ``.part`` of a name nobody has; its existence reserves the name. Raises OSError."""
    for number in count(1):
        again = "" if number == 1 else f"-{number}"
        path = place / f"{begin}{again}{SUFFIX}"
        part = path.with_name(f"{path.name}{_PART}")
        try:
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            continue
        if not path.exists():
            return path, part
        part.unlink()
    raise AssertionError("count() has no end")


def disk_of(path: Path) -> int:
    """Return what tells the disk that ``path`` is on from any other that is there; raises OSError."""
    return path.stat().st_dev


def unplugged(place: Path, disk: int) -> bool:
    """Return whether the disk that was at ``place`` is no longer there."""
    try:
        return disk_of(place) != disk
    except OSError:
        return True


def refuse_unplugged(path: Path, disk: int) -> None:
    """Raise OrganizationFileError ``backup_place_missing`` where ``path`` did not end on ``disk``."""
    if unplugged(path, disk):
        raise OrganizationFileError("backup_place_missing", path=str(path.parent))


def discard(paths: Iterable[Path]) -> None:
    """Remove what a backup that failed has left, as far as its medium still lets anybody."""
    for path in paths:
        # What the medium keeps is told by the error that is on its way; a ``.part`` goes a day later.
        with suppress(OSError):
            path.unlink(missing_ok=True)


def place_error(error: OSError, place: Path, size: int) -> OrganizationFileError:
    """Return what is said of a place whose disk failed with ``error``; ``size``: bytes of the copy.

    OrganizationFileError ``backup_disk_full``, ``backup_place_read_only``, ``backup_place_missing``,
    ``backup_place_failed``.
    """
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _full(place, size)
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return OrganizationFileError("backup_place_read_only", path=str(place))
    missing = error.errno in _UNPLUGGED
    return OrganizationFileError(
        "backup_place_missing" if missing else "backup_place_failed", path=str(place)
    )


def _full(place: Path, size: int) -> OrganizationFileError:
    needed = megabytes(size + _SPARE_BYTES)
    return OrganizationFileError("backup_disk_full", path=str(place), needed_mb=needed)
