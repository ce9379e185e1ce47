"""Single rights a user has beyond the role or not: one line a right, three choices each."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QScrollArea, QWidget

from crm_desktop.domain.permissions import RIGHTS, Right, Role
from crm_desktop.operations.users import UserRow
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.administration.user_dialogs import WorkingDialog
from crm_desktop.ui.pages.administration.user_words import right_words, role_word
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.tokens import SPACE_L, SPACE_S
from crm_desktop.ui.widgets.parts import label

_HEIGHT_PX = 440
_WIDTH_PX = 620
_ALLOWED, _REFUSED = True, False

Changes = dict[str, bool | None]
"""By right: True given beyond the role, False taken away, None as the role has it."""


def exception_of(user: UserRow, right: Right) -> bool | None:
    """Return how a user's right differs from the role; None where it does not."""
    if right.name in user.granted:
        return True
    return False if right.name in user.revoked else None


class ExceptionBox(QComboBox):
    """As the role has it, or the other way for one user."""

    def __init__(self, user: UserRow, right: Right) -> None:
        super().__init__()
        self.by_role = user.role in right.roles
        as_role = tr("As {role}: yes") if self.by_role else tr("As {role}: no")
        self.addItem(as_role.format(role=role_word(user.role)), None)
        if not self.by_role:
            self.addItem(tr("Allowed for this user"), _ALLOWED)
        elif not (user.role is Role.ADMINISTRATOR and right.name.startswith("bank.")):
            self.addItem(tr("Not for this user"), _REFUSED)
        self.before = exception_of(user, right)
        self.setCurrentIndex(max(0, self.findData(self.before)))
        self.setEnabled(self.count() > 1)

    @property
    def value(self) -> bool | None:
        """The choice: True, False, or None for the role's own."""
        chosen = self.currentData()
        return chosen if isinstance(chosen, bool) else None


class ExceptionsDialog(WorkingDialog):
    """Every right that may differ; ``result_value`` is what ``change`` returned."""

    def __init__(
        self,
        tasks: Tasks,
        title: str,
        choices: list[tuple[str, UserRow, Right]],
        change: Callable[[list[tuple[UserRow, Right, bool | None]]], object],
        *,
        parent: QWidget,
    ) -> None:
        super().__init__(
            tasks,
            title,
            text=tr(
                "What follows the role changes with it. Rights that go with administration cannot be given "
                "singly."
            ),
            accept=tr("Save the exceptions"),
            parent=parent,
        )
        self._change = change
        self._boxes: list[tuple[UserRow, Right, ExceptionBox]] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_S)
        grid.setColumnStretch(0, 1)
        grid.setContentsMargins(0, 0, SPACE_L, 0)
        for place, (words, user, right) in enumerate(choices):
            box = ExceptionBox(user, right)
            box.setAccessibleName(words)
            text = label(words, wrap=True)
            text.setBuddy(box)
            grid.addWidget(text, place, 0)
            grid.addWidget(box, place, 1)
            self._boxes.append((user, right, box))
        inner = QWidget()
        inner.setLayout(grid)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addWidget(area, 1)
        height = min(_HEIGHT_PX, inner.sizeHint().height() + SPACE_S)
        area.setMinimumHeight(height)
        self.resize(_WIDTH_PX, self.sizeHint().height())

    def box(self, right: str) -> ExceptionBox:
        """Return the choice of the first line about a right."""
        return next(box for _, each, box in self._boxes if each.name == right)

    def fit(self) -> None:
        """Keep the height: the list scrolls."""

    def operation(self) -> Callable[[], object]:
        """Write what differs from before."""
        changed = [(user, right, box.value) for user, right, box in self._boxes if box.value != box.before]
        return partial(self._change, changed)


def rights_of_one(user: UserRow) -> list[tuple[str, UserRow, Right]]:
    """Return the lines of one user's dialog: every right that may differ."""
    return [(right_words(right), user, right) for right in RIGHTS if right.exception_allowed]


def users_of_one(users: list[UserRow], right: Right) -> list[tuple[str, UserRow, Right]]:
    """Return the lines of one right's dialog: everybody else who is enabled."""
    return [
        (tr("{name}, {role}").format(name=user.name, role=role_word(user.role)), user, right)
        for user in users
        if user.enabled and not user.is_oneself
    ]
