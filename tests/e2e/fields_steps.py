"""Tags, notes, identifiers and own fields in the real window: on card, in form and administration.

Follows the sample's pages: an administrator is signed in to the sample organization.
"""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from crm_desktop.domain.custom_fields import FieldKind, column_of
from crm_desktop.domain.relations import RelationRole
from crm_desktop.operations import contacts, custom_fields, notes
from crm_desktop.ui.pages.administration.fields import FieldsSection
from crm_desktop.ui.pages.administration.fields_dialogs import FieldDialog
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.filter_editor import ConditionDialog
from tests.e2e.driver import Driver


def _customers(driver: Driver) -> CustomersPage:
    driver.workspace.pages.show_named("customers")
    driver.settle()
    page = driver.page(CustomersPage)
    page.table.select_ids(page.model.ids_between(0, 0))
    driver.settle()
    return page


def own_field(driver: Driver) -> None:
    """An administrator defines a choice; it is in every form at once."""
    driver.workspace.pages.show_named("administration")
    driver.settle()
    administration = driver.page(AdministrationPage)
    section = administration.show_section("fields")
    assert isinstance(section, FieldsSection)
    driver.settle()

    def define(dialog: QDialog) -> None:
        assert isinstance(dialog, FieldDialog)
        dialog.name.setText("Support level")
        dialog.kind.setCurrentIndex(list(FieldKind).index(FieldKind.CHOICE))
        dialog.choices.set_value("Gold\nSilver\nBronze")
        driver.picture("80-own-field")
        driver.click(dialog.accept_button)

    driver.answer(FieldDialog, define)
    driver.click(section.add_button)
    driver.settle()
    driver.until(lambda: bool(custom_fields.fields(driver.workspace.session)), "the field in the file")
    driver.picture("81-fields")


def tag_and_note(driver: Driver) -> None:
    """A tag typed on the card and a note written in the timeline; both are in the file at once."""
    page = _customers(driver)
    card, session = page.panel.card, driver.workspace.session
    contact_id = card.contact_id
    assert contact_id is not None
    card.tags.field.entry.setText("Key account")
    card.tags.field.take_typed()
    driver.settle()
    driver.until(
        lambda: "Key account" in contacts.contact_draft(session, contact_id)[0].tags, "the tag in the file"
    )
    driver.picture("82-tags")
    card.tabs.setCurrentWidget(card.events)
    card.events.entry.setPlainText("Asked for the new price list; call back on Friday.")
    driver.click(card.events.add_button)
    driver.settle()
    driver.until(lambda: bool(notes.notes(session, contact_id)), "the note in the file")
    driver.picture("83-note")
    card.tabs.setCurrentIndex(0)


def identifiers(driver: Driver) -> None:
    """A wrong VAT id is refused with its reason, and kept unchecked knowingly; the own field is filled."""
    page = _customers(driver)
    page.record_edit()
    driver.settle()
    form = page.panel.editor.form
    assert form is not None
    form.editor("vat_id").set_value("DE136695977")  # type: ignore[attr-defined]
    (field,) = custom_fields.fields(driver.workspace.session)
    form.editor(f"custom.{field.id}").set_value("Gold")  # type: ignore[attr-defined]
    page.record_save()
    driver.settle()
    assert form.refusal("vat_id")
    driver.picture("84-vat-id-refused")
    page.panel.editor.message.action_requested.emit()
    driver.settle()
    driver.until(lambda: not page.panel.editing, "the customer to be saved")
    driver.picture("85-identifiers")


def own_column(driver: Driver) -> None:
    """The own field becomes a column: shown, ordered by, and chosen in the cell."""
    page = _customers(driver)
    (field,) = custom_fields.fields(driver.workspace.session)
    place = page.model.column_of(column_of(field.id))
    assert place is not None
    shown = page.table.columns_menu(page)
    next(action for action in shown.actions() if action.text() == field.name).trigger()
    driver.settle()
    page.table.header.sectionClicked.emit(place)
    driver.settle()
    assert page.model.index(0, place).data() == "Gold"
    page.table.setCurrentIndex(page.model.index(1, place))
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_F2)
    editor = page.table.delegate._edit
    assert editor is not None
    editor.editor.set_value("Silver")
    driver.settle()
    driver.picture("86-own-column")
    QTest.keyClick(editor.editor, Qt.Key.Key_Return)
    driver.settle()
    driver.until(lambda: page.model.index(1, place).data() == "Silver", "the choice in the cell")
    page.table.setColumnHidden(place, True)  # noqa: FBT003 - Qt's own
    page.table.header.sectionClicked.emit(0)
    driver.settle()


def own_filter(driver: Driver) -> None:
    """The list is filtered by the own field, and by who was introduced by anybody."""
    page = _customers(driver)
    (field,) = custom_fields.fields(driver.workspace.session)

    def golden(dialog: QDialog) -> None:
        assert isinstance(dialog, ConditionDialog)
        dialog.field.setCurrentIndex(dialog.field.findData(column_of(field.id)))
        dialog.choices["Gold"].setChecked(True)
        driver.picture("86-own-filter")
        driver.click(dialog.accept_button)

    driver.answer(ConditionDialog, golden)
    driver.click(page.filter_button)
    driver.settle()
    assert page.model.rowCount() == 1
    driver.picture("86-golden")

    def introduced(dialog: QDialog) -> None:
        assert isinstance(dialog, ConditionDialog)
        dialog.field.setCurrentIndex(dialog.field.findData("relation"))
        dialog.role.setCurrentIndex(dialog.role.findData(RelationRole.REFERRED_BY))
        driver.picture("86-relation-filter")
        driver.click(dialog.accept_button)

    page.filters.clear()
    driver.settle()
    driver.answer(ConditionDialog, introduced)
    driver.click(page.filter_button)
    driver.settle()
    assert 0 < page.model.rowCount() < 250
    driver.picture("86-referred")
    page.filters.clear()
    driver.settle()


def fields_steps(driver: Driver) -> None:
    """Walk through all of it."""
    driver.window.resize(1440, 900)
    driver.settle()
    own_field(driver)
    tag_and_note(driver)
    identifiers(driver)
    own_column(driver)
    own_filter(driver)
