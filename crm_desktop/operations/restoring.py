"""Restoring a backup: checked, copied, and put in place while nobody has the file open; nothing is deleted.

The restored file goes on under the present keys: a backup must not bring back an account that has ended.
Only where no key file is left anywhere does the backup's own come back with it.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from crm_desktop.domain.backups import Contents
from crm_desktop.domain.errors import OrganizationFileError, RefusedError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.backups import key_file_beside
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.known_backups import is_paused, notes_folder, set_paused
from crm_desktop.operations.ledger import Applied, apply_ledger, union_of
from crm_desktop.operations.opening import keys_of, secret_for
from crm_desktop.operations.places import Place, being_restored, existing_file, new_file, place_of
from crm_desktop.security.accounts import slot_of
from crm_desktop.security.atomic_files import (
    StepHook,
    make_private_folder,
    no_step,
    replace_file,
    sync_folder,
)
from crm_desktop.security.chest import open_chest
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.security.device_data import LogHead
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file import KeyFileBody, decode, encode
from crm_desktop.security.key_file_copies import (
    Copy,
    KeyFilePlaces,
    KeyFileReading,
    read_key_file,
    write_key_file,
)
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.ledger import JudgedLedger, LedgerEntry, judge
from crm_desktop.security.ledger_files import (
    LedgerPlaces,
    append_missing,
    append_missing_here,
    ledger_beside,
)
from crm_desktop.security.sign_in import users_logins
from crm_desktop.storage import restoring
from crm_desktop.storage.backups import MIB, megabytes
from crm_desktop.storage.database import Connection
from crm_desktop.storage.identifiers import new_uuid
from crm_desktop.storage.log import Author
from crm_desktop.storage.restoring import Continued

_BESIDE = ("-wal", "-shm", "-journal")
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did; ``moved_to`` is the folder with the files that were there, None without any.

    ``own_keys``: no key file was left, so the backup's own came with it. ``ledger``: what had been
    withdrawn or erased after the backup was made.
    """

    path: Path
    contents: Contents
    epoch: int
    sequence: int
    moved_to: Path | None
    moved: tuple[str, ...]
    own_keys: bool
    ledger: Applied = field(default_factory=Applied)


def restore(
    environment: Environment,
    backup: Path,
    path: Path,
    *,
    login: str | None,
    password: str,
    set_up_code: str | None = None,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
    on_step: StepHook = no_step,
) -> Restored:
    """Put the content of ``backup`` in the place of ``path``; needs the right ``restore``.

    Whoever restores signs in with the present key file (else the backup's). Raises SignInError,
    RefusedError, BusyError ``organization_open_elsewhere`` (fact holders), OrganizationFileError
    ``backup_damaged``, ``backup_key_unknown``, ``restore_disk_full``, ``restore_failed`` and those of
    opening; Cancelled. Until the files are exchanged nothing is changed.
    """
    source, target = existing_file(backup), target_of(path)
    if source == target:
        raise OrganizationFileError("backup_is_the_file", path=str(source))
    with LockFile(target.with_name(f"{target.name}.lock")) as lock, lock.all_seats():
        reading = key_file_for(environment, source, target)
        code = secret_for(environment, reading.body, set_up_code)
        ring = keys_of(environment, reading.body, code, login, password)
        if "restore" not in ring.rights:
            raise RefusedError("right_missing", right="restore")
        return restore_with(
            environment, source, target, reading, ring, progress=progress, cancel=cancel, on_step=on_step
        )


def restore_with(
    environment: Environment,
    source: Path,
    target: Path,
    reading: KeyFileReading,
    ring: KeyRing,
    *,
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
    on_step: StepHook,
) -> Restored:
    """Restore with a key file and the keys it gave; the caller holds all seats and judged the right."""
    return _Run(environment, source, target, reading, ring, progress, cancel, on_step).go()


@dataclass(frozen=True, slots=True)
class _Run:
    """One restore, with everything held that it needs."""

    environment: Environment
    source: Path
    target: Path
    reading: KeyFileReading
    ring: KeyRing
    progress: ProgressCallback | None
    cancel: CancelToken | None
    on_step: StepHook

    def go(self) -> Restored:
        self._report(0)
        keys = file_keys(self.reading.body, self.ring)
        raw_key, found = restoring.verified_contents(
            self.source, keys, file_id=self.ring.file_id, cancel=self.cancel
        )
        self._report(1)
        with _place_errors(self.source, self.target):
            return self._exchange(keys, raw_key, found)

    def _exchange(self, keys: list[bytes], raw_key: bytes, found: Contents) -> Restored:
        copy = being_restored(self.target)
        self._check_room()
        _discard(copy)
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            restoring.copy_under(
                self.source, raw_key, copy, self.ring.current_file_key.raw, cancel=self.cancel
            )
            self.on_step("copied")
            self._report(2)
            entries, _ = union_of((*self._ledgers(), ledger_beside(self.source)))
            head, applied = self._mark(copy, keys, found, judge(entries, self.ring.roster))
            with copy.open("rb+") as stream:
                os.fsync(stream.fileno())
            self.on_step("marked")
            self._report(3)
            self._write_key_file()
            self._write_ledger(entries)
            moved_to, moved = self._put_in_place(copy)
        except BaseException:
            _discard(copy)
            raise
        self.on_step("in place")
        # It is restored, whatever is said now; what cannot be noted here the next opening notes.
        with suppress(OrganizationFileError):
            self._remember(head)
        self._report(_STEPS)
        own_keys = self.reading.used is Copy.OTHER
        if "calls.view" not in self.ring.rights:
            found, applied = replace(found, calls=None), replace(applied, calls_removed=None)
        return Restored(self.target, found, head.epoch, head.sequence, moved_to, moved, own_keys, applied)

    def _put_in_place(self, copy: Path) -> tuple[Path | None, tuple[str, ...]]:
        notes = notes_folder(self.environment, self.ring.file_id)
        paused = is_paused(notes)
        # Noted first: a computer that restored and forgot it would thin what is still needed.
        set_paused(notes, paused=True)
        there = [each for each in self._with_logs() if each.exists()]
        folder, moved = None, list[tuple[Path, Path]]()
        try:
            folder = self._aside() if there else None
            if folder is not None:
                self._move_aside(there, folder, moved)
            copy.rename(self.target)
        except BaseException:
            for before, after in reversed(moved):
                after.rename(before)
            if folder is not None:
                self._take_away(folder)
            set_paused(notes, paused=paused)
            raise
        sync_folder(self.target.parent)
        if folder is None:
            return None, ()
        return folder, tuple(sorted(path.name for path in folder.iterdir()))

    def _report(self, done: int) -> None:
        if self.cancel is not None and done < _STEPS:
            self.cancel.raise_if_cancelled()
        if self.progress is not None:
            self.progress(Progress(done, _STEPS))

    def _check_room(self) -> None:
        if shutil.disk_usage(self.target.parent).free < _needed(self.source):
            raise OSError(errno.ENOSPC, "no space")

    def _mark(
        self, copy: Path, keys: list[bytes], found: Contents, judged: JudgedLedger
    ) -> tuple[LogHead, Applied]:
        """Append the signed entry, above everything this computer, the file and the roster know of.

        In the same transaction what was withdrawn since the backup leaves the copy again.
        """
        ring, now = self.ring, self.environment.now
        seen = self.environment.device().seen(ring.file_id).log_head
        present = restoring.settle(self.target, keys) if self.target.exists() else None
        ends = [end for user in ring.roster.users for end in (user.valid_from, user.valid_to or 0)]
        continued = Continued(
            epoch=1 + max(found.epoch, seen.epoch if seen else 0, present.epoch if present else 0),
            after=max(
                [found.sequence, seen.sequence if seen else 0, present.sequence if present else 0, *ends]
            ),
            key_file_seq=self.reading.body.sequence,
            roster_seq=ring.roster.sequence,
        )
        author = Author(
            0, ring.user_id, new_uuid(), ring.sign, ring.roster.sequence, now,
            edits="records.edit" in ring.rights,
        )  # fmt: skip
        applied = [Applied()]

        def withdrawn_again(connection: Connection, author: Author) -> None:
            applied.append(apply_ledger(connection, author, judged, newer_than=found.sequence))

        head = restoring.mark_restored(
            copy, ring.current_file_key.raw, author, continued, _members(self.reading.body, ring),
            then=withdrawn_again,
        )  # fmt: skip
        return LogHead(epoch=head.epoch, sequence=head.sequence, digest=head.hash), applied[-1]

    def _with_logs(self) -> list[Path]:
        return [self.target, *(self.target.with_name(f"{self.target.name}{end}") for end in _BESIDE)]

    def _move_aside(self, there: list[Path], folder: Path, moved: list[tuple[Path, Path]]) -> None:
        """Move the file and what SQLite keeps beside it into ``folder``, with a copy of its keys.

        A write-ahead log that stayed would be applied to the restored file. ``moved`` gets what was moved.
        """
        if self.reading.used is not Copy.OTHER:
            replace_file(folder / key_file_beside(self.target).name, encode(self.reading.body))
        for each in there:
            each.rename(folder / each.name)
            moved.append((each, folder / each.name))
            self.on_step(f"moved {each.suffix}")
        sync_folder(folder)

    def _take_away(self, folder: Path) -> None:
        """Remove the folder again once everything in it was moved back; a full disk lets that be done."""
        with suppress(OSError):
            (folder / key_file_beside(self.target).name).unlink(missing_ok=True)
            folder.rmdir()

    def _aside(self) -> Path:
        moment = datetime.fromtimestamp(self.environment.now(), UTC).strftime("%Y%m%dT%H%M%SZ")
        for number in count(1):
            again = "" if number == 1 else f"-{number}"
            folder = self.target.with_name(f"{self.target.stem} before-restore {moment}{again}")
            if not folder.exists():
                make_private_folder(folder)
                return folder
        raise AssertionError("count() has no end")

    def _write_key_file(self) -> None:
        """Make every copy of the key file the one the restored file goes with."""
        places = KeyFilePlaces.beside(
            self.target, device_folder=self.environment.keys_folder, file_id=self.ring.file_id
        )
        write_key_file(places, self.reading.body, on_step=self.on_step)

    def _ledgers(self) -> tuple[Path, Path]:
        places = LedgerPlaces.beside(
            self.target, device_folder=self.environment.keys_folder, file_id=self.ring.file_id
        )
        return places.main, places.device

    def _write_ledger(self, entries: frozenset[LedgerEntry]) -> None:
        """Leave every copy with the entries of all, those the backup brought included."""
        main, device = self._ledgers()
        append_missing(main, entries)
        if entries:
            append_missing_here(device, entries)

    def _remember(self, head: LogHead) -> None:
        device = self.environment.device()
        device.remember_path(self.target, self.ring.file_id)
        device.remember_roster(self.ring.file_id, self.ring.roster.sequence)
        device.remember_log_head(self.ring.file_id, head)


def _discard(copy: Path) -> None:
    for path in (copy, copy.with_name(f"{copy.name}-journal")):
        path.unlink(missing_ok=True)


def target_of(path: Path) -> Path:
    """Return where the restored file goes: a file that may be missing, empty or damaged."""
    resolved = path.expanduser().resolve()
    if not resolved.exists():
        resolved = new_file(path)
    elif not resolved.is_file():
        raise OrganizationFileError("not_an_organization_file", path=str(resolved))
    if place_of(resolved) is not Place.LOCAL:
        raise OrganizationFileError("place_not_for_new_files", path=str(resolved.parent))
    return resolved


def key_file_for(environment: Environment, source: Path, target: Path) -> KeyFileReading:
    """Read the key file a restore of ``source`` to ``target`` goes by.

    It is the present one, beside the file or on this computer; only without any the backup's own.
    Raises OrganizationFileError for the key file.
    """
    own = key_file_beside(source)
    places = KeyFilePlaces.beside(
        target,
        device_folder=environment.keys_folder,
        file_id=_file_id(own) or environment.device().file_id_of(target),
    )
    try:
        reading = read_key_file(places)
    except OrganizationFileError as error:
        if error.code not in {"key_file_missing", "key_file_damaged"}:
            raise
        reading = read_key_file(replace(places, others=(own,)))
    if "key_file_of_another_organization" in reading.problems.values():
        raise OrganizationFileError("key_file_of_another_organization", path=places.main.name)
    return reading


def _file_id(key_file: Path) -> bytes | None:
    """Return the organization of a backup's key file; None where it is missing or damaged."""
    try:
        return decode(key_file.read_bytes()).file_id
    except (OSError, OrganizationFileError):
        return None


def file_keys(body: KeyFileBody, ring: KeyRing) -> list[bytes]:
    """Return every file key ever used, the newest first: an old backup may be under a former one."""
    admin = ring.class_keys[KeyKind.ADMIN.value][body.chest.key_id]
    chest = open_chest(body.chest, admin_key=admin, file_id=body.file_id)
    return [key.raw for key in reversed(chest.file_keys)]


def _members(body: KeyFileBody, ring: KeyRing) -> dict[bytes, str]:
    """Return the login names of the roster's present users by id, as far as their slots tell."""
    names = users_logins(body, ring.organization_secret)
    return {ring.user_id: ring.login} | {
        user.user_id: names[slot.slot_id]
        for user in ring.roster.current_users()
        if (slot := slot_of(body, user)) is not None and slot.slot_id in names
    }


def _needed(source: Path) -> int:
    return source.stat().st_size + 4 * MIB


@contextmanager
def _place_errors(source: Path, target: Path) -> Iterator[None]:
    """Name what the disk of the target says, whether the system or SQLite heard it."""
    folder, needed = str(target.parent), megabytes(_needed(source))
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise OrganizationFileError("restore_disk_full", path=folder, needed_mb=needed) from error
        raise OrganizationFileError("restore_failed", path=folder) from error
    except OrganizationFileError as error:
        if error.code in {"disk_full", "key_file_not_written"}:
            raise OrganizationFileError("restore_disk_full", path=folder, needed_mb=needed) from error
        if error.code in {"disk_error", "backup_not_whole"}:
            raise OrganizationFileError("restore_failed", path=folder) from error
        raise
