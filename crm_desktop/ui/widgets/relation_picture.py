"""The picture of a network: zoomed with the wheel, dragged, a click chooses, a double click opens.

Names and kinds are written over it in one letter size whatever the zoom, the nearest to the middle first;
what would touch something written already is left out and stands in the tool tip. Whoever cannot use a
picture has the same in the list beside it.
"""

from collections import defaultdict

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView

from crm_desktop.domain.relations import RULE_OF
from crm_desktop.operations.relation_network import Network, Node
from crm_desktop.ui.messages import tr
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import RADIUS_CARD
from crm_desktop.ui.widgets.relation_layout import SPACING, Point, roominess
from crm_desktop.ui.widgets.relation_picture_items import NODE_PX, LinkItem, NodeItem
from crm_desktop.ui.widgets.relation_picture_names import PictureWriter
from crm_desktop.ui.widgets.relation_words import role_word
from crm_desktop.ui.widgets.words import contact_kind_word

STEP = 1.25
SMALLEST, LARGEST = 0.1, 4.0
_MARGIN_PX = 34
_SMALLEST_SIGN_PX = 26.0


class RelationPicture(QGraphicsView):
    """``opened(id)`` on a double click or Enter, ``selected(id or None)`` when another node is chosen."""

    opened = Signal(object)
    selected = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.nodes: dict[int, NodeItem] = {}
        self.link_items: list[LinkItem] = []
        self._network: Network | None = None
        self._awaited: int | None = None
        self._whole = True
        self._writer = PictureWriter(self)
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Picture of the network"))
        self.setAccessibleDescription(tr("The list of relations holds the same in words."))
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(200, 160)
        self._scene.selectionChanged.connect(self._selection_changed)
        Theme.current().changed.connect(self.viewport().update)

    # --- what it shows -------------------------------------------------------------------------

    def show_network(self, network: Network, points: dict[int, Point]) -> None:
        """Draw a network whose nodes stand at ``points``, the whole of it in sight.

        The one that is shown already stays as it was zoomed, dragged and chosen.
        """
        if network == self._network:
            return
        chosen = self.chosen_id() if self._awaited is None else self._awaited
        self.forget()
        self._network = network
        for node in network.nodes:
            item = NodeItem(node, tip=_tip(node))
            item.setPos(QPointF(*points[node.party.id]))
            self.nodes[node.party.id] = item
            self._scene.addItem(item)
        self._add_links(network)
        # Room to drag a node out and the view about.
        whole = self._whole_rect()
        self._scene.setSceneRect(whole.adjusted(-600, -600, 600, 600))
        self.choose(chosen)
        self.fit()

    def _add_links(self, network: Network) -> None:
        joined = defaultdict(list)
        for link in network.links:
            joined[min(link.from_id, link.to_id), max(link.from_id, link.to_id)].append(link)
        for links in joined.values():
            first = links[0]
            along = [link for link in links if link.from_id == first.from_id]
            rules = [RULE_OF[link.kind] for link in links]
            words = [
                role_word(rule.first if link in along else rule.other)
                for link, rule in zip(links, rules, strict=True)
            ]
            item = LinkItem(
                self.nodes[first.from_id],
                self.nodes[first.to_id],
                words=", ".join(dict.fromkeys(words)),
                arrow=not all(rule.both_ways for rule in rules),
                ended=all(link.ended_on is not None for link in links),
            )
            self.link_items.append(item)
            self._scene.addItem(item)

    def forget(self) -> None:
        """Show nothing."""
        self._scene.blockSignals(True)  # noqa: FBT003 - Qt's own
        self._scene.clear()
        self._scene.blockSignals(False)  # noqa: FBT003 - Qt's own
        self.nodes, self.link_items = {}, []
        self._writer.forget()
        self._network = self._awaited = None

    def choose(self, contact_id: int | None) -> None:
        """Choose a node, or none; one that is not drawn yet is chosen once it is."""
        self._awaited = None if contact_id in self.nodes else contact_id
        for number, item in self.nodes.items():
            item.setSelected(number == contact_id)

    def chosen_id(self) -> int | None:
        """Return the chosen node's contact."""
        return next((number for number, item in self.nodes.items() if item.isSelected()), None)

    def _selection_changed(self) -> None:
        self.selected.emit(self.chosen_id())

    @property
    def written(self) -> list[QRect]:
        """Where names and kinds stand in the view, as they were written last."""
        return self._writer.written

    # --- looking -------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """The size of a drawn pixel, 1.0 being as it is."""
        return self.transform().m11()

    def zoom_by(self, factor: float) -> None:
        """Come nearer or go farther, inside limits."""
        wanted = min(LARGEST, max(SMALLEST, self.zoom * factor))
        self._whole = False
        self.scale(wanted / self.zoom, wanted / self.zoom)
        self._grow()

    def _grow(self) -> None:
        """Keep the signs recognizable from afar, as far as their distance allows."""
        free = 0.6 * SPACING * roominess(len(self.nodes)) * self.zoom
        times = max(1.0, min(_SMALLEST_SIGN_PX, free) / (NODE_PX * self.zoom))
        for item in self.nodes.values():
            item.grow(times)

    def zoom_in(self) -> None:
        """Come nearer."""
        self._zoom_middle(STEP)

    def zoom_out(self) -> None:
        """Go farther."""
        self._zoom_middle(1 / STEP)

    def _zoom_middle(self, factor: float) -> None:
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.zoom_by(factor)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)

    def fit(self) -> None:
        """Bring everything into sight, never larger than it is; kept so until somebody zooms or drags."""
        self._whole = True
        if not self.nodes:
            return
        items = self._whole_rect()
        room = self.viewport().size()
        width, height = max(1, room.width() - 2 * _MARGIN_PX), max(1, room.height() - 2 * _MARGIN_PX)
        zoom = min(1.0, width / max(1.0, items.width()), height / max(1.0, items.height()))
        self.resetTransform()
        self.scale(max(SMALLEST, zoom), max(SMALLEST, zoom))
        self._grow()
        self.centerOn(items.center())

    def _whole_rect(self) -> QRectF:
        """Return what all signs cover as they are drawn, not grown."""
        rect = QRectF()
        for item in self.nodes.values():
            rect |= item.boundingRect().translated(item.pos())
        return rect

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep everything in sight where it was."""
        super().resizeEvent(event)
        if self._whole:
            self.fit()

    def showEvent(self, event: QShowEvent) -> None:
        """The size is known from now on."""
        super().showEvent(event)
        if self._whole:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the pointer is."""
        turns = event.angleDelta().y() / 120
        if turns:
            self.zoom_by(STEP**turns)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom with + and -, fit with 0, open the chosen one with Enter; arrows move the view."""
        key, chosen = event.key(), self.chosen_id()
        if key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and chosen is not None:
            self.opened.emit(chosen)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """What was dragged stays where it was put."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.itemAt(event.position().toPoint()) is None:
            self._whole = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the node under the pointer."""
        item = self.itemAt(event.position().toPoint())
        if isinstance(item, NodeItem):
            self.opened.emit(item.node.party.id)
            event.accept()
        else:
            super().mouseDoubleClickEvent(event)

    # --- writing -------------------------------------------------------------------------------

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Lay the surface."""
        painter.fillRect(rect, QColor(Theme.current().tokens.surface))

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: ARG002 - Qt's signature
        """Write names, then kinds, where there is room."""
        painter.save()
        try:
            painter.resetTransform()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._writer.write(painter, self.nodes.values(), self.link_items, chosen=self.chosen_id())
            self._draw_frame(painter)
        finally:
            painter.restore()

    def _draw_frame(self, painter: QPainter) -> None:
        tokens, focused = Theme.current().tokens, self.hasFocus()
        ink = QColor(tokens.accent if focused else tokens.border)
        painter.setPen(QPen(ink, 2 if focused else tokens.line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.viewport().rect().adjusted(1, 1, -2, -2), RADIUS_CARD, RADIUS_CARD)


def _tip(node: Node) -> str:
    kind = contact_kind_word(node.party.kind)
    return "\n".join(part for part in (node.party.name, node.party.title or "", kind) if part)
