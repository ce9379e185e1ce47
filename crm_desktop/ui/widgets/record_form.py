"""A form made from a description: sections, labels left, values right, repeating groups, refusals in place.

A page lists its fields (``fields.py``); this builds, fills, reads and refuses them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.field_editors import (
    CheckField,
    ChoiceField,
    FieldEditor,
    FieldKind,
    LinesField,
    make_editor,
)
from crm_desktop.ui.widgets.record_source import Choice
from crm_desktop.ui.widgets.refusal import mark_refused
from crm_desktop.ui.widgets.repeat_group import RepeatGroup, RepeatGroupEditor
from crm_desktop.ui.widgets.text_field import TextField

__all__ = ["Field", "RecordForm", "RepeatGroup", "Section"]

LABEL_PX = 104


@dataclass(frozen=True, slots=True)
class Field:
    """One field: ``width`` in pixels limits its editor (0: as wide as the form), ``tip`` explains it."""

    key: str
    label: str
    kind: FieldKind = "text"
    width: int = 0
    required: bool = False
    placeholder: str = ""
    tip: str = ""
    read_only: bool = False
    choices: Callable[[], Sequence[Choice]] | None = None
    completions: Callable[[str], Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Fields and repeating groups under one heading (an empty title shows none)."""

    title: str
    fields: tuple[Field | RepeatGroup, ...]


class RecordForm(QWidget):
    """``changed`` on every edit by the user; Ctrl+S is ``save_requested``, Esc ``revert_requested``.

    ``set_values`` makes what it is given the state that ``is_changed`` and ``revert`` compare with.
    """

    changed = Signal()
    save_requested = Signal()
    revert_requested = Signal()

    def __init__(self, sections: Sequence[Section], parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent)
        self.setAccessibleName(name or tr("Details"))
        self._fields: dict[str, Field] = {}
        self._editors: dict[str, FieldEditor] = {}
        self._groups: dict[str, RepeatGroupEditor] = {}
        self._labels: dict[str, QLabel] = {}
        self._refusals: dict[str, QLabel] = {}
        self._stored: dict[str, object] = {}
        self._filling = False
        self._last_stop: QWidget = self
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        for section in sections:
            self._add_section(column, section)
        column.addStretch(1)
        self._stored = self.values()

    # --- building ------------------------------------------------------------------------------

    def _add_section(self, column: QVBoxLayout, section: Section) -> None:
        if section.title:
            if column.count():
                line = QFrame()
                line.setProperty("role", "line")
                column.addSpacing(SPACE_S)
                column.addWidget(line)
                column.addSpacing(SPACE_XS)
            heading = QLabel(section.title)
            heading.setProperty("role", "capitals")
            column.addWidget(heading)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_S)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, LABEL_PX)
        # Where all fields are short, room to spare stands behind them and not behind their labels.
        grid.addItem(QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum), 0, 1)
        for row, field in enumerate(section.fields):
            if isinstance(field, RepeatGroup):
                self._add_group(grid, row, field)
            else:
                self._add_field(grid, row, field)
        column.addLayout(grid)
        column.addSpacing(SPACE_L - SPACE_S)

    def _add_field(self, grid: QGridLayout, row: int, field: Field) -> None:
        editor = make_editor(
            field.kind, choices=field.choices, completions=field.completions, placeholder=field.placeholder
        )
        editor.setToolTip(field.tip)
        if field.width:
            editor.setMaximumWidth(field.width)
        if isinstance(editor, TextField | LinesField):
            editor.setReadOnly(field.read_only)
        else:
            editor.setEnabled(not field.read_only)
        editor.value_changed.connect(lambda: self._edited(field.key))
        self._fields[field.key], self._editors[field.key] = field, editor
        self._last_stop = editor
        if isinstance(editor, CheckField):
            editor.setText(field.label)
        else:
            self._labels[field.key] = self._add_label(grid, row, field.label, editor)
        self.require(field.key, required=field.required)
        grid.addLayout(self._with_refusal(field.key, editor), row, 1)

    def _add_group(self, grid: QGridLayout, row: int, group: RepeatGroup) -> None:
        editor = RepeatGroupEditor(group)
        editor.changed.connect(lambda: self._edited(group.key))
        self._groups[group.key] = editor
        self._last_stop = editor.add_button
        column = self._with_refusal(group.key, editor)
        label = QLabel(group.label)
        label.setProperty("role", "muted")
        column.insertWidget(0, label)
        grid.addLayout(column, row, 0, 1, 2)

    @staticmethod
    def _add_label(grid: QGridLayout, row: int, text: str, editor: QWidget) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", "muted")
        label.setWordWrap(True)
        label.setContentsMargins(0, SPACE_S, 0, 0)
        label.setBuddy(editor)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        return label

    def _with_refusal(self, key: str, editor: QWidget) -> QVBoxLayout:
        refusal = QLabel()
        refusal.setProperty("role", "refusal")
        refusal.setWordWrap(True)
        refusal.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        refusal.hide()
        self._refusals[key] = refusal
        column = QVBoxLayout()
        column.setSpacing(SPACE_XS)
        column.addWidget(editor)
        column.addWidget(refusal)
        return column

    # --- values --------------------------------------------------------------------------------

    def values(self) -> dict[str, object]:
        """Return field key -> value; a repeating group is a list of dictionaries."""
        values: dict[str, object] = {key: editor.value() for key, editor in self._editors.items()}
        return values | {key: group.values() for key, group in self._groups.items()}

    def set_values(self, values: Mapping[str, object]) -> None:
        """Show ``values`` (a missing key is empty) and take them as the stored state."""
        self._filling = True
        try:
            for key, editor in self._editors.items():
                editor.set_value(values.get(key))
            for key, group in self._groups.items():
                rows = values.get(key)
                group.set_values(rows if isinstance(rows, Sequence) and not isinstance(rows, str) else ())
        finally:
            self._filling = False
        self.clear_refusals()
        self._stored = self.values()

    @property
    def is_changed(self) -> bool:
        """Whether anything differs from the stored state."""
        return self.values() != self._stored

    def changes(self) -> dict[str, object]:
        """Return only the keys whose values differ from the stored state."""
        return {key: value for key, value in self.values().items() if value != self._stored.get(key)}

    def revert(self) -> None:
        """Show the stored state again."""
        self.set_values(self._stored)
        self.changed.emit()

    def accept_values(self) -> None:
        """Take what is shown as the stored state: it was saved."""
        self._stored = self.values()
        self.clear_refusals()

    def editor(self, key: str) -> QWidget:
        """Return the editor of a field or group; raises KeyError for an unknown key."""
        return self._editors[key] if key in self._editors else self._groups[key]

    @property
    def last_stop(self) -> QWidget:
        """Where Tab stops last: the last field, or the *Add* of a group in its place."""
        return self._last_stop

    def set_choices(self, key: str, choices: Sequence[Choice]) -> None:
        """Offer other choices in the field ``key``, keeping its value."""
        editor = self._editors[key]
        if isinstance(editor, ChoiceField):
            value = editor.value()
            editor.set_choices(choices)
            editor.set_value(value)

    def require(self, key: str, *, required: bool) -> None:
        """Mark a field as one that must not stay empty, or that may: it may depend on another one."""
        field = replace(self._fields[key], required=required)
        self._fields[key] = field
        spoken = tr("{field} (required)").format(field=field.label) if required else field.label
        self._editors[key].setAccessibleName(spoken)
        if key in self._labels:
            self._labels[key].setText(field.label + (" *" if required else ""))

    def _edited(self, key: str) -> None:
        if not self._filling:
            self._refuse(key, "")
            self.changed.emit()

    # --- refusals ------------------------------------------------------------------------------

    def show_refusal(self, field_key: str, sentence: str, *, row: int | None = None, part: str = "") -> bool:
        """Say ``sentence`` under the field (``row``: in that row of a group); False for an unknown field.

        ``part`` names the field of the row. The topmost refusal takes the focus, so that the user stands
        where something is to be done.
        """
        if field_key not in self._refusals:
            return False
        self._refuse(field_key, sentence, row=row, part=part)
        refused = self.first_refused()
        if refused is not None:
            refused.setFocus()
        return True

    def note_refusal(self, field_key: str, sentence: str) -> None:
        """Say ``sentence`` under a field that was just left, without taking the keyboard back to it."""
        self._refuse(field_key, sentence)

    def first_refused(self) -> QWidget | None:
        """Return the topmost editor with a refusal."""
        key = next((key for key, label in self._refusals.items() if label.text()), None)
        if key is None:
            return None
        return self._editors[key] if key in self._editors else self._groups[key].refused_part()

    def missing(self) -> list[str]:
        """Return the keys of required fields that are empty."""
        return [
            key
            for key, field in self._fields.items()
            if field.required and self._editors[key].value() in {"", None}
        ]

    def clear_refusals(self) -> None:
        """Take all sentences away."""
        for key in self._refusals:
            self._refuse(key, "")

    def refusal(self, field_key: str) -> str:
        """Return the sentence under a field."""
        return self._refusals[field_key].text()

    def _refuse(self, key: str, sentence: str, *, row: int | None = None, part: str = "") -> None:
        label = self._refusals[key]
        if label.text() == sentence and row is None:
            return
        label.setText(sentence)
        said = False
        if key in self._editors:
            mark_refused(self._editors[key], sentence)
        else:
            said = self._groups[key].refuse_row(row, sentence, part=part)
        label.setVisible(bool(sentence) and not said)

    # --- keyboard ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+S saves, Esc reverts."""
        if event.matches(QKeySequence.StandardKey.Save):
            self.save_requested.emit()
        elif event.key() == Qt.Key.Key_Escape and self.is_changed:
            self.revert_requested.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()
