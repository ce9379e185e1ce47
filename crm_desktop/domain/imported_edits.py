"""A row of a file put right by hand: its values as single texts, and a text back into the row.

What is not touched keeps everything it had: kinds, labels, further addresses, what no field stands for.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from crm_desktop.domain.contacts import ContactKind, display_name
from crm_desktop.domain.imported_contacts import (
    ContactRow,
    ImportedAddress,
    ImportedContact,
    ImportedEmail,
    ImportedPhone,
    RejectedContact,
)
from crm_desktop.domain.phone_numbers import NumberRules, normalize

BASE = ("given", "family", "organization", "phones", "emails", "customer_number")
"""What every row shows, empty or not."""
_TEXTS = frozenset(
    {
        "given", "family", "organization", "prefix", "additional", "suffix", "nickname", "department",
        "title", "birthday", "language", "note", "full",
    }
)  # fmt: skip
_PLACE = ("street", "postal_code", "city", "region", "country")
_OPTIONAL = (
    "prefix", "additional", "suffix", "nickname", "department", "title", *_PLACE, "birthday", "language",
    "categories", "urls", "note",
)  # fmt: skip
_NAMES = frozenset({"given", "family", "prefix", "additional", "suffix", "organization"})
_LISTS = frozenset({"phones", "emails", "categories", "urls"})
_BETWEEN = "; "
Part = TypeVar("Part", ImportedPhone, ImportedEmail)


def editable(row: ContactRow) -> ImportedContact:
    """Return the contact of a row, of a rejected one what could be read of it."""
    if isinstance(row, RejectedContact):
        return row.contact or ImportedContact(row.line)
    return row


def shown_fields(contacts: Iterable[ImportedContact]) -> list[str]:
    """Return the fields to be shown for these rows: the base ones, and all that any of them fills."""
    found = list(contacts)
    values = dict.fromkeys(key for contact in found for key, _text in contact.values)
    optional = [key for key in _OPTIONAL if any(text_of(contact, key) for contact in found)]
    return [*BASE, *(key for key in (*optional, *values) if key not in BASE)]


def text_of(contact: ImportedContact, key: str) -> str:
    """Return the value of a field as one text."""
    if key in _TEXTS:
        return str(getattr(contact, key) or "")
    if key == "phones":
        return _BETWEEN.join(phone.raw for phone in contact.phones)
    if key == "emails":
        return _BETWEEN.join(email.address for email in contact.emails)
    if key in _LISTS:
        return _BETWEEN.join(getattr(contact, key))
    if key in _PLACE:
        return str(getattr(contact.addresses[0], key) or "") if contact.addresses else ""
    return dict(contact.values).get(key, "")


def with_text(contact: ImportedContact, key: str, text: str, *, region: str) -> ImportedContact:
    """Return the contact with another value of a field; ``region``: of numbers without a country."""
    text = text.strip()
    if text == text_of(contact, key):
        return contact
    if key in _TEXTS:
        changed = replace(contact, **{key: text or None})  # type: ignore[arg-type]  # a text field
        return _named(changed) if key in _NAMES else changed
    if key in _LISTS:
        parts = [part.strip() for part in text.split(_BETWEEN.strip()) if part.strip()]
        return _with_list(contact, key, parts, region)
    if key in _PLACE:
        first, *others = contact.addresses or (ImportedAddress(),)
        place = replace(first, **{key: text or None})  # type: ignore[arg-type]  # a text field
        return replace(contact, addresses=(place, *others))
    values = dict(contact.values) | {key: text}
    return replace(contact, values=tuple((name, value) for name, value in values.items() if value))


def _with_list(contact: ImportedContact, key: str, parts: list[str], region: str) -> ImportedContact:
    if key == "phones":
        return replace(contact, phones=_phones(contact.phones, parts, region))
    if key == "emails":
        emails = _lengthened(contact.emails, len(parts), ImportedEmail(""))
        return replace(contact, emails=tuple(map(_with_address, emails, parts)))
    return replace(contact, **{key: tuple(parts)})  # type: ignore[arg-type]  # tuples of texts


def _named(contact: ImportedContact) -> ImportedContact:
    """Return the contact with the kind and the whole name its parts say."""
    person = contact.given or contact.family
    kind = ContactKind.PERSON if person or not contact.organization else ContactKind.COMPANY
    name = display_name(
        kind=kind, prefix=contact.prefix, given=contact.given, additional=contact.additional,
        family=contact.family, suffix=contact.suffix, company=contact.organization,
    )  # fmt: skip
    return replace(contact, kind=kind, full=name or contact.nickname)


def _phones(before: tuple[ImportedPhone, ...], parts: list[str], region: str) -> tuple[ImportedPhone, ...]:
    rules = NumberRules(region=region)
    found = zip(_lengthened(before, len(parts), ImportedPhone("")), parts, strict=True)
    return tuple(
        phone if phone.raw == raw else replace(phone, raw=raw, number=normalize(raw, rules).e164)
        for phone, raw in found
    )


def _with_address(email: ImportedEmail, address: str) -> ImportedEmail:
    return replace(email, address=address)


def _lengthened(before: tuple[Part, ...], length: int, blank: Part) -> tuple[Part, ...]:
    """Return as many parts as there are texts: what stood in a place keeps its kind and label."""
    return before[:length] + (blank,) * max(0, length - len(before))
