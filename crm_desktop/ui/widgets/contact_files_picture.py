"""A picture that is fitted into its window, zoomed and dragged; what is decoded comes from below."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPixmap, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView

from crm_desktop.domain.attachments import Raster
from crm_desktop.ui.theme import Theme

_STEP = 1.25
_LARGEST, _SMALLEST = 8.0, 0.02


def image_of(raster: Raster, *, opaque: bool = False) -> QImage:
    """Return decoded pixels as an image of its own memory; ``opaque`` ones have no fourth value."""
    form = QImage.Format.Format_RGBX8888 if opaque else QImage.Format.Format_RGBA8888
    return QImage(raster.pixels, raster.width, raster.height, raster.width * 4, form).copy()


class PictureView(QGraphicsView):
    """Shows one image: as large as it fits until somebody zooms, with Ctrl and the wheel too."""

    def __init__(self) -> None:
        super().__init__()
        self._fitted = True
        self._image = QImage()
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self._item = QGraphicsPixmapItem()
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._scene.addItem(self._item)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        Theme.current().changed.connect(self._paint_ground)
        self._paint_ground()

    def _paint_ground(self) -> None:
        self.setBackgroundBrush(QColor(Theme.current().tokens.hover))

    @property
    def zoom(self) -> float:
        """Pixels of the screen a pixel of the image has."""
        return float(self.transform().m11())

    def show_image(self, image: QImage, name: str) -> None:
        """Show an image, fitted into the window."""
        self._image = image
        self._scene.setSceneRect(QRectF(image.rect()))
        self.setAccessibleName(name)
        self.fit()

    def fit(self) -> None:
        """Show all of it, no larger than it is."""
        self._fitted = True
        self.resetTransform()
        rect, room = self._scene.sceneRect(), self.viewport().size()
        if rect.isEmpty():
            return
        scale = min(1.0, (room.width() - 4) / rect.width(), (room.height() - 4) / rect.height())
        self.scale(max(scale, _SMALLEST), max(scale, _SMALLEST))
        self.centerOn(rect.center())
        self._draw()

    def _draw(self) -> None:
        """Scale down by averaging: painting takes four pixels of many, and letters come apart."""
        share = self.zoom * self.devicePixelRatioF()
        shown = self._image
        if share < 1.0:
            shown = shown.scaled(
                max(1, round(shown.width() * share)), max(1, round(shown.height() * share)),
                Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation,
            )  # fmt: skip
        self._item.setPixmap(QPixmap.fromImage(shown))
        self._item.setTransform(
            QTransform.fromScale(self._image.width() / shown.width(), self._image.height() / shown.height())
        )

    def zoom_in(self) -> None:
        """Come nearer."""
        self._zoom(_STEP)

    def zoom_out(self) -> None:
        """Go farther."""
        self._zoom(1 / _STEP)

    def _zoom(self, by: float) -> None:
        if _SMALLEST <= self.zoom * by <= _LARGEST:
            self._fitted = False
            self.scale(by, by)
            self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys belong to the window around it."""
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, scroll without."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom(_STEP if event.angleDelta().y() > 0 else 1 / _STEP)
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay fitted while nobody has zoomed."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()
