"""The command about users: who there is, what they may, their passwords."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from crm_desktop.cli.options import FileArgument, JsonOption
from crm_desktop.cli.output import document, note, say, utc_text
from crm_desktop.cli.sign_in import SignIn, environment_of, signed_in
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.permissions import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from crm_desktop.cli.secrets_input import Secrets
    from crm_desktop.operations.session import Session
    from crm_desktop.operations.users import KeysLeft, UserRow


class Action(StrEnum):
    """What to do about users."""

    LIST = "list"
    ADD = "add"
    ROLE = "role"
    RENAME = "rename"
    ENABLE = "enable"
    DISABLE = "disable"
    RESET_PASSWORD = "reset-password"  # noqa: S105 - the name of an action
    PASSWD = "passwd"  # noqa: S105 - the name of an action
    GRANT = "grant"
    REVOKE = "revoke"


# What each action takes after it; the login is of the user it is about.
_TAKES: dict[Action, tuple[str, ...]] = {
    Action.LIST: (),
    Action.ADD: ("LOGIN",),
    Action.ROLE: ("LOGIN", "ROLE"),
    Action.RENAME: ("LOGIN", "NEW-LOGIN"),
    Action.ENABLE: ("LOGIN",),
    Action.DISABLE: ("LOGIN",),
    Action.RESET_PASSWORD: ("LOGIN",),
    Action.PASSWD: (),
    Action.GRANT: ("LOGIN", "RIGHT"),
    Action.REVOKE: ("LOGIN", "RIGHT"),
}
_WITH_NEW_PASSWORD = frozenset({Action.ADD, Action.ENABLE, Action.RESET_PASSWORD, Action.PASSWD})
_WITH_NAME = frozenset({Action.ADD, Action.RENAME})


def users(
    context: typer.Context,
    file: FileArgument,
    action: Annotated[
        Action, typer.Argument(metavar="ACTION", help=f"{', '.join(Action)}.", show_default=False)
    ],
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LOGIN] [VALUE]", help="Whose account, and the new role, login or right."),
    ] = None,
    *,
    sign_in: SignIn,
    role: Annotated[
        Role | None, typer.Option("--role", metavar="R", help=f"With add: {', '.join(Role)}.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="With add and rename: as records show it.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List users, add them, change what they may.

    list; add LOGIN --role R; role LOGIN R; rename LOGIN NEW-LOGIN; enable, disable or reset-password LOGIN;
    passwd (one's own); grant or revoke LOGIN RIGHT. With --password-stdin the first line is the caller's
    password and the second the new one. A password set by somebody else must be changed with passwd before
    anything else.
    """
    about = _checked(action, words or [], role=role, name=name)
    secrets = sign_in.secrets(new_password=action in _WITH_NEW_PASSWORD)
    before = action is Action.PASSWD
    with signed_in(
        environment_of(context), file, sign_in, secrets=secrets, before_own_password=before
    ) as session:
        if action is Action.LIST:
            _list(session, as_json=as_json)
        elif action is Action.PASSWD:
            _change_own(session, secrets, as_json=as_json)
        elif action is Action.ADD:
            assert role is not None  # noqa: S101 - asked by _checked
            _add(session, about[0], secrets, role=role, name=name, as_json=as_json)
        else:
            whose = _user(session, about[0])
            left = _CHANGES[action](session, whose, secrets, (*about[1:], name or ""))
            _tell(session, whose.user_id, left, as_json=as_json)


def _checked(action: Action, words: list[str], *, role: Role | None, name: str | None) -> list[str]:
    """Return the words of an action; raises typer.BadParameter for what does not go with it."""
    takes = _TAKES[action]
    if len(words) != len(takes):
        raise typer.BadParameter(f"{action} takes {' and '.join(takes) or 'nothing'}")
    if (role is not None) is not (action is Action.ADD):
        raise typer.BadParameter("--role goes with add, which needs it")
    if name is not None and action not in _WITH_NAME:
        raise typer.BadParameter("--name goes with add and rename only")
    if action is Action.ROLE and words[1] not in set(Role):
        raise typer.BadParameter(f"a role is one of {', '.join(Role)}")
    return words


def _user(session: "Session", login: str) -> "UserRow":
    """Return the user with ``login``, an enabled one before one who left under the same name."""
    from crm_desktop.operations.users import is_login_of
    from crm_desktop.operations.users import users as all_users

    found = [row for row in all_users(session) if is_login_of(row, login)]
    if not found:
        raise RefusedError("member_unknown", login=login)
    return min(found, key=lambda row: not row.enabled)


def _list(session: "Session", *, as_json: bool) -> None:
    from crm_desktop.operations.users import users as all_users

    rows = all_users(session)
    if as_json:
        document({"users": [_row(row) for row in rows]})
        return
    for row in rows:
        exceptions = [*(f"+{right}" for right in sorted(row.granted))]
        exceptions += [f"-{right}" for right in sorted(row.revoked)]
        more = f" {' '.join(exceptions)}" if exceptions else ""
        say(f"{row.login}: {row.name}, {row.role}{more}, {row.state.replace('_', ' ')}")


def _row(row: "UserRow") -> dict[str, object]:
    return {
        "id": row.user_id.hex(),
        "login": row.login,
        "name": row.name,
        "role": row.role.value,
        "enabled": row.enabled,
        "state": row.state.value,
        "granted": sorted(row.granted),
        "revoked": sorted(row.revoked),
        "must_change_password": row.must_change_password,
        "moved": row.moved,
        "last_login": utc_text(row.last_login),
    }


def _change_own(session: "Session", secrets: "Secrets", *, as_json: bool) -> None:
    from crm_desktop.operations.organizations import change_password

    old = secrets.required("password", question="Password")
    new = secrets.required("new-password", question="New password", twice=True)
    change_password(session.environment, session, old=old, new=new)
    if as_json:
        document({"login": session.ring.login, "password_changed": True})
        return
    say(f"{session.ring.login}: password changed.")


def _add(
    session: "Session", login: str, secrets: "Secrets", *, role: Role, name: str | None, as_json: bool
) -> None:
    from crm_desktop.operations.users import add_user

    password = _temporary(secrets, login)
    user_id = add_user(session, login=login, name=name or login, role=role, password=password)
    _tell(session, user_id, None, as_json=as_json)


def _temporary(secrets: "Secrets", login: str) -> str:
    return secrets.required("new-password", question=f"Temporary password for {login}", twice=True)


def _tell(session: "Session", user_id: bytes, left: "KeysLeft | None", *, as_json: bool) -> None:
    """Print the user as he is now; what has to be rotated is said beside it."""
    from crm_desktop.operations.users import KeysLeft
    from crm_desktop.operations.users import users as all_users

    row = next(row for row in all_users(session) if row.user_id == user_id)
    if left is KeysLeft.ALL:
        note("Keys this user has read stay readable to him until the keys are rotated: rotate-keys FILE.")
    elif left is KeysLeft.BANK:
        note("The bank key this user has read stays readable to him until it is rotated.")
    if as_json:
        to_rotate = {} if left is None else {"keys_to_rotate": left.value}
        document(_row(row) | to_rotate)
        return
    say(f"{row.login}: {row.role}, {row.state.replace('_', ' ')}.")


def _enable(session: "Session", whose: "UserRow", secrets: "Secrets", _: tuple[str, ...]) -> None:
    from crm_desktop.operations.users import enable_user

    enable_user(session, whose.user_id, password=_temporary(secrets, whose.login))


def _reset(session: "Session", whose: "UserRow", secrets: "Secrets", _: tuple[str, ...]) -> None:
    from crm_desktop.operations.users import reset_password

    if whose.is_oneself:
        raise RefusedError("password_own")
    reset_password(session, whose.user_id, password=_temporary(secrets, whose.login))


def _disable(session: "Session", whose: "UserRow", _: "Secrets", __: tuple[str, ...]) -> "KeysLeft":
    from crm_desktop.operations.users import disable_user

    return disable_user(session, whose.user_id)


def _role(session: "Session", whose: "UserRow", _: "Secrets", words: tuple[str, ...]) -> "KeysLeft":
    from crm_desktop.operations.users import change_role

    return change_role(session, whose.user_id, Role(words[0]))


def _rename(session: "Session", whose: "UserRow", _: "Secrets", words: tuple[str, ...]) -> None:
    from crm_desktop.operations.users import rename_login

    rename_login(session, whose.user_id, words[0], name=words[1] or None)


def _grant(session: "Session", whose: "UserRow", _: "Secrets", words: tuple[str, ...]) -> "KeysLeft":
    from crm_desktop.operations.users import set_exception

    return set_exception(session, whose.user_id, words[0], granted=True)


def _revoke(session: "Session", whose: "UserRow", _: "Secrets", words: tuple[str, ...]) -> "KeysLeft":
    from crm_desktop.operations.users import set_exception

    return set_exception(session, whose.user_id, words[0], granted=False)


_CHANGES: "dict[Action, Callable[[Session, UserRow, Secrets, tuple[str, ...]], KeysLeft | None]]" = {
    Action.ENABLE: _enable,
    Action.RESET_PASSWORD: _reset,
    Action.DISABLE: _disable,
    Action.ROLE: _role,
    Action.RENAME: _rename,
    Action.GRANT: _grant,
    Action.REVOKE: _revoke,
}
