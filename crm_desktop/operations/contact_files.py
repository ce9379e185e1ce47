"""Reading a file of contacts into no organization: the formats there are, and what a file holds.

Needs no session and no right: whoever has the file could open it with any other program.
"""

from dataclasses import dataclass
from pathlib import Path

from crm_desktop.domain.imported_contacts import ImportedContact, RejectedContact
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.importers.contacts import registry
from crm_desktop.importers.contacts.contact_format import ContactOptions
from crm_desktop.operations.call_logs import FormatInfo

__all__ = ["ContactOptions", "ParsedContacts", "contact_formats", "parse_contacts"]

_ROWS_PER_STEP = 100


@dataclass(frozen=True, slots=True)
class ParsedContacts:
    """Everything a file holds, and its rejected rows by line and reason."""

    format: str
    contacts: tuple[ImportedContact, ...]
    rejected: tuple[RejectedContact, ...]


def contact_formats() -> list[FormatInfo]:
    """Return the formats this program reads."""
    return [FormatInfo(known.name, known.title, known.recognized_by) for known in registry.FORMATS]


def parse_contacts(
    path: Path,
    options: ContactOptions,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> ParsedContacts:
    """Read a file whole; progress counts bytes.

    Raises ForeignFileError for a file that holds no contacts, InvalidValueError for a region that does not
    exist, Cancelled.
    """
    found = registry.open_contacts(path, options)
    contacts: list[ImportedContact] = []
    rejected: list[RejectedContact] = []
    for number, row in enumerate(found):
        if number % _ROWS_PER_STEP == 0:
            if cancel is not None:
                cancel.raise_if_cancelled()
            if progress is not None:
                progress(Progress(found.progress(), found.size))
        if isinstance(row, RejectedContact):
            rejected.append(row)
        else:
            contacts.append(row)
    return ParsedContacts(found.format, tuple(contacts), tuple(rejected))
