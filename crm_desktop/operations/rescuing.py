"""Rescuing a damaged file: what can still be read goes into a new one, with a report of what is lost.

The damaged file is only read. The new one goes by the same keys; it appears under its name when it is
whole, was checked and the report lies beside it.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from crm_desktop.domain.errors import OrganizationFileError, RefusedError
from crm_desktop.domain.progress import CancelToken, ProgressCallback
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.known_backups import notes_folder, set_paused
from crm_desktop.operations.opening import key_file_of, keys_of, secret_for
from crm_desktop.operations.places import Place, existing_file, is_read_only_medium, new_file, place_of
from crm_desktop.operations.rescue_report import TABLES_OF_CALLS, RescueReport, report_text, table_report
from crm_desktop.security.accounts import slot_of
from crm_desktop.security.atomic_files import replace_file, sync_folder
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file import KeyFileBody, encode
from crm_desktop.security.key_file_copies import KeyFilePlaces
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.ledger_files import ledger_beside
from crm_desktop.security.sign_in import users_logins
from crm_desktop.storage.backups import MIB, megabytes
from crm_desktop.storage.identifiers import new_uuid
from crm_desktop.storage.log import Author
from crm_desktop.storage.rescue import Rescue, Rescued
from crm_desktop.storage.restoring import Continued

__all__ = ["RescueReport", "report_beside", "rescue"]

_ONLY_OF_DAMAGE = ("-shm", "-wal")


def rescue(
    environment: Environment,
    path: Path,
    target: Path,
    *,
    login: str | None,
    password: str,
    set_up_code: str | None = None,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> RescueReport:
    """Write what can be read of the damaged file at ``path`` into ``target``; needs the right ``restore``.

    Nobody else may have the file open. Raises SignInError, RefusedError, BusyError
    ``organization_open_elsewhere``, OrganizationFileError ``lock_file_unusable``,
    ``rescue_schema_unreadable`` (only a backup helps), ``file_exists``, ``keys_left_over``,
    ``place_not_for_new_files``, ``rescue_disk_full``, ``rescue_failed`` and those of opening; Cancelled.
    Whatever goes wrong, nothing of the new file stays and the damaged one is as it was.
    """
    source, new = existing_file(path), _free_place(target)
    with _to_oneself(source):
        body = key_file_of(environment, source).body
        code = secret_for(environment, body, set_up_code)
        ring = keys_of(environment, body, code, login, password)
        if "restore" not in ring.rights:
            raise RefusedError("right_missing", right="restore")
        return _Run(environment, source, new, body, ring, progress, cancel or CancelToken()).go()


def _free_place(target: Path) -> Path:
    resolved = new_file(target)
    if place_of(resolved) is not Place.LOCAL:
        raise OrganizationFileError("place_not_for_new_files", path=str(resolved.parent))
    places = KeyFilePlaces.beside(resolved)
    left = [each for each in (places.main, places.backup, report_beside(resolved)) if each.exists()]
    if left:
        raise OrganizationFileError(
            "file_exists" if left[0] == report_beside(resolved) else "keys_left_over", path=str(left[0])
        )
    return resolved


@contextmanager
def _to_oneself(source: Path) -> Iterator[None]:
    """Keep others out, and leave no more beside the file than there was.

    A lock file that only this account cannot use keeps nobody else from writing: then there is no rescue.
    """
    beside = [source.with_name(f"{source.name}{ending}") for ending in _ONLY_OF_DAMAGE]
    there = {each for each in beside if each.exists()}
    with ExitStack() as held:
        try:
            lock = held.enter_context(LockFile(source.with_name(f"{source.name}.lock")))
        except OrganizationFileError:
            if not is_read_only_medium(source):
                raise
            # A medium nobody can write to: nobody writes, and nothing is left beside the file.
            yield
            return
        held.enter_context(lock.all_seats())
        try:
            yield
        finally:
            for each in beside:
                if each not in there:
                    each.unlink(missing_ok=True)


def report_beside(target: Path) -> Path:
    """Return the place of the report that goes with a rescued file."""
    return target.with_name(f"{target.name}.rescue.txt")


@dataclass(frozen=True, slots=True)
class _Run:
    """One rescue, with everything held that it needs."""

    environment: Environment
    source: Path
    target: Path
    body: KeyFileBody
    ring: KeyRing
    progress: ProgressCallback | None
    cancel: CancelToken

    def go(self) -> RescueReport:
        made: list[Path] = []
        with self._place_errors():
            if shutil.disk_usage(self.target.parent).free < self._needed():
                raise OSError(errno.ENOSPC, "no space")
            try:
                return self._make(made)
            except BaseException:
                for each in made:
                    each.unlink(missing_ok=True)
                raise

    def _make(self, made: list[Path]) -> RescueReport:
        part = self.target.with_name(f"{self.target.name}.rescuing")
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        made += [part, part.with_name(f"{part.name}-journal")]
        rescued = self._rescue(part).run()
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        report = self._report(rescued)
        self._put_beside(made, report_text(report, now=self.environment.now()))
        # Noted first: older backups may hold what the new file has lost.
        set_paused(notes_folder(self.environment, self.ring.file_id), paused=True)
        self.environment.device().remember_path(self.target, self.ring.file_id)
        if self.target.exists():
            raise OrganizationFileError("file_exists", path=str(self.target))
        part.rename(self.target)
        made.clear()  # it is there: what fails now takes nothing back
        sync_folder(self.target.parent)
        return report

    def _rescue(self, part: Path) -> Rescue:
        ring, now = self.ring, self.environment.now
        return Rescue(
            source=self.source,
            target=part,
            raw_key=self._raw_key(),
            author=Author(0, ring.user_id, new_uuid(), ring.sign, ring.roster.sequence, now),
            continued=self._continued(),
            file_id=ring.file_id,
            logins=_logins(self.body, ring),
            progress=self.progress,
            cancel=self.cancel,
        )

    def _raw_key(self) -> bytes:
        """Return the key the file is under: by the salt at its start; where that is damaged, the newest."""
        with self.source.open("rb") as stream:
            salt = stream.read(16)
        found = (key.raw for key in self.ring.file_keys.values() if key.raw[-len(salt) :] == salt)
        return next(found, self.ring.current_file_key.raw)

    def _continued(self) -> Continued:
        """Say how the log goes on: above everything this computer and the roster know of.

        The file's own log may have lost its end, so that its newest entry tells too little.
        """
        seen = self.environment.device().seen(self.ring.file_id).log_head
        ends = [end for user in self.ring.roster.users for end in (user.valid_from, user.valid_to or 0)]
        return Continued(
            epoch=1 + (seen.epoch if seen else 0),
            after=max([seen.sequence if seen else 0, *ends]),
            key_file_seq=self.body.sequence,
            roster_seq=self.ring.roster.sequence,
        )

    def _put_beside(self, made: list[Path], text: str) -> None:
        """Put key file, ledger and report beside; this computer's copy of the key file stays as it is."""
        places = KeyFilePlaces.beside(self.target)
        for place in (places.main, places.backup):
            made.append(place)
            replace_file(place, encode(self.body))
        ledger = ledger_beside(self.source)
        if ledger.exists():
            made.append(ledger_beside(self.target))
            replace_file(made[-1], ledger.read_bytes())
        made.append(report_beside(self.target))
        replace_file(made[-1], text.encode("utf-8"))

    def _report(self, rescued: Rescued) -> RescueReport:
        """Return what is told of it; of calls to who may see calls."""
        sees_calls = "calls.view" in self.ring.rights
        return RescueReport(
            source=self.source,
            target=self.target,
            report=report_beside(self.target),
            tables=tuple(
                table_report(table)
                for table in rescued.tables
                if sees_calls or table.table not in TABLES_OF_CALLS
            ),
            unmatched_calls=rescued.unmatched_calls if sees_calls else None,
            entries_lost=rescued.entries_lost,
            stand_ins=rescued.stand_ins,
            epoch=rescued.head.epoch,
            sequence=rescued.head.sequence,
        )

    def _needed(self) -> int:
        return self.source.stat().st_size + 4 * MIB

    @contextmanager
    def _place_errors(self) -> Iterator[None]:
        """Name what the disk of the target says, whether the system or SQLite heard it."""
        folder = str(self.target.parent)
        full = OrganizationFileError("rescue_disk_full", path=folder, needed_mb=megabytes(self._needed()))
        try:
            yield
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise full from error
            raise OrganizationFileError("rescue_failed", path=folder) from error
        except OrganizationFileError as error:
            if error.code == "disk_full":
                raise full from error
            if error.code in {"disk_error", "backup_not_whole", "file_damaged"}:
                raise OrganizationFileError("rescue_failed", path=folder) from error
            raise


def _logins(body: KeyFileBody, ring: KeyRing) -> dict[bytes, str]:
    """Return the login names of the roster's present users by id, as far as their slots tell."""
    names = users_logins(body, ring.organization_secret)
    slots = {user.user_id: slot_of(body, user) for user in ring.roster.current_users()}
    return {ring.user_id: ring.login} | {
        user_id: names[slot.slot_id]
        for user_id, slot in slots.items()
        if slot is not None and slot.slot_id in names
    }
