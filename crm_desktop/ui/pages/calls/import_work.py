"""Reading the chosen call logs and writing their calls, beside the window."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken, ProgressCallback
from crm_desktop.operations import call_imports
from crm_desktop.operations.call_imports import reading_options
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.calls.choices import ChoicesPanel
from crm_desktop.ui.pages.calls.log_files import LogFiles
from crm_desktop.ui.tasks import Job
from crm_desktop.ui.widgets.page import PageContext, RunningWork


class ImportWork(QObject):
    """``previewed(ImportPreview)`` or ``unread(KnownError)`` end a reading.

    ``written(ImportResult)``, ``refused(KnownError)`` or ``cancelled()`` end an import; ``stepped(Progress)``
    tells how far either is.
    """

    previewed = Signal(object)
    unread = Signal(object)
    written = Signal(object)
    refused = Signal(object)
    cancelled = Signal()
    stepped = Signal(object)

    def __init__(self, context: PageContext, files: LogFiles, choices: ChoicesPanel, owner: QWidget) -> None:
        super().__init__(owner)
        self._context, self._files, self._choices, self._owner = context, files, choices, owner
        self._job: Job | None = None
        self.writing = False

    def read(self, paths: Sequence[Path]) -> None:
        """Read the files as chosen, for a preview; one under way gives way without a word."""
        self.cancel()
        token = CancelToken()
        self._job = self._context.tasks.run(
            self._work(call_imports.preview_import, paths),
            on_done=lambda found: None if token.cancelled else self.previewed.emit(found),
            on_error=lambda error: None if token.cancelled else self.unread.emit(error),
            on_progress=self.stepped.emit, cancel=token, owner=self._owner, serial=False,
        )  # fmt: skip

    def write(self, paths: Sequence[Path]) -> None:
        """Import the calls of files that were read."""
        self.writing = True
        self._job = self._context.tasks.run(
            self._work(call_imports.run_import, paths),
            on_done=partial(self._ended, self.written.emit), on_error=self._failed,
            on_progress=self.stepped.emit, on_cancelled=partial(self._ended, self.cancelled.emit),
            cancel=CancelToken(), owner=self._owner,
        )  # fmt: skip
        # A lock closes the window; the import goes on and the lock page shows it.
        self._context.running.append(RunningWork(tr("A call log is being imported."), self._job))

    def cancel(self) -> None:
        """End what is under way: a reading without a word, an import once it has taken its calls back."""
        if self._job is not None:
            self._job.cancel()

    def _ended(self, tell: Callable[..., None], *result: object) -> None:
        self.writing, self._job = False, None
        tell(*result)

    def _failed(self, error: KnownError) -> None:
        self._ended(self.refused.emit, error)

    def _work(self, operation: Callable[..., object], paths: Sequence[Path]) -> Callable[..., object]:
        session, choices, by_file = self._context.session, self._choices.choices(), self._files.choices()

        def work(*, progress: ProgressCallback, cancel: CancelToken) -> object:
            options = reading_options(
                session, region=choices.region, time_zone=choices.time_zone, own_numbers=choices.own_numbers,
                area_code=choices.area_code, outside_prefix=choices.outside_prefix,
                internal_digits=choices.internal_digits,
            )  # fmt: skip
            return operation(
                session, paths, member_id=choices.member_id, options=options,
                keep_unknown=choices.keep_unknown, skip_duplicates=choices.skip_duplicates,
                choices=by_file, keep_going=True, by_lines=session.may("calls.import_shared"),
                progress=progress, cancel=cancel,
            )  # fmt: skip

        return work
