"""Contacts imported from a table: its columns, the options, every row's fate, failed rows put right."""

from pathlib import Path

from PySide6.QtWidgets import QDialog

from crm_desktop.domain.contacts import Category
from crm_desktop.operations import contacts
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.contact_import_dialog import ContactImportDialog
from tests.e2e.driver import Driver

_KNOWN = 5
HEADER = "Vorname;Nachname;Firma;E-Mail;Handy;Straße;PLZ;Ort;Land;Kundennummer;Messestand"
ROWS = (
    "Mirjam;Adler;Adler Optik;mirjam@adler.example;+49 160 5550101;Uferweg 4;20095;Hamburg;DE;;Halle 3",
    "Teodor;Wahl;Wahl & Söhne;t.wahl@example.org;+49 160 5550102;;;Bremen;;;Halle 3",
    ";;;;;Am Markt 9;28195;Bremen;Deutschland;;Halle 1",
    "Ines;Kowalski;Kowalski Druck;ines@kowalski.example;0160 5550104;;;;;;Halle 1;noch etwas",
    "Ruben;Costa;Costa Lda;ruben@costa.example;+351 910 555 011;Rua Nova 2;1100-001;Lisboa;Portugal;;",
)


def import_steps(driver: Driver, folder: Path) -> None:
    """Go through the wizard with a table of which most rows come in, some are updates and two fail."""
    driver.workspace.pages.show_named("customers")
    page = driver.page(CustomersPage)
    session = driver.workspace.session
    before = contacts.contact_count(session, ContactQuery(Category.CUSTOMER))
    path = folder / "messe-kontakte.csv"
    known = contacts.card(session, _KNOWN)
    mail = known.emails[0].address if known.emails else ""
    number = known.phones[0].raw if known.phones else ""
    named = (known.contact.given, known.contact.family, known.contact.company)
    name = ";".join(part or "" for part in named)
    there = f"{name};{mail};{number};Neue Straße 1;10115;Berlin;DE;;Halle 2"
    path.write_text("\n".join((HEADER, there, *ROWS, "")), encoding="utf-8")
    given = driver.answers_given
    driver.answer(ContactImportDialog, lambda dialog: _walk(driver, dialog, before))
    page.import_contacts([path])
    driver.answered(given + 1)
    driver.settle()


def _walk(driver: Driver, dialog: QDialog, before: int) -> None:
    """Go from the columns to the result, put the failed rows right, and undo it all."""
    assert isinstance(dialog, ContactImportDialog)
    session = driver.workspace.session
    driver.settle()
    driver.picture("80-import-columns")
    driver.click(dialog.accept_button)
    driver.settle()
    driver.picture("81-import-options")
    driver.click(dialog.accept_button)
    driver.settle()
    driver.picture("82-import-preview")
    driver.click(dialog.accept_button)
    driver.settle()
    result = dialog.result_view
    assert result is not None
    driver.picture("83-import-failed-rows")
    model = result.failed.table.records
    assert model is not None
    for key, text in (("given", "Olga"), ("family", "Brandt")):
        model.setData(model.index(0, model.column_of(key) or 0), text)
    driver.click(result.failed.again_button)
    driver.settle()
    driver.picture("84-import-result")
    assert contacts.contact_count(session, ContactQuery(Category.CUSTOMER)) == before + 5
    driver.click(result.undo_button)
    driver.settle()
    assert contacts.contact_count(session, ContactQuery(Category.CUSTOMER)) == before
    driver.click(dialog.accept_button)
