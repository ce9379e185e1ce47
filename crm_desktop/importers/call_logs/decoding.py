"""Which encoding a log is in, and its text in pieces.

BOM, then UTF-16 by its NULs, then UTF-8, then Windows-1252, as exports are met in the field. The
decision is made at the first byte outside ASCII, which may come late: until then all candidates agree, so
a file is still read only once. Nothing is ever left out: bytes that do not belong become U+FFFD.
"""

import codecs

from crm_desktop.domain.errors import ForeignFileError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FALLBACK = "cp1252"


def checked_encoding(name: str) -> str:
    """Return Python's name of a text encoding. Raises ForeignFileError ``encoding_unknown``."""
    try:
        "a".encode(name)
        info = codecs.lookup(name)
    except (LookupError, ValueError) as error:
        raise ForeignFileError("encoding_unknown", encoding=name) from error
    if info.incrementaldecoder is None:
        raise ForeignFileError("encoding_unknown", encoding=name)
    return info.name


def encoding_of(data: bytes) -> str | None:
    """Return the encoding the first bytes of a file show; None while they are plain ASCII."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    if b"\0" in data:
        utf16 = _utf16_by_nulls(data)
        if utf16 is not None:
            return utf16
    return encoding_of_text(data)


def encoding_of_text(data: bytes) -> str | None:
    """Return UTF-8 or Windows-1252 for a piece of a file; None while it is plain ASCII.

    A character cut by the end of the piece is no evidence against UTF-8.
    """
    if data.isascii():
        return None
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(data, final=False)
    damaged = text.count("\ufffd")
    if damaged == 0:
        return "utf-8"
    # Letters of Windows-1252 never look like UTF-8 by chance: a file with more such characters than bytes
    # that do not fit is damaged UTF-8, and reading it otherwise would spoil every name in it.
    fitting = sum(not ch.isascii() for ch in text) - damaged
    return "utf-8" if fitting > damaged else _FALLBACK


def _utf16_by_nulls(data: bytes) -> str | None:
    """Recognize UTF-16 without BOM: Latin text has a NUL in nearly every other place and only there."""
    even, odd = data[0:4096:2], data[1:4096:2]
    if odd.count(0) > len(odd) * 0.6 and even.count(0) < len(even) * 0.1:
        return "utf-16-le"
    if even.count(0) > len(even) * 0.6 and odd.count(0) < len(odd) * 0.1:
        return "utf-16-be"
    return None


class StreamDecoder:
    """Bytes of one file to text, piece by piece; ``encoding`` is what was chosen so far."""

    def __init__(self, encoding: str | None) -> None:
        """``encoding``: the user's choice, or None to find out."""
        self._chosen = None if encoding is None else checked_encoding(encoding)
        self._decoder: codecs.IncrementalDecoder | None = None
        self._encoding = self._chosen
        self._at_start = True
        if self._chosen is not None:
            self._decoder = codecs.getincrementaldecoder(_without_bom(self._chosen))("strict")

    @property
    def encoding(self) -> str:
        """Return the encoding in use; plain ASCII counts as UTF-8."""
        return self._encoding or "utf-8"

    def decode(self, data: bytes, *, final: bool = False) -> str:
        """Decode the next bytes. Raises ForeignFileError ``encoding_wrong`` for the user's choice only."""
        decoder = self._decoder or self._decide(data)
        if decoder is None:
            return data.decode("ascii")
        try:
            return decoder.decode(data, final)
        except UnicodeError as error:
            raise ForeignFileError("encoding_wrong", encoding=self.encoding) from error

    def _decide(self, data: bytes) -> codecs.IncrementalDecoder | None:
        """Choose the decoder if these bytes show it."""
        found = encoding_of(data) if self._at_start else encoding_of_text(data)
        self._at_start = self._at_start and not data
        if found is not None:
            self._encoding = found
            self._decoder = codecs.getincrementaldecoder(found)("replace")
        return self._decoder


def _without_bom(encoding: str) -> str:
    """Return the decoder that also drops a byte-order mark."""
    return "utf-8-sig" if encoding == "utf-8" else encoding
