"""What can be done with several selected records, at the foot of their list."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.flow_layout import FlowLayout
from crm_desktop.ui.widgets.parts import button, label, row
from crm_desktop.ui.widgets.toast import BOTTOM_BAR


class SelectionBar(QFrame):
    """``wished`` names what was asked for: ``all``, ``none``, ``field``, ``tags``, ``owner``, ``merge``,
    ``export``, ``trash`` or ``restore``; what somebody may not do has no button.
    """

    wished = Signal(str)

    def __init__(
        self, *, may_change: bool, may_export: bool, may_trash: bool, may_merge: bool = False
    ) -> None:
        super().__init__()
        set_role(self, "card")
        self.setAccessibleName(tr("What to do with the selected records"))
        self.count = label("", "strong")
        self.all = self._button("all", "", role="link")
        self.head = QWidget()
        inside = row(self.count, self.all, spacing=SPACE_S)
        inside.setAlignment(self.count, Qt.AlignmentFlag.AlignVCenter)
        inside.setAlignment(self.all, Qt.AlignmentFlag.AlignVCenter)
        self.head.setLayout(inside)
        self.buttons: dict[str, QPushButton] = {}
        layout = FlowLayout(spacing=SPACE_S)
        layout.addWidget(self.head)
        for key, words, glyph, may in (
            ("field", tr("Set field…"), "pencil-simple", may_change),
            ("tags", tr("Tags…"), "tag", may_change),
            ("owner", tr("Assign…"), "user", may_change),
            ("merge", tr("Merge…"), "git-merge", may_merge),
            ("export", tr("Export…"), "export", may_export),
            ("trash", tr("Move to trash"), "trash", may_trash),
            ("restore", tr("Restore from trash"), "arrow-counter-clockwise", may_trash),
        ):
            if may:
                self.buttons[key] = self._button(key, words, glyph=glyph)
                layout.addWidget(self.buttons[key])
        self.none = self._button("none", "", role="quiet", glyph="x", name=tr("Select one only"))
        outer = QHBoxLayout(self)
        outer.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        outer.setSpacing(SPACE_S)
        outer.addLayout(layout, 1)
        outer.addWidget(self.none, 0, Qt.AlignmentFlag.AlignTop)
        self.setObjectName(BOTTOM_BAR)
        self.hide()

    def _button(
        self, key: str, words: str, *, role: str = "", glyph: str = "", name: str = ""
    ) -> QPushButton:
        return button(words, lambda: self.wished.emit(key), role=role, glyph=glyph, name=name)

    def show_count(self, selected: int, total: int, *, trashed: bool, customers: bool) -> None:
        """Say how many of how many are selected; one alone has the card and needs no bar."""
        self.count.setText(tr("{count} selected").format(count=number(selected)))
        self.all.setText(tr("Select all {count} in this list").format(count=number(total)))
        self.all.setVisible(selected < total)
        for key, known in self.buttons.items():
            in_trash = {"restore": trashed, "export": True}.get(key, not trashed)
            known.setVisible(in_trash and (customers or key != "owner"))
        self.setVisible(selected > 1)
        if selected > 1 and self.buttons:
            # Beside the buttons, whose height is known once they are dressed.
            first = next(iter(self.buttons.values()))
            first.ensurePolished()
            self.head.setFixedHeight(first.sizeHint().height())
