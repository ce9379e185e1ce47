"""Rows of saved filters."""

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.filters import SavedFilter
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection

TABLE = "saved_filter"


def get(connection: Connection, filter_id: int) -> SavedFilter | None:
    """Return one filter or None."""
    return rows.fetch_one(connection, SavedFilter, "WHERE id = ?", (filter_id,))


def of_member(connection: Connection, member_id: int, category: Category) -> list[SavedFilter]:
    """Return a member's own filters of a list and everybody's shared ones, own ones first, in their order."""
    return rows.fetch(
        connection,
        SavedFilter,
        "WHERE category = ? AND (member_id = ? OR shared = 1) ORDER BY shared, position, id",
        (category.value, member_id),
    )
