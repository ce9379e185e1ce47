"""The calls: who called whom, when and how it ended; and the door for call logs."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QSignalBlocker, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QSizePolicy

from crm_desktop.operations import consents
from crm_desktop.operations.calls import CallQuery, CallRow
from crm_desktop.operations.dropped_files import DroppedFiles, FileKind
from crm_desktop.operations.settings import get_setting, put_setting
from crm_desktop.operations.shared_numbers import SharedNumber, shared_number
from crm_desktop.operations.unknown_numbers import UnknownNumber, unknown_numbers
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.pages.calls.fields import call_fields
from crm_desktop.ui.pages.calls.filters import CallFilters
from crm_desktop.ui.pages.calls.import_dialog import ImportDialog
from crm_desktop.ui.pages.calls.runs_dialog import RunsDialog
from crm_desktop.ui.pages.calls.source import CallSource
from crm_desktop.ui.pages.calls.unknown_dialog import UnknownNumbersDialog
from crm_desktop.ui.pages.calls.whose_dialog import WhoseDialog
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.call_edits import CallEdits
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.consent_dialog import ConsentDialog
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.file_looking import look_into_files
from crm_desktop.ui.widgets.follow_up_edits import FollowUpEdits
from crm_desktop.ui.widgets.page import Page, PageContext, ShownCalls
from crm_desktop.ui.widgets.parts import button, column, label, row
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.record_table_model import RecordTableModel
from crm_desktop.ui.widgets.search_box import SearchBox
from crm_desktop.ui.widgets.table_copying import TableCopying
from crm_desktop.ui.widgets.undoable_writes import UndoableWrites

_SETTING = "list.calls"


def _nothing(_contacts: list[Path]) -> None:
    """Do nothing with files that were no calls."""


class CallsPage(Page):
    """The list of calls with search and filters."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._query = CallQuery()
        self._fields = call_fields()
        self._build()
        self.model = RecordTableModel(self._source(), tasks=context.tasks, parent=self)
        self.model.ids_complete.connect(self._count_known)
        self.table.set_records(self.model)
        self.follow_ups = FollowUpEdits(context, self)
        self.follow_ups.written.connect(self.records_changed)
        self.calls = CallEdits(context, self)
        self.calls.written.connect(self._changed)
        self.writes = UndoableWrites(context, self)
        self.writes.written.connect(self._changed)
        self.copying = TableCopying(context, self.table, self._source)
        fitted = self._restore()
        self.fit = ColumnFit(self.table, active=fitted)
        self._wire()
        self._renew_empty_state()

    def _build(self) -> None:
        self.search = SearchBox(tr("Search customer or number…"))
        self.search.setMaximumWidth(340)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.count = label("", "muted")
        self.table = RecordTable(name=tr("Calls"))
        self.runs_button = button(tr("Past imports"), self.show_runs, glyph="clock-counter-clockwise")
        head = row(label(tr("Calls"), "title"), 4, self.count, None, spacing=SPACE_M)
        head.addWidget(self.search, 6)
        self.numbers_button = button(tr("Unknown numbers"), self.show_unknown_numbers, glyph="question")
        self.numbers_button.setVisible(self.session.may("calls.unknown_numbers"))
        head.addWidget(self.numbers_button)
        head.addWidget(self.runs_button)
        action = self.context.actions.action("calls.import")
        self.import_button = None
        if action is not None:
            self.import_button = button(
                tr("Import calls"), action.trigger, role="primary", glyph="download-simple"
            )
            self.import_button.setToolTip(action.toolTip())
            head.addWidget(self.import_button)
        self.filters = CallFilters(self.session)
        body = column(head, self.filters, spacing=SPACE_M)
        body.addWidget(self.table, 1)
        self.setLayout(body)

    def _wire(self) -> None:
        self.search.search_changed.connect(self._filter_changed)
        self.filters.changed.connect(self._filter_changed)
        self.filters.cleared.connect(self._show_all)
        self.search.down_requested.connect(self._focus_table)
        self.search.left.connect(self._focus_table)
        self.table.sort_requested.connect(self._sort)
        self.table.open_requested.connect(self._open)
        self.table.menu_requested.connect(self._show_menu)

    # --- which calls ---------------------------------------------------------------------------

    def _source(self) -> CallSource:
        return CallSource(self.session, self._query, fields=self._fields, clock=self.context.clock)

    def _filter_changed(self) -> None:
        self._query = self.filters.narrowed(replace(self._query, text=self.search.text()))
        self._reload()

    def _sort(self, key: str, ascending: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._query = replace(self._query, sort=key, ascending=ascending)
        self._reload()

    def _reload(self) -> None:
        self.model.set_source(self._source())
        self._renew_empty_state()

    def _count_known(self, count: int) -> None:
        self.count.setText(number(count))

    @property
    def _all_calls(self) -> CallQuery:
        return CallQuery(sort=self._query.sort, ascending=self._query.ascending)

    @property
    def _filtered(self) -> bool:
        return self._query != self._all_calls

    def _renew_empty_state(self) -> None:
        if self._filtered:
            state = EmptyState(
                glyph="magnifying-glass",
                sentence=tr("No call fits this search."),
                action=tr("Show all calls"),
            )
            state.action_requested.connect(self._show_all)
        elif self.import_button is not None:
            sentence = tr("No calls yet. Import the call log of your phone, or drop its file here.")
            state = EmptyState(glyph="phone", sentence=sentence, action=tr("Import calls"))
            state.action_requested.connect(self.calls_import)
        else:
            state = EmptyState(glyph="phone", sentence=tr("No calls yet."))
        self.table.set_empty_state(state)

    def _show_all(self) -> None:
        self._show_query(self._all_calls)

    def show_calls(self, shown: ShownCalls) -> None:
        """Show these calls and no others; chips say which they are, and each is taken out alone."""
        query = replace(shown.query, sort=self._query.sort, ascending=self._query.ascending)
        self._show_query(query, shown.words, shown.customer)

    def _show_query(self, query: CallQuery, words: str = "", customer: str = "") -> None:
        with QSignalBlocker(self.search):
            self.search.setText(query.text)
        self.filters.show_query(query, words, customer)
        self._query = query
        self._reload()

    def refresh(self) -> None:
        """Read the list again."""
        self.table.refresh()

    def _restore(self) -> bool:
        """Take columns and order as kept; tell whether the columns still follow the width."""
        stored = get_setting(self.session, _SETTING)
        layout = stored.get("table") if isinstance(stored, dict) else None
        if isinstance(layout, dict):
            self.table.restore_layout(layout)
            sort = layout.get("sort")
            if sort:
                self._query = replace(self._query, sort=str(sort[0]), ascending=bool(sort[1]))
                self.model.set_source(self._source())
        self.table.show_sort(self._query.sort, ascending=self._query.ascending)
        return not isinstance(stored, dict) or stored.get("fitted") is not False

    def remember(self) -> None:
        """Keep columns and order."""
        put_setting(self.session, _SETTING, {"table": self.table.save_layout(), "fitted": self.fit.active})

    # --- the table -----------------------------------------------------------------------------

    def activate(self) -> None:
        """Take the focus into the table."""
        self._focus_table()

    def _focus_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, call_id: object) -> None:
        """Show the customer of a call on the page of the list he stands in; ask whose call it was."""
        source = self.model.source
        if isinstance(source, CallSource) and call_id in source.undecided and self._may_say:
            self._ask_whose(call_id)
            return
        customer = (
            source.customers.get(call_id)
            if isinstance(source, CallSource) and isinstance(call_id, int)
            else None
        )
        if customer is not None:
            self.contact_requested.emit(customer)

    @property
    def _may_say(self) -> bool:
        return self.session.may("records.edit")

    def _ask_whose(self, call_id: object) -> None:
        """Ask whose a call was that one of several customers made."""
        if isinstance(call_id, int):
            self.context.tasks.run(
                partial(shared_number, self.session, call_id), on_done=self._show_question,
                on_error=self.context.notices.refuse, owner=self, serial=False,
            )  # fmt: skip

    def _show_question(self, asked: SharedNumber | None) -> None:
        if asked is None:
            self.refresh()  # somebody answered meanwhile
            return
        if self.writes.dialog is not None:  # a double click asks twice
            return
        dialog = WhoseDialog(asked, self)
        dialog.accepted.connect(
            lambda: self.writes.run(
                dialog.answer(self.session), tr("The call is in the customer's timeline.")
            )
        )
        self.writes.open(dialog)

    def _show_menu(self, ids: list[int], position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(ids) == 1:
            source = self.model.source
            asked = isinstance(source, CallSource) and ids[0] in source.undecided and self._may_say
            show = QAction(tr("Whose call was it…") if asked else tr("Show the customer"), menu)
            show.triggered.connect(lambda: self._open(ids[0]))
            menu.addAction(show)
            if isinstance(source, CallSource) and ids[0] in source.shown:
                call = source.shown[ids[0]]
                self.calls.fill_menu(menu, call)
                self._fill_narrowing(menu, call)
        menu.addSeparator()
        for identity in ("calls.log", "follow_up.new", "record.copy", "calls.import"):
            action = self.context.actions.action(identity)
            if action is not None:
                menu.addAction(action)
        menu.popup(position)

    def _fill_narrowing(self, menu: QMenu, call: CallRow) -> None:
        """Offer to see the calls alone that have the customer or the number of this one."""
        menu.addSeparator()
        if call.customer_id is not None and self._query.customer_id is None:
            named = partial(self.filters.of_customer, call.customer_id, call.customer_name or "")
            menu.addAction(tr("Only calls with this customer"), named)
        if call.e164 is not None and self._query.e164 is None:
            menu.addAction(tr("Only calls of this number"), partial(self.filters.of_number, call.e164))

    # --- actions -------------------------------------------------------------------------------

    def view_search(self) -> None:
        """Put the keyboard into the search box."""
        self.search.take_focus()

    def record_open(self) -> None:
        """Show the customer of the current call."""
        self._open(self.table.current_id())

    def record_copy(self) -> None:
        """Copy the cell or the selected rows."""
        self.table.copy()

    def called_contact(self) -> int | None:
        """Return the customer of the current call."""
        call_id, source = self.table.current_id(), self.model.source
        return source.customers.get(call_id) if isinstance(source, CallSource) and call_id else None

    def follow_up_new(self) -> None:
        """Plan a follow-up because of the current call, about its customer."""
        call_id, source = self.table.current_id(), self.model.source
        known = source.customers.get(call_id) if isinstance(source, CallSource) and call_id else None
        self.follow_ups.plan(known, call_id=call_id)

    def calls_import(self) -> None:
        """Choose files and import them."""
        chosen, _ = QFileDialog.getOpenFileNames(self, tr("Choose call logs"), "", tr("All files (*)"))
        if chosen:
            self.import_files([Path(name) for name in chosen])

    def import_files(self, paths: Sequence[Path]) -> None:
        """Look at files, then import those that are call logs."""
        context = self.context
        look_into_files(
            self.session, context.tasks, context.notices, paths, on_done=self.import_found, owner=self
        )

    def import_found(self, found: DroppedFiles, then: Callable[[list[Path]], None] = _nothing) -> None:
        """Ask for the consent where there is none, then show what the files hold and import them.

        The log of an office needs the consent of each whose line it is, and asks for nobody's here.
        ``then`` is done when the window is closed, with the files that were no calls in it.
        """
        session = self.session
        if found.files and found.hopeless:
            self._refuse_files(found)  # whoever agreed, nothing of them could be read
            return
        office = session.may("calls.import_shared") and any(one.shared for one in found.files)
        if office or consents.active_consent(session, session.member.id) is not None:
            self._show_import(found, then)
            return
        dialog = ConsentDialog(session, parent=self)
        if not dialog.agreed():
            self.context.notices.say(tr("Without your consent nothing was read."))
            then(found.of(FileKind.CONTACTS))
            return
        self.context.tasks.run(
            lambda: consents.grant_consent(session, expires_at=dialog.expires_at),
            on_done=lambda _consent: self._show_import(found, then),
            on_error=self.context.notices.refuse,
            owner=self,
        )

    def _refuse_files(self, found: DroppedFiles) -> None:
        problem = found.files[0].problem
        if len(found.files) == 1 and problem is not None:
            self.context.notices.refuse(problem)
        else:
            self.context.notices.say(tr("None of these files is a call log or a table. Nothing was read."))

    def _show_import(self, found: DroppedFiles, then: Callable[[list[Path]], None]) -> None:
        self.context.notices.dismiss()
        dialog = ImportDialog(self.context, (), found=found, parent=self)
        dialog.imported.connect(self._changed)
        dialog.exec()
        dialog.deleteLater()
        read = dialog.files.paths()
        then([path for path in found.of(FileKind.CONTACTS) if path not in read])

    def _changed(self) -> None:
        self.refresh()
        self.records_changed.emit()

    def show_unknown_numbers(self) -> None:
        """Show the unknown numbers of which calls are kept."""
        self.context.tasks.run(
            partial(unknown_numbers, self.session), on_done=self._show_numbers,
            on_error=self.context.notices.refuse, owner=self, serial=False,
        )  # fmt: skip

    def _show_numbers(self, found: Sequence[UnknownNumber]) -> None:
        text = tr(
            "Calls of numbers nobody has are kept where that was chosen at their import, for 30 days. What "
            "becomes a customer’s stays."
        )
        if self.writes.dialog is not None:
            return
        dialog = UnknownNumbersDialog(self.context, found, text, self)
        dialog.changed.connect(self._changed)
        self.writes.open(dialog)

    def show_runs(self) -> None:
        """Show the imports so far, each with its undo."""
        dialog = RunsDialog(self.context, parent=self)
        dialog.changed.connect(self._changed)
        dialog.exec()
        dialog.deleteLater()
