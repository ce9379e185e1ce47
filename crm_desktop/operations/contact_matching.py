"""Which contact a row of a file is: by its own identifier, its customer number, its e-mails, its numbers.

A shared number or mailbox counts only between names that may be one: a couple's landline makes no one
person of two. Never by the name alone.
"""

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, replace

from crm_desktop.domain.contact_imports import MatchKey
from crm_desktop.domain.contacts import ContactKind
from crm_desktop.domain.folding import address_key
from crm_desktop.domain.imported_contacts import ImportedContact
from crm_desktop.domain.name_likeness import may_be_one
from crm_desktop.operations.known_contacts import StoredContacts


@dataclass(frozen=True, slots=True)
class Match:
    """The contact a row is, or why none can be named (``several_match``)."""

    contact_id: int | None = None
    reason: str | None = None


def fingerprint(contact: ImportedContact) -> bytes:
    """Return the SHA-256 of everything a row says, wherever it stands in the file."""
    photo = hashlib.sha256(contact.photo or b"").hexdigest()
    values = asdict(replace(contact, line=0, photo=None))
    text = json.dumps([values, photo], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def find_match(known: StoredContacts, contact: ImportedContact, keys: frozenset[MatchKey]) -> Match:
    """Return the contact of both lists that ``contact`` is."""
    if contact.uid and len(found := known.by_uid(contact.uid)) == 1:
        return Match(found[0])
    number = dict(contact.values).get("customer_number")
    if number and MatchKey.NUMBER in keys and (found := known.by_number(number)):
        return Match(found[0])
    hits = Counter(_hits(known, contact, keys))
    likely = {contact_id: count for contact_id, count in hits.items() if _fits(known, contact, contact_id)}
    best = [contact_id for contact_id, count in likely.items() if count == max(likely.values())]
    if len(best) > 1:
        return Match(reason="several_match")
    return Match(best[0]) if best else Match()


def _hits(known: StoredContacts, contact: ImportedContact, keys: frozenset[MatchKey]) -> list[int]:
    found: list[int] = []
    if MatchKey.EMAIL in keys:
        for address in {address_key(email.address) for email in contact.emails}:
            found += known.by_email(address)
    if MatchKey.PHONE in keys:
        for number in {phone.number for phone in contact.phones if phone.number}:
            found += known.by_phone(number)
    return found


def _fits(known: StoredContacts, contact: ImportedContact, contact_id: int) -> bool:
    kind, name = known.identity(contact_id)
    if kind is not contact.kind:
        return False
    companies = contact.kind is ContactKind.COMPANY
    own = (contact.organization or contact.full) if companies else _person(contact)
    return may_be_one(own or "", name, companies=companies)


def _person(contact: ImportedContact) -> str:
    """Return the name without titles; empty for a contact without one."""
    return " ".join(filter(None, (contact.given, contact.family))) or contact.nickname or ""
