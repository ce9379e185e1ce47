"""The history of a customer: an earlier change reverted although something was changed since."""

from dataclasses import replace

from PySide6.QtWidgets import QDialog

from crm_desktop.domain.bulk import BulkChange
from crm_desktop.domain.contacts import CustomerStatus
from crm_desktop.operations import bulk, contacts, undo
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.revert_dialog import RevertDialog
from tests.e2e.driver import Driver

_CUSTOMER = 5


def history_steps(driver: Driver) -> None:
    """Change a customer twice, look at what the first change would give back, and revert a part of it."""
    session = driver.workspace.session
    _edit(driver, title="Head of purchasing", industry="Shipping", note="Asks for offers by post.")
    first = undo.history(session, _CUSTOMER)[0].change_set_id
    _edit(driver, title="Managing director")
    page = driver.page(CustomersPage)
    page.show_contact(_CUSTOMER)
    driver.settle()
    card = page.panel.card
    card.tabs.setCurrentWidget(card.history)
    driver.settle()
    card.history.timeline.setCurrentIndex(card.history.entries.index(2, 0))
    driver.picture("76-history")

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, RevertDialog)
        driver.picture("77-revert")
        driver.click(dialog.accept_button)

    given = driver.answers_given
    driver.answer(RevertDialog, look)
    card.history.revert(("change", first))
    driver.answered(given + 1)
    driver.settle()
    found = contacts.card(session, _CUSTOMER).contact
    assert found.title == "Managing director", "what was changed since stays without a tick"
    assert found.industry != "Shipping", "the rest went back"
    page.context.notices.dismiss()
    card.tabs.setCurrentIndex(0)
    _undo_of_many(driver, page)


def _undo_of_many(driver: Driver, page: CustomersPage) -> None:
    """Undo what was set for many after somebody else changed one of them."""
    session = driver.workspace.session
    ids = page.model.ids_between(0, 11)
    before = contacts.contact_rows(session, ids)
    bulk.change_in_bulk(session, bulk.preview_bulk(session, ids, BulkChange("status", "paused")))
    draft, version = contacts.contact_draft(session, ids[4])
    contacts.save_contact(session, ids[4], replace(draft, status=CustomerStatus.FORMER), version=version)
    with session.database.write() as connection:  # that was in another program
        connection.execute(
            "UPDATE change_set SET session = zeroblob(16) WHERE id = (SELECT max(id) FROM change_set)"
        )

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, RevertDialog)
        driver.picture("77-undo-of-many")
        driver.click(dialog.accept_button)

    given = driver.answers_given
    driver.answer(RevertDialog, look)
    driver.workspace.record_undo()
    driver.answered(given + 1)
    driver.settle()
    after = contacts.contact_rows(session, ids)
    changed = [one for one in ids if after[one].status != before[one].status]
    assert changed == [ids[4]], "the one somebody else changed stays, the others went back"
    page.context.notices.dismiss()


def _edit(driver: Driver, **values: object) -> None:
    session = driver.workspace.session
    draft, version = contacts.contact_draft(session, _CUSTOMER)
    changed = replace(draft, **values)  # type: ignore[arg-type]
    contacts.save_contact(session, _CUSTOMER, changed, version=version)
