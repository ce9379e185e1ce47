"""The nodes and links of a network's picture, each drawn by itself; names are the view's."""

from collections.abc import Callable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyle, QStyleOptionGraphicsItem, QWidget

from crm_desktop.domain.contacts import ContactKind
from crm_desktop.operations.relation_network import Node
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.widgets.party_sign import paint_party

NODE_PX = 36.0
MIDDLE_PX = 48.0
_RING_PX = 4.0
_ARROW_PX = 8.0
_GRASP_PX = 10.0


class NodeItem(QGraphicsItem):
    """Somebody: can be chosen and dragged; its links follow."""

    def __init__(self, node: Node, *, tip: str) -> None:
        super().__init__()
        self.node = node
        self.links: list[LinkItem] = []
        self.side = NODE_PX if node.distance else MIDDLE_PX
        self.setFlags(
            QGraphicsItem.GraphicsItemFlag.ItemIsMovable
            | QGraphicsItem.GraphicsItemFlag.ItemIsSelectable
            | QGraphicsItem.GraphicsItemFlag.ItemSendsGeometryChanges
        )
        self.setZValue(2 if node.distance else 3)
        self.setToolTip(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def reach(self) -> float:
        """How far the sign goes from its middle, grown as it is."""
        return self.side / 2 * self.scale()

    def grow(self, times: float) -> None:
        """Be larger than drawn, so that a far view still shows it."""
        self.setScale(times)
        for link in self.links:
            link.follow()

    def boundingRect(self) -> QRectF:
        """Return the sign with its ring."""
        half = self.side / 2 + _RING_PX
        return QRectF(-half, -half, 2 * half, 2 * half)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,  # noqa: ARG002 - Qt's signature
    ) -> None:
        """Draw the sign; a ring around the one in the middle and around the one chosen."""
        tokens, party = Theme.current().tokens, self.node.party
        half = self.side / 2
        sign = QRectF(-half, -half, self.side, self.side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or not self.node.distance:
            painter.setPen(QPen(QColor(tokens.accent), 3.0 if chosen else 1.5))
            painter.setBrush(QColor(tokens.surface))
            ring = self.boundingRect().adjusted(1.5, 1.5, -1.5, -1.5)
            if party.kind is ContactKind.COMPANY:
                painter.drawRoundedRect(ring, ring.height() * 0.25, ring.height() * 0.25)
            else:
                painter.drawEllipse(ring)
        paint_party(painter, sign, name=party.name, kind=party.kind)

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: object) -> object:
        """Take the links along."""
        if change == QGraphicsItem.GraphicsItemChange.ItemPositionHasChanged:
            for link in self.links:
                link.follow()
        return super().itemChange(change, value)


class LinkItem(QGraphicsItem):
    """One or more relations of the same two: a line, with an arrow where it reads in one direction only."""

    def __init__(self, first: NodeItem, other: NodeItem, *, words: str, arrow: bool, ended: bool) -> None:
        super().__init__()
        self.first, self.other, self.words = first, other, words
        self._arrow, self._ended = arrow, ended
        self.line = QLineF()
        self.setZValue(1)
        self.setToolTip(f"{first.node.party.name} – {words} – {other.node.party.name}")
        for end in (first, other):
            end.links.append(self)
        self.follow()

    def follow(self) -> None:
        """Lie between both ends again."""
        self.prepareGeometryChange()
        whole = QLineF(self.first.pos(), self.other.pos())
        length = whole.length()
        if length <= self.first.reach + self.other.reach + 2:
            self.line = QLineF(whole.p1(), whole.p1())
            return
        start, end = self.first.reach / length, 1 - (self.other.reach + 2) / length
        self.line = QLineF(whole.pointAt(start), whole.pointAt(end))

    def boundingRect(self) -> QRectF:
        """Return the line with its arrow and what can be grasped."""
        grown = _GRASP_PX
        return QRectF(self.line.p1(), self.line.p2()).normalized().adjusted(-grown, -grown, grown, grown)

    def shape(self) -> QPainterPath:
        """Return where the pointer is on the line."""
        path = QPainterPath(self.line.p1())
        path.lineTo(self.line.p2())
        stroker = QPainterPathStroker()
        stroker.setWidth(_GRASP_PX)
        return stroker.createStroke(path)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002 - Qt's signature
        widget: QWidget | None = None,  # noqa: ARG002 - Qt's signature
    ) -> None:
        """Draw the line, dashed where all of it has ended."""
        tokens = Theme.current().tokens
        lively = self.first.isSelected() or self.other.isSelected()
        ink = QColor(
            tokens.accent if lively else tokens.control_border if tokens.line == 1 else tokens.border
        )
        pen = QPen(ink, 1.6 if lively or tokens.line > 1 else 1.2)
        pen.setCosmetic(True)
        if self._ended:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.drawLine(self.line)
        if self._arrow and self.line.length() > 2 * _ARROW_PX:
            self._draw_arrow(painter, ink)

    def _draw_arrow(self, painter: QPainter, ink: QColor) -> None:
        back = QLineF(self.line.p2(), self.line.p1())
        back.setLength(_ARROW_PX)
        wings = []
        for turn in (-24, 24):
            wing = QLineF(back)
            wing.setAngle(back.angle() + turn)
            wings.append(wing.p2())
        painter.setBrush(ink)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([self.line.p2(), *wings]))

    def in_view(self, to_view: Callable[[QPointF], QPointF]) -> QLineF:
        """Return the line as it lies in the view."""
        return QLineF(to_view(self.line.p1()), to_view(self.line.p2()))
