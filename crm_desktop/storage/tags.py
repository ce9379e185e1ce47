"""The organization's tags and which contacts carry them."""

from collections.abc import Sequence

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.folding import fold
from crm_desktop.domain.tags import Tag, first_tone
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet


def list_tags(connection: Connection) -> list[Tag]:
    """Return all tags by name."""
    return rows.fetch(connection, Tag, "ORDER BY name_key")


def get_tag(connection: Connection, tag_id: int) -> Tag | None:
    """Return one tag, or None."""
    return rows.fetch_one(connection, Tag, "WHERE id = ?", (tag_id,))


def find_tag(connection: Connection, name: str) -> Tag | None:
    """Return the tag called ``name`` (accents and case forgiven), or None."""
    return rows.fetch_one(connection, Tag, "WHERE name_key = ?", (fold(name),))


def find_or_add(changes: ChangeSet, name: str) -> int:
    """Return the id of the tag called ``name``, adding it if new."""
    found = find_tag(changes.connection, name)
    if found is not None:
        return found.id
    key = fold(name)
    return changes.insert("tag", {"name": name, "name_key": key, "tone": first_tone(key).value})


def tags_of(connection: Connection, contact_id: int) -> list[Tag]:
    """Return a contact's tags by name."""
    return rows.fetch(
        connection,
        Tag,
        "WHERE id IN (SELECT tag_id FROM contact_tag WHERE contact_id = ?) ORDER BY name_key",
        (contact_id,),
    )


def contacts_with(connection: Connection, tag_id: int) -> list[int]:
    """Return the contacts that carry a tag, trashed ones too."""
    found = connection.execute("SELECT contact_id FROM contact_tag WHERE tag_id = ?", (tag_id,))
    return [row_id for (row_id,) in found]


def counts(connection: Connection, category: Category) -> dict[int, int]:
    """Return how many contacts of a list carry each tag, by its id; unused ones are absent."""
    found = connection.execute(
        "SELECT t.tag_id, count(*) FROM contact_tag t JOIN contact c ON c.id = t.contact_id"
        " WHERE c.category = ? AND c.trashed_at IS NULL GROUP BY t.tag_id",
        (category.value,),
    )
    return dict(found.fetchall())


def set_tags(changes: ChangeSet, contact_id: int, names: Sequence[str]) -> bool:
    """Give a contact exactly the tags called ``names``; return whether any came or went."""
    wanted = {find_or_add(changes, name) for name in names}
    carried = dict(
        changes.connection.execute(
            "SELECT tag_id, id FROM contact_tag WHERE contact_id = ?", (contact_id,)
        ).fetchall()
    )
    for tag_id in sorted(wanted - carried.keys()):
        values: dict[str, object] = {"contact_id": contact_id, "tag_id": tag_id}
        changes.insert("contact_tag", values, contact_id=contact_id)
    for tag_id in sorted(carried.keys() - wanted):
        changes.delete("contact_tag", carried[tag_id], contact_id=contact_id)
    return wanted != carried.keys()
