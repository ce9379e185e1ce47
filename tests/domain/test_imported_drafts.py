"""What an import makes of a contact: nothing is lost, nothing is refused that can be kept."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    ContactDraft,
    EmailDraft,
    PhoneDraft,
    problems,
    tidy,
)
from crm_desktop.domain.contacts import Category, ContactKind, PhoneKind
from crm_desktop.domain.imported_contacts import (
    ImportedAddress,
    ImportedContact,
    ImportedEmail,
    ImportedPhone,
)
from crm_desktop.domain.imported_drafts import draft_of_import, updated
from crm_desktop.domain.name_likeness import may_be_one


def made(contact: ImportedContact) -> ContactDraft:
    return draft_of_import(contact, Category.CUSTOMER, "DE", own_fields={"shoe size": 4})


def test_what_cannot_be_checked_is_kept_unchecked() -> None:
    contact = ImportedContact(
        line=1, full="Eva Grün", given="Eva", family="Grün",
        phones=(ImportedPhone("call her mother"), ImportedPhone("+49 30 5550001", "+49305550001")),
        emails=(ImportedEmail("eva at example"),),
        addresses=(ImportedAddress("Weg 1", "Ulm", country="Narnia"),),
        values=(("vat_id", "DE1"),), department="Einkauf", note="Hallo",
    )  # fmt: skip
    draft = made(contact)
    assert problems(draft, "DE") == {}
    assert [phone.unchecked for phone in draft.phones] == [True, False]
    assert draft.emails[0].unchecked
    assert draft.addresses[0].street == "Weg 1\nNarnia"
    assert draft.note == "Hallo\n\nDepartment: Einkauf"


@pytest.mark.parametrize(
    ("contact", "name"),
    [
        (ImportedContact(line=1, emails=(ImportedEmail("a@example.org"),)), "a@example.org"),
        (ImportedContact(line=1, phones=(ImportedPhone("030 5550001"),)), "030 5550001"),
        (ImportedContact(line=1, nickname="Bo"), "Bo"),
        (ImportedContact(line=1, kind=ContactKind.COMPANY, full="Muster GmbH"), "Muster GmbH"),
    ],
)
def test_everybody_gets_a_name(contact: ImportedContact, name: str) -> None:
    assert made(contact).name == name


EVA = tidy(
    ContactDraft(
        category=Category.CUSTOMER, given="Eva", family="Grün", company="Alt KG", note="seit 2019",
        phones=(PhoneDraft("030 5550001", PhoneKind.WORK, id=7),),
        emails=(EmailDraft("Eva@example.org", id=8),),
        addresses=(AddressDraft("Weg 1", "89073", "Ulm", id=9),), tags=("Messe",),
    )
)  # fmt: skip


def test_an_update_adds_values_and_replaces_facts_and_removes_nothing() -> None:
    new = tidy(
        ContactDraft(
            category=Category.ADDRESS_BOOK, given="Eva", family="Grün-Berg", company=None, note="zieht um",
            phones=(PhoneDraft("+49 30 5550001"), PhoneDraft("0160 5550002", is_primary=True)),
            emails=(EmailDraft("eva@example.org"),), addresses=(AddressDraft("weg 1", "89073", "ULM"),),
            tags=("messe", "VIP"),
        )
    )  # fmt: skip
    assert updated(EVA, new) == replace(
        EVA, family="Grün-Berg", note="seit 2019\n\nzieht um",
        phones=(*EVA.phones, PhoneDraft("0160 5550002")), tags=("Messe", "VIP"),
    )  # fmt: skip


def test_a_made_up_name_replaces_none() -> None:
    nameless = made(ImportedContact(line=1, emails=(ImportedEmail("eva@example.org"),)))
    assert updated(EVA, nameless).given == "Eva"


WORDS = st.sampled_from(
    ["Eva", "Grün", "Ulm", "030 5550001", "0160 5550002", "eva@example.org", "x@y.example"]
)


@st.composite
def drafts(draw: st.DrawFn) -> ContactDraft:
    return tidy(
        ContactDraft(
            category=Category.CUSTOMER, given=draw(WORDS), family=draw(st.none() | WORDS),
            note=draw(st.none() | WORDS), urls=draw(st.none() | WORDS),
            phones=tuple(PhoneDraft(raw) for raw in draw(st.lists(WORDS, max_size=3))),
            emails=tuple(EmailDraft(raw) for raw in draw(st.lists(WORDS, max_size=3))),
            addresses=tuple(AddressDraft(city=raw) for raw in draw(st.lists(WORDS, max_size=2))),
            tags=tuple(draw(st.lists(WORDS, max_size=3))),
        )
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(old=drafts(), new=drafts())
def test_the_same_update_twice_changes_nothing_the_second_time(old: ContactDraft, new: ContactDraft) -> None:
    once = updated(old, new)
    assert updated(once, new) == once


@settings(max_examples=300, deadline=None)
@given(old=drafts(), new=drafts())
def test_an_update_loses_no_value(old: ContactDraft, new: ContactDraft) -> None:
    merged = updated(old, new)
    assert set(old.tags) <= set(merged.tags)
    assert {phone.raw for phone in old.phones} <= {phone.raw for phone in merged.phones}
    assert {email.address for email in old.emails} <= {email.address for email in merged.emails}
    assert (old.note or "") in (merged.note or "")
    assert (new.note or "") in (merged.note or "")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Eva Grün", "eva gruen", True),
        ("Eva Grün", "Grun Eva", True),
        ("Eva Grün", "E. Grün", True),
        ("Eva Grün", "Dr. Eva Maria Grün", True),
        ("Eva Grün", "Bo Grün", False),
        ("Katharina Schulte", "Katarina Schulte", True),
        ("Eva Grün", "", True),
        ("Hans Meier", "Hans Maier", False),
    ],
)
def test_names_of_persons(first: str, second: str, *, expected: bool) -> None:
    assert may_be_one(first, second, companies=False) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Muster GmbH", "Muster", True),
        ("Muster GmbH & Co. KG", "MUSTER", True),
        ("Muster GmbH", "Muster Bau GmbH", False),
        ("Nordwind Logistik", "Nordwind Logistics", False),
        ("Nordwind Logistik AG", "Nordwind Logistik Hamburg AG", True),
    ],
)
def test_names_of_companies(first: str, second: str, *, expected: bool) -> None:
    assert may_be_one(first, second, companies=True) is expected
