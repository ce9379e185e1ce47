"""Everything a list of contacts does to import: the button, the files, the steps, the imports so far."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from crm_desktop.domain.contacts import Category
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.contact_import_dialog import ContactImportDialog
from crm_desktop.ui.widgets.contact_import_runs import ContactRunsDialog
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.folders import proposed_folder
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button

_ACTIONS = ("record.import", "record.imports")


class ContactImportWork(QObject):
    """``written`` when an import or its undo changed records; ``button`` is None without the right."""

    written = Signal()

    def __init__(self, context: PageContext, category: Category, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._category, self._window = context, category, parent
        self.dialog: Dialog | None = None
        self.button = self._make_button() if self._may else None

    @property
    def _may(self) -> bool:
        session = self._context.session
        return session.may("contacts.import") and not session.read_only

    def _make_button(self) -> QPushButton:
        menu = QMenu(self._window)
        for identity in _ACTIONS:
            action = self._context.actions.action(identity)
            if action is not None:
                menu.addAction(action)
        made = button(tr("Import"), glyph="download-simple")
        made.setMenu(menu)
        return made

    def choose(self) -> None:
        """Choose files and import them."""
        if not self._may:
            return
        kinds = tr("Contacts (*.vcf *.vcard *.csv *.txt *.tsv *.xlsx);;All files (*)")
        chosen, _ = QFileDialog.getOpenFileNames(
            self._window, tr("Import contacts"), str(proposed_folder()), kinds
        )
        if chosen:
            self.import_files([Path(name) for name in chosen])

    def import_files(self, paths: Sequence[Path]) -> None:
        """Show what the files hold, step by step, and import them."""
        if not self._may:
            return
        dialog = ContactImportDialog(self._context, paths, category=self._category, parent=self._window)
        dialog.imported.connect(self.written)
        self._open(dialog)

    def show_runs(self) -> None:
        """Show the imports so far, each with its undo."""
        if not self._may:
            return
        dialog = ContactRunsDialog(self._context, parent=self._window)
        dialog.changed.connect(self.written)
        self._open(dialog)

    def _open(self, dialog: Dialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
