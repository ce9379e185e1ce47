"""The forms about calls: one entered by hand or changed, and what was said in one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.manual_calls import (
    OUTCOMES,
    CallDraft,
    duration_from,
    duration_typed,
    moment_from,
)
from crm_desktop.operations.manual_calls import typed_problems
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, follow_by_tab, label, row
from crm_desktop.ui.widgets.record_form import Field, Section
from crm_desktop.ui.widgets.record_source import Choice
from crm_desktop.ui.widgets.words import call_words

_SHORT_PX = 120
_NUMBER_PX = 260
_FIELDS = {"outcome": "how", "started_at": "time", "duration_s": "duration"}
"""Where a problem of a draft is shown."""
_MOMENT = ("day", "time")
"""To the minute; a moment nobody touched keeps its seconds."""


class CallDialog(FormDialog):
    """A call with ``name``; one that begins now may be timed: ``timed`` carries what was typed so far."""

    timed = Signal(object)

    def __init__(
        self,
        context: PageContext,
        draft: CallDraft,
        name: str,
        *,
        numbers: Sequence[str],
        new: bool,
        can_time: bool = False,
        note: str = "",
        parent: QWidget,
    ) -> None:
        self._context = context
        self._began, self._moment = draft.started_at, _values(draft, context.clock)
        self._numbers = list(dict.fromkeys(number for number in numbers if number))
        fields = _fields(self._proposed, with_note=new)
        super().__init__(
            tr("Log a call") if new else tr("Change the call"),
            [Section("", fields)],
            {**_values(draft, context.clock), "note": note},
            self._problems,
            accept=tr("Save"),
            text=tr("With {name}").format(name=name),
            parent=parent,
        )
        self.form.changed.connect(self._mark_needed)
        self._mark_needed()
        self.timer_button = button(tr("Start the clock"), glyph="timer")
        self.timer_button.clicked.connect(lambda: self.timed.emit(self.form.values()))
        self.clock_line = QWidget()
        told = label(tr("On the phone now? The clock runs along."), "muted", wrap=True)
        line = row(told, self.timer_button, spacing=SPACE_M)
        line.setStretch(0, 1)
        self.clock_line.setLayout(line)
        self.clock_line.setVisible(can_time)
        self.body.insertWidget(0, self.clock_line)
        if can_time:
            follow_by_tab(self.timer_button, self.form.editor("how"))
        self.put_buttons_after(self.form.last_stop)
        self.fit()

    def _proposed(self, typed: str) -> Sequence[str]:
        return [number for number in self._numbers if typed in number]

    def _mark_needed(self) -> None:
        """A call that was answered lasted for a time; of others it may be said."""
        _, outcome = how_from(self.form.values())
        self.form.require("duration", required=outcome is Outcome.ANSWERED)

    def draft(self, typed: Mapping[str, Any]) -> CallDraft:
        """Return the call the form describes; raises what is wrong with a day, a time or a length."""
        direction, outcome = how_from(typed)
        began = self._began
        if any(typed[part] != self._moment[part] for part in _MOMENT):
            day, time = (str(typed[part] or "") for part in _MOMENT)
            began = moment_from(day, time, self._context.clock.zone)
        lasted = duration_from(str(typed["duration"] or ""))
        return CallDraft(direction, outcome, began, lasted, str(typed["number"] or ""))

    def _problems(self, typed: Mapping[str, Any]) -> dict[str, KnownError]:
        try:
            found = typed_problems(self._context.session, self.draft(typed))
        except KnownError as error:
            field = str(error.facts.get("field", ""))
            return {_FIELDS.get(field, field): error}
        return {_FIELDS.get(field, field): problem for field, problem in found.items()}


def how_from(typed: Mapping[str, Any]) -> tuple[Direction, Outcome]:
    """Return who called and how it ended, of one choice."""
    direction, _, outcome = str(typed["how"]).partition(" ")
    return Direction(direction), Outcome(outcome)


def call_note_form(what: str, *, parent: QWidget) -> FormDialog:
    """Return the question what was said in a call; ``what`` tells which."""
    field = Field("text", tr("Note"), "lines", required=True)
    return FormDialog(
        tr("Note to the call"), [Section("", (field,))], {"text": ""}, lambda _typed: {},
        accept=tr("Save"), text=what, parent=parent,
    )  # fmt: skip


def _how() -> Sequence[Choice]:
    return [
        (f"{direction} {outcome}", call_words(direction, outcome))
        for direction in (Direction.OUTGOING, Direction.INCOMING)
        for outcome in OUTCOMES[direction]
    ]


def _fields(proposed: Any, *, with_note: bool) -> tuple[Field, ...]:  # noqa: ANN401 - a callable of the form
    note = (Field("note", tr("What was said"), "lines", placeholder=tr("May stay empty")),)
    return (
        Field("how", tr("Call"), "choice", choices=_how),
        Field(
            "number", tr("Number"), width=_NUMBER_PX, completions=proposed, placeholder=tr("May stay empty")
        ),
        Field("day", tr("Day"), "date", width=_NUMBER_PX, required=True),
        Field("time", tr("Began at"), width=_SHORT_PX, required=True, placeholder="14:05"),
        Field(
            "duration", tr("Talk time"), width=_SHORT_PX, placeholder="3:25",
            tip=tr("Minutes, or minutes and seconds as 3:25."),
        ),
        *(note if with_note else ()),
    )  # fmt: skip


def _values(draft: CallDraft, clock: Clock) -> dict[str, object]:
    began = datetime.fromtimestamp(draft.started_at, clock.zone)
    return {
        "how": f"{draft.direction} {draft.outcome}", "number": draft.number,
        "day": f"{began:%Y-%m-%d}", "time": f"{began:%H:%M}", "duration": duration_typed(draft.duration_s),
    }  # fmt: skip
