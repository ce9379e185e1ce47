"""The dialogs of own fields and tags: defining and changing a field, naming and colouring a tag."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.tags import Tag, TagDraft, TagTone, draft_of_tag
from crm_desktop.operations.custom_fields import (
    CustomField,
    FieldDraft,
    FieldKind,
    change_field,
    define_field,
)
from crm_desktop.operations.row_conflicts import RowConflict, decided_row
from crm_desktop.operations.session import Session
from crm_desktop.operations.tags import change_tag, check_tag
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.administration.fields_words import kind_word
from crm_desktop.ui.pages.administration.user_dialogs import WorkingDialog
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.tokens import SPACE_XS
from crm_desktop.ui.widgets.asking_writes import asked_about
from crm_desktop.ui.widgets.field_editors import LinesField
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import column
from crm_desktop.ui.widgets.words import tone_word


class FieldDialog(WorkingDialog):
    """A new field, or name, choices and lists of one that is there; its kind stays what it is."""

    def __init__(
        self, tasks: Tasks, session: Session, parent: QWidget, *, field: CustomField | None = None
    ) -> None:
        super().__init__(
            tasks,
            tr("Add a field") if field is None else tr("Change the field"),
            accept=tr("Add field") if field is None else tr("Save"),
            parent=parent,
        )
        self._session, self._field = session, field
        self.name = QLineEdit(field.name if field else "")
        self.kind = QComboBox()
        for kind in FieldKind:
            self.kind.addItem(kind_word(kind), kind.value)
        self.kind.setCurrentIndex(list(FieldKind).index(field.kind) if field else 0)
        self.kind.setEnabled(field is None)
        self.choices = LinesField()
        self.choices.set_value("\n".join(field.options) if field else "")
        self.customers = QCheckBox(tr("Customers"))
        self.customers.setChecked(field.for_customers if field else True)
        self.entries = QCheckBox(tr("Address book"))
        self.entries.setChecked(field.for_address_book if field else True)
        self._choices_field = LabelledField(tr("Choices"), self.choices, hint=tr("One on each line."))
        lists = QWidget()
        lists.setLayout(column(self.customers, self.entries, spacing=SPACE_XS))
        self.add_field("name", LabelledField(tr("Name"), self.name))
        self.add_field("kind", LabelledField(tr("What it holds"), self.kind))
        self.add_field("choices", self._choices_field)
        self.add_field("for_customers", LabelledField(tr("Whose it is"), lists))
        self.kind.currentIndexChanged.connect(self._follow_kind)
        self.put_buttons_after(self.entries)
        self._follow_kind()
        self.name.setFocus()

    def _follow_kind(self) -> None:
        self._choices_field.setVisible(self.kind.currentData() == FieldKind.CHOICE.value)
        self.fit()

    def draft(self) -> FieldDraft:
        """Return what was typed."""
        return FieldDraft(
            name=self.name.text(),
            kind=FieldKind(self.kind.currentData()),
            choices=tuple(str(self.choices.value()).splitlines()),
            for_customers=self.customers.isChecked(),
            for_address_book=self.entries.isChecked(),
        )

    def operation(self) -> Callable[[], object]:
        """Define or change the field."""
        if self._field is None:
            return partial(define_field, self._session, self.draft())
        return partial(change_field, self._session, self._field.id, self.draft(), version=self._field.version)


@dataclass(frozen=True, slots=True)
class _Decided:
    """What is written of a tag, on top of what."""

    draft: TagDraft
    base: TagDraft


class TagDialog(WorkingDialog):
    """Another name or colour for a tag, everywhere; what somebody else changed meanwhile is asked about."""

    def __init__(self, context: PageContext, tag: Tag, parent: QWidget) -> None:
        super().__init__(context.tasks, tr("Change the tag"), accept=tr("Save"), parent=parent)
        self._context, self._session, self._tag = context, context.session, tag
        self._decided: _Decided | None = None
        self.name = QLineEdit(tag.name)
        self.tone = QComboBox()
        for tone in TagTone:
            self.tone.addItem(tone_word(tone), tone.value)
        self.tone.setCurrentIndex(list(TagTone).index(tag.tone))
        self.add_field("name", LabelledField(tr("Name"), self.name))
        self.add_field("tone", LabelledField(tr("Colour"), self.tone))
        self.put_buttons_after(self.tone)
        self.fit()
        self.name.setFocus()

    def _typed(self) -> _Decided:
        typed = TagDraft(self.name.text(), TagTone(self.tone.currentData()))
        return _Decided(typed, draft_of_tag(self._tag))

    def operation(self) -> Callable[[], object]:
        """See whether the tag can be changed so; it is changed when the dialog is closed."""
        typed = self._typed()
        return partial(check_tag, self._session, self._tag.id, typed.draft, base=typed.base)

    def _done(self, value: object) -> None:
        asked_about(
            value, self._context, self._settle, parent=self, on_done=self._close, on_error=self._refused,
            on_back=lambda: self.accept_button.setEnabled(True),
        )  # fmt: skip

    def _settle(self, conflict: RowConflict[TagDraft], choices: Mapping[Place, Side]) -> object:
        """See whether what was chosen can be saved."""
        chosen = decided_row(conflict, choices)
        again = check_tag(self._session, self._tag.id, chosen, base=conflict.theirs)
        return again or _Decided(chosen, conflict.theirs)

    def _close(self, value: object) -> None:
        self._decided = value if isinstance(value, _Decided) else self._typed()
        super()._done(value)

    def change(self) -> Callable[..., object]:
        """Return what changes the tag, of everybody who carries it."""
        decided = self._decided or self._typed()
        return partial(change_tag, self._session, self._tag.id, decided.draft, base=decided.base)
