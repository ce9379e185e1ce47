"""Creating an organization in three steps: facts, emergency kit, two groups typed back.

Nothing lies at the chosen path before the last step: going back or cancelling discards everything,
keys included. Key derivation and keyring run off the UI thread.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.organizations import NewOrganization, begin_create, write_kit
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.centred import CentredPage
from crm_desktop.ui.shell.create_form import CreateForm, NewOrganizationFacts
from crm_desktop.ui.shell.sign_in import SignedIn
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.kit_step import GroupCheck, KitStep
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.parts import button, follow_by_tab, row

T = TypeVar("T")
_FACTS, _KIT, _CHECK = range(3)


def _create(environment: Environment, facts: NewOrganizationFacts) -> NewOrganization:
    return begin_create(
        environment,
        facts.path,
        name=facts.name,
        login=facts.login,
        member_name=facts.member_name,
        password=facts.password,
        region=facts.region,
        time_zone=facts.time_zone,
    )


class CreateWizard(CentredPage):
    """Emits ``created(SignedIn)`` when the file exists, ``cancelled`` when nothing was made."""

    created = Signal(object)
    cancelled = Signal()

    def __init__(self, environment: Environment, tasks: Tasks) -> None:
        super().__init__(title=tr("Create an organization"), glyph="buildings", width=620)
        self._environment = environment
        self._tasks = tasks
        self._new: NewOrganization | None = None
        self._busy = self._left = False
        self.message = MessageBar()
        self.message.hide()
        self.form = CreateForm()
        self.kit = KitStep()
        self.check = GroupCheck()
        self._step = _FACTS
        self.cancel_button = button(tr("Cancel"), self._cancel)
        self.back_button = button(tr("Back"), self._back)
        self.next_button = button(tr("Create"), self._next, role="primary")
        self.next_button.setDefault(True)
        self.body.addWidget(self.message)
        self._place = QVBoxLayout()
        for step in self._steps:
            self._place.addWidget(step)
        self.body.addLayout(self._place)
        self.body.addLayout(row(self.cancel_button, None, self.back_button, self.next_button))
        self._show(_FACTS)

    @property
    def _steps(self) -> tuple[QWidget, QWidget, QWidget]:
        return self.form, self.kit, self.check

    def take_focus(self) -> None:
        """Put the keyboard on the first field."""
        self.form.name.setFocus()

    def _show(self, step: int) -> None:
        titles = {
            _FACTS: (
                tr("Create an organization"),
                tr("Step 1 of 3: what it is called and who looks after it"),
            ),
            _KIT: (
                tr("Your emergency kit"),
                tr("Step 2 of 3: the way back in when the administrator's password is forgotten"),
            ),
            _CHECK: (tr("Is the kit safe?"), tr("Step 3 of 3: type these two groups from your sheet")),
        }
        self.set_head(*titles[step])
        self._step = step
        for place, part in enumerate(self._steps):
            part.setVisible(place == step)
        self.back_button.setVisible(step != _FACTS)
        self.next_button.setText([tr("Create"), tr("I have the kit"), tr("Finish")][step])

    def _next(self) -> None:
        step = self._step
        if self._busy:
            return
        if step == _FACTS:
            facts = self.form.facts()
            if facts is not None:
                self._run(
                    lambda: _create(self._environment, facts),
                    self._made,
                    tr("Making the keys…"),
                    unwanted=self._give_up,
                )
        elif step == _KIT:
            self._show(_CHECK)
            self.check.lines[0].setFocus()
        elif self.check.passed() and self._new is not None:
            self._run(self._new.finish, self._finished, tr("Saving…"), unwanted=Session.close)

    def _run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        words: str,
        *,
        unwanted: Callable[[T], object] | None = None,
    ) -> None:
        self._set_busy(busy=True, words=words)
        self._tasks.run(work, on_done=done, on_error=self._refuse, on_unwanted=unwanted, owner=self)

    def _set_busy(self, *, busy: bool, words: str = "") -> None:
        self._busy = busy
        for part in (self.next_button, self.back_button, *self._steps):
            part.setEnabled(not busy)
        self.next_button.setText(words) if busy else self._show(self._step)

    def _refuse(self, error: KnownError) -> None:
        self._set_busy(busy=False)
        if not self.form.refuse(error):
            self.message.show_message(message_for(error), tone="danger")

    def _made(self, new: NewOrganization) -> None:
        """Show the keys just made, unless nobody waits for them any more."""
        if self._left:
            self._give_up(new)
        else:
            self._show_kit(new)

    def _show_kit(self, new: NewOrganization) -> None:
        self._new = new
        self.form.forget()
        self.message.hide()
        self._renew_steps()
        self._set_busy(busy=False)
        self.kit.show_kit(new.kit, keyring_problem=new.keyring_problem)
        self.check.ask(new.kit)
        follow_by_tab(self.check.lines[-1], self.cancel_button, self.back_button, self.next_button)
        self.kit.save_requested.connect(self._save_kit)
        self._show(_KIT)
        self.kit.save_button.setFocus()

    def _renew_steps(self) -> None:
        """Put empty steps in place of those that may still show the codes of a discarded attempt."""
        for old in (self.kit, self.check):
            self._place.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.kit, self.check = KitStep(), GroupCheck()
        self._place.addWidget(self.kit)
        self._place.addWidget(self.check)
        self._show(self._step)

    def _save_kit(self, chosen: str) -> None:
        new = self._new
        if new is None:
            return
        path = Path(chosen)

        def saved(_nothing: None) -> None:
            self._set_busy(busy=False)
            self.kit.tell_saved(path)

        paper = self.kit.paper
        self._run(lambda: write_kit(new.kit, path, paper=paper), saved, tr("Saving…"))

    def _finished(self, session: Session) -> None:
        if self._left:
            session.close()
            return
        new, self._new = self._new, None
        self._busy = False
        self._renew_steps()
        unkept = new is not None and new.keyring_problem is not None
        self.created.emit(SignedIn(session, None, new.set_up_code if new is not None and unkept else None))

    def discard(self) -> None:
        """Take back what was begun: the temporary file, its keys and the keyring's entry.

        Keys that are only being made are taken back when they are there: the page counts as left.
        """
        self._left = self._busy
        new, self._new = self._new, None
        if new is not None:
            self._give_up(new)

    def _give_up(self, new: NewOrganization) -> None:
        self._tasks.run(new.discard, on_error=self._refuse, owner=self)

    def _back(self) -> None:
        if self._step == _CHECK:
            self._show(_KIT)
            return
        self.discard()
        self._renew_steps()
        self._show(_FACTS)
        self.take_focus()

    def _cancel(self) -> None:
        # While the file gets its name it is too late; keys that are being made can still be taken back.
        if not self._busy or self._step == _FACTS:
            self.discard()
            self.cancelled.emit()
