"""The main job, step by step, in the real window: each step does, checks what is shown, keeps a picture.

Create an organization, add customers and an address-book entry, edit in place, search, trash and undo,
give consent, import a phone's call log, see the calls with the right customer, lock and come back.
"""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QWidget

from crm_desktop.operations import calls, contacts
from crm_desktop.ui.pages.address_book.page import AddressBookPage
from crm_desktop.ui.pages.calls.import_dialog import ImportDialog
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.pages.privacy.page import PrivacyPage
from crm_desktop.ui.pages.today.page import TodayPage
from crm_desktop.ui.shell.create_wizard import CreateWizard
from crm_desktop.ui.shell.lock_page import LockPage
from crm_desktop.ui.shell.welcome import WelcomePage
from crm_desktop.ui.widgets.consent_dialog import ConsentDialog
from crm_desktop.ui.widgets.contact_list_page import ContactListPage
from crm_desktop.ui.widgets.repeat_group import RepeatGroupEditor
from tests.e2e.driver import Driver, asked_place, code_on_screen

PASSWORD = "a lantern over the quay"
SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples" / "calls"
CUSTOMERS = (
    ("Mara", "Quill", "(212) 555-0111", "mara.quill@quill.example", "Lantern Maps"),
    ("Noor", "Haddad", "+44 7700 900222", "noor@noor-sons.example", "Noor & Sons"),
)


def create_organization(driver: Driver, path: Path) -> None:
    """Welcome, the three steps of creating, and the empty organization."""
    welcome = driver.front(WelcomePage)
    driver.picture("01-welcome")
    driver.click(welcome.create_button)
    wizard = driver.front(CreateWizard)
    form = wizard.form
    driver.write(form.name, "Lantern & Quay")
    driver.write(form.path, str(path))
    driver.write(form.member, "Ana Lindqvist")
    driver.choose(form.country, "US")
    driver.choose(form.zone, "America/New_York")
    driver.write(form.password, PASSWORD)
    driver.write(form.again, "something else here")
    driver.click(wizard.next_button)
    assert not path.exists()
    driver.write(form.again, PASSWORD)
    driver.picture("02-create")
    driver.click(wizard.next_button)
    driver.until(lambda: wizard.kit.isVisible() and wizard.next_button.isEnabled(), "the emergency kit")
    driver.picture("03-emergency-kit")
    codes = [code_on_screen(wizard.kit, name) for name in ("Recovery code", "Set-up code")]
    assert [len(code) for code in codes] == [8, 13]
    driver.click(wizard.next_button)
    driver.until(wizard.check.isVisible, "the question for two groups")
    _type_groups(driver, wizard, codes)
    assert not path.exists(), "the file must not stand at its place before the kit was confirmed"
    driver.picture("04-kit-check")
    driver.click(wizard.next_button)
    driver.until(lambda: driver.window.workspace is not None, "the open organization")
    assert path.exists()
    driver.settle()
    driver.page(TodayPage)
    driver.picture("05-empty-today")


def _type_groups(driver: Driver, wizard: CreateWizard, codes: list[list[str]]) -> None:
    questions = [label.text() for label in wizard.check.findChildren(QLabel) if "group" in label.text()]
    places = [asked_place(question) for question in questions]
    for line in wizard.check.lines:
        driver.write(line, "00000")
    driver.click(wizard.next_button)
    assert "not what the sheet says" in driver.labels(wizard.check)
    for line, code, place in zip(wizard.check.lines, codes, places, strict=True):
        driver.write(line, code[place].lower())


def add_contacts(driver: Driver) -> None:
    """Two customers and an address-book entry through the form, one refusal in it."""
    driver.go_to("customers")
    driver.settle()
    driver.picture("05-empty-customers")
    page = driver.page(CustomersPage)
    for given, family, phone, email, product in CUSTOMERS:
        driver.shortcut(Qt.Key.Key_N)
        _fill(driver, page, given=given, family=family, phone="not a number", email=email)
        _part(driver, page, "product_uses", "product", product)
        driver.shortcut(Qt.Key.Key_S)
        driver.settle()
        assert page.panel.editing, "a phone number that is none must be refused"
        driver.picture("06-form-refusal")
        _part(driver, page, "phones", "raw", phone)
        driver.shortcut(Qt.Key.Key_S)
        driver.until(lambda: not page.panel.editing, "the saved card")
        driver.settle()
    assert page.model.rowCount() == len(CUSTOMERS)
    driver.picture("07-customers")
    driver.go_to("address_book")
    entries = driver.page(AddressBookPage)
    driver.shortcut(Qt.Key.Key_N)
    _fill(driver, entries, given="Otto", family="Brink", phone="+49 30 23125 777", email="otto@brink.example")
    driver.shortcut(Qt.Key.Key_S)
    driver.until(lambda: entries.model.rowCount() == 1, "the address-book entry")
    driver.settle()
    driver.picture("08-address-book")
    driver.go_to("customers")


def _field(page: ContactListPage, key: str) -> QWidget:
    form = page.panel.editor.form
    assert form is not None, "no form is open"
    return form.editor(key)


def _fill(driver: Driver, page: ContactListPage, *, given: str, family: str, phone: str, email: str) -> None:
    driver.write(_field(page, "given"), given)
    driver.write(_field(page, "family"), family)
    _part(driver, page, "phones", "raw", phone)
    _part(driver, page, "emails", "address", email)


def _part(driver: Driver, page: ContactListPage, group: str, part: str, text: str) -> None:
    editor = _field(page, group)
    assert isinstance(editor, RepeatGroupEditor)
    if editor.row_count() == 0:
        driver.click(editor.add_button)
    driver.write(editor.part(0, part), text)


def edit_in_place(driver: Driver) -> None:
    """A cell edited in place, a refusal in it, search while typing, trash and undo, the edit undone."""
    page = driver.page(CustomersPage)
    table = page.table
    mara = contacts.contact_first_page(driver.workspace.session, page.model.source.query)[0]  # type: ignore[attr-defined]
    _edit_cell(driver, page, mara, "phone", "neither")
    driver.until(lambda: bool(table.delegate.refusal), "the refusal in the cell")
    driver.picture("09-cell-refusal")
    driver.key(Qt.Key.Key_Escape, at=_cell_editor(page))
    driver.until(lambda: not table.editing, "the cell as it was")
    _edit_cell(driver, page, mara, "company", "Quill Publishing")
    driver.until(lambda: _company(driver, mara) == "Quill Publishing", "the saved cell")
    driver.settle()
    driver.shortcut(Qt.Key.Key_F)
    driver.write(page.search, "publishing qui")
    driver.until(lambda: page.model.rowCount() == 1, "one hit")
    driver.picture("10-search")
    driver.write(page.search, "")
    driver.until(lambda: page.model.rowCount() == len(CUSTOMERS), "all customers again")
    driver.settle()
    table.select_ids([mara])
    driver.key(Qt.Key.Key_Delete, at=table)
    driver.until(lambda: page.model.rowCount() == 1, "the customer in the trash")
    driver.settle()
    driver.picture("11-trashed")
    driver.shortcut(Qt.Key.Key_Z)
    driver.until(lambda: page.model.rowCount() == len(CUSTOMERS), "the customer back")
    driver.settle()
    driver.shortcut(Qt.Key.Key_Z)
    driver.until(lambda: not _company(driver, mara), "the edit undone after saving")
    driver.settle()


def _edit_cell(driver: Driver, page: ContactListPage, contact_id: int, column: str, text: str) -> None:
    table = page.table
    row = page.model.row_of(contact_id)
    assert row is not None
    place = next(i for i, known in enumerate(page.model.columns) if known.key == column)
    table.setCurrentIndex(page.model.index(row, place))
    table.setFocus()
    driver.key(Qt.Key.Key_F2, at=table)
    driver.until(lambda: table.editing, "the editor in the cell")
    line = _cell_editor(page)
    driver.write(line, text)
    driver.key(Qt.Key.Key_Return, at=line)
    driver.settle()


def _cell_editor(page: ContactListPage) -> QLineEdit:
    return next(line for line in page.table.findChildren(QLineEdit) if line.isVisible())


def _company(driver: Driver, contact_id: int) -> str | None:
    return contacts.card(driver.workspace.session, contact_id).contact.company


def import_calls(driver: Driver, log: Path) -> None:
    """No consent, no reading; then consent, preview, import, and the same file again adds nothing."""
    driver.go_to("calls")
    page = driver.page(CallsPage)
    session = driver.workspace.session
    driver.settle()
    driver.picture("12-no-calls")
    driver.answer(ConsentDialog, lambda dialog: dialog.reject())
    page.import_files([log])
    driver.answered(1)
    assert calls.call_count(session, calls.CallQuery()) == 0
    driver.answer(ConsentDialog, lambda dialog: _agree(driver, dialog))
    driver.answer(ImportDialog, lambda dialog: _import(driver, dialog))
    page.import_files([log])
    driver.answered(3)
    driver.settle()
    stored = calls.call_count(session, calls.CallQuery())
    assert stored > 0
    assert page.model.rowCount() == stored
    driver.picture("16-calls")
    driver.answer(ImportDialog, lambda dialog: _nothing_new(driver, dialog))
    page.import_files([log])
    driver.answered(4)
    assert calls.call_count(session, calls.CallQuery()) == stored


def _agree(driver: Driver, dialog: QDialog) -> None:
    assert isinstance(dialog, ConsentDialog)
    assert not dialog.tick.isChecked()
    assert not dialog.accept_button.isEnabled()
    driver.picture("13-consent")
    dialog.tick.click()
    driver.click(dialog.accept_button)


def _import(driver: Driver, dialog: QDialog) -> None:
    assert isinstance(dialog, ImportDialog)
    driver.until(lambda: dialog.review.isVisible() and dialog.accept_button.isEnabled(), "the preview")
    assert calls.call_count(driver.workspace.session, calls.CallQuery()) == 0, "a preview writes nothing"
    driver.picture("14-import-preview")
    driver.click(dialog.accept_button)
    driver.until(lambda: dialog.result_view is not None, "the result")
    driver.picture("15-import-result")
    driver.click(dialog.accept_button)


def _nothing_new(driver: Driver, dialog: QDialog) -> None:
    assert isinstance(dialog, ImportDialog)
    driver.until(dialog.review.isVisible, "the second preview")
    assert not dialog.accept_button.isEnabled()
    dialog.reject()


def see_history(driver: Driver) -> None:
    """The calls stand in the timeline of the customer they belong to and of nobody else."""
    driver.go_to("customers")
    page = driver.page(CustomersPage)
    session = driver.workspace.session
    for contact_id in contacts.contact_ids(session, page.model.source.query):  # type: ignore[attr-defined]
        page.show_contact(contact_id)
        page.panel.card.tabs.setCurrentIndex(1)
        driver.settle()
        query = calls.CallQuery(customer_id=contact_id)
        rows = calls.call_rows(session, calls.call_first_page(session, query))
        numbers = {phone.e164 for phone in contacts.card(session, contact_id).phones}
        assert rows, "each of the customers has calls in this log"
        assert {row.e164 for row in rows.values()} <= numbers
        assert page.panel.card.timeline.entries.rowCount() >= len(rows)
    driver.picture("17-timeline")
    page.panel.card.tabs.setCurrentIndex(0)


def lock_and_return(driver: Driver) -> None:
    """Ctrl+L with a half-typed form; a wrong password; back with the draft; the privacy page."""
    page = driver.page(CustomersPage)
    driver.shortcut(Qt.Key.Key_N)
    driver.write(_field(page, "given"), "Halfway")
    driver.shortcut(Qt.Key.Key_L)
    locked = driver.front(LockPage)
    assert driver.window.workspace is None
    assert "Lantern" not in driver.window.windowTitle()
    driver.settle()
    driver.write(locked.password, "not the password")
    driver.click(locked.submit_button)
    driver.until(lambda: "Wrong password" in driver.labels(locked), "the sentence")
    driver.picture("18-locked")
    driver.write(locked.password, PASSWORD)
    driver.click(locked.submit_button)
    driver.until(lambda: driver.window.workspace or "Wait" in locked.submit_button.text(), "an answer")
    if driver.window.workspace is None:
        driver.click(locked.submit_button)  # after a wrong password the next try waits a second
    driver.until(lambda: driver.window.workspace is not None, "the workspace again")
    driver.settle()
    page = driver.page(CustomersPage)
    assert page.panel.editing
    editor = _field(page, "given")
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "Halfway"
    page.panel.close_form()
    driver.go_to("privacy")
    driver.page(PrivacyPage)
    driver.settle()
    driver.picture("19-privacy")


def whole_job(driver: Driver, folder: Path, log: Path) -> None:
    """Do all steps; ``folder`` takes the organization file."""
    driver.window.resize(1440, 900)
    create_organization(driver, folder / "lantern.crm")
    add_contacts(driver)
    edit_in_place(driver)
    import_calls(driver, log)
    see_history(driver)
    lock_and_return(driver)
    assert QApplication.activeModalWidget() is None
