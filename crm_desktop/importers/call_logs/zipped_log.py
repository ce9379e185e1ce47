"""A zip that holds call logs: they are read out of it, nothing is ever unpacked to the disk.

A log among several has a path of its own, that of the zip and its name in it: ``backup.zip/calls-2026.xml``.
Only one level deep: a zip in a zip is no log. Workbooks and a Takeout are zips too, read by others.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.foreign_zip import DAMAGE, SIGN

_MOST_FILES = 1000
_LARGEST = 1 << 30
# Call logs shrink to a fiftieth at best; small ones may well do better.
_RATIO = 200
_SMALL = 16 << 20
# Beside the log of calls may lie that of messages, or another report of the same service.
_CALLS = re.compile(r"(?:pstn\.)?calls?\b", re.IGNORECASE)
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\.(?!\.?/)|desktop\.ini$|thumbs\.db$)", re.IGNORECASE)
_NOT_OURS = ("[Content_Types].xml", "xl/", "Voice/Calls/", "mimetype")


def place_in_zip(path: Path) -> tuple[Path, str | None]:
    """Return the file to open and, for a path that goes into a zip, the name of what is meant in it."""
    try:
        # On some systems "a.zip/../b" is a file beside the zip, which nobody meant.
        if ".." not in path.parts and not path.exists():
            packed = next((parent for parent in path.parents if parent.is_file()), None)
            if packed is not None:
                return packed, path.relative_to(packed).as_posix()
    except (OSError, ValueError):  # a name no system takes; opening it says so
        pass
    return path, None


def log_in_zip(path: Path, name: str | None = None) -> zipfile.ZipInfo | None:
    """Return the one log in a zip, or the one of that ``name``; None for what is no zip, or is not clear.

    What it unpacks to is limited by what its entry states: the library reads no more than that. Raises
    ForeignFileError ``zip_damaged`` for a log under a password or one far too large, ``file_unreadable``
    where nothing has that name.
    """
    found = _files(path)
    if name is not None:
        named = [part for part in found if part.filename == name]
        if not named:
            raise ForeignFileError("file_unreadable", name=PurePosixPath(name).name)
        return _checked(path, named[0])
    if len(found) > 1:
        found = [part for part in found if _CALLS.match(PurePosixPath(part.filename).name)]
    return _checked(path, found[0]) if len(found) == 1 else None


def files_in_zip(path: Path) -> list[Path]:
    """Return the paths of the files in a zip that may be logs, by name; none for what is no zip."""
    inside = [(part.filename, path / part.filename) for part in _files(path)]
    return sorted(inner for name, inner in inside if place_in_zip(inner) == (path, name))


def _files(path: Path) -> list[zipfile.ZipInfo]:
    try:
        if not path.is_file():  # a pipe would be waited for
            return []
        with path.open("rb") as file:
            if file.read(len(SIGN)) != SIGN:
                return []
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except DAMAGE:
        return []
    if len(parts) > _MOST_FILES or any(word in part.filename for part in parts for word in _NOT_OURS):
        return []
    return [part for part in parts if not part.filename.endswith("/") and not _JUNK.search(part.filename)]


def _checked(path: Path, log: zipfile.ZipInfo) -> zipfile.ZipInfo:
    bomb = log.file_size > max(_SMALL, _RATIO * log.compress_size)
    if log.flag_bits & 1 or log.file_size > _LARGEST or bomb:
        raise ForeignFileError("zip_damaged", name=path.name)
    return log


@contextmanager
def opened(path: Path, member: zipfile.ZipInfo | None) -> Iterator[IO[bytes]]:
    """Open a file, or the log in it. Raises ForeignFileError ``file_unreadable``, ``zip_damaged``."""
    try:
        with path.open("rb") as file:
            if member is None:
                yield file
            else:
                with _part(file, member, path.name) as part:
                    yield part
    except OSError as error:
        raise ForeignFileError("file_unreadable", name=path.name) from error


@contextmanager
def _part(file: IO[bytes], member: zipfile.ZipInfo, name: str) -> Iterator[IO[bytes]]:
    try:
        with zipfile.ZipFile(file) as packed, packed.open(member) as part:
            yield part
    except DAMAGE as error:
        raise ForeignFileError("zip_damaged", name=name) from error
