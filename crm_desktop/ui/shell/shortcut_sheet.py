"""The shortcut sheet (F1): made from the one list of actions, so it cannot be out of date."""

from collections.abc import Iterable

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QScrollArea, QWidget

from crm_desktop.ui.messages import tr
from crm_desktop.ui.shell.actions import GROUPS, ActionSpec
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from crm_desktop.ui.widgets.parts import button, column, label, row


def _key_label(keys: str) -> QLabel:
    words = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    made = label(words, "pill")
    set_role(made, "pill", tone="neutral")
    return made


class ShortcutSheet(QDialog):
    """Lists every action with a key, by group, in two columns."""

    def __init__(self, available: Iterable[ActionSpec], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        specs = [spec for spec in available if spec.shortcut]
        blocks = [self._block(group, specs) for group in GROUPS]
        sides = row(spacing=SPACE_XL * 2)
        for half in (blocks[:1], blocks[1:]):
            side = column(*half, None, spacing=SPACE_XL)
            sides.addLayout(side)
        inner = QWidget()
        set_role(inner, "page")
        inner.setLayout(sides)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setAccessibleName(tr("Keyboard shortcuts"))
        close = button(tr("Close"), self.accept)
        close.setDefault(True)
        self.setLayout(
            column(
                label(tr("Keyboard shortcuts"), "title"),
                area,
                row(None, close),
                spacing=SPACE_L,
                margin=SPACE_XL,
            )
        )
        self.resize(inner.sizeHint().width() + 4 * SPACE_XL, 560)

    def _block(self, group: str, specs: list[ActionSpec]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_S)
        grid.setColumnStretch(0, 1)
        grid.addWidget(label(tr(GROUPS[group]), "section"), 0, 0)
        grid.setRowMinimumHeight(0, 28)
        lines = [(spec.words, spec.shortcut) for spec in specs if spec.group == group]
        if group == "view":
            lines.append((tr("Go to a page"), "Ctrl+1"))
        for place, (words, keys) in enumerate(lines, start=1):
            grid.addWidget(label(words), place, 0)
            keys_row = row(None, _key_label(keys), spacing=SPACE_M)
            if keys == "Ctrl+1":
                keys_row.addWidget(label("…", "muted"))
                keys_row.addWidget(_key_label("Ctrl+9"))
            grid.addLayout(keys_row, place, 1)
        return grid
