"""Everybody who has been quiet for longer than usual, with the rhythm that says so."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.operations.today import QuietCustomer
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.pages.today.words import over_tone, over_words, quiet_reason
from crm_desktop.ui.tokens import SPACE_S
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.follow_up_edits import FollowUpEdits
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, row
from crm_desktop.ui.widgets.record_source import Cell, Column, Row
from crm_desktop.ui.widgets.static_table import StaticTable

MOST = 500
_SIZE_PX = (760, 560)


class QuietDialog(Dialog):
    """``contact_requested(id)``: somebody is to be shown; ``written``: a follow-up was planned.

    Of more than ``MOST`` the first are shown, and it says so.
    """

    contact_requested = Signal(object)
    written = Signal()

    def __init__(self, context: PageContext, found: Sequence[QuietCustomer], parent: QWidget) -> None:
        super().__init__(tr("Quiet longer than usual"), text=_text(found), accept=tr("Close"), parent=parent)
        self.reject_button.hide()
        self._found = found[:MOST]
        self.edits = FollowUpEdits(context, self)
        self.edits.written.connect(self.written)
        self.table = StaticTable(name=tr("Quiet longer than usual"))
        self.table.show_rows(_columns(), [_row(one, context.clock) for one in self._found])
        self.fit = ColumnFit(self.table)
        self.table.open_requested.connect(lambda _place: self.open_current())
        self.open_button = button(tr("Show the customer"), self.open_current, glyph="user")
        self.plan_button = button(tr("Plan…"), self.plan_current, glyph="calendar-plus")
        self.plan_button.setVisible(self.edits.may_plan)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(row(self.open_button, self.plan_button, None, spacing=SPACE_S))
        self.put_buttons_after(self.plan_button)
        self.resize(*_SIZE_PX)
        self.table.select_ids([0])
        self.table.setFocus()

    @property
    def current(self) -> QuietCustomer | None:
        """The customer of the current row."""
        place = self.table.current_id()
        return None if place is None else self._found[place]

    def open_current(self) -> None:
        """Close, and show the customer of the current row."""
        current = self.current
        if current is not None:
            self.accept()
            self.contact_requested.emit(current.customer_id)

    def plan_current(self) -> None:
        """Plan a follow-up about the customer of the current row."""
        current = self.current
        if current is not None:
            self.edits.plan(current.customer_id, current.name)


def _text(found: Sequence[QuietCustomer]) -> str:
    words = tr(
        "Their last real call was at least two weeks ago, and twice as long ago as the usual pause between "
        "their calls. Worked out on this computer, from the calls in this file."
    )
    if len(found) > MOST:
        words += " " + tr("These are the {count} who became quiet last.").format(count=number(MOST))
    return words


def _columns() -> list[Column]:
    return [
        Column("name", tr("Name"), width=240, look="strong", sortable=False),
        Column("over", tr("Quiet too long"), width=130, look="pill", sortable=False, rigid=True),
        Column("usual", tr("Usually"), width=140, sortable=False),
        Column("last", tr("Last call"), width=150, look="muted", sortable=False),
    ]


def _row(one: QuietCustomer, clock: Clock) -> Row:
    return (
        Cell(one.name, tip=quiet_reason(one)),
        Cell(over_words(one), tone=over_tone(one)),
        tr("every %n days", "", one.usual_days),
        Cell(clock.relative(one.last_at), tip=clock.exact(one.last_at)),
    )
