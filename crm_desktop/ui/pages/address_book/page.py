"""The address book: suppliers, authorities, colleagues: everybody who is not a customer."""

from crm_desktop.domain.contacts import Category
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.address_book.fields import address_book_fields
from crm_desktop.ui.printing.list_page import PrintedListPage
from crm_desktop.ui.widgets.contact_list_texts import ListTexts
from crm_desktop.ui.widgets.page import PageContext


class AddressBookPage(PrintedListPage):
    """The list of address-book entries."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(
            context,
            category=Category.ADDRESS_BOOK,
            fields=address_book_fields(),
            texts=ListTexts(
                title=tr("Address book"),
                search=tr("Search name, company, phone, e-mail…"),
                new=tr("New entry"),
                empty=tr(
                    "Nobody here yet. The address book is for people and companies who are not customers."
                ),
                move=tr("Move to customers"),
                moved=tr("Moved to customers"),
                glyph="address-book",
            ),
        )
