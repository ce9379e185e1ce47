"""Figures become charts: nothing is lost on the way, and slices cover their period."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.periods import Period
from crm_desktop.operations.today import DayFigure, HourFigure, MemberFigure
from crm_desktop.ui.pages.today.columns_chart import scale
from crm_desktop.ui.pages.today.series import (
    Kind,
    Rate,
    Step,
    best_hour,
    kind_of,
    members,
    rates,
    slices,
    step_of,
    whole_rate,
)

EPOCH = date(1970, 1, 1)
FIRST = date(2026, 2, 11)
DAYS = st.integers(min_value=0, max_value=900)


@given(DAYS, st.lists(st.tuples(DAYS, st.sampled_from(Direction), st.sampled_from(Outcome)), max_size=30))
def test_slices_cover_the_period_and_keep_every_call(
    days: int, found: list[tuple[int, Direction, Outcome]]
) -> None:
    period = Period(FIRST, FIRST + timedelta(days=days))
    first = (FIRST - EPOCH).days
    figures = [
        DayFigure(first + after, direction, outcome, 2, 7)
        for after, direction, outcome in found
        if after <= days
    ]
    made = slices(figures, period)
    assert made[0].period.first == period.first
    assert made[-1].period.last == period.last
    for one, after in pairwise(made):
        assert after.period.first == one.period.last + timedelta(days=1)
    assert sum(one.total for one in made) == 2 * len(figures)
    assert sum(one.seconds for one in made) == 7 * len(figures)
    missed = list(Kind).index(Kind.MISSED)
    asked = [figure for figure in figures if kind_of(figure.direction, figure.outcome) is Kind.MISSED]
    assert sum(one.counts[missed] for one in made) == 2 * len(asked)


@pytest.mark.parametrize(
    ("days", "step"), [(45, Step.DAY), (46, Step.WEEK), (400, Step.WEEK), (401, Step.MONTH)]
)
def test_a_longer_period_has_longer_slices(days: int, step: Step) -> None:
    period = Period(FIRST, FIRST + timedelta(days=days - 1))
    assert step_of(period) is step
    assert len(slices([], period)) <= 60


def test_weeks_begin_on_mondays_and_months_on_the_first() -> None:
    weeks = slices([], Period(FIRST, FIRST + timedelta(days=80)))
    assert {one.period.first.weekday() for one in weeks[1:]} == {0}
    months = slices([], Period(FIRST, FIRST + timedelta(days=500)))
    assert {one.period.first.day for one in months[1:]} == {1}


def test_what_nobody_could_answer_is_in_no_rate() -> None:
    found = rates(
        [
            HourFigure(1, 10, "answered", 6),
            HourFigure(1, 10, "missed", 2),
            HourFigure(1, 10, "blocked", 9),
            HourFigure(1, 11, "cancelled", 9),
            HourFigure(2, 9, "answered_elsewhere", 1),
        ]
    )
    assert found == [Rate(1, 10, 6, 8), Rate(2, 9, 1, 1)]
    assert whole_rate(found) == 78
    assert best_hour(found) == Rate(1, 10, 6, 8), "one call says nothing about an hour"
    assert whole_rate([]) is None
    assert best_hour([]) is None


def test_members_come_with_most_calls_first() -> None:
    found = members(
        [
            MemberFigure(1, "Ana", "incoming", 2, 30),
            MemberFigure(2, "Mia", "incoming", 2, 10),
            MemberFigure(2, "Mia", "outgoing", 3, 10),
            MemberFigure(1, "Ana", "unknown", 1, 5),
        ]
    )
    assert [(one.name, one.incoming, one.outgoing, one.seconds) for one in found] == [
        ("Mia", 2, 3, 20),
        ("Ana", 2, 1, 35),
    ]


@given(st.integers(min_value=0, max_value=10**7))
def test_the_grid_has_few_lines_at_round_values(most: int) -> None:
    step = scale(most)
    assert most <= 4 * step
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert step == 1 or most > step
