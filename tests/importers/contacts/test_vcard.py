"""vCards as Apple, Google, Outlook, Android, Thunderbird, KAddressBook and old phones write them."""

import base64
import itertools
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.contacts import AddressKind, ContactKind, EmailKind, PhoneKind
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.imported_contacts import (
    ContactRowReason,
    ImportedAddress,
    ImportedContact,
    ImportedEmail,
    ImportedPhone,
    RejectedContact,
)
from crm_desktop.importers.contacts.content_lines import ContentLine, content_line, logical_lines
from crm_desktop.importers.contacts.physical_lines import physical_lines
from tests.importers.contacts.reading import contacts_of, only, rows_of

PHOTO = b"\xff\xd8\xff\xe0 a picture of forty-two bytes and a few more" * 20


def folded(text: str, width: int = 74) -> str:
    return "\r\n ".join(text[place : place + width] for place in range(0, len(text), width))


def test_a_mac_card_keeps_its_labels_yearless_birthday_and_folded_photo(tmp_path: Path) -> None:
    photo = base64.b64encode(PHOTO).decode()
    contact = only(
        tmp_path,
        "VERSION:3.0",
        "PRODID:-//Apple Inc.//macOS 14.4//EN",
        "N:Jansen;Marieke;Anna;Dr.;MSc",
        "FN:Dr. Marieke Anna Jansen MSc",
        "NICKNAME:Riek",
        "ORG:Jansen\\, de Boer & Partner;Einkauf;Nord",
        "TITLE:Leiterin",
        "item1.EMAIL;type=INTERNET;type=pref:m@jansen.example",
        "item1.X-ABLabel:Ferienhaus",
        "EMAIL;type=INTERNET;type=WORK:mj@firma.example",
        "TEL;type=CELL;type=VOICE:0171 5550001",
        "item2.TEL:030 5550002",
        "item2.X-ABLabel:_$!<WorkFAX>!$_",
        "TEL;type=IPHONE;type=CELL;type=VOICE;type=pref:+49 171 5550003",
        "item3.ADR;type=HOME;type=pref:;;Deichweg 3\\nHinterhaus;Emden;Niedersachsen;26721;Deutschland",
        "item3.X-ABADR:de",
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29",
        "item4.URL;type=pref:https://jansen.example",
        "item4.X-ABLabel:_$!<HomePage>!$_",
        "item5.X-ABDATE;type=pref:2011-05-06",
        "item5.X-ABLabel:_$!<Anniversary>!$_",
        "NOTE:Eins\\nzwei\\, drei",
        "CATEGORIES:Kunden,Messe 2024",
        folded(f"PHOTO;ENCODING=b;TYPE=JPEG:{photo}"),
        "UID:1234:ABPerson",
    )
    assert contact == ImportedContact(
        line=1, full="Dr. Marieke Anna Jansen MSc", prefix="Dr.", given="Marieke", additional="Anna",
        family="Jansen", suffix="MSc", nickname="Riek", organization="Jansen, de Boer & Partner",
        department="Einkauf, Nord", title="Leiterin",
        phones=(
            ImportedPhone("0171 5550001", "+491715550001", PhoneKind.MOBILE),
            ImportedPhone("030 5550002", "+49305550002", PhoneKind.FAX),
            ImportedPhone("+49 171 5550003", "+491715550003", PhoneKind.MOBILE, is_primary=True),
        ),
        emails=(
            ImportedEmail("m@jansen.example", EmailKind.OTHER, is_primary=True, label="Ferienhaus"),
            ImportedEmail("mj@firma.example", EmailKind.WORK),
        ),
        addresses=(
            ImportedAddress(
                "Deichweg 3\nHinterhaus", "Emden", "Niedersachsen", "26721", "DE", AddressKind.HOME,
                is_primary=True,
            ),
        ),
        birthday="--02-29", urls=("https://jansen.example",), note="Eins\nzwei, drei",
        categories=("Kunden", "Messe 2024"), photo=PHOTO, uid="1234:ABPerson",
        other=("item5.X-ABDATE;TYPE=pref:2011-05-06", "item5.X-ABLabel:_$!<Anniversary>!$_"),
    )  # fmt: skip


def test_an_old_phones_card_in_quoted_printable_with_soft_breaks(tmp_path: Path) -> None:
    contact = only(
        tmp_path,
        "VERSION:2.1",
        "N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:L=C3=B6wenst=",
        "ein;=C3=85sa;;;",
        "TEL;PREF;CELL;VOICE:0151/5550010",
        "TEL;WORK;FAX:030-5550011",
        "TEL;HOME:030-5550012",
        "EMAIL;INTERNET;PREF:asa@example.org",
        "ADR;HOME;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:;;K=C3=B6nigstr. 2=0D=0AHof;K=C3=B6ln;;50667;",
        "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:gr=FC=DFt=0D=0Azweimal",
        "BDAY:19800412T000000Z",
    )
    assert (contact.full, contact.given, contact.family) == ("Åsa Löwenstein", "Åsa", "Löwenstein")
    assert [(phone.kind, phone.is_primary) for phone in contact.phones] == [
        (PhoneKind.MOBILE, True),
        (PhoneKind.FAX, False),
        (PhoneKind.HOME, False),
    ]
    assert contact.addresses[0].street == "Königstr. 2\nHof"
    assert contact.note == "grüßt\nzweimal"
    assert contact.birthday == "1980-04-12"


def test_an_outlook_card(tmp_path: Path) -> None:
    photo = base64.b64encode(PHOTO).decode()
    data = "\r\n".join(
        (
            "BEGIN:VCARD", "VERSION:2.1", "X-MS-SIGNATURE:YES", "N;LANGUAGE=de:Groß;Jürgen;;Herr",
            "FN:Jürgen Groß", "ORG:Groß & Söhne KG;Vertrieb", "TITLE:Prokurist",
            "TEL;WORK;VOICE:+49 (30) 5550021", "TEL;CELL;VOICE:0160 5550022",
            "ADR;WORK;PREF:;2. OG;Hauptstr. 5;Berlin;;10115;Deutschland",
            "LABEL;WORK;PREF;ENCODING=QUOTED-PRINTABLE:Hauptstr. 5=0D=0A=", "10115 Berlin",
            "X-MS-OL-DEFAULT-POSTAL-ADDRESS:2", "URL;WORK:http://gross.example", "ROLE:Verkäufer",
            "EMAIL;PREF;INTERNET:j.gross@gross.example", "PHOTO;TYPE=JPEG;ENCODING=BASE64:",
            *(f" {photo[place : place + 72]}" for place in range(0, len(photo), 72)), "",
            "REV:20260101T120000Z", "END:VCARD", "",
        )
    )  # fmt: skip
    (contact,) = contacts_of(tmp_path, data.encode("cp1252"))
    assert (contact.prefix, contact.given, contact.family) == ("Herr", "Jürgen", "Groß")
    assert (contact.organization, contact.department) == ("Groß & Söhne KG", "Vertrieb")
    assert contact.title == "Prokurist"
    assert contact.addresses[0].street == "Hauptstr. 5\n2. OG"
    assert contact.photo == PHOTO
    assert contact.other == ("X-MS-SIGNATURE:YES", "X-MS-OL-DEFAULT-POSTAL-ADDRESS:2", "ROLE:Verkäufer")


def test_an_android_card_with_a_nickname_of_its_own(tmp_path: Path) -> None:
    contact = only(
        tmp_path,
        "VERSION:2.1",
        "N:;Bob;;;",
        "FN:Bob",
        "TEL;CELL:+1-202-555-0171",
        "TEL;X-Sommerhaus:202-555-0172",
        "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Bobby;1;;;;;;;;;;;;;",
        "X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Alice;14;;;;;;;;;;;;;",
    )
    assert contact.nickname == "Bobby"
    assert contact.phones[1].label == "sommerhaus"
    assert contact.other == ("X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Alice;14;;;;;;;;;;;;;",)


def test_a_google_card(tmp_path: Path) -> None:
    contact = only(
        tmp_path,
        "VERSION:3.0",
        "FN:Ana de la Cruz",
        "N:de la Cruz;Ana;;;",
        "item1.TEL:+34 600 000 001",
        "item1.X-ABLabel:Oficina nueva",
        "item2.ADR:;;Calle Mayor 1;Madrid;;28013;ES;Calle Mayor 1\\nMadrid",
        "item2.X-ABLabel:",
        "item3.X-ABRELATEDNAMES:Luis",
        "item3.X-ABLabel:_$!<Spouse>!$_",
        "CATEGORIES:myContacts,Clientes",
    )
    assert contact.family == "de la Cruz"
    assert contact.phones[0].label == "Oficina nueva"
    assert contact.addresses[0].country == "ES"
    assert contact.categories == ("Clientes",)
    assert contact.other == ("item3.X-ABRELATEDNAMES:Luis", "item3.X-ABLabel:_$!<Spouse>!$_")


def test_a_thunderbird_card_4_0(tmp_path: Path) -> None:
    contact = only(
        tmp_path,
        "VERSION:4.0",
        "FN:Ada Lovelace",
        "N:Lovelace;Ada;;;",
        "EMAIL;TYPE=work;PREF=2:ada@work.example",
        "EMAIL;PREF=1:ada@example.org",
        'TEL;VALUE=URI;TYPE="voice,home":tel:+44-20-7946-0018;ext=5',
        "TEL;VALUE=TEXT;TYPE=cell:07700 900123",
        "BDAY;VALUE=DATE:--0412",
        "X-CUSTOM1:Value^nwith",
        "LANG:de",
        "KIND:individual",
    )
    assert [email.is_primary for email in contact.emails] == [False, True]
    assert (contact.phones[0].number, contact.phones[0].kind) == ("+442079460018", PhoneKind.HOME)
    assert contact.birthday == "--04-12"
    assert contact.language == "de"


@pytest.mark.parametrize(
    "lines",
    [
        ("VERSION:4.0", "KIND:org", "FN:Muster GmbH"),
        ("VERSION:3.0", "N:;;;;", "FN:Muster GmbH", "ORG:Muster GmbH;", "X-ABShowAs:COMPANY"),
        ("VERSION:3.0", "N:;;;;", "ORG:Muster GmbH"),
        ("VERSION:2.1", "FN:Muster GmbH", "ORG:Muster GmbH"),
    ],
)
def test_a_company_is_a_company(tmp_path: Path, lines: tuple[str, ...]) -> None:
    contact = only(tmp_path, *lines)
    assert (contact.kind, contact.organization, contact.full) == (
        ContactKind.COMPANY,
        "Muster GmbH",
        "Muster GmbH",
    )


def test_a_kaddressbook_card_keeps_what_no_field_stands_for(tmp_path: Path) -> None:
    contact = only(
        tmp_path,
        "VERSION:3.0",
        "FN:Karl Klammer",
        "X-KADDRESSBOOK-X-SpouseName:Büro\\, Klammer",
        "IMPP;X-SERVICE-TYPE=jabber:xmpp:karl@example.org",
        "GEO:52.5,13.4",
        "BDAY:1985-04",
    )
    assert (contact.given, contact.family) == ("Karl", "Klammer")
    assert contact.other == (
        "X-KADDRESSBOOK-X-SPOUSENAME:Büro\\, Klammer",
        "IMPP;X-SERVICE-TYPE=jabber:xmpp:karl@example.org",
        "GEO:52.5,13.4",
        "BDAY:1985-04",
    )


CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Grün, Eva\nTEL:+49 30 5550099\nEND:VCARD\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_encoding_and_any_line_end(tmp_path: Path, encoding: str, end: str) -> None:
    (contact,) = contacts_of(tmp_path, CARD.replace("\n", end).encode(encoding))
    assert (contact.given, contact.family) == ("Eva", "Grün")
    assert contact.phones[0].number == "+49305550099"


def test_a_broken_card_costs_only_itself(tmp_path: Path) -> None:
    data = (
        CARD + "BEGIN:VCARD\nVERSION:3.0\nFN:No end\n" + CARD + "BEGIN:VCARD\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Odd line\nwhat is this\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Bad photo\nPHOTO;ENCODING=b:%%%\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Friends\nX-ADDRESSBOOKSERVER-KIND:group\nEND:VCARD\n"
    )
    rows = rows_of(tmp_path, data)
    names = [row.full for row in rows if isinstance(row, ImportedContact)]
    assert names == ["Grün, Eva", "Grün, Eva", "Odd line", "Bad photo"]
    assert [row for row in rows if isinstance(row, RejectedContact)] == [
        RejectedContact(6, ContactRowReason.NOT_ENDED),
        RejectedContact(14, ContactRowReason.NO_NAME),
        RejectedContact(18, ContactRowReason.LINE_UNREADABLE),
        RejectedContact(22, ContactRowReason.BAD_PHOTO),
        RejectedContact(24, ContactRowReason.GROUP),
    ]


def test_a_card_inside_a_card_is_not_another_contact(tmp_path: Path) -> None:
    agent = "AGENT:\nBEGIN:VCARD\nN:Helper;Small\nTEL:110\nEND:VCARD\n"
    data = f"BEGIN:VCARD\nVERSION:2.1\nN:Boss;Big\n{agent}TEL:112\nEND:VCARD\n"
    (contact,) = contacts_of(tmp_path, data)
    assert contact.family == "Boss"
    assert [phone.raw for phone in contact.phones] == ["112"]


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "file_empty"), (b"PK\x03\x04 no card", "contacts_not_recognized")]
)
def test_what_is_no_file_of_contacts_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(ForeignFileError, match=code):
        rows_of(tmp_path, data)


def test_a_remote_photo_is_kept_as_its_address_and_never_fetched(tmp_path: Path) -> None:
    contact = only(tmp_path, "VERSION:3.0", "FN:A B", "PHOTO;VALUE=uri:https://example.org/a.jpg")
    assert contact.photo is None
    assert contact.other == ("PHOTO;VALUE=uri:https://example.org/a.jpg",)


def test_a_hostile_line_takes_linear_time() -> None:
    began = time.process_time()
    assert not isinstance(content_line(1, b"TEL;A=" + b"a," * 500_000), ContentLine)
    assert list(logical_lines([b"PHOTO;ENCODING=b:AAAA", *[b" " + b"A" * 70] * 100_000]))
    assert time.process_time() - began < 5


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60).map(str.strip)


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;").replace("\n", "\\n")


@settings(max_examples=60, deadline=None)
@given(family=TEXT, given_name=TEXT, note=TEXT, width=st.integers(8, 80))
def test_whatever_is_escaped_and_folded_comes_back(
    tmp_path_factory: pytest.TempPathFactory, family: str, given_name: str, note: str, width: int
) -> None:
    if not (family and given_name and note):
        return
    lines = [
        f"N:{escaped(family)};{escaped(given_name)};;;",
        f"FN:{escaped(family)}",
        f"NOTE:{escaped(note)}",
    ]
    raw = []
    for line in lines:
        data = line.encode()
        raw += [
            data[:width],
            *(b" " + data[place : place + width] for place in range(width, len(data), width)),
        ]
    card = b"\r\n".join((b"BEGIN:VCARD", b"VERSION:3.0", *raw, b"END:VCARD", b""))
    (contact,) = contacts_of(tmp_path_factory.mktemp("cards"), card)
    assert (contact.family, contact.given, contact.note) == (family, given_name, note)


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=400), cuts=st.lists(st.integers(0, 400), max_size=4))
def test_lines_do_not_depend_on_how_a_file_is_cut(data: bytes, cuts: list[int]) -> None:
    data = b"BEGIN:VCARD\r\n" + data.replace(b"\0", b"")
    places = sorted({0, len(data), *(min(cut + 13, len(data)) for cut in cuts)})
    pieces = [data[a:b] for a, b in itertools.pairwise(places)]
    assert list(physical_lines(pieces)) == list(physical_lines([data]))


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=300))
def test_no_bytes_end_the_reading(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    rows = rows_of(
        tmp_path_factory.mktemp("cards"),
        b"BEGIN:VCARD\nFN:First\nEND:VCARD\nBEGIN:VCARD\n" + data + b"\nEND:VCARD\n",
    )
    first = rows[0]
    assert isinstance(first, ImportedContact)
    assert replace(first, line=1).full == "First"
