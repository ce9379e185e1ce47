"""The page of the products and the tab of a card: seen, changed, merged, renewed, and undone."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from crm_desktop.domain.contact_drafts import ProductUseDraft
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import contacts, product_uses, products
from crm_desktop.operations.products import ProductDraft
from crm_desktop.operations.session import Session
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.pages.products.page import ProductsPage
from crm_desktop.ui.pages.products.renewals import Renewals
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.contact_products import ContactProducts, UseView
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.undoable_writes import UndoableWrites
from tests.environments import Office, add_member
from tests.ui.desk import Desk, add_people

OVERDUE, SOON, LATER = "2026-09-01", "2026-10-01", "2026-11-30"
"""The day of the tests is 21 September 2026."""


def fill(session: Session) -> None:
    """Three customers, three products: Harriet has Fleet Pro (overdue), Zoë Fleetpro, Owen nothing now."""
    add_people(session)
    products.add_product(session, ProductDraft("Atlas Desk", "AT-1", "Atlas", ("Basic", "Gold")))
    (harriet,) = product_uses.uses_of(session, 1)
    product_uses.renew_use(session, harriet.use.id, OVERDUE, version=1)
    product_uses.add_use(session, 2, ProductUseDraft("Fleetpro", quantity=3, renewal_on=SOON, plan="Gold"))
    product_uses.add_use(session, 3, ProductUseDraft("Fleetpro", since="2020-01-01", until="2024-01-01"))


@pytest.fixture
def shop(qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]) -> Iterator[Desk]:
    session = office.open()
    fill(session)
    desk = Desk(qtbot, office, tasks, session)
    yield desk
    desk.window.close()
    desk.settle()
    assert bugs == []


def page(desk: Desk) -> ProductsPage:
    found = desk.page("products")
    assert isinstance(found, ProductsPage)
    return found


def renewals(desk: Desk, chip: str) -> Renewals:
    found = page(desk)
    found.bring_section("renewals")
    found.renewals.chips._buttons[chip].click()
    desk.settle()
    return found.renewals


def choose(desk: Desk, name: str) -> ProductsPage:
    found = page(desk)
    product_id = next(product.id for product in products.products(desk.session) if product.name == name)
    found.catalogue.table.select_ids([product_id])
    desk.settle()
    return found


def tab(desk: Desk, contact_id: int) -> ContactProducts:
    found = desk.page("customers")
    assert isinstance(found, CustomersPage)
    found.show_contact(contact_id)
    desk.settle()
    found.panel.card.tabs.setCurrentWidget(found.panel.card.products)
    desk.settle()
    return found.panel.card.products


def form(writes: UndoableWrites) -> FormDialog:
    assert isinstance(writes.dialog, FormDialog)
    return writes.dialog


def submit(desk: Desk, writes: UndoableWrites, **values: object) -> None:
    dialog = form(writes)
    for key, value in values.items():
        dialog.form.editor(key).set_value(value)  # type: ignore[attr-defined]
    dialog.accept_button.click()
    desk.settle()


def undo(desk: Desk) -> None:
    desk.workspace.record_undo()
    desk.settle()


def names(found: ProductsPage) -> list[str]:
    model = found.catalogue.model
    return [str(model.index(place, 0).data()) for place in range(model.rowCount())]


def texts(found: object) -> str:
    assert hasattr(found, "findChildren")
    return "\n".join(part.accessibleName() or part.text() for part in found.findChildren(QLabel))


def verbs(found: ProductsPage) -> list[str]:
    menu = QMenu()
    found.catalogue._fill_menu(menu)
    return [action.text() for action in menu.actions()]


def press(view: UseView, words: str) -> None:
    view.buttons[words].click()


# --- the catalogue --------------------------------------------------------------------------------------


def test_the_catalogue_shows_counts_and_the_card_who_uses_it(shop: Desk) -> None:
    found = choose(shop, "Fleet Pro")
    assert names(found) == ["Atlas Desk", "Fleet Pro", "Fleetpro"]
    assert found.count.text() == "3"
    row = [str(found.catalogue.model.index(1, place).data()) for place in range(5)]
    assert row == ["Fleet Pro", "–", "1", "0 and 1 overdue", "offered"]
    card = found.catalogue.card
    assert [person.name for person in card.people] == ["Harriet Blythe", "Harriet Blythe"]
    assert "overdue since 1 Sept" in texts(card) or "overdue since 1 Sep" in texts(card)
    shop.qtbot.keyClick(card.people[0], Qt.Key.Key_Return)
    shop.settle()
    customers = shop.workspace.page
    assert isinstance(customers, CustomersPage)
    assert customers.current_contact() == 1


def test_all_who_use_it_are_shown_in_the_customers(shop: Desk) -> None:
    found = choose(shop, "Fleetpro")
    found.catalogue.card.all_button.click()
    shop.settle()
    customers = shop.workspace.page
    assert isinstance(customers, CustomersPage)
    shop.qtbot.waitUntil(lambda: list(customers.model.ids_between(0, 9)) == [2])


def test_search_and_chips_narrow_the_catalogue(shop: Desk) -> None:
    found = page(shop)
    for text, expected in (
        ("fleet", ["Fleet Pro", "Fleetpro"]),
        ("at-1", ["Atlas Desk"]),
        ("gold", ["Atlas Desk"]),
    ):
        found.search.setText(text)
        shop.settle()
        assert names(found) == expected
    found.search.setText("nothing")
    shop.settle()
    assert names(found) == []
    assert found.catalogue.card.line is None
    found.search.clear()
    found.catalogue.chips._buttons["unused"].click()
    shop.settle()
    assert names(found) == ["Atlas Desk"]


def test_a_product_is_added_with_a_refusal_at_its_field_and_undone(shop: Desk) -> None:
    found = page(shop)
    found.record_new()
    writes = found.catalogue.writes
    submit(shop, writes, name=" ")
    assert form(writes).form.refusal("name")
    submit(shop, writes, name="FLEET PRO")
    assert "already" in form(writes).form.refusal("name")
    submit(shop, writes, name="Boreal", code="B-1", plans="Basic\n\nGold", vendor="North", note="new")
    assert writes.dialog is None
    assert names(found) == ["Atlas Desk", "Boreal", "Fleet Pro", "Fleetpro"]
    line = found.catalogue.current()
    assert line is not None
    assert (line.product.name, line.product.plans) == ("Boreal", "Basic\nGold")
    assert "Basic, Gold" in texts(found.catalogue.card)
    undo(shop)
    assert "Boreal" not in names(found)


def test_a_product_is_renamed_in_its_cell_and_in_its_form(shop: Desk) -> None:
    found = choose(shop, "Fleet Pro")
    model = found.catalogue.model
    assert model.setData(model.index(1, 0), "Fleet Professional")
    shop.settle()
    assert names(found)[1] == "Fleet Professional"
    found.record_edit()
    submit(shop, found.catalogue.writes, name="Fleet")
    assert contacts.contact_rows(shop.session, [1])[1].product == "Fleet"
    undo(shop)
    undo(shop)
    assert names(found) == ["Atlas Desk", "Fleet Pro", "Fleetpro"]


def test_what_can_be_done_depends_on_who_has_it(shop: Desk) -> None:
    assert verbs(choose(shop, "Fleet Pro")) == ["Edit…", "Retire", "Merge into another…"]
    found = choose(shop, "Atlas Desk")
    assert verbs(found) == ["Edit…", "Retire", "Merge into another…", "Delete"]
    line = found.catalogue.current()
    assert line is not None
    found.catalogue.set_offered(line, offered=False)
    shop.settle()
    assert verbs(choose(shop, "Atlas Desk"))[1] == "Offer it again"
    line = found.catalogue.current()
    assert line is not None
    found.catalogue.delete(line)
    shop.settle()
    assert names(found) == ["Fleet Pro", "Fleetpro"]
    undo(shop)
    undo(shop)
    assert verbs(choose(shop, "Atlas Desk"))[1] == "Retire"


def test_two_spellings_are_merged_and_come_apart_again(shop: Desk) -> None:
    found = choose(shop, "Fleetpro")
    line = found.catalogue.current()
    assert line is not None
    found.catalogue.merge(line)
    writes = found.catalogue.writes
    submit(shop, writes)
    assert form(writes).form.refusal("kept")
    kept = next(product.id for product in products.products(shop.session) if product.name == "Fleet Pro")
    submit(shop, writes, kept=kept)
    assert names(found) == ["Atlas Desk", "Fleet Pro"]
    shown = found.catalogue.current()
    assert shown is not None
    assert (shown.product.id, shown.using_now, shown.used) == (kept, 2, 3)
    undo(shop)
    assert names(found) == ["Atlas Desk", "Fleet Pro", "Fleetpro"]


# --- renewals -------------------------------------------------------------------------------------------


def test_renewals_are_told_on_the_tab_and_listed_by_when(shop: Desk) -> None:
    found = page(shop)
    assert found.tabs.tabText(1) == "Renewals due (2)"
    pane = renewals(shop, "overdue")
    assert [str(pane.model.index(0, place).data()) for place in range(4)] == [
        "Harriet Blythe",
        "Fleet Pro",
        "–",
        "12",
    ]
    pane = renewals(shop, "30")
    row = [str(pane.model.index(0, place).data()) for place in range(4)]
    assert row == ["Zoë Łukasik", "Fleetpro", "Gold", "3"]
    pane.open_button.click()
    shop.settle()
    customers = shop.workspace.page
    assert isinstance(customers, CustomersPage)
    assert customers.current_contact() == 2


def test_renewals_are_ordered_by_what_the_header_says(shop: Desk) -> None:
    pane = renewals(shop, "90")
    for customer, day in ((2, "2026-11-01"), (3, "2026-10-15")):
        product_uses.add_use(shop.session, customer, ProductUseDraft("Atlas Desk", renewal_on=day))
    pane.refresh()
    for key, ascending, expected in (
        ("renewal", True, ["Zoë Łukasik", "Owen O'Neill", "Zoë Łukasik"]),
        ("customer", True, ["Owen O'Neill", "Zoë Łukasik", "Zoë Łukasik"]),
        ("product", False, ["Zoë Łukasik", "Owen O'Neill", "Zoë Łukasik"]),
    ):
        pane.table.sort_requested.emit(key, ascending)
        shop.settle()
        assert [str(pane.model.index(place, 0).data()) for place in range(3)] == expected


def test_a_renewal_is_set_a_year_on_and_undone(shop: Desk) -> None:
    pane = renewals(shop, "overdue")
    pane.renew_button.click()
    assert form(pane.writes).form.values() == {"renewal_on": "2027-09-01"}
    submit(shop, pane.writes, renewal_on="soon")
    assert form(pane.writes).form.refusal("renewal_on")
    submit(shop, pane.writes, renewal_on="2027-08-31")
    assert pane.model.rowCount() == 0
    assert not pane.renew_button.isEnabled()
    (line,) = product_uses.uses_of(shop.session, 1)
    assert line.use.renewal_on == "2027-08-31"
    undo(shop)
    assert pane.model.rowCount() == 1
    assert page(shop).tabs.tabText(1) == "Renewals due (2)"


def test_who_may_only_look_finds_no_verbs(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]
) -> None:
    session = office.open()
    fill(session)
    add_member(session, "vera", Role.VIEWER)
    session.close()
    desk = Desk(qtbot, office, tasks, office.open("vera"))
    found = choose(desk, "Fleet Pro")
    assert found.new_button is None
    assert verbs(found) == []
    assert found.catalogue.card.more_button.isHidden()
    assert renewals(desk, "overdue").renew_button.isHidden()
    products_tab = tab(desk, 1)
    assert [view.line.product for view in products_tab.views] == ["Fleet Pro"]
    assert products_tab.findChildren(QPushButton) == []
    desk.window.close()
    desk.settle()
    assert bugs == []


# --- the tab of a card ----------------------------------------------------------------------------------


def test_a_use_is_added_with_the_plans_of_the_catalogue(shop: Desk) -> None:
    found = tab(shop, 2)
    found.add()
    dialog = form(found.writes)
    editor = dialog.form.editor("product")
    shop.qtbot.keyClicks(editor, "atl")
    assert editor.completer().model().stringList() == ["Atlas Desk"]  # type: ignore[attr-defined]
    submit(shop, found.writes, product="")
    assert dialog.form.refusal("product")
    editor.set_value("Atlas Desk")  # type: ignore[attr-defined]
    plan = dialog.form.editor("plan")
    shop.qtbot.keyClicks(plan, "g")
    assert plan.completer().model().stringList() == ["Gold"]  # type: ignore[attr-defined]
    submit(shop, found.writes, plan="Gold", quantity="many")
    assert dialog.form.refusal("quantity")
    submit(
        shop, found.writes, quantity="4", since="2026-01-01", renewal_on=LATER, serial="S-1", note="by phone"
    )
    assert [view.line.product for view in found.views] == ["Atlas Desk", "Fleetpro"]
    assert "S-1" in texts(found)
    undo(shop)
    assert [view.line.product for view in tab(shop, 2).views] == ["Fleetpro"]


def test_a_use_ends_begins_again_is_renewed_changed_and_removed(shop: Desk) -> None:
    found = tab(shop, 1)
    press(found.views[0], "No longer uses…")
    assert form(found.writes).form.values() == {"until": "2026-09-21"}
    submit(shop, found.writes, until="2020-01-01")
    assert form(found.writes).form.refusal("until")
    submit(shop, found.writes, until="2026-09-20")
    assert list(found.views[0].buttons) == ["Edit", "Uses it again", "Remove"]
    assert contacts.contact_rows(shop.session, [1])[1].product is None
    press(found.views[0], "Uses it again")
    shop.settle()
    press(found.views[0], "Renewed until…")
    submit(shop, found.writes)
    assert found.views[0].line.use.renewal_on == "2027-09-01"
    press(found.views[0], "Edit")
    submit(shop, found.writes, quantity="20")
    assert found.views[0].line.use.quantity == 20
    press(found.views[0], "Remove")
    shop.settle()
    assert found.views == []
    for _ in range(5):
        undo(shop)
    (line,) = product_uses.uses_of(shop.session, 1)
    assert (line.use.quantity, line.use.renewal_on, line.use.until) == (12, OVERDUE, None)


def test_the_form_of_the_card_saves_after_a_use_was_changed_on_it(shop: Desk) -> None:
    found = tab(shop, 1)
    press(found.views[0], "Renewed until…")
    submit(shop, found.writes)
    customers = shop.workspace.page
    assert isinstance(customers, CustomersPage)
    customers.record_edit()
    assert customers.panel.editor.form is not None
    customers.panel.editor.form.editor("title").set_value("Head of dispatch")  # type: ignore[attr-defined]
    customers.record_save()
    shop.settle()
    assert contacts.card(shop.session, 1).contact.title == "Head of dispatch"
    (line,) = product_uses.uses_of(shop.session, 1)
    assert line.use.renewal_on == "2027-09-01"
