"""What is written over the picture of a network: names by their signs, kinds on their lines.

In one letter size whatever the zoom; what would touch something written already is left out. It is done
anew for each frame of a drag, so places are plain numbers in a grid and widths are measured once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QGraphicsView

from crm_desktop.ui.messages import isolated
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import CAPTION_PX, SEMIBOLD
from crm_desktop.ui.widgets.relation_picture_items import LinkItem, NodeItem

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the view; right and bottom do not belong to it."""

_LONGEST_PX = 150
_SHORTEST_LINE_PX = 44
_GROUND_ALPHA = 215
_MANY_LINKS = 8
_GAP_PX = 3
_CELL_PX = 48


class _Boxes:
    """Boxes in a grid, so that asking for a touch looks at neighbours only."""

    def __init__(self) -> None:
        self._cells: defaultdict[tuple[int, int], list[Box]] = defaultdict(list)

    def add(self, box: Box) -> None:
        """Take a place."""
        for cell in _cells(box):
            self._cells[cell].append(box)

    def touched(self, box: Box) -> bool:
        """Return whether ``box`` covers a part of one that is taken."""
        left, top, right, bottom = box
        return any(
            left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
            for cell in _cells(box)
            for other in self._cells.get(cell, ())
        )


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    for column in range(box[0] // _CELL_PX, (box[2] - 1) // _CELL_PX + 1):
        for line in range(box[1] // _CELL_PX, (box[3] - 1) // _CELL_PX + 1):
            yield column, line


class PictureWriter:
    """Writes over ``view``; ``written`` is where, as it was done last."""

    def __init__(self, view: QGraphicsView) -> None:
        self._view = view
        self._sizes: dict[tuple[str, bool, bool], tuple[str, QSize]] = {}
        self._written = _Boxes()
        self._signs = _Boxes()
        self._window: Box = (0, 0, 0, 0)
        self.written: list[QRect] = []

    def forget(self) -> None:
        """Keep no measures: others will be shown, or in another font."""
        self._sizes.clear()

    def write(
        self, painter: QPainter, nodes: Iterable[NodeItem], links: Iterable[LinkItem], *, chosen: int | None
    ) -> None:
        """Write names, the chosen and the middle one first, then kinds, in the view's pixels."""
        size = self._view.viewport().size()
        self._window = (0, 0, size.width(), size.height())
        self._written, self._signs, self.written = _Boxes(), _Boxes(), []
        signs = {item: box for item in nodes if self._in_sight(box := self._sign(item))}
        for box in signs.values():
            self._signs.add(box)
        self._write_names(painter, signs, chosen)
        self._write_kinds(painter, links)

    def _sign(self, item: NodeItem) -> Box:
        half = item.reach * self._view.transform().m11()
        middle = self._view.mapFromScene(item.pos())
        x, y = middle.x(), middle.y()
        return int(x - half), int(y - half), int(x + half) + 1, int(y + half) + 1

    def _in_sight(self, box: Box) -> bool:
        window = self._window
        return box[0] < window[2] and box[2] > 0 and box[1] < window[3] and box[3] > 0

    def _write_names(self, painter: QPainter, signs: dict[NodeItem, Box], chosen: int | None) -> None:
        tokens = Theme.current().tokens
        meant = [item for item in signs if not item.node.distance or item.node.party.id == chosen]
        rest = sorted((item for item in signs if item not in meant), key=lambda item: -len(item.links))
        meant_boxes = [signs[item] for item in meant]
        for strong, items in ((True, meant), (False, rest)):
            painter.setFont(self._font(strong=strong))
            ink = QColor(tokens.text if strong else tokens.muted)
            for item in items:
                text, size = self._measured(item.node.party.name, strong=strong)
                places = _around(signs[item], size)
                found = next((place for place in places if self._has_room(place)), None)
                if found is None and strong:
                    found = places[0]  # whoever is meant is named, over others if it must be
                elif found is None and len(item.links) >= _MANY_LINKS:
                    found = next((place for place in places if self._is_blank(place, meant_boxes)), None)
                if found is not None:
                    self._write(painter, found, text, ink)

    def _write_kinds(self, painter: QPainter, links: Iterable[LinkItem]) -> None:
        tokens = Theme.current().tokens
        painter.setFont(self._font(strong=False))
        ink = QColor(tokens.faint if tokens.line == 1 else tokens.text)
        for link in links:
            line = link.in_view(lambda point: QPointF(self._view.mapFromScene(point)))
            if line.length() < _SHORTEST_LINE_PX:
                continue
            text, size = self._measured(link.words, strong=False)
            for part in (0.5, 0.38, 0.62):
                middle = line.pointAt(part)
                place = _box(int(middle.x()) - size.width() // 2, int(middle.y()) - size.height() // 2, size)
                if self._has_room(place):
                    self._write(painter, place, text, ink)
                    break

    def _measured(self, text: str, *, strong: bool) -> tuple[str, QSize]:
        """Return ``text`` as it is shown, and the room it takes."""
        mirrored = self._view.isRightToLeft()
        known = self._sizes.get((text, strong, mirrored))
        if known is None:
            metrics = QFontMetrics(self._font(strong=strong))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, _LONGEST_PX)
            size = QSize(metrics.horizontalAdvance(shown) + 6, metrics.height())
            known = self._sizes[text, strong, mirrored] = isolated(shown) if mirrored else shown, size
        return known

    def _has_room(self, place: Box) -> bool:
        """Return whether ``place`` is in sight and touches neither a sign nor what is written."""
        return self._is_blank(place, ()) and not self._signs.touched(place)

    def _is_blank(self, place: Box, signs: Sequence[Box]) -> bool:
        """Return whether nothing is written at ``place``, in sight, and none of ``signs`` lies there."""
        window = self._window
        inside = place[0] >= 0 and place[1] >= 0 and place[2] <= window[2] and place[3] <= window[3]
        return (
            inside
            and not self._written.touched(place)
            and not any(
                place[0] < sign[2] and sign[0] < place[2] and place[1] < sign[3] and sign[1] < place[3]
                for sign in signs
            )
        )

    def _write(self, painter: QPainter, place: Box, text: str, ink: QColor) -> None:
        """Write on a little surface of its own, so that lines do not go through the letters."""
        rect = QRect(place[0], place[1], place[2] - place[0], place[3] - place[1])
        self._written.add(place)
        self.written.append(rect)
        ground = QColor(Theme.current().tokens.surface)
        ground.setAlpha(_GROUND_ALPHA)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(rect, 4, 4)
        painter.setPen(ink)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _font(self, *, strong: bool) -> QFont:
        font = QFont(self._view.font())
        font.setPixelSize(CAPTION_PX)
        if strong:
            font.setWeight(QFont.Weight(SEMIBOLD))
        return font


def _box(x: int, y: int, size: QSize) -> Box:
    return x, y, x + size.width(), y + size.height()


def _around(sign: Box, size: QSize) -> list[Box]:
    """Return where a name may stand: below its sign, above, behind, before."""
    across = (sign[0] + sign[2] - size.width()) // 2
    down = (sign[1] + sign[3] - size.height()) // 2
    return [
        _box(across, sign[3] + _GAP_PX, size),
        _box(across, sign[1] - _GAP_PX - size.height(), size),
        _box(sign[2] + _GAP_PX, down, size),
        _box(sign[0] - _GAP_PX - size.width(), down, size),
    ]
