"""Changing the kit or all keys: the password first, then the new kit on paper, two groups of it typed back.

Nothing is written before the last step: closing the dialog leaves everything as it was.
"""

from collections.abc import Callable
from enum import IntEnum
from functools import partial
from pathlib import Path

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QComboBox, QPushButton, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.kits import NewKit, write_kit
from crm_desktop.operations.new_kit import plan_new_kit, replace_kit
from crm_desktop.operations.opening import sign_in_again
from crm_desktop.operations.rotating import RotationPlan, plan_rotation
from crm_desktop.operations.users import UserRow
from crm_desktop.ui.clipboard import copy_secret
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.inputs import LabelledField, PasswordField
from crm_desktop.ui.widgets.kit_step import GroupCheck, KitStep
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, card, column, fit_height, follow_by_tab, label, row
from crm_desktop.ui.widgets.sign import Sign

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


class NewKitDialog(KitAssistant):
    """A new kit in place of a lost one; accepted when it counts."""

    def __init__(self, context: PageContext, *, parent: QWidget | None = None) -> None:
        super().__init__(
            context,
            tr("Make a new emergency kit?"),
            text=tr(
                "For a sheet that was lost, or that somebody saw. The new recovery code takes the place of "
                "the old one, which then opens only backups made before. Passwords and the set-up code stay."
            ),
            verb=tr("Use this kit"),
            planning=lambda: partial(plan_new_kit, context.session),
            planned=_kit_alone,
            parent=parent,
        )
        self.show_begin()

    def finish(self) -> None:
        """Write the kit, then close."""
        session, kit = self.context.session, self.kit
        if kit is None:
            return
        self.set_busy(busy=True)
        self.context.tasks.run(
            lambda: replace_kit(session, kit), on_done=self._done, on_error=self.refuse, owner=self
        )

    def _done(self, _nothing: None) -> None:
        Dialog.accept(self)


def _kit_alone(plan: object) -> NewKit:
    if not isinstance(plan, NewKit):
        raise TypeError(type(plan))
    return plan


class ChangeKeysDialog(KitAssistant):
    """All keys are changed, or somebody left; accepted with ``plan`` and the checked ``password``.

    ``people``: who may have left; None where nobody did.
    """

    def __init__(
        self, context: PageContext, *, people: list[UserRow] | None, parent: QWidget | None = None
    ) -> None:
        left = self._left = people is not None
        self.plan: RotationPlan | None = None
        super().__init__(
            context,
            tr("Who left?") if left else tr("Change all keys?"),
            text=tr(
                "The account ends and every key of the file is changed. Nobody else may have the file open "
                "while that is done."
            )
            if left
            else tr(
                "For a computer or a sheet that was stolen, or after a login was misused. Nobody else may "
                "have the file open while that is done."
            ),
            verb=tr("End the account and change all keys") if left else tr("Change all keys"),
            planning=self._plan_change,
            planned=self._keep_plan,
            danger=True,
            parent=parent,
        )
        self.who = QComboBox()
        self.who.setPlaceholderText(tr("Choose a person"))
        self.who_field = LabelledField(tr("Person who left"), self.who)
        self.who.currentIndexChanged.connect(lambda: self.who_field.refuse(""))
        for person in people or []:
            self.who.addItem(f"{person.name} ({person.login})", person.user_id)
        self.who.setCurrentIndex(-1)
        self.who_field.setVisible(left)
        self.begin_body.addWidget(self.who_field)
        self.begin_body.addWidget(_promises(left=left))
        self.show_begin()
        if left:
            self.who.setFocus()

    def _plan_change(self) -> Callable[[], object] | None:
        """Plan new keys, without the person who left; None while nobody is chosen."""
        missing = self._left and self.who.currentIndex() < 0
        self.who_field.refuse(tr("Choose who left.") if missing else "")
        leaving = self.who.currentData() if self._left else None
        return None if missing else partial(plan_rotation, self.context.session, leaving=leaving)

    def _keep_plan(self, plan: object) -> NewKit:
        """Keep the plan, show what it found and whom to give a password."""
        if not isinstance(plan, RotationPlan):
            raise TypeError(type(plan))
        self.plan = plan
        layout = self.hand_out.layout()
        if layout is not None:
            for login, password in plan.temporary_passwords.items():
                layout.addWidget(_HandOut(login, password))
        if plan.findings:
            self.message.show_message("\n".join(message_for(found) for found in plan.findings), tone="warn")
        return plan.kit

    @property
    def has_hand_outs(self) -> bool:
        """Whether temporary passwords have to be given to people."""
        return self.plan is not None and bool(self.plan.temporary_passwords)


class _HandOut(QWidget):
    """A login and the temporary password made for it."""

    def __init__(self, login: str, password: str) -> None:
        super().__init__()
        self._password = password
        frame, body = card(role="quiet-card", margin=SPACE_M)
        shown = label(password)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(14)
        shown.setFont(font)
        shown.setAccessibleName(tr("Temporary password of {login}").format(login=login))
        copy = button(
            tr("Copy"), self._copy, glyph="copy",
            name=tr("Copy the password of {login}").format(login=login),
        )  # fmt: skip
        body.addLayout(row(column(label(login, "strong"), shown, spacing=2), None, copy))
        self.setLayout(column(frame))

    def _copy(self) -> None:
        copy_secret(self._password)


def _promises(*, left: bool) -> QWidget:
    """Return what holds afterwards and what does not."""
    holds = [
        tr("Old passwords, set-up codes and kits no longer open the file or new backups."),
        tr("Everybody else goes on with their own password."),
    ]
    if left:
        holds.insert(0, tr("The person can no longer sign in, on any computer."))
    limits = [
        tr("Copies and backups taken before stay readable with the old keys. No program can change that."),
        tr("Every other computer asks once for the new set-up code, which is on the new kit."),
    ]
    lines = [("check-circle", "ok", words) for words in holds] + [
        ("warning", "warn", words) for words in limits
    ]
    frame, body = card(role="quiet-card", margin=SPACE_M)
    for glyph, tone, words in lines:
        line = row(Sign(glyph, tone, side=20), spacing=SPACE_M)
        line.addWidget(label(words, wrap=True), 1)
        body.addLayout(line)
    return frame
