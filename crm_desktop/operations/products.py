"""The product catalogue as a user reads it."""

from crm_desktop.domain.contacts import Product
from crm_desktop.operations.session import Session
from crm_desktop.storage.products import list_products


def products(session: Session) -> list[Product]:
    """Return the catalogue by name."""
    with session.reading("records.view") as connection:
        return list_products(connection)


def product_names(session: Session) -> list[str]:
    """Return the names of the products that are still offered."""
    return [product.name for product in products(session) if product.active]
