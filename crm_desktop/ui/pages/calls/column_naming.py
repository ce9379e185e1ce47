"""Naming the columns of one table among the files of an import: which one, where it stands, what it lacks."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.call_imports import ImportPreview, reading_options
from crm_desktop.operations.call_logs import TABLE, ExaminedTable, TablePlace, examine_table
from crm_desktop.operations.dropped_files import TABLE_CODES
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.pages.calls.choices import ChoicesPanel
from crm_desktop.ui.pages.calls.log_files import LogFiles
from crm_desktop.ui.pages.calls.mapping_panel import MappingPanel
from crm_desktop.ui.widgets.page import PageContext

_MAPPING_CODES = TABLE_CODES | {"log_not_recognized"}


class ColumnNaming(QObject):
    """``shown``: another table is in the panel, to be read anew; ``refused``: a file is no table."""

    shown = Signal()
    refused = Signal(object)

    def __init__(
        self,
        context: PageContext,
        files: LogFiles,
        choices: ChoicesPanel,
        panel: MappingPanel,
        owner: QWidget,
    ) -> None:
        super().__init__(owner)
        self._context, self._files, self._choices = context, files, choices
        self._panel, self._owner = panel, owner
        self.path: Path | None = None
        panel.place_said.connect(self._examine_at)

    @property
    def active(self) -> bool:
        """Whether the columns of a file of this import are being named."""
        return self.path is not None and not self._panel.isHidden()

    def lacking(self) -> str:
        """Take the columns as named so far; return what is still needed of them, in words."""
        if self.path is not None and self._files.file_of(self.path) is None:
            self._panel.hide()  # its file was left out
            self.path = None
        if self.path is None or not self.active:
            return ""
        words = ""
        lacking = self._panel.lacking()
        if lacking:
            fields = ", ".join(lacking)
            words = tr("Choose what the columns mean. Still needed: {fields}.").format(fields=fields)
        else:
            try:
                self._files.set_mapping(self.path, self._panel.mapping())
            except KnownError as error:
                words = message_for(error)
        if words and len(self._files.paths()) > 1:
            words = f"“{self._panel.file_name}”: {words}"
        return words

    def offer(self, found: ImportPreview) -> bool:
        """Look at the first refused table, or the only one read; return whether there is one.

        Not while one is being named: the others have a button for it.
        """
        tables = [one.path for one in found.refused if one.error.code in _MAPPING_CODES]
        if not found.refused and [one.format for one in found.files] == [TABLE]:
            tables = [found.files[0].path]  # by what it was read is shown, to be changed
        if tables and self._panel.isHidden():
            self.examine(tables[0])
        return bool(tables)

    def _examine_at(self, place: TablePlace) -> None:
        """Look at the file again, where the user says that its table stands."""
        if self.path is not None:
            self.examine(self.path, place)

    def examine(self, path: Path, place: TablePlace = TablePlace()) -> None:  # noqa: B008 - never changed
        """Look at a file as a table, whose columns the user then names."""
        session, choices = self._context.session, self._choices.choices()
        one = self._files.file_of(path)
        encoding = one.encoding if one else None
        options = reading_options(
            session, region=choices.region, time_zone=choices.time_zone, encoding=encoding
        )
        self._context.tasks.run(
            lambda: examine_table(path, options, place), on_done=partial(self._show, path),
            on_error=self._no_table, owner=self._owner, serial=False,
        )  # fmt: skip

    def _show(self, path: Path, examined: ExaminedTable) -> None:
        self.path = path
        self._panel.show_table(examined)
        self._panel.show()
        self.shown.emit()

    def _no_table(self, error: KnownError) -> None:
        self._panel.show_place_again()
        if error.code != "log_not_recognized":  # that was said already, with whose logs are read
            self.refused.emit(error)
