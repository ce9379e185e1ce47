"""The way in with the emergency kit: its codes, whose password is new, the next kit, two of its groups.

Nothing is written before the next kit is on paper: the one that was typed is used up by this.
"""

import functools
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.centred import CentredPage
from crm_desktop.ui.shell.recovery_steps import CodesStep, WhoStep
from crm_desktop.ui.shell.sign_in import Attempt, SignedIn
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.kit_step import GroupCheck, KitStep
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.parts import button, follow_by_tab, row

if TYPE_CHECKING:
    from crm_desktop.operations.environment import Environment
    from crm_desktop.operations.organizations import KeyHere
    from crm_desktop.operations.recovering import RecoveryPlan

_CODE_CODES = {"set_up_code_needed", "set_up_code_replaced", "secret_unknown"}


class Step(IntEnum):
    """The steps in their order."""

    CODES = 0
    WHO = 1
    KIT = 2
    CHECK = 3


class RecoveryPage(CentredPage):
    """Emits ``signed_in(SignedIn)``, or ``cancelled(login)`` to go to the sign-in (login may be empty)."""

    signed_in = Signal(object)
    cancelled = Signal(str)
    file_refused = Signal(str)

    def __init__(
        self, environment: "Environment", tasks: Tasks, path: Path, *, code: str | None = None
    ) -> None:
        super().__init__(title="", glyph="lifebuoy", width=620)
        self.path = path
        self._environment = environment
        self._tasks = tasks
        self._plan: RecoveryPlan | None = None
        self._step = Step.CODES
        self._busy = False
        self.message = MessageBar()
        self.codes, self.who = CodesStep(code), WhoStep()
        self.kit, self.check = KitStep(), GroupCheck()
        self.cancel_button = button(tr("Cancel"), self._cancel)
        self.back_button = button(tr("Back"), self._back)
        self.next_button = button("", self._next, role="primary")
        self.next_button.setDefault(True)
        self.body.addWidget(self.message)
        self._place = QVBoxLayout()
        for step in self._steps:
            self._place.addWidget(step)
        self.body.addLayout(self._place)
        self.body.addLayout(row(self.cancel_button, None, self.back_button, self.next_button))
        for line in (self.codes.recovery.line, self.codes.set_up.line):
            line.returnPressed.connect(self._next)
        self.who.form.submitted.connect(self._next)
        self._show(Step.CODES)
        if code is None:
            tasks.run(self._look, on_done=self._know, on_error=self._refuse_file, owner=self, serial=False)

    @property
    def _steps(self) -> tuple[QWidget, ...]:
        return self.codes, self.who, self.kit, self.check

    @property
    def step(self) -> Step:
        """The step in front."""
        return self._step

    def take_focus(self) -> None:
        """Put the keyboard on the first field."""
        self.codes.recovery.line.setFocus()

    def _look(self) -> "KeyHere":
        from crm_desktop.operations.organizations import key_here

        return key_here(self._environment, self.path)

    def _know(self, known: "KeyHere") -> None:
        self.codes.ask_set_up(needed=known.needs_set_up_code)
        if known.trouble is not None:
            self.message.show_message(message_for(known.trouble), tone="warn")

    def _refuse_file(self, error: KnownError) -> None:
        self.file_refused.emit(message_for(error))

    # --- the steps -----------------------------------------------------------------------------

    def _show(self, step: Step) -> None:
        titles = {
            Step.CODES: (
                tr("Get in with the emergency kit"),
                tr("Step 1 of 4: type the recovery code from the sheet for {name}").format(
                    name=self.path.name
                ),
            ),
            Step.WHO: (tr("A new password"), tr("Step 2 of 4: which administrator signs in from now on")),
            Step.KIT: (
                tr("Your next emergency kit"),
                tr("Step 3 of 4: the sheet you typed from is used up by this; this one takes its place"),
            ),
            Step.CHECK: (
                tr("Is the kit safe?"),
                tr("Step 4 of 4: type these two groups from the new sheet"),
            ),
        }
        verbs = [tr("Continue"), tr("Continue"), tr("I have the kit"), tr("Set the password and sign in")]
        self.set_head(*titles[step])
        self._step = step
        for place, part in enumerate(self._steps):
            part.setVisible(place == step)
        self.back_button.setVisible(step is not Step.CODES)
        self.next_button.setText(verbs[step])

    def _next(self) -> None:
        if self._busy:
            return
        self.message.hide()
        if self._step is Step.CODES and self.codes.checked():
            self._set_busy(tr("Opening…"))
            self._tasks.run(self._make_plan(), on_done=self._planned, on_error=self._refuse, owner=self)
        elif self._step is Step.WHO and self.who.checked():
            self._show(Step.KIT)
            self.kit.save_button.setFocus()
        elif self._step is Step.KIT:
            self._show(Step.CHECK)
            self.check.lines[0].setFocus()
        elif self._step is Step.CHECK and self.check.passed():
            self._recover()

    def _make_plan(self) -> "functools.partial[RecoveryPlan]":
        from crm_desktop.operations.recovering import plan_recovery

        return functools.partial(
            plan_recovery, self._environment, self.path,
            recovery_code=self.codes.recovery.code, set_up_code=self.codes.set_up_code,
        )  # fmt: skip

    def _planned(self, plan: "RecoveryPlan") -> None:
        """Fill the steps with the plan; those of an earlier one may still show its codes."""
        self._set_busy("")
        self._plan = plan
        for old in (self.kit, self.check):
            self._place.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.kit, self.check = KitStep(), GroupCheck()
        for step in (self.kit, self.check):
            self._place.addWidget(step)
        self.kit.show_kit(plan.kit)
        self.kit.save_requested.connect(self._save_kit)
        self.check.ask(plan.kit)
        for line in self.check.lines:
            line.returnPressed.connect(self._next)
        follow_by_tab(self.check.lines[-1], self.cancel_button, self.back_button, self.next_button)
        self.who.offer(plan)
        self._show(Step.WHO)
        self.who.form.first.setFocus()

    def _save_kit(self, chosen: str) -> None:
        from crm_desktop.operations.kits import write_kit

        plan, paper = self._plan, self.kit.paper
        if plan is None or self._busy:
            return

        def saved(_nothing: None) -> None:
            self._set_busy("")
            self.kit.tell_saved(chosen)

        self._set_busy(tr("Saving…"))
        self._tasks.run(
            lambda: write_kit(plan.kit, Path(chosen), paper=paper),
            on_done=saved, on_error=self._refuse, owner=self,
        )  # fmt: skip

    def _writing(
        self, plan: "RecoveryPlan", *, user_id: bytes, login: str, password: str
    ) -> Callable[[], object]:
        """Return what writes the plan; a restore with the kit does more here."""
        from crm_desktop.operations.recovering import recover

        return functools.partial(
            recover, self._environment, self.path, plan, user_id=user_id, login=login, password=password
        )

    def _recover(self) -> None:
        plan = self._plan
        if plan is None:
            return
        person, password = self.who.who.currentData(), self.who.form.new.text()
        code = self.codes.set_up_code
        attempt = Attempt(
            self.path, self.who.login.text().strip(), password, code,
            self.codes.asks_set_up and self.codes.keep.isChecked(),
        )  # fmt: skip
        self._set_busy(tr("Setting the password…"))
        self._tasks.run(
            self._writing(plan, user_id=person.user_id, login=attempt.login or "", password=password),
            on_done=lambda _nothing: self._recovered(attempt),
            on_error=self._refuse,
            owner=self,
        )

    def _recovered(self, attempt: Attempt) -> None:
        """Sign in with the new password; where that fails the sign-in page says why."""
        self._tasks.run(
            lambda: attempt.open(self._environment),
            on_done=self._done,
            on_error=lambda _error: self.cancelled.emit(attempt.login or ""),
            on_unwanted=lambda result: result.session.close(),
            owner=self,
        )

    def _done(self, result: SignedIn) -> None:
        self.who.form.forget()
        self.codes.recovery.line.clear()
        self.codes.set_up.line.clear()
        self.signed_in.emit(result)

    # --- refusals and leaving ------------------------------------------------------------------

    def _set_busy(self, words: str) -> None:
        """Show what is under way in place of the verb; nothing is when ``words`` is empty."""
        self._busy = bool(words)
        for part in (self.next_button, self.back_button, self.cancel_button, *self._steps):
            part.setEnabled(not self._busy)
        if words:
            self.next_button.setText(words)
        else:
            self._show(self._step)

    def _refuse(self, error: KnownError) -> None:
        self._set_busy("")
        if error.code in _CODE_CODES:
            self.codes.ask_set_up(needed=True)
            self._show(Step.CODES)
        if self._step is Step.CHECK and self.who.refuse(error):
            self._show(Step.WHO)
            return
        self.message.show_message(message_for(error), tone="danger")

    def _back(self) -> None:
        self.message.hide()
        self._show(Step(self._step - 1))

    def lock(self) -> None:
        """Take the shown codes away; nothing is written before the last step, which is let end."""
        if not self._busy:
            self._cancel()

    def _cancel(self) -> None:
        self.who.form.forget()
        self.cancelled.emit("")
