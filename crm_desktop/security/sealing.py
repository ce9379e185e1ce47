"""Boxes and sealed keys: AES-256-GCM under a known key, HPKE (RFC 9180) to a public key.

Both raise ``cryptography.exceptions.InvalidTag`` when the message is not authentic; only the caller
knows which sentence that is (a wrong password, a damaged roster), so it turns it into an error.
"""

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.derivation import ID_BYTES, context

PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64
NONCE_BYTES = 12
TAG_BYTES = 16
# HPKE adds the ephemeral public key and a tag; the nonce is derived.
SEALED_EXTRA_BYTES = PUBLIC_KEY_BYTES + TAG_BYTES


def seal_box(key: bytes, plaintext: bytes, *, associated: bytes) -> bytes:
    """Return nonce and AES-256-GCM ciphertext; the nonce is random (each key seals few messages)."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, associated)


def open_box(key: bytes, box: bytes, *, associated: bytes) -> bytes:
    """Return the plaintext of ``box``; raises InvalidTag when key, box or associated data differ."""
    if len(box) < NONCE_BYTES + TAG_BYTES:
        raise InvalidTag
    return AESGCM(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], associated)


def seal_to(public: bytes, plaintext: bytes, *, file_id: bytes, key_id: bytes) -> bytes:
    """Seal ``plaintext`` to an X25519 public key from the roster, for one key of one file.

    Raises OrganizationFileError ``public_key_refused`` for a public key that is no point to seal to.
    """
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    try:
        point = X25519PublicKey.from_public_bytes(public)
        return suite.encrypt(plaintext, point, info=_info(public, file_id=file_id, key_id=key_id))
    except ValueError as error:
        raise OrganizationFileError("public_key_refused") from error


def open_sealed(private: X25519PrivateKey, sealed: bytes, *, file_id: bytes, key_id: bytes) -> bytes:
    """Return what :func:`seal_to` sealed; raises InvalidTag when anything differs."""
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    public = private.public_key().public_bytes_raw()
    try:
        return suite.decrypt(sealed, private, info=_info(public, file_id=file_id, key_id=key_id))
    except ValueError as error:
        # A hostile ephemeral key of low order: as unauthentic as a wrong tag.
        raise InvalidTag from error


def recipient_id(public: bytes) -> bytes:
    """Return the 16-byte name of a sealing public key."""
    return hashlib.sha256(context("recipient", public)).digest()[:ID_BYTES]


def root_fingerprint(root_public: bytes) -> bytes:
    """Return the first 16 bytes of SHA-256 of the root public key: what a set-up code carries."""
    return hashlib.sha256(root_public).digest()[:ID_BYTES]


def _info(public: bytes, *, file_id: bytes, key_id: bytes) -> bytes:
    return context("sealed key", file_id, key_id, recipient_id(public))
