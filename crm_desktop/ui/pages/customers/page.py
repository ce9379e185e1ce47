"""The customers: who they are, what they use, when they were last spoken to."""

from crm_desktop.domain.contacts import Category
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.customers.fields import customer_fields
from crm_desktop.ui.printing.list_page import PrintedListPage
from crm_desktop.ui.widgets.contact_list_texts import ListTexts
from crm_desktop.ui.widgets.page import PageContext


class CustomersPage(PrintedListPage):
    """The list of customers."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(
            context,
            category=Category.CUSTOMER,
            fields=customer_fields(context.session),
            texts=ListTexts(
                title=tr("Customers"),
                search=tr("Search name, company, phone, product…"),
                new=tr("New customer"),
                empty=tr("No customers yet. Add the first one, or move somebody here from the address book."),
                move=tr("Move to address book"),
                moved=tr("Moved to the address book"),
                glyph="users",
            ),
        )
