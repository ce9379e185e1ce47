"""The imports so far: which file, when, by whom, what became of it; each can be undone."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.imports import ImportRun
from crm_desktop.operations.call_imports import changed_since, runs, undo_import
from crm_desktop.operations.call_report_files import ReportLine, run_rows
from crm_desktop.operations.members import members
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.pages.calls.log_file_rows import format_title
from crm_desktop.ui.pages.calls.report_saving import ReportSaving, may_save_report, report_lines
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.dialog import Dialog, ask
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, card, clear, column, label, row
from crm_desktop.ui.widgets.sign import Sign


class RunsDialog(Dialog):
    """``changed`` when an import was undone."""

    changed = Signal()

    def __init__(self, context: PageContext, *, parent: QWidget | None = None) -> None:
        super().__init__(tr("Past imports"), accept=tr("Close"), parent=parent)
        self._context = context
        self.saving = ReportSaving(context, self, self.message)
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
        self.resize(720, 560)
        self._fill()

    def _fill(self) -> None:
        clear(self._list)
        found = runs(self._context.session)
        names = {member.id: member.name for member in members(self._context.session)}
        self._undo_buttons: list[QPushButton] = []
        for run in found:
            self._list.addWidget(self._card(run, names))
        if self._undo_buttons:
            self.put_buttons_after(self._undo_buttons[-1])
        if not found:
            self._list.addWidget(EmptyState(glyph="tray", sentence=tr("No imports are in the file.")))
        self._list.addStretch(1)

    def _card(self, run: ImportRun, names: dict[int, str]) -> QFrame:
        frame, body = card(role="quiet-card", margin=SPACE_M)
        who = names.get(run.started_by, "")
        when = self._context.clock.relative(run.started_at)
        whose = names.get(run.member_id or 0, "")
        phone = "" if whose == who else tr("for {name}").format(name=whose)
        parts = (when, who, phone, format_title(run.format), (run.time_zone or "").replace("_", " "))
        read = " · ".join(part for part in parts if part)
        words = column(
            ElidedLabel(run.file_name, role="strong", mode=Qt.TextElideMode.ElideMiddle),
            label(" · ".join(_kept(run)), wrap=True),
            spacing=2,
        )
        left_out = _not_kept(run)
        if left_out:
            said = tr("Not kept: {reasons}").format(reasons=" · ".join(left_out))
            words.addWidget(label(said, "muted", wrap=True))
        words.addWidget(label(read, "caption", wrap=True))
        line = row(Sign("file-text", "accent", side=22), spacing=SPACE_M)
        line.addLayout(words, 1)
        if (run.rejected or run.skipped) and may_save_report(self._context.session):
            line.addWidget(button(tr("Report…"), partial(self._save_report, run), glyph="export"))
        if self._may_undo(run):
            undo = button(tr("Undo import…"), partial(self._undo, run), glyph="arrow-u-up-left")
            line.addWidget(undo)
            self._undo_buttons.append(undo)
        body.addLayout(line)
        return frame

    def _may_undo(self, run: ImportRun) -> bool:
        session = self._context.session
        return session.may(
            "calls.import_own" if run.member_id == session.member.id else "calls.import_shared"
        )

    def _undo(self, run: ImportRun, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        words = tr("%n calls of this file are removed. The file can be imported again.", "", run.created)
        changed = changed_since(self._context.session, run.id)
        if changed:
            words += " " + tr("%n of them were changed since; what was changed goes with them.", "", changed)
        sure = ask(
            self,
            tr("Undo this import?"),
            text=words,
            accept=tr("Undo the import"),
            danger=True,
        )
        if sure:
            work = partial(undo_import, self._context.session, run.id)
            self._context.tasks.run(work, on_done=self._undone, on_error=self._refuse, owner=self)

    def _save_report(self, run: ImportRun, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        self.saving.ask(partial(self.report_of, run))

    def report_of(self, run: ImportRun) -> list[ReportLine]:
        """Return the lines of an import that were not read; what they said was not kept."""
        return report_lines(run_rows(self._context.session, run))

    def _undone(self, removed: int) -> None:
        self._fill()
        self.message.show_message(tr("Undone: %n calls were removed.", "", removed), tone="ok")
        self.changed.emit()

    def _refuse(self, error: KnownError) -> None:
        self.show_refusal(message_for(error))


def _kept(run: ImportRun) -> list[str]:
    """Return what the file has from an import, in words."""
    kept = [tr("%n new", "", run.created)]
    if run.updated:
        kept.append(tr("%n corrected", "", run.updated))
    if run.already_there > (run.updated or 0):
        kept.append(tr("%n already there", "", run.already_there - (run.updated or 0)))
    return kept


def _not_kept(run: ImportRun) -> list[str]:
    """Return what was read and not kept, by reason; of imports made by older versions what is known."""
    own, none, left_out = run.own_numbers or 0, run.no_consent or 0, run.left_out or 0
    # Calls of unknown numbers are kept by choice, those of several people's numbers by now always: then they
    # are among the new ones.
    others = run.unknown_numbers + (run.ambiguous or 0)
    if run.not_stored is not None:
        others = min(others, max(0, run.not_stored - own - none - left_out))
    unknown = min(others, run.unknown_numbers)
    ambiguous = others - unknown
    facts = [
        (unknown, tr("%n of unknown numbers", "", unknown)),
        (ambiguous, tr("%n of several customers", "", ambiguous)),
        (own, tr("%n of own numbers", "", own)),
        (none, tr("%n without consent", "", none)),
        (left_out, tr("%n given by another source", "", left_out)),
        (run.skipped, tr("%n passed over", "", run.skipped)),
        (run.rejected, tr("%n not readable", "", run.rejected)),
    ]
    return [words for count, words in facts if count]
