"""The pages of the navigation, one line each: where a new page is added to the window."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP

from crm_desktop.ui.widgets.page import Page, PageContext


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: its name in settings, title, icon, the right it needs, and how it is made."""

    name: str
    title: str
    icon: str
    needs: str
    make: Callable[[PageContext], Page]
    gap_before: bool = False


def _today(context: PageContext) -> Page:
    from crm_desktop.ui.pages.today.page import TodayPage

    return TodayPage(context)


def _customers(context: PageContext) -> Page:
    from crm_desktop.ui.pages.customers.page import CustomersPage

    return CustomersPage(context)


def _address_book(context: PageContext) -> Page:
    from crm_desktop.ui.pages.address_book.page import AddressBookPage

    return AddressBookPage(context)


def _calls(context: PageContext) -> Page:
    from crm_desktop.ui.pages.calls.page import CallsPage

    return CallsPage(context)


def _follow_ups(context: PageContext) -> Page:
    from crm_desktop.ui.pages.follow_ups.page import FollowUpsPage

    return FollowUpsPage(context)


def _products(context: PageContext) -> Page:
    from crm_desktop.ui.pages.products.page import ProductsPage

    return ProductsPage(context)


def _privacy(context: PageContext) -> Page:
    from crm_desktop.ui.pages.privacy.page import PrivacyPage

    return PrivacyPage(context)


def _administration(context: PageContext) -> Page:
    from crm_desktop.ui.pages.administration.page import AdministrationPage

    return AdministrationPage(context)


PAGES: tuple[PageSpec, ...] = (
    PageSpec("today", str(QT_TRANSLATE_NOOP("", "Today")), "sun", "records.view", _today),
    PageSpec("customers", str(QT_TRANSLATE_NOOP("", "Customers")), "users", "records.view", _customers),
    PageSpec(
        "address_book",
        str(QT_TRANSLATE_NOOP("", "Address book")),
        "address-book",
        "records.view",
        _address_book,
    ),
    PageSpec("calls", str(QT_TRANSLATE_NOOP("", "Calls")), "phone", "calls.view", _calls),
    PageSpec(
        "follow_ups",
        str(QT_TRANSLATE_NOOP("", "Follow-ups")),
        "check-circle",
        "followups",
        _follow_ups,
    ),
    PageSpec("products", str(QT_TRANSLATE_NOOP("", "Products")), "package", "records.view", _products),
    PageSpec(
        "privacy",
        str(QT_TRANSLATE_NOOP("", "Privacy")),
        "shield-check",
        "self.consent",
        _privacy,
        gap_before=True,
    ),
    PageSpec(
        "administration",
        str(QT_TRANSLATE_NOOP("", "Administration")),
        "gear-six",
        "settings",
        _administration,
    ),
)
