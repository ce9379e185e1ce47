"""What a person does with relations: the dialogs, the writes behind them, and what is said afterwards."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.relations import RelationDraft
from crm_desktop.operations import relations
from crm_desktop.operations.relations import Party, RelationLine
from crm_desktop.operations.row_conflicts import RowConflict, decided_row
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.asking_writes import Settle, run_asking, unsettled
from crm_desktop.ui.widgets.contact_chooser import Choice
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.relation_dialog import RelationDialog
from crm_desktop.ui.widgets.relation_questions import EndQuestion


class RelationEdits(QObject):
    """``written`` after each write; every one can be undone from its toast. ``dialog`` is the open one."""

    written = Signal()

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._session = context.session
        self._window = parent
        self.dialog: Dialog | None = None

    def add(self, own: Party) -> None:
        """Open the form of a new relation."""
        dialog = RelationDialog(self._context, own, parent=self._window)

        def save(choice: Choice, draft: RelationDraft) -> object:
            other = choice.id if isinstance(choice, Party) else choice
            return relations.add_relation(self._session, own.id, other, draft)

        self._form(dialog, save, tr("Relation added."))

    def edit(self, own: Party, line: RelationLine) -> None:
        """Open the form of a relation."""
        dialog = RelationDialog(self._context, own, line=line, parent=self._window)

        base = relations.relation_draft(line)

        def save(_choice: Choice, draft: RelationDraft) -> object:
            return relations.edit_relation(
                self._session, line.id, own.id, draft, version=line.version, base=base
            )

        self._form(dialog, save, tr("Relation changed."), settle=partial(self._settle, own))

    def _settle(
        self, own: Party, conflict: "RowConflict[RelationDraft]", choices: Mapping[Place, Side]
    ) -> object:
        """Write what was chosen where somebody else changed the same relation meanwhile."""
        chosen = decided_row(conflict, choices)
        return relations.edit_relation(
            self._session, conflict.row_id, own.id, chosen, version=conflict.version, base=conflict.theirs
        )

    def _form(
        self,
        dialog: RelationDialog,
        save: Callable[[Choice, RelationDraft], object],
        said: str,
        *,
        settle: Settle = unsettled,
    ) -> None:
        def submitted(choice: Choice, draft: RelationDraft) -> None:
            run_asking(
                self._context, lambda: save(choice, draft), settle, parent=dialog,
                on_done=lambda _: self._done(dialog, said), on_error=dialog.refuse, on_back=dialog.resume,
            )  # fmt: skip

        dialog.submitted.connect(submitted)
        self._open(dialog)

    def end(self, own: Party, line: RelationLine) -> None:
        """Ask on which day a relation ended; one that has ended lasts again."""
        settle = partial(self._settle, own)
        if line.ended_on:
            self._write(partial(self._end, own, line, None), tr("It lasts again."), settle=settle)
            return
        question = EndQuestion(line, self._context.clock, parent=self._window)

        def answered(day: str) -> None:
            run_asking(
                self._context, partial(self._end, own, line, day), settle, parent=question,
                on_done=lambda _: self._done(question, tr("Relation ended.")), on_error=question.refuse,
                on_back=question.resume,
            )  # fmt: skip

        question.answered.connect(answered)
        self._open(question)

    def _end(self, own: Party, line: RelationLine, day: str | None) -> object:
        base = relations.relation_draft(line)
        return relations.end_relation(
            self._session, line.id, day, version=line.version, base=base, contact_id=own.id
        )

    def remove(self, line: RelationLine) -> None:
        """Remove a relation."""
        self._write(
            lambda: relations.remove_relation(self._session, line.id, version=line.version),
            tr("Relation removed."),
        )

    def _write(self, operation: Callable[[], object], said: str, *, settle: Settle = unsettled) -> None:
        run_asking(
            self._context, operation, settle, parent=self._window,
            on_done=lambda _: self._done(None, said), on_error=self._context.notices.refuse,
            on_back=self.written.emit,
        )  # fmt: skip

    def _done(self, dialog: Dialog | None, said: str) -> None:
        if dialog is not None:
            dialog.accept()
        undo = self._context.actions.action("record.undo")
        self._context.notices.say(said, undo=undo.trigger if undo is not None else None)
        self.written.emit()

    def _open(self, dialog: Dialog) -> None:
        """Open a dialog without blocking; it is let go of when it is closed."""
        self.dialog = dialog
        dialog.finished.connect(lambda: self._closed(dialog))
        dialog.open()

    def _closed(self, dialog: Dialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()
