"""Calls follow their numbers: what a change of numbers, of customers or of decisions hands on.

Here, and not in the verbs: a number comes and goes with a form, a cell, an import, a merge, the trash, and
with undoing each of them. What changed hands is a row of the change: undo takes it back.
"""

from collections.abc import Sequence

from crm_desktop.domain.merges import packed
from crm_desktop.storage import number_owners, rows
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal_rows import ChangedRow
from crm_desktop.storage.log import Author

# What decides whose number it is: of a contact, and of the rows that name one.
_OWNING = frozenset({"trashed_at", "category", "merged_into"})
_NUMBERED = {
    "phone": frozenset({"e164", "invalid", "contact_id"}),
    number_owners.DECISION: frozenset({"e164", "kind", "contact_id", "valid_from", "valid_until"}),
}


def due(connection: Connection, author: Author, changed: Sequence[ChangedRow]) -> list[dict[str, object]]:
    """Return the rows of ``number_owners.LINKED`` that give calls to whom their numbers are now.

    One for each pair of former and new owner, over every number ``changed`` touched.
    """
    touched = _touched_numbers(connection, changed)
    if not touched:
        return []
    return [
        {"contact_id": owner, "former_id": former, "linked_at": author.now(), "call_ids": packed(ids)}
        for (former, owner), ids in number_owners.moves(connection, touched).items()
    ]


def _touched_numbers(connection: Connection, changed: Sequence[ChangedRow]) -> dict[str, set[int]]:
    """Return the numbers whose owners may have changed, each with who may have lost it."""
    touched: dict[str, set[int]] = {}
    for change in changed:
        columns = {**(change.before or {}), **(change.after or {})}
        if change.table == "contact" and columns.keys() & _OWNING and change.before is not None:
            for e164 in number_owners.numbers_of(connection, change.row_id):
                touched.setdefault(e164, set())
        elif change.table in _NUMBERED and columns.keys() & _NUMBERED[change.table]:
            # The images of an update hold what differs only.
            whole = change.before is None or change.after is None
            now = None if whole else rows.full_row(connection, change.table, change.row_id)
            images = (change.before or {}, change.after or {}, now or {})
            losers = {int(str(i["contact_id"])) for i in images if i.get("contact_id") is not None}
            for e164 in {str(i["e164"]) for i in images if i.get("e164") is not None}:
                touched.setdefault(e164, set()).update(losers)
    for e164 in touched if any(c.table == number_owners.DECISION for c in changed) else ():
        touched[e164].update(number_owners.owners_of(connection, [e164])[e164].customers)
    return touched
