"""Tables of contacts as Google, Outlook, Thunderbird and people write them."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.contacts import AddressKind, ContactKind, PhoneKind
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.imported_contacts import (
    ContactRowReason,
    ImportedAddress,
    ImportedContact,
    ImportedEmail,
    RejectedContact,
)
from crm_desktop.importers.contacts.contact_format import ContactOptions
from crm_desktop.importers.contacts.registry import open_contacts
from crm_desktop.importers.contacts.table_dates import month_first, table_birthday
from crm_desktop.importers.contacts.table_headers import ColumnMeaning, meaning
from crm_desktop.importers.contacts.table_mapping import ContactMapping, suggested_mapping
from tests.importers.contacts.reading import contacts_of, rows_of


def table(*rows: Sequence[str], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def of_columns(folder: Path, **cells: str) -> ImportedContact:
    """Return the contact of a table with one row; the header's blanks are written as underscores."""
    header = [name.replace("_", " ") for name in cells]
    (contact,) = contacts_of(folder, table(header, list(cells.values())), name="contacts.csv")
    return contact


def pairs(folder: Path, *cells: tuple[str, str], delimiter: str = ",") -> ImportedContact:
    header, values = zip(*cells, strict=True)
    (contact,) = contacts_of(folder, table(header, values, delimiter=delimiter), name="contacts.csv")
    return contact


def test_googles_new_table(tmp_path: Path) -> None:
    contact = pairs(
        tmp_path,
        ("Name Prefix", "Dra."), ("First Name", "Ana"), ("Middle Name", "María"), ("Last Name", "Cruz"),
        ("Name Suffix", ""), ("Phonetic First Name", ""), ("Nickname", "Anita"), ("File As", ""),
        ("Organization Name", "Cruz SL"), ("Organization Title", "Jefa"),
        ("Organization Department", "Ventas"), ("Birthday", "1990-02-03"), ("Notes", "one\ntwo"),
        ("Labels", "* myContacts ::: Clientes"), ("E-mail 1 - Label", "* Home"),
        ("E-mail 1 - Value", "ana@x.example ::: ana2@x.example"), ("Phone 1 - Label", "Mobile"),
        ("Phone 1 - Value", "+34 600 000 001"), ("Phone 2 - Label", "Work Fax"),
        ("Phone 2 - Value", "+34 91 000 0002"), ("Address 1 - Label", "Work"),
        ("Address 1 - Formatted", "Calle 1\nMadrid"), ("Address 1 - Street", "Calle 1"),
        ("Address 1 - City", "Madrid"), ("Address 1 - PO Box", ""), ("Address 1 - Region", "MD"),
        ("Address 1 - Postal Code", "28013"), ("Address 1 - Country", "ES"),
        ("Address 1 - Extended Address", "2 B"), ("Address 2 - Label", "Home"),
        ("Address 2 - Formatted", "Only this\nhere"), ("Address 2 - Street", ""),
        ("Website 1 - Label", "Blog"), ("Website 1 - Value", "https://x.example"),
        ("Custom Field 1 - Label", "Shoe size"), ("Custom Field 1 - Value", "39"),
    )  # fmt: skip
    assert (contact.prefix, contact.given, contact.additional, contact.family) == (
        "Dra.",
        "Ana",
        "María",
        "Cruz",
    )
    assert (contact.organization, contact.title, contact.department) == ("Cruz SL", "Jefa", "Ventas")
    assert contact.birthday == "1990-02-03"
    assert contact.note == "one\ntwo"
    assert contact.categories == ("Clientes",)
    assert [email.address for email in contact.emails] == ["ana@x.example", "ana2@x.example"]
    assert [(phone.number, phone.kind) for phone in contact.phones] == [
        ("+34600000001", PhoneKind.MOBILE),
        ("+34910000002", PhoneKind.FAX),
    ]
    assert contact.addresses == (
        ImportedAddress("Calle 1\n2 B", "Madrid", "MD", "28013", "ES", AddressKind.WORK),
        ImportedAddress("Only this\nhere", kind=AddressKind.HOME),
    )
    assert contact.urls == ("https://x.example",)
    assert contact.columns == (("Custom Field 1 - Label", "Shoe size"), ("Custom Field 1 - Value", "39"))


def test_googles_old_table(tmp_path: Path) -> None:
    contact = pairs(
        tmp_path,
        ("Name", "Bo Berg"), ("Given Name", "Bo"), ("Family Name", "Berg"),
        ("Group Membership", "* My Contacts ::: Friends"), ("E-mail 1 - Type", "* Work"),
        ("E-mail 1 - Value", "bo@x.example"), ("Phone 1 - Type", "Home"), ("Phone 1 - Value", "030 5550001"),
        ("Organization 1 - Type", ""), ("Organization 1 - Name", "Berg AB"),
        ("Organization 1 - Title", "VD"),
    )  # fmt: skip
    assert (contact.full, contact.given, contact.family, contact.organization) == (
        "Bo Berg",
        "Bo",
        "Berg",
        "Berg AB",
    )
    assert contact.title == "VD"
    assert contact.phones[0].kind is PhoneKind.HOME


OUTLOOK = {
    "english": "Title|First Name|Last Name|Company|Department|Job Title|Business Street|Business Street 2|"
    "Business City|Business State|Business Postal Code|Business Country/Region|Home City|Business Fax|"
    "Business Phone|Home Phone|Mobile Phone|E-mail Address|E-mail 2 Address|Categories|Notes|Web Page",
    "german": "Anrede|Vorname|Nachname|Firma|Abteilung|Position|Straße geschäftlich|Straße geschäftlich 2|"
    "Ort geschäftlich|Region geschäftlich|Postleitzahl geschäftlich|Land/Region geschäftlich|Ort privat|"
    "Fax geschäftlich|Telefon geschäftlich|Telefon privat|Mobiltelefon|E-Mail-Adresse|E-Mail 2: Adresse|"
    "Kategorien|Notizen|Webseite",
    "french": "Titre|Prénom|Nom|Société|Service|Poste|Rue (bureau)|Rue (bureau) 2|Ville (bureau)|"
    "Dép/Région (bureau)|Code postal (bureau)|Pays/Région (bureau)|Ville (domicile)|Télécopie (bureau)|"
    "Téléphone (bureau)|Téléphone (domicile)|Tél. mobile|Adresse de messagerie|Adresse de messagerie 2|"
    "Catégories|Notes|Page Web",
}


@pytest.mark.parametrize("language", OUTLOOK)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_outlooks_table(tmp_path: Path, language: str, encoding: str, delimiter: str) -> None:
    values = (
        "Hr.|Jürgen|Groß|Groß & Söhne|Vertrieb|Prokurist|Hauptstr. 5|2. OG|Berlin|BE|10115|Germany|Potsdam|"
        "030 5550001|030 5550002|030 5550003|0160 5550022|j@gross.example|jg@gross.example|A;B|Notiz|"
        "g.example"
    )
    data = table(OUTLOOK[language].split("|"), values.split("|"), delimiter=delimiter).encode(encoding)
    (contact,) = contacts_of(tmp_path, data, name="contacts.csv")
    assert contact == ImportedContact(
        line=2, full="Hr. Jürgen Groß", prefix="Hr.", given="Jürgen", family="Groß",
        organization="Groß & Söhne", department="Vertrieb", title="Prokurist",
        phones=contact.phones, emails=(ImportedEmail("j@gross.example"), ImportedEmail("jg@gross.example")),
        addresses=(
            ImportedAddress("Hauptstr. 5\n2. OG", "Berlin", "BE", "10115", "DE", AddressKind.WORK),
            ImportedAddress(city="Potsdam", kind=AddressKind.HOME),
        ),
        urls=("g.example",), note="Notiz", categories=("A", "B"),
    )  # fmt: skip
    assert [(phone.number, phone.kind) for phone in contact.phones] == [
        ("+49305550001", PhoneKind.FAX),
        ("+49305550002", PhoneKind.WORK),
        ("+49305550003", PhoneKind.HOME),
        ("+491605550022", PhoneKind.MOBILE),
    ]


def test_thunderbirds_table_with_a_birthday_in_three_columns(tmp_path: Path) -> None:
    contact = pairs(
        tmp_path,
        ("First Name", "Ada"), ("Last Name", "Love"), ("Display Name", "Ada Love"), ("Nickname", ""),
        ("Primary Email", "ada@x.example"), ("Secondary Email", "a@y.example"), ("Work Phone", "030 5550001"),
        ("Home Phone", ""), ("Fax Number", "030 5550002"), ("Mobile Number", "0160 5550022"),
        ("Home Address", "Weg 1"), ("Home Address 2", "hinten"), ("Home City", "Ulm"),
        ("Home ZipCode", "89073"), ("Job Title", "Chefin"), ("Organization", "Love GmbH"),
        ("Birth Year", ""), ("Birth Month", "4"), ("Birth Day", "12"),
    )  # fmt: skip
    assert contact.birthday == "--04-12"
    assert [email.address for email in contact.emails] == ["ada@x.example", "a@y.example"]
    assert contact.addresses == (
        ImportedAddress("Weg 1\nhinten", "Ulm", None, "89073", None, AddressKind.HOME),
    )
    assert [phone.kind for phone in contact.phones] == [PhoneKind.WORK, PhoneKind.FAX, PhoneKind.MOBILE]


def test_three_columns_that_are_no_day_are_kept_under_their_headers(tmp_path: Path) -> None:
    contact = pairs(
        tmp_path,
        ("First Name", "Ada"), ("Birth Year", "1980"), ("Birth Month", "2"), ("Birth Day", "31"),
    )  # fmt: skip
    assert contact.birthday is None
    assert contact.columns == (("Birth Year", "1980"), ("Birth Month", "2"), ("Birth Day", "31"))


def test_title_lines_above_the_header_and_blank_lines_below(tmp_path: Path) -> None:
    data = "Kundenliste\nStand 1.4.2026\n\nVorname;Nachname;Telefon\nEva;Grün;030 5550099\n;;\nBo;Berg;\n\n\n"
    rows = rows_of(tmp_path, data, name="contacts.csv")
    assert [row.line for row in rows] == [5, 6, 7]
    assert rows[1] == RejectedContact(6, ContactRowReason.BLANK_ROW)


def test_a_row_that_cannot_be_read_costs_only_itself_and_says_why(tmp_path: Path) -> None:
    data = (
        "First name,Last name,E-mail\nEva,Grün,eva@x.example\nToo,many,cells@x.example,here\n,,\n"
        'Bo,"Berg,bo@x.example\nIda,Lund,ida@x.example\nOle,Ek,ole@x.example\n'
    )
    rows = rows_of(tmp_path, data, name="contacts.csv")
    assert [row.full for row in rows if isinstance(row, ImportedContact)] == [
        "Eva Grün",
        "Ida Lund",
        "Ole Ek",
    ]
    assert [row for row in rows if isinstance(row, RejectedContact)] == [
        RejectedContact(3, ContactRowReason.COLUMN_COUNT),
        RejectedContact(4, ContactRowReason.BLANK_ROW),
        RejectedContact(5, ContactRowReason.UNCLOSED_QUOTE),
    ]


def test_a_company_has_no_name_of_a_person(tmp_path: Path) -> None:
    contact = of_columns(tmp_path, Company="Muster GmbH", First_name="", Email="info@muster.example")
    assert (contact.kind, contact.full) == (ContactKind.COMPANY, "Muster GmbH")


def test_what_no_column_means_is_kept_under_its_header(tmp_path: Path) -> None:
    contact = of_columns(
        tmp_path, Name="Eva Grün", Schuhgröße="39", Geburtstag="im Mai 7", Kundennummer="K-1"
    )
    assert contact.columns == (("Schuhgröße", "39"), ("Geburtstag", "im Mai 7"))
    assert contact.values == (("customer_number", "K-1"),)


@pytest.mark.parametrize(
    ("text", "month_is_first", "expected"),
    [
        ("1985-04-12", False, "1985-04-12"),
        ("12.04.1985", False, "1985-04-12"),
        ("12.4.85", True, "1985-04-12"),
        ("4/12/1985", True, "1985-04-12"),
        ("12/4/1985", False, "1985-04-12"),
        ("12.04.", False, "--04-12"),
        ("--04-12", False, "--04-12"),
        ("1604-04-12", False, "--04-12"),
        ("12/04/1985 00:00", False, "1985-04-12"),
        ("0/0/00", True, None),
        ("31.02.1985", False, None),
        ("someday", False, None),
    ],
)
def test_birthdays(text: str, expected: str | None, *, month_is_first: bool) -> None:
    assert table_birthday(text, month_is_first=month_is_first) == expected


def test_the_order_of_day_and_month_is_one_for_the_column() -> None:
    assert month_first(["3/4/1970", "12/31/1980"], "DE")
    assert not month_first(["3/4/1970", "31/12/1980"], "US")
    assert month_first(["3/4/1970"], "US")
    assert not month_first(["3/4/1970"], "DE")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("E-Mail geschäftlich", ColumnMeaning("email", "work")),
        ("PLZ", ColumnMeaning("postal_code")),
        ("Rechnungsadresse Ort", ColumnMeaning("city", "billing")),
        ("Phone1", ColumnMeaning("phone", None, 1)),
        ("homePhone", ColumnMeaning("phone", "home")),
        ("Umsatz 2024", None),
        ("", None),
    ],
)
def test_a_header_means_what_its_words_say(header: str, expected: ColumnMeaning | None) -> None:
    assert meaning(header) == expected


def test_a_table_without_known_headers_asks_for_a_mapping_and_reads_with_one(tmp_path: Path) -> None:
    data = "spam,ham,eggs\nEva Grün,030 5550099,1\nBo Berg,030 5550098,2\n"
    with pytest.raises(ForeignFileError, match="contacts_mapping_needed"):
        rows_of(tmp_path, data, name="contacts.csv")
    mapping = ContactMapping(
        ("spam", "ham", "eggs"), (ColumnMeaning("full"), ColumnMeaning("phone", "work"), None)
    )
    options = ContactOptions(region="DE", mapping=ContactMapping.from_json(mapping.to_json()))
    rows = list(open_contacts(tmp_path / "contacts.csv", options))
    assert [row.full for row in rows if isinstance(row, ImportedContact)] == ["Eva Grün", "Bo Berg"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"header": ["a"], "columns": []}', '{"header": 1, "columns": 2}']
)
def test_a_damaged_mapping_is_refused(text: str) -> None:
    with pytest.raises(ForeignFileError, match="mapping_unreadable"):
        ContactMapping.from_json(text)


CELL = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=20)


@settings(max_examples=50, deadline=None)
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], delimiter: str, encoding: str
) -> None:
    data = table(("First name", "Last name", "Notes"), *rows, delimiter=delimiter).encode(encoding)
    found = contacts_of(tmp_path_factory.mktemp("tables"), data, name="contacts.csv")
    assert [(row.given, row.family, row.note) for row in found] == rows


def test_a_suggestion_fits_only_its_own_header() -> None:
    mapping = suggested_mapping(("First Name", "E-mail"))
    assert mapping.fits(("first name", "E-MAIL"))
    assert not mapping.fits(("E-mail", "first name"))
