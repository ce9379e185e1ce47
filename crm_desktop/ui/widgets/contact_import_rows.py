"""The rows of an import as a table: every one with its fate and the reason, filterable by fate."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm_desktop.domain.contact_imports import ContactImportResult, Fate, RowFate
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.imported_contacts import ContactRow, ImportedContact
from crm_desktop.operations.contact_imports import ContactReading
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.widgets.contact_import_words import TONES, fate_word, reason_text
from crm_desktop.ui.widgets.record_source import Cell, Column, Row


@dataclass(frozen=True, slots=True)
class FatedRow:
    """A row with its fate and the name of its file."""

    file: str
    row: ContactRow
    fate: RowFate


def fated_rows(readings: Sequence[ContactReading], results: Sequence[ContactImportResult]) -> list[FatedRow]:
    """Return the rows of all files in their order."""
    return [
        FatedRow(reading.file.name, row, fate)
        for reading, result in zip(readings, results, strict=True)
        for row, fate in zip(reading.rows, result.fates, strict=True)
    ]


class FateSource:
    """A ``RecordSource`` of fated rows; ids are their places. Rows become texts when they are shown."""

    def __init__(
        self, rows: Sequence[FatedRow], fate: Fate | None, *, files: bool, done: bool = False
    ) -> None:
        self._rows = rows
        self._files = files
        self._done = done
        self._ids = array(
            "I", (place for place, one in enumerate(rows) if fate is None or one.fate.fate is fate)
        )

    @property
    def columns(self) -> Sequence[Column]:
        """Line, name, what identifies it, fate and reason; the file where there are several."""
        return [
            Column("line", tr("Line"), width=64, align="right", sortable=False),
            Column("file", tr("File"), width=120, look="muted", sortable=False, hidden=not self._files),
            Column("fate", tr("Outcome"), width=104, look="pill", sortable=False),
            Column("name", tr("Name"), width=190, look="strong", sortable=False),
            Column("values", tr("Number, e-mail"), width=190, look="muted", sortable=False),
            Column("reason", tr("Why"), width=250, sortable=False),
        ]

    def first_page(self) -> Sequence[int]:
        """Return every place: they are in memory."""
        return self._ids

    def all_ids(self) -> "array[int]":
        """Return every place."""
        return self._ids

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """Return the texts of rows."""
        return {place: self._texts(self._rows[place]) for place in ids if place < len(self._rows)}

    def _texts(self, one: FatedRow) -> Row:
        fate = one.fate
        pill = Cell(fate_word(fate.fate, done=self._done), tone=TONES[fate.fate])
        name = fate.name or (one.row.full or "" if isinstance(one.row, ImportedContact) else "")
        return (number(fate.line), one.file, pill, name, _values(one.row), reason_text(fate))

    def save(self, record_id: int, column_key: str, value: object) -> None:
        """Refuse: there is nothing to save."""
        del record_id, column_key, value
        raise RefusedError("record_not_found")


def _values(row: ContactRow) -> str:
    if not isinstance(row, ImportedContact):
        return ""
    first = [phone.raw for phone in row.phones[:1]] + [email.address for email in row.emails[:1]]
    return " · ".join(first)
