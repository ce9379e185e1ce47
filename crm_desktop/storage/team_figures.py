"""Whether figures by team member are shown: a setting of the organization, off until it is switched on."""

import json

from crm_desktop.storage import organization
from crm_desktop.storage.database import Connection

_NAME = "team_figures"


def team_figures_on(connection: Connection) -> bool:
    """Return whether they are switched on."""
    text = organization.get_organization_setting(connection, _NAME)
    return text is not None and json.loads(text) is True


def switch_team_figures(connection: Connection, *, on: bool) -> None:
    """Switch them; the caller logs who did."""
    organization.put_organization_setting(connection, _NAME, json.dumps(on))
