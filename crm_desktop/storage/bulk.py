"""What changes of many records read: some hundred contacts at a time, by their ids."""

from collections.abc import Sequence
from typing import TypeVar

from crm_desktop.domain.contacts import (
    Contact,
    ContactCard,
    CustomValue,
    Email,
    Phone,
    PostalAddress,
    ProductUse,
)
from crm_desktop.domain.identifiers import ForeignId
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


def cards(connection: Connection, ids: Sequence[int]) -> list[ContactCard]:
    """Return contacts with what belongs to them in the order of ``ids``; tags and own fields aside."""
    found = contacts_by_id(connection, ids)
    phones, emails = _parts(connection, Phone, ids), _parts(connection, Email, ids)
    addresses, foreign = _parts(connection, PostalAddress, ids), _parts(connection, ForeignId, ids)
    uses = _parts(connection, ProductUse, ids, order="until IS NOT NULL, since DESC, id")
    values = _parts(connection, CustomValue, ids, order="field_id")
    return [
        ContactCard(
            found[one], phones[one], emails[one], addresses[one], uses[one], foreign[one], (), values[one]
        )
        for one in ids
        if one in found
    ]


P = TypeVar("P", Phone, Email, PostalAddress, ForeignId, ProductUse, CustomValue)


def _parts(
    connection: Connection, cls: type[P], ids: Sequence[int], *, order: str = "position, id"
) -> dict[int, tuple[P, ...]]:
    found: dict[int, list[P]] = {contact_id: [] for contact_id in ids}
    condition = f"WHERE contact_id IN ({placeholders(len(ids))}) ORDER BY {order}"
    for part in rows.fetch(connection, cls, condition, list(ids)):
        found[part.contact_id].append(part)
    return {contact_id: tuple(parts) for contact_id, parts in found.items()}


REPEATED = ("phone", "email", "postal_address", "foreign_id", "product_use")


def most_parts(connection: Connection, table: str, ids: Sequence[int]) -> int:
    """Return how many rows of one of the ``REPEATED`` tables a contact has at most."""
    if table not in REPEATED:
        raise KeyError(table)
    (most,) = connection.execute(
        f"SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM {table}"  # noqa: S608 - a name from the list
        f" WHERE contact_id IN ({placeholders(len(ids))}) GROUP BY contact_id)",
        list(ids),
    ).fetchone()
    return int(most)


def with_address(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Return those of the contacts that have an address in use, one that is more than a country."""
    found = connection.execute(
        "SELECT DISTINCT contact_id FROM postal_address WHERE former = 0 AND"  # noqa: S608 - placeholders
        " coalesce(street, '') || coalesce(city, '') || coalesce(postal_code, '') <> ''"
        f" AND contact_id IN ({placeholders(len(ids))})",
        list(ids),
    )
    return {contact_id for (contact_id,) in found}


def note_texts(connection: Connection, ids: Sequence[int]) -> dict[int, list[tuple[int, str, str]]]:
    """Return the dated notes of each contact, oldest first: UTC epoch seconds, who wrote it, the text."""
    found: dict[int, list[tuple[int, str, str]]] = {contact_id: [] for contact_id in ids}
    for contact_id, at, name, text in connection.execute(
        "SELECT n.contact_id, n.at, m.name, n.text FROM contact_note n JOIN member m ON m.id = n.member_id"  # noqa: S608
        f" WHERE n.contact_id IN ({placeholders(len(ids))}) ORDER BY n.at, n.id",
        list(ids),
    ):
        found[contact_id].append((at, name, text))
    return found
