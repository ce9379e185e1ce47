"""Feeds the tables of the page: the catalogue as it was read, and one list of renewals."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from crm_desktop.domain.errors import RefusedError
from crm_desktop.operations import product_uses, products
from crm_desktop.operations.product_uses import RenewalQuery, RenewalRow
from crm_desktop.operations.products import ProductLine, draft_of_product
from crm_desktop.operations.session import Session
from crm_desktop.ui.pages.products.fields import ProductField, RenewalField
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_source import Column, Row


class ProductSource:
    """A ``RecordSource`` of lines that are whole in memory: a catalogue is short, its counts are not.

    A cell is saved against the version that was read, so that a newer value is not overwritten unseen.
    """

    def __init__(
        self, session: Session, lines: Sequence[ProductLine], *, fields: Sequence[ProductField]
    ) -> None:
        self._session = session
        self._fields = fields
        self.lines = {line.product.id: line for line in lines}

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the page's fields; none can be edited without the right to."""
        columns = [field.column for field in self._fields]
        if self._session.may("records.edit") and not self._session.read_only:
            return columns
        return [replace(column, editor="none") for column in columns]

    def first_page(self) -> Sequence[int]:
        """Return every id in order."""
        return list(self.lines)

    def all_ids(self) -> "array[int]":
        """Return every id in order."""
        return array("I", self.lines)

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """Return the display rows of ``ids``."""
        return {
            product_id: tuple(field.cell(self.lines[product_id]) for field in self._fields)
            for product_id in ids
            if product_id in self.lines
        }

    def save(self, record_id: int, column_key: str, value: object) -> object:
        """Save the name or the code; what it returns and raises as in ``products.edit_product``."""
        known = self.lines[record_id].product
        shown = draft_of_product(known)
        typed = replace(shown, **cast("Any", {column_key: str(value or "")}))
        return products.edit_product(self._session, record_id, typed, version=known.version, base=shown)


def ordered(
    lines: Sequence[ProductLine], fields: Sequence[ProductField], key: str, *, ascending: bool
) -> list[ProductLine]:
    """Return ``lines`` by a column, equal ones by name."""
    order = next((field.order for field in fields if field.column.key == key), fields[0].order)
    by_name = sorted(lines, key=lambda line: line.product.name_key)
    return sorted(by_name, key=cast("Any", order), reverse=not ascending)


class RenewalSource:
    """A ``RecordSource`` over ``operations.product_uses``; remembers the shown rows."""

    def __init__(
        self,
        session: Session,
        query: RenewalQuery,
        *,
        fields: Sequence[RenewalField],
        clock: Clock,
        first: Sequence[int] | None = None,
    ) -> None:
        self._session = session
        self.query = query
        self._first = first
        self._fields = fields
        self._clock = clock
        self.shown: dict[int, RenewalRow] = {}

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the page's fields."""
        return [field.column for field in self._fields]

    def first_page(self) -> Sequence[int]:
        """Return the first ids in order: those given, where an order takes time to find them."""
        if self._first is not None:
            return self._first
        return product_uses.renewal_first_page(self._session, self.query)

    def all_ids(self) -> "array[int]":
        """Return every id in order; runs in a reader thread."""
        return product_uses.renewal_ids(self._session, self.query)

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """Return the display rows of ``ids``."""
        found = product_uses.renewal_rows(self._session, ids)
        self.shown.update(found)
        return {
            use_id: tuple(field.cell(row, self._clock) for field in self._fields)
            for use_id, row in found.items()
        }

    def save(self, record_id: int, column_key: str, value: object) -> None:
        """Refuse: a renewal is set by its own action, which asks for the next date."""
        del record_id, column_key, value
        raise RefusedError("record_not_found")
