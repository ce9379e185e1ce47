"""Several records in the list: ticks, the bar, the dialog with its preview, undo, export."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from crm_desktop.domain.permissions import Role
from crm_desktop.operations import contacts
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.bulk_dialog import BulkDialog
from crm_desktop.ui.widgets.bulk_export import ExportDialog
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


def test_the_trash_of_many_goes_through_the_bar(desk: Desk, page: CustomersPage) -> None:
    page.table.selectAll()
    page.bulk.bar.buttons["trash"].click()
    desk.settle()
    assert page.model.rowCount() == 0


def test_roles() -> None:
    from crm_desktop.domain.permissions import rights_of

    assert "records.bulk" not in rights_of(Role.STAFF)
