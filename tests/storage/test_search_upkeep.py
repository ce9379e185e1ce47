"""A save writes of the search index what it touched, and the index is what the records say all the same."""

from dataclasses import fields, replace
from typing import get_type_hints

import pytest

from crm_desktop.domain.contact_drafts import AddressDraft, ContactDraft, EmailDraft, PhoneDraft
from crm_desktop.domain.contacts import Category, Contact, ContactCard, ContactKind, CustomerStatus
from crm_desktop.operations import contacts
from crm_desktop.operations.session import Session
from crm_desktop.storage.contacts import SEARCHED_COLUMNS, searched
from tests.operations.samples import broken, person

TYPED_IN_EVERY_FIELD = "zzwordzz"
KEPT_APART = {"category", "trashed_at"}
"""What stands in a document without being a text of it: which list it is in, whether it is in one."""


@pytest.fixture
def contact_id(session: Session) -> int:
    draft = person(
        title="Buyer", status=CustomerStatus.LEAD, phones=(PhoneDraft("+1 202 555 0118"),),
        emails=(EmailDraft("dana@example.com"),), addresses=(AddressDraft(city="Leeds"),),
    )  # fmt: skip
    return contacts.add_contact(session, draft)


def saved(session: Session, contact_id: int, **values: object) -> tuple[bool, bool]:
    """Save some fields; return whether words and digits were written to the index."""
    before = _segments(session)
    draft, version = contacts.contact_draft(session, contact_id)
    changed: ContactDraft = replace(draft, **values)  # type: ignore[arg-type]
    contacts.save_contact(session, contact_id, changed, version=version)
    after = _segments(session)
    assert broken(session) == {}
    return after[0] != before[0], after[1] != before[1]


def _segments(session: Session) -> tuple[bytes, bytes]:
    """Return what each index says of its parts: every write to it makes another one."""
    with session.database.read() as connection:
        (words,) = connection.execute("SELECT block FROM search_word_data WHERE id = 10").fetchone()
        (digits,) = connection.execute("SELECT block FROM search_digit_data WHERE id = 10").fetchone()
    return bytes(words), bytes(digits)


def test_what_nobody_is_found_by_leaves_the_index_alone(session: Session, contact_id: int) -> None:
    assert saved(session, contact_id, status=CustomerStatus.ACTIVE) == (False, False)
    assert saved(session, contact_id, birthday="1980-02-03") == (False, False)


def test_a_word_is_written_without_the_numbers(session: Session, contact_id: int) -> None:
    assert saved(session, contact_id, title="Warden") == (True, False)
    assert found(session, "warden") == found(session, "5550118") == [contact_id]
    assert found(session, "buyer") == []


def test_what_belongs_to_a_contact_is_written_too(session: Session, contact_id: int) -> None:
    draft, _ = contacts.contact_draft(session, contact_id)
    emails = (replace(draft.emails[0], address="whit@example.com"),)
    assert saved(session, contact_id, emails=emails) == (True, False)
    assert saved(session, contact_id, tags=("Gold",)) == (True, False)
    assert saved(session, contact_id, addresses=()) == (True, False)
    assert found(session, "whit") == found(session, "gold") == [contact_id]
    assert found(session, "leeds") == []


def test_a_number_is_written_to_both(session: Session, contact_id: int) -> None:
    assert saved(session, contact_id, phones=(PhoneDraft("+1 202 555 0177"),)) == (True, True)
    assert found(session, "5550177") == [contact_id]
    assert found(session, "5550118") == []


def found(session: Session, text: str) -> list[int]:
    return list(contacts.contact_ids(session, contacts.ContactQuery(Category.CUSTOMER, text=text)))


def test_each_column_a_document_comes_from_is_known_as_one(session: Session, contact_id: int) -> None:
    card = contacts.card(session, contact_id)
    differing = {
        field.name
        for field in fields(Contact)
        if _words(replace(card, contact=replace(card.contact, **{field.name: _another(field.name)})))  # type: ignore[arg-type]
        != _words(card)
    }
    assert differing == SEARCHED_COLUMNS - KEPT_APART


def _another(name: str) -> object:
    """Return a value of the column's kind that no record has."""
    hint = str(get_type_hints(Contact)[name])
    kinds = {"ContactKind": ContactKind.COMPANY, "CustomerStatus": CustomerStatus.FORMER}
    known = next((value for kind, value in kinds.items() if kind in hint), None)
    return known or (77 if "int" in hint else TYPED_IN_EVERY_FIELD)


def _words(card: ContactCard) -> tuple[list[str], list[str]]:
    return searched(card, [], keys=lambda e164: [e164])
