"""Which stored calls are legs another row stands for: what ``call_leg`` must hold, from the calls themselves.

A log of a telephone system may be cut between two legs of one call, so that each file gives a row. They
belong together where the call has the same id, the other party is the same, and no more than half a day
lies between one and the next: ids begin anew when a system does. The best stands for the call, by the rule
the importers have for the legs of one file: ``domain/call_legs.py``.
"""

from crm_desktop.domain.call_legs import APART_S, ID_AT, ID_LENGTH, KEY_LENGTH, RANKS, SIDE_AT
from crm_desktop.storage.counted_calls import finished

HAS_LEGS = "length({alias}.row_key) = " + str(KEY_LENGTH)
CALL_ID = "substr({alias}.row_key, " + f"{ID_AT + 1}, {ID_LENGTH})"

_ID, _IN_LEGS = CALL_ID.format(alias="k"), HAS_LEGS.format(alias="k")
_PARTY = "coalesce(k.e164, k.raw_number)"
_NEXT = f"PARTITION BY {_ID}, {_PARTY} ORDER BY k.started_at, k.id"
_RANK = " ".join(f"WHEN '{outcome}' THEN {rank}" for outcome, rank in RANKS.items())
_BEST = f"substr(k.row_key, {SIDE_AT + 1}, 1), CASE k.outcome {_RANK} ELSE 0 END DESC, k.row_key"


def recount_legs(condition: str) -> str:
    """Return the SELECT of each leg another row stands for, and of that row, among calls under a condition.

    ``condition`` is fixed SQL over ``call k`` and takes all rows of a call or none.
    """
    gaps = (
        f"SELECT k.id, k.row_key, k.outcome, {_ID} AS call_key, {_PARTY} AS party, k.started_at,"  # noqa: S608
        f" CASE WHEN k.started_at - lag(k.started_at) OVER ({_NEXT}) > {APART_S} THEN 1 ELSE 0 END AS apart"
        f" FROM call k WHERE {_IN_LEGS} AND {finished('k')} AND ({condition})"
    )
    parts = (
        "SELECT k.*, sum(k.apart) OVER (PARTITION BY k.call_key, k.party ORDER BY k.started_at, k.id)"  # noqa: S608
        f" AS part FROM ({gaps}) k"
    )
    shown = (
        "SELECT k.id AS call_id, first_value(k.id) OVER"  # noqa: S608
        f" (PARTITION BY k.call_key, k.party, k.part ORDER BY {_BEST}) AS shown_id FROM ({parts}) k"
    )
    return f"SELECT call_id, shown_id FROM ({shown}) WHERE call_id <> shown_id"  # noqa: S608
