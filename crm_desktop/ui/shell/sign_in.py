"""Signing in to one organization file: login, password, and the set-up code where this computer lacks it.

Everything that touches the keyring or derives a key runs off the UI thread: a locked keyring may wait
for somebody's answer, and the window stays alive meanwhile. What that needs is imported there too, while
the password is typed: the window shows before it loads.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QPushButton

from crm_desktop.domain.errors import KeyringError, KnownError
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.centred import CentredPage
from crm_desktop.ui.shell.loading_ahead import LoadingAhead
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.tokens import SPACE_XS
from crm_desktop.ui.widgets.code_field import set_up_code_field
from crm_desktop.ui.widgets.inputs import LabelledField, PasswordField
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.parts import button, column, row

if TYPE_CHECKING:
    from crm_desktop.operations.environment import Environment
    from crm_desktop.operations.organizations import KeyHere
    from crm_desktop.operations.session import Session

_NEEDS_BACKUP = {"file_damaged", "file_damaged_backup_known", "disk_error"}
_PATIENCE_MS = 1500
"""A keyring that is open answers in a fraction of this; a locked one may be waiting for somebody."""
_CODE_CODES = {"set_up_code_needed", "set_up_code_replaced", "secret_unknown"}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just opened, and what could not be kept on this computer on the way.

    ``set_up_code`` is there where no keyring keeps it: it is held in memory until the program ends, so
    that a lock does not ask for it again. ``typed_password`` is there only where somebody else set it: it
    is the old one when an own one is chosen, at once.
    """

    session: "Session"
    keyring_problem: KnownError | None = None
    set_up_code: str | None = field(default=None, repr=False)
    typed_password: str | None = field(default=None, repr=False)


def _look(environment: "Environment", path: Path) -> "KeyHere":
    from crm_desktop.operations.organizations import key_here

    return key_here(environment, path)


@dataclass(frozen=True, slots=True, repr=False)
class Attempt:
    """What was typed; never shown in a traceback."""

    path: Path
    login: str | None
    password: str
    code: str | None
    keep_code: bool

    def open(self, environment: "Environment") -> SignedIn:
        """Open the file; a keyring that does not take the code is a warning, not a refusal."""
        from crm_desktop.operations.organizations import enroll, open_organization

        problem: KnownError | None = None
        if self.code and self.keep_code:
            try:
                enroll(environment, self.path, self.code)
            except KeyringError as error:
                problem = error
        session = open_organization(
            environment, self.path, login=self.login, password=self.password, set_up_code=self.code
        )
        kept = self.keep_code and problem is None
        typed = self.password if session.must_change_password else None
        return SignedIn(session, problem, None if kept else self.code, typed)


class SignInPage(CentredPage):
    """The sign-in card; emits ``signed_in(SignedIn)`` or ``other_file_requested``."""

    signed_in = Signal(object)
    other_file_requested = Signal()
    recovery_requested = Signal()
    """Wish to get in with the emergency kit."""
    restore_requested = Signal()
    """Wish to restore a backup in the place of this file."""
    file_refused = Signal(str)
    """The file cannot be signed in to at all; the sentence says why."""

    def __init__(
        self,
        environment: "Environment",
        tasks: Tasks,
        path: Path,
        *,
        login: str = "",
        code: str | None = None,
    ) -> None:
        super().__init__(title=tr("Sign in"), subtitle=str(path), glyph="lock-key")
        self.path = path
        self._environment = environment
        self._tasks = tasks
        self._needs_code = False
        self._known_code = code
        self._wait_s = 0
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._count_down)
        self._by_hand = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._offer_typing)
        self._build(login)
        self.set_head(path.stem, str(path.parent))
        if code is None:
            self._patience.start()
        tasks.run(
            lambda: _look(environment, path),
            on_done=self._know,
            on_error=self._refuse_file,
            owner=self,
            serial=False,
        )

    def _build(self, login: str) -> None:
        self.message = MessageBar()
        self.message.hide()
        self.message.action_requested.connect(self.restore_requested)
        self.waiting = MessageBar()
        self.waiting.action_requested.connect(self._type_code)
        self.login = QComboBox()
        self.login.setEditable(True)
        self.login.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.login.setEditText(login)
        self.password = PasswordField()
        self._code_field = set_up_code_field(
            tr("This computer has no key for this file yet. 13 groups, from the emergency kit")
        )
        self.code = self._code_field.line
        self.keep_code = QCheckBox(tr("Keep the set-up code in this computer's keyring"))
        self.keep_code.setChecked(True)
        self._login_field = LabelledField(tr("Login"), self.login)
        self._password_field = LabelledField(tr("Password"), self.password)
        self.submit_button: QPushButton = button(tr("Sign in"), self._submit, role="primary")
        self.submit_button.setDefault(True)
        self.other_button = button(tr("Choose another file…"), self.other_file_requested.emit, role="link")
        self.recover_button = button(
            tr("Forgot the password? Use the emergency kit…"), self.recovery_requested.emit, role="link"
        )
        for part in (
            self.message, self.waiting, self._login_field, self._password_field, self._code_field,
            self.keep_code,
        ):  # fmt: skip
            self.body.addWidget(part)
        self.body.addWidget(self.submit_button)
        links = column(
            row(None, self.recover_button, None), row(None, self.other_button, None), spacing=SPACE_XS
        )
        self.body.addLayout(links)
        self._show_code(needed=False)
        for line_edit in (self.password, self.code):
            line_edit.returnPressed.connect(self._submit)
        line = self.login.lineEdit()
        if line is not None:
            line.returnPressed.connect(self.password.setFocus)

    def _offer_typing(self) -> None:
        """Offer a way past a keyring that does not answer, while it may still be about to."""
        words = tr(
            "This computer's keyring has not answered yet. Perhaps it asks for its password in another "
            "window."
        )
        self.waiting.show_message(words, action=tr("Type the set-up code"), can_dismiss=False)

    def _type_code(self) -> None:
        """Take the set-up code from the keyboard and leave the keyring alone."""
        self._by_hand = True
        self.waiting.hide()
        self.keep_code.setChecked(False)
        self._show_code(needed=True)
        self.code.setFocus()

    def _refuse_file(self, error: KnownError) -> None:
        self._patience.stop()
        self.file_refused.emit(message_for(error))

    @property
    def asks_for_code(self) -> bool:
        """Whether this computer lacks its key, so that the set-up code is asked for."""
        return self._needs_code

    def _show_code(self, *, needed: bool) -> None:
        self._needs_code = needed
        self._code_field.setVisible(needed)
        self.keep_code.setVisible(needed)

    def _know(self, known: "KeyHere") -> None:
        """Show what this computer knows of the file, without touching what was typed meanwhile."""
        self._patience.stop()
        self.waiting.hide()
        LoadingAhead(self, self._tasks)
        typed = self.login.currentText()
        self.login.addItems(list(known.logins))
        self.login.setEditText(typed or (known.logins[0] if len(known.logins) == 1 else ""))
        if self._by_hand:
            return
        self._show_code(needed=known.needs_set_up_code and self._known_code is None)
        if known.trouble is not None and self._needs_code:
            self.message.show_message(message_for(known.trouble), tone="warn")
        self.take_focus()

    def take_focus(self) -> None:
        """Put the keyboard where the first missing input is."""
        (self.password if self.login.currentText() else self.login).setFocus()

    def _submit(self) -> None:
        if not self.submit_button.isEnabled():
            return
        self._password_field.refuse("" if self.password.text() else tr("Type your password."))
        code = self.code.text().strip() if self._needs_code else self._known_code or ""
        self._code_field.refuse(tr("Type the set-up code.") if self._needs_code and not code else "")
        if not self.password.text() or (self._needs_code and not code):
            return
        attempt = Attempt(
            self.path, self.login.currentText().strip() or None, self.password.text(), code or None,
            self.keep_code.isChecked() and self._needs_code,
        )  # fmt: skip
        self._set_busy(busy=True)
        # On the serialized thread: after a session that is just ending has let go of the file.
        # Who left this page meanwhile does not come back to the session: it must not stay open.
        self._tasks.run(
            lambda: attempt.open(self._environment),
            on_done=self._done,
            on_error=self._refuse,
            on_unwanted=lambda result: result.session.close(),
            owner=self,
        )

    def _set_busy(self, *, busy: bool) -> None:
        for part in (self.login, self.password, self.code, self.keep_code, self.submit_button):
            part.setEnabled(not busy)
        self.submit_button.setText(tr("Opening…") if busy else tr("Sign in"))

    def _done(self, result: SignedIn) -> None:
        self.password.forget()
        self.code.clear()
        self._set_busy(busy=False)
        self.message.hide()
        self.signed_in.emit(result)

    def _refuse(self, error: KnownError) -> None:
        self._set_busy(busy=False)
        action = tr("Restore a backup…") if error.code in _NEEDS_BACKUP else ""
        self.message.show_message(message_for(error), tone="danger", action=action)
        seconds = error.facts.get("seconds")
        if isinstance(seconds, int) and seconds > 0:
            self._wait_s = seconds
            self._timer.start()
            self._show_wait()
        if error.code in _CODE_CODES or isinstance(error, KeyringError):
            self._known_code = None
            self._show_code(needed=True)
        self.password.selectAll()
        self.password.setFocus()

    def _count_down(self) -> None:
        self._wait_s -= 1
        if self._wait_s <= 0:
            self._timer.stop()
            self.submit_button.setEnabled(True)
            self.submit_button.setText(tr("Sign in"))
        else:
            self._show_wait()

    def _show_wait(self) -> None:
        self.submit_button.setEnabled(False)
        self.submit_button.setText(tr("Wait %n s", "", self._wait_s))
