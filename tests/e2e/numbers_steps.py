"""Numbers as identities: what a number is, and whose call it was, asked once.

Follows the sample's pages: an administrator is signed in to the sample organization.
"""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QDialog, QMenu

from crm_desktop.domain.contact_drafts import ContactDraft, PhoneDraft
from crm_desktop.domain.contacts import Category, ContactKind
from crm_desktop.operations import consents, contacts
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.session import Session
from crm_desktop.ui.pages.calls.import_dialog import ImportDialog
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.calls.unknown_dialog import NewCustomerDialog
from crm_desktop.ui.pages.calls.whose_dialog import WhoseDialog
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.contact_numbers import NumberDialog
from crm_desktop.ui.widgets.page import ShownCalls
from tests.e2e.driver import Driver

_NUMBER = "+44 20 7946 0777"


def numbers_steps(driver: Driver, folder: Path) -> None:
    """Import calls of a number on two cards, say whose one was, then that it is a switchboard."""
    session = driver.workspace.session
    if consents.active_consent(session, session.member.id) is None:
        consents.grant_consent(session)
    company = _people(session)
    log = _log(session, folder, *[_NUMBER] * 4)
    run_import(session, [log], member_id=session.member.id, options=reading_options(session))
    driver.workspace.pages.show_named("calls")
    page = driver.page(CallsPage)
    page.show_calls(ShownCalls(CallQuery(undecided=True), "Whose call was it?"))
    driver.settle()
    driver.picture("94-calls-waiting-for-an-answer")
    given = driver.answers_given

    def say(dialog: QDialog) -> None:
        assert isinstance(dialog, WhoseDialog)
        dialog.names.buttons()[1].click()
        driver.picture("94-whose-call")
        driver.click(dialog.accept_button)

    driver.answer(WhoseDialog, say)
    page.table.selectRow(0)
    page.record_open()
    driver.answered(given + 1)
    driver.settle()
    driver.workspace.pages.show_named("customers")
    driver.settle()
    customers = driver.page(CustomersPage)
    customers.show_contact(company)
    driver.settle()
    card = customers.panel.card

    def kind(dialog: QDialog) -> None:
        assert isinstance(dialog, NumberDialog)
        dialog.form.set_values({"kind": "switchboard", "since": "2026-01-01", "until": ""})
        driver.picture("95-what-a-number-is")
        driver.click(dialog.accept_button)

    driver.answer(NumberDialog, kind)
    menu = QMenu(card)
    card._fill_menu(menu)
    inner = next(one.menu() for one in menu.actions() if one.text() == "What a number is")
    assert isinstance(inner, QMenu)
    inner.actions()[0].trigger()
    driver.answered(given + 2)
    driver.settle()
    driver.picture("95-switchboard")
    _unknown_numbers(driver, folder)


def _unknown_numbers(driver: Driver, folder: Path) -> None:
    """Make an unknown number of a log a customer's before the log is imported."""
    driver.workspace.pages.show_named("calls")
    page = driver.page(CallsPage)
    session = driver.workspace.session
    strangers = ("+442079460431", "+442079460432", "+442079460431", "+442079460433", "+442079460431")
    log = _log(session, folder, *strangers)
    given = driver.answers_given

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, ImportDialog)
        driver.until(lambda: dialog.review.isVisible() and dialog.review.numbers_button.isVisible(), "them")
        dialog._area.verticalScrollBar().setValue(dialog._area.verticalScrollBar().maximum())
        driver.picture("96-unknown-numbers-of-a-log")
        driver.click(dialog.review.numbers_button)
        numbers = dialog.numbers_dialog
        assert numbers is not None
        driver.settle()
        driver.picture("96-unknown-numbers")
        driver.click(numbers.new_button)
        form = numbers.dialog
        assert isinstance(form, NewCustomerDialog)
        form.form.set_values({"name": "Miles Ashdown", "kind": "person"})
        driver.picture("96-unknown-number-new-customer")
        driver.click(form.accept_button)
        driver.until(lambda: len(numbers.numbers) == 2, "the customer")
        driver.picture("96-unknown-number-known")
        driver.click(numbers.accept_button)
        driver.until(dialog.accept_button.isEnabled, "the preview with the new customer's calls")
        driver.click(dialog.accept_button)
        driver.until(lambda: dialog.result_view is not None, "the result")
        driver.picture("97-imported-with-the-new-customer")
        driver.click(dialog.accept_button)

    driver.answer(ImportDialog, look)
    page.import_files([log])
    driver.answered(given + 1)
    driver.settle()


def _people(session: Session) -> int:
    """Add a company and somebody who works there, with the company's number on both cards."""
    number = (PhoneDraft(_NUMBER),)
    draft = ContactDraft(
        Category.CUSTOMER, kind=ContactKind.COMPANY, company="Aldgate Clockworks", phones=number
    )
    company = contacts.add_contact(session, draft)
    contacts.add_contact(
        session, ContactDraft(Category.CUSTOMER, given="Tessa", family="Aldgate", phones=number)
    )
    return company


def _log(session: Session, folder: Path, *numbers: str) -> Path:
    """Write the log of a phone, one call a day with each of the numbers."""
    now = datetime.fromtimestamp(session.now(), ZoneInfo(session.organization.time_zone))
    calls = "".join(
        f"<call number='{number}' duration='{50 + 31 * place}' "
        f"date='{int((now - timedelta(days=place + 1)).timestamp()) * 1000}' type='{place % 2 + 1}'/>\n"
        for place, number in enumerate(numbers)
    )
    path = folder / f"calls-{len(numbers)}.xml"
    path.write_text(f"<calls count='{len(numbers)}'>\n{calls}</calls>\n", encoding="utf-8")
    return path
