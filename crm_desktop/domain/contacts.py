"""People and companies the office knows, with their phones, e-mails and postal addresses.

Customers and address-book entries are both contacts: one step turns one into the other without losing
a number, a call or its history.
"""

from dataclasses import dataclass
from enum import StrEnum

from crm_desktop.domain.identifiers import ForeignId
from crm_desktop.domain.tags import Tag


class Category(StrEnum):
    """Which list a contact stands in."""

    CUSTOMER = "customer"
    ADDRESS_BOOK = "address_book"


class ContactKind(StrEnum):
    """A person or an organization."""

    PERSON = "person"
    COMPANY = "company"


class PhoneKind(StrEnum):
    """What a number is for."""

    MOBILE = "mobile"
    WORK = "work"
    HOME = "home"
    MAIN = "main"
    FAX = "fax"
    PAGER = "pager"
    OTHER = "other"


class EmailKind(StrEnum):
    """What an e-mail address is for."""

    WORK = "work"
    HOME = "home"
    OTHER = "other"


class AddressKind(StrEnum):
    """What a postal address is for."""

    WORK = "work"
    HOME = "home"
    BILLING = "billing"
    DELIVERY = "delivery"
    OTHER = "other"


class CustomerStatus(StrEnum):
    """Where a customer stands; an address-book entry has none."""

    LEAD = "lead"
    ACTIVE = "active"
    PAUSED = "paused"
    FORMER = "former"


@dataclass(frozen=True, slots=True)
class Contact:
    """One person or company.

    ``birthday`` is ISO 8601, ``--MM-DD`` without a year. ``customer_number`` is unique in the organization;
    ``vat_unchecked`` keeps a VAT id its country's rule refuses. ``display_name``, ``name_key`` and
    ``company_key`` are derived by :func:`with_derived`. Times are UTC epoch seconds, ``owner_id``,
    ``created_by`` and ``changed_by`` are member ids. ``merged_into`` is the id of the contact this one became
    part of; it lies in the trash then.
    """

    id: int
    uuid: bytes
    version: int
    category: Category
    kind: ContactKind
    display_name: str
    name_key: str
    company_key: str
    created_at: int
    created_by: int | None
    changed_at: int
    changed_by: int | None
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
    trashed_at: int | None = None
    trashed_by: int | None = None
    import_run_id: int | None = None
    customer_number: str | None = None
    vat_id: str | None = None
    vat_unchecked: bool | None = None
    merged_into: int | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number as typed and, where it can be normalized, as E.164."""

    id: int
    uuid: bytes
    version: int
    contact_id: int
    position: int
    raw: str
    e164: str | None
    extension: str | None
    kind: PhoneKind
    is_primary: bool
    invalid: bool
    note: str | None
    source: str | None
    confirmed_at: int | None


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address as typed; ``unchecked`` where it is kept although it is none."""

    id: int
    uuid: bytes
    version: int
    contact_id: int
    position: int
    address: str
    kind: EmailKind
    is_primary: bool
    note: str | None
    source: str | None
    confirmed_at: int | None
    unchecked: bool | None = None


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """A postal address; ``country`` is ISO 3166-1 alpha-2, ``street`` may have several lines."""

    id: int
    uuid: bytes
    version: int
    contact_id: int
    position: int
    street: str | None
    postal_code: str | None
    city: str | None
    region: str | None
    country: str | None
    kind: AddressKind
    is_primary: bool
    former: bool
    note: str | None
    source: str | None
    confirmed_at: int | None


@dataclass(frozen=True, slots=True)
class ProductUse:
    """A product a customer uses or used; dates are ISO 8601, open-ended ``until`` means "uses now"."""

    id: int
    uuid: bytes
    version: int
    contact_id: int
    product_id: int
    since: str | None
    until: str | None
    plan: str | None
    quantity: int | None
    serial: str | None
    renewal_on: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Product:
    """An entry of the product catalogue; ``plans`` are the versions it is offered in, one a line."""

    id: int
    uuid: bytes
    version: int
    name: str
    name_key: str
    active: bool
    code: str | None = None
    vendor: str | None = None
    plans: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PastStatus:
    """A status a customer had from ``since`` (None: not known) to ``until``, both ISO 8601."""

    id: int
    uuid: bytes
    version: int
    contact_id: int
    status: CustomerStatus
    since: str | None
    until: str


@dataclass(frozen=True, slots=True)
class CustomValue:
    """What a contact has in an own field: text, ``1234.5``, ``2026-03-31``, a choice, ``yes`` or ``no``."""

    id: int
    uuid: bytes
    version: int
    contact_id: int
    field_id: int
    value: str


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A contact with everything that belongs to it, as the detail card shows it."""

    contact: Contact
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    addresses: tuple[PostalAddress, ...] = ()
    product_uses: tuple[ProductUse, ...] = ()
    foreign_ids: tuple[ForeignId, ...] = ()
    tags: tuple[Tag, ...] = ()
    custom_values: tuple[CustomValue, ...] = ()
    past_statuses: tuple[PastStatus, ...] = ()


def display_name(
    *,
    kind: ContactKind,
    prefix: str | None,
    given: str | None,
    additional: str | None,
    family: str | None,
    suffix: str | None,
    company: str | None,
) -> str:
    """Return the name lists show: the person's in reading order, else the company's."""
    if kind is ContactKind.COMPANY:
        return (company or "").strip()
    parts = (prefix, given, additional, family, suffix)
    name = " ".join(part.strip() for part in parts if part and part.strip())
    return name or (company or "").strip()
