"""What the columns of an unknown table mean: proposed by the program, corrected by the user, kept by name."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from crm_desktop.operations.call_logs import (
    ColumnWords,
    ExaminedTable,
    Mapping,
    as_saved,
    usual_directions,
    usual_outcomes,
)
from crm_desktop.operations.call_mappings import SavedMapping
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.calls.column_boxes import ALL, ColumnBoxes, call_parts
from crm_desktop.ui.pages.calls.date_format_box import DateFormatBox
from crm_desktop.ui.pages.calls.duration_format_box import DurationFormatBox
from crm_desktop.ui.pages.calls.mapping_keeping import MappingKeeping
from crm_desktop.ui.pages.calls.table_place_boxes import TablePlaceBoxes
from crm_desktop.ui.pages.calls.word_table import WordTable, direction_meanings, outcome_meanings
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import label
from crm_desktop.ui.widgets.record_source import Column, Row
from crm_desktop.ui.widgets.static_table import StaticTable

PREVIEW_ROWS = 20


class MappingPanel(QWidget):
    """``changed`` when a column or a word means something else now.

    ``place_said`` with a ``TablePlace`` when the table is to be looked for elsewhere in its file: whoever
    shows the panel examines the file again and calls ``show_table``.
    """

    changed = Signal()
    place_said = Signal(object)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._examined: ExaminedTable | None = None
        self.dates_are_sure = True
        self._talk_said = False
        self.place = TablePlaceBoxes()
        self.place.said.connect(self.place_said)
        self.date_format = DateFormatBox()
        self.date_format.chosen.connect(self.confirm_dates)
        self.duration_format = DurationFormatBox()
        self.duration_format.activated.connect(self._confirm_talk)
        self._columns = ColumnBoxes(self.date_format, self.duration_format)
        self._columns.moved.connect(self._column_moved)
        self.columns = self._columns.boxes
        self.direction_words = WordTable(tr("Words of the direction column"), direction_meanings())
        self.outcome_words = WordTable(tr("Words of the outcome column"), outcome_meanings())
        self.keeping = MappingKeeping(context, self.mapping)
        self.keeping.used.connect(self._use)
        self.lines_note = label(
            tr(
                "A table of several own lines is read as the log of an office: only calls of lines whose "
                "member consented are taken from it."
            ),
            "caption",
            wrap=True,
        )
        self.preview = StaticTable(name=tr("The first rows"))
        self.preview.setMinimumHeight(220)
        self._fit = ColumnFit(self.preview)
        self._title = label("", "capitals", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        rows_title = label(tr("The first rows").upper(), "capitals")
        for part in (
            self._title, self.keeping, self.place, rows_title, self.preview, self._columns,
            self.direction_words, self.outcome_words, self.lines_note,
        ):  # fmt: skip
            layout.addWidget(part)
        for words in (self.direction_words, self.outcome_words):
            words.changed.connect(self.changed)

    @property
    def words(self) -> dict[str, QComboBox]:
        """The boxes for the words of the direction column."""
        return self.direction_words.boxes

    # --- showing -------------------------------------------------------------------------------

    def show_table(self, examined: ExaminedTable) -> None:
        """Show the proposal for a table; what was not found is left to be chosen."""
        anew = self._examined is None or self._examined.name != examined.name
        self._examined = examined
        self._title.setText(tr("What the columns of “{name}” mean").format(name=examined.name).upper())
        self.keeping.show_known(examined)
        with QSignalBlocker(self):
            self.place.show_place(examined, anew=anew)
            self._columns.show_columns(examined)
            self._offer_dates()
            if "date_format" in examined.found:
                self.date_format.show_style(str(examined.found["date_format"]))
            self.dates_are_sure = "date" not in examined.found or not (
                {"date", "date_format"} & set(examined.uncertain)
            )
            self._talk_said = False
            self.duration_format.show_style(str(examined.found.get("duration_format", "mm:ss or h:mm:ss")))
            self.duration_format.show_doubt(doubtful=bool(examined.doubtful_pair))
            self._show_words("direction")
            self._show_words("outcome")
            self._show_lines()
        rows = [cells for _line, cells in examined.preview[:PREVIEW_ROWS]]
        width = max([len(examined.header), *map(len, rows)])
        filled: list[Row] = [(*cells, *("" for _ in range(width - len(cells)))) for cells in rows]
        self.preview.show_rows(_preview_columns(examined.header, width), filled)
        self._fit.fit()

    def show_place_again(self) -> None:
        """Show where the table stands after it was not found where the user said."""
        if self._examined is not None:
            self.place.show_again(self._examined)

    def _offer_dates(self) -> bool:
        """Offer the formats that fit the date column; tell whether the first of them is certain."""
        examined, place = self._examined, self.columns["date"].currentData()
        if examined is None or place is None or place > len(examined.moments):
            return True
        found = examined.moments[place - 1]
        self.date_format.offer(found.styles)
        return found.certain or not found.styles

    def _column_moved(self, key: str) -> None:
        if key == "date":
            self.dates_are_sure = self._offer_dates()
        if key in {"direction", "outcome"}:
            self._show_words(key)
        self._show_lines()
        self.changed.emit()

    def question(self) -> tuple[str, str] | None:
        """Return what is to be answered before anything is imported, and the words that take it as shown."""
        if not self.dates_are_sure:
            return self._question_of_dates(), tr("These dates are right")
        pair = self._doubtful_pair()
        if not pair:
            return None
        first, second = map(int, pair.split(":"))
        words = tr(
            "A talk time of “{pair}” may be {first} min {second} s, or {first} h {second} min. "
            "If it is hours, choose the format of the talk time below."
        )
        right = tr("{first} min {second} s is right")
        return (
            words.format(pair=pair, first=first, second=second),
            right.format(first=first, second=second),
        )

    def _question_of_dates(self) -> str:
        examined = self._examined
        if examined is not None and "date" in examined.uncertain and "date_format" not in examined.uncertain:
            return tr("It is not certain which column says when the call was. Look at the dates below.")
        return tr("The date format is not certain: is the day or the month first? Look at the dates below.")

    def _doubtful_pair(self) -> str:
        """Return the talk time to ask about, empty where that was said or another column holds them."""
        examined, place = self._examined, self.columns["duration"].currentData()
        if examined is None or self._talk_said:
            return ""
        proposed = self._columns.place_of(examined.found.get("duration"))
        return examined.doubtful_pair if place is not None and place == proposed else ""

    def confirm(self) -> None:
        """Take what is asked about as the user's word, as it is shown."""
        if self.dates_are_sure:
            self._confirm_talk()
        else:
            self.confirm_dates()

    def _confirm_talk(self) -> None:
        self._talk_said = True
        self.duration_format.show_doubt(doubtful=False)
        self.changed.emit()

    def confirm_dates(self) -> None:
        """Take the format shown as the user's word."""
        self.dates_are_sure = True
        self.changed.emit()

    def _words_of(self, key: str) -> ColumnWords:
        """Return the words of the column chosen for a field."""
        examined, place = self._examined, self.columns[key].currentData()
        if examined is None or not isinstance(place, int) or place > len(examined.words):
            return ColumnWords()
        return examined.words[place - 1]

    def _show_words(self, key: str) -> None:
        """Offer a meaning for each distinct word of the column, over all rows of the table."""
        words = self._words_of(key)
        plain = [word for word, _count in words.counts]
        if key == "direction":
            self.direction_words.show_words(words, usual_directions(plain) | self._proposed(key))
        else:
            self.outcome_words.show_words(words, usual_outcomes(plain) | self._proposed(key))

    def _proposed(self, key: str) -> dict[str, str]:
        """Return the proposed words of a column, if it is the one chosen."""
        found = self._examined.found if self._examined is not None else {}
        known, place = found.get(f"{key}_values"), self.columns[key].currentData()
        chosen = place is not None and place == self._columns.place_of(found.get(key))
        return dict(known) if chosen and isinstance(known, dict) else {}

    def _show_lines(self) -> None:
        """Say what it means that a table names several own lines."""
        several = len(self._words_of("own_line").counts) > 1
        both = {"caller", "callee"} <= self._chosen() and "number" not in self._chosen()
        self.lines_note.setVisible(several or both)

    def _use(self, saved: SavedMapping) -> None:
        """Read the table by a saved mapping, as far as it has its columns."""
        examined = self._examined
        if examined is None:
            return
        kept = {"delimiter", "header_line", "sheet", "encoding"}
        where = {key: value for key, value in examined.found.items() if key in kept}
        means = {key: value for key, value in saved.table.mapping.to_document().items() if key not in kept}
        self.show_table(as_saved(replace(examined, found={**means, **where}, known=saved.name)))
        self.changed.emit()

    # --- reading -------------------------------------------------------------------------------

    @property
    def file_name(self) -> str:
        """The name of the file whose columns are asked for."""
        return "" if self._examined is None else self._examined.name

    def _chosen(self) -> set[str]:
        return {key for key, box in self.columns.items() if box.currentData() is not None}

    def lacking(self) -> list[str]:
        """Return the words of the columns a call cannot do without and nobody has chosen yet."""
        if self._examined is None:
            return []
        chosen = self._chosen()
        both = {"caller", "callee"} <= chosen
        needed = ["date"] if both else ["date", "number", "direction"]
        words = dict(call_parts())
        return [words[key] for key in needed if key not in chosen]

    def mapping(self) -> Mapping | None:
        """Return the mapping as chosen.

        Raises ForeignFileError ``mapping_needed`` or ``mapping_invalid`` for what cannot be read.
        """
        if self._examined is None:
            return None
        chosen = self._columns.chosen()
        document = dict(self._examined.found) | chosen | {"direction_of_all": None}
        direction = chosen["direction"]
        if isinstance(direction, str):
            document |= {"direction": None, "direction_of_all": direction.removeprefix(ALL)}
        place = chosen["time"]
        if isinstance(place, int) and place <= len(self._examined.moments):
            document["time_format"] = self._examined.moments[place - 1].clock
        document["date_format"] = self.date_format.style_chosen()
        document["duration_format"] = self.duration_format.style_chosen()
        made = Mapping.from_document({key: value for key, value in document.items() if value is not None})
        return replace(
            made,
            direction_values=self.direction_words.meanings(),
            outcome_values=self.outcome_words.meanings(),
        )


def _preview_columns(header: Sequence[str], width: int) -> list[Column]:
    titles = [*header, *("" for _ in range(width - len(header)))]
    return [
        Column(str(place), words or tr("Column {place}").format(place=place), width=130, sortable=False)
        for place, words in enumerate(titles, start=1)
    ]
