"""A phone call as stored, and a row of a call log as read (terms of the field: direction, outcome)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Direction(StrEnum):
    """Who called whom, seen from the member whose log it is."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """How the call ended; exactly these words in database and JSON."""

    ANSWERED = "answered"
    MISSED = "missed"
    REJECTED = "rejected"
    BLOCKED = "blocked"
    VOICEMAIL = "voicemail"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNKNOWN = "unknown"


class NumberNote(StrEnum):
    """Why a row of a log has no E.164 number."""

    WITHHELD = "withheld"
    SHORT_CODE = "short_code"
    EXTENSION = "extension"
    MASKED = "masked"
    NOT_A_NUMBER = "not_a_number"
    DAMAGED = "damaged"
    NO_AREA_CODE = "no_area_code"


class TimePrecision(StrEnum):
    """How exact the source's time is; decides what counts as the same call."""

    MILLISECOND = "millisecond"
    SECOND = "second"
    MINUTE = "minute"


class RowReason(StrEnum):
    """Why a row of a log became no call; exactly these words in the reports and in JSON."""

    # rejected: the row should have been a call
    BAD_DATE = "bad_date"
    UNKNOWN_TYPE = "unknown_type"
    BAD_DURATION = "bad_duration"
    COLUMN_COUNT = "column_count"
    UNCLOSED_QUOTE = "unclosed_quote"
    ROW_TOO_LONG = "row_too_long"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    # skipped: the row is understood and is no call of a customer
    DUPLICATE_IN_FILE = "duplicate_in_file"
    INTERNAL_CALL = "internal_call"
    TOTALS_ROW = "totals_row"
    BLANK_ROW = "blank_row"
    DELETED_ROW = "deleted_row"
    LEG_OF_SAME_CALL = "leg_of_same_call"
    NOT_A_CALL = "not_a_call"
    RECORDING_NOT_A_CALL = "recording_not_a_call"


class CallRecord(NamedTuple):
    """One call read from a log.

    ``epoch`` is when it started, in UTC epoch seconds. ``row_key`` identifies the row independently of time
    zone, region and contact name: 4 bytes big-endian of the raw wall-clock time (seconds since 1900), then
    16 bytes of SHA-256 over the raw fields or the source's own id; the leading time keeps the unique index
    append-local. Of a row that may be a leg of a call it is longer (``domain/call_legs.py``). ``line`` is the
    physical line the record starts on (1-based), ``place`` the name of its file where a log has one for each
    call. A tuple, because an import makes hundreds of thousands of them.
    """

    line: int
    epoch: int
    direction: Direction
    outcome: Outcome
    duration_s: int
    raw_number: str
    number: str | None
    name: str | None
    row_key: bytes
    precision: TimePrecision = TimePrecision.SECOND
    time_ambiguous: bool = False
    extension: str | None = None
    number_note: NumberNote | None = None
    own_line: str | None = None
    place: str | None = None

    @property
    def started_at(self) -> datetime:
        """When it started, aware and in UTC."""
        return _EPOCH + timedelta(seconds=self.epoch)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be understood; ``raw`` is for the report on screen only and never stored."""

    line: int
    reason: str
    raw: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that is understood and is no call of a customer (totals, duplicates, blank, internal)."""

    line: int
    reason: str
    place: str | None = None


LogRow = CallRecord | RejectedRow | SkippedRow


@dataclass(frozen=True, slots=True)
class Call:
    """A stored call; times are UTC epoch seconds, ``customer_id`` is None for an unknown number."""

    id: int
    uuid: bytes
    version: int
    started_at: int
    time_zone: str | None
    direction: Direction
    outcome: Outcome
    duration_s: int
    raw_number: str
    e164: str | None
    member_id: int
    customer_id: int | None
    import_run_id: int | None
