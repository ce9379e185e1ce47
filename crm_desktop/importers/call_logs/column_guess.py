"""What the values of a table's columns say: formats of dates and durations, words for the direction."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from crm_desktop.domain.folding import fold
from crm_desktop.importers.call_logs.date_formats import date_reader
from crm_desktop.importers.call_logs.date_guess import CLOCK_STYLES, DateGuess
from crm_desktop.importers.call_logs.header_words import DIRECTION_WORDS, OUTCOME_WORDS

_PHONE = re.compile(r"[+\d(][\d\s()./\-]{4,24}")
_DATE_LIKE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.*|\d{1,2}:\d\d.*")
_PAIR = re.compile(r"(\d{1,4}):(\d{2})")
_MOST_WORDS = 200
_CLOCK_WORDS = {
    **dict.fromkeys(
        ("h:mm:ss", "hh:mm:ss", "m:s", "m:ss", "mm:ss", "mmm:ss", "min:s", "min:sec", "min:sek"),
        "mm:ss or h:mm:ss",
    ),
    **dict.fromkeys(("h:m", "h:mm", "hh:mm", "h:min", "std:min"), "h:mm"),
}
_UNIT_WORDS = {
    **dict.fromkeys(("ms", "milliseconds"), "ms or mm:ss or h:mm:ss"),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuten", "minutos"), "min or mm:ss or h:mm:ss"),
    **dict.fromkeys(("h", "hrs", "hour", "hours", "std", "stunden", "heures", "horas"), "h or h:mm"),
}
# Hours nobody talks for, and what part of the talk times may be of a line somebody left open.
_LONG_H, _LEFT_OPEN = 6, 0.01


def usual_directions(words: Iterable[str]) -> dict[str, str]:
    """Return what the words known of a column mean: beside a word for missed calls, "in" says answered."""
    known = {word: DIRECTION_WORDS[fold(word)] for word in words if fold(word) in DIRECTION_WORDS}
    if "incoming/missed" not in known.values():
        return known
    return {
        word: "incoming/answered" if meaning == "incoming" else meaning for word, meaning in known.items()
    }


def usual_outcomes(words: Iterable[str]) -> dict[str, str]:
    """Return what the words known of a column of outcomes mean."""
    return {word: OUTCOME_WORDS[fold(word)] for word in words if fold(word) in OUTCOME_WORDS}


def looks_like_number(text: str) -> bool:
    """Say whether a cell could be a phone number: 5 digits or more and nothing of a date or a time."""
    if not _PHONE.fullmatch(text) or _DATE_LIKE.fullmatch(text):
        return False
    return sum(ch.isdigit() for ch in text) >= 5


@dataclass(frozen=True, slots=True)
class GuessedMoment:
    """Formats of date and time of day; no ``clock`` where the date column has both."""

    day: str | None
    clock: str | None
    certain: bool


@dataclass(frozen=True, slots=True)
class GuessedWords:
    """The meaning of each known word; certain if nearly every row's word is known."""

    values: dict[str, str]
    certain: bool


class ColumnStudy:
    """Looks at every row once and keeps counts only."""

    def __init__(
        self, places: dict[str, int], header: tuple[str, ...], region: str | None, *, typed: bool = False
    ) -> None:
        self._places = places
        self._header = header
        self._dates = DateGuess(region, typed=typed)
        self._clocks: Counter[str] = Counter()
        self._clock_readers = {style: date_reader(f"%Y-%m-%d {style}") for style in CLOCK_STYLES}
        self._clock_styles = lru_cache(maxsize=4096)(self._clock_styles_of)
        self._words: Counter[str] = Counter()
        self._pairs: Counter[str] = Counter()
        self._first_pair = ""

    def add(self, cells: list[str]) -> None:
        """Count the values of one row."""
        self._add_moment(self._cell(cells, "date"), self._cell(cells, "time"))
        word = self._cell(cells, "direction")
        if word and (word in self._words or len(self._words) < _MOST_WORDS):
            self._words[word] += 1
        self._add_duration(self._cell(cells, "duration"))

    def _add_duration(self, text: str) -> None:
        pair = _PAIR.fullmatch(text)
        if pair and int(pair[1] + pair[2]):  # of nothing it is all the same
            self._first_pair = self._first_pair or text
            self._pairs["pair"] += 1
            self._pairs["long"] += int(pair[1]) >= _LONG_H
            self._pairs["beyond a day"] += int(pair[1]) > 23
        elif text.count(":") == 2:
            self._pairs["three parts"] += 1

    def dates(self) -> GuessedMoment:
        """Return the formats of date and time."""
        found = self._dates.result()
        if found.has_time or found.style is None:
            return GuessedMoment(found.style, None, found.certain)
        clock = self._clocks.most_common(1)[0][0] if self._clocks else None
        # A date alone gives no time of a call.
        return GuessedMoment(found.style, clock, found.certain and clock is not None)

    def direction_values(self) -> GuessedWords:
        """Return the words of the direction column this program knows."""
        known = usual_directions(self._words)
        rows, understood = sum(self._words.values()), sum(self._words[word] for word in known)
        return GuessedWords(known, certain=bool(known) and understood >= rows * 0.9)

    def duration_format(self) -> str:
        """Return the style of the durations, by their header if it tells, else by their values."""
        stated = self._stated_duration()
        if stated is not None:
            return stated
        return "mm:ss or h:mm:ss"

    def doubtful_pair(self) -> str:
        """Return a talk time like ``3:28`` that may be of minutes or of hours, empty if none is here.

        What tells it are a header, three parts beside two, and hours nobody talks for: a line left open by
        mistake is one among hundreds of calls.
        """
        seen = self._pairs
        told = seen["beyond a day"] or seen["three parts"] or seen["long"] > _LEFT_OPEN * seen["pair"]
        return "" if told or self._stated_duration() is not None else self._first_pair

    def _stated_duration(self) -> str | None:
        place = self._places.get("duration")
        if place is None:
            return None
        words = re.findall(r"[a-z:]+", fold(self._header[place]))
        known = _CLOCK_WORDS | _UNIT_WORDS
        stated = sorted((word for word in words if word in known), key=lambda word: word in _UNIT_WORDS)
        return known[stated[0]] if stated else None

    def _add_moment(self, day: str, clock: str) -> None:
        if not day:
            return
        self._dates.add(day)
        for style in self._clock_styles(clock):
            self._clocks[style] += 1

    def _clock_styles_of(self, clock: str) -> tuple[str, ...]:
        readers = self._clock_readers.items() if clock else ()
        return tuple(style for style, read in readers if read and read(f"2000-01-01 {clock}") is not None)

    def _cell(self, cells: list[str], name: str) -> str:
        place = self._places.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""
