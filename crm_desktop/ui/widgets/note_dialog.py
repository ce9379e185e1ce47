"""One note, whole: what it says, what it is a note of and of when; changed, or taken away."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from PySide6.QtWidgets import QWidget

from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.manual_calls import moment_from
from crm_desktop.operations import notes
from crm_desktop.operations.notes import NoteKind, NoteRow, NoteText
from crm_desktop.operations.row_conflicts import RowConflict, decided_row
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.tokens import SPACE_S
from crm_desktop.ui.widgets.asking_writes import run_asking
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.field_editors import ChoiceField, DateField, LinesField
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import follow_by_tab, label, row
from crm_desktop.ui.widgets.record_source import Choice
from crm_desktop.ui.widgets.text_field import TextField
from crm_desktop.ui.widgets.words import note_kind_word

_TEXT_PX = 168
_TIME_PX = 84


def note_kinds() -> list[Choice]:
    """Return the kinds a person chooses from; a note to a call is written at the call."""
    return [(kind, note_kind_word(kind)) for kind in (NoteKind.NOTE, NoteKind.MEETING, NoteKind.EMAIL)]


class NoteDialog(Dialog):
    """One note, whole: changed with *Save*, taken away with *Remove*; both can be undone."""

    def __init__(self, context: PageContext, note: NoteRow, *, can_edit: bool, parent: QWidget) -> None:
        super().__init__(
            note_kind_word(note.kind),
            accept=tr("Save"),
            reject=tr("Cancel") if can_edit else tr("Close"),
            parent=parent,
        )
        self._context = context
        self._session = context.session
        self._note = note
        self.done_words = ""
        when = context.clock.exact(note.at)
        parts = [when, note.member_name]
        began = datetime.fromtimestamp(note.at, context.clock.zone)
        self._began = (f"{began:%Y-%m-%d}", f"{began:%H:%M}")
        if note.edited_at is not None:
            parts.append(tr("changed {when}").format(when=context.clock.exact(note.edited_at)))
        self.editor = LinesField()
        self.editor.setFixedHeight(_TEXT_PX)
        self.editor.setAccessibleName(tr("Note"))
        self.editor.setReadOnly(not can_edit)
        self.editor.set_value(note.text)
        self.body.addWidget(label(" · ".join(parts), "muted", wrap=True))
        self._build_what(can_edit=can_edit)
        self.body.addWidget(self.editor)
        self.accept_button.setVisible(can_edit)
        self.remove_button = self.add_button(tr("Remove"), role="danger")
        self.remove_button.setVisible(can_edit)
        self.remove_button.clicked.connect(self.remove)
        follow_by_tab(self.kind, self.day, self.time, self.editor)
        self.put_buttons_after(self.editor)
        self.editor.setFocus()

    def _build_what(self, *, can_edit: bool) -> None:
        """Add kind, day and time; those of a note to a call are the call's."""
        self.kind = ChoiceField(choices=note_kinds())
        self.kind.setAccessibleName(tr("What it is"))
        self.kind.set_value(self._note.kind)
        self.day, self.time = DateField(), TextField()
        self.day.setAccessibleName(tr("Day"))
        self.time.setAccessibleName(tr("Time"))
        self.day.set_value(self._began[0])
        self.time.set_value(self._began[1])
        self.time.setFixedWidth(_TIME_PX)
        self.what = QWidget()
        line = row(self.kind, self.day, self.time, spacing=SPACE_S)
        line.setStretch(1, 1)
        self.what.setLayout(line)
        self.what.setVisible(can_edit and self._note.kind is not NoteKind.CALL)
        self.body.addWidget(self.what)

    def _wanted(self) -> NoteText:
        """Return what is typed; raises what is wrong with day or time."""
        text, note = str(self.editor.value()), self._note
        if note.kind is NoteKind.CALL:
            return NoteText(text)
        typed = (str(self.day.value()), str(self.time.value()))
        # To the minute: one that was not touched keeps its second.
        at = note.at if typed == self._began else moment_from(*typed, self._context.clock.zone)
        return NoteText(text, NoteKind(str(self.kind.value())), at)

    def accept(self) -> None:
        """Save what was changed."""
        note = self._note
        try:
            wanted = self._wanted()
        except KnownError as error:
            self._refused(error)
            return
        base = NoteText(note.text) if wanted.kind is None else NoteText(note.text, note.kind, note.at)
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
