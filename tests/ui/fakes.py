"""A list of made-up records that remembers what it was asked for."""

from array import array
from collections.abc import Mapping, Sequence

from crm_desktop.domain.errors import BusyError, InvalidValueError
from crm_desktop.ui.widgets.record_source import Cell, Column, Row

COLUMNS = (
    Column("name", "Name", 150, look="strong", editor="text"),
    Column("company", "Company", 140, look="muted", editor="text"),
    Column("phone", "Phone", 150, editor="phone"),
    Column(
        "status", "Status", 90, look="pill", editor="choice", choices=lambda: [("a", "Active"), ("l", "Lead")]
    ),
    Column("since", "Since", 110, align="right", editor="date"),
    Column("calls", "Calls", 60, align="right", sortable=False),
)


class FakeSource:
    """``count`` records with the ids 1…; "12ab" is refused everywhere; ``busy`` refuses reading."""

    columns: Sequence[Column] = COLUMNS

    def __init__(self, count: int, *, first: int = 64) -> None:
        self.ids = array("I", range(1, count + 1))
        self.first = first
        self.asked: list[int] = []
        self.saved: list[tuple[int, str, object]] = []
        self.names: dict[int, str] = {}
        self.busy = False

    def first_page(self) -> Sequence[int]:
        return self.ids[: self.first]

    def all_ids(self) -> "array[int]":
        return array("I", self.ids)

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        if self.busy:
            raise BusyError("record_not_found")
        self.asked.extend(ids)
        return {record_id: self._row(record_id) for record_id in ids if record_id in self.ids}

    def _row(self, record_id: int) -> Row:
        name = self.names.get(record_id, f"Person {record_id}")
        status = Cell("Active", edit="a", tone="ok")
        return (name, "Hafen\tNord", f"+49 {record_id}", status, Cell("3 Mar", edit="2026-03-03"), "7")

    def save(self, record_id: int, column_key: str, value: object) -> None:
        if value == "12ab":
            raise InvalidValueError("phone_invalid", value=value)
        self.saved.append((record_id, column_key, value))
        if column_key == "name":
            self.names[record_id] = str(value)


class HugeSource(FakeSource):
    """The same with rows made for any id, without looking it up in a million."""

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        self.asked.extend(ids)
        return {record_id: self._row(record_id) for record_id in ids}
