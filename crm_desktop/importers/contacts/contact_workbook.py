"""Tables of contacts in a workbook (XLSX): the first sheet whose headers are known."""

from collections.abc import Iterator
from itertools import islice

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.imported_contacts import ContactRow
from crm_desktop.importers.call_logs.reading import FileHead, LogSource
from crm_desktop.importers.contacts.contact_format import ContactOptions
from crm_desktop.importers.contacts.contact_table import is_header, read_table
from crm_desktop.importers.xlsx_rows import looks_like_workbook, sheets

_TITLE_LINES = 50


class ContactWorkbook:
    """An XLSX whose headers say what its columns hold, or a mapping does."""

    name = "contacts_xlsx"
    title = "Table of contacts (XLSX)"
    recognized_by = "a workbook with headers such as first name, company, e-mail, phone"

    def sniff(self, head: FileHead) -> float:
        """Return 0.9 for a workbook: what is in it shows when it is read."""
        return 0.9 if looks_like_workbook(head.data) else 0.0

    def read(self, source: LogSource, options: ContactOptions) -> Iterator[ContactRow]:
        """Yield the rows of the first sheet with a known header.

        Raises ForeignFileError ``contacts_mapping_needed`` where there is none.
        """
        for _ in source.chunks():  # its digest; a workbook is read from the disk by the library
            pass
        for _name, rows in sheets(source.path):
            first = list(islice(rows, _TITLE_LINES))
            for place, cells in enumerate(first):
                header = [cell.strip() for cell in cells]
                mapping = options.mapping
                if is_header(header) if mapping is None else mapping.fits(header):
                    below = enumerate((*first[place + 1 :], *rows), place + 2)
                    yield from read_table(below, header, options)
                    return
        raise ForeignFileError("contacts_mapping_needed", name=source.path.name)
