"""Text without signs nobody sees: what else would turn the writing of a whole line round, or break it.

Pasted numbers and names often come with such signs around them. Marks that only say which way a word
reads (U+200E, U+200F, U+061C) and the joiners of emoji and scripts stay: they belong to the text.
"""

import re

# Embeddings, overrides and isolates (Unicode Bidirectional Algorithm, UAX #9).
_TURNING = "\u202a-\u202e\u2066-\u2069"
# Controls other than NUL, which is refused, and those that separate words or lines; and the two signs
# that are none (U+FFFE, U+FFFF): no XML can hold them, so one of them would keep a list out of a workbook.
_CONTROL = "\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff"
_UNSEEN = re.compile(f"[{_TURNING}{_CONTROL}]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SEPARATORS = re.compile("[\x1c-\x1f]")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


def plain(text: str) -> str:
    """Return ``text`` without unseen signs, line ends as ``\\n``; what is no text at all stays."""
    if text.isascii() and text.isprintable():
        return text
    return _SEPARATORS.sub(" ", _LINE_ENDS.sub("\n", _UNSEEN.sub("", text)))


def is_text(text: str) -> bool:
    """Return whether a text can be kept and shown: no NUL, no lone surrogate, no sign nobody sees."""
    return (text.isascii() and text.isprintable()) or not (_NO_TEXT.search(text) or _UNSEEN.search(text))
