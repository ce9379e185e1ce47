"""Looking inside a backup before anything is restored: opened for reading, checked whole, and described.

An administrator's chest has every key there ever was, so that it opens backups from before a change of
keys too. Nothing is written but this computer's own note of what it found.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from crm_desktop.domain.backups import Backup, Contents, Reason
from crm_desktop.domain.errors import OrganizationFileError, RefusedError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.backups import notes_of
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.known_backups import is_there, known_backups, notes_folder, remember_backup
from crm_desktop.operations.opening import keys_of, secret_for
from crm_desktop.operations.organizations import KeyHere, key_of_body
from crm_desktop.operations.places import existing_file
from crm_desktop.operations.restoring import file_keys, key_file_for
from crm_desktop.operations.session import Session
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.security.derivation import key_id
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_copies import Copy, read_key_file
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.storage import backup_looks, restoring

_STEPS = 3
_MOMENT = re.compile(r"-(\d{8}T\d{6}Z)(-\d+)?$")


@dataclass(frozen=True, slots=True)
class Newer:
    """What the present file has beyond a backup: how many changes by verb, and when the last was made."""

    changes: tuple[tuple[str, int], ...]
    last_at: int

    @property
    def count(self) -> int:
        """How many changes in all."""
        return sum(count for _, count in self.changes)


@dataclass(frozen=True, slots=True)
class Inside:
    """What was found in a backup that is whole; times are UTC epoch seconds.

    ``made_at`` and ``reason`` are None where neither this computer nor the name of the file knows them;
    ``changed_at`` is the last change of a record and ``changed_by`` who made it; ``former_key``: it is
    from before a change of keys. ``own_keys``: no key file is left but the backup's own.
    """

    path: Path
    organization: str
    contents: Contents
    size: int
    made_at: int | None
    reason: Reason | None
    changed_at: int | None
    changed_by: str
    key_id: bytes
    former_key: bool
    own_keys: bool = False
    newer: Newer | None = None


def look_inside(
    session: Session,
    backup: Path,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Inside:
    """Check a backup whole, under whatever key of the chest, and say what is in it; needs ``restore``.

    Raises RefusedError; OrganizationFileError ``backup_not_reachable``, ``backup_not_readable``,
    ``backup_damaged``, ``backup_key_unknown``, ``schema_newer``; Cancelled.
    """
    session.require("restore")
    body = read_key_file(session.places).body
    inside = _look(session.environment, backup, body, session.ring, progress, cancel)
    with session.database.read_apart() as connection:
        changes = backup_looks.changes_after(connection, inside.contents.sequence)
    ordered = sorted(((verb, count) for verb, (count, _) in changes.items()), key=lambda each: -each[1])
    last = max((at for _, at in changes.values()), default=0)
    return replace(inside, newer=Newer(tuple(ordered), last) if changes else None)


def look_inside_closed(
    environment: Environment,
    backup: Path,
    path: Path,
    *,
    login: str | None,
    password: str,
    set_up_code: str | None = None,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Inside:
    """Do the same where the file at ``path`` is missing or damaged, signing in as a restore does.

    Raises what ``restoring.restore`` raises for the sign-in, and what :func:`look_inside` raises.
    """
    with reading_backup(backup):
        reading = key_file_for(environment, existing_file(backup), path.expanduser().resolve())
    code = secret_for(environment, reading.body, set_up_code)
    ring = keys_of(environment, reading.body, code, login, password)
    if "restore" not in ring.rights:
        raise RefusedError("right_missing", right="restore")
    inside = _look(environment, backup, reading.body, ring, progress, cancel)
    return replace(inside, own_keys=reading.used is Copy.OTHER)


def key_for_backup(environment: Environment, backup: Path, path: Path) -> KeyHere:
    """Return what this computer knows of whoever may restore ``backup`` to ``path``.

    Raises OrganizationFileError ``backup_not_reachable``, ``backup_damaged`` and those of the key file.
    """
    with reading_backup(backup):
        reading = key_file_for(environment, existing_file(backup), path.expanduser().resolve())
    return key_of_body(environment, reading.body)


def newest_backup_of(environment: Environment, path: Path) -> Backup | None:
    """Return the newest verified backup in reach that this computer knows of for the file at ``path``.

    For a file that is damaged or gone: the computer remembers which organization was there.
    """
    file_id = environment.device().file_id_of(path.expanduser().resolve())
    if file_id is None:
        return None
    known = known_backups(notes_folder(environment, file_id))
    return next((backup for backup in known if backup.verified and is_there(backup.path)), None)


def check_again(
    session: Session,
    backup: Backup,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Backup:
    """Read a known backup whole once more and note how it is; needs ``backup.now``.

    Whoever is no administrator opens those under the present keys. What cannot be read whole is noted as
    not verified. Raises ``backup_not_whole`` for it, else what :func:`look_inside` raises.
    """
    session.require("backup.now")
    keys = keys_to_try(read_key_file(session.places).body, session.ring)
    if progress is not None:
        progress(Progress(0, 2))
    try:
        with reading_backup(backup.path):
            path = existing_file(backup.path)
            _, found = restoring.verified_contents(path, keys, file_id=session.ring.file_id, cancel=cancel)
            checked = replace(backup, verified=True, contents=found, size=path.stat().st_size)
    except OrganizationFileError as error:
        if error.code != "backup_damaged":
            raise
        remember_backup(notes_of(session), replace(backup, verified=False))
        raise OrganizationFileError("backup_not_whole", path=str(backup.path)) from error
    remember_backup(notes_of(session), checked)
    return checked


def add_backup(session: Session, inside: Inside) -> Backup:
    """Let this computer know of a backup that was looked into; needs ``restore``. It is never thinned."""
    session.require("restore")
    made_at = inside.made_at or inside.changed_at or inside.contents.changed_at
    backup = Backup(
        path=inside.path, made_at=made_at, size=inside.size, contents=inside.contents, verified=True,
        key_id=inside.key_id, reason=inside.reason or Reason.FOUND,
    )  # fmt: skip
    remember_backup(notes_of(session), backup)
    return backup


def _look(  # noqa: PLR0917 - passed on as they are
    environment: Environment,
    backup: Path,
    body: KeyFileBody,
    ring: KeyRing,
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> Inside:
    def report(done: int) -> None:
        if cancel is not None:
            cancel.raise_if_cancelled()
        if progress is not None:
            progress(Progress(done, _STEPS))

    report(0)
    with reading_backup(backup):
        path = existing_file(backup)
        size = path.stat().st_size
        keys = keys_to_try(body, ring)
        report(1)
        raw_key, found = restoring.verified_contents(path, keys, file_id=ring.file_id, cancel=cancel)
        report(2)
        name, change = backup_looks.name_and_last_change(path, raw_key)
    note = _note(environment, ring, path)
    used = key_id(raw_key, kind=KeyKind.FILE, file_id=ring.file_id)
    report(_STEPS)
    return Inside(
        path=path, organization=name, size=size,
        contents=found if "calls.view" in ring.rights else replace(found, calls=None),
        made_at=_moment_in(path) if note is None else note.made_at,
        reason=None if note is None else note.reason,
        changed_at=None if change is None else change.at, changed_by="" if change is None else change.by,
        key_id=used, former_key=used != ring.roster.newest(KeyKind.FILE),
    )  # fmt: skip


def keys_to_try(body: KeyFileBody, ring: KeyRing) -> list[bytes]:
    """Return the keys a person can try: an administrator all there ever were, anybody else his own."""
    if body.chest.key_id in ring.class_keys.get(KeyKind.ADMIN.value, {}):
        return file_keys(body, ring)
    return [key.raw for key in ring.file_keys.values()]


def _note(environment: Environment, ring: KeyRing, path: Path) -> Backup | None:
    known = known_backups(notes_folder(environment, ring.file_id))
    return next((backup for backup in known if backup.path == path), None)


def _moment_in(path: Path) -> int | None:
    """Return when a backup was made by its name, which the program gave it."""
    found = _MOMENT.search(path.stem)
    if found is None:
        return None
    try:
        return int(datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None


@contextmanager
def reading_backup(path: Path) -> Iterator[None]:
    """Name what a medium says that is unplugged or will not be read."""
    try:
        yield
    except FileNotFoundError as error:
        raise OrganizationFileError("backup_not_reachable", path=str(path)) from error
    except OSError as error:
        raise OrganizationFileError("backup_not_readable", path=str(path)) from error
    except OrganizationFileError as error:
        known = {
            "file_missing": "backup_not_reachable",
            "organization_file_empty": "backup_damaged",
            "not_an_organization_file": "backup_damaged",
            "disk_error": "backup_not_readable",
        }
        if error.code not in known:
            raise
        raise OrganizationFileError(known[error.code], path=str(path)) from error
