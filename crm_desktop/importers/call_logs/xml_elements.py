"""The elements of one name in a flat XML file, with their lines, whatever else is wrong with the file.

expat reads as the file comes, in bounded memory. A document type is refused before anything it declares
can be used (entities are how XML bombs and file disclosure work). After damage reading goes on with the
next element; a file that ends too early gives what is complete.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from xml.parsers import expat

from crm_desktop.domain.calls import RejectedRow, RowReason
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.reading import MAX_LINE
from crm_desktop.importers.call_logs.xml_repair import repaired

# Without an end of tag for this long it is no element of a call log.
_MAX_ELEMENT = MAX_LINE * 4
_INVALID_TOKEN = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]

_LOOKED_AT = 20

Element = tuple[int, dict[str, str]]


def whole_elements(
    elements: Iterator[Element | RejectedRow], needed: frozenset[str], *, otherwise: ForeignFileError
) -> Iterator[Element | RejectedRow]:
    """Yield elements, if one of the first has all attributes needed; raises ``otherwise`` where none has.

    A single element is left to whoever reads it: one row may be damaged.
    """
    first = list(islice(elements, _LOOKED_AT))
    given = [element[1].keys() for element in first if not isinstance(element, RejectedRow)]
    if len(given) > 1 and not any(names >= needed for names in given):
        raise otherwise
    yield from first
    yield from elements


class ElementReader:
    """Reads the elements ``tag`` below one element ``root``; one object reads one file."""

    def __init__(self, *, root: str, tag: str) -> None:
        self._tag = tag
        self._prefix = f"<{root}>".encode()
        self._start_of_tag = re.compile(rb"<%s\s" % tag.encode())
        self._found: list[Element] = []
        self._lines_passed = 0  # before the piece at hand
        self._lines_skipped = 0  # before the parser at hand
        self._bytes_fed = 0
        self._seeking = False
        self._parser = self._new_parser()

    def read(self, text: Iterable[str]) -> Iterator[Element | RejectedRow]:
        """Yield ``(line, attributes)`` in order, and the lines where the file is damaged.

        Raises ForeignFileError ``log_has_doctype``.
        """
        held = ""
        for piece in text:
            held += piece
            cut = held.rfind(">") + 1
            if cut:
                yield from self._parse(repaired(held[:cut]))
                held = held[cut:]
            elif len(held) >= _MAX_ELEMENT:
                yield from self._give_up(held)
                held = ""
        if held:
            yield from self._parse(repaired(held))
        yield from self._finish()

    def _parse(self, data: bytes) -> Iterator[Element | RejectedRow]:
        """Parse a piece; after damage start again at the next element in it."""
        position, fresh = 0, False
        while True:
            if self._seeking:
                start = self._start_of_tag.search(data, position)
                if start is None:
                    break
                position, fresh = start.start(), True
                self._start_again(self._lines_passed + data.count(b"\n", 0, position))
            fed_before = self._bytes_fed
            try:
                self._feed(data[position:])
            except expat.ExpatError as error:
                yield from self._take()
                yield RejectedRow(self._line_of_error(), RowReason.MALFORMED, "")
                self._seeking = True
                # A bad character may be the start of the next element, other errors name their own start.
                own = error.code != _INVALID_TOKEN
                position += max(int(fresh), self._parser.ErrorByteIndex - fed_before + own)
                continue
            yield from self._take()
            break
        self._lines_passed += data.count(b"\n")

    def _give_up(self, held: str) -> Iterator[RejectedRow]:
        """Pass over an element that does not end; several pieces of it are one row."""
        if not self._seeking:
            blank = len(held) - len(held.lstrip())
            yield RejectedRow(self._lines_passed + held.count("\n", 0, blank) + 1, RowReason.ROW_TOO_LONG, "")
        self._seeking = True
        self._lines_passed += held.count("\n")

    def _finish(self) -> Iterator[Element | RejectedRow]:
        """End the file: an open element or a missing end of the root means it was cut off."""
        if self._seeking:
            return
        try:
            self._parser.Parse(b"", True)  # noqa: FBT003 - expat takes it by place
        except expat.ExpatError:
            yield RejectedRow(self._line_of_error(), RowReason.TRUNCATED, "")

    def _start_again(self, lines_skipped: int) -> None:
        self._seeking = False
        self._lines_skipped = lines_skipped
        self._parser = self._new_parser()
        self._bytes_fed = 0
        self._feed(self._prefix)

    def _feed(self, data: bytes) -> None:
        self._bytes_fed += len(data)
        self._parser.Parse(data, False)  # noqa: FBT003 - expat takes it by place

    def _take(self) -> list[Element]:
        taken, self._found = self._found, []
        return taken

    def _line_of_error(self) -> int:
        return self._lines_skipped + self._parser.ErrorLineNumber

    def _new_parser(self) -> expat.XMLParserType:
        """Make a parser that collects elements; the text is UTF-8 here, whatever its declaration says."""
        parser = expat.ParserCreate("utf-8")
        tag, skipped = self._tag, self._lines_skipped

        def started(name: str, attributes: dict[str, str]) -> None:
            if name == tag:
                self._found.append((skipped + parser.CurrentLineNumber, attributes))

        parser.StartElementHandler = started
        parser.StartDoctypeDeclHandler = _refuse_doctype
        return parser


def _refuse_doctype(*_declaration: object) -> None:
    raise ForeignFileError("log_has_doctype")
