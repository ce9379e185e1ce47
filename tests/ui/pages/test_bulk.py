"""Several records in the list: ticks, the bar, the dialog with its preview, undo, export."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.domain.contacts import (
    AddressKind,
    Category,
    ContactKind,
    CustomerStatus,
    EmailKind,
    PhoneKind,
)
from crm_desktop.domain.custom_fields import FieldDraft
from crm_desktop.domain.filters import Condition, Gap, Operator
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.relations import RelationRole
from crm_desktop.operations import contacts, custom_fields
from crm_desktop.operations.list_export import ExportChoice, export_list
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.theme import apply_theme
from crm_desktop.ui.tokens import DARK, LIGHT
from crm_desktop.ui.widgets.bulk_dialog import BulkDialog
from crm_desktop.ui.widgets.bulk_export import ExportDialog
from crm_desktop.ui.widgets.contact_list_page import ContactListPage
from crm_desktop.ui.widgets.export_words import seen_words, value_word
from tests.operations.samples import person
from tests.ui.desk import Desk


@pytest.fixture
def page(desk: Desk) -> CustomersPage:
    made = desk.page("customers")
    assert isinstance(made, CustomersPage)
    return made


def dialog_of(desk: Desk, page: CustomersPage) -> BulkDialog:
    dialog = page.bulk.dialog
    assert isinstance(dialog, BulkDialog)
    return dialog


def settled(desk: Desk, dialog: BulkDialog) -> None:
    dialog._timer.stop()
    dialog.look()
    desk.settle()


def _ticks(page: CustomersPage) -> tuple[str, str]:
    """Return the colours in the middle of the ticks of the first two rows."""
    ticks = page.table.verticalHeader()
    picture = ticks.viewport().grab().toImage()
    scale = picture.devicePixelRatio()
    left, right = (
        picture.pixelColor(
            int(ticks.width() / 2 * scale), int((ticks.sectionViewportPosition(row) + 36 / 2 - 5) * scale)
        )
        for row in range(2)
    )
    return left.name(), right.name()


def test_the_ticks_show_what_is_selected_in_the_colours_of_the_theme(
    desk: Desk, page: CustomersPage, qapp: QApplication
) -> None:
    desk.settle()
    page.table.select_ids(page.model.ids_between(0, 0))
    seen = _ticks(page)
    assert seen == (LIGHT.accent.lower(), LIGHT.surface.lower())
    page.table.select_ids(page.model.ids_between(1, 1))
    assert _ticks(page) == (LIGHT.surface.lower(), LIGHT.accent.lower())
    apply_theme(qapp, "dark")
    try:
        assert _ticks(page) == (DARK.surface.lower(), DARK.accent.lower())
    finally:
        apply_theme(qapp, "light")


def test_the_bar_comes_with_the_second_record_and_selects_all(desk: Desk, page: CustomersPage) -> None:
    assert page.bulk.bar.isHidden()
    page.table.select_ids(page.model.ids_between(0, 1))
    assert not page.bulk.bar.isHidden()
    assert page.bulk.bar.count.text() == "2 selected"
    assert page.bulk.bar.all.text() == "Select all 3 in this list"
    page.bulk.bar.all.click()
    assert page.table.selected_count() == 3
    assert page.bulk.bar.all.isHidden()
    page.bulk.bar.none.click()
    assert page.table.selected_count() == 1
    assert page.bulk.bar.isHidden()


def test_the_box_above_the_ticks_shows_and_selects_the_whole_list(
    desk: Desk, page: CustomersPage, qtbot: QtBot
) -> None:
    box, corner = page.bulk.box, page.bulk.checks
    assert box.checkState() is Qt.CheckState.Unchecked
    assert box.geometry().left() == corner.geometry().left()
    assert box.geometry().bottom() < corner.geometry().top() + 2
    page.table.select_ids(page.model.ids_between(0, 1))
    assert box.checkState() is Qt.CheckState.PartiallyChecked
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    assert page.table.selected_count() == 3
    assert box.checkState() is Qt.CheckState.Checked
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    assert page.table.selected_count() == 1
    assert box.checkState() is Qt.CheckState.Unchecked
    page.search.setText("nobody is called this")
    desk.qtbot.waitUntil(lambda: page.model.rowCount() == 0 and page.model.complete)
    assert not box.isEnabled()


@pytest.mark.parametrize("width", [700, 340])
def test_the_bar_breaks_into_lines_with_texts_half_as_long_again(
    desk: Desk, page: CustomersPage, width: int
) -> None:
    page.table.selectAll()
    bar = page.bulk.bar
    for known in (*bar.buttons.values(), bar.all):
        known.setText(known.text() + "x" * (len(known.text()) // 2))
    bar.setParent(None)
    bar.resize(width, bar.heightForWidth(width))
    bar.show()
    desk.settle()
    widgets: list[QWidget] = [*bar.buttons.values(), bar.head]
    shown = [known for known in widgets if known.isVisible()]
    assert len(shown) >= 5
    for widget in shown:
        assert bar.rect().contains(widget.geometry())
        assert widget.width() >= widget.sizeHint().width()
    assert not any(a.geometry().intersects(b.geometry()) for a in shown for b in shown if a is not b)
    desk.qtbot.addWidget(bar)


def test_a_tick_adds_a_row_and_shift_the_rows_up_to_it(desk: Desk, page: CustomersPage, qtbot: QtBot) -> None:
    header, table = page.bulk.checks, page.table
    table.clearSelection()

    def click(row: int, *, shift: bool = False) -> None:
        at = QPoint(10, header.sectionViewportPosition(row) + 8)
        keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, keys, at)

    click(0)
    assert table.selected_count() == 1
    click(2, shift=True)
    assert table.selected_count() == 3
    click(1)
    assert table.selected_ids() == [page.model.id_at(0), page.model.id_at(2)]


def test_a_status_of_many_is_previewed_changed_and_undone(desk: Desk, page: CustomersPage) -> None:
    page.table.selectAll()
    page.bulk.bar.buttons["field"].click()
    dialog = dialog_of(desk, page)
    dialog.editor.set_value("paused")
    settled(desk, dialog)
    assert dialog.told.text() == "3 will change."
    assert dialog.accept_button.isEnabled()
    assert dialog.preview is not None
    dialog.accept_button.click()
    desk.settle()
    rows = contacts.contact_rows(desk.session, page.model.ids_between(0, 2))
    assert {row.status for row in rows.values()} == {"paused"}
    undo = page.context.actions.action("record.undo")
    assert undo is not None
    undo.trigger()
    desk.settle()
    rows = contacts.contact_rows(desk.session, page.model.ids_between(0, 2))
    assert {row.status for row in rows.values()} == {"lead", "active"}


def test_a_bad_value_is_told_and_cannot_be_agreed_to(desk: Desk, page: CustomersPage) -> None:
    page.table.selectAll()
    page.bulk.change("source")
    dialog = dialog_of(desk, page)
    dialog.editor.set_value("x" * 600)
    settled(desk, dialog)
    assert "too long" in dialog.told.text()
    assert not dialog.accept_button.isEnabled()
    for known in dialog._fields:
        dialog.chooser.set_value(known)
        settled(desk, dialog)
    dialog.chooser.set_value("add_tags")
    dialog.editor.set_value(["Gold"])
    settled(desk, dialog)
    assert dialog.examples.records is not None
    assert dialog.examples.records.rowCount() == 3
    dialog.reject()
    desk.settle()


def test_the_list_is_exported_with_ctrl_e(
    desk: Desk, page: CustomersPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "list.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    export = page.context.actions.action("record.export")
    assert export is not None
    assert export.shortcut().toString() == "Ctrl+E"
    export.trigger()
    dialog = page.bulk.dialog
    assert isinstance(dialog, ExportDialog)
    dialog.format.set_value("csv")
    dialog.accept()
    desk.settle()
    text = target.read_text(encoding="utf-8-sig")
    assert text.startswith("Name,")
    assert text.count("\n") == 4
    assert "Zoë Łukasik" in text


@pytest.mark.parametrize("name", ["customers", "address_book"])
def test_every_column_a_list_can_show_is_exported(desk: Desk, tmp_path: Path, name: str) -> None:
    """A column added to a list must be known to the export, under the same title."""
    custom_fields.define_field(desk.session, FieldDraft("Level"))
    page = desk.page(name)
    assert isinstance(page, ContactListPage)
    columns = page.model.columns
    choice = ExportChoice(columns=tuple(column.key for column in columns))
    contacts.add_contact(desk.session, person(category=page.category))
    ids = contacts.contact_ids(desk.session, contacts.ContactQuery(page.category))
    export_list(desk.session, ids, tmp_path / "list.csv", choice, words=seen_words())
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as stream:
        titles, *lines = csv.reader(stream)
    assert titles == [column.title for column in columns]
    assert len(lines) == len(ids)


def test_what_a_list_asks_for_and_the_words_of_the_window_are_exported(
    desk: Desk, page: CustomersPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.show_filtered(Condition("incomplete", Operator.ANY_OF, ("address", "product")))
    desk.settle()
    target = tmp_path / "list.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.record_export()
    dialog = page.bulk.dialog
    assert isinstance(dialog, ExportDialog)
    dialog.format.set_value("csv")
    dialog.accept()
    desk.settle()
    with target.open(encoding="utf-8-sig", newline="") as stream:
        lines = {line["Name"]: line for line in csv.DictReader(stream)}
    assert lines["Harriet Blythe"]["Missing"] == "address"
    assert lines["Zoë Łukasik"]["Missing"] == "address, product"
    assert (lines["Owen O'Neill"]["Status"], lines["Zoë Łukasik"]["Status"]) == ("Lead", "Active")


def test_every_fixed_choice_of_an_export_has_its_word() -> None:
    for choice in (
        Category, ContactKind, CustomerStatus, PhoneKind, EmailKind, AddressKind, RelationRole, Gap,
    ):  # fmt: skip
        assert all(value_word(value) for value in choice)


def test_the_trash_of_many_goes_through_the_bar(desk: Desk, page: CustomersPage) -> None:
    page.table.selectAll()
    page.bulk.bar.buttons["trash"].click()
    desk.settle()
    assert page.model.rowCount() == 0


def test_roles() -> None:
    from crm_desktop.domain.permissions import rights_of

    assert "records.bulk" not in rights_of(Role.STAFF)


def test_the_selected_are_exported_as_cards(
    desk: Desk, page: CustomersPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "people.vcf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.record_export()
    dialog = page.bulk.dialog
    assert isinstance(dialog, ExportDialog)
    dialog.format.set_value("4.0")
    assert not dialog.what.isEnabled()
    dialog.accept()
    desk.settle()
    assert target.read_text("utf-8").count("BEGIN:VCARD\n") == 3
