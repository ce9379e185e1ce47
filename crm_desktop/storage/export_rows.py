"""What a list takes out of the file beside the cards: relations, former statuses and the names of files."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.domain.attachments import AttachmentRole
from crm_desktop.domain.contacts import PastStatus
from crm_desktop.domain.relations import RelationKind, RelationRole, role_of
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection, placeholders


@dataclass(frozen=True, slots=True)
class NamedRelation:
    """A relation from one side: what it is to whom, and the other's name; days are ISO 8601."""

    role: RelationRole
    name: str
    position: str | None
    started_on: str | None
    ended_on: str | None
    note: str | None


_SIDE = (
    "SELECT r.{own}, r.kind, {first}, c.display_name, r.position, r.started_on, r.ended_on, r.note, r.id"
    " FROM relation r JOIN contact c ON c.id = r.{other}"
    " WHERE r.{own} IN (SELECT value FROM json_each(?)) AND c.trashed_at IS NULL"
)
_BOTH_SIDES = " UNION ALL ".join(
    (
        _SIDE.format(first="1", own="from_id", other="to_id"),
        _SIDE.format(first="0", own="to_id", other="from_id"),
    )
)


def relations(connection: Connection, ids: Sequence[int]) -> dict[int, list[NamedRelation]]:
    """Return the relations of each contact in the order they were made; none to somebody in the trash."""
    found: dict[int, list[NamedRelation]] = {contact_id: [] for contact_id in ids}
    text = json.dumps(list(ids))
    for row in connection.execute(f"{_BOTH_SIDES} ORDER BY 9, 3 DESC", (text, text)):
        contact_id, kind, is_first, *facts, _relation_id = row
        role = role_of(RelationKind(kind), is_first=bool(is_first))
        found[contact_id].append(NamedRelation(role, *facts))
    return found


def past_statuses(connection: Connection, ids: Sequence[int]) -> dict[int, list[PastStatus]]:
    """Return the statuses each contact had, as they followed one another."""
    found: dict[int, list[PastStatus]] = {contact_id: [] for contact_id in ids}
    condition = f"WHERE contact_id IN ({placeholders(len(ids))}) ORDER BY id"
    for past in rows.fetch(connection, PastStatus, condition, list(ids)):
        found[past.contact_id].append(past)
    return found


def file_names(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the names of each contact's files, oldest first; the photo is none of them."""
    found: dict[int, list[str]] = {contact_id: [] for contact_id in ids}
    for contact_id, name in connection.execute(
        "SELECT contact_id, name FROM attachment WHERE role = ?"  # noqa: S608 - placeholders
        f" AND contact_id IN ({placeholders(len(ids))}) ORDER BY id",
        [AttachmentRole.FILE.value, *ids],
    ):
        found[contact_id].append(name)
    return found
