"""A list longer than its first page: what is shown further down comes when the list is known whole."""

import pytest

from crm_desktop.domain.contacts import Category
from crm_desktop.operations import contacts
from crm_desktop.ui.widgets.contact_list_page import ContactListPage
from tests.operations.samples import person
from tests.ui.desk import Desk

FIRST_PAGE = 200


@pytest.fixture
def page(desk: Desk) -> ContactListPage:
    for number in range(FIRST_PAGE + 20):
        contacts.add_contact(desk.session, person(f"Anna{number:03d}", "Aa"))
    made = desk.page("customers")
    assert isinstance(made, ContactListPage)
    made.refresh()
    desk.settle()
    return made


def in_sight(page: ContactListPage, contact_id: int) -> bool:
    """Whether the row of a contact is wholly on screen."""
    place = page.model.row_of(contact_id)
    assert place is not None
    return page.table.viewport().rect().contains(page.table.visualRect(page.model.index(place, 0)).center())


def test_a_new_customer_far_down_is_the_one_in_view(desk: Desk, page: ContactListPage) -> None:
    page.record_new()
    desk.settle()
    form = page.panel.editor.form
    assert form is not None
    desk.qtbot.keyClicks(form.editor("given"), "Zita")
    desk.qtbot.keyClicks(form.editor("family"), "Zz")
    page.record_save()
    desk.settle()
    found = contacts.card(desk.session, page.table.current_id() or 0).contact
    assert (found.given, found.category) == ("Zita", Category.CUSTOMER)
    assert page.panel.contact_id == found.id
    assert page.table.selected_ids() == [found.id]
    assert in_sight(page, found.id)
    desk.workspace.record_undo()
    desk.settle()
    assert page.panel.contact_id != found.id
    desk.workspace.record_redo()
    desk.settle()
    assert page.panel.contact_id == found.id
    assert page.table.selected_ids() == [found.id]
    assert in_sight(page, found.id)


def test_who_comes_back_from_the_trash_by_undo_is_in_view(desk: Desk, page: ContactListPage) -> None:
    last = page.model.ids_between(page.model.rowCount() - 1, page.model.rowCount() - 1)[0]
    page.show_contact(last)
    desk.settle()
    page.record_trash()
    desk.settle()
    page.table.select_ids([page.model.ids_between(0, 0)[0]])
    desk.settle()
    desk.workspace.record_undo()
    desk.settle()
    assert page.panel.contact_id == last
    assert in_sight(page, last)


def test_redo_leaves_an_open_form_alone(desk: Desk, page: ContactListPage) -> None:
    added = contacts.add_contact(desk.session, person("Zita", "Zz"))
    desk.workspace.record_undo()
    desk.settle()
    page.record_edit()
    desk.settle()
    edited = page.panel.contact_id
    assert edited != added
    desk.workspace.record_redo()
    desk.settle()
    assert page.panel.editing
    assert page.panel.contact_id == edited
