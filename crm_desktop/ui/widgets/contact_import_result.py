"""What an import of contacts did: counts, the way back, and the rows that came in nowhere."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from crm_desktop.domain.contact_imports import ContactImportResult, Fate
from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.contact_import_runs import RevertOutcome, undo_contact_import
from crm_desktop.ui.messages import message_for, number, tr
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from crm_desktop.ui.widgets.contact_import_words import FATES, TONES, fate_sentence, fate_word
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, label, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.sign import Sign


def outcome_sentence(counts: dict[Fate, int]) -> str:
    """Return what was written, in one sentence."""
    added, updated = counts[Fate.CREATED], counts[Fate.UPDATED]
    parts = []
    if added:
        parts.append(tr("%n contacts were added.", "", added))
    if updated:
        parts.append(tr("%n contacts got new values.", "", updated))
    return " ".join(parts) or tr("Nothing was written: there was nothing new.")


class ContactImportOutcome(QWidget):
    """``undone`` when the import was taken back."""

    undone = Signal()

    def __init__(self, context: PageContext, results: Sequence[ContactImportResult]) -> None:
        super().__init__()
        self._context = context
        # The files of one import are one change set: undoing one run undoes them all.
        self._run = next((result.run for result in results if result.run is not None), None)
        self.counts = {fate: sum(result.count(fate) for result in results) for fate in FATES}
        self.sentence = label(outcome_sentence(self.counts), "section", wrap=True)
        self.undo_button = button(tr("Undo this import"), self._undo, glyph="arrow-u-up-left")
        self.undo_button.setVisible(self._run is not None)
        self.message = MessageBar()
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_S)
        grid.setColumnStretch(2, 1)
        shown = [fate for fate in FATES if self.counts[fate]]
        for place, fate in enumerate(shown):
            grid.addWidget(
                Pill(number(self.counts[fate]), TONES[fate]), place, 0, Qt.AlignmentFlag.AlignRight
            )
            grid.addWidget(label(fate_word(fate, done=True)), place, 1)
            grid.addWidget(label(fate_sentence(fate, done=True), "muted", wrap=True), place, 2)
        head = row(Sign("check", "accent", side=40, disc=True), spacing=SPACE_M)
        head.addWidget(self.sentence, 1)
        head.addWidget(self.undo_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_L)
        layout.addLayout(head)
        layout.addLayout(grid)
        layout.addWidget(self.message)

    def _undo(self) -> None:
        if self._run is None:
            return
        self.undo_button.setEnabled(False)
        work = partial(undo_contact_import, self._context.session, self._run)
        self._context.tasks.run(work, on_done=self._done, on_error=self._refuse, owner=self)

    def _done(self, outcome: RevertOutcome) -> None:
        self.message.show_message(undone_words(outcome), tone="ok", can_dismiss=False)
        self.undo_button.hide()
        self.undone.emit()

    def _refuse(self, error: KnownError) -> None:
        self.undo_button.setEnabled(True)
        self.message.show_message(message_for(error), tone="danger")


def undone_words(outcome: RevertOutcome) -> str:
    """Return what the undo of an import did."""
    words = tr("The import is undone: %n contacts are as they were before.", "", outcome.reverted)
    if outcome.kept:
        words += " " + tr("%n were changed since and keep everything.", "", outcome.kept)
    return words
