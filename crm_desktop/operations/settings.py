"""What the window remembers for a member, inside the organization file: nothing of it lies outside."""

import json

from crm_desktop.operations.session import Session
from crm_desktop.storage import organization

REMINDERS_OFF = "reminders_off"
"""True for a member who wants no reminders of follow-ups."""
REMINDED_UNTIL = "reminded_until"
"""Up to when (UTC epoch seconds) the member was reminded of what is due."""


def get_setting(session: Session, name: str) -> object | None:
    """Return the member's setting called ``name`` (JSON), or None."""
    with session.database.read() as connection:
        text = organization.get_setting(connection, session.member.id, name)
    return None if text is None else json.loads(text)


def put_setting(session: Session, name: str, value: object) -> None:
    """Remember ``value`` (JSON) for the member; a file open for reading remembers nothing."""
    if session.read_only:
        return
    with session.database.write() as connection:
        organization.put_setting(connection, session.member.id, name, json.dumps(value))


def save_draft(session: Session, place: str, payload: dict[str, object]) -> None:
    """Keep a half-typed form for the member until :func:`take_draft`."""
    if session.read_only:
        return
    with session.database.write() as connection:
        organization.save_draft(connection, session.member.id, place, json.dumps(payload), now=session.now())


def take_draft(session: Session, place: str) -> dict[str, object] | None:
    """Return the member's draft of a form and forget it."""
    if session.read_only:
        return None
    with session.database.write() as connection:
        text = organization.take_draft(connection, session.member.id, place)
    if text is None:
        return None
    loaded = json.loads(text)
    return loaded if isinstance(loaded, dict) else None
