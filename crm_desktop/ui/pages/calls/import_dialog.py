"""Importing call logs: read and shown first, written only then; cancelling leaves the file as it was."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import Progress
from crm_desktop.operations.call_imports import FileReport, ImportPreview, ImportResult
from crm_desktop.operations.call_report_files import report_rows
from crm_desktop.operations.dropped_files import DroppedFiles, FileKind
from crm_desktop.ui.messages import message_for, number, tr
from crm_desktop.ui.pages.calls.choices import ChoicesPanel
from crm_desktop.ui.pages.calls.column_naming import ColumnNaming
from crm_desktop.ui.pages.calls.import_work import ImportWork
from crm_desktop.ui.pages.calls.log_files import LogFiles
from crm_desktop.ui.pages.calls.log_intake import LogIntake
from crm_desktop.ui.pages.calls.mapping_panel import MappingPanel
from crm_desktop.ui.pages.calls.report_saving import ReportSaving, may_save_report, report_lines
from crm_desktop.ui.pages.calls.result import ImportOutcome
from crm_desktop.ui.pages.calls.review import ImportReview
from crm_desktop.ui.pages.calls.unknown_dialog import UnknownNumbersDialog
from crm_desktop.ui.tasks import Job
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M
from crm_desktop.ui.widgets.contact_files_drops import dropped_paths
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import column, fit_height, line
from crm_desktop.ui.widgets.progress_panel import ProgressPanel

_SIZE_PX, _RESULT_WIDTH_PX = (1104, 780), 640


class ImportDialog(Dialog):
    """``imported`` when the file holds other calls than before: after an import and after its undo.

    ``found``: what was looked into before; without it the files are looked into here.
    """

    imported = Signal()

    def __init__(
        self,
        context: PageContext,
        paths: Sequence[Path],
        *,
        found: DroppedFiles | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Import calls"), accept=tr("Import"), parent=parent)
        self._context = context
        self._looking: Job | None = None
        self._asked = ""
        self._preview: ImportPreview | None = None
        self.result_view: ImportOutcome | None = None
        self.numbers_dialog: UnknownNumbersDialog | None = None
        self._numbers_changed = False
        self._build()
        self._take_room()
        self.accept_button.setEnabled(False)
        if found is not None:
            self._show_found(found)
        else:
            self._look_into(paths)

    def _build(self) -> None:
        self.intake = LogIntake(self._context, self)
        self.files = LogFiles(self._context.clock, may_save=may_save_report(self._context.session))
        self.choices = ChoicesPanel(self._context)
        self.mapping = MappingPanel(self._context)
        self.naming = ColumnNaming(self._context, self.files, self.choices, self.mapping, self)
        self.review = ImportReview(self._context.clock)
        self.work = ImportWork(self._context, self.files, self.choices, self)
        self.progress = ProgressPanel(in_bytes=True)
        self.progress.cancel_button.hide()
        self.saving = ReportSaving(self._context, self, self.message)
        self.mapping.hide()
        inner = QWidget()
        set_role(inner, "page")
        parts = column(
            self.files, line(), self.choices, line(), self.mapping, self.review, None, spacing=SPACE_L
        )
        parts.setContentsMargins(0, 0, SPACE_M, 0)  # the scroll bar's
        inner.setLayout(parts)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(inner)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._area)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self.progress)
        self.put_buttons_after(self.review.rows)
        self.body.setSpacing(SPACE_M)
        self.setAcceptDrops(True)
        self._wire()
        self.review.hide()

    def _take_room(self) -> None:
        """Be as large as it takes, and no larger than the window it lies over."""
        width, height = _SIZE_PX
        over = self.parentWidget()
        if over is not None:
            room = over.window().size()
            width = min(width, room.width() - 2 * SPACE_L)
            height = min(height, room.height() - 2 * SPACE_L)
        self.resize(width, height)

    def _wire(self) -> None:
        self.work.previewed.connect(self._show_preview)
        self.work.unread.connect(self._refuse_preview)
        self.work.written.connect(self._done)
        self.work.refused.connect(self._refuse)
        self.work.cancelled.connect(self._cancelled)
        self.work.stepped.connect(self.progress.show_progress)
        self.files.changed.connect(self._read)
        self.files.columns_requested.connect(self.naming.examine)
        self.naming.shown.connect(self._show_columns)
        self.naming.refused.connect(lambda error: self.show_refusal(self._sentence(error)))
        self.files.report_requested.connect(self._save_report)
        self.files.add_requested.connect(self.intake.ask)
        self.intake.chosen.connect(self._look_into)
        self.intake.found.connect(self._show_found)
        self.intake.refused.connect(self._refuse_preview)
        self.choices.changed.connect(self._read)
        self.choices.refused.connect(self.show_refusal)
        self.review.numbers_requested.connect(self._ask_numbers)
        self.mapping.changed.connect(self._mapping_changed)
        self.message.action_requested.connect(self.mapping.confirm)

    # --- files ---------------------------------------------------------------------------------

    def _look_into(self, paths: Sequence[Path]) -> None:
        self._set_busy(tr("Looking at the files…"))
        self._looking = self.intake.look_into(paths, self._look_further)

    def _show_found(self, found: DroppedFiles) -> None:
        files = list(found.files)
        if len(files) == 1 and not self.files.files and files[0].kind is FileKind.NEITHER:
            # The only one: perhaps a table whose columns the person can name.
            files = [replace(files[0], kind=FileKind.TABLE)]
        if self.files.files:
            self.files.add_found(files)
        else:
            self.files.show_found(files)
        if found.passed_over:
            self.files.passed_over.setText(
                tr(
                    "%n more files or folders lie too deep or are too many: drop them apart.",
                    "",
                    found.passed_over,
                )
            )
            self.files.passed_over.show()
        self._read()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome more files before anything is imported."""
        if dropped_paths(event.mimeData()) and self.result_view is None and not self.work.writing:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the dropped files."""
        event.acceptProposedAction()
        self._look_into(dropped_paths(event.mimeData()))

    def _save_report(self, report: FileReport) -> None:
        self.saving.ask(lambda: report_lines(report_rows([report])))

    # --- reading -------------------------------------------------------------------------------

    def _read(self) -> None:
        """Read the files as chosen; a reading under way gives way to the newer one."""
        self.work.cancel()
        self._preview = None
        self.accept_button.setText(tr("Import"))
        self.accept_button.setEnabled(False)
        self._asked = asked = self.naming.lacking()
        paths = [path for path in self.files.paths() if not asked or path != self.naming.path]
        if not paths:
            self._ask(asked or self._nothing_read())
            return
        self._set_busy(tr("Reading…"))
        self.work.read(paths)

    def _nothing_read(self) -> str:
        if any(one.has_columns for one in self.files.files):
            return tr("This looks like contacts. If it holds calls, name its columns.")
        return tr("None of these files is a call log. What was expected stands beside each.")

    def _ask(self, words: str, *, action: str = "") -> None:
        """Say what is to be answered before anything can be imported."""
        self.progress.hide()
        self.review.setVisible(self._preview is not None)
        self.message.show_message(words, tone="warn", action=action, can_dismiss=False)

    def _mapping_changed(self) -> None:
        self._read()
        self._area.ensureWidgetVisible(self.mapping.preview)

    def _set_busy(self, words: str) -> None:
        self.message.hide()
        self.progress.start(words)
        self.progress.show()
        self.accept_button.setEnabled(False)

    def _look_further(self, progress: Progress) -> None:
        """Say which of the files is looked at: they are counted, not their bytes."""
        words = tr("Looking at file {number} of {total}…")
        self.progress.title.setText(
            words.format(number=number(progress.done + 1), total=number(progress.total or 0))
        )

    def _show_preview(self, found: ImportPreview) -> None:
        self.files.show_reports(found.files, {one.path: one.error for one in found.refused})
        if not found.files:
            self._refuse_preview(found.refused[0].error)
            self.naming.offer(found)
            return
        self._preview = found
        self.progress.hide()
        choices = self.choices.choices()
        self.review.show_preview(
            found, keep_unknown=choices.keep_unknown, skip_duplicates=choices.skip_duplicates
        )
        self.review.show()
        self._name_verb(found)
        mapped = self.naming.active
        if self._asked:
            self._ask(self._asked)
        elif mapped and (question := self.mapping.question()) is not None:
            words, right = question
            self._ask(words, action=right)
            self.accept_button.setEnabled(False)
        elif found.refused:
            one = found.refused[0]
            self._ask(tr("“{name}”: {sentence}").format(name=one.path.name, sentence=message_for(one.error)))
            self.naming.offer(found)
        elif not mapped and not self.naming.offer(found):
            (self.accept_button if self.accept_button.isEnabled() else self.reject_button).setFocus()

    def _name_verb(self, found: ImportPreview) -> None:
        """Let the button say what it does with how many calls."""
        created, corrected = found.counts.created, found.corrected
        self.accept_button.setEnabled(created > 0 or corrected > 0)
        if created:
            self.accept_button.setText(tr("Import %n calls", "", created))
        elif corrected:
            self.accept_button.setText(tr("Correct %n calls", "", corrected))
        else:
            self.accept_button.setText(tr("Nothing to import"))

    def _refuse_preview(self, error: KnownError) -> None:
        self.progress.hide()
        self.review.hide()
        self.show_refusal(self._sentence(error))

    def _sentence(self, error: KnownError) -> str:
        """Return the sentence of a refusal, which of several files it is about included."""
        words, name = message_for(error), str(error.facts.get("name", ""))
        if len(self.files.files) < 2 or not name or name in words:
            return words
        return tr("“{name}”: {sentence}").format(name=name, sentence=words)

    def _show_columns(self) -> None:
        self._read()
        # Once the panel has its place in the scrolled area.
        QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(self.mapping.columns["direction"]))

    def _ask_numbers(self) -> None:
        """Show the unknown numbers; what became of them is read, or imported, anew afterwards."""
        if self._preview is None:
            return
        if self.choices.choices().keep_unknown:
            text = tr("Their calls are kept for 30 days; those of a number that becomes a customer’s stay.")
        else:
            text = tr("Nothing of their calls is kept. What becomes a customer’s comes in with this import.")
        dialog = UnknownNumbersDialog(self._context, self._preview.grouped.unknown, text, self)
        dialog.changed.connect(lambda: setattr(self, "_numbers_changed", True))
        dialog.finished.connect(self._numbers_asked)
        dialog.finished.connect(dialog.deleteLater)
        self.numbers_dialog = dialog
        dialog.open()

    def _numbers_asked(self) -> None:
        dialog, self.numbers_dialog = self.numbers_dialog, None
        if not self._numbers_changed or dialog is None or self._preview is None:
            return
        self._numbers_changed = False
        self.imported.emit()
        if self.result_view is None:
            self._read()
            return
        grouped = replace(self._preview.grouped, unknown=dialog.numbers)
        self._preview = replace(self._preview, grouped=grouped)
        self._import([report.path for report in self._preview.files])

    # --- writing -------------------------------------------------------------------------------

    def accept(self) -> None:
        """Import, or close once it is done."""
        if self.result_view is not None:
            super().accept()
        elif self._preview is not None and not self.work.writing and self.accept_button.isEnabled():
            self._import([report.path for report in self._preview.files])

    def _import(self, paths: Sequence[Path]) -> None:
        self._enable(enabled=False)
        self._set_busy(tr("Importing…"))
        self.reject_button.setText(tr("Cancel the import"))
        self.reject_button.show()
        self.work.write(paths)

    def _enable(self, *, enabled: bool) -> None:
        for part in (self.files, self.choices, self.mapping):
            part.setEnabled(enabled)

    def _stopped(self) -> None:
        self.progress.hide()
        self.reject_button.setText(tr("Cancel"))
        self._enable(enabled=True)

    def _done(self, result: ImportResult) -> None:
        self._stopped()
        self.reject_button.hide()
        self.accept_button.setText(tr("Close"))
        self.accept_button.setEnabled(True)
        self.accept_button.setFocus()
        former = self.result_view
        unknown = self._preview is not None and bool(self._preview.grouped.unknown)
        self.result_view = ImportOutcome(self._context, result, unknown=unknown)
        self.result_view.numbers_requested.connect(self._ask_numbers)
        if former is not None:  # imported again, after a number had become a customer's
            self._stack.removeWidget(former)
            former.deleteLater()
        self.result_view.undone.connect(self.imported)
        self.result_view.undone.connect(self._fit)
        self._stack.removeWidget(self._area)
        self._area.hide()
        self._stack.addWidget(self.result_view)
        self._stack.setCurrentWidget(self.result_view)
        self.put_buttons_after(self.result_view.undo_button)
        self._fit()
        self.imported.emit()

    def _fit(self) -> None:
        """Leave no empty room below a result, which is a few lines."""
        fit_height(self, _RESULT_WIDTH_PX)

    def _refuse(self, error: KnownError) -> None:
        self._stopped()
        self.accept_button.setEnabled(True)
        self.show_refusal(message_for(error))
        self.imported.emit()

    def _cancelled(self) -> None:
        self._stopped()
        self.imported.emit()
        self.accept_button.setEnabled(self._preview is not None)
        self.message.show_message(tr("The import was cancelled. The file is as it was before."), tone="info")

    def reject(self) -> None:
        """Cancel what runs; close when nothing does."""
        self.work.cancel()
        if self._looking is not None:
            self._looking.cancel()
        if self.work.writing:
            self.reject_button.setText(tr("Cancelling…"))
            return
        super().reject()
