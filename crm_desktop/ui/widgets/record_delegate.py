"""The delegate of every record table: paints from the page cache, edits in the cell.

Painting asks neither ``data()`` nor the option's flags (each call through Qt's variants costs more than
the text itself): the table collects the state of its rows once per repaint. A refused value keeps its
editor open with the sentence under it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
    QTimer,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.cell_painter import CellPainter
from crm_desktop.ui.widgets.field_editors import ChoiceField, FieldEditor, make_editor
from crm_desktop.ui.widgets.record_table_model import Index, RecordTableModel
from crm_desktop.ui.widgets.refusal import RefusalBubble, mark_refused
from crm_desktop.ui.widgets.text_field import TextField

_Hint = QAbstractItemDelegate.EndEditHint
_EDITOR_MIN_PX = 150
_HINTS = {
    Qt.Key.Key_Return: _Hint.NoHint,
    Qt.Key.Key_Enter: _Hint.NoHint,
    Qt.Key.Key_Tab: _Hint.EditNextItem,
    Qt.Key.Key_Backtab: _Hint.EditPreviousItem,
}
_KEEPS_OPEN = {
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
}


@dataclass(slots=True)
class _Edit:
    """The one edit under way in a table."""

    editor: FieldEditor
    index: QPersistentModelIndex
    start: object
    saving: bool = False
    refused: object = None
    bubble: RefusalBubble | None = None


class RecordDelegate(QStyledItemDelegate):
    """Paints and edits the cells of ``table``, whose model ``records`` is."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        self.records: RecordTableModel | None = None
        self._edit: _Edit | None = None
        self.painter = CellPainter(table)

    # --- painting ------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell; rows and columns outside the model paint nothing."""
        model, column = self.records, index.column()
        if model is None:
            return
        values = model.row(index.row())
        if column < len(values):
            self.painter.paint(painter, option.rect, column=model.columns[column], value=values[column])

    # --- editing -------------------------------------------------------------------------------

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: ARG002 - Qt's signature
        """Return the editor of the column's kind, filled later by ``setEditorData``."""
        column = self._model(index).columns[index.column()]
        editor = make_editor(column.editor, parent, choices=column.choices, completions=column.completions)
        editor.setProperty("role", "cell")
        editor.setAutoFillBackground(True)
        if isinstance(editor, ChoiceField):
            # Otherwise it takes the width of its choices a moment after it was given that of the cell.
            editor.setSizeAdjustPolicy(ChoiceField.SizeAdjustPolicy.AdjustToContentsOnFirstShow)
        editor.setAccessibleName(tr("Edit {column}").format(column=column.title))
        self._model(index).hold(held=True)
        self._edit = _Edit(editor, QPersistentModelIndex(index), start=None)
        editor.destroyed.connect(self._forget)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Show the stored value, once: what was typed since is not overwritten by a repaint."""
        edit = self._edit
        if edit is None or edit.editor is not editor or edit.start is not None:
            return
        edit.editor.set_value(index.data(Qt.ItemDataRole.EditRole))
        edit.start = edit.editor.value()
        if isinstance(edit.editor, TextField):
            edit.editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:  # noqa: ARG002 - Qt's signature
        """Save when Qt asks for it (the table is left, another cell becomes current)."""
        if self._edit is not None and self._edit.editor is editor:
            self.commit(_Hint.NoHint, close=False)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: ARG002 - Qt's signature
        """Fill the cell, and more than a narrow cell so that the text can be read while typing."""
        rect = QRect(option.rect)
        rect.setHeight(rect.height() - 1)
        wanted = max(rect.width(), _EDITOR_MIN_PX, min(editor.sizeHint().width(), 320))
        room = self._table.viewport().width()
        if self._table.isRightToLeft():
            rect.setLeft(max(0, rect.right() - wanted + 1))
        else:
            rect.setWidth(min(wanted, room))
            rect.moveLeft(max(0, min(rect.left(), room - rect.width())))
        editor.setGeometry(rect)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Tab save, Esc reverts, leaving saves; nothing closes before the answer is there."""
        edit = self._edit
        if edit is None or watched is not edit.editor:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key == Qt.Key.Key_Escape:
                self._close(edit, _Hint.RevertModelCache)
                return True
            if key in _HINTS:
                self.commit(_HINTS[key])
                return True
        elif isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _KEEPS_OPEN:
            self.commit(_Hint.NoHint)
        return False

    def holds(self, editor: QWidget) -> bool:
        """Whether ``editor`` waits for its answer or shows a refusal, so that the table must not close it."""
        edit = self._edit
        return edit is not None and edit.editor is editor and (edit.saving or edit.bubble is not None)

    @property
    def refusal(self) -> str:
        """The sentence under the open editor; empty without one."""
        return self._edit.bubble.sentence if self._edit is not None and self._edit.bubble is not None else ""

    def commit(self, hint: QAbstractItemDelegate.EndEditHint, *, close: bool = True) -> None:
        """Save what the open editor holds; an unchanged value only closes it."""
        edit = self._edit
        if edit is None or edit.saving:
            return
        value = edit.editor.value()
        if edit.bubble is not None and value == edit.refused:
            return
        if value == edit.start or not edit.index.isValid():
            if close or edit.bubble is not None:
                self._close(edit, hint)
            return
        edit.saving = True
        _lock(edit.editor, locked=True)
        self._model(edit.index).save_cell(
            edit.index,
            value,
            on_saved=self._for(edit, lambda: self._close(edit, hint)),
            on_refused=lambda sentence: self._for(edit, lambda: self._refused(edit, value, sentence))(),
        )

    def revert(self) -> None:
        """Close the open editor without saving what was typed into it."""
        if self._edit is not None:
            self._close(self._edit, _Hint.RevertModelCache)

    def _for(self, edit: _Edit, call: Callable[[], None]) -> Callable[[], None]:
        """Return ``call``, made only while ``edit`` is still the one under way."""
        return lambda: call() if self._edit is edit else None

    def _refused(self, edit: _Edit, value: object, sentence: str) -> None:
        edit.saving, edit.refused = False, value
        _lock(edit.editor, locked=False)
        mark_refused(edit.editor, sentence)
        if edit.bubble is None:
            edit.bubble = RefusalBubble(self._table.viewport())
            edit.editor.value_changed.connect(partial(self._typed_again, edit))
        edit.bubble.show_for(edit.editor, sentence)
        QTimer.singleShot(0, edit.editor, edit.editor.setFocus)

    def _typed_again(self, edit: _Edit) -> None:
        mark_refused(edit.editor, "")
        if edit.bubble is not None:
            edit.bubble.hide()

    def _close(self, edit: _Edit, hint: QAbstractItemDelegate.EndEditHint) -> None:
        self._edit = None
        if edit.bubble is not None:
            edit.bubble.hide()
            edit.bubble.deleteLater()
        self.closeEditor.emit(edit.editor, hint)
        self._let_rows_move()

    def _forget(self) -> None:
        """Let go of an editor Qt destroyed itself (another list is shown)."""
        edit = self._edit
        if edit is not None and not edit.index.isValid():
            self._edit = None
            if edit.bubble is not None:
                edit.bubble.deleteLater()
            self._let_rows_move()

    def _let_rows_move(self) -> None:
        """Let the list take what it was given meanwhile, unless the next editor is open already."""
        if self._edit is None and self.records is not None:
            self.records.hold(held=False)

    @staticmethod
    def _model(index: Index) -> RecordTableModel:
        model = index.model()
        if not isinstance(model, RecordTableModel):
            raise TypeError(type(model).__name__)
        return model


def _lock(editor: FieldEditor, *, locked: bool) -> None:
    """Keep the value that is being saved; disabling would take the focus away as well."""
    if isinstance(editor, TextField):
        editor.setReadOnly(locked)
