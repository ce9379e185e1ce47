"""The log for administrators: filtered, newest first, an entry whole beside it, and its verification."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSizePolicy

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.log_reading import (
    GROUPS,
    LogDetails,
    LogQuery,
    log_details,
    log_users,
    verbs_of,
)
from crm_desktop.operations.settings import get_setting, put_setting
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.administration.log_card import LogCard
from crm_desktop.ui.pages.administration.log_source import LogSource
from crm_desktop.ui.pages.administration.log_verification import LogVerification
from crm_desktop.ui.pages.administration.log_words import group_word
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.card_splitter import CardSplitter
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.flow_layout import FlowLayout
from crm_desktop.ui.widgets.page import Page, PageContext
from crm_desktop.ui.widgets.parts import button, column, label, row
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.record_table_model import RecordTableModel
from crm_desktop.ui.widgets.search_box import SearchBox
from crm_desktop.ui.widgets.table_copying import TableCopying

_SETTING = "list.log"


class LogSection(Page):
    """Reads only; what is written is told by the entries themselves."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.search = SearchBox(tr("Search person, contact or words…"))
        self.search.setMaximumWidth(340)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.count = label("", "muted")
        self.verify_button = button(
            tr("Verify the log"), self.verify_now, role="primary", glyph="shield-check"
        )
        self.person = _choices(tr("Person"), log_users(self.session))
        self.kind = _choices(tr("Kind of action"), [(group, group_word(group)) for group in GROUPS])
        self.period = _choices(tr("Period"), _periods())
        self.table = RecordTable(name=tr("Log"))
        self.card = LogCard(context.clock)
        self.splitter = CardSplitter(self.table, self.card)
        self.verification = LogVerification(self.session, context.tasks, context.running)
        self.model = RecordTableModel(self._source(), tasks=context.tasks, parent=self)
        self.table.set_records(self.model)
        self.copying = TableCopying(context, self.table, self._source)
        self.fit = ColumnFit(self.table)
        self._lay_out()
        self._wire()
        self._restore()
        self._renew_empty_state()

    def _lay_out(self) -> None:
        filters = FlowLayout(spacing=SPACE_S)
        for box in (self.person, self.kind, self.period):
            filters.addWidget(box)
        head = row(self.count, None, spacing=SPACE_M)
        head.addWidget(self.search, 6)
        head.addWidget(self.verify_button)
        body = column(head, filters, self.verification, spacing=SPACE_M)
        body.addWidget(self.splitter, 1)
        self.setLayout(body)

    def _wire(self) -> None:
        self.model.ids_complete.connect(lambda count: self.count.setText(tr("%n entries", "", count)))
        self.model.modelReset.connect(self._choose_first)
        self.search.search_changed.connect(self._reload)
        self.search.down_requested.connect(self._focus_table)
        self.search.left.connect(self._focus_table)
        for box in (self.person, self.kind, self.period):
            box.currentIndexChanged.connect(self._reload)
        self.table.current_record_changed.connect(self._show)
        self.card.contact_requested.connect(self.contact_requested)
        self.verification.ended.connect(lambda: self.verify_button.setEnabled(True))

    # --- which entries -------------------------------------------------------------------------

    def _source(self) -> LogSource:
        days = self.period.currentData()
        group = self.kind.currentData()
        query = LogQuery(
            since=None if days is None else self._start_of_day(int(days)),
            user_id=self.person.currentData(),
            verbs=None if group is None else verbs_of(str(group)),
            text=self.search.text(),
        )
        return LogSource(self.session, query, self.context.clock)

    def _start_of_day(self, days_ago: int) -> int:
        zone = self.context.clock.zone
        day = datetime.fromtimestamp(self.session.now(), zone).date() - timedelta(days=days_ago)
        return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())

    def _reload(self) -> None:
        self.model.set_source(self._source())
        self._renew_empty_state()

    def _choose_first(self) -> None:
        if self.table.current_id() is None and (first := self.model.id_at(0)) is not None:
            self.table.select_ids([first])
        elif self.model.id_at(0) is None:
            self._show(None)

    def _renew_empty_state(self) -> None:
        state = EmptyState(
            glyph="magnifying-glass",
            sentence=tr("No entry of the log fits these filters."),
            action=tr("Show the whole log"),
        )
        state.action_requested.connect(self.show_all)
        self.table.set_empty_state(state)

    def show_all(self) -> None:
        """Take every filter away."""
        for box in (self.person, self.kind, self.period):
            box.setCurrentIndex(0)
        self.search.clear()

    # --- the entry -----------------------------------------------------------------------------

    def _show(self, sequence: object) -> None:
        if not isinstance(sequence, int):
            self.card.show_nothing()
            return
        self.context.tasks.run(
            partial(log_details, self.session, sequence), on_done=self._read,
            on_error=self._not_read, owner=self, serial=False,
        )  # fmt: skip

    def _read(self, details: LogDetails) -> None:
        if details.line.sequence == self.table.current_id():
            self.card.show_entry(details)

    def _not_read(self, error: KnownError) -> None:
        self.card.show_nothing()
        self.context.notices.refuse(error)

    # --- what the shell asks -------------------------------------------------------------------

    def verify_now(self) -> None:
        """Verify the whole file and show what each check found."""
        self.verify_button.setEnabled(False)
        self.verification.begin()

    def activate(self) -> None:
        """Read what was written meanwhile and take the focus into the table."""
        self.refresh()
        self._choose_first()
        self._focus_table()

    def refresh(self) -> None:
        """Read the list again."""
        self.table.refresh()

    def _focus_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def view_search(self) -> None:
        """Put the keyboard into the search box."""
        self.search.take_focus()

    def record_copy(self) -> None:
        """Copy the selected entries."""
        self.table.copy()

    def _restore(self) -> None:
        stored = get_setting(self.session, _SETTING)
        if isinstance(stored, dict):
            self.splitter.restore_sizes(stored.get("splitter"))

    def remember(self) -> None:
        """Keep the share of table and card."""
        put_setting(self.session, _SETTING, {"splitter": self.splitter.stored_sizes()})


def _periods() -> list[tuple[object, str]]:
    return [
        (0, tr("Today")),
        *((days, tr("Last %n days", "", days)) for days in (7, 30, 90, 365)),
    ]


def _choices(name: str, choices: Sequence[tuple[object, str]]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.addItem(tr("{what}: all").format(what=name), None)
    for value, words in choices:
        box.addItem(words, value)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return box
