"""The copies of the ledger: one beside the organization file, one in this computer's data folder.

Records are only ever appended, each synced before anybody acts on it. A record a crash tore at the end
was never acted on and does not count; one damaged in the middle is named and the others count. What is
known is the union of all copies, so a copy somebody replaced by an older one loses nothing.
"""

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.atomic_files import make_private_folder, sync_folder
from crm_desktop.security.ledger import LONGEST_RECORD, LedgerEntry, decode_record, encode_record
from crm_desktop.security.short_lock import short_lock

# Some ten thousand erasures; what lies behind was not written by this program.
LARGEST_LEDGER = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LedgerPlaces:
    """Where the copies of one organization's ledger lie."""

    main: Path
    device: Path

    @classmethod
    def beside(cls, database: Path, *, device_folder: Path, file_id: bytes) -> Self:
        """Return the places for ``acme.crm``; ``device_folder`` holds this computer's key files too."""
        return cls(main=ledger_beside(database), device=device_folder / f"{file_id.hex()}.ledger")


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """The entries of one copy, and the numbers (from 1) of the lines that are no records."""

    entries: frozenset[LedgerEntry] = frozenset()
    damaged: tuple[int, ...] = ()


def ledger_beside(path: Path) -> Path:
    """Return the place of the ledger that goes with an organization file or a backup."""
    return path.with_name(f"{path.name}.ledger")


def parse_ledger(data: bytes) -> LedgerReading:
    """Read the bytes of a ledger; whatever they are, every whole record in them counts."""
    *lines, last = data[:LARGEST_LEDGER].split(b"\n")
    entries: set[LedgerEntry] = set()
    damaged: list[int] = []
    for number, line in enumerate(lines, start=1):
        entry = _entry(line)
        if entry is None:
            damaged.append(number)
        else:
            entries.add(entry)
    if len(data) > LARGEST_LEDGER:
        damaged.append(len(lines) + 1)
    # Without its line feed the last record may be torn; a whole one counts.
    elif (entry := _entry(last)) is not None:
        entries.add(entry)
    return LedgerReading(frozenset(entries), tuple(damaged))


def _entry(line: bytes) -> LedgerEntry | None:
    if len(line) > LONGEST_RECORD:
        return None
    try:
        return decode_record(line)
    except OrganizationFileError:
        return None


def read_ledger_file(path: Path) -> LedgerReading:
    """Read one copy; a missing one is empty. Raises OrganizationFileError ``ledger_unreadable``."""
    return parse_ledger(_bytes_of(path))


def _bytes_of(path: Path) -> bytes:
    try:
        # A pipe or a device under this name would block or never end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise OrganizationFileError("ledger_unreadable", name=path.name)
        with path.open("rb") as stream:
            return stream.read(LARGEST_LEDGER + 1)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise OrganizationFileError("ledger_unreadable", name=path.name) from error


def in_order(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """Return each entry once, in the one order that every copy is written in."""
    return sorted(set(entries), key=lambda entry: (*entry.order, entry.signature))


def encode_ledger(entries: Iterable[LedgerEntry]) -> bytes:
    """Return the bytes of a ledger that holds exactly ``entries``."""
    return b"".join(encode_record(entry) for entry in in_order(entries))


def append_missing(path: Path, entries: Iterable[LedgerEntry]) -> int:
    """Append and sync the entries a copy does not hold; return how many.

    The caller keeps other writers out. Raises OrganizationFileError ``ledger_not_written``; then the copy
    holds what it held before.
    """
    data = _bytes_of(path)
    if len(data) > LARGEST_LEDGER:
        raise OrganizationFileError("ledger_full", name=path.name)
    missing = in_order(set(entries) - parse_ledger(data).entries)
    if not missing:
        return 0
    # A torn record goes; a whole one that lost its line feed gets it.
    whole = len(data) if _entry(data[data.rfind(b"\n") + 1 :]) else data.rfind(b"\n") + 1
    addition = (b"\n" if whole and data[whole - 1 : whole] != b"\n" else b"") + encode_ledger(missing)
    if whole + len(addition) > LARGEST_LEDGER:
        raise OrganizationFileError("ledger_full", name=path.name)
    try:
        _append(path, addition, keep=whole)
    except OSError as error:
        raise OrganizationFileError("ledger_not_written", name=path.name) from error
    return len(missing)


def append_missing_here(path: Path, entries: Iterable[LedgerEntry]) -> int:
    """Append to this computer's copy, which programs with other organization files may write too.

    Raises OrganizationFileError ``ledger_not_written``.
    """
    try:
        make_private_folder(path.parent)
        with short_lock(path.with_name("ledgers.lock")):
            return append_missing(path, entries)
    except OSError as error:
        raise OrganizationFileError("ledger_not_written", name=path.name) from error


def _append(path: Path, addition: bytes, *, keep: int) -> None:
    """Append behind the first ``keep`` bytes and sync; on an error the file has only those again."""
    new = not path.exists()
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, flags, 0o600)
    with os.fdopen(handle, "rb+", buffering=0) as stream:
        stream.truncate(keep)
        stream.seek(keep)
        try:
            _write_all(stream.fileno(), addition)
            os.fsync(stream.fileno())
        except OSError:
            stream.truncate(keep)
            raise
    if new:
        sync_folder(path.parent)


def _write_all(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
