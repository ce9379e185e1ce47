"""Own fields of every kind, and people with values in them."""

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.custom_fields import FieldKind
from crm_desktop.operations import contacts, custom_fields
from crm_desktop.operations.custom_fields import FieldDraft
from crm_desktop.operations.session import Session
from tests.operations.samples import entry, person

LEVELS = ("Gold", "Silver", "Bronze")


def one_of_each(session: Session) -> dict[FieldKind, int]:
    """Define a field of every kind; return their ids."""
    return {
        kind: custom_fields.define_field(
            session, FieldDraft(f"My {kind}", kind, LEVELS if kind is FieldKind.CHOICE else ())
        )
        for kind in FieldKind
    }


def somebody(
    session: Session, given: str, values: dict[int, str], category: Category = Category.CUSTOMER
) -> int:
    """Add a person with these values in own fields."""
    make = person if category is Category.CUSTOMER else entry
    return contacts.add_contact(session, make(given, None, custom=tuple(values.items())))
