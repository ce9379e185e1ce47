"""Feeds the table with one list of contacts: one search, one chip, one order."""

from array import array
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from weakref import WeakValueDictionary

from crm_desktop.domain.contacts import CustomerStatus
from crm_desktop.domain.custom_fields import own_field_of
from crm_desktop.domain.errors import ConflictError, KnownError
from crm_desktop.domain.filters import Gap
from crm_desktop.operations import contacts
from crm_desktop.operations.contact_conflicts import Conflict, save_cell
from crm_desktop.operations.contacts import BESIDE, ContactQuery, ContactRow
from crm_desktop.operations.list_queries import contact_gaps, found_by_account
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.contact_fields import ContactField
from crm_desktop.ui.widgets.filter_words import gaps_words
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_source import Cell, CellValue, Column, LazyRow, Row

# What the operations call the field a column edits, where the names differ.
_SAVED_AS = {"name": "display_name"}


@dataclass(slots=True, weakref_slot=True, eq=False)
class _Page:
    """Rows that were read together, by id, and the columns whose values were not."""

    rows: dict[int, ContactRow]
    without: AbstractSet[str]


class ContactSource:
    """A ``RecordSource`` over ``operations.contacts``; remembers each row as it is shown, while it is held.

    A cell is saved against what was on screen, so that somebody else's newer value is never overwritten
    unseen.
    """

    def __init__(
        self,
        session: Session,
        query: ContactQuery,
        *,
        fields: Sequence[ContactField],
        clock: Clock,
        first: Sequence[int] = (),
    ) -> None:
        self._session = session
        self.query = query
        self._fields = fields
        self._clock = clock
        self._own = [own for field in fields if (own := own_field_of(field.column.key)) is not None]
        self._first = first
        self._shown: WeakValueDictionary[int, _Page] = WeakValueDictionary()
        self._wanted = {field.column.key for field in fields if not field.column.hidden}
        self._by_account: frozenset[int] | None = None

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the page's fields; none can be edited in the trash or without the right to."""
        columns = [field.column for field in self._fields]
        if not self.query.trashed and self._session.may("records.edit"):
            return columns
        return [replace(column, editor="none") for column in columns]

    def first_page(self) -> Sequence[int]:
        """Return the first ids in order; where they lie far apart, those that were read before."""
        if self.query.far_apart:
            return self._first
        return contacts.contact_first_page(self._session, self.query)

    def all_ids(self) -> "array[int]":
        """Return every id in order; runs in a reader thread."""
        return contacts.contact_ids(self._session, self.query)

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """Return the display rows of ``ids``; what other tables hold is read once a column shows it."""
        without = BESIDE.keys() - self._wanted
        found = contacts.contact_rows(self._session, ids, own=self._own, without=without)
        gaps, by_account = self._gaps(list(found)), self._found_by_account()
        page = _Page(found, without)
        self._shown.update(dict.fromkeys(found, page))
        return {
            row_id: LazyRow(
                len(self._fields),
                partial(self._cell, page, row_id, gaps.get(row_id, ()), row_id in by_account),
            )
            for row_id in found
        }

    def _gaps(self, ids: Sequence[int]) -> dict[int, tuple[Gap, ...]]:
        """Return what the rows lack of what the list asks for."""
        asked = next((known for known in self.query.conditions if known.field == "incomplete"), None)
        return {} if asked is None else contact_gaps(self._session, ids, asked)

    def _cell(
        self,
        page: _Page,
        row_id: int,
        gaps: tuple[Gap, ...],
        by_account: bool,  # noqa: FBT001 - made by partial
        place: int,
    ) -> CellValue:
        """Return the cell at ``place`` of a row."""
        field = self._fields[place]
        if field.column.key in page.without:
            self._complete(page, field.column.key)
        row = page.rows[row_id]
        if field.column.key == "missing" and gaps:
            return Cell(gaps_words(gaps), tip=gaps_words(gaps))
        if field.column.key == "name" and by_account:
            words = tr("Found by the end of a bank account")
            return Cell(
                row.display_name, icon="bank", tone="warn", tip=words, spoken=f"{row.display_name}, {words}"
            )
        return field.cell(row, self._clock)

    def _complete(self, page: _Page, key: str) -> None:
        """Read what a column shows that was hidden until now, for a whole page; later pages have it at once.

        The rest of the rows stays as it was shown, version included. A refusal is not told from here, where
        a cell is painted: the next reading of rows meets it too.
        """
        self._wanted.add(key)
        try:
            found = contacts.contact_rows(self._session, list(page.rows), without=BESIDE.keys() - {key})
        except KnownError:
            return
        page.without -= {key}
        for row_id, row in found.items():
            values = {name: getattr(row, name) for name in BESIDE[key]}
            page.rows[row_id] = replace(page.rows[row_id], **values)

    def _found_by_account(self) -> frozenset[int]:
        if self._by_account is None:
            self._by_account = frozenset(found_by_account(self._session, self.query))
        return self._by_account

    def save(self, record_id: int, column_key: str, value: object) -> Conflict | None:
        """Save one cell; raises InvalidValueError, ConflictError or RefusedError with what to tell.

        Returns what has to be decided first where somebody else changed the same value meanwhile.
        """
        page = self._shown.get(record_id)
        if page is None:
            raise ConflictError("record_changed")
        shown = page.rows[record_id]
        if column_key == "status" and isinstance(value, str):
            value = CustomerStatus(value)
        field = _SAVED_AS.get(column_key, column_key)
        before = _shown_text(shown, field)
        found = save_cell(self._session, record_id, field, value, shown=before, version=shown.version)
        return found if isinstance(found, Conflict) else None


def _shown_text(row: ContactRow, field: str) -> str:
    """Return what stood in the cell a field is edited in."""
    own = own_field_of(field)
    value = row.own.get(own) if own is not None else getattr(row, field)
    return str(value or "")
