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
