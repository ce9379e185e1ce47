"""Which columns hold what, by how their values look, where no header says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm_desktop.domain.folding import fold
from crm_desktop.importers.call_logs.column_guess import looks_like_number
from crm_desktop.importers.call_logs.date_formats import date_reader
from crm_desktop.importers.call_logs.date_guess import CLOCK_STYLES, DAY_STYLES, MOMENT_STYLES, DateGuess
from crm_desktop.importers.call_logs.header_words import DIRECTION_WORDS
from crm_desktop.importers.call_logs.table_layout import TableLayout

_LOOKED_AT = 60
_MOST_SECONDS = 86_400
# Seconds since 1970 look like phone numbers, days of a spreadsheet like extensions: both are believed only
# under a header that says so.
_STYLES = tuple(style for style in (*MOMENT_STYLES, *DAY_STYLES) if not style.startswith(("unix", "excel")))


@dataclass(frozen=True, slots=True)
class ColumnMoments:
    """The date formats that fit a column, best first, whether that one is certain, and its time format."""

    styles: tuple[str, ...]
    certain: bool
    clock: str | None


def moments_of(layout: TableLayout, region: str | None, *, typed: bool = False) -> tuple[ColumnMoments, ...]:
    """Return for each column of a table how it would be read as dates and as times of day."""
    found = []
    clocks = [(style, date_reader(f"%Y-%m-%d {style}")) for style in CLOCK_STYLES]
    for column in first_values(layout):
        guess = DateGuess(region, typed=typed) if may_be_dates(column) else None
        styles: list[str] = []
        certain = False
        if guess is not None:
            for text in column:
                guess.add(text)
            styles, certain = guess.fitting(), guess.result().certain
        shares = {
            style: _share(
                (read is not None and read(f"2000-01-01 {text}") is not None for text in column), column
            )
            for style, read in clocks
        }
        best = max(shares, key=lambda style: shares[style])
        found.append(ColumnMoments(tuple(styles), certain, best if shares[best] > 0.5 else None))
    return tuple(found)


def add_by_content(places: dict[str, int], layout: TableLayout, region: str | None) -> set[str]:
    """Add to ``places`` (field to 0-based column) what the values show; return the fields so guessed.

    The column of numbers is not among them: nothing else in a table of calls looks like one. ``region``
    decides between day and month first as for ``DateGuess``.
    """
    if "date" not in places and "time" in places:
        places["date"] = places.pop("time")  # a lone time column holds the dates
    columns = first_values(layout)
    guessed: set[str] = set()
    if "date" not in places:
        _add_moment(places, columns, region)
        guessed |= places.keys() & {"date"}
    _add_number(places, columns)
    if "date" not in guessed:
        return guessed  # a header that says what the dates are is believed for the rest too
    for field, shares in (("direction", _share_of_words), ("duration", _share_of_lengths)):
        if field not in places:
            _add_best(places, field, [shares(column) for column in columns])
            guessed |= places.keys() & {field}
    return guessed


def first_values(layout: TableLayout) -> list[list[str]]:
    """Return the values of each column in the first rows, without the empty ones."""
    rows = [cells for line, cells in layout.records if line > layout.header_line][:_LOOKED_AT]
    return [
        [cells[place].strip() for cells in rows if len(cells) > place and cells[place].strip()]
        for place in range(layout.columns)
    ]


def _add_best(places: dict[str, int], field: str, shares: Sequence[float]) -> None:
    """Give ``field`` the free column with the greatest share of fitting values, if it is over half."""
    free = [place for place in range(len(shares)) if place not in places.values()]
    best = max(free, key=lambda place: shares[place], default=None)
    if best is not None and shares[best] > 0.5:
        places[field] = best


def _add_number(places: dict[str, int], columns: Sequence[Sequence[str]]) -> None:
    if "number" in places or {"caller", "callee"} <= places.keys():
        return
    places.pop("caller", None)
    places.pop("callee", None)
    _add_best(places, "number", [_share(map(looks_like_number, column), column) for column in columns])


def _add_moment(places: dict[str, int], columns: Sequence[Sequence[str]], region: str | None) -> None:
    """Find the dates, and the times of day beside dates without one."""
    guesses = [DateGuess(region, _STYLES) if may_be_dates(column) else None for column in columns]
    for guess, column in zip(guesses, columns, strict=True):
        if guess is not None:
            for text in column:
                guess.add(text)
    shares = [0.0 if guess is None else guess.share() for guess in guesses]
    _add_best(places, "date", shares)
    guess = guesses[places["date"]] if "date" in places else None
    if guess is not None and not guess.result().has_time:
        clocks = [date_reader(f"%Y-%m-%d {style}") for style in CLOCK_STYLES]
        fitting = [
            _share(
                (any(read is not None and read(f"2000-01-01 {text}") for read in clocks) for text in column),
                column,
            )
            for column in columns
        ]
        _add_best(places, "time", fitting)


def may_be_dates(column: Sequence[str]) -> bool:
    """Say whether a date is possible: two digits or more and something between them."""
    return _share((sum(ch.isdigit() for ch in text) >= 4 for text in column), column) > 0.5


def _share_of_words(column: Sequence[str]) -> float:
    return _share((fold(text) in DIRECTION_WORDS for text in column), column)


def _share_of_lengths(column: Sequence[str]) -> float:
    """Return how many values are whole seconds within a day, or minutes and seconds."""
    return _share((_is_length(text) for text in column), column)


def _is_length(text: str) -> bool:
    parts = text.split(":")
    return len(parts) <= 3 and all(part.isdecimal() for part in parts) and int(parts[0]) < _MOST_SECONDS


def _share(fitting: Iterable[bool], column: Sequence[str]) -> float:
    return sum(fitting) / len(column) if column else 0.0
