"""Conditions in SQL: against plain Python over whole cards, through indexes, and never a user's SQL."""

import random
import sqlite3
from collections.abc import Iterator
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
from crm_desktop.domain.filters import (
    FIELDS,
    MONTHS,
    Condition,
    FieldKind,
    FilterField,
    Gap,
    Operator,
    check_condition,
    resolved,
)
from crm_desktop.operations.attachments import add_files, attachments_of
from crm_desktop.operations.contacts import add_contact, card
from crm_desktop.operations.members import members
from crm_desktop.operations.sample import create_sample
from crm_desktop.operations.session import Session
from crm_desktop.storage import contact_list
from crm_desktop.storage.contact_filters import conditions_sql, day_start
from crm_desktop.storage.contact_list import ContactQuery
from crm_desktop.storage.database import Connection
from tests.environments import new_environment
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
    with session.database.read() as connection:
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
    )  # fmt: skip
    yield Base(session, cards, reference, tuple(products.values()))
    session.close()


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
    if field.kind is FieldKind.BIRTHDAY:
        return random_birthday(rng, operator)
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


def random_birthday(rng: random.Random, operator: Operator) -> Condition:
    months = tuple(rng.sample(MONTHS, rng.randint(1, 6)))
    days = (str(rng.randint(1, 366)),)
    return Condition("birthday", operator, months if operator is Operator.ANY_OF else days)


def random_text(rng: random.Random, field: FilterField, base: Base) -> str:
    """Return something typed: often (part of) a value that is there, in another case."""
    known = base.reference.texts(rng.choice([*base.cards.values()]), field.key)
    if not known or rng.random() < 0.25:
        return rng.choice([text for text in TYPED if text not in {"%", "_"}] + [*base.products, "%", "_"])
    value = rng.choice(known)
    cut = value[: rng.randint(1, len(value))] if rng.random() < 0.5 else value
    return (cut.upper() if rng.random() < 0.5 else cut).strip() or value


def found(base: Base, *conditions: Condition, text: str = "") -> set[int]:
    query = ContactQuery(Category.CUSTOMER, text=text, conditions=conditions, time_zone=ZONE)
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
    ],
)
def test_birthdays_within_days_go_over_new_year(today: str, days: str, first: str, last: str) -> None:
    asked = Condition("birthday", Operator.WITHIN, (days,))
    assert resolved(asked, date.fromisoformat(today)).values == (first, last)


def test_conditions_hold_together_and_with_a_search(base: Base) -> None:
    rng = random.Random(5)  # noqa: S311
    for _ in range(60):
        drawn = [random_condition(rng, rng.choice(FIELDS), base) for _ in range(rng.randint(2, 4))]
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
    sql, values = conditions_sql(conditions, ZONE)
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
        (Condition("phone", Operator.EMPTY), "phone_contact (contact_id=?"),
        (Condition("email", Operator.EMPTY), "email_contact (contact_id=?"),
        (Condition("city", Operator.EMPTY), "postal_address_contact (contact_id=?"),
        (Condition("last_contact", Operator.OLDER_THAN, ("2026-01-01",)), "call_started (started_at>?"),
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
