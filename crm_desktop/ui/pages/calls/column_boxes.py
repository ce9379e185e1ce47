"""Which column of a table is which part of a call, one box per part."""

from functools import partial

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from crm_desktop.domain.calls import Direction
from crm_desktop.domain.folding import fold
from crm_desktop.operations.call_logs import ExaminedTable
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.calls.date_format_box import DateFormatBox
from crm_desktop.ui.pages.calls.duration_format_box import DurationFormatBox
from crm_desktop.ui.tokens import SPACE_M, SPACE_XS
from crm_desktop.ui.widgets.parts import column, label
from crm_desktop.ui.widgets.words import direction_word

ALL = "all:"
"""Begins the choices that give every call one direction."""


def call_parts() -> list[tuple[str, str]]:
    """Return (field of a mapping, words) of the parts of a call, in the order they are asked for."""
    return [
        ("date", tr("Date")),
        ("time", tr("Time, if separate")),
        ("number", tr("Number")),
        ("caller", tr("Caller")),
        ("callee", tr("Called")),
        ("direction", tr("Direction")),
        ("outcome", tr("Outcome")),
        ("duration", tr("Talk time")),
        ("name", tr("Name")),
        ("own_line", tr("Own line")),
    ]


class ColumnBoxes(QWidget):
    """``moved`` with the field whose column is another one now; beside them the formats of two."""

    moved = Signal(str)

    def __init__(self, date_format: DateFormatBox, duration_format: DurationFormatBox) -> None:
        super().__init__()
        self.boxes: dict[str, QComboBox] = {}
        self._header: tuple[str, ...] = ()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_M)
        for key, words in call_parts():
            box = QComboBox()
            box.setAccessibleName(words)
            box.currentIndexChanged.connect(partial(self._move, key))
            self.boxes[key] = box
        parts: list[tuple[str, QComboBox]] = [(words, self.boxes[key]) for key, words in call_parts()]
        parts[2:2] = [(date_format.accessibleName(), date_format)]
        parts.append((duration_format.accessibleName(), duration_format))
        for place, (words, box) in enumerate(parts):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            named = label(words, "muted")
            named.setBuddy(box)
            grid.addLayout(column(named, box, spacing=SPACE_XS), place // 3, place % 3)
            grid.setColumnStretch(place % 3, 1)

    def _move(self, key: str, _place: int) -> None:
        box = self.boxes[key]
        if box.property("refused") and box.currentData() is not None:
            _mark(box, sure=True)  # somebody has looked at it
        self.moved.emit(key)

    def show_columns(self, examined: ExaminedTable) -> None:
        """Offer the columns of a table and show what is proposed."""
        self._header = examined.header
        for key, box in self.boxes.items():
            self._fill(key, box, examined)

    def _fill(self, key: str, box: QComboBox, examined: ExaminedTable) -> None:
        sure = key not in examined.uncertain
        blocker = QSignalBlocker(box)
        box.clear()
        asked = key in {"date", "number", "direction"} and key not in examined.found and not sure
        box.addItem(tr("– please choose –") if asked else tr("– not in the file –"), None)
        for place, words in enumerate(examined.header, start=1):
            box.addItem(words or tr("Column {place}").format(place=place), place)
        if key == "direction":
            for way in (Direction.INCOMING, Direction.OUTGOING, Direction.UNKNOWN):
                box.addItem(
                    tr("Every call: {direction}").format(direction=direction_word(way)), ALL + way.value
                )
        chosen: object = self.place_of(examined.found.get(key))
        if key == "direction" and examined.found.get("direction_of_all"):
            chosen = ALL + str(examined.found["direction_of_all"])
        box.setCurrentIndex(max(0, box.findData(chosen)))
        _mark(box, sure=sure)
        blocker.unblock()

    def place_of(self, chosen: object) -> int | None:
        """Return the 1-based place of a column given by its words or its place."""
        if not isinstance(chosen, str):
            return chosen if isinstance(chosen, int) else None
        folded = [fold(words) for words in self._header]
        return folded.index(fold(chosen)) + 1 if fold(chosen) in folded else None

    def chosen(self) -> dict[str, object]:
        """Return what is chosen for each field: a place, None, or ``ALL`` and a direction."""
        return {key: box.currentData() for key, box in self.boxes.items()}


def _mark(box: QComboBox, *, sure: bool) -> None:
    """Say at a box whether its column is certain."""
    box.setToolTip("" if sure else tr("Not certain: please look at it."))
    box.setProperty("refused", not sure)
    box.update()
