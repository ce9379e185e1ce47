"""What somebody who is signed in holds: verified rights, opened keys, his own key pair."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from crm_desktop.security.class_keys import FileKey, KeyKind
from crm_desktop.security.roster import Roster
from crm_desktop.security.user_pairs import UserPair


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one signed-in user; only keys the verified roster lists are in it.

    ``slot_salt`` tells whether the slot was wrapped anew since. ``file_keys`` and the inner maps of
    ``class_keys`` are by key id. ``pending`` is the pair that waits for an administrator;
    ``rewrap_needed`` says that the slot should be wrapped anew with the password while it is at hand
    (another secret, a lower cost, or seeds that are no longer in use).
    """

    user_id: bytes
    slot_id: bytes
    slot_salt: bytes
    login: str = field(repr=False)
    roster: Roster = field(repr=False)
    organization_secret: bytes = field(repr=False)
    root_fingerprint: bytes
    file_keys: Mapping[bytes, FileKey] = field(repr=False)
    class_keys: Mapping[str, Mapping[bytes, bytes]] = field(repr=False)
    pair: UserPair = field(repr=False)
    pending: UserPair | None = field(repr=False)
    must_change_password: bool
    rewrap_needed: bool

    @property
    def file_id(self) -> bytes:
        """The 16-byte id of the organization file."""
        return self.roster.file_id

    @property
    def rights(self) -> frozenset[str]:
        """The rights by the verified roster."""
        return self.roster.rights(self.user_id)

    @property
    def current_file_key(self) -> FileKey:
        """The newest file key of the roster; during a rotation the former one is in ``file_keys`` too."""
        return self.file_keys[self.roster.newest(KeyKind.FILE)]

    def current_class_key(self, kind: KeyKind) -> tuple[bytes, bytes] | None:
        """Return id and key of the newest class key, None when this user has none."""
        name = self.roster.newest(kind)
        key = self.class_keys.get(kind.value, {}).get(name)
        return None if key is None else (name, key)

    @property
    def sealing_key(self) -> X25519PrivateKey:
        """The private key that opens what is sealed to the user."""
        return self.pair.sealing_key()

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of ``message`` (64 bytes)."""
        return self.pair.signing_key().sign(message)
