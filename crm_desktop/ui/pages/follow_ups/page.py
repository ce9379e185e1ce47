"""The follow-ups: what is to be done by when and by whom, and who has been quiet for too long."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QTabWidget

from crm_desktop.domain.follow_ups import Span
from crm_desktop.operations.settings import REMINDERS_OFF, get_setting, put_setting
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.pages.follow_ups.follow_up_list import FollowUpList
from crm_desktop.ui.pages.follow_ups.quiet import QuietList
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.page import Page, PageContext
from crm_desktop.ui.widgets.parts import button, column, label, row
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.search_box import SearchBox

_SECTIONS = ("follow_ups", "quiet")


class FollowUpsPage(Page):
    """Two tabs: the follow-ups, and whom to keep in touch with."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._stale = True
        self.list = FollowUpList(context)
        # Who was quiet is known from calls.
        self.quiet = QuietList(context) if context.session.may("calls.view") else None
        self._build()
        self._wire()

    def _build(self) -> None:
        self.search = SearchBox(tr("Search what and whom…"))
        self.search.setMaximumWidth(340)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.count = label("", "muted")
        self.remind = QCheckBox(tr("Remind me"))
        self.remind.setToolTip(
            tr("Says when one of mine is due, also while the window is locked; never what it is about.")
        )
        self.remind.setChecked(get_setting(self.session, REMINDERS_OFF) is not True)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName(tr("What to show"))
        self.tabs.tabBar().setExpanding(False)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(self.list, tr("Follow-ups"))
        if self.quiet is None:
            self.tabs.tabBar().hide()
        else:
            self.tabs.addTab(self.quiet, tr("Keep in touch"))
        for pane in self._panes():
            layout = pane.layout()
            if layout is not None:
                layout.setContentsMargins(0, SPACE_M, 0, 0)
        head = row(label(tr("Follow-ups"), "title"), 4, self.count, None, self.remind, spacing=SPACE_M)
        head.addWidget(self.search, 6)
        action = self.context.actions.action("follow_up.new")
        self.new_button = None
        if action is not None and not self.session.read_only:
            self.new_button = button(
                tr("New follow-up"), self.follow_up_new, role="primary", glyph="plus"
            )  # fmt: skip
            self.new_button.setToolTip(action.toolTip())
            head.addWidget(self.new_button)
        body = column(head, spacing=SPACE_M)
        body.addWidget(self.tabs, 1)
        self.setLayout(body)

    def _wire(self) -> None:
        self.search.search_changed.connect(self.list.search)
        self.search.down_requested.connect(self._focus_table)
        self.search.left.connect(self._focus_table)
        for part in (self.search, self.count):  # the other tab says itself how many there are
            self.tabs.currentChanged.connect(lambda place, part=part: part.setVisible(place == 0))
        self.remind.toggled.connect(lambda wanted: put_setting(self.session, REMINDERS_OFF, not wanted))
        self.list.counted.connect(lambda found: self.count.setText(number(found)))
        for pane in self._panes():
            pane.contact_requested.connect(self.contact_requested)
        self.list.calls_requested.connect(self.calls_requested)
        self.list.written.connect(self._list_written)
        if self.quiet is not None:
            self.quiet.counted.connect(self._show_quiet)
            self.quiet.written.connect(self._quiet_written)

    def _panes(self) -> list[FollowUpList | QuietList]:
        return [self.list] if self.quiet is None else [self.list, self.quiet]

    def _in_front(self) -> FollowUpList | QuietList:
        return self._panes()[self.tabs.currentIndex()]

    def _show_quiet(self, count: int) -> None:
        words = tr("Keep in touch ({count})").format(count=number(count)) if count else tr("Keep in touch")
        self.tabs.setTabText(1, words)

    def _list_written(self) -> None:
        self.records_changed.emit()

    def _quiet_written(self) -> None:
        self.list.refresh()
        self.records_changed.emit()

    # --- the page ------------------------------------------------------------------------------

    @property
    def table(self) -> RecordTable:
        """The table of the tab in front."""
        return self._in_front().table

    def _focus_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def activate(self) -> None:
        """Read what is not read yet and take the focus into the table."""
        if self._stale:
            self._read()
        self._focus_table()

    def _read(self) -> None:
        self._stale = False
        for pane in self._panes():
            pane.refresh()

    def refresh(self) -> None:
        """Read again: at once where the page is in front, else when it is shown next."""
        self._stale = True
        if self.isVisible():
            self._read()

    def section_name(self) -> str:
        """Return which tab is in front."""
        return _SECTIONS[self.tabs.currentIndex()]

    def bring_section(self, name: str) -> None:
        """Bring a tab to the front by its name; ``overdue`` and the other spans: mine of that span."""
        if name in _SECTIONS[: self.tabs.count()]:
            self.tabs.setCurrentIndex(_SECTIONS.index(name))
            self._focus_table()
        elif name in set(Span):
            self.tabs.setCurrentIndex(0)
            self.list.bring(Span(name))

    # --- actions -------------------------------------------------------------------------------

    def view_search(self) -> None:
        """Put the keyboard into the search box, which belongs to the list."""
        self.tabs.setCurrentIndex(0)
        self.search.take_focus()

    def record_new(self) -> None:
        """Open the form of a new follow-up."""
        self.follow_up_new()

    def follow_up_new(self) -> None:
        """Open the form of a new follow-up; in the list of the quiet about the current contact."""
        if self.quiet is not None and self._in_front() is self.quiet and self.table.current_id() is not None:
            self.quiet.plan_current()
        else:
            self.list.edits.plan()

    def follow_up_done(self) -> None:
        """Note that the selected ones are done."""
        if self.tabs.currentIndex() == 0:
            self.list.finish_current()

    def follow_up_postpone(self) -> None:
        """Ask until when the selected ones are postponed."""
        if self.tabs.currentIndex() == 0:
            self.list.postpone_current()

    def follow_up_calendar(self) -> None:
        """Write what is listed for a calendar."""
        self.list.to_calendar()

    def record_edit(self) -> None:
        """Open the form of the current follow-up."""
        if self.tabs.currentIndex() == 0:
            self.list.edit_current()

    def record_open(self) -> None:
        """Show whom the current row is about."""
        self._in_front().open_current()

    def record_cell(self) -> None:
        """Edit the current cell."""
        self.table.edit_current()

    def record_copy(self) -> None:
        """Copy the cell or the selected rows."""
        self.table.copy()
