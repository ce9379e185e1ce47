"""Feeds the table with one list of contacts: one search, one chip, one order."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace

from crm_desktop.domain.contacts import CustomerStatus
from crm_desktop.domain.errors import ConflictError
from crm_desktop.operations import contacts
from crm_desktop.operations.contacts import ContactQuery, ContactRow
from crm_desktop.operations.session import Session
from crm_desktop.ui.widgets.contact_fields import ContactField
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_source import Column, Row

# What the operations call the field a column edits, where the names differ.
_SAVED_AS = {"name": "display_name"}


class ContactSource:
    """A ``RecordSource`` over ``operations.contacts``; remembers the version each shown row had.

    A cell is saved against the version that was on screen, so that somebody else's newer value is
    never overwritten unseen.
    """

    def __init__(
        self, session: Session, query: ContactQuery, *, fields: Sequence[ContactField], clock: Clock
    ) -> None:
        self._session = session
        self.query = query
        self._fields = fields
        self._clock = clock
        self._versions: dict[int, int] = {}

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the page's fields; none can be edited in the trash or without the right to."""
        columns = [field.column for field in self._fields]
        if not self.query.trashed and self._session.may("records.edit"):
            return columns
        return [replace(column, editor="none") for column in columns]

    def first_page(self) -> Sequence[int]:
        """Return the first ids in order."""
        return contacts.contact_first_page(self._session, self.query)

    def all_ids(self) -> "array[int]":
        """Return every id in order; runs in a reader thread."""
        return contacts.contact_ids(self._session, self.query)

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """Return the display rows of ``ids``."""
        found = contacts.contact_rows(self._session, ids)
        for record_id, row in found.items():
            self._versions[record_id] = row.version
        return {record_id: self._row(row) for record_id, row in found.items()}

    def _row(self, row: ContactRow) -> Row:
        return tuple(field.cell(row, self._clock) for field in self._fields)

    def save(self, record_id: int, column_key: str, value: object) -> None:
        """Save one cell; raises InvalidValueError, ConflictError or RefusedError with what to tell."""
        version = self._versions.get(record_id)
        if version is None:
            raise ConflictError("record_changed")
        if column_key == "status" and isinstance(value, str):
            value = CustomerStatus(value)
        field = _SAVED_AS.get(column_key, column_key)
        contacts.set_field(self._session, record_id, field, value, version=version)
