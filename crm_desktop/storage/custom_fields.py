"""The organization's own fields and what contacts have in them."""

from collections.abc import Mapping

from crm_desktop.domain.contacts import CustomValue
from crm_desktop.domain.custom_fields import CustomField
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet

_LIVE = "field_id IN (SELECT id FROM custom_field WHERE removed_at IS NULL)"


def list_fields(connection: Connection) -> list[CustomField]:
    """Return the fields in their order, removed ones left out."""
    return rows.fetch(connection, CustomField, "WHERE removed_at IS NULL ORDER BY position, id")


def all_fields(connection: Connection) -> list[CustomField]:
    """Return the fields in their order, removed ones too."""
    return rows.fetch(connection, CustomField, "ORDER BY position, id")


def get_field(connection: Connection, field_id: int) -> CustomField | None:
    """Return one field, removed or not, or None."""
    return rows.fetch_one(connection, CustomField, "WHERE id = ?", (field_id,))


def values_of(connection: Connection, contact_id: int) -> list[CustomValue]:
    """Return what a contact has in the fields that are not removed."""
    return rows.fetch(connection, CustomValue, f"WHERE contact_id = ? AND {_LIVE}", (contact_id,))


def contacts_with(connection: Connection, field_id: int) -> list[int]:
    """Return the contacts that have a value in a field, trashed ones too."""
    found = connection.execute("SELECT contact_id FROM custom_value WHERE field_id = ?", (field_id,))
    return [row_id for (row_id,) in found]


def set_values(changes: ChangeSet, contact_id: int, wanted: Mapping[int, str]) -> bool:
    """Give a contact exactly the values ``wanted`` (by field); those of removed fields stay hidden."""
    changed = False
    known = {value.field_id: value for value in values_of(changes.connection, contact_id)}
    for field_id, text in wanted.items():
        values: dict[str, object] = {"contact_id": contact_id, "field_id": field_id, "value": text}
        if field_id in known:
            changed |= changes.update(
                "custom_value", known[field_id].id, {"value": text}, contact_id=contact_id
            )
        else:
            changes.insert("custom_value", values, contact_id=contact_id)
            changed = True
    for field_id in known.keys() - wanted.keys():
        changes.delete("custom_value", known[field_id].id, contact_id=contact_id)
        changed = True
    return changed
