"""The timeline of the contact on the card, under a line to write a note; a note opens to be changed."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.errors import KnownError
from crm_desktop.operations import notes
from crm_desktop.operations.notes import NoteRow, NoteText
from crm_desktop.operations.row_conflicts import RowConflict, decided_row
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.asking_writes import run_asking
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.field_editors import LinesField
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, column, label, row
from crm_desktop.ui.widgets.timeline import Timeline

_ONE_LINE_PX = 36
_OPEN_PX = 84
_MOST_NOTES = 10_000


class ContactTimeline(QWidget):
    """``written`` when a note was added, changed or removed in the file."""

    written = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._contact_id: int | None = None
        self.timeline = Timeline(name=tr("Timeline"))
        self.entry = NoteEntry()
        self.add_button = button(tr("Add note"), self.add)
        self.entry.textChanged.connect(self._typed)
        self._writing = QWidget()
        self._writing.setLayout(column(self.entry, row(None, self.add_button), spacing=SPACE_S))
        outer = column(self._writing, spacing=SPACE_S)
        outer.setContentsMargins(0, SPACE_M, 0, 0)
        outer.addWidget(self.timeline, 1)
        self.setLayout(outer)
        self.timeline.entry_opened.connect(self.open_entry)
        self._typed()

    def show_contact(self, contact_id: int, *, trashed: bool) -> None:
        """Take notes for a contact; what was begun for another one is let go."""
        if contact_id != self._contact_id:
            self.entry.clear()
        self._contact_id = contact_id
        self._writing.setVisible(self._may_write and not trashed)

    @property
    def _may_write(self) -> bool:
        session = self._context.session
        return session.may("records.edit") and not session.read_only

    def _typed(self) -> None:
        typed = bool(self.entry.toPlainText().strip())
        self.add_button.setVisible(typed)
        self.entry.setFixedHeight(_OPEN_PX if typed else _ONE_LINE_PX)

    def add(self) -> None:
        """Save what was typed as a note of today."""
        text = self.entry.toPlainText()
        if self._contact_id is None or not text.strip():
            return
        self.add_button.setEnabled(False)
        work = partial(notes.add_note, self._context.session, self._contact_id, text)
        self._context.tasks.run(work, on_done=self._added, on_error=self._refused, owner=self)

    def _added(self, _note_id: int) -> None:
        self.add_button.setEnabled(True)
        self.entry.clear()
        self._done(tr("Note added"))

    def _done(self, words: str) -> None:
        self.written.emit()
        undo = self._context.actions.action("record.undo")
        self._context.notices.say(words, undo=undo.trigger if undo is not None else None)

    def _refused(self, error: KnownError) -> None:
        self.add_button.setEnabled(True)
        self._context.notices.refuse(error)

    def open_entry(self, key: object) -> None:
        """Open a note to be read whole, changed or removed; other entries have nothing more to show."""
        if not isinstance(key, tuple) or key[0] != "note" or self._contact_id is None:
            return
        found = notes.notes(self._context.session, self._contact_id, _MOST_NOTES)
        note = next((note for note in found if note.id == key[1]), None)
        if note is not None:
            self._ask(note)

    def _ask(self, note: NoteRow) -> None:
        dialog = NoteDialog(self._context, note, can_edit=self._may_write, parent=self)
        answer = dialog.exec()
        dialog.deleteLater()
        if answer == QDialog.DialogCode.Accepted:
            self._done(dialog.done_words)


class NoteEntry(QPlainTextEdit):
    """Where a note is typed; Tab leaves it."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setPlaceholderText(tr("Write a note…"))
        self.setAccessibleName(tr("New note"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep Enter for a new line."""
        super().keyPressEvent(event)
        event.accept()


class NoteDialog(Dialog):
    """One note, whole: changed with *Save*, taken away with *Remove*; both can be undone."""

    def __init__(self, context: PageContext, note: NoteRow, *, can_edit: bool, parent: QWidget) -> None:
        super().__init__(
            tr("Note"), accept=tr("Save"), reject=tr("Cancel") if can_edit else tr("Close"), parent=parent
        )
        self._context = context
        self._session = context.session
        self._note = note
        self.done_words = ""
        when = context.clock.exact(note.at)
        parts = [when, note.member_name]
        if note.edited_at is not None:
            parts.append(tr("changed {when}").format(when=context.clock.exact(note.edited_at)))
        self.editor = LinesField()
        self.editor.setFixedHeight(2 * _OPEN_PX)
        self.editor.setAccessibleName(tr("Note"))
        self.editor.setReadOnly(not can_edit)
        self.editor.set_value(note.text)
        self.body.addWidget(label(" · ".join(parts), "muted", wrap=True))
        self.body.addWidget(self.editor)
        self.accept_button.setVisible(can_edit)
        self.remove_button = self.add_button(tr("Remove"), role="danger")
        self.remove_button.setVisible(can_edit)
        self.remove_button.clicked.connect(self.remove)
        self.put_buttons_after(self.editor)

    def accept(self) -> None:
        """Save what was changed."""
        note, text = self._note, str(self.editor.value())
        wanted, base = NoteText(text), NoteText(note.text)
        self.accept_button.setEnabled(False)
        run_asking(
            self._context,
            partial(notes.edit_note, self._session, note.id, wanted, version=note.version, base=base),
            self._settle, parent=self, on_done=self._changed, on_error=self._refused, on_back=self._resume,
        )  # fmt: skip

    def _settle(self, conflict: "RowConflict[notes.NoteText]", choices: Mapping[Place, Side]) -> object:
        """Write what was chosen where somebody else changed the note meanwhile."""
        chosen = decided_row(conflict, choices)
        return notes.edit_note(
            self._session, conflict.row_id, chosen, version=conflict.version, base=conflict.theirs
        )

    def _changed(self, _nothing: object) -> None:
        self.done_words = tr("Note changed")
        super().accept()

    def _refused(self, error: KnownError) -> None:
        self._resume()
        self.show_refusal(message_for(error))

    def _resume(self) -> None:
        self.accept_button.setEnabled(True)

    def remove(self) -> None:
        """Remove the note."""
        try:
            notes.remove_note(self._session, self._note.id)
        except KnownError as error:
            self.show_refusal(message_for(error))
            return
        self.done_words = tr("Note removed")
        super().accept()
