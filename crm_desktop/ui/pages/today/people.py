"""The short lists of the page: a title, a few people with a line each, and where all of them are."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from crm_desktop.ui.messages import tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_XS
from crm_desktop.ui.widgets.parts import button, clear, column, label, row
from crm_desktop.ui.widgets.person_line import PersonLine

_RING_PX = 6
_HEAD_PX = 28


class PeopleCard(QFrame):
    """``lines`` are those shown; ``all_button`` is there where ``see_all`` is given."""

    def __init__(self, title: str, *, empty: str = "", see_all: Callable[[], object] | None = None) -> None:
        super().__init__()
        set_role(self, "card")
        self.setAccessibleName(title)
        self.lines: list[PersonLine] = []
        self._empty = empty
        name = label(title, "section")
        name.setMinimumHeight(_HEAD_PX)
        head = row(name, None)
        self.all_button = None
        if see_all is not None:
            spoken = tr("{list}: see all").format(list=title)
            self.all_button = button(tr("See all"), see_all, role="link", name=spoken)
            head.addWidget(self.all_button)
            self.all_button.hide()  # until there is anybody
        self._body = QVBoxLayout()
        self._body.setSpacing(SPACE_XS)
        # The lines have room around them for their ring: the avatars stand under the title.
        head.setContentsMargins(_RING_PX, 0, _RING_PX, 0)
        whole = column(head, spacing=SPACE_M)
        whole.setContentsMargins(SPACE_L - _RING_PX, SPACE_M, SPACE_L - _RING_PX, SPACE_M)
        whole.addLayout(self._body, 1)
        self.setLayout(whole)

    def hold(self, widget: QWidget) -> None:
        """Show ``widget`` in place of lines."""
        widget.setContentsMargins(_RING_PX, 0, _RING_PX, 0)
        self._body.addWidget(widget)
        if self.all_button is not None:
            self.all_button.show()

    def show_lines(self, lines: Sequence[PersonLine]) -> None:
        """Show ``lines`` instead of what was there; the keyboard stays on the person it was on."""
        focused = self._focused()
        clear(self._body)
        self.lines = list(lines)
        for line in self.lines:
            self._body.addWidget(line)
        if not self.lines:
            nobody = label(self._empty, "muted", wrap=True)
            nobody.setContentsMargins(_RING_PX, 0, _RING_PX, 0)
            self._body.addWidget(nobody)
        if self.all_button is not None:
            self.all_button.setVisible(bool(self.lines))
        self._body.addStretch(1)
        self._focus_again(focused)

    def _focused(self) -> tuple[str, bool] | None:
        """Return whose line has the keyboard, and whether its button has."""
        widget = self.window().focusWidget()
        for line in self.lines:
            if line is widget or line.isAncestorOf(widget):
                return line.name, line is not widget
        return None

    def _focus_again(self, focused: tuple[str, bool] | None) -> None:
        for line in self.lines:
            if focused is not None and line.name == focused[0]:
                part = line.findChild(QPushButton) if focused[1] else line
                kept = part or line
                kept.show()  # the layout would, later: what is not shown takes no keyboard
                kept.setFocus(Qt.FocusReason.OtherFocusReason)
                return
