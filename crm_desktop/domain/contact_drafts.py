"""A contact as somebody is about to save it, and the rules it must keep. Pure: no file, no user.

Field keys are those of the form and of refusals: ``given``, ``phones.0.raw``, ``product_uses.1.since``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from crm_desktop.domain.contacts import (
    AddressKind,
    Category,
    ContactCard,
    ContactKind,
    CustomerStatus,
    EmailKind,
    PhoneKind,
    display_name,
)
from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.domain.folding import fold
from crm_desktop.domain.identifiers import compact_vat_id, vat_problem
from crm_desktop.domain.phone_numbers import NumberRules, normalize
from crm_desktop.domain.plain_text import is_text, plain
from crm_desktop.domain.tags import NAME_LIMIT as TAG_LIMIT

TEXT_LIMIT = 500
NOTE_LIMIT = 100_000
_YEARLESS = re.compile(r"--(\d\d)-(\d\d)")
# What mail systems accept in practice: one @, no blanks, a dot-free or dotted host; full RFC 5322 syntax
# would accept comments and quoted strings that nobody types on purpose.
_EMAIL = re.compile(r"[^\s@<>,;\"()\[\]]+@[^\s@<>,;\"()\[\].]+(\.[^\s@<>,;\"()\[\].]+)*")


@dataclass(frozen=True, slots=True)
class PhoneDraft:
    """A number as typed; ``id`` is None for a new one, ``unchecked`` keeps an invalid one knowingly."""

    raw: str
    kind: PhoneKind = PhoneKind.MOBILE
    is_primary: bool = False
    note: str | None = None
    unchecked: bool = False
    id: int | None = None


@dataclass(frozen=True, slots=True)
class EmailDraft:
    """An e-mail address as typed; ``id`` is None for a new one, ``unchecked`` keeps one that is none."""

    address: str
    kind: EmailKind = EmailKind.WORK
    is_primary: bool = False
    note: str | None = None
    unchecked: bool = False
    id: int | None = None


@dataclass(frozen=True, slots=True)
class AddressDraft:
    """A postal address as typed; ``id`` is None for a new one."""

    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None
    kind: AddressKind = AddressKind.WORK
    is_primary: bool = False
    former: bool = False
    note: str | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class ProductUseDraft:
    """A product by name (made in the catalogue if new); ``id`` is None for a new use."""

    product: str
    since: str | None = None
    until: str | None = None
    plan: str | None = None
    quantity: int | None = None
    serial: str | None = None
    renewal_on: str | None = None
    note: str | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class ForeignIdDraft:
    """The id in another system; ``id`` is None for a new one."""

    system: str
    value: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """All editable values of a contact with what belongs to it.

    A customer without ``customer_number`` gets the next one when saved. ``tags`` are names (new ones are
    made); ``custom`` are (id of the field, value) of the organization's own fields.
    """

    category: Category
    kind: ContactKind = ContactKind.PERSON
    prefix: str | None = None
    given: str | None = None
    additional: str | None = None
    family: str | None = None
    suffix: str | None = None
    nickname: str | None = None
    company: str | None = None
    title: str | None = None
    legal_form: str | None = None
    industry: str | None = None
    size: str | None = None
    birthday: str | None = None
    language: str | None = None
    urls: str | None = None
    note: str | None = None
    status: CustomerStatus | None = None
    status_since: str | None = None
    owner_id: int | None = None
    source: str | None = None
    customer_number: str | None = None
    vat_id: str | None = None
    vat_unchecked: bool | None = None
    phones: tuple[PhoneDraft, ...] = ()
    emails: tuple[EmailDraft, ...] = ()
    addresses: tuple[AddressDraft, ...] = ()
    product_uses: tuple[ProductUseDraft, ...] = ()
    foreign_ids: tuple[ForeignIdDraft, ...] = ()
    tags: tuple[str, ...] = ()
    custom: tuple[tuple[int, str], ...] = ()

    @property
    def name(self) -> str:
        """The name lists will show."""
        return display_name(
            kind=self.kind, prefix=self.prefix, given=self.given, additional=self.additional,
            family=self.family, suffix=self.suffix, company=self.company,
        )  # fmt: skip


PARTS = ("phones", "emails", "addresses", "product_uses", "foreign_ids", "tags", "custom")
OWN_FIELDS = tuple(field.name for field in fields(ContactDraft) if field.name not in PARTS)


# Of one's own fields those that are plain text: a list may set them as typed.
TEXT_FIELDS = tuple(
    name
    for name in OWN_FIELDS
    if name not in {"category", "kind", "status", "status_since", "owner_id", "vat_unchecked"}
)


def empty_draft(category: Category) -> ContactDraft:
    """Return a blank draft; a new customer starts as active."""
    status = CustomerStatus.ACTIVE if category is Category.CUSTOMER else None
    return ContactDraft(category=category, status=status)


def draft_of(card: ContactCard, product_names: Mapping[int, str]) -> ContactDraft:
    """Return the draft that would save ``card`` unchanged; ``product_names`` by product id."""
    own = {name: getattr(card.contact, name) for name in OWN_FIELDS}
    return ContactDraft(
        **own,
        phones=tuple(
            PhoneDraft(
                raw=p.raw, kind=p.kind, is_primary=p.is_primary, note=p.note, unchecked=p.invalid, id=p.id
            )
            for p in card.phones
        ),
        emails=tuple(
            EmailDraft(
                address=e.address,
                kind=e.kind,
                is_primary=e.is_primary,
                note=e.note,
                unchecked=bool(e.unchecked),
                id=e.id,
            )
            for e in card.emails
        ),
        addresses=tuple(
            AddressDraft(
                street=a.street,
                postal_code=a.postal_code,
                city=a.city,
                region=a.region,
                country=a.country,
                kind=a.kind,
                is_primary=a.is_primary,
                former=a.former,
                note=a.note,
                id=a.id,
            )
            for a in card.addresses
        ),
        product_uses=tuple(
            ProductUseDraft(
                product=product_names[u.product_id],
                since=u.since,
                until=u.until,
                plan=u.plan,
                quantity=u.quantity,
                serial=u.serial,
                renewal_on=u.renewal_on,
                note=u.note,
                id=u.id,
            )
            for u in card.product_uses
        ),
        foreign_ids=tuple(ForeignIdDraft(f.system, f.value, f.id) for f in card.foreign_ids),
        tags=tuple(tag.name for tag in card.tags),
        custom=tuple((value.field_id, value.value) for value in card.custom_values),
    )


def _trimmed(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return plain(value).strip() or None
    return value


def _text(value: str) -> str:
    return plain(value).strip()


def _note(value: str | None) -> str | None:
    return _text(value or "") or None


_Row = TypeVar("_Row", PhoneDraft, EmailDraft, AddressDraft, ProductUseDraft, ForeignIdDraft)
_Reached = TypeVar("_Reached", PhoneDraft, EmailDraft, AddressDraft)


def tidy(draft: ContactDraft) -> ContactDraft:
    """Return ``draft`` without surrounding blanks, empty rows, and with one primary value per group."""
    own = {name: _trimmed(getattr(draft, name)) for name in OWN_FIELDS}
    # A pasted number may have several blanks in a row, or hard ones.
    phones = tuple(
        replace(p, raw=" ".join(_text(p.raw).split()), note=_note(p.note))
        for p in draft.phones
        if _text(p.raw)
    )
    emails = tuple(
        replace(e, address=_text(e.address), note=_note(e.note)) for e in draft.emails if _text(e.address)
    )
    addresses = tuple(
        tidied
        for tidied in (_tidy_address(a) for a in draft.addresses)
        if any((tidied.street, tidied.postal_code, tidied.city, tidied.region))
    )
    uses = tuple(_tidy_use(use) for use in draft.product_uses if _text(use.product))
    if own["category"] is Category.ADDRESS_BOOK:
        own |= {"status": None, "status_since": None}
    elif own["status"] is None:
        own["status"] = CustomerStatus.ACTIVE
    own["vat_id"] = compact_vat_id(draft.vat_id or "") or None
    own["vat_unchecked"] = True if own["vat_id"] and draft.vat_unchecked else None
    foreign_ids = tuple(
        replace(known, system=_text(known.system), value=_text(known.value))
        for known in draft.foreign_ids
        if _text(known.value)
    )
    return ContactDraft(
        **own,  # type: ignore[arg-type]  # the names are the dataclass's own fields
        phones=_each_once(_with_primary(phones)),
        emails=_each_once(_with_primary(emails)),
        addresses=_each_once(_with_primary(addresses)),
        product_uses=_each_once(uses),
        foreign_ids=_each_once(foreign_ids),
        tags=_tidy_tags(draft.tags),
        custom=tuple((field_id, _text(value)) for field_id, value in draft.custom if _text(value)),
    )


def _with_primary(rows: tuple[_Reached, ...]) -> tuple[_Reached, ...]:
    return tuple(replace(row, is_primary=place == _primary(rows)) for place, row in enumerate(rows))


def _each_once(rows: tuple[_Row, ...]) -> tuple[_Row, ...]:
    """Return the rows so that each stored one is named once: of two under one id the second is a new row."""
    seen: set[int] = set()
    found: list[_Row] = []
    for row in rows:
        found.append(replace(row, id=None) if row.id in seen else row)
        seen |= {row.id} if row.id is not None else set()
    return tuple(found)


def _tidy_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Return the tags without blanks around them, each word once however it is written."""
    distinct: dict[str, str] = {}
    for tag in tags:
        if key := fold(plain(tag)):
            distinct.setdefault(key, " ".join(plain(tag).split()))
    return tuple(distinct.values())


def _tidy_use(use: ProductUseDraft) -> ProductUseDraft:
    return replace(
        use, product=_text(use.product), plan=_note(use.plan), serial=_note(use.serial), note=_note(use.note)
    )


def _tidy_address(address: AddressDraft) -> AddressDraft:
    values = {field.name: _trimmed(getattr(address, field.name)) for field in fields(AddressDraft)}
    tidied = AddressDraft(**values)  # type: ignore[arg-type]  # the dataclass's own fields
    return replace(tidied, country=tidied.country.upper()) if tidied.country else tidied


def _primary(items: Sequence[PhoneDraft | EmailDraft | AddressDraft]) -> int:
    return next((index for index, item in enumerate(items) if item.is_primary), 0)


def problems(draft: ContactDraft, region: str) -> dict[str, KnownError]:
    """Return what is wrong with a tidied draft, by field key; empty when it can be saved.

    ``region``: the organization's country, for numbers of a contact without one.
    """
    found: dict[str, KnownError] = {}
    if not draft.name:
        key = "company" if draft.kind is ContactKind.COMPANY else "given"
        found[key] = InvalidValueError("name_required", field=key)
    for name in OWN_FIELDS:
        value = getattr(draft, name)
        limit = NOTE_LIMIT if name in ("note", "urls") else TEXT_LIMIT
        if isinstance(value, str) and (problem := text_problem(name, value, limit)):
            found[name] = problem
    for name in ("birthday", "status_since"):
        value = getattr(draft, name)
        if value is not None and not is_date(value, yearless=name == "birthday"):
            found[name] = InvalidValueError("date_invalid", field=name, value=value)
    for key, problem in country_problems(draft, region).items():
        found.setdefault(key, problem)
    return found | _group_problems(draft) | _note_problems(draft) | _mark_problems(draft)


def country_problems(draft: ContactDraft, region: str) -> dict[str, KnownError]:
    """Return what is wrong with the numbers of a draft: phones and VAT id are read by its country's rules."""
    found: dict[str, KnownError | None] = {}
    country = number_region(draft, region)
    if draft.vat_id and not draft.vat_unchecked:
        found["vat_id"] = vat_problem(draft.vat_id, country)
    for index, phone in enumerate(draft.phones):
        check = text_problem("phone", phone.raw, TEXT_LIMIT) if phone.unchecked else None
        found[f"phones.{index}.raw"] = check if phone.unchecked else phone_problem(phone.raw, country)
    return {key: problem for key, problem in found.items() if problem is not None}


def _mark_problems(draft: ContactDraft) -> dict[str, KnownError]:
    """Return what is wrong with foreign ids and tags."""
    found: dict[str, KnownError | None] = {}
    for index, known in enumerate(draft.foreign_ids):
        for name, value in (("system", known.system), ("value", known.value)):
            missing = None if value else InvalidValueError("value_required", field=name)
            found[f"foreign_ids.{index}.{name}"] = missing or text_problem(name, value, TEXT_LIMIT)
    for tag in draft.tags:
        found["tags"] = found.get("tags") or text_problem("tags", tag, TAG_LIMIT)
    return {key: problem for key, problem in found.items() if problem is not None}


def number_region(draft: ContactDraft, default: str) -> str:
    """Return the country numbers without one belong to: the contact's own where an address names it."""
    countries = [address.country for address in draft.addresses if address.country and not address.former]
    return countries[0] if countries else default


def _group_problems(draft: ContactDraft) -> dict[str, KnownError]:
    found: dict[str, KnownError | None] = {}
    for index, email in enumerate(draft.emails):
        check = text_problem("email", email.address, 254) if email.unchecked else email_problem(email.address)
        found[f"emails.{index}.address"] = check
    for index, address in enumerate(draft.addresses):
        found[f"addresses.{index}.country"] = country_problem(address.country)
        for name in ("street", "postal_code", "city", "region"):
            if problem := text_problem(name, getattr(address, name) or "", TEXT_LIMIT):
                found[f"addresses.{index}.{name}"] = problem
    for index, use in enumerate(draft.product_uses):
        for name in ("since", "until", "renewal_on"):
            value = getattr(use, name)
            if value is not None and not is_date(value):
                key = f"product_uses.{index}.{name}"
                found[key] = InvalidValueError("date_invalid", field=name, value=value)
        if use.quantity is not None and use.quantity < 0:
            found[f"product_uses.{index}.quantity"] = InvalidValueError("quantity_invalid", field="quantity")
        found[f"product_uses.{index}.product"] = text_problem("product", use.product, TEXT_LIMIT)
        for name in ("plan", "serial"):
            found[f"product_uses.{index}.{name}"] = text_problem(name, getattr(use, name) or "", TEXT_LIMIT)
    return {key: problem for key, problem in found.items() if problem is not None}


def _note_problems(draft: ContactDraft) -> dict[str, KnownError]:
    notes = {
        f"{group}.{index}.note": text_problem("note", item.note or "", NOTE_LIMIT)
        for group in ("phones", "emails", "addresses", "product_uses")
        for index, item in enumerate(getattr(draft, group))
    }
    return {key: problem for key, problem in notes.items() if problem is not None}


def text_problem(field: str, value: str, limit: int) -> KnownError | None:
    """Return why ``value`` cannot be kept: too long, or signs no text has (:mod:`plain_text`)."""
    if len(value) > limit:
        return InvalidValueError("value_too_long", field=field, length=len(value), limit=limit)
    if not is_text(value):
        return InvalidValueError("value_unreadable", field=field)
    return None


def phone_problem(raw: str, region: str) -> KnownError | None:
    """Return why ``raw`` is no phone number; short codes and extensions are numbers."""
    if problem := text_problem("phone", raw, TEXT_LIMIT):
        return problem
    digits = sum(ch.isdigit() for ch in raw)
    if normalize(raw, NumberRules(region=region)).e164 or (2 <= digits <= 6 and digits == len(raw)):
        return None
    return InvalidValueError("phone_invalid", field="phone", value=raw)


def email_problem(address: str) -> KnownError | None:
    """Return why ``address`` is no e-mail address."""
    if problem := text_problem("email", address, 254):
        return problem
    if _EMAIL.fullmatch(address):
        return None
    return InvalidValueError("email_invalid", field="email", value=address)


def country_problem(country: str | None) -> KnownError | None:
    """Return why ``country`` is no ISO 3166-1 alpha-2 code."""
    if country is None or re.fullmatch("[A-Z]{2}", country):
        return None
    return InvalidValueError("region_invalid", field="country", value=country)


def is_date(text: str, *, yearless: bool = False) -> bool:
    """Return whether ``text`` is an ISO 8601 date, or ``--MM-DD`` where ``yearless``."""
    if yearless and (match := _YEARLESS.fullmatch(text)):
        text = f"2000-{match[1]}-{match[2]}"
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def split_name(text: str) -> dict[str, str | None]:
    """Return given, additional and family name of a person's name typed in one piece.

    ``Family, Given`` is understood; else the last word is the family name.
    """
    if "," in text:
        family, _, given = (part.strip() for part in text.partition(","))
        return {"given": given or None, "additional": None, "family": family or None}
    words = text.split()
    if len(words) < 2:
        return {"given": text.strip() or None, "additional": None, "family": None}
    return {"given": words[0], "additional": " ".join(words[1:-1]) or None, "family": words[-1]}
