"""A field a record may have several times: phones, e-mail addresses, postal addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_S
from crm_desktop.ui.widgets.field_editors import CheckField, ChoiceField, FieldEditor, FieldKind, make_editor
from crm_desktop.ui.widgets.parts import follow_by_tab, label
from crm_desktop.ui.widgets.record_source import Choice
from crm_desktop.ui.widgets.refusal import mark_refused


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a row; ``stretch`` shares the width, ``line`` puts it on a further line (addresses)."""

    key: str
    label: str
    kind: FieldKind = "text"
    stretch: int = 1
    line: int = 0


@dataclass(frozen=True, slots=True)
class RepeatGroup:
    """Rows of ``parts`` with a kind to choose and at most one primary row.

    A row's value is a dictionary: the parts' keys, ``kind`` (with ``kinds``), ``primary`` (with
    ``primary``), and every other key it was filled with (an id), unchanged.
    """

    key: str
    label: str
    parts: tuple[Part, ...]
    kinds: tuple[Choice, ...] = ()
    primary: bool = True
    add_label: str = ""


class _Row(QWidget):
    """The editors of one row; ``extra`` keeps the keys that are not shown."""

    def __init__(self, group: RepeatGroup) -> None:
        super().__init__()
        self._group = group
        self.extra: dict[str, object] = {}
        self.kind = ChoiceField(choices=group.kinds)
        self.kind.setAccessibleName(tr("Kind of {what}").format(what=group.label))
        self.kind.setVisible(bool(group.kinds))
        self.parts: dict[str, FieldEditor] = {}
        self.primary = QRadioButton(tr("main"))
        self.primary.setToolTip(tr("Use this one first"))
        self.primary.setAccessibleName(tr("Main {what}").format(what=group.label))
        self.primary.setVisible(group.primary)
        self.remove = QToolButton()
        self.remove.setProperty("role", "quiet")
        self.remove.setIcon(icon("x", "muted"))
        self.remove.setToolTip(tr("Remove"))
        self.remove.setAccessibleName(tr("Remove {what}").format(what=group.label))
        first = QHBoxLayout()
        first.setSpacing(SPACE_S)
        first.addWidget(self.kind)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE_S)
        self.stops: list[QWidget] = [self.kind, self.primary, self.remove]
        lines = {0: first}
        for part in group.parts:
            editor = make_editor(part.kind, placeholder=part.label)
            editor.setAccessibleName(part.label)
            if isinstance(editor, CheckField):
                editor.setText(part.label)
            self.parts[part.key] = editor
            self.stops.insert(-2 if part.line == 0 else len(self.stops), editor)
            lines.setdefault(part.line, QHBoxLayout()).addWidget(editor, part.stretch)
        if all(part.line for part in group.parts):
            first.addStretch(1)
        first.addWidget(self.primary)
        first.addWidget(self.remove)
        for at, line in sorted(lines.items()):
            line.setSpacing(SPACE_S)
            grid.addLayout(line, at, 0)
        self._refusal = label("", "refusal", wrap=True)
        self._refusal.hide()
        grid.addWidget(self._refusal, len(lines), 0)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed into it."""
        return all(editor.value() in {"", None, False} for editor in self.parts.values())

    def show_refusal(self, sentence: str) -> None:
        """Say ``sentence`` under the row; an empty one takes it away."""
        self._refusal.setText(sentence)
        self._refusal.setVisible(bool(sentence))

    def values(self) -> dict[str, object]:
        """Return the row's dictionary."""
        values = self.extra | {key: editor.value() for key, editor in self.parts.items()}
        if self._group.kinds:
            values["kind"] = self.kind.value()
        if self._group.primary:
            values["primary"] = self.primary.isChecked()
        return values

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show one row's dictionary."""
        shown = {*self.parts, "kind", "primary"}
        self.extra = {key: value for key, value in values.items() if key not in shown}
        for key, editor in self.parts.items():
            editor.set_value(values.get(key))
        if self._group.kinds and "kind" in values:
            self.kind.set_value(values["kind"])
        self.primary.setChecked(bool(values.get("primary")))


class RepeatGroupEditor(QWidget):
    """Shows the rows and *Add*; empty rows are not part of the value."""

    changed = Signal()

    def __init__(self, group: RepeatGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = group
        self._rows: list[_Row] = []
        self._primaries = QButtonGroup(self)
        self.setAccessibleName(group.label)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_S)
        self.add_button = QPushButton(group.add_label or tr("Add"))
        self.add_button.setProperty("role", "link")
        self.add_button.setIcon(icon("plus", "accent"))
        self.add_button.setAccessibleName(group.add_label or tr("Add {what}").format(what=group.label))
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self._add_pressed)
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    def values(self) -> list[dict[str, object]]:
        """Return the rows' dictionaries in order, without empty rows."""
        return [row.values() for row in self._rows if not row.is_empty]

    def set_values(self, rows: Sequence[Any]) -> None:
        """Show ``rows`` (dictionaries) instead of what was there."""
        for row in list(self._rows):
            self._take_out(row)
        for values in rows:
            self._add_row().set_values(values)

    def row_count(self) -> int:
        """Return how many rows are shown, empty ones included."""
        return len(self._rows)

    def part(self, place: int, key: str) -> FieldEditor:
        """Return the editor of one part of one row."""
        return self._rows[place].parts[key]

    def add_row(self) -> None:
        """Add an empty row and put the cursor into it; the first one is the main one."""
        row = self._add_row()
        if len(self._rows) == 1:
            row.primary.setChecked(True)
        next(iter(row.parts.values())).setFocus()

    def remove_row(self, place: int) -> None:
        """Remove one row; the first of the others becomes the main one when it was the main one."""
        row = self._rows[place]
        was_main = row.primary.isChecked()
        self._take_out(row)
        if was_main and self._rows:
            self._rows[0].primary.setChecked(True)
        self.changed.emit()

    def refused_part(self) -> QWidget:
        """Return the first refused editor; *Add* where there is none."""
        editors = (editor for row in self._rows for editor in row.parts.values())
        return next((editor for editor in editors if editor.property("refused")), self.add_button)

    def refuse_row(self, place: int | None, sentence: str, *, part: str = "") -> bool:
        """Give one row (None: all), or ``part`` of it, a red border; an empty ``sentence`` takes it away.

        Returns whether the sentence stands under that row; one about all rows is left to the form.
        """
        found = False
        for at, row in enumerate(self._rows):
            if place is None or place == at:
                for key, editor in row.parts.items():
                    if not sentence or key == part or part not in row.parts:
                        mark_refused(editor, sentence)
                row.show_refusal(sentence if place == at else "")
                found = found or place == at
        return found

    def _add_pressed(self) -> None:
        self.add_row()
        self.changed.emit()

    def _add_row(self) -> _Row:
        row = _Row(self._group)
        self._rows.append(row)
        self._primaries.addButton(row.primary)
        self._column.insertWidget(self._column.count() - 1, row)
        self._order_keys(row)
        for editor in row.parts.values():
            editor.value_changed.connect(self.changed)
        row.kind.value_changed.connect(self.changed)
        row.primary.toggled.connect(self.changed)
        row.remove.clicked.connect(lambda: self.remove_row(self._rows.index(row)))
        return row

    def _order_keys(self, row: _Row) -> None:
        """Let Tab go through a new row, the last one, before *Add*."""
        if len(self._rows) > 1:
            follow_by_tab(self._rows[-2].stops[-1], *row.stops)
        else:
            follow_by_tab(self.add_button, *row.stops, self.add_button)

    def _take_out(self, row: _Row) -> None:
        self._rows.remove(row)
        self._primaries.removeButton(row.primary)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
