"""Propose what the columns of an unknown table mean, and say what is not certain about it."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from crm_desktop.domain.calls import RejectedRow
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.folding import fold, tokens
from crm_desktop.importers.call_logs.column_guess import ColumnStudy, looks_like_number
from crm_desktop.importers.call_logs.content_guess import ColumnMoments, add_by_content, moments_of
from crm_desktop.importers.call_logs.csv_rows import CsvRows
from crm_desktop.importers.call_logs.date_guess import DateGuess, GuessedDates
from crm_desktop.importers.call_logs.header_words import HEADER_WORDS
from crm_desktop.importers.call_logs.mapping import Column, Mapping
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.table_layout import TableLayout, find_any_table, find_layout

_PREVIEW = 20
_EXPECTED = "a table with one call per line"
# The order in which fields choose their column: what a call cannot do without comes first.
_FIELDS = (
    "date",
    "time",
    "number",
    "caller",
    "callee",
    "direction",
    "outcome",
    "duration",
    "name",
    "own_line",
)


@dataclass(frozen=True, slots=True)
class ExaminedTable:
    """A proposal: what was found, the parts of it that are a guess or missing, the header, the first rows.

    ``moments``: what each column would be as date or time.
    ``found``: the fields of a ``Mapping`` as its document has them. ``header``: a name per column, empty
    where the table gives none.
    """

    name: str
    found: MappingABC[str, object]
    uncertain: tuple[str, ...]
    header: tuple[str, ...]
    preview: tuple[tuple[int, tuple[str, ...]], ...]
    moments: tuple[ColumnMoments, ...] = ()

    @property
    def mapping(self) -> Mapping:
        """Return the mapping. Raises ForeignFileError ``mapping_needed`` naming the first missing field."""
        for field in ("date", "number"):
            if field not in self.found and not (field == "number" and "caller" in self.found):
                raise ForeignFileError("mapping_needed", field=field, name=self.name)
        return Mapping.from_document(dict(self.found))


def suggest_mapping(path: Path, options: ReadingOptions) -> Mapping:
    """Return the proposed mapping. Raises ForeignFileError ``mapping_needed`` naming what was not found."""
    return examine_table(path, options).mapping


def certainty_of_head(head: FileHead) -> float:
    """Return how much the beginning of a file looks like a table of calls, never 0.9 or more."""
    layout = _layout(head.lines)
    if layout is None:
        return 0.1 if find_any_table(head.lines) is not None else 0.0
    places = _places(layout.header)
    dated = "date" in places or "time" in places
    numbered = "number" in places or {"caller", "callee"} <= places.keys()
    return 0.6 if dated and numbered else 0.3


def examine_table(path: Path, options: ReadingOptions) -> ExaminedTable:
    """Read a whole table and propose what its columns mean, whatever of it is found.

    Raises ForeignFileError ``log_not_recognized`` for what is no table.
    """
    lines = LogSource(path, encoding=options.encoding).head().lines
    layout = _layout(lines) or find_any_table(lines)
    if layout is None:
        raise ForeignFileError("log_not_recognized", name=path.name, expected=_EXPECTED)
    places = _places(layout.header)
    guessed = add_by_content(places, layout, options.region)
    study = ColumnStudy(places, layout.header, options.region)
    for cells in _cells(path, options, layout.delimiter, layout.header_line):
        study.add(cells)
    examined = _proposal(path.name, layout, places, study, guessed)
    return replace(examined, moments=moments_of(layout, options.region))


def date_format_of_column(path: Path, options: ReadingOptions, mapping: Mapping) -> GuessedDates:
    """Return the format of the mapping's date column, from all of its values."""
    guess, place = DateGuess(options.region), -1
    for cells in _cells(path, options, mapping.delimiter, mapping.header_line - 1):
        if place < 0:
            words = [fold(cell.strip().strip("\ufeff")) for cell in cells]
            place = words.index(fold(str(mapping.date)))
        elif len(cells) > place:
            guess.add(cells[place].strip())
    return guess.result()


def _proposal(
    name: str, layout: TableLayout, places: dict[str, int], study: ColumnStudy, guessed: set[str]
) -> ExaminedTable:
    dates = study.dates()
    columns: dict[str, Column] = {field: _column(layout.header, place) for field, place in places.items()}
    if dates.day is None:
        columns.pop("date", None)
    if dates.clock is None:
        columns.pop("time", None)
    direction = study.direction_values()
    found: dict[str, object] = {
        **columns,
        "delimiter": layout.delimiter,
        "header_line": layout.header_line,
        "duration_format": study.duration_format(),
    }
    if dates.day is not None:
        found["date_format"] = dates.day
    if "time" in columns:
        found["time_format"] = dates.clock
    if "direction" in columns:
        found["direction_values"] = direction.values
    doubts = {
        "date": "date" not in columns or "date" in guessed,
        "date_format": dates.day is not None and not dates.certain,
        "number": not columns.keys() & {"number", "caller"},
        "direction_values": "direction" in columns and not direction.certain,
        "direction": "direction" in guessed or ("direction" not in columns and "caller" not in columns),
        "duration": "duration" in guessed,
        "duration_format": not study.duration_is_certain(),
    }
    uncertain = tuple(field for field, doubtful in doubts.items() if doubtful)
    return ExaminedTable(name, found, uncertain, layout.header, _preview(layout))


def _preview(layout: TableLayout) -> tuple[tuple[int, tuple[str, ...]], ...]:
    return tuple(record for record in layout.records if record[0] > layout.header_line)[:_PREVIEW]


def _layout(lines: Sequence[str]) -> TableLayout | None:
    """Return the table under a header with known words for a date and for something else."""
    return find_layout(lines, is_header=_is_header)


def _is_header(cells: Sequence[str]) -> bool:
    if sum(bool(cell) for cell in cells) < 2 or any(looks_like_number(cell) for cell in cells):
        return False
    places = _places(cells)
    return len(places) >= 2 and bool(places.keys() & {"date", "time"})


def _places(header: Sequence[str]) -> dict[str, int]:
    """Return the column of each field by its header: the whole words first, then words among others."""
    places: dict[str, int] = {}
    folded = [fold(cell) for cell in header]
    parts = [set(tokens(cell)) for cell in header]
    for name in _FIELDS:
        place = _exact(folded, name, taken=places.values())
        if place is not None:
            places[name] = place
    for name in _FIELDS:
        if name not in places:
            place = _partial(parts, name, taken=places.values())
            if place is not None:
                places[name] = place
    if "number" in places:
        places.pop("caller", None)
        places.pop("callee", None)
    return places


def _exact(folded: Sequence[str], name: str, *, taken: Iterable[int]) -> int | None:
    used = set(taken)
    for word in HEADER_WORDS[name]:
        for place, cell in enumerate(folded):
            if cell == word and place not in used:
                return place
    return None


def _partial(parts: Sequence[set[str]], name: str, *, taken: Iterable[int]) -> int | None:
    used = set(taken)
    for word in HEADER_WORDS[name]:
        wanted = set(tokens(word))
        for place, cell in enumerate(parts):
            if wanted and len(word) > 2 and wanted <= cell and place not in used:
                return place
    return None


def _column(header: Sequence[str], place: int) -> Column:
    """Return the header's words, or the place where they are missing or not unique."""
    words = [fold(cell) for cell in header]
    word = header[place]
    return word if word and words.index(fold(word)) == place else place + 1


def _cells(path: Path, options: ReadingOptions, delimiter: str, lines_before: int) -> Iterator[list[str]]:
    """Yield the rows of a table from a line on."""
    lines = LogSource(path, encoding=options.encoding).lines()
    for _before in islice(lines, lines_before):
        pass
    for row in CsvRows(lines, delimiter=delimiter):
        if not isinstance(row, RejectedRow):
            yield row[1]
