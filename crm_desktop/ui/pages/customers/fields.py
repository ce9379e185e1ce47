"""Which fields the table of customers shows, in which order; hidden ones can be switched on."""

from crm_desktop.operations.session import Session
from crm_desktop.ui.widgets import contact_fields as known
from crm_desktop.ui.widgets.contact_fields import ContactField


def customer_fields(session: Session) -> list[ContactField]:
    """Return the fields of the table of customers."""
    return [
        known.name_field(),
        known.company_field(),
        known.phone_field(),
        known.product_field(session),
        known.status_field(),
        known.last_contact_field(),
        known.missing_field(),
        known.title_field().hidden(),
        known.email_field().hidden(),
        known.city_field().hidden(),
    ]
