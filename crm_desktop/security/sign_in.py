"""Signing in: login name and password open a slot, the slot opens keys, the roster says which count."""

from dataclasses import replace

from crm_desktop.domain.errors import InvalidValueError, KnownError, OrganizationFileError, SignInError
from crm_desktop.security.class_keys import CLASS_KINDS, kinds_for
from crm_desktop.security.derivation import DEFAULT_ARGON2, Argon2Parameters, secret_id
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.login_names import normalized_login, same_login
from crm_desktop.security.opening import VerifiedKeys, open_sealed_keys, verify
from crm_desktop.security.roster import RosterUser
from crm_desktop.security.slots import OpenedSlot, Slot, open_slot, wrap_slot
from crm_desktop.security.user_pairs import UserPair


def sign_in(
    body: KeyFileBody,
    *,
    secret: bytes,
    root_fingerprint: bytes,
    login: str,
    password: str,
    highest_roster_seen: int = 0,
    argon2: Argon2Parameters = DEFAULT_ARGON2,
) -> KeyRing:
    """Open the account of ``login`` and return its verified keys.

    ``secret`` and ``root_fingerprint`` are this computer's (keyring or set-up code), ``argon2`` is the
    cost a slot should have by now. Raises SignInError ``secret_unknown``, ``set_up_code_replaced``,
    ``password_wrong`` (fact slot_id, None for an unknown name), ``account_disabled``;
    OrganizationFileError ``account_damaged``, ``key_parameters_refused``, ``roster_older`` and those of
    :func:`verify`.
    """
    secrets = _secrets(body, secret)
    slot, opened = _open_account(body, secrets=secrets, login=login, password=password)
    verified, pair, user = _open_keys(body, slot, opened, fingerprint=root_fingerprint)
    if verified.roster.sequence < highest_roster_seen:
        raise OrganizationFileError("roster_older", found=verified.roster.sequence, seen=highest_roster_seen)
    taken_over = pair is opened.pending
    moved = slot.secret_id == body.secret_id
    return KeyRing(
        user_id=user.user_id,
        slot_id=slot.slot_id,
        slot_salt=slot.salt,
        login=_login(body, slot, secrets) or login,
        roster=verified.roster,
        organization_secret=secret,
        root_fingerprint=root_fingerprint,
        file_keys=verified.file_keys(),
        class_keys=_class_keys(verified, user),
        pair=pair,
        pending=None if taken_over else opened.pending,
        must_change_password=slot.temporary,
        rewrap_needed=taken_over or not moved or _cheaper(slot.argon2, argon2),
    )


def rewrap(
    body: KeyFileBody, ring: KeyRing, new_password: str, argon2: Argon2Parameters = DEFAULT_ARGON2
) -> KeyFileBody:
    """Wrap the account's seeds under a password and the current secret; sign in again afterwards.

    Used for a changed password (the old one was asked) and, with the same password, whenever
    ``ring.rewrap_needed``. A password that somebody else had set gives way to a pending pair, signed by
    the present one; a pending pair that the roster took over becomes the only one. Raises
    InvalidValueError for the password, SignInError ``secret_unknown``, ``account_disabled``,
    ``sign_in_again`` (the account was changed since this sign-in).
    """
    secrets = _secrets(body, ring.organization_secret)
    slot = body.slot(ring.slot_id)
    if slot is None:
        raise SignInError("account_disabled")
    if slot.salt != ring.slot_salt:
        raise SignInError("sign_in_again")
    wrapped = wrap_slot(
        OpenedSlot(pair=ring.pair, pending=_next_pending(ring)),
        file_id=body.file_id,
        slot_id=slot.slot_id,
        secret=ring.organization_secret,
        login=_login(body, slot, secrets) or ring.login,
        password=new_password,
        argon2=argon2,
        temporary=False,
        sealed=slot.sealed,
    )
    return body.with_slot(wrapped)


def renew(body: KeyFileBody, ring: KeyRing) -> KeyRing:
    """Return the ring as a changed key file has it now: rights, keys and roster judged anew.

    ``slot_salt`` stays: a slot that was wrapped anew elsewhere may hold a pending pair this ring lacks,
    and :func:`rewrap` must then refuse instead of dropping its seeds. Raises SignInError
    ``account_disabled`` when account or keys are gone, ``sign_in_again`` when the keys are sealed to a
    pair made elsewhere since; OrganizationFileError ``roster_older`` and those of :func:`verify`.
    """
    slot = body.slot(ring.slot_id)
    if slot is None:
        raise SignInError("account_disabled")
    opened = OpenedSlot(pair=ring.pair, pending=ring.pending)
    try:
        verified, pair, user = _open_keys(body, slot, opened, fingerprint=ring.root_fingerprint)
    except SignInError as error:
        if slot.salt != ring.slot_salt:
            raise SignInError("sign_in_again") from error
        raise
    if verified.roster.sequence < ring.roster.sequence:
        raise OrganizationFileError("roster_older", found=verified.roster.sequence, seen=ring.roster.sequence)
    taken_over = pair is ring.pending
    return replace(
        ring,
        roster=verified.roster,
        file_keys=verified.file_keys(),
        class_keys=_class_keys(verified, user),
        pair=pair,
        pending=None if taken_over else ring.pending,
        must_change_password=slot.temporary,
        rewrap_needed=ring.rewrap_needed or taken_over,
    )


def users_logins(body: KeyFileBody, secret: bytes) -> dict[bytes, str]:
    """Return the login name of each slot id that can be read with the organization secret.

    Raises SignInError ``secret_unknown``, ``set_up_code_replaced``.
    """
    secrets = _secrets(body, secret)
    names = {slot.slot_id: _login(body, slot, secrets) for slot in body.slots}
    return {slot_id: name for slot_id, name in names.items() if name is not None}


def slots_not_moved(body: KeyFileBody) -> tuple[bytes, ...]:
    """Return the slot ids still wrapped under a former organization secret."""
    return tuple(slot.slot_id for slot in body.slots if slot.secret_id != body.secret_id)


def _secrets(body: KeyFileBody, secret: bytes) -> dict[bytes, bytes]:
    """Return the current secret and the former ones it opens, by id."""
    name = secret_id(secret, file_id=body.file_id)
    if name in {former.secret_id for former in body.former_secrets}:
        raise SignInError("set_up_code_replaced")
    if name != body.secret_id:
        raise SignInError("secret_unknown")
    former = {item.secret_id: item.open(current=secret, file_id=body.file_id) for item in body.former_secrets}
    return former | {name: secret}


def _login(body: KeyFileBody, slot: Slot, secrets: dict[bytes, bytes]) -> str | None:
    secret = secrets.get(slot.secret_id)
    return None if secret is None else slot.login(secret=secret, file_id=body.file_id)


def _open_account(
    body: KeyFileBody, *, secrets: dict[bytes, bytes], login: str, password: str
) -> tuple[Slot, OpenedSlot]:
    """Try every slot with the name: a planted second one must not keep its owner out."""
    failure: KnownError | None = None
    for slot in _slots_named(body, login=login, secrets=secrets):
        secret = secrets[slot.secret_id]
        try:
            return slot, open_slot(slot, file_id=body.file_id, secret=secret, password=password)
        except KnownError as error:
            failure = failure or error
    if failure:
        raise failure
    if body.damaged:
        raise OrganizationFileError("account_damaged")
    raise SignInError("password_wrong", slot_id=None)


def _slots_named(body: KeyFileBody, *, login: str, secrets: dict[bytes, bytes]) -> list[Slot]:
    try:
        wanted = normalized_login(login)
    except InvalidValueError:
        return []
    names = ((slot, _login(body, slot, secrets)) for slot in body.slots)
    return [slot for slot, name in names if name is not None and same_login(name, wanted)]


def _open_keys(
    body: KeyFileBody, slot: Slot, opened: OpenedSlot, *, fingerprint: bytes
) -> tuple[VerifiedKeys, UserPair, RosterUser]:
    """Open the sealed keys with the pair the roster names: the one in use or the pending one.

    After an administrator took a pending pair over, the keys are sealed to it while the slot, whose
    password he does not know, still calls it pending.
    """
    pairs = [pair for pair in (opened.pair, opened.pending) if pair is not None]
    for pair in pairs:
        keys = open_sealed_keys(slot.sealed, pair.sealing_key(), file_id=body.file_id)
        if not any(keys.values()):
            continue
        verified = verify(body, keys, fingerprint=fingerprint)
        sealing_public, signing_public = pair.public()
        user = verified.roster.user_with_keys(sealing_public=sealing_public, signing_public=signing_public)
        if user:
            return verified, pair, user
    raise SignInError("account_disabled")


def _class_keys(verified: VerifiedKeys, user: RosterUser) -> dict[str, dict[bytes, bytes]]:
    """Return the class keys the user's rights allow; an administrator has them all from the chest."""
    kinds = CLASS_KINDS if verified.chest else kinds_for(user.rights)
    return {kind.value: dict(verified.keys[kind]) for kind in CLASS_KINDS if kind in kinds}


def _next_pending(ring: KeyRing) -> UserPair | None:
    if ring.must_change_password and ring.pending is None:
        return UserPair.new()
    return ring.pending


def _cheaper(found: Argon2Parameters, wanted: Argon2Parameters) -> bool:
    return found.memory_kib * found.passes < wanted.memory_kib * wanted.passes
