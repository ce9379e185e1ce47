"""The list of users as administrators see it: roles and rights from the roster, names from the database."""

from dataclasses import dataclass, replace
from enum import StrEnum

from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.organization import Member
from crm_desktop.domain.permissions import Role, rights_of
from crm_desktop.operations.session import Session
from crm_desktop.security.account_checks import unvouched
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_copies import read_key_file
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.roster import RosterUser
from crm_desktop.security.sign_in import renew, users_logins
from crm_desktop.security.slot_owners import slots_of
from crm_desktop.security.slots import Slot
from crm_desktop.storage import log, organization


class UserState(StrEnum):
    """What an administrator has to know about an account; the first that applies."""

    DISABLED = "disabled"
    DAMAGED = "damaged"
    """Lost or changed outside the program: the password must be reset."""
    NOT_MOVED = "not_moved"
    """Has not signed in since the set-up code changed."""
    MUST_CHANGE_PASSWORD = "must_change_password"  # noqa: S105 - a state, no password
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user as administrators see him; ``last_login`` is UTC epoch seconds."""

    user_id: bytes
    member_id: int | None
    login: str
    name: str
    role: Role
    granted: frozenset[str]
    revoked: frozenset[str]
    state: UserState
    last_login: int | None
    is_oneself: bool

    @property
    def enabled(self) -> bool:
        """Whether the account opens the organization."""
        return self.state is not UserState.DISABLED

    @property
    def must_change_password(self) -> bool:
        """Whether the password was set by somebody else."""
        return self.state is UserState.MUST_CHANGE_PASSWORD

    @property
    def moved(self) -> bool:
        """Whether the account uses the present set-up code."""
        return self.state is not UserState.NOT_MOVED

    @property
    def rights(self) -> frozenset[str]:
        """What role and exceptions allow; nothing for a disabled user."""
        return (
            rights_of(self.role, granted=self.granted, revoked=self.revoked) if self.enabled else frozenset()
        )


def users(session: Session) -> list[UserRow]:
    """Return every user there is or was, by name; for administrators.

    Read from the newest key file, which another program may have changed since.
    """
    with session.reading("users") as connection:
        known = {member.uuid: member for member in organization.list_members(connection)}
        logins = log.last_times(connection, "login")
    body = read_key_file(session.places).body
    ring = renew(body, session.ring)
    if "users" not in ring.rights:
        raise RefusedError("right_missing", right="users")
    names = users_logins(body, ring.organization_secret)
    ids = dict.fromkeys([*known, *(user.user_id for user in ring.roster.current_users())])
    rows = (_row(body, ring, known.get(user_id), user_id, names) for user_id in ids)
    return sorted(
        (replace(row, last_login=logins.get(row.user_id)) for row in rows),
        key=lambda row: (not row.enabled, row.name.casefold(), row.login),
    )


def _row(
    body: KeyFileBody, ring: KeyRing, member: Member | None, user_id: bytes, names: dict[bytes, str]
) -> UserRow:
    entry = ring.roster.user(user_id)
    last = entry or ring.roster.last_entry(user_id)
    slots = slots_of(body, entry) if entry else ()
    known = (slot for slot in slots if member and names.get(slot.slot_id) == member.login)
    slot = next(known, slots[0] if slots else None)
    login = (slot and names.get(slot.slot_id)) or (member.login if member else "")
    return UserRow(
        user_id=user_id,
        member_id=member.id if member else None,
        login=login,
        name=member.name if member else login,
        role=last.role if last else Role.VIEWER,
        granted=last.granted if last else frozenset(),
        revoked=last.revoked if last else frozenset(),
        state=_state(body, entry, slots),
        last_login=None,
        is_oneself=user_id == ring.user_id,
    )


def _state(body: KeyFileBody, entry: RosterUser | None, slots: tuple[Slot, ...]) -> UserState:
    if entry is None:
        return UserState.DISABLED
    if len(slots) != 1 or unvouched(slots[0], entry, body.file_id):
        return UserState.DAMAGED
    (slot,) = slots
    if slot.secret_id != body.secret_id:
        return UserState.NOT_MOVED
    return UserState.MUST_CHANGE_PASSWORD if slot.temporary else UserState.ACTIVE
