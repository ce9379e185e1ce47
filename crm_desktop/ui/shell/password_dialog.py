"""Changing one's own password: the old one is asked, the new one typed twice."""

from PySide6.QtWidgets import QDialog, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.organizations import change_password
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.password_strength import LEAST, strength
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.tokens import SPACE_L, SPACE_XL
from crm_desktop.ui.widgets.inputs import LabelledField, PasswordField
from crm_desktop.ui.widgets.parts import button, column, label, row


class PasswordDialog(QDialog):
    """Accepted once the new password is in the key file."""

    def __init__(
        self, environment: Environment, session: Session, tasks: Tasks, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Change your password"))
        self._environment = environment
        self._session = session
        self._tasks = tasks
        self.old, self.new, self.again = PasswordField(), PasswordField(), PasswordField()
        self._old_field = LabelledField(tr("Current password"), self.old)
        self._new_field = LabelledField(tr("New password"), self.new, hint=strength("")[1])
        self._again_field = LabelledField(tr("New password again"), self.again)
        self.new.textChanged.connect(lambda text: self._new_field.set_hint(strength(text)[1]))
        # What was refused is taken back as soon as it is corrected; the new ones are compared, so both count.
        self.old.textChanged.connect(lambda: self._old_field.refuse(""))
        self.new.textChanged.connect(lambda: self._new_field.refuse(""))
        for field in (self.new, self.again):
            field.textChanged.connect(lambda: self._again_field.refuse(""))
        self.cancel_button = button(tr("Cancel"), self.reject)
        self.change_button = button(tr("Change the password"), self._change, role="primary")
        self.change_button.setDefault(True)
        self.setLayout(
            column(
                label(tr("Change your password"), "title"),
                self._old_field,
                self._new_field,
                self._again_field,
                row(None, self.cancel_button, self.change_button),
                spacing=SPACE_L,
                margin=SPACE_XL,
            )
        )
        self.setMinimumWidth(420)

    def _change(self) -> None:
        new = self.new.text()
        refusals = {
            self._old_field: "" if self.old.text() else tr("Type the password you use now."),
            self._new_field: strength(new)[1] if len(new) < LEAST else "",
            self._again_field: "" if new == self.again.text() else tr("The two passwords differ."),
        }
        for field, sentence in refusals.items():
            field.refuse(sentence)
        refused = next((field for field, sentence in refusals.items() if sentence), None)
        if refused is not None:
            refused.field.setFocus()
            return
        self._set_busy(busy=True)
        old, environment, session = self.old.text(), self._environment, self._session
        self._tasks.run(
            lambda: change_password(environment, session, old=old, new=new),
            on_done=self._done,
            on_error=self._refuse,
            owner=self,
        )

    def _set_busy(self, *, busy: bool) -> None:
        for part in (self.old, self.new, self.again, self.change_button):
            part.setEnabled(not busy)

    def _done(self, _nothing: None) -> None:
        self.accept()

    def _refuse(self, error: KnownError) -> None:
        self._set_busy(busy=False)
        new_refused = error.facts.get("field") in {"password", "new"}
        field = self._new_field if new_refused else self._old_field
        wrong = error.code == "password_wrong"
        words = tr("This is not your current password. Nothing was changed.") if wrong else message_for(error)
        field.refuse(words)
        field.field.setFocus()
