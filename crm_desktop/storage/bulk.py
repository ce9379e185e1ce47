"""What changes of many records read: some hundred contacts at a time, by their ids."""

from collections.abc import Sequence

from crm_desktop.domain.contacts import Contact, CustomValue, ProductUse
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection, placeholders


def contacts_by_id(connection: Connection, ids: Sequence[int]) -> dict[int, Contact]:
    """Return the contacts with these ids, trashed ones too; what is gone is left out."""
    found = rows.fetch(connection, Contact, f"WHERE id IN ({placeholders(len(ids))})", list(ids))
    return {contact.id: contact for contact in found}


def own_values(connection: Connection, field_id: int, ids: Sequence[int]) -> dict[int, CustomValue]:
    """Return what contacts have in an own field, by contact."""
    condition = f"WHERE field_id = ? AND contact_id IN ({placeholders(len(ids))})"
    found = rows.fetch(connection, CustomValue, condition, [field_id, *ids])
    return {value.contact_id: value for value in found}


def tag_names(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the tags of each contact, their names by their keys."""
    carried: dict[int, dict[str, str]] = {contact_id: {} for contact_id in ids}
    for contact_id, key, name in connection.execute(
        "SELECT c.contact_id, t.name_key, t.name FROM contact_tag c JOIN tag t ON t.id = c.tag_id"  # noqa: S608
        f" WHERE c.contact_id IN ({placeholders(len(ids))})",
        list(ids),
    ):
        carried[contact_id][key] = name
    return carried


def tag_rows(connection: Connection, contact_id: int) -> dict[int, int]:
    """Return the rows that give a contact its tags, by the tag's id."""
    found = connection.execute("SELECT tag_id, id FROM contact_tag WHERE contact_id = ?", (contact_id,))
    return dict(found.fetchall())


def uses_now(connection: Connection, product_id: int, ids: Sequence[int]) -> dict[int, list[ProductUse]]:
    """Return the uses of a product that last, by contact."""
    used: dict[int, list[ProductUse]] = {contact_id: [] for contact_id in ids}
    condition = f"WHERE product_id = ? AND until IS NULL AND contact_id IN ({placeholders(len(ids))})"
    for use in rows.fetch(connection, ProductUse, f"{condition} ORDER BY id", [product_id, *ids]):
        used[use.contact_id].append(use)
    return used
