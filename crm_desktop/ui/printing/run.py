"""Painting a whole document: page by page between the window's own work, with progress and *Cancel*."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QIODevice, QObject, QTimer, Signal
from PySide6.QtGui import QPagedPaintDevice, QPainter, QPdfWriter

from crm_desktop.domain.errors import KnownError, OrganizationFileError
from crm_desktop.domain.progress import CancelToken, Progress
from crm_desktop.ui.printing.paper import Document, page_layout, paint_page

_PDF_DPI = 600


class PrintRun(QObject):
    """Paints onto ``device``; ``done`` when the last page is there, ``cancelled`` or ``refused`` before.

    ``wanted`` says of a page (from 1) whether it is among those to be printed.
    """

    done = Signal()
    cancelled = Signal()
    refused = Signal(object)
    progressed = Signal(object)

    def __init__(
        self,
        document: Document,
        device: QPagedPaintDevice,
        *,
        dpi: int,
        cancel: CancelToken,
        parent: QObject,
        wanted: Callable[[int], bool] = lambda _page: True,
    ) -> None:
        super().__init__(parent)
        self._document, self._device, self._cancel, self._wanted = document, device, cancel, wanted
        self._dots_per_mm = dpi / 25.4
        self._painter = QPainter()
        self._section = self._number = 0
        self._begun = False
        self._timer = QTimer(self)
        # Once for each section: what goes wrong as a bug is told once and not for every section after it.
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._step)

    def start(self) -> None:
        """Begin; the window goes on meanwhile."""
        self._timer.start()

    def stop(self) -> None:
        """Let go of the device; what was painted so far is worth nothing."""
        self._timer.stop()
        if self._painter.isActive():
            self._painter.end()

    def _step(self) -> None:
        if self._cancel.cancelled:
            self.stop()
            self.cancelled.emit()
            return
        try:
            self._paint_section()
        except KnownError as error:
            self.stop()
            self.refused.emit(error)
            return
        self._section += 1
        self.progressed.emit(Progress(self._section, self._document.sections))
        if self._section >= self._document.sections:
            self.stop()
            self.done.emit()
        else:
            self._timer.start()

    def _paint_section(self) -> None:
        if not self._painter.isActive() and not self._painter.begin(self._device):
            raise OrganizationFileError("printer_refused")
        for page in range(self._document.pages(self._section)):
            self._number += 1
            if not self._wanted(self._number):
                continue
            if self._begun:
                self._device.newPage()
            self._begun = True
            paint_page(self._painter, self._document, self._section, page, dots_per_mm=self._dots_per_mm)


class PdfRun(PrintRun):
    """Makes a PDF in memory: ``data`` when it is done. It names neither a person nor a place."""

    def __init__(self, document: Document, *, title: str, cancel: CancelToken, parent: QObject) -> None:
        self.buffer = QBuffer()
        self.buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._writer = QPdfWriter(self.buffer)
        self._writer.setResolution(_PDF_DPI)
        self._writer.setPageLayout(page_layout(document.paper))
        self._writer.setTitle(title)
        self._writer.setCreator("CT-CRM Desktop")
        super().__init__(document, self._writer, dpi=_PDF_DPI, cancel=cancel, parent=parent)

    @property
    def data(self) -> bytes:
        """The PDF."""
        return bytes(self.buffer.data().data())
