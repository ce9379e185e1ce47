"""A stored contact as a file of contacts says it: the way back from ``imported_drafts``.

What no property of a vCard stands for goes into ``values`` under the keys a table has: nothing is left out
but relations, dated notes, files, bank accounts and calls.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm_desktop.domain.contacts import Contact, ContactCard
from crm_desktop.domain.imported_contacts import (
    ImportedAddress,
    ImportedContact,
    ImportedEmail,
    ImportedPhone,
)

_NAMES = ("prefix", "given", "additional", "family", "suffix", "nickname", "title", "birthday", "language")
_VALUES = (
    "customer_number", "vat_id", "legal_form", "industry", "size", "source", "status", "status_since",
)  # fmt: skip
_USES = ("since", "until", "plan", "quantity", "serial", "renewal_on", "note")


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids of an organization are called: its members, products and own fields."""

    members: Mapping[int, str]
    products: Mapping[int, str]
    own_fields: Mapping[int, str]


def contact_of_card(
    card: ContactCard,
    names: Names,
    *,
    tags: Sequence[str],
    properties: Sequence[str] = (),
    photo: bytes | None = None,
) -> ImportedContact:
    """Return a contact as a card is written from it; ``properties`` are those no field stands for."""
    contact = card.contact
    return ImportedContact(
        line=0,
        kind=contact.kind,
        full=contact.display_name,
        **{name: getattr(contact, name) for name in _NAMES},
        organization=contact.company,
        phones=tuple(
            ImportedPhone(part.raw, part.e164, part.kind, part.is_primary, part.note) for part in card.phones
        ),
        emails=tuple(
            ImportedEmail(part.address, part.kind, part.is_primary, part.note) for part in card.emails
        ),
        addresses=tuple(
            ImportedAddress(
                part.street, part.city, part.region, part.postal_code, part.country, part.kind,
                part.is_primary, part.note, part.former,
            )
            for part in card.addresses
        ),
        urls=tuple((contact.urls or "").split("\n")) if contact.urls else (),
        note=contact.note,
        categories=tuple(tags),
        photo=photo,
        uid=f"urn:uuid:{_uuid(contact)}",
        values=tuple(_values(card, names)),
        other=tuple(properties),
    )  # fmt: skip


def _uuid(contact: Contact) -> str:
    text = contact.uuid.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _values(card: ContactCard, names: Names) -> list[tuple[str, str]]:
    contact = card.contact
    found: list[tuple[str, object]] = [(name, getattr(contact, name)) for name in _VALUES]
    found.append(("owner", names.members.get(contact.owner_id or 0)))
    for place, use in enumerate(card.product_uses, 1):
        found.append((f"product:{place}:product", names.products.get(use.product_id)))
        found += [(f"product:{place}:{name}", getattr(use, name)) for name in _USES]
    for place, item in enumerate(card.foreign_ids, 1):
        found += [(f"foreign:{place}:system", item.system), (f"foreign:{place}:value", item.value)]
    found += [
        (f"own:{names.own_fields[value.field_id]}", value.value)
        for value in card.custom_values
        if value.field_id in names.own_fields
    ]
    return [(key, str(value)) for key, value in found if value is not None and value != ""]
