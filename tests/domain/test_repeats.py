"""Series and rhythms: the 31st, 29 February, and the two ways of counting that must agree."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.repeats import (
    MOST_EVERY,
    Interval,
    RepeatUnit,
    added,
    in_series,
    interval_problem,
    latest_due_since,
    next_in_series,
)

DAY, WEEK, MONTH, YEAR = (Interval(1, unit) for unit in RepeatUnit)
days = st.dates(date(1900, 1, 1), date(2900, 1, 1))
intervals = st.builds(Interval, st.integers(1, 40), st.sampled_from(RepeatUnit))


def series(first: str, interval: Interval, count: int) -> list[str]:
    start = date.fromisoformat(first)
    return [added(start, interval, times).isoformat() for times in range(count)]


def test_the_31st_stays_the_31st() -> None:
    assert series("2027-12-31", MONTH, 5) == [
        "2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30",
    ]  # fmt: skip


def test_29_february_is_the_28th_in_years_without_one() -> None:
    assert series("2024-02-29", YEAR, 5) == [
        "2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("interval", "after", "expected"),
    [
        (DAY, "2026-03-29", "2026-03-30"),  # a clock change is no day more or less
        (WEEK, "2026-10-24", "2026-10-31"),
        (Interval(2, RepeatUnit.WEEK), "2026-10-24", "2026-11-07"),
        (MONTH, "2026-02-28", "2026-03-31"),
        (MONTH, "2026-04-29", "2026-04-30"),
        (YEAR, "2031-01-31", "2032-01-31"),
    ],
)
def test_the_next_day_of_a_series(interval: Interval, after: str, expected: str) -> None:
    first = date(2026, 1, 31)
    assert next_in_series(first, interval, date.fromisoformat(after)) == date.fromisoformat(expected)


@given(days, intervals, st.integers(0, 20_000))
def test_the_next_day_is_the_first_of_the_series_after_a_day(
    first: date, interval: Interval, ahead: int
) -> None:
    after = first + timedelta(days=ahead)
    found = next_in_series(first, interval, after)
    if found is None:
        return
    assert found > after
    assert in_series(first, interval, found)
    times = next(n for n in range(1, 30_000) if added(first, interval, n) == found)
    assert times == 1 or added(first, interval, times - 1) <= after


@given(days, intervals, st.integers(1, 400))
def test_a_series_keeps_the_day_of_its_month(first: date, interval: Interval, times: int) -> None:
    if interval.unit in {RepeatUnit.DAY, RepeatUnit.WEEK}:
        return
    try:
        day = added(first, interval, times)
    except OverflowError:
        return
    assert day.day == first.day or (day + timedelta(days=1)).day == 1
    assert day.day <= first.day


@given(days, intervals, st.integers(-800, 800))
def test_quiet_is_who_was_spoken_to_an_interval_ago_or_longer(
    today: date, interval: Interval, near: int
) -> None:
    latest = latest_due_since(interval, today)
    assert added(latest, interval) <= today < added(latest + timedelta(days=1), interval)
    other = latest + timedelta(days=near)
    assert (other <= latest) == (added(other, interval) <= today)


def test_a_series_ends_with_the_years_a_follow_up_can_have() -> None:
    assert next_in_series(date(2999, 12, 1), MONTH, date(2999, 12, 5)) is None
    assert next_in_series(date(9999, 12, 1), MONTH, date(9999, 12, 5)) is None


def test_a_day_outside_the_series_is_told() -> None:
    assert in_series(date(2026, 1, 31), MONTH, date(2026, 2, 28))
    assert not in_series(date(2026, 1, 31), MONTH, date(2026, 2, 27))
    assert not in_series(date(2026, 1, 31), MONTH, date(2026, 1, 30))


@pytest.mark.parametrize("every", [0, -1, MOST_EVERY + 1])
def test_an_interval_out_of_range_is_refused(every: int) -> None:
    problem = interval_problem(Interval(every, RepeatUnit.DAY), "repeat")
    assert isinstance(problem, InvalidValueError)
    assert problem.code == "interval_invalid"
    assert interval_problem(Interval(MOST_EVERY, RepeatUnit.YEAR), "repeat") is None
    assert interval_problem(None, "repeat") is None
