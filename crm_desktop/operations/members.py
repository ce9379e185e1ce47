"""The members of the organization as records name them."""

from crm_desktop.domain.organization import Member
from crm_desktop.operations.session import Session
from crm_desktop.storage import organization


def members(session: Session) -> list[Member]:
    """Return all members by name."""
    with session.database.read() as connection:
        return organization.list_members(connection)
