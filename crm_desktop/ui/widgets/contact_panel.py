"""The pane beside a list of contacts: nothing, the card of one, or the form of one."""

from collections.abc import Mapping
from typing import Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError
from crm_desktop.operations import contacts
from crm_desktop.operations.settings import save_draft, take_draft
from crm_desktop.ui.messages import tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L
from crm_desktop.ui.widgets.contact_card import ContactCard
from crm_desktop.ui.widgets.contact_editor import ContactEditor
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.page import PageContext

Answer = Literal["save", "discard", "stay"]


class ContactPanel(QFrame):
    """``saved(id)`` after a form was saved, ``close_requested`` when the user leaves the form."""

    saved = Signal(object)
    close_requested = Signal()
    written = Signal()
    """Fact: something was changed on the card itself."""
    form_shown = Signal(bool)
    """Fact: the form is open now, or closed."""

    def __init__(self, context: PageContext, *, category: Category) -> None:
        super().__init__()
        set_role(self, "card")
        self.setAccessibleName(tr("Details"))
        self.setMinimumWidth(330)
        self._context = context
        self._category = category
        self.nothing = EmptyState(
            glyph="identification-card", sentence=tr("Choose somebody in the list to see the card.")
        )
        self.card = ContactCard(context)
        self.card.written.connect(self.written)
        self.editor = ContactEditor(context)
        self._stack = QStackedWidget()
        for page in (self.nothing, self.card, self.editor):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.addWidget(self._stack)
        self._stack.currentChanged.connect(lambda _place: self.form_shown.emit(self.editing))
        self.editor.saved.connect(self._saved)
        self.editor.close_requested.connect(self.close_requested)

    @property
    def editing(self) -> bool:
        """Whether the form is open."""
        return self._stack.currentWidget() is self.editor

    @property
    def changed(self) -> bool:
        """Whether the form holds something that is not saved."""
        return self.editing and self.editor.changed

    @property
    def contact_id(self) -> int | None:
        """The contact on the card or in the form; None for a new one."""
        return self.editor.contact_id if self.editing else self.card.contact_id

    def show_nothing(self) -> None:
        """Show that nobody is chosen."""
        self.card.forget()
        self._stack.setCurrentWidget(self.nothing)

    def show_contact(self, contact_id: int) -> None:
        """Show the card of a contact."""
        self.card.show_contact(contact_id)
        self._stack.setCurrentWidget(self.card if self.card.contact_id is not None else self.nothing)

    def reload(self) -> None:
        """Read the card again, if one is shown."""
        if not self.editing and self.card.contact_id is not None:
            self.show_contact(self.card.contact_id)

    def take_focus(self) -> None:
        """Put the keyboard into what is shown."""
        if self.editing:
            self.editor.take_focus()
        elif self._stack.currentWidget() is self.card:
            self.card.tabs.tabBar().setFocus(Qt.FocusReason.OtherFocusReason)

    def new_contact(self) -> None:
        """Open an empty form."""
        self.editor.edit(contacts.empty_draft(self._category), contact_id=None, version=0)
        self._stack.setCurrentWidget(self.editor)
        self.editor.take_focus()

    def edit(self) -> None:
        """Open the form of the contact on the card."""
        card = self.card
        if card.contact_id is not None and card.draft is not None:
            self.editor.edit(card.draft, contact_id=card.contact_id, version=card.version)
            self._stack.setCurrentWidget(self.editor)
            self.editor.take_focus()

    def save(self) -> None:
        """Save the open form."""
        if self.editing:
            self.editor.save()

    def close_form(self) -> None:
        """Leave the form for the card, keeping nothing of what was typed."""
        if self.editing:
            self._stack.setCurrentWidget(self.card if self.card.contact_id is not None else self.nothing)

    def _saved(self, contact_id: int) -> None:
        self._stack.setCurrentWidget(self.card)
        self.saved.emit(contact_id)

    def ask_to_leave(self) -> Answer:
        """Ask what becomes of what was typed."""
        dialog = Dialog(
            tr("Save the changes?"), text=tr("The form holds input that is not saved yet."),
            accept=tr("Save"), reject=tr("Keep editing"), parent=self,
        )  # fmt: skip
        answers: list[Answer] = []
        discard = dialog.add_button(tr("Discard"))
        discard.clicked.connect(lambda: answers.append("discard"))
        discard.clicked.connect(dialog.reject)
        dialog.accepted.connect(lambda: answers.append("save"))
        dialog.exec()
        dialog.deleteLater()
        return answers[-1] if answers else "stay"

    # --- drafts --------------------------------------------------------------------------------

    @property
    def _place(self) -> str:
        return f"form.{self._category.value}"

    def save_draft(self) -> None:
        """Keep what was typed and not saved in the file.

        Beside a save that is under way it is kept in case that save fails. The draft goes again behind it
        and before the session closes, so that nobody saves the same record a second time.
        """
        if not self.changed:
            return
        session, place, saving = self._context.session, self._place, self.editor.saving
        save_draft(session, place, self.editor.payload())
        if saving is not None:
            self._context.tasks.run(
                lambda: take_draft(session, place) if saving.written else None,
                on_error=self._context.notices.refuse,
            )

    def take_draft(self) -> bool:
        """Bring back what :meth:`save_draft` kept; False when there is nothing."""
        payload = take_draft(self._context.session, self._place)
        if payload is None:
            return False
        try:
            self._show_payload(payload)
        except KnownError as error:
            # The record is gone meanwhile: its draft cannot be saved any more, and says so.
            self._context.notices.refuse(error)
            return False
        return True

    def _show_payload(self, payload: Mapping[str, Any]) -> None:
        contact_id = payload.get("contact_id")
        if contact_id is None:
            base = contacts.empty_draft(self._category)
        else:
            base, _version = contacts.contact_draft(self._context.session, int(contact_id))
            self.card.show_contact(int(contact_id))
        self.editor.take_payload(payload, base)
        self._stack.setCurrentWidget(self.editor)
        self.editor.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the form also when nothing was typed."""
        if event.key() == Qt.Key.Key_Escape and self.editing:
            self.close_requested.emit()
            event.accept()
        else:
            super().keyPressEvent(event)
