"""What somebody said the columns of a table of calls mean: kept with the organization under a name.

A table with the same headers is read by it without asking again; who saved it, and when, stands beside it.
Names and headers of columns are no calls: everybody who may import calls sees and changes them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crm_desktop.domain.errors import ForeignFileError, InvalidValueError, RefusedError
from crm_desktop.domain.folding import fold
from crm_desktop.importers.call_logs.header_places import meant_by_words
from crm_desktop.importers.call_logs.known_tables import KnownTable, known_table
from crm_desktop.importers.call_logs.mapping import COLUMN_FIELDS, Mapping
from crm_desktop.operations.session import Session
from crm_desktop.storage import log, organization
from crm_desktop.storage.database import Connection

__all__ = [
    "SavedMapping",
    "delete_call_mapping",
    "known_tables",
    "mapping_named",
    "rename_call_mapping",
    "save_call_mapping",
    "saved_call_mappings",
]

VERB = "change_call_mappings"
_RIGHT = "calls.import_own"
_NAME = "call_mappings"
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """A mapping under its name, by whom (a member's name) and when (UTC epoch seconds)."""

    table: KnownTable
    saved_by: str
    saved_at: int

    @property
    def name(self) -> str:
        """Return the name it was saved under."""
        return self.table.name


def saved_call_mappings(session: Session) -> list[SavedMapping]:
    """Return the mappings by name; needs ``calls.import_own``."""
    with session.reading(_RIGHT) as connection:
        return _stored(connection)


def known_tables(session: Session) -> tuple[KnownTable, ...]:
    """Return what tables are known by; nothing for somebody who may not import."""
    if not session.may(_RIGHT):
        return ()
    return tuple(saved.table for saved in saved_call_mappings(session))


def mapping_named(session: Session, name: str) -> Mapping:
    """Return a saved mapping. Raises RefusedError ``mapping_unknown``."""
    for saved in saved_call_mappings(session):
        if fold(saved.name) == fold(name):
            return saved.table.mapping
    raise RefusedError("mapping_unknown", name=name)


def save_call_mapping(
    session: Session, name: str, mapping: Mapping, header: Sequence[str], *, without_header: bool = False
) -> SavedMapping:
    """Keep a mapping under a name, in place of one of that name or of the same headers.

    ``header``: a name per column, blanks for a table without; ``without_header``: tables of its shape are
    recognized too. Raises InvalidValueError ``mapping_name_needed``, ``mapping_not_for_headerless``.
    """
    table = KnownTable(_checked(name), tuple(header), meant_by_words(mapping, header), without_header)
    mapping = table.mapping
    if without_header and any(isinstance(getattr(mapping, field), str) for field in COLUMN_FIELDS):
        raise InvalidValueError("mapping_not_for_headerless")
    saved = SavedMapping(table, session.member.name, session.now())
    session.require_for(VERB)
    with session.database.write() as connection:
        session.require_for(VERB)
        others = [one for one in _stored(connection) if not _replaced(one, table)]
        _store(session, connection, [*others, saved])
    session.remember_head()
    return saved


def rename_call_mapping(session: Session, name: str, new: str) -> None:
    """Give a mapping another name.

    Raises InvalidValueError ``mapping_name_needed``, ``mapping_name_taken``, RefusedError
    ``mapping_unknown``.
    """
    wanted = _checked(new)
    session.require_for(VERB)
    with session.database.write() as connection:
        session.require_for(VERB)
        stored = _stored(connection)
        one, others = _taken_out(stored, name)
        if any(fold(other.name) == fold(wanted) for other in others):
            raise InvalidValueError("mapping_name_taken", field="name", name=wanted)
        _store(session, connection, [*others, replace(one, table=replace(one.table, name=wanted))])
    session.remember_head()


def delete_call_mapping(session: Session, name: str) -> None:
    """Forget a mapping; imports made by it stay. Raises RefusedError ``mapping_unknown``."""
    session.require_for(VERB)
    with session.database.write() as connection:
        session.require_for(VERB)
        _store(session, connection, _taken_out(_stored(connection), name)[1])
    session.remember_head()


def _checked(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > _LONGEST:
        raise InvalidValueError("mapping_name_needed", field="name")
    return plain


def _replaced(other: SavedMapping, table: KnownTable) -> bool:
    """Say whether a new mapping stands for an older one: of two for the same headers one never counted."""
    return fold(other.name) == fold(table.name) or known_table([table], other.table.header) is not None


def _taken_out(stored: Sequence[SavedMapping], name: str) -> tuple[SavedMapping, list[SavedMapping]]:
    found = next((one for one in stored if fold(one.name) == fold(name)), None)
    if found is None:
        raise RefusedError("mapping_unknown", name=name)
    return found, [one for one in stored if one is not found]


def _stored(connection: Connection) -> list[SavedMapping]:
    found: list[SavedMapping] = []
    for one in organization.get_organization_list(connection, _NAME):
        try:
            mapping = Mapping.from_document(one["mapping"])
        except ForeignFileError:
            continue  # of a newer program; the columns are asked for again
        table = KnownTable(one["name"], tuple(one["header"]), mapping, one["without_header"])
        found.append(SavedMapping(table, one["saved_by"], one["saved_at"]))
    return found


def _store(session: Session, connection: Connection, mappings: Iterable[SavedMapping]) -> None:
    documents = [
        {
            "name": one.name, "header": one.table.header, "mapping": one.table.mapping.to_document(),
            "without_header": one.table.without_header, "saved_by": one.saved_by, "saved_at": one.saved_at,
        }
        for one in sorted(mappings, key=lambda one: fold(one.name))
    ]  # fmt: skip
    organization.put_organization_list(connection, _NAME, documents)
    log.append(connection, session.author, VERB, payload={"mappings": len(documents)})
