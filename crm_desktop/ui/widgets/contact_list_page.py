"""The page both lists of contacts are: search, chips, table, and the card beside it.

Customers and address book differ in their fields and words only, so they share this and never import
each other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QSplitter

from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.errors import KnownError
from crm_desktop.operations import contacts
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.settings import get_setting, put_setting
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.chip_bar import Chip, ChipBar
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.contact_fields import ContactField
from crm_desktop.ui.widgets.contact_panel import ContactPanel
from crm_desktop.ui.widgets.contact_source import ContactSource
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.page import Page, PageContext
from crm_desktop.ui.widgets.parts import button, column, label, row
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.record_table_model import RecordTableModel
from crm_desktop.ui.widgets.search_box import SearchBox
from crm_desktop.ui.widgets.words import status_word

BESIDE_FROM_PX = 930
"""Width of the page from which the card stands beside the table: a window of 1200 px less the navigation."""

TRASH = "trash"


@dataclass(frozen=True, slots=True)
class ListTexts:
    """The words of one list."""

    title: str
    search: str
    new: str
    empty: str
    move: str
    moved: str
    glyph: str


class ContactListPage(Page):
    """A list of contacts with search, chips, table and card."""

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
        self._fields = [field for field in fields if field.needs is None or self.session.may(field.needs)]
        self._query = ContactQuery(category)
        self._narrow: bool | None = None
        self._sizes: dict[str, list[int]] = {}
        self._after_save: Callable[[], None] | None = None
        # The row a new record's form was opened over: reading the list again must not ask to leave it.
        self._under_form: int | None = None
        self._stay_at = 0
        self._build()
        self._restore()
        self._wire()
        self._load_counts()

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.search = SearchBox(self.texts.search)
        self.search.setMaximumWidth(380)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.count = label("", "muted")
        self.new_button = self._action_button("record.new", self.texts.new, role="primary")
        self.chips = ChipBar(self._chips({}), name=tr("Filters"))
        self.columns_button = button(tr("Columns"), self._show_columns, glyph="columns")
        self.hint = label("", "muted", wrap=True)
        self.hint.hide()
        self.table = RecordTable(name=self.texts.title)
        self.panel = ContactPanel(self.context, category=self.category)
        self.splitter = QSplitter()
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.panel)
        self.splitter.setStretchFactor(0, 7)
        self.splitter.setStretchFactor(1, 4)
        self.table.setMinimumSize(280, 140)
        head = row(label(self.texts.title, "title"), 4, self.count, None, spacing=SPACE_M)
        head.addWidget(self.search, 6)
        if self.new_button is not None:
            head.addWidget(self.new_button)
        filters = row(spacing=SPACE_M)
        filters.addWidget(self.chips, 1)
        filters.addWidget(self.columns_button, 0, Qt.AlignmentFlag.AlignTop)
        body = column(head, filters, self.hint, spacing=SPACE_M)
        body.addWidget(self.splitter, 1)
        self.setLayout(body)

    def _action_button(self, identity: str, words: str, *, role: str = "") -> QPushButton | None:
        action = self.context.actions.action(identity)
        if action is None:
            return None
        made = button(words, action.trigger, role=role, glyph="plus")
        made.setToolTip(action.toolTip())
        return made

    def _chips(self, counts: dict[str, int]) -> list[Chip]:
        chips = [Chip("all", tr("All"), counts.get("all"))]
        if self.category is Category.CUSTOMER:
            chips += [Chip(status, status_word(status), counts.get(status)) for status in CustomerStatus]
        return [*chips, Chip(TRASH, tr("Trash"), counts.get(TRASH))]

    def _wire(self) -> None:
        self.model = RecordTableModel(self._source(), tasks=self.context.tasks, parent=self)
        self.model.ids_complete.connect(self._count_known)
        self.model.record_saved.connect(self._cell_saved)
        self.table.set_records(self.model)
        self._restore_table()
        self.fit = ColumnFit(self.table, active=self._stored.get("fitted") is not False)
        self._current_timer = QTimer(self)
        self._current_timer.setSingleShot(True)
        self._current_timer.timeout.connect(self._show_current)
        self.search.search_changed.connect(self._search)
        self.search.down_requested.connect(self._focus_table)
        self.search.left.connect(self._focus_table)
        self.chips.chosen.connect(self._choose)
        self.table.sort_requested.connect(self._sort)
        self.table.current_record_changed.connect(lambda _id: self._current_timer.start(0))
        self.table.open_requested.connect(lambda _id: self.record_open())
        self.table.trash_requested.connect(lambda _ids: self.record_trash())
        self.table.menu_requested.connect(self._show_menu)
        self.panel.saved.connect(self._form_saved)
        self.panel.form_shown.connect(self._make_room)
        self.panel.close_requested.connect(self.record_revert)
        self._renew_empty_state()

    # --- what is remembered --------------------------------------------------------------------

    @property
    def _setting(self) -> str:
        return f"list.{self.category.value}"

    def _restore(self) -> None:
        stored = get_setting(self.session, self._setting)
        self._stored: dict[str, object] = stored if isinstance(stored, dict) else {}
        chip = self._stored.get("chip")
        if isinstance(chip, str) and chip != TRASH:
            self.chips.choose(chip)
            self._query = self._with_chip(chip)
        sizes = self._stored.get("sizes")
        if isinstance(sizes, dict):
            self._sizes = {str(key): [int(size) for size in value] for key, value in sizes.items()}
        self.panel.setVisible(self._stored.get("card") is not False)

    def _restore_table(self) -> None:
        layout = self._stored.get("table")
        if isinstance(layout, dict):
            self.table.restore_layout(layout)
            sort = layout.get("sort")
            if sort:
                self._query = replace(self._query, sort=str(sort[0]), ascending=bool(sort[1]))
                self.model.set_source(self._source())
        self.table.show_sort(self._query.sort, ascending=self._query.ascending)

    def remember(self) -> None:
        """Keep columns, order, chip, splitter and whether the card is shown."""
        self._keep_sizes()
        put_setting(
            self.session,
            self._setting,
            {
                "table": self.table.save_layout(),
                "fitted": self.fit.active,
                "chip": self.chips.current(),
                "sizes": self._sizes,
                "card": not self.panel.isHidden(),
            },
        )

    def save_draft(self) -> None:
        """Keep a half-filled form in the file."""
        self.panel.save_draft()

    # --- which records -------------------------------------------------------------------------

    def _source(self) -> ContactSource:
        return ContactSource(self.session, self._query, fields=self._fields, clock=self.context.clock)

    def _with_chip(self, chip: str) -> ContactQuery:
        status = CustomerStatus(chip) if chip in set(CustomerStatus) else None
        return replace(self._query, status=status, trashed=chip == TRASH)

    def _search(self, text: str) -> None:
        self._query = replace(self._query, text=text)
        self._reload()

    def _choose(self, chip: str) -> None:
        self._query = self._with_chip(chip)
        self._reload()
        self._load_counts()

    def _sort(self, key: str, ascending: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._query = replace(self._query, sort=key, ascending=ascending)
        self._reload()

    def _reload(self) -> None:
        self.model.set_source(self._source())
        self._renew_empty_state()
        self._select_something()
        self._current_timer.start(0)

    def _count_known(self, count: int) -> None:
        self.count.setText(number(count))
        self.context.tasks.run(
            partial(self._similar, self._query), on_done=self._show_similar, on_error=self._refuse,
            owner=self, serial=False,
        )  # fmt: skip
        self._select_something()

    def _select_something(self) -> None:
        """Where nothing is current, take the first row, or the one whose record has just left."""
        rows = self.model.rowCount()
        if self.table.current_id() is None and rows and not self.panel.editing:
            place = min(self._stay_at, rows - 1)
            self.table.select_ids(self.model.ids_between(place, place))
        if self.model.complete:
            self._stay_at = 0

    def _similar(self, query: ContactQuery) -> bool:
        return bool(query.text.strip()) and contacts.only_similar(self.session, query)

    def _show_similar(self, similar: bool) -> None:  # noqa: FBT001 - a result
        words = tr("Nothing is written exactly like “{text}”; these are similar.")
        self.hint.setText(words.format(text=self._query.text.strip()))
        self.hint.setVisible(similar and bool(self.model.rowCount()))

    def _load_counts(self) -> None:
        session, category = self.session, self.category
        self.context.tasks.run(
            lambda: contacts.category_counts(session, category), on_done=self._show_counts,
            on_error=self._refuse, owner=self, serial=False,
        )  # fmt: skip

    def _show_counts(self, counts: dict[str, int]) -> None:
        for key, count in counts.items():
            self.chips.set_count(key, count)

    def _renew_empty_state(self) -> None:
        if self._query.text:
            state = EmptyState(
                glyph="magnifying-glass", sentence=tr("Nothing found. Try fewer letters or digits."),
                action=tr("Clear the search"),
            )  # fmt: skip
            state.action_requested.connect(self.search.clear)
        elif self._query.trashed:
            state = EmptyState(glyph="trash", sentence=tr("The trash is empty."))
        elif self._query.status is not None:
            words = tr("No customer is “{status}” now.").format(status=status_word(self._query.status))
            state = EmptyState(glyph="funnel", sentence=words)
        else:
            can_add = self.new_button is not None
            state = EmptyState(
                glyph=self.texts.glyph, sentence=self.texts.empty, action=self.texts.new if can_add else "",
                primary=True,
            )  # fmt: skip
            state.action_requested.connect(self.record_new)
        self.table.set_empty_state(state)

    def refresh(self) -> None:
        """Read the list, the counts and the card again."""
        self.table.refresh()
        self._load_counts()
        self._current_timer.start(0)

    def _cell_saved(self, record_id: object, key: str) -> None:
        if key == "status":
            self._load_counts()
        if record_id == self.panel.contact_id:
            self.panel.reload()
        self.records_changed.emit()

    # --- table and card ------------------------------------------------------------------------

    def activate(self) -> None:
        """Take the focus into the table and bring back a half-filled form."""
        move = self.context.actions.action("record.move")
        if move is not None:
            move.setText(self.texts.move)
        self._arrange()
        if self.panel.take_draft():
            self._under_form = self.table.current_id()
            self.panel.show()
            return
        self._select_something()
        self._focus_table()

    def _focus_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def current_contact(self) -> int | None:
        """Return the contact of the current row."""
        return self.table.current_id()

    def show_contact(self, contact_id: int, *, reveal: bool = True) -> None:
        """Bring a contact into view, leaving search and chip when they hide it."""
        if self.model.row_of(contact_id) is None:
            self.search.clear()
            self.chips.choose("all")
            self._query = replace(self._with_chip("all"), text="")
            self.model.set_source(self._source())
        if self.panel.editing and not reveal:
            self._under_form = contact_id
        self.table.select_ids([contact_id])
        self.panel.setVisible(reveal or not self.panel.isHidden())
        if not self.panel.changed:
            self.panel.show_contact(contact_id)

    def _show_current(self) -> None:
        current = self.table.current_id()
        if self.panel.editing:
            if current in {None, self.panel.contact_id, self._under_form}:
                return
            if not self.may_leave(self._show_current):
                if self.panel.contact_id is not None:
                    self.table.select_ids([self.panel.contact_id])
                return
            self.panel.close_form()
        if current is None:
            self.panel.show_nothing()
        else:
            self.panel.show_contact(current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the card beside or below the table, as the width allows."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        narrow = self.width() < BESIDE_FROM_PX
        if narrow == self._narrow:
            return
        self._keep_sizes()
        self._narrow = narrow
        self.splitter.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        usual = [300, 320] if narrow else [742, 424]
        self.splitter.setSizes(self._sizes.get("below" if narrow else "beside", usual))

        self._make_room()

    def _make_room(self) -> None:
        """On a narrow window the open form takes the place of the table."""
        self.table.setVisible(not (self._narrow and self.panel.editing))

    def _keep_sizes(self) -> None:
        if self._narrow is not None and not self.panel.isHidden() and not self.table.isHidden():
            self._sizes["below" if self._narrow else "beside"] = self.splitter.sizes()

    def _show_columns(self) -> None:
        corner = self.columns_button.mapToGlobal(QPoint(0, self.columns_button.height() + 4))
        self.table.columns_menu(self).popup(corner)

    def _show_menu(self, ids: list[int], position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        trashed = self._query.trashed
        wanted = (
            ["record.restore", "", "record.copy"]
            if trashed
            else [
                "record.open",
                "record.edit",
                "record.cell",
                "",
                "record.move",
                "record.copy",
                "",
                "record.trash",
            ]
        )
        for identity in wanted:
            action = self.context.actions.action(identity)
            if action is not None and (
                len(ids) == 1 or identity in {"record.trash", "record.restore", "record.copy"}
            ):
                menu.addAction(action)
            elif not identity and menu.actions():
                menu.addSeparator()
        if ids and menu.actions():
            menu.popup(position)

    def _refuse(self, error: KnownError) -> None:
        self.context.notices.refuse(error)

    # --- actions -------------------------------------------------------------------------------

    def view_search(self) -> None:
        """Put the keyboard into the search box."""
        self.search.take_focus()

    def view_card(self) -> None:
        """Show or hide the card."""
        self._keep_sizes()
        self.panel.setVisible(self.panel.isHidden())
        if not self.panel.isHidden():
            self._show_current()

    def record_new(self) -> None:
        """Open an empty form."""
        if self.may_leave(self.record_new):
            self._under_form = self.table.current_id()
            self.panel.show()
            self.panel.new_contact()

    def record_open(self) -> None:
        """Show the card of the current row and put the keyboard there."""
        self.panel.show()
        self._show_current()
        self.panel.take_focus()

    def record_edit(self) -> None:
        """Open the form of the current contact."""
        if self.table.current_id() is not None and not self._query.trashed and not self.panel.editing:
            self.panel.show()
            self._show_current()
            self.panel.edit()

    def record_cell(self) -> None:
        """Edit the current cell."""
        self.table.edit_current()

    def record_copy(self) -> None:
        """Copy the cell or the selected rows."""
        self.table.copy()

    def record_save(self) -> None:
        """Save the open form."""
        self.panel.save()

    def record_revert(self) -> None:
        """Close the open form without saving; asks when something was typed."""
        if self.panel.editing and self.may_leave(self._show_current):
            self.panel.close_form()
            self._show_current()
            self._focus_table()

    def record_trash(self) -> None:
        """Move the selected contacts to the trash; the toast offers to undo it."""
        ids = self.table.selected_ids()
        if ids and not self._query.trashed and self.may_leave(self.record_trash):
            self.panel.close_form()
            self._stay_at = self.table.currentIndex().row()
            self._write(partial(contacts.trash, self.session, ids), tr("%n moved to the trash", "", len(ids)))

    def record_restore(self) -> None:
        """Bring the selected contacts back from the trash."""
        ids = self.table.selected_ids()
        if ids and self._query.trashed:
            self._stay_at = self.table.currentIndex().row()
            work = partial(contacts.restore_from_trash, self.session, ids)
            self._write(work, tr("%n restored", "", len(ids)))

    def record_move(self) -> None:
        """Move the current contact to the other list."""
        current = self.table.current_id()
        if current is None or self._query.trashed or not self.may_leave(self.record_move):
            return
        self.panel.close_form()
        self._stay_at = self.table.currentIndex().row()
        other = Category.ADDRESS_BOOK if self.category is Category.CUSTOMER else Category.CUSTOMER
        self._write(partial(contacts.move_to_category, self.session, current, other), self.texts.moved)

    def _write(self, work: Callable[[], object], words: str) -> None:
        def done(_result: object) -> None:
            self.refresh()
            self.records_changed.emit()
            undo = self.context.actions.action("record.undo")
            self.context.notices.say(words, undo=undo.trigger if undo is not None else None)

        self.context.tasks.run(work, on_done=done, on_error=self._refuse, owner=self)

    def _form_saved(self, contact_id: int) -> None:
        self.table.refresh()
        self.show_contact(contact_id)
        self._load_counts()
        self.records_changed.emit()
        then, self._after_save = self._after_save, None
        if then is not None:
            then()

    def may_leave(self, then: Callable[[], None]) -> bool:
        """Ask what becomes of a changed form; ``then`` runs once it is saved."""
        if not self.panel.changed:
            return True
        answer = self.panel.ask_to_leave()
        if answer == "save":
            self._after_save = then
            self.panel.save()
        if answer == "discard":
            self.panel.close_form()
            return True
        return False
