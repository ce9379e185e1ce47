"""The settings of an organization: what they may be, and how a number typed reads under them."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.domain.organization import Organization
from crm_desktop.domain.own_numbers import OwnDays, days_problem
from crm_desktop.domain.phone_numbers import (
    SHORT_DIGITS,
    NormalizedNumber,
    NumberRules,
    is_region,
    normalize,
)

NAME_LONGEST = 200
AREA_LONGEST = 6
PREFIX_LONGEST = 3


@dataclass(frozen=True, slots=True)
class OrganizationSettings:
    """What an administrator may change about the organization; texts of numbers are None where not set.

    ``own_numbers`` as typed, or in E.164 once they were :func:`checked`; ``own_days`` of those that are
    theirs for a time, in the same order.
    """

    name: str
    region: str
    time_zone: str
    area_code: str | None = None
    outside_prefix: str | None = None
    internal_digits: int | None = None
    own_numbers: tuple[str, ...] = ()
    own_days: tuple[OwnDays, ...] = ()

    def number_rules(self) -> NumberRules:
        """Return how numbers are read under these settings."""
        return NumberRules(self.region, self.area_code, self.outside_prefix, self.internal_digits)

    def reading(self, written: str) -> NormalizedNumber:
        """Return what a spelling becomes under these settings."""
        return normalize(written, self.number_rules())


def settings_of(organization: Organization) -> OrganizationSettings:
    """Return the settings as they are stored."""
    return OrganizationSettings(
        organization.name, organization.region, organization.time_zone, organization.area_code,
        organization.outside_prefix, organization.internal_digits, own_numbers_of(organization),
    )  # fmt: skip


def own_numbers_of(organization: Organization) -> tuple[str, ...]:
    """Return the numbers of the organization, each as it is stored."""
    return tuple(part.strip() for part in (organization.own_numbers or "").split(",") if part.strip())


def checked(settings: OrganizationSettings) -> OrganizationSettings:
    """Return the settings tidied, own numbers in E.164. Raises InvalidValueError for the first wrong one."""
    tidy = replace(
        settings,
        name=settings.name.strip(),
        area_code=_text(settings.area_code),
        outside_prefix=_text(settings.outside_prefix),
        internal_digits=settings.internal_digits or None,
    )
    for problem in (
        _name_problem(tidy.name),
        region_problem(tidy.region),
        zone_problem(tidy.time_zone),
        _digits_problem("area_code", tidy.area_code, AREA_LONGEST),
        _digits_problem("outside_prefix", tidy.outside_prefix, PREFIX_LONGEST),
        _length_problem(tidy.internal_digits),
    ):
        if problem is not None:
            raise problem
    days = {one.number: one for one in tidy.own_days}
    found: dict[str, OwnDays] = {}
    for written in tidy.own_numbers:
        if written.strip():
            e164 = _own_number(tidy, written)
            found[e164] = replace(days.get(written, OwnDays(written)), number=e164)
    for problem in map(days_problem, found.values()):
        if problem is not None:
            raise problem
    dated = tuple(one for one in found.values() if not one.always)
    return replace(tidy, own_numbers=tuple(found), own_days=dated)


def _own_number(settings: OrganizationSettings, written: str) -> str:
    e164 = settings.reading(written).e164
    if e164 is None:
        raise _invalid("own_number_invalid", "own_numbers", written.strip())
    return e164


def _text(value: str | None) -> str | None:
    return (value or "").strip() or None


def _invalid(code: str, field: str, value: object) -> InvalidValueError:
    return InvalidValueError(code, field=field, value=value)


def _name_problem(name: str) -> KnownError | None:
    if not name:
        return InvalidValueError("value_required", field="name")
    if len(name) > NAME_LONGEST:
        return InvalidValueError("value_too_long", field="name", length=len(name), limit=NAME_LONGEST)
    return None


def region_problem(code: str) -> KnownError | None:
    """Return why a text is no country numbers are read for."""
    return None if is_region(code) else _invalid("region_invalid", "region", code)


def zone_problem(name: str) -> KnownError | None:
    """Return why a text is no time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return _invalid("time_zone_invalid", "time_zone", name)
    return None


def _digits_problem(field: str, value: str | None, longest: int) -> KnownError | None:
    if value is None or (value.isascii() and value.isdigit() and len(value) <= longest):
        return None
    return InvalidValueError("digits_only", field=field, value=value, limit=longest)


def _length_problem(value: int | None) -> KnownError | None:
    if value is None or 1 <= value <= SHORT_DIGITS:
        return None
    return InvalidValueError("internal_digits_invalid", field="internal_digits", limit=SHORT_DIGITS)
