"""The parts a style sheet can only draw from image files: arrows, check marks, fields with arrows.

Drawn here from the tokens, so that they are sharp at every scale and no file is needed.
"""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QProxyStyle,
    QStyle,
    QStyleOption,
    QStyleOptionComboBox,
    QStyleOptionComplex,
    QStyleOptionSpinBox,
    QWidget,
)

from crm_desktop.ui.tokens import CONTROL_PX, LIGHT, RADIUS_CONTROL, Tokens

_Element = QStyle.PrimitiveElement
_State = QStyle.StateFlag
_ARROWS = {
    _Element.PE_IndicatorArrowDown: 0,
    _Element.PE_IndicatorSpinDown: 0,
    _Element.PE_IndicatorArrowLeft: 90,
    _Element.PE_IndicatorArrowUp: 180,
    _Element.PE_IndicatorSpinUp: 180,
    _Element.PE_IndicatorArrowRight: 270,
}


_PADDING_PX = 10
_BUTTON_PX = 24


def _field_part(control: QStyle.ComplexControl, part: QStyle.SubControl, rect: QRect) -> QRect | None:
    """Return where ``part`` lies in a field as big as ``rect``, None when Fusion decides."""
    button = QRect(rect.right() + 1 - _BUTTON_PX, rect.y(), _BUTTON_PX - 2, rect.height())
    text = rect.adjusted(_PADDING_PX, 2, -_BUTTON_PX, -2)
    half = rect.height() // 2 - 2
    if control == QStyle.ComplexControl.CC_ComboBox:
        return {
            QStyle.SubControl.SC_ComboBoxEditField: text,
            QStyle.SubControl.SC_ComboBoxArrow: button,
        }.get(part)
    if control == QStyle.ComplexControl.CC_SpinBox:
        return {
            QStyle.SubControl.SC_SpinBoxEditField: text.adjusted(-2, 0, 0, 0),
            QStyle.SubControl.SC_SpinBoxUp: QRect(button.x(), rect.y() + 2, button.width(), half),
            QStyle.SubControl.SC_SpinBoxDown: QRect(button.x(), rect.y() + 2 + half, button.width(), half),
        }.get(part)
    return None


class ControlStyle(QProxyStyle):
    """Fusion with chevrons, check marks, combo boxes and spin boxes in the tokens' colours."""

    def __init__(self) -> None:
        super().__init__("Fusion")
        self.tokens: Tokens = LIGHT

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw arrows, check marks and the focus ring; leave the rest to Fusion."""
        turn = _ARROWS.get(element)
        if turn is not None:
            colour = self.tokens.muted if option.state & _State.State_Enabled else self.tokens.faint
            self._chevron(painter, QRectF(option.rect), turn=turn, colour=colour)
        elif element in {_Element.PE_IndicatorCheckBox, _Element.PE_IndicatorItemViewItemCheck}:
            self._check_box(painter, option)
        elif element == _Element.PE_IndicatorRadioButton:
            self._radio_button(painter, option)
        elif element == _Element.PE_IndicatorMenuCheckMark:
            self._check_mark(painter, QRectF(option.rect), self.tokens.accent)
        elif element == _Element.PE_FrameFocusRect:
            if not isinstance(widget, QAbstractItemView):
                self._focus_ring(painter, QRectF(option.rect))
        else:
            super().drawPrimitive(element, option, painter, widget)

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw combo boxes and spin boxes as fields with chevrons; leave the rest to Fusion."""
        if control == QStyle.ComplexControl.CC_ComboBox and isinstance(option, QStyleOptionComboBox):
            if option.frame:
                self._field(painter, option, widget)
            self._part_chevron(painter, option, widget, QStyle.SubControl.SC_ComboBoxArrow, turn=0)
        elif control == QStyle.ComplexControl.CC_SpinBox and isinstance(option, QStyleOptionSpinBox):
            if option.frame:
                self._field(painter, option, widget)
            if option.buttonSymbols != option.buttonSymbols.NoButtons:
                self._part_chevron(painter, option, widget, QStyle.SubControl.SC_SpinBoxUp, turn=180)
                self._part_chevron(painter, option, widget, QStyle.SubControl.SC_SpinBoxDown, turn=0)
        else:
            super().drawComplexControl(control, option, painter, widget)

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        part: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:
        """Place text and chevrons of combo boxes and spin boxes like those of a line edit."""
        place = _field_part(control, part, option.rect)
        if place is None:
            # QProxyStyle's stub forgets that there may be no widget.
            return super().subControlRect(control, option, part, widget)  # type: ignore[arg-type]
        return QStyle.visualRect(option.direction, option.rect, place)

    def sizeFromContents(
        self,
        kind: QStyle.ContentsType,
        option: QStyleOption,
        size: QSize,
        widget: QWidget | None = None,
    ) -> QSize:
        """Make combo boxes and spin boxes as high as line edits, with room for the padding."""
        found = super().sizeFromContents(kind, option, size, widget)  # type: ignore[arg-type]
        if kind in {QStyle.ContentsType.CT_ComboBox, QStyle.ContentsType.CT_SpinBox}:
            return QSize(found.width() + _PADDING_PX, CONTROL_PX)
        return found

    def _part_chevron(
        self,
        painter: QPainter,
        option: QStyleOptionComplex,
        widget: QWidget | None,
        part: QStyle.SubControl,
        *,
        turn: int,
    ) -> None:
        combo = part == QStyle.SubControl.SC_ComboBoxArrow
        control = QStyle.ComplexControl.CC_ComboBox if combo else QStyle.ComplexControl.CC_SpinBox
        if widget is None:
            return
        rect = QRectF(self.subControlRect(control, option, part, widget))
        enabled = bool(option.state & _State.State_Enabled)
        self._chevron(painter, rect, turn=turn, colour=self.tokens.muted if enabled else self.tokens.faint)

    def _field(self, painter: QPainter, option: QStyleOptionComplex, widget: QWidget | None) -> None:
        tokens, state = self.tokens, option.state
        colour, width = tokens.control_border, float(tokens.line)
        if widget is not None and widget.property("refused"):
            colour, width = tokens.danger, 2.0
        elif state & _State.State_HasFocus:
            colour, width = tokens.accent, 2.0
        fill = tokens.surface if state & _State.State_Enabled else tokens.hover
        _rounded(painter, QRectF(option.rect), fill=fill, border=colour, width=width, radius=RADIUS_CONTROL)

    def _check_box(self, painter: QPainter, option: QStyleOption) -> None:
        box = _square(option.rect)
        on = bool(option.state & (_State.State_On | _State.State_NoChange))
        fill, border = self._indicator_colours(option, on=on)
        _rounded(painter, box, fill=fill, border=border, width=max(1.0, float(self.tokens.line)), radius=4)
        if option.state & _State.State_NoChange:
            dash = [QPointF(box.left() + 4, box.center().y()), QPointF(box.right() - 4, box.center().y())]
            _stroke(painter, dash, self.tokens.on_accent)
        elif on:
            self._check_mark(painter, box, self.tokens.on_accent)

    def _radio_button(self, painter: QPainter, option: QStyleOption) -> None:
        box = _square(option.rect)
        on = bool(option.state & _State.State_On)
        fill, border = self._indicator_colours(option, on=on)
        _rounded(
            painter,
            box,
            fill=fill,
            border=border,
            width=max(1.0, float(self.tokens.line)),
            radius=box.width() / 2,
        )
        if on:
            dot, colour = box.adjusted(5, 5, -5, -5), self.tokens.on_accent
            _rounded(painter, dot, fill=colour, border=colour, width=0, radius=dot.width() / 2)

    def _indicator_colours(self, option: QStyleOption, *, on: bool) -> tuple[str, str]:
        if not option.state & _State.State_Enabled:
            return (self.tokens.faint, self.tokens.faint) if on else (self.tokens.hover, self.tokens.border)
        if on:
            return self.tokens.accent, self.tokens.accent
        hot = option.state & (_State.State_MouseOver | _State.State_HasFocus)
        return self.tokens.surface, self.tokens.accent if hot else self.tokens.faint

    def _check_mark(self, painter: QPainter, box: QRectF, colour: str) -> None:
        side = min(box.width(), box.height())
        left, top = box.center().x() - side / 2, box.center().y() - side / 2
        points = [
            QPointF(left + side * x, top + side * y) for x, y in ((0.25, 0.52), (0.43, 0.70), (0.76, 0.33))
        ]
        _stroke(painter, points, colour)

    def _chevron(self, painter: QPainter, rect: QRectF, *, turn: int, colour: str) -> None:
        painter.save()
        try:
            painter.translate(rect.center())
            painter.rotate(turn)
            _stroke(painter, [QPointF(-3.5, -1.75), QPointF(0, 1.75), QPointF(3.5, -1.75)], colour, width=1.5)
        finally:
            painter.restore()

    def _focus_ring(self, painter: QPainter, rect: QRectF) -> None:
        _rounded(painter, rect, fill=None, border=self.tokens.accent, width=2, radius=4)


def _square(rect: QRect) -> QRectF:
    """Return the largest square in the middle of ``rect``."""
    side = float(min(rect.width(), rect.height()))
    square = QRectF(0, 0, side, side)
    square.moveCenter(QRectF(rect).center())
    return square


def _rounded(
    painter: QPainter, rect: QRectF, *, fill: str | None, border: str, width: float, radius: float
) -> None:
    painter.save()
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(border), width) if width else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
        inset = width / 2
        path = QPainterPath()
        path.addRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)
        painter.drawPath(path)
    finally:
        painter.restore()


def _stroke(painter: QPainter, points: list[QPointF], colour: str, *, width: float = 2.0) -> None:
    painter.save()
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, cap, join))
        painter.drawPolyline(QPolygonF(points))
    finally:
        painter.restore()
