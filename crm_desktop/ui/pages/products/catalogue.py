"""The catalogue: the table of products beside the card of the current one, and what is done to them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.errors import ConflictError, KnownError
from crm_desktop.domain.folding import fold
from crm_desktop.operations import products
from crm_desktop.operations.products import ProductDraft, ProductLine
from crm_desktop.operations.row_conflicts import RowConflict, decided_row
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.products.dialogs import merge_form, product_form, product_from
from crm_desktop.ui.pages.products.fields import product_fields
from crm_desktop.ui.pages.products.product_card import ProductCard
from crm_desktop.ui.pages.products.source import ProductSource, ordered
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.asking_writes import asked_about
from crm_desktop.ui.widgets.card_splitter import CardSplitter
from crm_desktop.ui.widgets.chip_bar import Chip, ChipBar
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import column
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.record_table_model import RecordTableModel
from crm_desktop.ui.widgets.undoable_writes import UndoableWrites

_CHIPS: dict[str, Callable[[ProductLine], bool]] = {
    "all": lambda _line: True,
    "offered": lambda line: line.product.active,
    "retired": lambda line: not line.product.active,
    "unused": lambda line: not line.using_now,
}


class Catalogue(QWidget):
    """``counted(number)`` when the catalogue was read; ``written`` when something was changed."""

    counted = Signal(object)
    written = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._session = context.session
        self._lines: list[ProductLine] = []
        self._late: list[ProductLine] | None = None
        self._text = ""
        self._sort = ("name", True)
        self._wanted: int | None = None
        self._read_once = False
        self._fields = product_fields()
        self.writes = UndoableWrites(context, self)
        self.writes.written.connect(self._changed)
        self.chips = ChipBar(self._chip_list(), name=tr("Filters"))
        self.table = RecordTable(name=tr("Products"))
        self.card = ProductCard(context, self._fill_menu)
        self.splitter = CardSplitter(self.table, self.card)
        self.model = RecordTableModel(self._source(), tasks=context.tasks, parent=self)
        self.model.on_outcome = self.answer
        self.table.set_records(self.model)
        self.table.show_sort("name", ascending=True)
        self.fit = ColumnFit(self.table)
        body = column(self.chips, spacing=SPACE_M)
        body.addWidget(self.splitter, 1)
        self.setLayout(body)
        self._wire()

    def _wire(self) -> None:
        self.chips.chosen.connect(lambda _key: self._show())
        self.table.sort_requested.connect(self._sorted)
        self.table.current_record_changed.connect(lambda _id: self._show_current())
        self.table.open_requested.connect(lambda _id: self.edit())
        self.table.menu_requested.connect(self._show_menu)
        self.model.record_saved.connect(lambda _id, _key: self._changed())
        self.table.delegate.closeEditor.connect(lambda *_: QTimer.singleShot(0, self, self._read_late))

    @property
    def may_edit(self) -> bool:
        """Whether the person may change the catalogue."""
        return self._session.may("records.edit") and not self._session.read_only

    # --- what is shown -------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the catalogue and its counts again, in the background."""
        self._context.tasks.run(
            lambda: products.product_lines(self._session),
            on_done=self._read,
            on_error=self._context.notices.refuse,
            owner=self,
            serial=False,
        )

    def _read(self, lines: list[ProductLine]) -> None:
        if self.table.editing:
            self._late = lines  # what is typed in the cell was typed over what stands there
            return
        self._lines, self._read_once, self._late = lines, True, None
        self.counted.emit(len(lines))
        for key, fits in _CHIPS.items():
            self.chips.set_count(key, sum(map(fits, lines)))
        self._show()

    def _read_late(self) -> None:
        """Show what was read while a cell was edited."""
        if self._late is not None:
            self._read(self._late)

    @staticmethod
    def _chip_list() -> list[Chip]:
        return [
            Chip("all", tr("All")),
            Chip("offered", tr("Offered")),
            Chip("retired", tr("Retired")),
            Chip("unused", tr("Used by nobody now")),
        ]

    def _source(self) -> ProductSource:
        fits, wanted = _CHIPS[self.chips.current() or "all"], fold(self._text)
        found = [line for line in self._lines if fits(line) and wanted in _searched(line)]
        key, ascending = self._sort
        return ProductSource(
            self._session, ordered(found, self._fields, key, ascending=ascending), fields=self._fields
        )

    def _show(self) -> None:
        current, self._wanted = self._wanted or self.table.current_id(), None
        place = max(0, self.table.currentIndex().row())
        self.model.set_source(self._source())
        self._renew_empty_state()
        rows = self.model.rowCount()
        if current is not None and self.model.row_of(current) is not None:
            self.table.select_ids([current])
        elif rows:
            at = min(place, rows - 1)
            self.table.select_ids(self.model.ids_between(at, at))
        self._show_current()

    def _show_current(self) -> None:
        line = self.current()
        if line is None:
            self.card.show_nothing()
        else:
            self.card.show_product(line)

    def current(self) -> ProductLine | None:
        """Return the product of the current row."""
        source, current = self.model.source, self.table.current_id()
        return source.lines.get(current) if isinstance(source, ProductSource) and current else None

    def _renew_empty_state(self) -> None:
        if not self._read_once:
            return
        if self._lines:
            state = EmptyState(
                glyph="magnifying-glass", sentence=tr("No product fits."), action=tr("Show all")
            )
            state.action_requested.connect(self._show_all)
        else:
            sentence = tr("No products yet. Add what you offer, or type a product on a customer's card.")
            action = tr("New product") if self.may_edit else ""
            state = EmptyState(glyph="package", sentence=sentence, action=action)
            state.action_requested.connect(self.add)
        self.table.set_empty_state(state)

    def _show_all(self) -> None:
        self.chips.choose("all")
        self.search("")

    def search(self, text: str) -> None:
        """Show the products whose name, code, vendor or plans hold ``text``."""
        self._text = text
        self._show()

    def _sorted(self, key: str, ascending: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._sort = (key, ascending)
        self._show()

    def _changed(self) -> None:
        self.refresh()
        self.written.emit()

    # --- layout that is remembered -------------------------------------------------------------

    def layout_to_keep(self) -> dict[str, object]:
        """Return columns, order and sizes as plain values."""
        return {
            "table": self.table.save_layout(),
            "fitted": self.fit.active,
            "sort": list(self._sort),
            "sizes": self.splitter.stored_sizes(),
            "card": not self.card.isHidden(),
        }

    def restore_layout(self, stored: Mapping[str, Any]) -> None:
        """Take what :meth:`layout_to_keep` gave."""
        if isinstance(stored.get("table"), dict):
            self.table.restore_layout(stored["table"])
        sort = stored.get("sort")
        if isinstance(sort, list) and len(sort) == 2:
            self._sort = (str(sort[0]), bool(sort[1]))
        self.table.show_sort(self._sort[0], ascending=self._sort[1])
        self.fit.active = stored.get("fitted") is not False
        self.splitter.restore_sizes(stored.get("sizes"))
        self.card.setVisible(stored.get("card") is not False)

    # --- what is done --------------------------------------------------------------------------

    def verbs(self, line: ProductLine) -> list[tuple[str, Callable[[], None]]]:
        """Return what can be done about a product; deleting only where nobody has it."""
        if not self.may_edit:
            return []
        found = [(tr("Edit…"), self.edit)]
        offer = not line.product.active
        words = tr("Offer it again") if offer else tr("Retire")
        found.append((words, partial(self.set_offered, line, offered=offer)))
        if self._session.may("records.merge") and len(self._lines) > 1:
            found.append((tr("Merge into another…"), partial(self.merge, line)))
        if not line.in_use:
            found.append((tr("Delete"), partial(self.delete, line)))
        return found

    def _fill_menu(self, menu: QMenu) -> None:
        menu.clear()
        line = self.current()
        for words, act in self.verbs(line) if line is not None else ():
            menu.addAction(words).triggered.connect(act)

    def _show_menu(self, ids: list[int], position: QPoint) -> None:
        if len(ids) != 1:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill_menu(menu)
        copy = self._context.actions.action("record.copy")
        if copy is not None:
            menu.addAction(copy)
        menu.popup(position)

    def add(self) -> None:
        """Open the form of a new product."""
        if not self.may_edit:
            return

        def save(values: Mapping[str, Any]) -> None:
            self._wanted = products.add_product(self._session, product_from(values))

        self.writes.ask(product_form(None, parent=self), save, tr("The product was added."))

    def edit(self) -> None:
        """Open the form of the current product."""
        line = self.current()
        if line is None or not self.may_edit:
            return
        product, base = line.product, products.draft_of_product(line.product)

        def save(values: Mapping[str, Any]) -> object:
            return products.edit_product(
                self._session, product.id, product_from(values), version=product.version, base=base
            )

        words = tr("The product was changed.")
        self.writes.ask(product_form(product, parent=self), save, words, settle=self.settle)

    def settle(self, conflict: RowConflict[ProductDraft], choices: Mapping[Place, Side]) -> object:
        """Write what was chosen where somebody else changed the same field of a product meanwhile."""
        return products.edit_product(
            self._session, conflict.row_id, decided_row(conflict, choices), version=conflict.version,
            base=conflict.theirs,
        )  # fmt: skip

    def answer(
        self, outcome: object, saved: Callable[[], None], refused: Callable[[KnownError], None]
    ) -> None:
        """Ask about the conflict of a cell; whoever goes back finds it open as it was typed."""
        asked_about(
            outcome, self._context, self.settle, parent=self, on_done=lambda _found: saved(),
            on_error=refused, on_back=lambda: refused(ConflictError("record_changed")),
        )  # fmt: skip

    def set_offered(self, line: ProductLine, *, offered: bool) -> None:
        """Retire a product, or offer it again."""
        product = line.product
        work = partial(products.set_offered, self._session, product.id, offered=offered)
        words = tr("{product} is offered again.") if offered else tr("{product} is offered no more.")
        self.writes.run(work, words.format(product=product.name))

    def delete(self, line: ProductLine) -> None:
        """Take a product nobody has out of the catalogue."""
        product = line.product
        work = partial(products.delete_product, self._session, product.id, version=product.version)
        self.writes.run(work, tr("{product} was deleted.").format(product=product.name))

    def merge(self, line: ProductLine) -> None:
        """Ask into which product another spelling goes, and move all its uses there."""
        others = [other for other in self._lines if other is not line]
        dialog = merge_form(line, others, parent=self)

        def chosen(values: Mapping[str, Any]) -> None:
            dialog.accept()
            kept = self._wanted = int(values["kept"])
            self.writes.run_long(
                partial(products.merge_products, self._session, kept, line.product.id),
                title=tr("The products are being merged."),
                words=tr("{product} was merged.").format(product=line.product.name),
            )

        dialog.submitted.connect(chosen)
        self.writes.open(dialog)


def _searched(line: ProductLine) -> str:
    product = line.product
    return fold(
        " ".join(part for part in (product.name, product.code, product.vendor, product.plans) if part)
    )
