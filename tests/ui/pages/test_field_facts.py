"""Every field of a contact stands in its form and is seen on its card, for persons and companies."""

import pytest
from PySide6.QtWidgets import QLabel

from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    ContactDraft,
    EmailDraft,
    ForeignIdDraft,
    PhoneDraft,
    ProductUseDraft,
)
from crm_desktop.domain.contacts import Category, ContactKind, CustomerStatus
from crm_desktop.operations import contacts, custom_fields
from crm_desktop.operations.custom_fields import FieldDraft
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from tests.ui.desk import Desk

PERSON = {
    "prefix": "Dr", "given": "Quirina", "additional": "Xaver", "family": "Ólafsdóttir", "suffix": "Jr",
    "nickname": "Quin", "company": "Zürcher Käserei", "title": "Purchasing", "birthday": "1984-02-29",
    "language": "pt-BR",
}  # fmt: skip
COMPANY = {"company": "Zürcher Käserei", "legal_form": "GmbH", "industry": "Logistics", "size": "50-100"}
BOTH = {
    "urls": "https://quay.example", "note": "Rings after four", "source": "trade fair",
    "customer_number": "K-4711", "vat_id": "DE136695976", "status_since": "2025-04-01",
}  # fmt: skip
# How a value is read where it is not shown as it is typed.
SHOWN_AS = {"1984-02-29": "29 Feb 1984", "2025-04-01": "1 Apr 2025"}
PARTS = [
    "+44 7700 900123", "desk", "quay@harbour.example", "invoices", "12 High Street", "LS1 4AP", "Leeds",
    "rear door", "D10042", "Ledger", "Gold", "Fleet Pro",
]  # fmt: skip


def full(kind: ContactKind, field: int) -> ContactDraft:
    texts = BOTH | (PERSON if kind is ContactKind.PERSON else COMPANY)
    return ContactDraft(
        category=Category.CUSTOMER, kind=kind, status=CustomerStatus.PAUSED, owner_id=1,
        phones=(PhoneDraft("+44 7700 900123", note="desk"),),
        emails=(EmailDraft("quay@harbour.example", note="invoices"),),
        addresses=(AddressDraft("12 High Street", "LS1 4AP", "Leeds", None, "GB", note="rear door"),),
        foreign_ids=(ForeignIdDraft("Ledger", "D10042"),), product_uses=(ProductUseDraft("Fleet Pro"),),
        tags=("Harbour",), custom=((field, "Gold"),), **texts,  # type: ignore[arg-type]
    )  # fmt: skip


def seen(page: CustomersPage) -> str:
    """Return every text of the card's head and overview."""
    card = page.panel.card
    labels = card.findChildren(QLabel)
    texts = [f"{label.accessibleName()} {label.text()} {label.toolTip()}" for label in labels]
    texts += [label.full_text for label in card.findChildren(ElidedLabel)]
    tags = card.tags.field.value()
    assert isinstance(tags, (list, tuple))
    return "\n".join([*texts, *tags])


@pytest.mark.parametrize("kind", list(ContactKind))
def test_every_field_is_seen_on_the_card_and_stands_in_the_form(desk: Desk, kind: ContactKind) -> None:
    field = custom_fields.define_field(desk.session, FieldDraft("Level"))
    contact_id = contacts.add_contact(desk.session, full(kind, field))
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    page.refresh()
    desk.settle()
    page.show_contact(contact_id)
    desk.settle()
    texts = BOTH | (PERSON if kind is ContactKind.PERSON else COMPANY)
    on_card = seen(page)
    wanted = {name: SHOWN_AS.get(value, value) for name, value in texts.items()}
    wanted |= {part: part for part in [*PARTS, "Harbour", "Ana Lima", "Paused"]}
    assert {name for name, value in wanted.items() if value not in on_card} == set()
    page.record_edit()
    desk.settle()
    values = page.panel.editor.values()
    assert {name: values.get(name) for name in texts} == texts
    assert (values["status"], values["owner_id"]) == ("paused", 1)
    groups = repr([values[name] for name in ("phones", "emails", "addresses", "foreign_ids")])
    assert [part for part in PARTS[:10] if part not in groups] == []
    page.panel.close_form()
