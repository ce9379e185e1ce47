"""Where an organization file lies, and what that place allows (security design, section 5).

SQLite's write-ahead log and byte locks do not hold on network shares, and a sync program replaces files
under an open program: in both places a file is read and not written.
"""

import os
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from crm_desktop.domain.errors import InvalidValueError, OrganizationFileError

SMALLEST = 4096
_NETWORK_TYPES = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "davfs"}
)
_SYNC_FOLDERS = (
    "onedrive", "dropbox", "nextcloud", "owncloud", "google drive", "googledrive", "icloud drive",
    "mobile documents", "pcloud drive", "seafile", "syncthing", "box sync",
)  # fmt: skip
_CONFLICT_WORDS = ("conflict", "konflikt", "in konflikt stehend")


class Place(StrEnum):
    """What kind of folder the file lies in."""

    LOCAL = "local"
    NETWORK = "network"
    SYNC = "sync"


def place_of(path: Path) -> Place:
    """Return what kind of place ``path`` is, from the mounted file systems and known folder names."""
    import psutil

    if any(part.lower().startswith(_SYNC_FOLDERS) for part in path.parts[:-1]):
        return Place.SYNC
    if str(path).startswith("\\\\"):
        return Place.NETWORK
    parents = set(path.parents)
    mounts = [disk for disk in psutil.disk_partitions(all=True) if Path(disk.mountpoint) in parents]
    nearest = max(mounts, key=lambda disk: len(disk.mountpoint), default=None)
    if nearest is None:
        return Place.LOCAL
    remote = nearest.fstype.lower() in _NETWORK_TYPES or "remote" in nearest.opts.split(",")
    return Place.NETWORK if remote else Place.LOCAL


def first_local(folders: Iterable[Path]) -> Path | None:
    """Return the first of ``folders`` in which a new organization file may lie, or None."""
    return next((folder for folder in folders if place_of(folder.resolve() / "new.crm") is Place.LOCAL), None)


def is_read_only_medium(path: Path) -> bool:
    """Return whether the file system ``path`` lies on is mounted for reading only, as a disc is.

    Windows is not asked: there every file on a disk of its own counts as one somebody may write.
    """
    if sys.platform == "win32":
        return False
    else:  # noqa: RET505 - what follows is unknown on Windows, and checked for each system apart
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def conflicted_copies(path: Path) -> list[str]:
    """Return the names of files beside ``path`` that a sync program made of it."""
    return sorted(
        other.name
        for other in path.parent.glob(f"{path.stem}*{path.suffix}")
        if other != path and any(word in other.name.lower() for word in _CONFLICT_WORDS)
    )


def being_restored(path: Path) -> Path:
    """Return the place of the copy that a restore gives the name ``path`` as its last step."""
    return path.with_name(f"{path.name}.restoring")


def existing_file(path: Path) -> Path:
    """Return the resolved path of an organization file that could be one.

    Raises OrganizationFileError: ``file_missing`` (nothing is created), ``restore_unfinished`` where a
    restore was killed before the restored file took the name, ``organization_file_empty`` and
    ``not_an_organization_file`` (a 0- or 1-byte file would open as a healthy empty database with any key).
    """
    if str(path).startswith("file:"):
        raise OrganizationFileError("file_missing", path=str(path))
    resolved = path.expanduser().resolve()
    if not resolved.exists():
        unfinished = being_restored(resolved).exists()
        raise OrganizationFileError(
            "restore_unfinished" if unfinished else "file_missing", path=str(resolved)
        )
    if not resolved.is_file():
        raise OrganizationFileError("not_an_organization_file", path=str(resolved))
    size = resolved.stat().st_size
    if size == 0:
        raise OrganizationFileError("organization_file_empty", path=str(resolved))
    with resolved.open("rb") as stream:
        head = stream.read(16)
    if size < SMALLEST or head.startswith((b"SQLite format 3", b"%PDF", b"PK\x03\x04")):
        raise OrganizationFileError("not_an_organization_file", path=str(resolved))
    return resolved


def new_file(path: Path) -> Path:
    """Return the resolved path for a file that is to be created.

    Raises InvalidValueError for a name without ``.crm``, OrganizationFileError ``file_exists``,
    ``folder_missing``, ``keys_left_over`` (key files of another organization would be lost).
    """
    if str(path).startswith("file:"):
        raise OrganizationFileError("folder_missing", path=str(path))
    resolved = path.expanduser().resolve()
    if resolved.suffix.lower() != ".crm":
        raise InvalidValueError("file_name_suffix", field="path", name=resolved.name)
    if resolved.exists():
        raise OrganizationFileError("file_exists", path=str(resolved))
    if not resolved.parent.is_dir():
        raise OrganizationFileError("folder_missing", path=str(resolved.parent))
    return resolved
