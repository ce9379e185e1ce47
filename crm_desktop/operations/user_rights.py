"""What a user may: his role, and the single rights he has beyond it or not."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from crm_desktop.domain.errors import InvalidValueError, KnownError, RefusedError
from crm_desktop.domain.permissions import RIGHT_BY_NAME, Role, rights_of
from crm_desktop.operations.bank_keys import reseal_all, rotate_bank_key
from crm_desktop.operations.session import Session
from crm_desktop.operations.user_changes import change_account, next_entry, refuse_oneself
from crm_desktop.security import accounts
from crm_desktop.security.class_keys import KeyKind, kinds_for
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.roster import RosterUser
from crm_desktop.security.sign_in import renew


class KeysLeft(StrEnum):
    """Keys a user has read and lost the right to, and that are still to be rotated to make them void.

    The bank key is rotated at once; it is left only where that could not be done.
    """

    NONE = "none"
    BANK = "bank"
    ALL = "all"


def change_role(session: Session, user_id: bytes, role: Role) -> KeysLeft:
    """Give a user another role; exceptions the new role makes meaningless go.

    Raises RefusedError ``user_unknown``, ``last_administrator``, ``user_oneself``.
    """
    return _change_rights(
        session, "change_role", user_id, lambda user: replace(user, role=role), {"role": role.value}
    )


def set_exception(session: Session, user_id: bytes, right: str, *, granted: bool | None) -> KeysLeft:
    """Give a user a right beyond his role (True), take one away (False), or follow the role (None).

    Raises InvalidValueError("right_unknown"), RefusedError ``exception_not_allowed``,
    ``bank_right_kept``, ``user_unknown``, ``user_oneself``.
    """
    known = RIGHT_BY_NAME.get(right)
    if known is None:
        raise InvalidValueError("right_unknown", field="right", value=right)
    if not known.exception_allowed:
        raise RefusedError("exception_not_allowed", right=right)

    def changed(user: RosterUser) -> RosterUser:
        if user.role is Role.ADMINISTRATOR and right.startswith("bank.") and granted is False:
            raise RefusedError("bank_right_kept")
        return replace(
            user,
            granted=user.granted - {right} | ({right} if granted is True else frozenset()),
            revoked=user.revoked - {right} | ({right} if granted is False else frozenset()),
        )

    return _change_rights(session, "set_exception", user_id, changed, {"right": right, "granted": granted})


def _change_rights(
    session: Session,
    verb: str,
    user_id: bytes,
    changed: Callable[[RosterUser], RosterUser],
    what: dict[str, object],
) -> KeysLeft:
    """Change role or exceptions of a user; return which keys he has read and lost the right to."""
    left = KeysLeft.NONE

    def change(body: KeyFileBody) -> KeyFileBody:
        nonlocal left
        former = renew(body, session.ring).roster.user(user_id)
        if former is None:
            raise RefusedError("user_unknown")
        following = _settled(changed(former))
        left = _keys_left(former, following)
        made = accounts.change_user(
            body, session.ring, user_id=user_id, role=following.role, granted=following.granted,
            revoked=following.revoked, log_sequence=next_entry(session),
        )  # fmt: skip
        refuse_oneself(session, user_id)
        return made

    change_account(session, verb, user_id, change, what=what)
    return _with_new_bank_key(session) if left is KeysLeft.BANK else left


def _with_new_bank_key(session: Session) -> KeysLeft:
    """Change the bank key at once: the one somebody has read opens nothing that is written from now on.

    The right is withdrawn already; where the key cannot be changed now, that it is left to do is told.
    """
    try:
        rotate_bank_key(session)
        reseal_all(session)
    except KnownError:
        return KeysLeft.BANK
    return KeysLeft.NONE


def _settled(user: RosterUser) -> RosterUser:
    """Drop exceptions that change nothing: they would come to life again with a later role."""
    by_role = rights_of(user.role)
    kept = {name for name in user.revoked & by_role if not _kept_by_role(user.role, name)}
    return replace(user, granted=user.granted - by_role, revoked=frozenset(kept))


def _kept_by_role(role: Role, right: str) -> bool:
    return role is Role.ADMINISTRATOR and right.startswith("bank.")


def _keys_left(former: RosterUser, following: RosterUser) -> KeysLeft:
    lost = kinds_for(former.rights) - kinds_for(following.rights)
    if KeyKind.ADMIN in lost:
        return KeysLeft.ALL
    return KeysLeft.BANK if KeyKind.BANK in lost else KeysLeft.NONE
