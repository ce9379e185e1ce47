"""The page both lists of contacts are: search, chips, table, and the card beside it.

Customers and address book differ in their fields and words only, so they share this and never import
each other.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from crm_desktop.domain.contacts import Category
from crm_desktop.operations import contacts
from crm_desktop.ui.widgets.bulk_work import BulkWork
from crm_desktop.ui.widgets.contact_fields import ContactField
from crm_desktop.ui.widgets.contact_import_work import ContactImportWork
from crm_desktop.ui.widgets.contact_list_texts import ListTexts
from crm_desktop.ui.widgets.contact_list_view import ContactListView
from crm_desktop.ui.widgets.contact_writes import ContactWrites
from crm_desktop.ui.widgets.duplicates_work import DuplicatesWork
from crm_desktop.ui.widgets.follow_up_edits import FollowUpEdits
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.table_copying import TableCopying

# Of several, only somebody who may export lists may print anything.
_PRINTED = ("record.print", "record.labels", "record.letter", "record.envelope")
_MENU = (
    "record.open",
    "record.edit",
    "record.cell",
    "follow_up.new",
    "",
    "record.move",
    "record.copy",
    "record.bulk",
    "record.merge",
    "",
    *_PRINTED,
    "",
    "record.trash",
)
_MENU_OF_TRASH = ("record.restore", "", "record.copy", "", "record.purge", "record.empty_trash")
# One alone is changed in its own form.
_MENU_OF_ONE = frozenset((*_MENU, *_MENU_OF_TRASH)) - {"record.bulk", "record.merge"}
_OF_ANY = ("record.trash", "record.restore", "record.copy", "record.purge", "record.empty_trash")
_FOR_SEVERAL = frozenset({*_PRINTED, *_OF_ANY, "record.bulk", "record.merge"})


class ContactListPage(ContactListView):
    """A list of contacts with the card of the current one, its form, and everything done to records."""

    def __init__(
        self,
        context: PageContext,
        *,
        category: Category,
        fields: Sequence[ContactField],
        texts: ListTexts,
    ) -> None:
        super().__init__(context, category=category, fields=fields, texts=texts)
        self._after_save: Callable[[], None] | None = None
        # The row a new record's form was opened over: reading the list again must not ask to leave it.
        self._under_form: int | None = None
        self.writes = ContactWrites(context, self)
        self.writes.written.connect(self._written)
        self.bulk = BulkWork(context, self.table, category, query=lambda: self.query, parent=self)
        self.copying = TableCopying(context, self.table, self._source)
        self.bulk.written.connect(self._written)
        self.bulk.wished.connect(self._do_with_selected)
        if (layout := self.layout()) is not None:
            layout.addWidget(self.bulk.bar)
        self.follow_ups = FollowUpEdits(context, self)
        self.follow_ups.written.connect(self._written)
        self.duplicates = DuplicatesWork(context, parent=self)
        self.duplicates.written.connect(self._written)
        self.duplicates.merged.connect(lambda contact_id: self.show_contact(contact_id, reveal=False))
        self.panel.editor.contact_requested.connect(self._show_similar)
        self.imports = ContactImportWork(context, category, parent=self)
        self.imports.written.connect(self._written)
        if self.imports.button is not None:
            self.tools.addWidget(self.imports.button, 0, Qt.AlignmentFlag.AlignTop)
        self.current_settled.connect(self._show_current)
        self.model.record_saved.connect(self._cell_saved)
        self.table.open_requested.connect(lambda _id: self.record_open())
        self.table.trash_requested.connect(lambda _ids: self.record_trash())
        self.table.menu_requested.connect(self._show_menu)
        self.panel.saved.connect(self._form_saved)
        self.panel.written.connect(self._written)
        self.panel.card.contact_requested.connect(self.contact_requested)
        self.panel.card.relations_changed.connect(self._relations_changed)
        self.panel.form_shown.connect(lambda shown: self.splitter.show_form(shown=shown))
        self.panel.close_requested.connect(self.record_revert)

    def save_draft(self) -> None:
        """Keep a half-filled form in the file."""
        self.panel.save_draft()

    def _cell_saved(self, record_id: object, key: str) -> None:
        if key == "status" and self.query.status is not None:
            # It belongs to another chip now: it leaves, and the row after it takes its place.
            self._stay_at = self.table.currentIndex().row()
            self.table.refresh()
        if key == "status":
            self._load_counts()
        if record_id == self.panel.contact_id:
            self.panel.reload()
        self.records_changed.emit()

    def activate(self) -> None:
        """Take the focus into the table and bring back a half-filled form."""
        move = self.context.actions.action("record.move")
        if move is not None:
            move.setText(self.texts.move)
        if self.panel.take_draft():
            self._under_form = self.table.current_id()
            self.panel.show()
            return
        self._select_something()
        self._focus_table()

    def show_contact(self, contact_id: int, *, reveal: bool = True) -> None:
        """Bring a contact into view, leaving search and chip when they hide it."""
        if self.model.row_of(contact_id) is None:
            self.search.clear()
            self.filters.show_everybody()
            self.model.set_source(self._source())
            self._show_gap_column()
        if self.panel.editing and not reveal:
            self._under_form = contact_id
        self.table.select_ids([contact_id])
        self.panel.setVisible(reveal or not self.panel.isHidden())
        if not self.panel.changed:
            self.panel.show_contact(contact_id)

    def show_returned(self, contact_id: int) -> None:
        """Bring a contact of this list into view; not while a form or the trash is open."""
        if self.panel.editing or self.query.trashed:
            return
        found = contacts.card(self.session, contact_id).contact
        if found.category is self.category and found.trashed_at is None:
            self.show_contact(contact_id, reveal=False)

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

    def _show_menu(self, ids: list[int], position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for identity in _MENU_OF_TRASH if self.query.trashed else _MENU:
            action = self.context.actions.action(identity)
            if action is not None and identity in (_MENU_OF_ONE if len(ids) == 1 else _FOR_SEVERAL):
                menu.addAction(action)
            elif not identity and menu.actions():
                menu.addSeparator()
        if ids and menu.actions():
            menu.popup(position)

    def view_card(self) -> None:
        """Show or hide the card."""
        if self.splitter.toggle_card():
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
        if self.table.current_id() is not None and not self.query.trashed and not self.panel.editing:
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
        if ids and not self.query.trashed and self.may_leave(self.record_trash):
            self.panel.close_form()
            self._stay_at = self.table.currentIndex().row()
            self.writes.trash(ids)

    def _do_with_selected(self, wish: str) -> None:
        does = {"trash": self.record_trash, "restore": self.record_restore, "merge": self.record_merge}
        does[wish]()

    def follow_up_new(self) -> None:
        """Plan a follow-up about the contact in view."""
        if self.may_leave(self.follow_up_new):
            found = None if self.query.trashed else self.panel.card.draft
            contact_id = None if found is None else self.panel.card.contact_id
            self.follow_ups.plan(contact_id, None if found is None else found.name)

    def follow_up_rhythm(self) -> None:
        """Ask how often to keep in touch with the contact in view."""
        found, contact_id = self.panel.card.draft, self.panel.card.contact_id
        if found is not None and contact_id is not None and not self.query.trashed:
            self.follow_ups.set_rhythm(contact_id, found.name)

    def record_duplicates(self) -> None:
        """Look for records that may be one."""
        if self.may_leave(self.record_duplicates):
            self.duplicates.scan()

    def record_merge(self) -> None:
        """Put the selected contacts side by side and merge them."""
        ids = self.table.selected_ids()
        if len(ids) > 1 and not self.query.trashed and self.may_leave(self.record_merge):
            self.panel.close_form()
            self.duplicates.merge(ids)

    def _show_similar(self, contact_id: int) -> None:
        """Show whom the form named as there already."""
        if self.may_leave(partial(self._show_similar, contact_id)):
            self.panel.close_form()
            self.contact_requested.emit(contact_id)

    def record_bulk(self) -> None:
        """Change the selected contacts at once."""
        if self.may_leave(self.record_bulk):
            self.bulk.change()

    def record_import(self) -> None:
        """Choose files of contacts and import them."""
        self.imports.choose()

    def record_imports(self) -> None:
        """Show the imports of contacts so far."""
        self.imports.show_runs()

    def import_contacts(self, paths: Sequence[Path]) -> None:
        """Import files of contacts that are known already."""
        self.imports.import_files(paths)

    def record_export(self) -> None:
        """Export the selected contacts, or the whole list."""
        self.bulk.export()

    def record_restore(self) -> None:
        """Bring the selected contacts back from the trash."""
        ids = self.table.selected_ids()
        if ids and self.query.trashed:
            self._stay_at = self.table.currentIndex().row()
            self.writes.restore(ids)

    def record_purge(self) -> None:
        """Delete the selected contacts from the trash for good, after a question."""
        ids = self.table.selected_ids()
        if ids and self.query.trashed:
            self._stay_at = self.table.currentIndex().row()
            self.writes.purge(ids)

    def record_empty_trash(self) -> None:
        """Delete everything in this list's trash for good, after a question."""
        if self.query.trashed:
            self.writes.empty_trash(self.category)

    def record_move(self) -> None:
        """Move the current contact to the other list."""
        current = self.table.current_id()
        if current is None or self.query.trashed or not self.may_leave(self.record_move):
            return
        self.panel.close_form()
        self._stay_at = self.table.currentIndex().row()
        other = Category.ADDRESS_BOOK if self.category is Category.CUSTOMER else Category.CUSTOMER
        self.writes.move(current, other, self.texts.moved)

    def _written(self) -> None:
        self.refresh()
        self.records_changed.emit()

    def _relations_changed(self) -> None:
        """Somebody new may stand in the address book, which may be this list."""
        if self.category is Category.ADDRESS_BOOK:
            self.table.refresh()
            self._load_counts()
        self.records_changed.emit()

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
