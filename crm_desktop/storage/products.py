"""The product catalogue."""

from crm_desktop.domain.contacts import Product
from crm_desktop.domain.folding import fold
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet


def list_products(connection: Connection) -> list[Product]:
    """Return the catalogue by name."""
    return rows.fetch(connection, Product, "ORDER BY name_key")


def find_or_add(changes: ChangeSet, name: str) -> int:
    """Return the id of the product called ``name`` (accents and case forgiven), adding it if new."""
    found = rows.fetch_one(changes.connection, Product, "WHERE name_key = ?", (fold(name),))
    if found is not None:
        return found.id
    return changes.insert("product", {"name": name, "name_key": fold(name), "active": True})
