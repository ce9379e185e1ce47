"""The users of an organization: who they are, what they may, and what an administrator does about them.

Rights and keys change in the key file, names in the database; both in one order under one log entry. Nobody
changes his own role, exceptions or account here: a slip would lock the only person out who could mend it.
"""

import secrets

from crm_desktop.domain.errors import InvalidValueError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations.key_changes import change_keys
from crm_desktop.operations.session import Session
from crm_desktop.operations.user_changes import (
    change_account,
    member_of,
    member_or_none,
    next_entry,
    refuse_oneself,
)
from crm_desktop.operations.user_list import UserRow, UserState, users
from crm_desktop.operations.user_rights import KeysLeft, change_role, set_exception
from crm_desktop.security import accounts
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_copies import read_key_file
from crm_desktop.security.login_names import normalized_login, same_login
from crm_desktop.security.sign_in import renew, users_logins
from crm_desktop.security.slot_owners import unlisted_slots
from crm_desktop.storage.journal import ChangeSet

__all__ = [
    "KeysLeft",
    "UserRow",
    "UserState",
    "add_user",
    "change_role",
    "disable_user",
    "enable_user",
    "is_login_of",
    "remove_unlisted",
    "rename_login",
    "reset_password",
    "set_exception",
    "take_over_pending",
    "temporary_passphrase",
    "unlisted_accounts",
    "users",
]

NAME_LIMIT = 200
_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aeiou"
_WORDS, _SYLLABLES = 4, 3


def temporary_passphrase() -> str:
    """Return a made-up passphrase that can be read out on the phone: 12 syllables, 75 bits."""
    words = (
        "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(_SYLLABLES))
        for _ in range(_WORDS)
    )
    return "-".join(words)


def add_user(session: Session, *, login: str, name: str, role: Role, password: str) -> bytes:
    """Add a user with a temporary password, which his first sign-in must change; return his user id.

    Raises InvalidValueError for login, name or password, RefusedError("right_missing").
    """
    login, name = normalized_login(login), _checked_name(name or login)
    user_id = accounts.new_user_id()

    def enrol(body: KeyFileBody) -> KeyFileBody:
        return accounts.add_user(
            _without_unfinished(session, body, login),
            session.ring,
            user_id=user_id,
            login=login,
            password=password,
            role=role,
            log_sequence=next_entry(session),
            argon2=session.environment.argon2,
        )

    def member(changes: ChangeSet) -> None:
        changes.insert("member", {"uuid": user_id, "login": login, "name": name})

    change_account(session, "add_user", user_id, enrol, rows=member, what={"role": role.value})
    return user_id


def disable_user(session: Session, user_id: bytes) -> KeysLeft:
    """End a user's account; his records, history and consents stay. Rotate the keys afterwards.

    Raises RefusedError ``user_unknown``, ``last_administrator``, ``user_oneself``.
    """

    def disable(body: KeyFileBody) -> KeyFileBody:
        ended = accounts.disable_user(body, session.ring, user_id=user_id, log_sequence=next_entry(session))
        refuse_oneself(session, user_id)
        return ended

    change_account(session, "disable_user", user_id, disable)
    return KeysLeft.ALL


def enable_user(session: Session, user_id: bytes, *, password: str) -> None:
    """Let a disabled user in again: former role and exceptions, a temporary password, a new key pair.

    Raises RefusedError ``user_unknown``, ``user_exists``, InvalidValueError (``login_taken``: somebody
    else has got his login name meanwhile).
    """
    login = member_of(session, user_id).login

    def enable(body: KeyFileBody) -> KeyFileBody:
        last = renew(body, session.ring).roster.last_entry(user_id)
        # A member who never had an account begins with the least role.
        return accounts.add_user(
            body, session.ring, user_id=user_id, login=login, password=password,
            role=last.role if last else Role.VIEWER,
            granted=last.granted if last else (), revoked=last.revoked if last else (),
            log_sequence=next_entry(session), argon2=session.environment.argon2,
        )  # fmt: skip

    change_account(session, "enable_user", user_id, enable)


def reset_password(session: Session, user_id: bytes, *, password: str) -> None:
    """Give a user who forgot his password a temporary one, with a new key pair.

    Raises RefusedError ``user_unknown``, ``password_own``, InvalidValueError for the password.
    """
    if user_id == session.user_id:
        raise RefusedError("password_own")
    member = member_or_none(session, user_id)

    def reset(body: KeyFileBody) -> KeyFileBody:
        return accounts.reset_password(
            body, session.ring, user_id=user_id, password=password, log_sequence=next_entry(session),
            login=member.login if member else None, argon2=session.environment.argon2,
        )  # fmt: skip

    change_account(session, "reset_password", user_id, reset)


def rename_login(session: Session, user_id: bytes, login: str, *, name: str | None = None) -> None:
    """Give a user another login name, and another name as records show it where ``name`` is given.

    Raises InvalidValueError ``login_taken``, ``login_refused``, RefusedError ``user_unknown``,
    ``account_not_moved``.
    """
    login = normalized_login(login)
    values: dict[str, object] = {"login": login}
    if name is not None:
        values["name"] = _checked_name(name)
    member = member_of(session, user_id)

    def rename(body: KeyFileBody) -> KeyFileBody:
        ring = renew(body, session.ring)
        user = ring.roster.user(user_id)
        slot = accounts.slot_of(body, user) if user else None
        if slot is None:
            raise RefusedError("user_unknown")
        if users_logins(body, ring.organization_secret).get(slot.slot_id) == login:
            return body
        return accounts.rename_login(body, session.ring, slot_id=slot.slot_id, login=login)

    def member_row(changes: ChangeSet) -> None:
        changes.update("member", member.id, values)

    change_account(session, "rename_user", user_id, rename, rows=member_row)
    if user_id == session.user_id:
        session.member = member_of(session, user_id)


def is_login_of(row: UserRow, login: str) -> bool:
    """Tell whether a typed login name is a user's, by the rule of the sign-in."""
    return same_login(row.login, normalized_login(login))


def unlisted_accounts(session: Session) -> int:
    """Return how many accounts in the key file no administrator made, or made otherwise than they are."""
    session.require("users")
    body = read_key_file(session.places).body
    return len(unlisted_slots(body, renew(body, session.ring).roster))


def remove_unlisted(session: Session) -> None:
    """Remove the accounts no administrator made; whoever lost his own by it gets a new password.

    They open nothing: this takes them out of sight, and their login names out of the way.
    """
    session.require_for("remove_accounts")
    change_keys(session, "remove_accounts", lambda body: accounts.remove_unlisted(body, session.ring))


def take_over_pending(session: Session) -> bool:
    """Put the key pairs users made at their first sign-in into the roster; return whether there were any.

    Done at each sign-in of an administrator: until then they work with the pair made for them.
    """
    if not session.may("users"):
        return False
    body = read_key_file(session.places).body
    if not accounts.pending_users(body, renew(body, session.ring).roster):
        return False
    change_keys(
        session,
        "take_over_keys",
        lambda newest: accounts.take_over_pending(newest, session.ring, log_sequence=next_entry(session)),
    )
    return True


def _without_unfinished(session: Session, body: KeyFileBody, login: str) -> KeyFileBody:
    """Take out an account of this login that a crash left without a member: it cannot sign in."""
    ring = renew(body, session.ring)
    names = users_logins(body, ring.organization_secret)
    for user in ring.roster.current_users():
        slot = accounts.slot_of(body, user)
        named = slot is not None and same_login(names.get(slot.slot_id, ""), login)
        if named and member_or_none(session, user.user_id) is None:
            return accounts.disable_user(
                body, session.ring, user_id=user.user_id, log_sequence=next_entry(session)
            )
    return body


def _checked_name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise InvalidValueError("value_required", field="Name")
    if len(tidy) > NAME_LIMIT:
        raise InvalidValueError("value_too_long", field="Name", length=len(tidy), limit=NAME_LIMIT)
    if not tidy.isprintable():
        raise InvalidValueError("value_unreadable", field="Name")
    return tidy
