"""What others fell into with exported lists, by the entry of their tracker; each is shown on a real file."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.contacts import ContactKind
from crm_desktop.operations import contacts, custom_fields
from crm_desktop.operations.custom_fields import FieldDraft
from crm_desktop.operations.list_export import ExportChoice, ExportFormat, export_list
from tests.environments import new_organization
from tests.operations.test_field_facts import full

TRICKY = 'Müller "Zoë" O\'Neill; Ñandú, 漢字 😀'


def exported(folder: Path, kind: ContactKind) -> tuple[ContactDraft, list[list[str]]]:
    """Export a record with every fact there is; return its draft and what a spreadsheet reads."""
    session = new_organization(folder).open()
    level = custom_fields.define_field(session, FieldDraft("Level"))
    contact_id = contacts.add_contact(session, replace(full(kind, level), note=TRICKY))
    target = folder / "list.csv"
    report = export_list(session, [contact_id], target, ExportChoice(ExportFormat.CSV))
    assert report.count == 1
    found = contacts.contact_draft(session, contact_id)[0]
    session.close()
    return found, list(csv.reader(target.read_text(encoding="utf-8-sig").splitlines(keepends=True)))


def _values(draft: ContactDraft) -> dict[str, object]:
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


@pytest.mark.parametrize("kind", list(ContactKind))
def test_only_the_primary_phone_was_exported(tmp_path: Path, kind: ContactKind) -> None:
    """espocrm/espocrm#411: every number, address and product of a record stands in the file."""
    draft, (_, line) = exported(tmp_path, kind)
    cells = "\n".join(line)
    parts = [phone.raw for phone in draft.phones] + [email.address for email in draft.emails]
    parts += [use.product for use in draft.product_uses] + [known.value for known in draft.foreign_ids]
    parts += [address.city for address in draft.addresses if address.city]
    assert [part for part in parts if part not in cells] == []


@pytest.mark.parametrize("kind", list(ContactKind))
def test_accents_and_quotes_were_lost_in_csv(tmp_path: Path, kind: ContactKind) -> None:
    """salesagility/SuiteCRM#6442, #9134: a note with quotes and other alphabets is one cell, unchanged."""
    _, (_, line) = exported(tmp_path, kind)
    assert TRICKY in line


@pytest.mark.parametrize("kind", list(ContactKind))
def test_every_field_is_exported(tmp_path: Path, kind: ContactKind) -> None:
    """Which a record of this kind has, beside those that hang on it."""
    draft, (_, line) = exported(tmp_path, kind)
    texts = {
        name: str(value)
        for name, value in _values(draft).items()
        if isinstance(value, str) and name not in {"category", "kind", "status"}
    }
    cells = "\n".join(line)
    assert {name for name, value in texts.items() if value not in cells} == set()
    assert [tag for tag in (*draft.tags, "Gold") if tag not in cells] == []
