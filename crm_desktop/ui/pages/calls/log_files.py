"""The files of an import: a row each with how it is read and what is in it; the choices for one of them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.call_imports import FileChoice, FileReport
from crm_desktop.operations.call_logs import Mapping, formats
from crm_desktop.operations.dropped_files import FoundFile
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.pages.calls.log_file_rows import (
    LogFile,
    file_columns,
    file_row,
    format_title,
    moment,
    percent,
)
from crm_desktop.ui.tokens import SPACE_M, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.parts import button, column, label, row
from crm_desktop.ui.widgets.static_table import StaticTable

ENCODINGS = ("utf-8", "cp1252", "iso-8859-15", "utf-16", "cp1250", "cp1251", "cp437", "mac-roman")
_ROW_PX, _HEAD_PX, _MOST_ROWS = 28, 42, 5
_SURE = 0.05
"""A format less likely than this is not offered as one the file may be in."""


class LogFiles(QWidget):
    """``changed`` when a file must be read otherwise, ``columns_requested`` with one to be named."""

    changed = Signal()
    columns_requested = Signal(object)
    report_requested = Signal(object)
    add_requested = Signal(bool)
    """More files are wanted; True: a folder."""

    def __init__(self, clock: Clock, *, may_save: bool) -> None:
        super().__init__()
        self._clock, self._may_save = clock, may_save
        self.files: list[LogFile] = []
        self._current = 0
        self.table = StaticTable(name=tr("Files"))
        self._fit = ColumnFit(self.table)
        self.table.current_record_changed.connect(self._chosen)
        self.title = label("", "strong", wrap=True)
        self.problem = label("", "muted", wrap=True, selectable=True)
        self.passed_over, self.moved = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.passed_over.hide()
        self.format, self.encoding = QComboBox(), QComboBox()
        self.columns_button = button(tr("Name its columns…"), self._name_columns)
        self.report_button = button(tr("Save report…"), self._save_report, glyph="export")
        self.remove_button = button(tr("Leave out"), self._remove, role="quiet", glyph="x")
        boxes = row(spacing=SPACE_M)
        for words, box in ((tr("Format"), self.format), (tr("Encoding"), self.encoding)):
            box.setAccessibleName(words)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(14)
            boxes.addLayout(column(label(words, "muted"), box, spacing=SPACE_XS), 2)
            box.activated.connect(self._take)
        self.add_button = button(tr("Add files…"), lambda: self.add_requested.emit(False), role="link")  # noqa: FBT003 - Qt's signal
        self.folder_button = button(tr("Add a folder…"), lambda: self.add_requested.emit(True), role="link")  # noqa: FBT003 - Qt's signal
        buttons = row(
            self.columns_button, self.report_button, self.remove_button, None, self.add_button,
            self.folder_button, spacing=SPACE_S,
        )  # fmt: skip
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        for part in (self.table, self.moved, self.passed_over, self.title, self.problem):
            layout.addWidget(part)
        layout.addLayout(boxes)
        layout.addLayout(buttons)

    # --- which files ---------------------------------------------------------------------------

    def show_found(self, found: Sequence[FoundFile]) -> None:
        """Show files that were just dropped or chosen."""
        self.files = [LogFile(one, problem=one.problem) for one in found]
        self._current = 0
        self._fill()

    def add_found(self, found: Sequence[FoundFile]) -> None:
        """Add files to those that are there; one that is there already stays as it is."""
        there = {one.path for one in self.files}
        self.files += [LogFile(one, problem=one.problem) for one in found if one.path not in there]
        self._fill()

    def show_reports(self, reports: Sequence[FileReport], refused: dict[Path, KnownError]) -> None:
        """Show what reading some files gave; a moment that is another than before says so."""
        by_path = {report.path: report for report in reports}
        for one in self.files:
            if one.path in by_path or one.path in refused:
                one.before = one.report or one.before
                one.report, one.problem = by_path.get(one.path), refused.get(one.path)
        self._fill()

    def paths(self) -> list[Path]:
        """Return the files that are read."""
        return [one.path for one in self.files if one.read]

    def choices(self) -> dict[Path, FileChoice]:
        """Return what was chosen for each."""
        return {one.path: one.choice() for one in self.files if one.read}

    def file_of(self, path: Path) -> LogFile | None:
        """Return a file of the list."""
        return next((one for one in self.files if one.path == path), None)

    def set_mapping(self, path: Path, mapping: Mapping | None) -> None:
        """Read a table by a mapping from now on."""
        one = self.file_of(path)
        if one is not None:
            one.mapping = mapping

    # --- the table -----------------------------------------------------------------------------

    def _fill(self) -> None:
        self.table.show_rows(file_columns(), [file_row(one, self._clock) for one in self.files])
        self.table.setFixedHeight(_HEAD_PX + _ROW_PX * min(_MOST_ROWS, max(1, len(self.files))))
        self.moved.setText(self._moved())
        self.moved.setVisible(bool(self.moved.text()))
        if self.files:
            self._current = min(self._current, len(self.files) - 1)
            self.table.select_ids([self._current], current=self._current)
        self._fit.fit()
        self._show_current()

    def _moved(self) -> str:
        """Say that the times are others than before, so that a wrong zone is seen."""
        for one in self.files:
            report, before = one.report, one.before
            if report is not None and before is not None and report.first_at != before.first_at:
                words = tr(
                    "Times are read otherwise now: the first call of “{name}” is {now}, it was {before}."
                )
                return words.format(
                    name=one.found.name, now=moment(self._clock, report.first_at),
                    before=moment(self._clock, before.first_at),
                )  # fmt: skip
        return ""

    # --- one of them ---------------------------------------------------------------------------

    def _chosen(self, place: object) -> None:
        if isinstance(place, int) and place < len(self.files) and place != self._current:
            self._current = place
            self._show_current()

    @property
    def current(self) -> LogFile | None:
        """The file whose choices are shown."""
        return self.files[self._current] if self._current < len(self.files) else None

    def _show_current(self) -> None:
        one = self.current
        several = len(self.files) > 1
        self.title.setText("" if one is None else one.found.name)
        self.title.setVisible(several)
        problem = None if one is None else one.problem
        self.problem.setText("" if problem is None else message_for(problem))
        # The reason of an only file stands below, where something is to be done.
        self.problem.setVisible(problem is not None and several)
        readable = one is not None and one.may_be_read
        self.format.setEnabled(readable)
        self.encoding.setEnabled(readable and one is not None and one.found.encoding is not None)
        self.columns_button.setVisible(one is not None and one.has_columns)
        report = None if one is None else one.report
        troubled = report is not None and bool(report.rejected or report.warnings or report.skipped)
        self.report_button.setVisible(self._may_save and troubled)
        self.remove_button.setVisible(several)
        if one is not None:
            self._fill_boxes(one)

    def _fill_boxes(self, one: LogFile) -> None:
        with QSignalBlocker(self.format), QSignalBlocker(self.encoding):
            self.format.clear()
            words = tr("Recognize by itself")
            read = one.report.format if one.report is not None and one.format == "auto" else None
            self.format.addItem(f"{words} ({format_title(read)})" if read else words, "auto")
            likely = dict(one.found.formats)
            for name, confidence in one.found.formats:
                if confidence >= _SURE:
                    self.format.addItem(f"{format_title(name)} ({percent(confidence)})", name)
            for known in formats():
                if likely.get(known.name, 0.0) < _SURE:
                    self.format.addItem(known.title, known.name)
            self.format.setCurrentIndex(max(0, self.format.findData(one.format)))
            self.encoding.clear()
            found = one.report.encoding if one.report is not None else one.found.encoding
            self.encoding.addItem(f"{words} ({found})" if found and one.encoding is None else words, None)
            for name in ENCODINGS:
                self.encoding.addItem(name, name)
            self.encoding.setCurrentIndex(max(0, self.encoding.findData(one.encoding)))

    def _take(self) -> None:
        one = self.current
        if one is not None:
            encoding = self.encoding.currentData()
            one.format = str(self.format.currentData())
            one.encoding = None if encoding is None else str(encoding)
            self.changed.emit()

    def _name_columns(self) -> None:
        if self.current is not None:
            self.columns_requested.emit(self.current.path)

    def _save_report(self) -> None:
        if self.current is not None:
            self.report_requested.emit(self.current.report)

    def _remove(self) -> None:
        if self.current is not None and len(self.files) > 1:
            del self.files[self._current]
            self._fill()
            self.changed.emit()
