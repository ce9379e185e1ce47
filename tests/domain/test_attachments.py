"""Names of files: safe to show and to write anywhere, whatever somebody sends; told apart by a number."""

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.attachments import FileKind, clean_name, free_name, is_program, kind_of


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("contract.pdf", "contract.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\offer.docx", "offer.docx"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u2066a\u2069\u200b.txt", "a.txt"),
        ("a\tb\r\nc.txt", "abc.txt"),
        ("con.txt", "_con.txt"),
        ("Com¹", "_Com¹"),
        ("NUL .pdf", "_NUL.pdf"),
        ("contract.txt", "contract.txt"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("report.pdf. . .", "report.pdf"),
        (".bashrc", "_bashrc"),
        ("..", "file"),
        ("", "file"),
        ("\udcff\udcfe", "file"),
        ("Zu\u0308rich.txt", "Zürich.txt"),
        ("می\u200cخواهم.txt", "می\u200cخواهم.txt"),
    ],
)
def test_a_name_is_made_safe(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


@given(st.text(max_size=400))
def test_any_name_becomes_a_single_visible_part_of_a_path(sent: str) -> None:
    kept = clean_name(sent)
    assert kept
    assert PurePosixPath(kept).name == kept == PureWindowsPath(kept).name
    assert kept not in {".", ".."}
    assert len(kept.encode()) <= 220
    assert not kept.startswith(".")
    assert kept == kept.rstrip(". ")
    assert all(ch in "\u200c\u200d" or unicodedata.category(ch) not in {"Cc", "Cf", "Cs"} for ch in kept)
    assert not PureWindowsPath(kept).is_reserved()
    assert clean_name(kept) == kept


@given(st.lists(st.sampled_from(["a.txt", "A.TXT", "b", "ä" * 300 + ".pdf", "a (2).txt"]), max_size=12))
def test_names_of_one_contact_stay_apart(sent: list[str]) -> None:
    taken: list[str] = []
    for name in sent:
        taken.append(free_name(clean_name(name), {one.casefold() for one in taken}))
    assert len({name.casefold() for name in taken}) == len(taken)
    assert all(len(name.encode()) <= 220 for name in taken)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.JPG", FileKind.PICTURE),
        ("a.tar.gz", FileKind.ARCHIVE),
        ("a.pdf.exe", FileKind.PROGRAM),
        ("a.svg", FileKind.OTHER),
        ("README", FileKind.OTHER),
    ],
)
def test_the_end_of_a_name_says_the_kind(name: str, kind: FileKind) -> None:
    assert kind_of(name) is kind


@pytest.mark.parametrize("start", [b"MZ\x90", b"\x7fELF", b"#!/bin/sh", b"\xca\xfe\xba\xbe"])
def test_a_program_is_known_under_any_name(start: bytes) -> None:
    assert is_program("holiday.jpg", start + b"...")
    assert not is_program("holiday.jpg", b"\xff\xd8\xff")
