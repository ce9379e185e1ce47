"""The columns of a list on screen as columns of a file, by their keys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from crm_desktop.domain.contacts import Contact
from crm_desktop.domain.custom_fields import own_field_of
from crm_desktop.domain.filters import Condition, Gap
from crm_desktop.domain.list_export import one_line_end
from crm_desktop.operations.contacts import contact_rows
from crm_desktop.operations.export_words import ExportWords, moment
from crm_desktop.operations.list_queries import contact_gaps
from crm_desktop.operations.session import Session
from crm_desktop.storage import bulk
from crm_desktop.storage.contact_list import ContactRow
from crm_desktop.storage.database import Connection


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record as a list shows it."""

    row: ContactRow
    contact: Contact
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class ShownColumns:
    """Columns of the list by their keys; one of a field that was removed meanwhile is passed over.

    ``own_fields`` and ``members`` are names by id; ``gaps`` is what the list asks for where it shows what
    records lack.
    """

    keys: Sequence[str]
    own_fields: dict[int, str]
    members: dict[int, str]
    words: ExportWords
    time_zone: str
    gaps: Condition | None = None
    known: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        live = tuple(key for key in self.keys if key in SHOWN or own_field_of(key) in self.own_fields)
        object.__setattr__(self, "known", live)

    def titles(self) -> list[str]:
        """Return the titles in their order."""
        return [self._title(key) for key in self.known]

    def _title(self, key: str) -> str:
        own = own_field_of(key)
        return self.words.title(SHOWN[key][0]) if own is None else self.own_fields[own]

    def line(self, record: ShownRecord) -> list[str]:
        """Return the cells of one record."""
        return [one_line_end(self._cell(record, key)) for key in self.known]

    def _cell(self, record: ShownRecord, key: str) -> str:
        own = own_field_of(key)
        return record.row.own.get(own, "") if own is not None else SHOWN[key][1](self, record)

    def records(self, session: Session, connection: Connection, ids: Sequence[int]) -> list[ShownRecord]:
        """Return the records with these ids in this order; who is gone is left out."""
        own = [field_id for field_id in map(own_field_of, self.known) if field_id is not None]
        rows, contacts = contact_rows(session, ids, own=own), bulk.contacts_by_id(connection, ids)
        gaps = contact_gaps(session, ids, self.gaps) if self.gaps is not None else {}
        return [
            ShownRecord(rows[one], contacts[one], gaps.get(one, ()))
            for one in ids
            if one in rows and one in contacts
        ]


_Cell = Callable[[ShownColumns, ShownRecord], str]


def _of_row(name: str) -> _Cell:
    return lambda columns, record: columns.words.cell(getattr(record.row, name))


def _last_contact(columns: ShownColumns, record: ShownRecord) -> str:
    at = record.row.last_contact
    return moment(at, columns.time_zone) if at else ""


SHOWN: dict[str, tuple[str, _Cell]] = {
    "name": ("Name", _of_row("display_name")),
    "company": ("Company", _of_row("company")),
    "title": ("Position", _of_row("title")),
    "phone": ("Phone", _of_row("phone")),
    "email": ("E-mail", _of_row("email")),
    "city": ("City", _of_row("city")),
    "product": ("Product used now", _of_row("product")),
    "status": ("Status", _of_row("status")),
    "last_contact": ("Last contact", _last_contact),
    "owner": ("Owner", lambda columns, record: columns.members.get(record.contact.owner_id or 0, "")),
    "language": ("Language", lambda _columns, record: record.contact.language or ""),
    "missing": ("Missing", lambda columns, record: ", ".join(map(columns.words.value, record.gaps))),
}
"""Title and cell of each column a list of contacts can show; own fields have theirs by their id."""
