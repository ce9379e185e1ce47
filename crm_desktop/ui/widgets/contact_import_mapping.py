"""What the columns of a table of contacts mean: a line for each with its first values and a chooser."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QVBoxLayout, QWidget

from crm_desktop.operations.contact_import_files import ExaminedContacts, TableSample
from crm_desktop.operations.contact_mappings import ColumnMeaning, ContactMapping
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.contact_import_words import LABEL, column_choices, key_of, kind_choices
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.parts import button, clear, label, row

_SAMPLE_PX = 200


class MappingLine:
    """The chooser of one column: what it holds, and of a number or an address its kind."""

    def __init__(self, title: str, meaning: ColumnMeaning | None, own_fields: list[str]) -> None:
        self._meaning = meaning
        self.field = QComboBox()
        self.field.setAccessibleName(tr("“{column}” holds").format(column=title))
        self.field.setMaxVisibleItems(24)
        for group in column_choices(own_fields):
            if self.field.count() and group:
                self.field.insertSeparator(self.field.count())
            for key, words in group:
                self.field.addItem(words, key)
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("Kind of “{column}”").format(column=title))
        for box, letters in ((self.field, 16), (self.kind, 9)):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(letters)
        self._choose(key_of(meaning))
        self.show_kinds()

    def _choose(self, key: str) -> None:
        # A field that is gone, or one of a newer program, is kept in the note.
        self.field.setCurrentIndex(max(0, self.field.findData(key)))

    def show_kinds(self) -> None:
        """Offer the kinds of the field chosen, if it has any."""
        choices = kind_choices(str(self.field.currentData()))
        before = self.kind.currentData() or (self._meaning.kind if self._meaning else None)
        with QSignalBlocker(self.kind):
            self.kind.clear()
            if choices:
                self.kind.addItem(tr("Any kind"), None)
            for kind, words in choices:
                self.kind.addItem(words, kind)
            self.kind.setCurrentIndex(max(0, self.kind.findData(before)))
        self.kind.setVisible(bool(choices))

    def meaning(self) -> ColumnMeaning | None:
        """Return what was chosen; untouched, with the number its header gave it."""
        key, kind = str(self.field.currentData()), self.kind.currentData()
        before = self._meaning
        if key == key_of(before):
            if before is None or (kind or None) == before.kind or not kind_choices(key):
                return before
            return replace(before, kind=kind)
        if not key:
            return None
        number = before.number if before else None
        return ColumnMeaning(key.removesuffix(LABEL), kind, number, key.endswith(LABEL))


class ContactMappingPanel(QWidget):
    """``changed`` when a column means something else now; ``forget_requested``: not as the last time."""

    changed = Signal()
    forget_requested = Signal()

    def __init__(self, own_fields: Sequence[str]) -> None:
        super().__init__()
        self._own_fields = list(own_fields)
        self._mapping: ContactMapping | None = None
        self.lines: list[MappingLine] = []
        self.title = ElidedLabel("", role="strong", mode=Qt.TextElideMode.ElideMiddle)
        self.told = label("", "muted", wrap=True)
        self.forget_button = button(tr("Forget what was kept"), self.forget_requested.emit, role="link")
        self.empty_columns = QCheckBox(tr("Show the columns that are empty"))
        self.empty_columns.toggled.connect(self._show_empty)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(SPACE_S)
        self._grid.setColumnStretch(1, 1)
        self._empty: list[QWidget] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self.title)
        layout.addLayout(row(self.told, self.forget_button))
        layout.addLayout(self._grid)
        layout.addLayout(row(self.empty_columns, None))
        layout.addStretch(1)

    def show_table(self, file: ExaminedContacts, mapping: ContactMapping, *, kept: bool) -> None:
        """Show the proposal for a table; ``kept``: it was recognized from an earlier import."""
        table = file.table
        if table is None:
            return
        self._mapping = mapping
        self.title.show_text(file.path.name)
        self.told.setText(
            tr("Recognized from an earlier import. Look at the columns and correct what is wrong.")
            if kept
            else tr("Recognized by the headers where they are known. Correct what is wrong.")
        )
        self.forget_button.setVisible(kept)
        clear(self._grid)
        self.lines, self._empty = [], []
        for place, title in enumerate((tr("Column"), tr("First values"), tr("Holds"), tr("Kind"))):
            self._grid.addWidget(label(title.upper(), "capitals"), 0, place)
        for place, meaning in enumerate(mapping.columns):
            self._add_line(place, meaning, table)
        self.empty_columns.setVisible(bool(self._empty))
        self._show_empty(shown=self.empty_columns.isChecked())

    def _add_line(self, place: int, meaning: ColumnMeaning | None, table: TableSample) -> None:
        header = table.header[place] if place < len(table.header) else ""
        title = header or tr("Column {place}").format(place=place + 1)
        values = table.values(place)
        made = MappingLine(title, meaning, self._own_fields)
        name = ElidedLabel(title, role="strong")
        sample = ElidedLabel(" · ".join(" ".join(value.split()) for value in values), role="muted")
        name.setMinimumWidth(120)
        sample.setMinimumWidth(_SAMPLE_PX)
        for at, part in enumerate((name, sample, made.field, made.kind)):
            self._grid.addWidget(part, place + 1, at)
        made.field.currentIndexChanged.connect(partial(self._field_chosen, made))
        made.kind.currentIndexChanged.connect(self.changed)
        self.lines.append(made)
        if not values:
            self._empty += [name, sample, made.field]

    def _field_chosen(self, made: MappingLine, _place: int) -> None:
        made.show_kinds()
        self.changed.emit()

    def _show_empty(self, shown: bool) -> None:  # noqa: FBT001 - Qt's signal
        for part in self._empty:
            part.setVisible(shown)
        for made in self.lines:
            made.kind.setVisible(bool(made.kind.count()) and not made.field.isHidden())

    def mapping(self) -> ContactMapping | None:
        """Return the mapping as chosen, None before a table was shown."""
        if self._mapping is None:
            return None
        return ContactMapping(self._mapping.header, tuple(made.meaning() for made in self.lines))

    def unnamed(self) -> list[str]:
        """Return the headers of the columns that would be kept in the note."""
        mapping = self.mapping()
        if mapping is None:
            return []
        found = zip(mapping.header, mapping.columns, strict=True)
        return [header for header, meaning in found if meaning is None and header]
