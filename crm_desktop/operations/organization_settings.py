"""Changing the organization's own settings: what it is called, and how numbers and local times are read.

Numbers and calls that are stored stay as they are; what is read from now on is read by the new settings.
A change is no record: it is logged with its old values and not undone by Ctrl+Z.
"""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from crm_desktop.domain.number_decisions import NumberKind
from crm_desktop.domain.organization import Organization
from crm_desktop.domain.organization_settings import (
    OrganizationSettings,
    checked,
    own_numbers_of,
    settings_of,
)
from crm_desktop.domain.own_numbers import OwnDays
from crm_desktop.operations.number_kinds import Span, days_of, decide, span_of
from crm_desktop.operations.session import Session
from crm_desktop.storage import call_rollups, number_owners, organization
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet

__all__ = ["OrganizationSettings", "organization_settings", "own_numbers_now", "save_organization_settings"]

VERB = "change_settings"


def organization_settings(session: Session) -> tuple[OrganizationSettings, int]:
    """Return the settings as they are now, and their version."""
    with session.reading("settings") as connection:
        stored = _stored(connection)
        days = _own_days(connection, ZoneInfo(stored.time_zone))
    return replace(settings_of(stored), own_days=days), stored.version


def own_numbers_now(session: Session) -> tuple[str, ...]:
    """Return the numbers that are the organization's today: lines of logs are told apart by them."""
    with session.database.read() as connection:
        known = number_owners.own_numbers(connection)
    gone = {one.e164 for one in known if not one.holds_at(session.now())}
    return tuple(number for number in own_numbers_of(session.organization) if number not in gone)


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
        _own_numbers_decided(session, changes, tidy)
        if tidy.time_zone != before.time_zone:
            call_rollups.rebuild(changes.connection)  # days and hours of figures are local ones
    with session.database.read() as connection:
        session.organization = _stored(connection)
    return tidy


def _own_numbers_decided(session: Session, changes: ChangeSet, settings: OrganizationSettings) -> None:
    """Have calls of one's own numbers be nobody's, on whichever cards these stand; of others no more."""
    zone = ZoneInfo(settings.time_zone)
    dated = {one.number: one for one in settings.own_days}
    wanted = {number: _span(dated.get(number, OwnDays(number)), zone) for number in settings.own_numbers}
    kept: set[str] = set()
    for decision in number_owners.own_numbers(changes.connection):
        if wanted.get(decision.e164) == (decision.valid_from, decision.valid_until):
            kept.add(decision.e164)
        else:
            changes.delete(number_owners.DECISION, decision.id)
    for e164, span in wanted.items():
        if e164 not in kept:
            decide(changes, session, e164, (NumberKind.OWN, None), span)


def _span(days: OwnDays, zone: ZoneInfo) -> Span:
    return span_of(days.first, _moved(days.last, 1), zone)


def _moved(day: str | None, days: int) -> str | None:
    return None if day is None else (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _own_days(connection: Connection, zone: ZoneInfo) -> tuple[OwnDays, ...]:
    found: dict[str, OwnDays] = {}
    for decision in number_owners.own_numbers(connection):
        first, until = days_of(decision, zone)
        last = _moved(until, -1)
        if first or last:
            found[decision.e164] = OwnDays(decision.e164, first, last)
    own = own_numbers_of(_stored(connection))
    return tuple(found[number] for number in own if number in found)


def _stored(connection: Connection) -> Organization:
    stored = organization.get_organization(connection)
    assert stored is not None  # noqa: S101 - the file was opened
    return stored
