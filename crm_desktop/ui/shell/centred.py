"""The frame of everything before an organization is open: one card in the middle of the window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_S, SPACE_XL
from crm_desktop.ui.widgets.parts import card, column, label, row
from crm_desktop.ui.widgets.sign import Sign

CARD_PX = 460


class CentredPage(QWidget):
    """A card of limited width that scrolls when the window or the letters leave too little room.

    Subclasses fill ``self.body``.
    """

    def __init__(self, *, title: str, subtitle: str = "", glyph: str = "", width: int = CARD_PX) -> None:
        super().__init__()
        self.frame, self.body = card(margin=SPACE_XL + SPACE_S, spacing=SPACE_L)
        self.frame.setMaximumWidth(width)
        self.frame.setMinimumWidth(min(width, 360))
        self.frame.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.title = label(title, "title", wrap=True)
        self.subtitle = label(subtitle, "muted", wrap=True)
        self.subtitle.setVisible(bool(subtitle))
        if glyph:
            self.body.addLayout(row(Sign(glyph, "accent", side=44, disc=True), None))
        self.body.addLayout(column(self.title, self.subtitle, spacing=SPACE_S))
        inner = QWidget()
        set_role(inner, "page")
        middle = row(None, spacing=0)
        # Only what the card leaves over goes to the sides.
        middle.addWidget(self.frame, 1000)
        middle.addStretch(1)
        inner.setLayout(column(None, middle, None, margin=SPACE_XL))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    @property
    def running(self) -> bool:
        """Whether work is under way that leaving the window would cancel."""
        return False

    def set_head(self, title: str, subtitle: str) -> None:
        """Say something else at the top of the card."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))

    def lock(self) -> None:
        """Hide what nobody else may see: the person has left. Most of these pages show nothing of a file."""
