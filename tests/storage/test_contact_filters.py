"""Conditions in SQL: against plain Python over whole cards, through indexes, and never a user's SQL."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    ContactDraft,
    EmailDraft,
    ForeignIdDraft,
    PhoneDraft,
    ProductUseDraft,
)
from crm_desktop.domain.contacts import Category, ContactCard, CustomerStatus
from crm_desktop.domain.custom_fields import FieldKind as OwnKind
from crm_desktop.domain.custom_fields import column_of
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.filter_checks import check_condition
from crm_desktop.domain.filters import (
    FIELDS,
    MONTHS,
    Condition,
    FieldKind,
    FilterField,
    Gap,
    Operator,
    OwnFields,
    number_of,
    resolved,
)
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.operations.attachments import add_files, attachments_of
from crm_desktop.operations.contacts import (
    add_contact,
    card,
    contact_draft,
    contact_ids,
    save_contact,
    trash,
)
from crm_desktop.operations.list_queries import filter_fields
from crm_desktop.operations.members import members
from crm_desktop.operations.relations import add_relation
from crm_desktop.operations.sample import create_sample
from crm_desktop.operations.session import Session
from crm_desktop.storage import contact_list
from crm_desktop.storage.contact_filters import conditions_sql, day_start
from crm_desktop.storage.contact_list import ContactQuery
from crm_desktop.storage.database import Connection
from tests.environments import new_environment
from tests.operations.own_fields import one_of_each
from tests.storage.filter_reference import Reference

ZONE = "Europe/Berlin"
TODAY = date(2026, 6, 20)
TYPED = ("a", "MÜLLER", "mueller", "'; DROP TABLE contact; --", "%", "_", "é", "GmbH", "\u0661\u0662", "Łódź")
DIGITS = ("555", "+49", "0049", "030 12", "(212) 555", "0", "12-3", "+1 212")
RANDOM_CONDITIONS = 400


@dataclass(frozen=True)
class Base:
    """A sample organization, and the same in plain Python."""

    session: Session
    cards: dict[int, ContactCard]
    reference: Reference
    products: tuple[str, ...]
    own: OwnFields


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    from crm_desktop.operations.organizations import open_organization

    folder = tmp_path_factory.mktemp("filters")
    environment = new_environment(folder / "data")
    path = folder / "sample.crm"
    create_sample(environment, path, customers=220, calls=300, seed=11)
    session = open_organization(environment, path, login="ana", password="sample-organization")
    for draft in odd_ones():
        add_contact(session, draft)
    (ana,) = (known.id for known in members(session) if known.login == "ana")
    add_contact(session, ContactDraft(Category.CUSTOMER, given="Owned", owner_id=ana, language="de"))
    file = folder / "offer.txt"
    file.write_text("An offer", encoding="utf-8")
    add_files(session, add_contact(session, ContactDraft(Category.CUSTOMER, given="Filed")), [file])
    own = add_own_values(session)
    add_relations(session)
    with session.database.read() as connection:
        relations = connection.execute(
            "SELECT r.from_id, r.to_id, r.kind, f.name_key, t.name_key FROM relation r JOIN contact f"
            " ON f.id = r.from_id JOIN contact t ON t.id = r.to_id"
            " WHERE f.trashed_at IS NULL AND t.trashed_at IS NULL"
        ).fetchall()
        names = dict(connection.execute("SELECT id, name FROM member").fetchall())
        ids = [i for (i,) in connection.execute("SELECT id FROM contact WHERE trashed_at IS NULL")]
        products = dict(connection.execute("SELECT id, name FROM product").fetchall())
        last = dict(
            connection.execute(
                "SELECT customer_id, max(started_at) FROM call WHERE outcome = 'answered' AND duration_s > 0"
                " AND customer_id IS NOT NULL GROUP BY customer_id"
            ).fetchall()
        )
    cards = {i: card(session, i) for i in ids}
    reference = Reference(
        ZONE, products=products, last_calls=last, members=names,
        with_files={i for i in ids if attachments_of(session, i)},
        own={column_of(field_id): (field_id, kind) for kind, field_id in own.items()}, relations=relations,
    )  # fmt: skip
    yield Base(session, cards, reference, tuple(products.values()), filter_fields(session, Category.CUSTOMER))
    session.close()


OWN_VALUES: dict[OwnKind, tuple[str, ...]] = {
    OwnKind.TEXT: ("Zürich", "zurich", "%", "_", "a", "Łódź 12", "'; DROP TABLE contact; --"),
    OwnKind.NUMBER: ("-3", "0", "9", "10", "10,0", "0.5", "1200.25", "99999999999999999999"),
    OwnKind.DATE: ("1999-12-31", "2024-02-29", "2026-06-20", "2026-06-21", "9999-12-31"),
    OwnKind.CHOICE: ("Gold", "Silver", "Bronze"),
    OwnKind.YES_NO: ("yes", "no"),
    OwnKind.LINK: ("https://b.example/ä", "HTTPS://A.example"),
}


def add_own_values(session: Session) -> dict[OwnKind, int]:
    """Give some of the customers values in a field of each kind; return the fields."""
    rng, own = random.Random(3), one_of_each(session)  # noqa: S311 - the same values each time
    for contact_id in contact_ids(session, ContactQuery(Category.CUSTOMER)):
        draft, version = contact_draft(session, contact_id)
        values = tuple(
            (own[kind], rng.choice(texts)) for kind, texts in OWN_VALUES.items() if rng.random() < 0.6
        )
        save_contact(session, contact_id, replace(draft, custom=values), version=version)
    return own


def add_relations(session: Session) -> None:
    """Relate customers to each other in every role; one of them goes to the trash."""
    rng = random.Random(4)  # noqa: S311 - the same relations each time
    ids = [*contact_ids(session, ContactQuery(Category.CUSTOMER))]
    for role in RelationRole:
        for _ in range(4):
            with suppress(InvalidValueError):  # not every kind of contact may have every role
                first, other = rng.sample(ids, 2)
                ended = rng.choice([None, "2024-01-01"])
                add_relation(session, first, other, RelationDraft(role, ended_on=ended))
    first, other = ids[:2]
    add_relation(session, first, other, RelationDraft(RelationRole.CLIENT_OF, started_on="2019-01-01"))
    trash(session, [other])


def odd_ones() -> list[ContactDraft]:
    """Return customers without anything, with everything twice, and with letters of many kinds."""
    full = ContactDraft(
        Category.CUSTOMER, given="Éva", family="Łódź-Straße", title="Geschäftsführerin", industry="Öl",
        note="ruft\nmorgens an", source="Messe", tags=("Stammkunde", "VIP"), language="Français",
        birthday="1980-12-31", foreign_ids=(ForeignIdDraft("ERP", "Ü-4711"), ForeignIdDraft("Shop", "9")),
        phones=(PhoneDraft("+49 30 901820"), PhoneDraft("030 12", unchecked=True)),
        emails=(EmailDraft("Eva@Example.com"), EmailDraft("e.lodz@example.org")),
        addresses=(
            AddressDraft(city="Köln", country="DE", postal_code="50667"),
            AddressDraft(city="Łódź", country="PL", former=True),
        ),
        product_uses=(
            ProductUseDraft("Órbita", since="2024-01-01", renewal_on="2026-07-01"),
            ProductUseDraft("Old", since="2020-01-01", until="2021-01-01"),
        ),
    )  # fmt: skip
    return [
        full,
        ContactDraft(Category.CUSTOMER, given="Nobody", birthday="--02-29"),
        ContactDraft(Category.CUSTOMER, given="Summer", birthday="1971-06-21"),
        ContactDraft(Category.CUSTOMER, family="'; DROP TABLE contact; --", status=CustomerStatus.LEAD),
        replace(full, given="Ada", addresses=full.addresses[1:], product_uses=full.product_uses[1:], tags=()),
    ]


def random_condition(rng: random.Random, field: FilterField, base: Base) -> Condition:
    operator = rng.choice(field.operators)
    if operator in {Operator.EMPTY, Operator.NOT_EMPTY}:
        return Condition(field.key, operator)
    if field.kind in DRAWN:
        return DRAWN[field.kind](rng, field, operator, base)
    if operator is Operator.ANY_OF:
        gaps = [str(gap) if gap is not Gap.QUIET else f"quiet:{rng.randint(1, 400)}" for gap in Gap]
        known = gaps if field.kind is FieldKind.GAPS else [str(status) for status in CustomerStatus]
        return Condition(field.key, operator, tuple(rng.sample(known, rng.randint(1, 3))))
    if operator is Operator.OLDER_THAN:
        return Condition(field.key, operator, (str(rng.randint(1, 900)),))
    if field.kind in {FieldKind.DATE, FieldKind.PAST}:
        days = sorted((TODAY - timedelta(days=rng.randint(-400, 1200))).isoformat() for _ in range(2))
        return Condition(field.key, operator, tuple(days if operator is Operator.BETWEEN else days[:1]))
    digits = field.kind is FieldKind.DIGITS
    return Condition(field.key, operator, (rng.choice(DIGITS) if digits else random_text(rng, field, base),))


def random_birthday(rng: random.Random, _field: FilterField, operator: Operator, _base: Base) -> Condition:
    months = tuple(rng.sample(MONTHS, rng.randint(1, 6)))
    days = (str(rng.randint(1, 366)),)
    return Condition("birthday", operator, months if operator is Operator.ANY_OF else days)


def random_relation(rng: random.Random, _field: FilterField, operator: Operator, base: Base) -> Condition:
    values: tuple[str, ...] = (str(rng.choice(list(RelationRole))),)
    if rng.random() < 0.5:
        name = rng.choice([*base.cards.values()]).contact.display_name
        values += (name[rng.randint(0, 2) : rng.randint(3, len(name))].strip() or name,)
    return Condition("relation", operator, values)


def random_own(rng: random.Random, field: FilterField, operator: Operator, _base: Base) -> Condition:
    if field.kind is FieldKind.NUMBER:
        values = sorted(rng.sample(OWN_VALUES[OwnKind.NUMBER], 2), key=number_of)
        return Condition(field.key, operator, tuple(values if operator is Operator.BETWEEN else values[:1]))
    known = ("yes", "no") if field.kind is FieldKind.YES_NO else (*field.options, "Taken off")
    return Condition(field.key, operator, tuple(rng.sample(known, rng.randint(1, 2))))


DRAWN: dict[FieldKind, Callable[[random.Random, FilterField, Operator, Base], Condition]] = {
    FieldKind.BIRTHDAY: random_birthday,
    FieldKind.RELATION: random_relation,
    FieldKind.NUMBER: random_own,
    FieldKind.CHOICE: random_own,
    FieldKind.YES_NO: random_own,
}


def random_text(rng: random.Random, field: FilterField, base: Base) -> str:
    """Return something typed: often (part of) a value that is there, in another case."""
    known = base.reference.texts(rng.choice([*base.cards.values()]), field.key)
    if not known or rng.random() < 0.25:
        return rng.choice([text for text in TYPED if text not in {"%", "_"}] + [*base.products, "%", "_"])
    value = rng.choice(known)
    cut = value[: rng.randint(1, len(value))] if rng.random() < 0.5 else value
    return (cut.upper() if rng.random() < 0.5 else cut).strip() or value


def found(base: Base, *conditions: Condition, text: str = "") -> set[int]:
    kinds = tuple((key, field.kind) for key, field in base.own.items() if not field.removed)
    query = ContactQuery(Category.CUSTOMER, text=text, conditions=conditions, time_zone=ZONE, own_kinds=kinds)
    with base.session.database.read() as connection:
        ids = list(contact_list.all_ids(connection, query))
        assert contact_list.count(connection, query) == len(ids) == len(set(ids))
        assert contact_list.first_page(connection, query, 7) == ids[:7]
    return set(ids)


def expected(base: Base, *conditions: Condition) -> set[int]:
    return {
        i
        for i, known in base.cards.items()
        if known.contact.category is Category.CUSTOMER
        and all(base.reference.holds(known, condition) for condition in conditions)
    }


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_every_field_and_operator_is_as_the_reference_has_it(base: Base, field: FilterField) -> None:
    rng = random.Random(field.key)  # noqa: S311 - the same conditions each time
    sizes = set()
    for _ in range(RANDOM_CONDITIONS // len(FIELDS) + 12):
        condition = random_condition(rng, field, base)
        check_condition(condition, Category.CUSTOMER)
        day = resolved(condition, TODAY)
        assert found(base, day) == expected(base, day), condition
        sizes.add(len(expected(base, day)))
    assert len(sizes) > 1, "every condition found the same: the sample says nothing"


@pytest.mark.parametrize(
    ("today", "days", "first", "last"),
    [
        ("2026-12-20", "30", "12-20", "01-19"),
        ("2026-06-20", "7", "06-20", "06-27"),
        ("2026-06-20", "365", "01-01", "12-31"),
        ("2026-02-20", "8", "02-20", "02-29"),
        ("2028-02-20", "8", "02-20", "02-28"),
        ("2026-12-31", "59", "12-31", "02-29"),
        ("2027-12-31", "59", "12-31", "02-28"),
    ],
)
def test_birthdays_within_days_go_over_new_year_and_the_29_february_is_the_28_without_one(
    today: str, days: str, first: str, last: str
) -> None:
    asked = Condition("birthday", Operator.WITHIN, (days,))
    assert resolved(asked, date.fromisoformat(today)).values == (first, last)


@pytest.mark.parametrize("kind", OwnKind)
def test_own_fields_are_filtered_as_the_reference_has_it(base: Base, kind: OwnKind) -> None:
    field = next(known for known in base.own.values() if known.title == f"My {kind}")
    rng, sizes = random.Random(str(kind)), set()  # noqa: S311
    for _ in range(40):
        condition = random_condition(rng, field, base)
        check_condition(condition, Category.CUSTOMER, base.own)
        assert found(base, condition) == expected(base, condition), condition
        sizes.add(len(expected(base, condition)))
    assert len(sizes) > 2


def test_a_condition_on_a_field_that_is_not_there_holds_for_nobody(base: Base) -> None:
    for operator in (Operator.EMPTY, Operator.NOT_EMPTY, Operator.IS_NOT, Operator.ANY_OF):
        assert found(base, Condition("custom.999", operator, ("a",))) == set()


def test_a_birthday_within_days_is_one_that_falls_on_one_of_them(base: Base) -> None:
    rng, seen = random.Random(29), 0  # noqa: S311
    odd = [draft for draft in odd_ones() if draft.birthday == "--02-29"]
    assert odd
    for _ in range(300):
        first = date(rng.choice((2026, 2027, 2028)), rng.choice((1, 2, 2, 3, 12)), rng.randint(1, 28))
        days = rng.randint(1, 364)
        window = {first + timedelta(days=place) for place in range(days + 1)}
        fitting = {
            i
            for i, known in base.cards.items()
            if known.contact.category is Category.CUSTOMER
            and (birthday := known.contact.birthday)
            and any(falls_on(birthday, year) in window for year in (first.year, first.year + 1))
        }
        asked = resolved(Condition("birthday", Operator.WITHIN, (str(days),)), first)
        assert found(base, asked) == fitting, (first, days)
        seen |= len(fitting)
    assert seen


def falls_on(birthday: str, year: int) -> date:
    """Return the day of a year a birthday is kept on."""
    month, day = map(int, birthday.split("-")[-2:])
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 2, 28)


def test_conditions_hold_together_and_with_a_search(base: Base) -> None:
    rng, every = random.Random(5), [*FIELDS, *base.own.values()]  # noqa: S311
    for _ in range(60):
        drawn = [random_condition(rng, rng.choice(every), base) for _ in range(rng.randint(2, 4))]
        days = [resolved(condition, TODAY) for condition in drawn]
        assert found(base, *days) == expected(base, *days), drawn
        both = found(base, *days, text="a")
        assert both == found(base, text="a") & expected(base, *days)


@pytest.mark.parametrize("text", TYPED)
def test_fault_48_typed_syntax_is_only_text(base: Base, text: str) -> None:
    for field in FIELDS:
        for operator in (Operator.IS, Operator.CONTAINS, Operator.BEGINS_WITH):
            if field.kind is FieldKind.TEXT:
                condition = Condition(field.key, operator, (text,))
                assert found(base, condition) == expected(base, condition)
                other = replace(condition, values=("x",))
                assert conditions_sql((condition,), ZONE)[0] == conditions_sql((other,), ZONE)[0]


def plan(connection: Connection, *conditions: Condition) -> str:
    sql, values = conditions_sql(conditions, ZONE, {"custom.1": FieldKind.TEXT})
    rows = connection.execute(
        "EXPLAIN QUERY PLAN SELECT c.id FROM contact c WHERE c.category = 'customer'"  # noqa: S608
        f" AND c.trashed_at IS NULL{sql} ORDER BY c.name_key, c.id",
        values,
    )
    return "\n".join(row[3] for row in rows)


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (Condition("name", Operator.IS, ("a",)), "contact_name (category=? AND name_key=?"),
        (Condition("name", Operator.BEGINS_WITH, ("a",)), "contact_name (category=? AND name_key>?"),
        (Condition("company", Operator.BEGINS_WITH, ("a",)), "contact_company (category=? AND company_key>?"),
        (Condition("product", Operator.IS, ("a",)), "product_use_product (product_id=?"),
        (Condition("tag", Operator.IS, ("a",)), "contact_tag_tag (tag_id=?"),
        (Condition("custom.1", Operator.IS, ("a",)), "custom_value_field (field_id=?"),
        (Condition("custom.1", Operator.EMPTY), "COVERING INDEX custom_value_field (field_id=?"),
        (Condition("owner", Operator.IS, ("a",)), "COVERING INDEX contact_owner (owner_id=?"),
        (Condition("owner", Operator.EMPTY), "COVERING INDEX contact_owner"),
        (Condition("birthday", Operator.WITHIN, ("12-20", "01-02")), "COVERING INDEX contact_birthday"),
        (Condition("birthday", Operator.ANY_OF, ("06", "07")), "COVERING INDEX contact_birthday"),
        (Condition("birthday", Operator.EMPTY), "COVERING INDEX contact_birthday"),
        (Condition("introduced_by", Operator.EMPTY), "relation_sides (from_id=?"),
        (Condition("phone", Operator.EMPTY), "phone_contact (contact_id=?"),
        (Condition("email", Operator.EMPTY), "email_contact (contact_id=?"),
        (Condition("city", Operator.EMPTY), "postal_address_contact (contact_id=?"),
        (Condition("last_contact", Operator.OLDER_THAN, ("2026-01-01",)), "call_moment (started_at>?"),
        (Condition("incomplete", Operator.ANY_OF, ("product",)), "product_use_contact (contact_id=?"),
    ],
)
def test_a_condition_is_answered_through_an_index(base: Base, condition: Condition, index: str) -> None:
    with base.session.database.read() as connection:
        assert index in plan(connection, condition)


def test_a_day_begins_at_midnight_of_the_organization(base: Base) -> None:
    # The clocks go forward on 29 March 2026: that day has 23 hours.
    berlin = ZoneInfo(ZONE)
    first, second = (day_start("2026-03-29", berlin, days_later=days) for days in (0, 1))
    assert second - first == 23 * 3600
    assert datetime.fromtimestamp(first, UTC).isoformat() == "2026-03-28T23:00:00+00:00"
    assert isinstance(base.session, Session)


def test_the_gaps_of_a_row_are_those_it_was_found_for(base: Base) -> None:
    condition = Condition(
        "incomplete", Operator.ANY_OF, ("phone", "email", "address", "product", "quiet:2026-01-01")
    )
    with base.session.database.read() as connection:
        gaps = contact_list.gaps_of(connection, sorted(base.cards), condition, ZONE)
    for contact_id, lacking in gaps.items():
        each = {
            Gap(value.partition(":")[0])
            for value in condition.values
            if base.reference.holds(base.cards[contact_id], replace(condition, values=(value,)))
        }
        assert set(lacking) == each
    customers = {i for i, known in base.cards.items() if known.contact.category is Category.CUSTOMER}
    assert found(base, condition) == {i for i in customers if gaps[i]}


def test_folding_in_the_file_costs_no_row_its_value(base: Base) -> None:
    with base.session.database.read() as connection:
        folded = connection.execute(
            "SELECT folded(?), folded(?), folded(NULL), folded(5), plain_digits(?)",
            ("ÉVA", "Straße", "+49 (0)30-\u0661"),
        ).fetchone()
    assert folded == ("eva", "strasse", "", "", "490301")
    assert sqlite3.sqlite_version_info >= (3, 31)
