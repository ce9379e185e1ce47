"""Reverting one change of a contact, whoever did it and whatever came after."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.bulk import BulkChange
from crm_desktop.domain.contact_drafts import AddressDraft, PhoneDraft, ProductUseDraft
from crm_desktop.domain.contacts import CustomerStatus
from crm_desktop.domain.errors import ConflictError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.products import ProductDraft
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.operations import (
    bulk,
    consents,
    contacts,
    large_changes,
    merging,
    product_uses,
    products,
    relations,
    reverting,
    undo,
)
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.reverting import State
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member
from tests.operations.samples import broken, call_log, customer_with, person, table_rows

START = person(
    "Dana", "Whitfield", company="Alt KG", title="Chefin",
    phones=(PhoneDraft("+49 30 5550001"),), addresses=(AddressDraft(city="Ulm"),), tags=("Messe",),
)  # fmt: skip


def edit(session: Session, contact_id: int, **values: object) -> int:
    """Save some values; return the change set."""
    draft, version = contacts.contact_draft(session, contact_id)
    changed = replace(draft, **values)  # type: ignore[arg-type]
    contacts.save_contact(session, contact_id, changed, version=version)
    return newest(session)


def newest(session: Session) -> int:
    return max(int(str(row["id"])) for row in table_rows_of_sets(session))


def table_rows_of_sets(session: Session) -> list[dict[str, object]]:
    with session.database.read() as connection:
        found = connection.execute("SELECT id FROM change_set").fetchall()
    return [{"id": row_id} for (row_id,) in found]


def values(session: Session, contact_id: int) -> dict[str, object]:
    draft, _ = contacts.contact_draft(session, contact_id)
    return {name: getattr(draft, name) for name in ("given", "family", "company", "title", "tags", "name")}


def words(plan: reverting.RevertPlan, state: State) -> list[tuple[str, object, object]]:
    return [
        (line.field, line.old, line.new) for item in plan.items if item.state is state for line in item.lines
    ]


def test_an_old_change_goes_back_and_later_ones_stay(session: Session) -> None:
    contact_id = contacts.add_contact(session, START)
    changed = edit(session, contact_id, family="Berg", company="Neu AG")
    edit(session, contact_id, title="Inhaberin")
    plan = reverting.plan_revert(session, changed, contact_id)
    assert words(plan, State.FREE) == [("family", "Berg", "Whitfield"), ("company", "Neu AG", "Alt KG")]
    reverting.revert(session, plan, plan.open_items)
    assert values(session, contact_id) == {
        "given": "Dana", "family": "Whitfield", "company": "Alt KG", "title": "Inhaberin",
        "tags": ("Messe",), "name": "Dana Whitfield",
    }  # fmt: skip
    assert contacts.card(session, contact_id).contact.name_key == "dana whitfield"
    assert broken(session) == {}


def test_what_was_changed_since_goes_back_only_where_it_is_chosen(session: Session) -> None:
    contact_id = contacts.add_contact(session, START)
    changed = edit(session, contact_id, family="Berg", company="Neu AG")
    edit(session, contact_id, company="Ganz Neu SE")
    plan = reverting.plan_revert(session, changed, contact_id)
    assert words(plan, State.CLASH) == [("company", "Ganz Neu SE", "Alt KG")]
    reverting.revert(session, plan, [item for item in plan.items if item.state is State.FREE])
    assert values(session, contact_id)["company"] == "Ganz Neu SE"
    assert values(session, contact_id)["family"] == "Whitfield"
    again = reverting.plan_revert(session, changed, contact_id)
    reverting.revert(session, again, again.clashes)
    assert values(session, contact_id)["company"] == "Alt KG"
    assert broken(session) == {}


def test_a_name_goes_back_although_another_part_of_it_was_changed(session: Session) -> None:
    contact_id = contacts.add_contact(session, START)
    changed = edit(session, contact_id, given="Dora")
    edit(session, contact_id, family="Berg")
    plan = reverting.plan_revert(session, changed, contact_id)
    assert not plan.clashes
    reverting.revert(session, plan, plan.open_items)
    assert values(session, contact_id)["name"] == "Dana Berg"
    assert list(contacts.contact_ids(session, contacts.ContactQuery(START.category, text="dana berg"))) == [
        contact_id
    ]


def test_rows_that_came_and_went_go_and_come_back(session: Session) -> None:
    contact_id = contacts.add_contact(session, START)
    changed = edit(session, contact_id, phones=(PhoneDraft("+49 30 5550002"),), tags=())
    edit(session, contact_id, title="Inhaberin")
    plan = reverting.plan_revert(session, changed, contact_id)
    reverting.revert(session, plan, plan.open_items)
    card = contacts.card(session, contact_id)
    assert [phone.raw for phone in card.phones] == ["+49 30 5550001"]
    assert [tag.name for tag in card.tags] == ["Messe"]
    undo.undo(session)
    assert [phone.raw for phone in contacts.card(session, contact_id).phones] == ["+49 30 5550002"]
    assert broken(session) == {}


def test_a_relation_is_reverted_from_either_side(session: Session) -> None:
    one, two = customer_with(session, "One"), customer_with(session, "Two")
    relations.add_relation(session, one, two, RelationDraft(RelationRole.SPOUSE_OF))
    plan = reverting.plan_revert(session, newest(session), two)
    assert [line.other for item in plan.items for line in item.lines] == ["One"]
    reverting.revert(session, plan, plan.open_items)
    assert table_rows(session, "relation") == []


def test_somebody_saving_in_between_is_noticed(session: Session) -> None:
    contact_id = contacts.add_contact(session, START)
    changed = edit(session, contact_id, company="Neu AG")
    plan = reverting.plan_revert(session, changed, contact_id)
    edit(session, contact_id, company="Ganz Neu SE")
    with pytest.raises(ConflictError, match="record_changed"):
        reverting.revert(session, plan, plan.open_items)
    assert values(session, contact_id)["company"] == "Ganz Neu SE"


def test_an_undo_that_met_a_later_change_asks_and_then_counts_as_done(session: Session) -> None:
    contact_id = contacts.add_contact(session, START)
    edit(session, contact_id, company="Neu AG", title="Inhaberin")
    by_somebody_else(session, edit(session, contact_id, company="Von Eva"))
    with pytest.raises(ConflictError, match="undo_conflict"):
        undo.undo(session)
    plan = reverting.plan_undo(session)
    assert words(plan, State.CLASH) == [("company", "Von Eva", "Alt KG")]
    reverting.revert(session, plan, [item for item in plan.items if item.state is State.FREE])
    assert values(session, contact_id)["title"] == "Chefin"
    assert values(session, contact_id)["company"] == "Von Eva"
    assert undo.can_undo(session) == "add_customer"
    assert undo.can_redo(session) == "edit_customer"


def test_what_cannot_be_reverted_says_why(session: Session) -> None:
    contact_id = contacts.add_contact(session, START)
    added = newest(session)
    with pytest.raises(RefusedError, match="revert_added_record"):
        reverting.plan_revert(session, added, contact_id)
    changed = edit(session, contact_id, company="Neu AG")
    edit(session, contact_id, company="Alt KG")
    with pytest.raises(ConflictError, match="nothing_left_to_revert"):
        reverting.plan_revert(session, changed, contact_id)
    with pytest.raises(RefusedError, match="record_not_found"):
        reverting.plan_revert(session, 10**9, contact_id)
    with session.database.write() as connection:
        connection.execute("UPDATE change_row SET before_image = NULL, after_image = NULL")
    with pytest.raises(RefusedError, match="undo_expired"):
        reverting.plan_revert(session, changed, contact_id)


def test_the_trash_is_reverted_from_history(session: Session) -> None:
    contact_id = contacts.add_contact(session, START)
    contacts.trash(session, [contact_id])
    plan = reverting.plan_revert(session, newest(session), contact_id)
    reverting.revert(session, plan, plan.open_items)
    assert contacts.card(session, contact_id).contact.trashed_at is None
    assert list(contacts.contact_ids(session, contacts.ContactQuery(START.category, text="dana"))) == [
        contact_id
    ]


@pytest.mark.parametrize("large", [False, True])
def test_a_change_of_many_goes_back_whole_but_where_it_was_changed_since(
    session: Session, monkeypatch: pytest.MonkeyPatch, *, large: bool
) -> None:
    if large:
        monkeypatch.setattr(reverting, "LARGE", 3)
    ids = [contacts.add_contact(session, replace(START, given=f"Dana{place}")) for place in range(6)]
    preview = bulk.preview_bulk(session, ids, bulk_change("source", "Bau"))
    bulk.change_in_bulk(session, preview)
    uuid = set_uuid(session)
    edit(session, ids[2], source="Hafen")
    outcome = reverting.revert_all(session, uuid)
    assert (outcome.reverted, outcome.kept) == (5, 1)
    found = [contacts.card(session, contact_id).contact.source for contact_id in ids]
    assert found == [None, None, "Hafen", None, None, None]
    assert broken(session) == {}


def test_a_whole_change_is_reverted_once(session: Session) -> None:
    ids = [contacts.add_contact(session, replace(START, given=f"Dana{place}")) for place in range(2)]
    bulk.change_in_bulk(session, bulk.preview_bulk(session, ids, bulk_change("source", "Bau")))
    uuid = set_uuid(session)
    assert reverting.revert_all(session, uuid).kept == 0
    with pytest.raises(RefusedError, match="already_undone"):
        reverting.revert_all(session, uuid)
    undo.undo(session)
    assert contacts.card(session, ids[0]).contact.source == "Bau"
    assert reverting.revert_all(session, uuid).reverted == 2


def by_somebody_else(session: Session, set_id: int) -> None:
    """Have a change set be another session's: one process holds one session of a file at a time."""
    with session.database.write() as connection:
        connection.execute("UPDATE change_set SET session = zeroblob(16) WHERE id = ?", (set_id,))


def bulk_change(field: str, value: str) -> BulkChange:
    return BulkChange(field, value)


def set_uuid(session: Session) -> bytes:
    with session.database.read() as connection:
        (uuid,) = connection.execute("SELECT uuid FROM change_set ORDER BY id DESC LIMIT 1").fetchone()
    assert isinstance(uuid, bytes)
    return uuid


def test_calls_go_along_untold_for_who_may_not_see_them(office: Office, tmp_path: Path) -> None:
    """Promise P10: the plan of a merge says nothing of calls, and they go back with it all the same."""
    number = "(212) 555-0123"
    session = office.open()
    add_member(session, "max", Role.MANAGER, revoked=("calls.view",))
    dana, eve = customer_with(session, "Dana", number), customer_with(session, "Eve")
    consents.grant_consent(session)
    log = call_log(tmp_path / "log.xml", (number, 0))
    run_import(session, [log], member_id=session.member.id, options=reading_options(session))
    merging.merge(session, merging.preview_merge(session, (dana, eve), survivor_id=eve))
    merged = newest(session)
    assert "moved_calls" in tables_of(reverting.plan_revert(session, merged, eve))
    session.close()
    session = office.open("max")
    plan = reverting.plan_revert(session, merged, eve)
    assert not tables_of(plan) & {"moved_calls", "linked_calls"}
    reverting.revert(session, plan, plan.open_items)
    session.close()
    session = office.open()
    assert [row["customer_id"] for row in table_rows(session, "call")] == [dana]
    assert broken(session) == {}
    session.close()


def tables_of(plan: reverting.RevertPlan) -> set[str]:
    return {item.change.table for item in plan.items}


def test_a_merge_is_reverted_whole_and_that_is_undone(session: Session) -> None:
    dana, double = (contacts.add_contact(session, START) for _ in range(2))
    merging.merge(session, merging.preview_merge(session, [dana, double], survivor_id=dana))
    merged = newest(session)
    edit(session, dana, title="Von Eva")
    plan = reverting.plan_revert(session, merged, dana)
    reverting.revert(session, plan, plan.open_items)
    assert contacts.card(session, double).contact.trashed_at is None
    assert undo.can_undo(session) == reverting.VERB
    undo.undo(session)
    assert contacts.card(session, double).contact.trashed_at is not None
    assert values(session, dana)["title"] == "Von Eva", "the change before is not what was undone"
    assert broken(session) == {}


def undo_of_many(session: Session) -> tuple[list[int], reverting.RevertPlan]:
    """Change eight at once, a tag with it; somebody changes one since. Return them, and what an undo asks."""
    ids = [contacts.add_contact(session, replace(START, given=f"Dana{place}")) for place in range(8)]
    bulk.change_in_bulk(session, bulk.preview_bulk(session, ids, bulk_change("status", "paused")))
    by_somebody_else(session, edit(session, ids[2], status=CustomerStatus.FORMER))
    with pytest.raises(ConflictError, match="undo_conflict"):
        undo.undo(session)
    return ids, reverting.plan_undo(session)


def statuses(session: Session, ids: Sequence[int]) -> list[str]:
    return [str(contacts.card(session, one).contact.status) for one in ids]


def free_items(plan: reverting.RevertPlan) -> list[reverting.Item]:
    return [item for item in plan.open_items if item.state is State.FREE]


@pytest.fixture
def in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reverting, "LARGE", 3)
    monkeypatch.setattr(large_changes, "FIRST_BATCH", 2)


@pytest.mark.usefixtures("in_batches")
def test_an_undo_of_very_many_is_written_in_batches_and_done_again(session: Session) -> None:
    ids, plan = undo_of_many(session)
    before = statuses(session, ids)
    told: list[int] = []
    reverting.revert(session, plan, free_items(plan), progress=lambda done: told.append(done.done))
    assert len(told) > 1
    assert statuses(session, ids) == ["active", "active", "former", *["active"] * 5]
    assert [len(contacts.card(session, one).past_statuses) for one in ids] == [0, 0, 2, *[0] * 5]
    assert undo.can_redo(session) == plan.verb
    undo.redo(session)
    assert statuses(session, ids) == before
    assert broken(session) == {}


@pytest.mark.usefixtures("in_batches")
@pytest.mark.parametrize("cancels", [True, False])
def test_an_undo_of_very_many_that_stops_on_its_way_changes_nothing(
    session: Session, *, cancels: bool
) -> None:
    ids, plan = undo_of_many(session)
    before, cancel = statuses(session, ids), CancelToken()

    def between(done: Progress) -> None:
        if done.done != 2:
            return
        if cancels:
            cancel.cancel()
        else:
            edit(session, ids[0], title="Von Eva", status=CustomerStatus.LEAD)

    with pytest.raises(Cancelled if cancels else ConflictError, match=None if cancels else "record_changed"):
        reverting.revert(session, plan, free_items(plan), progress=between, cancel=cancel)
    assert statuses(session, ids) == (before if cancels else ["lead", *before[1:]])
    assert broken(session) == {}


@pytest.mark.usefixtures("in_batches")
def test_a_name_that_goes_back_with_very_many_is_found_again(session: Session) -> None:
    kept, other = (products.add_product(session, ProductDraft(name)) for name in ("Fleet", "Flete"))
    ids = [
        contacts.add_contact(session, replace(START, product_uses=(ProductUseDraft("Flete"),)))
        for _ in range(6)
    ]
    products.merge_products(session, kept, other)
    (use,) = product_uses.uses_of(session, ids[5])
    draft = replace(product_uses.use_draft(use), product="Atlas")
    product_uses.edit_use(session, use.use.id, draft, version=use.use.version)
    by_somebody_else(session, newest(session))
    plan = reverting.plan_undo(session)
    reverting.revert(session, plan, free_items(plan))
    found = [
        contacts.contact_ids(session, contacts.ContactQuery(START.category, text=name))
        for name in ("flete", "fleet")
    ]
    assert [list(one) for one in found] == [ids[:5], []]
    assert broken(session) == {}
