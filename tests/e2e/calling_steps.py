"""Calls entered by hand in the real window: timed while the work goes on, entered, noted, in the timeline.

Follows the sample's pages: an administrator is signed in to the sample organization.
"""

from crm_desktop.operations import notes
from crm_desktop.operations.calls import CallQuery, call_first_page, call_rows
from crm_desktop.operations.running_calls import running_call
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.call_forms import CallDialog
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.note_dialog import NoteDialog
from tests.e2e.driver import Driver


def _customers(driver: Driver) -> CustomersPage:
    driver.workspace.pages.show_named("customers")
    driver.settle()
    page = driver.page(CustomersPage)
    page.table.select_ids(page.model.ids_between(2, 2))
    driver.settle()
    return page


def timed(driver: Driver) -> None:
    """A call begins with a click; its clock runs above every page."""
    page = _customers(driver)
    card = page.panel.card
    card.tabs.setCurrentWidget(card.events)
    driver.settle()
    driver.picture("100-timeline")
    driver.click(card.events.log_button)
    calling = driver.workspace.calling
    dialog = calling.dialog
    assert isinstance(dialog, CallDialog)
    driver.until(dialog.isVisible, "the form of a call")
    driver.picture("100-log-a-call")
    driver.click(dialog.timer_button)
    driver.until(calling.bar.isVisible, "the clock of the call")
    driver.workspace.pages.show_named("today")
    driver.settle()
    driver.picture("100-on-the-phone")


def entered(driver: Driver) -> None:
    """When it ends it is entered with what was said, and stands in the timeline."""
    calling, session = driver.workspace.calling, driver.workspace.session
    driver.click(calling.bar.enter_button)
    dialog = calling.dialog
    assert isinstance(dialog, CallDialog)
    driver.until(dialog.isVisible, "the form of the call that ended")
    dialog.form.editor("duration").set_value("4:20")  # type: ignore[attr-defined]
    dialog.form.editor("note").set_value("Wants the larger plan from January")  # type: ignore[attr-defined]
    driver.picture("101-enter-the-call")
    driver.click(dialog.accept_button)
    driver.settle()
    driver.until(lambda: running_call(session) is None, "the call in the file")
    page = _customers(driver)
    events = page.panel.card.events
    contact_id = page.panel.card.contact_id
    assert contact_id is not None
    notes.add_note(session, contact_id, "Shown the new office", kind=notes.NoteKind.MEETING)
    notes.add_note(session, contact_id, "Sent the minutes", kind=notes.NoteKind.EMAIL)
    events.load()
    driver.settle()
    driver.picture("101-in-the-timeline")
    events.kinds._buttons["call"].click()
    driver.settle()
    driver.picture("101-only-calls")
    events.kinds._buttons["everything"].click()
    page.panel.card.tabs.setCurrentIndex(0)


def noted(driver: Driver) -> None:
    """A note to an imported call stands beside it in the list."""
    driver.workspace.pages.show_named("calls")
    driver.settle()
    page, session = driver.page(CallsPage), driver.workspace.session
    shown = call_rows(session, call_first_page(session, CallQuery(), 50))
    call = next(row for row in shown.values() if row.customer_id is not None and not row.by_hand)
    page.calls.note(call)
    dialog = page.calls.dialog
    assert isinstance(dialog, FormDialog)
    driver.until(dialog.isVisible, "the form of a note")
    dialog.form.editor("text").set_value("Asked for the manual")  # type: ignore[attr-defined]
    driver.picture("102-note-to-a-call")
    driver.click(dialog.accept_button)
    driver.settle()
    driver.until(lambda: notes.call_note(session, call.id) is not None, "the note in the file")
    driver.picture("102-noted")
    found = call_rows(session, [call.id])[call.id]
    page.calls.note(found)
    opened = page.calls.dialog
    assert isinstance(opened, NoteDialog)
    driver.until(opened.isVisible, "the note")
    driver.picture("102-the-note")
    opened.reject()
    driver.settle()


def narrowed(driver: Driver) -> None:
    """The list of calls is narrowed by boxes and by the customer of a call."""
    page = driver.page(CallsPage)
    shown = call_rows(driver.workspace.session, call_first_page(driver.workspace.session, CallQuery(), 50))
    call = next(row for row in shown.values() if row.customer_id is not None)
    assert call.customer_id is not None
    whole = page.count.text()
    page.filters.period.setCurrentIndex(page.filters.period.findData("quarter"))
    page.filters.of_customer(call.customer_id, call.customer_name or "")
    driver.settle()
    driver.picture("103-narrowed")
    driver.click(page.filters.clear)
    driver.settle()
    driver.until(lambda: page.count.text() == whole, "all calls again")


def calling_steps(driver: Driver) -> None:
    """Log calls on the sample."""
    driver.window.resize(1440, 900)
    driver.settle()
    timed(driver)
    entered(driver)
    noted(driver)
    narrowed(driver)
