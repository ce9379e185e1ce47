"""Every field of a contact's form: typed, seen on the card, searched, exported and undone, in the window.

What is gone through is the form itself: a field it has and the tables have not fails, and so does a fact of
product.md that no form has.
"""

import csv
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.contacts import Category, ContactKind, CustomerStatus
from crm_desktop.domain.custom_fields import column_of
from crm_desktop.operations import contacts
from crm_desktop.operations.list_export import ExportChoice, ExportFormat, export_list
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.record_form import RecordForm
from crm_desktop.ui.widgets.repeat_group import RepeatGroupEditor
from tests.operations.own_fields import one_of_each
from tests.operations.samples import broken, person
from tests.ui.desk import Desk
from tests.ui.field_cases import (
    ADDRESS,
    BANK,
    BOTH,
    COMPANY,
    GROUPS,
    MAIN,
    OWN,
    PERSON,
    PHONE,
    RELATION,
    USE_FORM,
    Case,
    enter,
    texts,
    write,
)  # fmt: skip

DANA = 4
MANDATE = "mandate_reference mandate_on mandate_sequence"
# The facts as product.md tells them, by the form they are typed into.
FACTS: dict[str, tuple[set[str], str]] = {
    "person": (
        {*BOTH, *PERSON}, "prefix given additional family suffix nickname title birthday language urls note",
    ),
    "company": ({*BOTH, *COMPANY}, "company legal_form industry size urls"),
    "customer": ({*BOTH}, "status status_since owner_id source customer_number vat_id tags"),
    "phone": ({*PHONE}, "raw kind primary note"),
    "address": ({*ADDRESS}, "street city region postal_code country kind former"),
    "product": ({*USE_FORM}, "product since until plan quantity serial renewal_on note"),
    "bank": (
        {*BANK},
        "holder type account bank_code bic bank_name currency purpose active " + MANDATE,
    ),
    "relation": ({*RELATION}, "role started_on ended_on note"),
}  # fmt: skip
Fill = Callable[[RecordForm], None]


@pytest.fixture
def page(desk: Desk) -> CustomersPage:
    contacts.add_contact(desk.session, person("Dana", "Whitfield"))
    found = desk.page("customers")
    assert isinstance(found, CustomersPage)
    found.refresh()
    desk.settle()
    return found


@pytest.mark.parametrize("form", FACTS)
def test_every_fact_of_the_field_is_in_a_form(form: str) -> None:
    known, facts = FACTS[form]
    assert set(facts.split()) - known == set()


def enter_row(group: RepeatGroupEditor, key: str, name: str, value: object) -> None:
    """Type what makes a row of a group, and in a second row the part ``name``."""
    for place, main in enumerate(MAIN[key]):
        group.add_button.click()
        for part, text in main.items():
            enter(group.part(place, part), text)
    row = group._rows[-1]
    if name == "primary":
        row.primary.click()
    else:
        enter(row.kind if name == "kind" else row.parts[name], value)


def seen(page: CustomersPage) -> str:
    """Return what the card's head, tags and overview say, and the row of the list."""
    card = page.panel.card
    tags = card.tags.field.value()
    assert isinstance(tags, (list, tuple))
    return "\n".join([texts(card), *tags])


def exported(desk: Desk, folder: Path) -> list[str]:
    """Return the cells of the record when all of it is exported."""
    target = folder / "one.csv"
    export_list(desk.session, [DANA], target, ExportChoice(ExportFormat.CSV))
    _, cells = csv.reader(target.read_text(encoding="utf-8-sig").splitlines(keepends=True))
    return cells


def found_by(desk: Desk, page: CustomersPage, word: str) -> bool:
    """Type a word into the search box; return whether Dana is among who is found."""
    page.search.clear()
    write(page.search, word)
    desk.settle()
    found = DANA in page.model.ids_between(0, page.model.rowCount() - 1)
    page.search.clear()
    desk.settle()
    return found


def draft(desk: Desk) -> ContactDraft:
    return contacts.contact_draft(desk.session, DANA)[0]


def lacking(desk: Desk, page: CustomersPage, folder: Path, case: Case) -> list[str]:
    """Return what is wrong with a value that was just saved, which is undone then."""
    wrong, text = [], case.typed if isinstance(case.typed, str) else ""
    page.show_contact(DANA)
    desk.settle()
    if (case.seen or text) not in seen(page):
        wrong.append("not seen")
    if case.word and not found_by(desk, page, case.word):
        wrong.append("not found")
    if (case.cell or text) not in exported(desk, folder):
        wrong.append("not exported")
    desk.workspace.record_undo()
    desk.settle()
    return wrong


def gone_through(
    desk: Desk, page: CustomersPage, folder: Path, cases: Mapping[str, tuple[Case, Fill]]
) -> dict[str, list[str]]:
    """Type each case into the form of Dana's record; return what is wrong, by field."""
    before, wrong = draft(desk), {}
    for name, (case, fill) in cases.items():
        page.show_contact(DANA)
        page.record_edit()
        desk.settle()
        assert page.panel.editor.form is not None
        fill(page.panel.editor.form)
        page.record_save()
        desk.settle()
        if page.panel.editing:
            wrong[name] = ["refused"]
            page.panel.close_form()
            continue
        assert draft(desk) != before, name
        wrong[name] = lacking(desk, page, folder, case)
        if draft(desk) != before:
            wrong[name].append("not undone")
    return {name: found for name, found in wrong.items() if found}


@pytest.mark.parametrize("kind", list(ContactKind))
def test_every_field_of_a_contact(desk: Desk, page: CustomersPage, tmp_path: Path, kind: ContactKind) -> None:
    if kind is ContactKind.COMPANY:
        _, version = contacts.contact_draft(desk.session, DANA)
        company = ContactDraft(Category.CUSTOMER, kind, company="Acme", status=CustomerStatus.ACTIVE)
        contacts.save_contact(desk.session, DANA, company, version=version)
    own = {column_of(number): OWN[known] for known, number in one_of_each(desk.session).items()}
    table = BOTH | own | (COMPANY if kind is ContactKind.COMPANY else PERSON)
    page.show_contact(DANA)
    page.record_edit()
    desk.settle()
    assert page.panel.editor.values().keys() - {"kind"} == table.keys() | GROUPS.keys()
    page.panel.close_form()

    def typed(form: RecordForm, name: str) -> None:
        enter(form.editor(name), table[name].typed)

    cases = {name: (case, partial(typed, name=name)) for name, case in table.items()}
    assert gone_through(desk, page, tmp_path, cases) == {}
    assert broken(desk.session) == {}


@pytest.mark.parametrize("group", GROUPS)
def test_every_field_of_what_a_contact_has_several_of(
    desk: Desk, page: CustomersPage, tmp_path: Path, group: str
) -> None:
    parts: set[str] = set()

    def typed(form: RecordForm, name: str) -> None:
        editor = form.editor(group)
        assert isinstance(editor, RepeatGroupEditor)
        enter_row(editor, group, name, GROUPS[group][name].typed)
        parts.update(editor._rows[-1].values())

    cases = {name: (case, partial(typed, name=name)) for name, case in GROUPS[group].items()}
    assert gone_through(desk, page, tmp_path, cases) == {}
    assert parts == GROUPS[group].keys()


def test_what_is_kept_unchecked_is_marked_until_it_is_undone(
    desk: Desk, page: CustomersPage, tmp_path: Path
) -> None:
    cases = {
        "vat_id": ("DE136695977", "DE136695977   ·   unchecked"),
        "phones": ("+44 7", "+44 7   ·   unchecked"),
        "emails": ("quay at harbour", "quay at harbour   ·   unchecked"),
    }
    before = draft(desk)
    for name, (typed, marked) in cases.items():
        page.show_contact(DANA)
        page.record_edit()
        desk.settle()
        form = page.panel.editor.form
        assert form is not None
        editor = form.editor(name)
        if isinstance(editor, RepeatGroupEditor):
            editor.add_button.click()
            editor = next(iter(editor._rows[0].parts.values()))
        enter(editor, typed)
        page.record_save()
        desk.settle()
        assert page.panel.editing, f"{name} was taken without a word"
        page.panel.editor.message.action_requested.emit()
        desk.settle()
        case = Case(typed, seen=marked, cell="yes")
        assert lacking(desk, page, tmp_path, case) == [], name
        assert draft(desk) == before
