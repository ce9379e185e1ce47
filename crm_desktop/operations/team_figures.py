"""Figures by team member: everybody sees his own, others' only where switched on and agreed to (P12)."""

from crm_desktop.domain.consents import TEAM_FIGURES_VERSION, ConsentPurpose
from crm_desktop.operations.session import Session
from crm_desktop.storage import consents, log, organization
from crm_desktop.storage.database import Connection
from crm_desktop.storage.team_figures import switch_team_figures, team_figures_on

__all__ = ["members_shown", "set_team_figures", "team_figures"]

VERB = "set_team_figures"


def team_figures(session: Session) -> bool:
    """Return whether figures by team member are switched on."""
    with session.reading("calls.view") as connection:
        return team_figures_on(connection)


def set_team_figures(session: Session, *, on: bool) -> None:
    """Switch figures by team member on or off; consents given from now on name them while they are on.

    Nobody's figures are shown to others before he has agreed to a text that names them.
    """
    session.require_for(VERB)
    with session.database.write() as connection:
        session.require_for(VERB)
        switch_team_figures(connection, on=on)
        log.append(connection, session.author, VERB, payload={"on": on})
    session.remember_head()


def members_shown(session: Session, connection: Connection) -> list[int]:
    """Return the members whose figures this person may see: his own, and who agreed to that."""
    own = session.member.id
    if not (session.may("calls.team_figures") and team_figures_on(connection)):
        return [own]
    agreed = [
        member.id
        for member in organization.list_members(connection)
        if (newest := consents.newest(connection, member.id, ConsentPurpose.CALL_LOG)) is not None
        and newest.withdrawn_at is None
        and newest.text_version == TEAM_FIGURES_VERSION
    ]
    return sorted({own, *agreed})
