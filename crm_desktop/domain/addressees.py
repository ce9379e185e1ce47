"""Whom a letter goes to: the lines of the address, how one is greeted, and the fields of a letter. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crm_desktop.domain.address_layout import address_block
from crm_desktop.domain.contacts import AddressKind, Contact, ContactCard, ContactKind, PostalAddress
from crm_desktop.domain.errors import InvalidValueError

_AT_HOME = frozenset({AddressKind.HOME, AddressKind.OTHER})
_FIELD = re.compile(r"\{([^{}\n]{0,40})\}")

MERGE_FIELDS: tuple[str, ...] = (
    "salutation", "name", "given", "family", "prefix", "company", "title", "customer_number", "street",
    "postal_code", "city", "country", "date", "organization", "user",
)  # fmt: skip
"""What may stand in braces in a letter."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """A contact with the address something is sent to (None where there is none)."""

    contact: Contact
    address: PostalAddress | None


def addressee_of(card: ContactCard, kind: AddressKind | None = None) -> Addressee:
    """Return a contact with its main address in use, or with one of ``kind`` where it has one."""
    usable = [address for address in card.addresses if not address.former and _is_written(address)]
    usable.sort(key=lambda address: (kind is None or address.kind is not kind, not address.is_primary))
    return Addressee(card.contact, usable[0] if usable else None)


def _is_written(address: PostalAddress) -> bool:
    """Return whether a letter could come there: a country alone is no address."""
    return any((address.street, address.city, address.postal_code))


def envelope_lines(to: Addressee, *, own_country: str = "") -> list[str]:
    """Return name and address, a line each; at work the company stands first, at home it stands nowhere.

    ``own_country``: ISO 3166-1 alpha-2 of the sender, which needs no name of a country.
    """
    contact, address = to.contact, to.address
    lines = [contact.display_name]
    company = (contact.company or "").strip()
    if contact.kind is ContactKind.PERSON and company and company != contact.display_name:
        if address is None or address.kind not in _AT_HOME:
            lines.insert(0, company)
        elif address.kind is AddressKind.OTHER:
            lines.append(company)
    return lines + (address_block(address, own_country=own_country) if address is not None else [])


@dataclass(frozen=True, slots=True)
class _Greeting:
    """How a language greets: to nobody in particular, to a name, and by prefix."""

    unknown: str
    plain: str
    by_prefix: Mapping[str, str]


_GERMAN = _Greeting(
    "Sehr geehrte Damen und Herren,",
    "Guten Tag {prefix} {given} {family},",
    {"herr": "Sehr geehrter Herr {titles} {family},", "frau": "Sehr geehrte Frau {titles} {family},"},
)
_ENGLISH = _Greeting(
    "Dear Sir or Madam,",
    "Dear {prefix} {given} {family},",
    {
        "mr": "Dear Mr {titles} {family},", "mrs": "Dear Mrs {titles} {family},",
        "ms": "Dear Ms {titles} {family},", "miss": "Dear Miss {titles} {family},",
        "dr": "Dear Dr {titles} {family},", "prof": "Dear Professor {titles} {family},",
        "professor": "Dear Professor {titles} {family},",
    },
)  # fmt: skip
_SAME: Mapping[str, str] = {"herrn": "herr", "mister": "mr", "hr": "herr", "fr": "frau"}
LETTER_LANGUAGES: tuple[str, ...] = ("en", "de")


def salutation(contact: Contact, language: str = "en") -> str:
    """Return how a letter begins: by the prefix ("Frau Dr.", "Mr"), else by the name, else to nobody.

    ``language`` is that of the letter (ISO 639-1): German, or English for every other. Nobody's sex is
    guessed from a given name.
    """
    greeting = _GERMAN if language[:2].casefold() == "de" else _ENGLISH
    if contact.kind is ContactKind.COMPANY or not (contact.family or contact.given):
        return greeting.unknown
    words = (contact.prefix or "").split()
    found = [_SAME.get(word.rstrip(".").casefold(), word.rstrip(".").casefold()) for word in words]
    values = {"given": contact.given or "", "family": contact.family or "", "prefix": contact.prefix or ""}
    if not contact.family or not found or found[0] not in greeting.by_prefix:
        return _tidy(greeting.plain.format(**values))
    return _tidy(greeting.by_prefix[found[0]].format(titles=" ".join(words[1:]), **values))


def _tidy(text: str) -> str:
    return " ".join(text.split()).replace(" ,", ",")


def field_values(to: Addressee, *, language: str, date: str, organization: str, user: str) -> dict[str, str]:
    """Return what stands for each of the ``MERGE_FIELDS``; ``date`` is in the words of the letter."""
    contact, address = to.contact, to.address
    values = {
        "salutation": salutation(contact, contact.language or language), "name": contact.display_name,
        "date": date, "organization": organization, "user": user,
    }  # fmt: skip
    for name in ("given", "family", "prefix", "company", "title", "customer_number"):
        values[name] = getattr(contact, name) or ""
    for name in ("street", "postal_code", "city", "country"):
        values[name] = (getattr(address, name) or "") if address is not None else ""
    return values


def check_fields(text: str) -> None:
    """Raise InvalidValueError("letter_field_unknown") for the first field that a letter has not."""
    for name in _FIELD.findall(text):
        if name.strip().casefold() not in MERGE_FIELDS:
            raise InvalidValueError("letter_field_unknown", field="Text", name=name)


def merged(text: str, values: Mapping[str, str]) -> str:
    """Return ``text`` with its fields filled; what a value says in braces is a value and no field."""
    return _FIELD.sub(lambda found: values.get(found[1].strip().casefold(), found[0]), text)
