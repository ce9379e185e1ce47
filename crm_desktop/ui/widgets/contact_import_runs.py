"""The imports of contacts so far: which file, when, by whom, what became of it; each can be undone."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.contact_files import contact_formats
from crm_desktop.operations.contact_import_runs import (
    ContactRun,
    RevertOutcome,
    contact_runs,
    undo_contact_import,
)
from crm_desktop.operations.members import members
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.contact_import_result import undone_words
from crm_desktop.ui.widgets.dialog import Dialog, ask
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, card, clear, column, label, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.sign import Sign


class ContactRunsDialog(Dialog):
    """``changed`` when an import was undone."""

    changed = Signal()

    def __init__(self, context: PageContext, *, parent: QWidget | None = None) -> None:
        super().__init__(tr("Past imports of contacts"), accept=tr("Close"), parent=parent)
        self._context = context
        self.undo_buttons: list[QPushButton] = []
        self.reject_button.hide()
        inner = QWidget()
        set_role(inner, "page")
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, SPACE_M, 0)
        self._list.setSpacing(SPACE_S)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addWidget(area, 1)
        self.resize(680, 520)
        self._fill()

    def _fill(self) -> None:
        clear(self._list)
        session = self._context.session
        names = {member.id: member.name for member in members(session)}
        titles = {known.name: known.title for known in contact_formats()}
        self.undo_buttons = []
        found = contact_runs(session)
        for one in found:
            self._list.addWidget(self._card(one, names, titles))
        if self.undo_buttons:
            self.put_buttons_after(self.undo_buttons[-1])
        if not found:
            words = tr("No contacts were imported into this file yet.")
            self._list.addWidget(EmptyState(glyph="tray", sentence=words))
        self._list.addStretch(1)

    def _card(self, one: ContactRun, names: dict[int, str], titles: dict[str, str]) -> QFrame:
        frame, body = card(role="quiet-card", margin=SPACE_M)
        run = one.run
        when = self._context.clock.relative(run.started_at)
        title = titles.get(run.format, run.format)
        read = " · ".join(part for part in (when, names.get(run.started_by, ""), tr(title)) if part)
        words = column(
            ElidedLabel(run.file_name, role="strong", mode=Qt.TextElideMode.ElideMiddle),
            label(_counts(one), wrap=True),
            label(read, "caption", wrap=True),
            spacing=2,
        )
        line = row(Sign("file-text", "accent", side=22), spacing=SPACE_M)
        line.addLayout(words, 1)
        if one.undone:
            line.addWidget(Pill(tr("Undone"), "neutral"))
        else:
            undo = button(tr("Undo this import…"), partial(self._undo, one), glyph="arrow-u-up-left")
            line.addWidget(undo)
            self.undo_buttons.append(undo)
        body.addLayout(line)
        return frame

    def _undo(self, one: ContactRun, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        words = tr(
            "What it added is removed, what it changed is as before. A contact that was changed since keeps "
            "everything."
        )
        if one.together:
            words += " " + tr(
                "%n files that were imported in the same go are undone with it.", "", one.together
            )
        if ask(self, tr("Undo this import?"), text=words, accept=tr("Undo the import"), danger=True):
            for undo in self.undo_buttons:
                undo.setEnabled(False)
            work = partial(undo_contact_import, self._context.session, one.run.id)
            self._context.tasks.run(work, on_done=self._undone, on_error=self._refuse, owner=self)

    def _undone(self, outcome: RevertOutcome) -> None:
        self._fill()
        self.message.show_message(undone_words(outcome), tone="ok")
        self.changed.emit()

    def _refuse(self, error: KnownError) -> None:
        self._fill()
        self.show_refusal(message_for(error))


def _counts(one: ContactRun) -> str:
    run = one.run
    counts = [tr("%n added", "", run.created)]
    if run.updated:
        counts.append(tr("%n updated", "", run.updated))
    if run.skipped:
        counts.append(tr("%n passed over", "", run.skipped))
    if run.rejected:
        counts.append(tr("%n failed", "", run.rejected))
    return " · ".join(counts)
