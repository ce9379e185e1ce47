"""Propose what the columns of an unknown table mean, and say what is not certain about it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from crm_desktop.domain.calls import RejectedRow
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.folding import fold, tokens
from crm_desktop.importers.call_logs.column_guess import ColumnStudy, looks_like_number
from crm_desktop.importers.call_logs.csv_rows import CsvRows
from crm_desktop.importers.call_logs.date_guess import DateGuess, GuessedDates
from crm_desktop.importers.call_logs.header_words import HEADER_WORDS
from crm_desktop.importers.call_logs.mapping import Column, Mapping
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.table_layout import TableLayout, find_layout

_PREVIEW = 20
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
    """A proposal: the mapping, the parts of it that are a guess, the header and the first rows."""

    mapping: Mapping
    uncertain: tuple[str, ...]
    header: tuple[str, ...]
    preview: tuple[tuple[int, tuple[str, ...]], ...]


def suggest_mapping(path: Path, options: ReadingOptions) -> Mapping:
    """Return the proposed mapping. Raises ForeignFileError ``mapping_needed`` naming what was not found."""
    return examine_table(path, options).mapping


def certainty_of_head(head: FileHead) -> float:
    """Return how much the beginning of a file looks like a table of calls, never 0.9 or more."""
    layout = _layout(head.lines)
    if layout is None:
        return 0.0
    places = _places(layout.header)
    dated = "date" in places or "time" in places
    numbered = "number" in places or {"caller", "callee"} <= places.keys()
    return 0.6 if dated and numbered else 0.3


def examine_table(path: Path, options: ReadingOptions) -> ExaminedTable:
    """Read a whole table and propose its mapping. Raises ForeignFileError ``mapping_needed``."""
    layout = _layout(LogSource(path, encoding=options.encoding).head().lines)
    if layout is None:
        raise ForeignFileError("mapping_needed", field="date")
    places = _places(layout.header)
    _add_by_content(places, layout)
    if "date" not in places:
        raise ForeignFileError("mapping_needed", field="date")
    if "number" not in places and not {"caller", "callee"} <= places.keys():
        raise ForeignFileError("mapping_needed", field="number")
    study = ColumnStudy(places, layout.header, options.region)
    for cells in _cells(path, options, layout.delimiter, layout.header_line):
        study.add(cells)
    return _proposal(layout, places, study)


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


def _proposal(layout: TableLayout, places: dict[str, int], study: ColumnStudy) -> ExaminedTable:
    dates = study.dates()
    if dates.day is None:
        raise ForeignFileError("mapping_needed", field="date")
    columns: dict[str, Column] = {name: _column(layout.header, place) for name, place in places.items()}
    if dates.clock is None:
        columns.pop("time", None)
    direction = study.direction_values()
    mapping = Mapping(
        date=columns["date"], delimiter=layout.delimiter, header_line=layout.header_line,
        time=columns.get("time"), date_format=dates.day, time_format=dates.clock,
        direction=columns.get("direction"),
        direction_values=direction.values if "direction" in columns else None,
        outcome=columns.get("outcome"), number=columns.get("number"), caller=columns.get("caller"),
        callee=columns.get("callee"), name=columns.get("name"), duration=columns.get("duration"),
        duration_format=study.duration_format(), own_line=columns.get("own_line"),
    )  # fmt: skip
    doubts = {
        "date_format": not dates.certain,
        "direction_values": "direction" in columns and not direction.certain,
        "direction": "direction" not in columns and "caller" not in columns,
        "duration_format": not study.duration_is_certain(),
    }
    uncertain = tuple(name for name, doubtful in doubts.items() if doubtful)
    return ExaminedTable(mapping, uncertain, layout.header, _preview(layout))


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


def _add_by_content(places: dict[str, int], layout: TableLayout) -> None:
    """Find the numbers by how they look where no header says so; a lone time column holds the dates."""
    if "date" not in places and "time" in places:
        places["date"] = places.pop("time")
    if "number" in places or {"caller", "callee"} <= places.keys():
        return
    places.pop("caller", None)
    places.pop("callee", None)
    rows = [cells for line, cells in layout.records if line > layout.header_line]
    free = [place for place in range(layout.columns) if place not in places.values()]
    shares = {place: _share_of_numbers(rows, place) for place in free}
    best = max(free, key=lambda place: shares[place], default=None)
    if best is not None and shares[best] > 0.5:
        places["number"] = best


def _share_of_numbers(rows: Sequence[Sequence[str]], place: int) -> float:
    values = [row[place].strip() for row in rows if len(row) > place and row[place].strip()]
    return sum(map(looks_like_number, values)) / len(values) if values else 0.0


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
