"""A mapping kept under a name: saved from the wizard, shown as whose word a proposal is, taken up again."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.call_logs import ExaminedTable, Mapping
from crm_desktop.operations.call_mappings import SavedMapping, save_call_mapping, saved_call_mappings
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.pages.calls.saved_mappings_dialog import NameDialog, SavedMappingsDialog, saved_words
from crm_desktop.ui.tokens import SPACE_S
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, label, row


class MappingKeeping(QWidget):
    """``used`` with the ``SavedMapping`` the table is to be read by; ``mapping`` gives what is chosen now."""

    used = Signal(object)

    def __init__(self, context: PageContext, mapping: Callable[[], Mapping | None]) -> None:
        super().__init__()
        self._context = context
        self._mapping = mapping
        self._examined: ExaminedTable | None = None
        self.known = label("", "caption", wrap=True)
        self.save_button = button(tr("Save this mapping…"), self._ask_name)
        self.saved_button = button(tr("Saved mappings…"), self._show_saved)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.known)
        layout.addLayout(row(self.save_button, self.saved_button, None))

    def show_known(self, examined: ExaminedTable) -> None:
        """Say whose word the proposal is, if it is somebody's."""
        self._examined = examined
        words = ""
        if examined.known:
            saved = saved_call_mappings(self._context.session)
            found = next((one for one in saved if one.name == examined.known), None)
            words = tr("As in “{name}”.").format(name=examined.known)
            if found is not None:
                words = f"{words} {saved_words(self._context, found)}."
        elif examined.preset:
            words = tr("The columns look like those of {program}: please look whether they are.").format(
                program=examined.preset
            )
        self.known.setText(words)
        self.known.setVisible(bool(words))

    def _ask_name(self) -> None:
        examined = self._examined
        if examined is None:
            return
        headerless = not any(examined.header)
        asked = NameDialog(
            tr("Save this mapping"), name=examined.known, headerless=headerless, parent=self.window()
        )
        if not asked.exec():
            return
        try:
            mapping = self._mapping()
        except KnownError as error:
            self._refuse(error)
            return
        if mapping is not None:
            shape = asked.without_header.isChecked()
            work = partial(
                save_call_mapping, self._context.session, asked.name.text(), mapping, examined.header,
                without_header=shape,
            )  # fmt: skip
            self._context.tasks.run(work, on_done=self._saved, on_error=self._refuse, owner=self)

    def _saved(self, saved: SavedMapping) -> None:
        if self._examined is not None:
            self.show_known(replace(self._examined, known=saved.name))

    def _refuse(self, error: KnownError) -> None:
        self.known.setText(message_for(error))
        self.known.show()

    def _show_saved(self) -> None:
        dialog = SavedMappingsDialog(self._context, parent=self.window())
        dialog.used.connect(self.used)
        dialog.exec()
