"""Saving one row somebody else saved meanwhile (a use, a relation, a note): brought together, or asked about.

What a person changed is held against what was read and against what stands there now, in the transaction
that writes: different columns are both kept, and the same one goes back to be chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from crm_desktop.domain.contact_merging import Clash, Place, Side, merge_row
from crm_desktop.storage import history
from crm_desktop.storage.database import Connection

__all__ = ["RowConflict", "bring_together", "decided_row"]

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class RowConflict(Generic[Row]):
    """What both changed in one row, with all that is needed to decide and save again.

    ``group`` and ``row_id`` say which row; ``who`` saved last at ``at`` (UTC epoch seconds), and ``theirs``
    is the row at ``version``.
    """

    group: str
    row_id: int
    clashes: tuple[Clash, ...]
    base: Row
    theirs: Row
    mine: Row
    version: int
    who: str
    at: int


def bring_together(
    connection: Connection,
    place: tuple[str, str, int],
    base: Row,
    theirs: Row,
    mine: Row,
    *,
    version: int,
    label: str = "",
) -> Row | RowConflict[Row]:
    """Return the row with both changes of ``base``, or what has to be decided first.

    ``place``: the part of a card it belongs to, its table, its id; ``theirs`` stands there at ``version``.
    """
    group, table, row_id = place
    row, clashes = merge_row(Place(group, str(row_id)), (base, theirs, mine), label=label)
    if not clashes:
        return row
    columns = {name for clash in clashes for name in _stored(clash.place.column)}
    who, at = history.last_change(connection, table, row_id, columns)
    return RowConflict(group, row_id, clashes, base, theirs, mine, version, who, at)


# What is one fact for people, and in which columns it is stored.
_STORED = {
    "due": ("due_on", "due_time"),
    "repeat": ("repeat_every", "repeat_unit"),
    "interval": ("every", "unit"),
    "product": ("product_id",),
    "how": ("direction", "outcome", "duration_s"),
    "began": ("started_at",),
}


def _stored(column: str) -> tuple[str, ...]:
    return _STORED.get(column, (column,))


def decided_row(conflict: RowConflict[Row], choices: Mapping[Place, Side]) -> Row:
    """Return the row that keeps what was chosen; it is saved on top of ``conflict.theirs``."""
    place = Place(conflict.group, str(conflict.row_id))
    row, _ = merge_row(place, (conflict.base, conflict.theirs, conflict.mine), choices=choices)
    return row
