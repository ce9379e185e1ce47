"""A row of Android's call log (``android.provider.CallLog.Calls``), whichever program exported it.

"Field values are read as-is" by all of them: vendors' own type codes are reported, not guessed. Equal
milliseconds, number, duration and type are one call: backups overlap.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from crm_desktop.domain.calls import (
    CallRecord,
    Direction,
    LogRow,
    Outcome,
    RejectedRow,
    RowReason,
    SkippedRow,
    TimePrecision,
)  # fmt: skip
from crm_desktop.domain.phone_numbers import NormalizedNumber, is_region, normalizer
from crm_desktop.importers.call_logs.durations import DurationStyle, seconds_of
from crm_desktop.importers.call_logs.header_words import NO_NAME
from crm_desktop.importers.call_logs.reading import MAX_LINE, ReadingOptions
from crm_desktop.importers.call_logs.row_keys import Ordinals, epoch_to_1900, row_key

_SECONDS = DurationStyle()
_POST_DIAL = re.compile(r"[,;]+(\d{1,7})#?")
_COUNTRIES = 300

# android.provider.CallLog.Calls.TYPE
_TYPES = {
    "1": (Direction.INCOMING, Outcome.ANSWERED),
    "2": (Direction.OUTGOING, Outcome.ANSWERED),
    "3": (Direction.INCOMING, Outcome.MISSED),
    "4": (Direction.INCOMING, Outcome.VOICEMAIL),
    "5": (Direction.INCOMING, Outcome.REJECTED),
    "6": (Direction.INCOMING, Outcome.BLOCKED),
    "7": (Direction.INCOMING, Outcome.ANSWERED_ELSEWHERE),
}
_EARLIEST_MS = 0
_LATEST_MS = 253_402_300_799_999  # the last millisecond of the year 9999


class AndroidRow(NamedTuple):
    """The columns of a row as written; ``country`` (ISO 3166) is where the phone was, if the row says."""

    date: str
    kind: str
    number: str
    duration: str
    name: str = ""
    country: str | None = None
    normalized: str | None = None
    post_dial: str | None = None


class AndroidCalls:
    """Rows of one file to calls."""

    def __init__(self, options: ReadingOptions) -> None:
        self._rules = options.number_rules()
        self._of_country: dict[str | None, Callable[[str], NormalizedNumber]] = {}
        self._seconds = lru_cache(maxsize=4096)(_whole_seconds)
        self._keys = Ordinals()

    def read(self, line: int, row: AndroidRow, shown: Callable[[], str]) -> LogRow:
        """Return the call of a row, or why it is none; ``shown`` gives the row as the report shows it."""
        date, kind = row.date.strip(), row.kind.strip()
        milliseconds = _milliseconds(date)
        if milliseconds is None:
            return RejectedRow(line, RowReason.BAD_DATE, shown()[:500])
        meaning = _TYPES.get(kind)
        if meaning is None:
            return RejectedRow(line, RowReason.UNKNOWN_TYPE, shown()[:500])
        seconds = self._seconds(row.duration)
        if seconds is None:
            return RejectedRow(line, RowReason.BAD_DURATION, shown()[:500])
        name = row.name.strip()
        if len(row.number) + len(name) > MAX_LINE:
            return RejectedRow(line, RowReason.ROW_TOO_LONG, shown()[:500])
        epoch = milliseconds // 1000
        key = row_key(epoch_to_1900(epoch), date, row.number, row.duration, kind)
        if not self._keys.is_new(key):
            return SkippedRow(line, RowReason.DUPLICATE_IN_FILE)
        direction, outcome = meaning
        if seconds == 0 and direction is Direction.OUTGOING:
            outcome = Outcome.NO_ANSWER
        read = self._number(row)
        return CallRecord(
            line=line, epoch=epoch, direction=direction, outcome=outcome, duration_s=seconds,
            raw_number=row.number, number=read.e164,
            name=name if name and name.casefold() not in NO_NAME else None, row_key=key,
            precision=TimePrecision.MILLISECOND, extension=read.extension or _extension(row.post_dial),
            number_note=read.note,
        )  # fmt: skip

    def _number(self, row: AndroidRow) -> NormalizedNumber:
        """Read a number by the row's own country: a national spelling belongs to where the phone was."""
        normalize = self._of_country.get(row.country) or self._reader_for(row.country)
        read = normalize(row.number)
        if read.e164 is None and row.normalized and row.normalized.startswith("+"):
            other = normalize(row.normalized)
            return replace(other, raw=row.number) if other.e164 else read
        return read

    def _reader_for(self, country: str | None) -> Callable[[str], NormalizedNumber]:
        code = (country or "").upper()
        region = code if is_region(code) else self._rules.region
        if len(self._of_country) >= _COUNTRIES:
            self._of_country.clear()
        self._of_country[country] = normalizer(replace(self._rules, region=region))
        return self._of_country[country]


def _milliseconds(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        return None
    value = int(text)
    return value if _EARLIEST_MS < value <= _LATEST_MS else None


def _whole_seconds(text: str) -> int | None:
    if text == "null":
        return 0
    if text.isascii() and text.isdigit() and len(text) <= 7:
        return int(text)
    return seconds_of(text, _SECONDS) if ":" not in text else None


def _extension(post_dial: str | None) -> str | None:
    """Return digits dialled after a pause; other tones are no extension."""
    match = _POST_DIAL.fullmatch(post_dial.strip()) if post_dial else None
    return match[1] if match else None
