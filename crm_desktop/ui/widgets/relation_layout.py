"""Where the nodes of a network stand: a plain calculation with no Qt and no chance in it.

The one in the middle stays in the middle, everybody else begins on a disc in the direction of his branch
of the tree; then what is joined draws together and what is too near goes apart. Only near pairs are looked
at (a grid), so that 300 nodes take a fraction of a second. The same network always looks the same.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

Point = tuple[float, float]
SPACING = 78.0
"""The least distance of two nodes, in pixels at 100 %."""

_LEAST = 0.01
_GOLDEN = 0.618_033_988_75
_STEPS = 60
_APART_PASSES = 100
_LINK = 1.45 * SPACING
_REACH = 2.1 * SPACING


def place(ids: Sequence[int], links: Iterable[tuple[int, int]]) -> dict[int, Point]:
    """Return where each id stands; ``ids`` begins with the middle and goes outwards."""
    if not ids:
        return {}
    number = {node: place for place, node in enumerate(ids)}
    pairs = sorted(
        {
            (min(number[a], number[b]), max(number[a], number[b]))
            for a, b in links
            if a in number and b in number
        }
    )
    points = _begin(len(ids), pairs)
    for step in range(_STEPS):
        _relax(points, pairs, heat=SPACING * 0.35 * (1 - step / _STEPS))
    for _ in range(_APART_PASSES):
        if not _push_apart(points):
            break
    wide = roominess(len(ids))
    return {node: (points[place][0] * wide, points[place][1] * wide) for node, place in number.items()}


def roominess(count: int) -> float:
    """Return how many times the least distance nodes have: few leave room for what is written."""
    return 1.0 + 0.7 * max(0.0, 1 - count / 60)


def _begin(count: int, pairs: Sequence[tuple[int, int]]) -> list[list[float]]:
    """Put every node on a disc: its direction by its branch of the tree, its distance by its turn."""
    children, order = _tree(count, pairs)
    weights = [1.0] * count
    for node in reversed(order):
        weights[node] += sum(weights[child] for child in children[node])
    angles = [0.0] * count
    _spread(0, children, weights, angles)
    points = [[0.0, 0.0] for _ in range(count)]
    # By a golden step, neighbours in direction come to lie at different distances: the disc is filled.
    turns = sorted(range(1, count), key=lambda place: (place * _GOLDEN) % 1.0)
    for rank, place in enumerate(turns, start=1):
        radius = SPACING * (0.6 + math.sqrt((rank + 1) / math.pi))
        points[place] = [radius * math.cos(angles[place]), radius * math.sin(angles[place])]
    return points


def _tree(count: int, pairs: Sequence[tuple[int, int]]) -> tuple[list[list[int]], list[int]]:
    """Return the children of each node in the tree that goes out from the first, and all in its order."""
    near: list[list[int]] = [[] for _ in range(count)]
    for a, b in pairs:
        near[a].append(b)
        near[b].append(a)
    children: list[list[int]] = [[] for _ in range(count)]
    seen, order = {0}, [0]
    for node in order:
        for other in near[node]:
            if other not in seen:
                seen.add(other)
                children[node].append(other)
                order.append(other)
    # Who hangs on nobody (he was reached through somebody left out) hangs on the middle.
    for node in range(count):
        if node not in seen:
            children[0].append(node)
            order.append(node)
    return children, order


def _spread(root: int, children: list[list[int]], weights: list[float], angles: list[float]) -> None:
    """Share the directions out: each branch gets its part of its parent's."""
    waiting = [(root, -math.pi / 2, 2 * math.pi)]
    while waiting:
        node, start, width = waiting.pop()
        angles[node] = start + width / 2
        whole = sum(weights[child] for child in children[node])
        for child in children[node]:
            part = width * weights[child] / whole
            waiting.append((child, start, part))
            start += part


def _near_pairs(points: list[list[float]], reach: float) -> Iterable[tuple[int, int, float, float, float]]:
    """Yield the pairs nearer than ``reach``: their places, the way from second to first, its length."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, (x, y) in enumerate(points):
        cells[int(x // reach), int(y // reach)].append(place)
    for (column, row), inside in list(cells.items()):
        around = [
            other
            for across in (column - 1, column, column + 1)
            for down in (row - 1, row, row + 1)
            for other in cells.get((across, down), ())
        ]
        for place in inside:
            x, y = points[place]
            for other in around:
                if other <= place:
                    continue
                dx, dy = x - points[other][0], y - points[other][1]
                length = math.hypot(dx, dy)
                if length < 1e-6:  # on one spot: apart in a direction of their own
                    dx, dy = math.cos(place), math.sin(place)
                    yield place, other, dx * _LEAST, dy * _LEAST, _LEAST
                elif length < reach:
                    yield place, other, dx, dy, length


def _relax(points: list[list[float]], pairs: Sequence[tuple[int, int]], *, heat: float) -> None:
    """Move every node but the middle by what draws and pushes it, at most ``heat`` far."""
    moves = [[0.0, 0.0] for _ in points]
    for place, other, dx, dy, length in _near_pairs(points, _REACH):
        push = 0.5 * (_REACH - length) / length
        _move(moves, place, other, dx * push, dy * push)
    for place, other in pairs:
        dx, dy = points[place][0] - points[other][0], points[place][1] - points[other][1]
        length = math.hypot(dx, dy) or 1.0
        draw = -0.12 * (length - _LINK) / length
        _move(moves, place, other, dx * draw, dy * draw)
    for place in range(1, len(points)):
        x, y = moves[place]
        # A little towards the middle, so that branches do not drift away.
        x, y = x - 0.01 * points[place][0], y - 0.01 * points[place][1]
        length = math.hypot(x, y)
        if length > heat:
            x, y = x * heat / length, y * heat / length
        points[place][0] += x
        points[place][1] += y


def _move(moves: list[list[float]], place: int, other: int, x: float, y: float) -> None:
    moves[place][0] += x
    moves[place][1] += y
    moves[other][0] -= x
    moves[other][1] -= y


def _push_apart(points: list[list[float]]) -> bool:
    """Push pairs that are too near apart; return whether there was one."""
    found = False
    for place, other, dx, dy, length in list(_near_pairs(points, SPACING)):
        if length > SPACING - 0.5:
            continue
        found = True
        missing = (SPACING - length) / length
        # The middle stays: the other one makes all the room.
        share = 0.0 if place == 0 else 0.5
        points[place][0] += dx * missing * share
        points[place][1] += dy * missing * share
        points[other][0] -= dx * missing * (1 - share)
        points[other][1] -= dy * missing * (1 - share)
    return found
