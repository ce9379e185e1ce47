"""Products: the catalogue, merging two spellings, what customers use, renewals; all of it undone again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.domain.contact_drafts import ProductUseDraft
from crm_desktop.domain.contacts import Category, Product
from crm_desktop.domain.errors import ConflictError, InvalidValueError, KnownError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.products import (
    ProductDraft,
    draft_of_product,
    merged_product,
    product_columns,
    product_problems,
    tidied_product,
)
from crm_desktop.domain.progress import Cancelled, CancelToken
from crm_desktop.operations import contacts, large_changes, log_reading, product_uses, products, undo
from crm_desktop.operations import undo as undo_room
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.product_uses import RenewalSort, UseLine
from crm_desktop.operations.products import ProductLine
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member, new_organization
from tests.operations.samples import broken, customer_with, entry, person, table_rows

STAMPS = {"version", "changed_at", "changed_by", "salt"}
TODAY = "2026-09-21"
"""By the clock of the tests."""


def day(ahead: int) -> str:
    return (date.fromisoformat(TODAY) + timedelta(days=ahead)).isoformat()


def using(session: Session, given_name: str, *uses: ProductUseDraft) -> int:
    return contacts.add_contact(session, person(given_name, None, product_uses=uses))


def named(session: Session, name: str) -> Product:
    return next(product for product in products.products(session) if product.name == name)


def line(session: Session, name: str) -> ProductLine:
    return next(line for line in products.product_lines(session) if line.product.name == name)


def only_use(session: Session, contact_id: int) -> UseLine:
    (use,) = product_uses.uses_of(session, contact_id)
    return use


def hits(session: Session, text: str) -> list[int]:
    return sorted(contacts.contact_ids(session, ContactQuery(Category.CUSTOMER, text=text)))


def merge(session: Session, kept: str, other: str) -> int:
    return products.merge_products(session, named(session, kept).id, named(session, other).id)


# --- the catalogue --------------------------------------------------------------------------------------


def test_a_product_is_kept_with_everything_that_was_typed(session: Session) -> None:
    typed = ProductDraft(" Fleet  Pro ", " FP-1 ", "Acme", ("Basic", " Gold", "", "basic"), "line 1\nline 2 ")
    product_id = products.add_product(session, typed)
    kept = products.product(session, product_id)
    expected = ProductDraft("Fleet Pro", "FP-1", "Acme", ("Basic", "Gold"), "line 1\nline 2")
    assert draft_of_product(kept) == expected
    assert kept.active
    assert products.plan_names(session, "FLEET PRO") == ("Basic", "Gold")
    assert products.plan_names(session, "unknown") == ()
    assert broken(session) == {}


@pytest.mark.parametrize(
    ("draft", "code", "field"),
    [
        (ProductDraft("  "), "value_required", "name"),
        (ProductDraft("x" * 201), "value_too_long", "name"),
        (ProductDraft("a\0b"), "value_unreadable", "name"),
        (ProductDraft("a", plans=tuple(f"Plan {n}" for n in range(51))), "product_plans_many", "plans"),
        (ProductDraft("a", plans=("b", "\ud800")), "value_unreadable", "plans"),
        (ProductDraft("a", note="x" * 200_000), "value_too_long", "note"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(
    draft: ProductDraft, code: str, field: str, session: Session
) -> None:
    assert field in products.typed_problems(draft)
    with pytest.raises(InvalidValueError, match=code):
        products.add_product(session, draft)
    assert products.products(session) == []


def test_a_name_or_code_that_is_there_is_refused(session: Session) -> None:
    first = products.add_product(session, ProductDraft("Größe", "A-1"))
    with pytest.raises(InvalidValueError, match="product_there"):
        products.add_product(session, ProductDraft("GROSSE"))
    with pytest.raises(InvalidValueError, match="product_code_there"):
        products.add_product(session, ProductDraft("Other", "a-1"))
    products.edit_product(session, first, ProductDraft("GRÖSSE", "A-1"), version=1)
    assert products.product_names(session) == ["GRÖSSE"]


def test_a_new_name_is_the_name_everywhere_and_is_found(session: Session) -> None:
    dana = using(session, "Dana", ProductUseDraft("Flete"))
    flete = named(session, "Flete")
    products.edit_product(session, flete.id, ProductDraft("Fleet"), version=flete.version)
    assert (hits(session, "fleet"), hits(session, "flete")) == ([dana], [])
    assert contacts.contact_rows(session, [dana])[dana].product == "Fleet"
    assert undo.undo(session).verb == "edit_product"
    assert (hits(session, "fleet"), hits(session, "flete")) == ([], [dana])
    undo.redo(session)
    assert hits(session, "fleet") == [dana]
    assert broken(session) == {}


def test_the_new_name_of_one_that_many_use_is_written_in_batches(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_changes, "LARGE", 3)
    monkeypatch.setattr(undo_room, "LARGE", 3)
    ids = [using(session, f"Dana{n}", ProductUseDraft("Flete")) for n in range(6)]
    flete = named(session, "Flete")
    products.edit_product(session, flete.id, ProductDraft("Fleet"), version=flete.version)
    assert (hits(session, "fleet"), hits(session, "flete")) == (ids, [])
    undo.undo(session)
    assert (hits(session, "fleet"), hits(session, "flete")) == ([], ids)
    cancel = CancelToken()
    cancel.cancel()
    version = named(session, "Flete").version
    with pytest.raises(Cancelled):
        products.edit_product(session, flete.id, ProductDraft("Fleet"), version=version, cancel=cancel)
    assert (hits(session, "fleet"), hits(session, "flete")) == ([], ids)
    assert broken(session) == {}


def test_a_new_name_cancelled_on_its_way_leaves_everybody_found_by_the_former(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_changes, "LARGE", 3)
    monkeypatch.setattr(large_changes, "FIRST_BATCH", 2)
    ids = [using(session, f"Dana{n}", ProductUseDraft("Flete")) for n in range(8)]
    flete, cancel = named(session, "Flete"), CancelToken()
    with pytest.raises(Cancelled):
        products.edit_product(
            session, flete.id, ProductDraft("Fleet"), version=flete.version, cancel=cancel,
            progress=lambda done: cancel.cancel() if done.done >= 4 else None,
        )  # fmt: skip
    assert named(session, "Flete").id == flete.id
    assert (hits(session, "fleet"), hits(session, "flete")) == ([], ids)
    assert broken(session) == {}


def test_somebody_elses_newer_product_is_not_overwritten(session: Session) -> None:
    product_id = products.add_product(session, ProductDraft("Fleet"))
    products.edit_product(session, product_id, ProductDraft("Fleet", vendor="Acme"), version=1)
    with pytest.raises(ConflictError, match="record_changed"):
        products.edit_product(session, product_id, ProductDraft("Mine"), version=1)
    with pytest.raises(ConflictError, match="record_changed"):
        products.delete_product(session, product_id, version=1)
    assert named(session, "Fleet").vendor == "Acme"


def test_a_retired_product_is_proposed_no_more_and_stays_with_who_has_it(session: Session) -> None:
    dana = using(session, "Dana", ProductUseDraft("Fleet"))
    fleet = named(session, "Fleet")
    products.set_offered(session, fleet.id, offered=False)
    assert products.product_names(session) == []
    assert only_use(session, dana).product == "Fleet"
    undo.undo(session)
    assert products.product_names(session) == ["Fleet"]
    version = named(session, "Fleet").version
    products.set_offered(session, fleet.id, offered=True)
    assert named(session, "Fleet").version == version


def test_only_what_nobody_uses_is_deleted_and_undo_brings_it_back(session: Session) -> None:
    unused = products.add_product(session, ProductDraft("Unused", "U-1"))
    dana = using(session, "Dana", ProductUseDraft("Fleet", until="2020-01-01"))
    fleet = named(session, "Fleet")
    contacts.trash(session, [dana])
    assert [(line.in_use, line.used) for line in products.product_lines(session)] == [(True, 0), (False, 0)]
    with pytest.raises(RefusedError, match="product_in_use"):
        products.delete_product(session, fleet.id, version=fleet.version)
    products.delete_product(session, unused, version=1)
    assert [product.name for product in products.products(session)] == ["Fleet"]
    undo.undo(session)
    assert named(session, "Unused").code == "U-1"
    assert broken(session) == {}


def test_the_counts_are_those_of_the_list_of_customers(session: Session) -> None:
    for place, ahead in enumerate((-1, 0, 30, 31)):
        renewing = ProductUseDraft("Fleet", renewal_on=day(ahead))
        using(session, f"Dana{place}", renewing, ProductUseDraft("Fleet"))
    using(session, "Former", ProductUseDraft("Fleet", until="2025-01-01", renewal_on=TODAY))
    contacts.add_contact(session, entry("Entry", product_uses=(ProductUseDraft("Fleet"),)))
    contacts.trash(session, [using(session, "Gone", ProductUseDraft("Fleet"))])
    found = line(session, "Fleet")
    assert (found.using_now, found.used, found.due, found.overdue) == (4, 5, 2, 1)
    users = products.product_users(session, found.product.id, limit=3)
    assert [user.name for user in users] == ["Dana0", "Dana1", "Dana2"]


# --- merging --------------------------------------------------------------------------------------------


def test_two_spellings_become_one_and_nothing_is_lost(session: Session) -> None:
    products.add_product(session, ProductDraft("Fleet Pro", "FP-1", "Acme", ("Basic",), "first"))
    products.add_product(session, ProductDraft("Fleetpro", "FP-2", None, ("Gold", "basic"), "second"))
    dana = using(
        session, "Dana", ProductUseDraft("Fleet Pro", serial="1"), ProductUseDraft("Fleetpro", serial="2")
    )
    bo = using(session, "Bo", ProductUseDraft("Fleetpro", until="2020-01-01"))
    before = contacts.card(session, bo).contact.version
    assert merge(session, "Fleet Pro", "Fleetpro") == 2
    (kept,) = products.products(session)
    assert draft_of_product(kept) == ProductDraft(
        "Fleet Pro", "FP-1", "Acme", ("Basic", "Gold"), "first\nsecond\nFleetpro: FP-2"
    )
    uses = product_uses.uses_of(session, dana)
    assert {(use.product, use.use.serial) for use in uses} == {("Fleet Pro", "1"), ("Fleet Pro", "2")}
    assert hits(session, "fleetpro") == []
    assert contacts.card(session, bo).contact.version > before
    (change,) = [change for change in undo.history(session, bo)[0].changes if change.table == "product_use"]
    assert (change.field, change.old, change.new) == ("product", "Fleetpro", "Fleet Pro")
    undo.undo(session)
    assert hits(session, "fleetpro") == [dana]
    assert broken(session) == {}


def test_a_product_is_not_merged_into_itself_nor_into_one_that_is_gone(session: Session) -> None:
    product_id = products.add_product(session, ProductDraft("Fleet"))
    with pytest.raises(RefusedError, match="product_merge_itself"):
        products.merge_products(session, product_id, product_id)
    with pytest.raises(RefusedError, match="record_not_found"):
        products.merge_products(session, product_id, 99)
    assert [product.name for product in products.products(session)] == ["Fleet"]


def test_merging_needs_its_own_right_and_so_does_undoing_it(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", Role.STAFF)
    for name in ("Fleet", "Flete"):
        products.add_product(session, ProductDraft(name))
    session.close()
    session = office.open("eva")
    with pytest.raises(RefusedError, match="right_missing"):
        merge(session, "Fleet", "Flete")
    assert len(products.products(session)) == 2
    session.close()


@pytest.mark.parametrize("stop_after", [None, 1, 4])
def test_many_uses_are_merged_in_batches_cancelled_none_is(
    stop_after: int | None, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_changes, "LARGE", 3)
    monkeypatch.setattr(undo_room, "LARGE", 3)
    monkeypatch.setattr("crm_desktop.operations.large_changes.FIRST_BATCH", 1)
    monkeypatch.setattr("crm_desktop.operations.large_changes.MOST_AT_ONCE", 1)
    ids = [using(session, f"Dana{n}", ProductUseDraft("Flete")) for n in range(6)]
    products.add_product(session, ProductDraft("Fleet"))
    before = state(session)
    token = CancelToken()
    if stop_after is not None:
        with pytest.raises(Cancelled):
            products.merge_products(
                session, named(session, "Fleet").id, named(session, "Flete").id, cancel=token,
                progress=lambda done: token.cancel() if done.done >= stop_after else None,
            )  # fmt: skip
        assert state(session) == before
        assert hits(session, "flete") == ids
    else:
        assert merge(session, "Fleet", "Flete") == 6
        assert hits(session, "fleet") == ids
        undo.undo(session)
        assert state(session) == before
    assert broken(session) == {}


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
drafts = st.builds(ProductDraft, names, names, names, st.lists(names, max_size=4).map(tuple), names)


@given(drafts, drafts)
def test_a_tidied_draft_stays_and_a_merged_one_can_be_kept(first: ProductDraft, second: ProductDraft) -> None:
    for draft in (first, second):
        tidied = tidied_product(draft)
        assert tidied_product(tidied) == tidied
        if not product_problems(tidied):
            stored = Product(1, b"", 1, active=True, **product_columns(tidied))  # type: ignore[arg-type]  # columns by name
            assert draft_of_product(stored) == tidied
    merged = merged_product(tidied_product(first), tidied_product(second))
    assert merged.name == tidied_product(first).name
    assert not {"plans", "note", "vendor"} & product_problems(merged).keys()


# --- what a customer uses -------------------------------------------------------------------------------


def test_a_use_is_added_changed_ended_renewed_and_undone(session: Session) -> None:
    dana = customer_with(session, "Dana")
    before = [state(session)]
    full = ProductUseDraft("Fleet", "2024-01-31", None, "Gold", 12, "S-1", "2026-01-31", "by phone")
    use_id = product_uses.add_use(session, dana, full)
    assert product_uses.use_draft(only_use(session, dana)) == replace(full, id=use_id)
    assert hits(session, "fleet") == [dana]
    before.append(state(session))
    product_uses.edit_use(session, use_id, replace(full, product="Other", quantity=3), version=1)
    assert (only_use(session, dana).product, hits(session, "fleet")) == ("Other", [])
    before.append(state(session))
    product_uses.renew_use(session, use_id, "2027-01-31", version=2)
    assert only_use(session, dana).use.renewal_on == "2027-01-31"
    before.append(state(session))
    product_uses.end_use(session, use_id, "2026-05-01", version=3)
    assert hits(session, "other") == []
    before.append(state(session))
    with pytest.raises(RefusedError, match="use_has_ended"):
        product_uses.renew_use(session, use_id, "2028-01-31", version=4)
    product_uses.end_use(session, use_id, None, version=4)
    assert hits(session, "other") == [dana]
    before.append(state(session))
    product_uses.remove_use(session, use_id, version=5)
    assert product_uses.uses_of(session, dana) == []
    for expected in before[::-1]:
        undo.undo(session)
        assert state(session) == expected
    assert broken(session) == {}


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (ProductUseDraft(" "), "value_required"),
        (ProductUseDraft("Fleet", since="31.1.2024"), "date_invalid"),
        (ProductUseDraft("Fleet", since="2024-01-02", until="2024-01-01"), "use_ends_early"),
        (ProductUseDraft("Fleet", quantity=-1), "quantity_invalid"),
        (ProductUseDraft("Fleet", serial="\0"), "value_unreadable"),
    ],
)
def test_a_use_that_cannot_be_kept_is_refused(draft: ProductUseDraft, code: str, session: Session) -> None:
    dana = customer_with(session, "Dana")
    with pytest.raises(InvalidValueError, match=code):
        product_uses.add_use(session, dana, draft)
    assert (product_uses.uses_of(session, dana), products.products(session)) == ([], [])


def test_a_newer_use_one_in_the_trash_and_one_that_is_gone_are_not_written(session: Session) -> None:
    dana = using(session, "Dana", ProductUseDraft("Fleet"))
    use_id = only_use(session, dana).use.id
    product_uses.renew_use(session, use_id, "2027-01-01", version=1)
    with pytest.raises(ConflictError, match="record_changed"):
        product_uses.renew_use(session, use_id, "2028-01-01", version=1)
    contacts.trash(session, [dana])
    with pytest.raises(RefusedError, match="record_in_trash"):
        product_uses.end_use(session, use_id, TODAY, version=2)
    with pytest.raises(RefusedError, match="record_in_trash"):
        product_uses.add_use(session, dana, ProductUseDraft("Fleet"))
    with pytest.raises(RefusedError, match="record_not_found"):
        product_uses.remove_use(session, 99, version=1)


def test_an_open_form_notices_that_a_use_changed(session: Session) -> None:
    dana = using(session, "Dana", ProductUseDraft("Fleet"))
    draft, version = contacts.contact_draft(session, dana)
    product_uses.renew_use(session, only_use(session, dana).use.id, "2027-01-01", version=1)
    with pytest.raises(ConflictError, match="record_changed"):
        contacts.save_contact(session, dana, draft, version=version)
    assert only_use(session, dana).use.renewal_on == "2027-01-01"


# --- renewals -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-03-31", "2027-03-31"),
        ("2024-02-29", "2025-02-28"),
        ("2023-02-28", "2024-02-28"),
        ("9999-06-01", "9999-06-01"),
    ],
)
def test_the_next_renewal_is_the_same_day_a_year_later(before: str, after: str) -> None:
    assert product_uses.next_renewal(before) == after


def test_renewals_by_span_order_and_product(session: Session) -> None:
    days = [day(ahead) for ahead in (-31, 0, 30, 60, 90, 91)]
    for place, renewal in enumerate(days):
        name = "Fleet" if place % 2 else "Atlas"
        using(session, f"Dana{9 - place}", ProductUseDraft(name, renewal_on=renewal, quantity=place))
    using(session, "Former", ProductUseDraft("Fleet", until="2026-01-01", renewal_on=day(1)))
    contacts.trash(session, [using(session, "Gone", ProductUseDraft("Fleet", renewal_on=day(1)))])
    spans = {span.days: span.count for span in product_uses.renewal_counts(session)}
    assert spans == {None: 1, 30: 2, 60: 3, 90: 4}
    query = product_uses.renewals_within(session, 90)
    ids = list(product_uses.renewal_ids(session, query))
    assert product_uses.renewal_first_page(session, query, limit=2) == ids[:2]
    rows = product_uses.renewal_rows(session, ids)
    assert [rows[i].renewal_on for i in ids] == days[1:5]
    first = rows[ids[0]]
    assert (first.customer, first.product, first.quantity) == ("Dana8", "Fleet", 1)
    for sort in RenewalSort:
        up = list(product_uses.renewal_ids(session, replace(query, sort=sort)))
        assert sorted(up) == sorted(ids)
    by_name = product_uses.renewal_ids(session, replace(query, sort=RenewalSort.CUSTOMER, ascending=False))
    assert list(by_name) == ids
    atlas = product_uses.renewals_within(session, 90, product_id=named(session, "Atlas").id)
    assert [
        row.product
        for row in product_uses.renewal_rows(session, list(product_uses.renewal_ids(session, atlas))).values()
    ] == ["Atlas", "Atlas"]


# --- any order, undone ----------------------------------------------------------------------------------


def state(session: Session) -> dict[str, list[dict[str, object]]]:
    return {
        table: [
            {name: value for name, value in row.items() if name not in STAMPS}
            for row in table_rows(session, table)
        ]
        for table in ("contact", "product", "product_use")
    }


WORDS = ("Atlas", "Boreal", "Cirrus")


def seen(session: Session) -> list[list[int]]:
    return [hits(session, word.casefold()) for word in WORDS]


def do(session: Session, verb: str, first: int, second: int) -> None:
    """One random verb; refusals are part of life."""
    people = [int(str(row["id"])) for row in table_rows(session, "contact")]
    shelf = table_rows(session, "product") or [{"id": 0, "version": 1}]
    product, other = (int(str(shelf[place % len(shelf)]["id"])) for place in (first, second))
    version = int(str(shelf[first % len(shelf)]["version"]))
    uses = table_rows(session, "product_use") or [{"id": 0, "version": 1}]
    use_id, use_version = (int(str(uses[first % len(uses)][name])) for name in ("id", "version"))
    word = WORDS[second % 3]
    if verb == "add":
        products.add_product(session, ProductDraft(word, f"{first}", plans=(f"Plan {second}",)))
    elif verb == "rename":
        products.edit_product(session, product, ProductDraft(word, note=str(first)), version=version)
    elif verb == "merge":
        products.merge_products(session, product, other)
    elif verb == "retire":
        products.set_offered(session, product, offered=bool(second % 2))
    elif verb == "delete":
        products.delete_product(session, product, version=version)
    elif verb == "use":
        product_uses.add_use(session, people[first % len(people)], ProductUseDraft(word, quantity=second))
    elif verb == "end":
        product_uses.end_use(session, use_id, "2026-01-01" if second % 2 else None, version=use_version)
    elif verb == "renew":
        product_uses.renew_use(session, use_id, f"202{second}-01-01", version=use_version)
    elif verb == "remove":
        product_uses.remove_use(session, use_id, version=use_version)
    elif verb == "trash":
        contacts.trash(session, [people[first % len(people)]])
    else:
        contacts.restore_from_trash(session, people)


VERBS = (
    "add",
    "rename",
    "merge",
    "merge",
    "retire",
    "delete",
    "use",
    "use",
    "use",
    "end",
    "renew",
    "remove",
    "trash",
    "restore",
)
steps = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 4), st.integers(0, 4)), max_size=12)


@pytest.fixture(scope="module")
def long_session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    session = new_organization(tmp_path_factory.mktemp("products")).open()
    for name in ("Dana", "Bo"):
        customer_with(session, name)
    return session


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sequence=steps)
def test_any_order_of_verbs_undone_in_reverse_gives_the_start(
    long_session: Session, sequence: list[tuple[str, int, int]]
) -> None:
    session = long_session
    states = [(state(session), seen(session))]
    for verb, first, second in sequence:
        try:
            do(session, verb, first, second)
        except KnownError:
            assert (state(session), seen(session)) == states[-1]
        if (now := (state(session), seen(session)))[0] != states[-1][0]:
            states.append(now)
    for expected in states[-2::-1]:
        undo.undo(session)
        assert (state(session), seen(session)) == expected
    for expected in states[1:]:
        undo.redo(session)
        assert (state(session), seen(session)) == expected
    for expected in states[-2::-1]:
        undo.undo(session)
        assert (state(session), seen(session)) == expected
    assert broken(session) == {}


def test_the_log_names_the_verbs_as_work_on_records() -> None:
    verbs = ("add_product", "merge_products", "retire_product", "end_product_use", "renew_product_use")
    assert {log_reading.group_of(verb) for verb in verbs} == {"records"}
