"""The forms about follow-ups: one planned or changed, what came of one, and how often to keep in touch."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.domain.follow_ups import FollowUpDraft
from crm_desktop.domain.repeats import Interval, RepeatUnit, interval_problem
from crm_desktop.operations.assignees import assignees
from crm_desktop.operations.follow_ups import typed_problems
from crm_desktop.operations.relations import Party
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.contact_chooser import ContactChooser
from crm_desktop.ui.widgets.field_editors import ChoiceField
from crm_desktop.ui.widgets.follow_up_words import due_edit, meaning, typed_due
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, follow_by_tab, label, row
from crm_desktop.ui.widgets.record_form import LABEL_PX, Field, Section
from crm_desktop.ui.widgets.record_source import Choice
from crm_desktop.ui.widgets.text_field import TextField

_EVERY_PX = 90
_STOPS = ("what", "due_on", "assignee", "unit", "every")
_CHOOSER_PX = 240


class FollowUpDialog(FormDialog):
    """The form of a follow-up; ``draft`` is what it begins with, ``about`` the contact's name."""

    def __init__(
        self, context: PageContext, draft: FollowUpDraft, about: str | None, *, new: bool, parent: QWidget
    ) -> None:
        self._context = context
        self._draft = draft
        self._contact_id = draft.contact_id
        super().__init__(
            tr("New follow-up") if new else tr("Change the follow-up"),
            [Section("", _fields(context))],
            _values(draft, context),
            self._problems,
            accept=tr("Plan") if new else tr("Save"),
            parent=parent,
        )
        _count_only_with_unit(self)
        self.about = label("", wrap=True)
        self.nobody_button = button(tr("Nobody"), self._take_nobody)
        self.choose_button = button(tr("Choose…"), self._choose)
        title = label(tr("About"), "muted")
        title.setFixedWidth(LABEL_PX)
        line = row(title, self.about, self.nobody_button, self.choose_button, spacing=SPACE_M)
        line.setStretch(1, 1)
        self.body.insertLayout(0, line)
        self.chooser: ContactChooser | None = None
        self._show_about(about)
        follow_by_tab(self.nobody_button, self.choose_button, *map(self.form.editor, _STOPS))
        self.put_buttons_after(self.form.last_stop)
        self.fit()

    def _show_about(self, name: str | None) -> None:
        self.about.setText(name or tr("Nobody"))
        self.about.setAccessibleName(tr("About: {name}").format(name=self.about.text()))
        # One that comes from a call is about its customer.
        self.nobody_button.setVisible(name is not None and self._draft.call_id is None)

    def draft(self, typed: Mapping[str, Any]) -> FollowUpDraft:
        """Return the follow-up the form describes; raises what is wrong with the day."""
        due = typed_due(str(typed["due_on"] or ""), self._context.clock)
        return FollowUpDraft(
            str(typed["what"] or ""), due.day, due.time, self._contact_id, typed["assignee"],
            interval_from(typed), self._draft.call_id,
        )  # fmt: skip

    def _problems(self, typed: Mapping[str, Any]) -> dict[str, KnownError]:
        try:
            draft = self.draft(typed)
        except KnownError as error:
            found: dict[str, KnownError] = {"due_on": error}
            if not str(typed["what"] or "").strip():
                found["what"] = InvalidValueError("value_required", field="what")
            return found
        found = typed_problems(draft)
        return {("every" if field == "repeat" else field): problem for field, problem in found.items()}

    def select_proposal(self) -> None:
        """Select what is proposed, so that typing takes its place."""
        what = self.form.editor("what")
        if isinstance(what, TextField):
            what.selectAll()

    def _choose(self) -> None:
        """Search for the contact it is about."""
        if self.chooser is not None:
            return
        self.chooser = ContactChooser(self._context.session, self._context.tasks, can_enter=False)
        self.chooser.setFixedHeight(_CHOOSER_PX)
        self.chooser.chosen.connect(self._chosen)
        self.body.insertWidget(1, self.chooser)
        follow_by_tab(self.choose_button, self.chooser.search, self.chooser.results)
        self.chooser.show()  # what is still hidden asks for no room
        self.choose_button.setEnabled(False)
        self.fit()
        self.chooser.search.take_focus()

    def _chosen(self, party: object) -> None:
        if not isinstance(party, Party) or self.chooser is None:
            return
        self._contact_id = party.id
        self._show_about(party.name)
        self._close_chooser()

    def _take_nobody(self) -> None:
        self._contact_id = None
        self._show_about(None)
        self._close_chooser()

    def _close_chooser(self) -> None:
        chooser, self.chooser = self.chooser, None
        if chooser is None:
            self.form.editor("what").setFocus()
            return
        chooser.hide()
        chooser.deleteLater()
        self.body.removeWidget(chooser)
        self.choose_button.setEnabled(True)
        self.fit()
        self.form.editor("what").setFocus()


def _fields(context: PageContext) -> tuple[Field, ...]:
    people = partial(_people, context)
    return (
        Field("what", tr("What"), required=True),
        Field("due_on", tr("Due"), "due", required=True, completions=partial(meaning, clock=context.clock)),
        Field("assignee", tr("For"), "choice", choices=people),
        *_interval_fields(tr("Repeats"), tr("Does not repeat")),
    )


def _interval_fields(title: str, never: str) -> tuple[Field, Field]:
    tip = tr("Every how many; empty means every one.")
    return (
        Field("unit", title, "choice", choices=lambda: unit_choices(never)),
        Field("every", tr("Every"), width=_EVERY_PX, placeholder="1", tip=tip),
    )


def _count_only_with_unit(dialog: FormDialog) -> None:
    """Let every how many be typed only where something comes again."""
    unit, every = dialog.form.editor("unit"), dialog.form.editor("every")

    def renew() -> None:
        every.setEnabled(isinstance(unit, ChoiceField) and bool(unit.value()))

    dialog.form.changed.connect(renew)
    renew()


def _people(context: PageContext) -> Sequence[Choice]:
    return [(member.id, member.name) for member in assignees(context.session)]


def _values(draft: FollowUpDraft, context: PageContext) -> dict[str, object]:
    return {
        "what": draft.what,
        "due_on": due_edit(draft.due_on, draft.due_time) if draft.due_on else "",
        "assignee": draft.assignee_id or context.session.member.id,
        **interval_values(draft.repeat),
    }


def unit_choices(never: str) -> Sequence[Choice]:
    """Return the units of a repetition; ``never`` stands for none."""
    return [
        ("", never),
        (RepeatUnit.DAY.value, tr("By days")),
        (RepeatUnit.WEEK.value, tr("By weeks")),
        (RepeatUnit.MONTH.value, tr("By months")),
        (RepeatUnit.YEAR.value, tr("By years")),
    ]


def interval_values(interval: Interval | None) -> dict[str, object]:
    """Return what the two fields of a repetition begin with."""
    if interval is None:
        return {"unit": "", "every": ""}
    return {"unit": interval.unit.value, "every": str(interval.every)}


def interval_from(typed: Mapping[str, Any]) -> Interval | None:
    """Return the repetition two fields describe; a number that is none is 0, which is refused."""
    if not typed["unit"]:
        return None
    every = str(typed["every"] or "1").strip()
    return Interval(int(every) if every.isdecimal() and len(every) < 6 else 0, RepeatUnit(typed["unit"]))


def outcome_form(what: str, *, parent: QWidget) -> FormDialog:
    """Return the question what came of a follow-up that is done."""
    field = Field("outcome", tr("Outcome"), "lines", placeholder=tr("May stay empty"))
    return FormDialog(
        tr("What came of it?"), [Section("", (field,))], {"outcome": ""}, lambda _typed: {},
        accept=tr("Done"), text=what, parent=parent,
    )  # fmt: skip


def due_form(what: str, clock: Clock, *, parent: QWidget) -> FormDialog:
    """Return the question until when something is postponed; each keeps its time unless one is typed."""

    def check(typed: Mapping[str, Any]) -> dict[str, KnownError]:
        try:
            typed_due(str(typed["due_on"] or ""), clock)
        except KnownError as error:
            return {"due_on": error}
        return {}

    field = Field("due_on", tr("Due"), "due", required=True, completions=partial(meaning, clock=clock))
    return FormDialog(
        tr("Postpone until when?"), [Section("", (field,))], {"due_on": ""}, check,
        accept=tr("Postpone"), text=what, parent=parent,
    )  # fmt: skip


def rhythm_form(name: str, interval: Interval | None, never: str, *, parent: QWidget) -> FormDialog:
    """Return the question how often one wants to be in touch with a contact or with all of a tag."""

    def check(typed: Mapping[str, Any]) -> dict[str, KnownError]:
        problem = interval_problem(interval_from(typed), "every")
        return {} if problem is None else {"every": problem}

    often = tr("Any answered call starts the time anew. Who was quiet for longer stands under Follow-ups.")
    dialog = FormDialog(
        tr("How often to keep in touch?"),
        [Section("", _interval_fields(tr("How often"), never))],
        interval_values(interval),
        check,
        text=f"{name}\n\n{often}",
        accept=tr("Save"),
        parent=parent,
    )
    _count_only_with_unit(dialog)
    return dialog
