"""Own fields as columns of both lists: chosen, shown, ordered, edited in place, copied, kept and renewed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QComboBox

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.custom_fields import FieldKind, column_of
from crm_desktop.operations import contacts, custom_fields
from crm_desktop.operations.custom_fields import FieldDraft
from crm_desktop.ui.messages import DASH
from crm_desktop.ui.pages.address_book.page import AddressBookPage
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.contact_list_view import ContactListView
from crm_desktop.ui.widgets.field_editors import ChoiceField, DateField
from crm_desktop.ui.widgets.text_field import TextField
from tests.operations.own_fields import one_of_each, somebody
from tests.ui.desk import Desk
from tests.ui.shell.test_change_watch import by_somebody_else, look

HARRIET, ZOE, OWEN = 1, 2, 3


@pytest.fixture
def fields(desk: Desk) -> dict[FieldKind, int]:
    return one_of_each(desk.session)


@pytest.fixture
def page(desk: Desk, fields: dict[FieldKind, int]) -> CustomersPage:
    assert fields
    made = desk.page("customers")
    assert isinstance(made, CustomersPage)
    desk.workspace.refresh()
    desk.settle()
    return made


def column_action(page: ContactListView, title: str) -> QAction:
    menu = page.table.columns_menu(page)
    return next(action for action in menu.actions() if action.text() == title)


def show(desk: Desk, page: ContactListView, *titles: str) -> None:
    for title in titles:
        column_action(page, title).trigger()
    desk.settle()


def place_of(page: ContactListView, field_id: int) -> int:
    place = page.model.column_of(column_of(field_id))
    assert place is not None
    return place


def text(page: ContactListView, contact_id: int, field_id: int) -> str:
    row = page.model.row_of(contact_id)
    assert row is not None
    return str(page.model.index(row, place_of(page, field_id)).data())


def give(desk: Desk, contact_id: int, field_id: int, value: str) -> None:
    row = contacts.contact_rows(desk.session, [contact_id])[contact_id]
    contacts.set_field(desk.session, contact_id, column_of(field_id), value, version=row.version)
    desk.workspace.refresh()
    desk.settle()


def names(page: ContactListView) -> list[str]:
    return [str(page.model.index(row, 0).data()).partition(" ")[0] for row in range(page.model.rowCount())]


def edit(desk: Desk, page: ContactListView, contact_id: int, field_id: int) -> TextField | ChoiceField:
    """Press F2 in a cell; return the editor that opens."""
    row = page.model.row_of(contact_id)
    assert row is not None
    page.table.setCurrentIndex(page.model.index(row, place_of(page, field_id)))
    page.table.setFocus()
    desk.qtbot.keyClick(page.table, Qt.Key.Key_F2)
    opened = page.table.delegate._edit
    assert opened is not None
    assert isinstance(opened.editor, TextField | ChoiceField)
    return opened.editor


def is_editing(page: ContactListView) -> bool:
    return page.table.editing


def test_every_kind_is_chosen_shown_and_remembered(
    desk: Desk, page: CustomersPage, fields: dict[FieldKind, int]
) -> None:
    values = {
        FieldKind.TEXT: ("Ostkai", "Ostkai"), FieldKind.NUMBER: ("1 200,5", "1200.5"),
        FieldKind.DATE: ("2026-03-31", "31 Mar 2026"), FieldKind.CHOICE: ("Gold", "Gold"),
        FieldKind.YES_NO: ("no", "no"), FieldKind.LINK: ("https://quay.example", "https://quay.example"),
    }  # fmt: skip
    for kind, (typed, _) in values.items():
        give(desk, HARRIET, fields[kind], typed)
        assert page.table.isColumnHidden(place_of(page, fields[kind]))
    show(desk, page, *(f"My {kind}" for kind in FieldKind))
    for kind, (_, seen) in values.items():
        assert not page.table.isColumnHidden(place_of(page, fields[kind]))
        assert text(page, HARRIET, fields[kind]) == seen
        assert text(page, ZOE, fields[kind]) == DASH
    seats = place_of(page, fields[FieldKind.NUMBER])
    header = page.table.horizontalHeader()
    header.moveSection(header.visualIndex(seats), 1)
    page.fit.active = False
    page.table.setColumnWidth(seats, 177)
    page.remember()
    made = CustomersPage(page.context)
    desk.qtbot.addWidget(made)
    desk.settle()
    assert made.table.horizontalHeader().visualIndex(seats) == 1
    assert made.table.columnWidth(seats) == 177
    assert not made.table.isColumnHidden(place_of(made, fields[FieldKind.LINK]))


def test_the_title_orders_the_list_and_the_order_is_remembered(
    desk: Desk, page: CustomersPage, fields: dict[FieldKind, int]
) -> None:
    seats = fields[FieldKind.NUMBER]
    for contact_id, value in ((HARRIET, "10"), (OWEN, "9")):
        give(desk, contact_id, seats, value)
    show(desk, page, "My number")
    page.table._sort_clicked(place_of(page, seats))
    desk.settle()
    assert names(page) == ["Owen", "Harriet", "Zoë"]
    page.table._sort_clicked(place_of(page, seats))
    desk.settle()
    assert names(page) == ["Harriet", "Owen", "Zoë"]
    page.remember()
    made = CustomersPage(page.context)
    desk.qtbot.addWidget(made)
    desk.settle()
    assert names(made) == ["Harriet", "Owen", "Zoë"]
    # Who is brought into view stays there, however the list is ordered.
    desk.workspace.pages.show_contact(ZOE)
    desk.settle()
    assert page.current_contact() == ZOE


@pytest.mark.parametrize(
    ("kind", "editor", "bad", "said", "good", "seen"),
    [
        (FieldKind.NUMBER, TextField, "many", "is not a number", "12,5", "12.5"),
        (FieldKind.DATE, DateField, "30.2.2026", "", "31.3.2026", "31 Mar 2026"),
        (FieldKind.LINK, TextField, "nothing", "", "quay.example", "quay.example"),
    ],
)
def test_f2_refuses_a_bad_value_in_the_cell_and_takes_a_good_one(  # noqa: PLR0917 - the columns of the table
    desk: Desk, page: CustomersPage, fields: dict[FieldKind, int], kind: FieldKind,
    editor: type[TextField], bad: str, said: str, good: str, seen: str,
) -> None:  # fmt: skip
    show(desk, page, f"My {kind}")
    opened = edit(desk, page, HARRIET, fields[kind])
    assert isinstance(opened, editor)
    opened.setText(bad)
    desk.qtbot.keyClick(opened, Qt.Key.Key_Return)
    desk.settle()
    assert is_editing(page)
    assert bad in page.table.delegate.refusal
    assert said in page.table.delegate.refusal
    opened.setText(good)
    desk.qtbot.keyClick(opened, Qt.Key.Key_Return)
    desk.settle()
    assert not is_editing(page)
    assert text(page, HARRIET, fields[kind]) == seen
    desk.workspace.record_undo()
    desk.settle()
    assert text(page, HARRIET, fields[kind]) == DASH


@pytest.mark.parametrize(("kind", "value"), [(FieldKind.CHOICE, "Silver"), (FieldKind.YES_NO, "yes")])
def test_f2_offers_the_choices(
    desk: Desk, page: CustomersPage, fields: dict[FieldKind, int], kind: FieldKind, value: str
) -> None:
    show(desk, page, f"My {kind}")
    opened = edit(desk, page, OWEN, fields[kind])
    assert isinstance(opened, QComboBox)
    assert opened.value() == ""
    opened.set_value(value)
    desk.qtbot.keyClick(opened, Qt.Key.Key_Return)
    desk.settle()
    assert text(page, OWEN, fields[kind]) == value
    opened = edit(desk, page, OWEN, fields[kind])
    assert opened.value() == value
    opened.set_value("")
    desk.qtbot.keyClick(opened, Qt.Key.Key_Return)
    desk.settle()
    assert text(page, OWEN, fields[kind]) == DASH


def test_the_editor_of_a_choice_stays_as_large_as_it_opened(
    desk: Desk, page: CustomersPage, fields: dict[FieldKind, int]
) -> None:
    """Qt lets such a box take the size of its choices a moment later."""
    show(desk, page, "My choice")
    opened = edit(desk, page, OWEN, fields[FieldKind.CHOICE])
    assert isinstance(opened, ChoiceField)
    before = opened.geometry()
    assert before.width() > opened.sizeHint().width()
    assert opened.sizeAdjustPolicy() is not ChoiceField.SizeAdjustPolicy.AdjustToContents
    desk.settle()
    assert opened.geometry() == before
    desk.qtbot.keyClick(opened, Qt.Key.Key_Escape)


def test_rows_are_copied_with_their_own_fields(
    desk: Desk, page: CustomersPage, fields: dict[FieldKind, int]
) -> None:
    give(desk, HARRIET, fields[FieldKind.DATE], "2026-03-31")
    show(desk, page, "My date")
    page.table.select_ids([HARRIET, OWEN])
    page.table.copy()
    titles, *lines = QGuiApplication.clipboard().text().splitlines()
    place = titles.split("\t").index("My date")
    assert [line.split("\t")[place] for line in lines] == ["31 Mar 2026", DASH]


def test_fields_come_are_renamed_and_go_in_an_open_list(desk: Desk) -> None:
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    session = desk.session
    page.fit.active = False
    page.table.setColumnWidth(0, 231)
    level = custom_fields.define_field(session, FieldDraft("Level"))
    desk.workspace.refresh()
    desk.settle()
    assert page.table.isColumnHidden(place_of(page, level))
    show(desk, page, "Level")
    give(desk, ZOE, level, "Gold")
    page.table._sort_clicked(place_of(page, level))
    desk.settle()
    page.table.select_ids([OWEN])
    custom_fields.change_field(session, level, FieldDraft("Rank"), version=1)
    desk.workspace.refresh()
    desk.settle()
    header = page.model.headerData(place_of(page, level), Qt.Orientation.Horizontal)
    assert header == "Rank"
    assert not page.table.isColumnHidden(place_of(page, level))
    assert page.table.columnWidth(0) == 231
    assert page.current_contact() == OWEN
    assert names(page)[0] == "Zoë"
    custom_fields.remove_field(session, level)
    desk.workspace.refresh()
    desk.settle()
    assert page.model.column_of(column_of(level)) is None
    assert names(page) == ["Harriet", "Owen", "Zoë"]
    assert page.table.columnWidth(0) == 231
    desk.workspace.record_undo()
    desk.settle()
    assert text(page, ZOE, level) == "Gold"


def test_a_field_another_program_adds_comes_after_the_cell_is_edited(desk: Desk) -> None:
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    company = page.model.column_of("company")
    assert company is not None
    look(desk)
    page.table.setCurrentIndex(page.model.index(0, company))
    page.table.edit_current()
    opened = page.table.delegate._edit
    assert opened is not None
    level = custom_fields.define_field(desk.session, FieldDraft("Level"))
    by_somebody_else(desk)
    look(desk)
    assert is_editing(page)
    assert page.model.column_of(column_of(level)) is None
    desk.qtbot.keyClick(opened.editor, Qt.Key.Key_Escape)
    desk.qtbot.waitUntil(lambda: page.model.column_of(column_of(level)) is not None)
    desk.settle()
    assert not column_action(page, "Level").isChecked()


def test_a_field_of_customers_is_no_column_of_the_address_book(desk: Desk) -> None:
    session = desk.session
    seats = custom_fields.define_field(session, FieldDraft("Seats", FieldKind.NUMBER, for_address_book=False))
    desks = custom_fields.define_field(session, FieldDraft("Desk", for_customers=False))
    somebody(session, "Kai", {desks: "7b"}, Category.ADDRESS_BOOK)
    page = desk.page("address_book")
    assert isinstance(page, AddressBookPage)
    assert page.model.column_of(column_of(seats)) is None
    show(desk, page, "Desk")
    assert text(page, 4, desks) == "7b"
    opened = edit(desk, page, 4, desks)
    assert isinstance(opened, TextField)
    opened.setText("8a")
    desk.qtbot.keyClick(opened, Qt.Key.Key_Return)
    desk.settle()
    assert text(page, 4, desks) == "8a"
