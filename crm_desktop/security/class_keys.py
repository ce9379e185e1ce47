"""The symmetric keys of an organization and how they are sealed to people.

The file key opens the database; the class keys ``bank``, ``admin`` and ``ledger`` open what not
everybody who opens the file may read. Somebody without the right holds no sealed copy at all.
"""

import secrets
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.derivation import ID_BYTES, KEY_BYTES, SALT_BYTES, key_id
from crm_desktop.security.sealing import SEALED_EXTRA_BYTES, open_sealed, recipient_id, seal_to
from crm_desktop.security.strict_json import Fields

MOST_SEALED_KEYS = 64


class KeyKind(StrEnum):
    """What a key opens."""

    FILE = "file"
    BANK = "bank"
    ADMIN = "admin"
    LEDGER = "ledger"


CLASS_KINDS = (KeyKind.BANK, KeyKind.ADMIN, KeyKind.LEDGER)

# Who reads the ledger may test a guessed number against it, so only those get its key who must.
_LEDGER_RIGHTS = frozenset(
    {"contacts.import", "calls.import_own", "calls.import_shared", "restore", "privacy.erase"}
)
_BANK_RIGHTS = frozenset({"bank.view", "bank.edit", "bank.confirm"})


@dataclass(frozen=True, slots=True)
class FileKey:
    """The raw key of the database: 32 bytes and the 16-byte salt SQLCipher writes at its start."""

    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        """Make a random file key."""
        return cls(key=secrets.token_bytes(KEY_BYTES), salt=secrets.token_bytes(SALT_BYTES))

    @classmethod
    def from_raw(cls, raw: bytes) -> Self:
        """Split the 48 bytes that are sealed."""
        if len(raw) != KEY_BYTES + SALT_BYTES:
            raise ValueError("a file key has 32 bytes and a salt of 16")
        return cls(key=raw[:KEY_BYTES], salt=raw[KEY_BYTES:])

    @property
    def raw(self) -> bytes:
        """The 48 bytes that are sealed and named."""
        return self.key + self.salt


@dataclass(frozen=True, slots=True)
class SealedKey:
    """One key sealed to one public key; whose is told by ``recipient`` (its 16-byte name)."""

    kind: KeyKind
    key_id: bytes
    recipient: bytes
    sealed: bytes

    def to_json(self) -> dict[str, str]:
        """Return the JSON object written to the key file."""
        return {
            "kind": self.kind.value,
            "key_id": self.key_id.hex(),
            "recipient": self.recipient.hex(),
            "sealed": self.sealed.hex(),
        }

    @classmethod
    def from_json(cls, value: object, *, code: str) -> Self:
        """Read it back; raises OrganizationFileError ``code``."""
        fields = Fields(value, names=frozenset({"kind", "key_id", "recipient", "sealed"}), code=code)
        name = fields.text("kind", at_most=16)
        if name not in set(KeyKind):
            raise fields.refusal()
        kind = KeyKind(name)
        return cls(
            kind=kind,
            key_id=fields.hex("key_id", length=ID_BYTES),
            recipient=fields.hex("recipient", length=ID_BYTES),
            sealed=fields.hex("sealed", length=raw_length(kind) + SEALED_EXTRA_BYTES),
        )


def raw_length(kind: KeyKind) -> int:
    """Return how many bytes a key of ``kind`` has."""
    return KEY_BYTES + SALT_BYTES if kind is KeyKind.FILE else KEY_BYTES


def new_class_key() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def kinds_for(rights: AbstractSet[str]) -> frozenset[KeyKind]:
    """Return which keys are sealed to somebody with ``rights``.

    An administrator gets ``admin`` and ``bank``; the rest he takes from the key chest.
    """
    if "keys" in rights:
        return frozenset({KeyKind.ADMIN, KeyKind.BANK})
    kinds = {KeyKind.FILE}
    if rights & _BANK_RIGHTS:
        kinds.add(KeyKind.BANK)
    if rights & _LEDGER_RIGHTS:
        kinds.add(KeyKind.LEDGER)
    return frozenset(kinds)


def seal_key(raw: bytes, *, kind: KeyKind, public: bytes, file_id: bytes) -> SealedKey:
    """Seal a key to a public key of the roster."""
    name = key_id(raw, kind=kind, file_id=file_id)
    sealed = seal_to(public, raw, file_id=file_id, key_id=name)
    return SealedKey(kind=kind, key_id=name, recipient=recipient_id(public), sealed=sealed)


def open_key(key: SealedKey, *, private: X25519PrivateKey, file_id: bytes) -> bytes:
    """Open a sealed key and recompute its id: what it claims to be does not count.

    Raises OrganizationFileError ``sealed_key_damaged``.
    """
    try:
        raw = open_sealed(private, key.sealed, file_id=file_id, key_id=key.key_id)
    except InvalidTag as error:
        raise OrganizationFileError("sealed_key_damaged", kind=key.kind.value) from error
    if key_id(raw, kind=key.kind, file_id=file_id) != key.key_id:
        raise OrganizationFileError("sealed_key_damaged", kind=key.kind.value)
    return raw
