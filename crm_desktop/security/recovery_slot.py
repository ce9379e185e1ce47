"""The recovery code's place in the key file: what the emergency kit opens.

The 160-bit code gives an X25519 pair, to which the ``admin`` and ``bank`` keys are sealed, and a key for
the *witness*: a MAC over the root's fingerprint. HPKE alone would let anybody who can write the file
seal a chest of his own to the recovery key; without the code nobody can make the witness of his root.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crm_desktop.security.class_keys import MOST_SEALED_KEYS, KeyKind, SealedKey, seal_key
from crm_desktop.security.derivation import KEY_BYTES, context
from crm_desktop.security.roster import HIGHEST_SEQUENCE
from crm_desktop.security.sealing import PUBLIC_KEY_BYTES
from crm_desktop.security.strict_json import Fields

WITNESS_BYTES = 32
_DAMAGED = "key_file_damaged"


@dataclass(frozen=True, slots=True)
class RecoverySlot:
    """What the emergency kit opens; ``witness`` binds the kit to the root."""

    kit_number: int
    public: bytes
    witness: bytes
    sealed: tuple[SealedKey, ...]

    def to_json(self) -> dict[str, object]:
        """Return the JSON object written to the key file."""
        return {
            "kit_number": self.kit_number,
            "public": self.public.hex(),
            "witness": self.witness.hex(),
            "sealed": [key.to_json() for key in self.sealed],
        }

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Read it back; raises OrganizationFileError ``key_file_damaged``."""
        fields = Fields(value, names=frozenset(cls.__dataclass_fields__), code=_DAMAGED)
        return cls(
            kit_number=fields.integer("kit_number", low=1, high=HIGHEST_SEQUENCE),
            public=fields.hex("public", length=PUBLIC_KEY_BYTES),
            witness=fields.hex("witness", length=WITNESS_BYTES),
            sealed=fields.items(
                "sealed", lambda item: SealedKey.from_json(item, code=_DAMAGED), at_most=MOST_SEALED_KEYS
            ),
        )

    @classmethod
    def make(
        cls,
        code: bytes,
        *,
        file_id: bytes,
        kit_number: int,
        fingerprint: bytes,
        keys: Iterable[tuple[KeyKind, bytes]],
    ) -> Self:
        """Seal ``keys`` to the pair of a recovery code and bind the kit to the root's fingerprint."""
        public = recovery_key(code, file_id=file_id).public_key().public_bytes_raw()
        return cls(
            kit_number=kit_number,
            public=public,
            witness=_witness(code, file_id=file_id, kit_number=kit_number, fingerprint=fingerprint),
            sealed=tuple(seal_key(raw, kind=kind, public=public, file_id=file_id) for kind, raw in keys),
        )

    def attests(self, fingerprint: bytes, *, code: bytes, file_id: bytes) -> bool:
        """Tell whether the kit was made for the root with this fingerprint."""
        made = _witness(code, file_id=file_id, kit_number=self.kit_number, fingerprint=fingerprint)
        return hmac.compare_digest(made, self.witness)


def recovery_key(code: bytes, *, file_id: bytes) -> X25519PrivateKey:
    """Return the X25519 key of a 20-byte recovery code."""
    return X25519PrivateKey.from_private_bytes(_derived(code, "recovery pair", file_id))


def _witness(code: bytes, *, file_id: bytes, kit_number: int, fingerprint: bytes) -> bytes:
    message = context("recovery witness", file_id, kit_number, fingerprint)
    return hmac.digest(_derived(code, "recovery witness", file_id), message, "sha256")


def _derived(code: bytes, label: str, file_id: bytes) -> bytes:
    hkdf = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=context(label, file_id))
    return hkdf.derive(code)
