"""The signed roster: who may do what, and which keys count. The root of trust inside the key file.

Rights come from here and never from a table, because whoever holds the file key can write tables. The
roster is signed by the organization's root key, whose fingerprint each computer got with the set-up
code, and encrypted under a subkey of the newest file key, so the key file does not list the staff.

A user may have several entries: when his keys or his role change, the old entry ends and a new one
begins, so an old log entry is judged by what was true then.
"""

import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from crm_desktop.domain.permissions import Role, rights_of
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.security.derivation import ID_BYTES
from crm_desktop.security.sealing import PUBLIC_KEY_BYTES
from crm_desktop.security.strict_json import Fields, dump

HIGHEST_SEQUENCE = 2**62
_MOST_ENTRIES = 5000
_MOST_KEY_IDS = 16
_MOST_EXCEPTIONS = 64
_DAMAGED = "roster_damaged"
_RIGHT_NAME = re.compile(r"[a-z_]+(\.[a-z_]+)?")


@dataclass(frozen=True, slots=True)
class RosterUser:
    """What was true of one user from log entry ``valid_from`` until before ``valid_to`` (None: still).

    ``keys_made_by`` is the user id of whoever made the key pair: himself, or the administrator who
    enrolled him and might have kept a copy.
    """

    user_id: bytes
    role: Role
    granted: frozenset[str]
    revoked: frozenset[str]
    sealing_public: bytes
    signing_public: bytes
    keys_made_by: bytes
    valid_from: int
    valid_to: int | None = None

    @property
    def rights(self) -> frozenset[str]:
        """The names of the rights of role and exceptions."""
        return rights_of(self.role, granted=self.granted, revoked=self.revoked)

    def valid_at(self, sequence: int) -> bool:
        """Tell whether the entry counts for the log entry ``sequence``."""
        return self.valid_from <= sequence and (self.valid_to is None or sequence < self.valid_to)

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Tell whether ``signature`` is this user's Ed25519 signature of ``message``."""
        try:
            Ed25519PublicKey.from_public_bytes(self.signing_public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class KeyIds:
    """The ids of the keys that count, by kind, the newest last; during a rotation old and new."""

    file: tuple[bytes, ...]
    bank: tuple[bytes, ...]
    admin: tuple[bytes, ...]
    ledger: tuple[bytes, ...]

    def of(self, kind: KeyKind) -> tuple[bytes, ...]:
        """Return the ids of one kind."""
        by_kind = {
            KeyKind.FILE: self.file,
            KeyKind.BANK: self.bank,
            KeyKind.ADMIN: self.admin,
            KeyKind.LEDGER: self.ledger,
        }
        return by_kind[kind]


@dataclass(frozen=True, slots=True)
class Roster:
    """Everything the root vouches for; ``sequence`` grows with every change."""

    file_id: bytes
    sequence: int
    users: tuple[RosterUser, ...]
    key_ids: KeyIds
    recovery_public: bytes
    kit_number: int
    root_public: bytes

    def user(self, user_id: bytes) -> RosterUser | None:
        """Return the entry of a user that counts now, None for an unknown or disabled one."""
        return next((user for user in self.current_users() if user.user_id == user_id), None)

    def last_entry(self, user_id: bytes) -> RosterUser | None:
        """Return the newest entry of a user, ended or not."""
        entries = (user for user in self.users if user.user_id == user_id)
        return max(entries, key=lambda user: (user.valid_from, user.valid_to is None), default=None)

    def user_at(self, user_id: bytes, sequence: int) -> RosterUser | None:
        """Return the entry that counted for log entry ``sequence``."""
        found = (user for user in self.users if user.user_id == user_id and user.valid_at(sequence))
        return next(found, None)

    def user_with_keys(self, *, sealing_public: bytes, signing_public: bytes) -> RosterUser | None:
        """Return the user whose present key pair this is."""
        wanted = (sealing_public, signing_public)
        found = (u for u in self.current_users() if (u.sealing_public, u.signing_public) == wanted)
        return next(found, None)

    def current_users(self) -> tuple[RosterUser, ...]:
        """Return the entries without an end."""
        return tuple(user for user in self.users if user.valid_to is None)

    def rights(self, user_id: bytes) -> frozenset[str]:
        """Return the rights a user has now; none for an unknown or disabled one."""
        user = self.user(user_id)
        return user.rights if user else frozenset()

    def lists(self, kind: KeyKind, name: bytes) -> bool:
        """Tell whether a key id counts."""
        return name in self.key_ids.of(kind)

    def newest(self, kind: KeyKind) -> bytes:
        """Return the id of the newest key of a kind."""
        return self.key_ids.of(kind)[-1]

    def canonical(self) -> bytes:
        """Return the bytes that are signed: one roster, one byte string."""
        return dump(_to_json(self))

    def digest(self) -> bytes:
        """Return the SHA-256 a log entry names the roster by."""
        return hashlib.sha256(self.canonical()).digest()


def _to_json(roster: Roster) -> dict[str, object]:
    return {
        "file_id": roster.file_id.hex(),
        "sequence": roster.sequence,
        "users": [_user_to_json(user) for user in roster.users],
        "key_ids": {kind.value: [name.hex() for name in roster.key_ids.of(kind)] for kind in KeyKind},
        "recovery_public": roster.recovery_public.hex(),
        "kit_number": roster.kit_number,
        "root_public": roster.root_public.hex(),
    }


def _user_to_json(user: RosterUser) -> dict[str, object]:
    return {
        "user_id": user.user_id.hex(),
        "role": user.role.value,
        "granted": sorted(user.granted),
        "revoked": sorted(user.revoked),
        "sealing_public": user.sealing_public.hex(),
        "signing_public": user.signing_public.hex(),
        "keys_made_by": user.keys_made_by.hex(),
        "valid_from": user.valid_from,
        "valid_to": user.valid_to,
    }


_ROSTER_NAMES = frozenset(Roster.__dataclass_fields__)
_USER_NAMES = frozenset(RosterUser.__dataclass_fields__)
_KIND_NAMES = frozenset(kind.value for kind in KeyKind)


def roster_from_json(value: object) -> Roster:
    """Read the content of a roster; raises OrganizationFileError ``roster_damaged``."""
    fields = Fields(value, names=_ROSTER_NAMES, code=_DAMAGED)
    key_ids = Fields(fields.raw("key_ids"), names=_KIND_NAMES, code=_DAMAGED)
    roster = Roster(
        file_id=fields.hex("file_id", length=ID_BYTES),
        sequence=fields.integer("sequence", low=1, high=HIGHEST_SEQUENCE),
        users=fields.items("users", _user_from_json, at_most=_MOST_ENTRIES),
        key_ids=KeyIds(**{kind.value: _key_ids(key_ids, kind) for kind in KeyKind}),
        recovery_public=fields.hex("recovery_public", length=PUBLIC_KEY_BYTES),
        kit_number=fields.integer("kit_number", low=1, high=HIGHEST_SEQUENCE),
        root_public=fields.hex("root_public", length=PUBLIC_KEY_BYTES),
    )
    if _overlapping(roster.users):
        raise fields.refusal()
    return roster


def _key_ids(fields: Fields, kind: KeyKind) -> tuple[bytes, ...]:
    names = fields.hex_list(kind.value, length=ID_BYTES, at_most=_MOST_KEY_IDS)
    if not names:
        raise fields.refusal()
    return names


def _user_from_json(value: object) -> RosterUser:
    fields = Fields(value, names=_USER_NAMES, code=_DAMAGED)
    role = fields.text("role", at_most=32)
    if role not in set(Role):
        raise fields.refusal()
    return RosterUser(
        user_id=fields.hex("user_id", length=ID_BYTES),
        role=Role(role),
        granted=_right_names(fields, "granted"),
        revoked=_right_names(fields, "revoked"),
        sealing_public=fields.hex("sealing_public", length=PUBLIC_KEY_BYTES),
        signing_public=fields.hex("signing_public", length=PUBLIC_KEY_BYTES),
        keys_made_by=fields.hex("keys_made_by", length=ID_BYTES),
        valid_from=fields.integer("valid_from", low=0, high=HIGHEST_SEQUENCE),
        valid_to=fields.optional_integer("valid_to", low=0, high=HIGHEST_SEQUENCE),
    )


def _right_names(fields: Fields, name: str) -> frozenset[str]:
    names = fields.text_list(name, at_most=_MOST_EXCEPTIONS, longest=64)
    # Unknown rights are kept: a newer program may have written them, and rights_of ignores them.
    if not all(_RIGHT_NAME.fullmatch(right) for right in names):
        raise fields.refusal()
    return frozenset(names)


def _overlapping(users: tuple[RosterUser, ...]) -> bool:
    """Tell whether any user has two entries for the same log entry: then neither would decide."""
    ends: dict[bytes, int] = {}
    for user in sorted(users, key=lambda entry: (entry.user_id, entry.valid_from)):
        end = HIGHEST_SEQUENCE + 1 if user.valid_to is None else user.valid_to
        if user.valid_from < ends.get(user.user_id, 0) or end < user.valid_from:
            return True
        ends[user.user_id] = end
    return False
