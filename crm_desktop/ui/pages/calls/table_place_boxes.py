"""Where the table stands in its file: sheet, line of the headers, delimiter, encoding; each changeable."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from crm_desktop.operations.call_logs import ExaminedTable, TablePlace
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_XS
from crm_desktop.ui.widgets.parts import column, label

ENCODINGS = (
    "utf-8", "cp1252", "iso-8859-15", "cp1250", "cp1251", "cp1253", "cp1254", "cp437", "cp850", "mac-roman",
    "utf-16", "shift_jis",
)  # fmt: skip
_TITLE = 48


def _delimiters() -> list[tuple[str, str]]:
    return [(",", tr("Comma")), (";", tr("Semicolon")), ("\t", tr("Tab")), ("|", tr("Vertical bar"))]


class TablePlaceBoxes(QWidget):
    """``said`` with a ``TablePlace`` when the user knows better where the table stands."""

    said = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._said = TablePlace()
        self._found = self._said
        self.sheet, self.header_line = self._box(tr("Sheet")), self._box(tr("Line of the headers"))
        self.delimiter, self.encoding = self._box(tr("Columns end with")), self._box(tr("Encoding"))
        self.sheet.activated.connect(self._say_sheet)
        self.header_line.activated.connect(self._say_header_line)
        self.delimiter.activated.connect(self._say_delimiter)
        self.encoding.activated.connect(self._say_encoding)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M)
        self._cells = []
        for place, box in enumerate((self.header_line, self.delimiter, self.encoding, self.sheet)):
            cell = QWidget()
            words = label(box.accessibleName(), "muted")
            words.setBuddy(box)
            cell.setLayout(column(words, box, spacing=SPACE_XS))
            grid.addWidget(cell, 0, place)
            grid.setColumnStretch(place, 2 if box is self.header_line else 1)
            self._cells.append(cell)

    def _box(self, name: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        return box

    def show_place(self, examined: ExaminedTable, *, anew: bool) -> None:
        """Show where a table was found; ``anew``: another table, of which nothing was said yet."""
        self._found = self._said = TablePlace() if anew else self._said
        self._fill_all(examined)

    def show_again(self, examined: ExaminedTable) -> None:
        """Show the place as before: there was no table where the user said."""
        self._said = self._found
        self._fill_all(examined)

    def _fill_all(self, examined: ExaminedTable) -> None:
        workbook = not examined.encoding
        self._fill(self.header_line, [(0, tr("None")), *_lines(examined)], examined.found["header_line"])
        self._fill(self.sheet, [(name, name) for name in examined.sheets], examined.found.get("sheet"))
        self._fill(self.delimiter, _delimiters(), examined.found["delimiter"])
        self._fill(self.encoding, [(name, name) for name in ENCODINGS], _plain(examined.encoding))
        _line, delimiter, encoding, sheet = self._cells
        delimiter.setVisible(not workbook)
        encoding.setVisible(not workbook)
        sheet.setVisible(len(examined.sheets) > 1)

    def _fill(
        self, box: QComboBox, items: list[tuple[object, str]] | list[tuple[str, str]], now: object
    ) -> None:
        box.clear()
        for value, words in items:
            box.addItem(words, value)
        if now is not None and box.findData(now) < 0:
            box.addItem(str(now), now)
        box.setCurrentIndex(max(0, box.findData(now)))

    def _say_sheet(self) -> None:
        self._say(TablePlace(sheet=self.sheet.currentData()))

    def _say_header_line(self) -> None:
        self._say(
            replace(
                self._said,
                sheet=self.sheet.currentData(),
                delimiter=self.delimiter.currentData(),
                header_line=self.header_line.currentData(),
            )
        )

    def _say_delimiter(self) -> None:
        self._say(replace(self._said, delimiter=self.delimiter.currentData(), header_line=None))

    def _say_encoding(self) -> None:
        self._say(replace(self._said, encoding=self.encoding.currentData()))

    def _say(self, place: TablePlace) -> None:
        self._said = place
        self.said.emit(place)


def _plain(encoding: str) -> str | None:
    """Return the name people know of an encoding found with or without its mark."""
    return {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16", "": None}.get(
        encoding, encoding
    )


def _lines(examined: ExaminedTable) -> list[tuple[object, str]]:
    """Return the first lines of the file with their number, to choose the headers from."""
    found: list[tuple[object, str]] = []
    for line, cells in examined.first_lines:
        words = " · ".join(cell.strip() for cell in cells if cell.strip())
        shown = words if len(words) <= _TITLE else f"{words[: _TITLE - 1]}…"
        found.append((line, tr("{line}: {words}").format(line=line, words=shown)))
    return found
