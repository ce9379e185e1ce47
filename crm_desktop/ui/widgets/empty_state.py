"""An empty page says what to do first: icon, one sentence, one button; where it is low the icon gives way."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from crm_desktop.ui.assets import icon
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import SPACE_L, SPACE_M

_SIGN_PX = 40
_SENTENCE_MAX_PX = 440


class EmptyState(QWidget):
    """``action_requested`` says that the button was pressed; without ``action`` there is none."""

    action_requested = Signal()

    def __init__(
        self,
        *,
        glyph: str,
        sentence: str,
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon(glyph, "faint")
        self._sign = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.sentence = QLabel(sentence, alignment=Qt.AlignmentFlag.AlignCenter)
        self.sentence.setWordWrap(True)
        self.sentence.setProperty("role", "muted")
        self.sentence.setMaximumWidth(_SENTENCE_MAX_PX)
        self.button = QPushButton(action)
        if not action:
            self.button.hide()  # never shown here: without a parent yet it would be a window of its own
        self.button.clicked.connect(self.action_requested)
        self.setAccessibleName(sentence)
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE_M)
        layout.addStretch(2)
        layout.addWidget(self._sign)
        # An aligned label gets its hint, which for wrapped text is no height that fits: stretches instead.
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.sentence, 1000)
        line.addStretch(1)
        layout.addLayout(line)
        layout.addSpacing(SPACE_L - SPACE_M)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        Theme.current().changed.connect(self._draw_sign)
        self._draw_sign()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the icon out where it would be cut: the words and the button matter more."""
        super().resizeEvent(event)
        layout = self.layout()
        if layout is None:
            return
        needed = layout.totalMinimumHeightForWidth(self.width())
        if self._sign.isHidden():
            needed += _SIGN_PX + SPACE_M
        self._sign.setVisible(self.height() >= needed)

    def _draw_sign(self) -> None:
        self._sign.setPixmap(self._icon.pixmap(QSize(_SIGN_PX, _SIGN_PX), self.devicePixelRatioF()))
