"""Rotating the class key ``bank``: pure changes of the key file's body, in two steps.

First a new key joins the old: holders get both, new boxes use the new one. When nothing lies under the
old one any more, its id leaves the roster. The chest keeps it, so that old backups stay readable.
"""

from dataclasses import replace

from crm_desktop.domain.errors import OrganizationFileError, RefusedError
from crm_desktop.security.accounts import seal_anew
from crm_desktop.security.chest import KeyChest, open_chest, seal_chest
from crm_desktop.security.class_keys import KeyKind, new_class_key, seal_key
from crm_desktop.security.derivation import key_id
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.roster import Roster
from crm_desktop.security.sign_in import renew

# A roster that listed more keys of a kind than its reader takes would lock everybody out.
MOST_UNFINISHED = 8


def with_new_bank_key(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    """Add a bank key to chest and roster and seal it to its holders and the recovery pair.

    Raises RefusedError ``right_missing`` and ``bank_rotation_unfinished`` (too many rotations were begun),
    OrganizationFileError ``recovery_forged`` (the recovery key is not the one the roster lists).
    """
    roster, chest = _opened(body, ring)
    if len(roster.key_ids.bank) >= MOST_UNFINISHED:
        raise RefusedError("bank_rotation_unfinished")
    key = new_class_key()
    name = key_id(key, kind=KeyKind.BANK, file_id=body.file_id)
    chest = replace(chest, bank=(*chest.bank, key))
    roster = replace(roster, key_ids=replace(roster.key_ids, bank=(*roster.key_ids.bank, name)))
    return _sealed(body, roster, chest)


def without_former_bank_keys(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    """Leave only the newest bank key in the roster and with its holders; errors as above."""
    roster, chest = _opened(body, ring)
    newest = roster.newest(KeyKind.BANK)
    roster = replace(roster, key_ids=replace(roster.key_ids, bank=(newest,)))
    return _sealed(body, roster, chest)


def every_bank_key(body: KeyFileBody, ring: KeyRing) -> dict[bytes, bytes]:
    """Return every bank key ever used, by id, from the chest; raises RefusedError ``right_missing``."""
    _, chest = _opened(body, ring)
    return {key_id(key, kind=KeyKind.BANK, file_id=body.file_id): key for key in chest.bank}


def _opened(body: KeyFileBody, ring: KeyRing) -> tuple[Roster, KeyChest]:
    """Return roster and chest of *this* body, which may be newer than the ring."""
    present = renew(body, ring)
    if "keys" not in present.rights:
        raise RefusedError("right_missing", right="keys")
    admin = present.class_keys[KeyKind.ADMIN.value][body.chest.key_id]
    return present.roster, open_chest(body.chest, admin_key=admin, file_id=body.file_id)


def _sealed(body: KeyFileBody, roster: Roster, chest: KeyChest) -> KeyFileBody:
    if body.recovery.public != roster.recovery_public:
        raise OrganizationFileError("recovery_forged")
    keys = ((KeyKind.ADMIN, chest.admin[-1]), (KeyKind.BANK, chest.bank[-1]))
    sealed = tuple(
        seal_key(raw, kind=kind, public=roster.recovery_public, file_id=body.file_id) for kind, raw in keys
    )
    changed = replace(
        body,
        chest=seal_chest(chest, file_id=body.file_id),
        recovery=replace(body.recovery, sealed=sealed),
    )
    return seal_anew(changed, roster, chest)
