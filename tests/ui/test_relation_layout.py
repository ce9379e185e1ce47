"""The layout of a network: the same each time, nobody on top of somebody else, quick with 300."""

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.ui.widgets.relation_layout import SPACING, place

Pairs = list[tuple[int, int]]

SHAPES: dict[str, Pairs] = {
    "star": [(0, i) for i in range(1, 300)],
    "tree": [((i - 1) // 4, i) for i in range(1, 300)],
    "hubs": [((i - 1) // 17, i) for i in range(1, 300)] + [(i, i * 7 % 300) for i in range(1, 100)],
    "chain": [(i, i + 1) for i in range(299)],
}


def nearest(points: list[tuple[float, float]]) -> float:
    return min(math.dist(a, b) for at, a in enumerate(points) for b in points[:at])


@pytest.mark.parametrize("shape", SHAPES)
def test_300_nodes_have_room_and_take_little_time(shape: str) -> None:
    began = time.process_time()
    points = place(range(300), SHAPES[shape])
    assert time.process_time() - began < 2
    assert len(points) == 300
    # Signs are 36 pixels wide: none covers another.
    assert nearest(list(points.values())) > 0.55 * SPACING
    assert place(range(300), SHAPES[shape]) == points


def test_the_middle_stays_in_the_middle() -> None:
    assert place([7, 1, 2], [(7, 1), (1, 2)])[7] == (0.0, 0.0)
    assert place([7], []) == {7: (0.0, 0.0)}
    assert place([], []) == {}


def test_who_is_joined_is_nearer_than_who_is_not() -> None:
    points = place([0, 1, 2, 3, 4], [(0, 1), (1, 2), (0, 3), (3, 4)])
    assert math.dist(points[1], points[2]) < math.dist(points[2], points[4])


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(1, 40),
    links=st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=60),
)
def test_any_network_has_a_place_for_everybody(count: int, links: Pairs) -> None:
    points = place(range(count), [pair for pair in links if pair[0] != pair[1]])
    assert sorted(points) == list(range(count))
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in points.values())
    if count > 1:
        assert nearest(list(points.values())) > 0.5 * SPACING
