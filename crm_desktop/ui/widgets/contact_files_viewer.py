"""A window that shows pictures, PDFs and texts of a contact without a copy outside the program."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QKeyEvent
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from crm_desktop.domain.attachments import FileKind, kind_of
from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.attachments import AttachmentLine
from crm_desktop.operations.file_previews import PICTURE_SIDE, Preview, preview
from crm_desktop.ui.messages import message_for, number, tr
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.contact_files_picture import PictureView, image_of
from crm_desktop.ui.widgets.contact_files_words import size_words
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, column, label, row

_SIZE_PX = (1040, 760)
_TEXT_PX = 13
_PAGE_SIDE = 2400
"""Pixels of a page's longer side: sharp enough to be read at twice its size."""


class FileViewer(QDialog):
    """Shows one of ``lines`` at a time; the wishes name the file that is shown."""

    copy_requested = Signal(object)
    save_requested = Signal(object)

    def __init__(self, context: PageContext, lines: Sequence[AttachmentLine], *, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._lines = list(lines)
        self._place = 0
        self._page = self._pages = 0
        self.shown: Preview | None = None
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setModal(True)
        self._build()
        self.resize(*_SIZE_PX)

    def _build(self) -> None:
        self.name = ElidedLabel(role="section")
        self.facts = label("", "muted")
        self.previous_button = self._tool(partial(self.step, -1), "caret-left", tr("Previous file"))
        self.next_button = self._tool(partial(self.step, 1), "caret-right", tr("Next file"))
        self.picture = PictureView()
        self.out_button = self._tool(self.picture.zoom_out, "magnifying-glass-minus", tr("Smaller"))
        self.in_button = self._tool(self.picture.zoom_in, "magnifying-glass-plus", tr("Larger"))
        self.fit_button = self._tool(self.picture.fit, "arrows-out", tr("Fit into the window"))
        self.save_button = self._tool(self._save, "download-simple", tr("Save as…"))
        self.copy_button = self._tool(self._copy, "arrow-square-out", tr("Open a decrypted copy…"))
        self._zooms = (self.out_button, self.in_button, self.fit_button)
        head = row(self.previous_button, self.next_button, spacing=SPACE_XS)
        head.addSpacing(SPACE_S)
        head.addLayout(column(self.name, self.facts, spacing=0), 1)
        tools = (*self._zooms, self.save_button, self.copy_button)
        head.addLayout(row(*tools, spacing=SPACE_XS))
        for tool in (self.save_button, self.copy_button):
            tool.setVisible(not self._context.session.read_only)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Text"))
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPixelSize(_TEXT_PX)
        self.text.setFont(font)
        self.trouble = EmptyState(glyph="warning", sentence="")
        self._stack = QStackedWidget()
        for page in (self.picture, self.text, self.trouble):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        layout.addLayout(self._page_row())

    def _page_row(self) -> QVBoxLayout:
        self.back_button = button(tr("Previous page"), partial(self.turn, -1), glyph="caret-left")
        self.forth_button = button(tr("Next page"), partial(self.turn, 1), glyph="caret-right")
        self.page_label = label("", "muted")
        self._pager = QWidget()
        inside = QVBoxLayout(self._pager)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(row(None, self.back_button, self.page_label, self.forth_button, None))
        return column(self._pager)

    @staticmethod
    def _tool(act: Callable[[], object], glyph: str, name: str) -> QPushButton:
        return button("", act, glyph=glyph, name=name, role="quiet")

    # --- showing -------------------------------------------------------------------------------

    @property
    def current(self) -> int:
        """The id of the file that is shown."""
        return self._lines[self._place].id

    def show_file(self, attachment_id: int, *, page: int = 0) -> None:
        """Decode and show one of the files, off the UI thread."""
        self._place = next(at for at, line in enumerate(self._lines) if line.id == attachment_id)
        line = self._lines[self._place]
        self._page = page
        if page == 0:
            self._pages = 1
        self.setWindowTitle(line.name)
        self.setAccessibleName(line.name)
        self.name.show_text(line.name)
        self.facts.setText(size_words(line.size))
        self._enable(decoding=True)
        side = _PAGE_SIDE if kind_of(line.name) is FileKind.PDF else PICTURE_SIDE
        self._context.tasks.run(
            partial(preview, self._context.session, line.id, page=page, side=side),
            on_done=partial(self._show, (line.id, page)),
            on_error=partial(self._refuse, (line.id, page)),
            owner=self,
            serial=False,
        )

    def _show(self, asked: tuple[int, int], found: Preview) -> None:
        if asked != (self.current, self._page):
            return  # another was asked for meanwhile
        self.shown = found
        facts = [size_words(found.size)]
        if found.raster is not None:
            self._pages = found.raster.pages
            if found.kind is FileKind.PICTURE:
                width, height = found.raster.whole
                facts.append(
                    tr("{width} × {height} pixels").format(width=number(width), height=number(height))
                )
            self.picture.show_image(image_of(found.raster, opaque=found.kind is FileKind.PDF), found.name)
            self._stack.setCurrentWidget(self.picture)
            self.picture.setFocus()
        else:
            self.text.setPlainText(found.text or "")
            if found.cut:
                facts.append(tr("only the beginning is shown"))
            self._stack.setCurrentWidget(self.text)
            self.text.setFocus()
        self.facts.setText(" · ".join(facts))
        self._enable()

    def _refuse(self, asked: tuple[int, int], error: KnownError) -> None:
        if asked == (self.current, self._page):
            self.shown = None
            self.trouble.sentence.setText(message_for(error))
            self._stack.setCurrentWidget(self.trouble)
            self._enable()

    def _enable(self, *, decoding: bool = False) -> None:
        is_picture = self._stack.currentWidget() is self.picture
        for tool in self._zooms:
            tool.setVisible(is_picture)
        self.previous_button.setEnabled(self._place > 0)
        self.next_button.setEnabled(self._place < len(self._lines) - 1)
        self._pager.setVisible(self._pages > 1 and is_picture)
        self.back_button.setEnabled(self._page > 0 and not decoding)
        self.forth_button.setEnabled(self._page < self._pages - 1 and not decoding)
        place = {"page": number(self._page + 1), "pages": number(self._pages)}
        self.page_label.setText(tr("Page {page} of {pages}").format(**place))

    # --- what a person does --------------------------------------------------------------------

    def step(self, by: int) -> None:
        """Show the file before or behind."""
        place = self._place + by
        if 0 <= place < len(self._lines):
            self.show_file(self._lines[place].id)

    def turn(self, by: int) -> None:
        """Show the page before or behind."""
        if 0 <= self._page + by < self._pages:
            self.show_file(self.current, page=self._page + by)

    def _save(self) -> None:
        self.save_requested.emit(self._lines[self._place])

    def _copy(self) -> None:
        self.copy_requested.emit(self._lines[self._place])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go to the next file, page keys turn pages, + - 0 zoom; Esc closes."""
        acts: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Left: partial(self.step, -1),
            Qt.Key.Key_Right: partial(self.step, 1),
            Qt.Key.Key_PageUp: partial(self.turn, -1),
            Qt.Key.Key_PageDown: partial(self.turn, 1),
            Qt.Key.Key_Plus: self.picture.zoom_in,
            Qt.Key.Key_Minus: self.picture.zoom_out,
            Qt.Key.Key_0: self.picture.fit,
        }
        act = acts.get(Qt.Key(event.key()))
        if act is None:
            super().keyPressEvent(event)
        else:
            act()
            event.accept()
