"""What an administrator has to know about the keys of a file and about the keyring of this computer."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from crm_desktop.domain.errors import KeyringError, KnownError
from crm_desktop.operations.rotating import not_moved
from crm_desktop.operations.session import Session
from crm_desktop.security.key_file_copies import read_key_file
from crm_desktop.security.sign_in import renew
from crm_desktop.storage import log


@dataclass(frozen=True, slots=True)
class KeysOverview:
    """``keys_made_at`` is UTC epoch seconds, None where the log no longer tells.

    ``not_moved``: logins that have not signed in with the present set-up code yet.
    """

    keys_made_at: int | None
    kit_number: int
    kit_made_on: date | None
    not_moved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyringHere:
    """The keyring of this computer: its name where it has one, and why it does not keep the key.

    ``keeps``: the set-up code that counts now is in it; without ``trouble`` it could be kept.
    """

    name: str | None
    keeps: bool
    trouble: KnownError | None = None


def keys_overview(session: Session) -> KeysOverview:
    """Return ages and numbers of the keys; needs ``keys``. Raises OrganizationFileError of the key file."""
    with session.reading("keys") as connection:
        created = log.last_time(connection, "create")
        rotated = log.last_time(connection, "rotate_keys")
    body = read_key_file(session.places).body
    made_on = body.former_kits[-1].replaced_on if body.former_kits else _day(created)
    return KeysOverview(
        keys_made_at=created if rotated is None else rotated,
        kit_number=renew(body, session.ring).roster.kit_number,
        kit_made_on=made_on,
        not_moved=not_moved(session),
    )


def keyring_here(session: Session) -> KeyringHere:
    """Ask this computer's keyring whether it keeps the key of the file; may wait for the keyring's time-out.

    Never raises for a keyring: what it answers is the answer.
    """
    secrets, ring = session.environment.secrets, session.ring
    remembered = session.device.seen(ring.file_id).keyring
    name: str | None = None
    try:
        name = secrets.backend_name()
        found = secrets.fetch(ring.file_id, stored_in=remembered)
    except KeyringError as error:
        return KeyringHere(name=name, keeps=False, trouble=error)
    present = (ring.organization_secret, ring.root_fingerprint)
    return KeyringHere(name, keeps=found is not None and (found.secret, found.root_fingerprint) == present)


def keep_here(session: Session) -> None:
    """Put the key of the file into this computer's keyring, so that nobody is asked for the set-up code.

    Raises KeyringError; what was there before stays then.
    """
    secrets, ring = session.environment.secrets, session.ring
    secrets.store(ring.file_id, ring.organization_secret, ring.root_fingerprint)
    session.device.remember_keyring(ring.file_id, secrets.backend_name())


def _day(at: int | None) -> date | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).date()
