"""What changes of many records read: some hundred contacts at a time, by their ids."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

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
from crm_desktop.domain.notes import NoteKind
from crm_desktop.domain.tags import Tag
from crm_desktop.storage import custom_fields, rows
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


def searched_cards(connection: Connection, ids: Sequence[int]) -> list[ContactCard]:
    """Return contacts with what they are found by: tags too, and own fields that are not removed."""
    carried: dict[int, list[Tag]] = {contact_id: [] for contact_id in ids}
    for contact_id, *tag in connection.execute(
        f"SELECT c.contact_id, {', '.join(f't.{name}' for name in rows.column_names(Tag))}"  # noqa: S608
        " FROM contact_tag c JOIN tag t ON t.id = c.tag_id"
        f" WHERE c.contact_id IN ({placeholders(len(ids))})",
        list(ids),
    ):
        carried[contact_id].append(rows.from_row(Tag, tag))
    live = {field.id for field in custom_fields.list_fields(connection)}
    return [
        replace(
            card,
            tags=tuple(carried[card.contact.id]),
            custom_values=tuple(value for value in card.custom_values if value.field_id in live),
        )
        for card in cards(connection, ids)
    ]


def names_of_uses(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the names of the products each contact uses now."""
    used: dict[int, list[str]] = {contact_id: [] for contact_id in ids}
    for contact_id, name in connection.execute(
        "SELECT u.contact_id, p.name FROM product_use u JOIN product p ON p.id = u.product_id"  # noqa: S608
        f" WHERE u.until IS NULL AND u.contact_id IN ({placeholders(len(ids))})",
        list(ids),
    ):
        used[contact_id].append(name)
    return used


def addresses(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[PostalAddress, ...]]:
    """Return the addresses of each contact in their order."""
    return _parts(connection, PostalAddress, ids)


def phones(connection: Connection, contact_id: int) -> tuple[Phone, ...]:
    """Return the phones of a contact in their order."""
    return _parts(connection, Phone, [contact_id])[contact_id]


def first_country(connection: Connection, contact_id: int) -> str | None:
    """Return the country numbers without one belong to: of the first address in use that names one."""
    row = connection.execute(
        "SELECT country FROM postal_address WHERE contact_id = ? AND NOT former AND country <> ''"
        " ORDER BY position, id LIMIT 1",
        (contact_id,),
    ).fetchone()
    return None if row is None else str(row[0])


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


class WrittenNote(NamedTuple):
    """A dated note: UTC epoch seconds, who wrote it, the text, and what it tells of."""

    at: int
    name: str
    text: str
    kind: NoteKind


def note_texts(connection: Connection, ids: Sequence[int]) -> dict[int, list[WrittenNote]]:
    """Return the dated notes of each contact, oldest first; one to a call is a note like others."""
    found: dict[int, list[WrittenNote]] = {contact_id: [] for contact_id in ids}
    for contact_id, at, name, text, kind in connection.execute(
        "SELECT n.contact_id, n.at, m.name, n.text, n.kind FROM contact_note n"  # noqa: S608
        " JOIN member m ON m.id = n.member_id"
        f" WHERE n.contact_id IN ({placeholders(len(ids))}) ORDER BY n.at, n.id",
        list(ids),
    ):
        plain = kind is None or kind == NoteKind.CALL
        found[contact_id].append(WrittenNote(at, name, text, NoteKind.NOTE if plain else NoteKind(kind)))
    return found
