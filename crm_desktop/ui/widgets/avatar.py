"""A person or company as a photo, or as initials, in a circle."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import SEMIBOLD


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of ``name``, signs passed over."""
    words = [word for word in name.split() if word[0].isalnum()]
    chosen = words if len(words) < 2 else [words[0], words[-1]]
    return "".join(word[0] for word in chosen).upper()


def paint_avatar(painter: QPainter, rect: QRectF, name: str) -> None:
    """Draw the circle and the initials of ``name`` into the square ``rect``."""
    tokens = Theme.current().tokens
    painter.save()
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen if tokens.line == 1 else QColor(tokens.border))
        painter.setBrush(QColor(tokens.selection))
        painter.drawEllipse(rect)
        font = QFont(painter.font())
        font.setPixelSize(max(8, round(rect.height() * 0.36)))
        font.setWeight(QFont.Weight(SEMIBOLD))
        painter.setFont(font)
        painter.setPen(QColor(tokens.accent))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials(name))
    finally:
        painter.restore()


def paint_photo(painter: QPainter, rect: QRectF, image: QImage) -> None:
    """Draw the middle of ``image`` into the circle inside ``rect``."""
    side = min(image.width(), image.height())
    # Most faces are in the upper part of an upright picture.
    left, top = (image.width() - side) / 2, (image.height() - side) / 4
    circle = QPainterPath()
    circle.addEllipse(rect)
    painter.save()
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(circle)
        painter.drawImage(rect, image, QRectF(left, top, side, side))
        painter.setClipping(False)
        painter.setPen(QPen(QColor(Theme.current().tokens.border), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(rect)
    finally:
        painter.restore()


class Avatar(QWidget):
    """The circle of one ``name``, ``side`` pixels wide; says nothing to a screen reader beside the name."""

    def __init__(self, name: str = "", *, side: int = 32, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._side = side
        self.image: QImage | None = None
        self._scaled: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        Theme.current().changed.connect(self.update)

    def show_name(self, name: str) -> None:
        """Show the initials of ``name``."""
        self._name = name
        self.setAccessibleName(name)
        self.update()

    def show_image(self, image: QImage | None) -> None:
        """Show a photo instead of the initials, or with None these again."""
        self.image, self._scaled = image, None
        self.update()

    def _photo(self, image: QImage) -> QImage:
        """Return the photo scaled down once, smoothly: drawing alone would leave out most of it."""
        if self._scaled is None:
            side = round(self._side * self.devicePixelRatioF() * 2)
            self._scaled = image.scaled(
                side, side, Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                Qt.TransformationMode.SmoothTransformation,
            )  # fmt: skip
        return self._scaled

    def sizeHint(self) -> QSize:
        """Return the square."""
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Draw the photo, or circle and initials; a ring where the keyboard is."""
        painter = QPainter(self)
        try:
            painter.setFont(self.font())
            inner = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            if self.image is None:
                paint_avatar(painter, inner, self._name)
            else:
                paint_photo(painter, inner, self._photo(self.image))
            if self.hasFocus():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(Theme.current().tokens.accent), 2.0))
                painter.drawEllipse(inner.adjusted(1, 1, -1, -1))
        finally:
            painter.end()
