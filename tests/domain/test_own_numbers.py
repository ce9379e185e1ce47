"""Own numbers as lines of text: read as they are written, with their days or for good."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.own_numbers import OwnDays, days_problem, line_of, own_line

DAYS = st.none() | st.dates().map(lambda day: day.isoformat())
NUMBERS = st.sampled_from(["+49 211 5550100", "0211 555-0100", "(212) 555-0100", "555 0100"])


@given(NUMBERS, DAYS, DAYS)
def test_a_line_reads_as_it_was_written(number: str, first: str | None, last: str | None) -> None:
    days = OwnDays(number, first, last)
    assert own_line(line_of(number, days)) == days


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("0211 555-0100", OwnDays("0211 555-0100")),
        (" 0211 555 0100, 2024-01-01-2026-06-30 ", OwnDays("0211 555 0100", "2024-01-01", "2026-06-30")),
        ("0211 5550100 2024-01-01 —", OwnDays("0211 5550100", "2024-01-01")),
        ("0211 5550100: – 2024-01-01", OwnDays("0211 5550100", None, "2024-01-01")),
        ("0211 5550100 -", OwnDays("0211 5550100 -")),
        ("2024-01-01 – 2024-02-01", OwnDays("2024-01-01", None, "2024-02-01")),
    ],
)
def test_days_stand_behind_the_number(line: str, days: OwnDays) -> None:
    assert own_line(line) == days


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2024-13-01", None, "date_invalid"),
        (None, "2024-02-30", "date_invalid"),
        ("2024-02-02", "2024-02-01", "own_days_order"),
        ("9999-12-31", None, "date_invalid"),
        ("2024-02-01", "2024-02-01", None),
    ],
)
def test_days_that_are_none_are_refused(first: str | None, last: str | None, code: str | None) -> None:
    problem = days_problem(OwnDays("+492115550100", first, last))
    assert (problem.code if problem else None) == code
