"""A new emergency kit, and all keys changed, also because somebody left: what is planned and promised."""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QComboBox, QWidget

from crm_desktop.operations.kits import NewKit
from crm_desktop.operations.new_kit import plan_new_kit, replace_kit
from crm_desktop.operations.rotating import RotationPlan, plan_rotation
from crm_desktop.operations.users import UserRow
from crm_desktop.ui.clipboard import copy_secret
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.pages.administration.kit_assistant import KitAssistant
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, card, column, label, row
from crm_desktop.ui.widgets.sign import Sign


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
