"""Everything a list does with several records: the bar at its foot, the ticks, the dialogs and their work."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_desktop.domain.contacts import Category
from crm_desktop.operations.bulk import BulkPreview, BulkResult, bulk_fields, change_in_bulk
from crm_desktop.operations.card_export import export_cards
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.list_export import ExportReport, export_list
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.bulk_bar import SelectionBar
from crm_desktop.ui.widgets.bulk_checks import RowChecks, SelectAllBox
from crm_desktop.ui.widgets.bulk_dialog import BulkDialog
from crm_desktop.ui.widgets.bulk_export import ExportDialog
from crm_desktop.ui.widgets.contact_options import contact_options
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.export_words import seen_words
from crm_desktop.ui.widgets.folders import proposed_folder
from crm_desktop.ui.widgets.long_write import run_long_write
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.table_clipboard import visible_columns

_STARTS = {"field": "", "tags": "add_tags", "owner": "owner_id"}


class BulkWork(QObject):
    """``written`` when records were changed; ``wished`` is what the page itself does (trash, restore)."""

    written = Signal()
    wished = Signal(str)

    def __init__(
        self,
        context: PageContext,
        table: RecordTable,
        category: Category,
        *,
        query: Callable[[], ContactQuery],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._context, self._table, self._category = context, table, category
        self._query, self._window = query, parent
        session = context.session
        writes = not session.read_only
        self.bar = SelectionBar(
            may_change=session.may("records.bulk") and writes,
            may_export=session.may("lists.export") and writes,
            may_trash=session.may("records.trash") and writes,
            may_merge=session.may("records.merge") and writes,
        )
        self.dialog: Dialog | None = None
        height = table.verticalHeader().defaultSectionSize()
        self.checks = RowChecks(table)
        table.setVerticalHeader(self.checks)
        self.checks.setMinimumSectionSize(height)
        self.checks.setDefaultSectionSize(height)
        self.checks.show()
        self.box = SelectAllBox(table)
        self.box.wished.connect(self._do)
        self.bar.wished.connect(self._do)
        table.selected_records_changed.connect(self._selected)
        if table.records is not None:
            table.records.ids_complete.connect(lambda _count: self._selected(table.selected_count()))

    def _selected(self, count: int) -> None:
        self.checks.viewport().update()
        records = self._table.records
        total = records.rowCount() if records is not None else 0
        self.box.show_selected(count, total)
        customers = self._category is Category.CUSTOMER
        self.bar.show_count(count, total, trashed=self._query().trashed, customers=customers)

    def _do(self, wish: str) -> None:
        if wish == "all":
            self._table.selectAll()
        elif wish == "none":
            current = self._table.current_id()
            self._table.select_ids([] if current is None else [current])
        elif wish == "export":
            self.export()
        elif wish in _STARTS:
            self.change(_STARTS[wish])
        else:
            self.wished.emit(wish)

    def change(self, start: str = "") -> None:
        """Ask what the selected records are to be given."""
        session, ids = self._context.session, self._table.selected_ids()
        if not ids or not session.may("records.bulk"):
            return
        fields = bulk_fields(session, self._category, trashed=self._query().trashed)
        options = contact_options(session, self._category)
        dialog = BulkDialog(self._context, ids, self._category, fields, options, start=start)
        dialog.change_requested.connect(self._change)
        self._open(dialog)

    def _open(self, dialog: Dialog) -> None:
        self.dialog = dialog
        dialog.setParent(self._window, dialog.windowFlags())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _change(self, preview: BulkPreview) -> None:
        context = self._context
        run_long_write(
            partial(change_in_bulk, context.session, preview),
            title=tr("%n contacts are being changed.", "", preview.will_change), on_done=self._changed,
            tasks=context.tasks, notices=context.notices, running=context.running, owner=self,
        )  # fmt: skip

    def _changed(self, result: BulkResult) -> None:
        self.written.emit()
        words = tr("%n contacts changed", "", result.changed)
        if result.left:
            words += ". " + tr(
                "%n were changed by somebody in the meantime and stay as they are.", "", result.left
            )
        undo = self._context.actions.action("record.undo")
        self._context.notices.say(words, undo=undo.trigger if undo is not None else None)

    def export(self) -> None:
        """Ask how the selected records, or with one alone the whole list, are exported."""
        if not self._context.session.may("lists.export"):
            return
        records, ids = self._table.records, self._table.selected_ids()
        if records is not None and len(ids) <= 1:
            ids = records.ids_between(0, records.rowCount() - 1)
        if not ids or records is None:
            return
        places = visible_columns(records, self._table.header).places
        shown = [records.columns[at].key for at in places]
        gaps = next((known for known in self._query().conditions if known.field == "incomplete"), None)
        dialog = ExportDialog(len(ids), shown, gaps=gaps)
        dialog.accepted.connect(lambda: self._choose_file(dialog, ids))
        self._open(dialog)

    def _choose_file(self, dialog: ExportDialog, ids: list[int]) -> None:
        version = dialog.card_version()
        kind = str(dialog.format.value()) if version is None else "vcf"
        suffix = f".{kind}"
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, tr("Export the list to"), str(proposed_folder() / f"{tr('Contacts')}{suffix}"),
            f"{kind.upper()} (*{suffix})",
        )  # fmt: skip
        if not chosen:
            return
        context, target = self._context, Path(chosen)
        if version is not None:
            work = partial(export_cards, context.session, ids, target, version)
        else:
            work = partial(export_list, context.session, ids, target, dialog.choice(), words=seen_words())
        run_long_write(
            work,
            title=tr("%n contacts are being exported.", "", len(ids)), on_done=self._exported,
            tasks=context.tasks, notices=context.notices, running=context.running, owner=self,
        )  # fmt: skip

    def _exported(self, report: ExportReport) -> None:
        words = tr("%n contacts exported, read again and compared.", "", report.count)
        self._context.notices.say(words)
