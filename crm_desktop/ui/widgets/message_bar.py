"""A message that stays on the page until it is dealt with: what happened, and one or two things to do."""

from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import tr
from crm_desktop.ui.theme import Theme, set_role
from crm_desktop.ui.tokens import ICON_PX, SPACE_M, SPACE_S

MessageTone = Literal["info", "ok", "warn", "danger"]
_GLYPHS = {"info": "info", "ok": "check-circle", "warn": "warning", "danger": "warning-circle"}


class MessageBar(QFrame):
    """Hidden until ``show_message``; the signals say what the user did."""

    action_requested = Signal()
    other_requested = Signal()
    """Wish for the other thing, where the message offers two."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone: MessageTone = "info"
        self._sign = QLabel()
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.button = QPushButton()
        self.button.clicked.connect(self.action_requested)
        self.other_button = QPushButton()
        self.other_button.clicked.connect(self.other_requested)
        self.close_button = QToolButton()
        self.close_button.setProperty("role", "quiet")
        self.close_button.setIcon(icon("x", "muted"))
        self.close_button.setAccessibleName(tr("Dismiss this message"))
        self.close_button.setToolTip(tr("Dismiss this message"))
        self.close_button.clicked.connect(self._dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_S - 2, SPACE_S - 2, SPACE_S - 2)
        layout.setSpacing(SPACE_S + 2)
        layout.addWidget(self._sign)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.other_button)
        layout.addWidget(self.button)
        layout.addWidget(self.close_button)
        Theme.current().changed.connect(self._draw_sign)
        self.hide()

    def show_message(
        self,
        text: str,
        *,
        tone: MessageTone = "info",
        action: str = "",
        other: str = "",
        can_dismiss: bool = True,
    ) -> None:
        """Say ``text``; ``action`` and ``other`` are the verbs of the buttons, none when empty."""
        self._tone = tone
        self.label.setText(text)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.other_button.setText(other)
        self.other_button.setVisible(bool(other))
        self.close_button.setVisible(can_dismiss)
        self.setAccessibleName(text)
        set_role(self, "message", tone=tone)
        self._draw_sign()
        self.show()

    def _draw_sign(self) -> None:
        size = QSize(ICON_PX + 2, ICON_PX + 2)
        self._sign.setPixmap(icon(_GLYPHS[self._tone], self._tone).pixmap(size, self.devicePixelRatioF()))

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()
