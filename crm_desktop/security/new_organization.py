"""All keys of a new organization, made at once; nothing is written here."""

import secrets
from dataclasses import dataclass, field

from crm_desktop.domain.permissions import Role
from crm_desktop.security.accounts import seal_keys
from crm_desktop.security.chest import KeyChest, seal_chest
from crm_desktop.security.class_keys import FileKey, KeyKind, new_class_key
from crm_desktop.security.codes import SECRET_BYTES, SetUpCode, format_recovery_code, new_recovery_code
from crm_desktop.security.derivation import (
    DEFAULT_ARGON2,
    ID_BYTES,
    KEY_BYTES,
    Argon2Parameters,
    key_id,
)
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.recovery_slot import RecoverySlot
from crm_desktop.security.roster import KeyIds, Roster, RosterUser
from crm_desktop.security.roster_box import seal_roster
from crm_desktop.security.sealing import root_fingerprint
from crm_desktop.security.sign_in import sign_in
from crm_desktop.security.slots import OpenedSlot, wrap_slot
from crm_desktop.security.user_pairs import UserPair

FIRST_KIT = 1


@dataclass(frozen=True, slots=True)
class NewOrganizationKeys:
    """What ``create`` writes, prints and goes on with; the codes are shown once, on the emergency kit."""

    file_id: bytes
    body: KeyFileBody
    user_id: bytes
    organization_secret: bytes = field(repr=False)
    root_fingerprint: bytes
    recovery_code: str = field(repr=False)
    set_up_code: str = field(repr=False)
    kit_number: int
    ring: KeyRing


def create_keys(
    *, login: str, password: str, argon2: Argon2Parameters = DEFAULT_ARGON2
) -> NewOrganizationKeys:
    """Make file key, class keys, root, secret, recovery code and the first administrator.

    Raises InvalidValueError for login or password, OrganizationFileError ``memory_too_small``. The ring
    comes from a real sign-in to the new key file, so nothing is handed out that would not open again.
    """
    file_id = secrets.token_bytes(ID_BYTES)
    chest, pair, code = _new_chest(), UserPair.new(), new_recovery_code()
    recovery = RecoverySlot.make(
        code,
        file_id=file_id,
        kit_number=FIRST_KIT,
        fingerprint=root_fingerprint(chest.root_public()),
        keys=[(KeyKind.ADMIN, chest.admin[-1]), (KeyKind.BANK, chest.bank[-1])],
    )
    administrator = _administrator(pair)
    roster = _roster(chest, administrator, file_id=file_id, recovery=recovery)
    slot = wrap_slot(
        OpenedSlot(pair=pair),
        file_id=file_id,
        slot_id=secrets.token_bytes(ID_BYTES),
        secret=chest.secrets[-1],
        login=login,
        password=password,
        argon2=argon2,
        temporary=False,
        sealed=seal_keys(administrator, roster, chest),
    )
    body = KeyFileBody(
        file_id=file_id,
        sequence=1,
        secret_id=slot.secret_id,
        slots=(slot,),
        roster=seal_roster(roster, root=chest.root_key(), file_key=chest.file_keys[-1]),
        chest=seal_chest(chest, file_id=file_id),
        recovery=recovery,
    )
    return _proven(body, chest, code=code, login=login, password=password, argon2=argon2)


def _proven(
    body: KeyFileBody,
    chest: KeyChest,
    *,
    code: bytes,
    login: str,
    password: str,
    argon2: Argon2Parameters,
) -> NewOrganizationKeys:
    """Sign in to the new key file and put together what the caller needs."""
    secret, fingerprint = chest.secrets[-1], root_fingerprint(chest.root_public())
    ring = sign_in(
        body, secret=secret, root_fingerprint=fingerprint, login=login, password=password, argon2=argon2
    )
    return NewOrganizationKeys(
        file_id=body.file_id,
        body=body,
        user_id=ring.user_id,
        organization_secret=secret,
        root_fingerprint=fingerprint,
        recovery_code=format_recovery_code(code),
        set_up_code=SetUpCode(secret, fingerprint).text(),
        kit_number=body.kit_number,
        ring=ring,
    )


def _new_chest() -> KeyChest:
    return KeyChest(
        root_seed=secrets.token_bytes(KEY_BYTES),
        file_keys=(FileKey.new(),),
        bank=(new_class_key(),),
        admin=(new_class_key(),),
        ledger=(new_class_key(),),
        secrets=(secrets.token_bytes(SECRET_BYTES),),
    )


def _administrator(pair: UserPair) -> RosterUser:
    user_id = secrets.token_bytes(ID_BYTES)
    sealing_public, signing_public = pair.public()
    return RosterUser(
        user_id=user_id,
        role=Role.ADMINISTRATOR,
        granted=frozenset(),
        revoked=frozenset(),
        sealing_public=sealing_public,
        signing_public=signing_public,
        keys_made_by=user_id,
        valid_from=0,
    )


def _roster(chest: KeyChest, administrator: RosterUser, *, file_id: bytes, recovery: RecoverySlot) -> Roster:
    names = {kind.value: (key_id(chest.raw_keys(kind)[-1], kind=kind, file_id=file_id),) for kind in KeyKind}
    return Roster(
        file_id=file_id,
        sequence=1,
        users=(administrator,),
        key_ids=KeyIds(**names),
        recovery_public=recovery.public,
        kit_number=recovery.kit_number,
        root_public=chest.root_public(),
    )
