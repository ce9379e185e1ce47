"""Tables of contacts: CSV in any encoding and with any delimiter, and the rows they share with XLSX."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from crm_desktop.domain.calls import RejectedRow, RowReason
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.imported_contacts import (
    ContactRow,
    ContactRowReason,
    ImportedContact,
    RejectedContact,
)
from crm_desktop.domain.list_export import read_cell
from crm_desktop.importers.call_logs.csv_rows import CsvRows
from crm_desktop.importers.call_logs.reading import FileHead, LogSource
from crm_desktop.importers.call_logs.table_layout import TableLayout, find_any_table, find_layout
from crm_desktop.importers.contacts.contact_format import ContactOptions
from crm_desktop.importers.contacts.table_contact import RowReader, row_text
from crm_desktop.importers.contacts.table_dates import month_first
from crm_desktop.importers.contacts.table_headers import meanings
from crm_desktop.importers.contacts.table_mapping import ContactMapping, suggested_mapping

TableRow = tuple[int, Sequence[str]] | RejectedContact
_REASONS = {
    RowReason.UNCLOSED_QUOTE: ContactRowReason.UNCLOSED_QUOTE,
    RowReason.TRUNCATED: ContactRowReason.TRUNCATED,
    RowReason.ROW_TOO_LONG: ContactRowReason.TOO_LONG,
}
# Without one of these a row is no contact.
_TELLING = frozenset({"full", "given", "family", "organization", "email", "phone", "nickname"})
_LOOKED_AT = 400


class ContactTable:
    """A CSV whose headers say what its columns hold, or a mapping does."""

    name = "contacts_csv"
    title = "Table of contacts (CSV)"
    recognized_by = "a table with headers such as first name, company, e-mail, phone in many languages"

    def sniff(self, head: FileHead) -> float:
        """Return 0.9 for a table whose headers are known, 0.3 for another that a mapping would explain."""
        if find_layout(head.lines, is_header=is_header) is not None:
            return 0.9
        return 0.3 if find_any_table(head.lines) is not None else 0.0

    def read(self, source: LogSource, options: ContactOptions) -> Iterator[ContactRow]:
        """Yield the rows. Raises ForeignFileError ``contacts_mapping_needed`` where no header is known."""
        layout = layout_of(source.head(), options.mapping)
        lines = source.lines()
        first = max(layout.header_line, 1)
        for _title in islice(lines, first - 1):
            pass
        rows = CsvRows(lines, delimiter=layout.delimiter, first_line=first)
        if layout.header_line:
            next(rows, None)
        rows.columns = layout.columns
        yield from read_table(_table_rows(rows), layout.header, options)


def layout_of(head: FileHead, mapping: ContactMapping | None) -> TableLayout:
    """Return where the table is. Raises ForeignFileError ``contacts_mapping_needed``."""

    def known(cells: Sequence[str]) -> bool:
        return mapping.fits(cells) if mapping is not None else is_header(cells)

    found = find_layout(head.lines, is_header=known)
    if found is None and mapping is not None:
        found = find_any_table(head.lines)
    if found is None or (mapping is not None and len(mapping.columns) != found.columns):
        raise ForeignFileError("contacts_mapping_needed", name=head.name)
    return found


def is_header(cells: Sequence[str]) -> bool:
    """Return whether cells are the headers of a table of contacts."""
    found = [item for item in meanings(cells) if item is not None and not item.label]
    return len(found) >= 2 and any(item.field in _TELLING for item in found)


def read_table(
    rows: Iterable[TableRow], header: Sequence[str], options: ContactOptions
) -> Iterator[ContactRow]:
    """Yield the contacts of the rows below a header. Blank rows at the end are not named."""
    mapping = options.mapping or suggested_mapping(header)
    ahead, rows = _looked_at(iter(rows))
    places = [place for place, item in enumerate(mapping.columns) if item and item.field == "birthday"]
    texts = (cells[place] for cells in ahead for place in places if place < len(cells))
    reader = RowReader(
        header, mapping.columns, region=options.region, month_is_first=month_first(texts, options.region)
    )
    blank: list[ContactRow] = []
    for row in rows:
        found = row if isinstance(row, RejectedContact) else _read(reader, row, len(mapping.columns))
        if isinstance(found, RejectedContact) and found.reason is ContactRowReason.BLANK_ROW:
            blank.append(found)
            continue
        yield from blank
        blank.clear()
        yield found


def _read(reader: RowReader, row: tuple[int, Sequence[str]], width: int) -> ContactRow:
    line, cells = row
    if any(cell.strip() for cell in cells[width:]):
        read = reader.row(line, cells[:width])
        contact = read if isinstance(read, ImportedContact) else read.contact
        return RejectedContact(line, ContactRowReason.COLUMN_COUNT, row_text(cells), contact)
    return reader.row(line, cells[:width])


def _looked_at(rows: Iterator[TableRow]) -> tuple[list[Sequence[str]], Iterator[TableRow]]:
    """Return the cells of the first rows, and all rows."""
    first = list(islice(rows, _LOOKED_AT))
    return [row[1] for row in first if not isinstance(row, RejectedContact)], chain(first, rows)


def _table_rows(rows: CsvRows) -> Iterator[TableRow]:
    for row in rows:
        if isinstance(row, RejectedRow):
            reason = _REASONS.get(RowReason(row.reason), ContactRowReason.LINE_UNREADABLE)
            yield RejectedContact(row.line, reason, row.raw)
        else:
            # Spreadsheets are kept from formulas by an apostrophe, by us and by others.
            yield row[0], [read_cell(cell) for cell in row[1]]
