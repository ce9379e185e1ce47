"""The encoding of a log: BOM, UTF-16 by its NULs, UTF-8, Windows-1252; nothing is left out."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.decoding import StreamDecoder, checked_encoding

TEXT = "Datum;Nummer\nJürgen Müller;030 23125123 €\n"


def decoded(data: bytes, *, step: int = 7, encoding: str | None = None) -> tuple[str, str]:
    decoder = StreamDecoder(encoding)
    pieces = [decoder.decode(data[:64])]
    pieces += [decoder.decode(data[at : at + step]) for at in range(64, len(data), step)]
    return "".join(pieces) + decoder.decode(b"", final=True), decoder.encoding


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("cp1252"), "cp1252"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (b"plain " * 40, "utf-8"),
    ],
    ids=["utf-8", "bom", "cp1252", "utf-16-le-bom", "utf-16-be-bom", "utf-16-le", "utf-16-be", "ascii"],
)
def test_encoding_is_found(data: bytes, encoding: str) -> None:
    text, found = decoded(data)
    assert found == encoding
    assert text == (TEXT if "plain" not in text else "plain " * 40)


def test_a_late_letter_decides() -> None:
    text, found = decoded(b"x" * 500 + "ü".encode("cp1252"))
    assert (text[-1], found) == ("ü", "cp1252")
    text, found = decoded(b"x" * 500 + "ü".encode())
    assert (text[-1], found) == ("ü", "utf-8")


def test_bytes_that_do_not_belong_stay_visible() -> None:
    text, found = decoded("Müller".encode() + b" " * 100 + b"\xff" + b" end")
    assert (text[:6], text[-5:], found) == ("Müller", "\ufffd end", "utf-8")


def test_one_damaged_byte_does_not_spoil_the_other_names() -> None:
    text, found = decoded("Müller, Weiß, Jürgen\n".encode() + b"Kr\xffger\n")
    assert (text, found) == ("Müller, Weiß, Jürgen\nKr\ufffdger\n", "utf-8")


def test_the_choice_of_the_user_is_strict() -> None:
    assert decoded(TEXT.encode("cp1252"), encoding="windows-1252") == (TEXT, "cp1252")
    assert decoded(TEXT.encode("utf-8-sig"), encoding="UTF-8")[0] == TEXT
    with pytest.raises(ForeignFileError, match="encoding_wrong"):
        decoded(TEXT.encode("cp1252"), encoding="utf-8")


@pytest.mark.parametrize("name", ["no-such", "hex", "rot13", "undefined", ""])
def test_unknown_encodings_are_refused(name: str) -> None:
    with pytest.raises(ForeignFileError, match="encoding_unknown"):
        checked_encoding(name)


@given(st.binary(max_size=300), st.integers(min_value=1, max_value=90))
def test_any_bytes_become_text(data: bytes, step: int) -> None:
    text, _found = decoded(data, step=step)
    assert "\ud800" not in text
    assert isinstance(text, str)
