"""Keys from passwords and keys from keys: Argon2id (RFC 9106), HKDF-SHA256 (RFC 5869), key ids.

Everything that is derived or authenticated names what it is for: :func:`context` joins the format's
version, a label and identifiers, bytes in hex, so two uses can never give the same input.
"""

import secrets
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from crm_desktop.domain.errors import InvalidValueError, OrganizationFileError

FORMAT = "ct-crm/1"
KEY_BYTES = 32
SALT_BYTES = 16
ID_BYTES = 16

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1024

# Outside these, a slot was not written by this program: t=400 would block a computer for 18 s,
# m=64 GiB would be refused by the system only after trying.
_MEMORY_KIB = (19 * 1024, 1024 * 1024)
_PASSES = (1, 10)
_LANES = (1, 8)


@dataclass(frozen=True, slots=True)
class Argon2Parameters:
    """The cost of one password guess: memory in KiB, passes over it, parallel lanes."""

    memory_kib: int
    passes: int
    lanes: int

    def check(self) -> None:
        """Refuse parameters outside the bounds *before* anything is computed with them.

        Raises OrganizationFileError ``key_parameters_refused``.
        """
        for value, (low, high) in (
            (self.memory_kib, _MEMORY_KIB),
            (self.passes, _PASSES),
            (self.lanes, _LANES),
        ):
            if not low <= value <= high:
                raise OrganizationFileError("key_parameters_refused")


# RFC 9106, section 4, second recommended choice (64 MiB, 3 passes, 4 lanes).
DEFAULT_ARGON2 = Argon2Parameters(memory_kib=64 * 1024, passes=3, lanes=4)
# Offered where it stays under a second.
STRONG_ARGON2 = Argon2Parameters(memory_kib=256 * 1024, passes=3, lanes=4)


def context(label: str, *parts: bytes | str | int) -> bytes:
    """Join format version, label and parts with ``|``; bytes are written in hex, so no part holds a ``|``."""
    texts = [part.hex() if isinstance(part, bytes) else str(part) for part in parts]
    if any("|" in text for text in (label, *texts)):
        raise ValueError("a part of a context must not hold its separator")
    return "|".join((FORMAT, label, *texts)).encode("ascii")


def normalized_password(password: str) -> bytes:
    """Return the UTF-8 bytes of a password in NFKC, so that every keyboard gives the same ones.

    Spaces at the ends count. Raises InvalidValueError ``password_too_short``, ``password_too_long``,
    ``password_character_refused`` (NUL and lone surrogates, which no keyboard types).
    """
    if len(password) > LONGEST_PASSWORD:
        raise InvalidValueError("password_too_long", field="password", limit=LONGEST_PASSWORD)
    if "\0" in password or any("\ud800" <= character <= "\udfff" for character in password):
        raise InvalidValueError("password_character_refused", field="password")
    normalized = unicodedata.normalize("NFKC", password)
    if len(normalized) < SHORTEST_PASSWORD:
        raise InvalidValueError("password_too_short", field="password", limit=SHORTEST_PASSWORD)
    if len(normalized) > LONGEST_PASSWORD:
        raise InvalidValueError("password_too_long", field="password", limit=LONGEST_PASSWORD)
    return normalized.encode("utf-8")


def new_salt() -> bytes:
    """Return 16 random bytes."""
    return secrets.token_bytes(SALT_BYTES)


def derive_kek(
    password: bytes, *, secret: bytes, slot_id: bytes, salt: bytes, parameters: Argon2Parameters
) -> bytes:
    """Return the 32-byte key that wraps a slot's seeds.

    ``password`` is normalized; ``secret`` is the organization secret, without which a stolen key file
    cannot even be guessed at. Raises OrganizationFileError ``key_parameters_refused``,
    ``memory_too_small``.
    """
    stretched = _argon2id(password, salt=salt, parameters=parameters)
    hkdf = HKDF(
        algorithm=hashes.SHA256(),
        length=KEY_BYTES,
        salt=subkey(secret, "slot"),
        info=context("slot key", slot_id),
    )
    return hkdf.derive(stretched)


def subkey(key: bytes, label: str, *parts: bytes | str | int, length: int = KEY_BYTES) -> bytes:
    """Return a key of its own for one use of ``key`` (HKDF-Expand: ``key`` is uniformly random)."""
    return HKDFExpand(algorithm=hashes.SHA256(), length=length, info=context(label, *parts)).derive(key)


def key_id(key: bytes, *, kind: str, file_id: bytes) -> bytes:
    """Return the 16-byte name of a key: whoever opens a sealed key recomputes it.

    A file key is named with its salt, so that neither can be exchanged alone.
    """
    return subkey(key, "key id", kind, file_id, length=ID_BYTES)


def secret_id(secret: bytes, *, file_id: bytes) -> bytes:
    """Return the 16-byte name of an organization secret."""
    return subkey(secret, "secret id", file_id, length=ID_BYTES)


def _argon2id(password: bytes, *, salt: bytes, parameters: Argon2Parameters) -> bytes:
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    parameters.check()
    try:
        return hash_secret_raw(
            password,
            salt,
            time_cost=parameters.passes,
            memory_cost=parameters.memory_kib,
            parallelism=parameters.lanes,
            hash_len=KEY_BYTES,
            type=Type.ID,
        )
    except (HashingError, MemoryError) as error:
        needed = parameters.memory_kib // 1024
        raise OrganizationFileError("memory_too_small", megabytes=needed) from error
