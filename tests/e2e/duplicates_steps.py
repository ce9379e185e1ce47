"""Duplicates in the sample organization: the scan, side by side, merged, and taken apart again."""

from dataclasses import replace

from PySide6.QtWidgets import QDialog

from crm_desktop.domain.contact_drafts import ContactDraft, EmailDraft, PhoneDraft
from crm_desktop.domain.contacts import Category
from crm_desktop.operations import contacts, notes
from crm_desktop.operations.duplicates import DuplicateGroup
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.duplicates_dialog import DuplicatesDialog
from crm_desktop.ui.widgets.merge_dialog import MergeDialog
from tests.e2e.driver import Driver

_CUSTOMER = 9


def duplicates_steps(driver: Driver) -> None:
    """Enter a customer twice more, find that out, merge the three and take them apart again."""
    session = driver.workspace.session
    page = driver.page(CustomersPage)
    draft, _version = contacts.contact_draft(session, _CUSTOMER)
    for again in _again(draft):
        notes.add_note(session, contacts.add_contact(session, again), "Asked for the new price list.")
    page.refresh()
    driver.settle()
    before = page.model.rowCount()

    groups: list[DuplicateGroup] = []

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, DuplicatesDialog)
        driver.until(lambda: dialog.groups, "what the scan finds")
        driver.settle()
        driver.picture("84-duplicates")
        groups.extend(dialog.groups)
        dialog.reject()

    def merge(dialog: QDialog) -> None:
        assert isinstance(dialog, MergeDialog)
        dialog.radios["", _CUSTOMER].setChecked(True)
        driver.settle()
        driver.picture("85-merge")
        driver.click(dialog.accept_button)

    given = driver.answers_given
    driver.answer(DuplicatesDialog, look)
    page.record_duplicates()
    driver.answered(given + 1)
    group = next(known for known in groups if _CUSTOMER in known.ids)
    assert len(group.ids) == 3, "the misspelt customer and the entry of the address book"
    driver.answer(MergeDialog, merge)
    page.duplicates.merge(group.ids)
    driver.answered(given + 2)
    driver.settle()
    assert page.model.rowCount() == before - 1, "one customer of two"
    page.show_contact(_CUSTOMER)
    driver.settle()
    driver.picture("86-merged")
    driver.workspace.actions_list.run("record.undo")
    driver.until(lambda: page.model.rowCount() == before, "all of them again")
    page.show_contact(_CUSTOMER)
    driver.settle()
    driver.picture("87-after-un-merge")
    page.context.notices.dismiss()


def _again(draft: ContactDraft) -> list[ContactDraft]:
    """Return the same person as a second customer, misspelt, and as an entry of the address book."""
    phones = tuple(replace(phone, id=None) for phone in draft.phones)
    family = str(draft.family)
    misspelt = ContactDraft(
        Category.CUSTOMER, given=draft.given, family=family[:-2] + family[-1] + family[-2],
        title="Managing director", status=draft.status, phones=(*phones, PhoneDraft("+1 212 555 0190")),
        note="Prefers to be called in the morning.",
    )  # fmt: skip
    entry = ContactDraft(
        Category.ADDRESS_BOOK, given=draft.given, family=draft.family, phones=phones[:1],
        emails=(EmailDraft("met@fair.example"),), birthday="1984-05-17", note="Met at the spring fair.",
    )  # fmt: skip
    return [misspelt, entry]
