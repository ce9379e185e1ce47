"""Follow-ups: what is to be done by when and by whom, and how often one wants to be in touch.

Days and times are those of the organization's clock, kept as they were said: a clock change moves nothing.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from crm_desktop.domain.contact_drafts import NOTE_LIMIT, is_date, text_problem
from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.domain.plain_text import plain
from crm_desktop.domain.repeats import FIRST_YEAR, LAST_YEAR, Interval, RepeatUnit, interval_problem

WHAT_LIMIT = 500
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something to be done by ``due_on`` (ISO 8601), at ``due_time`` (``HH:MM``) where one was said.

    ``call_id`` is the call it came from, which may be gone since. One that repeats has ``repeat_from``, the
    first day of its series, and ``series``, which all of the series share. ``assignee_id``, ``created_by``
    and ``done_by`` are member ids; times are UTC epoch seconds.
    """

    id: int
    uuid: bytes
    version: int
    contact_id: int | None
    call_id: int | None
    what: str
    due_on: str
    due_time: str | None
    assignee_id: int
    created_at: int
    created_by: int
    repeat_every: int | None
    repeat_unit: RepeatUnit | None
    repeat_from: str | None
    series: bytes | None
    done_at: int | None
    done_by: int | None
    outcome: str | None

    @property
    def repeat(self) -> Interval | None:
        """How often it comes again."""
        return repeat_of(self.repeat_every, self.repeat_unit)


@dataclass(frozen=True, slots=True)
class KeepInTouch:
    """How often one wants to be in touch with a contact, or with everybody who carries a tag."""

    id: int
    uuid: bytes
    version: int
    contact_id: int | None
    tag_id: int | None
    every: int
    unit: RepeatUnit

    @property
    def interval(self) -> Interval:
        """The rhythm."""
        return Interval(self.every, self.unit)


@dataclass(frozen=True, slots=True)
class FollowUpDraft:
    """A follow-up as typed; without an assignee it is for whoever types it."""

    what: str
    due_on: str
    due_time: str | None = None
    contact_id: int | None = None
    assignee_id: int | None = None
    repeat: Interval | None = None
    call_id: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A day (ISO 8601) and the time of it (``HH:MM``), where one was said: chosen together."""

    day: str
    time: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUpParts:
    """A follow-up as two people may have changed it: no day of one goes with the time of the other."""

    what: str
    due: Due
    contact_id: int | None
    assignee_id: int | None
    repeat: Interval | None
    call_id: int | None


@dataclass(frozen=True, slots=True)
class DuePart:
    """What postponing changes."""

    due: Due


@dataclass(frozen=True, slots=True)
class OutcomePart:
    """What the note of what came of one changes."""

    outcome: str | None


class Span(StrEnum):
    """Which follow-ups a list shows; all but the last are open ones."""

    OPEN = "open"
    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    DONE = "done"


def repeat_of(every: int | None, unit: RepeatUnit | None) -> Interval | None:
    """Return the interval two columns hold."""
    return None if every is None or unit is None else Interval(every, unit)


def draft_of(follow_up: FollowUp) -> FollowUpDraft:
    """Return the draft that would save a follow-up unchanged."""
    return FollowUpDraft(
        follow_up.what, follow_up.due_on, follow_up.due_time, follow_up.contact_id, follow_up.assignee_id,
        follow_up.repeat, follow_up.call_id,
    )  # fmt: skip


def parts_of(draft: FollowUpDraft) -> FollowUpParts:
    """Return the parts of a tidied draft."""
    due = Due(draft.due_on, draft.due_time)
    return FollowUpParts(
        draft.what, due, draft.contact_id, draft.assignee_id, draft.repeat, draft.call_id
    )  # fmt: skip


def draft_of_parts(parts: FollowUpParts) -> FollowUpDraft:
    """Return the draft that has these parts."""
    return FollowUpDraft(
        parts.what, parts.due.day, parts.due.time, parts.contact_id, parts.assignee_id, parts.repeat,
        parts.call_id,
    )  # fmt: skip


def tidied(draft: FollowUpDraft) -> FollowUpDraft:
    """Return ``draft`` on one line and without surplus blanks."""
    return replace(
        draft,
        what=" ".join(plain(draft.what).split()),
        due_on=draft.due_on.strip(),
        due_time=(draft.due_time or "").strip() or None,
    )


def problems(draft: FollowUpDraft) -> dict[str, KnownError]:
    """Return what is wrong with a tidied draft, by field."""
    found: dict[str, KnownError | None] = {
        "what": text_problem("what", draft.what, WHAT_LIMIT),
        "due_on": due_problem(draft.due_on),
        "due_time": time_problem(draft.due_time),
        "repeat": interval_problem(draft.repeat, "repeat"),
    }
    if not draft.what:
        found["what"] = InvalidValueError("value_required", field="what")
    return {name: problem for name, problem in found.items() if problem is not None}


def due_problem(text: str) -> KnownError | None:
    """Return why a day cannot be one something is due on."""
    if not is_date(text):
        return InvalidValueError("date_invalid", field="due_on", value=text)
    if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        return InvalidValueError("due_too_far", field="due_on", first=FIRST_YEAR, last=LAST_YEAR)
    return None


def time_problem(text: str | None) -> KnownError | None:
    """Return why a text is no time of the day."""
    if text is None or _TIME.fullmatch(text):
        return None
    return InvalidValueError("time_invalid", field="due_time", value=text)


def checked_outcome(text: str | None) -> str | None:
    """Return an outcome note as it is kept; raises InvalidValueError for what is no text."""
    kept = plain(text or "").strip()
    if problem := text_problem("outcome", kept, NOTE_LIMIT):
        raise problem
    return kept or None


def is_overdue(due_on: str, due_time: str | None, now: datetime) -> bool:
    """Return whether the day has passed, or the time of it; ``now`` is by the organization's clock."""
    return (due_on, due_time or "24:00") < (now.date().isoformat(), now.strftime("%H:%M"))


def due_instant(due_on: str, due_time: str, zone: str) -> int:
    """Return when (UTC epoch seconds) it is ``due_time`` on a day by the organization's clock.

    A time the clock leaves out in spring comes as much later as it leaves out; of one it shows twice in
    autumn the first is meant.
    """
    local = datetime.combine(date.fromisoformat(due_on), time.fromisoformat(due_time), ZoneInfo(zone))
    return int(local.astimezone(UTC).timestamp())
