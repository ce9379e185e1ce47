"""Several rows of one call (ring groups, queues, transfers): which of them stands for it.

The rule is the same for the rows of one file and for rows stored from several files, whatever the order
they came in: so it rests on the rows alone, on what of them is stored, and any two rows differ by it.
"""

from hashlib import sha256

from crm_desktop.domain.calls import Outcome

RANKS = {Outcome.ANSWERED: 2, Outcome.VOICEMAIL: 1}
"""Somebody who talked stands before a mailbox, and that before all others, which have 0."""
APART_S = 43_200
"""Rows of one call lie closer together; systems that begin anew give the same ids again."""

ID_AT, ID_LENGTH, _LEG_LENGTH = 4, 10, 6
SIDE_AT = ID_AT + ID_LENGTH + _LEG_LENGTH
KEY_LENGTH = SIDE_AT + 1


def leg_key(lead: bytes, call_id: str, fields: tuple[str, ...], *, leading: bool) -> bytes:
    """Return the key of a leg: ``lead`` of 4 bytes of time, 10 of its call, 6 of itself, 1 of its side.

    ``leading``: False for a b leg, which another row of the call stands before.
    """
    itself = sha256("\x1f".join(fields).encode("utf-8", "surrogatepass")).digest()[:_LEG_LENGTH]
    call = sha256(call_id.encode("utf-8", "surrogatepass")).digest()[:ID_LENGTH]
    return lead + call + itself + bytes([not leading])


def place_of(outcome: Outcome, key: bytes) -> tuple[int, int, bytes]:
    """Return the place of a leg among those of its call: the best before the first stands for it."""
    return key[SIDE_AT], -RANKS.get(outcome, 0), key
