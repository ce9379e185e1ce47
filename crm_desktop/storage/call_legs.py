"""Legs of one call that came in different files, kept right in the transaction that changes calls."""

from collections.abc import Iterable, Sequence

from crm_desktop.storage import call_rollups
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.leg_recount import CALL_ID, HAS_LEGS, recount_legs

_AT_ONCE = 500
_OTHERS = (
    f"SELECT DISTINCT {CALL_ID.format(alias='n')} FROM call n JOIN call o"  # noqa: S608 - fixed parts
    f" ON {CALL_ID.format(alias='o')} = {CALL_ID.format(alias='n')} AND {HAS_LEGS.format(alias='o')}"
    f" AND o.id <> n.id WHERE n.import_run_id = ? AND {HAS_LEGS.format(alias='n')}"
)


def join_run(connection: Connection, run_id: int) -> None:
    """Find the legs an import brought of calls that are there already; its calls count since before."""
    _settle(connection, [call_key for (call_key,) in connection.execute(_OTHERS, (run_id,))])


def join_anew(connection: Connection, ids: Sequence[int]) -> None:
    """Choose anew which rows stand for the calls of some rows that got other times or numbers."""
    keys: set[bytes] = set()
    for start in range(0, len(ids), _AT_ONCE):
        part = list(ids[start : start + _AT_ONCE])
        found = connection.execute(
            f"SELECT DISTINCT {CALL_ID.format(alias='k')} FROM call k"  # noqa: S608 - fixed parts
            f" WHERE k.id IN ({placeholders(len(part))}) AND {HAS_LEGS.format(alias='k')}",
            part,
        )
        keys.update(call_key for (call_key,) in found)
    _settle(connection, sorted(keys))


def part_removed(connection: Connection) -> None:
    """Let legs count again whose call was removed; those that were removed themselves are forgotten."""
    connection.execute("DELETE FROM call_leg WHERE call_id NOT IN (SELECT id FROM call)")
    found = connection.execute(
        f"SELECT DISTINCT {CALL_ID.format(alias='k')} FROM call_leg l JOIN call k ON k.id = l.call_id"  # noqa: S608
        " WHERE l.shown_id NOT IN (SELECT id FROM call)"
    )
    _settle(connection, [call_key for (call_key,) in found])


def _settle(connection: Connection, call_keys: Iterable[bytes]) -> None:
    """Choose anew which row stands for each of some calls."""
    keys = list(call_keys)
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        condition = f"{CALL_ID.format(alias='k')} IN ({placeholders(len(part))})"
        legs = dict(connection.execute(recount_legs(condition), part).fetchall())
        there = dict(
            connection.execute(
                "SELECT l.call_id, l.shown_id FROM call k JOIN call_leg l ON l.call_id = k.id"  # noqa: S608
                f" WHERE {HAS_LEGS.format(alias='k')} AND {condition}",
                part,
            ).fetchall()
        )
        changed = sorted(legs.keys() ^ there.keys())
        with call_rollups.changing(connection, changed):
            connection.executemany("DELETE FROM call_leg WHERE call_id = ?", [(leg,) for leg in there])
            connection.executemany("INSERT INTO call_leg (call_id, shown_id) VALUES (?, ?)", legs.items())
