"""The content lines of a vCard file (RFC 6350 §3.2-3.3, vCard 2.1 §2.1), from bytes, in linear time.

Why not vobject: its grammar needs exponential time for a line of commas without a colon (22 of them: a
second), its unfolding quadratic time for a photo, and it decodes a whole file in one character set, while
vCard 2.1 names one per line.
"""

import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

# A photo of 25 MB in base64, and then some: whatever is longer is no value of a contact.
MAX_LOGICAL_LINE = 40_000_000
_NAME = re.compile(rb"(?:(?P<group>[\w.-]+)\.)?(?P<name>[\w-]+)", re.ASCII)
_QUOTED_PRINTABLE = re.compile(rb"^[^:]*;\s*(?:ENCODING\s*=\s*)?QUOTED-PRINTABLE\b[^:]*:", re.IGNORECASE)
_BASE64 = re.compile(rb"^[^:]*;\s*(?:ENCODING\s*=\s*)?(?:BASE64|B)\s*[;:]", re.IGNORECASE)
_BASE64_TEXT = re.compile(rb"[A-Za-z0-9+/]+={0,2}\s*")
_CARET = re.compile(r"\^([n'^])")
_CARETS = {"n": "\n", "'": '"', "^": "^"}


@dataclass(frozen=True, slots=True)
class ContentLine:
    """One property: ``value`` is decoded from its character set, but not from its backslashes.

    ``parameters`` are (NAME, value) in their order; a bare value of vCard 2.1 has the name TYPE.
    ``line`` is the physical line it begins in, ``plain`` false where the value was quoted-printable:
    such a value holds real line breaks instead of ``\\n``.
    """

    line: int
    group: str | None
    name: str
    parameters: tuple[tuple[str, str], ...] = ()
    value: str = field(default="", repr=False)
    plain: bool = True

    def all(self, name: str) -> list[str]:
        """Return the values of a parameter, lower case, lists taken apart."""
        return [
            part.strip().lower()
            for known, value in self.parameters
            if known == name
            for part in value.split(",")
        ]

    def first(self, name: str) -> str | None:
        """Return the first value of a parameter as it was written."""
        return next((value for known, value in self.parameters if known == name), None)


@dataclass(frozen=True, slots=True)
class UnreadableLine:
    """A logical line that is no property."""

    line: int


def logical_lines(physical: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield (number of its first physical line, logical line) with folds and soft breaks taken out.

    ``physical`` are lines without their ends. Folded by a blank (2.1, 3.0, 4.0), by ``=`` in
    quoted-printable, or, as some phones write photos, by nothing at all.
    """
    pieces: list[bytes] = []
    start = length = 0
    soft = False
    base64 = False
    for number, line in enumerate(physical, 1):
        if soft or (pieces and line[:1] in (b" ", b"\t")):
            piece = line if soft else line[1:]
        elif pieces and base64 and _BASE64_TEXT.fullmatch(line):
            piece = line
        else:
            if pieces:
                yield start, b"".join(pieces)
            pieces, start, length, soft = [], number, 0, False
            piece = line
            base64 = _BASE64.match(line[:200]) is not None
            quoted = _QUOTED_PRINTABLE.match(line[:1000]) is not None
            if not line.strip():
                continue
        soft = quoted and piece.rstrip(b" \t").endswith(b"=")
        if soft:
            piece = piece.rstrip(b" \t")[:-1]
        length += len(piece)
        if length <= MAX_LOGICAL_LINE:
            pieces.append(piece)
    if pieces:
        yield start, b"".join(pieces)


def content_line(number: int, raw: bytes, *, carets: bool = False) -> ContentLine | UnreadableLine:
    """Return the property in a logical line; ``carets``: decode RFC 6868 in its parameters (3.0, 4.0)."""
    name = _NAME.match(raw.lstrip())
    if name is None:
        return UnreadableLine(number)
    rest = raw.lstrip()[name.end() :].lstrip()
    split = _split_at_colon(rest)
    if split is None:
        return UnreadableLine(number)
    head, value = split
    parameters = tuple(_parameter(piece, carets=carets) for piece in _outside_quotes(head, ";") if piece)
    group = name["group"].decode("ascii") if name["group"] else None
    line = ContentLine(number, group, name["name"].decode("ascii").upper(), parameters)
    text, plain = _decoded(line, value)
    return ContentLine(number, line.group, line.name, parameters, text, plain)


def _split_at_colon(rest: bytes) -> tuple[str, bytes] | None:
    """Return the parameters and the value: the first colon outside quotation marks parts them."""
    colon = rest.find(b":")
    quote = rest.find(b'"')
    if 0 <= quote < colon:
        inside = False
        for place, byte in enumerate(rest):
            if byte == 0x22:
                inside = not inside
            elif byte == 0x3A and not inside:
                colon = place
                break
    if colon < 0 or not (colon == 0 or rest.startswith(b";")):
        return None
    return rest[:colon].decode("utf-8", "replace"), rest[colon + 1 :]


def _outside_quotes(text: str, separator: str) -> list[str]:
    if '"' not in text:
        return text.split(separator)
    pieces, inside, start = [], False, 0
    for place, character in enumerate(text):
        if character == '"':
            inside = not inside
        elif character == separator and not inside:
            pieces.append(text[start:place])
            start = place + 1
    return [*pieces, text[start:]]


def _parameter(piece: str, *, carets: bool) -> tuple[str, str]:
    name, equals, value = piece.partition("=")
    if not equals:
        return _bare(name.strip())
    value = value.strip().replace('"', "")
    if carets and "^" in value:
        value = _CARET.sub(lambda found: _CARETS[found[1]], value)
    return name.strip().upper(), value


def _bare(value: str) -> tuple[str, str]:
    """Return the parameter a value stands for in vCard 2.1, where names may be left out."""
    if value.upper() in {"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT"}:
        return "ENCODING", value
    return "TYPE", value


def _decoded(line: ContentLine, value: bytes) -> tuple[str, bool]:
    """Return the value's text, and whether it was written as such."""
    quoted = "quoted-printable" in line.all("ENCODING")
    if quoted:
        value = quopri.decodestring(value)
    text = decoded_text(value, line.first("CHARSET"))
    return text.replace("\r\n", "\n").replace("\r", "\n"), not quoted


def decoded_text(value: bytes, charset: str | None) -> str:
    """Return ``value`` in the set it names; else UTF-8, and what is not UTF-8 as Windows-1252."""
    for name in (charset, "utf-8", "cp1252"):
        if name:
            try:
                return value.decode(name)
            except (LookupError, UnicodeError):
                continue
    return value.decode("latin-1")
