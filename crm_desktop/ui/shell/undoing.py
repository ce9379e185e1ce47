"""Undo and redo of saved changes from the window; where others came between, value by value."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QDialog, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations import reverting, undo
from crm_desktop.operations.reverting import RevertPlan
from crm_desktop.operations.session import Session
from crm_desktop.operations.undo import UndoResult
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.long_write import run_long_write
from crm_desktop.ui.widgets.page import Notices, RunningWork
from crm_desktop.ui.widgets.revert_dialog import RevertDialog
from crm_desktop.ui.widgets.words import verb_phrase

_ADDED = frozenset({"add_customer", "add_address_book"})
_BACK = frozenset({"trash"})
"""Verbs that bring a contact when they are done again, or undone."""


class Undoing:
    """``refresh`` has the pages read anew what went back; ``parent`` owns the work and the question.

    ``reveal`` brings a contact that came, or came back, into view.
    """

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        *,
        notices: Notices,
        running: list[RunningWork],
        refresh: Callable[[], None],
        reveal: Callable[[int], None],
        parent: QWidget,
    ) -> None:
        self._session = session
        self._tasks = tasks
        self._notices = notices
        self._running = running
        self._refresh = refresh
        self._reveal = reveal
        self._parent = parent

    def undo(self) -> None:
        """Undo the last saved change of this session."""
        self._run(
            undo.undo, tr("The last change is being undone."), tr("Undone: {what}"), _BACK, self._undo_refused
        )

    def redo(self) -> None:
        """Do again what was undone last."""
        self._run(undo.redo, tr("The change is being done again."), tr("Done again: {what}"), _ADDED)

    def _run(
        self,
        operation: Callable[..., UndoResult],
        title: str,
        words: str,
        coming: frozenset[str],
        refused: Callable[[KnownError], None] | None = None,
    ) -> None:
        def done(result: UndoResult) -> None:
            self._refresh()
            if result.verb in coming and len(result.contact_ids) == 1:
                self._reveal(result.contact_ids[0])
            self._notices.say(words.format(what=verb_phrase(result.verb)))

        run_long_write(
            partial(operation, self._session), title=title, on_done=done, tasks=self._tasks,
            notices=self._notices, running=self._running, owner=self._parent, on_refused=refused,
        )  # fmt: skip

    def _undo_refused(self, error: KnownError) -> None:
        if error.code != "undo_conflict":
            self._notices.refuse(error)
            return
        work = partial(reverting.plan_undo, self._session)
        # What cannot be taken apart into values is told as it was.
        self._tasks.run(
            work, on_done=self._ask, on_error=lambda _why: self._notices.refuse(error), owner=self._parent
        )

    def _ask(self, plan: RevertPlan) -> None:
        dialog = RevertDialog(plan, parent=self._parent)
        answer, chosen = dialog.exec(), dialog.chosen
        dialog.deleteLater()
        if answer == QDialog.DialogCode.Accepted and chosen:
            run_long_write(
                partial(reverting.revert, self._session, plan, chosen),
                title=tr("The last change is being undone."), on_done=partial(self._partly_done, plan.verb),
                tasks=self._tasks, notices=self._notices, running=self._running, owner=self._parent,
            )  # fmt: skip

    def _partly_done(self, verb: str, _nothing: None) -> None:
        self._refresh()
        self._notices.say(tr("Undone: {what}").format(what=verb_phrase(verb)))
