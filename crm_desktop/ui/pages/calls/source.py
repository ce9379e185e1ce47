"""Feeds the table with one list of calls: one search, one set of filters, one order."""

from array import array
from collections.abc import Mapping, Sequence

from crm_desktop.domain.errors import RefusedError
from crm_desktop.operations import calls
from crm_desktop.operations.calls import CallQuery, CallRow
from crm_desktop.operations.session import Session
from crm_desktop.ui.pages.calls.fields import CallField
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_source import Column, Row


class CallSource:
    """A ``RecordSource`` over ``operations.calls``; remembers whose call each shown row is."""

    def __init__(
        self, session: Session, query: CallQuery, *, fields: Sequence[CallField], clock: Clock
    ) -> None:
        self._session = session
        self.query = query
        self._fields = fields
        self._clock = clock
        self.customers: dict[int, int | None] = {}
        self.undecided: set[int] = set()
        self.shown: dict[int, CallRow] = {}

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the page's fields."""
        return [field.column for field in self._fields]

    def first_page(self) -> Sequence[int]:
        """Return the first ids in order."""
        return calls.call_first_page(self._session, self.query)

    def all_ids(self) -> "array[int]":
        """Return every id in order; runs in a reader thread."""
        return calls.call_ids(self._session, self.query)

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """Return the display rows of ``ids``."""
        found = calls.call_rows(self._session, ids)
        self.customers.update({call_id: row.customer_id for call_id, row in found.items()})
        self.shown.update(found)
        self.undecided.difference_update(found)
        self.undecided.update(call_id for call_id, row in found.items() if row.candidates)
        return {
            call_id: tuple(field.cell(row, self._clock) for field in self._fields)
            for call_id, row in found.items()
        }

    def save(self, record_id: int, column_key: str, value: object) -> None:
        """Refuse: imported calls are evidence of what the log said."""
        del record_id, column_key, value
        raise RefusedError("right_missing", right="calls.edit")
