"""Times and what becomes of them: each figure is the median of several passes."""

import statistics
import time
from collections.abc import Callable, Sequence

PASSES = 5


def milliseconds(act: Callable[[], object]) -> float:
    """Return how long ``act`` takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * (len(ordered) - 1)))]


def p95_of_passes(acts: Sequence[Callable[[], object]], *, passes: int = PASSES) -> float:
    """Do everything ``passes`` times; return the median of the passes' 95th percentiles, in ms."""
    return statistics.median(percentile([milliseconds(act) for act in acts], 95) for _ in range(passes))


def median_ms(act: Callable[[], object], *, passes: int = PASSES) -> float:
    """Return the median time of ``act`` in ms."""
    return statistics.median(milliseconds(act) for _ in range(passes))
