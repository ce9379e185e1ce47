"""Dates in a stated format to datetimes, the same in every locale.

``time.strptime`` knows month names and AM/PM only in the locale of the machine, and is five times slower.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from operator import itemgetter

from crm_desktop.domain.calls import TimePrecision
from crm_desktop.domain.folding import fold

ISO = "iso"
EXCEL_DAYS = "excel_days"
# A date as a cell of a workbook, which is a number of days: shown as a date with its time or at midnight, or
# as that number where the cell has lost its look.
DATE_CELL = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?|\d{5}(?:\.\d+)?", re.ASCII)
_EXCEL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - serial days have no zone
_SQL_STYLE = "%Y-%m-%d %H:%M:%S"
_ISO_SHAPE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*", re.ASCII)

_MONTHS = (
    "jan january januar janner janvier enero ene", "feb february februar fevrier fev fevr febrero",
    "mar march marz mrz mars marzo maerz", "apr april avril avr abril abr", "may mai mayo",
    "jun june juni juin junio", "jul july juli juillet juil julio", "aug august aout agosto ago",
    "sep sept september septembre septiembre set", "oct october oktober okt octobre octubre",
    "nov november novembre noviembre", "dec december dezember dez decembre diciembre dic",
)  # fmt: skip
_MONTH_NUMBERS = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}

_DIGITS_1_2 = r"([0-9]{1,2})"
_PARTS = {
    "Y": ("year", r"([0-9]{4})"), "y": ("short_year", r"([0-9]{2})"),
    "m": ("month", _DIGITS_1_2), "d": ("day", _DIGITS_1_2), "H": ("hour", _DIGITS_1_2),
    "I": ("hour", _DIGITS_1_2), "M": ("minute", _DIGITS_1_2), "S": ("second", _DIGITS_1_2),
    "f": ("fraction", r"([0-9]{1,9})"), "p": ("half", r"([AaPp])\.?\s?[Mm]\.?"),
    "b": ("month_name", r"([^\W\d_]{3,12})\.?"), "B": ("month_name", r"([^\W\d_]{3,12})\.?"),
    "z": ("zone", r"(Z|[+-][0-9]{2}:?[0-9]{2})"),
    "a": ("weekday", r"([^\W\d_]{2,12})\.?"), "A": ("weekday", r"([^\W\d_]{2,12})\.?"),
}  # fmt: skip

_NUMBERS = ("year", "month", "day", "hour", "minute", "second")

Reader = Callable[[str], datetime | None]


def precision_of(style: str) -> TimePrecision:
    """Return how exact times in this format are."""
    if style == "unix_ms":
        return TimePrecision.MILLISECOND
    if "%" in style and "%S" not in style:
        return TimePrecision.MINUTE
    return TimePrecision.SECOND


def date_reader(style: str) -> Reader | None:
    """Return a reader for a format, None if the format is not understood.

    ``style``: ``strptime`` directives (Y y m d H I M S f p b B z a A), or ``iso``, ``unix``, ``unix_ms``,
    ``excel`` (serial days of a spreadsheet, with their part of a day), ``excel_days`` (whole ones, a format
    of the time of day may follow). The reader gives a naive or aware datetime, None for what is no such date.
    """
    named: dict[str, Reader] = {
        ISO: _read_iso,
        "unix": _read_unix,
        "unix_ms": _read_unix_ms,
        "excel": _read_excel,
        EXCEL_DAYS: _read_excel_days,
    }
    if style in named:
        return named[style]
    if style.startswith(EXCEL_DAYS + " "):
        return _days_and_clock(style.removeprefix(EXCEL_DAYS + " "))
    compiled = _pattern(style)
    if compiled is None:
        return None
    pattern, names = compiled
    assemble = _numbers_only(names) if set(names) <= set(_NUMBERS) else _Assembler(names)

    def read(text: str) -> datetime | None:
        match = pattern.fullmatch(text)
        return assemble(match.groups()) if match else None

    def read_sql(text: str) -> datetime | None:
        if len(text) != 19 or text[10] != " ":
            return read(text)
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None

    return read_sql if style == _SQL_STYLE else read


def _pattern(style: str) -> tuple[re.Pattern[str], tuple[str, ...]] | None:
    """Translate directives to a pattern and the names of its groups."""
    names: list[str] = []
    out: list[str] = []
    for directive, blank, literal in re.findall(r"%(.)|(\s+)|([^%\s]+)", style):
        if directive:
            if directive not in _PARTS or _PARTS[directive][0] in names:
                return None
            names.append(_PARTS[directive][0])
            out.append(_PARTS[directive][1])
        else:
            out.append(r"\s+" if blank else re.escape(literal))
    has_year = "year" in names or "short_year" in names
    has_month = "month" in names or "month_name" in names
    if not (has_year and has_month and "day" in names):
        return None
    return re.compile("".join(out)), tuple(names)


def _numbers_only(names: tuple[str, ...]) -> Callable[[tuple[str, ...]], datetime | None]:
    """Return the short way for formats of whole numbers, which nearly all are."""
    # A field that is not there takes the 0 put behind the numbers read.
    pick = itemgetter(*(names.index(name) if name in names else len(names) for name in _NUMBERS))

    def assemble(groups: tuple[str, ...]) -> datetime | None:
        try:
            return datetime(*pick((*map(int, groups), 0)))  # noqa: DTZ001 - local on purpose
        except ValueError:
            return None

    return assemble


class _Assembler:
    """Matched groups to a datetime."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._at = {name: index for index, name in enumerate(names)}

    def __call__(self, groups: tuple[str | None, ...]) -> datetime | None:
        try:
            return datetime(
                self._year(groups), self._month(groups), self._number(groups, "day"),
                self._hour(groups), self._number(groups, "minute"), self._number(groups, "second"),
                tzinfo=self._zone(groups),
            )  # fmt: skip
        except ValueError:
            return None

    def _number(self, groups: tuple[str | None, ...], name: str) -> int:
        index = self._at.get(name)
        return 0 if index is None else int(groups[index] or 0)

    def _year(self, groups: tuple[str | None, ...]) -> int:
        if "year" in self._at:
            return self._number(groups, "year")
        short = self._number(groups, "short_year")
        return short + (1900 if short >= 69 else 2000)  # POSIX

    def _month(self, groups: tuple[str | None, ...]) -> int:
        index = self._at.get("month_name")
        if index is None:
            return self._number(groups, "month")
        return _MONTH_NUMBERS.get(fold(groups[index] or ""), 0)

    def _hour(self, groups: tuple[str | None, ...]) -> int:
        hour = self._number(groups, "hour")
        index = self._at.get("half")
        if index is None:
            return hour
        if not 1 <= hour <= 12:
            return -1
        return hour % 12 + (12 if (groups[index] or "") in "Pp" else 0)

    def _zone(self, groups: tuple[str | None, ...]) -> timezone | None:
        index = self._at.get("zone")
        text = None if index is None else groups[index]
        if text is None or text == "Z":
            return None if text is None else UTC
        minutes = int(text[1:3]) * 60 + int(text[-2:])
        return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _read_iso(text: str) -> datetime | None:
    if not _ISO_SHAPE.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _read_unix(text: str) -> datetime | None:
    return _from_epoch(text, per_second=1)


def _read_unix_ms(text: str) -> datetime | None:
    return _from_epoch(text, per_second=1000)


def _from_epoch(text: str, *, per_second: int) -> datetime | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        return None
    try:
        return datetime.fromtimestamp(int(text) // per_second, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def cell_date(text: str) -> datetime | None:
    """Return the date of a cell of a workbook; None for any other text."""
    if not DATE_CELL.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text) if "-" in text else _read_excel(text)
    except ValueError:
        return None


def _read_excel(text: str) -> datetime | None:
    if not re.fullmatch(r"[0-9]{1,6}(?:[.,][0-9]+)?", text):
        return None
    seconds = round(float(text.replace(",", ".")) * 86_400)
    return _EXCEL_DAY_ZERO + timedelta(seconds=seconds)


def _read_excel_days(text: str) -> datetime | None:
    return _read_excel(text) if text.isdigit() else None


def _days_and_clock(clock_style: str) -> Reader | None:
    """Return a reader of a serial day and a time of day behind it."""
    clock = date_reader(f"%Y-%m-%d {clock_style}")
    if clock is None:
        return None

    def read(text: str) -> datetime | None:
        days, _blank, time = text.partition(" ")
        day = _read_excel_days(days)
        return None if day is None else clock(f"{day:%Y-%m-%d} {time}")

    return read
