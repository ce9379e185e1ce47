"""A person or company as one line of a short list: avatar, two lines, a pill, perhaps an action."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget

from crm_desktop.ui.messages import tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M, SPACE_XS
from crm_desktop.ui.widgets.avatar import Avatar
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.parts import column, row
from crm_desktop.ui.widgets.pill import Pill


class PersonLine(QFrame):
    """A customer as avatar, two lines and a pill; a click, Enter or Space is ``opened``.

    ``action`` stands at the end of the line; without ``opens`` the line itself is only read.
    """

    opened = Signal()

    def __init__(
        self,
        name: str,
        detail: str,
        pill: Pill | None,
        *,
        action: QWidget | None = None,
        opens: bool = True,
    ) -> None:
        super().__init__()
        set_role(self, "pick" if opens else "read")
        self.name = name
        self._opens = opens
        words = column(ElidedLabel(name), spacing=1)
        if detail:
            words.addWidget(ElidedLabel(detail, role="caption"))
        line = row(Avatar(name, side=30), spacing=SPACE_M)
        line.addLayout(words, 1)
        if pill is not None:
            line.addWidget(pill, 0, Qt.AlignmentFlag.AlignVCenter)
        if action is not None:
            line.addWidget(action, 0, Qt.AlignmentFlag.AlignVCenter)
        line.setContentsMargins(SPACE_XS, SPACE_XS, SPACE_XS, SPACE_XS)
        self.setLayout(line)
        if opens:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        spoken = tr("Show {name}").format(name=name) if opens else name
        self.setAccessibleName(
            ", ".join(part for part in (spoken, detail, pill.text() if pill else "") if part)
        )
        if opens:
            self.setToolTip(spoken)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the customer."""
        inside = self.rect().contains(event.position().toPoint())
        if self._opens and event.button() == Qt.MouseButton.LeftButton and inside:
            self.opened.emit()
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open the customer."""
        if self._opens and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.opened.emit()
            event.accept()
        else:
            super().keyPressEvent(event)
