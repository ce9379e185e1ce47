"""The list of follow-ups: mine or everybody's, by when they are due, each done with one key."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.follow_ups import Span
from crm_desktop.operations import follow_up_lists
from crm_desktop.operations.calls import CallQuery, call_rows
from crm_desktop.operations.follow_up_calendar import export_calendar
from crm_desktop.operations.follow_up_lists import FollowUpQuery, FollowUpRow, FollowUpSort
from crm_desktop.operations.members import members
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.follow_ups.fields import follow_up_fields
from crm_desktop.ui.pages.follow_ups.source import FollowUpSource
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.chip_bar import Chip, ChipBar
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.field_editors import ChoiceField
from crm_desktop.ui.widgets.follow_up_edits import FollowUpEdits
from crm_desktop.ui.widgets.page import PageContext, ShownCalls
from crm_desktop.ui.widgets.parts import button, column, row
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.record_table_model import RecordTableModel

EVERYBODY = 0


class FollowUpList(QWidget):
    """``counted(number)``: how many are listed; ``written``: something changed.

    ``contact_requested(id)`` and ``calls_requested(ShownCalls)``: what one is about, and came from.
    """

    counted = Signal(object)
    contact_requested = Signal(object)
    calls_requested = Signal(object)
    written = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._session = context.session
        self._text = ""
        self._sort: tuple[FollowUpSort, bool] | None = None
        self.edits = FollowUpEdits(context, self)
        self.edits.written.connect(self._changed)
        self.chips = ChipBar(_chips(), name=tr("When it is due"))
        self.people = ChoiceField(choices=self._people())
        self.people.set_value(self._session.member.id)
        self.people.setAccessibleName(tr("Whose follow-ups"))
        self.table = RecordTable(name=tr("Follow-ups"))
        self.model = RecordTableModel(self._source(), tasks=context.tasks, parent=self)
        self.model.on_outcome = self.edits.answer
        self.table.set_records(self.model)
        self.table.show_sort(FollowUpSort.DUE)
        self.fit = ColumnFit(self.table)
        self.done_button = button(tr("Done"), self.finish_current, glyph="check")
        self.postpone_button = button(tr("Postpone"), glyph="clock-clockwise")
        self.calendar_button = button(tr("To a calendar…"), self.to_calendar, glyph="calendar-plus")
        self._postpone_menu = QMenu(self)
        self._postpone_menu.aboutToShow.connect(self._fill_postpone_menu)
        self.postpone_button.setMenu(self._postpone_menu)
        self._lay_out()
        self._wire()
        self._renew_empty_state()
        self._current_changed()

    def _lay_out(self) -> None:
        head = row(spacing=SPACE_S)
        head.addWidget(self.people, 0, Qt.AlignmentFlag.AlignTop)
        head.addSpacing(SPACE_S)
        head.addWidget(self.chips, 1)
        for made in (self.done_button, self.postpone_button, self.calendar_button):
            head.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)
        for made in (self.done_button, self.postpone_button):
            made.setVisible(self.edits.may_plan)
        action = self._context.actions.action("follow_up.done")
        if action is not None:
            self.done_button.setToolTip(action.toolTip())
        body = column(head, spacing=SPACE_M)
        body.addWidget(self.table, 1)
        self.setLayout(body)

    def _wire(self) -> None:
        self.chips.chosen.connect(lambda _key: self._chosen())
        self.people.value_changed.connect(self._chosen)
        self.table.sort_requested.connect(self._sorted)
        self.table.open_requested.connect(lambda _id: self.open_current())
        self.table.trash_requested.connect(lambda _ids: self.remove_current())
        self.table.menu_requested.connect(self._show_menu)
        self.table.current_record_changed.connect(lambda _id: self._current_changed())
        self.model.ids_complete.connect(self._listed)
        self.model.record_saved.connect(lambda _id, _key: self._changed())

    # --- what is shown -------------------------------------------------------------------------

    def _people(self) -> list[tuple[object, str]]:
        me = self._session.member.id
        others = [(member.id, member.name) for member in members(self._session) if member.id != me]
        return [(me, tr("Mine")), (EVERYBODY, tr("Everybody’s")), *others]

    @property
    def span(self) -> Span:
        """Which span is chosen."""
        return Span(self.chips.current())

    @property
    def assignee_id(self) -> int | None:
        """Whose are shown; None: everybody's."""
        chosen = self.people.value()
        return chosen if isinstance(chosen, int) and chosen != EVERYBODY else None

    def query(self) -> FollowUpQuery:
        """Return the query of what is chosen."""
        query = follow_up_lists.span_query(self._session, self.span, self.assignee_id, self._text)
        return query if self._sort is None else replace(query, sort=self._sort[0], ascending=self._sort[1])

    def _source(self) -> FollowUpSource:
        clock = self._context.clock
        fields = follow_up_fields(self._session, clock, done=self.span is Span.DONE)
        return FollowUpSource(self._session, self.query(), fields=fields, clock=clock)

    def _chosen(self) -> None:
        """Show another span or person; an order of other columns is forgotten."""
        self._sort = None
        self._show()
        self._read_counts()

    def _show(self) -> None:
        done = self.span is Span.DONE
        self.model.set_source(self._source())
        query = self.query()
        self.table.show_sort(query.sort, ascending=query.ascending)
        for place, known in enumerate(self.model.columns):
            self.table.setColumnWidth(place, known.width)
            self.table.setColumnHidden(place, False)  # noqa: FBT003 - Qt's
        self.fit.fit()
        self.done_button.setText(tr("Open again") if done else tr("Done"))
        self.postpone_button.setVisible(self.edits.may_plan and not done)
        self._renew_empty_state()
        self._select_something()

    def search(self, text: str) -> None:
        """Show what has ``text`` in it."""
        self._text = text
        self._show()

    def bring(self, span: Span, assignee_id: int | None = None) -> None:
        """Show a span of one member's, mine without a member."""
        self.chips.choose(span.value)
        self.people.set_value(assignee_id or self._session.member.id)
        self._chosen()

    def _sorted(self, key: str, ascending: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._sort = (FollowUpSort(key), ascending)
        self._show()

    def refresh(self) -> None:
        """Read list and counts again; the day may be another one by now."""
        source = self.model.source
        if isinstance(source, FollowUpSource) and source.query == self.query():
            self.table.refresh()
        else:
            self._show()
        self._read_counts()

    def _read_counts(self) -> None:
        assignee_id = self.assignee_id
        self._context.tasks.run(
            lambda: follow_up_lists.span_counts(self._session, assignee_id),
            on_done=self._show_counts,
            on_error=self._context.notices.refuse,
            owner=self,
            serial=False,
        )

    def _show_counts(self, found: Mapping[Span, int]) -> None:
        for span, count in found.items():
            self.chips.set_count(span.value, count)

    def _plan(self) -> None:
        self.edits.plan()

    def _listed(self, count: object) -> None:
        self.counted.emit(count)
        self._select_something()

    def _select_something(self) -> None:
        if self.table.current_id() is None and self.model.rowCount():
            self.table.select_ids(self.model.ids_between(0, 0))
        self._current_changed()

    def _current_changed(self) -> None:
        chosen = self.table.current_id() is not None
        for made in (self.done_button, self.postpone_button):
            made.setEnabled(chosen)

    def _renew_empty_state(self) -> None:
        words = {
            Span.OPEN: tr(
                "Nothing to do yet. Plan the first follow-up here, on a customer’s card or on a call."
            ),
            Span.OVERDUE: tr("Nothing is overdue."),
            Span.TODAY: tr("Nothing is due today."),
            Span.WEEK: tr("Nothing is due this week."),
            Span.DONE: tr("Nothing was done yet."),
        }
        plan = self.span is Span.OPEN and self.edits.may_plan and not self._text
        sentence = tr("No follow-up fits this search.") if self._text else words[self.span]
        state = EmptyState(
            glyph="check-circle", sentence=sentence, action=tr("New follow-up") if plan else ""
        )
        state.action_requested.connect(self._plan)
        self.table.set_empty_state(state)

    def current(self) -> FollowUpRow | None:
        """Return the follow-up of the current row."""
        source, current = self.model.source, self.table.current_id()
        if not isinstance(source, FollowUpSource) or current is None:
            return None
        if current not in source.shown:
            source.rows([current])
        return source.shown.get(current)

    def chosen(self) -> list[FollowUpRow]:
        """Return the selected ones; Ctrl with an arrow selects nothing: then the one where one stands."""
        source, current, ids = self.model.source, self.table.current_id(), self.table.selected_ids()
        if not isinstance(source, FollowUpSource) or current is None:
            return []
        wanted = ids if current in ids else [current]
        source.rows([one for one in wanted if one not in source.shown])
        return [source.shown[one] for one in wanted if one in source.shown]

    # --- what is done --------------------------------------------------------------------------

    def finish_current(self) -> None:
        """Note that the selected ones are done; of what was done the current one is opened again."""
        found = self.current()
        if self.span is Span.DONE:
            if found is not None:
                self.edits.reopen(found)
            return
        self.edits.finish([follow_up.id for follow_up in self.chosen()])

    def finish_with_outcome(self) -> None:
        """Ask what came of the current one, and note that it is done."""
        found = self.current()
        if found is not None and found.done_at is None:
            self.edits.finish_with_outcome(found)

    def edit_current(self) -> None:
        """Open the form of the current one."""
        found = self.current()
        if found is not None:
            self.edits.change(found)

    def remove_current(self) -> None:
        """Take the selected ones away; it can be undone."""
        self.edits.remove(self.chosen())

    def postpone_current(self) -> None:
        """Ask until when the selected ones are postponed."""
        if self.span is not Span.DONE:
            self.edits.ask_until(self.chosen())

    def open_current(self) -> None:
        """Show whom the current one is about, else its form."""
        found = self.current()
        if found is not None and found.contact_id is not None:
            self.contact_requested.emit(found.contact_id)
        elif found is not None:
            self.edits.change(found)

    def show_call(self) -> None:
        """Show the call the current one came from; one that is gone since says so."""
        found = self.current()
        if found is None or found.call_id is None:
            return
        call = call_rows(self._session, [found.call_id]).get(found.call_id)
        if call is None:
            self._context.notices.refuse(RefusedError("call_gone"))
            return
        moment = CallQuery(since=call.started_at, until=call.started_at + 1, member_id=call.member_id)
        words = tr("the call of {when}").format(when=self._context.clock.exact(call.started_at))
        self.calls_requested.emit(ShownCalls(moment, words))

    def _fill_postpone_menu(self) -> None:
        self._postpone_menu.clear()
        if chosen := self.chosen():
            self.edits.fill_postpone_menu(self._postpone_menu, chosen)

    def to_calendar(self) -> None:
        """Ask for a place and write what is listed there for a calendar."""
        name = str(Path.home() / tr("follow-ups.ics"))
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Write for a calendar"), name, "iCalendar (*.ics)")
        if chosen:
            self.write_calendar(Path(chosen))

    def write_calendar(self, target: Path) -> None:
        """Write what is listed for a calendar."""
        query = self.query()
        self._context.tasks.run(
            lambda: export_calendar(self._session, query, target),
            on_done=lambda count: self._context.notices.say(
                tr("%n follow-ups were written to {file}.", "", count).format(file=target.name)
            ),
            on_error=self._context.notices.refuse,
            owner=self,
        )

    def _changed(self) -> None:
        self.refresh()
        self.written.emit()

    def _show_menu(self, ids: Sequence[int], position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        found = self.current()
        if found is not None and found.contact_id is not None:
            menu.addAction(tr("Show the contact")).triggered.connect(self.open_current)
        if found is not None and found.call_id is not None:
            menu.addAction(tr("Show the call it came from")).triggered.connect(self.show_call)
        done = self._context.actions.action("follow_up.done")
        if ids and self.edits.may_plan and self.span is Span.DONE:
            menu.addAction(tr("Open again")).triggered.connect(self.finish_current)
        elif ids and self.edits.may_plan and done is not None:
            menu.addAction(done)
        if found is not None and self.edits.may_plan:
            if found.done_at is None:
                if len(ids) == 1:
                    menu.addAction(tr("Done with an outcome…")).triggered.connect(self.finish_with_outcome)
                    menu.addAction(tr("Change…")).triggered.connect(self.edit_current)
                self.edits.fill_postpone_menu(menu.addMenu(tr("Postpone")), self.chosen())
            menu.addAction(tr("Remove")).triggered.connect(self.remove_current)
        copy = self._context.actions.action("record.copy")
        if copy is not None:
            menu.addAction(copy)
        menu.popup(position)


def _chips() -> list[Chip]:
    return [
        Chip(Span.OPEN.value, tr("To do")),
        Chip(Span.OVERDUE.value, tr("Overdue")),
        Chip(Span.TODAY.value, tr("Today")),
        Chip(Span.WEEK.value, tr("This week")),
        Chip(Span.DONE.value, tr("Done")),
    ]
