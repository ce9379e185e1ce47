"""The form of a contact in use: fills it, reads it, refuses in place, saves off the UI thread."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt, QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.contacts import Category, ContactKind
from crm_desktop.domain.errors import ConflictError, KnownError
from crm_desktop.operations import contacts
from crm_desktop.operations.contact_conflicts import Conflict, Saved, decided, save_merging
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.conflict_dialog import ConflictDialog
from crm_desktop.ui.widgets.conflict_words import taken_words
from crm_desktop.ui.widgets.contact_form import draft_from, kept_unchecked, sections, values_of
from crm_desktop.ui.widgets.contact_options import ContactOptions, contact_options
from crm_desktop.ui.widgets.message_bar import MessageBar, MessageTone
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, follow_by_tab, label, row
from crm_desktop.ui.widgets.record_form import RecordForm
from crm_desktop.ui.widgets.similar_line import SimilarLine

_KEPT_KNOWINGLY = {
    "phone_invalid": str(QT_TRANSLATE_NOOP("", "A number does not look like a phone number.")),
    "email_invalid": str(QT_TRANSLATE_NOOP("", "An address does not look like an e-mail address.")),
    "vat_invalid": str(QT_TRANSLATE_NOOP("", "The VAT id does not look like one of its country.")),
}
"""What may be saved although it was refused, when the user says so."""
_SEVERAL = str(QT_TRANSLATE_NOOP("", "What is marked red does not look right."))
_AROUND_PX = 80
"""What is kept in sight below a refused field: the rest of its row and the sentence."""


class Saving:
    """One save under way; ``written`` once the record is in the file: set and asked where writes are made."""

    def __init__(self) -> None:
        self.written = False

    def run(self, write: Callable[[], Saved | Conflict]) -> Saved | Conflict:
        """Try the write and remember whether it was made."""
        outcome = write()
        self.written = isinstance(outcome, Saved)
        return outcome


class ContactEditor(QWidget):
    """``saved(id)`` when the record is in the file; ``closed`` when the user leaves without saving."""

    saved = Signal(object)
    close_requested = Signal()
    contact_requested = Signal(int)
    """Wish to see somebody who may be the one being typed."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self.contact_id: int | None = None
        self._version = 0
        self._base = contacts.empty_draft(Category.CUSTOMER)
        # What was read from the file: what is typed is a change of it.
        self._read = self._base
        self._unchecked: set[str] = set()
        self._options = ContactOptions()
        self.saving: Saving | None = None
        self._restored = False
        self._refused = False
        self.form: RecordForm | None = None
        self._kind_timer = QTimer(self)
        self._kind_timer.setSingleShot(True)
        self._kind_timer.timeout.connect(self._follow_kind)
        self._build()

    def _build(self) -> None:
        self.title = label("", "section", wrap=True)
        self.message = MessageBar()
        self.message.action_requested.connect(self._message_action)
        self.similar = SimilarLine(self._context)
        self.similar.contact_requested.connect(self.contact_requested)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.save_button = button(tr("Save"), self.save, role="primary")
        self.save_button.setToolTip(tr("Save ({keys})").format(keys="Ctrl+S"))
        self.close_button = button(tr("Cancel"), self.close_requested.emit)
        self.close_button.setToolTip(tr("Leave without saving ({keys})").format(keys="Esc"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(SPACE_M)
        outer.addWidget(self.title)
        outer.addWidget(self.message)
        outer.addWidget(self.similar)
        outer.addWidget(self.area, 1)
        outer.addLayout(row(None, self.close_button, self.save_button, spacing=SPACE_S))

    def edit(self, draft: ContactDraft, *, contact_id: int | None, version: int) -> None:
        """Show ``draft``; ``contact_id`` None adds a new contact."""
        self.contact_id, self._version, self._base = contact_id, version, draft
        self._read = draft
        self._options = contact_options(self._context.session, draft.category)
        self._unchecked = set()
        self._restored = self._refused = False
        self.message.hide()
        self.similar.forget()
        self._title()
        self._show_form(draft.kind, values_of(draft))

    def _title(self) -> None:
        customer = self._base.category is Category.CUSTOMER
        if self.contact_id is not None:
            self.title.setText(tr("Edit {name}").format(name=self._base.name))
        else:
            self.title.setText(tr("New customer") if customer else tr("New address-book entry"))

    def _show_form(self, kind: ContactKind, values: Mapping[str, object]) -> RecordForm:
        form = RecordForm(sections(self._base.category, kind, self._options), name=self.title.text())
        set_role(form, "page")
        form.setContentsMargins(2, 2, SPACE_M, 2)
        form.set_values(values)
        form.editor("kind").setProperty("kind", kind.value)
        form.save_requested.connect(self.save)
        form.revert_requested.connect(self.close_requested)
        form.changed.connect(self._edited)
        self.form = form
        before = self.area.takeWidget()
        if before is not None:
            before.deleteLater()
        self.area.setWidget(form)
        follow_by_tab(form.last_stop, self.close_button, self.save_button)
        return form

    def _edited(self) -> None:
        self._unchecked = set()
        if self._refused:
            # What it says is being corrected.
            self._refused = False
            self.message.hide()
        if self.form is not None:
            self.similar.typed(draft_from(self.form.values(), self._base), self.contact_id)
        # Not now: the field that changed is in the form that would go.
        self._kind_timer.start()

    def _follow_kind(self) -> None:
        """Show the other fields when a person becomes a company; what was typed stays."""
        form = self.form
        if form is None:
            return
        values = form.values()
        kind = ContactKind(str(values["kind"]))
        if form.editor("kind").property("kind") != kind.value:
            self._base = draft_from(values, self._base)
            self._show_form(kind, values_of(self._base)).editor("kind").setFocus()

    def take_focus(self) -> None:
        """Put the keyboard on the first name field."""
        if self.form is not None:
            kind = self.form.values()["kind"]
            self.form.editor("company" if kind == ContactKind.COMPANY else "given").setFocus()

    @property
    def changed(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.form is not None and (self.form.is_changed or self._restored)

    def values(self) -> dict[str, Any]:
        """Return what is in the form."""
        return self.form.values() if self.form is not None else {}

    # --- saving --------------------------------------------------------------------------------

    def save(self) -> None:
        """Check and save; refusals are shown at their fields."""
        if self.form is None or self.saving is not None:
            return
        self.form.clear_refusals()
        self.message.hide()
        draft = draft_from(self.values(), self._base)
        draft = kept_unchecked(draft, self._unchecked)
        found = contacts.draft_problems(self._context.session, draft)
        if found:
            self._show_problems(found)
            return
        self._write(draft, base=self._read, version=self._version)

    def _write(self, draft: ContactDraft, *, base: ContactDraft, version: int) -> None:
        """Save off the UI thread what was made from ``base``, read at ``version``."""
        saving = Saving()
        self._set_saving(saving)
        session, contact_id = self._context.session, self.contact_id
        if contact_id is None:
            work: Callable[[], Saved | Conflict] = partial(self._add, draft)
        else:
            work = partial(save_merging, session, contact_id, draft, base=base, version=version)
        self._context.tasks.run(
            partial(saving.run, work), on_done=self._done, on_error=self._refuse, owner=self
        )

    def _add(self, draft: ContactDraft) -> Saved:
        return Saved(contacts.add_contact(self._context.session, draft))

    def _set_saving(self, saving: Saving | None) -> None:
        self.saving = saving
        self.save_button.setEnabled(saving is None)

    def _done(self, outcome: Saved | Conflict) -> None:
        self._set_saving(None)
        if isinstance(outcome, Conflict):
            self._ask(outcome)
            return
        self._restored = False
        if self.form is not None:
            self.form.accept_values()
        self.saved.emit(outcome.contact_id)
        if outcome.taken:
            self._context.notices.say(taken_words(outcome.taken, outcome.who, self._options))

    def _ask(self, conflict: Conflict) -> None:
        """Let the user choose between both values of each field; refused, the input stays as it is."""
        dialog = ConflictDialog(conflict, options=self._options, clock=self._context.clock, parent=self)
        dialog.accepted.connect(
            lambda: self._write(
                decided(conflict, dialog.choices), base=conflict.theirs, version=conflict.version
            )
        )
        dialog.rejected.connect(self.save_button.setFocus)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _refuse(self, error: KnownError) -> None:
        self._set_saving(None)
        field = str(error.facts.get("field", ""))
        if isinstance(error, ConflictError):
            self.message.show_message(message_for(error), tone="warn")
            self.save_button.setFocus()
        else:
            known = self.form is not None and self.form.show_refusal(field, message_for(error))
            self._show_refused(message_for(error))
            if not known:
                self.save_button.setFocus()

    def _show_refused(self, sentence: str, *, tone: MessageTone = "danger", action: str = "") -> None:
        """Say ``sentence`` above the form until something is corrected, and bring its field into sight."""
        self._refused = True
        self.message.show_message(sentence, tone=tone, action=action)
        # After the layout has made room for the sentences.
        QTimer.singleShot(0, self, self._reveal_refused)

    def _reveal_refused(self) -> None:
        refused = self.form.first_refused() if self.form is not None else None
        if refused is not None:
            self.area.ensureWidgetVisible(refused, 0, _AROUND_PX)

    def _show_problems(self, problems: Mapping[str, KnownError]) -> None:
        """Show each problem at its field; numbers nobody can check may be kept knowingly."""
        form = self.form
        if form is None:
            return
        said = tr("Nothing was saved. Correct what is marked red; the cursor is in the first place.")
        for key, problem in problems.items():
            if form.show_refusal(key, message_for(problem)):
                continue
            group, _, rest = key.partition(".")
            place, _, part = rest.partition(".")
            row_at = int(place) if place.isdigit() else None
            if not form.show_refusal(group, message_for(problem), row=row_at, part=part):
                said = message_for(problem)
        codes = {problem.code for problem in problems.values()}
        if codes <= _KEPT_KNOWINGLY.keys():
            self._unchecked = set(problems)
            said = tr(_KEPT_KNOWINGLY[codes.pop()]) if len(codes) == 1 else tr(_SEVERAL)
            self._show_refused(said, tone="warn", action=tr("Keep it as typed"))
        else:
            self._show_refused(said)

    def _message_action(self) -> None:
        if self._unchecked:
            self.save()

    # --- drafts --------------------------------------------------------------------------------

    def payload(self) -> dict[str, object]:
        """Return what a draft row keeps: which record at which version, and what was typed."""
        return {
            "contact_id": self.contact_id,
            "version": self._version,
            "values": self.values(),
            "read": values_of(self._read),
        }

    def take_payload(self, payload: Mapping[str, Any], base: ContactDraft) -> None:
        """Show what :meth:`payload` kept; it counts as typed and not saved."""
        contact_id = payload.get("contact_id")
        self.edit(base, contact_id=contact_id, version=int(payload.get("version") or 0))
        # Not what is in the file by now: somebody may have saved it since. Where it was not kept, nothing
        # is known of what was read: whatever differs is asked about.
        read = payload.get("read")
        self._read = draft_from(read, base) if read else contacts.empty_draft(base.category)
        values = payload.get("values") or {}
        self._show_form(ContactKind(values.get("kind") or base.kind), values)
        self._restored = True
        self.message.show_message(tr("Your input from before is back. It is not saved yet."), tone="info")
