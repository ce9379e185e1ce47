"""The address book: its own fields, the same page."""

from crm_desktop.domain.contacts import Category
from crm_desktop.operations import contacts
from crm_desktop.ui.pages.address_book.page import AddressBookPage
from tests.ui.desk import Desk


def test_an_entry_is_added_and_becomes_a_customer(desk: Desk) -> None:
    page = desk.page("address_book")
    assert isinstance(page, AddressBookPage)
    assert page.model.rowCount() == 0
    page.record_new()
    form = page.panel.editor.form
    assert form is not None
    assert "status" not in form.values()
    form.set_values({"kind": "company", "company": "City Hall"})
    page.record_save()
    desk.settle()
    assert page.model.rowCount() == 1
    entry = int(page.table.current_id() or 0)
    assert contacts.card(desk.session, entry).contact.category is Category.ADDRESS_BOOK
    page.record_move()
    desk.settle()
    assert page.model.rowCount() == 0
    assert contacts.card(desk.session, entry).contact.category is Category.CUSTOMER


def test_fields_and_chips_are_those_of_an_address_book(desk: Desk) -> None:
    page = desk.page("address_book")
    assert isinstance(page, AddressBookPage)
    keys = [column.key for column in page.model.columns]
    assert keys[:4] == ["name", "company", "title", "phone"]
    assert "status" not in keys
    assert list(page.chips._buttons) == ["all", "incomplete", "trash"]
