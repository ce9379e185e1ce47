"""The list of users: avatar, name and login, role, state, last sign-in, and one button for what to change."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QScrollArea, QSizePolicy, QWidget

from crm_desktop.operations.users import UserRow
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.administration.user_words import (
    exception_words,
    role_word,
    state_pill,
    state_sentence,
)
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from crm_desktop.ui.widgets.avatar import Avatar
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.parts import button, card, clear, column, label, line, row
from crm_desktop.ui.widgets.pill import Pill

_AVATAR_PX = 36
_STATE_PX = 164
_ROLE_PX = 120

MenuFor = Callable[[UserRow], Sequence[tuple[str, Callable[[], None]]]]
"""What can be done about a user: verbs and what each does."""


def _seen(user: UserRow, clock: Clock) -> str:
    if user.last_login is None:
        return tr("never signed in")
    return tr("signed in {when}").format(when=clock.relative(user.last_login))


class UserItem(QWidget):
    """One user; the button at the end opens the menu of what can be changed."""

    def __init__(self, user: UserRow, clock: Clock, entries: MenuFor) -> None:
        super().__init__()
        self.user = user
        self._entries = entries
        self.name = ElidedLabel(tr("{name} (you)").format(name=user.name) if user.is_oneself else user.name)
        set_role(self.name, "strong" if user.enabled else "muted")
        self.login = ElidedLabel(
            tr("{login} · {seen}", "login name and last sign-in").format(
                login=user.login, seen=_seen(user, clock)
            )
        )
        if user.last_login is not None:
            self.login.setToolTip(clock.exact(user.last_login))
        set_role(self.login, "caption")
        self.role = Pill(role_word(user.role), "accent" if user.enabled else "neutral")
        words, tone = state_pill(user)
        self.state = Pill(words, tone)
        self.state.setToolTip(state_sentence(user))
        self.button = self._change_button(words)
        self._lay_out()

    def _change_button(self, state: str) -> QPushButton:
        made = button(tr("Change"), glyph="caret-down")
        made.setAccessibleName(
            tr("Change {name}: {role}, {state}").format(
                name=self.user.name, role=role_word(self.user.role), state=state
            )
        )
        made.clicked.connect(self.open_menu)
        return made

    def _lay_out(self) -> None:
        user = self.user
        who = column(self.name, self.login, spacing=1)
        exceptions = label(exception_words(user), "caption")
        exceptions.setVisible(bool(exceptions.text()))
        exceptions.setToolTip(tr("Single rights that differ from the role"))
        role = column(self.role, exceptions, spacing=2)
        layout = row(Avatar(user.name, side=_AVATAR_PX), spacing=SPACE_M)
        layout.addLayout(who, 1)
        for part, width in ((role, _ROLE_PX), (column(self.state), _STATE_PX)):
            holder = QWidget()
            holder.setLayout(part)
            holder.setMinimumWidth(width)
            holder.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            layout.addWidget(holder, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.button)
        layout.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_S)
        self.setLayout(layout)

    def menu(self) -> QMenu:
        """Return the menu of what can be changed about this user."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for verb, act in self._entries(self.user):
            menu.addAction(verb).triggered.connect(act)
        return menu

    def open_menu(self) -> None:
        """Open the menu under the button."""
        self.menu().popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))


class UserList(QScrollArea):
    """All users below each other; the one whose button had the keyboard keeps it when the list is renewed."""

    add_requested = Signal()

    def __init__(self, clock: Clock, entries: MenuFor) -> None:
        super().__init__()
        self._clock = clock
        self._entries = entries
        self.items: list[UserItem] = []
        frame, self._column = card(margin=0, spacing=0)
        inner = QWidget()
        set_role(inner, "page")
        inner.setLayout(column(frame, None))
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Users"))

    def show_users(self, users: Sequence[UserRow]) -> None:
        """Show ``users`` instead of what was there."""
        focused = next((item.user.user_id for item in self.items if item.button.hasFocus()), None)
        clear(self._column)
        self.items = []
        for user in users:
            if self.items:
                self._column.addWidget(line())
            item = UserItem(user, self._clock, self._entries)
            self._column.addWidget(item)
            self.items.append(item)
            if user.user_id == focused:
                item.button.setFocus()

    def item(self, user_id: bytes) -> UserItem:
        """Return the item of a user."""
        return next(item for item in self.items if item.user.user_id == user_id)
