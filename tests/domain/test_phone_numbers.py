"""Spellings of numbers to E.164, and why some have none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.calls import NumberNote
from crm_desktop.domain.phone_numbers import (
    NumberRules,
    international_display,
    is_region,
    national_display,
    normalize,
    normalizer,
    search_keys,
)

US, GB, DE = NumberRules("US"), NumberRules("GB"), NumberRules("DE")
BERLIN = NumberRules("DE", area_code="030")

READ = [
    ("(212) 555-0123", US, "+12125550123"),
    ("011442079460018", US, "+442079460018"),
    ("0044 7700 900123", DE, "+447700900123"),
    ("07700\u00a0900\u202f123", GB, "+447700900123"),
    ("\u202a020 7946 0018\u202c", GB, "+442079460018"),
    ("+44 (0)7700 900123", DE, "+447700900123"),
    ("040/66969210", DE, "+494066969210"),
    ("01.99.00.12.34", NumberRules("FR"), "+33199001234"),
    ("００４９ ３０ 23125 456", DE, "+493023125456"),
    ("٠٣٠٢٣١٢٥١٢٣", DE, "+493023125123"),
    ("'03023125456", DE, "+493023125456"),
    ('="+49 30 23125 456"', US, "+493023125456"),
    ("*31#03023125456", DE, "+493023125456"),
    ("#31#03023125456", DE, "+493023125456"),
    ("*67 212 555 0123", US, "+12125550123"),
    ("*672125550123", US, "+12125550123"),
    ("sip:+13125550147@voip.contoso.example", US, "+13125550147"),
    ("sip:2125550147;transport=udp@voip.contoso.example", US, "+12125550147"),
    ("tel:%2B493023125456", US, "+493023125456"),
    ("+13125550147@voip.contoso.example", US, "+13125550147"),
    ("23125123", BERLIN, "+493023125123"),
    ("23125123", NumberRules("DE", area_code="30"), "+493023125123"),
    ("5550123", NumberRules("US", area_code="212"), "+12125550123"),
    ("2125550123~(212) 555-0123", US, "+12125550123"),
    ("+12125550123,,987654321#", DE, "+12125550123"),
    ("+12125550123,,9876543", DE, "+12125550123"),
    ("2125550123p*55", US, "+12125550123"),
    ("+12125550123, +12125550123", DE, "+12125550123"),
    ("1-800-FLOWERS", US, "+18003569377"),
    ("493023125123.0", NumberRules("DE", international_without_plus=True), "+493023125123"),
    ("447700900123", NumberRules("DE", international_without_plus=True), "+447700900123"),
    ("00447700900123", NumberRules("US", international_without_plus=True), "+447700900123"),
    ("907700900123", NumberRules("GB", outside_prefix="9"), "+447700900123"),
    ("900493023125123", NumberRules("GB", outside_prefix="9"), "+493023125123"),
    ("01632960401", NumberRules("GB", outside_prefix="9"), "+441632960401"),
    ("9175550123", NumberRules("US", outside_prefix="9"), "+19175550123"),
    ("003023125123", NumberRules("DE", outside_prefix="0"), "+493023125123"),
    ("+61 491 570 006", NumberRules(), "+61491570006"),
]


@pytest.mark.parametrize(("raw", "rules", "e164"), READ, ids=[row[0] for row in READ])
def test_spelling_is_read(raw: str, rules: NumberRules, e164: str) -> None:
    number = normalize(raw, rules)
    assert (number.raw, number.e164, number.note) == (raw, e164, None)


NOT_READ = [
    ("", NumberNote.WITHHELD),
    ("-1", NumberNote.WITHHELD),
    ("-2", NumberNote.WITHHELD),
    ("null", NumberNote.WITHHELD),
    ("Anonymous", NumberNote.WITHHELD),
    ("UNTERDRÜCKT", NumberNote.WITHHELD),
    ("numéro masqué", NumberNote.WITHHELD),
    ("Número oculto", NumberNote.WITHHELD),
    ("неизвестный", NumberNote.WITHHELD),
    ("非通知", NumberNote.WITHHELD),
    ("0000000000", NumberNote.WITHHELD),
    ("4,93023E+11", NumberNote.DAMAGED),
    ("4.93E+11", NumberNote.DAMAGED),
    ("+441632960***", NumberNote.MASKED),
    ("030 2312xxxx", NumberNote.MASKED),
    ("1001", NumberNote.SHORT_CODE),
    ("11833", NumberNote.SHORT_CODE),
    ("116117", NumberNote.SHORT_CODE),
    ("*86", NumberNote.SHORT_CODE),
    ("*#06#", NumberNote.SHORT_CODE),
    ("*31#", NumberNote.SHORT_CODE),
    ("**610", NumberNote.EXTENSION),
    ("102", NumberNote.EXTENSION),
    ("sip:102@pbx.example", NumberNote.EXTENSION),
    ("23125123", NumberNote.NO_AREA_CODE),
    ("447700900123", NumberNote.NO_AREA_CODE),
    ("harriet.blythe@example.com", NumberNote.NOT_A_NUMBER),
    ("Daily stand-up", NumberNote.NOT_A_NUMBER),
    ("AB123456-7890-4BCD-AF12-34567890ABCD", NumberNote.NOT_A_NUMBER),
    ("12345678-7890-4BCD-AF12-34567890ABCD", NumberNote.NOT_A_NUMBER),
    ("+1001", NumberNote.NOT_A_NUMBER),
    ("+++", NumberNote.NOT_A_NUMBER),
    ("030231251230231251230231", NumberNote.NOT_A_NUMBER),
    ("2125550123~2125550199", NumberNote.NOT_A_NUMBER),
    ("+12125550123; +12125550199", NumberNote.NOT_A_NUMBER),
    ("1" * 300, NumberNote.NOT_A_NUMBER),
]


@pytest.mark.parametrize(("raw", "note"), NOT_READ, ids=[row[0][:40] or "empty" for row in NOT_READ])
def test_spelling_without_number_says_why(raw: str, note: NumberNote) -> None:
    number = normalize(raw, NumberRules("DE", internal_digits=3))
    assert (number.e164, number.note) == (None, note)


def test_local_number_of_a_country_without_trunk_zero() -> None:
    assert normalize("555-0123", US).note is NumberNote.NO_AREA_CODE


def test_emergency_number_is_no_extension() -> None:
    assert normalize("911", NumberRules("US", internal_digits=3)).note is NumberNote.SHORT_CODE


@pytest.mark.parametrize(
    ("raw", "extension"),
    [
        ("+12125550123,,45#", "45"),
        ("212-555-0123 x7", "7"),
        ("212-555-0123 ext. 45", "45"),
        ("tel:+1-212-555-0123;ext=12", "12"),
        ("(212) 555-0123", None),
    ],
)
def test_extension_stands_beside_the_number(raw: str, extension: str | None) -> None:
    number = normalize(raw, US)
    assert (number.e164, number.extension) == ("+12125550123", extension)


def test_reserved_numbers_are_accepted_although_not_valid() -> None:
    import phonenumbers

    assert not phonenumbers.is_valid_number(phonenumbers.parse("+447700900123"))
    assert normalize("+447700900123", DE).e164 == "+447700900123"


def test_displays() -> None:
    assert national_display("+12125550123") == "(212) 555-0123"
    assert international_display("+493023125456") == "+49 30 23125456"
    assert national_display("no number") == international_display("no number") == "no number"


@pytest.mark.parametrize("typed", ["49302312", "0302312", "302312", "030", "2312", "49", "30"])
def test_search_keys_begin_with_what_people_type(typed: str) -> None:
    assert any(key.startswith(typed) for key in search_keys("+493023125456"))


def test_search_keys_are_digits_and_unique() -> None:
    keys = search_keys("+12125550123")
    assert all(key.isdigit() for key in keys)
    assert len(set(keys)) == len(keys)
    assert search_keys("nothing") == ()


def test_regions() -> None:
    assert is_region("GB")
    assert not is_region("XX")


def test_remembering_changes_nothing() -> None:
    remember = normalizer(US)
    assert remember("(212) 555-0123") is remember("(212) 555-0123")
    assert remember("(212) 555-0123") == normalize("(212) 555-0123", US)


@given(st.text(max_size=40), st.sampled_from([US, GB, BERLIN, NumberRules(), NumberRules("XX")]))
def test_any_text_gives_a_number_or_a_reason(raw: str, rules: NumberRules) -> None:
    number = normalize(raw, rules)
    assert (number.e164 is None) != (number.note is None)


@given(st.integers(min_value=0, max_value=99), st.sampled_from([" ", "-", ".", "\u00a0", ""]))
def test_every_way_of_writing_is_one_number(last: int, between: str) -> None:
    spelled = between.join(["+1", "212", "555", f"01{last:02d}"])
    assert normalize(spelled, DE).e164 == f"+121255501{last:02d}"
