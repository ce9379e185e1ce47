"""Rows of relations between contacts: from both sides, along a chain, and as a network around somebody.

The other side in the trash is left out everywhere, and is there again when it comes back.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm_desktop.domain.contacts import Category, ContactKind
from crm_desktop.domain.relations import Relation, RelationKind, RelationRole, is_allowed, role_of
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection

TABLE = "relation"


@dataclass(frozen=True, slots=True)
class Party:
    """A contact as a relation names it."""

    id: int
    name: str
    kind: ContactKind
    category: Category
    title: str | None = None
    company: str | None = None


@dataclass(frozen=True, slots=True)
class RelationLine:
    """A relation as one side sees it: ``role`` is what this side is to ``other``."""

    id: int
    version: int
    role: RelationRole
    other: Party
    position: str | None
    started_on: str | None
    ended_on: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """A relation in a network, from the side its kind begins with to the other."""

    id: int
    from_id: int
    to_id: int
    kind: RelationKind
    ended_on: str | None


def get(connection: Connection, relation_id: int) -> Relation | None:
    """Return one relation or None."""
    return rows.fetch_one(connection, Relation, "WHERE id = ?", (relation_id,))


def between(connection: Connection, kind: RelationKind, from_id: int, to_id: int) -> list[Relation]:
    """Return the relations of one kind between two contacts, in this direction."""
    return rows.fetch(
        connection, Relation, "WHERE from_id = ? AND to_id = ? AND kind = ?", (from_id, to_id, kind.value)
    )


_PARTY = "c.id, c.display_name, c.kind, c.category, c.title, c.company"
_SIDE = (
    "SELECT r.id, r.version, r.kind, r.position, r.started_on, r.ended_on, r.note, {first}, c.name_key,"  # noqa: S608
    f" {_PARTY} FROM relation r JOIN contact c ON c.id = r.{{other}}"
    " WHERE r.{own} = ? AND c.trashed_at IS NULL"
)
_BOTH_SIDES = " UNION ALL ".join(
    (
        _SIDE.format(first="1", own="from_id", other="to_id"),
        _SIDE.format(first="0", own="to_id", other="from_id"),
    )
)


def of_contact(connection: Connection, contact_id: int) -> list[RelationLine]:
    """Return a contact's relations from his side: kinds as they were listed first, then by name."""
    found = connection.execute(f"{_BOTH_SIDES} ORDER BY 9, 1", (contact_id, contact_id))
    return [_line(row) for row in found]


def count_of(connection: Connection, contact_id: int) -> int:
    """Return how many relations a contact has, without those to somebody in the trash."""
    (number,) = connection.execute(
        f"SELECT count(*) FROM ({_BOTH_SIDES})",  # noqa: S608 - fixed parts
        (contact_id, contact_id),
    ).fetchone()
    return int(number)


def _line(row: Sequence[object]) -> RelationLine:
    relation_id, version, kind, position, started, ended, note, is_first, _key, *party = row
    role = role_of(RelationKind(str(kind)), is_first=bool(is_first))
    return RelationLine(
        int(str(relation_id)), int(str(version)), role, _party(party),
        *(None if text is None else str(text) for text in (position, started, ended, note)),
    )  # fmt: skip


def _party(row: Sequence[object]) -> Party:
    contact_id, name, kind, category, *texts = row
    return Party(
        int(str(contact_id)), str(name), ContactKind(str(kind)), Category(str(category)),
        *(None if text is None else str(text) for text in texts),
    )  # fmt: skip


def parties(connection: Connection, ids: Iterable[int], *, with_trash: bool = False) -> dict[int, Party]:
    """Return contacts by id, without those in the trash unless ``with_trash``."""
    found = connection.execute(
        f"SELECT {_PARTY} FROM json_each(?) h CROSS JOIN contact c ON c.id = h.value"  # noqa: S608
        " WHERE c.trashed_at IS NULL OR ?",
        (json.dumps(list(ids)), with_trash),
    )
    return {row[0]: _party(row) for row in found}


def first_other(connection: Connection, kind: RelationKind, from_id: int) -> Party | None:
    """Return the other side of a contact's earliest relation of a kind that begins with him."""
    row = connection.execute(
        f"SELECT {_PARTY} FROM relation r JOIN contact c ON c.id = r.to_id"  # noqa: S608 - fixed parts
        " WHERE r.from_id = ? AND r.kind = ? AND c.trashed_at IS NULL"
        " ORDER BY r.started_on IS NULL, r.started_on, r.id LIMIT 1",
        (from_id, kind.value),
    ).fetchone()
    return None if row is None else _party(row)


def unfit_for(connection: Connection, contact_id: int, kind: ContactKind) -> bool:
    """Return whether a contact has a relation that one of ``kind`` cannot have; the trash counts too."""
    found = connection.execute(
        "SELECT r.kind, r.from_id = ?1, c.kind FROM relation r"
        " JOIN contact c ON c.id = CASE WHEN r.from_id = ?1 THEN r.to_id ELSE r.from_id END"
        " WHERE r.from_id = ?1 OR r.to_id = ?1",
        (contact_id,),
    )
    return any(
        not is_allowed(role_of(RelationKind(each), is_first=bool(is_first)), kind, ContactKind(other))
        for each, is_first, other in found
    )


def leads_to(
    connection: Connection, kind: RelationKind, start: int, wanted: int, *, without: int | None = None
) -> bool:
    """Return whether relations of a kind lead from ``start`` to ``wanted``, those in the trash too.

    The relation with the id ``without`` is passed over.
    """
    seen, edge = {start}, [start]
    while edge and wanted not in seen:
        found = connection.execute(
            "SELECT to_id FROM relation WHERE kind = ? AND id IS NOT ?"
            " AND from_id IN (SELECT value FROM json_each(?))",
            (kind.value, without, json.dumps(edge)),
        )
        edge = [to_id for to_id in dict.fromkeys(to_id for (to_id,) in found) if to_id not in seen]
        seen.update(edge)
    return wanted in seen


def links_of(connection: Connection, ids: Sequence[int]) -> list[Link]:
    """Return every relation that begins or ends at one of these contacts, in the order they were made."""
    text = json.dumps(list(ids))
    found = connection.execute(
        "SELECT r.id, r.from_id, r.to_id, r.kind, r.ended_on FROM relation r"
        " WHERE r.from_id IN (SELECT value FROM json_each(?))"
        " UNION SELECT r.id, r.from_id, r.to_id, r.kind, r.ended_on FROM relation r"
        " WHERE r.to_id IN (SELECT value FROM json_each(?)) ORDER BY 1",
        (text, text),
    )
    return [
        Link(number, first, other, RelationKind(kind), ended) for number, first, other, kind, ended in found
    ]
