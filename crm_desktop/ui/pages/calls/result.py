"""What an import did, in one sentence, with the way back."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.call_imports import ImportResult, undo_import
from crm_desktop.operations.call_report_files import report_rows
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import DASH, message_for, number, tr
from crm_desktop.ui.pages.calls.report_saving import ReportSaving, may_save_report, report_lines
from crm_desktop.ui.pages.calls.review import count_facts
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, label, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.record_source import Column, Row
from crm_desktop.ui.widgets.sign import Sign
from crm_desktop.ui.widgets.static_table import StaticTable

_ROW_PX, _HEAD_PX, _MOST = 28, 44, 6


def _undo_all(session: Session, runs: tuple[int, ...]) -> int:
    return sum(undo_import(session, run) for run in runs)


def _sentence(result: ImportResult) -> str:
    if result.refused and not result.files:
        return tr("Nothing was imported: no file could be read.")
    if result.corrected and not result.counts.created:
        return tr("%n calls were corrected.", "", result.corrected)
    return tr("%n calls are now in the file.", "", result.counts.created)


class ImportOutcome(QWidget):
    """``undone`` when the import was taken back; ``numbers_requested`` where ``unknown`` ones are left."""

    undone = Signal()
    numbers_requested = Signal()

    def __init__(self, context: PageContext, result: ImportResult, *, unknown: bool = False) -> None:
        super().__init__()
        self._context = context
        self._runs = result.runs
        counts = result.counts
        self.sentence = label(_sentence(result), "section", wrap=True)
        self.undo_button = button(tr("Undo this import"), self._undo, glyph="arrow-u-up-left")
        self.undo_button.setVisible(counts.created > 0)
        self.message = MessageBar()
        self.saving = ReportSaving(context, self, self.message)
        self._lines = report_lines(report_rows(result.files))
        self.report_button = button(tr("Save report…"), self._save_report, glyph="export")
        self.report_button.setVisible(bool(self._lines) and may_save_report(context.session))
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_S)
        grid.setColumnStretch(2, 1)
        # The first, the new calls, is what the sentence says.
        facts = count_facts(counts, result.corrected)[1:]
        for place, (_group, title, count, tone, _words) in enumerate(facts):
            grid.addWidget(Pill(number(count), tone), place, 0, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label(title), place, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_L)
        sign = ("check", "accent") if result.files else ("warning", "warn")
        head = row(Sign(*sign, side=40, disc=True), spacing=SPACE_M)
        head.addWidget(self.sentence, 1)
        layout.addLayout(head)
        self.facts = QWidget()
        self.facts.setLayout(grid)
        self.facts.setVisible(bool(grid.count()))
        layout.addWidget(self.facts)
        self.files = self._file_table(result)
        if self.files is not None:
            layout.addWidget(self.files)
        layout.addWidget(self.message)
        self.numbers_button = button(
            tr("Make customers of them…"), self.numbers_requested.emit, role="link", glyph="user-plus"
        )
        self.numbers_button.setVisible(unknown and counts.unknown_numbers > 0)
        layout.addLayout(row(self.numbers_button, None))
        layout.addLayout(row(self.undo_button, self.report_button, None, spacing=SPACE_S))
        layout.addStretch(1)

    @staticmethod
    def _file_table(result: ImportResult) -> StaticTable | None:
        """Return what became of each file, where there are several or one was not read."""
        why = bool(result.refused)
        rows: list[Row] = [
            (
                report.path.name, number(report.counts.created), number(report.counts.already_there),
                number(report.counts.not_stored), number(report.counts.rejected),
                *([""] if why else []),
            )
            for report in result.files
        ]  # fmt: skip
        rows += [(one.path.name, DASH, DASH, DASH, DASH, message_for(one.error)) for one in result.refused]
        if len(rows) < 2 and not result.refused:
            return None
        table = StaticTable(name=tr("Files"))
        table.show_rows(_file_columns(why=why), rows)
        table.setFixedHeight(_HEAD_PX + _ROW_PX * min(_MOST, len(rows)))
        return table

    def _save_report(self) -> None:
        self.saving.ask(lambda: self._lines)

    def _undo(self) -> None:
        self.undo_button.setEnabled(False)
        work = partial(_undo_all, self._context.session, self._runs)
        self._context.tasks.run(work, on_done=self._done, on_error=self._refuse, owner=self)

    def _done(self, removed: int) -> None:
        words = tr("The import is undone: %n calls were removed. It can be imported again.", "", removed)
        # Instead of what was true before: counts and files beside it would deny it.
        self.sentence.setText(words)
        for former in (self.facts, self.files, self.numbers_button, self.undo_button):
            if former is not None:
                former.hide()
        self.message.hide()
        self.undone.emit()

    def _refuse(self, error: KnownError) -> None:
        self.undo_button.setEnabled(True)
        self.message.show_message(message_for(error), tone="danger")


def _file_columns(*, why: bool) -> list[Column]:
    columns = [
        Column("file", tr("File"), width=190 if why else 240, look="strong", sortable=False),
        Column("new", tr("New"), width=60, align="right", sortable=False),
        Column("there", tr("Already there"), width=108, align="right", sortable=False),
        Column("left", tr("Not kept"), width=80, align="right", sortable=False),
        Column("errors", tr("Errors"), width=60, align="right", sortable=False),
    ]
    return [*columns, Column("why", tr("Why"), width=220, look="muted", sortable=False)] if why else columns
