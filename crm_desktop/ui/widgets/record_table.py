"""The table of every list page: keyboard, selection by id, layout that can be stored, empty state."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QTableView,
    QWidget,
)

from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import tr
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import ROW_COMPACT_PX, ROW_PX
from crm_desktop.ui.widgets import table_layout
from crm_desktop.ui.widgets.record_delegate import RecordDelegate
from crm_desktop.ui.widgets.record_header import RecordHeader
from crm_desktop.ui.widgets.record_source import Column, RecordSource
from crm_desktop.ui.widgets.record_table_model import RecordTableModel
from crm_desktop.ui.widgets.row_hover import RowHover
from crm_desktop.ui.widgets.row_painter import paint_row_backs, paint_row_lines, visible_rows
from crm_desktop.ui.widgets.table_clipboard import AT_ONCE, copied_text
from crm_desktop.ui.widgets.table_selection import select, selected_ranges


class RecordTable(QTableView):
    """Shows a ``RecordTableModel``.

    Signals carry record ids: ``open_requested(id)``, ``trash_requested(list of ids)``,
    ``sort_requested(column key, ascending)``, ``current_record_changed(id or None)``,
    ``selected_records_changed(number)``, ``menu_requested(list of ids, global position)``,
    ``layout_changed()`` for what ``save_layout`` stores.
    """

    open_requested = Signal(object)
    trash_requested = Signal(object)
    sort_requested = Signal(str, bool)
    current_record_changed = Signal(object)
    selected_records_changed = Signal(object)
    menu_requested = Signal(object, QPoint)
    layout_changed = Signal()
    filter_requested = Signal(str)
    """Wish to filter by the column with this key; offered for the columns in ``filterable``."""

    def __init__(self, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent)
        self.records: RecordTableModel | None = None
        self.filterable: frozenset[str] = frozenset()
        self.long_copy: Callable[[Sequence[int]], None] | None = None
        self._header = RecordHeader(self)
        self._kept: tuple[list[int], int | None, int] = ([], None, 0)
        self._found: list[int] = []
        self._empty: QWidget | None = None
        self.setHorizontalHeader(self._header)
        self.setAccessibleName(name or tr("Records"))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.set_compact(compact=False)
        self._hover = RowHover(self)
        self._delegate = RecordDelegate(self)
        self.setItemDelegate(self._delegate)
        self._header.sort_clicked.connect(self._sort_clicked)
        self._header.sectionResized.connect(self.layout_changed)
        self._header.sectionMoved.connect(self.layout_changed)
        self._header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._header.customContextMenuRequested.connect(self._show_columns_menu)
        self.customContextMenuRequested.connect(self._menu_wanted)
        Theme.current().changed.connect(self._theme_changed)

    # --- what it shows -------------------------------------------------------------------------

    def set_records(self, model: RecordTableModel) -> None:
        """Show ``model``; the widths and hidden columns start as its columns say."""
        self.records = self._delegate.records = model
        self.setModel(model)
        for place, column in enumerate(model.columns):
            self.setColumnWidth(place, column.width)
            self.setColumnHidden(place, column.hidden)
        model.modelAboutToBeReset.connect(self._keep_selection)
        model.modelReset.connect(self._restore_selection)
        model.rowsInserted.connect(self._more_rows)
        model.ids_complete.connect(lambda _count: self._place_empty_state())
        selection = self.selectionModel()
        selection.currentRowChanged.connect(self._current_changed)
        selection.selectionChanged.connect(
            lambda *_: self.selected_records_changed.emit(self.selected_count())
        )
        self._place_empty_state()

    def setVerticalHeader(self, header: QHeaderView) -> None:
        """Take another header; its answer to a new list clears the selection, so that ours has to follow."""
        super().setVerticalHeader(header)
        if self.records is not None:
            self.records.modelReset.disconnect(self._restore_selection)
            self.records.modelReset.connect(self._restore_selection)

    def set_compact(self, *, compact: bool) -> None:
        """Use rows of 28 instead of 36 pixels."""
        height = ROW_COMPACT_PX if compact else ROW_PX
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)

    def set_empty_state(self, widget: QWidget) -> None:
        """Show ``widget`` (see ``EmptyState``) while the list is empty."""
        if self._empty is not None:
            self._empty.deleteLater()
        self._empty = widget
        widget.setParent(self.viewport())
        self._place_empty_state()

    @property
    def delegate(self) -> RecordDelegate:
        """The delegate, for tests and for a page that closes an open editor."""
        return self._delegate

    @property
    def header(self) -> RecordHeader:
        """The titles with order, widths and what is hidden."""
        return self._header

    @property
    def editing(self) -> bool:
        """Whether a cell's editor is open."""
        return self.state() == QAbstractItemView.State.EditingState

    # --- selection by id -----------------------------------------------------------------------

    def selected_count(self) -> int:
        """Return how many records are selected."""
        return sum(last - first + 1 for first, last in selected_ranges(self))

    def selected_ids(self) -> list[int]:
        """Return the selected records' ids in the order of the table."""
        model = self.records
        if model is None:
            return []
        return [
            record_id for first, last in selected_ranges(self) for record_id in model.ids_between(first, last)
        ]

    def current_id(self) -> int | None:
        """Return the current record's id."""
        return self.records.id_at(self.currentIndex().row()) if self.records is not None else None

    def select_ids(self, ids: Sequence[int], *, current: int | None = None) -> None:
        """Select those ``ids`` the list holds; ``current`` (default: the first) becomes the current one.

        Of a list that is being read only the beginning is known: the others are selected when they come.
        """
        if self.records is not None and self.records.columns:
            index = self.currentIndex()
            column = index.column() if index.isValid() else self._kept[2]
            select(self, self.records, ids=ids, current=current, column=column)
            if not self.records.complete:
                self._kept = (list(ids), current, column)
                self._found = self.selected_ids()

    def _keep_selection(self) -> None:
        self._kept = (self.selected_ids(), self.current_id(), max(0, self.currentIndex().column()))

    def _restore_selection(self) -> None:
        ids, current, _ = self._kept
        self.select_ids(ids, current=current)
        self._found = self.selected_ids()
        self._place_empty_state()

    def _more_rows(self) -> None:
        """Select what was selected before and only now is in the list, unless the user chose otherwise."""
        ids, current, _ = self._kept
        if len(self._found) < len(ids) and self._found == self.selected_ids():
            self.select_ids(ids, current=current)
            QTimer.singleShot(0, self, self._follow_current)
        self._kept = ([], None, 0)
        self._found = []
        self._place_empty_state()

    def _follow_current(self) -> None:
        """Scroll to the current row: when rows are added the view takes them into its height only later."""
        self.executeDelayedItemsLayout()
        self.updateGeometries()
        self.scrollTo(self.currentIndex())

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.viewport().update()
        if self.records is not None:
            self.current_record_changed.emit(self.records.id_at(current.row()))

    # --- layout that can be stored -------------------------------------------------------------

    def save_layout(self) -> dict[str, object]:
        """Return widths, order, hidden columns and sort as plain values for JSON."""
        return table_layout.save(self, self._header, self._columns())

    def restore_layout(self, layout: Mapping[str, Any]) -> None:
        """Take what ``save_layout`` gave; unknown columns are passed over, new ones keep their place."""
        table_layout.restore(self, self._header, columns=self._columns(), layout=layout)

    def renew_columns(self, source: RecordSource) -> None:
        """Show ``source``, whose columns are others; those that stay keep width, place and order."""
        if self.records is None:
            return
        layout = self.save_layout()
        self.records.set_source(source)
        self.restore_layout(layout)
        self.layout_changed.emit()

    def columns_menu(self, parent: QWidget | None = None) -> QMenu:
        """Return a menu that shows and hides columns; the last visible one cannot be hidden."""
        menu = table_layout.columns_menu(self, self._columns(), parent=parent or self)
        menu.triggered.connect(self.layout_changed)
        return menu

    def show_sort(self, column_key: str, *, ascending: bool = True) -> None:
        """Show by which column the source is ordered; asks for nothing."""
        place = self.records.column_of(column_key) if self.records is not None else None
        self._header.show_sort(-1 if place is None else place, ascending=ascending)

    def _columns(self) -> Sequence[Column]:
        return () if self.records is None else self.records.columns

    def _sort_clicked(self, section: int) -> None:
        column = self._columns()[section]
        if not column.sortable:
            return
        ascending = not self._header.ascending if section == self._header.sorted_section else True
        self._header.show_sort(section, ascending=ascending)
        self.sort_requested.emit(column.key, ascending)
        self.layout_changed.emit()

    def _show_columns_menu(self, position: QPoint) -> None:
        self._header_menu(position).popup(self._header.mapToGlobal(position))

    def _header_menu(self, position: QPoint) -> QMenu:
        menu, place = self.columns_menu(), self._header.logicalIndexAt(position)
        column = self._columns()[place] if 0 <= place < len(self._columns()) else None
        if column is not None and column.key in self.filterable:
            action = QAction(tr("Filter by {column}…").format(column=column.title), menu)
            action.setIcon(icon("funnel", "muted"))
            action.triggered.connect(lambda: self.filter_requested.emit(column.key))
            first = menu.actions()[0]  # the last visible column cannot be hidden, so there is one
            menu.insertAction(first, action)
            menu.insertSeparator(first)
        return menu

    def _menu_wanted(self, position: QPoint) -> None:
        self.menu_requested.emit(self.selected_ids(), self.viewport().mapToGlobal(position))

    # --- keyboard ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 edits, Enter opens, Del moves to the trash, Ctrl+C copies; the rest is Qt's."""
        key, current = event.key(), self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key == Qt.Key.Key_F2 and current.isValid():
            self.edit_current()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and current.isValid():
            self.open_requested.emit(self.current_id())
        elif key == Qt.Key.Key_Delete and self.selected_count():
            self.trash_requested.emit(self.selected_ids())
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit the cell, or open the record where the cell cannot be edited."""
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            super().mouseDoubleClickEvent(event)
        elif index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)
        else:
            self.open_requested.emit(self.current_id())

    def edit_current(self) -> None:
        """Edit the current cell, if it can be edited; never another one than the user stands on."""
        current = self.currentIndex()
        if current.isValid() and current.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(current)

    def revert_edit(self) -> None:
        """Close an open cell editor without saving: the user did not say that he was done."""
        self._delegate.revert()

    def copy(self) -> None:
        """Copy the current cell, or the selected rows as tab-separated lines when there are several.

        Many are left to ``long_copy`` (see ``TableCopying``) where the page has one.
        """
        if self.records is None:
            return
        ids, current = self.selected_ids(), self.currentIndex()
        if len(ids) > AT_ONCE and self.long_copy is not None:
            self.long_copy(ids)
            return
        QGuiApplication.clipboard().setText(copied_text(self.records, self._header, ids=ids, current=current))

    # --- an editor that waits is not closed ----------------------------------------------------

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Keep an editor open that waits for its answer or shows a refusal."""
        if not self._delegate.holds(editor):
            super().closeEditor(editor, hint)

    def refresh(self) -> None:
        """Read the list again; rows keep their places while a cell is edited, so that nothing is lost."""
        if self.records is not None:
            self.records.refresh()

    # --- painting ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint backs, cells, then hairlines and the bar of the current row over them."""
        if self.records is None or self.viewport().height() <= 0:
            return
        self.records.bring(visible_rows(self))
        paint_row_backs(self, hovered=self._hover.row)
        super().paintEvent(event)
        paint_row_lines(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the empty state in the middle."""
        super().resizeEvent(event)
        self._place_empty_state()

    def _place_empty_state(self) -> None:
        if self._empty is not None:
            self._empty.setGeometry(self.viewport().rect())
            # While ids are still read, an empty list may only be one that is not there yet.
            records = self.records
            self._empty.setVisible(records is not None and records.complete and records.rowCount() == 0)

    def _theme_changed(self) -> None:
        self._delegate.painter.refresh()
        self.viewport().update()
