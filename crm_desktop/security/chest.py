"""The key chest: everything an administrator may need one day, as one box under the ``admin`` key.

It holds the root seed and every file key, class key and organization secret ever used, so old backups
stay readable after a rotation. Administrators and the recovery pair are sealed only the ``admin`` key
(and ``bank``); the rest they take from here.
"""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.class_keys import CLASS_KINDS, FileKey, KeyKind, raw_length
from crm_desktop.security.codes import SECRET_BYTES
from crm_desktop.security.derivation import KEY_BYTES, context, key_id, secret_id, subkey
from crm_desktop.security.keyed_box import KeyedBox
from crm_desktop.security.sealing import open_box, seal_box
from crm_desktop.security.strict_json import Fields, dump, load

LARGEST_CHEST = 1024 * 1024
_MOST_KEYS = 1000
_DAMAGED = "chest_damaged"
_NAMES = frozenset({"root_seed", "secrets", *(kind.value for kind in KeyKind)})


@dataclass(frozen=True, slots=True)
class KeyChest:
    """All keys of an organization, in each list the newest last."""

    root_seed: bytes = field(repr=False)
    file_keys: tuple[FileKey, ...] = field(repr=False)
    bank: tuple[bytes, ...] = field(repr=False)
    admin: tuple[bytes, ...] = field(repr=False)
    ledger: tuple[bytes, ...] = field(repr=False)
    secrets: tuple[bytes, ...] = field(repr=False)

    def root_key(self) -> Ed25519PrivateKey:
        """Return the key that signs rosters."""
        return Ed25519PrivateKey.from_private_bytes(self.root_seed)

    def root_public(self) -> bytes:
        """Return the public key rosters are verified with."""
        return self.root_key().public_key().public_bytes_raw()

    def raw_keys(self, kind: KeyKind) -> tuple[bytes, ...]:
        """Return all keys of a kind as they are sealed, the newest last."""
        if kind is KeyKind.FILE:
            return tuple(key.raw for key in self.file_keys)
        return {KeyKind.BANK: self.bank, KeyKind.ADMIN: self.admin, KeyKind.LEDGER: self.ledger}[kind]

    def raw_key(self, kind: KeyKind, name: bytes, *, file_id: bytes) -> bytes | None:
        """Return the key with this id, None when the chest has none."""
        keys = self.raw_keys(kind)
        return next((raw for raw in keys if key_id(raw, kind=kind, file_id=file_id) == name), None)

    def secret(self, name: bytes, *, file_id: bytes) -> bytes | None:
        """Return the organization secret with this id, None when the chest has none."""
        return next((raw for raw in self.secrets if secret_id(raw, file_id=file_id) == name), None)


def seal_chest(chest: KeyChest, *, file_id: bytes) -> KeyedBox:
    """Encrypt a chest under its newest ``admin`` key."""
    admin = chest.admin[-1]
    name = key_id(admin, kind=KeyKind.ADMIN, file_id=file_id)
    text: dict[str, object] = {kind.value: _hex(chest.raw_keys(kind)) for kind in KeyKind}
    text |= {"root_seed": chest.root_seed.hex(), "secrets": _hex(chest.secrets)}
    box = seal_box(subkey(admin, "chest"), dump(text), associated=context("chest", file_id, name))
    return KeyedBox(key_id=name, box=box)


def open_chest(box: KeyedBox, *, admin_key: bytes, file_id: bytes) -> KeyChest:
    """Open a chest; raises OrganizationFileError ``chest_damaged``."""
    associated = context("chest", file_id, box.key_id)
    try:
        text = open_box(subkey(admin_key, "chest"), box.box, associated=associated)
    except InvalidTag as error:
        raise OrganizationFileError(_DAMAGED) from error
    fields = Fields(load(text, limit=LARGEST_CHEST, code=_DAMAGED), names=_NAMES, code=_DAMAGED)
    keys = {
        kind: fields.hex_list(kind.value, length=raw_length(kind), at_most=_MOST_KEYS) for kind in KeyKind
    }
    secrets = fields.hex_list("secrets", length=SECRET_BYTES, at_most=_MOST_KEYS)
    if not (secrets and all(keys.values())):
        raise fields.refusal()
    return KeyChest(
        root_seed=fields.hex("root_seed", length=KEY_BYTES),
        file_keys=tuple(FileKey.from_raw(raw) for raw in keys[KeyKind.FILE]),
        secrets=secrets,
        **{kind.value: keys[kind] for kind in CLASS_KINDS},
    )


def _hex(values: tuple[bytes, ...]) -> list[str]:
    return [value.hex() for value in values]
