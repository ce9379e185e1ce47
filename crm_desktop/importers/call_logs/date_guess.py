"""The format of a column of dates, from all of its values: 31/02 decides between day and month first."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from crm_desktop.importers.call_logs.date_formats import DATE_CELL, EXCEL_DAYS, ISO, Reader, date_reader

# A tie between day and month first goes by the region; CLDR's regions with month first.
_MONTH_FIRST_REGIONS = frozenset({"US", "PH", "FM", "MH", "PW", "UM", "AS", "GU", "PR", "VI", "MP"})
_DAYS = (
    "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%Y/%m/%d",
    "%Y.%m.%d", "%d-%m-%Y", "%m-%d-%Y", "%d-%b-%Y", "%d %b %Y", "%d. %b %Y", "%b %d, %Y", "%b %d %Y",
    "%a %d/%m/%Y", "%a %m/%d/%Y", "%a, %d %b %Y", "%Y%m%d", EXCEL_DAYS,
)  # fmt: skip
_CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H.%M", "%H:%M:%S.%f")
DAY_STYLES = _DAYS
CLOCK_STYLES = _CLOCKS
MOMENT_STYLES = (
    *(f"{day}{between}{clock}" for day, between, clock in product(_DAYS[:-1], (" ", ", ", "T"), _CLOCKS)),
    ISO,
    "excel",
    "unix",
    "unix_ms",
)
_FIRST_LOOK = 64


@dataclass(frozen=True, slots=True)
class GuessedDates:
    """The format found; None for no dates. ``certain``: no other format reads as many values."""

    style: str | None
    certain: bool
    has_time: bool = True


class DateGuess:
    """Counts for each candidate how many values it reads.

    ``typed``: the table has cells of dates, which are read whatever the format; it is that of the dates
    written as text beside them. Both in one column make it doubtful: who turned the others into dates
    may have taken days for months.
    """

    def __init__(
        self,
        region: str | None,
        styles: tuple[str, ...] = (*MOMENT_STYLES, *DAY_STYLES),
        *,
        typed: bool = False,
    ) -> None:
        self._region = region
        self._typed = typed
        self._cells: list[int] = [0, 0]  # without and with a time of day
        readers = ((style, date_reader(style)) for style in styles)
        self._readers: dict[str, Reader] = {style: reader for style, reader in readers if reader is not None}
        self._hits = dict.fromkeys(self._readers, 0)
        self._seen = 0
        self._reading = lru_cache(maxsize=4096)(self._styles_reading)

    def add(self, text: str) -> None:
        """Count one value of the column."""
        if self._typed and DATE_CELL.fullmatch(text):
            self._cells[" " in text or "." in text] += 1
            return
        self._seen += 1
        for style in self._reading(text):
            self._hits[style] += 1
        if self._seen == _FIRST_LOOK and any(self._hits.values()):
            # Later values choose among the formats that read something of the first ones.
            self._readers = {style: self._readers[style] for style in self._readers if self._hits[style]}

    def _styles_reading(self, text: str) -> tuple[str, ...]:
        found = ((style, reader(text)) for style, reader in self._readers.items())
        return tuple(style for style, value in found if value is not None and 1970 <= value.year < 2100)

    def fitting(self) -> list[str]:
        """Return the formats that read as many values as the best, the preferred one first."""
        style = self.result().style
        best = max(self._hits.values(), default=0)
        if best == 0:
            return [style] if style else []
        tied = [other for other in self._readers if self._hits[other] == best and other != style]
        return [] if style is None else [style, *tied]

    def share(self) -> float:
        """Return which part of the values seen the best format reads."""
        return max(self._hits.values(), default=0) / self._seen if self._seen else 0.0

    def result(self) -> GuessedDates:
        """Return the format that reads most values."""
        best = max(self._hits.values(), default=0)
        if best == 0:
            return self._of_cells()
        tied = [style for style in self._readers if self._hits[style] == best]
        style = self._preferred(tied)
        orders = {_order(one) for one in tied}
        certain = len(orders) == 1 and not any(self._cells)
        return GuessedDates(style, certain=certain, has_time=style in MOMENT_STYLES)

    def _of_cells(self) -> GuessedDates:
        """Return the format of a column of nothing but cells of dates."""
        if not any(self._cells):
            return GuessedDates(None, certain=False)
        has_time = self._cells[True] > 0
        return GuessedDates("%Y-%m-%d %H:%M:%S" if has_time else "%Y-%m-%d", certain=True, has_time=has_time)

    def _preferred(self, tied: list[str]) -> str:
        if EXCEL_DAYS in tied:
            return EXCEL_DAYS  # all are whole days: the times stand elsewhere
        if self._region in _MONTH_FIRST_REGIONS:
            return next((style for style in tied if _order(style) == "m"), tied[0])
        return tied[0]


def contradicts(style: str, found: str | None) -> bool:
    """Say whether one format has the day first and the other the month: read so, dates would be swapped."""
    return {_order(style), _order(found or "")} == {"d", "m"}


def _order(style: str) -> str:
    """Return ``m`` for month before day in numbers, ``d`` for day before month, else ``y``."""
    day, month = style.find("%d"), style.find("%m")
    if month < 0 or day < 0 or style.startswith("%Y"):
        return "y"
    return "m" if month < day else "d"
