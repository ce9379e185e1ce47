"""The one place for privacy: my consent, my data, and for administrators the consents of everybody."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.privacy.my_call_log import MyCallLog
from crm_desktop.ui.pages.privacy.my_data import MyData
from crm_desktop.ui.pages.privacy.team_consents import TeamConsents
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M
from crm_desktop.ui.widgets.page import Page, PageContext
from crm_desktop.ui.widgets.parts import column, label

_WIDTH_PX = 860


class PrivacyPage(Page):
    """Cards below each other; each reads anew what another one changed."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.mine = MyCallLog(context)
        self.data = MyData(context)
        self.team = TeamConsents(context) if self.session.may("users") else None
        self.mine.changed.connect(self._changed)
        if self.team is not None:
            self.team.changed.connect(self._changed)
        inner = QWidget()
        set_role(inner, "page")
        cards = column(self.mine, self.data, spacing=SPACE_L)
        if self.team is not None:
            cards.insertWidget(1, self.team)
        cards.addStretch(1)
        for part in (self.mine, self.data, self.team):
            if part is not None:
                part.setMaximumWidth(_WIDTH_PX)
        inner.setLayout(cards)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(SPACE_M)
        outer.addWidget(label(tr("Privacy"), "title"))
        outer.addWidget(label(tr("What is kept about you, and what you agreed to."), "muted", wrap=True))
        outer.addWidget(area, 1)

    def activate(self) -> None:
        """Show the state and take the focus."""
        self.refresh()
        self.mine.focus()

    def refresh(self) -> None:
        """Read every card anew."""
        self.mine.refresh()
        self.data.refresh()
        if self.team is not None:
            self.team.refresh()

    def _changed(self) -> None:
        self.refresh()
        self.records_changed.emit()
