"""A user's key pairs: X25519 to seal to him, Ed25519 for what he signs.

A password set by somebody else must be changed at the first login, which makes a *pending* pair: its
public keys, signed by the pair in use, wait in the slot until an administrator puts them into the roster.
"""

import secrets
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from crm_desktop.security.derivation import context
from crm_desktop.security.sealing import PUBLIC_KEY_BYTES, SIGNATURE_BYTES
from crm_desktop.security.strict_json import Fields

SEED_BYTES = 32
PAIR_BYTES = 2 * SEED_BYTES


@dataclass(frozen=True, slots=True)
class UserPair:
    """The two 32-byte seeds of a key pair."""

    sealing_seed: bytes = field(repr=False)
    signing_seed: bytes = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        """Make a random pair."""
        return cls.from_raw(secrets.token_bytes(PAIR_BYTES))

    @classmethod
    def from_raw(cls, raw: bytes) -> Self:
        """Split the 64 bytes that are wrapped."""
        return cls(sealing_seed=raw[:SEED_BYTES], signing_seed=raw[SEED_BYTES:])

    @property
    def raw(self) -> bytes:
        """The 64 bytes that are wrapped."""
        return self.sealing_seed + self.signing_seed

    def sealing_key(self) -> X25519PrivateKey:
        """Return the key that opens what is sealed to the user."""
        return X25519PrivateKey.from_private_bytes(self.sealing_seed)

    def signing_key(self) -> Ed25519PrivateKey:
        """Return the key the user signs with."""
        return Ed25519PrivateKey.from_private_bytes(self.signing_seed)

    def public(self) -> tuple[bytes, bytes]:
        """Return the sealing and the signing public key."""
        return (
            self.sealing_key().public_key().public_bytes_raw(),
            self.signing_key().public_key().public_bytes_raw(),
        )


@dataclass(frozen=True, slots=True)
class PendingKeys:
    """The public keys of a pending pair and the signature of the pair in use."""

    sealing_public: bytes
    signing_public: bytes
    signature: bytes

    @classmethod
    def sign(cls, pending: UserPair, *, by: UserPair, file_id: bytes, slot_id: bytes) -> Self:
        """Let the pair in use vouch for the pending one."""
        sealing_public, signing_public = pending.public()
        signed = _signed(sealing_public, signing_public, file_id=file_id, slot_id=slot_id)
        return cls(sealing_public, signing_public, by.signing_key().sign(signed))

    def vouched_for(self, signing_public: bytes, *, file_id: bytes, slot_id: bytes) -> bool:
        """Tell whether the pair in use, ``signing_public`` by the roster, signed these keys."""
        signed = _signed(self.sealing_public, self.signing_public, file_id=file_id, slot_id=slot_id)
        try:
            Ed25519PublicKey.from_public_bytes(signing_public).verify(self.signature, signed)
        except (InvalidSignature, ValueError):
            return False
        return True

    def to_json(self) -> dict[str, str]:
        """Return the JSON object written to the key file."""
        return {
            "sealing_public": self.sealing_public.hex(),
            "signing_public": self.signing_public.hex(),
            "signature": self.signature.hex(),
        }

    @classmethod
    def from_json(cls, value: object, *, code: str) -> Self:
        """Read it back; raises OrganizationFileError ``code``."""
        names = frozenset({"sealing_public", "signing_public", "signature"})
        fields = Fields(value, names=names, code=code)
        return cls(
            sealing_public=fields.hex("sealing_public", length=PUBLIC_KEY_BYTES),
            signing_public=fields.hex("signing_public", length=PUBLIC_KEY_BYTES),
            signature=fields.hex("signature", length=SIGNATURE_BYTES),
        )


def _signed(sealing_public: bytes, signing_public: bytes, *, file_id: bytes, slot_id: bytes) -> bytes:
    return context("pending keys", file_id, slot_id, sealing_public, signing_public)
