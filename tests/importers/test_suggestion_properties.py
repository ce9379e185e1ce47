"""What is proposed for a generated table reads it right, or the proposal says what of it is uncertain."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.suggestion import examine_table
from tests.importers.call_log_reading import BERLIN, records, rejected, rows_of, written

HEADERS = {
    "en": {"date": "Call Time", "number": "Phone Number", "direction": "Direction", "duration": "Duration"},
    "de": {"date": "Datum/Uhrzeit", "number": "Rufnummer", "direction": "Richtung", "duration": "Dauer"},
    "fr": {"date": "Date et heure", "number": "Numéro", "direction": "Sens", "duration": "Durée"},
    "es": {"date": "Fecha y hora", "number": "Teléfono", "direction": "Tipo", "duration": "Duración"},
    "nl": {"date": "Wanneer", "number": "Wie", "direction": "Welke kant", "duration": "Hoe lang"},
}
TIMES = {"en": "Time", "de": "Uhrzeit", "fr": "Heure", "es": "Hora", "nl": "Hoe laat"}
DAYS = {"en": "Date", "de": "Datum", "fr": "Date", "es": "Fecha", "nl": "Dag"}
WORDS = {
    "en": ("Inbound", "Outbound"), "de": ("eingehend", "ausgehend"), "fr": ("reçu", "émis"),
    "es": ("recibida", "realizada"), "nl": ("naar binnen", "naar buiten"),
}  # fmt: skip
TITLES = ("Call list", "Anrufliste; Praxis Nord", "Period: 01.01.2026 - 31.12.2026", "", "Export, page 1")
DATES = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%d.%m.%y", "%m/%d/%y", "%d-%m-%Y")
CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p")


@dataclass(frozen=True)
class Call:
    moment: datetime
    number: str
    incoming: bool
    seconds: int


def _calls(day_limit: int) -> st.SearchStrategy[list[Call]]:
    """``day_limit``: months whose days all stand for months too leave the order of both open."""
    one = st.builds(
        Call,
        moment=st.builds(
            lambda month, day, minute: datetime(2026, month, day) + timedelta(minutes=minute),  # noqa: DTZ001 - a wall clock's
            st.integers(1, 12), st.integers(1, day_limit), st.integers(6 * 60, 22 * 60),
        ),
        number=st.integers(100, 999).map(lambda end: f"030 23125{end}"),
        incoming=st.booleans(),
        seconds=st.integers(0, 3599 if day_limit < 20 else 20_000),
    )  # fmt: skip
    return st.lists(one, min_size=3, max_size=12)


@dataclass(frozen=True)
class Shape:
    language: str
    words: str
    day: str
    clock: str
    between: str | None
    duration: str
    columns: tuple[str, ...]
    titles: tuple[str, ...]
    delimiter: str
    encoding: str

    def text(self, calls: list[Call]) -> str:
        """Return the table with every cell that needs it in quotes."""
        rows = [self._header(), *(self._cells(call) for call in calls)]
        lines = [*self.titles, *(self.delimiter.join(self._order(row)) for row in rows)]
        return "\r\n".join(lines) + "\r\n"

    def _order(self, row: dict[str, str]) -> list[str]:
        names = [name for name in self.columns if name in row]
        return [self._quoted(row[name]) for name in names]

    def _quoted(self, text: str) -> str:
        return f'"{text}"' if self.delimiter in text else text

    def _header(self) -> dict[str, str]:
        names = HEADERS[self.language] | {"note": "Bemerkung"}
        if self.between is None:
            names |= {"date": DAYS[self.language], "time": TIMES[self.language]}
        return names

    def _cells(self, call: Call) -> dict[str, str]:
        day, clock = call.moment.strftime(self.day), call.moment.strftime(self.clock)
        split = self.between is None
        return {
            "date": day if split else f"{day}{self.between}{clock}",
            **({"time": clock} if split else {}),
            "number": call.number,
            "direction": WORDS[self.words][not call.incoming],
            "duration": self._length(call.seconds),
            "note": "ok",
        }

    def _length(self, seconds: int) -> str:
        minutes, rest = divmod(seconds, 60)
        if self.duration == "s":
            return str(seconds)
        if self.duration == "mm:ss":
            return f"{minutes:02d}:{rest:02d}"
        if self.duration == "m:ss":
            return f"{minutes}:{rest:02d}"
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest:02d}"


SHAPES = st.builds(
    Shape,
    language=st.sampled_from(sorted(HEADERS)),
    words=st.sampled_from(sorted(WORDS)),
    day=st.sampled_from(DATES),
    clock=st.sampled_from(CLOCKS),
    between=st.sampled_from((" ", ", ", None)),
    duration=st.sampled_from(("s", "mm:ss", "m:ss", "hh:mm:ss")),
    columns=st.permutations(("date", "time", "number", "direction", "duration", "note")).map(tuple),
    titles=st.lists(st.sampled_from(TITLES), max_size=3).map(tuple),
    delimiter=st.sampled_from((",", ";", "\t", "|")),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "cp1252")),
)


def _truth(calls: list[Call], clock: str) -> list[tuple[datetime, str, str, int]]:
    """Return what the table says of each call: a clock without seconds has none."""
    return sorted(
        (
            call.moment.replace(second=0) if "%S" not in clock else call.moment,
            call.number,
            ("outgoing", "incoming")[call.incoming],
            call.seconds,
        )
        for call in calls
    )


@settings(max_examples=100, deadline=None)
@given(
    shape=SHAPES,
    calls=st.sampled_from((12, 28)).flatmap(_calls),
    region=st.sampled_from(("DE", "US")),
)
def test_it_reads_right_or_says_what_is_uncertain(shape: Shape, calls: list[Call], region: str) -> None:
    with TemporaryDirectory() as folder:
        path = written(Path(folder) / "log.csv", shape.text(calls).encode(shape.encoding))
        options = replace(BERLIN, region=region)
        try:
            rows = rows_of(path, options)
        except ForeignFileError as error:
            if error.code not in {"mapping_uncertain", "mapping_needed"}:
                raise
            return
    zone = ZoneInfo("Europe/Berlin")
    read = sorted(
        (
            call.started_at.astimezone(zone).replace(tzinfo=None),
            call.raw_number,
            call.direction.value,
            call.duration_s,
        )
        for call in records(rows)
    )
    assert rejected(rows) == []
    assert read == _truth(calls, shape.clock)


@settings(max_examples=30, deadline=None)
@given(shape=SHAPES, calls=_calls(28))
def test_known_headers_and_words_with_a_day_above_twelve_are_certain(shape: Shape, calls: list[Call]) -> None:
    shape = replace(shape, language="de", words="de", duration="hh:mm:ss")
    last = replace(calls[0], moment=calls[0].moment.replace(day=28, month=3))
    with TemporaryDirectory() as folder:
        text = shape.text([*calls, last]).encode(shape.encoding)
        assert examine_table(written(Path(folder) / "log.csv", text), BERLIN).uncertain == ()
