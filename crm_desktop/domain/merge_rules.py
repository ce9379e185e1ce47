"""Which of several records' values a merge takes, and which of their numbers, addresses and files are one.

Pure. A value nobody chose is the one most records have; of equal ones that of the record confirmed last,
then of the one changed last; an empty value never replaces one. Lists are united: a double adds what only
it says, and everything else goes over.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crm_desktop.domain.contact_imports import CardProperty, ImportedRow
from crm_desktop.domain.contacts import (
    Category,
    Contact,
    ContactCard,
    ContactKind,
    Email,
    PastStatus,
    Phone,
    PostalAddress,
    ProductUse,
    display_name,
)
from crm_desktop.domain.folding import fold, plain_digits, tokens
from crm_desktop.domain.follow_ups import FollowUp, KeepInTouch
from crm_desktop.domain.identifiers import ForeignId
from crm_desktop.domain.notes import ContactNote
from crm_desktop.domain.tags import ContactTag

JOINED = 0
"""Chosen instead of a record: the texts of all of them, one below the other."""

# What is only true together with the value it stands beside.
_WITH: Mapping[str, tuple[str, ...]] = {"status": ("status_since",), "vat_id": ("vat_unchecked",)}
FIELDS = (
    "prefix", "given", "additional", "family", "suffix", "nickname", "company", "legal_form", "title",
    "industry", "size", "birthday", "language", "urls", "status", "owner_id", "source", "customer_number",
    "vat_id", "note",
)  # fmt: skip
_JOINED_LIMITS = {"note": 100_000, "urls": 500}
PHOTO = "photo"
CUSTOM = "custom."
FORMER_NUMBER = "Customer number"
"""The system under which a merged customer's number goes on being found."""


@dataclass(frozen=True, slots=True)
class MergeValue:
    """A value, whose it is (``JOINED``: everybody's), and whose field it may be chosen for."""

    contact_id: int
    value: object


@dataclass(frozen=True, slots=True)
class MergeField:
    """A field in which records say something: each one's value, and whose is taken."""

    name: str
    values: tuple[MergeValue, ...]
    chosen: int

    @property
    def differs(self) -> bool:
        """Whether there is something to choose."""
        return len({repr(item.value) for item in self.values}) > 1

    @property
    def value(self) -> object:
        """The value that is taken."""
        return next(item.value for item in self.values if item.contact_id == self.chosen)


def in_order_of_trust(cards: Sequence[ContactCard]) -> list[ContactCard]:
    """Return records with the one to believe first: confirmed last, then changed last."""
    return sorted(cards, key=lambda card: (-_confirmed_at(card), -card.contact.changed_at, card.contact.id))


def proposed_survivor(cards: Sequence[ContactCard], links: Mapping[int, int]) -> int:
    """Return which record stays: a customer before an entry, then the one most hangs on (``links``)."""

    def rank(card: ContactCard) -> tuple[bool, int, int, int]:
        contact = card.contact
        return (
            contact.category is not Category.CUSTOMER,
            -links.get(contact.id, 0),
            -_filled(card),
            contact.id,
        )

    return min(cards, key=rank).contact.id


def _confirmed_at(card: ContactCard) -> int:
    phones = [part.confirmed_at for part in card.phones]
    others = [part.confirmed_at for part in card.emails] + [part.confirmed_at for part in card.addresses]
    return max((at or 0 for at in phones + others), default=0)


def _filled(card: ContactCard) -> int:
    own = sum(getattr(card.contact, name) is not None for name in FIELDS)
    return own + len(card.phones) + len(card.emails) + len(card.addresses)


def field_of(name: str, cards: Sequence[ContactCard], chosen: int | None) -> MergeField | None:
    """Return what records, the most trusted first, say in a field of the contact itself; None: nothing."""
    said = [MergeValue(card.contact.id, getattr(card.contact, name)) for card in cards]
    if name == "status":
        said = [item for item in said if item.value is not None]
    return chosen_of(name, said, chosen)


def chosen_of(name: str, said: Sequence[MergeValue], chosen: int | None) -> MergeField | None:
    """Return a field with the value that is taken of those said; None where nobody says anything."""
    filled = [item for item in said if item.value not in {None, ""}]
    if not filled:
        return None
    values = list(said)
    joined = _joined(name, filled)
    if joined is not None:
        values.append(MergeValue(JOINED, joined))
    proposed = JOINED if joined is not None else _best(name, filled).contact_id
    known = {item.contact_id for item in values}
    return MergeField(name, tuple(values), chosen if chosen in known and chosen is not None else proposed)


def _best(name: str, filled: Sequence[MergeValue]) -> MergeValue:
    said = Counter(str(item.value) for item in filled)
    # One slip of the pen does not outvote the others, however new it is.
    filled = sorted(filled, key=lambda item: -said[str(item.value)])
    if name != "birthday":
        return filled[0]
    # A birthday with its year says more than one without.
    return next((item for item in filled if not str(item.value).startswith("--")), filled[0])


def _joined(name: str, filled: Sequence[MergeValue]) -> str | None:
    """Return the different texts one below the other, where a field may hold several."""
    texts = list(dict.fromkeys(str(item.value).strip() for item in filled))
    if name not in _JOINED_LIMITS or len(texts) < 2:
        return None
    text = "\n".join(texts) if name == "urls" else "\n\n".join(texts)
    return text if len(text) <= _JOINED_LIMITS[name] else None


def merged_contact(
    survivor: Contact, cards: Sequence[ContactCard], chosen: Mapping[str, MergeField]
) -> Contact:
    """Return the survivor's own row with the values that are taken."""
    contacts = {card.contact.id: card.contact for card in cards}
    values: dict[str, Any] = {}
    for name in FIELDS:
        field = chosen.get(name)
        if field is None:
            continue
        values[name] = field.value
        source = contacts.get(field.chosen)
        values |= {beside: getattr(source, beside) for beside in _WITH.get(name, ()) if source is not None}
    if any(contact.category is Category.CUSTOMER for contact in contacts.values()):
        values["category"] = Category.CUSTOMER
    return with_names(replace(survivor, **values))


def with_names(contact: Contact) -> Contact:
    """Return a contact with the names lists sort by, as its other values make them."""
    name = display_name(
        kind=contact.kind, prefix=contact.prefix, given=contact.given, additional=contact.additional,
        family=contact.family, suffix=contact.suffix, company=contact.company,
    )  # fmt: skip
    company = contact.company if contact.kind is ContactKind.PERSON else name
    return replace(contact, display_name=name, name_key=fold(name), company_key=fold(company or ""))


def _phone_key(row: Phone) -> object:
    return (row.e164, row.extension) if row.e164 else (plain_digits(row.raw) or row.raw.strip(),)


def _address_key(row: PostalAddress) -> object:
    parts = (row.street, row.postal_code, row.city, row.country)
    return tuple(" ".join(tokens(part or "")) for part in parts)


_KEYS: Mapping[type, Callable[[Any], object]] = {
    Phone: _phone_key,
    Email: lambda row: row.address.strip().casefold(),
    PostalAddress: _address_key,
    ProductUse: lambda row: (
        row.product_id, row.since, row.until, row.plan, row.quantity, row.serial, row.renewal_on,
    ),
    ForeignId: lambda row: (fold(row.system), fold(row.value)),
    ContactTag: lambda row: row.tag_id,
    ContactNote: lambda row: (row.at, row.member_id, row.text),
    PastStatus: lambda row: (row.status, row.since, row.until),
    ImportedRow: lambda row: (row.fingerprint, row.foreign_uid),
    CardProperty: lambda row: row.content,
    # No two follow-ups are one; of two rhythms the one of who stays counts.
    FollowUp: lambda row: row.id,
    KeepInTouch: lambda _row: None,
}  # fmt: skip


def key_of(row: object) -> object:
    """Return what makes two rows of a list one; rows of different contacts are compared by it."""
    return _KEYS[type(row)](row)


_NEVER_ABSORBED = frozenset({"id", "uuid", "version", "contact_id", "position", "source", "is_primary"})


def absorbed(kept: object, double: object, columns: Sequence[str]) -> dict[str, object]:
    """Return what a double adds to the row that is kept: what only it says, its note, its confirmation."""
    values: dict[str, object] = {}
    for name in columns:
        mine, theirs = getattr(kept, name), getattr(double, name)
        if name in _NEVER_ABSORBED or theirs is None or mine == theirs:
            continue
        if mine is None:
            values[name] = theirs
        elif name == "note":
            values[name] = mine if theirs in mine else f"{mine}\n{theirs}"
        elif name == "confirmed_at":
            values[name] = max(mine, theirs)
        elif name in {"former", "invalid", "unchecked"}:
            values[name] = mine and theirs
    return {name: value for name, value in values.items() if value != getattr(kept, name)}
