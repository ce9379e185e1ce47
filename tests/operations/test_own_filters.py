"""Filters by own fields and relations as verbs: what is refused, and a field that goes and comes back."""

import pytest

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.custom_fields import FieldKind, column_of
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.filters import Condition, Definition, Operator
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.operations import contacts, custom_fields, filters, undo
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.custom_fields import FieldDraft
from crm_desktop.operations.list_queries import filter_fields
from crm_desktop.operations.relations import add_relation
from crm_desktop.operations.session import Session
from tests.environments import Office
from tests.operations.own_fields import one_of_each, somebody
from tests.operations.samples import person

CUSTOMER = Category.CUSTOMER


@pytest.fixture
def session(office: Office) -> Session:
    return office.open()


@pytest.fixture
def fields(session: Session) -> dict[FieldKind, int]:
    return one_of_each(session)


def found(session: Session, *conditions: Condition) -> list[int]:
    query = ContactQuery(CUSTOMER, conditions=conditions)
    ids = list(contacts.contact_ids(session, query))
    assert contacts.contact_count(session, query) == len(ids)
    return ids


@pytest.mark.parametrize(
    ("kind", "operator", "values", "code"),
    [
        (FieldKind.NUMBER, Operator.BETWEEN, ("5", "many"), "number_invalid"),
        (FieldKind.NUMBER, Operator.BETWEEN, ("9,5", "9"), "filter_numbers"),
        (FieldKind.NUMBER, Operator.CONTAINS, ("5",), "filter_unknown"),
        (FieldKind.DATE, Operator.BEFORE, ("2026-02-30",), "date_invalid"),
        (FieldKind.DATE, Operator.BETWEEN, ("2026-02-02", "2026-02-01"), "filter_order"),
        (FieldKind.YES_NO, Operator.ANY_OF, ("perhaps",), "filter_unknown"),
        (FieldKind.CHOICE, Operator.ANY_OF, (), "filter_value_missing"),
        (FieldKind.TEXT, Operator.CONTAINS, (" \u0301 ",), "filter_value_missing"),
        (FieldKind.TEXT, Operator.ANY_OF, ("a",), "filter_unknown"),
    ],
)
def test_a_condition_its_kind_cannot_have_is_refused_with_its_reason(  # noqa: PLR0917 - the columns above
    session: Session, fields: dict[FieldKind, int], kind: FieldKind, operator: Operator,
    values: tuple[str, ...], code: str,
) -> None:  # fmt: skip
    condition = Condition(column_of(fields[kind]), operator, values)
    with pytest.raises(InvalidValueError, match=code):
        found(session, condition)
    with pytest.raises(InvalidValueError, match=code):
        filters.add_filter(session, CUSTOMER, "View", Definition((condition,)))


@pytest.mark.parametrize("values", [("friend_of",), ("spouse_of", " "), ("spouse_of", "a", "b"), ()])
def test_a_relation_that_is_none_is_refused(session: Session, values: tuple[str, ...]) -> None:
    with pytest.raises(InvalidValueError, match=r"filter_unknown|filter_value_missing"):
        found(session, Condition("relation", Operator.IS, values))


def test_numbers_are_asked_for_as_they_are_typed(session: Session, fields: dict[FieldKind, int]) -> None:
    seats = fields[FieldKind.NUMBER]
    few, many = somebody(session, "Few", {seats: "9,5"}), somebody(session, "Many", {seats: "1 200"})
    none = somebody(session, "None", {})
    key = column_of(seats)
    assert found(session, Condition(key, Operator.AFTER, ("9,5",))) == [many]
    assert found(session, Condition(key, Operator.BETWEEN, ("9.50", "1'200"))) == [few, many]
    assert found(session, Condition(key, Operator.IS, ("1200.0",))) == [many]
    assert found(session, Condition(key, Operator.EMPTY)) == [none]


def test_a_saved_filter_whose_field_is_removed_stays_and_finds_nobody_until_it_is_back(
    session: Session, fields: dict[FieldKind, int]
) -> None:
    level = fields[FieldKind.CHOICE]
    golden = somebody(session, "Dana", {level: "Gold"})
    condition = Condition(column_of(level), Operator.ANY_OF, ("Gold",))
    view = filters.add_filter(session, CUSTOMER, "Golden", Definition((condition,)))
    assert filters.filter_counts(session, CUSTOMER) == {view: 1}
    custom_fields.remove_field(session, level)
    (named,) = filters.saved(session, CUSTOMER)
    assert named.definition.conditions == (condition,)
    assert filter_fields(session, CUSTOMER)[condition.field].removed
    assert filters.filter_counts(session, CUSTOMER) == {view: 0}
    for operator in (Operator.EMPTY, Operator.NOT_EMPTY):
        assert found(session, Condition(condition.field, operator)) == []
    with pytest.raises(InvalidValueError, match="filter_field_removed"):
        filters.change_filter(session, view, named.definition, version=named.version)
    undo.undo(session)
    assert found(session, condition) == [golden]


def test_a_field_a_list_has_no_more_filters_nothing_there(session: Session) -> None:
    desk = custom_fields.define_field(session, FieldDraft("Desk"))
    somebody(session, "Dana", {desk: "7b"})
    condition = Condition(column_of(desk), Operator.NOT_EMPTY)
    assert len(found(session, condition)) == 1
    custom_fields.change_field(session, desk, FieldDraft("Desk", for_customers=False), version=1)
    assert found(session, condition) == []
    assert not filter_fields(session, Category.ADDRESS_BOOK)[column_of(desk)].removed


def test_who_introduced_somebody_and_other_relations_are_asked_for(session: Session) -> None:
    dana, bo, kim = (somebody(session, name, {}) for name in ("Dana", "Bo", "Kim"))
    add_relation(session, bo, dana, RelationDraft(RelationRole.REFERRED_BY))
    add_relation(session, kim, bo, RelationDraft(RelationRole.SPOUSE_OF))
    assert found(session, Condition("introduced_by", Operator.IS, ("DANA",))) == [bo]
    assert found(session, Condition("introduced_by", Operator.NOT_EMPTY)) == [bo]
    assert found(session, Condition("introduced_by", Operator.EMPTY)) == [dana, kim]
    assert found(session, Condition("relation", Operator.IS, ("referred",))) == [dana]
    assert found(session, Condition("relation", Operator.IS, ("spouse_of",))) == [bo, kim]
    assert found(session, Condition("relation", Operator.IS, ("spouse_of", "k"))) == [bo]
    assert found(session, Condition("relation", Operator.IS_NOT, ("spouse_of", "k"))) == [dana, kim]
    contacts.trash(session, [dana])
    assert found(session, Condition("introduced_by", Operator.NOT_EMPTY)) == []
    assert found(session, Condition("introduced_by", Operator.EMPTY)) == [bo, kim]


def test_what_lies_in_the_trash_is_filtered_by_owner_and_birthday_too(session: Session) -> None:
    gone = contacts.add_contact(session, person("Dana", None, owner_id=1, birthday="--02-29"))
    contacts.trash(session, [gone])
    for condition in (
        Condition("owner", Operator.NOT_EMPTY),
        Condition("birthday", Operator.ANY_OF, ("02",)),
        Condition("birthday", Operator.NOT_EMPTY),
    ):
        query = ContactQuery(CUSTOMER, trashed=True, conditions=(condition,))
        assert list(contacts.contact_ids(session, query)) == [gone]
