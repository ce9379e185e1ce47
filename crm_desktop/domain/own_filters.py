"""The office's own fields as fields a list can be filtered by."""

from collections.abc import Iterable

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.custom_fields import CustomField, column_of
from crm_desktop.domain.custom_fields import FieldKind as OwnKind
from crm_desktop.domain.filters import FieldKind, FilterField, OwnFields

_KINDS: dict[OwnKind, FieldKind] = {
    OwnKind.TEXT: FieldKind.TEXT,
    OwnKind.NUMBER: FieldKind.NUMBER,
    OwnKind.DATE: FieldKind.DATE,
    OwnKind.CHOICE: FieldKind.CHOICE,
    OwnKind.YES_NO: FieldKind.YES_NO,
    OwnKind.LINK: FieldKind.TEXT,
}


def own_filter_fields(fields: Iterable[CustomField], category: Category) -> OwnFields:
    """Return the own fields by their keys; a removed one is known by its name and filters nothing.

    So is one that contacts of the list do not have any more.
    """
    return {column_of(field.id): _filter_field(field, category) for field in fields}


def _filter_field(field: CustomField, category: Category) -> FilterField:
    removed = field.removed_at is not None or not field.is_for(category)
    return FilterField(
        column_of(field.id), _KINDS[field.kind], title=field.name, options=field.options, removed=removed
    )
