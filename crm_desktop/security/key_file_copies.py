"""The copies of the key file: two beside the organization file, a third in this computer's data folder.

All have the same content. The newest readable one counts and repairs the others; which one it was is
told, so the user learns that something happened to his files.
"""

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.atomic_files import StepHook, make_private_folder, no_step, replace_file
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file import LARGEST_KEY_FILE, KeyFileBody, decode, encode


class Copy(StrEnum):
    """Which copy of the key file."""

    MAIN = "main"
    BACKUP = "backup"
    DEVICE = "device"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class KeyFilePlaces:
    """Where the copies of one organization's key file are.

    ``device_folder`` is the ``keys`` folder of this computer's data, ``file_id`` what the program
    remembers of the file (None: it never saw it), ``others`` further copies that are only read, such as
    the newest backup's.
    """

    main: Path
    backup: Path
    device_folder: Path | None = None
    file_id: bytes | None = None
    others: tuple[Path, ...] = ()

    @classmethod
    def beside(
        cls,
        database: Path,
        *,
        device_folder: Path | None = None,
        file_id: bytes | None = None,
        others: tuple[Path, ...] = (),
    ) -> Self:
        """Return the places for ``acme.crm``: ``acme.crm.keys`` and ``acme.crm.keys.bak``."""
        main = database.with_name(f"{database.name}.keys")
        backup = database.with_name(f"{database.name}.keys.bak")
        return cls(main=main, backup=backup, device_folder=device_folder, file_id=file_id, others=others)

    def device(self, file_id: bytes) -> Path | None:
        """Return the path of this computer's copy."""
        return self.device_folder and self.device_folder / f"{file_id.hex()}.keys"


@dataclass(frozen=True, slots=True)
class KeyFileReading:
    """The newest body, the copy it came from, what was wrong with others (error codes), what was repaired."""

    body: KeyFileBody
    used: Copy
    problems: Mapping[Copy, str] = field(default_factory=dict)
    repaired: tuple[Copy, ...] = ()


def read_key_file(places: KeyFilePlaces, *, lock: LockFile | None = None) -> KeyFileReading:
    """Read the newest copy; with ``lock``, repair the ones that are missing, damaged or older.

    Raises OrganizationFileError ``key_file_missing``, ``key_file_damaged``, ``key_file_newer``,
    ``key_file_unreadable``, ``key_file_of_another_organization``; BusyError ``key_file_busy``.
    """
    reading = _read(places)
    if lock is None or not reading.problems:
        return reading
    with lock.key_file_change():
        # Somebody may have written meanwhile: only what is read under the lock is written back.
        reading = _read(places)
        repaired = tuple(copy for copy in reading.problems if _repair(places, copy, reading.body))
    return KeyFileReading(reading.body, reading.used, reading.problems, repaired)


def write_key_file(
    places: KeyFilePlaces, body: KeyFileBody, *, on_step: StepHook = no_step
) -> tuple[Copy, ...]:
    """Write all copies and return those that could not be renewed (only ``device`` may fail).

    The caller holds byte 0 of the lock file. Raises OrganizationFileError ``key_file_not_written``; a
    crash or an error between two copies leaves a newer and an older valid one, and the newer counts.
    ``key_file_overfull``: no program would read what was to be written, and nothing was.
    """
    data = _readable(body)
    for path in (places.backup, places.main):
        try:
            replace_file(path, data, on_step=on_step)
        except OSError as error:
            raise OrganizationFileError("key_file_not_written", path=path.name) from error
    device = places.device(body.file_id)
    if device is None:
        return ()
    try:
        make_private_folder(device.parent)
        replace_file(device, data, on_step=on_step)
    except OSError:
        # The file itself is safe in two places; the caller tells that the third is old.
        return (Copy.DEVICE,)
    return ()


def _readable(body: KeyFileBody) -> bytes:
    """Return the bytes of a body that can be read again.

    Whoever can write the file can fill it to the limits of its reader; one account or kit more, written
    over every copy, would lock everybody out for good.
    """
    data = encode(body)
    try:
        decode(data)
    except OrganizationFileError as error:
        raise OrganizationFileError("key_file_overfull") from error
    return data


def check_not_older(body: KeyFileBody, *, database_sequence: int) -> None:
    """Refuse a key file older than the database: ``meta.key_file_seq`` is what was committed last.

    Raises OrganizationFileError ``key_file_older``.
    """
    if body.sequence < database_sequence:
        raise OrganizationFileError("key_file_older", found=body.sequence, wanted=database_sequence)


def _read(places: KeyFilePlaces) -> KeyFileReading:
    found: dict[Copy, KeyFileBody] = {}
    problems: dict[Copy, str] = {}
    for copy, path in (
        (Copy.MAIN, places.main),
        (Copy.BACKUP, places.backup),
        *((Copy.OTHER, path) for path in places.others),
    ):
        _try_copy(copy, path, found=found, problems=problems)
    file_id = places.file_id or _agreed_file_id(found)
    device = places.device(file_id) if file_id else None
    if device:
        _try_copy(Copy.DEVICE, device, found=found, problems=problems)
    for copy in [copy for copy, body in found.items() if body.file_id != file_id]:
        del found[copy]
        problems[copy] = "key_file_of_another_organization"
    if not found:
        raise OrganizationFileError(_worst(problems), path=places.main.name)
    used = max(found, key=lambda copy: found[copy].sequence)
    body = found[used]
    problems |= {copy: "key_file_copy_older" for copy, other in found.items() if other != body}
    problems.pop(Copy.OTHER, None)
    return KeyFileReading(body, used, problems)


def _try_copy(copy: Copy, path: Path, *, found: dict[Copy, KeyFileBody], problems: dict[Copy, str]) -> None:
    try:
        body = decode(_bytes_of(path))
    except OrganizationFileError as error:
        problems.setdefault(copy, error.code)
    else:
        if copy not in found or found[copy].sequence < body.sequence:
            found[copy] = body


def _bytes_of(path: Path) -> bytes:
    try:
        # A pipe or a device under this name would block or never end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise OrganizationFileError("key_file_damaged")
        with path.open("rb") as stream:
            return stream.read(LARGEST_KEY_FILE + 1)
    except FileNotFoundError as error:
        raise OrganizationFileError("key_file_missing") from error
    except OSError as error:
        raise OrganizationFileError("key_file_unreadable") from error


def _agreed_file_id(found: Mapping[Copy, KeyFileBody]) -> bytes | None:
    """Return the file id of the copies; two copies of two organizations decide nothing."""
    names = {body.file_id for body in found.values()}
    if len(names) > 1:
        raise OrganizationFileError("key_file_of_another_organization")
    return names.pop() if names else None


def _worst(problems: Mapping[Copy, str]) -> str:
    """Name the reason that helps most: a copy that is there says more than one that is missing."""
    order = (
        "key_file_newer",
        "key_file_of_another_organization",
        "key_file_unreadable",
        "key_file_damaged",
    )
    return next((code for code in order if code in problems.values()), "key_file_missing")


def _repair(places: KeyFilePlaces, copy: Copy, body: KeyFileBody) -> bool:
    path = {Copy.MAIN: places.main, Copy.BACKUP: places.backup, Copy.DEVICE: places.device(body.file_id)}[
        copy
    ]
    if path is None:
        return False
    try:
        make_private_folder(path.parent)
        replace_file(path, encode(body))
    except OSError:
        # A read-only place: the file is used as it is, and the problem is in the reading.
        return False
    return True
