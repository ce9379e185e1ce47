"""What every change of a user is made of: the key file and the database in one order, under one entry."""

from collections.abc import Callable

from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.organization import Member
from crm_desktop.operations.key_changes import RowChange, change_keys, no_rows
from crm_desktop.operations.session import Session
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.storage import log, organization


def change_account(
    session: Session,
    verb: str,
    user_id: bytes,
    add: Callable[[KeyFileBody], KeyFileBody],
    *,
    rows: RowChange = no_rows,
    what: dict[str, object] | None = None,
) -> None:
    """Change the key file and what the database says beside it; the entry names the user and ``what``."""
    session.require_for(verb)
    change_keys(session, verb, add, rows=rows, payload={"user": user_id.hex(), **(what or {})})


def refuse_oneself(session: Session, user_id: bytes) -> None:
    """Raise RefusedError("user_oneself") for the person signed in.

    Asked after the change was judged, so that the last administrator is told that he is the last.
    """
    if user_id == session.user_id:
        raise RefusedError("user_oneself")


def next_entry(session: Session) -> int:
    """Return the sequence of the entry the transaction under way will write."""
    with session.database.read() as connection:  # the state of the transaction begun before
        return log.head(connection).sequence + 1


def member_or_none(session: Session, user_id: bytes) -> Member | None:
    """Return the member with the roster's user id."""
    with session.database.read() as connection:
        return organization.member_by_uuid(connection, user_id)


def member_of(session: Session, user_id: bytes) -> Member:
    """Return the member of a user to be changed; raises RefusedError ``user_unknown``, ``right_missing``."""
    session.require("users")
    member = member_or_none(session, user_id)
    if member is None:
        raise RefusedError("user_unknown")
    return member
