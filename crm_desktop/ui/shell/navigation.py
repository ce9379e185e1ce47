"""The left edge: whose file this is, the pages, who is signed in, and Lock; folds to icons."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import tr
from crm_desktop.ui.shell.pages import PageSpec
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.avatar import Avatar
from crm_desktop.ui.widgets.parts import column, label, row

_ICON = QSize(17, 17)
WIDE_PX = 212
NARROW_PX = 64


class _NavButton(QPushButton):
    """A line of the navigation: icon and text, or the icon alone while folded."""

    def __init__(self, text: str, glyph: str, *, shortcut: str = "", checkable: bool = False) -> None:
        super().__init__()
        set_role(self, "nav")
        self._text = text
        self.setIcon(icon(glyph, "muted", on_role="accent"))
        self.setIconSize(_ICON)
        self.setCheckable(checkable)
        self.setAutoDefault(False)
        self.setAccessibleName(text)
        self.setToolTip(f"{text} ({shortcut})" if shortcut else text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_folded(folded=False)

    def set_folded(self, *, folded: bool) -> None:
        """Show the icon alone, or icon and text."""
        self.setText("" if folded else f"  {self._text}")


class Navigation(QFrame):
    """Page buttons in the order of the registry; ``page_requested`` carries the page's place in it."""

    page_requested = Signal(int)
    lock_requested = Signal()

    def __init__(
        self,
        *,
        organization: str,
        member: str,
        pages: list[PageSpec],
        user_menu: QMenu,
        read_only: bool = False,
    ) -> None:
        super().__init__()
        set_role(self, "side")
        self.setAccessibleName(tr("Navigation"))
        self._folded = False
        self._buttons: list[_NavButton] = []
        self._texts: list[QWidget] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        outer.setSpacing(SPACE_XS)
        outer.addLayout(self._head(organization, read_only=read_only))
        outer.addSpacing(SPACE_M)
        outer.addWidget(self._page_area(pages), 1)
        self._user = _NavButton(member, "user-circle")
        self._menu = user_menu
        self._user.clicked.connect(self._show_menu)
        self._user.setAccessibleName(tr("{name}: menu").format(name=member))
        lock = _NavButton(tr("Lock"), "lock-simple", shortcut="Ctrl+L")
        lock.clicked.connect(self.lock_requested)
        # A click that took the focus would leave, and so save, a cell somebody is typing in.
        lock.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for fixed in (self._user, lock):
            self._buttons.append(fixed)
            outer.addWidget(fixed)
        self.set_folded(folded=False)

    def _head(self, organization: str, *, read_only: bool) -> QBoxLayout:
        self._avatar = Avatar(organization, side=32)
        name = label(organization, "strong", wrap=True)
        state = label(tr("encrypted · read only") if read_only else tr("encrypted · saved"), "caption")
        self._texts += [name, state]
        return row(self._avatar, column(name, state, spacing=0), spacing=SPACE_S)

    def _page_area(self, pages: list[PageSpec]) -> QScrollArea:
        """Hold the page buttons in an area that scrolls when large texts need more height than there is."""
        inner = QWidget()
        set_role(inner, "page")
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_XS)
        self._group = QButtonGroup(self)
        for place, spec in enumerate(pages):
            if spec.gap_before:
                layout.addSpacing(SPACE_M)
            made = _NavButton(tr(spec.title), spec.icon, shortcut=f"Ctrl+{place + 1}", checkable=True)
            self._group.addButton(made, place)
            self._buttons.append(made)
            layout.addWidget(made)
        layout.addStretch(1)
        self._group.idClicked.connect(self.page_requested)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.viewport().setAutoFillBackground(False)
        area.setFocusPolicy(area.focusPolicy().NoFocus)
        return area

    def _show_menu(self) -> None:
        """Show the user's menu above his name."""
        size = self._menu.sizeHint()
        self._menu.popup(self._user.mapToGlobal(QPoint(0, -size.height() - SPACE_XS)))

    def set_current(self, place: int) -> None:
        """Mark the page in front."""
        chosen = self._group.button(place)
        if chosen is not None:
            chosen.setChecked(True)

    @property
    def folded(self) -> bool:
        """Whether only icons are shown."""
        return self._folded

    def set_folded(self, *, folded: bool) -> None:
        """Show icons alone, or icons and names."""
        self._folded = folded
        for text in self._texts:
            text.setVisible(not folded)
        for button in self._buttons:
            button.set_folded(folded=folded)
        self.setFixedWidth(NARROW_PX if folded else self._wide())

    def _wide(self) -> int:
        """Return the width the longest text needs, so that translations may grow."""
        texts = [button.sizeHint().width() for button in self._buttons]
        return max(WIDE_PX, min(max(texts) + 2 * SPACE_M, WIDE_PX * 3 // 2))
