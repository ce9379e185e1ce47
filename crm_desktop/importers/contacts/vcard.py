"""vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), as phones, mail programs and services write them."""

import re
from collections.abc import Iterator

from crm_desktop.domain.imported_contacts import (
    ContactRow,
    ContactRowReason,
    ImportedContact,
    RejectedContact,
)
from crm_desktop.importers.call_logs.reading import FileHead, LogSource
from crm_desktop.importers.contacts.contact_format import ContactOptions
from crm_desktop.importers.contacts.physical_lines import physical_lines
from crm_desktop.importers.contacts.vcard_cards import Card, cards
from crm_desktop.importers.contacts.vcard_contact import ContactReader

_FIRST_CARD = re.compile(r"^\s*BEGIN\s*:\s*VCARD\s*$", re.IGNORECASE | re.MULTILINE)
_GROUP_PROPERTIES = frozenset({"KIND", "X-ADDRESSBOOKSERVER-KIND"})


class VCard:
    """Every card of a file; groups of contacts are named, not read."""

    name = "vcard"
    title = "vCard (.vcf)"
    recognized_by = "cards between BEGIN:VCARD and END:VCARD"

    def sniff(self, head: FileHead) -> float:
        """Return 1 where a card begins within the first lines."""
        text = head.text.replace("\r", "\n")
        found = _FIRST_CARD.search(text)
        return 0.0 if found is None else 1.0 if not text[: found.start()].strip("\ufeff \n") else 0.8

    def read(self, source: LogSource, options: ContactOptions) -> Iterator[ContactRow]:
        """Yield a contact per card, and what could not be read with its line."""
        reader = ContactReader(options.region)
        for card in cards(physical_lines(source.chunks())):
            if isinstance(card, RejectedContact):
                yield card
            elif _is_group(card):
                yield RejectedContact(card.line, ContactRowReason.GROUP)
            elif not card.ended:
                yield _not_ended(card, reader)
            else:
                yield from reader.rows(card)


def _not_ended(card: Card, reader: ContactReader) -> RejectedContact:
    """Return the card as rejected, with what could be read of it: what is missing nobody knows."""
    found = (row for row in reader.rows(card) if isinstance(row, ImportedContact))
    return RejectedContact(card.line, ContactRowReason.NOT_ENDED, contact=next(found, None))


def _is_group(card: Card) -> bool:
    return any(
        line.name in _GROUP_PROPERTIES and line.value.strip().lower() == "group" for line in card.properties
    )
