"""Changes of many in words: what can be changed, and stored values as people read them."""

from crm_desktop.domain.bulk import BulkField, BulkKind
from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.ui.messages import DASH, tr
from crm_desktop.ui.widgets.contact_options import ContactOptions, shown_value
from crm_desktop.ui.widgets.words import field_word, status_word


def bulk_word(field: BulkField) -> str:
    """Return what a change is called."""
    if field.own is not None:
        return field.own.name
    return {
        "owner_id": tr("Owner"),
        "country": tr("Country of the main address"),
        "add_tags": tr("Add tags"),
        "remove_tags": tr("Remove tags"),
        "add_product": tr("Add a product used now"),
        "end_product": tr("End the use of a product"),
        "category": tr("Move to the other list"),
        "trash": tr("Move to trash"),
        "restore": tr("Restore from trash"),
    }.get(field.key) or field_word("contact", field.key)


def stored_word(field: BulkField, options: ContactOptions, value: str) -> str:
    """Return a stored value as people read it."""
    if field.kind is BulkKind.TRASH:
        return tr("in the trash") if value else tr("in the list")
    if not value:
        return DASH
    if field.own is not None:
        return shown_value(field.own, value)
    words = {
        BulkKind.STATUS: lambda: status_word(CustomerStatus(value)),
        BulkKind.OWNER: lambda: options.owner(int(value)) or value,
        BulkKind.CATEGORY: lambda: tr("Customers") if value == Category.CUSTOMER else tr("Address book"),
    }.get(field.kind)
    return words() if words is not None else ", ".join(value.split("\n"))
