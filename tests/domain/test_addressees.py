"""Whom a letter goes to: address, greeting, fields."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.addressees import (
    MERGE_FIELDS,
    addressee_of,
    check_fields,
    envelope_lines,
    field_values,
    merged,
    salutation,
)
from crm_desktop.domain.contacts import (
    AddressKind,
    Category,
    Contact,
    ContactCard,
    ContactKind,
    PostalAddress,
)
from crm_desktop.domain.errors import InvalidValueError

MAYER = Contact(
    1, b"u", 1, Category.CUSTOMER, ContactKind.PERSON, "Eva Mayer", "", "", 0, None, 0, None,
    given="Eva", family="Mayer",
)  # fmt: skip


def address(place: int, kind: AddressKind = AddressKind.WORK, **values: object) -> PostalAddress:
    made = PostalAddress(
        id=place, uuid=b"a", version=1, contact_id=1, position=place, street=f"Street {place}",
        postal_code="10115", city="Berlin", region=None, country="DE", kind=kind, is_primary=False,
        former=False, note=None, source=None, confirmed_at=None,
    )  # fmt: skip
    return replace(made, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("prefix", "german", "english"),
    [
        ("Frau Dr.", "Sehr geehrte Frau Dr. Mayer,", "Dear Frau Dr. Eva Mayer,"),
        ("Herr", "Sehr geehrter Herr Mayer,", "Dear Herr Eva Mayer,"),
        ("Mrs.", "Guten Tag Mrs. Eva Mayer,", "Dear Mrs Mayer,"),
        ("Dr.", "Guten Tag Dr. Eva Mayer,", "Dear Dr Mayer,"),
        ("Ms", "Guten Tag Ms Eva Mayer,", "Dear Ms Mayer,"),
        (None, "Guten Tag Eva Mayer,", "Dear Eva Mayer,"),
    ],
)
def test_the_greeting_goes_by_the_prefix_and_guesses_nothing(
    prefix: str | None, german: str, english: str
) -> None:
    contact = replace(MAYER, prefix=prefix)
    assert salutation(contact, "de") == german
    assert salutation(contact, "en") == english


def test_nobody_in_particular_is_greeted_too() -> None:
    company = replace(MAYER, kind=ContactKind.COMPANY, company="Mayer KG", given=None, family=None)
    assert salutation(company, "de-AT") == "Sehr geehrte Damen und Herren,"
    assert salutation(company, "fr") == "Dear Sir or Madam,"
    assert salutation(replace(MAYER, given=None), "en") == "Dear Mayer,"


def test_the_main_address_in_use_is_taken_or_the_kind_asked_for() -> None:
    card = ContactCard(
        MAYER,
        addresses=(
            address(0, former=True, is_primary=True),
            address(1, street=None, city=None, postal_code=None, is_primary=True),
            address(2),
            address(3, AddressKind.BILLING),
            address(4, is_primary=True),
        ),
    )
    assert addressee_of(card).address == card.addresses[4]
    assert addressee_of(card, AddressKind.BILLING).address == card.addresses[3]
    assert addressee_of(card, AddressKind.HOME).address == card.addresses[4]
    assert addressee_of(ContactCard(MAYER)).address is None


def test_a_company_stands_above_the_person_at_work_only() -> None:
    contact = replace(MAYER, company="Mayer KG")
    at_work = addressee_of(ContactCard(contact, addresses=(address(1),)))
    at_home = addressee_of(ContactCard(contact, addresses=(address(1, AddressKind.HOME),)))
    other = addressee_of(ContactCard(contact, addresses=(address(1, AddressKind.OTHER),)))
    street = ["Street 1", "10115 Berlin"]
    assert envelope_lines(at_work, own_country="DE") == ["Mayer KG", "Eva Mayer", *street]
    assert envelope_lines(at_home, own_country="DE") == ["Eva Mayer", *street]
    assert envelope_lines(other, own_country="US") == ["Eva Mayer", "Mayer KG", *street, "GERMANY"]


def values() -> dict[str, str]:
    to = addressee_of(ContactCard(MAYER, addresses=(address(1),)))
    return field_values(to, language="de", date="1. Mai 2026", organization="Acme", user="Ana")


def test_every_field_has_a_value_and_unknown_ones_are_told() -> None:
    assert set(values()) == set(MERGE_FIELDS)
    text = "{salutation} {Date} { city } {company}!"
    check_fields(text)
    assert merged(text, values()) == "Guten Tag Eva Mayer, 1. Mai 2026 Berlin !"
    with pytest.raises(InvalidValueError) as refused:
        check_fields("Dear {nmae}")
    assert (refused.value.code, refused.value.facts["name"]) == ("letter_field_unknown", "nmae")


@given(st.sampled_from(MERGE_FIELDS), st.text())
def test_what_a_value_says_in_braces_stays_a_value(name: str, rest: str) -> None:
    odd = {**values(), "name": "{user}{salutation}" + rest}
    assert merged("{name}", odd) == odd["name"]
    assert merged(f"{{{name}}}", odd) == odd[name]
