"""New keys after somebody left: pure changes of the key file's body.

Two bodies follow each other, and the database is exchanged between them. The first lists former and new
keys, so that whichever file a crash leaves opens; its secret, root and kit are the new ones already, so
that from then on nothing the leaver kept opens it. The second lists the new keys only. The ``ledger`` key
is never changed: what was erased must stay recognizable.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.security.accounts import (
    disable_user,
    reset_password,
    seal_anew,
    slot_of,
    take_over_pending,
)
from crm_desktop.security.bank_rotation import MOST_UNFINISHED
from crm_desktop.security.chest import KeyChest, open_chest, seal_chest
from crm_desktop.security.class_keys import FileKey, KeyKind, new_class_key
from crm_desktop.security.codes import SECRET_BYTES, SetUpCode, new_recovery_code
from crm_desktop.security.derivation import DEFAULT_ARGON2, KEY_BYTES, Argon2Parameters, key_id, secret_id
from crm_desktop.security.former_keys import FormerSecret
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.recovery import replace_kit
from crm_desktop.security.roster import Roster, RosterUser
from crm_desktop.security.sealing import root_fingerprint
from crm_desktop.security.sign_in import renew, users_logins

ROTATED_KINDS = (KeyKind.FILE, KeyKind.BANK, KeyKind.ADMIN)
# Without letters and digits that are mistaken for each other; sixteen of them are 78 bits.
_EASILY_READ = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_PASSWORD_GROUPS, _GROUP_CHARACTERS = 4, 4


@dataclass(frozen=True, slots=True)
class NewKeys:
    """What a rotation will put in; made before anything is written, because the kit shows parts of it.

    ``root_seed`` is the present one unless an administrator left. ``passwords``: the temporary password
    of each user whose key pair somebody made who is no administrator any more.
    """

    file_key: FileKey = field(repr=False)
    bank: bytes = field(repr=False)
    admin: bytes = field(repr=False)
    secret: bytes = field(repr=False)
    root_seed: bytes = field(repr=False)
    new_root: bool
    recovery_code: bytes = field(repr=False)
    passwords: Mapping[bytes, str] = field(repr=False)

    def set_up_code(self) -> SetUpCode:
        """Return what each computer must be told afterwards."""
        return SetUpCode(self.secret, root_fingerprint(self._root_public()))

    def _root_public(self) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.root_seed).public_key().public_bytes_raw()


def new_keys(body: KeyFileBody, ring: KeyRing, *, leaving: bytes | None) -> NewKeys:
    """Make the keys of a rotation after which the user ``leaving`` is out (None: nobody leaves now).

    Raises RefusedError ``right_missing``, ``rotation_unfinished`` (the one before has not ended),
    ``user_unknown``, ``last_administrator``, ``leaving_is_oneself``, ``own_password_first``.
    """
    roster, chest = _opened(body, ring)
    names = users_logins(body, ring.organization_secret)
    if len(roster.key_ids.file) > 1 or len(roster.key_ids.bank) > MOST_UNFINISHED:
        raise RefusedError("rotation_unfinished")
    _check_leaving(roster, ring, leaving)
    new_root = _an_administrator_left(roster, leaving)
    return NewKeys(
        file_key=FileKey.new(),
        bank=new_class_key(),
        admin=new_class_key(),
        secret=secrets.token_bytes(SECRET_BYTES),
        root_seed=secrets.token_bytes(KEY_BYTES) if new_root else chest.root_seed,
        new_root=new_root,
        recovery_code=new_recovery_code(),
        passwords={
            user.user_id: _temporary_password()
            for user in _to_renew(roster, ring, leaving)
            if (slot := slot_of(body, user)) and slot.slot_id in names
        },
    )


def rotate(
    body: KeyFileBody,
    ring: KeyRing,
    keys: NewKeys,
    *,
    leaving: bytes | None,
    log_sequence: int,
    today: date,
    argon2: Argon2Parameters = DEFAULT_ARGON2,
) -> KeyFileBody:
    """Return the body with former *and* new keys; ``log_sequence`` is that of the entry that records it.

    Users who leave and pairs that cannot be trusted go first: nothing new is ever sealed to them. Raises
    the errors of :func:`new_keys` and of :func:`reset_password`.
    """
    _check_leaving(_opened(body, ring)[0], ring, leaving)
    if leaving is not None:
        body = disable_user(body, ring, user_id=leaving, log_sequence=log_sequence)
    body, ring = _with_secret(body, ring, keys.secret)
    body = _without_unreadable(body, ring, keys, leaving)
    for user_id, password in keys.passwords.items():
        body = reset_password(
            body, ring, user_id=user_id, password=password, log_sequence=log_sequence, argon2=argon2
        )
    body = _pending_of_others(body, ring, log_sequence)
    roster, chest = _opened(body, ring)
    chest = _with_keys(chest, keys)
    roster = replace(
        roster,
        root_public=chest.root_public(),
        key_ids=replace(
            roster.key_ids,
            **{
                kind.value: (*roster.key_ids.of(kind), _newest(chest, kind, body.file_id))
                for kind in ROTATED_KINDS
            },
        ),
    )
    body = replace(body, chest=seal_chest(chest, file_id=body.file_id))
    return replace_kit(body, roster, chest, new_code=keys.recovery_code, today=today)


def ring_after(body: KeyFileBody, ring: KeyRing, keys: NewKeys) -> KeyRing:
    """Return the ring of the administrator who rotated, as the rotated body gives it to him.

    It is opened from the body with the new root, so what is wrong shows before anything is written.
    """
    code = keys.set_up_code()
    trusting = replace(
        ring,
        organization_secret=code.secret,
        root_fingerprint=code.root_fingerprint,
        rewrap_needed=True,
    )
    return renew(body, trusting)


def drop_former(body: KeyFileBody, ring: KeyRing, kinds: Iterable[KeyKind]) -> KeyFileBody:
    """Return the body that lists and seals only the newest keys of ``kinds``; the chest keeps all."""
    roster, chest = _opened(body, ring)
    newest = {kind.value: roster.key_ids.of(kind)[-1:] for kind in kinds}
    return seal_anew(body, replace(roster, key_ids=replace(roster.key_ids, **newest)), chest)


def with_new_kit(body: KeyFileBody, ring: KeyRing, *, new_code: bytes, today: date) -> KeyFileBody:
    """Return the body with the next kit (20 bytes of recovery code) and every key as it was."""
    roster, chest = _opened(body, ring)
    return replace_kit(body, roster, chest, new_code=new_code, today=today)


def _opened(body: KeyFileBody, ring: KeyRing) -> tuple[Roster, KeyChest]:
    """Return roster and chest of *this* body; needs the right ``keys``."""
    present = renew(body, ring)
    if "keys" not in present.rights:
        raise RefusedError("right_missing", right="keys")
    admin = present.class_keys[KeyKind.ADMIN.value][body.chest.key_id]
    return present.roster, open_chest(body.chest, admin_key=admin, file_id=body.file_id)


def _administrators(roster: Roster, leaving: bytes | None) -> set[bytes]:
    return {
        user.user_id
        for user in roster.current_users()
        if user.role is Role.ADMINISTRATOR and user.user_id != leaving
    }


def _check_leaving(roster: Roster, ring: KeyRing, leaving: bytes | None) -> None:
    if leaving is not None and roster.user(leaving) is None:
        raise RefusedError("user_unknown")
    if not _administrators(roster, leaving):
        raise RefusedError("last_administrator")
    if leaving == ring.user_id:
        raise RefusedError("leaving_is_oneself")
    own = roster.user(ring.user_id)
    if own is not None and _made_by_an_outsider(own, roster, leaving):
        raise RefusedError("own_password_first")


def _an_administrator_left(roster: Roster, leaving: bytes | None) -> bool:
    """Tell whether anybody ever held the root's seed who is no administrator now.

    The roster does not say when its root was made, so one who left before an earlier rotation counts
    again: a root more costs nothing, each rotation asks for a new set-up code anyway.
    """
    ever = {user.user_id for user in roster.users if user.role is Role.ADMINISTRATOR}
    return bool(ever - _administrators(roster, leaving))


def _made_by_an_outsider(user: RosterUser, roster: Roster, leaving: bytes | None) -> bool:
    return user.keys_made_by not in {user.user_id, *_administrators(roster, leaving)}


def _to_renew(roster: Roster, ring: KeyRing, leaving: bytes | None) -> list[RosterUser]:
    """Return the users whose pair its maker may have kept.

    A pending pair does not help them: the maker could have vouched for one of his own.
    """
    return [
        user
        for user in roster.current_users()
        if user.user_id not in {leaving, ring.user_id} and _made_by_an_outsider(user, roster, leaving)
    ]


def _pending_of_others(body: KeyFileBody, ring: KeyRing, log_sequence: int) -> KeyFileBody:
    """Take over every pending pair but the one of who rotates: he signs the entry with his present one."""
    own = body.slot(ring.slot_id)
    if own is None or own.pending is None:
        return take_over_pending(body, ring, log_sequence=log_sequence)
    taken = take_over_pending(body.with_slot(replace(own, pending=None)), ring, log_sequence=log_sequence)
    sealed = next(slot.sealed for slot in taken.slots if slot.slot_id == own.slot_id)
    return taken.with_slot(replace(own, sealed=sealed))


def _without_unreadable(
    body: KeyFileBody, ring: KeyRing, keys: NewKeys, leaving: bytes | None
) -> KeyFileBody:
    """Remove the slots of users who need a new pair and whose login name was made unreadable.

    Their pair may be in the leaver's hands, and no slot without a name can be given to them anew.
    """
    lost = [
        user
        for user in _to_renew(_opened(body, ring)[0], ring, leaving)
        if user.user_id not in keys.passwords
    ]
    going = {slot.slot_id for user in lost if (slot := slot_of(body, user))}
    return replace(body, slots=tuple(slot for slot in body.slots if slot.slot_id not in going))


def _with_secret(body: KeyFileBody, ring: KeyRing, secret: bytes) -> tuple[KeyFileBody, KeyRing]:
    """Make ``secret`` the current one; each former secret can be read by whoever has the current one."""
    _, chest = _opened(body, ring)
    former = tuple(FormerSecret.seal(each, current=secret, file_id=body.file_id) for each in chest.secrets)
    name = secret_id(secret, file_id=body.file_id)
    return replace(body, secret_id=name, former_secrets=former), replace(ring, organization_secret=secret)


def _with_keys(chest: KeyChest, keys: NewKeys) -> KeyChest:
    return replace(
        chest,
        root_seed=keys.root_seed,
        file_keys=(*chest.file_keys, keys.file_key),
        bank=(*chest.bank, keys.bank),
        admin=(*chest.admin, keys.admin),
        secrets=(*chest.secrets, keys.secret),
    )


def _newest(chest: KeyChest, kind: KeyKind, file_id: bytes) -> bytes:
    return key_id(chest.raw_keys(kind)[-1], kind=kind, file_id=file_id)


def _temporary_password() -> str:
    groups = (
        "".join(secrets.choice(_EASILY_READ) for _ in range(_GROUP_CHARACTERS))
        for _ in range(_PASSWORD_GROUPS)
    )
    return "-".join(groups)
