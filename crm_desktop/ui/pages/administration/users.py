"""Users: who signs in, as what, and everything an administrator does about an account."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QDialog

from crm_desktop.domain.permissions import Right, Role
from crm_desktop.operations import users as accounts
from crm_desktop.operations.session import Session
from crm_desktop.operations.users import KeysLeft, UserRow, UserState
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.administration.user_dialogs import (
    AddUserDialog,
    PasswordSetDialog,
    RenameDialog,
    ResetDialog,
    RoleDialog,
    WorkingDialog,
)
from crm_desktop.ui.pages.administration.user_exceptions import ExceptionsDialog, rights_of_one
from crm_desktop.ui.pages.administration.user_items import UserList
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.page import Page, PageContext
from crm_desktop.ui.widgets.parts import button, column, fit_height, label, row


class UsersSection(Page):
    """The section of the administration; every change is written in the tasks and the list read anew."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.findings = MessageBar()
        self.findings.action_requested.connect(self.remove_unlisted)
        self.bar = MessageBar()
        self.bar.action_requested.connect(self._go_to_keys)
        self.add_button = button(tr("Add user…"), self.add, role="primary", glyph="user-plus")
        self.add_button.setEnabled(not self.session.read_only)
        self.list = UserList(context.clock, self._entries)
        head = row(
            label(
                tr("Everybody has an account of their own; the history shows who did what."),
                "muted",
                wrap=True,
            ),
            self.add_button,
        )
        head.setStretch(0, 1)
        layout = column(head, self.findings, self.bar, spacing=SPACE_M)
        layout.addWidget(self.list, 1)
        self.setLayout(layout)

    # --- what is shown -------------------------------------------------------------------------

    def activate(self) -> None:
        """Read the users and take the focus."""
        self.refresh()
        self.add_button.setFocus()

    def refresh(self) -> None:
        """Read the users again: another program may have changed them."""
        session = self.session
        self.context.tasks.run(
            lambda: (accounts.users(session), accounts.unlisted_accounts(session)),
            on_done=self._show,
            on_error=self.context.notices.refuse,
            owner=self,
        )

    def _show(self, found: tuple[list[UserRow], int]) -> None:
        users, unlisted = found
        self.list.show_users(users)
        if unlisted:
            self.findings.show_message(
                tr(
                    "The key file holds accounts that no administrator made. They open nothing; somebody "
                    "wrote them outside the program."
                ),
                tone="danger",
                action=tr("Remove them"),
                can_dismiss=False,
            )
        else:
            self.findings.hide()

    def remove_unlisted(self) -> None:
        """Remove the accounts nobody made."""
        session = self.session
        self.context.tasks.run(
            lambda: accounts.remove_unlisted(session),
            on_done=lambda _nothing: self.refresh(),
            on_error=self.context.notices.refuse,
            owner=self,
        )

    def _entries(self, user: UserRow) -> Sequence[tuple[str, Callable[[], None]]]:
        """Return what can be done about ``user``; nobody changes his own role or account."""
        if self.session.read_only:
            return ()
        rename = (tr("Name and login…"), partial(self.rename, user))
        if user.is_oneself:
            return (rename,)
        if not user.enabled:
            return ((tr("Let in again…"), partial(self.reset, user, back=True)),)
        entries = [
            (tr("Role…"), partial(self.change_role, user)),
            (tr("Single rights…"), partial(self.change_exceptions, user)),
            rename,
            (tr("Reset password…"), partial(self.reset, user)),
            (tr("Disable…"), partial(self.disable, user)),
        ]
        if user.state in {UserState.NOT_MOVED, UserState.DAMAGED}:
            entries.remove(rename)
        return entries

    # --- what is done --------------------------------------------------------------------------

    def add(self) -> None:
        """Ask for a new user, and show the temporary password once."""
        session = self.session

        def work(login: str, name: str, role: Role, password: str) -> object:
            return accounts.add_user(session, login=login, name=name, role=role, password=password)

        dialog = AddUserDialog(self.context.tasks, work, parent=self)
        if self._done(dialog):
            self._tell(
                name=" ".join(dialog.name.text().split()) or dialog.login.text(),
                login=dialog.login.text().strip(),
                password=dialog.passphrase.edit.text(),
            )

    def reset(self, user: UserRow, *, back: bool = False) -> None:
        """Set a temporary password, for somebody who forgot it or comes ``back``, and show it once."""
        session = self.session
        work = accounts.enable_user if back else accounts.reset_password
        dialog = ResetDialog(
            self.context.tasks,
            user,
            lambda password: work(session, user.user_id, password=password),
            back=back,
            parent=self,
        )
        if self._done(dialog):
            self._tell(name=user.name, login=user.login, password=dialog.passphrase.edit.text())

    def _tell(self, *, name: str, login: str, password: str) -> None:
        dialog = PasswordSetDialog(name=name, login=login, password=password, parent=self)
        dialog.exec()
        dialog.deleteLater()

    def rename(self, user: UserRow) -> None:
        """Ask for another name and login."""
        session = self.session
        dialog = RenameDialog(
            self.context.tasks,
            user,
            lambda login, name: accounts.rename_login(session, user.user_id, login, name=name),
            parent=self,
        )
        if self._done(dialog):
            self.records_changed.emit()
            self.context.notices.say(tr("The name was changed."))

    def change_role(self, user: UserRow) -> None:
        """Ask for another role."""
        session = self.session
        dialog = RoleDialog(
            self.context.tasks,
            user,
            lambda role: accounts.change_role(session, user.user_id, role),
            parent=self,
        )
        if self._done(dialog):
            self.context.notices.say(tr("The role of {name} was changed.").format(name=user.name))
            self._say_keys_left(user, dialog.result_value)

    def change_exceptions(self, user: UserRow) -> None:
        """Ask which single rights differ from the role."""
        session = self.session

        def work(changed: list[tuple[UserRow, Right, bool | None]]) -> object:
            return set_exceptions(session, changed)

        dialog = ExceptionsDialog(
            self.context.tasks,
            tr("Single rights of {name}").format(name=user.name),
            rights_of_one(user),
            work,
            parent=self,
        )
        if self._done(dialog):
            self._say_keys_left(user, dialog.result_value)

    def disable(self, user: UserRow) -> None:
        """Ask, say what stays, and end the account."""
        session = self.session
        dialog = _DisableDialog(
            self.context.tasks,
            user,
            lambda: accounts.disable_user(session, user.user_id),
            parent=self,
        )
        if self._done(dialog):
            self.context.notices.say(tr("{name} cannot sign in any more.").format(name=user.name))
            self._say_keys_left(user, dialog.result_value)

    def _done(self, dialog: WorkingDialog) -> bool:
        done = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        if done:
            self.refresh()
        return done

    def _say_keys_left(self, user: UserRow, left: object) -> None:
        """Say which keys the user has read and lost: they count until they are rotated."""
        words = {
            KeysLeft.ALL: tr(
                "{name} has read keys of this file: copies made before stay readable with them. Rotate the "
                "keys to make them void."
            ),
            KeysLeft.BANK: tr(
                "{name} has read the bank key: copies made before stay readable with it. Rotate it to make "
                "it void."
            ),
        }.get(left if isinstance(left, KeysLeft) else KeysLeft.NONE)
        if words is not None:
            self.bar.show_message(
                words.format(name=user.name),
                tone="warn",
                action=tr("Go to Keys") if self.session.may("keys") else "",
            )

    def _go_to_keys(self) -> None:
        parent = self.parentWidget()
        while parent is not None:
            if isinstance(parent, Page):
                parent.bring_section("keys")
                return
            parent = parent.parentWidget()


def set_exceptions(session: Session, changed: Sequence[tuple[UserRow, Right, bool | None]]) -> KeysLeft:
    """Write each exception, one log entry each; return which keys were lost over all."""
    left = [
        accounts.set_exception(session, user.user_id, right.name, granted=granted)
        for user, right, granted in changed
    ]
    return max(left, key=list(KeysLeft).index, default=KeysLeft.NONE)


class _DisableDialog(WorkingDialog):
    """Says what ends, what stays and what the user may still read."""

    def __init__(
        self, tasks: Tasks, user: UserRow, work: Callable[[], object], *, parent: UsersSection
    ) -> None:
        super().__init__(
            tasks,
            tr("Disable {name}?").format(name=user.name),
            text=tr(
                "At once: {name} cannot sign in any more, here and on every other computer. Records, history "
                "and consents stay as they are, and the account can be let in again later.\n\n"
                "What this does not do: keys that were read already, and copies of the file made before, "
                "stay readable until the keys are rotated. For somebody who left, do that next, under Keys."
            ).format(name=user.name),
            accept=tr("Disable the account"),
            danger=True,
            parent=parent,
        )
        self._work = work
        fit_height(self, 500)

    def operation(self) -> Callable[[], object]:
        """End the account."""
        return self._work
