"""The timeline of the contact on the card: what happened, by kind, under a line to write a note."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QMenu, QPlainTextEdit, QWidget

from crm_desktop.domain.errors import KnownError, RefusedError
from crm_desktop.operations import notes
from crm_desktop.operations.calls import CallRow, call_rows
from crm_desktop.operations.notes import NoteKind
from crm_desktop.operations.timeline import Cursor, EntryKind, TimelinePage, timeline
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.call_edits import CallEdits
from crm_desktop.ui.widgets.chip_bar import Chip, ChipBar
from crm_desktop.ui.widgets.events import timeline_entry, without_note_changes
from crm_desktop.ui.widgets.field_editors import ChoiceField
from crm_desktop.ui.widgets.note_dialog import NoteDialog, note_kinds
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, column, row
from crm_desktop.ui.widgets.timeline import Entry, Timeline

_ONE_LINE_PX = 36
_OPEN_PX = 84
_EVERYTHING = "everything"


class ContactTimeline(QWidget):
    """``written`` when a note or a call was added, changed or removed in the file."""

    written = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._session = context.session
        self._contact_id: int | None = None
        self._trashed = False
        self._cursor: Cursor | None = None
        self._calls: dict[int, CallRow] = {}
        self._of_calls: dict[int, int] = {}
        self.calls = CallEdits(context, self)
        self.calls.written.connect(self.written)
        self._build()
        self.kinds.chosen.connect(lambda _kind: self.load())
        self.timeline.entry_opened.connect(self.open_entry)
        self.timeline.menu_requested.connect(self._show_menu)
        self.timeline.entries.entries_wanted.connect(self._more)
        self.entry.textChanged.connect(self._typed)
        self._typed()

    def _build(self) -> None:
        self.timeline = Timeline(name=tr("Timeline"))
        self.kinds = ChipBar(self._chips(), name=tr("What to show"))
        self.entry = NoteEntry()
        self.kind = ChoiceField(choices=note_kinds())
        self.kind.setAccessibleName(tr("What it is"))
        self.add_button = button(tr("Add note"), self.add)
        self.kind.value_changed.connect(self._name_button)
        log = self._context.actions.action("calls.log")
        self.log_button = button(tr("Log a call…"), log.trigger if log else None, glyph="note-pencil")
        self.log_button.setVisible(log is not None)
        self.log_button.setMinimumHeight(_ONE_LINE_PX)
        self._writing = QWidget()
        first = row(self.entry, self.log_button)
        first.setAlignment(self.log_button, Qt.AlignmentFlag.AlignTop)
        first.setStretch(0, 1)
        self._writing.setLayout(column(first, row(None, self.kind, self.add_button), spacing=SPACE_S))
        outer = column(self._writing, self.kinds, spacing=SPACE_S)
        outer.setContentsMargins(0, SPACE_M, 0, 0)
        outer.addWidget(self.timeline, 1)
        self.setLayout(outer)

    def _chips(self) -> list[Chip]:
        """Return the kinds to choose from; who may not see calls has none of them."""
        words = {
            EntryKind.CALL: tr("Calls"),
            EntryKind.NOTE: tr("Notes"),
            EntryKind.MEETING: tr("Meetings"),
            EntryKind.EMAIL: tr("E-mails"),
            EntryKind.FOLLOW_UP: tr("Follow-ups"),
            EntryKind.CHANGE: tr("Changes"),
        }
        if not self._session.may("calls.view"):
            del words[EntryKind.CALL]
        return [Chip(_EVERYTHING, tr("Everything")), *(Chip(kind, title) for kind, title in words.items())]

    # --- showing -------------------------------------------------------------------------------

    def show_contact(self, contact_id: int, *, trashed: bool) -> None:
        """Read what happened with a contact; what was begun for another one is let go."""
        if contact_id != self._contact_id:
            self.entry.clear()
        self._contact_id, self._trashed = contact_id, trashed
        self._writing.setVisible(self._may_write and not trashed)
        self.load()

    def forget(self) -> None:
        """Hold no contact."""
        self._contact_id = self._cursor = None
        self._calls = {}
        self.timeline.entries.set_entries([])

    def load(self) -> None:
        """Show the first page of the chosen kind; the next ones come when they are scrolled to."""
        if self._contact_id is not None:
            self._calls = {}
            entries, more = self._read(None)
            self.timeline.entries.set_entries(entries, more=more)
            self.timeline.scrollToTop()

    def _more(self) -> None:
        if self._contact_id is not None and self._cursor is not None:
            entries, more = self._read(self._cursor)
            self.timeline.entries.append(entries, more=more)

    def _read(self, before: Cursor | None) -> tuple[list[Entry], bool]:
        assert self._contact_id is not None  # noqa: S101 - asked by both callers
        chosen = self.kinds.current()
        only = None if chosen == _EVERYTHING else EntryKind(chosen)
        found: TimelinePage = timeline(self._session, self._contact_id, before=before, only=only)
        self._cursor = found.next
        self._of_calls |= {
            entry.follow_up.id: entry.follow_up.call_id
            for entry in found.entries
            if entry.follow_up is not None and entry.follow_up.call_id is not None
        }
        self._calls |= {entry.call.id: entry.call for entry in found.entries if entry.call is not None}
        entries = found.entries if only is EntryKind.CHANGE else without_note_changes(found.entries)
        return [timeline_entry(entry, self._context.clock) for entry in entries], found.next is not None

    # --- writing -------------------------------------------------------------------------------

    @property
    def _may_write(self) -> bool:
        return self._session.may("records.edit") and not self._session.read_only

    def _typed(self) -> None:
        typed = bool(self.entry.toPlainText().strip())
        self.add_button.setVisible(typed)
        self.kind.setVisible(typed)
        self.entry.setFixedHeight(_OPEN_PX if typed else _ONE_LINE_PX)
        # One line has nothing to scroll.
        bar = Qt.ScrollBarPolicy.ScrollBarAsNeeded if typed else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.entry.setVerticalScrollBarPolicy(bar)

    def _name_button(self) -> None:
        self.add_button.setText(
            {NoteKind.MEETING: tr("Add meeting"), NoteKind.EMAIL: tr("Add e-mail")}.get(
                NoteKind(str(self.kind.value())), tr("Add note")
            )
        )

    def add(self) -> None:
        """Save what was typed as a note of today."""
        text = self.entry.toPlainText()
        if self._contact_id is None or not text.strip():
            return
        self.add_button.setEnabled(False)
        kind = NoteKind(str(self.kind.value()))
        work = partial(notes.add_note, self._session, self._contact_id, text, kind=kind)
        self._context.tasks.run(work, on_done=self._added, on_error=self._refused, owner=self)

    def _added(self, _note_id: int) -> None:
        self.add_button.setEnabled(True)
        self.entry.clear()
        self.kind.set_value(NoteKind.NOTE)
        self._done(tr("Note added"))

    def _done(self, words: str) -> None:
        self.written.emit()
        undo = self._context.actions.action("record.undo")
        self._context.notices.say(words, undo=undo.trigger if undo is not None else None)

    def _refused(self, error: KnownError) -> None:
        self.add_button.setEnabled(True)
        self._context.notices.refuse(error)

    def open_entry(self, key: object) -> None:
        """Open a note or a call to be read whole or changed, and the call a follow-up came from."""
        if not isinstance(key, tuple) or self._contact_id is None or self._trashed:
            return
        kind, identity = key
        if kind == "call" and identity in self._calls:
            self.calls.open_call(self._calls[identity])
        elif kind == "follow_up" and identity in self._of_calls:
            call_id = self._of_calls[identity]
            call = call_rows(self._session, [call_id]).get(call_id)
            if call is None:
                self._context.notices.refuse(RefusedError("call_gone"))
            else:
                self.calls.open_call(call)
        elif kind == "note" and (note := notes.note(self._session, identity)) is not None:
            dialog = NoteDialog(self._context, note, can_edit=self._may_write, parent=self)
            answer = dialog.exec()
            dialog.deleteLater()
            if answer == QDialog.DialogCode.Accepted:
                self._done(dialog.done_words)

    def _show_menu(self, key: object, position: QPoint) -> None:
        call = self._calls.get(key[1]) if isinstance(key, tuple) and key[0] == "call" else None
        if call is None or self._trashed:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.calls.fill_menu(menu, call)
        if menu.actions():
            menu.popup(position)


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
