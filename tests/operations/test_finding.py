"""Finding over both lists: order, marks, trash, and text of every kind."""

import pytest

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.contact_drafts import PhoneDraft
from crm_desktop.domain.contacts import Category
from crm_desktop.operations import bank_accounts
from crm_desktop.operations.contacts import add_contact, trash
from crm_desktop.operations.finding import find_records, records_of
from crm_desktop.operations.session import Session
from tests.operations.samples import entry, person

TYPED = (
    '" OR 1',
    "NEAR(",
    "'; DROP TABLE contact; --",
    "*",
    "%",
    "",
    "   ",
    "\0",
    "\ud800",
    "a" * 5000,
    "()",
)


def test_both_lists_are_found_customers_first(session: Session) -> None:
    other = add_contact(session, entry("Zoe", "Quince", phones=(PhoneDraft("+49 30 901820"),)))
    customer = add_contact(session, person("Zoe", "Quince"))
    gone = add_contact(session, person("Zoe", "Quince"))
    trash(session, [gone])
    assert [(known.id, known.category) for known in find_records(session, "quince zo")] == [
        (customer, Category.CUSTOMER),
        (other, Category.ADDRESS_BOOK),
    ]
    for typed in ("030 90 18 20", "+4930901820", "0049 30 901820", "9018"):
        assert [known.id for known in find_records(session, typed)] == [other], typed
    assert [known.id for known in records_of(session, [gone, other, 999, customer, other])] == [
        other,
        customer,
    ]


def test_who_is_found_by_a_number_too_is_not_marked(session: Session) -> None:
    payer = add_contact(session, person("Paula", "Payer", phones=(PhoneDraft("(212) 555-3000"),)))
    bank_accounts.add_account(session, payer, BankDetails(account="DE89370400440532013000", holder="P"))
    assert [(known.id, known.by_account) for known in find_records(session, "3000")] == [(payer, False)]


def test_who_is_found_by_an_account_is_marked(session: Session) -> None:
    payer = add_contact(session, person("Paula", "Payer"))
    bank_accounts.add_account(session, payer, BankDetails(account="DE89370400440532013000", holder="P"))
    other = add_contact(session, entry("Nora", "Number", phones=(PhoneDraft("(212) 555-3000"),)))
    assert [(known.id, known.by_account) for known in find_records(session, "3000")] == [
        (payer, True),
        (other, False),
    ]
    assert not find_records(session, "13000")


@pytest.mark.parametrize("text", TYPED)
def test_fault_48_whatever_is_typed_is_only_text(session: Session, text: str) -> None:
    add_contact(session, person("Ada", "Bystander"))
    assert find_records(session, text) == []
