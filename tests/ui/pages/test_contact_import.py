"""The import wizard: columns, options, preview before writing, result with its undo."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from crm_desktop.domain.contact_imports import Fate
from crm_desktop.domain.contacts import Category
from crm_desktop.operations.contact_mappings import saved_mappings
from crm_desktop.operations.contacts import ContactQuery, contact_count
from crm_desktop.ui.widgets.contact_import_dialog import ContactImportDialog
from crm_desktop.ui.widgets.contact_import_runs import ContactRunsDialog
from crm_desktop.ui.widgets.contact_list_page import ContactListPage
from tests.ui.desk import Desk, answering

TABLE = (
    "Vorname;Nachname;E-Mail;Handy;Lieblingsfarbe\n"
    "Harriet;Blythe;ha@example.com;+44 7700 900777;green\n"
    "Nora;Lind;nora@example.org;+44 7700 900888;blue\n"
    ";;;;orange\n"
)


@pytest.fixture
def page(desk: Desk) -> ContactListPage:
    made = desk.page("customers")
    assert isinstance(made, ContactListPage)
    return made


def opened(desk: Desk, page: ContactListPage, path: Path, text: str) -> ContactImportDialog:
    path.write_text(text, encoding="utf-8")
    page.import_contacts([path])
    desk.settle()
    dialog = page.imports.dialog
    assert isinstance(dialog, ContactImportDialog)
    return dialog


def forward(desk: Desk, dialog: ContactImportDialog, steps: int = 1) -> None:
    for _ in range(steps):
        assert dialog.accept_button.isEnabled()
        dialog.accept_button.click()
        desk.settle()


def count(desk: Desk) -> int:
    return contact_count(desk.session, ContactQuery(Category.CUSTOMER))


def test_a_table_goes_through_columns_options_and_preview(
    desk: Desk, page: ContactListPage, tmp_path: Path
) -> None:
    dialog = opened(desk, page, tmp_path / "people.csv", TABLE)
    chosen = [line.field.currentData() for line in dialog.mapping.lines]
    assert chosen == ["given", "family", "email", "phone", ""]
    forward(desk, dialog, 2)
    fates = [one.fate.fate for one in dialog.preview.rows]
    assert fates == [Fate.UPDATED, Fate.CREATED, Fate.FAILED]
    assert "Lieblingsfarbe" in dialog.preview.unnamed.text()
    dialog.preview.table.select_ids([0])
    desk.settle()
    changes = dialog.preview.changes.records
    assert changes is not None
    shown = [changes.row(place) for place in range(changes.rowCount())]
    assert ("Phone", "–", "+44 7700 900777") in shown
    assert count(desk) == 3
    forward(desk, dialog)
    assert dialog.result_view is not None
    assert dialog.result_view.counts[Fate.CREATED] == 1
    assert count(desk) == 4
    dialog.result_view.undo_button.click()
    desk.settle()
    assert count(desk) == 3
    dialog.accept()


def test_a_mapping_is_recognized_again_by_its_headers(
    desk: Desk, page: ContactListPage, tmp_path: Path
) -> None:
    dialog = opened(desk, page, tmp_path / "people.csv", TABLE)
    colour = dialog.mapping.lines[4].field
    colour.setCurrentIndex(colour.findData("left_out"))
    forward(desk, dialog, 3)
    dialog.accept()
    assert len(saved_mappings(desk.session)) == 1
    dialog = opened(desk, page, tmp_path / "again.csv", TABLE.replace("Nora", "Jo"))
    assert dialog.mapping.lines[4].field.currentData() == "left_out"
    dialog.reject()


def test_vcards_need_no_columns(desk: Desk, page: ContactListPage, tmp_path: Path) -> None:
    text = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lind;Nora;;;\r\nFN:Nora Lind\r\nEND:VCARD\r\n"
    dialog = opened(desk, page, tmp_path / "people.vcf", text)
    forward(desk, dialog)
    assert [one.fate.fate for one in dialog.preview.rows] == [Fate.CREATED]
    dialog.back_button.click()
    desk.settle()
    dialog.options.category.set_value(Category.ADDRESS_BOOK)
    forward(desk, dialog, 2)
    assert count(desk) == 3
    assert contact_count(desk.session, ContactQuery(Category.ADDRESS_BOOK)) == 1
    dialog.accept()


def test_the_past_imports_are_listed_and_undone(desk: Desk, page: ContactListPage, tmp_path: Path) -> None:
    forward(desk, dialog := opened(desk, page, tmp_path / "people.csv", TABLE), 3)
    dialog.accept()
    page.record_imports()
    runs = page.imports.dialog
    assert isinstance(runs, ContactRunsDialog)
    assert len(runs.undo_buttons) == 1
    answering(lambda question: question.accept())
    runs.undo_buttons[0].click()
    desk.settle()
    assert count(desk) == 3
    assert runs.undo_buttons == []
    runs.accept()


def test_a_file_that_holds_no_contacts_is_refused(desk: Desk, page: ContactListPage, tmp_path: Path) -> None:
    dialog = opened(desk, page, tmp_path / "people.vcf", "\x00\x01 this is no card")
    assert not dialog.message.isHidden()
    assert not dialog.accept_button.isEnabled()
    dialog.reject()
    assert page.table.focusPolicy() != Qt.FocusPolicy.NoFocus
