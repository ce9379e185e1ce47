"""Draws one line of the palette: sign, name, what tells it apart, and at the end its kind or its keys."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from crm_desktop.ui.assets import paint_icon
from crm_desktop.ui.messages import isolated
from crm_desktop.ui.shell.palette_entries import Entry
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import CAPTION_PX, RADIUS_CONTROL, SEMIBOLD, SPACE_M, SPACE_S
from crm_desktop.ui.widgets.avatar import paint_avatar

_SIGN_PX, _ROW_PX = 26, 42


class EntryDelegate(QStyledItemDelegate):
    """Paints entries of ``view``; ``entry_at`` gives the one of a row."""

    row_px = _ROW_PX

    def __init__(self, view: QListView, entry_at: Callable[[int], Entry]) -> None:
        super().__init__(view)
        self._entry_at = entry_at

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002 - Qt's signature
        """Return one line."""
        return QSize(100, _ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one line."""
        entry = self._entry_at(index.row())
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _Line(painter, option, chosen=chosen).draw(entry)
        finally:
            painter.restore()


class _Line:
    """One line under way: what is drawn takes its room from the beginning or the end."""

    def __init__(self, painter: QPainter, option: QStyleOptionViewItem, *, chosen: bool) -> None:
        self._painter = painter
        self._tokens = Theme.current().tokens
        self._mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        self._font = QFont(option.font)
        self._chosen = chosen
        self._whole = option.rect
        self._room = option.rect.adjusted(SPACE_M, 0, -SPACE_M, 0)

    def draw(self, entry: Entry) -> None:
        """Draw back, sign, name, detail and what stands at the end."""
        self._back()
        self._sign(entry)
        self._end(entry.kind, self._tokens.muted, small=True)
        if entry.keys:
            native = QKeySequence.SequenceFormat.NativeText
            self._pill(QKeySequence(entry.keys).toString(native), "neutral")
        if entry.mark:
            self._pill(entry.mark, "warn")
        used = self._begin(entry.title, self._tokens.text, bold=True)
        if entry.detail and used:
            self._begin(entry.detail, self._tokens.muted)

    def _back(self) -> None:
        if not self._chosen:
            return
        self._painter.setPen(
            QPen(QColor(self._tokens.accent), 1.5) if self._tokens.line > 1 else Qt.PenStyle.NoPen
        )
        self._painter.setBrush(QColor(self._tokens.selection))
        back = QRectF(self._whole).adjusted(1, 1, -1, -1)
        self._painter.drawRoundedRect(back, RADIUS_CONTROL, RADIUS_CONTROL)

    def _take(self, width: int, *, at_end: bool, gap: int = SPACE_S) -> QRect:
        """Take so many pixels from one side of the room that is left."""
        room, left = self._room, at_end == self._mirrored
        x = room.x() if left else room.right() + 1 - width
        taken = QRect(x, room.y(), width, room.height())
        step = width + gap
        self._room = room.adjusted(step, 0, 0, 0) if left else room.adjusted(0, 0, -step, 0)
        return taken

    def _sign(self, entry: Entry) -> None:
        place = self._take(_SIGN_PX, at_end=False, gap=SPACE_M)
        square = QRect(place.x(), place.center().y() - _SIGN_PX // 2 + 1, _SIGN_PX, _SIGN_PX)
        if not entry.glyph:
            paint_avatar(self._painter, QRectF(square), entry.title)
            return
        inner = square.adjusted(5, 5, -5, -5)
        paint_icon(self._painter, inner, name=entry.glyph, colour=self._tokens.muted)

    def _metrics(self, *, small: bool = False, bold: bool = False) -> QFontMetrics:
        font = QFont(self._font)
        if small:
            font.setPixelSize(CAPTION_PX)
        if bold:
            font.setWeight(QFont.Weight(SEMIBOLD))
        self._painter.setFont(font)
        return QFontMetrics(font)

    def _text(self, place: QRect, text: str, colour: str) -> None:
        self._painter.setPen(QColor(colour))
        shown = isolated(text) if self._mirrored else text
        side = Qt.AlignmentFlag.AlignRight if self._mirrored else Qt.AlignmentFlag.AlignLeft
        flags = int(side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute)
        self._painter.drawText(place, flags | int(Qt.TextFlag.TextSingleLine), shown)

    def _begin(self, text: str, colour: str, *, bold: bool = False) -> bool:
        metrics, room = self._metrics(bold=bold), self._room.width()
        if room < metrics.averageCharWidth() * 4:
            return False
        shown = metrics.elidedText(text.replace("\n", " "), Qt.TextElideMode.ElideRight, room)
        self._text(self._take(metrics.horizontalAdvance(shown) + 1, at_end=False), shown, colour)
        return True

    def _end(self, text: str, colour: str, *, small: bool) -> None:
        metrics = self._metrics(small=small)
        self._text(self._take(metrics.horizontalAdvance(text) + 1, at_end=True), text, colour)

    def _pill(self, text: str, tone: str) -> None:
        colour, tint = self._tokens.tone(tone)
        metrics = self._metrics(small=True, bold=True)
        place = self._take(metrics.horizontalAdvance(text) + 16, at_end=True)
        pill = QRectF(place.x(), place.center().y() - 9, place.width(), 19)
        self._painter.setPen(QColor(colour) if self._tokens.line > 1 else Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(tint))
        self._painter.drawRoundedRect(pill, 9.5, 9.5)
        self._painter.setPen(QColor(colour))
        self._painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
