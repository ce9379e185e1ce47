"""Numbers of stored calls that are nobody's, and those somebody said to leave alone."""

from crm_desktop.domain.number_decisions import NumberDecision, NumberKind, UnknownNumber
from crm_desktop.storage import calls, rows
from crm_desktop.storage.counted_calls import DONE
from crm_desktop.storage.database import Connection


def unknown_numbers(connection: Connection, limit: int) -> list[UnknownNumber]:
    """Return the numbers nobody has of which calls are kept, those with most calls first."""
    found = connection.execute(
        "SELECT k.e164, count(*), max(k.started_at) FROM call k WHERE k.customer_id IS NULL"  # noqa: S608
        f" AND k.e164 IS NOT NULL AND {DONE} AND NOT {calls.AMBIGUOUS}"
        " AND NOT EXISTS (SELECT 1 FROM number_decision d WHERE d.e164 = k.e164"
        " AND d.kind IN ('ignored', 'own'))"
        " GROUP BY k.e164 ORDER BY count(*) DESC, max(k.started_at) DESC, k.e164 LIMIT ?",
        (limit,),
    )
    return [UnknownNumber(*row) for row in found]


def ignored(connection: Connection) -> list[NumberDecision]:
    """Return what was decided of numbers to be left alone, the newest first."""
    return rows.fetch(
        connection, NumberDecision, "WHERE kind = ? ORDER BY id DESC", (NumberKind.IGNORED.value,)
    )
