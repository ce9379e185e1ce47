"""A list of contacts as people know them from an address book: sign, name, a second line, a pill."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crm_desktop.domain.contacts import ContactKind
from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import isolated
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import CAPTION_PX, RADIUS_CONTROL, SEMIBOLD
from crm_desktop.ui.widgets.party_sign import paint_party

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_Role = Qt.ItemDataRole
LineRole = int(_Role.UserRole)
LINE_PX = 46
_MARGIN_PX = 8
_SIGN_PX = 30
_PILL_PX = 18


@dataclass(frozen=True, slots=True)
class PartyLine:
    """One line: ``key`` is what the owner knows it by, ``glyph`` is the sign where nobody is meant."""

    key: object
    name: str
    detail: str
    kind: ContactKind = ContactKind.PERSON
    pill: str = ""
    faint: bool = False
    glyph: str = ""
    tip: str = ""
    plain: bool = False
    """With a sign, and still no wish: the name in the colour of text."""


class PartyModel(QAbstractListModel):
    """The lines, whole in memory."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[PartyLine] = []

    def set_lines(self, lines: Sequence[PartyLine]) -> None:
        """Show ``lines`` only."""
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of lines."""
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:  # noqa: ANN401 - as Qt has it
        """Return the name, the tool tip and what is spoken; ``LineRole`` gives the line."""
        if not index.isValid() or not 0 <= index.row() < len(self.lines):
            return None
        line = self.lines[index.row()]
        return {
            int(_Role.DisplayRole): line.name,
            int(_Role.ToolTipRole): line.tip or None,
            int(_Role.AccessibleTextRole): ", ".join(
                part for part in (line.name, line.detail, line.pill) if part
            ),
            LineRole: line,
        }.get(int(role))


class _PartyDelegate(QStyledItemDelegate):
    """Paints a line; ``name_rect`` is where its name can be pressed."""

    def __init__(self, view: "PartyList") -> None:
        super().__init__(view)
        self._view = view
        self._icons: dict[str, QIcon] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt's signature
        return QSize(120, LINE_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(LineRole)
        if not isinstance(line, PartyLine):
            return
        painter.save()
        try:
            rect = QRect(option.rect)
            self._back(painter, rect, index)
            self._sign(painter, rect, line)
            self._texts(painter, rect, line, hovered=self._view.hovered_name == index.row())
        finally:
            painter.restore()

    def _back(self, painter: QPainter, rect: QRect, index: Index) -> None:
        tokens, view = Theme.current().tokens, self._view
        selected = view.selectionModel().isSelected(index)
        if not selected and view.hovered_row != index.row():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ringed = selected and view.hasFocus()
        painter.setPen(QPen(QColor(tokens.accent), tokens.line) if ringed else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.selection if selected else tokens.hover))
        painter.drawRoundedRect(rect.adjusted(1, 1, -2, -2), RADIUS_CONTROL, RADIUS_CONTROL)

    def _sign(self, painter: QPainter, rect: QRect, line: PartyLine) -> None:
        mirrored = self._view.isRightToLeft()
        x = rect.right() + 1 - _MARGIN_PX - _SIGN_PX if mirrored else rect.x() + _MARGIN_PX
        square = QRect(x, rect.y() + (rect.height() - _SIGN_PX) // 2, _SIGN_PX, _SIGN_PX)
        if line.glyph:
            sign = self._icons.setdefault(line.glyph, icon(line.glyph, "accent"))
            sign.paint(painter, square.adjusted(6, 6, -6, -6))
        else:
            inner = QRectF(square).adjusted(0.5, 0.5, -0.5, -0.5)
            paint_party(painter, inner, name=line.name, kind=line.kind, faint=line.faint)

    def _texts(self, painter: QPainter, rect: QRect, line: PartyLine, *, hovered: bool) -> None:
        tokens = Theme.current().tokens
        room = self._text_rect(rect)
        room = self._pill(painter, room, line.pill) if line.pill else room
        font = self._name_font()
        font.setUnderline(hovered)
        middle = rect.y() + rect.height() // 2
        is_wish = bool(line.glyph) and not line.plain
        ink = tokens.accent if hovered or is_wish else tokens.muted if line.faint else tokens.text
        top = QRect(room.x(), middle - 19, room.width(), 20) if line.detail else room
        self._line(painter, top, line.name, font=font, ink=ink)
        small = QFont(self._view.font())
        small.setPixelSize(CAPTION_PX)
        below = QRect(room.x(), middle + 1, room.width(), 17)
        self._line(painter, below, line.detail, font=small, ink=tokens.muted)

    def _text_rect(self, rect: QRect) -> QRect:
        indent = 2 * _MARGIN_PX + _SIGN_PX
        if self._view.isRightToLeft():
            return rect.adjusted(_MARGIN_PX, 0, -indent, 0)
        return rect.adjusted(indent, 0, -_MARGIN_PX, 0)

    def _name_font(self) -> QFont:
        font = QFont(self._view.font())
        font.setWeight(QFont.Weight(SEMIBOLD))
        return font

    def name_rect(self, rect: QRect, line: PartyLine) -> QRect:
        """Return where the name of ``line`` is drawn inside ``rect``."""
        room = self._text_rect(rect)
        width = min(room.width(), QFontMetrics(self._name_font()).horizontalAdvance(line.name) + 2)
        x = room.right() + 1 - width if self._view.isRightToLeft() else room.x()
        return QRect(x, rect.y() + rect.height() // 2 - 19, width, 20)

    def _pill(self, painter: QPainter, room: QRect, text: str) -> QRect:
        """Draw a pill at the end of ``room`` and return the rest."""
        font = self._name_font()
        font.setPixelSize(CAPTION_PX)
        width = QFontMetrics(font).horizontalAdvance(text) + 16
        mirrored = self._view.isRightToLeft()
        ink, tint = Theme.current().tokens.tone("neutral")
        x = room.x() if mirrored else room.right() + 1 - width
        pill = QRectF(x, room.y() + (room.height() - _PILL_PX) / 2, width, _PILL_PX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = Theme.current().tokens.line > 1
        painter.setPen(QPen(QColor(ink), 1.0) if wide else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tint))
        painter.drawRoundedRect(pill, _PILL_PX / 2, _PILL_PX / 2)
        painter.setPen(QColor(ink))
        painter.setFont(font)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        step = width + _MARGIN_PX
        return room.adjusted(step, 0, 0, 0) if mirrored else room.adjusted(0, 0, -step, 0)

    def _line(self, painter: QPainter, rect: QRect, text: str, *, font: QFont, ink: str) -> None:
        if not text or rect.width() <= 0:
            return
        mirrored = self._view.isRightToLeft()
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.setFont(font)
        painter.setPen(QColor(ink))
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(rect, flags, isolated(shown) if mirrored else shown)


class PartyList(QListView):
    """``opened(key)``: the name was pressed, Enter, or a double click; ``current_changed(key or None)``.

    With ``names_open`` False a line is chosen whole and its name is no link.
    """

    opened = Signal(object)
    current_changed = Signal(object)
    menu_requested = Signal(object, QPoint)
    remove_requested = Signal(object)

    def __init__(self, *, name: str, names_open: bool = True) -> None:
        super().__init__()
        self.hovered_row = self.hovered_name = -1
        self._names_open = names_open
        self.parties = PartyModel(self)
        self._delegate = _PartyDelegate(self)
        self.setModel(self.parties)
        self.setItemDelegate(self._delegate)
        self.setProperty("role", "plain")
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self.selectionModel().currentChanged.connect(lambda *_: self.current_changed.emit(self.current_key()))
        self.parties.modelReset.connect(lambda: self.current_changed.emit(self.current_key()))
        self.customContextMenuRequested.connect(self._menu_wanted)
        Theme.current().changed.connect(self.viewport().update)

    def show_lines(self, lines: Sequence[PartyLine], *, current: object = None) -> None:
        """Show ``lines``; the one with the key ``current`` is chosen, if it is among them."""
        self.hovered_row = self.hovered_name = -1
        self.parties.set_lines(lines)
        if current is not None:
            self.choose(current)

    def choose(self, key: object) -> None:
        """Choose the line with this key."""
        row = next((at for at, line in enumerate(self.parties.lines) if line.key == key), -1)
        if row >= 0 and key != self.current_key():
            self.setCurrentIndex(self.parties.index(row, 0))

    def current_key(self) -> object:
        """Return the key of the chosen line or None."""
        return self._key(self.currentIndex().row())

    def _key(self, row: int) -> object:
        return self.parties.lines[row].key if 0 <= row < len(self.parties.lines) else None

    def _open(self, row: int) -> None:
        if (key := self._key(row)) is not None:
            self.opened.emit(key)

    def _menu_wanted(self, position: QPoint) -> None:
        key = self._key(self.indexAt(position).row())
        if key is not None:
            self.menu_requested.emit(key, self.viewport().mapToGlobal(position))

    def name_at(self, position: QPoint) -> int:
        """Return the row whose name is at ``position`` of the viewport, else -1."""
        index = self.indexAt(position)
        line = index.data(LineRole) if index.isValid() else None
        if not self._names_open or not isinstance(line, PartyLine):
            return -1
        return (
            index.row() if self._delegate.name_rect(self.visualRect(index), line).contains(position) else -1
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Underline the name under the pointer."""
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row(), self.name_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        super().leaveEvent(event)
        self._hover(-1, -1)

    def _hover(self, row: int, name: int) -> None:
        if (row, name) != (self.hovered_row, self.hovered_name):
            self.hovered_row, self.hovered_name = row, name
            shape = Qt.CursorShape.PointingHandCursor if name >= 0 else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A pressed name opens."""
        super().mouseReleaseEvent(event)
        row = self.name_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0 and row == self.currentIndex().row():
            self._open(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a name the first press opened already."""
        if self.name_at(event.position().toPoint()) < 0:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Del asks to remove."""
        key = self.current_key()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and key is not None:
            self.opened.emit(key)
        elif event.key() == Qt.Key.Key_Delete and key is not None:
            self.remove_requested.emit(key)
        else:
            super().keyPressEvent(event)
            return
        event.accept()
