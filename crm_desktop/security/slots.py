"""One account in the key file: the user's key pairs wrapped under the password and the secret.

A slot opens only with both: the password a person knows and the organization secret this computer
holds. Signing in means that the slot opens; no second hash of the password exists.
"""

from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag

from crm_desktop.domain.errors import InvalidValueError, OrganizationFileError, SignInError
from crm_desktop.security.class_keys import MOST_SEALED_KEYS, SealedKey
from crm_desktop.security.derivation import (
    ID_BYTES,
    SALT_BYTES,
    Argon2Parameters,
    context,
    derive_kek,
    new_salt,
    normalized_password,
    secret_id,
)
from crm_desktop.security.login_names import LARGEST_LOGIN_BOX, open_login, seal_login
from crm_desktop.security.sealing import NONCE_BYTES, PUBLIC_KEY_BYTES, TAG_BYTES, open_box, seal_box
from crm_desktop.security.strict_json import Fields
from crm_desktop.security.user_pairs import PAIR_BYTES, PendingKeys, UserPair

DAMAGED = "account_damaged"
_HIGHEST_COST = 2**32


@dataclass(frozen=True, slots=True)
class OpenedSlot:
    """The key pairs of a slot: the one in use and, while one waits, the pending one."""

    pair: UserPair
    pending: UserPair | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One account as the key file holds it; ``temporary``: the password was set by somebody else."""

    slot_id: bytes
    secret_id: bytes
    login_box: bytes
    argon2: Argon2Parameters
    salt: bytes
    wrapped: bytes
    sealing_public: bytes
    signing_public: bytes
    pending: PendingKeys | None
    temporary: bool
    sealed: tuple[SealedKey, ...]

    def associated(self, file_id: bytes) -> bytes:
        """Return what the wrapped seeds are bound to: all of the slot but name and sealed keys.

        Those change when an administrator renames or rotates, who does not know the password.
        """
        pending = (self.pending.sealing_public, self.pending.signing_public) if self.pending else ()
        cost = (self.argon2.memory_kib, self.argon2.passes, self.argon2.lanes)
        keys = (self.sealing_public, self.signing_public, *pending)
        flag = "temporary" if self.temporary else "own"
        return context("seeds", file_id, self.slot_id, self.secret_id, self.salt, *cost, flag, *keys)

    def login(self, *, secret: bytes, file_id: bytes) -> str | None:
        """Return the login name, None when it was not written under this secret."""
        return open_login(self.login_box, secret=secret, file_id=file_id, slot_id=self.slot_id)


def wrap_slot(
    opened: OpenedSlot,
    *,
    file_id: bytes,
    slot_id: bytes,
    secret: bytes,
    login: str,
    password: str,
    argon2: Argon2Parameters,
    temporary: bool,
    sealed: tuple[SealedKey, ...] = (),
) -> Slot:
    """Wrap key pairs under a password, with a new salt and nonce each time.

    Raises the errors of :func:`normalized_password`, :func:`normalized_login` and :func:`derive_kek`.
    """
    salt = new_salt()
    typed = normalized_password(password)
    login_box = seal_login(login, secret=secret, file_id=file_id, slot_id=slot_id)
    kek = derive_kek(typed, secret=secret, slot_id=slot_id, salt=salt, parameters=argon2)
    sealing_public, signing_public = opened.pair.public()
    slot = Slot(
        slot_id=slot_id,
        secret_id=secret_id(secret, file_id=file_id),
        login_box=login_box,
        argon2=argon2,
        salt=salt,
        wrapped=b"",
        sealing_public=sealing_public,
        signing_public=signing_public,
        pending=_vouched(opened, file_id=file_id, slot_id=slot_id),
        temporary=temporary,
        sealed=sealed,
    )
    seeds = opened.pair.raw + (opened.pending.raw if opened.pending else b"")
    return replace(slot, wrapped=seal_box(kek, seeds, associated=slot.associated(file_id)))


def open_slot(slot: Slot, *, file_id: bytes, secret: bytes, password: str) -> OpenedSlot:
    """Unwrap the key pairs with the password.

    Raises SignInError ``password_wrong`` (fact slot_id) and OrganizationFileError
    ``key_parameters_refused``, ``memory_too_small``, ``account_damaged``.
    """
    try:
        typed = normalized_password(password)
    except InvalidValueError as error:
        # It cannot be the password of any account, so it is a wrong one.
        raise SignInError("password_wrong", slot_id=slot.slot_id) from error
    kek = derive_kek(typed, secret=secret, slot_id=slot.slot_id, salt=slot.salt, parameters=slot.argon2)
    try:
        seeds = open_box(kek, slot.wrapped, associated=slot.associated(file_id))
    except InvalidTag as error:
        raise SignInError("password_wrong", slot_id=slot.slot_id) from error
    return _checked(seeds, slot)


def _vouched(opened: OpenedSlot, *, file_id: bytes, slot_id: bytes) -> PendingKeys | None:
    if opened.pending is None:
        return None
    return PendingKeys.sign(opened.pending, by=opened.pair, file_id=file_id, slot_id=slot_id)


def _checked(seeds: bytes, slot: Slot) -> OpenedSlot:
    """Split authentic seeds; a slot whose public keys are not theirs was written by a faulty program."""
    stated = [(slot.sealing_public, slot.signing_public)]
    if slot.pending:
        stated.append((slot.pending.sealing_public, slot.pending.signing_public))
    pairs = [UserPair.from_raw(seeds[at : at + PAIR_BYTES]) for at in range(0, len(seeds), PAIR_BYTES)]
    if len(seeds) != PAIR_BYTES * len(stated) or [pair.public() for pair in pairs] != stated:
        raise OrganizationFileError(DAMAGED)
    return OpenedSlot(*pairs)


def slot_to_json(slot: Slot) -> dict[str, object]:
    """Return the JSON object written to the key file."""
    return {
        "slot_id": slot.slot_id.hex(),
        "secret_id": slot.secret_id.hex(),
        "login": slot.login_box.hex(),
        "memory_kib": slot.argon2.memory_kib,
        "passes": slot.argon2.passes,
        "lanes": slot.argon2.lanes,
        "salt": slot.salt.hex(),
        "wrapped": slot.wrapped.hex(),
        "sealing_public": slot.sealing_public.hex(),
        "signing_public": slot.signing_public.hex(),
        "pending": slot.pending.to_json() if slot.pending else None,
        "temporary": slot.temporary,
        "sealed": [key.to_json() for key in slot.sealed],
    }


_COST_NAMES = frozenset({"memory_kib", "passes", "lanes"})
_NAMES = (frozenset(Slot.__dataclass_fields__) - {"argon2", "login_box"}) | {"login"} | _COST_NAMES


def slot_from_json(value: object) -> Slot:
    """Read a slot; raises OrganizationFileError ``account_damaged``.

    The Argon2 cost is only read here; whether it is within bounds is asked before it is used.
    """
    fields = Fields(value, names=_NAMES, code=DAMAGED)
    stated = fields.raw("pending")
    pending = None if stated is None else PendingKeys.from_json(stated, code=DAMAGED)
    return Slot(
        slot_id=fields.hex("slot_id", length=ID_BYTES),
        secret_id=fields.hex("secret_id", length=ID_BYTES),
        login_box=fields.hex("login", at_most=LARGEST_LOGIN_BOX),
        argon2=Argon2Parameters(
            **{name: fields.integer(name, low=0, high=_HIGHEST_COST) for name in _COST_NAMES}
        ),
        salt=fields.hex("salt", length=SALT_BYTES),
        wrapped=fields.hex("wrapped", length=PAIR_BYTES * (2 if pending else 1) + NONCE_BYTES + TAG_BYTES),
        sealing_public=fields.hex("sealing_public", length=PUBLIC_KEY_BYTES),
        signing_public=fields.hex("signing_public", length=PUBLIC_KEY_BYTES),
        pending=pending,
        temporary=fields.flag("temporary"),
        sealed=fields.items(
            "sealed", lambda item: SealedKey.from_json(item, code=DAMAGED), at_most=MOST_SEALED_KEYS
        ),
    )
