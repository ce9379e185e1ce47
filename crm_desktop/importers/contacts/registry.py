"""The contact formats this program reads, one line per format, and the door to them all."""

from collections.abc import Iterator
from pathlib import Path

from crm_desktop.domain.errors import ForeignFileError, InvalidValueError
from crm_desktop.domain.imported_contacts import ContactRow
from crm_desktop.domain.phone_numbers import is_region
from crm_desktop.importers.call_logs.reading import LogSource
from crm_desktop.importers.contacts.contact_format import ContactFormat, ContactOptions
from crm_desktop.importers.contacts.contact_table import ContactTable
from crm_desktop.importers.contacts.contact_workbook import ContactWorkbook
from crm_desktop.importers.contacts.vcard import VCard

FORMATS: tuple[ContactFormat, ...] = (VCard(), ContactWorkbook(), ContactTable())
_RECOGNIZED = 0.5


class ContactFile:
    """A file ready to be read; iterating yields its rows, each time from the beginning."""

    def __init__(self, source: LogSource, contact_format: ContactFormat, options: ContactOptions) -> None:
        self._source = source
        self._format = contact_format
        self.options = options
        self.size = source.size

    @property
    def name(self) -> str:
        """Return the file's name."""
        return self._source.path.name

    @property
    def format(self) -> str:
        """Return the name of the format."""
        return self._format.name

    @property
    def sha256(self) -> bytes:
        """Return the digest of the file; complete after reading."""
        return self._source.sha256

    def progress(self) -> int:
        """Return how many of ``size`` bytes are read."""
        return self._source.bytes_read

    def __iter__(self) -> Iterator[ContactRow]:
        """Yield every row. Raises ForeignFileError."""
        self._source = LogSource(self._source.path, encoding=self.options.encoding)
        self.size = self._source.size
        yield from self._format.read(self._source, self.options)


def open_contacts(path: Path, options: ContactOptions) -> ContactFile:
    """Return the contacts of a file, read no further than its beginning.

    Raises ForeignFileError (unreadable, empty, not recognized, mapping needed), InvalidValueError for an
    unknown region.
    """
    if options.region is not None and not is_region(options.region):
        raise InvalidValueError("region_invalid", field="region", value=options.region)
    source = LogSource(path, encoding=options.encoding)
    head = source.head()
    confidence, found = max(((known.sniff(head), known) for known in FORMATS), key=lambda item: item[0])
    if options.mapping is None and 0 < confidence < _RECOGNIZED:
        raise ForeignFileError("contacts_mapping_needed", name=path.name)
    if confidence <= 0:
        expected = "; ".join(f"{known.title}: {known.recognized_by}" for known in FORMATS)
        raise ForeignFileError("contacts_not_recognized", name=path.name, expected=expected)
    return ContactFile(source, found, options)
