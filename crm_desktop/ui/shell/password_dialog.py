"""Changing one's own password: the old one is asked, the new one typed twice."""

from PySide6.QtWidgets import QDialog, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.organizations import change_password
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.password_form import PasswordForm
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.tokens import SPACE_L, SPACE_XL
from crm_desktop.ui.widgets.message_bar import MessageBar
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
        self.message = MessageBar()
        self.form = PasswordForm(asks_old=True)
        self.form.submitted.connect(self._change)
        self.cancel_button = button(tr("Cancel"), self.reject)
        self.change_button = button(tr("Change the password"), self._change, role="primary")
        self.change_button.setDefault(True)
        self.setLayout(
            column(
                label(tr("Change your password"), "title"),
                self.message,
                self.form,
                row(None, self.cancel_button, self.change_button),
                spacing=SPACE_L,
                margin=SPACE_XL,
            )
        )
        self.setMinimumWidth(420)

    def _change(self) -> None:
        if not self.form.isEnabled() or not self.form.checked():
            return
        self._set_busy(busy=True)
        old, new, environment, session = (
            self.form.old.text(), self.form.new.text(), self._environment, self._session,
        )  # fmt: skip
        self._tasks.run(
            lambda: change_password(environment, session, old=old, new=new),
            on_done=self._done,
            on_error=self._refuse,
            owner=self,
        )

    def _set_busy(self, *, busy: bool) -> None:
        self.message.hide()
        for part in (self.form, self.change_button):
            part.setEnabled(not busy)

    def _done(self, _nothing: None) -> None:
        self.form.forget()
        self.accept()

    def _refuse(self, error: KnownError) -> None:
        self._set_busy(busy=False)
        if not self.form.refuse(error):
            self.message.show_message(message_for(error), tone="danger")
