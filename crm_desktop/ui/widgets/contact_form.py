"""The form of a contact: which fields, in which sections, and how a draft becomes form values and back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from crm_desktop.domain.contact_drafts import (
    OWN_FIELDS,
    AddressDraft,
    ContactDraft,
    EmailDraft,
    PhoneDraft,
    ProductUseDraft,
)
from crm_desktop.domain.contacts import (
    AddressKind,
    Category,
    ContactKind,
    CustomerStatus,
    EmailKind,
    PhoneKind,
)
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.record_form import Field, RepeatGroup, Section
from crm_desktop.ui.widgets.repeat_group import Part
from crm_desktop.ui.widgets.words import (
    address_kind_word,
    contact_kind_word,
    email_kind_word,
    phone_kind_word,
    status_word,
)

Proposals = Callable[[str], Sequence[str]]
_SHORT = 150


def sections(category: Category, kind: ContactKind) -> list[Section]:
    """Return the sections of the form for a person or a company in one of the lists."""
    made = [_who(kind), Section(tr("Reach").upper(), (_phones(), _emails(), _addresses()))]
    if category is Category.CUSTOMER:
        made.append(Section(tr("Customer").upper(), _customer_fields()))
    made.append(Section(tr("More").upper(), _more(kind)))
    return made


def _kind_field() -> Field:
    return Field(
        "kind",
        tr("Kind"),
        "choice",
        width=_SHORT,
        choices=lambda: [(kind, contact_kind_word(kind)) for kind in ContactKind],
    )


def _who(kind: ContactKind) -> Section:
    if kind is ContactKind.COMPANY:
        fields: tuple[Field, ...] = (
            _kind_field(),
            Field("company", tr("Name"), required=True),
            Field("legal_form", tr("Legal form"), width=_SHORT),
            Field("industry", tr("Industry")),
            Field("size", tr("Size"), width=_SHORT),
        )
    else:
        fields = (
            _kind_field(),
            Field("prefix", tr("Prefix"), width=_SHORT),
            Field("given", tr("Given name")),
            Field("additional", tr("Middle name")),
            Field("family", tr("Family name")),
            Field("suffix", tr("Suffix"), width=_SHORT),
            Field("company", tr("Company")),
            Field("title", tr("Position")),
        )
    return Section(tr("Name").upper(), fields)


def _phones() -> RepeatGroup:
    kinds = tuple((kind, phone_kind_word(kind)) for kind in PhoneKind)
    parts = (Part("raw", tr("Number"), "phone"),)
    return RepeatGroup("phones", tr("Phones"), parts, kinds=kinds, add_label=tr("Add a phone"))


def _emails() -> RepeatGroup:
    kinds = tuple((kind, email_kind_word(kind)) for kind in EmailKind)
    # A line of its own: beside kind, main and remove there is no room for an address.
    parts = (Part("address", tr("name@example.com"), "email", line=1),)
    return RepeatGroup("emails", tr("E-mails"), parts, kinds=kinds, add_label=tr("Add an e-mail"))


def _addresses() -> RepeatGroup:
    kinds = tuple((kind, address_kind_word(kind)) for kind in AddressKind)
    parts = (
        Part("street", tr("Street and number"), line=1),
        Part("postal_code", tr("Postal code"), line=2),
        Part("city", tr("City"), stretch=2, line=2),
        Part("region", tr("Region"), stretch=2, line=3),
        Part("country", tr("Country, as DE"), line=3),
    )
    return RepeatGroup("addresses", tr("Addresses"), parts, kinds=kinds, add_label=tr("Add an address"))


def _products() -> RepeatGroup:
    parts = (
        Part("product", tr("Product"), "product", stretch=3),
        Part("quantity", tr("Quantity")),
        Part("since", tr("Since"), "date", line=1),
        Part("until", tr("Until"), "date", line=1),
        Part("renewal_on", tr("Renews on"), "date", line=1),
        Part("plan", tr("Plan"), line=2),
        Part("serial", tr("Contract or serial no."), line=2),
    )
    return RepeatGroup("product_uses", tr("Products"), parts, primary=False, add_label=tr("Add a product"))


def _customer_fields() -> tuple[Field | RepeatGroup, ...]:
    return (
        Field(
            "status",
            tr("Status"),
            "choice",
            width=_SHORT,
            choices=lambda: [(status, status_word(status)) for status in CustomerStatus],
        ),
        Field("status_since", tr("Since"), "date", width=_SHORT),
        _products(),
    )


def _more(kind: ContactKind) -> tuple[Field, ...]:
    person = (
        Field("nickname", tr("Nickname")),
        Field("birthday", tr("Birthday"), "date", width=_SHORT, tip=tr("Without a year: --03-31")),
        Field("language", tr("Language"), width=_SHORT),
    )
    both = (
        Field("urls", tr("Web")),
        Field("source", tr("Source"), tip=tr("Where this contact comes from")),
        Field("note", tr("Note"), "lines"),
    )
    return both if kind is ContactKind.COMPANY else (*person, *both)


def values_of(draft: ContactDraft) -> dict[str, object]:
    """Return the form values of ``draft``: plain texts, so that they can be kept as JSON too."""
    values: dict[str, object] = {name: getattr(draft, name) for name in OWN_FIELDS}
    for key in ("phones", "emails", "addresses", "product_uses"):
        values[key] = [_row_values(asdict(item)) for item in getattr(draft, key)]
    return values


def _row_values(row: dict[str, Any]) -> dict[str, object]:
    if "is_primary" in row:
        row["primary"] = row.pop("is_primary")
    if "quantity" in row:
        row["quantity"] = "" if row["quantity"] is None else str(row["quantity"])
    return row


def draft_from(values: Mapping[str, Any], base: ContactDraft) -> ContactDraft:
    """Return the draft that ``values`` describe; what the form does not show stays as in ``base``."""
    own: dict[str, Any] = {name: values[name] or None for name in OWN_FIELDS if name in values}
    own["kind"] = ContactKind(values.get("kind") or base.kind)
    own["category"] = base.category
    own["status"] = CustomerStatus(own["status"]) if own.get("status") else base.status
    return replace(
        base,
        **own,
        phones=tuple(PhoneDraft(**_typed(row, PhoneKind)) for row in values.get("phones", ())),
        emails=tuple(EmailDraft(**_typed(row, EmailKind)) for row in values.get("emails", ())),
        addresses=tuple(AddressDraft(**_typed(row, AddressKind)) for row in values.get("addresses", ())),
        product_uses=tuple(
            ProductUseDraft(**_typed(row, None)) for row in values.get("product_uses", base.product_uses)
        )
        if "product_uses" in values
        else base.product_uses,
    )


def _typed(row: Mapping[str, Any], kinds: Callable[[str], object] | None) -> dict[str, Any]:
    made = {key: value for key, value in row.items() if key not in {"primary", "kind", "quantity"}}
    made = {
        key: None if value == "" and key not in {"raw", "address", "product"} else value
        for key, value in made.items()
    }
    if kinds is not None:
        made["is_primary"] = bool(row.get("primary"))
        if row.get("kind"):
            made["kind"] = kinds(row["kind"])
    if "quantity" in row:
        made["quantity"] = _quantity(row["quantity"])
    return made


def _quantity(text: object) -> int | None:
    """Read a quantity; what is no number becomes one the rules refuse, so that its field says so."""
    typed = str(text or "").strip()
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
