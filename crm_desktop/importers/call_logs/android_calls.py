"""A row of Android's call log (``android.provider.CallLog.Calls``), whichever program exported it.

"Field values are read as-is" by all of them: vendors' own type codes are reported, not guessed. Equal
milliseconds, number, duration and type are one call: backups overlap.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

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
_NO_NAME = NO_NAME | {""}

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


@dataclass(frozen=True, slots=True)
class AndroidRow:
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
        self._normalizers: dict[str | None, Callable[[str], NormalizedNumber]] = {}
        self._keys = Ordinals()

    def read(self, line: int, row: AndroidRow, raw: str) -> LogRow:
        """Return the call of a row, or why it is none; ``raw``: the row as the report shows it."""
        milliseconds = _milliseconds(row.date)
        if milliseconds is None:
            return RejectedRow(line, RowReason.BAD_DATE, raw[:500])
        meaning = _TYPES.get(row.kind.strip())
        if meaning is None:
            return RejectedRow(line, RowReason.UNKNOWN_TYPE, raw[:500])
        seconds = 0 if row.duration == "null" else _whole_seconds(row.duration)
        if seconds is None:
            return RejectedRow(line, RowReason.BAD_DURATION, raw[:500])
        name = row.name.strip()
        if len(row.number) + len(name) > MAX_LINE:
            return RejectedRow(line, RowReason.ROW_TOO_LONG, raw[:500])
        epoch = milliseconds // 1000
        key = row_key(epoch_to_1900(epoch), row.date.strip(), row.number, row.duration, row.kind.strip())
        if not self._keys.is_new(key):
            return SkippedRow(line, RowReason.DUPLICATE_IN_FILE)
        direction, outcome = meaning
        if seconds == 0 and direction is Direction.OUTGOING:
            outcome = Outcome.NO_ANSWER
        read = self._number(row)
        return CallRecord(
            line=line, started_at=datetime.fromtimestamp(epoch, UTC), direction=direction, outcome=outcome,
            duration_s=seconds, raw_number=row.number, number=read.e164,
            name=None if name.casefold() in _NO_NAME else name, row_key=key,
            precision=TimePrecision.MILLISECOND, extension=read.extension or _extension(row.post_dial),
            number_note=read.note,
        )  # fmt: skip

    def _number(self, row: AndroidRow) -> NormalizedNumber:
        """Read a number by the row's own country: a national spelling belongs to where the phone was."""
        country = (row.country or "").upper()
        region = country if is_region(country) else self._rules.region
        if region not in self._normalizers:
            self._normalizers[region] = normalizer(replace(self._rules, region=region))
        read = self._normalizers[region](row.number)
        if read.e164 is None and (row.normalized or "").startswith("+"):
            other = self._normalizers[region](row.normalized or "")
            return replace(other, raw=row.number) if other.e164 else read
        return read


def _milliseconds(text: str) -> int | None:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        return None
    value = int(text)
    return value if _EARLIEST_MS < value <= _LATEST_MS else None


def _whole_seconds(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 7:
        return int(text)
    return seconds_of(text, _SECONDS) if ":" not in text else None


def _extension(post_dial: str | None) -> str | None:
    """Return digits dialled after a pause; other tones are no extension."""
    match = _POST_DIAL.fullmatch(post_dial.strip()) if post_dial else None
    return match[1] if match else None
