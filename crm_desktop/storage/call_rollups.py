"""Roll-ups of calls, kept right in the transaction that changes calls.

Whoever writes rows of ``call`` says so here, in the same transaction:

- calls that were added, or begin to count because their run is done: :func:`entering`, after the writing;
- calls that are deleted: the deletion inside ``with leaving(…)``;
- calls that get other values (customer, time, number, outcome): the update inside ``with changing(ids)``.

``condition`` is fixed SQL over ``call k`` with its values. Calls of a run that is still running are passed
over by all three. ``verify`` recounts (``storage/rollup_recount.py``); :func:`rebuild` makes all anew.

The returns of missed calls stand in ``call_back`` and not in ``call``: rows of calls are covered by the
signed log, and what another call's coming or going changes is no change of the row.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from crm_desktop.storage import rollup_recount
from crm_desktop.storage.counted_calls import DONE, real
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.local_times import LocalTimes, local_times
from crm_desktop.storage.rollup_recount import MISSED, RETURN_OF_NOTED, TABLES

_AT_ONCE = 500
Values = Sequence[object]


def entering(connection: Connection, condition: str, values: Values = ()) -> None:
    """Count the calls under ``condition``: they are stored, and were not counted before."""
    times = local_times(connection)
    _count_days(connection, times, condition, values, sign=1)
    _count_customers(connection, times, condition, values)
    connection.execute(f"INSERT INTO call_back {MISSED} AND ({condition})", values)
    _measure_returns(connection, _earlier_missed(connection, condition, values, _NOW_SOONER))


def entering_ids(connection: Connection, ids: Sequence[int]) -> None:
    """Count calls by their ids, as :func:`entering`."""
    for condition, values in _parts(ids):
        entering(connection, condition, values)


@contextmanager
def leaving(connection: Connection, condition: str, values: Values = ()) -> Iterator[None]:
    """Take the calls under ``condition`` out of the figures; the block deletes or changes them."""
    with _taken_out(connection, [(condition, values)]):
        yield


@contextmanager
def changing(connection: Connection, ids: Sequence[int]) -> Iterator[None]:
    """Count calls anew whose values the block changes; their ids stay."""
    with _taken_out(connection, list(_parts(ids))):
        yield
    entering_ids(connection, ids)


def rebuild(connection: Connection) -> None:
    """Make all roll-ups anew: of an older file, after a rescue, in another time zone."""
    times = local_times(connection)
    for table in TABLES:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of TABLES
    # First of all which calls count.
    connection.execute(
        f"INSERT INTO call_leg (call_id, shown_id) {rollup_recount.recount('call_leg', times)}"
    )
    _count_days(connection, times, "1", (), sign=1)
    for table in ("customer_month", "customer_calls", "call_back"):
        recount = rollup_recount.recount(table, times)
        columns = ", ".join(TABLES[table])
        connection.execute(f"INSERT INTO {table} ({columns}) {recount}")


def _parts(ids: Sequence[int]) -> Iterator[tuple[str, Values]]:
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        yield f"k.id IN ({placeholders(len(part))})", list(part)


@contextmanager
def _taken_out(connection: Connection, parts: Sequence[tuple[str, Values]]) -> Iterator[None]:
    times = local_times(connection)
    customers: set[int] = set()
    waiting: set[int] = set()
    for condition, values in parts:
        customers |= _take_out(connection, times, condition, values)
        waiting |= _earlier_missed(connection, condition, values, _RETURNED_BY)
    for condition, values in parts:
        connection.execute(
            "DELETE FROM call_back WHERE call_id IN"  # noqa: S608 - fixed parts
            f" (SELECT k.id FROM call k WHERE ({condition}) AND {DONE})",
            values,
        )
    yield
    connection.execute("DELETE FROM customer_month WHERE n = 0")
    connection.execute("DELETE FROM customer_calls WHERE n = 0")
    connection.executemany(_SETTLE, [(customer,) for customer in sorted(customers)])
    _measure_returns(connection, waiting)


def _take_out(connection: Connection, times: LocalTimes, condition: str, values: Values) -> set[int]:
    """Subtract calls from days and customers; return the customers whose first and last calls may differ."""
    _count_days(connection, times, condition, values, sign=-1)
    found = connection.execute(
        f"SELECT {times.month}, k.customer_id, count(*), sum(k.duration_s), sum({real('k')}) FROM call k"  # noqa: S608
        f" WHERE ({condition}) AND {DONE} AND k.customer_id IS NOT NULL GROUP BY 1, 2",
        values,
    ).fetchall()
    connection.executemany(
        "UPDATE customer_month SET n = n - ?, seconds = seconds - ? WHERE month = ? AND customer_id = ?",
        [(n, seconds, month, customer) for month, customer, n, seconds, _ in found],
    )
    connection.executemany(
        "UPDATE customer_calls SET n = n - ?, real_n = real_n - ? WHERE customer_id = ?",
        [(n, talked, customer) for _, customer, n, _, talked in found],
    )
    return {customer for _, customer, *_ in found}


_LAST = "SELECT k.started_at FROM call k WHERE k.customer_id = customer_calls.customer_id AND"
_SETTLE = (
    f"UPDATE customer_calls SET last_at = ({_LAST} {DONE} ORDER BY k.started_at DESC LIMIT 1),"  # noqa: S608
    f" first_real_at = ({_LAST} {DONE} AND {real('k')} ORDER BY k.started_at LIMIT 1),"
    f" last_real_at = ({_LAST} {DONE} AND {real('k')} ORDER BY k.started_at DESC LIMIT 1)"
    " WHERE customer_id = ?"
)


def _count_days(
    connection: Connection, times: LocalTimes, condition: str, values: Values, *, sign: int
) -> None:
    """Add calls to the figures of days and hours, or subtract them: few rows, however many calls."""
    days, totals, hours = (
        Counter[tuple[object, ...]](),
        Counter[tuple[object, ...]](),
        Counter[tuple[object, ...]](),
    )
    seconds, seconds_total = Counter[tuple[object, ...]](), Counter[tuple[object, ...]]()
    for day, hour, member, direction, outcome, known, n, talked in connection.execute(
        f"SELECT {times.day}, {times.hour}, k.member_id, k.direction, k.outcome,"  # noqa: S608 - fixed parts
        " k.customer_id IS NOT NULL, count(*), sum(k.duration_s) FROM call k"
        f" WHERE ({condition}) AND {DONE} GROUP BY 1, 2, 3, 4, 5, 6",
        values,
    ):
        kind = direction, outcome, known
        days[day, member, *kind] += sign * n
        seconds[day, member, *kind] += sign * talked
        totals[day, *kind] += sign * n
        seconds_total[day, *kind] += sign * talked
        hours[day, hour, *kind] += sign * n
    _add(connection, "call_day", [(*key, n, seconds[key]) for key, n in days.items()])
    _add(connection, "call_day_total", [(*key, n, seconds_total[key]) for key, n in totals.items()])
    _add(connection, "call_hour", [(*key, n) for key, n in hours.items()])


def _add(connection: Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Add to the figures of a table; a row that comes to nothing goes."""
    columns = TABLES[table]
    figures = [name for name in columns if name in {"n", "seconds"}]
    keys = [name for name in columns if name not in figures]
    sums = ", ".join(f"{name} = {name} + excluded.{name}" for name in figures)
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({placeholders(len(columns))})"  # noqa: S608
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sums}",
        rows,
    )
    connection.executemany(
        f"DELETE FROM {table} WHERE {' AND '.join(f'{name} = ?' for name in keys)} AND n = 0",  # noqa: S608
        [row[: len(keys)] for row in rows if int(str(row[len(keys)])) < 0],
    )


def _count_customers(connection: Connection, times: LocalTimes, condition: str, values: Values) -> None:
    for table, changes in _OF_CUSTOMERS.items():
        counted = connection.execute(rollup_recount.recount(table, times, condition), values)
        keys = "month, customer_id" if table == "customer_month" else "customer_id"
        columns = TABLES[table]
        # Row by row: one statement would keep all the pages it touches in memory until it has ended.
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({placeholders(len(columns))})"  # noqa: S608
            f" ON CONFLICT ({keys}) DO UPDATE SET {changes}",
            counted,
        )


def _outer(function: str, name: str) -> str:
    """SQL of the smaller or larger of two values of which each may be missing."""
    return f"{name} = {function}(coalesce({name}, excluded.{name}), coalesce(excluded.{name}, {name}))"


_OF_CUSTOMERS = {
    "customer_month": "n = n + excluded.n, seconds = seconds + excluded.seconds",
    "customer_calls": ", ".join((
        "n = n + excluded.n", "real_n = real_n + excluded.real_n", _outer("max", "last_at"),
        _outer("min", "first_real_at"), _outer("max", "last_real_at"),
    )),
}  # fmt: skip
_NOW_SOONER = "(b.return_s IS NULL OR b.started_at + b.return_s > k.started_at)"
_RETURNED_BY = "b.started_at + b.return_s = k.started_at"


def _earlier_missed(connection: Connection, condition: str, values: Values, returned: str) -> set[int]:
    """Return the missed calls before the real ones under ``condition`` whose return is ``returned``."""
    found: set[int] = set()
    for party in (
        "k.customer_id IS NOT NULL AND b.customer_id = k.customer_id",
        "k.customer_id IS NULL AND b.customer_id IS NULL AND b.e164 = k.e164",
    ):
        # The calls first: they are few beside all that were ever missed.
        rows = connection.execute(
            f"SELECT b.call_id FROM call k CROSS JOIN call_back b WHERE ({condition}) AND {DONE}"  # noqa: S608
            f" AND {real('k')} AND {party} AND b.started_at < k.started_at AND {returned}",
            values,
        )
        found.update(call_id for (call_id,) in rows)
    return found


def _measure_returns(connection: Connection, call_ids: set[int]) -> None:
    connection.executemany(
        f"UPDATE call_back SET return_s = {RETURN_OF_NOTED} WHERE call_id = ?",  # noqa: S608 - fixed parts
        [(call_id,) for call_id in sorted(call_ids)],
    )
