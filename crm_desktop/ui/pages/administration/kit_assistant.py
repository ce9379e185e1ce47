"""The steps to a kit that is on paper: the password, the kit shown and saved, two of its groups typed back.

Nothing is written before the last step: closing the dialog leaves everything as it was.
"""

from collections.abc import Callable
from enum import IntEnum
from pathlib import Path

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.kits import NewKit, write_kit
from crm_desktop.operations.opening import sign_in_again
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.inputs import LabelledField, PasswordField
from crm_desktop.ui.widgets.kit_step import GroupCheck, KitStep
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, column, fit_height, follow_by_tab

WIDTH_PX = 600


class Stage(IntEnum):
    """What is asked, in this order; the last only where there is something to hand out."""

    BEGIN = 0
    KIT = 1
    CHECK = 2
    HAND_OUT = 3


class KitAssistant(Dialog):
    """The common steps to a kit that is on paper.

    ``danger``: the last verb cannot be undone. ``planning`` returns what makes the plan, off the UI
    thread, or None where something is still to be typed; ``planned`` keeps the plan and returns its kit.
    """

    def __init__(
        self,
        context: PageContext,
        title: str,
        *,
        text: str,
        verb: str,
        planning: Callable[[], Callable[[], object] | None],
        planned: Callable[[object], NewKit],
        danger: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, text=text, accept=tr("Continue"), parent=parent)
        self.context = context
        self._planning, self._plan_made = planning, planned
        self._text, self._verb, self._danger = text, verb, danger
        self._stage = Stage.BEGIN
        self._busy = False
        self.kit: NewKit | None = None
        self.password = PasswordField()
        self.password_field = LabelledField(tr("Your password"), self.password)
        self.password.textChanged.connect(lambda: self.password_field.refuse(""))
        self.begin = QWidget()
        self.begin_body = QVBoxLayout(self.begin)
        self.begin_body.setContentsMargins(0, 0, 0, 0)
        self.begin_body.setSpacing(SPACE_M)
        self.kit_step, self.check = KitStep(), GroupCheck()
        self.hand_out = QWidget()
        self.hand_out.setLayout(column(spacing=SPACE_M))
        self.kit_step.save_requested.connect(self._save_kit)
        for part in self._parts:
            self.body.addWidget(part)
        self.back_button = button(tr("Back"), lambda: self.show_stage(Stage.KIT))
        self._buttons.insertWidget(0, self.back_button)
        self.setMinimumWidth(WIDTH_PX)

    @property
    def _parts(self) -> tuple[QWidget, ...]:
        return self.begin, self.kit_step, self.check, self.hand_out

    @property
    def stage(self) -> Stage:
        """The step in front."""
        return self._stage

    def finish(self) -> None:
        """Do, or leave to the page, what the kit was made for."""
        Dialog.accept(self)

    # --- the steps -----------------------------------------------------------------------------

    def show_begin(self) -> None:
        """Put the password below what a subclass added, and begin."""
        self.begin_body.addWidget(self.password_field)
        self.show_stage(Stage.BEGIN)
        self.password.setFocus()

    def show_stage(self, stage: Stage) -> None:
        """Bring a step to the front."""
        texts = [
            self._text,
            tr("Nothing is changed yet. Save the sheet, print it, and keep it where the last one was."),
            tr("To be sure that the sheet exists, type these two groups from it."),
            tr(
                "These people need a new password, because somebody who left made their keys. Give each his "
                "own now; it counts as soon as the keys are changed, and is changed at the first sign-in."
            ),
        ]
        last = Stage.HAND_OUT if self.has_hand_outs else Stage.CHECK
        self._stage = stage
        self.text.setText(texts[stage])
        for place, part in enumerate(self._parts):
            part.setVisible(place == stage)
        verbs = {Stage.BEGIN: tr("Continue"), Stage.KIT: tr("I have the kit")}
        self.accept_button.setText(self._verb if stage is last else verbs.get(stage, tr("Continue")))
        set_role(self.accept_button, "danger" if stage is last and self._danger else "primary")
        self.accept_button.setDefault(not (stage is last and self._danger))
        self.back_button.setVisible(stage is Stage.CHECK)
        follow_by_tab(self._last_stop(stage), self.back_button, self.reject_button, self.accept_button)
        self.fit()

    def _last_stop(self, stage: Stage) -> QWidget:
        """Return what Tab leaves for the buttons."""
        if stage is Stage.CHECK:
            return self.check.lines[-1]
        if stage is Stage.HAND_OUT:
            return self.hand_out.findChildren(QPushButton)[-1]
        return self.password if stage is Stage.BEGIN else self.kit_step.papers

    @property
    def has_hand_outs(self) -> bool:
        """Whether temporary passwords have to be given to people."""
        return False

    def accept(self) -> None:
        """Go one step further."""
        if self._busy:
            return
        self.message.hide()
        if self._stage is Stage.BEGIN:
            self._begin()
        elif self._stage is Stage.KIT:
            self.show_stage(Stage.CHECK)
            self.check.lines[0].setFocus()
        elif self._stage is Stage.CHECK and not self.check.passed():
            self.fit()
        elif self._stage is Stage.CHECK and self.has_hand_outs:
            self.show_stage(Stage.HAND_OUT)
        else:
            self.finish()

    def _begin(self) -> None:
        password, session, planning = self.password.text(), self.context.session, self._planning()
        if not password:
            self.password_field.refuse(tr("Type your password."))
            self.password.setFocus()
        if not password or planning is None:
            self.fit()
            return

        def work() -> object:
            sign_in_again(session, password)
            return planning()

        self.set_busy(busy=True)
        self.context.tasks.run(work, on_done=self._planned, on_error=self.refuse, owner=self)

    def _planned(self, plan: object) -> None:
        self.set_busy(busy=False)
        kit = self.kit = self._plan_made(plan)
        self.kit_step.show_kit(kit)
        self.check.ask(kit)
        self.show_stage(Stage.KIT)
        self.kit_step.save_button.setFocus()

    def _save_kit(self, chosen: str) -> None:
        kit, paper = self.kit, self.kit_step.paper
        if kit is None or self._busy:
            return

        def saved(_nothing: None) -> None:
            self.set_busy(busy=False)
            self.kit_step.tell_saved(chosen)
            self.fit()

        self.set_busy(busy=True)
        self.context.tasks.run(
            lambda: write_kit(kit, Path(chosen), paper=paper), on_done=saved, on_error=self.refuse, owner=self
        )

    def set_busy(self, *, busy: bool) -> None:
        """Take no input while something is under way."""
        self._busy = busy
        for part in (*self._parts, self.back_button, self.accept_button):
            part.setEnabled(not busy)

    def refuse(self, error: KnownError) -> None:
        """Say why it did not go on; the dialog stays open."""
        self.set_busy(busy=False)
        if error.code == "password_wrong":
            self.password_field.refuse(tr("This is not your password. Nothing was changed."))
            self.password.selectAll()
            self.password.setFocus()
        else:
            self.show_refusal(message_for(error))
        self.fit()

    def fit(self) -> None:
        """Take the height the texts need at this width."""
        fit_height(self, max(self.width(), WIDTH_PX))
