"""How often one wants to be in touch, and who has been quiet for longer.

The contact's own rhythm beats those of its tags, of which the shortest counts. Any real call resets it,
answered and longer than nothing, and nothing else does: a note may be about anything. Whoever was never
spoken to counts from the day the record was made.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.domain.follow_ups import KeepInTouch
from crm_desktop.storage import rows
from crm_desktop.storage.counted_calls import DONE, real
from crm_desktop.storage.database import Connection

TABLE = "keep_in_touch"


@dataclass(frozen=True, slots=True)
class LastTouch:
    """The newest real call (UTC epoch seconds), and since when the record is there."""

    call_at: int | None
    created_at: int

    @property
    def at(self) -> int:
        """From when the rhythm counts."""
        return self.created_at if self.call_at is None else self.call_at


@dataclass(frozen=True, slots=True)
class QuietRow:
    """Somebody who has been quiet for longer; ``rhythm_id`` says which rhythm counts."""

    contact_id: int
    name: str
    is_customer: bool
    owner_id: int | None
    rhythm_id: int
    touch: LastTouch


def of_contact(connection: Connection, contact_id: int) -> KeepInTouch | None:
    """Return a contact's own rhythm, or None."""
    return rows.fetch_one(connection, KeepInTouch, "WHERE contact_id = ?", (contact_id,))


def of_tag(connection: Connection, tag_id: int) -> KeepInTouch | None:
    """Return the rhythm of a tag, or None."""
    return rows.fetch_one(connection, KeepInTouch, "WHERE tag_id = ?", (tag_id,))


def of_tags(connection: Connection, contact_id: int | None = None) -> list[KeepInTouch]:
    """Return the rhythms of the tags a contact carries; without one of all tags."""
    if contact_id is None:
        return rows.fetch(connection, KeepInTouch, "WHERE tag_id IS NOT NULL ORDER BY id")
    return rows.fetch(
        connection,
        KeepInTouch,
        "WHERE tag_id IN (SELECT tag_id FROM contact_tag WHERE contact_id = ?) ORDER BY id",
        (contact_id,),
    )


def by_ids(connection: Connection, wanted: Sequence[int]) -> list[KeepInTouch]:
    """Return the rhythms with these ids."""
    condition = "WHERE id IN (SELECT value FROM json_each(?))"
    return rows.fetch(connection, KeepInTouch, condition, (json.dumps(list(wanted)),))


def intervals(connection: Connection) -> list[tuple[int, str]]:
    """Return every (count, unit) some rhythm has."""
    found = connection.execute("SELECT DISTINCT every, unit FROM keep_in_touch ORDER BY every, unit")
    return [(every, unit) for every, unit in found]


# Columns of the contact ``c``; the newest call comes first by the index of a customer's calls.
_CALL_AT = (
    f"(SELECT k.started_at FROM call k WHERE k.customer_id = c.id AND {real('k')}"  # noqa: S608
    f" AND {DONE} ORDER BY k.started_at DESC LIMIT 1)"
)


def last_touch(connection: Connection, contact_id: int) -> LastTouch | None:
    """Return when a contact was last spoken to; for those who may see calls."""
    row = connection.execute(
        f"SELECT {_CALL_AT}, c.created_at FROM contact c WHERE c.id = ?",  # noqa: S608 - a fixed part
        (contact_id,),
    ).fetchone()
    return None if row is None else LastTouch(*row)


def quiet(
    connection: Connection, before: Sequence[tuple[int, str, int]], limit: int
) -> tuple[list[QuietRow], int]:
    """Return who has been quiet for longer than the rhythm, the longest first, and how many there are.

    For those who may see calls.

    ``before``: for each (count, unit) the time (UTC epoch seconds) at or after which a contact is not quiet.
    Of several tags the one whose time is the latest counts: it is the shortest today.
    """
    found = connection.execute(_QUIET, (json.dumps(list(before)), limit)).fetchall()
    lines = [
        QuietRow(contact_id, name, category == "customer", owner, rhythm, LastTouch(call, created))
        for contact_id, name, category, owner, rhythm, call, created, _ in found
    ]
    return lines, found[0][-1] if found else 0


# In max() of one row SQLite takes the other columns from the row that has it.
_QUIET = f"""
WITH latest(every, unit, before) AS (
    SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)
), wanted(contact_id, rhythm_id, before) AS (
    SELECT r.contact_id, r.id, l.before FROM keep_in_touch r JOIN latest l USING (every, unit)
    WHERE r.contact_id IS NOT NULL
    UNION ALL
    SELECT t.contact_id, r.id, max(l.before) FROM keep_in_touch r JOIN latest l USING (every, unit)
    JOIN contact_tag t ON t.tag_id = r.tag_id
    WHERE NOT EXISTS (SELECT 1 FROM keep_in_touch o WHERE o.contact_id = t.contact_id)
    GROUP BY t.contact_id
), touched AS MATERIALIZED (
    SELECT c.id, c.display_name, c.category, c.owner_id, w.rhythm_id, w.before, c.created_at,
    {_CALL_AT} AS call_at
    FROM wanted w CROSS JOIN contact c ON c.id = w.contact_id WHERE c.trashed_at IS NULL
)
SELECT id, display_name, category, owner_id, rhythm_id, call_at, created_at, count(*) OVER ()
FROM touched
WHERE coalesce(call_at, created_at) < before
ORDER BY before - coalesce(call_at, created_at) DESC, id
LIMIT ?
"""  # noqa: S608 - a fixed part
