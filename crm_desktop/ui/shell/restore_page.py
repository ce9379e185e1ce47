"""Restoring where nobody can sign in: the file is damaged or gone, or this is another computer.

The backup is opened and described before anything is written; then it is restored, and whoever restored
it is signed in.
"""

from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QTimeZone, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.domain.backups import Backup
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.backup_contents import (
    Inside,
    key_for_backup,
    look_inside_closed,
    newest_backup_of,
)
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.organizations import KeyHere
from crm_desktop.operations.restoring import restore
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.centred import CentredPage
from crm_desktop.ui.shell.restore_form import RestoreForm, Typed
from crm_desktop.ui.shell.sign_in import Attempt, SignedIn
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.backup_facts import BackupFacts
from crm_desktop.ui.widgets.backup_words import restored_words
from crm_desktop.ui.widgets.folders import proposed_folder
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.parts import button, clear, label, row
from crm_desktop.ui.widgets.progress_panel import ProgressPanel

T = TypeVar("T")


class Step(IntEnum):
    """The steps in their order."""

    ASK = 0
    LOOK = 1
    WORK = 2


class RestorePage(CentredPage):
    """Emits ``restored(SignedIn, sentence)``, ``cancelled``, or ``kit_requested(backup, target)``.

    ``path`` is the file that cannot be opened, if there is one: the newest backup of it is offered.
    ``left(sentence)`` says that it is restored and signing in did not succeed.
    """

    restored = Signal(object, str)
    cancelled = Signal()
    kit_requested = Signal(object, object)
    left = Signal(object, str)

    def __init__(self, environment: Environment, tasks: Tasks, *, path: Path | None = None) -> None:
        super().__init__(title="", glyph="clock-counter-clockwise", width=620)
        self._environment = environment
        self._tasks = tasks
        self._clock = Clock(bytes(QTimeZone.systemTimeZoneId().data()).decode(), now=environment.now)
        self._token = CancelToken()
        self._step = Step.ASK
        self._alone = False
        self._typed: Typed | None = None
        self._inside: Inside | None = None
        self.message = MessageBar()
        self.form = RestoreForm(None, path, proposed=proposed_folder())
        self.form.places_changed.connect(self._ask_keys)
        self.facts = QWidget()
        self._facts = QVBoxLayout(self.facts)
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setSpacing(SPACE_M)
        self.progress = ProgressPanel()
        self.progress.cancel_requested.connect(self.leave)
        self.cancel_button = button(tr("Cancel"), self._cancel)
        self.back_button = button(tr("Back"), self._back)
        self.next_button = button("", self._next, role="primary")
        self.next_button.setDefault(True)
        self.kit_button = button(
            tr("No password any more? Use the emergency kit…"), self._want_kit, role="link"
        )
        for part in (self.message, self.form, self.facts, self.progress):
            self.body.addWidget(part)
        self.body.addLayout(row(self.cancel_button, None, self.back_button, self.next_button))
        self.body.addLayout(row(None, self.kit_button, None))
        for line in (self.form.password, self.form.code_field.line):
            line.returnPressed.connect(self._next)
        self._show(Step.ASK)
        if path is not None:
            tasks.run(
                lambda: newest_backup_of(environment, path), on_done=self._offer, owner=self, serial=False
            )

    @property
    def step(self) -> Step:
        """The step in front."""
        return self._step

    @property
    def running(self) -> bool:
        """Whether a backup is being opened or restored."""
        return self._step is Step.WORK

    def take_focus(self) -> None:
        """Put the keyboard where the first missing input is."""
        (self.form.password if self.form.backup.text() else self.form.backup).setFocus()

    def _offer(self, backup: Backup | None) -> None:
        """Fill in the newest backup this computer knows of, by name and date."""
        if backup is None or self.form.backup.text():
            return
        when = self._clock.relative(backup.made_at)
        self.form.show_backup(
            backup.path,
            hint=tr("The newest verified backup this computer knows of: {when}").format(when=when),
        )
        self.form.password.setFocus()
        self._ask_keys()

    def _ask_keys(self) -> None:
        places = self.form.places()
        if places is not None:
            self._tasks.run(
                lambda: key_for_backup(self._environment, *places),
                on_done=self._know, on_error=self._refuse, owner=self, serial=False,
            )  # fmt: skip

    def _know(self, known: KeyHere) -> None:
        self.message.hide()
        self.form.know(known)
        if known.trouble is not None:
            self.message.show_message(message_for(known.trouble), tone="warn")

    # --- the steps -----------------------------------------------------------------------------

    def _show(self, step: Step) -> None:
        titles = {
            Step.ASK: (
                tr("Restore a backup"),
                tr("The backup is opened and checked first. Nothing is written before you have seen it."),
            ),
            Step.LOOK: (tr("Restore this backup?"), tr("This is what is inside.")),
            Step.WORK: (tr("Restoring a backup"), tr("You are signed in as soon as this is done.")),
        }
        self.set_head(*titles[step])
        self._step = step
        self.form.setVisible(step is Step.ASK)
        self.facts.setVisible(step is Step.LOOK)
        self.progress.setVisible(step is Step.WORK)
        self.back_button.setVisible(step is Step.LOOK)
        self.kit_button.setVisible(step is Step.ASK)
        for part in (self.cancel_button, self.next_button):
            part.setVisible(step is not Step.WORK)
        self.next_button.setText(tr("Look inside") if step is Step.ASK else tr("Restore this backup"))
        set_role(self.next_button, "danger" if step is Step.LOOK else "primary")

    def _next(self) -> None:
        self.message.hide()
        if self._step is Step.ASK:
            self._typed = self.form.typed()
            if self._typed is not None:
                self._look(self._typed)
        elif self._step is Step.LOOK and self._typed is not None:
            self._restore(self._typed)

    def _look(self, typed: Typed) -> None:
        def work(progress: ProgressCallback, cancel: CancelToken) -> Inside:
            return look_inside_closed(
                self._environment, typed.backup, typed.path, login=typed.login, password=typed.password,
                set_up_code=typed.code, progress=progress, cancel=cancel,
            )  # fmt: skip

        self._run(work, self._looked, tr("Opening the backup and checking every page of it…"))

    def _looked(self, inside: Inside) -> None:
        if self._alone:
            self._alone = False
            self._show(Step.ASK)
            return
        self._inside = inside
        clear(self._facts)
        self._facts.addWidget(BackupFacts(inside, self._clock))
        words = tr(
            "It is restored to {path}. A file that is there is moved into a folder beside it, never deleted. "
            "Accounts, passwords and keys are those of today."
        )
        if inside.own_keys:
            words = tr(
                "It is restored to {path}. No key file is left there, so the backup's own comes with it: "
                "accounts and passwords are those of the day it was made."
            )
        path = "" if self._typed is None else str(self._typed.path)
        self._facts.addWidget(label(words.format(path=path), "muted", wrap=True))
        self._show(Step.LOOK)
        self.back_button.setFocus()

    def _restore(self, typed: Typed) -> None:
        def work(progress: ProgressCallback, cancel: CancelToken) -> object:
            return restore(
                self._environment, typed.backup, typed.path, login=typed.login, password=typed.password,
                set_up_code=typed.code, progress=progress, cancel=cancel,
            )  # fmt: skip

        self._run(work, self._restored, tr("Restoring…"))

    def _run(self, work: Callable[..., T], done: Callable[[T], None], words: str) -> None:
        self._token = CancelToken()
        self._show(Step.WORK)
        self.progress.start(words)
        self._tasks.run(
            work, on_done=done, on_error=self._refuse, on_progress=self._step_done,
            on_cancelled=self._stopped, cancel=self._token, owner=self,
        )  # fmt: skip

    def _step_done(self, progress: Progress) -> None:
        self.progress.show_progress(progress)

    def _stopped(self) -> None:
        self._show(Step.ASK)
        self.message.show_message(tr("Cancelled. Nothing was changed."), tone="info")

    def _refuse(self, error: KnownError) -> None:
        self._show(Step.ASK)
        if not self.form.refuse(error):
            self.message.show_message(message_for(error), tone="danger")

    def _restored(self, result: object) -> None:
        typed = self._typed
        if typed is None:
            return
        made_at = None if self._inside is None else self._inside.made_at
        words = restored_words(result, made_at, self._clock)
        if self._alone:
            self.left.emit(typed.path, words)
            return
        self.progress.start(tr("Signing you in…"))
        self.progress.cancel_button.setEnabled(False)
        attempt = Attempt(typed.path, typed.login, typed.password, typed.code, typed.keep_code)
        self._tasks.run(
            lambda: attempt.open(self._environment),
            on_done=lambda signed_in: self._done(signed_in, words),
            on_error=lambda error: self.left.emit(typed.path, f"{words}\n{message_for(error)}"),
            on_unwanted=lambda signed_in: signed_in.session.close(),
            owner=self,
        )

    def _done(self, signed_in: SignedIn, words: str) -> None:
        self.form.forget()
        self.restored.emit(signed_in, words)

    # --- leaving -------------------------------------------------------------------------------

    def _back(self) -> None:
        self._show(Step.ASK)

    def _cancel(self) -> None:
        self.form.forget()
        self.cancelled.emit()

    def _want_kit(self) -> None:
        places = self.form.places()
        if places is None:
            self.form.typed()
        else:
            self.kit_requested.emit(*places)

    def lock(self) -> None:
        """Show nothing of a backup any more; a restore goes on, and the person signs in when it is done."""
        self.form.forget()
        if self.running:
            self._alone = True
            self.set_head(self.title.text(), tr("The work goes on. Sign in when it is done."))
        else:
            clear(self._facts)
            self._show(Step.ASK)

    def leave(self) -> None:
        """Let go of what is under way."""
        self._token.cancel()
