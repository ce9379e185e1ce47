"""The files in a zip of another program, read one by one: nothing of it is ever unpacked to the disk."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from crm_desktop.domain.errors import ForeignFileError

SIGN = b"PK\x03\x04"
# What the library raises for damage, found by damaging zips at random.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, IndexError, RuntimeError, ValueError, OSError,
)  # fmt: skip
_MOST_FILES = 200_000
_LARGEST = 4 << 20
_ALL = 1 << 30


def names_in(path: Path) -> list[str]:
    """Return the names of the files in a zip. Raises ForeignFileError ``zip_damaged``."""
    try:
        with zipfile.ZipFile(path) as packed:
            found = [part.filename for part in packed.infolist() if not part.is_dir()]
    except DAMAGE as error:
        raise ForeignFileError("zip_damaged", name=path.name) from error
    if len(found) > _MOST_FILES:
        raise ForeignFileError("zip_damaged", name=path.name)
    return found


def files_in(path: Path, names: list[str]) -> Iterator[tuple[str, bytes | None]]:
    """Yield the content of files of a zip; None for one that is damaged, under a password or far too large.

    What a file unpacks to is counted while it is unpacked: its header may lie. Raises ForeignFileError
    ``zip_damaged`` when all of them together are too large.
    """
    left = _ALL
    try:
        with zipfile.ZipFile(path) as packed:
            for name in names:
                data = _content(packed, name)
                left -= len(data or b"")
                if left < 0:
                    raise ForeignFileError("zip_damaged", name=path.name)
                yield name, data
    except DAMAGE as error:
        raise ForeignFileError("zip_damaged", name=path.name) from error


def _content(packed: zipfile.ZipFile, name: str) -> bytes | None:
    try:
        with packed.open(name) as part:
            data = part.read(_LARGEST + 1)
    except DAMAGE:
        return None
    return data if len(data) <= _LARGEST else None
