"""One pass over a foreign file: its bytes, their SHA-256, their text and its lines, in bounded memory."""

import hashlib
import io
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.phone_numbers import NumberRules
from crm_desktop.importers.call_logs.decoding import StreamDecoder
from crm_desktop.importers.call_logs.foreign_zip import SIGN
from crm_desktop.importers.call_logs.known_tables import KnownTable
from crm_desktop.importers.call_logs.mapping import Mapping
from crm_desktop.importers.call_logs.zipped_log import log_in_zip, opened, place_in_zip

HEAD_SIZE = 1 << 18
_CHUNK = 1 << 18
# Longer lines are no call: they are cut here and rejected by whoever reads rows.
MAX_LINE = 1 << 16


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """What the user says about a log before it is read.

    ``region``: ISO 3166 code of national numbers. ``time_zone``: IANA name for times without one.
    ``encoding``: None to find out. ``own_numbers``: the lines the log belongs to. The rest as in
    ``NumberRules``; ``mapping`` says what the columns of a table mean; ``known``: mappings saved
    before, which are found by the headers of a table.
    """

    region: str | None = None
    time_zone: str = "UTC"
    encoding: str | None = None
    own_numbers: tuple[str, ...] = ()
    area_code: str | None = None
    outside_prefix: str | None = None
    internal_digits: int | None = None
    international_numbers: bool = False
    mapping: Mapping | None = None
    known: tuple[KnownTable, ...] = ()

    @property
    def text_encoding(self) -> str | None:
        """Return the encoding somebody stated, here or with the mapping."""
        return self.encoding or (None if self.mapping is None else self.mapping.encoding)

    def number_rules(self) -> NumberRules:
        """Return the part of the options that concerns numbers."""
        return NumberRules(
            region=self.region,
            area_code=self.area_code,
            outside_prefix=self.outside_prefix,
            internal_digits=self.internal_digits,
            international_without_plus=self.international_numbers,
        )


@dataclass(frozen=True)
class FileHead:
    """The first bytes of a file, for recognizing its format; ``path`` for one that only shows as a whole."""

    name: str
    data: bytes
    encoding: str
    text: str = field(repr=False)
    complete: bool
    path: Path | None = None

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The first physical lines, each with its line feed; a line cut by the head's end is left out."""
        lines = list(io.StringIO(_line_feeds(self.text), newline="\n"))
        if not self.complete and lines and not lines[-1].endswith("\n"):
            lines.pop()
        return tuple(lines)


class LogSource:
    """A file being read once, or a log in a zip; ``sha256`` is complete after the last byte.

    In a zip, size and digest are those of the log: packed anew it is the same log.
    """

    def __init__(self, path: Path, *, encoding: str | None = None) -> None:
        """Check that the file is there and is a file. Raises ForeignFileError."""
        self.path = path
        self._file, inside = place_in_zip(path)
        self.size = _size_of(self._file)
        self._member = log_in_zip(self._file, inside)
        if self._member is not None:
            self.size = self._member.file_size
        self.bytes_read = 0
        self._hash = hashlib.sha256()
        self._asked_encoding = encoding
        self._decoder = StreamDecoder(encoding)

    @property
    def encoding(self) -> str:
        """Return the encoding in use, final after the last byte."""
        return self._decoder.encoding

    @property
    def sha256(self) -> bytes:
        """Return the digest of the bytes read so far."""
        return self._hash.digest()

    def head(self) -> FileHead:
        """Read the beginning, apart from the one pass."""
        with opened(self._file, self._member) as file:
            data = file.read(HEAD_SIZE)
        if not data:
            raise ForeignFileError("file_empty", name=self.path.name)
        decoder = StreamDecoder(self._asked_encoding)
        complete = len(data) >= self.size
        # What lies in a zip uncompressed can be read in its bytes, and is no log all the same.
        text = "" if data.startswith(SIGN) else decoder.decode(data, final=complete)
        return FileHead(self.path.name, data, decoder.encoding, text, complete, self.path)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes of the file. Raises ForeignFileError ``file_unreadable`` when it goes away."""
        with opened(self._file, self._member) as file:
            while data := file.read(_CHUNK):
                self._hash.update(data)
                self.bytes_read += len(data)
                yield data

    def text(self) -> Iterator[str]:
        """Yield the text in pieces of about a quarter million characters."""
        for data in self.chunks():
            yield self._decoder.decode(data)
        yield self._decoder.decode(b"", final=True)

    def lines(self) -> Iterator[str]:
        """Yield physical lines ending in a line feed, whatever ended them; the last may lack it.

        Lines over MAX_LINE come cut to MAX_LINE + 1 characters: the rest is passed over, not kept.
        """
        newlines = io.IncrementalNewlineDecoder(None, translate=True)
        rest = ""
        for piece in self.text():
            text = rest + newlines.decode(piece.replace("\0", ""))
            lines = list(io.StringIO(text, newline="\n"))
            rest = "" if not lines or lines[-1].endswith("\n") else lines.pop()
            if len(rest) > MAX_LINE:
                rest = rest[: MAX_LINE + 1]
            for line in lines:
                yield line if len(line) <= MAX_LINE else line[: MAX_LINE + 1]
        rest += newlines.decode("", final=True)
        if rest:
            yield rest


def _line_feeds(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def _size_of(path: Path) -> int:
    """Return the size; only ordinary files are opened: reading a pipe or a device would never end."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise ForeignFileError("file_unreadable", name=path.name) from error
    if not stat.S_ISREG(status.st_mode):
        raise ForeignFileError("file_unreadable", name=path.name)
    if status.st_size == 0:
        raise ForeignFileError("file_empty", name=path.name)
    return status.st_size
