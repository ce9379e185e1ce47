"""Own fields and relations in the window's filters: each kind's editor, the pill's words, a removed field."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.custom_fields import FieldKind, column_of
from crm_desktop.domain.filters import Condition, Definition, Operator
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.operations import contacts, custom_fields, filters
from crm_desktop.operations.relations import add_relation
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.filter_editor import ConditionDialog
from tests.operations.own_fields import one_of_each
from tests.ui.desk import Desk, answering

HARRIET, ZOE, OWEN = 1, 2, 3


@pytest.fixture
def fields(desk: Desk) -> dict[FieldKind, int]:
    made = one_of_each(desk.session)
    values = {
        FieldKind.TEXT: "Ostkai", FieldKind.NUMBER: "12.5", FieldKind.DATE: "2026-03-31",
        FieldKind.CHOICE: "Gold", FieldKind.YES_NO: "yes", FieldKind.LINK: "https://quay.example",
    }  # fmt: skip
    for version, (kind, value) in enumerate(values.items(), start=1):
        contacts.set_field(desk.session, ZOE, column_of(made[kind]), value, version=version)
    desk.workspace.refresh()
    desk.settle()
    return made


@pytest.fixture
def page(desk: Desk, fields: dict[FieldKind, int]) -> CustomersPage:
    assert fields
    made = desk.page("customers")
    assert isinstance(made, CustomersPage)
    return made


def names(page: CustomersPage) -> list[str]:
    return [str(page.model.index(row, 0).data()).partition(" ")[0] for row in range(page.model.rowCount())]


def pills(page: CustomersPage) -> list[str]:
    return [pill.words.text() for pill in page.filter_bar.pills]


def choose(box: object, value: object) -> None:
    place = box.findData(value)  # type: ignore[attr-defined]  # a QComboBox
    assert place >= 0
    box.setCurrentIndex(place)  # type: ignore[attr-defined]


def ask(
    desk: Desk, page: CustomersPage, field: str, operator: Operator, fill: Callable[[ConditionDialog], None]
) -> None:
    """Answer the dialog of a new condition."""

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, ConditionDialog)
        choose(dialog.field, field)
        choose(dialog.operator, operator)
        fill(dialog)
        dialog.accept()

    answering(answer)
    page.filter_button.click()
    desk.settle()


def tick(key: str) -> Callable[[ConditionDialog], None]:
    return lambda dialog: dialog.choices[key].setChecked(True)


def amounts(first: str, last: str) -> Callable[[ConditionDialog], None]:
    def fill(dialog: ConditionDialog) -> None:
        dialog.least.setText(first)
        dialog.most.setText(last)

    return fill


CASES: list[tuple[FieldKind, Operator, Callable[[ConditionDialog], None], str]] = [
    (FieldKind.TEXT, Operator.CONTAINS, lambda d: d.value.setText("OST"), "My text contains “OST”"),
    (FieldKind.LINK, Operator.IS, lambda d: d.value.setText("HTTPS://quay.example"), "My link is “HTTPS://quay.example”"),
    (FieldKind.NUMBER, Operator.BETWEEN, amounts("12,5", "13"), "My number between 12,5 and 13"),
    (FieldKind.NUMBER, Operator.AFTER, amounts("12", ""), "My number more than 12"),
    (FieldKind.DATE, Operator.NOT_EMPTY, lambda _d: None, "My date is not empty"),
    (FieldKind.CHOICE, Operator.ANY_OF, tick("Gold"), "My choice is one of Gold"),
    (FieldKind.YES_NO, Operator.ANY_OF, tick("yes"), "My yes_no is one of yes"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "operator", "fill", "words"), CASES)
def test_every_kind_is_asked_for_with_its_editor_and_edited_again(  # noqa: PLR0917 - the columns of the table
    desk: Desk, page: CustomersPage, fields: dict[FieldKind, int], kind: FieldKind, operator: Operator,
    fill: Callable[[ConditionDialog], None], words: str,
) -> None:  # fmt: skip
    ask(desk, page, column_of(fields[kind]), operator, fill)
    assert pills(page) == [words]
    assert names(page) == ["Zoë"]
    # Opened again it holds what was asked for.
    before = page.query.conditions
    answering(QDialog.accept)
    page.filter_bar.pills[0].words.click()
    desk.settle()
    assert page.query.conditions == before


def test_the_title_of_a_column_filters_by_it(
    desk: Desk, page: CustomersPage, fields: dict[FieldKind, int]
) -> None:
    key = column_of(fields[FieldKind.TEXT])
    assert key in page.table.filterable

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, ConditionDialog)
        assert dialog.chosen_field.title == "My text"
        choose(dialog.operator, Operator.EMPTY)
        dialog.accept()

    answering(answer)
    page.table.filter_requested.emit(key)
    desk.settle()
    assert names(page) == ["Harriet", "Owen"]


def test_numbers_that_are_none_are_refused_in_the_dialog(
    desk: Desk, page: CustomersPage, fields: dict[FieldKind, int]
) -> None:
    said: list[str] = []
    heights: list[int] = []

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, ConditionDialog)
        choose(dialog.field, column_of(fields[FieldKind.NUMBER]))
        QApplication.processEvents()
        heights.append(dialog.field.height())
        for first, last in (("many", "3"), ("4", "3")):
            amounts(first, last)(dialog)
            dialog.accept()
            assert dialog.condition is None
            QApplication.processEvents()
            heights.append(dialog.field.height())
            said.append(" ".join(part.text() for part in dialog.findChildren(QLabel) if part.isVisible()))
        dialog.reject()

    answering(answer)
    page.filter_button.click()
    desk.settle()
    assert len(set(heights)) == 1, "squeezed by the sentence"
    assert "“many” in My number is not a number" in said[0]
    assert "smaller than the first" in said[1]
    assert pills(page) == []


def test_relations_are_asked_for_with_and_without_a_name(desk: Desk, page: CustomersPage) -> None:
    add_relation(desk.session, OWEN, HARRIET, RelationDraft(RelationRole.REFERRED_BY))

    def related(dialog: ConditionDialog) -> None:
        choose(dialog.role, RelationRole.REFERRED_BY)
        dialog.other.setText("harr")

    ask(desk, page, "relation", Operator.IS, related)
    assert pills(page) == ["Referred by “harr”"]
    assert names(page) == ["Owen"]
    answering(QDialog.accept)
    page.filter_bar.pills[0].words.click()
    desk.settle()
    assert pills(page) == ["Referred by “harr”"]
    page.filters.set_conditions((Condition("relation", Operator.IS_NOT, ("referred_by",)),))
    desk.settle()
    assert pills(page) == ["not: Referred by anybody"]
    assert names(page) == ["Harriet", "Zoë"]
    page.filters.set_conditions(())
    ask(desk, page, "introduced_by", Operator.NOT_EMPTY, lambda _dialog: None)
    assert names(page) == ["Owen"]


def test_a_saved_view_says_that_its_field_was_removed_and_works_again_after_undo(
    desk: Desk, page: CustomersPage, fields: dict[FieldKind, int]
) -> None:
    level = fields[FieldKind.CHOICE]
    golden = Definition((Condition(column_of(level), Operator.ANY_OF, ("Gold",)),))
    view = filters.add_filter(desk.session, Category.CUSTOMER, "Golden", golden)
    page.refresh()
    desk.settle()
    page.filters.show_saved(view)
    desk.settle()
    assert names(page) == ["Zoë"]
    custom_fields.remove_field(desk.session, level)
    desk.workspace.refresh()
    desk.settle()
    assert pills(page) == ["My choice: this field was removed"]
    assert names(page) == []
    said = [part.text() for part in page.table.findChildren(QLabel) if part.isVisible()]
    assert any("“My choice” was removed" in words for words in said)
    # Pressed, the pill asks for another condition instead.
    answering(QDialog.reject)
    page.filter_bar.pills[0].words.click()
    desk.settle()
    assert pills(page) == ["My choice: this field was removed"]
    desk.workspace.record_undo()
    desk.settle()
    assert pills(page) == ["My choice is one of Gold"]
    assert names(page) == ["Zoë"]
    page.filter_bar.pills[0].remove.click()
    desk.settle()
    assert len(names(page)) == 3
