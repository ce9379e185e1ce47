"""What members said the columns of tables of contacts mean: kept with the organization, found by headers."""

from collections.abc import Sequence

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.contacts.table_headers import ColumnMeaning
from crm_desktop.importers.contacts.table_mapping import ContactMapping, suggested_mapping
from crm_desktop.operations.session import Session
from crm_desktop.storage import organization
from crm_desktop.storage.database import Connection

__all__ = [
    "ColumnMeaning",
    "ContactMapping",
    "forget_mapping",
    "mapping_for",
    "remember_mapping",
    "saved_mappings",
    "suggested_mapping",
]

_NAME = "contact_mappings"
_RIGHT = "contacts.import"
MOST = 50
"""So many are kept; the oldest gives way."""


def saved_mappings(session: Session) -> list[ContactMapping]:
    """Return the mappings kept, the one used last first; needs ``contacts.import``."""
    with session.reading(_RIGHT) as connection:
        return _stored(connection)


def mapping_for(session: Session, header: Sequence[str]) -> tuple[ContactMapping, bool]:
    """Return the mapping for a table with these headers and whether it was kept from an earlier import."""
    for known in saved_mappings(session):
        if known.fits(header):
            return ContactMapping(tuple(header), known.columns), True
    return suggested_mapping(header), False


def remember_mapping(session: Session, mapping: ContactMapping) -> None:
    """Keep a mapping for the next table with its headers; a table without headers cannot be recognized."""
    if not any(mapping.header):
        return
    with session.database.write() as connection:
        session.require(_RIGHT)
        others = [known for known in _stored(connection) if not known.fits(mapping.header)]
        _store(connection, [mapping, *others][:MOST])


def forget_mapping(session: Session, mapping: ContactMapping) -> None:
    """Forget what was kept for the headers of ``mapping``."""
    with session.database.write() as connection:
        session.require(_RIGHT)
        _store(connection, [known for known in _stored(connection) if not known.fits(mapping.header)])


def _stored(connection: Connection) -> list[ContactMapping]:
    found: list[ContactMapping] = []
    for one in organization.get_organization_list(connection, _NAME):
        try:
            found.append(ContactMapping.from_json(one))
        except ForeignFileError:
            continue  # of a newer program; the columns are asked for again
    return found


def _store(connection: Connection, mappings: Sequence[ContactMapping]) -> None:
    organization.put_organization_list(connection, _NAME, [mapping.to_json() for mapping in mappings])
