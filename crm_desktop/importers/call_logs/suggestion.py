"""Propose what the columns of an unknown table mean, and say what is not certain about it."""

from collections.abc import Iterator
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, replace
from pathlib import Path

from crm_desktop.domain.calls import RejectedRow
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.folding import fold
from crm_desktop.importers.call_logs.column_guess import ColumnStudy
from crm_desktop.importers.call_logs.column_values import ColumnValues, ColumnWords
from crm_desktop.importers.call_logs.content_guess import ColumnMoments, add_by_content
from crm_desktop.importers.call_logs.date_guess import DateGuess, GuessedDates, contradicts
from crm_desktop.importers.call_logs.header_places import column_at, is_header, places_of
from crm_desktop.importers.call_logs.known_search import found_table, where_is
from crm_desktop.importers.call_logs.known_tables import preset_for, preset_places
from crm_desktop.importers.call_logs.mapping import Column, Mapping
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.table_layout import (
    TableLayout,
    clean_header,
    find_any_table,
    find_layout,
)
from crm_desktop.importers.call_logs.table_rows import open_rows
from crm_desktop.importers.call_logs.table_search import ANYWHERE, TablePlace
from crm_desktop.importers.xlsx_rows import looks_like_workbook

_PREVIEW = 20
A_TABLE = "a table with one call per line"


@dataclass(frozen=True, slots=True)
class ExaminedTable:
    """A proposal: what was found, the parts of it that are a guess or missing, the header, the first rows.

    ``moments``: what each column would be as date or time. ``words``: the distinct words of each column.
    ``first_lines``: with the titles above the header, which is one of them. ``encoding``: of a text, empty
    for a workbook; ``sheets``: of a workbook, those with rows. ``known``: the name of the saved
    mapping it is; ``preset``: of the program whose columns it seems to have. Both are empty for none.
    ``found``: the fields of a ``Mapping`` as its document has them. ``header``: a name per column, empty
    where the table gives none. ``doubtful_pair``: a talk time that may be minutes or hours, empty for none.
    """

    name: str
    found: MappingABC[str, object]
    uncertain: tuple[str, ...]
    header: tuple[str, ...]
    preview: tuple[tuple[int, tuple[str, ...]], ...]
    moments: tuple[ColumnMoments, ...] = ()
    words: tuple[ColumnWords, ...] = ()
    first_lines: tuple[tuple[int, tuple[str, ...]], ...] = ()
    encoding: str = ""
    sheets: tuple[str, ...] = ()
    known: str = ""
    preset: str = ""
    doubtful_pair: str = ""

    @property
    def mapping(self) -> Mapping:
        """Return the mapping. Raises ForeignFileError ``mapping_needed`` naming the missing fields."""
        missing = [field for field in ("date", "number") if field not in self.found]
        if "caller" in self.found and "number" in missing:
            missing.remove("number")
        if missing:
            raise ForeignFileError("mapping_needed", field=", ".join(missing), name=self.name)
        return Mapping.from_document(dict(self.found))


def suggest_mapping(path: Path, options: ReadingOptions) -> Mapping:
    """Return the proposed mapping. Raises ForeignFileError ``mapping_needed`` naming what was not found."""
    return examine_table(path, options).mapping


def certainty_of_head(head: FileHead) -> float:
    """Return how much the beginning of a file looks like a table of calls, never 0.9 or more."""
    if looks_like_workbook(head.data):
        return 0.3  # what is on its sheets is looked at when nothing else is surer
    layout = find_layout(head.lines, is_header=is_header)
    if layout is None:
        return 0.1 if find_any_table(head.lines) is not None else 0.0
    places = places_of(layout.header)
    dated = "date" in places or "time" in places
    numbered = "number" in places or {"caller", "callee"} <= places.keys()
    return 0.6 if dated and numbered else 0.3


def examine_table(path: Path, options: ReadingOptions, said: TablePlace = ANYWHERE) -> ExaminedTable:
    """Read a whole table and propose what its columns mean, whatever of it is found.

    Raises ForeignFileError ``log_not_recognized`` for what is no table, ``sheet_missing``,
    ``encoding_wrong``.
    """
    table, known = found_table(path, options, said)
    if table is None:
        raise ForeignFileError("log_not_recognized", name=path.name, expected=A_TABLE)
    layout, typed = table.layout, table.sheet is not None
    places, guessed, preset = _guessed_places(layout, options.region)
    study = ColumnStudy(places, layout.header, options.region, typed=typed)
    values = ColumnValues(layout, options.region, typed=typed)
    where = where_is(table, said.encoding or (known.mapping.encoding if known else None))
    encoding = said.encoding or table.encoding or None
    for cells in _cells_below(LogSource(path, encoding=encoding), where):
        study.add(cells)
        values.add(cells)
    examined = replace(
        _proposal(path.name, layout, places, study, guessed), moments=values.moments(),
        words=values.words(), first_lines=table.records[:_PREVIEW], encoding=table.encoding,
        sheets=table.sheets, known=known.name if known else "", preset=preset,
    )  # fmt: skip
    if known is not None:
        return as_saved(replace(examined, found={**known.mapping.to_document(), **where}))
    return replace(examined, found={**examined.found, **where})


def as_saved(examined: ExaminedTable) -> ExaminedTable:
    """Return a table found by a saved mapping: certain, unless its dates show the other order."""
    style, place = str(examined.found.get("date_format", "")), examined.found.get("date")
    if isinstance(place, str):
        names = [fold(word) for word in examined.header]
        place = names.index(fold(place)) + 1 if fold(place) in names else None
    moments = examined.moments[place - 1 : place] if isinstance(place, int) else ()
    doubtful = any(one.certain and contradicts(style, one.styles[0]) for one in moments if one.styles)
    return replace(examined, uncertain=("date_format",) if doubtful else (), doubtful_pair="")


def _guessed_places(layout: TableLayout, region: str | None) -> tuple[dict[str, int], set[str], str]:
    """Return the column of each field, the fields that are a guess, and the preset's name if one fits."""
    preset = preset_for(layout.header)
    if preset is None:
        places = places_of(layout.header)
        return places, add_by_content(places, layout, region), ""
    places = preset_places(preset, layout.header)
    header = ["" if place in places.values() else word for place, word in enumerate(layout.header)]
    places = {**places_of(header), **places}
    if "number" in places:
        places.pop("caller", None)
        places.pop("callee", None)
    add_by_content(places, layout, region)
    return places, {"date", *places}, preset.title


def _cells_below(source: LogSource, where: MappingABC[str, object]) -> Iterator[list[str]]:
    """Yield the cells of the rows below the header."""
    rows = open_rows(source, Mapping.from_document({"date": 1, "number": 1, **where}))
    if where["header_line"]:
        next(rows, None)
    for row in rows:
        if not isinstance(row, RejectedRow):
            yield row[1]


def date_format_of_column(path: Path, options: ReadingOptions, mapping: Mapping) -> GuessedDates:
    """Return the format of the mapping's date column, from all of its values."""
    guess, place = DateGuess(options.region), -1
    for row in open_rows(LogSource(path, encoding=options.text_encoding), mapping):
        if isinstance(row, RejectedRow):
            continue
        if place < 0 and isinstance(mapping.date, int):
            place = mapping.date - 1
            if mapping.header_line:
                continue
        if place < 0:
            place = [fold(word) for word in clean_header(row[1])].index(fold(str(mapping.date)))
        elif len(row[1]) > place:
            guess.add(row[1][place].strip())
    return guess.result()


def _proposal(
    name: str, layout: TableLayout, places: dict[str, int], study: ColumnStudy, guessed: set[str]
) -> ExaminedTable:
    dates = study.dates()
    columns: dict[str, Column] = {field: column_at(layout.header, place) for field, place in places.items()}
    if dates.day is None:
        columns.pop("date", None)
    if dates.clock is None:
        columns.pop("time", None)
    direction = study.direction_values()
    found: dict[str, object] = {
        **columns,
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
        "number": "number" in guessed or not columns.keys() & {"number", "caller"},
        "direction_values": "direction" in columns and not direction.certain,
        "direction": "direction" in guessed or ("direction" not in columns and "caller" not in columns),
        # Without one nothing tells an answered call from a missed one, unless a column of outcomes does.
        "duration": "duration" in guessed or not columns.keys() & {"duration", "outcome"},
        "duration_format": bool(study.doubtful_pair()),
    }
    uncertain = tuple(field for field, doubtful in doubts.items() if doubtful)
    pair = study.doubtful_pair()
    return ExaminedTable(name, found, uncertain, layout.header, _preview(layout), doubtful_pair=pair)


def _preview(layout: TableLayout) -> tuple[tuple[int, tuple[str, ...]], ...]:
    return tuple(record for record in layout.records if record[0] > layout.header_line)[:_PREVIEW]
