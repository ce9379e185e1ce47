"""Dates, zones and durations as logs write them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.calls import TimePrecision
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.importers.call_logs.date_formats import date_reader, precision_of
from crm_desktop.importers.call_logs.date_guess import DateGuess
from crm_desktop.importers.call_logs.durations import DurationStyle, duration_style, seconds_of
from crm_desktop.importers.call_logs.local_time import LocalClock, time_zone
from crm_desktop.importers.call_logs.row_keys import wall_clock_seconds

MORNING = datetime(2026, 3, 9, 9, 3, 5)  # noqa: DTZ001 - local on purpose


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("%Y-%m-%d %H:%M:%S", "2026-03-09 09:03:05"),
        ("%d.%m.%Y %H:%M:%S", "9.3.2026 9:03:05"),
        ("%m/%d/%Y %I:%M:%S %p", "3/9/2026 9:03:05\u202fAM"),
        ("%a %m/%d/%Y %H:%M:%S", "Mon 3/9/2026 09:03:05"),
        ("%d. %b %Y %H:%M:%S", "9. März 2026 09:03:05"),
        ("%b %d, %Y %H:%M:%S", "Mar 9, 2026 09:03:05"),
        ("%d %B %y %H.%M.%S", "9 mars 26 09.03.05"),
        ("iso", "2026-03-09T09:03:05"),
        ("%Y-%m-%d %H:%M:%S", "2026-03-9 9:03:05"),
    ],
)
def test_formats(style: str, text: str) -> None:
    reader = date_reader(style)
    assert reader is not None
    assert reader(text) == MORNING


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("iso", "2026-03-09T09:03:05Z"),
        ("iso", "2026-03-09T10:03:05+01:00"),
        ("%Y-%m-%d %H:%M:%S %z", "2026-03-09 05:03:05 -0400"),
        ("unix", "1773046985"),
        ("unix_ms", "1773046985999"),
    ],
)
def test_formats_with_a_zone(style: str, text: str) -> None:
    reader = date_reader(style)
    assert reader is not None
    found = reader(text)
    assert found is not None
    assert found.replace(microsecond=0) == MORNING.replace(tzinfo=UTC)


def test_excel_serials() -> None:
    reader = date_reader("excel")
    assert reader is not None
    assert reader("46090,377141") == MORNING
    assert reader("x") is None


@pytest.mark.parametrize(
    "text",
    [
        "31.02.2026 09:00:00",
        "01.01.2026 25:00:00",
        "01.01.2026",
        "",
        "yesterday",
        "1.1.26 9:0:0",
        "01.01.2026 09:00:00 x",
    ],
)
def test_what_is_no_date(text: str) -> None:
    reader = date_reader("%d.%m.%Y %H:%M:%S")
    assert reader is not None
    assert reader(text) is None


@pytest.mark.parametrize("style", ["", "%Q", "%Y-%m", "%Y %Y %m %d", "words", "%H:%M"])
def test_formats_that_give_no_date_are_refused(style: str) -> None:
    assert date_reader(style) is None


@given(
    st.text(max_size=30),
    st.sampled_from(["iso", "unix", "unix_ms", "excel", "%d.%m.%y %I:%M %p", "%b %d %Y"]),
)
def test_any_text_is_a_date_or_not(text: str, style: str) -> None:
    reader = date_reader(style)
    assert reader is not None
    assert reader(text) is None or isinstance(reader(text), datetime)


def test_precision() -> None:
    assert precision_of("%d.%m.%Y %H:%M") is TimePrecision.MINUTE
    assert precision_of("iso") is TimePrecision.SECOND
    assert precision_of("unix_ms") is TimePrecision.MILLISECOND


@pytest.mark.parametrize(
    ("values", "region", "style", "certain"),
    [
        (["03/04/2026 10:00", "13/04/2026 10:00"], "US", "%d/%m/%Y %H:%M", True),
        (["03/04/2026 10:00", "04/13/2026 10:00"], "GB", "%m/%d/%Y %H:%M", True),
        (["03/04/2026 10:00", "05/06/2026 10:00"], "US", "%m/%d/%Y %H:%M", False),
        (["03/04/2026 10:00", "05/06/2026 10:00"], "GB", "%d/%m/%Y %H:%M", False),
        (["2026-03-04 10:00:00", "soon"], "US", "%Y-%m-%d %H:%M:%S", True),
        (["03/04/2026"] * 200 + ["31/04/2026", "30/04/2026"], "US", "%d/%m/%Y", True),
        (["no", "date"], "US", None, False),
    ],
)
def test_the_whole_column_decides(
    values: list[str], region: str, style: str | None, *, certain: bool
) -> None:
    guess = DateGuess(region)
    for value in values:
        guess.add(value)
    found = guess.result()
    assert (found.style, found.certain) == (style, certain)


@pytest.mark.parametrize(
    ("local", "utc", "flagged"),
    [
        ("2026-01-15 12:00", "2026-01-15 11:00", False),
        ("2026-07-15 12:00", "2026-07-15 10:00", False),
        ("2025-10-26 02:30", "2025-10-26 00:30", True),
        ("2026-03-29 02:30", "2026-03-29 01:30", True),
        ("2026-03-29 03:30", "2026-03-29 01:30", False),
        ("2038-01-20 00:00", "2038-01-19 23:00", False),
        ("1900-01-02 00:00", "1900-01-01 23:00", False),
    ],
)
def test_local_times(local: str, utc: str, *, flagged: bool) -> None:
    clock = LocalClock(time_zone("Europe/Berlin"))
    expected = int(datetime.fromisoformat(utc).replace(tzinfo=UTC).timestamp())
    written = datetime.fromisoformat(local)
    assert clock.read(written) == (wall_clock_seconds(written), expected, flagged)


@given(
    st.datetimes(min_value=datetime(1902, 1, 1), max_value=datetime(2037, 12, 31)),  # noqa: DTZ001
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)
def test_the_short_way_is_the_long_way(local: datetime, zone: str) -> None:
    clock = LocalClock(time_zone(zone))
    utc = local.replace(tzinfo=time_zone(zone)).astimezone(UTC).replace(microsecond=0)
    assert clock.read(local)[1] == (utc - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()


def test_a_change_at_midnight_is_seen() -> None:
    clock = LocalClock(time_zone("America/Sao_Paulo"))
    day = date(2018, 11, 4)
    assert clock.read(datetime.combine(day, datetime.min.time()))[2]
    assert not clock.read(datetime.combine(day - timedelta(days=2), datetime.min.time()))[2]


def test_a_time_with_an_offset_is_settled_and_the_last_year_ends_in_utc() -> None:
    clock = LocalClock(time_zone("America/New_York"))
    assert clock.read(datetime.fromisoformat("2025-11-02T01:30:00.9+02:00")) == (
        1_762_039_800 + 2_208_988_800, 1_762_039_800, False,
    )  # fmt: skip
    with pytest.raises(OverflowError):
        clock.read(datetime.fromisoformat("9999-12-31T23:30:00"))


@pytest.mark.parametrize("name", ["Europe/Nowhere", "../etc/passwd", "", "Europe", "/etc/localtime", "a\0b"])
def test_unknown_zones_are_refused(name: str) -> None:
    with pytest.raises(InvalidValueError, match="time_zone_invalid"):
        time_zone(name)


@pytest.mark.parametrize(
    ("text", "style", "seconds"),
    [
        ("03:28", "mm:ss or h:mm:ss", 208),
        ("1:01:01", "mm:ss or h:mm:ss", 3661),
        ("0:07", "h:mm", 420),
        ("00:02:45", "h:mm", 165),
        ("90", "s", 90),
        ("1,5", "min", 90),
        ("90500", "ms", 90),
        ("PT1M30S", "auto", 90),
        ("1 h 02 min 03 s", "auto", 3723),
        ("2 Std. 3 Minuten", "auto", 7380),
        ("45 sek", "auto", 45),
        ("", "auto", 0),
        ("-0:01", "auto", None),
        ("-5", "s", None),
        ("x:01", "auto", None),
        ("1:75", "auto", None),
        ("zwei", "auto", None),
        ("999999999", "s", None),
    ],
)
def test_durations(text: str, style: str, seconds: int | None) -> None:
    known = duration_style(style)
    assert known is not None
    assert seconds_of(text, known) == seconds


def test_unknown_duration_styles() -> None:
    assert duration_style("fortnights") is None
    assert duration_style("mm:ss or fortnights") is None


@given(st.text(max_size=20))
def test_any_text_is_a_duration_or_not(text: str) -> None:
    found = seconds_of(text, DurationStyle())
    assert found is None or found >= 0
