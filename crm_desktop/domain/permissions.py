"""The rights matrix as data: who may do what.

Rights come from the verified roster in the key file, never from a table: a table can be edited by
anybody who holds the file key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The four ready roles."""

    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    STAFF = "staff"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Right:
    """A right, what it allows in words, the roles that have it, and whether a single user may differ."""

    name: str
    description: str
    roles: frozenset[Role]
    exception_allowed: bool = True


_A, _M, _S, _V = Role.ADMINISTRATOR, Role.MANAGER, Role.STAFF, Role.VIEWER
_ALL = frozenset({_A, _M, _S, _V})
_WORKING = frozenset({_A, _M, _S})
_LEADING = frozenset({_A, _M})
_ADMIN = frozenset({_A})

RIGHTS: tuple[Right, ...] = (
    Right("records.view", "See customers and address book", _ALL),
    Right("records.edit", "Add and change records", _WORKING),
    Right("records.trash", "Move records to the trash and back", _WORKING),
    Right("filters.own", "Save filters for oneself", _WORKING),
    Right("records.merge", "Merge duplicates", _LEADING),
    Right("records.bulk", "Change many records at once", _LEADING),
    Right("contacts.import", "Import contacts", _LEADING),
    Right("lists.export", "Export lists", _LEADING),
    Right("filters.share", "Share saved filters", _LEADING),
    Right("calls.view", "See calls", _WORKING),
    Right("calls.import_own", "Import the call log of one's own phone", _WORKING),
    Right("followups", "Plan and finish follow-ups", _WORKING),
    Right("calls.import_shared", "Import the log of the phone system", _LEADING),
    Right("calls.unknown_numbers", "See and keep calls of unknown numbers", _LEADING),
    Right("calls.team_figures", "See figures by team member when switched on", _LEADING),
    Right("bank.view", "See bank details", _LEADING),
    Right("bank.edit", "Change bank details", _LEADING),
    Right("bank.confirm", "Confirm changed bank details", _LEADING),
    Right("privacy.requests", "Read and prepare privacy requests", _LEADING),
    Right("privacy.erase", "Erase a person for good", _ADMIN, exception_allowed=False),
    Right("retention", "Set and run retention rules", _ADMIN, exception_allowed=False),
    Right("organization.export", "Export the whole organization", _ADMIN, exception_allowed=False),
    Right("organization.delete", "Delete the organization", _ADMIN, exception_allowed=False),
    Right("backup.settings", "Set where and when backups are made", _ADMIN, exception_allowed=False),
    Right("restore", "Restore a backup", _ADMIN, exception_allowed=False),
    Right("users", "Add, change and disable users", _ADMIN, exception_allowed=False),
    Right("keys", "Change keys and make kits", _ADMIN, exception_allowed=False),
    Right("log", "Read and verify the log", _ADMIN, exception_allowed=False),
    Right("settings", "Change the organization's settings", _ADMIN, exception_allowed=False),
    Right("backup.now", "Make a backup now", _WORKING),
    Right("self.password", "Change one's own password", _ALL, exception_allowed=False),
    Right("self.consent", "Grant and withdraw one's own consent", _ALL, exception_allowed=False),
    Right("self.data", "Export one's own data", _ALL, exception_allowed=False),
    Right("policy", "Read the privacy policy", _ALL, exception_allowed=False),
)

RIGHT_BY_NAME: dict[str, Right] = {right.name: right for right in RIGHTS}


def rights_of(role: Role, *, granted: Iterable[str] = (), revoked: Iterable[str] = ()) -> frozenset[str]:
    """Return the names of the rights of ``role`` with one user's exceptions applied.

    Exceptions for rights that go with administration or belong to everybody are ignored, and
    ``bank.*`` cannot be taken from an administrator (security design: class keys follow the role).
    """
    names = {right.name for right in RIGHTS if role in right.roles}
    names |= {name for name in granted if name in RIGHT_BY_NAME and RIGHT_BY_NAME[name].exception_allowed}
    for name in revoked:
        right = RIGHT_BY_NAME.get(name)
        if right is None or not right.exception_allowed:
            continue
        if role is Role.ADMINISTRATOR and name.startswith("bank."):
            continue
        names.discard(name)
    return frozenset(names)
