"""Which fields the table of the address book shows, in which order; hidden ones can be switched on."""

from crm_desktop.ui.widgets import contact_fields as known
from crm_desktop.ui.widgets.contact_fields import ContactField


def address_book_fields() -> list[ContactField]:
    """Return the fields of the table of the address book."""
    return [
        known.name_field(),
        known.company_field(),
        known.title_field().hidden(),
        known.phone_field(),
        known.email_field(),
        known.city_field(),
        known.last_contact_field().hidden(),
        known.missing_field(),
    ]
