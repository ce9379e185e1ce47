"""Fields of the organization's own: what they hold, and whether a value may stand in one. Pure."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from crm_desktop.domain.contact_drafts import TEXT_LIMIT, is_date, text_problem
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import InvalidValueError, KnownError

NAME_LIMIT = 60
_COLUMN = re.compile(r"custom\.(\d{1,10})", re.ASCII)
_LINK = re.compile(r"(https?://|mailto:)?[^\s/@:]+(\.|@)[^\s]+", re.IGNORECASE)


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"
    LINK = "link"


YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field of the office's own; ``choices`` is a JSON list, ``removed_at`` hides it and its values."""

    id: int
    uuid: bytes
    version: int
    position: int
    name: str
    name_key: str
    kind: FieldKind
    choices: str | None
    for_customers: bool
    for_address_book: bool
    removed_at: int | None

    @property
    def options(self) -> tuple[str, ...]:
        """The choices in their order."""
        return tuple(json.loads(self.choices)) if self.choices else ()

    def is_for(self, category: Category) -> bool:
        """Return whether contacts of a list have this field."""
        return self.for_customers if category is Category.CUSTOMER else self.for_address_book


def column_of(field_id: int) -> str:
    """Return the key under which lists, forms and filters know an own field."""
    return f"custom.{field_id}"


def own_field_of(key: str) -> int | None:
    """Return the id of the own field a key of :func:`column_of` stands for, None for another key."""
    found = _COLUMN.fullmatch(key)
    return int(found[1]) if found is not None else None


@dataclass(frozen=True, slots=True)
class FieldDraft:
    """A field as somebody is about to define it."""

    name: str
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[str, ...] = ()
    for_customers: bool = True
    for_address_book: bool = True


def tidy_field(draft: FieldDraft) -> FieldDraft:
    """Return ``draft`` without surrounding blanks, empty and double choices."""
    choices = tuple(dict.fromkeys(choice.strip() for choice in draft.choices if choice.strip()))
    return FieldDraft(
        name=draft.name.strip(),
        kind=draft.kind,
        choices=choices if draft.kind is FieldKind.CHOICE else (),
        for_customers=draft.for_customers,
        for_address_book=draft.for_address_book,
    )


def field_problem(draft: FieldDraft) -> KnownError | None:
    """Return why a tidied field cannot be defined."""
    if not draft.name:
        return InvalidValueError("value_required", field="name")
    for value in (draft.name, *draft.choices):
        if problem := text_problem("name", value, NAME_LIMIT):
            return problem
    if draft.kind is FieldKind.CHOICE and not draft.choices:
        return InvalidValueError("choices_needed", field="choices")
    if not (draft.for_customers or draft.for_address_book):
        return InvalidValueError("list_needed", field="for_customers")
    return None


def value_problem(field: CustomField, value: str) -> KnownError | None:
    """Return why ``value`` (not empty) cannot stand in ``field``.

    A choice that was taken off the list may stay where it is: the caller asks only about changed values.
    """
    if problem := text_problem(field.name, value, TEXT_LIMIT):
        return problem
    holds: dict[FieldKind, Callable[[], bool]] = {
        FieldKind.TEXT: lambda: True,
        FieldKind.NUMBER: lambda: canonical_number(value) is not None,
        FieldKind.DATE: lambda: is_date(value),
        FieldKind.CHOICE: lambda: value in field.options,
        FieldKind.YES_NO: lambda: value in (YES, NO),
        FieldKind.LINK: lambda: _LINK.fullmatch(value) is not None,
    }
    return None if holds[field.kind]() else _refusal(field, value)


def _refusal(field: CustomField, value: str) -> KnownError:
    facts = {"field": field.name, "value": value}
    if field.kind is FieldKind.NUMBER:
        return InvalidValueError("number_invalid", **facts)
    if field.kind is FieldKind.DATE:
        return InvalidValueError("date_invalid", **facts)
    if field.kind is FieldKind.LINK:
        return InvalidValueError("link_invalid", **facts)
    return InvalidValueError("value_not_in_list", **facts)


def canonical_number(text: str) -> str | None:
    """Return a typed number with a point and no grouping (``1234.5``), or None if it is none.

    One comma alone is a decimal comma; blanks and apostrophes group.
    """
    compact = re.sub(r"[\s'’]", "", text)
    if compact.count(",") == 1 and "." not in compact:
        compact = compact.replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d{1,30}(\.\d{0,15})?|\.\d{1,15})", compact, re.ASCII):
        return None
    try:
        return format(Decimal(compact), "f")
    except InvalidOperation:
        return None
