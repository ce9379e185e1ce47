"""Making backups: written, read back, named, and only then are old ones thinned (security design, section 6).

Until a backup has its name it is a ``.part``; whatever goes wrong before leaves older backups untouched
and nothing of its own behind.
"""

import errno
import os
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from crm_desktop.domain.backups import Backup, Reason, protected, space_limit, superfluous
from crm_desktop.domain.errors import KnownError, OrganizationFileError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.known_backups import (
    forget_backup,
    is_there,
    known_backups,
    notes_folder,
    remember_backup,
    set_paused,
)
from crm_desktop.operations.known_damage import health_of, note_damage
from crm_desktop.operations.ledger import ledger_for_backup
from crm_desktop.operations.second_place import absent, remembered_place
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import (
    StepHook,
    make_private_folder,
    no_step,
    replace_file,
    sync_folder,
)
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.security.key_file import encode
from crm_desktop.security.key_file_copies import read_key_file
from crm_desktop.security.ledger_files import ledger_beside
from crm_desktop.storage import backups as copies
from crm_desktop.storage.backups import megabytes

SUFFIX = ".crm-backup"
_PART = ".part"
# A second program may be writing its own: only what nobody can be at any more is cleared away.
_LEFT_BEHIND_S = 86_400
_SPARE_BYTES = 4 * copies.MIB


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A finished backup, how many older ones were thinned, and what was noticed."""

    backup: Backup
    thinned: int
    warnings: tuple[KnownError, ...] = ()


def back_up(
    session: Session,
    folder: Path | None = None,
    *,
    reason: Reason = Reason.ASKED,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
    on_step: StepHook = no_step,
) -> BackedUp:
    """Make a verified backup in ``folder``, or in this computer's data folder and the second place.

    Where the second place is absent the answer has a warning. Needs ``backup.now``. Raises RefusedError;
    OrganizationFileError ``backup_source_damaged``, ``backup_disk_full``, ``backup_place_missing``,
    ``backup_place_read_only``, ``backup_place_failed``, ``backup_not_whole``; Cancelled. Older backups
    are as they were then.
    """
    session.require("backup.now")
    done = make_backup(session, folder, reason=reason, progress=progress, cancel=cancel, on_step=on_step)
    # Asking for one after a restore confirms it: automatic backups go on.
    set_paused(notes_of(session), paused=False)
    return done


def make_backup(
    session: Session,
    folder: Path | None = None,
    *,
    reason: Reason,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
    on_step: StepHook = no_step,
) -> BackedUp:
    """Make a backup as the program does by itself: before a migration nobody's right is asked."""
    done = _make_one(session, folder, reason, progress, cancel, on_step)
    # A file that is still to be migrated has no second place.
    second = None if folder is not None or reason is Reason.MIGRATION else remembered_place(session)
    if second is None:
        return done
    try:
        _make_one(session, second, reason, None, cancel, on_step)
    except KnownError as error:
        return replace(done, warnings=(*done.warnings, absent(second, error)))
    return done


def _make_one(  # noqa: PLR0917 - passed on as they are
    session: Session,
    folder: Path | None,
    reason: Reason,
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
    on_step: StepHook,
) -> BackedUp:
    place = _place(session, folder)
    _report(progress, cancel, 0)
    _clear_left_behind(session, place)
    _check_room(session, place)
    path, part = _reserve(session, place)
    notes = notes_of(session)
    try:
        on_step("reserved")
        contents = copies.write_copy(session.database, part, cancel=cancel)
        backup = Backup(
            path=path, made_at=session.now(), size=part.stat().st_size, contents=contents, verified=False,
            key_id=session.ring.roster.newest(KeyKind.FILE), reason=reason,
        )  # fmt: skip
        _report(progress, cancel, 1)
        on_step("copied")
        # Noted before it has its name: a program killed in between leaves nothing nobody knows of.
        remember_backup(notes, backup)
        on_step("noted")
        _finish(session, part, path, on_step)
    except BaseException as error:
        part.unlink(missing_ok=True)
        forget_backup(notes, path)
        if isinstance(error, OrganizationFileError) and error.code == "backup_source_damaged":
            # Where that cannot be noted, what is told is the damage all the same.
            with suppress(OrganizationFileError):
                note_damage(session.environment, session.path, session.ring.file_id)
        raise
    backup = replace(backup, verified=True)
    remember_backup(notes, backup)
    on_step("remembered")
    _report(progress, None, 2)
    thinned, warnings = _thinned(session, place)
    _report(progress, None, 3)
    return BackedUp(backup, thinned, tuple(warnings))


def backups(session: Session) -> list[Backup]:
    """Return the backups this computer knows of, the newest first; calls only for who may see calls."""
    session.require("backup.now")
    known = known_backups(notes_of(session))
    if session.may("calls.view"):
        return known
    return [replace(backup, contents=replace(backup.contents, calls=None)) for backup in known]


def default_folder(session: Session) -> Path:
    """Return where backups lie unless another place is named: this computer's data folder."""
    return session.environment.data_folder / "backups" / session.ring.file_id.hex()


def notes_of(session: Session) -> Path:
    """Return where this computer notes the backups of the session's file."""
    return notes_folder(session.environment, session.ring.file_id)


def key_file_beside(path: Path) -> Path:
    """Return the place of the key file that goes with a backup."""
    return path.with_name(f"{path.name}.keys")


def _place(session: Session, folder: Path | None) -> Path:
    if folder is None:
        place = default_folder(session)
        try:
            make_private_folder(place)
        except OSError as error:
            raise _place_error(session, error, place) from error
        return place
    place = folder.expanduser().resolve()
    if not place.is_dir():
        # Never made here: under the name of an unplugged medium it would be a folder of this computer.
        raise OrganizationFileError("backup_place_missing", path=str(place))
    return place


def _report(progress: ProgressCallback | None, cancel: CancelToken | None, done: int) -> None:
    if cancel is not None:
        cancel.raise_if_cancelled()
    if progress is not None:
        progress(Progress(done, 3))


def _clear_left_behind(session: Session, place: Path) -> None:
    """Remove what programs that were killed left of this organization's backups."""
    stem = _stem(session)
    try:
        for part in (*place.glob(f"{stem}-*{SUFFIX}{_PART}"), *place.glob(f".{stem}-*{SUFFIX}*.tmp")):
            if time.time() - part.stat().st_mtime > _LEFT_BEHIND_S:
                part.unlink(missing_ok=True)
    except OSError:
        # On a medium that lets nobody write, the reservation says so in a moment.
        return


def _check_room(session: Session, place: Path) -> None:
    needed = copies.needed_bytes(session.database) + _SPARE_BYTES
    try:
        free = shutil.disk_usage(place).free
    except OSError as error:
        raise _place_error(session, error, place) from error
    if free < needed:
        raise OrganizationFileError("backup_disk_full", path=str(place), needed_mb=megabytes(needed))


def _stem(session: Session) -> str:
    return f"{session.path.stem}-{session.ring.file_id.hex()[:8]}"


def _reserve(session: Session, place: Path) -> tuple[Path, Path]:
    """Make the empty ``.part`` of a name nobody has; its existence reserves the name."""
    moment = datetime.fromtimestamp(session.now(), UTC).strftime("%Y%m%dT%H%M%SZ")
    for number in count(1):
        again = "" if number == 1 else f"-{number}"
        path = place / f"{_stem(session)}-{moment}{again}{SUFFIX}"
        part = path.with_name(f"{path.name}{_PART}")
        try:
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            continue
        except OSError as error:
            raise _place_error(session, error, place) from error
        if not path.exists():
            return path, part
        part.unlink()
    raise AssertionError("count() has no end")


def _finish(session: Session, part: Path, path: Path, on_step: StepHook) -> None:
    """Make the copy last, give it its name, and put the key file and the ledger beside it."""
    beside: list[Path] = []
    try:
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        part.rename(path)
        beside.append(path)
        sync_folder(path.parent)
        on_step("named")
        beside.append(key_file_beside(path))
        replace_file(key_file_beside(path), encode(read_key_file(session.places).body), on_step=on_step)
        if ledger := ledger_for_backup(session):
            beside.append(ledger_beside(path))
            replace_file(ledger_beside(path), ledger)
    except OSError as error:
        _remove(beside)
        raise _place_error(session, error, path.parent) from error
    except BaseException:
        _remove(beside)
        raise


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _place_error(session: Session, error: OSError, place: Path) -> OrganizationFileError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        needed = megabytes(copies.needed_bytes(session.database) + _SPARE_BYTES)
        return OrganizationFileError("backup_disk_full", path=str(place), needed_mb=needed)
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return OrganizationFileError("backup_place_read_only", path=str(place))
    if error.errno in {errno.ENOENT, errno.ENODEV, errno.ENXIO}:
        return OrganizationFileError("backup_place_missing", path=str(place))
    return OrganizationFileError("backup_place_failed", path=str(place))


def _thinned(session: Session, place: Path) -> tuple[int, list[KnownError]]:
    """Thin; the backup is made and counts, whatever the disk says to removing older ones."""
    try:
        return _thin(session, place)
    except OSError:
        return 0, [OrganizationFileError("backup_not_thinned", path=str(place))]


def _thin(session: Session, place: Path) -> tuple[int, list[KnownError]]:
    """Remove what the rules no longer keep in ``place``; nothing this computer did not make itself."""
    if health_of(session.environment, session.path, session.ring.file_id).damaged_at is not None:
        # One of the older ones may hold what this file has lost.
        return 0, [OrganizationFileError("backup_not_thinned_damage", name=session.path.name)]
    notes = notes_of(session)
    here = []
    for backup in known_backups(notes):
        if backup.reason is Reason.FOUND:
            continue
        if backup.path.parent == place and is_there(backup.path):
            here.append(backup)
        elif backup.path.parent == place:
            # The place is there, and the backup is not: somebody removed it.
            forget_backup(notes, backup.path)
    limit = space_limit(file_size=copies.needed_bytes(session.database), free=shutil.disk_usage(place).free)
    going = superfluous(here, now=session.now(), limit=limit)
    for backup in going:
        _remove((backup.path, key_file_beside(backup.path), ledger_beside(backup.path)))
        forget_backup(notes, backup.path)
    always = sum(backup.size for backup in protected(here))
    if always <= limit:
        return len(going), []
    low = OrganizationFileError(
        "backup_space_low", path=str(place), used_mb=megabytes(always), limit_mb=megabytes(limit)
    )
    return len(going), [low]
