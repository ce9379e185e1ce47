"""Today: who must be called back, what is due, who is quiet, what was last, and how calls have gone."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.today import (
    WAITING_DAYS,
    CallBack,
    CallRow,
    QuietCustomer,
    WrittenNote,
    quiet_customers,
)
from crm_desktop.ui.messages import duration, tr
from crm_desktop.ui.pages.today.charts import Charts
from crm_desktop.ui.pages.today.people import PeopleCard
from crm_desktop.ui.pages.today.picker import PeriodPicker
from crm_desktop.ui.pages.today.quiet_dialog import MOST, QuietDialog
from crm_desktop.ui.pages.today.reading import Figures, Overview, read_overview
from crm_desktop.ui.pages.today.side_by_side import SideBySide
from crm_desktop.ui.pages.today.team import TeamSwitch
from crm_desktop.ui.pages.today.tiles import Tiles
from crm_desktop.ui.pages.today.words import (
    over_tone,
    over_words,
    quiet_reason,
    quiet_words,
    recent_words,
    waiting_words,
    whole_day,
)
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.dialling import dialled
from crm_desktop.ui.widgets.due_follow_ups import DueFollowUps
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.follow_up_edits import FollowUpEdits
from crm_desktop.ui.widgets.page import Page, PageContext, ShownCalls
from crm_desktop.ui.widgets.parts import button, card, column, label, row
from crm_desktop.ui.widgets.person_line import PersonLine
from crm_desktop.ui.widgets.pill import Pill

_EVERY_MS = 60_000
_DAY_S = 86_400
_TILES_PX, _CHARTS_PX, _LISTS_PX = 900, 800, 720
_SCROLL_BAR_PX = 10
_DATE_FROM_PX = 860


class TodayPage(Page):
    """The first page; without the right to see calls nothing on it comes from them."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.overview: Overview | None = None
        self._wanted = 0
        self._sees_calls = self.session.may("calls.view")
        self.day = label("", "muted")
        self.picker = PeriodPicker(self.session)
        here = tr("Nothing yet: calls and notes stand here.")
        self.recent = PeopleCard(
            tr("Recent"), empty=here if self._sees_calls else tr("Nothing yet: notes stand here.")
        )
        self.edits = FollowUpEdits(context, self)
        self.edits.written.connect(self._planned)
        self.due = DueFollowUps(context)
        self.due.contact_requested.connect(self.contact_requested)
        self.due.all_requested.connect(partial(self.page_requested.emit, "follow_ups"))
        self.due.written.connect(self.records_changed)
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        inner = QWidget()
        set_role(inner, "page")
        self._body = column(spacing=SPACE_M)
        inner.setLayout(self._body)
        if self._sees_calls:
            self._build_figures()
        due = [self._due_card()] if self.session.may("followups") else []
        self._body.addWidget(SideBySide([*due, self.recent], least=_LISTS_PX))
        if self._sees_calls:
            self._build_more_charts()
        self._body.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(inner)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = column(self._head(), spacing=SPACE_M)
        whole.addWidget(self.area, 1)
        self.setLayout(whole)

    def _head(self) -> QWidget:
        head = QWidget()
        line = row(label(tr("Today"), "title"), self.day, spacing=SPACE_M)
        line.setContentsMargins(0, 0, _SCROLL_BAR_PX, 0)
        line.addStretch(1)
        line.addWidget(self.picker, 1000)
        self.picker.setVisible(self._sees_calls)
        self.picker.changed.connect(self.refresh)
        action = self.context.actions.action("calls.import")
        self.import_button = None
        if action is not None:
            self.import_button = button(
                tr("Import calls"), action.trigger, role="primary", glyph="download-simple"
            )
            self.import_button.setToolTip(action.toolTip())
            line.addWidget(self.import_button, 0, Qt.AlignmentFlag.AlignTop)
        head.setLayout(line)
        return head

    def _build_figures(self) -> None:
        self.tiles = Tiles()
        self.charts = Charts(self.context)
        self.charts.picked.connect(self.calls_requested)
        self.waiting = PeopleCard(
            tr("Call back"), empty=tr("Nobody waits to be called back."), see_all=self._show_waiting
        )
        self.quiet = PeopleCard(
            tr("Quiet longer than usual"), empty=tr("Nobody has been quiet for longer than usual."),
            see_all=self._show_quiet,
        )  # fmt: skip
        halves = [SideBySide(pair, least=0) for pair in (self.tiles.all[:2], self.tiles.all[2:])]
        self._tiles = SideBySide(halves, least=_TILES_PX)
        self._first_charts = SideBySide(
            [self.charts.calls, self.charts.rates], widths=(3, 2), least=_CHARTS_PX
        )
        self._body.addWidget(self._tiles)
        self._body.addWidget(self._first_charts)
        self._nothing = self._no_calls()
        self._body.addWidget(self._nothing)
        self._lists = SideBySide([self.waiting, self.quiet], least=_LISTS_PX)
        self._body.addWidget(self._lists)

    def _build_more_charts(self) -> None:
        self.team = TeamSwitch(self.context)
        self.team.switched.connect(self.refresh)
        self.charts.members.foot.addWidget(self.team)
        self._more_charts = SideBySide(
            [self.charts.talk, self.charts.members, self.charts.top], least=_CHARTS_PX
        )
        self._body.addWidget(self._more_charts)

    def _no_calls(self) -> QWidget:
        frame, body = card()
        action = self.context.actions.action("calls.import")
        if action is not None:
            sentence = tr("No calls yet. Import the call log of your phone, or drop its file here.")
            state = EmptyState(glyph="phone", sentence=sentence, action=tr("Import calls"))
            state.action_requested.connect(action.trigger)
        else:
            state = EmptyState(glyph="phone", sentence=tr("No calls yet."))
        body.addWidget(state)
        frame.setMinimumHeight(220)
        frame.hide()
        return frame

    def _due_card(self) -> QWidget:
        made = PeopleCard(tr("Follow-ups due"), see_all=self.due.all_requested.emit)
        made.hold(self.due)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the date where the periods need its room."""
        super().resizeEvent(event)
        self.day.setVisible(event.size().width() >= _DATE_FROM_PX)

    def view_search(self) -> None:
        """Find anything: the page itself holds nothing to be searched."""
        palette = self.context.actions.action("view.palette")
        if palette is not None:
            palette.trigger()

    # --- reading -------------------------------------------------------------------------------

    def activate(self) -> None:
        """Read what is shown."""
        self.refresh()

    def refresh(self) -> None:
        """Read again; a page that is not in front reads when it comes there."""
        if self.overview is not None and not self.isVisible():
            return
        self._wanted += 1
        self.due.refresh()
        session, period = self.session, self.picker.period()
        self.context.tasks.run(
            partial(read_overview, session, period),
            on_done=partial(self._show, self._wanted),
            on_error=self.context.notices.refuse,
            owner=self,
            serial=False,
        )

    def _planned(self) -> None:
        self.refresh()
        self.records_changed.emit()

    def _tick(self) -> None:
        if self.isVisible():
            self.refresh()

    def stop(self) -> None:
        """Read nothing more."""
        self._timer.stop()

    def remember(self) -> None:
        """Keep the period."""
        self.picker.remember()

    def _show(self, wanted: int, overview: Overview) -> None:
        if wanted != self._wanted:
            return
        self.overview = overview
        self.day.setText(whole_day(overview.day))
        self.recent.show_lines([self._recent_line(entry) for entry in overview.recent])
        if overview.figures is not None:
            self._show_figures(overview, overview.figures)

    def _show_figures(self, overview: Overview, figures: Figures) -> None:
        some = figures.some
        for part in (self._tiles, self._first_charts, self._lists, self._more_charts, self.picker):
            part.setVisible(some)
        self._nothing.setVisible(not some)
        self.tiles.show(figures, overview.period.days, self.context.clock.now())
        self.charts.show(figures, overview.period)
        self.team.show_state(on=figures.team)
        self.waiting.show_lines([self._waiting_line(one) for one in figures.waiting.first])
        self.quiet.show_lines([self._quiet_line(one) for one in figures.quiet])

    # --- lines ---------------------------------------------------------------------------------

    def _waiting_line(self, one: CallBack) -> PersonLine:
        waited = self.context.clock.now() - one.waiting_since
        name = one.name or one.number or tr("Withheld number")
        call = None
        if one.number:
            call = button(
                tr("Call"), partial(self._call, one.number), name=tr("Call {name}").format(name=name)
            )
        pill = Pill(duration(waited), "warn" if waited >= _DAY_S else "info")
        line = PersonLine(name, waiting_words(one, self.context.clock), pill, action=call)
        line.opened.connect(partial(self._open_caller, one))
        return line

    def _quiet_line(self, one: QuietCustomer) -> PersonLine:
        pill = Pill(tr("{n} d", "days").format(n=one.quiet_days - one.usual_days), over_tone(one))
        pill.setToolTip(over_words(one))
        plan = None
        if self.edits.may_plan:
            wish = partial(self._plan, one.customer_id, one.name)
            plan = button(tr("Plan"), wish, name=tr("Plan a follow-up: {name}").format(name=one.name))
        line = PersonLine(one.name, quiet_words(one, self.context.clock), pill, action=plan)
        line.setToolTip(quiet_reason(one))
        line.opened.connect(partial(self.contact_requested.emit, one.customer_id))
        return line

    def _plan(self, customer_id: int, name: str, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - the same
        self.edits.plan(customer_id, name)

    def _recent_line(self, entry: CallRow | WrittenNote) -> PersonLine:
        name, words = recent_words(entry, self.context.clock)
        contact = entry.customer_id if isinstance(entry, CallRow) else entry.contact_id
        line = PersonLine(name, words, None, opens=contact is not None)
        line.opened.connect(partial(self.contact_requested.emit, contact))
        return line

    def _open_caller(self, one: CallBack) -> None:
        if one.customer_id is not None:
            self.contact_requested.emit(one.customer_id)
        else:
            self.calls_requested.emit(ShownCalls(CallQuery(e164=one.number), ""))

    def _call(self, number: str, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        if not dialled(number):
            QGuiApplication.clipboard().setText(number)
            self.context.notices.say(tr("Copied."))

    def _show_waiting(self) -> None:
        since = int(self.context.clock.now()) - WAITING_DAYS * _DAY_S
        decided = not self.session.may("calls.unknown_numbers")
        query = CallQuery(call_back=True, since=since, decided=decided)
        self.calls_requested.emit(ShownCalls(query, tr("to call back")))

    def _show_quiet(self) -> None:
        self.context.tasks.run(
            partial(quiet_customers, self.session, MOST + 1), on_done=self._open_quiet,
            on_error=self.context.notices.refuse, owner=self, serial=False,
        )  # fmt: skip

    def _open_quiet(self, found: Sequence[QuietCustomer]) -> None:
        if found and self.edits.dialog is None:  # a double click asks twice
            dialog = QuietDialog(self.context, found, self)
            dialog.contact_requested.connect(self.contact_requested)
            dialog.written.connect(self._planned)
            self.edits.open(dialog)
