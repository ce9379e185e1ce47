"""Contacts with everything that belongs to them: reading a card, its search document."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from crm_desktop.domain.contacts import (
    Contact,
    ContactCard,
    Email,
    PastStatus,
    Phone,
    PostalAddress,
    Product,
    ProductUse,
)
from crm_desktop.domain.folding import plain_digits
from crm_desktop.domain.identifiers import ForeignId
from crm_desktop.storage import bulk, custom_fields, rows, search, tags
from crm_desktop.storage.database import Connection, placeholders

_AT_ONCE = 400

SEARCHED_COLUMNS = frozenset({
    "category", "display_name", "company", "nickname", "title", "note", "industry", "urls", "customer_number",
    "vat_id", "trashed_at",
})  # fmt: skip
"""The columns of a contact's own row its search document comes from; a test holds them to ``searched``."""
NOT_SEARCHED = frozenset({"past_status"})
"""The tables that belong to a contact and nobody is found by."""


def get_contact(connection: Connection, contact_id: int) -> Contact | None:
    """Return one contact, trashed or not, or None."""
    return rows.fetch_one(connection, Contact, "WHERE id = ?", (contact_id,))


def read_card(connection: Connection, contact_id: int) -> ContactCard | None:
    """Return a contact with phones, e-mails, addresses and products, or None."""
    contact = get_contact(connection, contact_id)
    if contact is None:
        return None
    order, values = "WHERE contact_id = ? ORDER BY position, id", (contact_id,)
    return ContactCard(
        contact=contact,
        phones=tuple(rows.fetch(connection, Phone, order, values)),
        emails=tuple(rows.fetch(connection, Email, order, values)),
        addresses=tuple(rows.fetch(connection, PostalAddress, order, values)),
        product_uses=tuple(
            rows.fetch(
                connection,
                ProductUse,
                "WHERE contact_id = ? ORDER BY until IS NOT NULL, since DESC, id",
                values,
            )
        ),
        foreign_ids=tuple(rows.fetch(connection, ForeignId, order, values)),
        tags=tuple(tags.tags_of(connection, contact_id)),
        custom_values=tuple(custom_fields.values_of(connection, contact_id)),
        past_statuses=tuple(rows.fetch(connection, PastStatus, "WHERE contact_id = ? ORDER BY id", values)),
    )


def product_names(connection: Connection, card: ContactCard) -> dict[int, str]:
    """Return the names of the products a card refers to, by id."""
    names: dict[int, str] = {}
    for use in card.product_uses:
        product = rows.fetch_one(connection, Product, "WHERE id = ?", (use.product_id,))
        if product is not None:
            names[product.id] = product.name
    return names


def reindex(connection: Connection, contact_id: int) -> None:
    """Write a contact's search document anew; a trashed or deleted contact leaves the index."""
    reindex_many(connection, [contact_id])


def reindex_touched(connection: Connection, contact_id: int, touched: Mapping[str, AbstractSet[str]]) -> None:
    """Write a contact's search document anew as far as something in it was ``touched``: columns by table.

    The index takes a third of the time of a save; most saves change nothing a contact is found by, and
    hardly one a number.
    """
    if "phone" in touched:
        reindex(connection, contact_id)
    elif any(_is_searched(table, columns) for table, columns in touched.items()):
        search.remove_documents(connection, [contact_id], digits=False)
        search.index_documents(connection, _documents(connection, [contact_id]), digits=False)


def _is_searched(table: str, columns: AbstractSet[str]) -> bool:
    return bool(columns & SEARCHED_COLUMNS) if table == "contact" else table not in NOT_SEARCHED


def reindex_many(connection: Connection, ids: Iterable[int]) -> None:
    """Write the search documents of contacts anew as :func:`reindex` does, some hundred at a time."""
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        search.remove_documents(connection, part)
        search.index_documents(connection, _documents(connection, part))


def expected_words(connection: Connection, contact_id: int) -> list[str]:
    """Return the words the search document of a contact has by the rule, in no order."""
    return [
        word
        for one in _documents(connection, [contact_id])
        for word in search.document_words(one.category, texts=one.texts, numbers=one.numbers)
    ]


def _documents(connection: Connection, ids: Sequence[int]) -> list[search.Document]:
    """Return what contacts are found by; those in the trash by nothing."""
    from crm_desktop.domain.phone_numbers import search_keys

    cards = [card for card in bulk.searched_cards(connection, ids) if card.contact.trashed_at is None]
    ids = [card.contact.id for card in cards]
    named = bulk.names_of_uses(connection, ids)
    notes = bulk.note_texts(connection, ids)
    found = []
    for card in cards:
        contact = card.contact
        beside = [*named[contact.id], *(note.text for note in notes[contact.id])]
        texts, numbers = searched(card, beside, keys=search_keys)
        found.append(search.Document(contact.id, contact.category, texts, numbers))
    return found


def searched(
    card: ContactCard, products: Sequence[str], *, keys: Callable[[str], Sequence[str]]
) -> tuple[list[str], list[str]]:
    """Return the texts and the digit strings a contact is found by.

    ``products``: the names of those in use; ``keys``: the digit strings of an E.164 number.
    """
    contact = card.contact
    texts = [contact.display_name, contact.company, contact.nickname, contact.title, contact.note]
    texts += [contact.industry, contact.urls, contact.customer_number, contact.vat_id]
    texts += [known.value for known in card.foreign_ids]
    texts += [tag.name for tag in card.tags]
    texts += [value.value for value in card.custom_values]
    texts += [email.address for email in card.emails]
    texts += [address.city for address in card.addresses if not address.former]
    texts += products
    numbers = [key for phone in card.phones for key in _number_keys(phone, keys)]
    return [text for text in texts if text], numbers


def _number_keys(phone: Phone, keys: Callable[[str], Sequence[str]]) -> list[str]:
    digits = plain_digits(phone.raw)
    return [digits] * bool(digits) + list(keys(phone.e164) if phone.e164 else ())


def ids_by_trash(connection: Connection, ids: Sequence[int], *, trashed: bool) -> list[int]:
    """Return those of ``ids`` that exist and are, or are not, in the trash; in the order given.

    One that became part of another record is in neither.
    """
    found: set[int] = set()
    for start in range(0, len(ids), 500):
        part = list(ids[start : start + 500])
        rows_found = connection.execute(
            f"SELECT id FROM contact WHERE id IN ({placeholders(len(part))})"  # noqa: S608
            " AND (trashed_at IS NOT NULL) = ? AND merged_into IS NULL",
            [*part, trashed],
        )
        found.update(row_id for (row_id,) in rows_found)
    return [row_id for row_id in dict.fromkeys(ids) if row_id in found]


def all_contact_ids(connection: Connection) -> list[int]:
    """Return the ids of all contacts that are not in the trash."""
    return [
        row_id
        for (row_id,) in connection.execute("SELECT id FROM contact WHERE trashed_at IS NULL ORDER BY id")
    ]


def country_of(connection: Connection, contact_id: int) -> str | None:
    """Return the country of a contact's first address in use that names one, as a two-letter code."""
    row = connection.execute(
        "SELECT country FROM postal_address WHERE contact_id = ? AND former = 0 AND country <> ''"
        " ORDER BY position, id LIMIT 1",
        (contact_id,),
    ).fetchone()
    return str(row[0]) if row else None
