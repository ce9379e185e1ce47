"""Who waits to be called back, and who has been quiet for longer than his own rhythm."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from crm_desktop.storage.call_figures import shown
from crm_desktop.storage.counted_calls import DONE, real
from crm_desktop.storage.database import Connection

_DAY_S = 86_400
_CANDIDATES = 500
_CALLS_READ = 200
_TWICE, _AT_LEAST_DAYS, _FEWEST = 2, 14, 4


@dataclass(frozen=True, slots=True)
class CallBack:
    """A customer or a number that was missed: since when it waits, how often it called, when last and how."""

    customer_id: int | None
    name: str | None
    number: str | None
    waiting_since: int
    attempts: int
    last_at: int
    last_outcome: str


@dataclass(frozen=True, slots=True)
class QuietCustomer:
    """A customer whose last real call is long ago: usually every ``usual_days``, now ``quiet_days``."""

    customer_id: int
    name: str
    last_at: int
    usual_days: int
    quiet_days: int


def waiting(
    connection: Connection, *, since: int, limit: int, unknown: bool
) -> tuple[int, int | None, list[CallBack]]:
    """Return how many missed since ``since`` wait, from when on the first does, and who waits longest."""
    where = f"b.return_s IS NULL AND b.started_at >= ? AND {shown(connection, unknown=unknown)}"
    count, oldest = connection.execute(
        f"SELECT (SELECT count(*) FROM (SELECT DISTINCT customer_id, e164 FROM call_back b WHERE {where})),"  # noqa: S608
        f" (SELECT min(started_at) FROM call_back b WHERE {where})",
        (since, since),
    ).fetchone()
    longest: dict[tuple[int | None, str | None], None] = {}
    for party in connection.execute(
        f"SELECT customer_id, e164 FROM call_back b WHERE {where}"  # noqa: S608
        " ORDER BY started_at, call_id",
        (since,),
    ):
        if len(longest) == limit:
            break
        longest[party[0], party[1]] = None
    return count, oldest, [_call_back(connection, customer, e164, since=since) for customer, e164 in longest]


def _call_back(connection: Connection, customer_id: int | None, e164: str | None, *, since: int) -> CallBack:
    """Return who waits, with how often he called since ``since``, and when and how last."""
    # Each of the two conditions has an index of its own.
    of_party, party = (
        ("b.customer_id IS NULL AND b.e164 = ?", e164)
        if customer_id is None
        else ("b.customer_id = ?", customer_id)
    )
    where = f"{of_party} AND b.started_at >= ? AND b.return_s IS NULL"
    began, attempts = connection.execute(
        f"SELECT min(started_at), count(*) FROM call_back b WHERE {where}",  # noqa: S608 - fixed parts
        (party, since),
    ).fetchone()
    last_at, name, number, outcome = connection.execute(
        "SELECT k.started_at, c.display_name, coalesce(k.e164, k.raw_number), k.outcome"  # noqa: S608
        " FROM call_back b JOIN call k ON k.id = b.call_id LEFT JOIN contact c ON c.id = k.customer_id"
        f" WHERE {where} ORDER BY b.started_at DESC, b.call_id DESC LIMIT 1",
        (party, since),
    ).fetchone()
    return CallBack(customer_id, name, number, began, attempts, last_at, outcome)


def quiet_customers(connection: Connection, *, now: int, limit: int) -> list[QuietCustomer]:
    """Return customers who have been quiet for twice their usual time by now, the latest to become so first.

    The roll-up finds who may be meant; his own calls say how often he usually talks.
    """
    found: list[QuietCustomer] = []
    for customer in _maybe_quiet(connection, now, max(_CANDIDATES, 4 * limit)):
        quiet = _quiet(connection, *customer, now=now)
        if quiet is not None:
            found.append(quiet)
        if len(found) == limit:
            break
    return found


def _maybe_quiet(connection: Connection, now: int, most: int) -> Iterator[tuple[int, str]]:
    yield from connection.execute(
        "SELECT q.customer_id, c.display_name FROM customer_calls q CROSS JOIN contact c"
        " ON c.id = q.customer_id WHERE q.quiet_at <= ? AND c.trashed_at IS NULL AND c.category = 'customer'"
        " AND c.status IS NOT 'former' ORDER BY q.quiet_at DESC LIMIT ?",
        (now, most),
    ).fetchall()


def _quiet(connection: Connection, customer_id: int, name: str, *, now: int) -> QuietCustomer | None:
    """Return a customer with his rhythm, the middle of the times between days with real calls."""
    times = connection.execute(
        f"SELECT k.started_at FROM call k WHERE k.customer_id = ? AND {real('k')} AND {DONE}"  # noqa: S608
        " ORDER BY k.started_at DESC LIMIT ?",
        (customer_id, _CALLS_READ),
    ).fetchall()
    last_at = times[0][0]
    days = sorted({at // _DAY_S for (at,) in times})
    if len(days) < _FEWEST:
        return None
    usual = median(later - earlier for earlier, later in pairwise(days))
    quiet = (now - last_at) // _DAY_S
    if quiet < max(_AT_LEAST_DAYS, _TWICE * usual):
        return None
    return QuietCustomer(customer_id, name, last_at, max(1, round(usual)), quiet)
