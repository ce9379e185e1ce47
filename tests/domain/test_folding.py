"""Folding: one rule for writing, searching and order."""

import sqlite3
import unicodedata
from contextlib import closing

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm_desktop.domain.folding import address_key, fold, tokens


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Müller", "muller"),
        ("GROSS", "gross"),
        ("Groß", "gross"),
        ("Łukasik", "lukasik"),
        ("Ørsted", "orsted"),
        ("Đorđe", "dorde"),
        ("Þór", "thor"),
        ("Æsir", "aesir"),
        ("Œuvre", "oeuvre"),
        ("İstanbul", "istanbul"),
        ("ıspanak", "ispanak"),
        ("ﬁnal", "final"),
        ("Ｆｕｌｌ", "full"),
        ("Ⅳ", "iv"),
        ("東京", "東京"),
    ],
)
def test_accents_case_and_ligatures_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("O'Brien-Smith", ["o", "brien", "smith"]), ("j.mueller@b.example", ["j", "mueller", "b", "example"]),
        ('" OR 1', ["or", "1"]), ("NEAR(a b)", ["near", "a", "b"]), ("under_score", ["under", "score"]),
        ("😀", []), ("  ", []), ("24/7", ["24", "7"]),
    ],
)  # fmt: skip
def test_words_split_at_everything_that_is_no_letter_or_digit(text: str, words: list[str]) -> None:
    assert tokens(text) == words


@given(st.text())
def test_tokens_hold_only_letters_and_digits(text: str) -> None:
    for token in tokens(text):
        assert token
        assert token.isalnum()


@given(st.text())
def test_composed_and_decomposed_spellings_are_one(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(st.text(), st.text())
def test_addresses_are_compared_in_python_as_in_the_file(first: str, second: str) -> None:
    assume("\0" not in first + second)  # SQLite's text ends there
    with closing(sqlite3.connect(":memory:")) as connection:
        same = connection.execute("SELECT ? = ? COLLATE NOCASE", (first, second))
        (equal,) = same.fetchone()
    assert bool(equal) == (address_key(first) == address_key(second))
