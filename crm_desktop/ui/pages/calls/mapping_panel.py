"""What the columns of an unknown table mean: proposed by the program, corrected by the user."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.folding import fold
from crm_desktop.operations.call_logs import ExaminedTable, Mapping
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.calls.date_format_box import DateFormatBox
from crm_desktop.ui.tokens import SPACE_M, SPACE_XS
from crm_desktop.ui.widgets.parts import clear, column, label
from crm_desktop.ui.widgets.record_source import Column, Row
from crm_desktop.ui.widgets.static_table import StaticTable
from crm_desktop.ui.widgets.words import direction_word, outcome_word

DURATION_FORMATS = ("mm:ss or h:mm:ss", "h:mm", "s", "min", "ms", "iso", "text")
PREVIEW_ROWS = 20
ALL = "all:"
"""Begins the choices that give every call one direction."""


def _fields() -> list[tuple[str, str]]:
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


def _meanings() -> list[tuple[str, str]]:
    """Return (value, words) of what a word of the direction column can mean."""
    incoming, outgoing = (direction_word(way) for way in (Direction.INCOMING, Direction.OUTGOING))
    found = [("incoming", incoming), ("outgoing", outgoing)]
    found += [
        (f"incoming/{way.value}", f"{incoming}, {outcome_word(way)}")
        for way in (Outcome.ANSWERED, Outcome.MISSED, Outcome.REJECTED, Outcome.BLOCKED, Outcome.VOICEMAIL)
    ]
    found += [
        (f"outgoing/{way.value}", f"{outgoing}, {outcome_word(way)}")
        for way in (Outcome.ANSWERED, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.CANCELLED)
    ]
    return [
        *found,
        ("internal", tr("Internal call, left out")),
        ("unknown", direction_word(Direction.UNKNOWN)),
    ]


class MappingPanel(QWidget):
    """``changed`` when a column or a word means something else now."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._examined: ExaminedTable | None = None
        self.columns: dict[str, QComboBox] = {}
        self.words: dict[str, QComboBox] = {}
        self.dates_are_sure = True
        self.date_format = DateFormatBox()
        self.date_format.chosen.connect(self.confirm_dates)
        self.duration_format = self._duration_box()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(SPACE_M)
        self._word_grid = QGridLayout()
        self._word_grid.setHorizontalSpacing(SPACE_M)
        self._word_grid.setColumnStretch(1, 1)
        self._word_title = label(tr("Words of the direction column").upper(), "capitals")
        self.preview = StaticTable(name=tr("The first rows"))
        self.preview.setMinimumHeight(220)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        self._title = label("", "capitals")
        layout.addWidget(self._title)
        layout.addLayout(self._grid)
        layout.addWidget(self._word_title)
        layout.addLayout(self._word_grid)
        layout.addWidget(label(tr("The first rows").upper(), "capitals"))
        layout.addWidget(self.preview)
        self._build_columns()

    def _build_columns(self) -> None:
        for key, words in _fields():
            box = QComboBox()
            box.setAccessibleName(words)
            box.currentIndexChanged.connect(self._date_moved if key == "date" else self._column_changed)
            self.columns[key] = box
        parts: list[tuple[str, QComboBox]] = [(words, self.columns[key]) for key, words in _fields()]
        parts[2:2] = [(tr("Date format"), self.date_format)]
        parts.append((tr("Format of the talk time"), self.duration_format))
        for place, (words, box) in enumerate(parts):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            self._grid.addLayout(column(label(words, "muted"), box, spacing=SPACE_XS), place // 3, place % 3)
            self._grid.setColumnStretch(place % 3, 1)

    def _duration_box(self) -> QComboBox:
        box = QComboBox()
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.addItems(list(DURATION_FORMATS))
        box.setAccessibleName(tr("Format of the talk time"))
        line = box.lineEdit()
        if line is not None:
            line.editingFinished.connect(self.changed)
        box.activated.connect(self.changed)
        return box

    # --- showing -------------------------------------------------------------------------------

    def show_table(self, examined: ExaminedTable) -> None:
        """Show the proposal for a table; what was not found is left to be chosen."""
        self._examined = examined
        self._title.setText(tr("What the columns of “{name}” mean").format(name=examined.name).upper())
        with QSignalBlocker(self):
            for key, box in self.columns.items():
                self._fill_column(key, box, examined)
            self._offer_dates()
            if "date_format" in examined.found:
                self.date_format.show_style(str(examined.found["date_format"]))
            self.dates_are_sure = "date" not in examined.found or not (
                {"date", "date_format"} & set(examined.uncertain)
            )
            self.duration_format.setEditText(str(examined.found["duration_format"]))
            rows = [cells for _line, cells in examined.preview[:PREVIEW_ROWS]]
            width = max([len(examined.header), *map(len, rows)])
            filled: list[Row] = [(*cells, *("" for _ in range(width - len(cells)))) for cells in rows]
            self.preview.show_rows(_preview_columns(examined.header, width), filled)
            self._show_words()

    def _fill_column(self, key: str, box: QComboBox, examined: ExaminedTable) -> None:
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
        box.setCurrentIndex(max(0, box.findData(self._place(examined.found.get(key)))))
        box.setToolTip("" if sure else tr("Not certain: please look at it."))
        box.setProperty("refused", not sure)
        blocker.unblock()

    def _place(self, chosen: object) -> int | None:
        """Return the 1-based place of a column given by its words or its place."""
        if not isinstance(chosen, str) or self._examined is None:
            return chosen if isinstance(chosen, int) else None
        folded = [fold(words) for words in self._examined.header]
        return folded.index(fold(chosen)) + 1 if fold(chosen) in folded else None

    def _offer_dates(self) -> bool:
        """Offer the formats that fit the date column; tell whether the first of them is certain."""
        examined, place = self._examined, self.columns["date"].currentData()
        if examined is None or place is None or place > len(examined.moments):
            return True
        found = examined.moments[place - 1]
        self.date_format.offer(found.styles)
        return found.certain or not found.styles

    def _date_moved(self) -> None:
        self.dates_are_sure = self._offer_dates()
        self._column_changed()

    def confirm_dates(self) -> None:
        """Take the format shown as the user's word."""
        self.dates_are_sure = True
        self.changed.emit()

    def _column_changed(self) -> None:
        self._show_words()
        self.changed.emit()

    def _show_words(self) -> None:
        """Offer a meaning for each distinct word the direction column holds in the first rows."""
        examined, place = self._examined, self.columns["direction"].currentData()
        known = self._known_words(place)
        found = list(known)
        if examined is not None and isinstance(place, int):
            cells = (cells[place - 1].strip() for _line, cells in examined.preview if len(cells) >= place)
            found = list(dict.fromkeys([*known, *(cell for cell in cells if cell)]))
        clear(self._word_grid)
        self.words = {}
        for row, word in enumerate(found):
            self._word_grid.addWidget(label(word), row, 0)
            self._word_grid.addWidget(self._word_box(word, known.get(word)), row, 1)
        self._word_title.setVisible(bool(self.words))

    def _known_words(self, place: object) -> dict[str, str]:
        """Return the words of the proposed direction column, if it is the one chosen."""
        found = self._examined.found if self._examined is not None else {}
        known = found.get("direction_values")
        proposed = place is not None and place == self._place(found.get("direction"))
        return dict(known) if proposed and isinstance(known, dict) else {}

    def _word_box(self, word: str, meaning: str | None) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(tr("Meaning of “{word}”").format(word=word))
        box.addItem(tr("As usual"), None)
        for value, words in _meanings():
            box.addItem(words, value)
        if meaning is not None and box.findData(meaning) < 0:
            box.addItem(meaning, meaning)
        box.setCurrentIndex(max(0, box.findData(meaning)))
        box.currentIndexChanged.connect(self.changed)
        self.words[word] = box
        return box

    # --- reading -------------------------------------------------------------------------------

    @property
    def file_name(self) -> str:
        """The name of the file whose columns are asked for."""
        return "" if self._examined is None else self._examined.name

    def lacking(self) -> list[str]:
        """Return the words of the columns a call cannot do without and nobody has chosen yet."""
        if self._examined is None:
            return []
        chosen = {key for key, box in self.columns.items() if box.currentData() is not None}
        both = {"caller", "callee"} <= chosen
        needed = ["date"] if both else ["date", "number", "direction"]
        words = dict(_fields())
        return [words[key] for key in needed if key not in chosen]

    def mapping(self) -> Mapping | None:
        """Return the mapping as chosen.

        Raises ForeignFileError ``mapping_needed`` or ``mapping_invalid`` for what cannot be read.
        """
        if self._examined is None:
            return None
        chosen = {key: box.currentData() for key, box in self.columns.items()}
        document = dict(self._examined.found) | chosen
        if isinstance(chosen["direction"], str):
            document |= {"direction": None, "direction_of_all": chosen["direction"].removeprefix(ALL)}
        place = chosen["time"]
        if isinstance(place, int) and place <= len(self._examined.moments):
            document["time_format"] = self._examined.moments[place - 1].clock
        document["date_format"] = self.date_format.style_chosen()
        document["duration_format"] = self.duration_format.currentText().strip()
        meanings = {word: box.currentData() for word, box in self.words.items() if box.currentData()}
        made = Mapping.from_document({key: value for key, value in document.items() if value is not None})
        return replace(made, direction_values=meanings or None)


def _preview_columns(header: Sequence[str], width: int) -> list[Column]:
    titles = [*header, *("" for _ in range(width - len(header)))]
    return [
        Column(str(place), words or tr("Column {place}").format(place=place), width=130, sortable=False)
        for place, words in enumerate(titles, start=1)
    ]
