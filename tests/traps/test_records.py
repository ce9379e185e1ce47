"""What others fell into with records, by the entry of their tracker; each is shown on a real file."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.contact_drafts import AddressDraft, EmailDraft, PhoneDraft, ProductUseDraft
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.domain.sentences import SENTENCES
from crm_desktop.operations import (
    attachments,
    bank_accounts,
    bank_editing,
    calls,
    consents,
    contacts,
    custom_fields,
    notes,
    organization_settings,
    relations,
    undo,
)
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.custom_fields import FieldDraft
from crm_desktop.operations.session import Session
from tests.environments import Office, new_organization
from tests.operations.samples import broken, call_log, customer_with, entry, person, table_rows

LANDLINE, MOBILE, OWN = "(212) 555-0123", "(917) 555-0188", "(212) 555-0100"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return new_organization(tmp_path)


@pytest.fixture
def session(office: Office) -> Iterator[Session]:
    opened = office.open()
    yield opened
    opened.close()


def found(session: Session, text: str, category: Category = Category.CUSTOMER) -> list[int]:
    return list(contacts.contact_ids(session, ContactQuery(category, text=text)))


def owners(session: Session, folder: Path, *numbers: str) -> list[object]:
    """Import a log of one call of each number; return whose calls they became, missing: not stored."""
    consents.grant_consent(session)
    path = call_log(folder / "calls.xml", *((number, 60 * at) for at, number in enumerate(numbers)))
    options = reading_options(session, own_numbers=(OWN,))
    run_import(session, [path], member_id=session.member.id, options=options)
    return [row["customer_id"] for row in table_rows(session, "call")]


@pytest.mark.parametrize(
    "typed",
    [
        "+12125550123",
        "(212) 555-0123",
        "212.555.0123",
        "212 555 0123",
        "555 0123",
        "5550123",
        "0123",
        "1-212-555-01",
    ],
)
def test_phone_search_needed_exact_formatting(session: Session, typed: str) -> None:
    """espocrm/espocrm#318: digits are found whatever stands between them."""
    spellings = ("(212) 555-0123", "+1 212 555 0123", "212.555.0123", "2125550123")
    ids = [customer_with(session, f"Dana {at}", number) for at, number in enumerate(spellings)]
    customer_with(session, "Somebody else", "(212) 555-9876")
    assert sorted(found(session, typed)) == ids


def test_a_call_was_matched_by_the_exact_spelling_only(session: Session, tmp_path: Path) -> None:
    """espocrm/espocrm#318 for calls: card and log may write a number in any of their ways."""
    dana = customer_with(session, "Dana", "212.555.0123")
    bo = customer_with(session, "Bo", "+44 (0)7700 900123")
    spellings = ("+12125550123", "(212) 555-0123", "1-212-555-0123", "011 44 7700 900123", "+447700900123")
    assert owners(session, tmp_path, *spellings) == [dana, dana, dana, bo, bo]


def test_own_number_kept_the_calls_it_had_swallowed(session: Session, tmp_path: Path) -> None:
    """frappe/crm#975: said to be the office's own later, it gives back what it took before."""
    ours = customer_with(session, "Our own company", MOBILE)
    assert owners(session, tmp_path, MOBILE, MOBILE) == [ours, ours]
    found, version = organization_settings.organization_settings(session)
    own = replace(found, own_numbers=(MOBILE,))
    organization_settings.save_organization_settings(session, own, version=version)
    assert [row["customer_id"] for row in table_rows(session, "call")] == [None, None]
    assert broken(session) == {}


def test_second_number_was_shown_as_unknown(session: Session, tmp_path: Path) -> None:
    """frappe/crm#1363: a call is the customer's by any of his numbers, not by the primary one alone."""
    dana = customer_with(session, "Dana", LANDLINE, MOBILE)
    assert owners(session, tmp_path, MOBILE, LANDLINE) == [dana, dana]


def test_own_number_swallowed_every_call(session: Session, tmp_path: Path) -> None:
    """frappe/crm#975: the office's own number on a card does not make every call that card's."""
    customer_with(session, "Our own company", OWN)
    dana = customer_with(session, "Dana", LANDLINE)
    assert owners(session, tmp_path, OWN, LANDLINE) == [dana]


def test_couples_sharing_a_landline_were_merged(session: Session, tmp_path: Path) -> None:
    """nextcloud/contacts#286: both stay two people, both are found, and their call is given to neither."""
    dana, bo = customer_with(session, "Dana", LANDLINE), customer_with(session, "Bo", LANDLINE)
    assert found(session, LANDLINE) == [bo, dana] or found(session, LANDLINE) == [dana, bo]
    assert owners(session, tmp_path, LANDLINE) == [None]
    assert broken(session) == {}


def test_unique_email_blocked_reality(session: Session) -> None:
    """twentyhq/twenty#9920: office@ belongs to everybody there; it may stand on any number of cards."""
    shared = (EmailDraft("office@kontor.example"),)
    ids = [contacts.add_contact(session, person(name, emails=shared)) for name in ("Dana", "Bo")]
    ids.append(contacts.add_contact(session, person("Cy")))
    _, version = contacts.contact_draft(session, ids[2])
    contacts.set_field(session, ids[2], "email", "Office@Kontor.example", version=version)
    assert sorted(found(session, "office@kontor.example")) == ids


@pytest.mark.parametrize(
    ("account", "code"),
    [
        ("GB33BUKB20201555555556", "iban_check_digits"),  # a digit mistyped
        ("GB33BUKB2020155555555", "iban_length"),  # a digit lost
        ("GB33 BUKB 2020 1555 5555 65", "iban_check_digits"),  # two digits exchanged
    ],
)
def test_invalid_iban_was_saved_without_a_word(session: Session, account: str, code: str) -> None:
    """odoo/odoo (base_iban): an IBAN that cannot be right is refused, unless kept knowingly."""
    dana = customer_with(session, "Dana")
    with pytest.raises(InvalidValueError) as refusal:
        bank_editing.add_account(session, dana, BankDetails(account=account))
    assert refusal.value.code == code
    assert SENTENCES[refusal.value.code]
    assert bank_accounts.accounts(session, dana) == []
    account_id = bank_editing.add_account(session, dana, BankDetails(account=account, unchecked=True))
    assert bank_editing.account_draft(session, account_id).details.unchecked


TRICKY = 'Müller-Łukasik "Zoë" O\'Neill; Ñandú, Ltd\t& Söhne ﷺ 漢字 😀'


def test_accents_and_quotes_were_lost(session: Session, office: Office) -> None:
    """salesagility/SuiteCRM#6442, #9134, YetiForceCRM#13025: kept letter by letter."""
    plain = TRICKY.replace("\t", " ")
    dana = contacts.add_contact(session, person(plain, None, note=TRICKY, tags=("Größe",)))
    session.close()
    again = office.open()
    draft, _ = contacts.contact_draft(again, dana)
    assert (draft.given, draft.note, draft.tags) == (plain, TRICKY, ("Größe",))
    for typed in ("muller", "MÜLLER", "lukasik", "zoe", "o'neill", "nandu", "sohne", "漢字"):
        assert found(again, typed) == [dana], typed
    again.close()


def test_a_restored_record_lost_its_links(session: Session, tmp_path: Path) -> None:
    """No single entry; like twentyhq/twenty#23903, where a merge did: what hung on a record comes back."""
    level = custom_fields.define_field(session, FieldDraft("Level"))
    bo = customer_with(session, "Bo")
    dana = contacts.add_contact(
        session,
        person(
            "Dana", phones=(PhoneDraft(LANDLINE),), emails=(EmailDraft("d@d.example"),), tags=("VIP",),
            addresses=(AddressDraft("1 High St"),), product_uses=(ProductUseDraft("Fleet"),),
            custom=((level, "Gold"),),
        ),
    )  # fmt: skip
    notes.add_note(session, dana, "Called")
    relations.add_relation(session, dana, bo, RelationDraft(RelationRole.SPOUSE_OF))
    bank_editing.add_account(session, dana, BankDetails(account="GB33BUKB20201555555555"))
    attached = tmp_path / "contract.txt"
    attached.write_text("agreed", encoding="utf-8")
    attachments.add_files(session, dana, [attached])
    assert owners(session, tmp_path, LANDLINE) == [dana]
    before = hanging_on(session, dana, bo)
    contacts.trash(session, [dana])
    assert relations.relations_of(session, bo) == []
    contacts.restore_from_trash(session, [dana])
    assert hanging_on(session, dana, bo) == before
    assert found(session, "gold") == found(session, LANDLINE) == [dana]
    undo.undo(session)
    undo.undo(session)
    assert hanging_on(session, dana, bo) == before
    assert broken(session) == {}


def hanging_on(session: Session, contact_id: int, other: int) -> tuple[object, ...]:
    """Return everything that hangs on a contact, as the program shows it."""
    return (
        contacts.contact_draft(session, contact_id)[0],
        notes.notes(session, contact_id),
        relations.relations_of(session, contact_id),
        [line.other.name for line in relations.relations_of(session, other)],
        bank_accounts.accounts(session, contact_id),
        attachments.attachments_of(session, contact_id),
        list(calls.call_ids(session, CallQuery(customer_id=contact_id))),
    )


def test_1200_rows_took_half_a_minute(session: Session) -> None:
    """salesagility/SuiteCRM-Core#112: a thousand records are changed and undone while somebody waits."""
    for at in range(40):
        contacts.add_contact(session, person(f"Given{at}", f"Family{at}", tags=("VIP",)))
    draft = person("Copy", "Of many")
    ids = [contacts.add_contact(session, replace(draft, given=f"Copy{at}")) for at in range(1160)]
    begin = time.perf_counter()
    assert contacts.trash(session, ids) == len(ids)
    undo.undo(session)
    assert len(contacts.contact_first_page(session, ContactQuery(Category.CUSTOMER, text="copy"))) == 200
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize("birthday", ["--02-29", "--12-31", "2000-02-29"])
def test_yearless_birthdays_failed(session: Session, birthday: str) -> None:
    """monicahq/monica#3053: a birthday without a year is one, the 29th of February too."""
    dana = contacts.add_contact(session, entry("Dana", birthday=birthday))
    assert contacts.contact_draft(session, dana)[0].birthday == birthday
    with pytest.raises(InvalidValueError):
        contacts.add_contact(session, entry("Bo", birthday="--02-30"))
