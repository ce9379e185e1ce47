"""The window of everything that is printed: choices at the left, the page at the right, printer or PDF."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout

from crm_desktop.domain.errors import KnownError
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.printing.options import PrintOptions
from crm_desktop.ui.printing.paper import Document
from crm_desktop.ui.printing.preview import PagePreview
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.parts import button, follow_by_tab, label, row

SETTLE_MS = 200
"""The preview waits this long for the typing to stop."""
_SIZE_PX = (1120, 800)
_OPTIONS_PX = 330


class PrintWindow(QDialog):
    """``print_requested`` and ``pdf_requested`` carry the document that is shown."""

    print_requested = Signal(object)
    pdf_requested = Signal(object)

    def __init__(self, title: str, options: PrintOptions, *, told: str = "") -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setModal(True)
        set_role(self, "page")
        self.options = options
        self.document: Document | None = None
        self.preview = PagePreview()
        self.told = label(told, "muted", wrap=True)
        self.told.setVisible(bool(told))
        self.message = MessageBar()
        self.cancel_button = button(tr("Close"), self.reject)
        self.pdf_button = button(tr("Save as PDF…"), self._pdf, glyph="file-pdf")
        self.print_button = button(tr("Print…"), self._print, role="primary", glyph="printer")
        self.print_button.setDefault(True)
        self._build(title)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self.look)
        options.changed.connect(self._timer.start)
        self.preview.refused.connect(self._gone)
        self.finished.connect(lambda _result: self._timer.stop())
        self.resize(*_SIZE_PX)
        self.look()

    def _build(self, title: str) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFixedWidth(_OPTIONS_PX)
        inside = QFrame()
        set_role(inside, "page")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SPACE_M, 0)
        column.addWidget(self.options)
        column.addStretch(1)
        scroll.setWidget(inside)
        left = QVBoxLayout()
        left.setSpacing(SPACE_M)
        left.addWidget(label(title, "section", wrap=True))
        left.addWidget(self.told)
        left.addWidget(scroll, 1)
        body = QHBoxLayout()
        body.setSpacing(SPACE_L)
        body.addLayout(left)
        body.addWidget(self.preview, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self.message)
        layout.addLayout(body, 1)
        layout.addLayout(row(None, self.cancel_button, self.pdf_button, self.print_button))
        follow_by_tab(self.preview.last_tool, self.cancel_button, self.pdf_button, self.print_button)

    def look(self) -> None:
        """Show what would be printed now, or say why nothing can be."""
        self._timer.stop()
        self.message.hide()
        self.document = None
        try:
            document = self.options.document()
            self.preview.show_document(document)
            self.document = document
        except KnownError as error:
            self.preview.show_document(None)
            self.refuse(error)
        ready = self.document is not None and self.document.sections > 0
        self.pdf_button.setEnabled(ready)
        self.print_button.setEnabled(ready)

    def _gone(self, error: KnownError) -> None:
        self.document = None
        self.pdf_button.setEnabled(False)
        self.print_button.setEnabled(False)
        self.refuse(error)

    def refuse(self, error: KnownError) -> None:
        """Say in the window why something is not printed."""
        self.say(message_for(error))

    def say(self, sentence: str) -> None:
        """Say a sentence in the window."""
        self.message.show_message(sentence, tone="danger", can_dismiss=False)

    def _current(self) -> Document | None:
        if self._timer.isActive():
            self.look()
        return self.document

    def _print(self) -> None:
        if (document := self._current()) is not None:
            self.print_requested.emit(document)

    def _pdf(self) -> None:
        if (document := self._current()) is not None:
            self.pdf_requested.emit(document)
