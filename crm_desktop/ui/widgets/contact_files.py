"""The *Files* tab of a contact's card: what is on file, dragged or chosen in, looked at and handed out."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from crm_desktop.domain.attachments import SHOWN_INSIDE, FileKind, kind_of
from crm_desktop.domain.errors import KnownError
from crm_desktop.operations import attachments
from crm_desktop.operations.attachments import AttachmentLine
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.contact_files_edits import FileEdits
from crm_desktop.ui.widgets.contact_files_viewer import FileViewer
from crm_desktop.ui.widgets.contact_files_words import file_line
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, label, row
from crm_desktop.ui.widgets.party_list import PartyList

_TOOL_PX = 36


class ContactFiles(QWidget):
    """``changed``: files were added, renamed or removed; ``photo_set``: one became the photo."""

    changed = Signal()
    photo_set = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._session = context.session
        self.contact_id: int | None = None
        self._trashed = False
        self.lines: dict[int, AttachmentLine] = {}
        self.viewer: FileViewer | None = None
        self.edits = FileEdits(context, self)
        self.edits.written.connect(self._written)
        self.edits.photo_set.connect(self.photo_set)
        self.list = PartyList(name=tr("Files"), names_open=False)
        self._build()
        self.list.opened.connect(self._open)
        self.list.menu_requested.connect(self._menu)
        self.list.remove_requested.connect(lambda _key: self.remove())
        self.list.current_changed.connect(self._current_changed)

    def _build(self) -> None:
        self.add_button = button(tr("Add file…"), self.choose, glyph="plus")
        self.open_button = self._tool(self.open, "eye", tr("Open the file"))
        self.save_button = self._tool(self.save_as, "download-simple", tr("Save a copy of the file as…"))
        self.rename_button = self._tool(self.rename, "pencil-simple", tr("Rename the file"))
        self.note_button = self._tool(self.note, "note", tr("Note about the file"))
        self.remove_button = self._tool(self.remove, "trash", tr("Remove the file"))
        self._for_all = (self.open_button, self.save_button)
        self._for_editors = (self.rename_button, self.note_button, self.remove_button)
        self.hint = label(tr("Drag files here to add them."), "muted", wrap=True)
        self.nothing = EmptyState(
            glyph="paperclip",
            sentence=tr("No files yet. Drag contracts, scans or pictures here; they are kept encrypted."),
            action=tr("Add file…"),
        )
        self.nothing.action_requested.connect(self.choose)
        filled = QWidget()
        inner = QVBoxLayout(filled)
        inner.setContentsMargins(0, SPACE_M, 0, 0)
        inner.setSpacing(SPACE_S)
        inner.addLayout(row(self.add_button, None, *self._for_all, *self._for_editors, spacing=SPACE_XS))
        inner.addWidget(self.list, 1)
        inner.addWidget(self.hint)
        self._stack = QStackedWidget()
        self._stack.addWidget(filled)
        self._stack.addWidget(self.nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    @staticmethod
    def _tool(act: Callable[[], object], glyph: str, name: str) -> QPushButton:
        made = button("", act, glyph=glyph, name=name, role="quiet")
        # Five of them beside a button with words: the card may be narrow.
        made.setFixedWidth(_TOOL_PX)
        return made

    # --- showing -------------------------------------------------------------------------------

    @property
    def may_edit(self) -> bool:
        """Whether files may be added and removed now."""
        session = self._session
        return (
            self.contact_id is not None
            and session.may("records.edit")
            and not (self._trashed or session.read_only)
        )

    def show_contact(self, contact_id: int, *, trashed: bool) -> None:
        """Read and show the files of a contact; in the trash they are only shown."""
        self.contact_id, self._trashed = contact_id, trashed
        self.reload()

    def reload(self) -> None:
        """Read the list again."""
        if self.contact_id is None:
            return
        try:
            found = attachments.attachments_of(self._session, self.contact_id)
        except KnownError as error:
            self._context.notices.refuse(error)
            found = []
        before = self.list.current_key()
        self.lines = {line.id: line for line in found}
        self.list.show_lines(
            [file_line(line, self._context.clock) for line in found],
            current=before if before in self.lines else next(iter(self.lines), None),
        )
        for part in (self.add_button, self.nothing.button, self.hint, *self._for_editors):
            part.setVisible(self.may_edit)
        self.save_button.setVisible(not self._session.read_only)
        self._stack.setCurrentIndex(0 if found else 1)

    def forget(self) -> None:
        """Show nothing and hold nothing."""
        self.contact_id = None
        self.lines = {}
        self.list.show_lines([])
        if self.viewer is not None:
            self.viewer.close()

    def show_drop(self, hovering: bool) -> None:  # noqa: FBT001 - one sense only
        """Say that what is dragged would be added."""
        words = tr("Drop to add the files.") if hovering else tr("Drag files here to add them.")
        self.hint.setText(words)
        self.nothing.sentence.setText(
            words if hovering
            else tr("No files yet. Drag contracts, scans or pictures here; they are kept encrypted.")
        )  # fmt: skip

    def current_line(self) -> AttachmentLine | None:
        """Return the chosen file."""
        key = self.list.current_key()
        return self.lines.get(key) if isinstance(key, int) else None

    def _current_changed(self, key: object) -> None:
        for tool in (*self._for_all, *self._for_editors):
            tool.setEnabled(key in self.lines)

    def _written(self) -> None:
        self.reload()
        self.changed.emit()

    # --- what a person does --------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 renames; Enter and Del belong to the list."""
        if event.key() == Qt.Key.Key_F2 and self.current_line() is not None and self.may_edit:
            self.rename()
            event.accept()
        else:
            super().keyPressEvent(event)

    def choose(self) -> None:
        """Choose files to add."""
        chosen, _ = QFileDialog.getOpenFileNames(self, tr("Add files"), "", tr("All files (*)"))
        if chosen:
            self.add([Path(name) for name in chosen])

    def add(self, paths: Sequence[Path]) -> None:
        """Add files of the disk."""
        if self.may_edit and self.contact_id is not None:
            self.edits.add(self.contact_id, paths)

    def _open(self, key: object) -> None:
        if isinstance(key, int) and key in self.lines:
            self.list.choose(key)
            self.open()

    def open(self) -> None:
        """Show the chosen file inside the program, or ask whether a decrypted copy is to be opened."""
        line = self.current_line()
        if line is None:
            return
        if kind_of(line.name) not in SHOWN_INSIDE:
            self.edits.open_copy(line)
            return
        shown = [other for other in self.lines.values() if kind_of(other.name) in SHOWN_INSIDE]
        viewer = self.viewer = FileViewer(self._context, shown, parent=self)
        viewer.copy_requested.connect(self.edits.open_copy)
        viewer.save_requested.connect(self.edits.save_as)
        viewer.finished.connect(self._viewer_closed)
        viewer.show_file(line.id)
        viewer.open()

    def _viewer_closed(self) -> None:
        viewer, self.viewer = self.viewer, None
        if viewer is not None:
            if viewer.current in self.lines:
                self.list.choose(viewer.current)
            viewer.deleteLater()

    def save_as(self) -> None:
        """Save a copy of the chosen file outside."""
        if (line := self.current_line()) is not None:
            self.edits.save_as(line)

    def rename(self) -> None:
        """Ask for another name of the chosen file."""
        if (line := self.current_line()) is not None:
            self.edits.rename(line)

    def note(self) -> None:
        """Ask what is to be noted of the chosen file."""
        if (line := self.current_line()) is not None:
            self.edits.note(line)

    def remove(self) -> None:
        """Remove the chosen file; it can be undone."""
        line = self.current_line()
        if line is not None and self.may_edit:
            self.edits.remove(line)

    def _menu(self, key: object, position: QPoint) -> None:
        line = self.lines.get(key) if isinstance(key, int) else None
        if line is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Open"), self.open)
        if not self._session.read_only:
            menu.addAction(tr("Open a decrypted copy…"), partial(self.edits.open_copy, line))
            menu.addAction(tr("Save as…"), self.save_as)
        if self.may_edit:
            menu.addSeparator()
            menu.addAction(tr("Rename…"), self.rename)
            menu.addAction(tr("Note…"), self.note)
            if kind_of(line.name) is FileKind.PICTURE:
                menu.addAction(tr("Use as the photo"), partial(self.edits.use_as_photo, line))
            menu.addSeparator()
            menu.addAction(tr("Remove"), self.remove)
        menu.popup(position)
