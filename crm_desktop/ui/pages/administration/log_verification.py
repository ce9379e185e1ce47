"""Verifying from the page of the log: progress and *Cancel*, then each check with what it found."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations.session import Session
from crm_desktop.operations.verify import Check, verify
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.pages.administration.log_words import check_word, problem_words
from crm_desktop.ui.tasks import Job, Tasks
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from crm_desktop.ui.widgets.page import RunningWork
from crm_desktop.ui.widgets.parts import button, clear, label, row
from crm_desktop.ui.widgets.progress_panel import ProgressPanel
from crm_desktop.ui.widgets.sign import Sign

_HIGHEST_PX = 260


class LogVerification(QFrame):
    """Hidden until it is begun, and again when it is closed; ``ended`` whenever nothing runs any more."""

    ended = Signal()

    def __init__(self, session: Session, tasks: Tasks, running: list[RunningWork]) -> None:
        super().__init__()
        set_role(self, "card")
        self._session, self._tasks, self._running = session, tasks, running
        self._job: Job | None = None
        self.checks: tuple[Check, ...] = ()
        self.progress = ProgressPanel()
        self.progress.cancel_requested.connect(self._cancel)
        self.heading = label("", "section", wrap=True)
        self.close_button = button(tr("Close"), self.hide)
        inside = QWidget()
        self._lines = QVBoxLayout(inside)
        self._lines.setContentsMargins(0, 0, SPACE_S, 0)
        self._lines.setSpacing(SPACE_S)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inside)
        head = row(self.heading, self.close_button, spacing=SPACE_M)
        head.setStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        layout.addWidget(self.progress)
        layout.addLayout(head)
        layout.addWidget(self._area)
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether it is under way."""
        return self._job is not None and not self._job.done

    def begin(self) -> None:
        """Verify the whole file, beside the work."""
        if self.busy:
            return
        self._show_running(running=True)
        self.progress.start(tr("Verifying the file and its log…"))
        self.show()
        self._job = self._tasks.run(
            lambda progress, cancel: verify(self._session, progress=progress, cancel=cancel),
            on_done=self._done, on_error=self._refused, on_progress=self.progress.show_progress,
            on_cancelled=self._cancelled, cancel=CancelToken(), owner=self, serial=False,
        )  # fmt: skip
        self._running.append(RunningWork(tr("The file is being verified."), self._job))

    def _show_running(self, *, running: bool) -> None:
        self.progress.setVisible(running)
        for part in (self.heading, self.close_button, self._area):
            part.setVisible(not running)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _cancelled(self) -> None:
        self.hide()
        self.ended.emit()

    def _refused(self, error: KnownError) -> None:
        self._show(message_for(error), ())

    def _done(self, checks: Sequence[Check]) -> None:
        broken = sum(not check.ok for check in checks)
        if broken:
            heading = tr("%n checks found something. Nothing was changed.", "", broken)
        else:
            heading = tr("Everything is as the log has it.")
        self._show(heading, checks)

    def _show(self, heading: str, checks: Sequence[Check]) -> None:
        self.checks = tuple(checks)
        self.heading.setText(heading)
        clear(self._lines)
        for check in sorted(checks, key=lambda check: check.ok):
            self._lines.addLayout(_check_line(check))
        self._lines.addStretch(1)
        self._show_running(running=False)
        self._area.setFixedHeight(min(_HIGHEST_PX, self._lines.sizeHint().height() + SPACE_S))
        self.ended.emit()


def _check_line(check: Check) -> QVBoxLayout:
    glyph, role = ("check-circle", "ok") if check.ok else ("warning-circle", "danger")
    lines = QVBoxLayout()
    lines.setSpacing(2)
    head = row(Sign(glyph, role), label(check_word(check.name), "strong"), None, spacing=SPACE_S)
    lines.addLayout(head)
    for words in check_sentences(check):
        text = label(words, "muted" if check.ok else "", wrap=True, selectable=True)
        text.setContentsMargins(18 + SPACE_S, 0, 0, 0)
        lines.addWidget(text)
    return lines


def check_sentences(check: Check) -> list[str]:
    """Return what a check found, a sentence each."""
    if not check.problems:
        return [tr(check.detail)]
    found = [problem_words(problem) for problem in check.problems]
    return [*found, tr("There are more.")] if check.more else found
