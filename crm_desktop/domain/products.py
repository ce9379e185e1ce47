"""The catalogue of products and what customers use of it, as they are typed and checked."""

from dataclasses import dataclass, fields

from crm_desktop.domain.contact_drafts import NOTE_LIMIT, TEXT_LIMIT, ProductUseDraft, is_date, text_problem
from crm_desktop.domain.contacts import Product
from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.domain.folding import fold
from crm_desktop.domain.plain_text import plain

NAME_LIMIT = 200
MOST_PLANS = 50
DUE_DAYS = (30, 60, 90)
"""How far ahead renewals are looked at; the first is what a catalogue shows at a glance."""
_DATES = ("since", "until", "renewal_on")


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """An entry of the catalogue as typed: ``code`` is the article number, ``plans`` the versions offered."""

    name: str
    code: str | None = None
    vendor: str | None = None
    plans: tuple[str, ...] = ()
    note: str | None = None


def plans_of(product: Product) -> tuple[str, ...]:
    """Return the plans or versions a product is offered in."""
    return tuple((product.plans or "").splitlines())


def draft_of_product(product: Product) -> ProductDraft:
    """Return the draft that would save ``product`` unchanged."""
    return ProductDraft(product.name, product.code, product.vendor, plans_of(product), product.note)


def _line(text: str) -> str:
    return " ".join(plain(text).split())


def tidied_product(draft: ProductDraft) -> ProductDraft:
    """Return ``draft`` without surplus blanks and without a plan twice; what is empty is None."""
    plans: dict[str, str] = {}
    for plan in draft.plans:
        if _line(plan):
            plans.setdefault(fold(plain(plan)), _line(plan))
    return ProductDraft(
        name=_line(draft.name),
        code=_line(draft.code or "") or None,
        vendor=_line(draft.vendor or "") or None,
        plans=tuple(plans.values()),
        note=plain(draft.note or "").strip() or None,
    )


def product_problems(draft: ProductDraft) -> dict[str, KnownError]:
    """Return what is wrong with a tidied draft, by field."""
    found: dict[str, KnownError | None] = {
        "name": text_problem("name", draft.name, NAME_LIMIT),
        "code": text_problem("code", draft.code or "", NAME_LIMIT),
        "vendor": text_problem("vendor", draft.vendor or "", TEXT_LIMIT),
        "note": text_problem("note", draft.note or "", NOTE_LIMIT),
        "plans": next(filter(None, (text_problem("plans", plan, NAME_LIMIT) for plan in draft.plans)), None),
    }
    if not fold(draft.name):
        found["name"] = InvalidValueError("value_required", field="name")
    if len(draft.plans) > MOST_PLANS:
        found["plans"] = InvalidValueError("product_plans_many", field="plans", limit=MOST_PLANS)
    return {name: problem for name, problem in found.items() if problem is not None}


def product_columns(draft: ProductDraft) -> dict[str, object]:
    """Return the columns a checked draft sets."""
    return {
        "name": draft.name, "name_key": fold(draft.name), "code": draft.code, "vendor": draft.vendor,
        "plans": "\n".join(draft.plans) or None, "note": draft.note,
    }  # fmt: skip


def merged_product(kept: ProductDraft, other: ProductDraft) -> ProductDraft:
    """Return ``kept`` with everything only ``other`` says; where both say something, kept's stands.

    What gives way is put down in the note, so that a merge loses nothing.
    """
    lost = [
        theirs
        for own, theirs in ((kept.code, other.code), (kept.vendor, other.vendor))
        if own and theirs and fold(own) != fold(theirs)
    ]
    notes = [kept.note, other.note if other.note != kept.note else None]
    if lost:
        notes.append(f"{other.name}: {', '.join(lost)}")
    return tidied_product(
        ProductDraft(
            kept.name, kept.code or other.code, kept.vendor or other.vendor, (*kept.plans, *other.plans),
            "\n".join(note for note in notes if note)[:NOTE_LIMIT],
        )
    )  # fmt: skip


def tidied_use(draft: ProductUseDraft) -> ProductUseDraft:
    """Return a use without surrounding blanks; what is empty is None."""
    values = {field.name: getattr(draft, field.name) for field in fields(draft)}
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = plain(value).strip() or (None if name != "product" else "")
    return ProductUseDraft(**values)


def use_problems(draft: ProductUseDraft) -> dict[str, KnownError]:
    """Return what is wrong with a tidied use, by field."""
    found: dict[str, KnownError | None] = {
        "product": text_problem("product", draft.product, NAME_LIMIT),
        "plan": text_problem("plan", draft.plan or "", TEXT_LIMIT),
        "serial": text_problem("serial", draft.serial or "", TEXT_LIMIT),
        "note": text_problem("note", draft.note or "", NOTE_LIMIT),
    }
    if not fold(draft.product):
        found["product"] = InvalidValueError("value_required", field="product")
    for name in _DATES:
        value = getattr(draft, name)
        if value is not None and not is_date(value):
            found[name] = InvalidValueError("date_invalid", field=name, value=value)
    if draft.quantity is not None and not 0 <= draft.quantity < 1 << 53:
        found["quantity"] = InvalidValueError("quantity_invalid", field="quantity")
    if not found.keys() & {"since", "until"} and (draft.until or "9") < (draft.since or ""):
        found["until"] = InvalidValueError("use_ends_early", field="until")
    return {name: problem for name, problem in found.items() if problem is not None}
