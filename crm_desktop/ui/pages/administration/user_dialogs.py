"""The dialogs about one user: adding, renaming, another role, a temporary password, disabling."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations.users import UserRow, temporary_passphrase
from crm_desktop.ui.clipboard import copy_secret
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.pages.administration.user_words import role_sentence, role_word
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.tokens import SPACE_L, SPACE_XL
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.parts import button, card, column, fit_height, label, row

WIDTH_PX = 500


class WorkingDialog(Dialog):
    """A dialog whose verb is an operation: it stays open with the sentence when that is refused."""

    def __init__(
        self, tasks: Tasks, title: str, *, accept: str, text: str = "", danger: bool = False, parent: QWidget
    ) -> None:
        super().__init__(title, text=text, accept=accept, danger=danger, parent=parent)
        self._tasks = tasks
        self.result_value: object = None
        self._fields: dict[str, LabelledField] = {}
        self.body.setSpacing(SPACE_L)

    def add_field(self, name: str, field: LabelledField) -> None:
        """Add an input whose refusals are those of the fact ``name``."""
        self._fields[name] = field
        self.body.addWidget(field)
        if isinstance(field.field, QLineEdit):
            field.field.textChanged.connect(lambda: field.refuse(""))

    def operation(self) -> Callable[[], object]:
        """Return what the verb does, with everything read from the inputs."""
        raise TypeError("a working dialog says what it does")

    def accept(self) -> None:
        """Do it beside the window, then close."""
        if not self.accept_button.isEnabled():
            return
        self.accept_button.setEnabled(False)
        self.message.hide()
        self._tasks.run(self.operation(), on_done=self._done, on_error=self._refused, owner=self)

    def _done(self, value: object) -> None:
        self.result_value = value
        super().accept()

    def _refused(self, error: KnownError) -> None:
        self.accept_button.setEnabled(True)
        name = str(error.facts.get("field", "password" if error.code.startswith("password_") else "")).lower()
        field = self._fields.get(name)
        if field is None:
            self.show_refusal(message_for(error))
        else:
            field.refuse(message_for(error))
            field.field.setFocus()
        self.fit()

    def fit(self) -> None:
        """Take the height the texts need."""
        fit_height(self, max(self.width(), WIDTH_PX))


class PassphraseField(LabelledField):
    """A proposed temporary password in clear, which can be typed over or made anew."""

    def __init__(self) -> None:
        self.edit = QLineEdit(temporary_passphrase())
        another = button(
            tr("Another"), self.renew, glyph="arrows-clockwise", name=tr("Propose another password")
        )
        super().__init__(
            tr("Temporary password"),
            self.edit,
            hint=tr("Say it to the user in person or by phone. The first sign-in asks for one of their own."),
            beside=another,
        )

    def renew(self) -> None:
        """Propose another one."""
        self.edit.setText(temporary_passphrase())


class RoleChoice(QWidget):
    """One radio button a role, with what the role is for below it."""

    def __init__(self, chosen: Role) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.buttons: dict[Role, QRadioButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(label(tr("Role"), "muted"))
        for role in Role:
            choice = QRadioButton(role_word(role))
            choice.setAccessibleDescription(role_sentence(role))
            choice.setChecked(role is chosen)
            self._group.addButton(choice)
            self.buttons[role] = choice
            layout.addWidget(choice)
            below = label(role_sentence(role), "caption", wrap=True)
            layout.addLayout(row(SPACE_XL, below))
        self.setAccessibleName(tr("Role"))

    @property
    def role(self) -> Role:
        """The role chosen."""
        return next(role for role, choice in self.buttons.items() if choice.isChecked())


class AddUserDialog(WorkingDialog):
    """Asks for name, login, role and temporary password; ``result_value`` is the new user's id."""

    def __init__(
        self, tasks: Tasks, add: Callable[[str, str, Role, str], object], *, parent: QWidget
    ) -> None:
        super().__init__(tasks, tr("Add a user"), accept=tr("Add user"), parent=parent)
        self._add = add
        self.name, self.login = QLineEdit(), QLineEdit()
        self.roles = RoleChoice(Role.STAFF)
        self.passphrase = PassphraseField()
        self.add_field(
            "name", LabelledField(tr("Name"), self.name, hint=tr("As records and history show it."))
        )
        self.add_field("login", LabelledField(tr("Login name"), self.login, hint=tr("Typed at sign-in.")))
        self.body.addWidget(self.roles)
        self.add_field("password", self.passphrase)
        self.name.textEdited.connect(self._propose_login)
        self.put_buttons_after(self.passphrase.edit)
        self.name.setFocus()
        self.fit()

    def _propose_login(self, name: str) -> None:
        if not self.login.isModified():
            first, _, _ = name.strip().partition(" ")
            self.login.setText(first.lower())

    def operation(self) -> Callable[[], object]:
        """Add the user."""
        return partial(
            self._add, self.login.text(), self.name.text(), self.roles.role, self.passphrase.edit.text()
        )


class ResetDialog(WorkingDialog):
    """Proposes a temporary password; with ``back`` for somebody who is let in again."""

    def __init__(
        self, tasks: Tasks, user: UserRow, work: Callable[[str], object], *, back: bool, parent: QWidget
    ) -> None:
        title = tr("Let {name} in again?") if back else tr("Reset the password of {name}?")
        text = (
            tr("Role, exceptions and records are as before. There is a new key pair and a new password.")
            if back
            else tr("The present password stops working at once, also where {name} is signed in now.")
        )
        super().__init__(
            tasks,
            title.format(name=user.name),
            text=text.format(name=user.name),
            accept=tr("Let in again") if back else tr("Reset the password"),
            parent=parent,
        )
        self._work = work
        self.passphrase = PassphraseField()
        self.add_field("password", self.passphrase)
        self.put_buttons_after(self.passphrase.edit)
        self.passphrase.edit.setFocus()
        self.fit()

    def operation(self) -> Callable[[], object]:
        """Set the password."""
        return partial(self._work, self.passphrase.edit.text())


class RoleDialog(WorkingDialog):
    """Another role for a user; ``result_value`` says which keys he has read and lost."""

    def __init__(
        self, tasks: Tasks, user: UserRow, change: Callable[[Role], object], *, parent: QWidget
    ) -> None:
        super().__init__(
            tasks, tr("Role of {name}").format(name=user.name), accept=tr("Change the role"), parent=parent
        )
        self._change = change
        self.roles = RoleChoice(user.role)
        self.body.addWidget(self.roles)
        self.fit()

    def operation(self) -> Callable[[], object]:
        """Change the role."""
        return partial(self._change, self.roles.role)


class RenameDialog(WorkingDialog):
    """Another name and login for a user."""

    def __init__(
        self, tasks: Tasks, user: UserRow, rename: Callable[[str, str], object], *, parent: QWidget
    ) -> None:
        super().__init__(
            tasks, tr("Name and login of {name}").format(name=user.name), accept=tr("Save"), parent=parent
        )
        self._rename = rename
        self.name, self.login = QLineEdit(user.name), QLineEdit(user.login)
        self.add_field("name", LabelledField(tr("Name"), self.name))
        self.add_field(
            "login",
            LabelledField(tr("Login name"), self.login, hint=tr("The password stays the same.")),
        )
        self.put_buttons_after(self.login)
        self.name.setFocus()
        self.fit()

    def operation(self) -> Callable[[], object]:
        """Rename the user."""
        return partial(self._rename, self.login.text(), self.name.text())


class PasswordSetDialog(Dialog):
    """Shows a temporary password once, to be told to the user."""

    def __init__(self, *, name: str, login: str, password: str, parent: QWidget) -> None:
        super().__init__(
            tr("Tell {name} this password").format(name=name),
            text=tr("It is shown only now. The first sign-in asks for a password of their own."),
            accept=tr("Done"),
            parent=parent,
        )
        frame, inner = card(role="quiet-card")
        self.password = label(password, "section", selectable=True)
        self.password.setAccessibleName(tr("Temporary password {password}").format(password=password))
        self.copy_button = button(tr("Copy"), partial(self._copy, password), glyph="copy")
        shown = row(self.password, None, self.copy_button)
        inner.addLayout(column(label(tr("Login name: {login}").format(login=login), "muted"), shown))
        self.copied = label(tr("Copied for twenty seconds, kept out of the clipboard's history."), "caption")
        self.copied.hide()
        self.body.addWidget(frame)
        self.body.addWidget(self.copied)
        self.reject_button.hide()
        self.put_buttons_after(self.copy_button)
        fit_height(self, WIDTH_PX)

    def _copy(self, password: str) -> None:
        copy_secret(password)
        self.copied.show()
        fit_height(self, WIDTH_PX)
