"""What customers use of the catalogue: the uses of one contact, and the list of renewals.

A renewal is a use that lasts and has a date; customers only, without those in the trash.
"""

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm_desktop.domain.contacts import ProductUse
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection
from crm_desktop.storage.packed_ids import packed_ids
from crm_desktop.storage.products import SHOWN

TABLE = "product_use"


class RenewalSort(StrEnum):
    """By what the list of renewals is ordered."""

    RENEWAL = "renewal"
    CUSTOMER = "customer"
    PRODUCT = "product"
    PLAN = "plan"
    QUANTITY = "quantity"


_ORDER = {
    RenewalSort.RENEWAL: "u.renewal_on {d}, u.id",
    RenewalSort.CUSTOMER: "c.name_key {d}, u.renewal_on, u.id",
    RenewalSort.PRODUCT: "p.name_key {d}, u.renewal_on, u.id",
    RenewalSort.PLAN: "u.plan {d}, u.renewal_on, u.id",
    RenewalSort.QUANTITY: "u.quantity {d}, u.renewal_on, u.id",
}


@dataclass(frozen=True, slots=True)
class RenewalQuery:
    """Which renewals: from the day ``first`` (None: the oldest) to ``last``, of all products or of one."""

    first: str | None = None
    last: str | None = None
    product_id: int | None = None
    sort: RenewalSort = RenewalSort.RENEWAL
    ascending: bool = True


@dataclass(frozen=True, slots=True)
class RenewalRow:
    """A use with the names of who has it and of what it is."""

    id: int
    version: int
    contact_id: int
    customer: str
    company: str | None
    product_id: int
    product: str
    plan: str | None
    quantity: int | None
    renewal_on: str


@dataclass(frozen=True, slots=True)
class UseLine:
    """A use of one contact with the product's name."""

    use: ProductUse
    product: str


def get_use(connection: Connection, use_id: int) -> ProductUse | None:
    """Return one use, or None."""
    return rows.fetch_one(connection, ProductUse, "WHERE id = ?", (use_id,))


def of_contact(connection: Connection, contact_id: int) -> list[UseLine]:
    """Return a contact's uses: those that last first, the latest of them first."""
    found = rows.fetch(
        connection,
        ProductUse,
        "WHERE contact_id = ? ORDER BY until IS NOT NULL, until DESC, since DESC, id",
        (contact_id,),
    )
    names = dict(
        connection.execute(
            "SELECT id, name FROM product"
            " WHERE id IN (SELECT product_id FROM product_use WHERE contact_id = ?)",
            (contact_id,),
        ).fetchall()
    )
    return [UseLine(use, names[use.product_id]) for use in found]


# CROSS JOIN keeps the order: by the index of renewals, never through every customer.
_FROM = (
    "FROM product_use u CROSS JOIN contact c ON c.id = u.contact_id"
    " CROSS JOIN product p ON p.id = u.product_id"
    f" WHERE u.until IS NULL AND u.renewal_on IS NOT NULL AND {SHOWN}"
)


def _condition(query: RenewalQuery) -> tuple[str, list[object]]:
    parts = [
        (text, value)
        for text, value in (
            (" AND u.renewal_on >= ?", query.first),
            (" AND u.renewal_on <= ?", query.last),
            (" AND u.product_id = ?", query.product_id),
        )
        if value is not None
    ]
    return "".join(text for text, _ in parts), [value for _, value in parts]


def _statement(query: RenewalQuery, condition: str) -> str:
    order = _ORDER[query.sort].format(d="ASC" if query.ascending else "DESC")
    return f"SELECT u.id AS id {_FROM}{condition} ORDER BY {order}"


def renewal_page(connection: Connection, query: RenewalQuery, limit: int) -> list[int]:
    """Return the first ids of the list."""
    condition, values = _condition(query)
    found = connection.execute(f"{_statement(query, condition)} LIMIT ?", [*values, limit])
    return [row_id for (row_id,) in found]


def renewal_ids(connection: Connection, query: RenewalQuery) -> "array[int]":
    """Return every id of the list in its order, 4 bytes each."""
    condition, values = _condition(query)
    return packed_ids(connection, _statement(query, condition), values)


def renewal_count(connection: Connection, query: RenewalQuery) -> int:
    """Return how many renewals the list holds."""
    condition, values = _condition(query)
    (number,) = connection.execute(f"SELECT count(*) {_FROM}{condition}", values).fetchone()
    return int(number)


def renewal_rows(connection: Connection, ids: Sequence[int]) -> dict[int, RenewalRow]:
    """Return the lines of a page by the use's id; one without a date by now is absent."""
    found = connection.execute(
        "SELECT u.id, u.version, c.id, c.display_name, c.company, p.id, p.name, u.plan, u.quantity,"  # noqa: S608
        f" u.renewal_on {_FROM} AND u.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0]: RenewalRow(*row) for row in found}
