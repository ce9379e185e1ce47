"""Own fields in a list: the order by one against plain Python, a cell typed over, undone, exported."""

import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.custom_fields import FieldKind, column_of
from crm_desktop.domain.errors import ConflictError, InvalidValueError, RefusedError
from crm_desktop.domain.folding import fold
from crm_desktop.domain.list_export import ExportChoice
from crm_desktop.operations import contacts, custom_fields, filters, undo
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.custom_fields import FieldDraft
from crm_desktop.operations.filters import Definition
from crm_desktop.operations.list_export import export_list
from crm_desktop.operations.session import Session
from tests.environments import Office
from tests.operations.own_fields import LEVELS, one_of_each, somebody

TYPED: dict[FieldKind, tuple[str, ...]] = {
    FieldKind.TEXT: ("Äpfel", "apple", "Zebra", "öl", "Oel", "éclair", "B", "b", "10", "9"),
    FieldKind.NUMBER: ("-3", "10", "9", "9,5", "1'000", "0.001", "-200", "123456789012345"),
    FieldKind.DATE: ("2026-02-28", "2024-02-29", "1999-12-31", "2026-03-01", "0800-01-01"),
    FieldKind.CHOICE: LEVELS,
    FieldKind.YES_NO: ("yes", "no"),
    FieldKind.LINK: ("https://b.example", "HTTPS://A.example", "mailto:c@example.com"),
}
GOOD = {kind: values[0] for kind, values in TYPED.items()}
BAD = {
    FieldKind.NUMBER: ("many", "number_invalid"),
    FieldKind.DATE: ("2026-02-30", "date_invalid"),
    FieldKind.CHOICE: ("Platinum", "value_not_in_list"),
    FieldKind.YES_NO: ("perhaps", "value_not_in_list"),
    FieldKind.LINK: ("not a link", "link_invalid"),
    FieldKind.TEXT: ("x" * 100_000, "value_too_long"),
}


@pytest.fixture
def session(office: Office) -> Session:
    return office.open()


def key_of(kind: FieldKind, value: str) -> Any:  # noqa: ANN401 - whatever orders the kind
    keys: dict[FieldKind, Callable[[], Any]] = {
        FieldKind.NUMBER: lambda: Decimal(value),
        FieldKind.CHOICE: lambda: LEVELS.index(value),
        FieldKind.TEXT: lambda: fold(value),
        FieldKind.LINK: lambda: fold(value),
    }
    return keys[kind]() if kind in keys else value


@pytest.mark.parametrize("kind", FieldKind)
@pytest.mark.parametrize("ascending", [True, False])
def test_a_list_is_ordered_by_an_own_field_and_what_is_empty_comes_last(
    session: Session, kind: FieldKind, *, ascending: bool
) -> None:
    fields = one_of_each(session)
    rng = random.Random(str(kind))  # noqa: S311 - the same people each time
    drawn = [(f"P{place:02}", rng.choice([*TYPED[kind], ""])) for place in range(40)]
    for given, value in drawn:
        somebody(session, given, {fields[kind]: value} if value else {})
    query = ContactQuery(Category.CUSTOMER, sort=column_of(fields[kind]), ascending=ascending)
    ids = list(contacts.contact_ids(session, query))
    values = [contacts.contact_rows(session, [one], own=[fields[kind]])[one].own for one in ids]
    filled = [key_of(kind, value[fields[kind]]) for value in values if value]
    assert filled == sorted(filled, reverse=not ascending)
    assert not any(values[len(filled) :])
    assert len(filled) == sum(bool(value) for _, value in drawn) < len(ids) == 40
    assert contacts.contact_first_page(session, query, 7) == ids[:7]
    # Whoever has the same value comes by name, whichever way it is ordered.
    names = [contacts.contact_rows(session, [one])[one].display_name for one in ids[len(filled) :]]
    assert names == sorted(names)


def test_a_search_is_ordered_by_an_own_field_too(session: Session) -> None:
    seats = one_of_each(session)[FieldKind.NUMBER]
    for given, value in (("Ada", "10"), ("Adam", "9"), ("Adele", ""), ("Bo", "1")):
        somebody(session, given, {seats: value} if value else {})
    query = ContactQuery(Category.CUSTOMER, text="ad", sort=column_of(seats))
    rows = contacts.contact_rows(session, contacts.contact_ids(session, query))
    assert [rows[one].display_name for one in contacts.contact_ids(session, query)] == [
        "Adam", "Ada", "Adele",
    ]  # fmt: skip


def test_the_order_by_a_field_that_was_removed_is_the_one_by_name(session: Session) -> None:
    seats = one_of_each(session)[FieldKind.NUMBER]
    made = [somebody(session, given, {seats: value}) for given, value in (("Bo", "1"), ("Ada", "2"))]
    definition = Definition(sort=column_of(seats))
    filters.add_filter(session, Category.CUSTOMER, "By seats", definition)
    custom_fields.remove_field(session, seats)
    (named,) = filters.saved(session, Category.CUSTOMER)
    query = filters.query_of(Category.CUSTOMER, named.definition)
    assert list(contacts.contact_ids(session, query)) == made[::-1]
    undo.undo(session)
    assert list(contacts.contact_ids(session, query)) == made


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize("kind", FieldKind)
def test_a_cell_is_typed_over_emptied_and_undone(
    session: Session, kind: FieldKind, category: Category
) -> None:
    fields = one_of_each(session)
    before = {fields[other]: value for other, value in GOOD.items() if other is not kind}
    contact_id = somebody(session, "Dana", before, category)

    def own() -> dict[int, str]:
        return contacts.contact_rows(session, [contact_id], own=list(fields.values()))[contact_id].own

    def type_in(text: str) -> None:
        version = contacts.contact_rows(session, [contact_id])[contact_id].version
        contacts.set_field(session, contact_id, column_of(fields[kind]), text, version=version)

    type_in(f" {GOOD[kind]} ")
    assert own() == before | {fields[kind]: GOOD[kind]}
    type_in("")
    assert own() == before
    undo.undo(session)
    assert own() == before | {fields[kind]: GOOD[kind]}
    undo.undo(session)
    assert own() == before


@pytest.mark.parametrize("kind", FieldKind)
def test_a_bad_value_of_a_cell_is_refused_with_its_reason(session: Session, kind: FieldKind) -> None:
    fields = one_of_each(session)
    contact_id = somebody(session, "Dana", {fields[kind]: GOOD[kind]})
    bad, code = BAD[kind]
    with pytest.raises(InvalidValueError, match=code):
        contacts.set_field(session, contact_id, column_of(fields[kind]), bad, version=1)
    row = contacts.contact_rows(session, [contact_id], own=[fields[kind]])[contact_id]
    assert (row.own, row.version) == ({fields[kind]: GOOD[kind]}, 1)


def test_a_cell_is_not_saved_over_a_newer_row_nor_into_a_field_that_is_gone(session: Session) -> None:
    level = custom_fields.define_field(session, FieldDraft("Level"))
    of_book = custom_fields.define_field(session, FieldDraft("Desk", for_customers=False))
    contact_id = somebody(session, "Dana", {})
    contacts.set_field(session, contact_id, column_of(level), "Gold", version=1)
    with pytest.raises(ConflictError):
        contacts.set_field(session, contact_id, column_of(level), "Tin", version=1)
    for gone in (of_book, 99):
        with pytest.raises(RefusedError, match="bulk_field_gone"):
            contacts.set_field(session, contact_id, column_of(gone), "x", version=2)
    custom_fields.remove_field(session, level)
    with pytest.raises(RefusedError, match="bulk_field_gone"):
        contacts.set_field(session, contact_id, column_of(level), "Tin", version=2)
    undo.undo(session)
    assert contacts.contact_rows(session, [contact_id], own=[level])[contact_id].own == {level: "Gold"}


def test_the_columns_of_own_fields_are_exported_as_they_stand(session: Session, tmp_path: Path) -> None:
    fields = one_of_each(session)
    contact_id = somebody(session, "Dana", {fields[kind]: value for kind, value in GOOD.items()})
    columns = ("name", *(column_of(fields[kind]) for kind in reversed(tuple(FieldKind))))
    export_list(session, [contact_id], tmp_path / "list.csv", ExportChoice(columns=columns))
    titles, line = (tmp_path / "list.csv").read_text(encoding="utf-8-sig").splitlines()
    assert titles.split(",") == ["Name", *(f"My {kind}" for kind in reversed(tuple(FieldKind)))]
    assert line.split(",") == ["Dana", *(GOOD[kind] for kind in reversed(tuple(FieldKind)))]
