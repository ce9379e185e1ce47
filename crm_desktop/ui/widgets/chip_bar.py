"""Saved filters as chips with live counts; exactly one is chosen. They wrap when the window is narrow."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.tokens import SPACE_S
from crm_desktop.ui.widgets.flow_layout import FlowLayout


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: ``count`` is None while it is not known (or may not be shown)."""

    key: str
    title: str
    count: int | None = None
    tip: str = ""


class ChipBar(QWidget):
    """``chosen(key)``: the chip pressed; ``menu_requested(key, global position)``: a right click on it."""

    chosen = Signal(str)
    menu_requested = Signal(str, QPoint)

    def __init__(self, chips: Sequence[Chip] = (), *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name or tr("Filters"))
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QPushButton] = {}
        self._chips: dict[str, Chip] = {}
        self._layout = FlowLayout(self, spacing=SPACE_S)
        self.set_chips(chips)

    def set_chips(self, chips: Sequence[Chip], *, current: str | None = None) -> None:
        """Offer ``chips``; the one chosen before (or ``current``) stays chosen when it is still there."""
        keep = current or self.current()
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons, self._chips = {}, {}
        for chip in chips:
            self._add(chip)
        first = next(iter(self._buttons), "")
        self.choose(keep if keep in self._buttons else first)

    def _add(self, chip: Chip) -> None:
        button = QPushButton(self)
        button.setCheckable(True)
        button.setProperty("role", "chip")
        button.setAutoDefault(False)
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        button.clicked.connect(lambda: self.chosen.emit(chip.key))
        button.customContextMenuRequested.connect(
            lambda at: self.menu_requested.emit(chip.key, button.mapToGlobal(at))
        )
        self._group.addButton(button)
        self._buttons[chip.key] = button
        self._layout.addWidget(button)
        self._show(chip)

    def _show(self, chip: Chip) -> None:
        self._chips[chip.key] = chip
        button = self._buttons[chip.key]
        count = "" if chip.count is None else number(chip.count)
        button.setText(f"{chip.title}  {count}".strip())
        button.setAccessibleName(f"{chip.title}, {count}" if count else chip.title)
        button.setToolTip(chip.tip)

    def set_count(self, key: str, count: int | None) -> None:
        """Show the new ``count`` of the chip ``key``; an unknown key is passed over."""
        chip = self._chips.get(key)
        if chip is not None:
            self._show(Chip(chip.key, chip.title, count, chip.tip))

    def choose(self, key: str) -> None:
        """Show ``key`` as chosen, without a signal."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    def current(self) -> str:
        """Return the key of the chosen chip, empty without chips."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")
