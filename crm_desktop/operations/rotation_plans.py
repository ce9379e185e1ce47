"""What a change of keys will do: the new keys, and the kit that must be on paper before it does it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm_desktop.domain.errors import KnownError, OrganizationFileError, RefusedError
from crm_desktop.operations.kits import NewKit, next_kit
from crm_desktop.operations.session import Session
from crm_desktop.security.account_checks import misfits
from crm_desktop.security.accounts import slot_of
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_copies import read_key_file
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.login_names import normalized_login, same_login
from crm_desktop.security.roster import Roster
from crm_desktop.security.rotation import NewKeys, new_keys
from crm_desktop.security.sign_in import renew, slots_not_moved, users_logins


@dataclass(frozen=True, slots=True)
class RotationPlan:
    """What a rotation will do, and what must be on paper before it does it.

    ``temporary_passwords`` by login: for users whose key pair somebody made who is no administrator any
    more; they change them at their next sign-in. ``findings``: what was put into the key file outside the
    program and becomes void now. ``new_root``: an administrator left.
    """

    kit: NewKit
    leaving: bytes | None
    temporary_passwords: Mapping[str, str] = field(repr=False)
    findings: tuple[KnownError, ...]
    new_root: bool
    keys: NewKeys = field(repr=False)
    roster_sequence: int


def plan_rotation(session: Session, *, leaving: bytes | None = None) -> RotationPlan:
    """Make the new keys and the kit; needs ``keys``. Nothing is written.

    ``leaving`` is the user id of somebody whose account ends with this rotation. Raises RefusedError
    ``right_missing``, ``rotation_unfinished``, ``user_unknown``, ``last_administrator``,
    ``leaving_is_oneself``, ``own_password_first``; OrganizationFileError of the key file.
    """
    session.require("keys")
    session.database.refuse_read_only()
    body = read_key_file(session.places).body
    ring = renew(body, session.ring)
    keys = new_keys(body, ring, leaving=leaving)
    kit = next_kit(
        session.environment, number=ring.roster.kit_number + 1, organization=session.organization.name,
        recovery_code=keys.recovery_code, code=keys.set_up_code(),
    )  # fmt: skip
    logins = _logins(body, ring)
    return RotationPlan(
        kit=kit,
        leaving=leaving,
        temporary_passwords={logins[user_id]: password for user_id, password in keys.passwords.items()},
        findings=_findings(body, ring.roster),
        new_root=keys.new_root,
        keys=keys,
        roster_sequence=ring.roster.sequence,
    )


def user_with_login(session: Session, login: str) -> bytes:
    """Return the user id of a present user's login name, by the rule of the sign-in.

    Raises RefusedError ``member_unknown``, InvalidValueError ``login_refused``.
    """
    logins = _logins(read_key_file(session.places).body, session.ring)
    wanted = normalized_login(login)
    found = (user_id for user_id, name in logins.items() if same_login(name, wanted))
    user_id = next(found, None)
    if user_id is None:
        raise RefusedError("member_unknown", login=login)
    return user_id


def not_moved(session: Session) -> tuple[str, ...]:
    """Return the logins of accounts that have not signed in with the present set-up code yet."""
    session.require("keys")
    return logins_not_moved(read_key_file(session.places).body, session.ring)


def _findings(body: KeyFileBody, roster: Roster) -> tuple[KnownError, ...]:
    """Name what somebody put into the key file; none of it counts, and the change of keys makes it void."""
    found = misfits(body, roster)
    what = "; ".join(sorted(found))
    return (OrganizationFileError("key_file_tampered", what=what),) if found else ()


def _logins(body: KeyFileBody, ring: KeyRing) -> dict[bytes, str]:
    """Return the login names of the present users by user id, as far as their slots tell."""
    names = users_logins(body, ring.organization_secret)
    return {
        user.user_id: names[slot.slot_id]
        for user in ring.roster.current_users()
        if (slot := slot_of(body, user)) is not None and slot.slot_id in names
    }


def logins_not_moved(body: KeyFileBody, ring: KeyRing) -> tuple[str, ...]:
    """Return the logins of accounts in ``body`` that are still under a former secret."""
    names = users_logins(body, ring.organization_secret)
    return tuple(sorted(names[slot] for slot in slots_not_moved(body) if slot in names))
