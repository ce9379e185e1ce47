"""The product catalogue: its entries, how many customers use each, and who.

Customers are counted as the list of customers shows them: nobody in the trash, nobody of the address book.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.domain.contacts import Product
from crm_desktop.domain.folding import fold
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.journal import ChangeSet

TABLE = "product"
SHOWN = "c.category = 'customer' AND c.trashed_at IS NULL"


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product with its customers: ``using_now``, ``used`` (now or before), and renewals of those now.

    ``due``: renewals from today on within the days asked for, ``overdue``: those before. ``in_use`` is
    whether anybody at all has it, in the trash or the address book too: then it cannot be deleted.
    """

    product: Product
    using_now: int = 0
    used: int = 0
    due: int = 0
    overdue: int = 0
    in_use: bool = False


@dataclass(frozen=True, slots=True)
class ProductUser:
    """A customer who uses a product now."""

    contact_id: int
    name: str
    company: str | None
    since: str | None
    plan: str | None
    quantity: int | None
    renewal_on: str | None


def list_products(connection: Connection) -> list[Product]:
    """Return the catalogue by name."""
    return rows.fetch(connection, Product, "ORDER BY name_key")


def get_product(connection: Connection, product_id: int) -> Product | None:
    """Return one product, or None."""
    return rows.fetch_one(connection, Product, "WHERE id = ?", (product_id,))


def find_product(connection: Connection, name: str) -> Product | None:
    """Return the product called ``name`` (accents and case forgiven), or None."""
    return rows.fetch_one(connection, Product, "WHERE name_key = ?", (fold(name),))


def with_code(connection: Connection, code: str) -> list[Product]:
    """Return the products that have an article number."""
    wanted = fold(code)
    found = rows.fetch(connection, Product, "WHERE code IS NOT NULL ORDER BY id")
    return [product for product in found if fold(product.code or "") == wanted]


def find_or_add(changes: ChangeSet, name: str) -> int:
    """Return the id of the product called ``name`` (accents and case forgiven), adding it if new."""
    found = find_product(changes.connection, name)
    if found is not None:
        return found.id
    return changes.insert(TABLE, {"name": name, "name_key": fold(name), "active": True})


def lines(connection: Connection, *, today: str, until: str) -> list[ProductLine]:
    """Return the catalogue by name with its counts; ``today`` and ``until`` are ISO 8601."""
    found = connection.execute(
        "SELECT u.product_id, count(DISTINCT CASE WHEN u.until IS NULL THEN u.contact_id END),"  # noqa: S608
        " count(DISTINCT u.contact_id), sum(u.until IS NULL AND u.renewal_on BETWEEN ? AND ?),"
        " sum(u.until IS NULL AND u.renewal_on < ?)"
        f" FROM product_use u JOIN contact c ON c.id = u.contact_id WHERE {SHOWN} GROUP BY u.product_id",
        (today, until, today),
    )
    counted = {row[0]: [int(count or 0) for count in row[1:]] for row in found}
    return [_line(connection, product, counted.get(product.id)) for product in list_products(connection)]


def _line(connection: Connection, product: Product, counts: Sequence[int] | None) -> ProductLine:
    if counts is None:
        return ProductLine(product, in_use=is_used(connection, product.id))
    using_now, used, due, overdue = counts
    return ProductLine(product, using_now, used, due, overdue, in_use=True)


def is_used(connection: Connection, product_id: int) -> bool:
    """Return whether anybody uses or used a product, in the trash too."""
    found = connection.execute("SELECT 1 FROM product_use WHERE product_id = ? LIMIT 1", (product_id,))
    return found.fetchone() is not None


def users(connection: Connection, product_id: int, limit: int) -> list[ProductUser]:
    """Return the first customers by name who use a product now; of several uses the latest."""
    found = connection.execute(
        "SELECT c.id, c.display_name, c.company, u.since, u.plan, u.quantity, u.renewal_on"  # noqa: S608
        " FROM product_use u JOIN contact c ON c.id = u.contact_id"
        f" WHERE u.product_id = ? AND u.until IS NULL AND {SHOWN}"
        " AND NOT EXISTS (SELECT 1 FROM product_use o WHERE o.contact_id = u.contact_id"
        " AND o.product_id = u.product_id AND o.until IS NULL"
        " AND (coalesce(o.since, ''), o.id) > (coalesce(u.since, ''), u.id))"
        " ORDER BY c.name_key, c.id LIMIT ?",
        (product_id, limit),
    )
    return [ProductUser(*row) for row in found]


def use_ids(connection: Connection, product_id: int) -> list[int]:
    """Return the ids of every use of a product, in the order of the file."""
    found = connection.execute("SELECT id FROM product_use WHERE product_id = ? ORDER BY id", (product_id,))
    return [row_id for (row_id,) in found]


def contacts_using_now(connection: Connection, product_id: int) -> list[int]:
    """Return the contacts that are found by a product's name."""
    found = connection.execute(
        "SELECT DISTINCT contact_id FROM product_use WHERE product_id = ? AND until IS NULL ORDER BY 1",
        (product_id,),
    )
    return [row_id for (row_id,) in found]


def owners(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Return the contact of each of some uses, by the use's id."""
    found = connection.execute(
        f"SELECT id, contact_id FROM product_use WHERE id IN ({placeholders(len(ids))})",  # noqa: S608
        list(ids),
    )
    return dict(found.fetchall())
