"""What a file of contacts is, before it is read: its format, and of a table the headers and first cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.reading import FileHead, LogSource
from crm_desktop.importers.call_logs.table_layout import find_any_table, find_layout
from crm_desktop.importers.contacts.contact_table import is_header
from crm_desktop.importers.contacts.contact_workbook import ContactWorkbook
from crm_desktop.importers.contacts.registry import FORMATS
from crm_desktop.importers.contacts.vcard import VCard
from crm_desktop.importers.xlsx_rows import sheets

SAMPLE_ROWS = 50
_TITLE_LINES = 50


@dataclass(frozen=True, slots=True)
class TableSample:
    """The headers of a table (empty texts where it has none) and the cells of its first rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def values(self, place: int, most: int = 3) -> list[str]:
        """Return the first different values of a column."""
        cells = (row[place].strip() for row in self.rows if place < len(row))
        return list(islice(dict.fromkeys(cell for cell in cells if cell), most))


@dataclass(frozen=True, slots=True)
class ExaminedContacts:
    """A file and the name of its format; ``table`` is None for vCards, whose lines say what they are."""

    path: Path
    format: str
    title: str
    size: int
    table: TableSample | None


def examine(path: Path, encoding: str | None = None) -> ExaminedContacts:
    """Return what a file is, read no further than its beginning.

    Raises ForeignFileError for what is unreadable, empty, or no file of contacts.
    """
    source = LogSource(path, encoding=encoding)
    head = source.head()
    confidence, found = max(((known.sniff(head), known) for known in FORMATS), key=lambda item: item[0])
    if confidence <= 0:
        expected = "; ".join(f"{known.title}: {known.recognized_by}" for known in FORMATS)
        raise ForeignFileError("contacts_not_recognized", name=path.name, expected=expected)
    table = None
    if isinstance(found, ContactWorkbook):
        table = _of_workbook(path)
    elif not isinstance(found, VCard):
        table = _of_text(head)
    return ExaminedContacts(path, found.name, found.title, source.size, table)


def _of_text(head: FileHead) -> TableSample:
    layout = find_layout(head.lines, is_header=is_header) or find_any_table(head.lines)
    if layout is None:
        raise ForeignFileError("contacts_mapping_needed", name=head.name)
    below = [cells for line, cells in layout.records if line > layout.header_line]
    return TableSample(layout.header, tuple(below[:SAMPLE_ROWS]))


def _of_workbook(path: Path) -> TableSample:
    """Return the first table with known headers, else the first line with two texts as headers."""
    found: TableSample | None = None
    for _name, rows in sheets(path):
        first = list(islice(rows, _TITLE_LINES + SAMPLE_ROWS))
        for place, cells in enumerate(first[:_TITLE_LINES]):
            header = tuple(cell.strip() for cell in cells)
            if is_header(header):
                return _below(header, first[place + 1 :])
            if found is None and sum(map(bool, header)) >= 2:
                found = _below(header, first[place + 1 :])
    if found is None:
        raise ForeignFileError("contacts_mapping_needed", name=path.name)
    return found


def _below(header: tuple[str, ...], rows: Sequence[Sequence[str]]) -> TableSample:
    return TableSample(header, tuple(tuple(cells) for cells in rows[:SAMPLE_ROWS]))
