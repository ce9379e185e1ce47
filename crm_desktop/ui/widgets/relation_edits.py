"""What a person does with relations: the dialogs, the writes behind them, and what is said afterwards."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.relations import RelationDraft
from crm_desktop.operations import relations
from crm_desktop.operations.relations import Party, RelationLine
from crm_desktop.ui.messages import tr
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

        def save(_choice: Choice, draft: RelationDraft) -> None:
            relations.edit_relation(self._session, line.id, own.id, draft, version=line.version)

        self._form(dialog, save, tr("Relation changed."))

    def _form(
        self, dialog: RelationDialog, save: Callable[[Choice, RelationDraft], object], said: str
    ) -> None:
        def submitted(choice: Choice, draft: RelationDraft) -> None:
            self._context.tasks.run(
                lambda: save(choice, draft),
                on_done=lambda _: self._done(dialog, said),
                on_error=dialog.refuse,
                owner=dialog,
            )

        dialog.submitted.connect(submitted)
        self._open(dialog)

    def end(self, line: RelationLine) -> None:
        """Ask on which day a relation ended; one that has ended lasts again."""
        if line.ended_on:
            self._write(partial(self._end, line, None), tr("It lasts again."))
            return
        question = EndQuestion(line, self._context.clock, parent=self._window)

        def answered(day: str) -> None:
            self._context.tasks.run(
                partial(self._end, line, day),
                on_done=lambda _: self._done(question, tr("Relation ended.")),
                on_error=question.refuse,
                owner=question,
            )

        question.answered.connect(answered)
        self._open(question)

    def _end(self, line: RelationLine, day: str | None) -> None:
        relations.end_relation(self._session, line.id, day, version=line.version)

    def remove(self, line: RelationLine) -> None:
        """Remove a relation."""
        self._write(
            lambda: relations.remove_relation(self._session, line.id, version=line.version),
            tr("Relation removed."),
        )

    def _write(self, operation: Callable[[], object], said: str) -> None:
        self._context.tasks.run(
            operation,
            on_done=lambda _: self._done(None, said),
            on_error=self._context.notices.refuse,
            owner=self,
        )

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
