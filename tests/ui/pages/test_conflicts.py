"""Cells, notes, uses, relations and tags that somebody else changed meanwhile: asked in the window."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from crm_desktop.domain.contact_merging import Side
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.operations import contacts, notes, product_uses, relations
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.conflict_dialog import ConflictDialog
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.note_dialog import NoteDialog
from crm_desktop.ui.widgets.relation_dialog import RelationDialog
from tests.ui.desk import Desk, answering

HARRIET, ZOE = 1, 2


@pytest.fixture
def page(desk: Desk) -> CustomersPage:
    found = desk.page("customers")
    assert isinstance(found, CustomersPage)
    found.table.select_ids([HARRIET])
    desk.settle()
    return found


def theirs(desk: Desk, **values: object) -> None:
    draft, version = contacts.contact_draft(desk.session, HARRIET)
    contacts.save_contact(desk.session, HARRIET, replace(draft, **values), version=version)  # type: ignore[arg-type]


def type_cell(desk: Desk, page: CustomersPage, key: str, text: str) -> list[str]:
    """Type into a cell of Harriet's row; return the refusals."""
    column = page.model.column_of(key)
    assert column is not None
    row = next(row for row in range(page.model.rowCount()) if page.model.id_at(row) == HARRIET)
    refusals: list[str] = []
    page.model.save_cell(page.model.index(row, column), text, on_refused=refusals.append)
    desk.settle()
    return refusals


def question(parent: QWidget) -> ConflictDialog:
    return parent.findChildren(ConflictDialog)[-1]


def test_a_cell_beside_what_somebody_else_saved_keeps_both(desk: Desk, page: CustomersPage) -> None:
    theirs(desk, nickname="Harry")
    assert type_cell(desk, page, "company", "Nordkai") == []
    contact = contacts.card(desk.session, HARRIET).contact
    assert (contact.company, contact.nickname) == ("Nordkai", "Harry")
    assert page.findChildren(ConflictDialog) == []


@pytest.mark.parametrize(("side", "company"), [(Side.MINE, "Nordkai"), (Side.THEIRS, "Acme & Co")])
def test_a_cell_somebody_else_saved_is_asked_about(
    desk: Desk, page: CustomersPage, side: Side, company: str
) -> None:
    theirs(desk, company="Acme & Co")
    assert type_cell(desk, page, "company", "Nordkai") == []
    dialog = question(page)
    dialog.choose_all(side)
    dialog.accept()
    desk.settle()
    assert contacts.card(desk.session, HARRIET).contact.company == company


def test_who_goes_back_finds_the_cell_refused_with_what_was_typed(desk: Desk, page: CustomersPage) -> None:
    theirs(desk, company="Acme")
    refusals = type_cell(desk, page, "company", "Nordkai")
    question(page).reject()
    desk.settle()
    (sentence,) = refusals
    assert sentence.startswith("Somebody else saved this record")
    assert contacts.card(desk.session, HARRIET).contact.company == "Acme"


def test_a_cell_that_is_open_while_the_list_is_read_again_still_asks(desk: Desk, page: CustomersPage) -> None:
    table, column = page.table, page.model.column_of("company")
    row = page.model.row_of(HARRIET)
    assert column is not None
    assert row is not None
    table.setCurrentIndex(page.model.index(row, column))
    table.edit_current()
    (editor,) = table.viewport().findChildren(QLineEdit)
    theirs(desk, company="Acme")
    desk.workspace.refresh()
    desk.settle()
    table.grab()
    editor.setText("Nordkai")
    desk.qtbot.keyClick(editor, Qt.Key.Key_Return)
    desk.settle()
    dialog = question(page)
    assert contacts.card(desk.session, HARRIET).contact.company == "Acme"
    dialog.choose_all(Side.THEIRS)
    dialog.accept()
    desk.settle()
    assert not table.editing
    assert page.model.index(page.model.row_of(HARRIET) or 0, column).data() == "Acme"


def test_tags_of_two_people_are_both_kept(desk: Desk, page: CustomersPage) -> None:
    theirs(desk, tags=("theirs",), title="Chief")
    page.panel.card.tags.field.set_value(["mine"])
    page.panel.card.tags._save()
    desk.settle()
    draft, _ = contacts.contact_draft(desk.session, HARRIET)
    assert (sorted(draft.tags), draft.title) == (["mine", "theirs"], "Chief")


def test_a_note_somebody_else_changed_is_asked_about(desk: Desk, page: CustomersPage) -> None:
    note = notes.add_note(desk.session, HARRIET, "First")
    page.panel.card.tabs.setCurrentWidget(page.panel.card.events)
    desk.settle()

    def change(dialog: QDialog) -> None:
        assert isinstance(dialog, NoteDialog)
        notes.edit_note(desk.session, note, notes.NoteText("Theirs"), version=1)
        dialog.editor.set_value("Mine")
        answering(choose)
        dialog.accept()

    def choose(dialog: QDialog) -> None:
        if not isinstance(dialog, ConflictDialog):
            answering(choose)
            return
        dialog.choose_all(Side.MINE)
        dialog.accept()

    answering(change)
    page.panel.card.events.open_entry(("note", note))
    desk.settle()
    assert [known.text for known in notes.notes(desk.session, HARRIET)] == ["Mine"]


def test_a_use_somebody_else_changed_is_asked_about_and_the_form_stays(
    desk: Desk, page: CustomersPage
) -> None:
    page.panel.card.tabs.setCurrentWidget(page.panel.card.products)
    desk.settle()
    tab = page.panel.card.products
    (line,) = tab.lines
    tab.edit(line)
    form = tab.writes.dialog
    assert isinstance(form, FormDialog)
    product_uses.edit_use(
        desk.session, line.use.id, replace(product_uses.use_draft(line), serial="A-1", plan="Gold"),
        version=line.use.version,
    )  # fmt: skip
    form.form.set_values(form.form.values() | {"serial": "B-2"})
    form._submit()
    desk.settle()
    question(form).reject()
    desk.settle()
    assert form.isVisible()
    assert form.form.values()["serial"] == "B-2"
    form._submit()
    desk.settle()
    question(form).accept()
    desk.settle()
    assert tab.writes.dialog is None
    (now,) = product_uses.uses_of(desk.session, HARRIET)
    assert (now.use.serial, now.use.plan) == ("B-2", "Gold")


def test_a_relation_somebody_else_changed_is_asked_about(desk: Desk, page: CustomersPage) -> None:
    relation = relations.add_relation(desk.session, HARRIET, ZOE, RelationDraft(RelationRole.REFERRED_BY))
    page.panel.card.tabs.setCurrentWidget(page.panel.card.relations)
    page.panel.card.relations.reload()
    desk.settle()
    tab = page.panel.card.relations
    (line,) = relations.relations_of(desk.session, HARRIET)
    assert tab._own is not None
    tab.edits.edit(tab._own, line)
    form = tab.edits.dialog
    assert isinstance(form, RelationDialog)
    relations.edit_relation(
        desk.session, relation, HARRIET, replace(relations.relation_draft(line), note="theirs"), version=1
    )
    form.form.set_values(form.form.values() | {"note": "mine", "started_on": "2026-01-01"})
    form._submit()
    desk.settle()
    dialog = question(form)
    dialog.choose_all(Side.THEIRS)
    dialog.accept()
    desk.settle()
    (now,) = relations.relations_of(desk.session, HARRIET)
    assert (now.note, now.started_on) == ("theirs", "2026-01-01")
