"""A short word on its tint: status, waiting time, difference."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from crm_desktop.ui.theme import repolish


class Pill(QLabel):
    """``tone`` is one of the tokens' tones ("ok", "warn", "info", "danger", "accent", "neutral")."""

    def __init__(self, text: str = "", tone: str = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "pill")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_value(text, tone)

    def show_value(self, text: str, tone: str = "neutral") -> None:
        """Say ``text`` in ``tone``; an empty text hides the pill."""
        self.setText(text)
        self.setAccessibleName(text)
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            repolish(self)
        if not text:
            self.hide()
        elif self.parentWidget() is not None:
            self.show()
