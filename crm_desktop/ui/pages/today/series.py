"""Figures of calls as charts need them: in slices of a period, by kind, by hour, by name. No Qt, no words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.periods import Period
from crm_desktop.operations.today import DayFigure, HourFigure, MemberFigure, day_of

_BY_DAY, _BY_WEEK = 45, 400
_ENOUGH = 5
_MISSED = {Outcome.MISSED, Outcome.VOICEMAIL, Outcome.REJECTED, Outcome.BUSY}
_ANSWERED = {Outcome.ANSWERED, Outcome.ANSWERED_ELSEWHERE}
# Blocked, cancelled and failed calls nobody could have answered.
ASKED = _ANSWERED | _MISSED | {Outcome.NO_ANSWER}


class Kind(StrEnum):
    """What the calls of a day are told apart by."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    MISSED = "missed"
    UNKNOWN = "unknown"


class Step(StrEnum):
    """How long the slices of a period are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Slice:
    """The calls of some days: how many of each kind, and the seconds talked."""

    period: Period
    counts: tuple[int, ...]
    seconds: int

    @property
    def total(self) -> int:
        """All of its calls."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Rate:
    """Incoming calls of one hour of one weekday (0 is Monday): answered, of those that could be."""

    weekday: int
    hour: int
    answered: int
    asked: int

    @property
    def percent(self) -> int:
        """The share of the answered ones."""
        return round(100 * self.answered / self.asked)


@dataclass(frozen=True, slots=True)
class MemberCalls:
    """The calls of one member: incoming, outgoing and others, and the seconds talked."""

    member_id: int
    name: str
    incoming: int
    outgoing: int
    seconds: int


def step_of(period: Period) -> Step:
    """Return the slices a period is shown in, so that there are neither too few nor too many."""
    return Step.DAY if period.days <= _BY_DAY else Step.WEEK if period.days <= _BY_WEEK else Step.MONTH


def kind_of(direction: str, outcome: str) -> Kind:
    """Return what a call counts as; missed is what asks for a call back."""
    if direction == Direction.INCOMING:
        return Kind.MISSED if outcome in _MISSED else Kind.INCOMING
    return Kind.OUTGOING if direction == Direction.OUTGOING else Kind.UNKNOWN


def slices(figures: Iterable[DayFigure], period: Period) -> list[Slice]:
    """Return the whole period in slices, those without calls too."""
    starts: dict[date, Period] = {}
    step = step_of(period)
    first = period.first
    while first <= period.last:
        last = min(_end(first, step), period.last)
        starts[first] = Period(first, last)
        first = last + timedelta(days=1)
    counts: defaultdict[date, dict[Kind, int]] = defaultdict(lambda: dict.fromkeys(Kind, 0))
    seconds: defaultdict[date, int] = defaultdict(int)
    for figure in figures:
        start = max(_start(day_of(figure), step), period.first)
        counts[start][kind_of(figure.direction, figure.outcome)] += figure.n
        seconds[start] += figure.seconds
    return [Slice(part, tuple(counts[start].values()), seconds[start]) for start, part in starts.items()]


def _start(day: date, step: Step) -> date:
    if step is Step.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step is Step.MONTH else day


def _end(first: date, step: Step) -> date:
    if step is Step.WEEK:
        return first + timedelta(days=6 - first.weekday())
    if step is Step.MONTH:
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first


def rates(figures: Iterable[HourFigure]) -> list[Rate]:
    """Return the answer rates of the hours in which there was anything to answer."""
    sums: defaultdict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for figure in figures:
        if figure.outcome in ASKED:
            known = sums[figure.weekday, figure.hour]
            known[0] += figure.n if figure.outcome in _ANSWERED else 0
            known[1] += figure.n
    return [Rate(*at, *known) for at, known in sorted(sums.items())]


def best_hour(found: Sequence[Rate]) -> Rate | None:
    """Return the hour with the best rate among those with some calls; None without any such."""
    enough = [rate for rate in found if rate.asked >= _ENOUGH]
    return max(enough, key=lambda rate: (rate.answered / rate.asked, rate.asked), default=None)


def whole_rate(found: Sequence[Rate]) -> int | None:
    """Return the answer rate of all hours together in percent; None without calls."""
    asked = sum(rate.asked for rate in found)
    return round(100 * sum(rate.answered for rate in found) / asked) if asked else None


def members(figures: Iterable[MemberFigure]) -> list[MemberCalls]:
    """Return the calls of each member, most calls first."""
    found: dict[int, list[int]] = {}
    names: dict[int, str] = {}
    for figure in figures:
        names[figure.member_id] = figure.name
        known = found.setdefault(figure.member_id, [0, 0, 0])
        known[figure.direction != Direction.INCOMING] += figure.n
        known[2] += figure.seconds
    made = [MemberCalls(member, names[member], *known) for member, known in found.items()]
    return sorted(made, key=lambda one: (-one.incoming - one.outgoing, one.name))
