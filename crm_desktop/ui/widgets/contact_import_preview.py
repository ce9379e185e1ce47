"""What an import of contacts would do: counts as chips, every row with its reason, updates value by value."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.domain.contact_imports import ContactImportResult, ContactPlan, Fate
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.imported_contacts import ImportedContact
from crm_desktop.operations.contact_import_changes import FieldChange, row_changes
from crm_desktop.operations.contact_imports import ContactReading
from crm_desktop.ui.messages import DASH, message_for, tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.chip_bar import Chip, ChipBar
from crm_desktop.ui.widgets.contact_import_rows import FatedRow, FateSource, fated_rows
from crm_desktop.ui.widgets.contact_import_words import FATES, fate_word, import_field_word
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import label
from crm_desktop.ui.widgets.record_source import Column, Row
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.record_table_model import RecordTableModel
from crm_desktop.ui.widgets.static_table import StaticTable

ALL = "all"
_CHANGES_PX = 170


class ContactImportPreview(QWidget):
    """Filled by ``show_preview``; the changes of the current row are read when it becomes current."""

    changes_shown = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._plan = ContactPlan()
        self.rows: list[FatedRow] = []
        self._several = False
        self.chips = ChipBar(name=tr("What becomes of the rows"))
        self.unnamed = label("", "muted", wrap=True)
        self.table = RecordTable(name=tr("Rows of the file"))
        self.table.set_compact(compact=True)
        self.changes_title = label("", "strong")
        self.changes = StaticTable(name=tr("What changes"))
        self.changes.setFixedHeight(_CHANGES_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self.chips)
        layout.addWidget(self.unnamed)
        layout.addWidget(self.table, 1)
        below = QVBoxLayout()
        below.setSpacing(SPACE_S)
        below.addWidget(self.changes_title)
        below.addWidget(self.changes)
        layout.addLayout(below)
        self.chips.chosen.connect(self._filter)
        self.table.current_record_changed.connect(self._show_current)
        self._show_changes(None, ())

    def show_preview(
        self,
        readings: Sequence[ContactReading],
        results: Sequence[ContactImportResult],
        plan: ContactPlan,
        *,
        unnamed: Sequence[str],
    ) -> None:
        """Show every row; ``unnamed``: the columns that go into the note."""
        self._plan, self._several = plan, len(readings) > 1
        self.rows = fated_rows(readings, results)
        counts = {fate: sum(result.count(fate) for result in results) for fate in FATES}
        chips = [Chip(ALL, tr("All rows"), len(self.rows))]
        chips += [Chip(fate.value, fate_word(fate), counts[fate]) for fate in FATES if counts[fate]]
        self.chips.set_chips(chips)
        words = tr("Kept in the note, because nobody has said what they hold: {columns}.")
        self.unnamed.setText(words.format(columns=", ".join(unnamed)))
        self.unnamed.setVisible(bool(unnamed))
        self._filter(self.chips.current())

    def _filter(self, key: str) -> None:
        source = FateSource(self.rows, None if key == ALL else Fate(key), files=self._several)
        before = self.table.records
        self.table.set_records(RecordTableModel(source, parent=self.table))
        if before is not None:
            before.deleteLater()
        self._show_changes(None, ())
        if source.all_ids():
            self.table.select_ids([source.all_ids()[0]])

    def _show_current(self, place: object) -> None:
        one = self.rows[place] if isinstance(place, int) and place < len(self.rows) else None
        if one is None or one.fate.fate is not Fate.UPDATED or not isinstance(one.row, ImportedContact):
            self._show_changes(None, ())
            return
        self._context.tasks.run(
            partial(row_changes, self._context.session, one.row, self._plan),
            on_done=partial(self._found_changes, one), on_error=self._refuse, owner=self, serial=False,
        )  # fmt: skip

    def _found_changes(self, one: FatedRow, found: tuple[FieldChange, ...]) -> None:
        place = self.table.current_id()
        if place is not None and place < len(self.rows) and self.rows[place] is one:
            self._show_changes(one, found)
            self.changes_shown.emit()

    def _show_changes(self, one: FatedRow | None, found: Sequence[FieldChange]) -> None:
        columns = [
            Column("field", tr("Field"), width=150, look="muted", sortable=False),
            Column("before", tr("Before"), width=260, sortable=False),
            Column("after", tr("After"), width=320, look="strong", sortable=False),
        ]
        rows: list[Row] = [
            (import_field_word(change.field), change.before or DASH, change.after or tr("added"))
            for change in found
        ]
        self.changes.show_rows(columns, rows)
        name = one.fate.name if one is not None else ""
        self.changes_title.setText(tr("What changes on {name}").format(name=name))
        for part in (self.changes_title, self.changes):
            part.setVisible(bool(rows))

    def _refuse(self, error: KnownError) -> None:
        self.changes_title.setText(message_for(error))
        self.changes_title.show()
