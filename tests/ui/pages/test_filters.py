"""Filters in the window: pills, saved views as chips, the header's menu, incomplete records, account ends."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.filters import Condition, Definition, Gap, Operator
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import bank_accounts, filters
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.filter_editor import ConditionDialog
from crm_desktop.ui.widgets.filter_words import condition_words
from crm_desktop.ui.widgets.saved_filters import NameDialog
from tests.environments import Office, add_member
from tests.ui.desk import Desk, add_people, answering

USES = Condition("product", Operator.NOT_EMPTY)
BLYTHE = Condition("name", Operator.CONTAINS, ("blythe",))


@pytest.fixture
def desk(qtbot: QtBot, office: Office, tasks: Tasks) -> Desk:
    session = office.open()
    add_people(session)
    return Desk(qtbot, office, tasks, session)


@pytest.fixture
def page(desk: Desk) -> CustomersPage:
    made = desk.page("customers")
    assert isinstance(made, CustomersPage)
    return made


def shown(page: CustomersPage) -> list[str]:
    return [str(page.model.index(row, 0).data()) for row in range(page.model.rowCount())]


def pills(page: CustomersPage) -> list[str]:
    return [pill.words.text() for pill in page.filter_bar.pills]


def chip_texts(page: CustomersPage) -> dict[str, str]:
    return {key: button.text() for key, button in page.chips._buttons.items()}


def condition_answer(fill: Callable[[ConditionDialog], None]) -> None:
    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, ConditionDialog)
        fill(dialog)
        dialog.accept()

    answering(answer)


def choose(box: object, value: object) -> None:
    box.setCurrentIndex(box.findData(value))  # type: ignore[attr-defined]  # a QComboBox


def test_a_condition_is_asked_for_shown_combined_and_taken_out(desk: Desk, page: CustomersPage) -> None:
    def company(dialog: ConditionDialog) -> None:
        choose(dialog.field, "email")
        choose(dialog.operator, Operator.BEGINS_WITH)
        dialog.value.setText("ZO")

    condition_answer(company)
    page.filter_button.click()
    desk.settle()
    assert shown(page) == ["Zoë Łukasik"]
    assert page.count.text() == "1"
    assert pills(page) == ["E-mail begins with “ZO”"]
    page.chips._buttons["lead"].click()
    desk.settle()
    assert shown(page) == []
    assert pills(page) == ["E-mail begins with “ZO”"]
    page.chips._buttons["active"].click()
    page.search.setText("harriet")
    desk.settle()
    assert shown(page) == []
    page.filter_bar.pills[0].remove.click()
    desk.settle()
    assert shown(page) == ["Harriet Blythe"]
    assert pills(page) == []


def test_a_pill_is_edited_and_removed_by_keyboard(desk: Desk, page: CustomersPage) -> None:
    page.filters.set_conditions((BLYTHE, USES))
    desk.settle()
    assert pills(page) == ["Name contains “blythe”", "Product used now is not empty"]
    condition_answer(lambda dialog: dialog.value.setText("zo"))
    page.filter_bar.pills[0].words.click()
    desk.settle()
    assert pills(page)[0] == "Name contains “zo”"
    assert shown(page) == []
    QTest.keyClick(page.filter_bar.pills[1].words, Qt.Key.Key_Delete)
    desk.settle()
    assert shown(page) == ["Zoë Łukasik"]


def test_a_value_that_is_none_is_refused_in_the_dialog(desk: Desk, page: CustomersPage) -> None:
    seen: list[str] = []

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, ConditionDialog)
        choose(dialog.field, "phone")
        dialog.value.setText("none")
        dialog.accept()
        seen.append(dialog.message.label.text() if hasattr(dialog.message, "label") else "shown")
        assert dialog.isVisible()
        dialog.reject()

    answering(look)
    page.filters.add()
    desk.settle()
    assert len(seen) == 1
    assert pills(page) == []


def test_a_column_is_filtered_from_its_header(desk: Desk, page: CustomersPage) -> None:
    place = page.model.column_of("company")
    assert place is not None
    header = page.table.horizontalHeader()
    menu = page.table._header_menu(QPoint(header.sectionViewportPosition(place) + 4, 4))
    condition_answer(lambda dialog: dialog.value.setText("partners"))
    menu.actions()[0].trigger()
    desk.settle()
    assert pills(page) == ["Company contains “partners”"]
    assert len(shown(page)) == 3


def test_a_view_is_saved_counted_chosen_changed_and_removed(desk: Desk, page: CustomersPage) -> None:
    page.filters.set_conditions((BLYTHE,))
    desk.settle()

    def name(dialog: QDialog) -> None:
        assert isinstance(dialog, NameDialog)
        dialog.name.setText("Blythes")
        dialog.accept()

    answering(name)
    page.filter_bar.save_button.click()
    desk.settle()
    key = page.chips.current()
    assert chip_texts(page)[key] == "Blythes  1"
    assert not page.filter_bar.update_button.isVisible()
    page.chips._buttons["all"].click()
    desk.settle()
    assert (pills(page), len(shown(page))) == ([], 3)
    page.chips._buttons[key].click()
    desk.settle()
    assert (pills(page), shown(page)) == (["Name contains “blythe”"], ["Harriet Blythe"])
    page.filters.set_conditions(())
    desk.settle()
    assert page.filter_bar.update_button.isVisible()
    page.filter_bar.update_button.click()
    desk.settle()
    assert chip_texts(page)[key] == "Blythes  3"
    known = page.filters.saved.of_chip(key)
    assert known is not None
    page.filters.saved._remove(known)
    desk.settle()
    assert key not in chip_texts(page)
    assert page.chips.current() == "all"
    desk.workspace.record_undo()
    desk.settle()
    assert chip_texts(page)[key] == "Blythes  3"


def test_a_name_that_is_there_is_said_in_the_dialog(desk: Desk, page: CustomersPage) -> None:
    filters.add_filter(desk.session, Category.CUSTOMER, "Mine", Definition((USES,)))

    def name(dialog: QDialog) -> None:
        assert isinstance(dialog, NameDialog)
        dialog.name.setText("mine")
        dialog.accept()
        desk.tasks.wait_idle()
        assert dialog.isVisible()
        assert dialog.accept_button.isEnabled()
        dialog.reject()

    answering(name)
    page.filters.save_view()
    desk.settle()
    assert [known.name for known in filters.saved(desk.session, Category.CUSTOMER)] == ["Mine"]


def test_incomplete_records_say_what_is_missing(desk: Desk, page: CustomersPage) -> None:
    page.chips._buttons["incomplete"].click()
    desk.settle()
    place = page.model.column_of("missing")
    assert place is not None
    assert not page.table.isColumnHidden(place)
    by_name = {name: page.model.index(row, place).data() for row, name in enumerate(shown(page))}
    assert by_name["Harriet Blythe"] == "address, recent contact"
    assert by_name["Owen O'Neill"] == "address, product, recent contact"
    page.chips._buttons["all"].click()
    desk.settle()
    assert page.table.isColumnHidden(place)


def test_nothing_fits_and_the_filters_are_cleared(desk: Desk, page: CustomersPage) -> None:
    page.filters.set_conditions((Condition("city", Operator.IS, ("Atlantis",)),))
    desk.settle()
    assert shown(page) == []
    assert page.table._empty is not None
    assert page.table._empty.isVisible()
    page.filters.clear()
    desk.settle()
    assert len(shown(page)) == 3


def test_four_digits_mark_who_was_found_by_an_account(desk: Desk, page: CustomersPage) -> None:
    owner = page.model.ids_between(0, 0)[0]
    bank_accounts.add_account(
        desk.session, owner, BankDetails(account="DE89370400440532013000", holder="Harriet Blythe")
    )
    page.search.setText("3000")
    desk.settle()
    cell = page.model.index(0, 0)
    assert shown(page) == ["Harriet Blythe"]
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == "Found by the end of a bank account"
    assert "bank account" in str(cell.data(Qt.ItemDataRole.AccessibleTextRole))
    assert page.hint.text() == "Who has the bank sign was found by the end of a bank account."
    assert page.hint.isVisible()
    assert not page.keep_words.isVisible()
    page.remember()
    with desk.session.database.read() as connection:
        stored = connection.execute("SELECT value FROM member_setting").fetchall()
    assert not any("3000" in value for (value,) in stored)


def test_words_alone_are_kept_from_the_search_field_and_typing_moves_nothing(
    desk: Desk, page: CustomersPage
) -> None:
    before = page.table.geometry().translated(page.splitter.pos())
    page.search.setText("blythe")
    desk.settle()
    assert not page.filter_bar.isVisible()
    assert page.table.geometry().translated(page.splitter.pos()) == before
    assert page.keep_words.isVisible()

    def name(dialog: QDialog) -> None:
        assert isinstance(dialog, NameDialog)
        dialog.name.setText("All Blythes")
        dialog.accept()

    answering(name)
    page.keep_words.trigger()
    desk.settle()
    assert chip_texts(page)[page.chips.current()] == f"All Blythes  {len(shown(page))}"
    page.chips._buttons["all"].click()
    desk.settle()
    assert page.search.text() == ""
    assert not page.keep_words.isVisible()


def test_a_role_without_calls_or_filters_has_neither(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    session = office.open()
    add_people(session)
    add_member(session, "viewer", Role.VIEWER)
    quiet = Definition((Condition("last_contact", Operator.OLDER_THAN, ("30",)),))
    filters.add_filter(session, Category.CUSTOMER, "Quiet", quiet, shared=True)
    session.close()
    desk = Desk(qtbot, office, tasks, office.open("viewer"))
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    assert [key for key in chip_texts(page) if key.startswith("filter.")] == []
    assert "last_contact" not in {known.key for known in page.filters.fields()}
    page.chips._buttons["incomplete"].click()
    desk.settle()
    place = page.model.column_of("missing")
    assert place is not None
    assert page.model.index(0, place).data() == "address"
    assert not page.filter_bar.save_button.isVisible()
    page.search.setText("a")
    desk.settle()
    assert not page.keep_words.isVisible()


@pytest.mark.parametrize("text", ['" OR 1', "'; DROP TABLE contact; --", "100% W_", "NEAR(", "a\\"])
def test_fault_48_typed_syntax_is_only_text_in_a_filter(desk: Desk, page: CustomersPage, text: str) -> None:
    for field in ("name", "company", "email", "city", "product", "tag"):
        page.filters.set_conditions((Condition(field, Operator.CONTAINS, (text,)),))
        desk.settle()
        assert shown(page) == []
    page.filters.clear()
    desk.settle()
    assert len(shown(page)) == 3


def test_every_condition_has_words() -> None:
    assert condition_words(Condition("renewal", Operator.BETWEEN, ("2026-01-01", "2026-01-31"))).startswith(
        "Renewal between "
    )
    assert condition_words(Condition("status", Operator.ANY_OF, ("lead", "active"))) == (
        "Status is one of Lead, Active"
    )
    assert condition_words(Condition("last_contact", Operator.OLDER_THAN, ("1",))) == (
        "Last contact longer ago than 1 day"
    )
    gaps = tuple(str(gap) for gap in Gap)
    assert condition_words(Condition("incomplete", Operator.ANY_OF, gaps)) == (
        "Missing: phone, e-mail, address, product, contact for 180 days"
    )


def test_birthdays_are_asked_for_by_month_and_by_days_to_come(desk: Desk, page: CustomersPage) -> None:
    def months(dialog: ConditionDialog) -> None:
        choose(dialog.field, "birthday")
        choose(dialog.operator, Operator.ANY_OF)
        dialog.choices["06"].setChecked(True)

    condition_answer(months)
    page.filter_button.click()
    desk.settle()
    assert page.query.conditions == (Condition("birthday", Operator.ANY_OF, ("06",)),)
    assert pills(page) == ["Birthday in June"]

    def days(dialog: ConditionDialog) -> None:
        assert dialog.choices["06"].isChecked()
        choose(dialog.operator, Operator.WITHIN)
        dialog.number.setValue(7)

    condition_answer(days)
    page.filter_bar.pills[0].words.click()
    desk.settle()
    assert page.query.conditions == (Condition("birthday", Operator.WITHIN, ("7",)),)
    assert pills(page) == ["Birthday within the next 7 days"]
