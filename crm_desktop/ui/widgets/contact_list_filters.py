"""What narrows and orders a list of contacts: chips, saved views, conditions, and the query they make."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.filters import (
    FIELDS,
    Condition,
    Definition,
    FilterField,
    field_of,
    is_account_end,
    lacks_field,
)
from crm_desktop.operations import filters
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.list_queries import filter_fields
from crm_desktop.operations.members import members
from crm_desktop.operations.products import product_names
from crm_desktop.operations.session import Session
from crm_desktop.operations.tags import tag_names
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.chip_bar import Chip, ChipBar
from crm_desktop.ui.widgets.filter_bar import FilterBar
from crm_desktop.ui.widgets.filter_editor import ConditionDialog
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.saved_filters import SavedFilters
from crm_desktop.ui.widgets.words import status_word

TRASH = "trash"


class ContactListFilters(QObject):
    """Holds ``query`` and the widgets that change it, ``chips`` and ``bar``; the list stands elsewhere.

    Whoever shows the list reads ``query`` at ``query_changed``. Before it, ``view_brought`` says that words
    and order came with a view and are not in the search box and the table's head yet.
    """

    view_brought = Signal()
    query_changed = Signal()
    counts_stale = Signal()
    left = Signal()
    """Wish: the keyboard goes on in the list."""

    def __init__(self, context: PageContext, category: Category, window: QWidget) -> None:
        super().__init__(window)
        self._session = context.session
        self._category = category
        self._window = window
        self._came_with_chip = False
        self.query = ContactQuery(category)
        self._own = filter_fields(context.session, category)
        self.saved = SavedFilters(context, category, window)
        self.chips = ChipBar(self._chips(), name=tr("Filters"))
        self.bar = FilterBar()
        self._wire()

    def _wire(self) -> None:
        self.chips.chosen.connect(self.choose)
        self.chips.menu_requested.connect(self.saved.show_menu)
        self.saved.changed.connect(self._saved_changed)
        self.saved.counted.connect(self.chips.set_count)
        self.bar.edit_requested.connect(self._edit)
        self.bar.removed.connect(self._remove)
        self.bar.cleared.connect(self.clear)
        self.bar.save_requested.connect(self.save_view)
        self.bar.update_requested.connect(self._update_view)

    def _chips(self) -> list[Chip]:
        chips = [Chip("all", tr("All"), None)]
        if self._category is Category.CUSTOMER:
            chips += [Chip(status, status_word(status), None) for status in CustomerStatus]
        return [*chips, *self.saved.chips(), Chip(TRASH, tr("Trash"), None)]

    def fields(self) -> list[FilterField]:
        """Return what this list can be filtered by, for who looks at it."""
        customers = self._category is Category.CUSTOMER
        return [
            known
            for known in (*FIELDS, *(own for own in self._own.values() if not own.removed))
            if (known.needs is None or self._session.may(known.needs))
            and (customers or not known.customers_only)
        ]

    def renew_fields(self) -> None:
        """Read the own fields again; a condition on one that is gone says so."""
        own = filter_fields(self._session, self._category)
        if own != self._own:
            self._own = own
            self.show()

    @property
    def lacking(self) -> list[str]:
        """The names of removed own fields that conditions speak of."""
        gone = (known for known in self.query.conditions if lacks_field(known, self._own))
        fields = (field_of(known, self._own) for known in gone)
        return [field.title if field is not None else tr("Own field") for field in fields]

    # --- which view is shown -------------------------------------------------------------------

    def restore(self, chip: str) -> None:
        """Begin with a chip of last time; nothing is shown yet, so nothing is said."""
        self.chips.choose(chip)
        self._take_chip(self.chips.current())

    def restore_sort(self, key: str, *, ascending: bool) -> None:
        """Begin with the order of last time."""
        self.query = replace(self.query, sort=key, ascending=ascending)

    def _take_chip(self, chip: str) -> None:
        self.query = self._with_chip(chip)
        self._came_with_chip = self.saved.definition_of(chip) is not None

    def _with_chip(self, chip: str) -> ContactQuery:
        status = CustomerStatus(chip) if chip in set(CustomerStatus) else None
        query = replace(self.query, status=status, trashed=chip == TRASH)
        definition = self.saved.definition_of(chip)
        if definition is not None:
            return replace(filters.query_of(self._category, definition), tag_id=query.tag_id)
        if self._came_with_chip:
            # What the saved view brought goes with it; what was typed or added beside a chip stays.
            return replace(query, text="", conditions=())
        return query

    def choose(self, chip: str) -> None:
        """Show the list of a chip."""
        self._take_chip(chip)
        self.view_brought.emit()
        self._tell()
        self.counts_stale.emit()

    def search(self, text: str) -> None:
        """Search for words."""
        if text == self.query.text:
            return  # a saved view put it there itself
        self.query = replace(self.query, text=text)
        self._tell()

    def sort(self, key: str, ascending: bool) -> None:  # noqa: FBT001 - Qt's signal
        """Order the list by a column."""
        self.query = replace(self.query, sort=key, ascending=ascending)
        self._tell()

    def show_everybody(self) -> None:
        """Leave words, chip and conditions; who calls it shows the list himself."""
        self.chips.choose("all")
        self.query = replace(self._with_chip("all"), text="", conditions=())
        self._came_with_chip = False
        self.show()

    def show_filtered(self, condition: Condition) -> None:
        """Show everybody who fits ``condition``, without search and chip."""
        self.chips.choose("all")
        self.query = replace(self._with_chip("all"), text="", tag_id=None, conditions=(condition,))
        self._came_with_chip = False
        self.view_brought.emit()
        self._tell()

    def _tell(self) -> None:
        self.query_changed.emit()
        self.show()

    # --- conditions ----------------------------------------------------------------------------

    def show(self) -> None:
        """Show the pills, and what can be kept."""
        known, may_save = self.saved.of_chip(self.chips.current()), self._may_save
        differs = known is not None and known.may_change and known.definition != self._definition()
        self.bar.show_conditions(
            self.query.conditions, text=self.query.text, may_save=may_save, changed=differs and may_save,
            own=self._own,
        )  # fmt: skip

    @property
    def _may_save(self) -> bool:
        session = self._session
        return session.may("filters.own") and not session.read_only and not self.query.trashed

    @property
    def words_can_be_kept(self) -> bool:
        """Whether a view of the words that were typed can be saved, which the bar does not offer."""
        text = self.query.text
        return bool(text.strip()) and self._may_save and self.bar.isHidden() and not is_account_end(text)

    def set_conditions(self, conditions: Sequence[Condition]) -> None:
        """Narrow the list by other conditions."""
        self.query = replace(self.query, conditions=tuple(conditions))
        self._tell()

    def add(self, field: str = "") -> None:
        """Ask for a further condition; ``field`` is the column it was asked for from."""
        condition = self._ask(field=field)
        if condition is not None:
            self.set_conditions((*self.query.conditions, condition))

    def _ask(self, *, field: str = "", start: Condition | None = None) -> Condition | None:
        dialog = ConditionDialog(
            self.fields(), self._category, start=start, field=field, proposals=self._proposals,
            parent=self._window,
        )  # fmt: skip
        try:
            dialog.exec()
            return dialog.condition
        finally:
            dialog.deleteLater()

    def _proposals(self, field: str) -> list[str]:
        return _NAMES.get(field, _no_names)(self._session)

    def _edit(self, place: int) -> None:
        conditions = list(self.query.conditions)
        start = conditions[place]
        changed = self._ask(start=None if lacks_field(start, self._own) else start)
        if changed is not None:
            conditions[place] = changed
            self.set_conditions(conditions)

    def _remove(self, place: int) -> None:
        conditions = list(self.query.conditions)
        del conditions[place]
        self.set_conditions(conditions)
        self.left.emit()

    def clear(self) -> None:
        """Show the list without conditions."""
        if self.saved.definition_of(self.chips.current()) is not None:
            self.chips.choose("all")
            self.choose("all")
        else:
            self.set_conditions(())

    # --- saved views ---------------------------------------------------------------------------

    def _definition(self) -> Definition:
        query = self.query
        return Definition(query.conditions, query.text.strip(), query.sort, query.ascending)

    def save_view(self) -> None:
        """Keep what is shown under a name."""
        key = self.saved.save_as(self._definition())
        if key is not None:
            self.chips.choose(key)
            self.choose(key)

    def _update_view(self) -> None:
        known = self.saved.of_chip(self.chips.current())
        if known is not None:
            self.saved.update(known, self._definition())

    def show_saved(self, filter_id: int) -> None:
        """Bring the list of a saved filter to the front."""
        key = f"filter.{filter_id}"
        if self.saved.of_chip(key) is not None:
            self.chips.choose(key)
            self.choose(key)

    def _saved_changed(self) -> None:
        """Make the chips anew; one that is gone leaves its list as it is shown."""
        before = self.chips.current()
        self.chips.set_chips(self._chips())
        if self.chips.current() != before:
            self.choose(self.chips.current())
        self.show()
        self.counts_stale.emit()


def _member_names(session: Session) -> list[str]:
    return [member.name for member in members(session)]


def _no_names(_session: Session) -> list[str]:
    return []


_NAMES: dict[str, Callable[[Session], list[str]]] = {
    "product": product_names,
    "tag": tag_names,
    "owner": _member_names,
}
