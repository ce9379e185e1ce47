"""The roster as the key file holds it: signed by the root, encrypted under the newest file key."""

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.class_keys import FileKey, KeyKind
from crm_desktop.security.derivation import context, key_id, subkey
from crm_desktop.security.keyed_box import KeyedBox
from crm_desktop.security.roster import Roster, roster_from_json
from crm_desktop.security.sealing import SIGNATURE_BYTES, open_box, root_fingerprint, seal_box
from crm_desktop.security.strict_json import load

LARGEST_ROSTER = 1024 * 1024
_DAMAGED = "roster_damaged"


def seal_roster(roster: Roster, *, root: Ed25519PrivateKey, file_key: FileKey) -> KeyedBox:
    """Sign a roster and encrypt it; ``file_key`` must be the newest one it lists."""
    name = key_id(file_key.raw, kind=KeyKind.FILE, file_id=roster.file_id)
    if name != roster.newest(KeyKind.FILE):
        raise ValueError("a roster is encrypted under the newest file key")
    text = roster.canonical()
    message = root.sign(_signed(text)) + text
    box = seal_box(_box_key(file_key), message, associated=_associated(roster.file_id, name))
    return KeyedBox(key_id=name, box=box)


def open_roster(box: KeyedBox, *, file_key: FileKey, file_id: bytes, fingerprint: bytes) -> Roster:
    """Decrypt and verify a roster.

    ``fingerprint`` is the root's as the keyring or the set-up code gave it. Raises
    OrganizationFileError: ``roster_damaged``, ``roster_root_unknown`` (another root than this computer
    trusts), ``roster_forged`` (the signature does not hold), ``roster_of_another_organization``.
    """
    try:
        message = open_box(_box_key(file_key), box.box, associated=_associated(file_id, box.key_id))
    except InvalidTag as error:
        raise OrganizationFileError(_DAMAGED) from error
    signature, text = message[:SIGNATURE_BYTES], message[SIGNATURE_BYTES:]
    roster = roster_from_json(load(text, limit=LARGEST_ROSTER, code=_DAMAGED))
    if root_fingerprint(roster.root_public) != fingerprint:
        raise OrganizationFileError("roster_root_unknown")
    try:
        Ed25519PublicKey.from_public_bytes(roster.root_public).verify(signature, _signed(text))
    except (InvalidSignature, ValueError) as error:
        raise OrganizationFileError("roster_forged") from error
    if roster.file_id != file_id:
        raise OrganizationFileError("roster_of_another_organization")
    if box.key_id != roster.newest(KeyKind.FILE):
        raise OrganizationFileError("key_not_in_roster", kind=KeyKind.FILE.value)
    return roster


def _box_key(file_key: FileKey) -> bytes:
    return subkey(file_key.key, "roster")


def _associated(file_id: bytes, name: bytes) -> bytes:
    return context("roster box", file_id, name)


def _signed(text: bytes) -> bytes:
    return context("roster") + b"|" + text
