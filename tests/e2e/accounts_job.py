"""Accounts in the real window: a colleague added, a bank account confirmed, somebody who left, the log.

Follows the main job: an administrator is signed in to an organization with customers.
"""

from typing import TypeVar

from PySide6.QtWidgets import QDialog, QLabel, QLineEdit

from crm_desktop.operations.users import users
from crm_desktop.ui.pages.administration.keys import KeysSection
from crm_desktop.ui.pages.administration.keys_dialogs import ChangeKeysDialog
from crm_desktop.ui.pages.administration.kit_assistant import Stage
from crm_desktop.ui.pages.administration.log import LogSection
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.pages.administration.rights import RightsSection
from crm_desktop.ui.pages.administration.user_dialogs import AddUserDialog, PasswordSetDialog
from crm_desktop.ui.pages.administration.users import UsersSection
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.bank_account_dialog import BankAccountDialog
from crm_desktop.ui.widgets.bank_questions import Question
from crm_desktop.ui.widgets.page import Page
from tests.e2e.driver import Driver, asked_place
from tests.e2e.main_job import PASSWORD

S = TypeVar("S", bound=Page)
IBAN = "DE89 3704 0044 0532 0130 00"


def _section(driver: Driver, name: str, kind: type[S]) -> S:
    driver.workspace.pages.show_named("administration")
    section = driver.page(AdministrationPage).show_section(name)
    driver.settle()
    assert isinstance(section, kind)
    return section


def add_a_colleague(driver: Driver) -> None:
    """Ben gets an account with a temporary password, shown once; the matrix says what he may do."""
    section = _section(driver, "users", UsersSection)

    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, AddUserDialog)
        driver.write(dialog.name, "Ben Okafor")
        assert dialog.login.text() == "ben"
        driver.picture("40-user-add")
        driver.click(dialog.accept_button)
        driver.until(lambda: not dialog.isVisible(), "the new account")

    def tell(dialog: QDialog) -> None:
        assert isinstance(dialog, PasswordSetDialog)
        driver.picture("41-user-password")
        driver.click(dialog.accept_button)

    answered = driver.answers_given
    driver.answer(AddUserDialog, fill)
    driver.answer(PasswordSetDialog, tell)
    driver.click(section.add_button)
    driver.answered(answered + 2)
    driver.settle()
    assert [user.login for user in users(driver.workspace.session)] == ["ana", "ben"]
    driver.picture("42-users")
    _section(driver, "rights", RightsSection)
    driver.picture("43-rights")


def keep_a_bank_account(driver: Driver) -> None:
    """A customer's account is typed, waits, is confirmed with the password, and revealed with a reason."""
    driver.workspace.pages.show_named("customers")
    driver.settle()
    page = driver.page(CustomersPage)
    page.table.select_ids([page.model.ids_between(0, 0)[0]])
    driver.settle()
    card = page.panel.card
    bank = card.bank
    assert bank is not None
    card.tabs.setCurrentWidget(bank)
    driver.settle()
    bank.add()
    form = bank.dialog
    assert isinstance(form, BankAccountDialog)
    form.activateWindow()
    driver.until(form.isActiveWindow, "the keyboard in the form")
    editor = form.form.editor("account")
    assert isinstance(editor, QLineEdit)
    driver.write(editor, IBAN)
    form.form.editor("bic").setFocus()
    driver.settle()
    assert form.details().bank_name == "Commerzbank"
    driver.picture("44-bank-form")
    driver.click(form.accept_button)
    driver.until(lambda: len(bank.views) == 1, "the account")
    driver.settle()
    assert bank.views[0].line.waiting is not None
    driver.picture("45-bank-waiting")
    bank.confirm(bank.views[0].line)
    _answer(driver, bank.dialog, PASSWORD)
    driver.until(lambda: bool(bank.views) and bank.views[0].line.waiting is None, "the confirmation")
    bank.reveal(bank.views[0], waiting=False)
    question = bank.dialog
    assert isinstance(question, Question)
    driver.write(question.editor, "Direct debit of the yearly fee")
    driver.picture("46-bank-reason")
    driver.click(question.accept_button)
    driver.until(lambda: bank.dialog is None, "the number")
    driver.settle()
    assert IBAN in driver.labels(bank)
    driver.picture("47-bank-revealed")
    bank.hide_numbers()


def _answer(driver: Driver, dialog: QDialog | None, text: str) -> None:
    assert isinstance(dialog, Question)
    driver.write(dialog.editor, text)
    driver.click(dialog.accept_button)


def somebody_leaves(driver: Driver) -> None:
    """Ben leaves: the next kit is shown and typed back, then his account and every key are void."""
    section = _section(driver, "keys", KeysSection)
    driver.picture("48-keys")

    def leave(dialog: QDialog) -> None:
        assert isinstance(dialog, ChangeKeysDialog)
        dialog.who.setCurrentIndex(0)
        driver.write(dialog.password, PASSWORD)
        driver.picture("49-who-left")
        driver.click(dialog.accept_button)
        driver.until(lambda: dialog.stage is Stage.KIT, "the new kit")
        driver.picture("50-new-kit")
        driver.click(dialog.accept_button)
        kit = dialog.kit
        assert kit is not None
        for line, code in zip(dialog.check.lines, (kit.recovery_code, kit.set_up_code), strict=True):
            asked = next(text for text in dialog.check.findChildren(QLabel) if text.buddy() is line)
            driver.write(line, code.split("-")[asked_place(asked.text())])
        driver.picture("51-kit-check")
        driver.click(dialog.accept_button)

    answered = driver.answers_given
    driver.answer(ChangeKeysDialog, leave)
    driver.click(section.left_button)
    driver.answered(answered + 1)
    driver.until(lambda: driver.window.workspace is not None, "the workspace under new keys")
    driver.settle()
    _section(driver, "keys", KeysSection)
    driver.picture("52-keys-changed")
    left = {user.login: user.enabled for user in users(driver.workspace.session)}
    assert left == {"ana": True, "ben": False}


def read_the_log(driver: Driver) -> None:
    """Everything that was done stands in the log, and it verifies."""
    section = _section(driver, "log", LogSection)
    driver.until(lambda: section.model.rowCount() > 0, "the log")
    driver.settle()
    section.table.select_ids([section.model.ids_between(0, 0)[0]])
    driver.settle()
    driver.picture("53-log")
    driver.click(section.verify_button)
    driver.until(lambda: bool(section.verification.checks), "the verification")
    driver.settle()
    assert all(check.ok for check in section.verification.checks)
    driver.picture("54-log-verified")


def whole_accounts_job(driver: Driver) -> None:
    """Do all steps with the organization that is open."""
    add_a_colleague(driver)
    keep_a_bank_account(driver)
    somebody_leaves(driver)
    read_the_log(driver)
