"""The form of a relation: who, what each is to the other, in which function, since when and until when."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.contacts import ContactKind
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.relations import RelationDraft, RelationRole, roles_for
from crm_desktop.operations.relations import Party, RelationLine, relation_problems
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.widgets.contact_chooser import Choice, ContactChooser
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.field_editors import ChoiceField
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import label
from crm_desktop.ui.widgets.record_form import Field, RecordForm, Section
from crm_desktop.ui.widgets.record_source import Choice as FieldChoice
from crm_desktop.ui.widgets.relation_words import role_word

_SIZE_PX = (520, 600)
_TEXTS = ("position", "started_on", "ended_on", "note")


def _role_choices(own: ContactKind, other: ContactKind | None) -> list[FieldChoice]:
    return [(role.value, role_word(role)) for role in roles_for(own, other)]


def _sections(own: ContactKind, other: ContactKind | None) -> list[Section]:
    return [
        Section(
            "",
            (
                Field("role", tr("Relation"), "choice", choices=lambda: _role_choices(own, other)),
                Field("position", tr("Function")),
                Field("started_on", tr("Since"), "date", width=180),
                Field("ended_on", tr("Until"), "date", width=180),
                Field("note", tr("Note"), "lines"),
            ),
        )
    ]


class RelationDialog(Dialog):
    """``submitted(Party, QuickEntry or None; RelationDraft)``; None for the one the relation has already."""

    submitted = Signal(object, object)

    def __init__(
        self,
        context: PageContext,
        own: Party,
        *,
        line: RelationLine | None = None,
        parent: QWidget | None = None,
    ) -> None:
        title = tr("Change the relation of {name}") if line else tr("Who belongs to {name}?")
        super().__init__(title.format(name=own.name), accept=tr("Save"), parent=parent)
        self._own, self._line = own, line
        self._offered: ContactKind | None = line.other.kind if line else None
        self.chooser = (
            ContactChooser(context.session, context.tasks, without=own.id) if line is None else None
        )
        self.form = RecordForm(_sections(own.kind, self._offered), name=tr("Relation"))
        set_role(self.form, "page")
        self.sentence = label("", "muted", wrap=True)
        if self.chooser is not None:
            self.body.addWidget(self.chooser)
            self.chooser.chosen.connect(self._chosen)
        self.body.addWidget(self.sentence)
        self.body.addWidget(self.form, 1)
        self.put_buttons_after(self.form.last_stop)
        self._fill(line)
        role = self.form.editor("role")
        if isinstance(role, ChoiceField):
            role.value_changed.connect(self._say)
        self.form.save_requested.connect(self._submit)
        self.accept_button.clicked.disconnect()
        self.accept_button.clicked.connect(self._submit)
        self._chosen(None)
        self.resize(_SIZE_PX[0], _SIZE_PX[1] if line is None else 0)

    def _fill(self, line: RelationLine | None) -> None:
        if line is not None:
            texts = {name: getattr(line, name) or "" for name in _TEXTS}
            self.form.set_values({"role": line.role.value, **texts})

    @property
    def choice(self) -> Choice | None:
        """Who was chosen for a new relation."""
        return self.chooser.choice if self.chooser is not None else None

    def _chosen(self, choice: Choice | None) -> None:
        """Offer what fits the one who was chosen; what was chosen before stays where it still fits."""
        kind = self._line.other.kind if self._line else choice.kind if choice is not None else None
        role = self.form.editor("role")
        if kind is not self._offered and isinstance(role, ChoiceField):
            self._offered, before = kind, role.value()
            offered = _role_choices(self._own.kind, kind)
            role.set_choices(offered)
            fitting = before if before in {value for value, _ in offered} else offered[0][0]
            role.set_value(fitting)
        ready = self._line is not None or choice is not None
        self.form.setEnabled(ready)
        self.accept_button.setEnabled(ready)
        self._say()
        if choice is not None:
            role.setFocus()

    def _say(self) -> None:
        """Say the relation as a sentence, so that nobody states it the wrong way round."""
        other = self._line.other.name if self._line else self.choice.name if self.choice is not None else ""
        role = self.form.values()["role"]
        said = bool(other and role)
        self.sentence.setVisible(said)
        if said:
            words = role_word(RelationRole(str(role)))
            text = tr("{own} – {role} – {other}").format(own=self._own.name, role=words, other=other)
            self.sentence.setText(text)

    def draft(self) -> RelationDraft:
        """Return what is typed."""
        values = self.form.values()
        texts = {name: str(values[name] or "") or None for name in _TEXTS}
        return RelationDraft(RelationRole(str(values["role"])), **texts)

    def _submit(self) -> None:
        if not self.accept_button.isEnabled():
            return
        draft = self.draft()
        self.form.clear_refusals()
        self.message.hide()
        found = relation_problems(draft)
        for field, problem in found.items():
            self.form.show_refusal(field, message_for(problem))
        if not found:
            self.accept_button.setEnabled(False)
            self.submitted.emit(self.choice, draft)

    def resume(self) -> None:
        """Go on with what was typed, as nothing was saved."""
        self.accept_button.setEnabled(True)

    def refuse(self, error: KnownError) -> None:
        """Show why nothing was saved, at its field where it has one; what was typed stays."""
        self.resume()
        if not self.form.show_refusal(str(error.facts.get("field", "")), message_for(error)):
            self.show_refusal(message_for(error))
