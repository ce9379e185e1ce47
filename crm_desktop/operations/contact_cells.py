"""One cell of a list of contacts, typed over: the draft with that one value changed. Pure."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from crm_desktop.domain.contact_drafts import (
    TEXT_FIELDS,
    AddressDraft,
    ContactDraft,
    EmailDraft,
    PhoneDraft,
    ProductUseDraft,
    split_name,
)
from crm_desktop.domain.contacts import ContactKind, CustomerStatus
from crm_desktop.domain.custom_fields import own_field_of
from crm_desktop.domain.errors import InvalidValueError

Part = TypeVar("Part", PhoneDraft, EmailDraft, ProductUseDraft)


def with_cell(draft: ContactDraft, field: str, text: str) -> ContactDraft:
    """Return ``draft`` with the cell ``field`` set to ``text`` (no blanks around it; empty removes it).

    ``phone``, ``email``, ``city`` and ``product`` stand for the one the list shows; ``custom.<id>`` is an own
    field. Raises InvalidValueError: ``field_unknown``, ``value_required`` for a name, ``value_not_in_list``.
    """
    if field in _CELLS:
        return _CELLS[field](draft, text)
    own = own_field_of(field)
    if own is not None:
        return replace(draft, custom=_with_own(draft.custom, own, text))
    if field in TEXT_FIELDS:
        return replace(draft, **{field: text or None})  # type: ignore[arg-type]  # a text field of the draft
    raise InvalidValueError("field_unknown", field=field)


def _with_name(draft: ContactDraft, text: str) -> ContactDraft:
    if not text:
        raise InvalidValueError("value_required", field="Name")
    if draft.kind is ContactKind.COMPANY:
        return replace(draft, company=text)
    # The list shows the name with prefix and suffix: what of them was not edited stays what it is.
    prefix = draft.prefix if draft.prefix and text.startswith(f"{draft.prefix} ") else None
    suffix = draft.suffix if draft.suffix and text.endswith(f" {draft.suffix}") else None
    middle = text.removeprefix(prefix or "").removesuffix(suffix or "").strip()
    return replace(draft, **split_name(middle), prefix=prefix, suffix=suffix)  # type: ignore[arg-type]


def _with_own(values: tuple[tuple[int, str], ...], field_id: int, text: str) -> tuple[tuple[int, str], ...]:
    others = tuple(value for value in values if value[0] != field_id)
    return tuple(sorted((*others, (field_id, text)))) if text else others


def _with_status(draft: ContactDraft, text: str) -> ContactDraft:
    try:
        return replace(draft, status=CustomerStatus(text))
    except ValueError:
        raise InvalidValueError("value_not_in_list", field="Status", value=text) from None


def _with_phone(draft: ContactDraft, text: str) -> ContactDraft:
    values: dict[str, object] = {"raw": text, "unchecked": False}
    return replace(draft, phones=_with_shown(draft.phones, PhoneDraft(raw=text), values, text))


def _with_email(draft: ContactDraft, text: str) -> ContactDraft:
    new = EmailDraft(address=text)
    return replace(draft, emails=_with_shown(draft.emails, new, {"address": text}, text))


def _with_shown(items: tuple[Part, ...], new: Part, values: dict[str, object], text: str) -> tuple[Part, ...]:
    """Change the primary item, or the first; an empty text removes it."""
    if not items:
        return (new,) if text else ()
    index: int = next((i for i, item in enumerate(items) if getattr(item, "is_primary", False)), 0)
    if not text:
        return items[:index] + items[index + 1 :]
    return (*items[:index], replace(items[index], **values), *items[index + 1 :])  # type: ignore[arg-type]


def _with_product(draft: ContactDraft, text: str) -> ContactDraft:
    current = tuple(use for use in draft.product_uses if use.until is None)
    former = tuple(use for use in draft.product_uses if use.until is not None)
    shown = _with_shown(current, ProductUseDraft(product=text), {"product": text}, text)
    return replace(draft, product_uses=(*shown, *former))


def _with_city(draft: ContactDraft, text: str) -> ContactDraft:
    """Set the city of the address the list shows: the primary one that is still in use."""
    addresses = draft.addresses
    in_use = [index for index, address in enumerate(addresses) if not address.former]
    if not in_use:
        return replace(draft, addresses=(*addresses, AddressDraft(city=text)))
    shown = next((index for index in in_use if addresses[index].is_primary), in_use[0])
    changed = replace(addresses[shown], city=text or None)
    return replace(draft, addresses=(*addresses[:shown], changed, *addresses[shown + 1 :]))


_CELLS: dict[str, Callable[[ContactDraft, str], ContactDraft]] = {
    "display_name": _with_name,
    "status": _with_status,
    "phone": _with_phone,
    "email": _with_email,
    "city": _with_city,
    "product": _with_product,
}
