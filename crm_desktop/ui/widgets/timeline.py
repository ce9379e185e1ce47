"""What happened with one customer, newest first: icon, first line, second line, a heading per day.

Entries come in pages (``entries_wanted`` asks for the next ones), so that ten thousand cost what one
screen costs; the view lays out nothing it does not show.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import tr
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import CAPTION_PX, ICON_PX, SEMIBOLD

ENTRY_PX = 46
HEADING_PX = 30
_INDENT_PX = 34
_MARGIN_PX = 8
_Role = Qt.ItemDataRole
_NOWHERE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
EntryRole = int(_Role.UserRole) + 1
"""The ``Entry`` of a row; None for a heading."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: ``entry_opened`` gives ``key`` back, ``day`` is its heading, ``tone`` its icon's colour."""

    key: object
    glyph: str
    title: str
    detail: str = ""
    day: str = ""
    tone: str = "accent"
    tip: str = ""


class TimelineModel(QAbstractListModel):
    """Entries with a heading before each new day; a row is a heading (text) or an ``Entry``."""

    entries_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[str | Entry] = []
        self._day = ""
        self._more = False
        self._asked = False

    def set_entries(self, entries: Sequence[Entry], *, more: bool = False) -> None:
        """Show ``entries`` only; ``more`` says that there are older ones to ask for."""
        self.beginResetModel()
        self._rows, self._day = [], ""
        self._rows = self._with_headings(entries)
        self._more, self._asked = more, False
        self.endResetModel()

    def append(self, entries: Sequence[Entry], *, more: bool = False) -> None:
        """Continue with older ``entries``."""
        rows = self._with_headings(entries)
        self._more, self._asked = more, False
        if rows:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    def _with_headings(self, entries: Sequence[Entry]) -> list[str | Entry]:
        rows: list[str | Entry] = []
        for entry in entries:
            if entry.day and entry.day != self._day:
                self._day = entry.day
                rows.append(entry.day)
            rows.append(entry)
        return rows

    def item(self, row: int) -> str | Entry | None:
        """Return the heading or entry of ``row``, None outside."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of entries and headings so far."""
        return 0 if parent.isValid() else len(self._rows)

    def canFetchMore(self, parent: Index) -> bool:
        """Whether older entries can be asked for."""
        return not parent.isValid() and self._more and not self._asked

    def fetchMore(self, parent: Index) -> None:
        """Ask for older entries, once until they come."""
        if self.canFetchMore(parent):
            self._asked = True
            self.entries_wanted.emit()

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:  # noqa: ANN401 - as Qt has it
        """Return text, tool tip and spoken text; ``EntryRole`` gives the entry."""
        row = self.item(index.row()) if index.isValid() else None
        if row is None:
            return None
        if isinstance(row, str):
            return row if role in {_Role.DisplayRole, _Role.AccessibleTextRole} else None
        return {
            int(_Role.DisplayRole): row.title,
            int(_Role.ToolTipRole): row.tip or None,
            int(_Role.AccessibleTextRole): ", ".join(
                text for text in (row.title, row.detail, row.day) if text
            ),
            EntryRole: row,
        }.get(int(role))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let headings be passed over by the keyboard."""
        if isinstance(self.item(index.row()), str):
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)


class _TimelineDelegate(QStyledItemDelegate):
    """Paints headings and entries of two lines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = parent
        self._icons: dict[tuple[str, str], QIcon] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt's signature
        heading = index.data(EntryRole) is None
        return QSize(120, HEADING_PX if heading else ENTRY_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRect(option.rect)
        painter.save()
        try:
            entry = index.data(EntryRole)
            if isinstance(entry, Entry):
                self._back(painter, rect, index)
                self._entry(painter, rect, entry)
            else:
                heading = rect.adjusted(_MARGIN_PX, 8, -_MARGIN_PX, 0)
                text = str(index.data() or "").upper()
                self._line(painter, heading, text, px=CAPTION_PX, role="muted", bold=True)
        finally:
            painter.restore()

    def _back(self, painter: QPainter, rect: QRect, index: Index) -> None:
        view, tokens = self._view, Theme.current().tokens
        if not isinstance(view, Timeline):
            return
        current = view.currentIndex() == index and view.hasFocus()
        if not current and view.hovered_row != index.row():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(tokens.accent) if current else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.selection if current else tokens.hover))
        painter.drawRoundedRect(rect.adjusted(1, 1, -2, -2), 6, 6)

    def _entry(self, painter: QPainter, rect: QRect, entry: Entry) -> None:
        mirrored = self._view.isRightToLeft()
        sign = self._icons.setdefault((entry.glyph, entry.tone), icon(entry.glyph, entry.tone))
        x = rect.right() + 1 - _MARGIN_PX - ICON_PX if mirrored else rect.x() + _MARGIN_PX
        sign.paint(painter, QRect(x, rect.y() + (rect.height() - ICON_PX) // 2, ICON_PX, ICON_PX))
        text = rect.adjusted(_INDENT_PX, 0, -_MARGIN_PX, 0)
        if mirrored:
            text = rect.adjusted(_MARGIN_PX, 0, -_INDENT_PX, 0)
        middle = rect.y() + rect.height() // 2
        if not entry.detail:
            self._line(painter, text, entry.title)
            return
        self._line(painter, QRect(text.x(), middle - 19, text.width(), 20), entry.title)
        self._line(
            painter, QRect(text.x(), middle + 1, text.width(), 17), entry.detail, px=CAPTION_PX, role="muted"
        )

    def _line(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        *,
        px: int = 0,
        role: str = "text",
        bold: bool = False,
    ) -> None:
        font = QFont(self._view.font())
        if px:
            font.setPixelSize(px)
        if bold:
            font.setWeight(QFont.Weight(SEMIBOLD))
        painter.setFont(font)
        painter.setPen(QColor(Theme.current().tokens.role(role)))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        side = Qt.AlignmentFlag.AlignRight if self._view.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)


class Timeline(QListView):
    """The view; ``entry_opened(key)`` on Enter or double click, ``menu_requested(key, global position)``."""

    entry_opened = Signal(object)
    menu_requested = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent)
        self.hovered_row = -1
        self.entries = TimelineModel(self)
        self.setModel(self.entries)
        self.setItemDelegate(_TimelineDelegate(self))
        self.setProperty("role", "plain")
        self.setAccessibleName(name or tr("Timeline"))
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(200)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.doubleClicked.connect(self._open)
        self.entered.connect(self._hover)
        self.customContextMenuRequested.connect(self._menu_wanted)
        Theme.current().changed.connect(self.viewport().update)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the current entry."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._open(self.currentIndex())
            event.accept()
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        entry = index.data(EntryRole)
        if isinstance(entry, Entry):
            self.entry_opened.emit(entry.key)

    def _hover(self, index: QModelIndex) -> None:
        self.hovered_row = index.row()
        self.viewport().update()

    def _menu_wanted(self, position: QPoint) -> None:
        entry = self.indexAt(position).data(EntryRole)
        if isinstance(entry, Entry):
            self.menu_requested.emit(entry.key, self.viewport().mapToGlobal(position))
