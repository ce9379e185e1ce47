"""Paper from the sample organization: sheet, list, labels, letter, envelope, and the labels as a PDF."""

import tempfile
from pathlib import Path

import pypdfium2
from PySide6.QtWidgets import QFileDialog

from crm_desktop.operations.printing import PrintKind
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.printing.letter_options import LetterOptions
from crm_desktop.ui.printing.options import EnvelopeOptions, LabelOptions, RecordOptions
from crm_desktop.ui.printing.window import PrintWindow
from tests.e2e.driver import Driver

_CUSTOMER = 3
_SENDER = "Hafenlogistik Nord GmbH\nAm Kai 4\n20457 Hamburg"
_TEXT = (
    "{salutation}\n\nthank you for working with us. In spring we come to {city} and would be glad to visit "
    "you there.\n\nYours sincerely\n\n\n{user}"
)


def printing_steps(driver: Driver) -> None:
    """Look at each kind of paper in its preview; save the labels as a PDF and read them again."""
    driver.workspace.pages.show_named("customers")
    driver.settle()
    page = driver.page(CustomersPage)
    page.show_contact(_CUSTOMER)
    driver.settle()
    page.record_print()
    window = _window(driver, page)
    assert isinstance(window.options, RecordOptions)
    assert window.options.calls is not None
    window.options.calls.setChecked(True)
    _picture(driver, window, "80-print-sheet")
    page.table.selectAll()
    page.record_print()
    _picture(driver, _window(driver, page), "81-print-list")
    page.record_labels()
    window = _window(driver, page)
    assert isinstance(window.options, LabelOptions)
    window.options.start.set_value(5)
    _picture(driver, window, "82-print-labels", keep=True)
    _save(driver, window)
    page.record_letter()
    window = _window(driver, page)
    assert isinstance(window.options, LetterOptions)
    window.options.language.set_value("en")
    window.options.sender_field.set_value(_SENDER)
    window.options.subject.set_value("Our visit in spring")
    window.options.text.set_value(_TEXT)
    _picture(driver, window, "83-print-letter")
    page.record_envelope()
    window = _window(driver, page)
    assert isinstance(window.options, EnvelopeOptions)
    window.options.sender_field.set_value(_SENDER)
    _picture(driver, window, "84-print-envelope")
    page.table.select_ids([_CUSTOMER])
    driver.settle()


def _window(driver: Driver, page: CustomersPage) -> PrintWindow:
    driver.until(lambda: page.printing.window is not None, "the window of what is printed")
    driver.settle()
    window = page.printing.window
    assert window is not None
    return window


def _picture(driver: Driver, window: PrintWindow, name: str, *, keep: bool = False) -> None:
    window.look()
    driver.settle()
    assert window.document is not None
    driver.picture(name)
    if not keep:
        driver.click(window.cancel_button)
        driver.settle()


def _save(driver: Driver, window: PrintWindow) -> None:
    assert window.document is not None
    assert window.document.kind is PrintKind.LABELS
    asked = QFileDialog.getSaveFileName
    with tempfile.TemporaryDirectory(prefix="crm-desktop-paper-") as made:
        target = Path(made) / "labels.pdf"
        QFileDialog.getSaveFileName = lambda *_: (str(target), "")  # type: ignore[method-assign]
        try:
            driver.click(window.pdf_button)
        finally:
            QFileDialog.getSaveFileName = asked  # type: ignore[method-assign]
        driver.until(target.exists, "the PDF")
        driver.settle()
        document = pypdfium2.PdfDocument(target.read_bytes())
        assert len(document) > 1
        document.close()
