"""Saved filters and conditions as verbs: names, order, sharing, undo, counts, and what rights leave out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.contact_drafts import EmailDraft, PhoneDraft
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import ConflictError, InvalidValueError, RefusedError
from crm_desktop.domain.filters import Condition, Definition, Gap, Operator, gaps_for
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import bank_accounts, filters, undo
from crm_desktop.operations.contacts import (
    ContactQuery,
    add_contact,
    contact_count,
    contact_first_page,
    contact_ids,
    only_similar,
    trash,
)
from crm_desktop.operations.list_queries import contact_gaps, found_by_account, incomplete
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member
from tests.operations.samples import broken, person, table_rows

CUSTOMER = Category.CUSTOMER
BERLIN = Definition((Condition("city", Operator.IS, ("Berlin",)),))
NO_PHONE = Definition((Condition("phone", Operator.EMPTY),))
QUIET = Definition((Condition("last_contact", Operator.OLDER_THAN, ("90",)),))
IBAN = "DE89370400440532013000"


@pytest.fixture
def staffed(office: Office) -> Office:
    with signed_in(office) as session:
        for role in (Role.MANAGER, Role.STAFF, Role.VIEWER):
            add_member(session, role.value, role)
    return office


@contextmanager
def signed_in(office: Office, *login: str) -> Iterator[Session]:
    """Open the office as somebody: one program has a file open once."""
    session = office.open(*login)
    yield session
    session.close()


def names(session: Session) -> list[str]:
    return [known.name for known in filters.saved(session, CUSTOMER)]


def test_a_filter_comes_back_as_it_was_saved(session: Session) -> None:
    definition = Definition(
        (
            Condition("renewal", Operator.BETWEEN, ("2026-01-01", "2026-02-28")),
            Condition("status", Operator.ANY_OF, ("lead", "active")),
        ),
        text="Müller \"x\"",
        sort="company",
        ascending=False,
    )  # fmt: skip
    filters.add_filter(session, CUSTOMER, "  Renewals   soon ", definition)
    (known,) = filters.saved(session, CUSTOMER)
    assert (known.name, known.shared, known.may_change) == ("Renewals soon", False, True)
    assert known.definition == definition
    query = filters.query_of(CUSTOMER, known.definition)
    assert (query.text, query.conditions) == (definition.text, definition.conditions)
    assert (query.sort, query.ascending) == ("company", False)
    assert filters.saved(session, Category.ADDRESS_BOOK) == []


def test_a_name_is_there_once_and_not_empty(session: Session) -> None:
    first = filters.add_filter(session, CUSTOMER, "Ohne Telefon", NO_PHONE)
    for name, code in (
        ("ohne  TELEFON", "filter_there"),
        (" ", "value_required"),
        ("x" * 61, "value_too_long"),
    ):
        with pytest.raises(InvalidValueError) as caught:
            filters.add_filter(session, CUSTOMER, name, BERLIN)
        assert caught.value.code == code
    second = filters.add_filter(session, CUSTOMER, "Berlin", BERLIN)
    with pytest.raises(InvalidValueError):
        filters.rename_filter(session, second, "Ohne Telefon", version=1)
    filters.rename_filter(session, first, "ohne Telefon", version=1)
    assert names(session) == ["ohne Telefon", "Berlin"]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (Condition("salt", Operator.IS, ("x",)), "filter_unknown"),
        (Condition("c.id = 1; --", Operator.IS, ("x",)), "filter_unknown"),
        (Condition("name", Operator.BEFORE, ("2026-01-01",)), "filter_unknown"),
        (Condition("name", Operator.CONTAINS, ()), "filter_value_missing"),
        (Condition("name", Operator.CONTAINS, ("  ",)), "filter_value_missing"),
        (Condition("name", Operator.CONTAINS, ("x" * 201,)), "value_too_long"),
        (Condition("name", Operator.CONTAINS, ("a\0b",)), "value_unreadable"),
        (Condition("name", Operator.CONTAINS, ("a\ud800",)), "value_unreadable"),
        (Condition("phone", Operator.CONTAINS, ("abc",)), "filter_digits"),
        (Condition("renewal", Operator.BEFORE, ("2026-02-30",)), "date_invalid"),
        (Condition("renewal", Operator.BETWEEN, ("2026-02-01",)), "filter_value_missing"),
        (Condition("renewal", Operator.BETWEEN, ("2026-02-02", "2026-02-01")), "filter_order"),
        (Condition("last_contact", Operator.OLDER_THAN, ("-3",)), "filter_days"),
        (Condition("last_contact", Operator.OLDER_THAN, ("99999",)), "filter_days"),
        (Condition("status", Operator.ANY_OF, ("lead", "x' OR 1")), "filter_unknown"),
        (Condition("incomplete", Operator.ANY_OF, ("phone:3",)), "filter_unknown"),
        (Condition("incomplete", Operator.ANY_OF, ("quiet:x",)), "filter_days"),
    ],
)
def test_a_condition_that_is_none_is_refused_with_its_reason(
    session: Session, condition: Condition, code: str
) -> None:
    with pytest.raises(InvalidValueError) as saving:
        filters.add_filter(session, CUSTOMER, "Any", Definition((condition,)))
    with pytest.raises(InvalidValueError) as asking:
        contact_ids(session, ContactQuery(CUSTOMER, conditions=(condition,)))
    assert saving.value.code == asking.value.code == code


@pytest.mark.parametrize(
    "condition",
    [
        Condition("created", Operator.AFTER, (" 2020-01-01",)),
        Condition("created", Operator.BETWEEN, ("2020-01-01 ", " 9999-12-31")),
        Condition("status", Operator.ANY_OF, (" active ",)),
        Condition("incomplete", Operator.ANY_OF, (" phone",)),
    ],
)
def test_blanks_around_a_value_are_none(condition: Condition, session: Session) -> None:
    dana = add_contact(session, person("Dana"))
    assert list(contact_ids(session, ContactQuery(Category.CUSTOMER, conditions=(condition,)))) == [dana]


def test_everything_done_to_filters_is_undone_in_reverse(session: Session) -> None:
    def state() -> list[tuple[object, ...]]:
        keys = ("name", "shared", "position", "definition", "member_id")
        return [tuple(row[key] for key in keys) for row in table_rows(session, "saved_filter")]

    states = [state()]
    first = filters.add_filter(session, CUSTOMER, "One", BERLIN)
    states.append(state())
    second = filters.add_filter(session, CUSTOMER, "Two", NO_PHONE)
    steps: list[Callable[[], object]] = [
        lambda: filters.rename_filter(session, first, "Eins", version=1),
        lambda: filters.change_filter(session, first, QUIET, version=2),
        lambda: filters.move_filter(session, second, by=-1),
        lambda: filters.share_filter(session, first, shared=True, version=_version(session, first)),
        lambda: filters.remove_filter(session, first),
    ]
    for step in steps:
        states.append(state())
        step()
    assert len(state()) == 1
    for before in reversed(states):
        undo.undo(session)
        assert state() == before
    assert broken(session) == {}


def _version(session: Session, filter_id: int) -> int:
    return next(known.version for known in filters.saved(session, CUSTOMER) if known.id == filter_id)


def test_filters_stand_in_the_order_given(session: Session) -> None:
    ids = [filters.add_filter(session, CUSTOMER, name, BERLIN) for name in "ABC"]
    filters.move_filter(session, ids[2], by=-1)
    assert names(session) == ["A", "C", "B"]
    filters.move_filter(session, ids[2], by=-9)
    filters.move_filter(session, ids[0], by=9)
    assert names(session) == ["C", "B", "A"]


def test_a_private_filter_is_nobody_elses(staffed: Office) -> None:
    with signed_in(staffed) as session:
        mine = filters.add_filter(session, CUSTOMER, "Mine", BERLIN)
    with signed_in(staffed, "manager") as colleague:
        assert names(colleague) == []
        for attempt in attempts(colleague, mine):
            with pytest.raises(RefusedError) as caught:
                attempt()
            assert caught.value.code == "record_not_found"
        filters.add_filter(colleague, CUSTOMER, "Mine", NO_PHONE)
    with signed_in(staffed) as session:
        assert names(session) == ["Mine"]


def test_two_shared_filters_never_have_one_name(staffed: Office) -> None:
    with signed_in(staffed) as session:
        mine = filters.add_filter(session, CUSTOMER, "Best", BERLIN)
    with signed_in(staffed, "manager") as colleague:
        filters.add_filter(colleague, CUSTOMER, "BEST", NO_PHONE, shared=True)
    with signed_in(staffed) as session:
        with pytest.raises(InvalidValueError) as caught:
            filters.share_filter(session, mine, shared=True, version=1)
        assert caught.value.code == "filter_there"
        assert [(known.name, known.shared) for known in filters.saved(session, CUSTOMER)] == [
            ("Best", False),
            ("BEST", True),
        ]
        filters.rename_filter(session, mine, "Very best", version=1)
        filters.share_filter(session, mine, shared=True, version=2)
    with signed_in(staffed, "manager") as colleague:
        assert sorted(names(colleague)) == ["BEST", "Very best"]


def attempts(session: Session, filter_id: int) -> list[Callable[[], object]]:
    """Return everything that can be done to a filter."""
    return [
        lambda: filters.rename_filter(session, filter_id, "Yours", version=1),
        lambda: filters.share_filter(session, filter_id, shared=False, version=1),
        lambda: filters.remove_filter(session, filter_id),
        lambda: filters.move_filter(session, filter_id, by=1),
        lambda: filters.change_filter(session, filter_id, NO_PHONE, version=1),
    ]


def test_a_shared_filter_is_seen_by_all_and_changed_by_right(staffed: Office) -> None:
    with signed_in(staffed) as session:
        shared = filters.add_filter(session, CUSTOMER, "Berlin", BERLIN, shared=True)
    for login in ("staff", "viewer"):
        with signed_in(staffed, login) as colleague:
            (known,) = filters.saved(colleague, CUSTOMER)
            assert (known.name, known.shared, known.may_change) == ("Berlin", True, False)
            assert filters.filter_counts(colleague, CUSTOMER) == {shared: 0}
            new = partial(filters.add_filter, colleague, CUSTOMER, "New", BERLIN, shared=True)
            tries: list[Callable[[], object]] = [*attempts(colleague, shared), new]
            for attempt in tries:
                with pytest.raises(RefusedError) as caught:
                    attempt()
                assert caught.value.code == "right_missing"
    with signed_in(staffed, "manager") as colleague:
        assert filters.saved(colleague, CUSTOMER)[0].may_change
        filters.rename_filter(colleague, shared, "All of Berlin", version=1)
        assert names(colleague) == ["All of Berlin"]


def test_a_viewer_keeps_no_filters(staffed: Office) -> None:
    with signed_in(staffed, "viewer") as viewer, pytest.raises(RefusedError) as caught:
        filters.add_filter(viewer, CUSTOMER, "Mine", BERLIN)
    assert caught.value.facts["right"] == "filters.own"


def test_somebody_elses_newer_filter_is_not_overwritten(staffed: Office) -> None:
    with signed_in(staffed) as session:
        shared = filters.add_filter(session, CUSTOMER, "Berlin", BERLIN, shared=True)
    with signed_in(staffed, "manager") as colleague:
        filters.change_filter(colleague, shared, NO_PHONE, version=1)
    with signed_in(staffed) as session:
        with pytest.raises(ConflictError):
            filters.change_filter(session, shared, QUIET, version=1)
        assert filters.saved(session, CUSTOMER)[0].definition == NO_PHONE


def test_without_the_right_to_calls_no_filter_tells_of_them(staffed: Office) -> None:
    with_gap = Definition((gaps_for(CUSTOMER, with_calls=True),))
    with signed_in(staffed) as session:
        add_contact(session, person(phones=(PhoneDraft("(212) 555-0123"),)))
        filters.add_filter(session, CUSTOMER, "Quiet", QUIET, shared=True)
        filters.add_filter(session, CUSTOMER, "Lacking", with_gap, shared=True)
        plain = filters.add_filter(session, CUSTOMER, "Berlin", BERLIN, shared=True)
        assert contact_count(session, filters.query_of(CUSTOMER, QUIET)) == 1
    asked: tuple[Callable[[Session, ContactQuery], object], ...] = (
        contact_ids,
        contact_first_page,
        contact_count,
        only_similar,
    )
    with signed_in(staffed, "viewer") as viewer:
        assert names(viewer) == ["Berlin"]
        assert filters.filter_counts(viewer, CUSTOMER) == {plain: 0}
        for definition in (QUIET, with_gap):
            for ask in asked:
                with pytest.raises(RefusedError) as caught:
                    ask(viewer, filters.query_of(CUSTOMER, definition))
                assert caught.value.facts["right"] == "calls.view"
        own = incomplete(viewer, CUSTOMER)
        assert not any(value.startswith("quiet") for value in own.values)
        assert contact_count(viewer, ContactQuery(CUSTOMER, conditions=(own,))) == 1


def test_incomplete_records_say_what_they_lack(session: Session) -> None:
    whole = add_contact(session, person(given="Ada", phones=(PhoneDraft("(212) 555-0123"),)))
    bare = add_contact(session, person(given="Bo"))
    gone = add_contact(session, person(given="Cy"))
    trash(session, [gone])
    condition = incomplete(session, CUSTOMER)
    assert list(contact_ids(session, ContactQuery(CUSTOMER, conditions=(condition,)))) == [whole, bare]
    gaps = contact_gaps(session, [whole, bare], condition)
    assert gaps[bare] == tuple(Gap)
    assert gaps[whole] == (Gap.EMAIL, Gap.ADDRESS, Gap.PRODUCT, Gap.QUIET)
    no_phone = replace(condition, values=("phone",))
    assert list(contact_ids(session, ContactQuery(CUSTOMER, conditions=(no_phone,)))) == [bare]


def test_the_counts_are_those_of_the_lists(session: Session) -> None:
    for given in ("Ada", "Bo"):
        add_contact(session, person(given=given, emails=(EmailDraft(f"{given}@example.com"),)))
    definition = Definition((Condition("email", Operator.BEGINS_WITH, ("ADA@",)),), text="wh")
    one = filters.add_filter(session, CUSTOMER, "Ada", definition)
    all_of_them = filters.add_filter(session, CUSTOMER, "No phone", NO_PHONE)
    assert filters.filter_counts(session, CUSTOMER) == {one: 1, all_of_them: 2}


def test_a_definition_of_a_newer_version_is_left_alone(session: Session) -> None:
    filters.add_filter(session, CUSTOMER, "Known", BERLIN)
    with session.change("add_filter") as changes:
        for place, text in enumerate(('{"conditions":[{"field":"aura"}]}', "{", '{"conditions": 3}', "[]")):
            changes.insert(
                "saved_filter",
                {
                    "member_id": session.member.id, "category": "customer", "name": f"New {place}",
                    "shared": False, "position": 9, "definition": text,
                },
            )  # fmt: skip
    assert names(session) == ["Known"]
    assert len(table_rows(session, "saved_filter")) == 5


# --- the end of an account ---------------------------------------------------------------------------


def add_payer(session: Session) -> int:
    """Add somebody with an account that ends in 3000, beside somebody with the number 3000."""
    payer = add_contact(session, person(given="Paula", family="Payer"))
    bank_accounts.add_account(session, payer, BankDetails(account=IBAN, holder="Paula Payer"))
    add_contact(session, person(given="Nora", family="Number", phones=(PhoneDraft("(212) 555-3000"),)))
    return payer


def test_four_digits_find_the_account_for_those_who_may_see_it(staffed: Office) -> None:
    query = ContactQuery(CUSTOMER, text=" 3000 ")
    with signed_in(staffed) as session:
        payer = add_payer(session)
        assert payer in contact_ids(session, query)
        assert contact_count(session, query) == len(contact_ids(session, query)) == 2
        assert payer in contact_first_page(session, query)
        assert found_by_account(session, query) == (payer,)
        assert not only_similar(session, query)
        for text in ("300", "13000", "3 000", "30 00", "\u0663\u0660\u0660\u0660", "x300", "3001"):
            assert found_by_account(session, replace(query, text=text)) == ()
        trash(session, [payer])
        assert payer not in contact_ids(session, query)
        undo.undo(session)
    for login in ("staff", "viewer"):
        with signed_in(staffed, login) as colleague:
            assert found_by_account(colleague, query) == ()
            assert payer not in contact_ids(colleague, query)
            assert contact_count(colleague, query) == 1


def test_four_digits_are_neither_logged_nor_kept(session: Session) -> None:
    payer = add_payer(session)

    def written() -> tuple[int, ...]:
        tables = ("change_set", "log_entry", "member_setting", "draft", "saved_filter")
        with session.database.read() as connection:
            counts = [connection.execute(f"SELECT count(*) FROM {name}").fetchone() for name in tables]  # noqa: S608
        return tuple(count for (count,) in counts)

    before = written()
    assert payer in contact_ids(session, ContactQuery(CUSTOMER, text="3000"))
    with pytest.raises(InvalidValueError) as caught:
        filters.add_filter(session, CUSTOMER, "Payer", Definition(text=" 3000"))
    assert caught.value.code == "filter_text_account"
    assert written() == before


@pytest.mark.parametrize(
    "text",
    ["2125550123", "212 555 0123", "(212) 555-0123", "+12125550123", "+1 212 555 0123", "0012125550123",
     "001 212 555-0123", "555 01 23", "5550123", "212/555.0123"],
)  # fmt: skip
def test_espocrm_318_a_phone_is_found_however_it_is_typed(session: Session, text: str) -> None:
    wanted = add_contact(session, person(phones=(PhoneDraft("(212) 555-0123"),)))
    add_contact(session, person(given="Other", phones=(PhoneDraft("(212) 555-0999"),)))
    assert list(contact_ids(session, ContactQuery(CUSTOMER, text=text))) == [wanted]
    contains = Condition("phone", Operator.CONTAINS, (text,))
    assert list(contact_ids(session, ContactQuery(CUSTOMER, conditions=(contains,)))) == [wanted]
