"""Follow-ups as a calendar file (RFC 5545).

Events and no to-dos: Outlook and the calendars of phones read VEVENT and leave VTODO out without a word. They
block no time (TRANSPARENT). What has a day and no time is an all-day event; a time is written in UTC, but for
one that repeats, which keeps its hour over clock changes only with the zone it is meant in. The id of an
event is the follow-up's, of a series the series': written again, it replaces what was read before.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_desktop.domain.calendar_zones import zone_lines
from crm_desktop.domain.follow_ups import due_instant
from crm_desktop.domain.repeats import Interval, RepeatUnit, in_series, next_in_series

_FOLDED = 75
_LENGTH = "PT15M"
_FREQUENCY = {
    RepeatUnit.DAY: "DAILY", RepeatUnit.WEEK: "WEEKLY", RepeatUnit.MONTH: "MONTHLY",
    RepeatUnit.YEAR: "YEARLY",
}  # fmt: skip
_SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A follow-up as a calendar shows it; days are ISO 8601, ``due_time`` is ``HH:MM``."""

    uuid: bytes
    version: int
    summary: str
    description: str
    due_on: str
    due_time: str | None
    repeat: Interval | None
    repeat_from: str | None
    series: bytes | None


def calendar_text(entries: Iterable[CalendarEntry], *, zone: str, now: int, name: str) -> str:
    """Return the file's text; ``zone`` is the organization's, ``now`` (UTC epoch seconds) when it is made."""
    known = list(entries)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//CT-CRM Desktop//Follow-ups//EN", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(name)}",
    ]  # fmt: skip
    years = [int(entry.due_on[:4]) for entry in known if entry.repeat and entry.due_time]
    if years:
        lines += zone_lines(zone, min(years))
    for entry in known:
        for event in _events(entry, zone, now):
            lines += event
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def escaped(text: str) -> str:
    """Return a text as the value of a property."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return "\\n".join(text.splitlines())


def folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets, all but the first set in; no letter is torn apart."""
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > _FOLDED:
            yield part
            part, size = " ", 1
        part += sign
        size += octets
    yield part


def _events(entry: CalendarEntry, zone: str, now: int) -> Iterator[Sequence[str]]:
    """Yield an event, or two: one that was moved off the days of its series stands beside the series."""
    if entry.repeat is None:
        yield _event(entry, entry.uuid, entry.due_on, None, zone, now)
        return
    due, first = date.fromisoformat(entry.due_on), date.fromisoformat(entry.repeat_from or entry.due_on)
    series = entry.series or entry.uuid
    if in_series(first, entry.repeat, due):
        yield _event(entry, series, entry.due_on, _rule(entry.repeat, first), zone, now)
        return
    yield _event(entry, entry.uuid, entry.due_on, None, zone, now)
    following = next_in_series(first, entry.repeat, due)
    if following is not None:
        yield _event(entry, series, following.isoformat(), _rule(entry.repeat, first), zone, now)


def _event(  # noqa: PLR0917 - of one entry, in the order of its lines
    entry: CalendarEntry, uuid: bytes, day: str, rule: str | None, zone: str, now: int
) -> Sequence[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uuid.hex()}@follow-ups.ct-crm",
        f"DTSTAMP:{_utc(now)}",
        f"SEQUENCE:{entry.version}",
        *_start(day, entry.due_time, zone, repeats=rule is not None),
    ]
    if rule is not None:
        lines.append(f"RRULE:{rule}")
    lines.append(f"SUMMARY:{escaped(entry.summary)}")
    if entry.description:
        lines.append(f"DESCRIPTION:{escaped(entry.description)}")
    return [*lines, "TRANSP:TRANSPARENT", "END:VEVENT"]


def _start(day: str, at: str | None, zone: str, *, repeats: bool) -> list[str]:
    if at is None:
        end = date.fromisoformat(day) + timedelta(days=1)
        return [f"DTSTART;VALUE=DATE:{day.replace('-', '')}", f"DTEND;VALUE=DATE:{end:%Y%m%d}"]
    if repeats:
        local = datetime.combine(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone))
        return [f"DTSTART;TZID={zone}:{local:%Y%m%dT%H%M%S}", f"DURATION:{_LENGTH}"]
    return [f"DTSTART:{_utc(due_instant(day, at, zone))}", f"DURATION:{_LENGTH}"]


def _utc(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%SZ}"


def _rule(interval: Interval, first: date) -> str:
    """Return the rule of a series; where a month is too short its last day is meant, which calendars skip."""
    parts = [f"FREQ={_FREQUENCY[interval.unit]}", f"INTERVAL={interval.every}"]
    leap_day = (first.month, first.day) == (2, 29)
    if interval.unit is RepeatUnit.YEAR and leap_day:
        parts.append("BYMONTH=2")
    if (interval.unit is RepeatUnit.MONTH and first.day > _SHORTEST_MONTH) or (
        interval.unit is RepeatUnit.YEAR and leap_day
    ):
        days = ",".join(map(str, range(_SHORTEST_MONTH, first.day + 1)))
        parts.append(f"BYMONTHDAY={days};BYSETPOS=-1")
    return ";".join(parts)
