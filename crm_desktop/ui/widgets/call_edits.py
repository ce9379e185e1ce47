"""What is done with single calls, the same from every page: entered by hand, changed, removed, noted."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.manual_calls import CallDraft, CallParts, draft_of_parts
from crm_desktop.domain.phone_numbers import international_display
from crm_desktop.operations import contacts, manual_calls, notes
from crm_desktop.operations.calls import CallRow
from crm_desktop.operations.row_conflicts import RowConflict
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.call_forms import CallDialog, call_note_form
from crm_desktop.ui.widgets.note_dialog import NoteDialog
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.undoable_writes import UndoableWrites
from crm_desktop.ui.widgets.words import call_words


def may_log(session: Session) -> bool:
    """Whether the person may enter calls and write to them."""
    return session.may("records.edit") and session.may("calls.view") and not session.read_only


def now_draft(now: int, number: str) -> CallDraft:
    """Return what the form of a new call begins with: that one called, just now."""
    return CallDraft(Direction.OUTGOING, Outcome.ANSWERED, now, 0, number)


def numbers_of(session: Session, contact_id: int) -> list[str]:
    """Return the numbers of a contact in use, as typed, the primary one first."""
    phones = [phone for phone in contacts.card(session, contact_id).phones if not phone.invalid]
    return [phone.raw for phone in sorted(phones, key=lambda phone: not phone.is_primary)]


class CallEdits(UndoableWrites):
    """``written`` when something is in the file; the forms open over ``parent``."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._page = context
        self._session = context.session
        self._over = parent

    @property
    def may_write(self) -> bool:
        """Whether the person may enter, change and note calls."""
        return may_log(self._session)

    def open_call(self, call: CallRow) -> None:
        """Open what can be written of a call: itself where somebody entered it, else the note to it."""
        if call.by_hand and self.may_write:
            self.change(call)
        elif call.customer_id is not None:
            self.note(call)

    def change(self, call: CallRow) -> None:
        """Open the form of a call entered by hand."""
        if not self.may_write or call.customer_id is None:
            return
        try:
            draft, version = manual_calls.call_draft(self._session, call.id)
            numbers = numbers_of(self._session, call.customer_id)
        except KnownError as error:
            self._page.notices.refuse(error)
            return
        dialog = CallDialog(
            self._page, draft, call.customer_name or "", numbers=numbers, new=False, parent=self._over
        )

        def save(typed: Mapping[str, Any]) -> object:
            wanted = dialog.draft(typed)
            return manual_calls.edit_call(self._session, call.id, wanted, version=version, base=draft)

        self.ask(dialog, save, tr("The call is changed."), settle=self._settle)

    def _settle(self, conflict: "RowConflict[CallParts]", choices: Mapping[Place, Side]) -> object:
        """Write what was chosen where somebody else changed the call meanwhile."""
        wanted = manual_calls.decided_call(conflict, choices)
        theirs = draft_of_parts(conflict.theirs)
        return manual_calls.edit_call(
            self._session, conflict.row_id, wanted, version=conflict.version, base=theirs
        )

    def fill_menu(self, menu: QMenu, call: CallRow) -> None:
        """Add what can be done with one call."""
        if call.customer_id is None:
            return
        wishes = [(tr("Note to the call…"), self.note)] if self.may_write or call.note else []
        if call.by_hand and self.may_write:
            wishes += [(tr("Change the call…"), self.change), (tr("Remove the call"), self.remove)]
        for words, wish in wishes:
            action = QAction(words, menu)
            action.triggered.connect(partial(_wished, wish, call))
            menu.addAction(action)

    def remove(self, call: CallRow) -> None:
        """Take a call away that was entered by hand."""
        if self.may_write:
            self.run(partial(manual_calls.remove_call, self._session, call.id), tr("The call is removed."))

    def note(self, call: CallRow) -> None:
        """Open the note to a call, or the form of a new one."""
        found = notes.call_note(self._session, call.id)
        if found is not None:
            dialog = NoteDialog(self._page, found, can_edit=self.may_write, parent=self._over)
            dialog.accepted.connect(lambda: self._done(dialog.done_words, None))
            self.open(dialog)
            return
        if not self.may_write:
            return

        def save(typed: Mapping[str, Any]) -> None:
            notes.add_call_note(self._session, call.id, str(typed["text"]))

        self.ask(call_note_form(self._words(call), parent=self._over), save, tr("Note added"))

    def _words(self, call: CallRow) -> str:
        number = international_display(call.e164) if call.e164 else call.raw_number
        parts = (
            call.customer_name, call_words(call.direction, call.outcome),
            self._page.clock.exact(call.started_at), number,
        )  # fmt: skip
        return " · ".join(part for part in parts if part)


def _wished(wish: Callable[[CallRow], None], call: CallRow, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
    wish(call)
