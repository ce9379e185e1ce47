"""The products in the real window: who uses what, a renewal and its undo, two spellings merged, a card's tab.

Follows the sample's pages: an administrator is signed in to the sample organization.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from shiboken6 import isValid

from crm_desktop.operations import product_uses, products
from crm_desktop.operations.products import ProductDraft
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.pages.products.page import ProductsPage
from crm_desktop.ui.widgets.form_dialog import FormDialog
from tests.e2e.driver import Driver


def _page(driver: Driver) -> ProductsPage:
    driver.workspace.pages.show_named("products")
    driver.settle()
    return driver.page(ProductsPage)


def _fill_in(driver: Driver, picture: str, **values: object) -> None:
    """Answer the next form with ``values``, after a picture of it."""

    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        for key, value in values.items():
            dialog.form.editor(key).set_value(value)  # type: ignore[attr-defined]
        driver.picture(picture)
        driver.click(dialog.accept_button)
        driver.until(lambda: not isValid(dialog) or not dialog.isVisible(), "the form to be saved")

    driver.answer(FormDialog, fill)


def catalogue(driver: Driver) -> None:
    """The catalogue with its counts, and on the card who uses a product now."""
    page = _page(driver)
    driver.until(lambda: page.catalogue.model.rowCount() >= 2, "the catalogue")
    used = max(products.product_lines(driver.workspace.session), key=lambda line: line.using_now)
    page.catalogue.table.select_ids([used.product.id])
    driver.settle()
    assert page.catalogue.card.people
    driver.picture("70-products")


def renewal(driver: Driver) -> None:
    """What renews within 90 days; the first is renewed for a year, and that is undone."""
    page = _page(driver)
    page.bring_section("renewals")
    driver.click(page.renewals.chips._buttons["90"])
    driver.until(lambda: page.renewals.current() is not None, "the renewals of the next 90 days")
    driver.settle()
    driver.picture("71-renewals")
    before = page.renewals.current()
    assert before is not None
    given = driver.answers_given
    _fill_in(driver, "72-renewed-until")
    driver.click(page.renewals.renew_button)
    driver.answered(given + 1)
    driver.settle()
    session = driver.workspace.session
    day = product_uses.renewal_rows(session, [before.id])[before.id].renewal_on
    assert day == product_uses.next_renewal(before.renewal_on)
    driver.workspace.record_undo()
    driver.settle()
    assert product_uses.renewal_rows(session, [before.id])[before.id].renewal_on == before.renewal_on


def merge(driver: Driver) -> None:
    """A second spelling comes in and is merged into the first."""
    page, session = _page(driver), driver.workspace.session
    page.bring_section("catalogue")
    first = products.products(session)[0]
    products.add_product(session, ProductDraft(f"{first.name} (old spelling)", vendor="Northline"))
    page.refresh()
    driver.settle()
    line = next(line for line in products.product_lines(session) if "old spelling" in line.product.name)
    given = driver.answers_given
    _fill_in(driver, "73-merge-products", kept=first.id)
    page.catalogue.table.select_ids([line.product.id])
    driver.settle()
    current = page.catalogue.current()
    assert current is not None
    page.catalogue.merge(current)
    driver.answered(given + 1)
    driver.settle()
    assert line.product.id not in {known.id for known in products.products(session)}


def card_tab(driver: Driver) -> None:
    """The tab of a customer: what is used now, with the day it renews."""
    page, session = _page(driver), driver.workspace.session
    used = max(products.product_lines(session), key=lambda line: line.using_now)
    (user,) = products.product_users(session, used.product.id, limit=1)
    page.contact_requested.emit(user.contact_id)
    driver.settle()
    customers = driver.page(CustomersPage)
    tabs = customers.panel.card.tabs
    tabs.setCurrentWidget(customers.panel.card.products)
    driver.settle()
    assert customers.panel.card.products.views
    driver.picture("74-products-of-a-customer")
    tabs.setCurrentIndex(0)
    customers.table.setFocus(Qt.FocusReason.OtherFocusReason)


def products_steps(driver: Driver) -> None:
    """Walk all of it."""
    for step in (catalogue, renewal, merge, card_tab):
        step(driver)
