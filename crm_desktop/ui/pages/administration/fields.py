"""Fields: how customer numbers are made, the office's own fields, and the tags in use."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.custom_fields import CustomField
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.tags import Tag
from crm_desktop.operations import custom_fields, customer_numbers, tags
from crm_desktop.operations.customer_numbers import NumberSequence
from crm_desktop.operations.row_conflicts import RowConflict, decided_row
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.pages.administration.fields_dialogs import FieldDialog, TagDialog
from crm_desktop.ui.pages.administration.fields_words import field_line
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from crm_desktop.ui.widgets.asking_writes import asked_about
from crm_desktop.ui.widgets.contact_options import TONES
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.long_write import run_long_write
from crm_desktop.ui.widgets.page import Page, PageContext
from crm_desktop.ui.widgets.parts import button, card, clear, column, label, line, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.words import tone_word

_WIDTH_PX = 860
_SHORT_PX = 150
_HIGHEST = 999_999_999


class FieldsSection(Page):
    """The section of the administration; every change is there for everybody at once and can be undone."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._may_write = not self.session.read_only
        self.add_button = button(tr("Add field…"), self.add, role="primary", glyph="plus")
        self.add_button.setEnabled(self._may_write)
        self._fields, self._tags = QVBoxLayout(), QVBoxLayout()
        inner = QWidget()
        set_role(inner, "page")
        cards = column(self._fields_card(), self._numbers_card(), self._tags_card(), None, spacing=SPACE_L)
        cards.setContentsMargins(0, 0, SPACE_M, 0)
        inner.setLayout(cards)
        inner.setMaximumWidth(_WIDTH_PX)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = column(
            label(tr("What your office keeps about everybody beside the usual."), "muted", wrap=True),
            spacing=SPACE_M,
        )
        layout.addWidget(area, 1)
        self.setLayout(layout)

    # --- what is shown -------------------------------------------------------------------------

    def _fields_card(self) -> QWidget:
        frame, body = card(spacing=SPACE_M)
        head = row(label(tr("Own fields"), "section"), None, self.add_button)
        body.addLayout(head)
        self._fields.setSpacing(SPACE_S)
        body.addLayout(self._fields)
        return frame

    def _numbers_card(self) -> QWidget:
        frame, body = card(spacing=SPACE_M)
        self.prefix = QLineEdit()
        self.width_box = QSpinBox()
        self.width_box.setRange(1, 12)
        self.next_box = QSpinBox()
        self.next_box.setRange(1, _HIGHEST)
        for box in (self.prefix, self.width_box, self.next_box):
            box.setFixedWidth(_SHORT_PX)
        self.prefix.textChanged.connect(self._show_example)
        self.width_box.valueChanged.connect(self._show_example)
        self.next_box.valueChanged.connect(self._show_example)
        self.prefix_field = LabelledField(tr("Beginning"), self.prefix)
        self.example = label("", "muted")
        self.numbers_button = button(tr("Save"), self.save_numbers)
        self.numbers_button.setEnabled(self._may_write)
        inputs = row(
            self.prefix_field, LabelledField(tr("Digits"), self.width_box),
            LabelledField(tr("Next number"), self.next_box), None, spacing=SPACE_M,
        )  # fmt: skip
        body.addWidget(label(tr("Customer numbers"), "section"))
        body.addLayout(inputs)
        body.addLayout(row(self.example, None, self.numbers_button))
        return frame

    def _tags_card(self) -> QWidget:
        frame, body = card(spacing=SPACE_M)
        body.addWidget(label(tr("Tags"), "section"))
        self._tags.setSpacing(SPACE_S)
        body.addLayout(self._tags)
        return frame

    def activate(self) -> None:
        """Read everything and take the focus."""
        self.refresh()
        self.add_button.setFocus()

    def refresh(self) -> None:
        """Read fields, numbers and tags again."""
        session = self.session
        self.context.tasks.run(
            lambda: (
                custom_fields.fields(session),
                tags.all_tags(session),
                customer_numbers.number_sequence(session),
            ),
            on_done=self._show,
            on_error=self.context.notices.refuse,
            owner=self,
        )

    def _show(self, found: tuple[Sequence[CustomField], Sequence[Tag], NumberSequence]) -> None:
        fields, known_tags, sequence = found
        clear(self._fields)
        for field in fields:
            self._fields.addWidget(line())
            self._fields.addLayout(self._field_row(field))
        if not fields:
            words = tr("No own fields yet. A field you add is in every form at once.")
            self._fields.addWidget(label(words, "muted", wrap=True))
        clear(self._tags)
        for tag in known_tags:
            self._tags.addLayout(self._tag_row(tag))
        if not known_tags:
            words = tr("No tags yet. Type one on a card or in a form and it is here.")
            self._tags.addWidget(label(words, "muted", wrap=True))
        self.prefix.setText(sequence.prefix)
        self.width_box.setValue(sequence.width)
        self.next_box.setValue(min(sequence.next, _HIGHEST))

    def _field_row(self, field: CustomField) -> QVBoxLayout:
        change = self._button(tr("Change…"), partial(self.change, field), field.name)
        remove = self._button(tr("Remove"), partial(self.remove, field), field.name)
        words = column(label(field.name, "strong"), label(field_line(field), "muted", wrap=True), spacing=2)
        whole = row(spacing=SPACE_S)
        whole.addLayout(words, 1)
        whole.addWidget(change)
        whole.addWidget(remove)
        return column(whole)

    def _tag_row(self, tag: Tag) -> QVBoxLayout:
        change = self._button(tr("Change…"), partial(self.change_tag, tag), tag.name)
        return column(row(Pill(tag.name, TONES[tag.tone]), label(tone_word(tag.tone), "muted"), None, change))

    def _button(self, words: str, clicked: Callable[[], object], what: str) -> QWidget:
        made = button(words, clicked, role="quiet")
        made.setAccessibleName(f"{words} {what}")
        made.setEnabled(self._may_write)
        return made

    def _typed_sequence(self) -> NumberSequence:
        return NumberSequence(self.prefix.text(), self.width_box.value(), self.next_box.value())

    def _show_example(self) -> None:
        self.prefix_field.refuse("")
        sequence = self._typed_sequence()
        words = tr("The next customer gets {number}.")
        self.example.setText(words.format(number=sequence.number(sequence.next)))

    # --- what is done --------------------------------------------------------------------------

    def add(self) -> None:
        """Ask for a new field."""
        self._ask(FieldDialog(self.context.tasks, self.session, self), tr("Field added"))

    def change(self, field: CustomField) -> None:
        """Ask what changes about a field."""
        self._ask(FieldDialog(self.context.tasks, self.session, self, field=field), tr("Field changed"))

    def change_tag(self, tag: Tag) -> None:
        """Ask for another name or colour of a tag."""
        dialog = TagDialog(self.context, tag, self)
        answer, change = dialog.exec(), dialog.change()
        dialog.deleteLater()
        if answer == QDialog.DialogCode.Accepted:
            self._run_long(change, tr("{tag} is being changed.").format(tag=tag.name), tr("Tag changed"))

    def _run_long(self, work: Callable[..., object], title: str, words: str) -> None:
        """Do what may be of very many records, with progress and *Cancel*."""
        run_long_write(
            work, title=title, on_done=partial(self._written, words), tasks=self.context.tasks,
            notices=self.context.notices, running=self.context.running, owner=self,
        )  # fmt: skip

    def _written(self, words: str, result: object) -> None:
        """Say it, unless somebody changed the same tag in the very moment: then it is asked about."""
        asked_about(
            result, self.context, self._settle_tag, parent=self, on_done=lambda _nothing: self._done(words),
            on_error=self.context.notices.refuse, on_back=self.refresh,
        )  # fmt: skip

    def _settle_tag(self, conflict: RowConflict[tags.TagDraft], choices: Mapping[Place, Side]) -> object:
        chosen = decided_row(conflict, choices)
        return tags.change_tag(self.session, conflict.row_id, chosen, base=conflict.theirs)

    def _ask(self, dialog: QDialog, words: str) -> None:
        answer = dialog.exec()
        dialog.deleteLater()
        if answer == QDialog.DialogCode.Accepted:
            self._done(words)

    def remove(self, field: CustomField) -> None:
        """Remove a field; the toast offers to undo it, with every value that was in it."""
        self._run_long(
            partial(custom_fields.remove_field, self.session, field.id),
            tr("{field} is being removed.").format(field=field.name),
            tr("{field} removed").format(field=field.name),
        )

    def save_numbers(self) -> None:
        """Change how the next numbers are made."""
        self.context.tasks.run(
            partial(customer_numbers.set_number_sequence, self.session, self._typed_sequence()),
            on_done=lambda _nothing: self.context.notices.say(tr("Customer numbers changed")),
            on_error=self._refuse_numbers,
            owner=self,
        )

    def _refuse_numbers(self, error: KnownError) -> None:
        self.prefix_field.refuse(message_for(error))
        self.prefix.setFocus()

    def _done(self, words: str) -> None:
        self.refresh()
        self.records_changed.emit()
        undo = self.context.actions.action("record.undo")
        self.context.notices.say(words, undo=undo.trigger if undo is not None else None)
