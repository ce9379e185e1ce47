"""What an import of contacts did: counts, the way back, and the rows that came in nowhere."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from crm_desktop.domain.contact_imports import ContactImportResult, ContactPlan, Fate, OnMatch
from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.contact_import_runs import RevertOutcome, undo_contact_import
from crm_desktop.operations.contact_imports import ContactReading, import_readings
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import message_for, number, tr
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from crm_desktop.ui.widgets.contact_import_failed import ContactImportFailed
from crm_desktop.ui.widgets.contact_import_rows import FatedRow, fated_rows
from crm_desktop.ui.widgets.contact_import_words import FATES, TONES, fate_sentence, fate_word
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, clear, label, row
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
    """``undone`` when the import was taken back, ``imported`` when failed rows came in after all."""

    undone = Signal()
    imported = Signal()

    def __init__(
        self,
        context: PageContext,
        readings: Sequence[ContactReading],
        results: Sequence[ContactImportResult],
        plan: ContactPlan,
    ) -> None:
        super().__init__()
        self._context, self._plan = context, plan
        self._files = {reading.file.name: reading.file for reading in readings}
        self.counts = dict.fromkeys(FATES, 0)
        self._runs: list[int] = []
        self.sentence = label("", "section", wrap=True)
        self.undo_button = button(tr("Undo this import"), self._undo, glyph="arrow-u-up-left")
        self.message = MessageBar()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(SPACE_S)
        self._grid.setColumnStretch(2, 1)
        self.failed = ContactImportFailed(context, context.session.organization.region)
        self.failed.again_requested.connect(self._import_again)
        head = row(Sign("check", "accent", side=40, disc=True), spacing=SPACE_M)
        head.addWidget(self.sentence, 1)
        head.addWidget(self.undo_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_L)
        layout.addLayout(head)
        layout.addLayout(self._grid)
        layout.addWidget(self.message)
        layout.addWidget(self.failed, 1)
        layout.addStretch(0)
        self._take(results, fated_rows(readings, results))

    def _take(self, results: Sequence[ContactImportResult], rows: Sequence[FatedRow]) -> None:
        """Count what became of rows, and show those that failed."""
        for result in results:
            for fate in FATES:
                self.counts[fate] += result.count(fate)
        # The files of one import are one change set: undoing one run undoes them all.
        self._runs += [result.run for result in results if result.run is not None][:1]
        self.sentence.setText(outcome_sentence(self.counts))
        self.undo_button.setVisible(bool(self._runs))
        clear(self._grid)
        for place, fate in enumerate(fate for fate in FATES if self.counts[fate]):
            pill = Pill(number(self.counts[fate]), TONES[fate])
            self._grid.addWidget(pill, place, 0, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(label(fate_word(fate, done=True)), place, 1)
            self._grid.addWidget(label(fate_sentence(fate, done=True), "muted", wrap=True), place, 2)
        self.failed.show_rows([one for one in rows if one.fate.fate is Fate.FAILED])

    def _import_again(self) -> None:
        rows = self.failed.rows()
        plan = self._plan
        if self.failed.as_new.isChecked():
            plan = replace(plan, on_match=OnMatch.CREATE)
        readings = [
            ContactReading(file, [contact for one, contact in rows if one.file == name])
            for name, file in self._files.items()
        ]
        self.failed.setEnabled(False)
        self._context.tasks.run(
            partial(import_readings, self._context.session, readings, plan),
            on_done=partial(self._imported_again, readings), on_error=self._refuse, owner=self,
        )  # fmt: skip

    def _imported_again(
        self, readings: Sequence[ContactReading], results: Sequence[ContactImportResult]
    ) -> None:
        self.failed.setEnabled(True)
        self.counts[Fate.FAILED] = 0
        before = self.counts[Fate.CREATED] + self.counts[Fate.UPDATED]
        self._take(results, fated_rows(readings, results))
        came = self.counts[Fate.CREATED] + self.counts[Fate.UPDATED] - before
        if came:
            self.message.show_message(tr("%n rows came in now.", "", came), tone="ok")
        else:
            words = tr("None of them came in; why stands beside each.")
            self.message.show_message(words, tone="warn")
        self.imported.emit()

    def _undo(self) -> None:
        self.undo_button.setEnabled(False)
        self.failed.setEnabled(False)
        work = partial(_undo_all, self._context.session, self._runs[::-1])
        self._context.tasks.run(work, on_done=self._undone, on_error=self._refuse, owner=self)

    def _undone(self, outcome: RevertOutcome) -> None:
        self.message.show_message(undone_words(outcome), tone="ok", can_dismiss=False)
        self.undo_button.hide()
        self.failed.hide()
        self.undone.emit()

    def _refuse(self, error: KnownError) -> None:
        self.undo_button.setEnabled(True)
        self.failed.setEnabled(True)
        self.message.show_message(message_for(error), tone="danger")


def _undo_all(session: Session, runs: Sequence[int]) -> RevertOutcome:
    """Take several imports back, the last one first."""
    found = [undo_contact_import(session, run) for run in runs]
    return RevertOutcome(sum(one.reverted for one in found), sum(one.kept for one in found))


def undone_words(outcome: RevertOutcome) -> str:
    """Return what the undo of an import did."""
    words = tr("The import is undone: %n contacts are as they were before.", "", outcome.reverted)
    if outcome.kept:
        words += " " + tr("%n were changed since and keep everything.", "", outcome.kept)
    return words
