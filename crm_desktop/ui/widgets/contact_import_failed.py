"""The rows that came in nowhere: put right in place and imported again, or saved as a table."""

from array import array
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.imported_contacts import ImportedContact
from crm_desktop.domain.imported_edits import editable, shown_fields, text_of, with_text
from crm_desktop.operations.failed_rows import save_failed_rows
from crm_desktop.ui.messages import message_for, number, tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.cell_painter import PADDING_PX
from crm_desktop.ui.widgets.contact_import_rows import FatedRow
from crm_desktop.ui.widgets.contact_import_words import import_field_word, reason_text
from crm_desktop.ui.widgets.folders import proposed_folder
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, label, row
from crm_desktop.ui.widgets.record_source import Column, Row
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.record_table_model import RecordTableModel

_WHY_AT = 1
_WHY_PX = 330
"""How wide reasons are at least; they get what the longest needs, and twice this at most."""


class FailedSource:
    """A ``RecordSource`` of failed rows that can be edited; what is typed stays in memory."""

    def __init__(self, rows: Sequence[FatedRow], region: str) -> None:
        self.failed = list(rows)
        self.contacts = [editable(one.row) for one in rows]
        self.keys = shown_fields(self.contacts)
        self.changed: set[int] = set()
        self._region = region

    @property
    def columns(self) -> Sequence[Column]:
        """Line and reason, then every field, then what the file says of a row nothing could be read of."""
        return [
            Column("line", tr("Line"), width=60, align="right", sortable=False),
            Column("why", tr("Why"), width=_WHY_PX, look="muted", sortable=False),
            *(
                Column(key, import_field_word(key), width=130, editor="text", sortable=False)
                for key in self.keys
            ),
            Column("text", tr("What the file says"), width=260, look="muted", sortable=False),
        ]

    def first_page(self) -> Sequence[int]:
        """Return every place."""
        return range(len(self.failed))

    def all_ids(self) -> "array[int]":
        """Return every place."""
        return array("I", range(len(self.failed)))

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """Return the texts of rows."""
        return {place: self._texts(place) for place in ids if place < len(self.failed)}

    def _texts(self, place: int) -> Row:
        one, contact = self.failed[place], self.contacts[place]
        said = getattr(one.row, "text", "")
        texts = (text_of(contact, key) for key in self.keys)
        return (number(one.fate.line), reason_text(one.fate), *texts, " ".join(str(said).split()))

    def save(self, record_id: int, column_key: str, value: object) -> None:
        """Put another text into a row."""
        before = self.contacts[record_id]
        after = with_text(before, column_key, str(value or ""), region=self._region)
        if after != before:
            self.contacts[record_id] = after
            self.changed.add(record_id)


class ContactImportFailed(QWidget):
    """``again_requested`` with the rows as they are now, by their places among those shown."""

    again_requested = Signal()

    def __init__(self, context: PageContext, region: str) -> None:
        super().__init__()
        self._context, self._region = context, region
        self.source = FailedSource((), region)
        self.table = RecordTable(name=tr("Rows that failed"))
        self.table.set_compact(compact=True)
        self.table.current_record_changed.connect(self._tell_why)
        self.why = label("", "muted", wrap=True)
        self._needed_px = 0
        self.as_new = QCheckBox(tr("Add them as further contacts, even where several fit"))
        self.again_button = button(tr("Import these again"), self.again_requested.emit)
        self.save_button = button(tr("Save as CSV…"), self._choose_file, glyph="export")
        self.message = MessageBar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(label(tr("Rows that failed").upper(), "capitals"))
        words = tr("Put the values right here (F2 or a double click), then import these rows again.")
        layout.addWidget(label(words, "muted", wrap=True))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.why)
        layout.addWidget(self.message)
        layout.addLayout(row(self.as_new, None, self.save_button, self.again_button, spacing=SPACE_M))

    def show_rows(self, rows: Sequence[FatedRow]) -> None:
        """Show failed rows instead of what was there."""
        self.source = FailedSource(rows, self._region)
        before = self.table.records
        self.table.set_records(RecordTableModel(self.source, parent=self.table))
        self._needed_px = self._longest_reason_px()
        self.table.setColumnWidth(_WHY_AT, min(max(self._needed_px, _WHY_PX), 2 * _WHY_PX))
        self._tell_why(None)
        if before is not None:
            before.deleteLater()
        self.message.hide()
        self.setVisible(bool(rows))

    def _longest_reason_px(self) -> int:
        metrics = self.table.fontMetrics()
        texts = {reason_text(one.fate) for one in self.source.failed}
        return 2 * PADDING_PX + max((metrics.horizontalAdvance(text) for text in texts), default=0)

    def _tell_why(self, place: object) -> None:
        """Tell the reason of the current row in full below the table, where the column may cut it."""
        text = ""
        if isinstance(place, int) and place < len(self.source.failed) and self._needed_px > 2 * _WHY_PX:
            text = reason_text(self.source.failed[place].fate)
        self.why.setText(text)
        self.why.setVisible(bool(text))

    def rows(self) -> list[tuple[FatedRow, ImportedContact]]:
        """Return the rows shown with what they hold now."""
        return list(zip(self.source.failed, self.source.contacts, strict=True))

    def _choose_file(self) -> None:
        name = str(proposed_folder() / f"{tr('Failed rows')}.csv")
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Save the failed rows to"), name, "CSV (*.csv)")
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, target: Path) -> None:
        """Write the rows with their reasons to ``target``."""
        rows = [(contact, reason_text(one.fate)) for one, contact in self.rows()]
        self._context.tasks.run(
            partial(save_failed_rows, self._context.session, rows, self.source.keys, target),
            on_done=self._saved, on_error=self._refuse, owner=self, serial=False,
        )  # fmt: skip

    def _saved(self, count: int) -> None:
        words = tr("%n rows saved. The file is not encrypted.", "", count)
        self.message.show_message(words, tone="ok")

    def _refuse(self, error: KnownError) -> None:
        self.message.show_message(message_for(error), tone="danger")
