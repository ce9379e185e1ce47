"""Escapes and lists inside the value of a vCard property (RFC 6350 §3.4, RFC 2426 §5, vCard 2.1 §2.3)."""

import re

# Names of properties of our own fields.
OWN_PREFIX = "X-CT-CRM-"
OWN_VALUE = f"{OWN_PREFIX}VALUE"
"""A value by a name people gave: both are components of the property."""
REMARK, FORMER = f"{OWN_PREFIX}REMARK", f"{OWN_PREFIX}FORMER"
"""Parameters: the label says nothing of the kind; nobody is reached at this address any more."""
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANINGS = {"n": "\n", "N": "\n", "r": ""}


def unescaped(text: str) -> str:
    r"""Return ``text`` with ``\n``, ``\,``, ``\;``, ``\:`` and ``\\`` taken for what they mean."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_meaning, text)


def _meaning(found: re.Match[str]) -> str:
    character = found[1]
    if character in _MEANINGS:
        return _MEANINGS[character]
    # vCard 2.1 knows no escapes but of the semicolon: a path keeps its backslashes.
    return character if character in ",;:\\\"'" else found[0]


def parted(text: str, separator: str) -> list[str]:
    """Return the parts of ``text`` between unescaped separators, unescaped and without blanks around."""
    if "\\" not in text:
        return [part.strip() for part in text.split(separator)]
    parts, start, place = [], 0, 0
    while place < len(text):
        if text[place] == "\\":
            place += 2
            continue
        if text[place] == separator:
            parts.append(text[start:place])
            start = place + 1
        place += 1
    return [unescaped(part).strip() for part in (*parts, text[start:])]


def components(text: str, count: int) -> list[list[str]]:
    """Return the ``count`` components of a structured value, each as its list of values."""
    found: list[list[str]] = []
    start = place = 0
    while place <= len(text):
        if place == len(text) or text[place] == ";":
            found.append([part for part in parted(text[start:place], ",") if part])
            start = place + 1
        elif text[place] == "\\":
            place += 1
        place += 1
    return (found + [[] for _ in range(count)])[: max(count, len(found))]


def escaped(text: str) -> str:
    """Return ``text`` as it is written into a value."""
    marked = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return marked.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
