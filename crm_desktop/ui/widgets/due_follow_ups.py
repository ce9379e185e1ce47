"""What is to be done today and what is late, as a short list: each is finished or postponed in its line."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from crm_desktop.operations import follow_up_lists
from crm_desktop.operations.follow_up_lists import FollowUpRow
from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.follow_up_edits import FollowUpEdits
from crm_desktop.ui.widgets.follow_up_words import due_pill, due_words
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, clear, column, label, row
from crm_desktop.ui.widgets.pill import Pill

MOST = 6


class DueFollowUps(QWidget):
    """Mine that are due; ``refresh`` reads them.

    ``contact_requested(id)``: whom one is about is to be opened; ``all_requested``: the whole list;
    ``written``: one was finished or postponed.
    """

    contact_requested = Signal(object)
    all_requested = Signal()
    written = Signal()

    def __init__(self, context: PageContext, *, most: int = MOST) -> None:
        super().__init__()
        self._context = context
        self._most = most
        self.count = 0
        self.shown: list[FollowUpRow] = []
        self.edits = FollowUpEdits(context, self)
        self.edits.written.connect(self._changed)
        self.setAccessibleName(tr("Follow-ups due"))
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(SPACE_M)

    def refresh(self) -> None:
        """Read what is due, off the UI thread."""
        session = self._context.session
        if not session.may("followups"):
            return
        self._context.tasks.run(
            lambda: follow_up_lists.due_follow_ups(session, self._most),
            on_done=self._show,
            on_error=self._context.notices.refuse,
            owner=self,
            serial=False,
        )

    def _show(self, found: tuple[list[FollowUpRow], int]) -> None:
        self.shown, self.count = found
        clear(self._lines)
        for follow_up in self.shown:
            self._lines.addWidget(self._line(follow_up))
        if not self.shown:
            self._lines.addWidget(label(tr("Nothing is due today."), "muted", wrap=True))
        elif self.count > len(self.shown):
            more = button(tr("Show all %n", "", self.count), self.all_requested.emit, role="link")
            self._lines.addLayout(row(more, None))
        self._lines.addStretch(1)

    def _line(self, follow_up: FollowUpRow) -> QWidget:
        clock = self._context.clock
        line = QWidget()
        due = due_words(follow_up.due_on, follow_up.due_time, clock)
        near, tone = due_pill(follow_up.due_on, follow_up.due_time, clock)
        detail = " · ".join(part for part in (follow_up.contact, due if due != near else "") if part)
        words = column(ElidedLabel(follow_up.what), ElidedLabel(detail, role="caption"), spacing=1)
        layout = row(spacing=SPACE_S)
        layout.addLayout(words, 1)
        layout.addWidget(Pill(near, tone))
        if follow_up.contact_id is not None:
            name = tr("Show {name}").format(name=follow_up.contact)
            show = partial(self._show_contact, follow_up.contact_id)
            layout.addWidget(_tool("user", name, show))
        if self.edits.may_plan:
            layout.addWidget(self._postpone_button(follow_up))
            finish = partial(self._finish, follow_up.id)
            layout.addWidget(button(tr("Done"), finish, name=tr("Done: {what}").format(what=follow_up.what)))
        line.setLayout(layout)
        return line

    def _show_contact(self, contact_id: int, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        self.contact_requested.emit(contact_id)

    def _finish(self, follow_up_id: int, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - the same
        self.edits.finish([follow_up_id])

    def _postpone_button(self, follow_up: FollowUpRow) -> QToolButton:
        made = _tool("clock-clockwise", tr("Postpone: {what}").format(what=follow_up.what))
        menu = QMenu(made)
        self.edits.fill_postpone_menu(menu, [follow_up])
        made.setMenu(menu)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return made

    def _changed(self) -> None:
        self.refresh()
        self.written.emit()


def _tool(glyph: str, name: str, clicked: Callable[[], object] | None = None) -> QToolButton:
    made = QToolButton()
    made.setProperty("role", "quiet")
    made.setIcon(icon(glyph, "muted"))
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if clicked is not None:
        made.clicked.connect(clicked)
    return made
