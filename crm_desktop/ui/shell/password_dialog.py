"""Changing one's own password: the old one is asked, the new one typed twice."""

from PySide6.QtWidgets import QDialog, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.organizations import change_password
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.inputs import LabelledField, PasswordField
from crm_desktop.ui.shell.password_strength import LEAST, strength
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.tokens import SPACE_L, SPACE_XL
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
        self._old_field.refuse("" if self.old.text() else tr("Type the password you use now."))
        self._new_field.refuse(strength(new)[1] if len(new) < LEAST else "")
        self._again_field.refuse("" if new == self.again.text() else tr("The two passwords differ."))
        if not self.old.text() or len(new) < LEAST or new != self.again.text():
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
        field = self._new_field if error.facts.get("field") == "password" else self._old_field
        field.refuse(message_for(error))
        field.field.setFocus()
