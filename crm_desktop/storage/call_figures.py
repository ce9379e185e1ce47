"""Figures of calls in a period, read from the roll-ups; calls of contacts in the trash are taken off.

Days count from 1970-01-01 in the organization's time zone; weekday 0 is Monday.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm_desktop.storage.counted_calls import DONE
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.local_times import MONDAY, local_times
from crm_desktop.storage.rollup_recount import TABLES

_FEW, _MANY = 100, 1000
_SAMPLED, _SAMPLE = 20_000, 2_000
_IN_TRASH = "SELECT id FROM contact WHERE trashed_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Span:
    """Whole local days: the first and last, their moments (``until`` not included), the months they touch.

    ``whole_months``: those (yyyymm) that lie in it with all their days; ``edges``: the moments from and to
    which the days of the others go. ``unknown``: calls of unknown numbers count too.
    """

    first_day: int
    last_day: int
    since: int
    until: int
    months: tuple[int, ...]
    whole_months: tuple[int, ...]
    edges: tuple[tuple[int, int], ...]
    unknown: bool


@dataclass(frozen=True, slots=True)
class DayFigure:
    """The calls of one day with one direction and outcome."""

    day: int
    direction: str
    outcome: str
    n: int
    seconds: int


@dataclass(frozen=True, slots=True)
class MemberFigure:
    """The calls of one member with one direction."""

    member_id: int
    name: str
    direction: str
    n: int
    seconds: int


@dataclass(frozen=True, slots=True)
class HourFigure:
    """Incoming calls in one hour of one weekday, with one outcome."""

    weekday: int
    hour: int
    outcome: str
    n: int


@dataclass(frozen=True, slots=True)
class CustomerFigure:
    """The calls of one customer."""

    customer_id: int
    name: str
    n: int
    seconds: int


def by_day(connection: Connection, span: Span) -> list[DayFigure]:
    """Return calls and seconds by day, direction and outcome, days in order."""
    found = _summed(connection, span, "call_day_total", "day, direction, outcome", "sum(n), sum(seconds)")
    return [DayFigure(*row) for row in found]


def by_member(connection: Connection, span: Span, members: Sequence[int]) -> list[MemberFigure]:
    """Return calls and seconds of these members by direction."""
    found = _summed(
        connection, span, "call_day", "member_id, direction", "sum(n), sum(seconds)", members=members
    )
    names = dict(connection.execute("SELECT id, name FROM member").fetchall())
    return [MemberFigure(member, names[member], *rest) for member, *rest in found]


def by_hour(connection: Connection, span: Span) -> list[HourFigure]:
    """Return incoming calls by weekday, hour and outcome."""
    weekday = f"(day + {MONDAY}) % 7"
    found = _summed(connection, span, "call_hour", f"{weekday}, hour, outcome", "sum(n)", incoming=True)
    return [HourFigure(*row) for row in found]


def _summed(
    connection: Connection,
    span: Span,
    table: str,
    keys: str,
    sums: str,
    *,
    members: Sequence[int] | None = None,
    incoming: bool = False,
) -> list[Any]:
    """Add a roll-up's rows of a span and take off the calls of the trash."""
    times = local_times(connection)
    of_call = {
        "day": times.day, "hour": times.hour, "member_id": "k.member_id", "direction": "k.direction",
        "outcome": "k.outcome", "n": "-1", "seconds": "-k.duration_s",
    }  # fmt: skip
    columns = [name for name in TABLES[table] if name != "known"]
    also, values = "", list[object]()
    if members is not None:
        also, values = f" AND member_id IN ({placeholders(len(members))})", list(members)
    if incoming:
        also += " AND direction = 'incoming'"
    known = "" if span.unknown else " AND known = 1"
    return connection.execute(
        f"SELECT {keys}, {sums} FROM (SELECT {', '.join(columns)} FROM {table}"  # noqa: S608 - fixed parts
        f" WHERE day BETWEEN ? AND ?{known}{also}"
        f" UNION ALL SELECT {', '.join(of_call[name] for name in columns)}"
        " FROM contact c CROSS JOIN call k ON k.customer_id = c.id WHERE c.trashed_at IS NOT NULL"
        f" AND k.started_at >= ? AND k.started_at < ? AND {DONE}{also})"
        f" GROUP BY {keys} HAVING sum(n) > 0 ORDER BY {keys}",
        [span.first_day, span.last_day, *values, span.since, span.until, *values],
    ).fetchall()


def top_customers(connection: Connection, span: Span, limit: int) -> list[CustomerFigure]:
    """Return the customers with most calls.

    Whoever is among them has many calls in one of the months: those with most of each are counted, and
    more of them where somebody behind them might still have as many.
    """
    for most in (_FEW, _MANY):
        candidates, behind = _candidates(connection, span.months, most)
        found = _counted(connection, span, candidates)
        if behind == 0 or (len(found) >= limit and found[limit - 1][1] >= behind):
            break
    else:
        found = _counted(connection, span, None)
    found = found[:limit]
    names = dict(
        connection.execute(
            f"SELECT id, display_name FROM contact WHERE id IN ({placeholders(len(found))})",  # noqa: S608
            [customer for customer, *_ in found],
        ).fetchall()
    )
    return [CustomerFigure(customer, names[customer], n, seconds) for customer, n, seconds in found]


def _candidates(connection: Connection, months: Sequence[int], most: int) -> tuple[list[int], int]:
    """Return those with most calls of each month, and how many calls anybody else may have in all."""
    candidates: set[int] = set()
    behind = 0
    for month in months:
        found = connection.execute(
            "SELECT customer_id, n FROM customer_month WHERE month = ? ORDER BY n DESC LIMIT ?", (month, most)
        ).fetchall()
        candidates.update(customer for customer, _ in found)
        behind += found[-1][1] if len(found) == most else 0
    return sorted(candidates), behind


def _counted(
    connection: Connection, span: Span, customers: Sequence[int] | None
) -> list[tuple[int, int, int]]:
    """Return (customer, calls, seconds) of these customers, or all, most calls first."""
    sums: dict[int, list[int]] = {}
    of_these = "" if customers is None else f" AND customer_id IN ({placeholders(len(customers))})"
    these = [] if customers is None else list(customers)
    of_months = (
        "SELECT customer_id, sum(n), sum(seconds) FROM customer_month"  # noqa: S608 - fixed parts
        f" WHERE month IN ({placeholders(len(span.whole_months))}){of_these} GROUP BY customer_id"
    )
    of_edge = (
        "SELECT k.customer_id, count(*), sum(k.duration_s) FROM call k WHERE k.started_at >= ?"  # noqa: S608
        f" AND k.started_at < ? AND k.customer_id IS NOT NULL AND {DONE}{of_these} GROUP BY k.customer_id"
    )
    parts: list[tuple[str, list[int]]] = [(of_months, [*span.whole_months, *these])]
    parts += [(of_edge, [*edge, *these]) for edge in span.edges]
    for statement, values in parts:
        for customer, n, seconds in connection.execute(statement, values):
            known = sums.setdefault(customer, [0, 0])
            known[0] += n
            known[1] += seconds
    trashed = {contact_id for (contact_id,) in connection.execute(_IN_TRASH)}
    found = [(customer, n, seconds) for customer, (n, seconds) in sums.items() if customer not in trashed]
    return sorted(found, key=lambda row: (-row[1], -row[2], row[0]))


def median_return(connection: Connection, span: Span) -> int | None:
    """Return the middle of the seconds after which missed calls of a span were returned; None without any."""
    where = (
        "FROM call_back WHERE return_s IS NOT NULL AND started_at >= ? AND started_at < ?"
        f" AND {shown(connection, unknown=span.unknown)}"
    )
    values = [span.since, span.until]
    (count,) = connection.execute(f"SELECT count(*) {where}", values).fetchone()
    middle = count // 2
    if count > _SAMPLED:
        found = _near_the_middle(connection, where, values, count)
        if found is not None:
            return found
    row = connection.execute(
        f"SELECT return_s {where} ORDER BY return_s LIMIT 1 OFFSET ?", [*values, middle]
    ).fetchone()
    return None if row is None else int(row[0])


def _near_the_middle(connection: Connection, where: str, values: list[int], count: int) -> int | None:
    """Return the middle one of many without sorting all: a sample says between which two it lies.

    Exact; None where the sample was wrong.
    """
    sample = connection.execute(
        f"SELECT return_s {where} AND call_id % ? = 0 ORDER BY return_s", [*values, count // _SAMPLE]
    ).fetchall()
    if not sample:
        return None
    (low,), (high,) = sample[len(sample) * 45 // 100], sample[len(sample) * 55 // 100]
    (below,) = connection.execute(f"SELECT count(*) {where} AND return_s < ?", [*values, low]).fetchone()
    inside = connection.execute(
        f"SELECT return_s {where} AND return_s BETWEEN ? AND ? ORDER BY return_s", [*values, low, high]
    ).fetchall()
    place = count // 2 - below
    return int(inside[place][0]) if 0 <= place < len(inside) else None


def shown(connection: Connection, *, unknown: bool) -> str:
    """SQL over ``call_back``: nobody in the trash, and numbers of nobody with the right alone."""
    parts = [] if unknown else ["customer_id IS NOT NULL"]
    row = connection.execute(
        "SELECT 1 FROM contact c CROSS JOIN call_back b ON b.customer_id = c.id"
        " WHERE c.trashed_at IS NOT NULL LIMIT 1"
    ).fetchone()
    if row is not None:
        parts.append(f"(customer_id IS NULL OR customer_id NOT IN ({_IN_TRASH}))")
    return " AND ".join(parts) or "1"
