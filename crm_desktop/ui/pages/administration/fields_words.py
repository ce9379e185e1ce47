"""Kinds of own fields in words, for their administration."""

from crm_desktop.domain.custom_fields import CustomField, FieldKind
from crm_desktop.ui.messages import tr


def kind_word(kind: FieldKind) -> str:
    """Return what a field holds."""
    return {
        FieldKind.TEXT: tr("Text"),
        FieldKind.NUMBER: tr("Number"),
        FieldKind.DATE: tr("Date"),
        FieldKind.CHOICE: tr("Choice"),
        FieldKind.YES_NO: tr("Yes or no"),
        FieldKind.LINK: tr("Link"),
    }[kind]


def field_line(field: CustomField) -> str:
    """Return the second line of a field: kind, choices, and whose it is."""
    lists = {
        (True, True): tr("customers and address book"),
        (True, False): tr("customers"),
        (False, True): tr("address book"),
    }[field.for_customers, field.for_address_book]
    kind = kind_word(field.kind)
    if field.options:
        kind = f"{kind}: {', '.join(field.options)}"
    return f"{kind} · {lists}"
