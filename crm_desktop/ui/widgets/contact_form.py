"""The form of a contact: which fields, in which sections, and how a draft becomes form values and back."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, replace
from typing import Any

from crm_desktop.domain.contact_drafts import (
    OWN_FIELDS,
    AddressDraft,
    ContactDraft,
    EmailDraft,
    ForeignIdDraft,
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
from crm_desktop.ui.messages import DASH, tr
from crm_desktop.ui.widgets.contact_options import NO_OPTIONS, ContactOptions, form_field
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
_NEVER_NONE = frozenset({"raw", "address", "product", "system", "value"})


def sections(category: Category, kind: ContactKind, options: ContactOptions = NO_OPTIONS) -> list[Section]:
    """Return the sections of the form for a person or a company in one of the lists."""
    made = [_who(kind, options), Section(tr("Reach").upper(), (_phones(), _emails(), _addresses()))]
    if category is Category.CUSTOMER:
        made.append(Section(tr("Customer").upper(), _customer_fields(options)))
    made.append(Section(tr("Identifiers").upper(), _identifiers()))
    if options.fields:
        made.append(Section(tr("Own fields").upper(), tuple(form_field(field) for field in options.fields)))
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


def _who(kind: ContactKind, options: ContactOptions) -> Section:
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
    tags = Field("tags", tr("Tags"), "tags", completions=options.proposals)
    return Section(tr("Name").upper(), (*fields, tags))


def _phones() -> RepeatGroup:
    kinds = tuple((kind, phone_kind_word(kind)) for kind in PhoneKind)
    parts = (Part("raw", tr("Number"), "phone"), Part("note", tr("Note, as before noon"), line=1))
    return RepeatGroup("phones", tr("Phones"), parts, kinds=kinds, add_label=tr("Add a phone"))


def _emails() -> RepeatGroup:
    kinds = tuple((kind, email_kind_word(kind)) for kind in EmailKind)
    # A line of its own: beside kind, main and remove there is no room for an address.
    parts = (
        Part("address", tr("name@example.com"), "email", line=1),
        Part("note", tr("Note, as invoices only"), line=2),
    )
    return RepeatGroup("emails", tr("E-mails"), parts, kinds=kinds, add_label=tr("Add an e-mail"))


def _addresses() -> RepeatGroup:
    kinds = tuple((kind, address_kind_word(kind)) for kind in AddressKind)
    parts = (
        Part("street", tr("Street and number"), line=1),
        Part("postal_code", tr("Postal code"), line=2),
        Part("city", tr("City"), stretch=2, line=2),
        Part("region", tr("Region"), stretch=2, line=3),
        Part("country", tr("Country, as DE"), line=3),
        Part("note", tr("Note, as rear entrance"), stretch=3, line=4),
        Part("former", tr("Former"), "check", line=4),
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


def _identifiers() -> tuple[Field | RepeatGroup, ...]:
    parts = (Part("system", tr("System, as accounting")), Part("value", tr("Number or name there")))
    return (
        Field("vat_id", tr("VAT id"), placeholder=tr("DE123456789", "example of a VAT id")),
        RepeatGroup(
            "foreign_ids", tr("Ids in other systems"), parts, primary=False, add_label=tr("Add an id")
        ),
    )


def _customer_fields(options: ContactOptions) -> tuple[Field | RepeatGroup, ...]:
    return (
        Field(
            "customer_number",
            tr("Customer no."),
            width=_SHORT,
            placeholder=tr("the next one"),
            tip=tr("Empty gives the next number of the sequence when it is saved."),
        ),
        Field(
            "status",
            tr("Status"),
            "choice",
            width=_SHORT,
            choices=lambda: [(status, status_word(status)) for status in CustomerStatus],
        ),
        Field("status_since", tr("Since"), "date", width=_SHORT),
        Field(
            "owner_id",
            tr("Owner"),
            "choice",
            choices=lambda: [(None, DASH), *options.owners],
            tip=tr("Who looks after this customer"),
        ),
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
    for key in ("phones", "emails", "addresses", "product_uses", "foreign_ids"):
        values[key] = [_row_values(asdict(item)) for item in getattr(draft, key)]
    values["tags"] = list(draft.tags)
    return values | {f"custom.{field_id}": value for field_id, value in draft.custom}


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
    # What was kept unchecked is what was typed then, and nothing typed over it.
    own["vat_unchecked"] = base.vat_unchecked if own.get("vat_id") == base.vat_id else None
    phones = tuple(PhoneDraft(**_typed(row, PhoneKind)) for row in values.get("phones", ()))
    emails = tuple(EmailDraft(**_typed(row, EmailKind)) for row in values.get("emails", ()))
    kept_phones = {(phone.id, phone.raw) for phone in base.phones}
    kept_emails = {(email.id, email.address) for email in base.emails}
    return replace(
        base,
        **own,
        phones=tuple(replace(p, unchecked=p.unchecked and (p.id, p.raw) in kept_phones) for p in phones),
        emails=tuple(replace(e, unchecked=e.unchecked and (e.id, e.address) in kept_emails) for e in emails),
        foreign_ids=tuple(ForeignIdDraft(**_typed(row, None)) for row in values.get("foreign_ids", ())),
        tags=tuple(values.get("tags", base.tags)),
        custom=_custom_from(values, base),
        addresses=tuple(AddressDraft(**_typed(row, AddressKind)) for row in values.get("addresses", ())),
        product_uses=tuple(
            ProductUseDraft(**_typed(row, None)) for row in values.get("product_uses", base.product_uses)
        )
        if "product_uses" in values
        else base.product_uses,
    )


def _custom_from(values: Mapping[str, Any], base: ContactDraft) -> tuple[tuple[int, str], ...]:
    """Return the values of the own fields; those the form does not show stay."""
    shown = {int(key.partition(".")[2]): value for key, value in values.items() if key.startswith("custom.")}
    merged = dict(base.custom) | {field_id: str(value or "") for field_id, value in shown.items()}
    return tuple((field_id, value) for field_id, value in merged.items() if value)


def kept_unchecked(draft: ContactDraft, keys: AbstractSet[str]) -> ContactDraft:
    """Return ``draft`` with the refused values at ``keys`` (``phones.0.raw``, ``vat_id``) kept knowingly."""
    return replace(
        draft,
        vat_unchecked=True if "vat_id" in keys else draft.vat_unchecked,
        phones=tuple(
            replace(phone, unchecked=phone.unchecked or f"phones.{place}.raw" in keys)
            for place, phone in enumerate(draft.phones)
        ),
        emails=tuple(
            replace(email, unchecked=email.unchecked or f"emails.{place}.address" in keys)
            for place, email in enumerate(draft.emails)
        ),
    )


def _typed(row: Mapping[str, Any], kinds: Callable[[str], object] | None) -> dict[str, Any]:
    made = {key: value for key, value in row.items() if key not in {"primary", "kind", "quantity"}}
    made = {key: None if value == "" and key not in _NEVER_NONE else value for key, value in made.items()}
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
