"""For whom follow-ups are planned: whoever may see them, so that none lies with somebody who never will."""

from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.organization import Member
from crm_desktop.operations.session import Session
from crm_desktop.storage import follow_ups as stored
from crm_desktop.storage import organization
from crm_desktop.storage.database import Connection

RIGHT = "followups"


def assignees(session: Session) -> list[Member]:
    """Return who may be chosen, by name; also who still has some to do and may not be chosen any more."""
    session.require(RIGHT)
    with session.reading("records.view") as connection:
        busy = stored.busy_members(connection)
        return [m for m in organization.list_members(connection) if m.id in busy or _may(session, m)]


def checked_assignee(
    session: Session, connection: Connection, wanted: int | None, *, before: int | None = None
) -> int:
    """Return the member something is planned for, without a wish the person signed in.

    ``before`` had it until now and may keep it. Raises InvalidValueError ``value_not_in_list``.
    """
    assignee = wanted or session.member.id
    if assignee not in {before, session.member.id}:
        found = organization.get_member(connection, assignee)
        if found is None or not _may(session, found):
            said = assignee if found is None else found.name
            raise InvalidValueError("value_not_in_list", field="assignee", value=said)
    return assignee


def _may(session: Session, member: Member) -> bool:
    return RIGHT in session.ring.roster.rights(member.uuid)
