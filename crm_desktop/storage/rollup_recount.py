"""What the roll-ups of calls must be, counted from the calls themselves; the comparison ``verify`` makes."""

from collections.abc import Iterator

from crm_desktop.storage.counted_calls import DONE, done, missed, real
from crm_desktop.storage.database import Connection
from crm_desktop.storage.leg_recount import recount_legs
from crm_desktop.storage.local_times import LocalTimes, local_times

TABLES: dict[str, tuple[str, ...]] = {
    "call_leg": ("call_id", "shown_id"),
    "call_day": ("day", "member_id", "direction", "outcome", "known", "n", "seconds"),
    "call_day_total": ("day", "direction", "outcome", "known", "n", "seconds"),
    "call_hour": ("day", "hour", "direction", "outcome", "known", "n"),
    "customer_month": ("month", "customer_id", "n", "seconds"),
    "customer_calls": ("customer_id", "n", "last_at", "real_n", "first_real_at", "last_real_at"),
    "call_back": ("call_id", "started_at", "customer_id", "e164", "return_s"),
}
"""The columns of each roll-up, its key first."""


def _return_of(alias: str, at: str) -> str:
    """SQL of the seconds from a missed call to the first real call after it with its customer or number."""
    later = f"r.started_at > {at} AND {real('r')} AND {done('r')}"
    return (
        f"CASE WHEN {alias}.customer_id IS NOT NULL THEN"  # noqa: S608 - names of this room
        f" (SELECT r.started_at - {at} FROM call r WHERE r.customer_id = {alias}.customer_id AND {later}"
        " ORDER BY r.started_at LIMIT 1)"
        f" ELSE (SELECT min(r.started_at) - {at} FROM call r"
        f" WHERE r.customer_id IS NULL AND r.e164 = {alias}.e164 AND {later}) END"
    )


RETURN_OF_NOTED = _return_of("call_back", "call_back.started_at")
MISSED = (
    "SELECT k.id, k.started_at, k.customer_id, CASE WHEN k.customer_id IS NULL THEN k.e164 END,"  # noqa: S608
    f" {_return_of('k', 'k.started_at')} FROM call k WHERE {missed('k')} AND {DONE}"
)


def recount(table: str, times: LocalTimes, condition: str | None = None) -> str:
    """Return the SELECT that counts the rows of a roll-up from the calls, or those under ``condition``."""
    if table == "call_leg":
        return recount_legs(condition or "1")
    if table == "call_back":
        return MISSED
    # All calls are read in the order they lie in: by an index of customers it takes five times as long.
    source = "call k NOT INDEXED WHERE 1" if condition is None else f"call k WHERE ({condition})"
    kind, figures = "k.direction, k.outcome, k.customer_id IS NOT NULL", "count(*), sum(k.duration_s)"
    known = "k.customer_id IS NOT NULL"
    columns, condition_of, keys = {
        "call_day": (f"{times.day}, k.member_id, {kind}, {figures}", "1", 5),
        "call_day_total": (f"{times.day}, {kind}, {figures}", "1", 4),
        "call_hour": (f"{times.day}, {times.hour}, {kind}, count(*)", "1", 5),
        "customer_month": (f"{times.month}, k.customer_id, {figures}", known, 2),
        "customer_calls": (f"k.customer_id, count(*), max(k.started_at), {_REAL}", known, 1),
    }[table]
    groups = ", ".join(str(number) for number in range(1, keys + 1))
    return f"SELECT {columns} FROM {source} AND {condition_of} AND {DONE} GROUP BY {groups}"  # noqa: S608


_TALKED_AT = f"CASE WHEN {real('k')} THEN k.started_at END"
_REAL = f"sum({real('k')}), min({_TALKED_AT}), max({_TALKED_AT})"


def differences(connection: Connection) -> Iterator[str]:
    """Yield table and key of every row of a roll-up that is not what a recount gives."""
    times = local_times(connection)
    for table, columns in TABLES.items():
        names = ", ".join(columns)
        # A row that stands on both sides is there twice.
        found = connection.execute(
            f"SELECT {columns[0]} FROM (SELECT {names} FROM {table} UNION ALL {recount(table, times)})"  # noqa: S608
            f" GROUP BY {names} HAVING count(*) = 1"
        )
        yield from dict.fromkeys(f"{table} {key}" for (key,) in found)
