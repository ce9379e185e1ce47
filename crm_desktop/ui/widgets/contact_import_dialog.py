"""Importing contacts in steps: columns, options, preview, result. Nothing is written before the preview."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from crm_desktop.domain.contact_imports import ContactImportResult, Fate
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.contact_import_files import (
    ContactOptions,
    ExaminedContacts,
    examine_files,
    read_files,
)
from crm_desktop.operations.contact_imports import ContactReading, import_readings, preview_readings
from crm_desktop.operations.contact_mappings import (
    ContactMapping,
    forget_mapping,
    mapping_for,
    remember_mapping,
    suggested_mapping,
)
from crm_desktop.operations.custom_fields import fields
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.tasks import Job
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.contact_import_mapping import ContactMappingPanel
from crm_desktop.ui.widgets.contact_import_options import ContactImportOptions
from crm_desktop.ui.widgets.contact_import_preview import ContactImportPreview
from crm_desktop.ui.widgets.contact_import_result import ContactImportOutcome
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.page import PageContext, RunningWork
from crm_desktop.ui.widgets.parts import fit_height, label
from crm_desktop.ui.widgets.progress_panel import ProgressPanel

_SIZE = (900, 700)
_RESULT_WIDTH_PX = 680


def _examined(session: Session, paths: Sequence[Path]) -> "Examination":
    """Return what the files are, with what the columns of the tables among them mean."""
    files = examine_files(session, paths)
    return [(file, None if file.table is None else mapping_for(session, file.table.header)) for file in files]


Examination = list[tuple[ExaminedContacts, tuple[ContactMapping, bool] | None]]


def _read_and_preview(  # noqa: PLR0917 - what the dialog holds
    session: Session,
    files: Sequence[ExaminedContacts],
    options: ContactOptions,
    mappings: dict[Path, ContactMapping],
    page: ContactImportOptions,
    read: Sequence[ContactReading] | None,
) -> Callable[..., object]:
    plan = page.plan()

    def work(*, progress: ProgressCallback, cancel: CancelToken) -> object:
        readings = read or read_files(session, files, options, mappings, progress=progress, cancel=cancel)
        return readings, preview_readings(session, readings, plan, progress=progress, cancel=cancel)

    return work


class ContactImportDialog(Dialog):
    """``imported`` when the file holds other contacts than before: after an import and after its undo."""

    imported = Signal()

    def __init__(
        self,
        context: PageContext,
        paths: Sequence[Path],
        *,
        category: Category,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Import contacts"), accept=tr("Continue"), parent=parent)
        self._context = context
        self._paths = list(paths)
        self._job: Job | None = None
        self._running = False
        self._files: list[ExaminedContacts] = []
        self._mappings: dict[Path, ContactMapping] = {}
        self._kept: dict[Path, bool] = {}
        self._steps: list[tuple[QWidget, Path | None]] = []
        self._at = 0
        self._readings: Sequence[ContactReading] | None = None
        self._results: Sequence[ContactImportResult] = ()
        self.result_view: ContactImportOutcome | None = None
        self._build(category)
        self.resize(*_SIZE)
        self._examine()

    def _build(self, category: Category) -> None:
        session = self._context.session
        self.step = label("", "muted")
        self.mapping = ContactMappingPanel([field.name for field in fields(session)])
        self.options = ContactImportOptions(category, session.organization.region)
        self.preview = ContactImportPreview(self._context)
        self.progress = ProgressPanel()
        self.progress.cancel_button.hide()
        self.progress.hide()
        self._stack = QStackedWidget()
        parts: tuple[QWidget, ...] = (self.mapping, self.options)
        self._pages: dict[QWidget, QWidget] = {part: _scrolled(part) for part in parts}
        for page in (*self._pages.values(), self.preview):
            self._stack.addWidget(page)
        self._stack.hide()
        self.body.addWidget(self.step)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self.progress)
        self.body.setSpacing(SPACE_M)
        self.back_button = self.add_button(tr("Back"))
        self._buttons.insertWidget(0, self.back_button)
        self.back_button.clicked.connect(self._back)
        self.options.changed.connect(self._forget_preview)
        self.options.reread.connect(self._forget_rows)
        self.mapping.changed.connect(self._forget_rows)
        self.mapping.forget_requested.connect(self._forget_mapping)

    # --- what the files are --------------------------------------------------------------------

    def _examine(self) -> None:
        self._set_busy(tr("Looking at the files…"))
        self.back_button.hide()
        self._job = self._context.tasks.run(
            partial(_examined, self._context.session, self._paths), on_done=self._show_files,
            on_error=self._refuse_files, owner=self, serial=False,
        )  # fmt: skip

    def _refuse_files(self, error: KnownError) -> None:
        self._idle()
        self.accept_button.setEnabled(False)
        self.show_refusal(message_for(error))

    def _show_files(self, found: Examination) -> None:
        self._idle()
        self._files = [file for file, _mapping in found]
        for file, mapping in found:
            if mapping is not None:
                self._mappings[file.path], self._kept[file.path] = mapping
        self.options.show_files(self._files)
        tables: list[tuple[QWidget, Path | None]] = [(self.mapping, path) for path in self._mappings]
        self._steps = [*tables, (self.options, None), (self.preview, None)]
        self._show_step(0)

    # --- the steps -----------------------------------------------------------------------------

    def _show_step(self, place: int) -> None:
        self._at = place
        page, path = self._steps[place]
        if path is not None:
            file = next(file for file in self._files if file.path == path)
            self.mapping.show_table(file, self._mappings[path], kept=self._kept[path])
        words = tr("Step {step} of {steps}: {title}")
        self.step.setText(words.format(step=place + 1, steps=len(self._steps), title=self._title_of(page)))
        self._stack.setCurrentWidget(self._pages.get(page, page))
        self._stack.show()
        self.back_button.setVisible(place > 0)
        self.message.hide()
        self.accept_button.setText(tr("Continue"))
        self.accept_button.setEnabled(True)
        self.accept_button.setFocus()
        if page is self.preview:
            self._preview()

    def _title_of(self, page: QWidget) -> str:
        return {
            self.mapping: tr("what the columns hold"),
            self.options: tr("where the contacts go"),
            self.preview: tr("what will happen"),
        }[page]

    def _keep_mapping(self) -> None:
        page, path = self._steps[self._at]
        mapping = self.mapping.mapping()
        if path is not None and page is self.mapping and mapping is not None:
            self._mappings[path] = mapping

    def _forget_mapping(self) -> None:
        """Let go of what was kept for these headers and propose by their words alone."""
        _page, path = self._steps[self._at]
        if path is None:
            return
        kept = self._mappings[path]
        self._context.tasks.run(
            partial(forget_mapping, self._context.session, kept), on_error=self._refuse_mapping, owner=self
        )
        self._mappings[path], self._kept[path] = suggested_mapping(kept.header), False
        self._forget_rows()
        self._show_step(self._at)

    def _refuse_mapping(self, error: KnownError) -> None:
        self.show_refusal(message_for(error))

    def _back(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._idle()
        self._keep_mapping()
        self._show_step(self._at - 1)

    def _forget_rows(self) -> None:
        self._readings, self._results = None, ()

    def _forget_preview(self) -> None:
        self._results = ()

    # --- the preview ---------------------------------------------------------------------------

    def _set_busy(self, words: str) -> None:
        self.message.hide()
        self.progress.start(words)
        self.progress.show()
        self.accept_button.setEnabled(False)

    def _idle(self) -> None:
        self._job = None
        self.progress.hide()

    def _preview(self) -> None:
        if self._results:
            self._offer_import()
            return
        self._stack.hide()
        self._set_busy(tr("Reading…"))
        token = CancelToken()
        options = ContactOptions(region=self.options.region)
        self._job = self._context.tasks.run(
            _read_and_preview(
                self._context.session, self._files, options, self._mappings, self.options, self._readings
            ),
            on_done=partial(self._show_preview, token), on_error=partial(self._refuse_preview, token),
            on_progress=self.progress.show_progress, cancel=token, owner=self, serial=False,
        )  # fmt: skip

    def _show_preview(self, token: CancelToken, found: object) -> None:
        if token.cancelled or not isinstance(found, tuple):
            return
        self._idle()
        self._readings, self._results = found
        unnamed = [header for path in self._mappings for header in _unnamed(self._mappings[path])]
        self.preview.show_preview(
            self._readings or (), self._results, self.options.plan(), unnamed=list(dict.fromkeys(unnamed))
        )
        self._stack.show()
        self._offer_import()

    def _offer_import(self) -> None:
        wanted = sum(result.count(fate) for result in self._results for fate in (Fate.CREATED, Fate.UPDATED))
        failed = any(result.failed for result in self._results)
        if wanted:
            self.accept_button.setText(tr("Import %n contacts", "", wanted))
        else:
            self.accept_button.setText(tr("Put the rows right…") if failed else tr("Nothing to import"))
        self.accept_button.setEnabled(wanted > 0 or failed)
        (self.accept_button if self.accept_button.isEnabled() else self.reject_button).setFocus()

    def _refuse_preview(self, token: CancelToken, error: KnownError) -> None:
        if not token.cancelled:
            self._idle()
            self.show_refusal(message_for(error))

    # --- writing -------------------------------------------------------------------------------

    def accept(self) -> None:
        """Go on to the next step; import after the last; close once it is done."""
        if self.result_view is not None:
            super().accept()
        elif not self.accept_button.isEnabled() or self._running or not self._steps:
            return
        elif self._steps[self._at][0] is self.preview:
            self._import()
        else:
            self._keep_mapping()
            self._show_step(self._at + 1)

    def _import(self) -> None:
        session, readings, plan = self._context.session, self._readings or (), self.options.plan()
        mappings = list(self._mappings.values())

        def work(*, progress: ProgressCallback, cancel: CancelToken) -> object:
            results = import_readings(session, readings, plan, progress=progress, cancel=cancel)
            for mapping in mappings:
                remember_mapping(session, mapping)
            return results

        self._running = True
        self._stack.setEnabled(False)
        self.back_button.hide()
        self._set_busy(tr("Importing…"))
        self.reject_button.setText(tr("Cancel the import"))
        self._job = self._context.tasks.run(
            work, on_done=self._done, on_error=self._refuse, on_progress=self._step,
            on_cancelled=self._cancelled, cancel=CancelToken(), owner=self,
        )  # fmt: skip
        # A lock closes this window; the import goes on and the lock page shows it.
        self._context.running.append(RunningWork(tr("Contacts are being imported."), self._job))

    def _step(self, progress: Progress) -> None:
        self.progress.show_progress(progress)

    def _stopped(self) -> None:
        self._running = False
        self._idle()
        self._stack.setEnabled(True)
        self.reject_button.setText(tr("Cancel"))

    def _done(self, results: object) -> None:
        if not isinstance(results, list):
            return
        self._stopped()
        self._show_result(results)

    def _show_result(self, results: Sequence[ContactImportResult]) -> None:
        self.reject_button.hide()
        self.back_button.hide()
        self.accept_button.setText(tr("Close"))
        self.accept_button.setEnabled(True)
        self.accept_button.setFocus()
        self.step.hide()
        self.result_view = ContactImportOutcome(
            self._context, self._readings or (), results, self.options.plan()
        )
        self.result_view.undone.connect(self.imported)
        self.result_view.imported.connect(self.imported)
        self.result_view.undone.connect(self._fit)
        self.result_view.imported.connect(self._fit)
        self._stack.addWidget(self.result_view)
        self._stack.setCurrentWidget(self.result_view)
        for page in (*self._pages.values(), self.preview):
            self._stack.removeWidget(page)
            page.hide()
        self.put_buttons_after(self.result_view.failed.again_button)
        self._fit()
        self.imported.emit()

    def _fit(self) -> None:
        """Leave no empty room below a result of a few lines; failed rows take the room there is."""
        if self.result_view is not None and self.result_view.failed.isHidden():
            fit_height(self, _RESULT_WIDTH_PX)

    def _refuse(self, error: KnownError) -> None:
        self._stopped()
        self.back_button.show()
        self.accept_button.setEnabled(True)
        self.show_refusal(message_for(error))
        self.imported.emit()

    def _cancelled(self) -> None:
        self._stopped()
        self.back_button.show()
        self.accept_button.setEnabled(True)
        self.message.show_message(tr("The import was cancelled. The file is as it was before."), tone="info")
        self.imported.emit()

    def reject(self) -> None:
        """Cancel what runs; close when nothing does."""
        if self._job is not None:
            self._job.cancel()
        if self._running:
            self.reject_button.setText(tr("Cancelling…"))
            return
        super().reject()


def _scrolled(part: QWidget) -> QScrollArea:
    set_role(part, "page")
    layout = part.layout()
    if layout is not None:
        layout.setContentsMargins(0, 0, SPACE_M, 0)  # the scroll bar's
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(part)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def _unnamed(mapping: ContactMapping) -> list[str]:
    found = zip(mapping.header, mapping.columns, strict=True)
    return [header for header, meaning in found if meaning is None and header]
