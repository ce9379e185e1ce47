"""Folding of text for search and order: the same rule when writing, when searching and in tests."""

import re
import string
import unicodedata

# Letters NFKD leaves whole although people type them without the stroke or as two letters.
_LETTERS = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_ASCII_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_TOKEN = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return ``text`` without accents and case: NFKD, casefold, and letters that do not decompose."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(ch for ch in decomposed if not unicodedata.combining(ch))
    return plain.casefold().translate(_LETTERS)


def address_key(address: str) -> str:
    """Return an e-mail address as the database compares it (NOCASE): only A to Z are small letters too.

    Two mailboxes may differ in an accent, so that these are not folded.
    """
    return address.translate(_ASCII_SMALL)


def tokens(text: str) -> list[str]:
    """Return the words of ``text``, folded, in order, split at everything that is no letter or digit."""
    return _TOKEN.findall(fold(text))


def plain_digits(text: str) -> str:
    """Return the decimal digits of ``text`` in any script, written 0-9."""
    return "".join(str(unicodedata.decimal(ch)) for ch in text if ch.isdecimal())
