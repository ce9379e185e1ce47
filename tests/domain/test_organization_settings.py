"""The settings of an organization are checked, and say what a number typed becomes."""

from dataclasses import replace

import pytest

from crm_desktop.domain.calls import NumberNote
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.organization_settings import OrganizationSettings, checked

BONN = OrganizationSettings("Office", "DE", "Europe/Berlin")


@pytest.mark.parametrize(
    ("settings", "written", "e164"),
    [
        (BONN, "0211 555-0100", "+492115550100"),
        (BONN, "555-0100", None),
        (replace(BONN, area_code="0211"), "555-0100", "+492115550100"),
        (replace(BONN, area_code="211"), "5550100", "+492115550100"),
        (replace(BONN, outside_prefix="9"), "90151 23456789", "+4915123456789"),
        (replace(BONN, outside_prefix="9", area_code="0211"), "9 030 123456", "+4930123456"),
        (replace(BONN, outside_prefix="9", area_code="0211"), "9 0044 20 7946 0018", "+442079460018"),
        (replace(BONN, outside_prefix="0"), "00211 5550100", "+492115550100"),
        (replace(BONN, region="GB"), "020 7946 0018", "+442079460018"),
    ],
)
def test_a_sample_reads_as_an_import_would(
    settings: OrganizationSettings, written: str, e164: str | None
) -> None:
    assert settings.reading(written).e164 == e164


@pytest.mark.parametrize(
    ("written", "note"), [("7", "extension"), ("112", "short_code"), ("4711", "short_code")]
)
def test_extensions_have_up_to_so_many_figures_and_are_no_emergency_number(written: str, note: str) -> None:
    assert replace(BONN, internal_digits=3).reading(written).note == NumberNote(note)


def test_settings_are_tidied_and_own_numbers_are_e164() -> None:
    typed = replace(
        BONN, name=" Office ", area_code=" 0211 ", outside_prefix=" ", internal_digits=0,
        own_numbers=("0211 5550100", "+49 211 555 0100", " ", "555 0101"),
    )  # fmt: skip
    assert checked(typed) == replace(BONN, area_code="0211", own_numbers=("+492115550100", "+492115550101"))


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": " "}, "value_required", "name"),
        ({"name": "x" * 300}, "value_too_long", "name"),
        ({"region": "XX"}, "region_invalid", "region"),
        ({"time_zone": "Europe/Nowhere"}, "time_zone_invalid", "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone_invalid", "time_zone"),
        ({"area_code": "02x"}, "digits_only", "area_code"),
        ({"area_code": "1234567"}, "digits_only", "area_code"),
        ({"outside_prefix": "1234"}, "digits_only", "outside_prefix"),
        ({"internal_digits": 7}, "internal_digits_invalid", "internal_digits"),
        ({"own_numbers": ("0211 5550100", "12")}, "own_number_invalid", "own_numbers"),
    ],
)
def test_what_is_no_setting_is_refused_at_its_field(change: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(InvalidValueError, match=code) as refused:
        checked(replace(BONN, **change))  # type: ignore[arg-type]
    assert refused.value.facts["field"] == field
