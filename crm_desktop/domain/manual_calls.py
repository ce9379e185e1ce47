"""A call somebody enters by hand: what it needs, and how talk time is typed."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.contact_drafts import text_problem
from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.domain.plain_text import plain

NUMBER_LIMIT = 60
LONGEST_S = 24 * 3600
AHEAD_S = 300
"""Two clocks may differ by this; what begins later has not begun."""
FIRST_AT = 0
OUTCOMES = {
    Direction.INCOMING: (Outcome.ANSWERED, Outcome.MISSED, Outcome.REJECTED, Outcome.VOICEMAIL),
    Direction.OUTGOING: (Outcome.ANSWERED, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.VOICEMAIL),
}
"""How a call may have ended that somebody tells of, by who called."""
_TALKED = frozenset({Outcome.ANSWERED, Outcome.VOICEMAIL})
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)", re.ASCII)
_DURATION = re.compile(r"(?:(?P<h>\d{1,2}):(?=\d{1,2}:))?(?P<m>\d{1,4})(?::(?P<s>[0-5]?\d))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class CallDraft:
    """A call as it is typed: ``started_at`` in UTC epoch seconds, ``duration_s`` of talking.

    ``number`` as typed may stay empty: with whom it was is said by the customer.
    """

    direction: Direction
    outcome: Outcome
    started_at: int
    duration_s: int
    number: str = ""


@dataclass(frozen=True, slots=True)
class CallParts:
    """A call as two people may have changed it: ``how`` is who called, how it ended and how long it was.

    These belong together, so that no half of each is kept; ``began`` is local, to the second.
    """

    how: str
    began: str
    raw_number: str


def parts_of(draft: CallDraft, zone: ZoneInfo) -> CallParts:
    """Return the parts of a tidied draft."""
    began = datetime.fromtimestamp(draft.started_at, zone)
    how = f"{draft.direction} {draft.outcome} {draft.duration_s}"
    return CallParts(how, began.isoformat(" "), draft.number)


def draft_of_parts(parts: CallParts) -> CallDraft:
    """Return the draft whose parts these are."""
    direction, outcome, seconds = parts.how.split(" ")
    began = int(datetime.fromisoformat(parts.began).timestamp())
    return CallDraft(Direction(direction), Outcome(outcome), began, int(seconds), parts.raw_number)


def tidied(draft: CallDraft) -> CallDraft:
    """Return the draft as it is kept: without talk time where nobody talked."""
    talked = draft.duration_s if draft.outcome in _TALKED else 0
    return replace(draft, number=plain(draft.number).strip(), duration_s=talked)


def problems(draft: CallDraft, now: int) -> dict[str, KnownError]:
    """Return what is wrong with a tidied draft, by field; ``now`` in UTC epoch seconds."""
    found: dict[str, KnownError] = {}
    if draft.outcome not in OUTCOMES.get(draft.direction, ()):
        found["outcome"] = InvalidValueError("call_outcome_unfit", field="outcome")
    if not FIRST_AT < draft.started_at <= now + AHEAD_S:
        found["started_at"] = InvalidValueError("call_not_begun", field="started_at")
    if draft.outcome is Outcome.ANSWERED and draft.duration_s == 0:
        found["duration_s"] = InvalidValueError("value_required", field="duration_s")
    elif not 0 <= draft.duration_s <= LONGEST_S:
        long = duration_typed(abs(draft.duration_s))
        found["duration_s"] = InvalidValueError("call_duration_invalid", field="duration_s", value=long)
    if problem := text_problem("number", draft.number, NUMBER_LIMIT):
        found["number"] = problem
    return found


def moment_from(day: str, time: str, zone: ZoneInfo) -> int:
    """Return UTC epoch seconds of a day (ISO 8601) and a time of the day (``HH:MM``) in ``zone``.

    Raises InvalidValueError ``date_invalid`` (field day), ``time_invalid`` (field time).
    """
    try:
        typed_day = date.fromisoformat(day)
    except ValueError as error:
        raise InvalidValueError("date_invalid", field="day", value=day[:20]) from error
    match = _TIME.fullmatch(time.strip())
    if match is None:
        raise InvalidValueError("time_invalid", field="time", value=time[:20])
    hours, minutes = int(match[1]), int(match[2])
    return int(datetime.combine(typed_day, clock_time(hours, minutes), zone).timestamp())


def duration_from(typed: str) -> int:
    """Return the seconds of a typed talk time: minutes, ``min:s`` or ``h:min:s``; nothing typed is 0.

    Raises InvalidValueError ``call_duration_invalid``.
    """
    text = typed.strip()
    if not text:
        return 0
    match = _DURATION.fullmatch(text)
    if match is None:
        raise InvalidValueError("call_duration_invalid", field="duration_s", value=text[:20])
    hours, minutes, seconds = (int(match[part] or 0) for part in ("h", "m", "s"))
    return (hours * 60 + minutes) * 60 + seconds


def duration_typed(seconds: int) -> str:
    """Return a talk time as it would be typed."""
    if not seconds:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, left = divmod(minutes, 60)
    return f"{hours}:{left:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
