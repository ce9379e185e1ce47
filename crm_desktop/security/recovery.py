"""The way in with the emergency kit: recovery code → ``admin`` key → chest → everything else."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import date

from crm_desktop.domain.errors import InvalidValueError, OrganizationFileError, RefusedError, SignInError
from crm_desktop.domain.permissions import Role
from crm_desktop.security.accounts import seal_anew, slot_of, with_entry
from crm_desktop.security.chest import KeyChest
from crm_desktop.security.class_keys import FileKey, KeyKind
from crm_desktop.security.codes import parse_recovery_code
from crm_desktop.security.derivation import DEFAULT_ARGON2, ID_BYTES, Argon2Parameters
from crm_desktop.security.former_keys import FormerKit
from crm_desktop.security.key_file import MOST_FORMER, KeyFileBody
from crm_desktop.security.login_names import normalized_login, same_login
from crm_desktop.security.opening import open_sealed_keys, verify
from crm_desktop.security.recovery_slot import RecoverySlot, recovery_key
from crm_desktop.security.roster import Roster
from crm_desktop.security.sealing import root_fingerprint
from crm_desktop.security.sign_in import users_logins
from crm_desktop.security.slots import OpenedSlot, wrap_slot
from crm_desktop.security.user_pairs import UserPair


@dataclass(frozen=True, slots=True)
class RecoveredKeys:
    """What the kit opens: enough to sign a new roster and to open every backup."""

    roster: Roster = field(repr=False)
    chest: KeyChest = field(repr=False)
    root_fingerprint: bytes
    kit_number: int

    @property
    def current_file_key(self) -> FileKey:
        """The newest file key by the roster."""
        name = self.roster.newest(KeyKind.FILE)
        raw = self.chest.raw_key(KeyKind.FILE, name, file_id=self.roster.file_id)
        if raw is None:
            raise OrganizationFileError("key_missing", kind=KeyKind.FILE.value)
        return FileKey.from_raw(raw)


def open_with_recovery_code(body: KeyFileBody, code: str) -> RecoveredKeys:
    """Open a key file with a typed recovery code.

    Raises InvalidValueError for a mistyped code; SignInError ``kit_outdated`` (facts kit, needed,
    before), ``recovery_code_wrong``; OrganizationFileError ``recovery_forged`` (the root is not the one
    the kit was made for) and those of :func:`verify`.
    """
    typed = parse_recovery_code(code)
    private = recovery_key(typed, file_id=body.file_id)
    public = private.public_key().public_bytes_raw()
    if public != body.recovery.public:
        raise _wrong_kit(body, public)
    opened = open_sealed_keys(body.recovery.sealed, private, file_id=body.file_id)
    verified = verify(body, opened, fingerprint=None)
    roster, chest = verified.roster, verified.chest
    if chest is None:
        raise OrganizationFileError("key_missing", kind=KeyKind.ADMIN.value)
    fingerprint = root_fingerprint(roster.root_public)
    attested = body.recovery.attests(fingerprint, code=typed, file_id=body.file_id)
    listed = (roster.recovery_public, roster.kit_number) == (public, body.kit_number)
    if not (attested and listed):
        raise OrganizationFileError("recovery_forged")
    return RecoveredKeys(roster, chest, root_fingerprint=fingerprint, kit_number=body.kit_number)


def recover_administrator(
    body: KeyFileBody,
    code: str,
    *,
    user_id: bytes,
    login: str,
    password: str,
    new_code: bytes,
    log_sequence: int,
    today: date,
    argon2: Argon2Parameters = DEFAULT_ARGON2,
) -> KeyFileBody:
    """Let one administrator of the roster in again: new pair, new slot, and the next kit.

    ``code`` is the typed recovery code, ``new_code`` the 20 bytes of the next kit, shown and typed back
    before this is written. Raises the errors of :func:`open_with_recovery_code` and :func:`wrap_slot`,
    RefusedError ``user_unknown`` (no administrator with this id), InvalidValueError ``login_taken``.
    """
    recovered = open_with_recovery_code(body, code)
    chest, roster = recovered.chest, recovered.roster
    former = roster.user(user_id)
    if former is None or former.role is not Role.ADMINISTRATOR:
        raise RefusedError("user_unknown")
    slot = slot_of(body, former)
    others = tuple(other for other in body.slots if other is not slot)
    secret = chest.secrets[-1]
    names = users_logins(replace(body, slots=others), secret).values()
    if any(same_login(name, normalized_login(login)) for name in names):
        raise InvalidValueError("login_taken", field="login", login=login)
    pair = UserPair.new()
    wrapped = wrap_slot(
        OpenedSlot(pair=pair),
        file_id=body.file_id,
        slot_id=secrets.token_bytes(ID_BYTES),
        secret=secret,
        login=login,
        password=password,
        argon2=argon2,
        temporary=False,
    )
    sealing_public, signing_public = pair.public()
    fresh = replace(
        former, sealing_public=sealing_public, signing_public=signing_public, keys_made_by=user_id
    )
    roster = with_entry(roster, former, fresh, at=log_sequence)
    body = replace(body, slots=(*others, wrapped))
    return replace_kit(body, roster, chest, new_code=new_code, today=today)


def replace_kit(
    body: KeyFileBody, roster: Roster, chest: KeyChest, *, new_code: bytes, today: date
) -> KeyFileBody:
    """Make the next kit of a body, list it in the roster and sign that; the former kit is remembered.

    The former one is the roster's: what the body calls so may have been put there by anybody. Of those
    before it the newest are kept, as many as a key file may hold.
    """
    keys = [(KeyKind.ADMIN, chest.admin[-1]), (KeyKind.BANK, chest.bank[-1])]
    recovery = RecoverySlot.make(
        new_code,
        file_id=body.file_id,
        kit_number=roster.kit_number + 1,
        fingerprint=root_fingerprint(chest.root_public()),
        keys=keys,
    )
    former = FormerKit(roster.kit_number, roster.recovery_public, replaced_on=today)
    roster = replace(roster, recovery_public=recovery.public, kit_number=recovery.kit_number)
    kits = (*body.former_kits, former)[-MOST_FORMER:]
    return seal_anew(replace(body, recovery=recovery, former_kits=kits), roster, chest)


def _wrong_kit(body: KeyFileBody, public: bytes) -> SignInError:
    former = next((kit for kit in body.former_kits if kit.public == public), None)
    if former is None:
        return SignInError("recovery_code_wrong", needed=body.kit_number)
    before = former.replaced_on.isoformat()
    return SignInError("kit_outdated", kit=former.number, needed=body.kit_number, before=before)
