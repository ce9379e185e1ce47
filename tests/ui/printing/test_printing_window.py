"""Printing from a list: the window, its preview, the printer, the PDF, and who may."""

import stat
from pathlib import Path
from typing import TypeVar

import pypdfium2
import pytest
from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from crm_desktop.domain.contact_drafts import AddressDraft
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.print_layouts import A4
from crm_desktop.operations import contacts
from crm_desktop.operations.printing import PrintKind
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.printing import printing as module
from crm_desktop.ui.printing.contact_sheet import ContactSheets
from crm_desktop.ui.printing.contact_table import ListTable
from crm_desktop.ui.printing.letter_options import LetterOptions, field_word
from crm_desktop.ui.printing.options import EnvelopeOptions, LabelOptions, RecordOptions
from crm_desktop.ui.printing.window import PrintWindow
from tests.environments import add_member
from tests.operations.samples import person
from tests.ui.desk import Desk

T = TypeVar("T")


@pytest.fixture
def page(desk: Desk) -> CustomersPage:
    for place in range(2):
        home = (AddressDraft(street=f"Weg {place}", postal_code="10115", city="Berlin", country="DE"),)
        contacts.add_contact(desk.session, person("Eva", f"Mayer{place}", addresses=home))
    made = desk.page("customers")
    assert isinstance(made, CustomersPage)
    made.refresh()
    desk.settle()
    made.table.selectAll()
    return made


def trigger(desk: Desk, page: CustomersPage, identity: str) -> PrintWindow:
    action = page.context.actions.action(identity)
    assert action is not None
    action.trigger()
    desk.settle()
    window = page.printing.window
    assert window is not None
    return window


def shown(window: PrintWindow, kind: type[T]) -> T:
    assert isinstance(window.document, kind)
    return window.document


def under_way(page: CustomersPage) -> bool:
    return page.printing.run is not None


def close(desk: Desk, window: PrintWindow) -> None:
    window.reject()
    desk.settle()


def test_ctrl_p_shows_the_sheet_of_one_and_the_list_of_several(desk: Desk, page: CustomersPage) -> None:
    action = page.context.actions.action("record.print")
    assert action is not None
    assert action.shortcut().toString() == "Ctrl+P"
    window = trigger(desk, page, "record.print")
    table = shown(window, ListTable)
    assert table.records == 5
    assert next(table.columns[at].key for at in table.shown) == "name"
    options = window.options
    assert isinstance(options, RecordOptions)
    options.what.set_value("sheet")
    window.look()
    shown(window, ContactSheets)
    assert window.preview.place.text() == "1 of 5"
    close(desk, window)
    page.table.select_ids(page.model.ids_between(0, 0))
    window = trigger(desk, page, "record.print")
    shown(window, ContactSheets)
    options = window.options
    assert isinstance(options, RecordOptions)
    for tick in (options.calls, options.bank):
        assert tick is not None
        assert not tick.isChecked()
        tick.setChecked(True)
    window.look()
    assert shown(window, ContactSheets).bank
    options.what.set_value("all")
    window.look()
    assert shown(window, ListTable).records == 5
    close(desk, window)
    assert page.printing.window is None


def test_the_preview_turns_pages_and_grows(desk: Desk, page: CustomersPage) -> None:
    window = trigger(desk, page, "record.envelope")
    preview = window.preview
    assert preview.place.text() == "1 of 2"
    assert not preview.back_button.isEnabled()
    preview.forth_button.click()
    assert preview.place.text() == "2 of 2"
    assert not preview.forth_button.isEnabled()
    preview.first_button.click()
    preview.last_button.click()
    preview.back_button.click()
    assert (preview.section, preview.page) == (0, 0)
    fitted = preview.sheet.pixmap().width()
    preview.step_zoom(1)
    preview.step_zoom(1)
    assert preview.sheet.pixmap().width() > fitted
    preview.step_zoom(-1)
    preview.fit()
    assert preview.sheet.pixmap().width() == fitted
    close(desk, window)


def test_those_without_an_address_are_told_of(desk: Desk, page: CustomersPage) -> None:
    window = trigger(desk, page, "record.labels")
    assert window.told.text() == "3 have no postal address and are left out."
    options = window.options
    assert isinstance(options, LabelOptions)
    options.start.set_value(24)
    window.look()
    assert window.document is not None
    assert window.document.sections == 2
    options.sheet.set_value("5160")
    window.look()
    assert options.start.value() == 1
    assert window.document.sections == 1
    close(desk, window)
    window = trigger(desk, page, "record.labels")
    assert isinstance(window.options, LabelOptions)
    assert window.options.sheet.value() == "5160"
    close(desk, window)
    page.table.select_ids([1])
    action = page.context.actions.action("record.labels")
    assert action is not None
    action.trigger()
    desk.settle()
    assert page.printing.window is None


def test_a_letter_with_an_unknown_field_is_told_and_not_printed(desk: Desk, page: CustomersPage) -> None:
    window = trigger(desk, page, "record.letter")
    options = window.options
    assert isinstance(options, LetterOptions)
    assert "{salutation}" in str(options.text.value())
    options.text.set_value("Dear {nobody}")
    window.pdf_button.click()
    assert "{nobody}" in window.message.label.text()
    assert not window.print_button.isEnabled()
    options.text.set_value("Dear ")
    options.text.moveCursor(options.text.textCursor().MoveOperation.End)
    menu = options.field_menu()
    name = next(action for action in menu.actions() if action.text() == field_word("name"))
    name.trigger()
    assert options.text.value() == "Dear {name}"
    options.sender_field.set_value("Acme\nHof 3")
    window.look()
    assert window.print_button.isEnabled()
    close(desk, window)
    window = trigger(desk, page, "record.letter")
    assert isinstance(window.options, LetterOptions)
    assert window.options.sender_field.value() == "Acme\nHof 3"
    close(desk, window)
    window = trigger(desk, page, "record.envelope")
    assert isinstance(window.options, EnvelopeOptions)
    close(desk, window)


def test_a_pdf_is_saved_for_its_owner_alone(
    desk: Desk, page: CustomersPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "labels"), ""))
    window = trigger(desk, page, "record.labels")
    window.pdf_button.click()
    desk.qtbot.waitUntil((tmp_path / "labels.pdf").exists)
    desk.settle()
    assert stat.S_IMODE((tmp_path / "labels.pdf").stat().st_mode) == 0o600
    document = pypdfium2.PdfDocument((tmp_path / "labels.pdf").read_bytes())
    assert "Eva Mayer1" in document[0].get_textpage().get_text_bounded()
    document.close()
    monkeypatch.setattr(module, "ask", lambda *_, **__: False)
    before = (tmp_path / "labels.pdf").stat().st_mtime_ns
    window = trigger(desk, page, "record.labels")
    window.pdf_button.click()
    assert page.printing.window is window
    close(desk, window)
    assert (tmp_path / "labels.pdf").stat().st_mtime_ns == before
    assert sorted(path.name for path in tmp_path.iterdir() if "labels" in path.name) == ["labels.pdf"]


def test_nothing_chosen_saves_nothing(
    desk: Desk, page: CustomersPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    window = trigger(desk, page, "record.labels")
    window.pdf_button.click()
    assert not under_way(page)
    close(desk, window)


def test_the_printer_gets_the_pages_and_the_log_an_entry(
    desk: Desk, page: CustomersPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    printer.setFromTo(2, 2)
    monkeypatch.setattr(module, "choose_printer", lambda *_: printer)
    window = trigger(desk, page, "record.envelope")
    window.print_button.click()
    qtbot.waitUntil(lambda: not under_way(page))
    document = pypdfium2.PdfDocument((tmp_path / "paper.pdf").read_bytes())
    assert len(document) == 1
    assert "Eva Mayer1" in document[0].get_textpage().get_text_bounded()
    document.close()
    with desk.session.database.read() as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM log_entry WHERE verb = 'print_records'"
        ).fetchone()
    assert count == 1


def test_without_a_printer_the_window_says_so(
    desk: Desk, page: CustomersPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "printers", list)
    window = trigger(desk, page, "record.print")
    window.print_button.click()
    assert "no printer" in window.message.label.text()
    close(desk, window)


def test_a_lock_lets_go_of_what_is_printed(desk: Desk, page: CustomersPage, tmp_path: Path,
                                           monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a.pdf"), ""))
    window = trigger(desk, page, "record.print")
    window.pdf_button.click()
    assert under_way(page)
    page.stop()
    desk.settle()
    assert not under_way(page)
    assert not (tmp_path / "a.pdf").exists()


def test_a_viewer_prints_one_sheet_and_neither_list_nor_labels(desk: Desk, page: CustomersPage) -> None:
    add_member(desk.session, "vera", Role.VIEWER)
    session = desk.session
    assert page.printing._context.session is session
    desk.window.close()
    desk.settle()
    session.close()
    session = desk.office.open("vera")
    desk.window.show()
    desk.window.begin(session)
    desk.settle()
    again = desk.page("customers")
    assert isinstance(again, CustomersPage)
    again.table.selectAll()
    window = trigger_or_none(desk, again, "record.labels")
    assert window is None
    again.table.select_ids(again.model.ids_between(0, 0))
    again.record_print()
    desk.settle()
    window = again.printing.window
    assert window is not None
    options = window.options
    assert isinstance(options, RecordOptions)
    assert options.what.count() == 1
    assert options.calls is None
    assert options.bank is None
    close(desk, window)


def trigger_or_none(desk: Desk, page: CustomersPage, identity: str) -> PrintWindow | None:
    action = page.context.actions.action(identity)
    assert action is not None
    action.trigger()
    desk.settle()
    return page.printing.window


def test_every_kind_has_a_title(page: CustomersPage) -> None:
    assert len({page.printing._title(kind) for kind in PrintKind}) == len(PrintKind)


def test_the_printer_dialog_offers_no_file(
    desk: Desk, page: CustomersPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[QPrintDialog] = []

    def accepted(dialog: QPrintDialog) -> int:
        asked.append(dialog)
        return int(QPrintDialog.DialogCode.Accepted.value)

    monkeypatch.setattr(module, "printers", lambda: ["Office"])
    monkeypatch.setattr(QPrintDialog, "exec", accepted)
    window = trigger(desk, page, "record.envelope")
    assert window.document is not None
    printer = module.choose_printer(window.document, window)
    assert printer is not None
    assert printer.pageLayout().orientation() == QPageLayout.Orientation.Landscape
    assert not asked[0].testOption(QAbstractPrintDialog.PrintDialogOption.PrintToFile)
    assert asked[0].testOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange)
    close(desk, window)


def test_nothing_is_sent_to_whom_is_in_the_trash(desk: Desk, page: CustomersPage) -> None:
    contacts.trash(desk.session, page.model.ids_between(0, 4))
    page.chips._buttons["trash"].click()
    desk.settle()
    page.table.selectAll()
    page.record_labels()
    desk.settle()
    assert page.printing.window is None
    window = trigger(desk, page, "record.print")
    assert window.document is not None
    assert window.document.records == 5
    page.stop()
    assert page.printing.window is None


def test_a_record_that_is_gone_meanwhile_is_told_of(desk: Desk, page: CustomersPage) -> None:
    window = trigger(desk, page, "record.print")
    ids = [*page.model.ids_between(0, 0), 9999]
    window.preview.show_document(ContactSheets(desk.session, ids, A4, page.context.clock))
    window.preview.forth_button.click()
    assert window.message.label.text() != ""
    assert not window.message.isHidden()
    assert not window.print_button.isEnabled()
    window.look()
    assert window.message.isHidden()
    assert window.print_button.isEnabled()
    close(desk, window)
