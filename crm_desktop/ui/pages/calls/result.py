"""What an import did, in one sentence, with the way back."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.call_imports import ImportResult, undo_import
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import message_for, number, tr
from crm_desktop.ui.pages.calls.review import count_facts
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, label, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.sign import Sign


def _undo_all(session: Session, runs: tuple[int, ...]) -> int:
    return sum(undo_import(session, run) for run in runs)


def _sentence(result: ImportResult) -> str:
    if result.corrected and not result.counts.created:
        return tr("%n calls were corrected.", "", result.corrected)
    return tr("%n calls are now in the file.", "", result.counts.created)


class ImportOutcome(QWidget):
    """``undone`` when the import was taken back."""

    undone = Signal()

    def __init__(self, context: PageContext, result: ImportResult) -> None:
        super().__init__()
        self._context = context
        self._runs = result.runs
        counts = result.counts
        self.sentence = label(_sentence(result), "section", wrap=True)
        self.undo_button = button(tr("Undo this import"), self._undo, glyph="arrow-u-up-left")
        self.undo_button.setVisible(counts.created > 0)
        self.message = MessageBar()
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_S)
        grid.setColumnStretch(2, 1)
        # The first, the new calls, is what the sentence says.
        for place, (title, count, tone, _words) in enumerate(count_facts(counts, result.corrected)[1:]):
            grid.addWidget(Pill(number(count), tone), place, 0, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label(title), place, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_L)
        head = row(Sign("check", "accent", side=40, disc=True), spacing=SPACE_M)
        head.addWidget(self.sentence, 1)
        layout.addLayout(head)
        if grid.count():
            layout.addLayout(grid)
        layout.addWidget(self.message)
        layout.addLayout(row(self.undo_button, None))
        layout.addStretch(1)

    def _undo(self) -> None:
        self.undo_button.setEnabled(False)
        work = partial(_undo_all, self._context.session, self._runs)
        self._context.tasks.run(work, on_done=self._done, on_error=self._refuse, owner=self)

    def _done(self, removed: int) -> None:
        words = tr("The import is undone: %n calls were removed. It can be imported again.", "", removed)
        self.message.show_message(words, tone="ok", can_dismiss=False)
        self.undo_button.hide()
        self.undone.emit()

    def _refuse(self, error: KnownError) -> None:
        self.undo_button.setEnabled(True)
        self.message.show_message(message_for(error), tone="danger")
