"""Which fields the table of calls shows: label, width and cell of each."""

from collections.abc import Callable
from dataclasses import dataclass

from crm_desktop.domain.calls import Outcome
from crm_desktop.domain.phone_numbers import international_display
from crm_desktop.operations.calls import CallRow
from crm_desktop.ui.messages import DASH, duration, tr
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_source import Cell, CellValue, Column
from crm_desktop.ui.widgets.words import call_icon, call_words


@dataclass(frozen=True, slots=True)
class CallField:
    """A column and how a call fills it."""

    column: Column
    cell: Callable[[CallRow, Clock], CellValue]


def call_fields() -> list[CallField]:
    """Return the fields in their order; nothing of an imported call is edited."""
    return [
        CallField(Column("outcome", tr("Call"), width=168, rigid=True), _kind),
        CallField(Column("customer", tr("Customer"), width=156, look="strong"), _customer),
        CallField(Column("number", tr("Number"), width=144, sortable=False, rigid=True), _number),
        CallField(
            Column("member", tr("Team member"), width=90, look="muted"), lambda row, _: row.member_name
        ),
        CallField(Column("note", tr("Note"), width=118, sortable=False, look="muted"), _note),
        CallField(Column("duration", tr("Talk time"), width=92, align="right", rigid=True), _duration),
        CallField(Column("started", tr("Time"), width=126, rigid=True), _started),
    ]


def _kind(row: CallRow, _clock: Clock) -> Cell:
    return Cell(
        call_words(row.direction, row.outcome), icon=call_icon(row.direction, row.outcome), tone=_tone(row)
    )


def _tone(row: CallRow) -> str:
    return (
        "danger"
        if row.outcome in {Outcome.MISSED, Outcome.REJECTED, Outcome.BLOCKED, Outcome.FAILED}
        else "accent"
    )


def _customer(row: CallRow, _clock: Clock) -> Cell:
    if row.candidates:
        words = tr("{one} or {other}").format(
            one=", ".join(name for _, name in row.candidates[:-1]), other=row.candidates[-1][1]
        )
        return Cell(
            tr("Whose call?"), tone="warn", tip=words, spoken=tr("Whose call? {names}").format(names=words)
        )
    return Cell(row.customer_name or DASH, spoken=row.customer_name or tr("nobody known"))


def _note(row: CallRow, _clock: Clock) -> Cell:
    return Cell(" ".join(row.note.split()), tip=row.note)


def _number(row: CallRow, _clock: Clock) -> Cell:
    number = international_display(row.e164) if row.e164 else row.raw_number
    return Cell(number or (DASH if row.by_hand else tr("withheld")), tip=row.raw_number)


def _duration(row: CallRow, _clock: Clock) -> Cell:
    return Cell(duration(row.duration_s) if row.duration_s else DASH, spoken=duration(row.duration_s))


def _started(row: CallRow, clock: Clock) -> Cell:
    recent = clock.relative(row.started_at)
    time = clock.time(row.started_at)
    return Cell(recent if time in recent else f"{recent} {time}", tip=clock.exact(row.started_at))
