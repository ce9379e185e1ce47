"""Every field of what hangs on a contact (accounts, relations, products): typed, seen, searched, undone.

The fields are those the forms have, the values those of the tables: a field without a value fails. Bank
details are never in an exported list; relations and products are.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.operations import bank_accounts, contacts
from crm_desktop.operations.list_export import ExportChoice, ExportFormat, export_list
from crm_desktop.operations.relations import add_relation
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.bank_account_dialog import BankAccountDialog
from crm_desktop.ui.widgets.contact_card import ContactCard
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.relation_dialog import RelationDialog
from tests.environments import Office, add_member
from tests.operations.samples import broken, person
from tests.properties.recorded_changes import everything
from tests.ui.desk import Desk, add_people
from tests.ui.field_cases import BANK, IBAN, RELATION, USE_FORM, Case, enter, texts, write

HARRIET = 1
Typed = BankAccountDialog | RelationDialog | FormDialog


@pytest.fixture
def card(desk: Desk) -> ContactCard:
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    page.show_contact(HARRIET)
    desk.settle()
    return page.panel.card


def shown(desk: Desk, card: ContactCard, tab: QWidget) -> str:
    """Go to a tab; return everything that can be read there."""
    card.tabs.setCurrentWidget(tab)
    card.show_contact(HARRIET)
    desk.settle()
    return texts(tab)


def found_by(desk: Desk, word: str) -> bool:
    """Type a word into the search box; return whether Harriet is among who is found."""
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    write(page.search, word)
    desk.qtbot.waitUntil(lambda: page.query.text == word)
    desk.settle()
    found = HARRIET in page.model.ids_between(0, page.model.rowCount() - 1)
    page.search.clear()
    desk.qtbot.waitUntil(lambda: page.query.text == "")
    desk.settle()
    return found


def gone_through(
    desk: Desk, table: Mapping[str, Case], open_form: Callable[[str], Typed], read: Callable[[], str]
) -> dict[str, str]:
    """Type each value into a form that was opened for it; return what is wrong, by field."""
    wrong: dict[str, str] = {}
    before = everything(desk.session)
    for name, case in table.items():
        dialog = open_form(name)
        assert dialog.form.values().keys() == table.keys()
        if not dialog.form.editor(name).isHidden():
            enter(dialog.form.editor(name), case.typed)
        dialog.accept_button.click()
        if name == "unchecked":  # it is offered once the number was refused
            enter(dialog.form.editor(name), case.typed)
            dialog.accept_button.click()
        desk.settle()
        if shiboken6.isValid(dialog) and dialog.isVisible():
            wrong[name] = f"refused: {texts(dialog)}"
            dialog.reject()
            continue
        said = read()
        if (case.seen or str(case.typed)) not in said:
            wrong[name] = f"not seen in {said}"
        if case.word and not found_by(desk, case.word):
            wrong[name] = f"not found by {case.word}"
        desk.workspace.record_undo()
        desk.settle()
        if case.word and found_by(desk, case.word):
            wrong[name] = f"found by {case.word} after it was undone"
        if everything(desk.session) != before:
            wrong[name] = "not undone"
    assert broken(desk.session) == {}
    return wrong


def test_every_field_of_a_bank_account(desk: Desk, card: ContactCard) -> None:
    bank = card.bank
    assert bank is not None

    def open_form(name: str) -> Typed:
        shown(desk, card, bank)
        bank.add()
        dialog = bank.dialog
        assert isinstance(dialog, BankAccountDialog)
        number = {"type": "1234567", "unchecked": IBAN[:-1] + "6"}.get(name, IBAN)
        enter(dialog.form.editor("account"), number)
        if name == "bank_code":  # an IBAN holds its own
            enter(dialog.form.editor("type"), "other")
        return dialog

    assert gone_through(desk, BANK, open_form, lambda: shown(desk, card, bank)) == {}


def test_no_fact_of_an_account_is_found_without_the_right(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]
) -> None:
    session = office.open()
    add_people(session)
    add_member(session, "vera", Role.VIEWER)
    names = [field.name for field in fields(BankDetails)]
    details = {name: BANK[name].typed for name in names if name not in {"type", "unchecked", "active"}}
    bank_accounts.add_account(session, HARRIET, replace(BankDetails(), **details))  # type: ignore[arg-type]
    session.close()
    words = {word for name in names if (word := BANK[name].word or str(details.get(name, "")))}
    found: dict[str, set[str]] = {}
    for login in ("ana", "vera"):
        desk = Desk(qtbot, office, tasks, office.open(login))
        found[login] = {word for word in words if found_by(desk, word)}
        desk.window.close()
        desk.settle()
    assert found == {"ana": {"5555"}, "vera": set()}
    assert bugs == []


def test_every_field_of_a_relation(desk: Desk, card: ContactCard, tmp_path: Path) -> None:
    tab = card.relations
    other = contacts.add_contact(desk.session, person("Bo", "Holm"))
    add_relation(desk.session, HARRIET, other, RelationDraft(RelationRole.SPOUSE_OF))

    def open_form(_name: str) -> Typed:
        shown(desk, card, tab)
        tab.list.choose(tab.list.parties.lines[0].key)
        tab.edit()
        assert isinstance(tab.edits.dialog, RelationDialog)
        return tab.edits.dialog

    def read() -> str:
        shown(desk, card, tab)
        (line,) = tab.list.parties.lines
        return "\n".join([line.name, line.detail, line.tip, exported(desk, tmp_path)])

    assert gone_through(desk, RELATION, open_form, read) == {}


def test_every_field_of_a_product_in_use(desk: Desk, card: ContactCard, tmp_path: Path) -> None:
    tab = card.products

    def open_form(name: str) -> Typed:
        shown(desk, card, tab)
        tab.add()
        assert isinstance(tab.writes.dialog, FormDialog)
        if name != "product":
            enter(tab.writes.dialog.form.editor("product"), "Storage L")
        return tab.writes.dialog

    assert gone_through(desk, USE_FORM, open_form, lambda: shown(desk, card, tab)) == {}


def exported(desk: Desk, folder: Path) -> str:
    """Return what stands in the file when the record is exported whole."""
    target = folder / "one.csv"
    export_list(desk.session, [HARRIET], target, ExportChoice(ExportFormat.CSV))
    return target.read_text(encoding="utf-8-sig")
