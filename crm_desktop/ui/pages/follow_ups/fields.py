"""Which fields the table of follow-ups shows: label, width, editor and cell of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from crm_desktop.operations.assignees import assignees
from crm_desktop.operations.follow_up_lists import FollowUpRow, FollowUpSort
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import DASH, tr
from crm_desktop.ui.widgets.follow_up_words import due_edit, due_pill, due_words, meaning
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_source import Cell, CellValue, Choice, Column
from crm_desktop.ui.widgets.words import interval_words


@dataclass(frozen=True, slots=True)
class FollowUpField:
    """A column and how a follow-up fills it; its key is what the list is sorted by."""

    column: Column
    cell: Callable[[FollowUpRow, Clock], CellValue]


def follow_up_fields(session: Session, clock: Clock, *, done: bool) -> list[FollowUpField]:
    """Return the fields in their order; of what is ``done`` when, by whom and with which outcome."""
    what = FollowUpField(
        Column(FollowUpSort.WHAT, tr("What"), width=262, look="strong", editor="none" if done else "text"),
        lambda row, _: Cell(row.what, tip=row.outcome or row.what),
    )
    who = FollowUpField(
        Column(FollowUpSort.WHO, tr("About"), width=164),
        lambda row, _: Cell(row.contact or DASH, spoken=row.contact or tr("nobody")),
    )
    if done:
        return [
            FollowUpField(Column(FollowUpSort.DONE, tr("Done"), width=130), _done),
            what,
            who,
            *_outcome(),
        ]
    return [
        FollowUpField(
            Column(
                FollowUpSort.DUE, tr("Due"), width=140, editor="due", rigid=True,
                completions=partial(meaning, clock=clock),
            ),
            _due,
        ),
        FollowUpField(Column("state", "", width=110, look="pill", sortable=False, rigid=True), _state),
        what,
        who,
        FollowUpField(
            Column(
                FollowUpSort.ASSIGNEE, tr("For"), width=112, look="muted", editor="choice", rigid=True,
                choices=partial(_people, session),
            ),
            lambda row, _: Cell(row.assignee, edit=row.assignee_id),
        ),
        FollowUpField(
            Column(FollowUpSort.REPEAT, tr("Repeats"), width=112, look="muted"),
            lambda row, _: Cell(interval_words(row.repeat) if row.repeat else DASH, spoken=_repeats(row)),
        ),
    ]  # fmt: skip


def _people(session: Session) -> Sequence[Choice]:
    return [(member.id, member.name) for member in assignees(session)]


def _repeats(row: FollowUpRow) -> str:
    return interval_words(row.repeat) if row.repeat else tr("does not repeat")


def _due(row: FollowUpRow, clock: Clock) -> Cell:
    return Cell(due_words(row.due_on, row.due_time, clock), edit=due_edit(row.due_on, row.due_time))


def _state(row: FollowUpRow, clock: Clock) -> Cell:
    words, tone = due_pill(row.due_on, row.due_time, clock)
    return Cell(words, tone=tone)


def _done(row: FollowUpRow, clock: Clock) -> Cell:
    return Cell(clock.relative(row.done_at), tip=clock.exact(row.done_at))


def _outcome() -> list[FollowUpField]:
    return [
        FollowUpField(
            Column("outcome", tr("Outcome"), width=220, editor="text", sortable=False),
            lambda row, _: Cell(" ".join((row.outcome or DASH).split()), edit=row.outcome or ""),
        ),
        FollowUpField(
            Column("done_by", tr("By"), width=130, look="muted", sortable=False),
            lambda row, _: row.done_by or DASH,
        ),
    ]
