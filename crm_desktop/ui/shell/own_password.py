"""After signing in with a password somebody else set: an own one first, before anything is shown."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from crm_desktop.domain.errors import KnownError
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.centred import CentredPage
from crm_desktop.ui.shell.password_form import PasswordForm
from crm_desktop.ui.shell.sign_in import SignedIn
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.parts import button, row

if TYPE_CHECKING:
    from crm_desktop.operations.environment import Environment


class OwnPasswordPage(CentredPage):
    """Holds the session until ``chosen(SignedIn)`` hands it on; ``leave`` closes it.

    The password just typed at the sign-in is not asked for again, where the page was given it.
    """

    chosen = Signal(object)
    left = Signal()
    """Fact: the person does not want to go on; the session is closed."""

    def __init__(self, environment: "Environment", tasks: Tasks, signed_in: SignedIn) -> None:
        session = signed_in.session
        super().__init__(
            title=tr("Choose a password of your own"),
            subtitle=tr(
                "An administrator set the password you just used and may know it. Choose one that only you "
                "know; then everything is shown."
            ),
            glyph="user-circle-gear",
        )
        self._environment = environment
        self._tasks = tasks
        self._signed_in: SignedIn | None = signed_in
        self._busy = False
        self.message = MessageBar()
        self.form = PasswordForm(asks_old=signed_in.typed_password is None)
        self.form.submitted.connect(self._change)
        self.change_button = button(tr("Use this password"), self._change, role="primary")
        self.change_button.setDefault(True)
        self.leave_button = button(tr("Sign out"), self._leave_asked, role="link")
        for part in (self.message, self.form, self.change_button):
            self.body.addWidget(part)
        self.body.addLayout(row(None, self.leave_button, None))
        self.path, self.login = session.path, session.ring.login

    def take_focus(self) -> None:
        """Put the keyboard on the first field."""
        self.form.first.setFocus()

    def leave(self) -> None:
        """Close the session; safe to call twice. A change under way is finished first."""
        signed_in, self._signed_in = self._signed_in, None
        self.form.forget()
        if signed_in is not None:
            self._tasks.run(signed_in.session.close)

    def lock(self) -> None:
        """Close the session and go back to the sign-in."""
        self._leave_asked()

    def _leave_asked(self) -> None:
        self.leave()
        self.left.emit()

    def _change(self) -> None:
        signed_in = self._signed_in
        if signed_in is None or self._busy or not self.form.checked():
            return
        from crm_desktop.operations.organizations import change_password

        typed = signed_in.typed_password
        old = self.form.old.text() if self.form.asks_old or typed is None else typed
        new, environment, session = self.form.new.text(), self._environment, signed_in.session
        self._set_busy(busy=True)
        self._tasks.run(
            lambda: change_password(environment, session, old=old, new=new),
            on_done=self._done,
            on_error=self._refuse,
            owner=self,
        )

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.message.hide()
        for part in (self.form, self.change_button):
            part.setEnabled(not busy)
        self.change_button.setText(tr("Changing…") if busy else tr("Use this password"))

    def _done(self, _nothing: None) -> None:
        signed_in, self._signed_in = self._signed_in, None
        self.form.forget()
        if signed_in is not None:
            self.chosen.emit(replace(signed_in, typed_password=None))

    def _refuse(self, error: KnownError) -> None:
        self._set_busy(busy=False)
        if error.code == "password_wrong":
            self.form.ask_old()
        if not self.form.refuse(error):
            self.message.show_message(message_for(error), tone="danger")
