"""What is on paper, read back from the PDF: every value once, whole and in its own script."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    EmailDraft,
    PhoneDraft,
    ProductUseDraft,
)
from crm_desktop.domain.print_layouts import (
    A4,
    ENVELOPES,
    LABEL_SHEETS,
    LETTER_FORMS,
    Box,
    Envelope,
    LetterForm,
)
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations import bank_accounts, contacts, notes
from crm_desktop.operations.printing import SheetParts
from crm_desktop.operations.session import Session
from crm_desktop.ui.printing.addressed import Envelopes, Labels
from crm_desktop.ui.printing.contact_sheet import ContactSheets
from crm_desktop.ui.printing.contact_table import ListTable
from crm_desktop.ui.printing.letters import Letters, LetterWords
from crm_desktop.ui.printing.paper import UNITS, Document
from crm_desktop.ui.printing.run import PdfRun
from crm_desktop.ui.printing.texts import gap, in_pages, paint_fitted
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_source import Cell, Column
from tests.environments import new_organization
from tests.operations.samples import person

CLOCK = Clock("Europe/Berlin", now=lambda: 1_790_000_000)
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    office = new_organization(tmp_path, region="DE", time_zone="Europe/Berlin")
    made = office.open()
    yield made
    made.close()


def pdf(qtbot: QtBot, document: Document) -> bytes:
    owner = QObject()
    run = PdfRun(document, title="Labels", cancel=CancelToken(), parent=owner)
    with qtbot.waitSignal(run.done):
        run.start()
    return run.data


def texts(data: bytes) -> list[str]:
    """Return the words of each page; presentation forms as the letters they are."""
    document = pypdfium2.PdfDocument(data)
    try:
        found = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return [" ".join(unicodedata.normalize("NFKC", text).split()) for text in found]


def scan_line(grey: QImage, y: int) -> bytes:
    # Its stub says object; it is a memoryview.
    line: Any = grey.constScanLine(y)
    return bytes(line)[: grey.width()]


def add(session: Session, given: str, family: str | None = "Whitfield", **values: object) -> int:
    return contacts.add_contact(session, person(given, family, **values))


def at(street: str, city: str = "Berlin", country: str = "DE") -> tuple[AddressDraft, ...]:
    return (AddressDraft(street=street, postal_code="10115", city=city, country=country),)


def test_a_sheet_says_every_value_once_and_takes_no_markup(session: Session, qtbot: QtBot) -> None:
    one = add(
        session, "Zoë", "Łukasik", company="Blythe & Söhne", title="Printer in chief", industry="Printing",
        phones=(PhoneDraft("+49 30 1234567", note="mornings"),), emails=(EmailDraft("zoe@example.com"),),
        addresses=at("Weg 1\nHof 2"), note="<b>bold</b> & <img src=x>\nsecond", tags=("Gold", "Press"),
        product_uses=(ProductUseDraft("Fleet Pro", since="2024-03-03", quantity=12, serial="SN-77"),),
    )  # fmt: skip
    notes.add_note(session, one, "rang twice")
    (page,) = texts(pdf(qtbot, ContactSheets(session, [one], A4, CLOCK)))
    for value in (
        "Zoë Łukasik", "Blythe & Söhne", "Printer in chief", "Printing", "+49 30 1234567", "mornings",
        "zoe@example.com", "Weg 1 Hof 2 10115 Berlin", "<b>bold</b> & <img src=x> second", "Gold, Press",
        "Fleet Pro", "SN-77", "rang twice", "Page 1 of 1",
    ):  # fmt: skip
        assert page.count(value) == 1, value


def test_bank_and_calls_are_on_a_sheet_only_when_asked_for(session: Session, qtbot: QtBot) -> None:
    one = add(session, "Dana")
    details = BankDetails(account="DE89370400440532013000", holder="Dana W")
    bank_accounts.add_account(session, one, details)
    (plain,) = texts(pdf(qtbot, ContactSheets(session, [one], A4, CLOCK)))
    (whole,) = texts(pdf(qtbot, ContactSheets(session, [one], A4, CLOCK, SheetParts(bank=True, calls=True))))
    assert "3000" not in plain
    assert "3000" in whole
    assert "DE89370400440532013000" not in whole.replace(" ", "")


def test_a_long_note_goes_over_pages_and_nothing_of_it_is_lost(session: Session, qtbot: QtBot) -> None:
    words = [f"word{place:04}" for place in range(1500)]
    one = add(session, "Dana", note=" ".join(words))
    pages = texts(pdf(qtbot, ContactSheets(session, [one], A4, CLOCK)))
    assert len(pages) > 1
    assert pages[-1].endswith(f"Page {len(pages)} of {len(pages)}")
    assert [word for page in pages for word in page.split() if word.startswith("word")] == words


def test_labels_hold_everybody_once_accents_and_arabic_too(session: Session, qtbot: QtBot) -> None:
    names = [f"Käthe{place:02} Żółć" for place in range(30)]
    ids = [add(session, *name.split(), addresses=at(f"Straße {at_}")) for at_, name in enumerate(names)]
    ids.append(add(session, "محمد", "العربي", addresses=at("شارع الملك", country="EG")))
    pages = texts(pdf(qtbot, Labels(session, ids, LABEL_SHEETS[0], start=20)))
    assert len(pages) == 3
    whole = " ".join(pages)
    assert all(whole.count(name) == 1 for name in names)
    assert "العربي" in whole
    assert "EGYPT" in whole
    assert names[4] in pages[0]
    assert names[5] in pages[1]


def test_a_label_of_somebody_gone_stays_empty(session: Session, qtbot: QtBot) -> None:
    one = add(session, "Dana", addresses=at("Weg 1"))
    (page,) = texts(pdf(qtbot, Labels(session, [9999, one], LABEL_SHEETS[2])))
    assert page == "Dana Whitfield Weg 1 10115 Berlin"


@pytest.mark.parametrize("envelope", ENVELOPES, ids=lambda known: known.key)
def test_an_envelope_has_its_size_sender_and_address(
    session: Session, qtbot: QtBot, envelope: Envelope
) -> None:
    one = add(session, "Dana", addresses=at("Weg 1", "Wien", "AT"))
    data = pdf(qtbot, Envelopes(session, [one], envelope, "Acme\nHof 3"))
    (page,) = texts(data)
    assert page == "Acme Hof 3 Dana Whitfield Weg 1 10115 Wien AUSTRIA"
    document = pypdfium2.PdfDocument(data)
    width, height = document[0].get_size()
    document.close()
    assert width / 72 * 25.4 == pytest.approx(envelope.paper.width, abs=0.5)
    assert height / 72 * 25.4 == pytest.approx(envelope.paper.height, abs=0.5)


@pytest.mark.parametrize("form", LETTER_FORMS, ids=lambda known: known.key)
def test_a_letter_is_filled_for_each_and_numbered_from_two_pages(
    session: Session, qtbot: QtBot, form: LetterForm
) -> None:
    first = add(session, "Eva", "Mayer", prefix="Frau Dr.", addresses=at("Weg 1"))
    second = add(session, "Sam", "{user}", addresses=at("Weg 2"))
    text = "{salutation}\n\nabout {city}. <i>x</i>\n\n{name}\n" + "more words here\n" * 60 + "{user}"
    words = LetterWords(text, "About {name}", "Acme\nHof 3", "de", "2026-03-04")
    pages = texts(pdf(qtbot, Letters(session, [first, second], form, words)))
    assert len(pages) == 4
    assert "4. März 2026" in pages[0]
    assert "About Frau Dr. Eva Mayer" in pages[0]
    assert "Sehr geehrte Frau Dr. Mayer, about Berlin. <i>x</i>" in pages[0]
    assert "Page 1 of 2" in pages[0]
    assert "Page 2 of 2" in pages[3]
    assert "Guten Tag Sam {user}," in pages[2]
    assert sum(page.count("more words here") for page in pages) == 120


def test_a_list_has_its_rows_and_columns_on_every_page(session: Session, qtbot: QtBot) -> None:
    del session
    columns = [Column("name", "Name", width=300), Column("no", "Hidden"), Column("city", "City", width=600)]
    rows = {place: (f"Name{place:03}", "secret", Cell(f"{LONG} {place}")) for place in range(60)}
    table = ListTable(
        "Customers", "Acme", A4, list(rows), columns, [0, 2], lambda ids: {one: rows[one] for one in ids}
    )
    pages = texts(pdf(qtbot, table))
    assert len(pages) == table.sections == 3
    assert table.paper == A4.turned
    assert all("Name City" in page and page.startswith("Customers Acme") for page in pages)
    whole = " ".join(pages)
    assert all(whole.count(f"Name{place:03}") == 1 for place in rows)
    assert "secret" not in whole
    assert whole.count(LONG) == 60


def test_the_pdf_names_neither_a_person_nor_a_place(session: Session, qtbot: QtBot) -> None:
    data = pdf(qtbot, Labels(session, [add(session, "Dana", addresses=at("Weg 1"))], LABEL_SHEETS[0]))
    document = pypdfium2.PdfDocument(data)
    told = document.get_metadata_dict()
    document.close()
    assert told["Title"] == "Labels"
    assert told["Creator"] == "CT-CRM Desktop"
    assert not told["Author"]
    for secret in (str(session.path), str(Path.home()), session.member.login, "Dana"):
        assert secret.encode() not in data
        assert secret.encode("utf-16-be") not in data


@pytest.mark.parametrize(
    "lines",
    [["short"], [LONG * 2], ["many words " * 60], ["a\nb"] * 20, ["", LONG], ["m" * 3000], ["م" * 400]],
)
def test_what_is_fitted_is_inside_its_box_whole(qtbot: QtBot, lines: list[str]) -> None:
    del qtbot
    image = QImage(80 * UNITS // 5, 40 * UNITS // 5, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.scale(0.2, 0.2)
    points = paint_fitted(painter, Box(10, 10, 60, 20), lines, points=11, middle=True)
    painter.end()
    assert points <= 11
    dots = UNITS // 5
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    inside = [
        (x, y) for y in range(grey.height()) for x, light in enumerate(scan_line(grey, y)) if light < 235
    ]
    assert inside
    assert min(x for x, _ in inside) >= 10 * dots - 3
    assert max(x for x, _ in inside) <= 70 * dots + 3
    assert min(y for _, y in inside) >= 10 * dots - 3
    assert max(y for _, y in inside) <= 30 * dots + 3


def test_lines_that_belong_together_stay_on_one_page() -> None:
    lines = [gap(40), gap(8, keeps=True), gap(8), gap(50)]
    assert [len(page) for page in in_pages(lines, 50, 60)] == [1, 2, 1]
    assert in_pages([], 50, 50) == [[]]


def test_cancel_stops_between_two_pages(session: Session, qtbot: QtBot) -> None:
    ids = [add(session, f"Dana{place}", addresses=at("Weg 1")) for place in range(3)]
    owner, token = QObject(), CancelToken()
    run = PdfRun(Envelopes(session, ids, ENVELOPES[0]), title="x", cancel=token, parent=owner)
    run.progressed.connect(lambda _progress: token.cancel())
    with qtbot.waitSignal(run.cancelled):
        run.start()
    assert not run._painter.isActive()
