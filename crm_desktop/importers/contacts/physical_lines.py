"""The lines of a file as bytes, whatever ends them and whether it is UTF-16 or not."""

import codecs
from collections.abc import Iterable, Iterator

from crm_desktop.importers.call_logs.decoding import encoding_of

_TRANSCODED = ("utf-16", "utf-32")


def physical_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of ``chunks`` without their ends (CR, LF or CRLF) and without a byte-order mark.

    UTF-16 and UTF-32 come as UTF-8; any other encoding as it is, for whoever knows it of a line.
    """
    rest = b""
    for chunk in _without_bom(_in_bytes(chunks)):
        text = rest + chunk
        # A carriage return at the very end may be half of a line end.
        held = text[-1:] if text.endswith(b"\r") else b""
        text = text[: len(text) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, last = text.split(b"\n")
        yield from lines
        rest = last + held
    if rest:
        yield rest.removesuffix(b"\r")


def _in_bytes(chunks: Iterable[bytes]) -> Iterator[bytes]:
    decoder: codecs.IncrementalDecoder | None = None
    for number, chunk in enumerate(chunks):
        if number == 0 and (encoding_of(chunk) or "").startswith(_TRANSCODED):
            decoder = codecs.getincrementaldecoder(str(encoding_of(chunk)))("replace")
        yield chunk if decoder is None else decoder.decode(chunk).encode("utf-8")


def _without_bom(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for number, chunk in enumerate(chunks):
        yield chunk.removeprefix(codecs.BOM_UTF8) if number == 0 else chunk
