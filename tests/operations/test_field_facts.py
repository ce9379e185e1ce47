"""The facts of the field, each one by itself: what there is of it, typed, undone, kept by backup and restore.

The lists here are what the field demands, written down anew; they are not read from the program.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from crm_desktop.domain.bank_accounts import AccountType, BankDetails, MandateSequence
from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    ContactDraft,
    EmailDraft,
    ForeignIdDraft,
    PhoneDraft,
    ProductUseDraft,
)
from crm_desktop.domain.contacts import AddressKind, Category, ContactKind, CustomerStatus, PhoneKind
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.operations import (
    attachments,
    bank_editing,
    contacts,
    custom_fields,
    notes,
    relations,
    undo,
)
from crm_desktop.operations.backups import back_up
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.custom_fields import FieldDraft
from crm_desktop.operations.restoring import restore
from crm_desktop.operations.session import Session
from tests.environments import PASSWORD, Office
from tests.operations.samples import broken, customer_with, person, table_rows

KINDS: dict[type[StrEnum], str] = {
    PhoneKind: "mobile work home main fax pager other",
    AddressKind: "work home billing delivery other",
    CustomerStatus: "lead active paused former",
    MandateSequence: "FRST RCUR",
    AccountType: "iban other",
    RelationRole: (
        "employee_of employer_of contact_person_of has_contact_person supervised_by supervises spouse_of"
        " parent_of child_of sibling_of partner_of referred_by referred accountant_of client_of signatory_of"
        " has_signatory successor_of predecessor_of invoice_recipient_for has_invoice_recipient"
    ),
}
PHONES = {
    "raw": ("(917) 555-0188", "0188"), "kind": (PhoneKind.FAX, ""), "is_primary": (False, ""),
    "note": ("desk, not at noon", ""),
}  # fmt: skip
EMAILS = {"address": ("quay@harbour.example", "quay"), "note": ("invoices only", "")}
ADDRESSES = {
    "street": ("Rear building\n12 High Street", ""), "postal_code": ("LS1 4AP", ""),
    "city": ("Leeds", "leeds"),
    "region": ("Yorkshire", ""), "country": ("GB", ""),
    "kind": (AddressKind.BILLING, ""), "former": (True, ""),
    "note": ("ring twice", ""),
}  # fmt: skip
USES = {
    "product": ("Harbour Plan", "harbour"), "since": ("2024-02-29", ""), "until": ("2026-01-31", ""),
    "plan": ("Basic", ""), "quantity": (12, ""), "serial": ("FP-4711", ""), "renewal_on": ("2027-03-01", ""),
    "note": ("by phone", ""),
}  # fmt: skip
FOREIGN = {"system": ("Shop", ""), "value": ("D10042", "d10042")}
GROUPS: dict[str, tuple[Any, dict[str, tuple[Any, str]]]] = {
    "phones": (PhoneDraft("(212) 555-0123"), PHONES),
    "emails": (EmailDraft("first@example.com"), EMAILS),
    "addresses": (AddressDraft("1 Low Street"), ADDRESSES),
    "product_uses": (ProductUseDraft("Fleet"), USES),
    "foreign_ids": (ForeignIdDraft("Ledger", "first"), FOREIGN),
}
CASES = [
    (group, name, value, word)
    for group, (_, facts) in GROUPS.items()
    for name, (value, word) in facts.items()
    if name != "is_primary"  # the only one always is
]
IBAN = BankDetails(account="GB33BUKB20201555555555")
BANK: dict[str, Any] = {
    "bic": "BUKBGB22XXX", "bank_name": "Harbour Bank", "holder": "D. Whitfield", "currency": "GBP",
    "purpose": "rent",
    "mandate_reference": "M-1", "mandate_on": "2024-05-01", "mandate_sequence": MandateSequence("RCUR"),
    "active": False, "note": "joint",
}  # fmt: skip
RELATION: dict[str, Any] = {
    "position": "Head of sales",
    "started_on": "2020-02-29",
    "ended_on": "2024-01-01",
    "note": "part time",
}


def changed(item: Any, **values: object) -> Any:  # noqa: ANN401 - any of the drafts
    """Return an item with other values, which the table of a case names."""
    return replace(item, **values)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    from tests.environments import new_organization

    opened = new_organization(tmp_path_factory.mktemp("facts")).open()
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_the_field_has_is_there(kind: type[StrEnum]) -> None:
    assert {str(member) for member in kind} == set(KINDS[kind].split())


@pytest.mark.parametrize("group", GROUPS)
def test_every_fact_of_a_group_has_its_case(group: str) -> None:
    empty, facts = GROUPS[group]
    beside = {"id", "unchecked"} | ({"kind", "is_primary"} - facts.keys())
    assert {field.name for field in fields(empty)} - beside == facts.keys() - beside
    assert {field.name for field in fields(BankDetails)} == BANK.keys() | {
        "type", "account", "bank_code", "unchecked",
    }  # fmt: skip


@pytest.mark.parametrize(("group", "name", "value", "word"), CASES, ids=lambda value: str(value)[:20])
def test_a_fact_is_typed_found_and_undone(
    desk: Session, group: str, name: str, value: object, word: str
) -> None:
    first = GROUPS[group][0]
    contact_id = contacts.add_contact(desk, changed(person("Dana"), **{group: (first,)}))
    before, version = contacts.contact_draft(desk, contact_id)
    (item,) = getattr(before, group)
    typed = changed(before, **{group: (changed(item, **{name: value}),)})
    contacts.save_contact(desk, contact_id, typed, version=version)
    (kept,) = getattr(contacts.contact_draft(desk, contact_id)[0], group)
    assert getattr(kept, name) == value
    if word:
        assert contact_id in contacts.contact_ids(desk, ContactQuery(Category.CUSTOMER, text=word))
    undo.undo(desk)
    assert contacts.contact_draft(desk, contact_id)[0] == before
    if word:
        assert contact_id not in contacts.contact_ids(desk, ContactQuery(Category.CUSTOMER, text=word))
    undo.undo(desk)


@pytest.mark.parametrize("group", ["phones", "emails", "addresses"])
def test_another_one_becomes_the_first_and_the_former_again(desk: Session, group: str) -> None:
    first, facts = GROUPS[group]
    second = changed(first, **{name: value for name, (value, _) in facts.items()} | {"is_primary": False})
    pair = (changed(first, is_primary=True), second)
    contact_id = contacts.add_contact(desk, changed(person("Dana"), **{group: pair}))
    before, version = contacts.contact_draft(desk, contact_id)
    swapped = tuple(changed(item, is_primary=not item.is_primary) for item in getattr(before, group))
    contacts.save_contact(desk, contact_id, changed(before, **{group: swapped}), version=version)
    after = contacts.contact_draft(desk, contact_id)[0]
    assert [item.is_primary for item in getattr(after, group)] == [False, True]
    undo.undo(desk)
    assert contacts.contact_draft(desk, contact_id)[0] == before
    undo.undo(desk)


@pytest.mark.parametrize("name", BANK)
def test_a_fact_of_an_account_is_typed_and_undone(desk: Session, name: str) -> None:
    contact_id = customer_with(desk, "Dana")
    account_id = bank_editing.add_account(desk, contact_id, IBAN)
    read = bank_editing.account_draft(desk, account_id)
    before, version = read.details, read.version
    bank_editing.edit_account(desk, account_id, changed(before, **{name: BANK[name]}), version=version)
    assert getattr(bank_editing.account_draft(desk, account_id).details, name) == BANK[name]
    undo.undo(desk)
    assert bank_editing.account_draft(desk, account_id).details == before
    undo.undo(desk)
    undo.undo(desk)


@pytest.mark.parametrize("name", RELATION)
def test_a_fact_of_a_relation_is_typed_and_undone(desk: Session, name: str) -> None:
    first, second = customer_with(desk, "Dana"), customer_with(desk, "Bo")
    draft = RelationDraft(RelationRole.SUPERVISED_BY)
    number = relations.add_relation(desk, first, second, draft)
    (before,) = relations.relations_of(desk, first)
    typed = changed(draft, **{name: RELATION[name]})
    relations.edit_relation(desk, number, first, typed, version=before.version)
    (after,) = relations.relations_of(desk, second)
    assert getattr(after, name) == RELATION[name]
    assert after.role is RelationRole.SUPERVISES
    undo.undo(desk)
    (back,) = relations.relations_of(desk, first)
    assert changed(back, version=before.version) == before
    for _ in range(3):
        undo.undo(desk)


def full(kind: ContactKind, field: int) -> ContactDraft:
    """Return a customer with every fact there is, in every group twice."""
    parts = {
        group: (first, changed(first, **{name: value for name, (value, _) in facts.items()}))
        for group, (first, facts) in GROUPS.items()
    }
    return person(
        "Quirina", "Ólafsdóttir", kind=kind, prefix="Dr", additional="Xaver", suffix="Jr", nickname="Quin",
        company="Zürcher Käserei", title="Purchasing", legal_form="GmbH", industry="Logistics", size="50-100",
        birthday="--02-29", language="de", urls="https://quay.example", note="Rings after four", owner_id=1,
        status=CustomerStatus.PAUSED, status_since="2025-04-01", source="fair", customer_number=f"K-{kind}",
        vat_id="DE136695976", tags=("Größe", "VIP"), custom=((field, "Gold"),), **parts,
    )  # fmt: skip


@pytest.mark.parametrize("kind", list(ContactKind))
def test_all_of_it_is_the_same_after_backup_and_restore(
    office: Office, tmp_path: Path, kind: ContactKind
) -> None:
    session = office.open()
    level = custom_fields.define_field(session, FieldDraft("Level"))
    contact_id = contacts.add_contact(session, full(kind, level))
    other = customer_with(session, "Bo")
    notes.add_note(session, contact_id, "Called\nback 😀")
    relations.add_relation(session, contact_id, other, RelationDraft(RelationRole.REFERRED_BY, **RELATION))
    bank_editing.add_account(session, contact_id, changed(IBAN, **BANK))
    attached = tmp_path / "contract.txt"
    attached.write_bytes(b"agreed\0" * 100_000)
    attachments.add_files(session, contact_id, [attached])
    before = everything(session, contact_id)
    backup = back_up(session).backup.path
    contacts.trash(session, [contact_id])
    session.close()
    restore(office.environment, backup, office.path, login="ana", password=PASSWORD)
    session = office.open()
    assert everything(session, contact_id) == before
    assert broken(session) == {}
    session.close()


def everything(session: Session, contact_id: int) -> tuple[object, ...]:
    """Return what is held about a contact, as it is read by the program."""
    (account,) = table_rows(session, "bank_account")
    (attached,) = attachments.attachments_of(session, contact_id)
    return (
        contacts.contact_draft(session, contact_id),
        contacts.card(session, contact_id),
        notes.notes(session, contact_id),
        relations.relations_of(session, contact_id),
        bank_editing.account_draft(session, int(str(account["id"]))),
        attachments.read_attachment(session, attached.id),
    )
