"""Boxes of bank details under the class key ``bank``, and the keyed hashes they are found by.

A box is the 16-byte id of its key, then nonce and AES-256-GCM ciphertext. The associated data name
table, row, column, key and owner: a box that was moved to another customer, another row or from the
waiting value to the confirmed one does not open (security design, section 3).
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.security.derivation import ID_BYTES, context, subkey
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.sealing import open_box, seal_box

_TABLE = "bank_account"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box belongs: its column, its row's UUID and the UUID of the customer who owns it."""

    column: str
    row_uuid: bytes
    owner_uuid: bytes


@dataclass(frozen=True, slots=True)
class Lookup:
    """What an account is found by without being opened; 32 bytes each."""

    account: bytes = field(repr=False)
    last_four: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class BankKeys:
    """The bank keys somebody holds, by id; ``newest`` is the one that new boxes are made with."""

    newest: bytes
    keys: Mapping[bytes, bytes] = field(repr=False)

    def seal(self, plaintext: bytes, place: Place) -> bytes:
        """Return a box under the newest key, with a random nonce."""
        box = seal_box(self.keys[self.newest], plaintext, associated=_associated(place, self.newest))
        return self.newest + box

    def open(self, box: bytes, place: Place) -> bytes:
        """Return what a box holds.

        Raises OrganizationFileError ``bank_key_missing`` (made with a key this user does not hold) and
        ``bank_not_authentic`` (moved, altered or cut short).
        """
        name = box[:ID_BYTES]
        key = self.keys.get(name)
        if key is None:
            raise OrganizationFileError("bank_key_missing")
        try:
            return open_box(key, box[ID_BYTES:], associated=_associated(place, name))
        except InvalidTag as error:
            raise OrganizationFileError("bank_not_authentic") from error

    def lookup(self, *, account: str, last_four: str) -> Lookup:
        """Return the lookup values of an account under the newest key."""
        return _lookup(self.keys[self.newest], account=account, last_four=last_four)

    def lookups(self, *, account: str, last_four: str) -> list[Lookup]:
        """Return the lookup values under every key held: during a rotation rows lie under two."""
        return [_lookup(key, account=account, last_four=last_four) for key in self.keys.values()]


def bank_keys(ring: KeyRing) -> BankKeys | None:
    """Return the bank keys of a ring, None where the user holds none."""
    current = ring.current_class_key(KeyKind.BANK)
    if current is None:
        return None
    return BankKeys(newest=current[0], keys=dict(ring.class_keys[KeyKind.BANK.value]))


def key_id_of(box: bytes) -> bytes:
    """Return the id of the key a box was made with."""
    return box[:ID_BYTES]


def _associated(place: Place, name: bytes) -> bytes:
    return context("bank", _TABLE, place.row_uuid, place.column, name, place.owner_uuid)


def _lookup(key: bytes, *, account: str, last_four: str) -> Lookup:
    derived = subkey(key, "lookup")

    def tag(label: str, value: str) -> bytes:
        return hmac.digest(derived, context(label, value.encode()), "sha256")

    return Lookup(account=tag("account", account), last_four=tag("last four", last_four))
