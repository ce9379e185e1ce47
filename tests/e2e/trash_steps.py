"""The tour's steps of the trash: persons and companies in it, the question before one goes, all restored."""

from dataclasses import fields

from PySide6.QtWidgets import QDialog

from crm_desktop.operations.contacts import card
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.dialog import Dialog
from tests.e2e.driver import Driver

_FIRST, _LAST = 2, 7


def trash_steps(driver: Driver) -> None:
    """Move several customers to the trash, look at it, say no to deleting them, and restore them."""
    driver.workspace.pages.show_named("customers")
    driver.window.resize(1440, 900)
    driver.settle()
    page = driver.page(CustomersPage)
    ids = page.model.ids_between(_FIRST, _LAST)
    before = [_what_belongs_to(page, one) for one in ids]
    page.table.select_ids(ids)
    driver.settle()
    driver.click(page.bulk.bar.buttons["trash"])
    driver.until(lambda: page.model.row_of(ids[0]) is None, "the customers in the trash")
    driver.settle()
    driver.picture("98-several-trashed")
    page.context.notices.dismiss()
    driver.click(page.chips._buttons["trash"])
    driver.until(lambda: page.model.row_of(ids[0]) is not None, "the list of the trash")
    driver.settle()
    driver.picture("98-trash")
    page.table.select_ids(ids)
    driver.settle()
    given = driver.answers_given

    def refuse(dialog: QDialog) -> None:
        assert isinstance(dialog, Dialog)
        driver.picture("98-trash-question")
        dialog.reject()

    driver.answer(Dialog, refuse)
    page.record_purge()
    driver.answered(given + 1)
    driver.click(page.bulk.bar.buttons["restore"])
    driver.until(lambda: page.model.rowCount() == 0, "the empty trash")
    driver.settle()
    page.context.notices.dismiss()
    driver.picture("98-trash-empty")
    driver.click(page.chips._buttons["all"])
    driver.settle()
    assert [_what_belongs_to(page, one) for one in ids] == before


def _what_belongs_to(page: CustomersPage, contact_id: int) -> list[object]:
    found = card(page.session, contact_id)
    names = [known.name for known in fields(found) if known.name != "contact"]
    return [found.contact.display_name, *(getattr(found, name) for name in names)]
