"""Two people save one customer: what only one changed is kept, what both changed is asked about."""

from dataclasses import replace

from PySide6.QtWidgets import QDialog

from crm_desktop.operations import bank_accounts, contacts
from crm_desktop.operations.bank_accounts import BankDetails
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.bank_account_dialog import BankAccountDialog
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
    _account_conflict(driver, page)


def _account_conflict(driver: Driver, page: CustomersPage) -> None:
    """Change a bank account while somebody else changes its number: the numbers stay masked."""
    session, card = driver.workspace.session, page.panel.card
    bank = card.bank
    assert bank is not None
    details = BankDetails(account="DE89370400440532013000", purpose="Rent", currency="EUR")
    account_id = bank_accounts.add_account(session, _CUSTOMER, details)
    page.refresh()
    driver.settle()
    card.tabs.setCurrentWidget(bank)
    driver.settle()
    bank.edit(next(view.line for view in bank.views if view.line.id == account_id))
    driver.until(lambda: isinstance(bank.dialog, BankAccountDialog), "the form of the account")
    form = bank.dialog
    assert isinstance(form, BankAccountDialog)
    read = bank_accounts.account_draft(session, account_id)
    theirs = replace(
        read.details,
        account="NL91ABNA0417164300",
        bic=None,
        bank_name=None,
        bank_code=None,
        purpose="Refunds",
    )
    bank_accounts.edit_account(session, account_id, theirs, version=read.version)
    driver.write(form.form.editor("account"), "GB29 NWBK 6016 1331 9268 19")
    driver.write(form.form.editor("purpose"), "Rent and power")
    driver.click(form.accept_button)
    driver.until(lambda: bool(form.findChildren(ConflictDialog)), "the question")
    asked = form.findChildren(ConflictDialog)[-1]
    driver.picture("79-conflict-account")
    driver.click(asked.theirs_button)
    driver.click(asked.accept_button)
    driver.until(lambda: bank.dialog is None, "the choice in the file")
    driver.settle()
    now = bank_accounts.account_draft(session, account_id)
    assert (now.masked, now.details.purpose) == ("NL•• •••• 4300", "Refunds")
    bank_accounts.remove_account(session, account_id, version=now.version)
    page.refresh()
    driver.settle()
    card.tabs.setCurrentIndex(0)
    page.context.notices.dismiss()
