"""The renewals due: overdue, or in the next 30, 60 or 90 days; a click opens the customer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.operations import product_uses
from crm_desktop.operations.product_uses import (
    DUE_DAYS,
    ProductUseDraft,
    RenewalQuery,
    RenewalRow,
    RenewalSort,
    RenewalSpan,
)
from crm_desktop.operations.row_conflicts import RowConflict, decided_row
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.products.fields import renewal_fields
from crm_desktop.ui.pages.products.source import RenewalSource
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.chip_bar import Chip, ChipBar
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, column, row
from crm_desktop.ui.widgets.product_use_forms import renewal_form
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.record_table_model import RecordTableModel
from crm_desktop.ui.widgets.undoable_writes import UndoableWrites

_OVERDUE = "overdue"


class Renewals(QWidget):
    """``contact_requested(id)`` opens a customer; ``due(number)`` tells how many are urgent.

    ``written`` when one was renewed.
    """

    contact_requested = Signal(object)
    due = Signal(object)
    written = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._session = context.session
        self._fields = renewal_fields()
        self._sort = (RenewalSort.RENEWAL, True)
        self.writes = UndoableWrites(context, self)
        self.writes.written.connect(self._changed)
        self.chips = ChipBar(self._chip_list(), name=tr("When it renews"))
        self.chips.choose(str(DUE_DAYS[0]))
        self.table = RecordTable(name=tr("Renewals due"))
        self._wanted = self._query()
        self.model = RecordTableModel(self._source(self._wanted), tasks=context.tasks, parent=self)
        self.table.set_records(self.model)
        self.table.show_sort(RenewalSort.RENEWAL, ascending=True)
        self.fit = ColumnFit(self.table)
        self.open_button = button(tr("Show the customer"), self.open_current, glyph="user")
        self.renew_button = button(tr("Renewed until…"), self.renew_current, glyph="arrows-clockwise")
        self.renew_button.setVisible(self.may_edit)
        head = row(spacing=SPACE_S)
        head.addWidget(self.chips, 1)
        for made in (self.open_button, self.renew_button):
            head.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)
        body = column(head, spacing=SPACE_M)
        body.addWidget(self.table, 1)
        self.setLayout(body)
        self._wire()
        self._renew_empty_state()
        self._current_changed()

    def _wire(self) -> None:
        self.chips.chosen.connect(lambda _key: self._show())
        self.table.sort_requested.connect(self._sorted)
        self.table.open_requested.connect(lambda _id: self.open_current())
        self.table.menu_requested.connect(self._show_menu)
        self.table.current_record_changed.connect(lambda _id: self._current_changed())
        self.model.ids_complete.connect(lambda _count: self._select_something())

    @property
    def may_edit(self) -> bool:
        """Whether the person may renew."""
        return self._session.may("records.edit") and not self._session.read_only

    # --- what is shown -------------------------------------------------------------------------

    @staticmethod
    def _chip_list() -> list[Chip]:
        next_days = [Chip(str(days), tr("Next %n days", "", days)) for days in DUE_DAYS]
        return [Chip(_OVERDUE, tr("Overdue")), *next_days]

    def _query(self) -> RenewalQuery:
        chosen = self.chips.current()
        query = product_uses.renewals_within(self._session, None if chosen == _OVERDUE else int(chosen))
        sort, ascending = self._sort
        return replace(query, sort=sort, ascending=ascending)

    def _source(self, query: RenewalQuery, first: Sequence[int] | None = None) -> RenewalSource:
        clock = self._context.clock
        return RenewalSource(self._session, query, fields=self._fields, clock=clock, first=first)

    def _show(self) -> None:
        query = self._wanted = self._query()
        if query.sort is RenewalSort.RENEWAL:
            self._show_source(self._source(query))
            return
        # Only the day is in an index: any other order is found in the pool, the list stays meanwhile.
        self._context.tasks.run(
            lambda: product_uses.renewal_first_page(self._session, query),
            on_done=partial(self._show_first, query),
            on_error=self._context.notices.refuse,
            owner=self,
            serial=False,
        )

    def _show_first(self, query: RenewalQuery, first: list[int]) -> None:
        if query == self._wanted:
            self._show_source(self._source(query, first))

    def _show_source(self, source: RenewalSource) -> None:
        self.model.set_source(source)
        self._renew_empty_state()
        self._select_something()

    def _select_something(self) -> None:
        if self.table.current_id() is None and self.model.rowCount():
            self.table.select_ids(self.model.ids_between(0, 0))
        self._current_changed()

    def _current_changed(self) -> None:
        chosen = self.current() is not None
        for made in (self.open_button, self.renew_button):
            made.setEnabled(chosen)

    def _renew_empty_state(self) -> None:
        overdue = self.chips.current() == _OVERDUE
        sentence = tr("Nothing is overdue.") if overdue else tr("Nothing renews in this time.")
        self.table.set_empty_state(EmptyState(glyph="calendar-check", sentence=sentence))

    def _sorted(self, key: str, ascending: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._sort = (RenewalSort(key), ascending)
        self._show()

    def refresh(self) -> None:
        """Read the list and the counts again; the day may be another one by now."""
        if self._query() == self._wanted:
            self.table.refresh()
        else:
            self._show()
        self._context.tasks.run(
            lambda: product_uses.renewal_counts(self._session),
            on_done=self._show_counts,
            on_error=self._context.notices.refuse,
            owner=self,
            serial=False,
        )

    def _show_counts(self, spans: list[RenewalSpan]) -> None:
        for span in spans:
            self.chips.set_count(_OVERDUE if span.days is None else str(span.days), span.count)
        self.due.emit(sum(span.count for span in spans if span.days in {None, DUE_DAYS[0]}))

    def choose_overdue_first(self) -> None:
        """Show what is overdue where anything is, else what comes next."""
        spans = {span.days: span.count for span in product_uses.renewal_counts(self._session)}
        self.chips.choose(_OVERDUE if spans[None] else str(DUE_DAYS[0]))
        self._show()

    def current(self) -> RenewalRow | None:
        """Return the renewal of the current row."""
        source, current = self.model.source, self.table.current_id()
        if not isinstance(source, RenewalSource) or current is None:
            return None
        if current not in source.shown:
            source.rows([current])
        return source.shown.get(current)

    # --- what is done --------------------------------------------------------------------------

    def open_current(self) -> None:
        """Show the customer of the current row."""
        found = self.current()
        if found is not None:
            self.contact_requested.emit(found.contact_id)

    def renew_current(self) -> None:
        """Ask until when the use of the current row is renewed."""
        found = self.current()
        if found is None or not self.may_edit:
            return

        def save(values: Mapping[str, Any]) -> object:
            lines = product_uses.uses_of(self._session, found.contact_id)
            now = next((line for line in lines if line.use.id == found.id), None)
            # Of the use this list shows the renewal only.
            base = None if now is None else replace(product_uses.use_draft(now), renewal_on=found.renewal_on)
            day = str(values["renewal_on"])
            return product_uses.renew_use(self._session, found.id, day, version=found.version, base=base)

        def settle(conflict: "RowConflict[ProductUseDraft]", choices: Mapping[Place, Side]) -> object:
            chosen = decided_row(conflict, choices)
            return product_uses.edit_use(
                self._session, found.id, chosen, version=conflict.version, base=conflict.theirs
            )

        dialog = renewal_form(found.customer, found.product, found.renewal_on, parent=self)
        words = tr("{product} of {customer} was renewed.")
        said = words.format(product=found.product, customer=found.customer)
        self.writes.ask(dialog, save, said, settle=settle)

    def _changed(self) -> None:
        self.refresh()
        self.written.emit()

    def _show_menu(self, ids: list[int], position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        verbs = [(tr("Show the customer"), self.open_current)]
        if self.may_edit:
            verbs.append((tr("Renewed until…"), self.renew_current))
        for words, act in verbs if len(ids) == 1 else ():
            menu.addAction(words).triggered.connect(act)
        copy = self._context.actions.action("record.copy")
        if copy is not None:
            menu.addAction(copy)
        menu.popup(position)
