"""The tour's steps of several records at once: ticks and bar, the dialog with its preview, the export."""

from PySide6.QtCore import Qt

from crm_desktop.operations.contacts import contact_rows
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.bulk_dialog import BulkDialog
from crm_desktop.ui.widgets.bulk_export import ExportDialog
from tests.e2e.driver import Driver


def bulk_steps(driver: Driver) -> None:
    """Select some, then all; change their status and take it back; look at the export."""
    driver.workspace.pages.show_named("customers")
    driver.window.resize(1440, 900)
    driver.settle()
    page = driver.page(CustomersPage)
    page.table.select_ids(page.model.ids_between(0, 2))
    driver.settle()
    assert page.bulk.bar.isVisible()
    assert page.bulk.box.checkState() is Qt.CheckState.PartiallyChecked
    driver.picture("65-several-selected")
    driver.window.resize(1024, 720)
    driver.settle()
    driver.picture("66-several-narrow")
    driver.window.resize(1440, 900)
    driver.click(page.bulk.box)
    driver.settle()
    assert page.table.selected_count() == page.model.rowCount()
    _status(driver, page)
    _export(driver, page)
    page.bulk.bar.none.click()
    driver.settle()


def _status(driver: Driver, page: CustomersPage) -> None:
    ids = page.table.selected_ids()
    before = {one: row.status for one, row in contact_rows(page.session, ids).items()}
    driver.click(page.bulk.bar.buttons["field"])
    dialog = page.bulk.dialog
    assert isinstance(dialog, BulkDialog)
    dialog.editor.set_value("paused")
    driver.until(lambda: dialog.preview is not None, "the preview")
    driver.settle()
    driver.picture("67-bulk-preview")
    driver.click(dialog.accept_button)
    driver.settle()
    assert {row.status for row in contact_rows(page.session, ids).values()} == {"paused"}
    undo = page.context.actions.action("record.undo")
    assert undo is not None
    undo.trigger()
    driver.settle()
    assert {one: row.status for one, row in contact_rows(page.session, ids).items()} == before


def _export(driver: Driver, page: CustomersPage) -> None:
    driver.click(page.bulk.bar.buttons["export"])
    dialog = page.bulk.dialog
    assert isinstance(dialog, ExportDialog)
    driver.settle()
    driver.picture("68-export")
    dialog.reject()
    driver.settle()
