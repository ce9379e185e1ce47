"""What every contact format offers; the registry lists them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from crm_desktop.domain.imported_contacts import ContactRow
from crm_desktop.importers.call_logs.reading import FileHead, LogSource
from crm_desktop.importers.contacts.table_mapping import ContactMapping


@dataclass(frozen=True, slots=True)
class ContactOptions:
    """What the user says about a file: ``region`` of national numbers (ISO 3166), its text ``encoding``.

    ``mapping`` says what the columns of a table mean.
    """

    region: str | None = None
    encoding: str | None = None
    mapping: ContactMapping | None = None


class ContactFormat(Protocol):
    """One format: how to recognize it and how to read it.

    ``name`` is stored with imports and never changes. ``recognized_by`` completes "is recognized by …".
    """

    @property
    def name(self) -> str:
        """Return the identifier, as on the command line."""

    @property
    def title(self) -> str:
        """Return the name people know."""

    @property
    def recognized_by(self) -> str:
        """Return what the format is recognized by, for people."""

    def sniff(self, head: FileHead) -> float:
        """Return from 0 to 1 how surely this is the format."""

    def read(self, source: LogSource, options: ContactOptions) -> Iterator[ContactRow]:
        """Yield every contact and every row that is none; one bad row never ends the reading."""
