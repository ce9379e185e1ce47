"""Texts in any encoding and pages of a PDF; damaged ones are refused."""

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.attached.documents import MOST_TEXT, page_of, text_of


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_text_is_read_in_its_encoding(encoding: str) -> None:
    assert text_of("Grüße aus Köln\r\n".encode(encoding)) == ("Grüße aus Köln\n", False)


def test_what_draws_nothing_is_shown_as_a_picture_and_a_long_text_is_cut() -> None:
    assert text_of(b"a\x00b\x1bc\td\n")[0] == "a\u2400b\u241bc\td\n"
    text, cut = text_of(b"x" * (MOST_TEXT + 5))
    assert (len(text), cut) == (MOST_TEXT, True)


@given(st.binary(max_size=300))
def test_any_bytes_are_some_text(data: bytes) -> None:
    text, cut = text_of(data)
    assert not cut
    assert all(ord(ch) >= 32 or ch in "\t\n" for ch in text)


def pdf(pages: int, **options: dict[str, str]) -> bytes:
    document = FPDF()
    for _ in range(pages):
        document.add_page()
        document.set_font("helvetica", size=30)
        document.cell(text="Hello")
    for name, values in options.items():
        getattr(document, name)(**values)
    return bytes(document.output())


def test_a_page_is_drawn() -> None:
    raster = page_of(pdf(3), page=1, side=600, name="a")
    assert (raster.pages, raster.whole, raster.height) == (3, (595, 842), 600)
    assert len(raster.pixels) == raster.width * raster.height * 4
    assert min(raster.pixels) < 60, "there are letters on it"
    assert max(raster.pixels) == 255


@pytest.mark.parametrize("page", [-1, 3])
def test_there_is_no_such_page(page: int) -> None:
    with pytest.raises(ForeignFileError, match="pdf_unreadable"):
        page_of(pdf(3), page=page, side=100, name="a")


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7\n", b"no pdf", pdf(1, set_encryption={"owner_password": "o", "user_password": "u"})],
)
def test_what_cannot_be_opened_is_refused(data: bytes) -> None:
    with pytest.raises(ForeignFileError, match="pdf_unreadable"):
        page_of(data, page=0, side=100, name="a")


_SOUND = pdf(1)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_pdf_is_shown_or_refused_and_nothing_else(data: st.DataObject) -> None:
    broken = bytearray(_SOUND)
    for _ in range(data.draw(st.integers(1, 12))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    try:
        pages = page_of(bytes(broken), page=0, side=80, name="a").pages
    except ForeignFileError as error:
        pages = {"pdf_unreadable": 1}[error.code]
    assert pages > 0
