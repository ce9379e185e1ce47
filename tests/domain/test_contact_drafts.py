"""Drafts: what may be saved, what is tidied, and how a name typed in one piece is split."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    ContactDraft,
    EmailDraft,
    PhoneDraft,
    ProductUseDraft,
    country_problem,
    email_problem,
    empty_draft,
    is_date,
    phone_problem,
    problems,
    split_name,
    text_problem,
    tidy,
)
from crm_desktop.domain.contacts import Category, ContactKind, CustomerStatus

QUANTITY = "quantity_invalid"


def customer(**values: object) -> ContactDraft:
    return replace(ContactDraft(category=Category.CUSTOMER, given="Dana"), **values)  # type: ignore[arg-type]


def codes(draft: ContactDraft, region: str = "US") -> dict[str, str]:
    return {field: problem.code for field, problem in problems(tidy(draft), region).items()}


def test_a_new_customer_is_active_and_an_entry_has_no_status() -> None:
    assert empty_draft(Category.CUSTOMER).status is CustomerStatus.ACTIVE
    assert empty_draft(Category.ADDRESS_BOOK).status is None
    assert tidy(customer(status=None)).status is CustomerStatus.ACTIVE
    entry = ContactDraft(
        category=Category.ADDRESS_BOOK, given="A", status=CustomerStatus.LEAD, status_since="x"
    )
    assert (tidy(entry).status, tidy(entry).status_since) == (None, None)


def test_a_good_draft_has_no_problem() -> None:
    draft = customer(
        birthday="--02-29",
        phones=(PhoneDraft("(212) 555-0123"), PhoneDraft("112"), PhoneDraft("???", unchecked=True)),
        emails=(EmailDraft("dana@whitfield.example"),),
        addresses=(AddressDraft(city="New York", country="us"),),
        product_uses=(ProductUseDraft("Fleet Pro", since="2024-01-31", quantity=0),),
    )
    assert codes(draft) == {}


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"given": " "}, {"given": "name_required"}),
        ({"given": None, "kind": ContactKind.COMPANY}, {"company": "name_required"}),
        ({"birthday": "1990-02-30"}, {"birthday": "date_invalid"}),
        ({"status_since": "--01-01"}, {"status_since": "date_invalid"}),
        ({"title": "x" * 501}, {"title": "value_too_long"}),
        ({"note": "x" * 100_001}, {"note": "value_too_long"}),
        ({"company": "a\0b"}, {"company": "value_unreadable"}),
        ({"family": "\ud800"}, {"family": "value_unreadable"}),
        ({"phones": (PhoneDraft("112"), PhoneDraft("abc"))}, {"phones.1.raw": "phone_invalid"}),
        ({"phones": (PhoneDraft("1" * 501),)}, {"phones.0.raw": "value_too_long"}),
        ({"emails": (EmailDraft("a b@c.d"),)}, {"emails.0.address": "email_invalid"}),
        ({"emails": (EmailDraft("a" * 250 + "@b.de"),)}, {"emails.0.address": "value_too_long"}),
        ({"addresses": (AddressDraft(city="X", country="USA"),)}, {"addresses.0.country": "region_invalid"}),
        ({"addresses": (AddressDraft(city="\0"),)}, {"addresses.0.city": "value_unreadable"}),
        ({"product_uses": (ProductUseDraft("P", until="soon"),)}, {"product_uses.0.until": "date_invalid"}),
        ({"product_uses": (ProductUseDraft("P", quantity=-1),)}, {"product_uses.0.quantity": QUANTITY}),
        ({"product_uses": (ProductUseDraft("P" * 501),)}, {"product_uses.0.product": "value_too_long"}),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_named_by_field(values: dict[str, object], problem: dict[str, str]) -> None:
    assert codes(customer(**values)) == problem


def test_a_number_belongs_to_the_country_of_the_contact() -> None:
    german = customer(
        phones=(PhoneDraft("030 901820"),), addresses=(AddressDraft(city="Berlin", country="DE"),)
    )
    moved = replace(german, addresses=(replace(german.addresses[0], former=True),))
    assert codes(german, "US") == {}
    assert codes(moved, "US") == {"phones.0.raw": "phone_invalid"}


def test_a_pasted_number_has_single_blanks() -> None:
    tidied = tidy(customer(phones=(PhoneDraft(" +1\u00a0212   555\t0123 "),)))
    assert [phone.raw for phone in tidied.phones] == ["+1 212 555 0123"]


def test_tidying_drops_empty_rows_and_keeps_one_primary() -> None:
    draft = tidy(
        customer(
            given="  Dana ",
            nickname=" ",
            phones=(
                PhoneDraft(" "),
                PhoneDraft("1234"),
                PhoneDraft("5678", is_primary=True),
                PhoneDraft("9", is_primary=True),
            ),
            emails=(EmailDraft(""), EmailDraft(" a@b.c ")),
            addresses=(AddressDraft(note="only a note"), AddressDraft(city=" Bonn ", country="de")),
            product_uses=(ProductUseDraft(" "), ProductUseDraft(" Pro ")),
        )
    )  # fmt: skip
    assert (draft.given, draft.nickname) == ("Dana", None)
    assert [(p.raw, p.is_primary) for p in draft.phones] == [("1234", False), ("5678", True), ("9", False)]
    assert [(e.address, e.is_primary) for e in draft.emails] == [("a@b.c", True)]
    assert [(a.city, a.country, a.is_primary) for a in draft.addresses] == [("Bonn", "DE", True)]
    assert [u.product for u in draft.product_uses] == ["Pro"]


flags = st.lists(st.booleans(), max_size=5)


@given(flags, flags, flags)
def test_exactly_one_of_each_group_is_primary(
    phones: list[bool], emails: list[bool], addresses: list[bool]
) -> None:
    draft = tidy(
        customer(
            phones=tuple(PhoneDraft("1234", is_primary=flag) for flag in phones),
            emails=tuple(EmailDraft("a@b.c", is_primary=flag) for flag in emails),
            addresses=tuple(AddressDraft(city="X", is_primary=flag) for flag in addresses),
        )
    )
    groups: tuple[tuple[Sequence[PhoneDraft | EmailDraft | AddressDraft], list[bool]], ...] = (
        (draft.phones, phones), (draft.emails, emails), (draft.addresses, addresses),
    )  # fmt: skip
    for group, given_flags in groups:
        chosen = [index for index, item in enumerate(group) if item.is_primary]
        assert chosen == ([given_flags.index(True) if True in given_flags else 0] if group else [])


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    once = tidy(customer(family=text, company=text, phones=(PhoneDraft(text),)))
    assert tidy(once) == once


@pytest.mark.parametrize(
    ("typed", "given_name", "additional", "family"),
    [
        ("Ada Lovelace", "Ada", None, "Lovelace"),
        ("Ada King Byron Lovelace", "Ada", "King Byron", "Lovelace"),
        ("Lovelace, Ada", "Ada", None, "Lovelace"),
        ("Cher", "Cher", None, None),
        (",", None, None, None),
        ("  ", None, None, None),
    ],
)
def test_a_name_typed_in_one_piece(
    typed: str, given_name: str | None, additional: str | None, family: str | None
) -> None:
    assert split_name(typed) == {"given": given_name, "additional": additional, "family": family}


@pytest.mark.parametrize("text", ["2024-02-29", "0001-01-01", "9999-12-31"])
def test_iso_dates_are_dates(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize(
    "text", ["2023-02-29", "20240229", "2024-2-9", "2024-W05-1", "--02-28", "", "29.2.2024"]
)
def test_other_spellings_are_none(text: str) -> None:
    assert not is_date(text)


def test_a_birthday_may_lack_its_year() -> None:
    assert is_date("--02-29", yearless=True)
    assert not is_date("--02-30", yearless=True)


@pytest.mark.parametrize("address", ["a@b", "j.o'neill+x@mail.example.org", "ü@bücher.example"])
def test_addresses_mail_systems_take(address: str) -> None:
    assert email_problem(address) is None


@pytest.mark.parametrize("address", ["", "@b", "a@", "a@b.", "a@@b", "a@.b", "<a@b>", "a,b@c"])
def test_addresses_they_do_not(address: str) -> None:
    assert email_problem(address) is not None


def test_single_rules() -> None:
    assert phone_problem("(212) 555-0123 ext. 7", "US") is None
    assert phone_problem("\0" * 5, "US") is not None
    assert country_problem(None) is None
    assert country_problem("de") is not None
    assert text_problem("note", "ok", 2) is None


def test_of_two_rows_under_one_id_the_second_is_a_new_one() -> None:
    phones = (PhoneDraft("(212) 555-0123", id=7), PhoneDraft("(212) 555-0124", id=7))
    emails = (EmailDraft("a@b.example", id=3), EmailDraft("c@d.example", id=3), EmailDraft("e@f.example"))
    draft = tidy(customer(phones=phones, emails=emails))
    assert [(phone.raw, phone.id) for phone in draft.phones] == [
        ("(212) 555-0123", 7),
        ("(212) 555-0124", None),
    ]
    assert [email.id for email in draft.emails] == [3, None, None]
