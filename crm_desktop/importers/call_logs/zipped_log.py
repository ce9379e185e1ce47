"""A zip that holds one call log: the log is read out of it, nothing is ever unpacked to the disk.

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


def log_in_zip(path: Path) -> zipfile.ZipInfo | None:
    """Return the one log in a zip; None for what is no zip, or one whose log is not clear.

    What it unpacks to is limited by what its entry states: the library reads no more than that. Raises
    ForeignFileError ``zip_damaged`` for a log under a password or one far too large.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(SIGN)) != SIGN:
                return None
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except DAMAGE:
        return None
    if len(parts) > _MOST_FILES or any(word in part.filename for part in parts for word in _NOT_OURS):
        return None
    found = [part for part in parts if not part.filename.endswith("/") and not _JUNK.search(part.filename)]
    if len(found) > 1:
        found = [part for part in found if _CALLS.match(PurePosixPath(part.filename).name)]
    if len(found) != 1:
        return None
    log = found[0]
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
