"""What two people changed in one record, field by field: before, theirs, mine; one is chosen in each line."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QScrollArea, QWidget

from crm_desktop.domain.contact_merging import Clash, Place, Side
from crm_desktop.operations.contact_conflicts import Conflict
from crm_desktop.operations.row_conflicts import RowConflict
from crm_desktop.ui.messages import tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M, SPACE_S, SPACE_XL
from crm_desktop.ui.widgets.conflict_words import place_word, value_text
from crm_desktop.ui.widgets.contact_options import ContactOptions
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.parts import button, label, row

_WIDTH_PX = 720
_MOST_PX = 420
_LONGEST = 70
"""How much of a value stands beside its button; the tool tip has all of it."""


class ConflictDialog(Dialog):
    """``choices`` holds the side chosen in each line; mine at first, for it was typed just now."""

    def __init__(
        self,
        conflict: "Conflict | RowConflict[Any]",
        *,
        options: ContactOptions,
        clock: Clock,
        parent: QWidget | None = None,
    ) -> None:
        who = conflict.who or tr("Somebody else")
        super().__init__(
            tr("Which values are right?"),
            text=tr(
                "{name} saved this record {when}, while you were editing it, and changed the same fields. "
                "Choose what to keep; what only one of you changed is kept anyway."
            ).format(name=who, when=clock.relative(conflict.at)),
            accept=tr("Save the choice"),
            reject=tr("Back to my input"),
            parent=parent,
        )
        self._options = options
        self._groups: dict[Place, QButtonGroup] = {}
        self.mine_button = button(tr("Keep all mine"), lambda: self.choose_all(Side.MINE))
        self.theirs_button = button(tr("Take all theirs"), lambda: self.choose_all(Side.THEIRS))
        self.body.addLayout(row(self.mine_button, self.theirs_button, None, spacing=SPACE_S))
        self.body.addWidget(self._lines(conflict, who), 1)
        self.setMinimumWidth(_WIDTH_PX)

    def _lines(self, conflict: "Conflict | RowConflict[Any]", who: str) -> QScrollArea:
        page = QWidget()
        set_role(page, "page")
        grid = QGridLayout(page)
        grid.setContentsMargins(0, SPACE_S, SPACE_M, SPACE_S)
        grid.setHorizontalSpacing(SPACE_XL)
        grid.setVerticalSpacing(SPACE_M)
        for place, words in enumerate((tr("Field"), tr("Before"), who, tr("Mine"))):
            grid.addWidget(label(words, "caption"), 0, place)
            grid.setColumnStretch(place, 1)
        for line, clash in enumerate(conflict.clashes, start=1):
            self._add_line(grid, line, clash, who)
        grid.setRowStretch(len(conflict.clashes) + 1, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        area.setWidget(page)
        area.setMinimumHeight(min(page.sizeHint().height() + SPACE_M, _MOST_PX))
        return area

    def _add_line(self, grid: QGridLayout, line: int, clash: Clash, who: str) -> None:
        name = place_word(clash.place, clash.label, self._options)
        before = label(_short(value_text(clash.place, clash.before, self._options)), wrap=True)
        grid.addWidget(label(name, wrap=True), line, 0)
        grid.addWidget(before, line, 1)
        group = QButtonGroup(self)
        for place, (side, value) in enumerate(((Side.THEIRS, clash.theirs), (Side.MINE, clash.mine))):
            text = value_text(clash.place, value, self._options)
            # An ampersand in a value is no shortcut.
            choice = QRadioButton(_short(text).replace("&", "&&"))
            choice.setToolTip(text)
            whose = who if side is Side.THEIRS else tr("Mine")
            choice.setAccessibleName(f"{name}, {whose}: {text}")
            choice.setChecked(side is Side.MINE)
            group.addButton(choice, place)
            grid.addWidget(choice, line, 2 + place)
        self._groups[clash.place] = group

    def choose_all(self, side: Side) -> None:
        """Choose one side in every line."""
        for group in self._groups.values():
            group.button(0 if side is Side.THEIRS else 1).setChecked(True)

    def choose(self, place: Place, side: Side) -> None:
        """Choose a side in one line."""
        self._groups[place].button(0 if side is Side.THEIRS else 1).setChecked(True)

    @property
    def choices(self) -> dict[Place, Side]:
        """The side chosen in each line."""
        sides = (Side.THEIRS, Side.MINE)
        return {place: sides[group.checkedId()] for place, group in self._groups.items()}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
