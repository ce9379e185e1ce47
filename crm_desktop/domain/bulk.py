"""Changing many records at once: the one list of what can be changed, and a change as somebody asks for it.

Pure: no file, no user. The list is shared by the dialog, the checks and what writes.
"""

from dataclasses import dataclass
from enum import StrEnum

from crm_desktop.domain.contact_drafts import TEXT_LIMIT, country_problem, is_date, text_problem
from crm_desktop.domain.contacts import Category, ContactKind, CustomerStatus
from crm_desktop.domain.custom_fields import (
    CustomField,
    FieldKind,
    canonical_number,
    column_of,
    value_problem,
)
from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.domain.folding import fold
from crm_desktop.domain.tags import NAME_LIMIT as TAG_LIMIT

EXAMPLES = 8
"""How many records a preview shows before and after."""


class BulkKind(StrEnum):
    """What a change of many is made of, and with it which editor asks for it."""

    TEXT = "text"
    STATUS = "status"
    OWNER = "owner"
    COUNTRY = "country"
    OWN = "own"
    TAGS = "tags"
    PRODUCT = "product"
    CATEGORY = "category"
    TRASH = "trash"


@dataclass(frozen=True, slots=True)
class BulkField:
    """Something many records can be given at once.

    ``kinds``: who has it at all. ``needs_value``: it cannot be emptied. ``has_day``: a day goes with it.
    ``searched``: a word of the search. ``own`` is the office's own field it stands for.
    """

    key: str
    kind: BulkKind
    kinds: frozenset[ContactKind] = frozenset(ContactKind)
    customers_only: bool = False
    needs_value: bool = False
    has_day: bool = False
    searched: bool = False
    own: CustomField | None = None

    def is_for(self, category: Category) -> bool:
        """Return whether records of a list have it."""
        if self.own is not None:
            return self.own.is_for(category)
        return category is Category.CUSTOMER or not self.customers_only


_PERSON, _COMPANY = frozenset({ContactKind.PERSON}), frozenset({ContactKind.COMPANY})
_K = BulkKind
ADD_TAGS, REMOVE_TAGS = "add_tags", "remove_tags"
ADD_PRODUCT, END_PRODUCT = "add_product", "end_product"
CATEGORY, TRASH, RESTORE = "category", "trash", "restore"

BULK_FIELDS: tuple[BulkField, ...] = (
    BulkField("status", _K.STATUS, customers_only=True, needs_value=True, has_day=True),
    BulkField("owner_id", _K.OWNER, customers_only=True),
    BulkField("source", _K.TEXT),
    BulkField("title", _K.TEXT, kinds=_PERSON, searched=True),
    BulkField("language", _K.TEXT, kinds=_PERSON),
    BulkField("industry", _K.TEXT, kinds=_COMPANY, searched=True),
    BulkField("size", _K.TEXT, kinds=_COMPANY),
    BulkField("legal_form", _K.TEXT, kinds=_COMPANY),
    BulkField("country", _K.COUNTRY),
    BulkField(ADD_TAGS, _K.TAGS, needs_value=True),
    BulkField(REMOVE_TAGS, _K.TAGS, needs_value=True),
    BulkField(ADD_PRODUCT, _K.PRODUCT, customers_only=True, needs_value=True, has_day=True),
    BulkField(END_PRODUCT, _K.PRODUCT, customers_only=True, needs_value=True, has_day=True),
    BulkField(CATEGORY, _K.CATEGORY, needs_value=True),
    BulkField(TRASH, _K.TRASH),
    BulkField(RESTORE, _K.TRASH),
)


def own_bulk_field(field: CustomField) -> BulkField:
    """Return what stands for one of the office's own fields."""
    return BulkField(column_of(field.id), BulkKind.OWN, searched=True, own=field)


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What many records are to be given.

    ``value``: a text, a status, a member's id, an ISO 3166-1 alpha-2 country, a product's name, a list; empty
    empties the field. ``names`` are tags. ``day`` (ISO 8601): a status or a product since then, or a product
    until then; empty is today.
    """

    field: str
    value: str = ""
    names: tuple[str, ...] = ()
    day: str = ""


def tidy_change(change: BulkChange, field: BulkField) -> BulkChange:
    """Return ``change`` without blanks around its values, each tag once, numbers with a point."""
    value = change.value.strip()
    if field.kind is BulkKind.COUNTRY:
        value = value.upper()
    if field.own is not None and field.own.kind is FieldKind.NUMBER:
        value = canonical_number(value) or value
    names: dict[str, str] = {}
    for name in change.names:
        if key := fold(name):
            names.setdefault(key, " ".join(name.split()))
    return BulkChange(change.field, value, tuple(names.values()), change.day.strip() if field.has_day else "")


def change_problem(change: BulkChange, field: BulkField) -> KnownError | None:
    """Return why a tidied change cannot be asked for: what the same value is refused for in the form."""
    if field.kind is BulkKind.TAGS:
        return _tags_problem(change)
    if not change.value:
        return InvalidValueError("value_required", field=field.key) if field.needs_value else None
    if change.day and not is_date(change.day):
        return InvalidValueError("date_invalid", field="day", value=change.day)
    return value_problem(field.own, change.value) if field.own is not None else _value_problem(change, field)


_WORDS = {
    BulkKind.STATUS: frozenset(map(str, CustomerStatus)),
    BulkKind.CATEGORY: frozenset(map(str, Category)),
}


def _value_problem(change: BulkChange, field: BulkField) -> KnownError | None:
    if field.kind is BulkKind.COUNTRY:
        return country_problem(change.value)
    words = _WORDS.get(field.kind)
    if words is not None and change.value not in words:
        return InvalidValueError("value_not_in_list", field=field.key, value=change.value)
    return text_problem(field.key, change.value, TEXT_LIMIT)


def _tags_problem(change: BulkChange) -> KnownError | None:
    if not change.names:
        return InvalidValueError("value_required", field=change.field)
    found = (text_problem("tags", name, TAG_LIMIT) for name in change.names)
    return next((problem for problem in found if problem is not None), None)
