"""Budgets: what keeps them, and that every line of the table can be told from the others."""

import pytest

from crm_desktop.domain.measures import MEASURES, Budget, Figure, Measure, judged


@pytest.mark.parametrize(
    ("budget", "value", "floor", "met"),
    [
        (Budget(16), 16, None, True),
        (Budget(16), 16.1, None, False),
        (Budget(16, floors=4), 8, 2, True),
        (Budget(16, floors=4), 8.1, 2, False),
        (Budget(16, floors=4), 17, 20, False),
        (Budget(of_floor=0.5), 5, 10, True),
        (Budget(of_floor=0.5), 4.9, 10, False),
        (Budget(floors=4), 1, None, None),
    ],
)
def test_a_budget_is_kept_by_itself_and_against_its_floor(
    budget: Budget,
    value: float,
    floor: float | None,
    met: bool | None,  # noqa: FBT001 - a case of the table
) -> None:
    assert budget.met(value, floor) is met


def test_what_was_not_measured_or_has_no_budget_is_not_judged() -> None:
    with_budget = Measure("a", "ms", Budget(1), "a")
    assert judged(with_budget, None) is None
    assert judged(Measure("b", "ms", None, "b"), Figure(1)) is None
    assert judged(with_budget, Figure(2)) is False


def test_a_budget_reads_as_it_is_meant() -> None:
    assert Budget(16, floors=4).text("ms") == "≤ 16 ms, ≤ 4 × floor"
    assert Budget(of_floor=0.5).text("calls/s") == "≥ 0.5 × floor"


def test_no_two_measures_share_a_name() -> None:
    names = [measure.name for measure in MEASURES]
    assert len(set(names)) == len(names)
    relative = [m for m in MEASURES if m.budget and (m.budget.floors or m.budget.of_floor)]
    assert [m.name for m in relative if not m.floor] == []
