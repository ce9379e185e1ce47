"""Writes of records off the UI thread: asked in a form or done at once, told in a toast that undoes them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.ui.widgets.asking_writes import Settle, run_asking, unsettled
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.long_write import run_long_write
from crm_desktop.ui.widgets.page import PageContext


class UndoableWrites(QObject):
    """``written`` when something is in the file as wished; ``dialog`` is the one that is open."""

    written = Signal()

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._window = parent
        self.dialog: Dialog | None = None

    def run(self, work: Callable[[], object], words: str, *, settle: Settle = unsettled) -> None:
        """Do ``work``; ``words`` say so afterwards, a refusal goes to the notices.

        ``settle`` writes what the user chose where ``work`` met what somebody else saved meanwhile.
        """
        run_asking(
            self._context, work, settle, parent=self._window, on_done=partial(self._done, words),
            on_error=self._context.notices.refuse, on_back=self.written.emit,
        )  # fmt: skip

    def run_long(self, work: Callable[..., object], *, title: str, words: str) -> None:
        """Do ``work`` that may be of many records, with progress and *Cancel*."""
        context = self._context
        run_long_write(
            work, title=title, on_done=partial(self._done, words), tasks=context.tasks,
            notices=context.notices, running=context.running, owner=self,
        )  # fmt: skip

    def ask(
        self,
        dialog: FormDialog,
        work: Callable[[Mapping[str, Any]], object],
        words: str,
        *,
        settle: Settle = unsettled,
    ) -> None:
        """Open a form; what is typed goes to ``work``, and a refusal is told in the form, which stays.

        ``settle`` as in :meth:`run`; whoever goes back finds the form as it was typed.
        """

        def submitted(values: Mapping[str, Any]) -> None:
            run_asking(
                self._context, lambda: work(values), settle, parent=dialog, on_done=done,
                on_error=dialog.refuse, on_back=dialog.resume,
            )  # fmt: skip

        def done(result: object) -> None:
            dialog.accept()
            self._done(words, result)

        dialog.submitted.connect(submitted)
        self.open(dialog)

    def open(self, dialog: Dialog) -> None:
        """Open a dialog without blocking; it is let go of when it is closed."""
        self.dialog = dialog
        dialog.finished.connect(lambda: self._closed(dialog))
        dialog.open()

    def _closed(self, dialog: Dialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()

    def _done(self, words: str, _result: object) -> None:
        self.written.emit()
        undo = self._context.actions.action("record.undo")
        self._context.notices.say(words, undo=undo.trigger if undo is not None else None)
