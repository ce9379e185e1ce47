"""Changing every key of an organization after somebody left, in the order no crash loses anything in.

The plan makes the keys and the kit, which is shown, saved and typed back *before* anything is written.
Then, with nobody else in the file: checks, a backup, a checked copy under the new key, the key file with
former and new keys, one rename, the key file with the new keys only.
"""

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from crm_desktop.domain.backups import Backup, Reason
from crm_desktop.domain.errors import (
    ConflictError,
    KeyringError,
    KnownError,
    OrganizationFileError,
    RefusedError,
)
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.backups import BackedUp, make_backup
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.exchanging import Exchange
from crm_desktop.operations.opening import key_file_of, keys_of, places_of, secret_for
from crm_desktop.operations.places import Place, existing_file, place_of
from crm_desktop.operations.rotation_plans import (
    RotationPlan,
    logins_not_moved,
    not_moved,
    plan_rotation,
    user_with_login,
)
from crm_desktop.operations.session import Session
from crm_desktop.operations.unfinished_rotation import end_rotation
from crm_desktop.security.atomic_files import StepHook, no_step
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_copies import KeyFilePlaces, write_key_file
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.rotation import ring_after, rotate
from crm_desktop.storage import rotating
from crm_desktop.storage.backups import MIB, megabytes
from crm_desktop.storage.database import Database

__all__ = ["Rotated", "RotationPlan", "not_moved", "plan_rotation", "rotate_keys", "user_with_login"]

_STEPS = 5


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did; ``not_moved``: logins that still need the new set-up code typed.

    Who rotated is not among them where the keyring of this computer has the new code.

    ``keyring_problem``: why this computer could not keep the new code, which is then asked for at each
    start. ``warnings`` are what else did not go as it should; nothing of it loses anything.
    """

    path: Path
    backup: Backup
    kit_number: int
    not_moved: tuple[str, ...]
    keyring_problem: KnownError | None
    warnings: tuple[KnownError, ...]


def rotate_keys(
    environment: Environment,
    path: Path,
    plan: RotationPlan,
    *,
    login: str,
    password: str,
    set_up_code: str | None = None,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
    before_change: Callable[[], None] | None = None,
    on_step: StepHook = no_step,
) -> Rotated:
    """Carry out a plan whose kit is on paper; nobody else may have the file open.

    ``before_change`` is called when all is prepared and nothing changed yet; what it raises stops the
    rotation. Raises SignInError, RefusedError, BusyError ``organization_open_elsewhere`` (fact holders),
    ConflictError ``rotation_plan_old``, OrganizationFileError ``rotation_source_damaged``,
    ``rotation_disk_full``, ``rotation_failed``, those of backups and of opening; Cancelled. Until the key
    file is written nothing is changed; ``rotation_half_done`` says that it was, and what opens the file.
    """
    resolved = existing_file(path)
    if place_of(resolved) is not Place.LOCAL:
        raise OrganizationFileError("file_read_only", path=str(resolved))
    with LockFile(resolved.with_name(f"{resolved.name}.lock")) as lock, lock.all_seats():
        body = key_file_of(environment, resolved, lock).body
        code = secret_for(environment, body, set_up_code)
        ring = keys_of(environment, body, code, login, password)
        _check_plan(plan, ring)
        run = _Run(environment, resolved, plan, body, ring, lock, progress, cancel, before_change, on_step)
        return run.go()


def _check_plan(plan: RotationPlan, ring: KeyRing) -> None:
    """Refuse a plan whose kit would not be the next, or that knows other users than there are now."""
    if "keys" not in ring.rights:
        raise RefusedError("right_missing", right="keys")
    if (ring.roster.sequence, ring.roster.kit_number + 1) != (plan.roster_sequence, plan.kit.number):
        raise ConflictError("rotation_plan_old")


@dataclass(frozen=True, slots=True)
class _Run:
    """One rotation, with everything held that it needs."""

    environment: Environment
    path: Path
    plan: RotationPlan
    body: KeyFileBody
    ring: KeyRing
    lock: LockFile
    progress: ProgressCallback | None
    cancel: CancelToken | None
    before_change: Callable[[], None] | None
    on_step: StepHook

    @property
    def _exchange(self) -> Exchange:
        return Exchange(self.environment, self.path, self.ring.current_file_key.raw)

    @property
    def _places(self) -> KeyFilePlaces:
        return places_of(self.environment, self.path)

    def go(self) -> Rotated:
        self._report(0)
        head = self._exchange.make_ready()
        self._check_room()
        self._report(1)
        backed_up = self._back_up()
        self.on_step("backed up")
        self._report(2)
        with _place_errors(self.path):
            both, ring = self._prepare(head.sequence + 1)
            self._publish(both)
        self._report(4)
        warnings = list(backed_up.warnings)
        problem = self._keep_secret(ring)
        self.on_step("keyring")
        self._end(ring, warnings)
        self._report(_STEPS)
        return Rotated(
            path=self.path,
            backup=backed_up.backup,
            kit_number=self.plan.kit.number,
            not_moved=tuple(
                login for login in logins_not_moved(both, ring) if problem or login != ring.login
            ),
            keyring_problem=problem,
            warnings=tuple(warnings),
        )

    def _report(self, done: int) -> None:
        if self.cancel is not None and done < _STEPS - 1:
            self.cancel.raise_if_cancelled()
        if self.progress is not None:
            self.progress(Progress(done, _STEPS))

    def _check_room(self) -> None:
        if shutil.disk_usage(self.path.parent).free < _needed(self.path):
            raise _disk_full(self.path)

    def _back_up(self) -> BackedUp:
        database = Database(self.path, self.ring.current_file_key.raw)
        try:
            session = Session(self.environment, self.path, database, self.ring, self._places, None)
            return make_backup(session, reason=Reason.ROTATION, cancel=self.cancel)
        finally:
            database.close()

    def _prepare(self, sequence: int) -> tuple[KeyFileBody, KeyRing]:
        """Make copy and key file; where that fails or is stopped, nothing of it is left."""
        try:
            self._exchange.write_copy(self.plan.keys.file_key.raw, self.cancel)
            self.on_step("copied")
            self._report(3)
            both, ring = self._both_keys(sequence)
            self._exchange.mark(ring, self.ring.sign, key_file_seq=both.sequence)
            self.on_step("marked")
            self._report(3)
            if self.before_change is not None:
                self.before_change()
        except BaseException:
            self._exchange.discard()
            raise
        return both, ring

    def _both_keys(self, sequence: int) -> tuple[KeyFileBody, KeyRing]:
        """Make the key file with former and new keys, and open it as the next sign-in will."""
        keys = self.plan.keys
        both = rotate(
            self.body, self.ring, keys, leaving=self.plan.leaving, log_sequence=sequence,
            today=self.plan.kit.date, argon2=self.environment.argon2,
        )  # fmt: skip
        both = replace(both, sequence=self.body.sequence + 1)
        return both, ring_after(both, self.ring, keys)

    def _publish(self, both: KeyFileBody) -> None:
        """Write the key file, then exchange the file; where either fails, all is as it was."""
        try:
            write_key_file(self._places, both, on_step=self.on_step)
            self.on_step("both keys")
            self._exchange.put_in_place()
        except BaseException as error:
            if rotating.opens_with(self.path, self.plan.keys.file_key.raw):
                # The new file stands there already: taking the keys back now would lock everybody out.
                raise self._half_done() from error
            self._take_back(both, error)
            raise
        self.on_step("exchanged")

    def _take_back(self, both: KeyFileBody, error: BaseException) -> None:
        self._exchange.discard()
        try:
            write_key_file(self._places, replace(self.body, sequence=both.sequence + 1))
        except OrganizationFileError:
            raise self._half_done() from error

    def _half_done(self) -> OrganizationFileError:
        return OrganizationFileError("rotation_half_done", kit=self.plan.kit.number)

    def _keep_secret(self, ring: KeyRing) -> KnownError | None:
        """Put the new secret into this computer's keyring; the file opens with the kit all the same."""
        secrets = self.environment.secrets
        try:
            secrets.store(ring.file_id, ring.organization_secret, ring.root_fingerprint)
            self.environment.device().remember_keyring(ring.file_id, secrets.backend_name())
        except (KeyringError, OrganizationFileError) as error:
            return error
        return None

    def _end(self, ring: KeyRing, warnings: list[KnownError]) -> None:
        """Take the former keys off the list; what fails here the next administrator's sign-in does."""
        try:
            database = Database(self.path, ring.current_file_key.raw)
            try:
                session = Session(self.environment, self.path, database, ring, self._places, self.lock)
                self.environment.device().remember_roster(ring.file_id, ring.roster.sequence)
                end_rotation(session, on_step=self.on_step)
                warnings += session.warnings
            finally:
                database.close()
        except KnownError as error:
            warnings += [OrganizationFileError("rotation_to_finish"), error]


def _needed(path: Path) -> int:
    return path.stat().st_size + 4 * MIB


def _disk_full(path: Path) -> OrganizationFileError:
    needed = megabytes(_needed(path))
    return OrganizationFileError("rotation_disk_full", path=str(path.parent), needed_mb=needed)


@contextmanager
def _place_errors(path: Path) -> Iterator[None]:
    """Name what the disk says, whether the system or SQLite heard it."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise _disk_full(path) from error
        raise OrganizationFileError("rotation_failed", path=str(path.parent)) from error
    except OrganizationFileError as error:
        if error.code in {"disk_full", "key_file_not_written"}:
            raise _disk_full(path) from error
        if error.code in {"disk_error", "backup_not_whole"}:
            raise OrganizationFileError("rotation_failed", path=str(path.parent)) from error
        raise
