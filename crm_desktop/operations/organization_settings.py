"""Changing the organization's own settings: what it is called, and how numbers and local times are read.

Numbers and calls that are stored stay as they are; what is read from now on is read by the new settings.
A change is no record: it is logged with its old values and not undone by Ctrl+Z.
"""

from collections.abc import Sequence

from crm_desktop.domain.number_decisions import NumberKind
from crm_desktop.domain.organization import Organization
from crm_desktop.domain.organization_settings import OrganizationSettings, checked, settings_of
from crm_desktop.operations.number_kinds import decide
from crm_desktop.operations.session import Session
from crm_desktop.storage import call_rollups, number_owners, organization
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet

__all__ = ["OrganizationSettings", "organization_settings", "save_organization_settings"]

VERB = "change_settings"


def organization_settings(session: Session) -> tuple[OrganizationSettings, int]:
    """Return the settings as they are now, and their version."""
    with session.reading("settings") as connection:
        stored = _stored(connection)
    return settings_of(stored), stored.version


def save_organization_settings(
    session: Session, settings: OrganizationSettings, *, version: int
) -> OrganizationSettings:
    """Change the settings for everybody; return them tidied, own numbers in E.164.

    Raises InvalidValueError naming the field, ConflictError("record_changed") when somebody else changed
    them since ``version``.
    """
    session.require_for(VERB)
    tidy = checked(settings)
    with session.change(VERB) as changes:
        before = _stored(changes.connection)
        changes.update(
            "organization",
            session.organization.id,
            {
                "name": tidy.name, "region": tidy.region, "time_zone": tidy.time_zone,
                "area_code": tidy.area_code, "outside_prefix": tidy.outside_prefix,
                "internal_digits": tidy.internal_digits, "own_numbers": ",".join(tidy.own_numbers) or None,
            },
            expected_version=version,
        )  # fmt: skip
        _own_numbers_decided(session, changes, tidy.own_numbers)
        if tidy.time_zone != before.time_zone:
            call_rollups.rebuild(changes.connection)  # days and hours of figures are local ones
    with session.database.read() as connection:
        session.organization = _stored(connection)
    return tidy


def _own_numbers_decided(session: Session, changes: ChangeSet, own: Sequence[str]) -> None:
    """Have calls of one's own numbers be nobody's, on whichever cards these stand; of others no more."""
    known = number_owners.own_numbers(changes.connection)
    for decision in known:
        if decision.e164 not in own:
            changes.delete(number_owners.DECISION, decision.id)
    for e164 in own:
        if e164 not in {decision.e164 for decision in known}:
            decide(changes, session, e164, (NumberKind.OWN, None))


def _stored(connection: Connection) -> Organization:
    stored = organization.get_organization(connection)
    assert stored is not None  # noqa: S101 - the file was opened
    return stored
