"""Two people save one customer: what only one changed is kept, what both changed is asked about."""

from dataclasses import replace

from PySide6.QtWidgets import QDialog

from crm_desktop.operations import contacts
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.conflict_dialog import ConflictDialog
from tests.e2e.driver import Driver

_CUSTOMER = 7


def conflict_steps(driver: Driver) -> None:
    """Type into the form while somebody else saves the same fields, and choose."""
    session = driver.workspace.session
    page = driver.page(CustomersPage)
    page.show_contact(_CUSTOMER)
    driver.settle()
    page.record_edit()
    driver.settle()
    form = page.panel.editor.form
    assert form is not None
    driver.write(form.editor("title"), "Managing director")
    driver.write(form.editor("prefix"), "Dr.")
    driver.write(form.editor("nickname"), "Wil")
    draft, version = contacts.contact_draft(session, _CUSTOMER)
    theirs = replace(draft, title="Head of purchasing", prefix="Prof.", company="Nordlicht Reederei")
    contacts.save_contact(session, _CUSTOMER, theirs, version=version)

    def choose(dialog: QDialog) -> None:
        assert isinstance(dialog, ConflictDialog)
        driver.picture("78-conflict")
        driver.click(dialog.theirs_button)
        driver.click(dialog.accept_button)

    given = driver.answers_given
    driver.answer(ConflictDialog, choose)
    page.record_save()
    driver.answered(given + 1)
    driver.until(lambda: not page.panel.editing, "the choice in the file")
    driver.settle()
    found = contacts.card(session, _CUSTOMER).contact
    assert (found.title, found.prefix) == ("Head of purchasing", "Prof.")
    assert (found.nickname, found.company) == ("Wil", "Nordlicht Reederei")
    driver.picture("79-conflict-saved")
    page.context.notices.dismiss()
