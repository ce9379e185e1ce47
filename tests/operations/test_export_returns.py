"""An exported list comes back through the import of contacts: its titles are words that one reads."""

from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.contact_imports import ContactPlan, Fate
from crm_desktop.domain.contacts import Category, ContactKind
from crm_desktop.domain.imported_contacts import ImportedContact
from crm_desktop.importers.contacts.contact_format import ContactOptions
from crm_desktop.operations import contacts, custom_fields
from crm_desktop.operations.contact_imports import import_contacts, read_rows
from crm_desktop.operations.custom_fields import FieldDraft
from crm_desktop.operations.list_export import ExportChoice, ExportFormat, export_list
from crm_desktop.operations.session import Session
from tests.environments import new_organization
from tests.operations.samples import person
from tests.operations.test_field_facts import full


def returned(session: Session, ids: list[int], target: Path, choice: ExportChoice) -> list[ImportedContact]:
    export_list(session, ids, target, choice)
    _file, rows = read_rows(target, ContactOptions(region="DE"))
    assert all(isinstance(row, ImportedContact) for row in rows)
    return [row for row in rows if isinstance(row, ImportedContact)]


@pytest.mark.parametrize("form", list(ExportFormat))
def test_every_value_comes_back(session: Session, tmp_path: Path, form: ExportFormat) -> None:
    level = custom_fields.define_field(session, FieldDraft("Level"))
    draft = replace(full(ContactKind.PERSON, level), birthday="1980-02-29", note="One\nnote; of two lines")
    one = contacts.add_contact(session, draft)
    two = contacts.add_contact(session, person("李", "小"))
    whole, plain = returned(session, [one, two], tmp_path / f"list.{form}", ExportChoice(form))
    saved = contacts.contact_draft(session, one)[0]
    for name in ("prefix", "given", "additional", "family", "suffix", "nickname", "birthday", "title"):
        assert getattr(whole, name) == getattr(saved, name), name
    assert (whole.organization, whole.language, whole.note) == (saved.company, saved.language, saved.note)
    assert [(phone.raw, phone.kind) for phone in whole.phones] == [
        (phone.raw, phone.kind) for phone in saved.phones
    ]
    assert [(mail.address, mail.kind) for mail in whole.emails] == [
        (mail.address, mail.kind) for mail in saved.emails
    ]
    fields = ("postal_code", "city", "region", "country", "kind")
    assert [[getattr(known, name) for name in fields] for known in whole.addresses] == [
        [getattr(known, name) for name in fields] for known in saved.addresses
    ]
    assert [known.street for known in whole.addresses] == [known.street for known in saved.addresses]
    assert (set(whole.categories), whole.urls) == (set(saved.tags), ("https://quay.example",))
    assert {"customer_number", "vat_id"} <= {key for key, _ in whole.values}
    kept = dict(whole.values)
    product = saved.product_uses[0].product
    assert (kept["own:Level"], kept["status"], kept["product:1:product"]) == ("Gold", "Paused", product)
    assert (plain.given, plain.family, plain.phones) == ("李", "小", ())


def test_the_columns_shown_come_back(session: Session, tmp_path: Path) -> None:
    draft = replace(full(ContactKind.PERSON, 0), custom=(), category=Category.CUSTOMER)
    one = contacts.add_contact(session, draft)
    columns = ("name", "company", "title", "phone", "email", "city", "status")
    (row,) = returned(session, [one], tmp_path / "list.csv", ExportChoice(columns=columns))
    assert (row.organization, row.title) == ("Zürcher Käserei", "Purchasing")
    assert row.full == contacts.card(session, one).contact.display_name
    assert (len(row.phones), len(row.emails)) == (1, 1)


@pytest.mark.parametrize("form", list(ExportFormat))
@pytest.mark.parametrize("kind", list(ContactKind))
def test_an_export_imported_into_a_new_organization_compares_equal(
    session: Session, tmp_path: Path, form: ExportFormat, kind: ContactKind
) -> None:
    level = custom_fields.define_field(session, FieldDraft("Level"))
    first = contacts.add_contact(session, full(kind, level))
    second = contacts.add_contact(session, person("李", "小", note="=1+1"))
    target = tmp_path / f"list.{form}"
    export_list(session, [first, second], target, ExportChoice(form))
    (tmp_path / "new").mkdir()
    other = new_organization(tmp_path / "new").open()
    custom_fields.define_field(other, FieldDraft("Level"))
    result = import_contacts(other, target, ContactPlan(), ContactOptions())
    assert [fate.fate for fate in result.fates] == [Fate.CREATED, Fate.CREATED]
    for before, fate in zip((first, second), result.fates, strict=True):
        assert fate.contact_id is not None
        assert compared(other, fate.contact_id) == compared(session, before)
    again = import_contacts(other, target, ContactPlan(), ContactOptions())
    assert [fate.fate for fate in again.fates] == [Fate.SKIPPED, Fate.SKIPPED]
    other.close()


def compared(session: Session, contact_id: int) -> ContactDraft:
    """Return a contact's values without ids; the owner is in both offices by the same name."""
    draft, _version = contacts.contact_draft(session, contact_id)
    parts = {
        name: tuple(replace(part, id=None) for part in getattr(draft, name))
        for name in ("phones", "emails", "addresses", "product_uses", "foreign_ids")
    }
    fields = {field.id: field.name for field in custom_fields.fields(session)}
    custom = tuple((len(fields[field_id]), value) for field_id, value in draft.custom)
    draft = replace(draft, custom=custom, tags=tuple(sorted(draft.tags)))
    return replace(draft, **parts)  # type: ignore[arg-type]  # groups of parts only
