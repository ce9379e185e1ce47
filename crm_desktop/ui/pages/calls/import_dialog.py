"""Importing call logs: read and shown first, written only then; cancelling leaves the file as it was."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations import call_imports
from crm_desktop.operations.call_imports import ImportPreview, ImportResult, reading_options
from crm_desktop.operations.call_logs import TABLE, ExaminedTable, TablePlace, examine_table
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.pages.calls.choices import Choices, ChoicesPanel
from crm_desktop.ui.pages.calls.mapping_panel import MappingPanel
from crm_desktop.ui.pages.calls.result import ImportOutcome
from crm_desktop.ui.pages.calls.review import ImportReview
from crm_desktop.ui.tasks import Job
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.page import PageContext, RunningWork
from crm_desktop.ui.widgets.parts import column, fit_height, line
from crm_desktop.ui.widgets.progress_panel import ProgressPanel

_RESULT_WIDTH_PX = 560
_MAPPING_CODES = {
    "mapping_needed",
    "mapping_uncertain",
    "mapping_invalid",
    "mapping_column_missing",
    "log_not_recognized",
}


class ImportDialog(Dialog):
    """``imported`` when the file holds other calls than before: after an import and after its undo."""

    imported = Signal()

    def __init__(self, context: PageContext, paths: Sequence[Path], *, parent: QWidget | None = None) -> None:
        super().__init__(tr("Import calls"), accept=tr("Import"), parent=parent)
        self._context = context
        self._paths = list(paths)
        self._job: Job | None = None
        self._running = False
        self._preview: ImportPreview | None = None
        self.result_view: ImportOutcome | None = None
        self._build()
        self.resize(720, 680)
        self._read()

    def _build(self) -> None:
        self.choices = ChoicesPanel(self._context.session)
        self.mapping = MappingPanel(self._context)
        self.review = ImportReview(self._context.clock)
        self.progress = ProgressPanel(in_bytes=True)
        self.progress.cancel_button.hide()
        self.mapping.hide()
        inner = QWidget()
        set_role(inner, "page")
        parts = column(self.choices, line(), self.mapping, self.review, None, spacing=SPACE_L)
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
        self.put_buttons_after(self.review.problems)
        self.body.setSpacing(SPACE_M)
        self.choices.changed.connect(self._read)
        self.mapping.changed.connect(self._mapping_changed)
        self.mapping.place_said.connect(self._examine_at)
        self.message.action_requested.connect(self.mapping.confirm_dates)
        self.review.hide()

    # --- reading -------------------------------------------------------------------------------

    def _choices(self) -> Choices:
        return self.choices.choices(self.mapping.mapping() if not self.mapping.isHidden() else None)

    def _work(self, operation: Callable[..., object], choices: Choices) -> Callable[..., object]:
        session, paths = self._context.session, list(self._paths)

        def work(*, progress: ProgressCallback, cancel: CancelToken) -> object:
            options = reading_options(
                session, region=choices.region, time_zone=choices.time_zone, mapping=choices.mapping
            )
            return operation(
                session, paths, member_id=choices.member_id, format=choices.format, options=options,
                keep_unknown=choices.keep_unknown, progress=progress, cancel=cancel,
            )  # fmt: skip

        return work

    def _read(self) -> None:
        """Read the files as chosen; a reading under way gives way to the newer one."""
        if self._job is not None:
            self._job.cancel()
        self._job, self._preview = None, None
        self.accept_button.setText(tr("Import"))
        self.accept_button.setEnabled(False)
        lacking = [] if self.mapping.isHidden() else self.mapping.lacking()
        if lacking:
            words = tr("Choose what the columns mean. Still needed: {fields}.").format(
                fields=", ".join(lacking)
            )
            if len(self._paths) > 1:
                words = f"“{self.mapping.file_name}”: {words}"
            self._ask(words)
            return
        try:
            choices = self._choices()
        except KnownError as error:
            self._ask(message_for(error))
            return
        self._set_busy(tr("Reading…"))
        token = CancelToken()
        job = self._context.tasks.run(
            self._work(call_imports.preview_import, choices),
            on_done=lambda found: self._show_preview(token, found),
            on_error=lambda error: self._refuse_preview(token, error),
            on_progress=self._step, cancel=token, owner=self, serial=False,
        )  # fmt: skip
        self._job = job

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

    def _step(self, progress: Progress) -> None:
        self.progress.show_progress(progress)

    def _show_preview(self, token: CancelToken, found: object) -> None:
        if token.cancelled or not isinstance(found, ImportPreview):
            return
        self._job, self._preview = None, found
        self.progress.hide()
        self.review.show_preview(found, keep_unknown=self.choices.keep_unknown.isChecked())
        self.review.show()
        created, corrected = found.counts.created, found.corrected
        self.accept_button.setEnabled(created > 0 or corrected > 0)
        if created:
            self.accept_button.setText(tr("Import %n calls", "", created))
        elif corrected:
            self.accept_button.setText(tr("Correct %n calls", "", corrected))
        else:
            self.accept_button.setText(tr("Nothing to import"))
        mapped = not self.mapping.isHidden()
        if not mapped and len(self._paths) == 1 and found.files[0].format == TABLE:
            self._examine(self._paths[0])  # by what it was read stands below, to be changed
        if mapped and not self.mapping.dates_are_sure:
            words = tr(
                "The date format is not certain: is the day or the month first? Look at the dates below."
            )
            self._ask(words, action=tr("These dates are right"))
            self.accept_button.setEnabled(False)
        elif not mapped:
            (self.accept_button if self.accept_button.isEnabled() else self.reject_button).setFocus()

    def _refuse_preview(self, token: CancelToken, error: KnownError) -> None:
        if token.cancelled:
            return
        self._job = None
        self.progress.hide()
        self.review.hide()
        self.show_refusal(self._sentence(error))
        if error.code in _MAPPING_CODES and self.mapping.isHidden():
            refused = str(error.facts.get("name", ""))
            self._examine(next((path for path in self._paths if path.name == refused), self._paths[0]))

    def _sentence(self, error: KnownError) -> str:
        """Return the sentence of a refusal, which of several files it is about included."""
        words, name = message_for(error), str(error.facts.get("name", ""))
        if len(self._paths) < 2 or not name or name in words:
            return words
        return tr("“{name}”: {sentence}").format(name=name, sentence=words)

    def _examine_at(self, place: TablePlace) -> None:
        """Look at the file again, where the user says that its table stands."""
        path = next(path for path in self._paths if path.name == self.mapping.file_name)
        self._examine(path, place)

    def _examine(self, path: Path, place: TablePlace = TablePlace()) -> None:  # noqa: B008 - never changed
        """Look at the refused file as a table, whose columns the user then names."""
        session, choices = self._context.session, self.choices.choices(None)
        options = reading_options(session, region=choices.region, time_zone=choices.time_zone)
        self._context.tasks.run(
            lambda: examine_table(path, options, place), on_done=self._show_mapping, on_error=self._no_table,
            owner=self, serial=False,
        )  # fmt: skip

    def _show_mapping(self, examined: ExaminedTable) -> None:
        self.mapping.show_table(examined)
        self.mapping.show()
        self._read()
        self._area.ensureWidgetVisible(self.mapping.columns["date"])

    def _no_table(self, error: KnownError) -> None:
        self.mapping.show_place_again()
        if error.code != "log_not_recognized":  # that was said already, with every format that is read
            self.show_refusal(self._sentence(error))

    # --- writing -------------------------------------------------------------------------------

    def accept(self) -> None:
        """Import, or close once it is done."""
        if self.result_view is not None:
            super().accept()
        elif self._preview is not None and not self._running and self.accept_button.isEnabled():
            self._import()

    def _import(self) -> None:
        choices = self._choices()
        self._running = True
        self.choices.setEnabled(False)
        self.mapping.setEnabled(False)
        self._set_busy(tr("Importing…"))
        self.reject_button.setText(tr("Cancel the import"))
        self._job = self._context.tasks.run(
            self._work(call_imports.run_import, choices),
            on_done=self._done, on_error=self._refuse, on_progress=self._step, on_cancelled=self._cancelled,
            cancel=CancelToken(), owner=self,
        )  # fmt: skip
        # A lock closes this window; the import goes on and the lock page shows it.
        self._context.running.append(RunningWork(tr("A call log is being imported."), self._job))

    def _stopped(self) -> None:
        self._running, self._job = False, None
        self.progress.hide()
        self.reject_button.setText(tr("Cancel"))
        for part in (self.choices, self.mapping):
            part.setEnabled(True)

    def _done(self, result: object) -> None:
        if not isinstance(result, ImportResult):
            return
        self._stopped()
        self.reject_button.hide()
        self.accept_button.setText(tr("Close"))
        self.accept_button.setEnabled(True)
        self.accept_button.setFocus()
        self.result_view = ImportOutcome(self._context, result)
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
        if self._job is not None:
            self._job.cancel()
        if self._running:
            self.reject_button.setText(tr("Cancelling…"))
            return
        super().reject()
