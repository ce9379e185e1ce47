"""The search rule in plain Python, without an index, a database or a shortcut.

A query is the AND of its folded words, each a prefix of a word of the contact. What looks like part of a
number is also found as the beginning of a number, in any spacing, and, from three digits, inside one.
"""

import re
from dataclasses import dataclass

from crm_desktop.domain.folding import tokens
from crm_desktop.domain.phone_numbers import NumberRules, normalize, search_keys

NUMBER_LIKE = re.compile(r"[+\d\s().\-/]+")


@dataclass(frozen=True, slots=True)
class Document:
    """A contact as the rule sees it."""

    texts: tuple[str, ...]
    numbers: tuple[str, ...]

    def spellings(self) -> list[str]:
        """Return the digits of every way its numbers are written."""
        found: list[str] = []
        for raw in self.numbers:
            found.append(digits(raw))
            e164 = normalize(raw, NumberRules(region="US")).e164
            found += search_keys(e164) if e164 else ()
        return [key for key in found if key]

    def words(self) -> set[str]:
        return {word for text in self.texts for word in tokens(text)} | set(self.spellings())


def digits(text: str) -> str:
    return "".join(str(int(ch)) for ch in text if ch.isdecimal())


def matches(document: Document, query: str) -> bool:
    """Tell whether the exact rule finds the document."""
    wanted = tokens(query)
    if wanted and all(any(word.startswith(part) for word in document.words()) for part in wanted):
        return True
    typed = digits(query)
    if not NUMBER_LIKE.fullmatch(query.strip()) or not typed:
        return False
    inner = typed.lstrip("0")
    if any(word.startswith(start) for start in {typed, inner} - {""} for word in document.words()):
        return True
    return len(inner) >= 3 and any(inner in number for number in _whole_numbers(document))


def _whole_numbers(document: Document) -> list[str]:
    """Return E.164 where a number has it, else the digits as typed."""
    e164s = [normalize(raw, NumberRules(region="US")).e164 for raw in document.numbers]
    return [digits(e164 or raw) for raw, e164 in zip(document.numbers, e164s, strict=True)]


def edits(left: str, right: str) -> int:
    """Return the Levenshtein distance."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        above, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (a != b))
    return row[-1]


def is_similar(document: Document, query: str, vocabulary: set[str]) -> bool:
    """Tell whether the second step finds the document.

    Each typed word stands for itself and for every known word that holds it or is an edit away from it
    (two from eight letters); any of them must begin a word of the document.
    """

    def stands_for(typed: str) -> set[str]:
        allowed = 2 if len(typed) >= 8 else 1
        known = {word for word in vocabulary if typed in word or edits(typed, word) <= allowed}
        return {typed} | (known if len(typed) >= 3 else set())

    wanted = tokens(query)
    return bool(wanted) and all(
        any(word.startswith(start) for word in document.words() for start in stands_for(part))
        for part in wanted
    )
