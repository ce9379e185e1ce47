"""Workbooks of contacts: sheets, title lines, numbers and dates in cells, damage."""

import datetime as dt
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.imported_contacts import ContactRowReason, ImportedContact, RejectedContact
from crm_desktop.importers.contacts.contact_format import ContactOptions
from crm_desktop.importers.contacts.registry import open_contacts

HEADER = ("Vorname", "Nachname", "Telefon", "Geburtstag", "PLZ", "Umsatz")


def workbook(path: Path, **tables: Sequence[Sequence[object]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(line, place, cell, day)
                    else:
                        sheet.write(line, place, cell)
    return path


def test_the_table_is_found_behind_a_cover_and_a_title(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "kunden.xlsx",
        Deckblatt=[("Kundenliste",), ("Stand", 2026)],
        Kunden=[
            ("Alle Kunden",),
            (),
            HEADER,
            ("Eva", "Grün", 493055500990, dt.date(1985, 4, 12), 10115, 12.5),
            (None, "", "", None, None, None),
            ("Bo", "Berg", "030 5550098", "", "01067", None),
        ],
    )
    rows = list(open_contacts(path, ContactOptions(region="DE")))
    first, blank, last = rows
    assert isinstance(first, ImportedContact)
    assert isinstance(last, ImportedContact)
    assert (first.line, first.full, first.birthday) == (4, "Eva Grün", "1985-04-12")
    assert first.phones[0].raw == "493055500990"
    assert first.addresses[0].postal_code == "10115"
    assert first.columns == (("Umsatz", "12.5"),)
    assert blank == RejectedContact(5, ContactRowReason.BLANK_ROW)
    assert (last.line, last.addresses[0].postal_code) == (6, "01067")


def test_a_workbook_without_known_headers_asks_for_a_mapping(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", Sheet=[("spam", "ham"), ("Eva", "1")])
    with pytest.raises(ForeignFileError, match="contacts_mapping_needed"):
        list(open_contacts(path, ContactOptions()))


def test_a_damaged_workbook_is_said(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "list.xlsx", Sheet=[HEADER, ("Eva", "Grün", 1, "", 2, 3)])
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole.read_bytes()[:-400])
    with pytest.raises(ForeignFileError, match="workbook_unreadable"):
        list(open_contacts(cut, ContactOptions()))


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        for part in range(11):
            packed.writestr(f"xl/sheet{part}.xml", bytes(100 << 20))
    with pytest.raises(ForeignFileError, match="workbook_unreadable"):
        list(open_contacts(path, ContactOptions()))
