"""The preview: one page at a time, painted from memory when it is looked at; nothing touches the disk."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout

from crm_desktop.domain.errors import KnownError
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.printing.paper import Document, paint_page
from crm_desktop.ui.theme import Theme, set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_S
from crm_desktop.ui.widgets.parts import button, label, row

_ZOOMS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
_DOTS_PER_MM = 96 / 25.4


class PagePreview(QFrame):
    """Shows a document's pages; ``refused`` with the error where one cannot be shown any more."""

    refused = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "page")
        self.document: Document | None = None
        self.section = self.page = 0
        self.zoom: float | None = None
        """None fits the page into the window."""
        self.sheet = QLabel()
        self.sheet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.area = _Area()
        self.area.resized.connect(self._room_changed)
        self.area.setWidgetResizable(True)
        self.area.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.area.setWidget(self.sheet)
        self.area.setMinimumSize(360, 360)
        self.first_button = self._tool("caret-double-left", tr("First page"), partial(self.show_section, 0))
        self.back_button = self._tool("caret-left", tr("Previous page"), partial(self.turn, -1))
        self.forth_button = self._tool("caret-right", tr("Next page"), partial(self.turn, 1))
        self.last_button = self._tool("caret-double-right", tr("Last page"), self.show_last)
        self.place = label("", "muted")
        self.last_tool = self._tool("arrows-out", tr("Fit into the window"), self.fit)
        tools = row(
            self.first_button, self.back_button, self.place, self.forth_button, self.last_button, None,
            self._tool("magnifying-glass-minus", tr("Smaller"), partial(self.step_zoom, -1)),
            self._tool("magnifying-glass-plus", tr("Larger"), partial(self.step_zoom, 1)),
            self.last_tool, spacing=SPACE_S,
        )  # fmt: skip
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area, 1)
        layout.addLayout(tools)

    @staticmethod
    def _tool(glyph: str, name: str, act: Callable[[], object]) -> QPushButton:
        return button("", act, glyph=glyph, name=name, role="quiet")

    def show_document(self, document: Document | None) -> None:
        """Show another document, at the page that was shown where it has it."""
        self.document = document
        if document is not None:
            self.section = min(self.section, max(0, document.sections - 1))
            self.page = min(self.page, document.pages(self.section) - 1) if document.sections else 0
        self.paint_again()

    def show_section(self, section: int) -> None:
        """Show the first page of a section."""
        self.section, self.page = section, 0
        self._tell(self.paint_again)

    def show_last(self) -> None:
        """Show the last page of all."""
        if self.document is not None:
            self.section, self.page = self.document.sections - 1, 0
            self._tell(self._show_last_of_section)

    def _show_last_of_section(self) -> None:
        if self.document is not None:
            self.page = self.document.pages(self.section) - 1
            self.paint_again()

    def turn(self, by: int) -> None:
        """Go to the next page or back to the one before."""
        self._tell(partial(self._turn, by))

    def _tell(self, act: Callable[[], object]) -> None:
        """Do what reads records: one of them may be gone since the document was made."""
        try:
            act()
        except KnownError as error:
            self.document = None
            self.sheet.clear()
            self._enable()
            self.refused.emit(error)

    def _turn(self, by: int) -> None:
        document = self.document
        if document is None:
            return
        page = self.page + by
        if 0 <= page < document.pages(self.section):
            self.page = page
        elif 0 <= self.section + by < document.sections:
            self.section += by
            self.page = 0 if by > 0 else document.pages(self.section) - 1
        self.paint_again()

    def step_zoom(self, by: int) -> None:
        """Show the page larger or smaller."""
        now = self._scale() / _DOTS_PER_MM
        steps = [zoom for zoom in _ZOOMS if (zoom > now + 0.01 if by > 0 else zoom < now - 0.01)]
        if steps:
            self.zoom = steps[0] if by > 0 else steps[-1]
            self._tell(self.paint_again)

    def fit(self) -> None:
        """Show the whole page."""
        self.zoom = None
        self._tell(self.paint_again)

    def _scale(self) -> float:
        """Return pixels for each millimetre."""
        if self.zoom is not None or self.document is None:
            return (self.zoom or 1.0) * _DOTS_PER_MM
        room: QSize = self.area.viewport().size() - QSize(2 * SPACE_L, 2 * SPACE_L)
        paper = self.document.paper
        return max(0.3, min(room.width() / paper.width, room.height() / paper.height))

    def image(self, document: Document, dots_per_mm: float) -> QImage:
        """Return the page of ``document`` whose turn it is."""
        paper = document.paper
        image = QImage(
            round(paper.width * dots_per_mm), round(paper.height * dots_per_mm), QImage.Format.Format_RGB32
        )
        image.fill(QColor("white"))
        painter = QPainter(image)
        try:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            paint_page(painter, document, self.section, self.page, dots_per_mm=dots_per_mm)
        finally:
            painter.end()
        return image

    def paint_again(self) -> None:
        """Paint the page again and say which one it is."""
        document = self.document
        shown = document is not None and document.sections > 0
        if document is None or not shown:
            self.sheet.clear()
            self.place.setText("")
        else:
            ratio = self.devicePixelRatioF()
            pixmap = QPixmap.fromImage(_edged(self.image(document, self._scale() * ratio)))
            pixmap.setDevicePixelRatio(ratio)
            self.sheet.setPixmap(pixmap)
            self.place.setText(self._words(document))
            self.sheet.setAccessibleName(self._words(document))
        self._enable()

    def _words(self, document: Document) -> str:
        pages = document.pages(self.section)
        words = tr("{place} of {count}").format(
            place=number(self.section + 1), count=number(document.sections)
        )
        if pages > 1 or self.page:
            words += " · " + tr("Page {page} of {pages}").format(page=self.page + 1, pages=pages)
        return words

    def _enable(self) -> None:
        document = self.document
        before = document is not None and (self.section > 0 or self.page > 0)
        after = document is not None and (
            self.section + 1 < document.sections
            or (document.sections > 0 and self.page + 1 < document.pages(self.section))
        )
        for tool in (self.first_button, self.back_button):
            tool.setEnabled(before)
        for tool in (self.forth_button, self.last_button):
            tool.setEnabled(after)

    def _room_changed(self) -> None:
        if self.zoom is None:
            self._tell(self.paint_again)


def _edged(image: QImage) -> QImage:
    """Return the page with an edge, so that it is seen on a light ground."""
    painter = QPainter(image)
    painter.setPen(QColor(Theme.current().tokens.border))
    painter.drawRect(image.rect().adjusted(0, 0, -1, -1))
    painter.end()
    return image


class _Area(QScrollArea):
    """Says when there is more room or less, with its viewport already as large as it is."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
