"""From an opened key pair to verified keys: the part that sign-in and recovery share.

Nothing counts because the key file says so. A key counts when its recomputed id is in the roster, and
the roster counts when the root this computer trusts signed it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.chest import KeyChest, open_chest
from crm_desktop.security.class_keys import FileKey, KeyKind, SealedKey, open_key
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.roster import Roster
from crm_desktop.security.roster_box import open_roster
from crm_desktop.security.sealing import recipient_id, root_fingerprint

RawKeys = Mapping[KeyKind, Mapping[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class VerifiedKeys:
    """The roster, the keys it lists that could be opened, and the chest of an administrator."""

    roster: Roster
    keys: RawKeys = field(repr=False)
    chest: KeyChest | None = field(repr=False)

    def file_keys(self) -> dict[bytes, FileKey]:
        """Return the opened file keys by id."""
        return {name: FileKey.from_raw(raw) for name, raw in self.keys[KeyKind.FILE].items()}


def open_sealed_keys(sealed: Iterable[SealedKey], private: X25519PrivateKey, *, file_id: bytes) -> RawKeys:
    """Open what is sealed to ``private``; raises OrganizationFileError ``sealed_key_damaged``."""
    name = recipient_id(private.public_key().public_bytes_raw())
    opened: dict[KeyKind, dict[bytes, bytes]] = {kind: {} for kind in KeyKind}
    for key in sealed:
        if key.recipient == name:
            opened[key.kind][key.key_id] = open_key(key, private=private, file_id=file_id)
    return opened


def verify(body: KeyFileBody, opened: RawKeys, *, fingerprint: bytes | None) -> VerifiedKeys:
    """Open chest (with an ``admin`` key) and roster, and refuse every key the roster does not list.

    ``fingerprint`` None takes the root from the chest, whose owner must then be proven otherwise.
    Raises OrganizationFileError ``key_missing``, ``key_not_in_roster``, ``chest_damaged`` and the errors
    of :func:`open_roster`.
    """
    chest = _chest(body, opened)
    raw = opened[KeyKind.FILE].get(body.roster.key_id)
    if raw is None and chest:
        raw = chest.raw_key(KeyKind.FILE, body.roster.key_id, file_id=body.file_id)
    if raw is None:
        raise OrganizationFileError("key_missing", kind=KeyKind.FILE.value)
    roster = open_roster(
        body.roster,
        file_key=FileKey.from_raw(raw),
        file_id=body.file_id,
        fingerprint=fingerprint or _chest_fingerprint(chest),
    )
    for kind, keys in opened.items():
        if not all(roster.lists(kind, name) for name in keys):
            raise OrganizationFileError("key_not_in_roster", kind=kind.value)
    if chest is None:
        return VerifiedKeys(roster, opened, None)
    return VerifiedKeys(roster, _listed(chest, roster), chest)


def _chest(body: KeyFileBody, opened: RawKeys) -> KeyChest | None:
    if not opened[KeyKind.ADMIN]:
        return None
    admin = opened[KeyKind.ADMIN].get(body.chest.key_id)
    if admin is None:
        raise OrganizationFileError("key_missing", kind=KeyKind.ADMIN.value)
    return open_chest(body.chest, admin_key=admin, file_id=body.file_id)


def _chest_fingerprint(chest: KeyChest | None) -> bytes:
    if chest is None:
        raise OrganizationFileError("key_missing", kind=KeyKind.ADMIN.value)
    return root_fingerprint(chest.root_public())


def _listed(chest: KeyChest, roster: Roster) -> RawKeys:
    """Return the keys of the roster from the chest, which must have them all and the root's seed."""
    if chest.root_public() != roster.root_public:
        raise OrganizationFileError("chest_damaged")
    found: dict[KeyKind, dict[bytes, bytes]] = {kind: {} for kind in KeyKind}
    for kind in KeyKind:
        for name in roster.key_ids.of(kind):
            raw = chest.raw_key(kind, name, file_id=roster.file_id)
            if raw is None:
                raise OrganizationFileError("key_missing", kind=kind.value)
            found[kind][name] = raw
    return found
