"""Which stored calls are legs another row stands for: what ``call_leg`` must hold, from the calls themselves.

A log of a telephone system may be cut between two legs of one call, so that each file gives a row. They
belong together where the call has the same id, the other party is the same, and no more than half a day
lies between one and the next: ids begin anew when a system does. A b leg has the id the a leg names, or names
the a leg's: it goes with that whatever its number, which is often the trunk's. The best stands for the call,
by the rule the importers have for the legs of one file: ``domain/call_legs.py``.
"""

from crm_desktop.domain.call_legs import APART_S, ID_AT, ID_LENGTH, KEY_LENGTH, RANKS, SIDE_AT
from crm_desktop.storage.counted_calls import finished

HAS_LEGS = "length({alias}.row_key) = " + str(KEY_LENGTH)
CALL_ID = "substr({alias}.row_key, " + f"{ID_AT + 1}, {ID_LENGTH})"

_ID, _IN_LEGS = CALL_ID.format(alias="k"), HAS_LEGS.format(alias="k")
_OWN_PARTY = "coalesce(k.e164, k.raw_number)"
_SIDE = f"substr(k.row_key, {SIDE_AT + 1}, 1)"
_LED = f"CASE WHEN {_SIDE} = x'00' THEN {_OWN_PARTY} END"
_OF_CALL = f"OVER (PARTITION BY {_ID})"
# With whom the a leg was, unless there are several.
_PARTY = (
    f"CASE WHEN {_SIDE} <> x'00' AND min({_LED}) {_OF_CALL} = max({_LED}) {_OF_CALL}"
    f" THEN min({_LED}) {_OF_CALL} ELSE {_OWN_PARTY} END"
)
_NEXT = "PARTITION BY k.call_key, k.party ORDER BY k.started_at, k.id"
_RANK = " ".join(f"WHEN '{outcome}' THEN {rank}" for outcome, rank in RANKS.items())
_BEST = f"{_SIDE}, CASE k.outcome {_RANK} ELSE 0 END DESC, k.row_key"


def recount_legs(condition: str) -> str:
    """Return the SELECT of each leg another row stands for, and of that row, among calls under a condition.

    ``condition`` is fixed SQL over ``call k`` and takes all rows of a call or none.
    """
    legs = (
        f"SELECT k.id, k.row_key, k.outcome, {_ID} AS call_key, {_PARTY} AS party, k.started_at"  # noqa: S608
        f" FROM call k WHERE {_IN_LEGS} AND {finished('k')} AND ({condition})"
    )
    gaps = (
        f"SELECT k.*, CASE WHEN k.started_at - lag(k.started_at) OVER ({_NEXT}) > {APART_S}"  # noqa: S608
        f" THEN 1 ELSE 0 END AS apart FROM ({legs}) k"
    )
    parts = f"SELECT k.*, sum(k.apart) OVER ({_NEXT}) AS part FROM ({gaps}) k"  # noqa: S608
    shown = (
        "SELECT k.id AS call_id, first_value(k.id) OVER"  # noqa: S608
        f" (PARTITION BY k.call_key, k.party, k.part ORDER BY {_BEST}) AS shown_id FROM ({parts}) k"
    )
    return f"SELECT call_id, shown_id FROM ({shown}) WHERE call_id <> shown_id"  # noqa: S608
