"""Login names in the key file: encrypted under the organization secret, so it does not list the staff.

A rename needs no password, and at sign-in all names are tried, which costs microseconds.
"""

import unicodedata

from cryptography.exceptions import InvalidTag

from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.security.derivation import context, subkey
from crm_desktop.security.sealing import NONCE_BYTES, TAG_BYTES, open_box, seal_box

LONGEST_LOGIN = 100
# Padded to whole blocks, the box tells next to nothing of the name's length.
_BLOCK = 64
LARGEST_LOGIN_BOX = 8 * _BLOCK + NONCE_BYTES + TAG_BYTES


def normalized_login(login: str) -> str:
    """Return a login name in NFKC without surrounding spaces.

    Raises InvalidValueError ``login_refused``: empty, longer than 100 characters or not printable.
    """
    normalized = unicodedata.normalize("NFKC", login[: 4 * LONGEST_LOGIN]).strip()
    if not (1 <= len(normalized) <= LONGEST_LOGIN and normalized.isprintable()):
        raise InvalidValueError("login_refused", field="login", limit=LONGEST_LOGIN)
    return normalized


def same_login(left: str, right: str) -> bool:
    """Tell whether two normalized login names are one person's: case does not matter."""
    return _folded(left) == _folded(right)


def seal_login(login: str, *, secret: bytes, file_id: bytes, slot_id: bytes) -> bytes:
    """Encrypt a login name under a subkey of the secret; errors of :func:`normalized_login`."""
    name = normalized_login(login).encode("utf-8")
    blocks = len(name) // _BLOCK + 1
    return seal_box(
        _key(secret), name.ljust(blocks * _BLOCK, b"\0"), associated=_associated(file_id, slot_id)
    )


def open_login(box: bytes, *, secret: bytes, file_id: bytes, slot_id: bytes) -> str | None:
    """Return the login name in a box, None when it was not written under this secret for this slot."""
    try:
        return open_box(_key(secret), box, associated=_associated(file_id, slot_id)).rstrip(b"\0").decode()
    except (InvalidTag, UnicodeDecodeError):
        return None


def _folded(login: str) -> str:
    return unicodedata.normalize("NFKC", login.casefold())


def _key(secret: bytes) -> bytes:
    return subkey(secret, "login")


def _associated(file_id: bytes, slot_id: bytes) -> bytes:
    return context("login", file_id, slot_id)
