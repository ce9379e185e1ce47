"""Columns that fill the table: shared out by their usual widths until the user sets one himself."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QTimer

from crm_desktop.ui.widgets.record_source import Column
from crm_desktop.ui.widgets.record_table import RecordTable

_LEAST = 0.62
"""Below this share of their usual widths columns are scrolled instead of squeezed."""


def shared_out(columns: Sequence[Column], usual: Sequence[int], room: int) -> list[int]:
    """Return the widths (pixels) of ``columns`` in ``room``: all grow alike, rigid ones shrink last."""
    total = sum(usual)
    kept = sum(width for column, width in zip(columns, usual, strict=True) if column.rigid)
    if room >= total or kept == total:
        factor = max(room / total, _LEAST)
        return [int(width * factor) for width in usual]
    factor = max((room - kept) / (total - kept), _LEAST)
    return [
        width if column.rigid else int(width * factor) for column, width in zip(columns, usual, strict=True)
    ]


class ColumnFit(QObject):
    """Follows the width of ``table``; ``active`` ends with the first width the user sets."""

    def __init__(self, table: RecordTable, *, active: bool = True) -> None:
        super().__init__(table)
        self._table = table
        self._setting = self._pressed = False
        self.active = active
        table.viewport().installEventFilter(self)
        self._titles = table.horizontalHeader().viewport()
        self._titles.installEventFilter(self)
        table.horizontalHeader().sectionResized.connect(self._resized)
        table.layout_changed.connect(self.fit)

    def _resized(self, _section: int, old: int, new: int) -> None:
        # The header moves sections by itself too; only a drag in it is the user's wish.
        if self._pressed and old and new and not self._setting:
            self.active = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Share the new width out after the view has taken it; know whether the header is dragged."""
        if watched is self._titles:
            if event.type() in {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease}:
                self._pressed = event.type() == QEvent.Type.MouseButtonPress
        elif event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            QTimer.singleShot(0, self, self.fit)
        return False

    def _usual(self, columns: Sequence[Column], room: int) -> list[int]:
        """Return the widths of ``columns``, a little more where titles need it and there is room for them."""
        metrics = self._table.horizontalHeader().fontMetrics()
        plain = [column.width for column in columns]
        titles = [metrics.horizontalAdvance(column.title) + 22 for column in columns]
        wide = [
            max(width, min(title, width * 115 // 100)) for width, title in zip(plain, titles, strict=True)
        ]
        return wide if sum(wide) <= room else plain

    def fit(self) -> None:
        """Share the width of the view out among the columns that are shown."""
        model, table = self._table.records, self._table
        if not self.active or self._setting or model is None:
            return
        shown = [place for place in range(len(model.columns)) if not table.isColumnHidden(place)]
        columns = [model.columns[place] for place in shown]
        room = table.viewport().width()
        if not shown or room < 100:
            return
        widths = shared_out(columns, self._usual(columns, room), room)
        self._setting = True
        try:
            for place, width in zip(shown, widths, strict=True):
                table.setColumnWidth(place, width)
        finally:
            self._setting = False
