"""From a contact of a file to what would be saved: a new contact, or more about one that is there.

Nothing is thrown away and nothing is refused that can be kept: a number or an address that cannot be
checked is kept as unchecked, a country without a code as the last line of its address, a department, a
label and a column without a field as a note.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    ContactDraft,
    EmailDraft,
    ForeignIdDraft,
    PhoneDraft,
    ProductUseDraft,
    email_problem,
    empty_draft,
    phone_problem,
    tidy,
)
from crm_desktop.domain.contacts import Category, ContactKind, CustomerStatus
from crm_desktop.domain.folding import address_key, fold, plain_digits
from crm_desktop.domain.identifiers import vat_problem
from crm_desktop.domain.imported_contacts import (
    ImportedAddress,
    ImportedContact,
    ImportedEmail,
    ImportedPhone,
)

_Value = TypeVar("_Value", PhoneDraft, EmailDraft, AddressDraft)
_NAMES = ("prefix", "given", "additional", "family", "suffix", "nickname", "title", "birthday", "language")
# What tables may name beside what every file of contacts has.
_VALUES = ("customer_number", "vat_id", "legal_form", "industry", "size", "source", "status_since")
_NOBODY: Mapping[str, int] = {}
# Taken from the file where the contact has none; what it has stays unless it is a name or a fact.
_KEPT = frozenset({"category", "kind", "status", "status_since", "owner_id", "vat_unchecked", "note", "urls"})


def draft_of_import(
    contact: ImportedContact,
    category: Category,
    region: str,
    *,
    own_fields: Mapping[str, int],
    members: Mapping[str, int] = _NOBODY,
) -> ContactDraft:
    """Return the tidied draft of a new contact; ``region``: of numbers and VAT ids without a country.

    ``own_fields``: ids of the organization's own fields by folded name; a table names them ``own:NAME``.
    ``members``: ids of who may own contacts, by folded name.
    """
    values = dict(contact.values)
    own: dict[str, object] = {name: getattr(contact, name) for name in _NAMES}
    own |= {name: values[name] for name in _VALUES if name in values}
    if contact.kind is ContactKind.PERSON and not any(own[name] for name in ("given", "family")):
        own["given"] = _any_name(contact)
    company = contact.organization or (contact.full if contact.kind is ContactKind.COMPANY else None)
    vat_id = values.get("vat_id", "")
    countries = [item.country for item in contact.addresses if item.country and len(item.country) == 2]
    draft = replace(
        empty_draft(category),
        **own,  # type: ignore[arg-type]  # names of the draft's text fields
        kind=contact.kind,
        company=company,
        status=_status(values.get("status"), category),
        urls="\n".join(contact.urls) or None,
        owner_id=members.get(fold(values.get("owner", ""))),
        note=_note(contact, _homeless(values, own_fields, members)),
        vat_unchecked=bool(vat_id and vat_problem(vat_id, region)) or None,
        phones=tuple(_phone(item, (*countries, region)[0]) for item in contact.phones),
        emails=tuple(_email(item) for item in contact.emails),
        addresses=tuple(_address(item) for item in contact.addresses),
        product_uses=_products(values),
        foreign_ids=_foreign_ids(values),
        tags=contact.categories,
        custom=_own_values(values, own_fields),
    )
    return tidy(draft)


def _own_values(values: Mapping[str, str], own_fields: Mapping[str, int]) -> tuple[tuple[int, str], ...]:
    named = ((fold(key.removeprefix("own:")), text) for key, text in values.items() if key.startswith("own:"))
    return tuple((own_fields[name], text) for name, text in named if name in own_fields)


def _any_name(contact: ImportedContact) -> str | None:
    """Return what a person without a name is called by."""
    first_mail = contact.emails[0].address if contact.emails else None
    first_phone = contact.phones[0].raw if contact.phones else None
    return contact.full or contact.nickname or contact.organization or first_mail or first_phone


def _status(text: str | None, category: Category) -> CustomerStatus | None:
    if category is not Category.CUSTOMER:
        return None
    known = {status.value: status for status in CustomerStatus}
    return known.get((text or "").strip().lower(), CustomerStatus.ACTIVE)


def _homeless(
    values: Mapping[str, str], own_fields: Mapping[str, int], members: Mapping[str, int]
) -> list[tuple[str, str]]:
    """Return the values of own fields, and the owner, that this organization has not got."""
    owner = values.get("owner", "")
    found = [("Owner", owner)] if owner and fold(owner) not in members else []
    named = ((key.removeprefix("own:"), text) for key, text in values.items() if key.startswith("own:"))
    return found + [(name, text) for name, text in named if fold(name) not in own_fields]


def _numbered(values: Mapping[str, str], group: str) -> list[dict[str, str]]:
    """Return the parts of a group (``product:1:since``) in the order of their numbers."""
    found: dict[int, dict[str, str]] = {}
    for key, text in values.items():
        name, _, rest = key.partition(":")
        number, _, part = rest.partition(":")
        if name == group and number.isdecimal():
            found.setdefault(int(number), {})[part] = text
    return [parts for _number, parts in sorted(found.items())]


def _products(values: Mapping[str, str]) -> tuple[ProductUseDraft, ...]:
    texts = ("since", "until", "plan", "serial", "renewal_on", "note")
    return tuple(
        ProductUseDraft(
            parts["product"],
            **{name: parts[name] for name in texts if name in parts},  # type: ignore[arg-type]  # texts
            quantity=int(parts["quantity"]) if parts.get("quantity", "").isdecimal() else None,
        )
        for parts in _numbered(values, "product")
        if "product" in parts
    )


def _foreign_ids(values: Mapping[str, str]) -> tuple[ForeignIdDraft, ...]:
    found = _numbered(values, "foreign")
    return tuple(ForeignIdDraft(parts["system"], parts["value"]) for parts in found if len(parts) == 2)


def _note(contact: ImportedContact, homeless: list[tuple[str, str]]) -> str | None:
    department = f"Department: {contact.department}" if contact.department else None
    # What nobody has a field for stays readable where people look.
    columns = "\n".join(f"{header}: {text}" for header, text in (*contact.columns, *homeless))
    return "\n\n".join(part for part in (contact.note, department, columns) if part) or None


def _phone(phone: ImportedPhone, region: str) -> PhoneDraft:
    unchecked = phone_problem(phone.raw, region) is not None
    return PhoneDraft(phone.raw, phone.kind, phone.is_primary, phone.label, unchecked)


def _email(email: ImportedEmail) -> EmailDraft:
    unchecked = email_problem(email.address) is not None
    return EmailDraft(email.address, email.kind, email.is_primary, email.label, unchecked)


def _address(address: ImportedAddress) -> AddressDraft:
    country = (address.country or "").strip()
    known = re.fullmatch("[A-Za-z]{2}", country) is not None
    lines = [address.street, None if known or not country else country]
    return AddressDraft(
        street="\n".join(line for line in lines if line) or None, postal_code=address.postal_code,
        city=address.city, region=address.region, country=country.upper() if known else None,
        kind=address.kind, is_primary=address.is_primary, former=address.former, note=address.label,
    )  # fmt: skip


def updated(old: ContactDraft, new: ContactDraft) -> ContactDraft:
    """Return ``old`` with what ``new`` says: names and facts replaced, values added, nothing removed."""
    own = {
        name: value
        for name in ContactDraft.__dataclass_fields__
        if name not in _KEPT and isinstance(value := getattr(new, name), str)
    }
    if new.kind is not old.kind:
        own = {name: value for name, value in own.items() if not getattr(old, name)}
    # A name made up of an address or a number, for want of another, replaces none.
    if new.given and not new.family and (old.given or old.family) and _is_made_up(new):
        own.pop("given", None)
    merged = replace(
        old,
        **own,  # type: ignore[arg-type]  # names of the draft's text fields
        vat_unchecked=new.vat_unchecked if new.vat_id else old.vat_unchecked,
        note=_with_text(old.note, new.note, "\n\n"),
        urls=_with_text(old.urls, new.urls, "\n"),
        phones=_with_phones(old.phones, new.phones),
        emails=_with_emails(old.emails, new.emails),
        addresses=_with_addresses(old.addresses, new.addresses),
        product_uses=_with_products(old.product_uses, new.product_uses),
        foreign_ids=_with_foreign_ids(old.foreign_ids, new.foreign_ids),
        tags=_with_tags(old.tags, new.tags),
        custom=tuple({**dict(old.custom), **dict(new.custom)}.items()),
    )
    return tidy(merged)


def _is_made_up(draft: ContactDraft) -> bool:
    values = {email.address for email in draft.emails} | {phone.raw for phone in draft.phones}
    return draft.given in values


def _with_text(old: str | None, new: str | None, between: str) -> str | None:
    if not new or (old and new in old):
        return old
    parts = [part for part in new.split(between) if not old or part not in old]
    return between.join(part for part in (old, *parts) if part)


def _with_phones(old: tuple[PhoneDraft, ...], new: tuple[PhoneDraft, ...]) -> tuple[PhoneDraft, ...]:
    """Return the numbers of both; a number is the same if its last nine figures are."""
    known = {_figures(phone.raw) for phone in old}
    return _added(old, tuple(phone for phone in new if _figures(phone.raw) not in known))


def _figures(raw: str) -> str:
    digits = plain_digits(raw)
    return digits[-9:] if len(digits) >= 7 else raw.strip()


def _with_emails(old: tuple[EmailDraft, ...], new: tuple[EmailDraft, ...]) -> tuple[EmailDraft, ...]:
    known = {address_key(email.address) for email in old}
    return _added(old, tuple(email for email in new if address_key(email.address) not in known))


def _with_addresses(old: tuple[AddressDraft, ...], new: tuple[AddressDraft, ...]) -> tuple[AddressDraft, ...]:
    known = {_place(address) for address in old}
    return _added(old, tuple(address for address in new if _place(address) not in known))


def _place(address: AddressDraft) -> tuple[str, ...]:
    parts = (address.street, address.postal_code, address.city)
    return tuple(" ".join(fold(part or "").split()) for part in parts)


def _with_products(
    old: tuple[ProductUseDraft, ...], new: tuple[ProductUseDraft, ...]
) -> tuple[ProductUseDraft, ...]:
    """Return the products of both; a use is the same if product and first day are."""
    known = {(fold(use.product), use.since) for use in old}
    return old + tuple(use for use in new if (fold(use.product), use.since) not in known)


def _with_foreign_ids(
    old: tuple[ForeignIdDraft, ...], new: tuple[ForeignIdDraft, ...]
) -> tuple[ForeignIdDraft, ...]:
    known = {(fold(item.system), item.value) for item in old}
    return old + tuple(item for item in new if (fold(item.system), item.value) not in known)


def _with_tags(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    known = {fold(tag) for tag in old}
    return (*old, *(tag for tag in new if fold(tag) not in known))


def _added(old: tuple[_Value, ...], new: tuple[_Value, ...]) -> tuple[_Value, ...]:
    """Return both, each new one once; what is primary stays so: it comes first."""
    return old + tuple(dict.fromkeys(new))
