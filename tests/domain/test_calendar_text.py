"""The calendar file, read by a reader of its own that knows RFC 5545 and nothing of the writer."""

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.calendar_text import CalendarEntry, calendar_text, folded
from crm_desktop.domain.repeats import Interval, RepeatUnit, added

NOW = 1_790_000_000
BERLIN = "Europe/Berlin"
Event = dict[str, tuple[dict[str, str], str]]
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=300)


def entry(**values: object) -> CalendarEntry:
    known: dict[str, object] = {
        "uuid": bytes(16), "version": 1, "summary": "Call back", "description": "", "due_on": "2026-12-31",
        "due_time": None, "repeat": None, "repeat_from": None, "series": None,
    }  # fmt: skip
    return CalendarEntry(**{**known, **values})  # type: ignore[arg-type]


def content_lines(text: str) -> list[str]:
    """Return the unfolded lines of a file that keeps to the rules of the format."""
    assert text.endswith("\r\n")
    parts = text.removesuffix("\r\n").split("\r\n")
    lines: list[str] = []
    for part in parts:
        assert len(part.encode()) <= 75
        assert not re.search(r"[\x00-\x08\n\r\x0b-\x1f\x7f]", part)
        if part.startswith(" "):
            lines[-1] += part[1:]
        else:
            lines.append(part)
    return lines


def components(text: str, name: str) -> list[Event]:
    """Return the components called ``name``: property to (parameters, value)."""
    found: list[Event] = []
    stack: list[tuple[str, Event]] = []
    for line in content_lines(text):
        head, _, value = line.partition(":")
        key, *rest = head.split(";")
        if key == "BEGIN":
            stack.append((value, {}))
        elif key == "END":
            opened, content = stack.pop()
            assert opened == value
            if opened == name:
                found.append(content)
        else:
            assert re.fullmatch(r"[A-Z-]+", key)
            assert key not in stack[-1][1] or key == "RDATE"
            stack[-1][1][key] = (dict(part.split("=", 1) for part in rest), value)
    assert stack == []
    return found


def unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def write(*entries: CalendarEntry, zone: str = BERLIN) -> str:
    return calendar_text(entries, zone=zone, now=NOW, name="Acme; Ltd")


def events(*entries: CalendarEntry, zone: str = BERLIN) -> list[Event]:
    return components(write(*entries, zone=zone), "VEVENT")


def expanded(event: Event, count: int) -> list[date]:
    """Return the first days an event comes on, by its rule alone."""
    start = date.fromisoformat(event["DTSTART"][1][:8])
    rule = dict(part.split("=") for part in event["RRULE"][1].split(";"))
    interval = int(rule["INTERVAL"])
    if rule["FREQ"] in {"DAILY", "WEEKLY"}:
        step = timedelta(days=interval * (7 if rule["FREQ"] == "WEEKLY" else 1))
        return [start + step * times for times in range(count)]
    found: list[date] = []
    place = start.year * 12 + start.month - 1
    while len(found) < count:
        year, month = place // 12, place % 12 + 1
        place += interval * (12 if rule["FREQ"] == "YEARLY" else 1)
        wanted = [int(day) for day in rule.get("BYMONTHDAY", str(start.day)).split(",")]
        days = [day for day in wanted if day <= calendar.monthrange(year, month)[1]]
        if "BYSETPOS" in rule:
            days = days[-1:]
        found += [date(year, month, day) for day in days if date(year, month, day) >= start]
    return found


def test_an_all_day_one_is_an_event_of_one_day_that_blocks_no_time() -> None:
    (event,) = events(entry())
    assert event["DTSTART"] == ({"VALUE": "DATE"}, "20261231")
    assert event["DTEND"] == ({"VALUE": "DATE"}, "20270101")
    assert event["TRANSP"] == ({}, "TRANSPARENT")
    assert event["DTSTAMP"][1] == f"{datetime.fromtimestamp(NOW, UTC):%Y%m%dT%H%M%SZ}"
    assert re.fullmatch(r"[0-9a-f]{32}@\S+", event["UID"][1])
    (whole,) = components(write(), "VCALENDAR")
    assert (whole["VERSION"][1], unescaped(whole["X-WR-CALNAME"][1])) == ("2.0", "Acme; Ltd")


def test_a_time_is_written_in_utc() -> None:
    (event,) = events(entry(due_on="2026-07-01", due_time="14:30"))
    assert event["DTSTART"] == ({}, "20260701T123000Z")


@given(texts, texts)
def test_every_text_is_read_as_it_was_written(summary: str, description: str) -> None:
    (event,) = events(entry(summary=summary, description=description))
    assert unescaped(event["SUMMARY"][1]) == summary
    assert unescaped(event.get("DESCRIPTION", ({}, ""))[1]) == description


def test_several_lines_and_every_sign_that_means_something() -> None:
    text = "One; two, three\\four\nfive: “six” 🙂"
    (event,) = events(entry(summary=text))
    assert unescaped(event["SUMMARY"][1]) == text


def test_no_letter_is_torn_apart() -> None:
    parts = list(folded("SUMMARY:" + "ä🙂" * 60))
    assert all(len(part.encode()) <= 75 for part in parts)
    assert "".join(part.removeprefix(" ") for part in parts) == "SUMMARY:" + "ä🙂" * 60


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.builds(Interval, st.integers(1, 15), st.sampled_from(RepeatUnit)),
)
def test_a_series_in_the_calendar_has_the_days_it_has_here(first: date, interval: Interval) -> None:
    day = first.isoformat()
    (event,) = events(entry(due_on=day, repeat=interval, repeat_from=day, series=bytes(16)))
    assert expanded(event, 9) == [added(first, interval, times) for times in range(9)]


def test_a_series_begun_on_a_31st_goes_on_from_a_shorter_month() -> None:
    (event,) = events(
        entry(due_on="2027-02-28", repeat=Interval(1, RepeatUnit.MONTH), repeat_from="2027-01-31")
    )
    assert [day.isoformat() for day in expanded(event, 3)] == ["2027-02-28", "2027-03-31", "2027-04-30"]


def test_one_moved_off_its_series_stands_beside_the_series() -> None:
    one, series = events(
        entry(
            uuid=b"a" * 16, due_on="2027-02-02", repeat=Interval(1, RepeatUnit.MONTH),
            repeat_from="2027-01-31", series=b"s" * 16,
        )
    )  # fmt: skip
    assert ("RRULE" in one, one["DTSTART"][1]) == (False, "20270202")
    assert (series["UID"][1][:32], series["DTSTART"][1]) == ((b"s" * 16).hex(), "20270228")


def test_the_next_of_a_series_replaces_the_one_before_in_a_calendar() -> None:
    weekly = Interval(1, RepeatUnit.WEEK)
    series: dict[str, object] = {"repeat": weekly, "repeat_from": "2027-01-04", "series": b"s" * 16}
    first = events(entry(uuid=b"1" * 16, due_on="2027-01-04", **series))
    second = events(entry(uuid=b"2" * 16, due_on="2027-01-11", **series))
    assert first[0]["UID"] == second[0]["UID"]


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca",
             "Asia/Jerusalem", "UTC"],
)  # fmt: skip
def test_a_series_with_a_time_keeps_its_hour_by_the_zone_it_brings_along(zone: str) -> None:
    daily = Interval(1, RepeatUnit.DAY)
    text = write(
        entry(due_on="2027-01-01", due_time="09:00", repeat=daily, repeat_from="2027-01-01"), zone=zone
    )
    (event,) = components(text, "VEVENT")
    assert event["DTSTART"] == ({"TZID": zone}, "20270101T090000")
    assert components(text, "VTIMEZONE")[0]["TZID"][1] == zone
    onsets = zone_onsets(text)
    for ahead in range(3 * 366):
        local = datetime.fromisoformat("2027-01-01T09:00") + timedelta(days=ahead)
        offset = max((at, to) for at, to in onsets if at <= local)[1]
        assert offset == ZoneInfo(zone).utcoffset(local), (zone, local)


def zone_onsets(text: str) -> list[tuple[datetime, timedelta]]:
    """Return every change of the clock the file's zone has, by the text of the file alone."""
    found: list[tuple[datetime, timedelta]] = []
    blocks = re.findall(r"BEGIN:(?:STANDARD|DAYLIGHT)\r\n(.*?)END:", text, re.DOTALL)
    for block in blocks:
        lines = [line.split(":", 1) for line in block.strip().split("\r\n")]
        first = next(value for key, value in lines if key == "DTSTART")
        start = datetime.fromisoformat(first)
        to = next(value for key, value in lines if key == "TZOFFSETTO")
        offset = timedelta(hours=int(to[1:3]), minutes=int(to[3:5])) * (-1 if to[0] == "-" else 1)
        onsets = [start, *(datetime.fromisoformat(v) for k, v in lines if k == "RDATE")]
        for key, value in lines:
            if key == "RRULE":
                rule = dict(part.split("=") for part in value.split(";"))
                week, weekday = (
                    int(rule["BYDAY"][:-2]),
                    ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].index(rule["BYDAY"][-2:]),
                )
                onsets += [
                    datetime.combine(nth(year, int(rule["BYMONTH"]), week, weekday), start.time())
                    for year in range(start.year, start.year + 10)
                ]
        found += [(onset, offset) for onset in onsets]
    return found


def nth(year: int, month: int, week: int, weekday: int) -> date:
    days = [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]
    return [day for day in days if day.weekday() == weekday][week if week < 0 else week - 1]
