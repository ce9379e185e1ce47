"""Where each phone, e-mail and address came from, and when somebody last found it right, in words."""

from collections.abc import Iterator

from crm_desktop.domain.address_layout import address_block
from crm_desktop.domain.contacts import ContactCard, Email, Phone, PostalAddress
from crm_desktop.operations.confirming_values import Confirmable
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.contact_numbers import Kinds, said_words
from crm_desktop.ui.widgets.moments import Clock

Origins = dict[tuple[Confirmable, int], str]
"""What is told of a value, by its table and id; values nothing is known of are absent."""


def _values(card: ContactCard) -> Iterator[tuple[Confirmable, Phone | Email | PostalAddress]]:
    for phone in card.phones:
        yield "phone", phone
    for email in card.emails:
        yield "email", email
    for address in card.addresses:
        yield "postal_address", address


def origins_of(card: ContactCard, clock: Clock, kinds: Kinds) -> Origins:
    """Return what is known of the values' origins, in words; of a number also what it is."""
    told: Origins = {
        (table, value.id): _told(value, clock, _kinds_of(value, card, kinds))
        for table, value in _values(card)
    }
    return {key: words for key, words in told.items() if words}


def _kinds_of(value: object, card: ContactCard, kinds: Kinds) -> list[str]:
    said = kinds.get(value.e164 or "", ()) if isinstance(value, Phone) else ()
    return [said_words(one, card.contact.id) for one in said]


def _told(value: Phone | Email | PostalAddress, clock: Clock, parts: list[str]) -> str:
    if value.source:
        parts.append(tr("from {source}").format(source=value.source))
    if value.confirmed_at is not None:
        parts.append(tr("confirmed {when}").format(when=clock.relative(value.confirmed_at)))
    return " · ".join(parts)


def values_of_card(card: ContactCard) -> list[tuple[Confirmable, int, str]]:
    """Return table, id and words of every value that can be confirmed."""
    return [(table, value.id, _words(value)) for table, value in _values(card)]


def _words(value: Phone | Email | PostalAddress) -> str:
    if isinstance(value, Phone):
        return value.raw
    if isinstance(value, Email):
        return value.address
    return ", ".join(address_block(value))
