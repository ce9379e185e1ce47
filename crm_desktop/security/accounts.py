"""What an administrator does to accounts: pure changes of the key file's body.

Each function takes a body and the administrator's ring and returns a new body with a newly signed
roster; :func:`crm_desktop.security.key_file_change.change_key_file` writes it. ``log_sequence`` is the
sequence of the log entry that will record the change: former roster entries end there.
"""

import secrets
from collections.abc import Iterable
from dataclasses import replace

from crm_desktop.domain.errors import InvalidValueError, OrganizationFileError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.security.chest import KeyChest, open_chest
from crm_desktop.security.class_keys import KeyKind, SealedKey, kinds_for, seal_key
from crm_desktop.security.derivation import DEFAULT_ARGON2, ID_BYTES, Argon2Parameters
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.login_names import normalized_login, same_login, seal_login
from crm_desktop.security.roster import Roster, RosterUser
from crm_desktop.security.roster_box import seal_roster
from crm_desktop.security.sign_in import renew, users_logins
from crm_desktop.security.slot_owners import has_keys_of, slot_of, slots_of, unlisted_slots
from crm_desktop.security.slots import OpenedSlot, Slot, wrap_slot
from crm_desktop.security.user_pairs import UserPair

__all__ = [
    "add_user",
    "change_user",
    "disable_user",
    "new_user_id",
    "pending_users",
    "remove_unlisted",
    "rename_login",
    "reset_password",
    "seal_anew",
    "seal_keys",
    "slot_of",
    "take_over_pending",
    "with_entry",
]


def new_user_id() -> bytes:
    """Return 16 random bytes."""
    return secrets.token_bytes(ID_BYTES)


def add_user(
    body: KeyFileBody,
    ring: KeyRing,
    *,
    user_id: bytes,
    login: str,
    password: str,
    role: Role,
    granted: Iterable[str] = (),
    revoked: Iterable[str] = (),
    log_sequence: int,
    argon2: Argon2Parameters = DEFAULT_ARGON2,
) -> KeyFileBody:
    """Enrol a user with a temporary password, which the first sign-in must change.

    Raises InvalidValueError ``login_taken`` and those of :func:`wrap_slot`, RefusedError ``user_exists``.
    """
    roster, chest = _opened(body, ring)
    if roster.user(user_id) is not None:
        raise RefusedError("user_exists")
    _refuse_taken(body, ring, login=login, slot_id=None)
    pair = UserPair.new()
    user = _entry(pair, user_id=user_id, role=role, by=ring, at=log_sequence)
    user = replace(user, granted=frozenset(granted), revoked=frozenset(revoked))
    slot_id = secrets.token_bytes(ID_BYTES)
    slot = _temporary_slot(pair, body, ring, slot_id=slot_id, login=login, password=password, argon2=argon2)
    roster = replace(roster, users=(*roster.users, user))
    return seal_anew(body.with_slot(slot), roster, chest)


def change_user(
    body: KeyFileBody,
    ring: KeyRing,
    *,
    user_id: bytes,
    role: Role,
    granted: Iterable[str] = (),
    revoked: Iterable[str] = (),
    log_sequence: int,
) -> KeyFileBody:
    """Give a user another role or exceptions and seal the keys that go with them.

    Keys he has read already become void only by a rotation. Raises RefusedError ``user_unknown``,
    ``last_administrator``.
    """
    roster, chest = _opened(body, ring)
    former = _user(roster, user_id)
    changed = replace(former, role=role, granted=frozenset(granted), revoked=frozenset(revoked))
    return seal_anew(body, with_entry(roster, former, changed, at=log_sequence), chest)


def disable_user(body: KeyFileBody, ring: KeyRing, *, user_id: bytes, log_sequence: int) -> KeyFileBody:
    """End a user's entry and remove his slot; rotate the keys afterwards.

    Raises RefusedError ``user_unknown``, ``last_administrator``.
    """
    roster, chest = _opened(body, ring)
    former = _user(roster, user_id)
    slot = slot_of(body, former)
    slots = tuple(other for other in body.slots if other is not slot)
    return seal_anew(replace(body, slots=slots), with_entry(roster, former, None, at=log_sequence), chest)


def reset_password(
    body: KeyFileBody,
    ring: KeyRing,
    *,
    user_id: bytes,
    password: str,
    log_sequence: int,
    login: str | None = None,
    argon2: Argon2Parameters = DEFAULT_ARGON2,
) -> KeyFileBody:
    """Give a user who forgot his password a temporary one: with a new pair, since the old is lost.

    ``login`` serves where his slot is lost or was changed outside the program, and he gets a new one.
    Raises RefusedError ``user_unknown``, InvalidValueError for the password.
    """
    roster, chest = _opened(body, ring)
    former = _user(roster, user_id)
    names = users_logins(body, ring.organization_secret)
    own = slots_of(body, former)
    named = (slot for slot in own if login and same_login(names.get(slot.slot_id, ""), login))
    slot = next(named, own[0] if own else None)
    login = (slot and names.get(slot.slot_id)) or login
    if login is None:
        raise OrganizationFileError("account_damaged")
    # What else lies under his keys or, where he has none, under his name is not his.
    body = _without(body, [other for other in own if other is not slot])
    if slot is None:
        body = _without(body, _squatters(body, ring, roster, login=login))
        _refuse_taken(body, ring, login=login, slot_id=None)
    slot_id = slot.slot_id if slot else secrets.token_bytes(ID_BYTES)
    pair = UserPair.new()
    fresh = _entry(pair, user_id=user_id, role=former.role, by=ring, at=log_sequence)
    fresh = replace(fresh, granted=former.granted, revoked=former.revoked)
    wrapped = _temporary_slot(
        pair, body, ring, slot_id=slot_id, login=login, password=password, argon2=argon2
    )
    return seal_anew(body.with_slot(wrapped), with_entry(roster, former, fresh, at=log_sequence), chest)


def rename_login(body: KeyFileBody, ring: KeyRing, *, slot_id: bytes, login: str) -> KeyFileBody:
    """Give an account another login name; no password is needed.

    Raises InvalidValueError ``login_taken``, ``login_refused``; RefusedError ``user_unknown``,
    ``account_not_moved`` (still under a former secret: its owner must sign in first).
    """
    _opened(body, ring)
    slot = body.slot(slot_id)
    if slot is None:
        raise RefusedError("user_unknown")
    if slot.secret_id != body.secret_id:
        raise RefusedError("account_not_moved")
    _refuse_taken(body, ring, login=login, slot_id=slot_id)
    box = seal_login(login, secret=ring.organization_secret, file_id=body.file_id, slot_id=slot_id)
    return body.with_slot(replace(slot, login_box=box))


def pending_users(body: KeyFileBody, roster: Roster) -> tuple[bytes, ...]:
    """Return the users whose pending pair is vouched for by the pair in the roster."""
    return tuple(user.user_id for user in roster.current_users() if _pending_entry(body, user))


def take_over_pending(body: KeyFileBody, ring: KeyRing, *, log_sequence: int) -> KeyFileBody:
    """Put every vouched-for pending pair into the roster and seal the keys to it.

    A pending pair without a valid signature of the present one stays where it is: anybody who can write
    the file could have put it there. One's own is taken over too: the entry that records it must then be
    signed by the new pair.
    """
    roster, chest = _opened(body, ring)
    for user in roster.current_users():
        taken = _pending_entry(body, user)
        if taken:
            roster = with_entry(roster, user, taken, at=log_sequence)
    return seal_anew(body, roster, chest)


def remove_unlisted(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    """Remove every slot the roster knows nothing of."""
    roster, chest = _opened(body, ring)
    return seal_anew(_without(body, unlisted_slots(body, roster)), roster, chest)


def _without(body: KeyFileBody, gone: Iterable[Slot]) -> KeyFileBody:
    names = {slot.slot_id for slot in gone}
    return replace(body, slots=tuple(slot for slot in body.slots if slot.slot_id not in names))


def _squatters(body: KeyFileBody, ring: KeyRing, roster: Roster, *, login: str) -> list[Slot]:
    """Return the slots under ``login`` that are nobody's, or a second one of somebody."""
    wanted, names = normalized_login(login), users_logins(body, ring.organization_secret)
    seconds = {
        slot.slot_id
        for user in roster.current_users()
        if len(found := slots_of(body, user)) > 1
        for slot in found
    }
    loose = seconds | {slot.slot_id for slot in unlisted_slots(body, roster)}
    return [
        slot
        for slot in body.slots
        if slot.slot_id in loose and same_login(names.get(slot.slot_id, ""), wanted)
    ]


def _opened(body: KeyFileBody, ring: KeyRing) -> tuple[Roster, KeyChest]:
    """Return roster and chest of *this* body, which may be newer than the ring."""
    if "users" not in ring.rights:
        raise RefusedError("right_missing", right="users")
    present = renew(body, ring)
    if "users" not in present.rights:
        raise RefusedError("right_missing", right="users")
    admin = present.class_keys[KeyKind.ADMIN.value][body.chest.key_id]
    return present.roster, open_chest(body.chest, admin_key=admin, file_id=body.file_id)


def seal_anew(body: KeyFileBody, roster: Roster, chest: KeyChest) -> KeyFileBody:
    """Sign the roster with the next sequence and seal to each user what his rights now need.

    Raises RefusedError ``last_administrator`` when the roster has none left.
    """
    administrators = [user for user in roster.current_users() if user.role is Role.ADMINISTRATOR]
    if not administrators:
        raise RefusedError("last_administrator")
    roster = replace(roster, sequence=roster.sequence + 1)
    slots = tuple(replace(slot, sealed=_sealed_for(slot, roster, chest)) for slot in body.slots)
    box = seal_roster(roster, root=chest.root_key(), file_key=chest.file_keys[-1])
    return replace(body, slots=slots, roster=box)


def _sealed_for(slot: Slot, roster: Roster, chest: KeyChest) -> tuple[SealedKey, ...]:
    """Return what belongs into a slot: all slots that show a user's keys get them, one is surely his."""
    owner = next((user for user in roster.current_users() if has_keys_of(slot, user)), None)
    return seal_keys(owner, roster, chest) if owner else ()


def seal_keys(user: RosterUser, roster: Roster, chest: KeyChest) -> tuple[SealedKey, ...]:
    """Seal to a user's roster key every key his rights need, during a rotation old and new."""
    sealed = []
    for kind in sorted(kinds_for(user.rights)):
        for name in roster.key_ids.of(kind):
            raw = chest.raw_key(kind, name, file_id=roster.file_id)
            if raw is None:
                raise OrganizationFileError("chest_damaged")
            sealed.append(seal_key(raw, kind=kind, public=user.sealing_public, file_id=roster.file_id))
    return tuple(sealed)


def _user(roster: Roster, user_id: bytes) -> RosterUser:
    user = roster.user(user_id)
    if user is None:
        raise RefusedError("user_unknown")
    return user


def with_entry(roster: Roster, former: RosterUser, following: RosterUser | None, *, at: int) -> Roster:
    """End ``former`` at log entry ``at`` and begin ``following`` there."""
    if at < former.valid_from:
        raise ValueError("a roster entry cannot end before it began")
    ended = replace(former, valid_to=at)
    users = tuple(ended if user is former else user for user in roster.users)
    return replace(roster, users=users if following is None else (*users, replace(following, valid_from=at)))


def _entry(pair: UserPair, *, user_id: bytes, role: Role, by: KeyRing, at: int) -> RosterUser:
    sealing_public, signing_public = pair.public()
    return RosterUser(
        user_id=user_id,
        role=role,
        granted=frozenset(),
        revoked=frozenset(),
        sealing_public=sealing_public,
        signing_public=signing_public,
        keys_made_by=by.user_id,
        valid_from=at,
    )


def _pending_entry(body: KeyFileBody, user: RosterUser) -> RosterUser | None:
    """Return the entry a user gets with his pending pair, None when none is vouched for."""
    slot = slot_of(body, user)
    pending = slot.pending if slot else None
    if slot is None or pending is None or pending.signing_public == user.signing_public:
        return None
    if not pending.vouched_for(user.signing_public, file_id=body.file_id, slot_id=slot.slot_id):
        return None
    return replace(
        user,
        sealing_public=pending.sealing_public,
        signing_public=pending.signing_public,
        keys_made_by=user.user_id,
    )


def _temporary_slot(
    pair: UserPair,
    body: KeyFileBody,
    ring: KeyRing,
    *,
    slot_id: bytes,
    login: str,
    password: str,
    argon2: Argon2Parameters,
) -> Slot:
    return wrap_slot(
        OpenedSlot(pair=pair),
        file_id=body.file_id,
        slot_id=slot_id,
        secret=ring.organization_secret,
        login=login,
        password=password,
        argon2=argon2,
        temporary=True,
    )


def _refuse_taken(body: KeyFileBody, ring: KeyRing, *, login: str, slot_id: bytes | None) -> None:
    wanted = normalized_login(login)
    for other, name in users_logins(body, ring.organization_secret).items():
        if other != slot_id and same_login(name, wanted):
            raise InvalidValueError("login_taken", field="login", login=wanted)
