"""Reads a file of contacts from bytes, for the tests of the formats."""

from pathlib import Path

from crm_desktop.domain.imported_contacts import ContactRow, ImportedContact, RejectedContact
from crm_desktop.importers.contacts.contact_format import ContactOptions
from crm_desktop.importers.contacts.registry import open_contacts


def rows_of(
    folder: Path, data: bytes | str, *, name: str = "contacts.vcf", region: str = "DE"
) -> list[ContactRow]:
    """Write ``data`` to a file and return its rows."""
    path = folder / name
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return list(open_contacts(path, ContactOptions(region=region)))


def contacts_of(folder: Path, data: bytes | str, *, name: str = "contacts.vcf") -> list[ImportedContact]:
    """Return the contacts of a file in which nothing is rejected."""
    rows = rows_of(folder, data, name=name)
    assert not [row for row in rows if isinstance(row, RejectedContact)]
    return [row for row in rows if isinstance(row, ImportedContact)]


def only(folder: Path, *lines: str) -> ImportedContact:
    """Return the contact of a card with these lines between BEGIN and END."""
    (contact,) = contacts_of(folder, "\r\n".join(("BEGIN:VCARD", *lines, "END:VCARD", "")))
    return contact
