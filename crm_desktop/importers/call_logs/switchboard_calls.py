"""Rows of a telephone system to calls: whose extension it was, who the other party is, when it was."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from crm_desktop.domain.call_legs import leg_key
from crm_desktop.domain.calls import (
    CallRecord,
    Direction,
    LogRow,
    NumberNote,
    Outcome,
    RejectedRow,
    RowReason,
    SkippedRow,
)
from crm_desktop.domain.folding import fold
from crm_desktop.domain.phone_numbers import normalizer
from crm_desktop.domain.phone_words import WITHHELD_WORDS
from crm_desktop.importers.call_logs.call_log_format import differing
from crm_desktop.importers.call_logs.csv_rows import CsvRows
from crm_desktop.importers.call_logs.durations import DurationStyle, seconds_of
from crm_desktop.importers.call_logs.local_time import LocalClock, time_zone
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.row_keys import Ordinals, lead, row_key

# Without a word from the user: what is this short is an extension, unless it is an emergency number.
_SHORT = 4
_FEATURE = re.compile(r"[*#]\d*[*#]?\d*")
_EPOCH = re.compile(r"(?:.*-)?(\d{9,11})\.\d+")
_CALLER = re.compile(r'\s*(?:"(?P<quoted>.*)"|(?P<plain>[^<]*))\s*<(?P<number>[^<>]*)>\s*')
_A_DAY = timedelta(hours=26)
_SECONDS = DurationStyle()


@dataclass(frozen=True, slots=True)
class PbxCall:
    """What a row says of a call between an own line and somebody outside.

    ``when`` is naive in the log's own zone, or aware; ``native``: the system's own identity of the row,
    empty where ``raw`` fields must do.
    """

    when: datetime
    direction: Direction
    outcome: Outcome
    seconds: int
    number: str
    name: str = ""
    own_line: str = ""
    native: str = ""
    raw: tuple[str, ...] = ()


class HeaderedFormat(Protocol):
    """A format whose table begins with the names of its columns, ``required`` among them, folded."""

    required: frozenset[str]
    title: str
    recognized_by: str


class SwitchboardCalls:
    """Makes the calls of one file."""

    def __init__(self, options: ReadingOptions) -> None:
        rules = options.number_rules()
        self._internal_digits = options.internal_digits
        self._normalize = normalizer(rules)
        self._own = {self._normalize(number).e164 or number.strip() for number in options.own_numbers}
        self._clock = LocalClock(time_zone(options.time_zone))
        self._ordinals = Ordinals()

    def is_extension(self, text: str) -> bool:
        """Return whether a spelling is an own line or a code dialled inside."""
        text = text.strip()
        if _FEATURE.fullmatch(text):
            return True
        if not (text.isascii() and text.isdigit()):
            return False
        if self._normalize(text).note is NumberNote.EXTENSION:
            return True
        return self._internal_digits is None and len(text) <= _SHORT and not self._is_emergency(text)

    def is_own(self, text: str) -> bool:
        """Return whether a spelling is an extension or one of the own numbers."""
        return self.is_extension(text) or self.party_of(text) in self._own

    def party_of(self, text: str) -> str:
        """Return what two spellings of one number have in common."""
        return self._normalize(text).e164 or text.strip()

    def own_line(self, text: str) -> str:
        """Return a spelling that is an own line, else nothing."""
        return text if self.is_own(text) else ""

    def direction_of(self, caller: str, callee: str) -> Direction | None:
        """Return the direction two parties show; None between two own lines."""
        if not self.is_own(caller):
            return Direction.INCOMING
        return None if self.is_own(callee) else Direction.OUTGOING

    @staticmethod
    def _is_emergency(text: str) -> bool:
        return text in {"110", "112", "911", "999", "000", "111", "113", "115", "117", "118", "144"}

    def read(self, line: int, call: PbxCall) -> LogRow:
        """Return the record of a call; a row that cannot be in any calendar is rejected."""
        return self._read(line, call, None)

    def read_leg(self, line: int, call: PbxCall, call_id: str, *, leading: bool) -> LogRow:
        """Return the record of a row that may be a leg of a call, under a key that says of which."""
        return self._read(line, call, (call_id, leading))

    def is_new(self, key: bytes) -> bool:
        """Return whether no row of the file had a key before."""
        return self._ordinals.is_new(key)

    def _read(self, line: int, call: PbxCall, leg: tuple[str, bool] | None) -> LogRow:
        try:
            since, epoch, ambiguous = self._clock.read(call.when)
        except OverflowError:
            return RejectedRow(line, RowReason.BAD_DATE, str(call.when))
        fields = (call.native,) if call.native else call.raw
        if leg is not None:
            said = (call.native, call.direction, call.outcome, str(call.seconds), call.number, call.own_line)
            key = leg_key(lead(since), leg[0], said, leading=leg[1])
        elif call.native:
            key = row_key(since, *fields)
            if not self._ordinals.is_new(key):
                return SkippedRow(line, RowReason.DUPLICATE_IN_FILE)
        else:
            key = self._ordinals.distinct(row_key(since, *fields), since, *fields)
        read = self._normalize(call.number)
        return CallRecord(
            line=line, epoch=epoch, direction=call.direction, outcome=call.outcome,
            duration_s=call.seconds, raw_number=call.number, number=read.e164,
            name=known_name(call.name, call.number), row_key=key, time_ambiguous=ambiguous,
            extension=read.extension, number_note=read.note, own_line=call.own_line.strip() or None,
        )  # fmt: skip


def known_name(name: str, number: str) -> str | None:
    """Return a name, None for one that only repeats the number or says that there is none."""
    name = " ".join(name.split())
    return None if not name or name == number.strip() or fold(name) in WITHHELD_WORDS else name


def caller_of(clid: str) -> tuple[str, str]:
    """Return name and number of ``"Name" <number>``; what has no brackets is a name."""
    found = _CALLER.fullmatch(clid)
    if found is None:
        return clid.strip().strip('"'), ""
    return (found["quoted"] or found["plain"] or "").strip(), found["number"].strip()


def is_channel_id(text: str) -> bool:
    """Tell whether a text is what Asterisk names a channel by: its epoch and a count, given once only."""
    return _EPOCH.fullmatch(text.strip()) is not None


def moment_of(written: str, unique_id: str) -> datetime | None:
    """Return when a row of Asterisk began: its channel's epoch settles zone and daylight saving exactly.

    Naive where the id tells nothing, or tells of another day.
    """
    try:
        local = datetime.strptime(written.strip(), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the log's own zone
    except ValueError:
        return None
    found = _EPOCH.fullmatch(unique_id.strip())
    if found is None:
        return local
    exact = datetime.fromtimestamp(int(found[1]), UTC)
    return exact if abs(exact.replace(tzinfo=None) - local) < _A_DAY else local


_DISPOSITIONS = {
    "answered": (Outcome.ANSWERED, Outcome.ANSWERED),
    "no answer": (Outcome.MISSED, Outcome.NO_ANSWER),
    "busy": (Outcome.BUSY, Outcome.BUSY),
    "failed": (Outcome.FAILED, Outcome.FAILED),
    "congestion": (Outcome.FAILED, Outcome.FAILED),
    "cancel": (Outcome.MISSED, Outcome.CANCELLED),
    "unknown": (Outcome.UNKNOWN, Outcome.UNKNOWN),
}
DISPOSITIONS = frozenset(_DISPOSITIONS)


def outcome_of(disposition: str, direction: Direction, last_app: str) -> Outcome | None:
    """Return how a call of Asterisk ended, None for a word it does not use."""
    found = _DISPOSITIONS.get(disposition.strip().casefold())
    if found is None:
        return None
    incoming = direction is Direction.INCOMING
    if incoming and found[0] is Outcome.ANSWERED and last_app.strip().casefold() == "voicemail":
        return Outcome.VOICEMAIL
    return found[0] if incoming else found[1]


def whole_seconds(text: str) -> int | None:
    """Return talk time in seconds, None for what is none."""
    return seconds_of(text, _SECONDS)


def words_of_header(head: FileHead) -> set[str]:
    """Return the words of the first line, folded, quoted or not."""
    first = next((line for line in head.lines if line.strip()), "").lstrip("\ufeff")
    return {fold(cell.strip().strip('"')) for cell in first.split(",")}


def header_of(rows: CsvRows, source: LogSource, expected: HeaderedFormat) -> list[str]:
    """Take the header off a table, with blank lines above it; return its words, folded.

    A damaged file may show the words and yet have another header as a row: raises ForeignFileError
    ``log_format_differs`` where a required word is missing.
    """
    first = next((row for row in rows if isinstance(row, RejectedRow) or row[1]), None)
    words = [] if first is None or isinstance(first, RejectedRow) else first[1]
    rows.columns = len(words)
    header = [fold(word.lstrip("\ufeff").strip().strip('"')) for word in words]
    if not expected.required.issubset(header):
        raise differing(source.path, expected)
    return header


def rejected(line: int, reason: RowReason, cells: Sequence[str]) -> RejectedRow:
    """Return a row as the report shows it."""
    return RejectedRow(line, reason, ", ".join(cell for cell in cells if cell)[:500])
