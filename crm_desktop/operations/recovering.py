"""The way in with the emergency kit, when no administrator knows a password any more.

The kit's recovery code opens the administrators' keys; one of them gets a new password and a new key pair,
and the kit is used up: the next one is shown and typed back *before* anything is written. A backup is
recovered the same way, by the kit of its day.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from crm_desktop.domain.errors import ConflictError, OrganizationFileError, SignInError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.kits import NewKit, next_kit
from crm_desktop.operations.opening import key_file_of, places_of, secret_for
from crm_desktop.operations.places import Place, existing_file, is_read_only_medium, place_of
from crm_desktop.security.accounts import slot_of
from crm_desktop.security.atomic_files import StepHook, no_step
from crm_desktop.security.codes import SetUpCode, new_recovery_code, parse_recovery_code
from crm_desktop.security.derivation import Argon2Parameters
from crm_desktop.security.device_data import LogHead
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_change import change_key_file
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.recovery import RecoveredKeys, open_with_recovery_code, recover_administrator
from crm_desktop.security.sign_in import sign_in, users_logins
from crm_desktop.storage import log, organization, rotating
from crm_desktop.storage.database import Database
from crm_desktop.storage.identifiers import new_uuid
from crm_desktop.storage.journal import ChangeSet
from crm_desktop.storage.log import Author
from crm_desktop.storage.schema import remove_planted

VERB = "recover"


@dataclass(frozen=True, slots=True)
class Administrator:
    """Somebody the kit can let in again; ``login`` is None where his account no longer tells it."""

    user_id: bytes
    login: str | None


@dataclass(frozen=True, slots=True)
class RecoveryPlan:
    """Whom the kit can let in, and the next kit, to be on paper before anything is written."""

    administrators: tuple[Administrator, ...]
    kit: NewKit
    typed_code: str = field(repr=False)
    code: SetUpCode = field(repr=False)
    roster_sequence: int

    @property
    def new_code(self) -> bytes:
        """The 20 bytes of the next kit's recovery code."""
        return parse_recovery_code(self.kit.recovery_code)


@dataclass(frozen=True, slots=True)
class NewAccess:
    """What the administrator signs in with from now on."""

    user_id: bytes
    login: str
    password: str = field(repr=False)
    argon2: Argon2Parameters


def plan_recovery(
    environment: Environment, path: Path, *, recovery_code: str, set_up_code: str | None = None
) -> RecoveryPlan:
    """Open a file or a backup with the kit and make the next kit; nothing is written.

    The set-up code comes from the keyring or is typed. Raises InvalidValueError ``code_group_wrong`` (facts
    group, groups), SignInError ``recovery_code_wrong``, ``kit_outdated`` (facts kit, needed, before),
    ``set_up_code_needed``, ``secret_unknown``, ``set_up_code_replaced``; OrganizationFileError
    ``recovery_forged``, ``file_damaged`` and those of the key file.
    """
    resolved = existing_file(path)
    body = key_file_of(environment, resolved).body
    return plan_of_body(environment, resolved, body, recovery_code=recovery_code, set_up_code=set_up_code)


def plan_of_body(
    environment: Environment, path: Path, body: KeyFileBody, *, recovery_code: str, set_up_code: str | None
) -> RecoveryPlan:
    """Plan for a key file that was read; ``path`` is the file or backup it opens."""
    recovered = open_with_recovery_code(body, recovery_code)
    code = _checked_code(environment, body, recovered, set_up_code)
    names = users_logins(body, code.secret)
    kit = next_kit(
        environment, number=body.kit_number + 1, organization=_name(path, recovered),
        recovery_code=new_recovery_code(), code=code,
    )  # fmt: skip
    administrators = tuple(
        Administrator(user.user_id, names.get(slot.slot_id) if (slot := slot_of(body, user)) else None)
        for user in recovered.roster.current_users()
        if user.role is Role.ADMINISTRATOR
    )
    return RecoveryPlan(administrators, kit, recovery_code, code, recovered.roster.sequence)


def recover(
    environment: Environment,
    path: Path,
    plan: RecoveryPlan,
    *,
    user_id: bytes,
    login: str,
    password: str,
    before_change: Callable[[], None] | None = None,
    on_step: StepHook = no_step,
) -> None:
    """Give one administrator a new password and pair; the kit of the plan is valid from now on.

    ``before_change`` is called when nothing is refused any more and nothing written yet. The order is that
    of every change of the key file, so a crash leaves the former kit or the new one. Raises ConflictError
    ``rotation_plan_old``, InvalidValueError for login or password, RefusedError ``user_unknown``, BusyError,
    OrganizationFileError and what :func:`plan_recovery` raises.
    """
    resolved = existing_file(path)
    if place_of(resolved) is not Place.LOCAL:
        raise OrganizationFileError("file_read_only", path=str(resolved))
    access = NewAccess(user_id, login, password, environment.argon2)
    with LockFile(resolved.with_name(f"{resolved.name}.lock")) as lock:
        lock.take_seat()
        body = key_file_of(environment, resolved, lock).body
        recovered = open_with_recovery_code(body, plan.typed_code)
        database = Database(resolved, _raw_key(resolved, recovered))
        try:
            steps = _Steps(environment, database, plan, access, before_change)
            change_key_file(
                places_of(environment, resolved), lock, add=steps.add, database=steps, on_step=on_step
            )
            _remember(environment, resolved, database, body.file_id, plan)
        finally:
            database.close()


def recovered_body(
    body: KeyFileBody, plan: RecoveryPlan, access: NewAccess, *, log_sequence: int
) -> KeyFileBody:
    """Return the key file that lets the administrator in and takes the plan's kit.

    Raises ConflictError ``rotation_plan_old`` when it is not the key file of the plan any more, and what
    ``recover_administrator`` raises.
    """
    recovered = open_with_recovery_code(body, plan.typed_code)
    if (recovered.roster.sequence, body.kit_number + 1) != (plan.roster_sequence, plan.kit.number):
        raise ConflictError("rotation_plan_old")
    return recover_administrator(
        body,
        plan.typed_code,
        user_id=access.user_id,
        login=access.login,
        password=access.password,
        new_code=plan.new_code,
        log_sequence=log_sequence,
        today=plan.kit.date,
        argon2=access.argon2,
    )


def recovered_ring(body: KeyFileBody, plan: RecoveryPlan, access: NewAccess) -> KeyRing:
    """Sign in to a recovered key file, so that what would not open shows before it counts."""
    return sign_in(
        body,
        secret=plan.code.secret,
        root_fingerprint=plan.code.root_fingerprint,
        login=access.login,
        password=access.password,
        argon2=access.argon2,
    )


class _Steps:
    """What the database does around the change: the entry is signed by the new pair."""

    def __init__(
        self,
        environment: Environment,
        database: Database,
        plan: RecoveryPlan,
        access: NewAccess,
        before_change: Callable[[], None] | None,
    ) -> None:
        self._environment = environment
        self._database = database
        self._plan = plan
        self._access = access
        self._before_change = before_change

    def begin(self) -> None:
        """Begin the write transaction, without commands somebody put into the file to run with it."""
        remove_planted(self._database.begin_write())

    def add(self, body: KeyFileBody) -> KeyFileBody:
        """Change the body; the transaction is open, so the next entry's sequence is known."""
        with self._database.read() as connection:
            sequence = log.head(connection).sequence + 1
        changed = recovered_body(body, self._plan, self._access, log_sequence=sequence)
        if self._before_change is not None:
            self._before_change()
        return changed

    def commit(self, body: KeyFileBody) -> None:
        """Note key file and roster, write the entry, and commit."""
        ring = recovered_ring(body, self._plan, self._access)
        with self._database.read() as connection:
            organization.set_key_sequences(
                connection, key_file_seq=body.sequence, roster_seq=ring.roster.sequence
            )
            member = organization.member_by_uuid(connection, ring.user_id)
            now = self._environment.now
            author = Author(
                member.id if member else 0, ring.user_id, new_uuid(), ring.sign, ring.roster.sequence, now
            )
            payload: dict[str, object] = {
                "roster": ring.roster.digest().hex(), "kit": self._plan.kit.number,
            }  # fmt: skip
            changes = ChangeSet(connection, author, VERB)
            if member is not None:
                changes.update("member", member.id, {"login": ring.login})
            if changes.is_empty:
                log.append(connection, author, VERB, payload=payload)
            else:
                changes.finish(payload=payload)
        self._database.commit()

    def rollback(self) -> None:
        """Leave the database as it was."""
        self._database.rollback()


def _checked_code(
    environment: Environment, body: KeyFileBody, recovered: RecoveredKeys, set_up_code: str | None
) -> SetUpCode:
    """Return the set-up code, which must be of the same organization and time as the kit."""
    code = secret_for(environment, body, set_up_code)
    users_logins(body, code.secret)
    if code.root_fingerprint != recovered.root_fingerprint:
        raise SignInError("secret_unknown")
    return code


def _raw_key(path: Path, recovered: RecoveredKeys) -> bytes:
    """Return the file key the file is under: the newest, or the former during a rotation."""
    keys = [key.raw for key in reversed(recovered.chest.file_keys)]
    found = next((raw for raw in keys if rotating.opens_with(path, raw)), None)
    return recovered.current_file_key.raw if found is None else found


def _name(path: Path, recovered: RecoveredKeys) -> str:
    """Return the organization's name, which the kit bears."""
    read_only = is_read_only_medium(path)
    with (
        _seat(path),
        closing(
            Database(path, _raw_key(path, recovered), read_only=read_only, settled=read_only)
        ) as database,
        database.read() as connection,
    ):
        settings = organization.get_organization(connection)
    if settings is None:
        raise OrganizationFileError("file_damaged", path=str(path))
    return settings.name


@contextmanager
def _seat(path: Path) -> Iterator[None]:
    """Hold a seat of a file that has a lock file; a backup has none."""
    lock_file = path.with_name(f"{path.name}.lock")
    if not lock_file.exists() or is_read_only_medium(path):
        yield
        return
    with LockFile(lock_file) as lock:
        lock.take_seat()
        yield


def _remember(
    environment: Environment, path: Path, database: Database, file_id: bytes, plan: RecoveryPlan
) -> None:
    device = environment.device()
    with database.read() as connection:
        head = log.head(connection)
    device.remember_path(path, file_id)
    device.remember_roster(file_id, plan.roster_sequence + 1)
    device.remember_log_head(file_id, LogHead(epoch=head.epoch, sequence=head.sequence, digest=head.hash))
