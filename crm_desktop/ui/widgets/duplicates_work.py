"""Everything a list of contacts does about duplicates: the scan, the merge side by side, telling apart."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.operations.duplicates import DuplicateGroup, compare, tell_apart
from crm_desktop.operations.merging import MergePreview, merge, preview_merge
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.duplicates_dialog import DuplicatesDialog
from crm_desktop.ui.widgets.merge_dialog import MergeDialog
from crm_desktop.ui.widgets.merge_words import reasons_words
from crm_desktop.ui.widgets.page import PageContext

MOST_AT_ONCE = 6
"""As many records stand side by side."""


class DuplicatesWork(QObject):
    """``written`` when records were merged or told apart; ``merged`` tells which record stayed."""

    written = Signal()
    merged = Signal(int)

    def __init__(self, context: PageContext, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._window = context, parent
        self.found: DuplicatesDialog | None = None
        self.dialog: MergeDialog | None = None

    @property
    def _may(self) -> bool:
        session = self._context.session
        return session.may("records.merge") and not session.read_only

    def scan(self) -> None:
        """Show who may be one."""
        if not self._may:
            return
        dialog = DuplicatesDialog(self._context, parent=self._window)
        dialog.merge_requested.connect(self._merge_group)
        dialog.apart_requested.connect(self._apart)
        self.found = dialog
        self._open(dialog)

    def _open(self, dialog: Dialog) -> None:
        dialog.finished.connect(lambda: self._closed(dialog))
        dialog.open()

    def _closed(self, dialog: Dialog) -> None:
        self.found = None if dialog is self.found else self.found
        self.dialog = None if dialog is self.dialog else self.dialog
        dialog.deleteLater()

    def _merge_group(self, group: DuplicateGroup) -> None:
        reasons = reasons_words(group.pairs[0].likeness.findings)
        self._preview(group.ids, partial(self._side_by_side, group, reasons))

    def merge(self, ids: Sequence[int]) -> None:
        """Put some records side by side."""
        if not self._may or len(ids) < 2:
            return
        if len(ids) > MOST_AT_ONCE:
            words = tr("Up to {count} records are merged at once. Select fewer.")
            self._context.notices.warn(words.format(count=MOST_AT_ONCE))
            return
        self._preview(ids, self._compared)

    def _preview(self, ids: Sequence[int], then: object) -> None:
        context = self._context
        context.tasks.run(
            partial(preview_merge, context.session, tuple(ids)),
            on_done=then,  # type: ignore[arg-type]  # takes a preview
            on_error=context.notices.refuse, owner=self, serial=False,
        )  # fmt: skip

    def _compared(self, preview: MergePreview) -> None:
        findings = compare(self._context.session, preview.ids).findings
        self._side_by_side(None, reasons_words(findings), preview)

    def _side_by_side(self, group: DuplicateGroup | None, reasons: str, preview: MergePreview) -> None:
        dialog = MergeDialog(self._context, preview, reasons=reasons, parent=self.found or self._window)
        dialog.merge_requested.connect(partial(self._merge, dialog, group))
        self.dialog = dialog
        self._open(dialog)

    def _merge(self, dialog: MergeDialog, group: DuplicateGroup | None, preview: MergePreview) -> None:
        self._context.tasks.run(
            partial(merge, self._context.session, preview),
            on_done=partial(self._merged, dialog, group, preview), on_error=dialog.refuse, owner=dialog,
        )  # fmt: skip

    def _merged(
        self, dialog: MergeDialog, group: DuplicateGroup | None, preview: MergePreview, survivor_id: int
    ) -> None:
        dialog.accept()
        if group is not None and self.found is not None:
            self.found.merged(preview.others, group)
        self.written.emit()
        self.merged.emit(survivor_id)
        name = preview.card.contact.display_name
        self._say(tr("%n records merged into {name}.", "", len(preview.ids)).format(name=name))

    def _apart(self, group: DuplicateGroup) -> None:
        self._context.tasks.run(
            partial(tell_apart, self._context.session, group.ids), on_done=partial(self._told, group),
            on_error=self._context.notices.refuse, owner=self,
        )  # fmt: skip

    def _told(self, group: DuplicateGroup, _result: object) -> None:
        if self.found is not None:
            self.found.done_with(group)
        self.written.emit()
        self._say(tr("Told apart: they are not proposed again."))

    def _say(self, words: str) -> None:
        undo = self._context.actions.action("record.undo")
        self._context.notices.say(words, undo=undo.trigger if undo is not None else None)
