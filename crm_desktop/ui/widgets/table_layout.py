"""Widths, order, hidden columns and sort of a record table, as plain values that can be stored."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QTableView, QWidget

from crm_desktop.ui.widgets.record_header import RecordHeader
from crm_desktop.ui.widgets.record_source import Column


def save(table: QTableView, header: RecordHeader, columns: Sequence[Column]) -> dict[str, object]:
    """Return the layout for JSON: order, widths in pixels, hidden keys, sort as [key, ascending] or None."""
    places = range(len(columns))
    sort = header.sorted_section
    return {
        "order": [columns[at].key for at in sorted(places, key=header.visualIndex)],
        "widths": {columns[at].key: table.columnWidth(at) for at in places if not table.isColumnHidden(at)},
        "hidden": [columns[at].key for at in places if table.isColumnHidden(at)],
        "sort": [columns[sort].key, header.ascending] if 0 <= sort < len(columns) else None,
    }


def restore(
    table: QTableView, header: RecordHeader, *, columns: Sequence[Column], layout: Mapping[str, Any]
) -> None:
    """Give ``table`` a stored layout; unknown columns are passed over, new ones say how they are shown."""
    order = [str(key) for key in layout.get("order", ())]
    places = {column.key: at for at, column in enumerate(columns)}
    hidden, widths = set(layout.get("hidden", ())), dict(layout.get("widths", {}))
    for column in columns:
        at = places[column.key]
        hide = column.key in hidden if column.key in order else column.hidden
        table.setColumnHidden(at, hide)
        if not hide:
            table.setColumnWidth(at, int(widths.get(column.key, column.width)))
    for visual, key in enumerate(key for key in order if key in places):
        header.moveSection(header.visualIndex(places[key]), visual)
    sorted_by, ascending = layout.get("sort") or (None, True)
    header.show_sort(places.get(sorted_by, -1) if sorted_by else -1, ascending=bool(ascending))


def columns_menu(table: QTableView, columns: Sequence[Column], *, parent: QWidget) -> QMenu:
    """Return a menu with one tick per column; the last visible column cannot be hidden."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    shown = [at for at in range(len(columns)) if not table.isColumnHidden(at)]
    for at, column in enumerate(columns):
        action = QAction(column.title, menu)
        action.setCheckable(True)
        action.setChecked(at in shown)
        action.setEnabled(shown != [at])
        action.toggled.connect(_shower(table, at, width=column.width))
        menu.addAction(action)
    return menu


def _shower(table: QTableView, place: int, *, width: int) -> Callable[[bool], None]:
    def show(on: bool) -> None:  # noqa: FBT001 - what QAction.toggled gives
        table.setColumnHidden(place, not on)
        if on and table.columnWidth(place) == 0:
            table.setColumnWidth(place, width)

    return show
