"""Creating and opening an organization file, and what is known about one."""

from dataclasses import dataclass
from pathlib import Path

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import (
    InvalidValueError,
    KeyringError,
    KnownError,
    OrganizationFileError,
    SignInError,
)
from crm_desktop.operations.creating import NewOrganization, begin_create
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.key_changes import change_keys
from crm_desktop.operations.kits import NewKit, kit_pdf, write_kit
from crm_desktop.operations.known_backups import known_backups, notes_folder
from crm_desktop.operations.opening import (
    device_secret,
    key_file_of,
    open_organization,
    sign_in_again,
    take_keys_anew,
)
from crm_desktop.operations.places import existing_file
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import StepHook, no_step
from crm_desktop.security.codes import parse_set_up_code
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.sign_in import rewrap, users_logins
from crm_desktop.storage import calls, contact_list, organization
from crm_desktop.storage.connecting import cipher_settings
from crm_desktop.storage.contact_list import ContactQuery

__all__ = [
    "KeyHere",
    "NewKit",
    "NewOrganization",
    "OrganizationInfo",
    "begin_create",
    "change_password",
    "check_organization_path",
    "enroll",
    "key_here",
    "key_of_body",
    "kit_pdf",
    "open_organization",
    "organization_info",
    "write_kit",
]


@dataclass(frozen=True, slots=True)
class OrganizationInfo:
    """What ``info`` shows; times are UTC epoch seconds."""

    name: str
    customers: int
    address_book: int
    calls: int | None
    users: int
    schema_version: int
    size_bytes: int
    cipher: dict[str, str]
    key_file_sequence: int
    keyring: str
    last_backup: int | None


@dataclass(frozen=True, slots=True)
class KeyHere:
    """What this computer knows of a file before anybody signs in.

    ``trouble``: why the keyring does not give the secret, with the remedy; ``logins``: the login names,
    where the secret opens them.
    """

    needs_set_up_code: bool
    trouble: KnownError | None = None
    logins: tuple[str, ...] = ()


def check_organization_path(path: Path) -> Path:
    """Return the resolved path, or say why it is no organization file (see ``places.existing_file``)."""
    return existing_file(path)


def key_here(environment: Environment, path: Path) -> KeyHere:
    """Return what this computer knows of a file, asking the keyring once: a locked one asks somebody.

    Raises OrganizationFileError for the file or its key file.
    """
    return key_of_body(environment, key_file_of(environment, existing_file(path)).body)


def key_of_body(environment: Environment, body: KeyFileBody) -> KeyHere:
    """Return what this computer knows of the organization of a key file."""
    try:
        code = device_secret(environment, body.file_id)
    except KeyringError as error:
        return KeyHere(needs_set_up_code=True, trouble=error)
    if code is None:
        return KeyHere(needs_set_up_code=True)
    try:
        return KeyHere(
            needs_set_up_code=False, logins=tuple(sorted(users_logins(body, code.secret).values()))
        )
    except SignInError:
        # The secret is another organization's: signing in says so, and asks for the right code.
        return KeyHere(needs_set_up_code=False)


def enroll(environment: Environment, path: Path, set_up_code: str) -> None:
    """Put this computer's key for a file into its keyring, from the set-up code on the kit.

    Raises InvalidValueError ("code_group_wrong" names the group), SignInError when the code belongs to
    another organization or was replaced, KeyringError when it cannot be kept.
    """
    body = key_file_of(environment, existing_file(path)).body
    code = parse_set_up_code(set_up_code)
    users_logins(body, code.secret)
    environment.secrets.store(body.file_id, code.secret, code.root_fingerprint)
    environment.device().remember_keyring(body.file_id, environment.secrets.backend_name())


def organization_info(session: Session) -> OrganizationInfo:
    """Return name, counts and settings of an open file; the calls are None without ``calls.view``."""
    with session.database.read() as connection:
        meta = organization.read_meta(connection)
        if meta is None:
            raise OrganizationFileError("file_damaged", path=str(session.path))
        customers = contact_list.count(connection, ContactQuery(Category.CUSTOMER))
        address_book = contact_list.count(connection, ContactQuery(Category.ADDRESS_BOOK))
        call_count = calls.total(connection) if session.may("calls.view") else None
        cipher = cipher_settings(connection)
    known = known_backups(notes_folder(session.environment, session.ring.file_id))
    return OrganizationInfo(
        name=session.organization.name,
        customers=customers,
        address_book=address_book,
        calls=call_count,
        users=len(session.ring.roster.current_users()),
        schema_version=meta.schema_version,
        size_bytes=session.path.stat().st_size,
        cipher=cipher,
        key_file_sequence=meta.key_file_seq,
        keyring=session.environment.secrets.backend_name(),
        last_backup=max((backup.made_at for backup in known if backup.verified), default=None),
    )


def change_password(
    environment: Environment, session: Session, *, old: str, new: str, on_step: StepHook = no_step
) -> None:
    """Change one's own password; the old one is asked, and a crash leaves the old or the new one valid.

    Raises SignInError ``password_wrong``, ``wait``; InvalidValueError for the new one.
    """
    if old == new:
        raise InvalidValueError("password_same", field="new")
    session.require("self.password")
    sign_in_again(session, old)
    change_keys(
        session,
        "change_password",
        lambda body: rewrap(body, session.ring, new, environment.argon2),
        on_step=on_step,
    )
    take_keys_anew(session, new)
