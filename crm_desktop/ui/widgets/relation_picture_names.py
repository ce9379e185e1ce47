"""What is written over the picture of a network: names by their signs, kinds on their lines.

In one letter size whatever the zoom; what would touch something written already is left out.
"""

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QGraphicsView

from crm_desktop.ui.messages import isolated
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import CAPTION_PX, SEMIBOLD
from crm_desktop.ui.widgets.relation_picture_items import LinkItem, NodeItem

_LONGEST_NAME_PX = 150
_SHORTEST_PX = 44
_GROUND_ALPHA = 215
_MANY_LINKS = 8


class PictureWriter:
    """Writes over ``view``; ``written`` is where, as it was done last."""

    def __init__(self, view: QGraphicsView) -> None:
        self._view = view
        self.written: list[QRect] = []

    def write(
        self, painter: QPainter, nodes: Iterable[NodeItem], links: Iterable[LinkItem], *, chosen: int | None
    ) -> None:
        """Write names, the chosen and the middle one first, then kinds, in the view's pixels."""
        items = list(nodes)
        self.written = []
        taken = [self._sign_rect(item) for item in items]
        self._write_names(painter, items, taken, chosen)
        self._write_kinds(painter, links, taken)

    def _sign_rect(self, item: NodeItem) -> QRect:
        half = item.reach * self._view.transform().m11()
        middle = QPointF(self._view.mapFromScene(item.pos()))
        return QRectF(middle.x() - half, middle.y() - half, 2 * half, 2 * half).toRect()

    def _write_names(
        self, painter: QPainter, nodes: Iterable[NodeItem], taken: list[QRect], chosen: int | None
    ) -> None:
        tokens = Theme.current().tokens
        order = sorted(
            nodes,
            key=lambda item: (item.node.party.id != chosen, item.node.distance > 0, -len(item.links)),
        )
        meant = [
            self._sign_rect(item) for item in order if not item.node.distance or item.node.party.id == chosen
        ]
        for item in order:
            strong = item.node.distance == 0 or item.node.party.id == chosen
            painter.setFont(self._font(strong=strong))
            metrics = QFontMetrics(painter.font())
            text = metrics.elidedText(item.node.party.name, Qt.TextElideMode.ElideRight, _LONGEST_NAME_PX)
            size = QSize(metrics.horizontalAdvance(text) + 6, metrics.height())
            places = _around(self._sign_rect(item), size)
            found = next((place for place in places if self._has_room(place, taken)), None)
            if found is None and (strong or len(item.links) >= _MANY_LINKS):
                # Whoever is meant, or holds many together, is named over the signs of others.
                found = next((place for place in places if strong or self._is_blank(place, meant)), None)
                if found is not None:
                    self._take(found, taken)
            if found is not None:
                self._write(painter, found, text, ink=tokens.text if strong else tokens.muted)

    def _write_kinds(self, painter: QPainter, links: Iterable[LinkItem], taken: list[QRect]) -> None:
        tokens = Theme.current().tokens
        painter.setFont(self._font(strong=False))
        metrics = QFontMetrics(painter.font())
        for link in links:
            line = link.in_view(lambda point: QPointF(self._view.mapFromScene(point)))
            text = metrics.elidedText(link.words, Qt.TextElideMode.ElideRight, _LONGEST_NAME_PX)
            width, height = metrics.horizontalAdvance(text) + 8, metrics.height()
            if line.length() < _SHORTEST_PX:
                continue
            for part in (0.5, 0.38, 0.62):
                middle = line.pointAt(part)
                place = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height).toRect()
                if self._has_room(place, taken):
                    self._write(painter, place, text, ink=tokens.faint if tokens.line == 1 else tokens.text)
                    break

    def _write(self, painter: QPainter, place: QRect, text: str, *, ink: str) -> None:
        """Write on a little surface of its own, so that lines do not go through the letters."""
        ground = QColor(Theme.current().tokens.surface)
        ground.setAlpha(_GROUND_ALPHA)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(place, 4, 4)
        painter.setPen(QColor(ink))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._shown(text))

    def _has_room(self, place: QRect, taken: list[QRect]) -> bool:
        """Take ``place`` if it is in sight and touches nothing."""
        if not self._view.viewport().rect().contains(place) or any(
            place.intersects(other) for other in taken
        ):
            return False
        self._take(place, taken)
        return True

    def _is_blank(self, place: QRect, meant: list[QRect]) -> bool:
        """Return whether nothing is written at ``place``, in sight, and no sign of ``meant`` lies there."""
        written = any(place.intersects(other) for other in (*self.written, *meant))
        return not written and self._view.viewport().rect().contains(place)

    def _take(self, place: QRect, taken: list[QRect]) -> None:
        taken.append(place)
        self.written.append(place)

    def _shown(self, text: str) -> str:
        return isolated(text) if self._view.isRightToLeft() else text

    def _font(self, *, strong: bool) -> QFont:
        font = QFont(self._view.font())
        font.setPixelSize(CAPTION_PX)
        if strong:
            font.setWeight(QFont.Weight(SEMIBOLD))
        return font


def _around(sign: QRect, size: QSize) -> list[QRect]:
    """Return where a name may stand: below its sign, above, behind, before."""
    middle = sign.center()
    across, down = middle.x() - size.width() // 2, middle.y() - size.height() // 2
    corners = (
        (across, sign.bottom() + 3),
        (across, sign.top() - 3 - size.height()),
        (sign.right() + 3, down),
        (sign.left() - 3 - size.width(), down),
    )
    return [QRect(QPoint(*corner), size) for corner in corners]
