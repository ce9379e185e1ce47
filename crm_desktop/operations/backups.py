"""Making backups: written, read back, named, and only then are old ones thinned (security design, section 6).

Until a backup has its name it is a ``.part``; whatever goes wrong before leaves older backups untouched
and nothing of its own behind.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from crm_desktop.domain.backups import Backup, Reason, protected, space_limit, superfluous
from crm_desktop.domain.errors import KnownError, OrganizationFileError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.backup_places import (
    SUFFIX,
    check_room,
    clear_left_behind,
    discard,
    disk_of,
    folder_there,
    place_error,
    refuse_unplugged,
    reserve,
    unplugged,
)
from crm_desktop.operations.known_backups import (
    forget_backup,
    is_paused,
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

__all__ = [
    "SUFFIX",
    "BackedUp",
    "back_up",
    "backups",
    "default_folder",
    "key_file_beside",
    "make_backup",
    "notes_of",
]


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
    place = _default_place(session) if folder is None else folder_there(folder)
    _report(progress, cancel, 0)
    clear_left_behind(place, _stem(session))
    check_room(place, copies.needed_bytes(session.database))
    with _on_place(session, place):
        disk = disk_of(place)
        path, part = reserve(place, f"{_stem(session)}-{_moment(session)}")
    notes = notes_of(session)
    try:
        with _on_place(session, place, disk=disk):
            on_step("reserved")
            contents = copies.write_copy(session.database, part, cancel=cancel)
            backup = Backup(
                path=path, made_at=session.now(), size=part.stat().st_size, contents=contents,
                verified=False, key_id=session.ring.roster.newest(KeyKind.FILE), reason=reason,
            )  # fmt: skip
            _report(progress, cancel, 1)
            on_step("copied")
            # Noted before it has its name: a program killed in between leaves nothing nobody knows of.
            remember_backup(notes, backup)
            on_step("noted")
            _finish(session, part, path, on_step)
            refuse_unplugged(path, disk)
    except BaseException as error:
        discard((part, *_with_its_keys(path)))
        with suppress(OSError):
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
    return BackedUp(_seen(session, backup), thinned, tuple(warnings))


def backups(session: Session) -> list[Backup]:
    """Return the backups this computer knows of, the newest first; calls only for who may see calls."""
    session.require("backup.now")
    return [_seen(session, backup) for backup in known_backups(notes_of(session))]


def _seen(session: Session, backup: Backup) -> Backup:
    """Return a backup as the person may see it: calls are counted for who may see calls."""
    if session.may("calls.view"):
        return backup
    return replace(backup, contents=replace(backup.contents, calls=None))


def default_folder(session: Session) -> Path:
    """Return where backups lie unless another place is named: this computer's data folder."""
    return session.environment.data_folder / "backups" / session.ring.file_id.hex()


def notes_of(session: Session) -> Path:
    """Return where this computer notes the backups of the session's file."""
    return notes_folder(session.environment, session.ring.file_id)


def key_file_beside(path: Path) -> Path:
    """Return the place of the key file that goes with a backup."""
    return path.with_name(f"{path.name}.keys")


def _default_place(session: Session) -> Path:
    place = default_folder(session)
    with _on_place(session, place):
        make_private_folder(place)
    return place


@contextmanager
def _on_place(session: Session, place: Path, *, disk: int | None = None) -> Iterator[None]:
    """Name what the disk of ``place`` says; one that is no longer ``disk`` was pulled, whatever was said."""
    try:
        yield
    except (OSError, OrganizationFileError) as error:
        if disk is not None and unplugged(place, disk):
            raise OrganizationFileError("backup_place_missing", path=str(place)) from error
        if isinstance(error, OSError):
            raise place_error(error, place, copies.needed_bytes(session.database)) from error
        raise


def _report(progress: ProgressCallback | None, cancel: CancelToken | None, done: int) -> None:
    if cancel is not None:
        cancel.raise_if_cancelled()
    if progress is not None:
        progress(Progress(done, 3))


def _stem(session: Session) -> str:
    return f"{session.path.stem}-{session.ring.file_id.hex()[:8]}"


def _moment(session: Session) -> str:
    return datetime.fromtimestamp(session.now(), UTC).strftime("%Y%m%dT%H%M%SZ")


def _finish(session: Session, part: Path, path: Path, on_step: StepHook) -> None:
    """Make the copy last, give it its name, and put the key file and the ledger beside it."""
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    part.rename(path)
    sync_folder(path.parent)
    on_step("named")
    replace_file(key_file_beside(path), encode(read_key_file(session.places).body), on_step=on_step)
    if ledger := ledger_for_backup(session):
        replace_file(ledger_beside(path), ledger)


def _with_its_keys(path: Path) -> tuple[Path, Path, Path]:
    return path, key_file_beside(path), ledger_beside(path)


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
    if is_paused(notes):
        # Nobody has confirmed the restored file yet: an older backup may still be the one that is needed.
        return 0, []
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
        for path in _with_its_keys(backup.path):
            path.unlink(missing_ok=True)
        forget_backup(notes, backup.path)
    always = sum(backup.size for backup in protected(here))
    if always <= limit:
        return len(going), []
    low = OrganizationFileError(
        "backup_space_low", path=str(place), used_mb=megabytes(always), limit_mb=megabytes(limit)
    )
    return len(going), [low]
