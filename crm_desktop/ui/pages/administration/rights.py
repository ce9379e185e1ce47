"""The rights: what each role may, who differs from it, and setting such exceptions."""

from PySide6.QtWidgets import QDialog

from crm_desktop.domain.permissions import RIGHTS, Right, Role
from crm_desktop.operations import users as accounts
from crm_desktop.operations.users import UserRow
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.administration.user_exceptions import (
    ExceptionsDialog,
    exception_of,
    users_of_one,
)
from crm_desktop.ui.pages.administration.user_words import right_words, role_word
from crm_desktop.ui.pages.administration.users import set_exceptions
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.page import Page, PageContext
from crm_desktop.ui.widgets.parts import button, column, label, row
from crm_desktop.ui.widgets.record_source import Cell, Column, Row
from crm_desktop.ui.widgets.static_table import StaticTable


class RightsTable(StaticTable):
    """Rights by roles; a cell says *yes* by sign and word, for eyes and screen readers alike."""

    def __init__(self) -> None:
        super().__init__(name=tr("Rights by role"))
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        self._shown = (
            Column("right", tr("Right"), 252, sortable=False, rigid=True),
            *(Column(role.value, role_word(role), 100, sortable=False, rigid=True) for role in Role),
            Column("exceptions", tr("Single users"), 96, look="muted", sortable=False),
        )
        self.show_rows(self._shown, [_row(right, []) for right in RIGHTS])
        self._fit = ColumnFit(self)

    def show_users(self, users: list[UserRow]) -> None:
        """Show who differs from the role, the current right kept."""
        place = self.current_id()
        self.show_rows(self._shown, [_row(right, users) for right in RIGHTS])
        self.select_ids([place or 0])
        self._fit.fit()

    @property
    def chosen(self) -> Right | None:
        """The right in front."""
        place = self.current_id()
        return RIGHTS[place] if place is not None and place < len(RIGHTS) else None


def _row(right: Right, users: list[UserRow]) -> Row:
    words = right_words(right)
    cells = []
    for role in Role:
        has = role in right.roles
        spoken = tr("{role}: yes") if has else tr("{role}: no")
        cells.append(
            Cell(
                tr("Yes") if has else "–",
                icon="check" if has else "",
                spoken=spoken.format(role=role_word(role)),
            )
        )
    return (words, *cells, _exceptions(right, users))


def _exceptions(right: Right, users: list[UserRow]) -> Cell:
    if not right.exception_allowed:
        return Cell(tr("follows the role"))
    names: dict[bool, list[str]] = {True: [], False: []}
    for user in users:
        granted = exception_of(user, right) if user.enabled else None
        if granted is not None:
            names[granted].append(user.name)
    # What it means comes first: long lists of names are cut at their end.
    words = [
        text.format(names=", ".join(names[granted]))
        for granted, text in ((True, tr("allowed: {names}")), (False, tr("not: {names}")))
        if names[granted]
    ]
    return Cell("; ".join(words), tip="\n".join(words))


class RightsSection(Page):
    """The matrix an administrator reads; exceptions of the right in front are set from here."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._users: list[UserRow] = []
        self.table = RightsTable()
        self.table.open_requested.connect(lambda _place: self.change_exceptions())
        self.table.current_record_changed.connect(lambda _place: self._enable())
        self.change_button = button(tr("Change for single users…"), self.change_exceptions, glyph="users")
        head = row(
            label(
                tr(
                    "What each role may. Roles are fixed; a single user may have more or less where the last "
                    "column does not say otherwise."
                ),
                "muted",
                wrap=True,
            ),
            self.change_button,
        )
        head.setStretch(0, 1)
        layout = column(head, spacing=SPACE_M)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        self._enable()

    def activate(self) -> None:
        """Read who differs and take the focus."""
        self.refresh()
        self.table.setFocus()

    def refresh(self) -> None:
        """Read the users again."""
        self.context.tasks.run(
            lambda: accounts.users(self.session),
            on_done=self._show,
            on_error=self.context.notices.refuse,
            owner=self,
        )

    def _show(self, users: list[UserRow]) -> None:
        self._users = users
        self.table.show_users(users)
        self._enable()

    def _enable(self) -> None:
        right = self.table.chosen
        others = users_of_one(self._users, right) if right is not None else []
        possible = right is not None and right.exception_allowed and bool(others)
        self.change_button.setEnabled(possible and not self.session.read_only)

    def change_exceptions(self) -> None:
        """Ask for the users that differ in the right in front."""
        right = self.table.chosen
        if right is None or not self.change_button.isEnabled():
            return
        session = self.session
        dialog = ExceptionsDialog(
            self.context.tasks,
            tr("Who may: {right}").format(right=right_words(right)),
            users_of_one(self._users, right),
            lambda changed: set_exceptions(session, changed),
            parent=self,
        )
        done = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        if done:
            self.refresh()
