"""What people type where something is due, and what it means."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.due_entry import read_due
from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.domain.follow_ups import Due
from crm_desktop.domain.sentences import sentence

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("typed", "day", "time"),
    [
        ("t", "2026-11-23", None),
        ("T 14:30", "2026-11-23", "14:30"),
        ("tm", "2026-11-24", None),
        ("Morgen 9:05", "2026-11-24", "09:05"),
        ("+3d", "2026-11-26", None),
        ("+3", "2026-11-26", None),
        ("+2w 2pm", "2026-12-07", "14:00"),
        ("+1m", "2026-12-23", None),
        ("+1y 12am", "2027-11-23", "00:00"),
        ("mo", "2026-11-30", None),  # today is one: the next is meant
        ("Fri", "2026-11-27", None),
        ("fr 8", "2026-11-27", "08:00"),
        ("do", "2026-11-26", None),
        ("so", "2026-11-29", None),
        ("wednesday 2:15 pm", "2026-11-25", "14:15"),
        ("31.12.", "2026-12-31", None),
        ("31.12", "2026-12-31", None),
        ("1.2.", "2027-02-01", None),
        ("29.2.", "2028-02-29", None),
        ("23.11.", "2026-11-23", None),
        ("3.4.27", "2027-04-03", None),
        ("3.4.2028 07:00", "2028-04-03", "07:00"),
        ("2026-12-31", "2026-12-31", None),
        ("17:00", "2026-11-23", "17:00"),
        ("5pm", "2026-11-23", "17:00"),
    ],
)
def test_what_is_typed(typed: str, day: str, time: str | None) -> None:
    assert read_due(f" {typed} ", TODAY) == Due(day, time)


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "x", "m", "s", "+", "+d", "+3x", "-3d", "+9999d", "32.1.", "30.2.", "29.2.2027", "0.1.",
        "t 25:00", "t 9:60", "t 13pm", "t 0am", "tm tm", "2026-13-01", "2026-1-1", "20261231", "14",
        "t 14:30 x",
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        read_due(typed, TODAY)
    assert refused.value.code == "due_unreadable"
    assert "tomorrow" in sentence(refused.value)


@pytest.mark.parametrize("typed", ["1.1.1899", "1.1.3000", "+999y"])
def test_a_day_too_far_away_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError, match="due_too_far"):
        read_due(typed, TODAY)


def test_a_month_later_ends_with_the_month() -> None:
    assert read_due("+1m", date(2026, 1, 31)) == Due("2026-02-28")


@given(st.text(max_size=12), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_whatever_is_typed_is_a_day_or_refused(typed: str, today: date) -> None:
    try:
        due = read_due(typed, today)
    except KnownError:
        return
    assert date.fromisoformat(due.day).isoformat() == due.day


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["mo", "tu", "we", "th", "fr", "sa", "su"])
)
def test_a_weekday_is_within_the_next_week(today: date, word: str) -> None:
    found = date.fromisoformat(read_due(word, today).day)
    assert timedelta(0) < found - today <= timedelta(days=7)
    assert found.weekday() == ["mo", "tu", "we", "th", "fr", "sa", "su"].index(word)
