"""The list half of a page of contacts: search, counts, table; what of it is remembered.

What narrows and orders it is the business of ``contact_list_filters``.
"""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.filters import Condition
from crm_desktop.operations import contacts, custom_fields
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.list_queries import found_by_account
from crm_desktop.operations.session import Session
from crm_desktop.operations.settings import get_setting, put_setting
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.card_splitter import CardSplitter
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.contact_cell_answers import cell_answers
from crm_desktop.ui.widgets.contact_fields import ContactField
from crm_desktop.ui.widgets.contact_list_filters import TRASH, ContactListFilters
from crm_desktop.ui.widgets.contact_list_texts import ListTexts, empty_state
from crm_desktop.ui.widgets.contact_panel import ContactPanel
from crm_desktop.ui.widgets.contact_source import ContactSource
from crm_desktop.ui.widgets.own_columns import own_columns
from crm_desktop.ui.widgets.page import Page, PageContext
from crm_desktop.ui.widgets.parts import button, column, label, row
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.record_table_model import RecordTableModel
from crm_desktop.ui.widgets.search_box import SearchBox

SETTLE_MS = 40
"""The card waits this long for the current row to stay: rows are painted first while somebody types."""
_FIRST = 200


class ContactListView(Page):
    """Shows a list; what becomes of the current record is the business of ``ContactListPage``."""

    current_settled = Signal()
    """Fact: the current row has stayed the same for a moment."""

    def __init__(
        self,
        context: PageContext,
        *,
        category: Category,
        fields: Sequence[ContactField],
        texts: ListTexts,
    ) -> None:
        super().__init__(context)
        self.category = category
        self.texts = texts
        self._fixed = [field for field in fields if field.needs is None or self.session.may(field.needs)]
        self._own = custom_fields.fields_for(self.session, category)
        self._fields = [*self._fixed, *own_columns(self._own)]
        self._stay_at = 0
        self._empty_kind: object = None
        self._build()
        self._restore()
        self._wire_list()
        self._load_counts()

    def _build(self) -> None:
        self.search = SearchBox(self.texts.search)
        self.search.setMaximumWidth(380)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.count = label("", "muted")
        self.new_button = self._action_button("record.new", self.texts.new, role="primary")
        self.filters = ContactListFilters(self.context, self.category, self)
        self.chips, self.filter_bar = self.filters.chips, self.filters.bar
        self.filter_button = button(tr("Filter"), lambda: self.filters.add(""), glyph="funnel")
        self.columns_button = button(tr("Columns"), self._show_columns, glyph="columns")
        self.keep_words = self.search.offer(
            "bookmark-simple", tr("Save this view…"), self.filters.save_view, shortcut="Ctrl+Shift+S"
        )
        self.hint = label("", "muted", wrap=True)
        self.hint.hide()
        self.table = RecordTable(name=self.texts.title)
        self.panel = ContactPanel(self.context, category=self.category)
        self.splitter = CardSplitter(self.table, self.panel)
        head = row(label(self.texts.title, "title"), 4, self.count, None, spacing=SPACE_M)
        head.addWidget(self.search, 6)
        if self.new_button is not None:
            head.addWidget(self.new_button)
        self.tools = beside = row(spacing=SPACE_M)
        beside.addWidget(self.chips, 1)
        beside.addWidget(self.filter_button, 0, Qt.AlignmentFlag.AlignTop)
        beside.addWidget(self.columns_button, 0, Qt.AlignmentFlag.AlignTop)
        body = column(head, beside, self.filter_bar, self.hint, spacing=SPACE_M)
        body.addWidget(self.splitter, 1)
        self.setLayout(body)

    def _action_button(self, identity: str, words: str, *, role: str = "") -> QPushButton | None:
        action = self.context.actions.action(identity)
        if action is None:
            return None
        made = button(words, action.trigger, role=role, glyph="plus")
        made.setToolTip(action.toolTip())
        return made

    def _wire_list(self) -> None:
        self.model = RecordTableModel(self._source(), tasks=self.context.tasks, parent=self)
        self.model.ids_complete.connect(self._count_known)
        self.model.on_outcome = cell_answers(self.context, self.category, self)
        self.table.set_records(self.model)
        self._restore_table()
        self.fit = ColumnFit(self.table, active=self._stored.get("fitted") is not False)
        self._current_timer = QTimer(self)
        self._current_timer.setSingleShot(True)
        self._current_timer.setInterval(SETTLE_MS)
        # One turn of the loop later: of a list that has just come, the rows are painted before the card
        # of the current one is read and built.
        self._rows_first = QTimer(self)
        self._rows_first.setSingleShot(True)
        self._rows_first.setInterval(0)
        self._current_timer.timeout.connect(self._rows_first.start)
        self._rows_first.timeout.connect(self.current_settled)
        self._words_timer = QTimer(self)
        self._words_timer.setSingleShot(True)
        self._words_timer.setInterval(SETTLE_MS)
        self._words_timer.timeout.connect(self._offer_to_keep)
        self._own_timer = QTimer(self)
        self._own_timer.setSingleShot(True)
        self._own_timer.setInterval(0)
        self._own_timer.timeout.connect(self._renew_own_columns)
        self.search.down_requested.connect(self._focus_table)
        self.search.left.connect(self._focus_table)
        self._wire_filters()
        self.table.current_record_changed.connect(lambda _id: self._current_timer.start())
        self._renew_empty_state()

    @property
    def _setting(self) -> str:
        return f"list.{self.category.value}"

    def _restore(self) -> None:
        stored = get_setting(self.session, self._setting)
        self._stored: dict[str, object] = stored if isinstance(stored, dict) else {}
        chip = self._stored.get("chip")
        if isinstance(chip, str) and chip != TRASH:
            self.filters.restore(chip)
            self.search.setText(self.query.text)
        self.splitter.restore_sizes(self._stored.get("sizes"))
        self.panel.setVisible(self._stored.get("card") is not False)

    def _restore_table(self) -> None:
        layout = self._stored.get("table")
        if isinstance(layout, dict):
            self.table.restore_layout(layout)
            sort = layout.get("sort")
            if sort and self.model.column_of(str(sort[0])) is not None:
                self.filters.restore_sort(str(sort[0]), ascending=bool(sort[1]))
                self.model.set_source(self._source())
        self.table.show_sort(self.query.sort, ascending=self.query.ascending)

    def remember(self) -> None:
        """Keep columns, order, chip, splitter and whether the card is shown."""
        put_setting(
            self.session,
            self._setting,
            {
                "table": self.table.save_layout(),
                "fitted": self.fit.active,
                "chip": self.chips.current(),
                "sizes": self.splitter.stored_sizes(),
                "card": not self.panel.isHidden(),
            },
        )

    @property
    def query(self) -> ContactQuery:
        """What the list asks for."""
        return self.filters.query

    def _source(self, first: Sequence[int] = ()) -> ContactSource:
        return ContactSource(
            self.session, self.query, fields=self._fields, clock=self.context.clock, first=first
        )

    def _wire_filters(self) -> None:
        self._wire_filterable()
        self.table.delegate.closeEditor.connect(lambda *_: self._own_timer.start())
        self.table.filter_requested.connect(self.filters.add)
        self.table.sort_requested.connect(self.filters.sort)
        self.search.search_changed.connect(self.filters.search)
        self.filters.view_brought.connect(self._show_brought)
        self.filters.query_changed.connect(self._query_changed)
        self.filters.counts_stale.connect(self._load_counts)
        self.filters.left.connect(self._focus_table)
        self.filters.show()
        self._show_gap_column()

    def _wire_filterable(self) -> None:
        self.table.filterable = frozenset(known.key for known in self.filters.fields())

    def _show_brought(self) -> None:
        """Show the words and the order another view brought; its records follow."""
        self.search.setText(self.query.text)
        self.table.show_sort(self.query.sort, ascending=self.query.ascending)

    def _query_changed(self) -> None:
        self._reload()
        self._show_gap_column()
        self._words_timer.start()

    def _offer_to_keep(self) -> None:
        self.keep_words.setVisible(self.filters.words_can_be_kept)

    def _show_gap_column(self) -> None:
        """Let the column of gaps come and go with its filter."""
        place = self.model.column_of("missing")
        asked = any(condition.field == "incomplete" for condition in self.query.conditions)
        if place is not None and self.table.isColumnHidden(place) == asked:
            self.table.setColumnHidden(place, not asked)

    def _reload(self) -> None:
        query = self.query
        if not query.far_apart:
            self._show_source(self._source())
            return
        # The first that fit may lie far apart: they are looked for in the pool, the list stays meanwhile.
        self.context.tasks.run(
            partial(contacts.contact_first_page, self.session, query),
            on_done=partial(self._show_first, query), on_error=self._refuse, owner=self, serial=False,
        )  # fmt: skip

    def _show_first(self, query: ContactQuery, first: list[int]) -> None:
        if query == self.query:
            self._show_source(self._source(first))

    def _show_source(self, source: ContactSource) -> None:
        self.model.set_source(source)
        self._renew_empty_state()
        self._select_something()
        self._current_timer.start()

    def _count_known(self, count: int) -> None:
        self.count.setText(number(count))
        self._renew_empty_state()
        self.context.tasks.run(
            partial(_hint, self.session, self.query), on_done=self._show_hint, on_error=self._refuse,
            owner=self, serial=False,
        )  # fmt: skip
        self._select_something()

    def _select_something(self) -> None:
        """Where nothing is current, take the first row, or the one whose record has just left."""
        rows = self.model.rowCount()
        if self.table.current_id() is None and rows and not self.panel.editing:
            place = min(self._stay_at, rows - 1)
            self.table.select_ids(self.model.ids_between(place, place))
        elif not rows and self.model.complete:
            self._current_timer.start()  # nobody is left: nor on the card
        if self.model.complete:
            self._stay_at = 0

    def _show_hint(self, words: str) -> None:
        self.hint.setText(words.format(text=self.query.text.strip()))
        self.hint.setVisible(bool(words) and bool(self.model.rowCount()))

    def _load_counts(self) -> None:
        session, category = self.session, self.category
        self.context.tasks.run(
            lambda: contacts.category_counts(session, category), on_done=self._show_counts,
            on_error=self._refuse, owner=self, serial=False,
        )  # fmt: skip
        self.filters.saved.count()

    def _show_counts(self, counts: dict[str, int]) -> None:
        for key, count in counts.items():
            self.chips.set_count(key, count)

    def _renew_empty_state(self) -> None:
        """Put another empty state in place, where there is nothing to see and the kind of list has changed.

        While somebody types there are rows, and building what nobody sees would cost a frame.
        """
        query = self.query
        lacking = self.filters.lacking
        kind = (bool(query.text), query.trashed, query.status, bool(query.conditions), *lacking)
        if kind == self._empty_kind or self.model.rowCount():
            return
        self._empty_kind = kind
        new = self.context.actions.action("record.new")
        add = new.trigger if new is not None else None
        self.table.set_empty_state(
            empty_state(
                query, self.texts, clear=self.search.clear, clear_filters=self.filters.clear, add=add,
                lacking=lacking,
            )
        )  # fmt: skip

    def refresh(self) -> None:
        """Read the list, the counts and the card again."""
        self.filters.saved.reload()
        self._renew_own_columns()
        self.table.refresh()
        self._load_counts()
        self._current_timer.start()

    def _renew_own_columns(self) -> None:
        """Show own fields that were added, named anew or removed; after a cell that is being edited."""
        self.filters.renew_fields()
        own = custom_fields.fields_for(self.session, self.category)
        if own == self._own or self.table.editing:
            return
        self._own = own
        self._fields = [*self._fixed, *own_columns(own)]
        self.table.renew_columns(self._source(self.model.ids_between(0, _FIRST)))
        self._wire_filterable()

    def stop(self) -> None:
        """Read nothing more: the session ends."""
        self._current_timer.stop()
        self._rows_first.stop()
        self._words_timer.stop()
        self._own_timer.stop()

    @property
    def settled(self) -> bool:
        """Whether the card shows the current row."""
        return not (self._current_timer.isActive() or self._rows_first.isActive())

    def show_filter(self, filter_id: int) -> None:
        """Bring the list of a saved filter to the front."""
        self.filters.show_saved(filter_id)

    def show_filtered(self, condition: Condition) -> None:
        """Show everybody who fits ``condition``, without search and chip."""
        self.filters.show_filtered(condition)

    def _focus_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def current_contact(self) -> int | None:
        """Return the contact of the current row."""
        return self.table.current_id()

    def _show_columns(self) -> None:
        corner = self.columns_button.mapToGlobal(QPoint(0, self.columns_button.height() + 4))
        self.table.columns_menu(self).popup(corner)

    def _refuse(self, error: KnownError) -> None:
        self.context.notices.refuse(error)

    def view_search(self) -> None:
        """Put the keyboard into the search box."""
        self.search.take_focus()


def _hint(session: Session, query: ContactQuery) -> str:
    """Return what is to be said of the hits of a search, in the pool; empty where nothing is."""
    if not query.text.strip():
        return ""
    if found_by_account(session, query):
        return tr("Who has the bank sign was found by the end of a bank account.")
    if contacts.only_similar(session, query):
        return tr("Nothing is written exactly like “{text}”; these are similar.")
    return ""
