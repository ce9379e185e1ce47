"""What tests of several rooms stand on: a computer of its own, an organization, members of every role.

Real files and real keys; only the keyring is in memory, passwords are cheap, and the clock is set by hand.
"""

from dataclasses import dataclass, field
from pathlib import Path

from keyring.backend import KeyringBackend

from crm_desktop.domain.permissions import Role
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.key_changes import change_keys
from crm_desktop.operations.organizations import begin_create, open_organization
from crm_desktop.operations.session import Session
from crm_desktop.security import accounts
from crm_desktop.security.derivation import Argon2Parameters
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.os_keyring import SecretStore
from crm_desktop.security.slots import open_slot, wrap_slot
from crm_desktop.storage import log

CHEAP = Argon2Parameters(memory_kib=19 * 1024, passes=1, lanes=1)
PASSWORD = "correct horse battery"
START = 1_790_000_000  # September 2026


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets when the test ends; the lowest priority, so that it is never found by itself."""

    priority = 0.001

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring is untyped there
        self.values: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.values.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.values[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.values[service, username]


@dataclass(slots=True)
class Clock:
    """Gives UTC epoch seconds and moves only when it is told to."""

    seconds: int = START

    def __call__(self) -> int:
        return self.seconds

    def advance(self, seconds: int) -> None:
        self.seconds += seconds


def new_environment(
    folder: Path, *, keyring: KeyringBackend | None = None, clock: Clock | None = None
) -> Environment:
    """Return a computer whose data lie in ``folder``."""
    return Environment(
        data_folder=folder,
        secrets=SecretStore(keyring or MemoryKeyring()),
        argon2=CHEAP,
        now=clock or Clock(),
    )


@dataclass(frozen=True, slots=True)
class Office:
    """An organization file (closed), the computer it was made on, and its clock."""

    path: Path
    environment: Environment
    clock: Clock
    set_up_code: str = field(repr=False)
    recovery_code: str = field(repr=False)

    def open(
        self, login: str = "ana", password: str = PASSWORD, *, set_up_code: str | None = None
    ) -> Session:
        """Sign in; one process holds one session of a file at a time."""
        return open_organization(
            self.environment, self.path, login=login, password=password, set_up_code=set_up_code
        )


def new_organization(
    folder: Path,
    *,
    name: str = "Acme Ltd",
    file_name: str = "acme.crm",
    region: str = "US",
    time_zone: str = "America/New_York",
    environment: Environment | None = None,
) -> Office:
    """Make an organization in ``folder`` with the administrator ana (password ``PASSWORD``)."""
    clock = Clock()
    environment = environment or new_environment(folder / "data", clock=clock)
    if isinstance(environment.now, Clock):
        clock = environment.now
    pending = begin_create(
        environment,
        folder / file_name,
        name=name,
        login="ana",
        member_name="Ana Lima",
        password=PASSWORD,
        region=region,
        time_zone=time_zone,
    )
    codes = pending.set_up_code, pending.recovery_code
    pending.finish().close()
    return Office(folder / file_name, environment, clock, *codes)


def add_member(
    session: Session,
    login: str,
    role: Role,
    *,
    granted: tuple[str, ...] = (),
    revoked: tuple[str, ...] = (),
    temporary: bool = False,
) -> int:
    """Give the organization another user (password ``PASSWORD``); return the member's id.

    The password counts as the user's own unless it is ``temporary``; his keys are the administrator's.
    """
    user_id = accounts.new_user_id()
    with session.change("add_member") as changes:
        member_id = changes.insert("member", {"uuid": user_id, "login": login, "name": login.title()})

    def enrol(body: KeyFileBody) -> KeyFileBody:
        enrolled = accounts.add_user(
            body,
            session.ring,
            user_id=user_id,
            login=login,
            password=PASSWORD,
            role=role,
            granted=granted,
            revoked=revoked,
            log_sequence=log.head(session.database.connection()).sequence + 1,
            argon2=CHEAP,
        )
        return enrolled if temporary else _with_own_password(enrolled, session.ring)

    change_keys(session, "add_user", enrol)
    return member_id


def _with_own_password(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    """Let the password of the newest account be its owner's own, as after ``change_password``."""
    slot, secret = body.slots[-1], ring.organization_secret
    opened = open_slot(slot, file_id=body.file_id, secret=secret, password=PASSWORD)
    own = wrap_slot(
        opened,
        file_id=body.file_id,
        slot_id=slot.slot_id,
        secret=secret,
        login=slot.login(secret=secret, file_id=body.file_id) or "",
        password=PASSWORD,
        argon2=CHEAP,
        temporary=False,
        sealed=slot.sealed,
    )
    return body.with_slot(own)


def disable_member(session: Session, user_id: bytes) -> None:
    """End a user's account in the key file, as an administrator does."""

    def disable(body: KeyFileBody) -> KeyFileBody:
        sequence = log.head(session.database.connection()).sequence + 1
        return accounts.disable_user(body, session.ring, user_id=user_id, log_sequence=sequence)

    change_keys(session, "disable_user", disable)
