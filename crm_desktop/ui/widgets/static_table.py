"""A table of rows that are whole in memory: previews and reports, with the looks of the big tables."""

from array import array
from collections.abc import Mapping, Sequence

from crm_desktop.domain.errors import RefusedError
from crm_desktop.ui.widgets.record_source import Column, Row
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.record_table_model import RecordTableModel


class StaticSource:
    """A ``RecordSource`` whose ids are the places of ``rows``; nothing in it can be edited."""

    def __init__(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        self._columns = columns
        self._rows = rows

    @property
    def columns(self) -> Sequence[Column]:
        """The columns as given."""
        return self._columns

    def first_page(self) -> Sequence[int]:
        """Return every place."""
        return range(len(self._rows))

    def all_ids(self) -> "array[int]":
        """Return every place."""
        return array("I", range(len(self._rows)))

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """Return the rows at the places ``ids``."""
        return {place: self._rows[place] for place in ids if place < len(self._rows)}

    def save(self, record_id: int, column_key: str, value: object) -> None:
        """Refuse: there is nothing to save."""
        del record_id, column_key, value
        raise RefusedError("record_not_found")


class StaticTable(RecordTable):
    """A compact ``RecordTable`` filled by ``show_rows``."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)
        self.set_compact(compact=True)

    def show_rows(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Show ``rows`` under ``columns`` instead of what was there."""
        before = self.records
        self.set_records(RecordTableModel(StaticSource(columns, rows), parent=self))
        if before is not None:
            before.deleteLater()
