"""Merging records: nothing is lost, the preview is what happens, and undone it is as it was."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    ContactDraft,
    EmailDraft,
    ForeignIdDraft,
    PhoneDraft,
    ProductUseDraft,
)
from crm_desktop.domain.contacts import Category, ContactCard, ContactKind, CustomerStatus
from crm_desktop.domain.errors import ConflictError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.operations import (
    attachments,
    bank_accounts,
    bank_confirming,
    call_imports,
    consents,
    contacts,
    custom_fields,
    merging,
    notes,
    purging,
    relations,
    reverting,
    timeline,
    undo,
)
from crm_desktop.operations.custom_fields import FieldDraft
from crm_desktop.operations.session import Session
from crm_desktop.storage.change_sets import RECORD_TABLES
from tests.environments import PASSWORD, Office, add_member, new_organization
from tests.operations.samples import broken, call_log, entry, person, table_rows

DIFFERS = {"version", "salt", "changed_at", "changed_by"}
IBAN, OTHER_IBAN = "DE89370400440532013000", "NL91ABNA0417164300"
A, B, C = 1, 2, 3


def everything(session: Session) -> dict[str, list[dict[str, object]]]:
    return {
        table: [{k: v for k, v in row.items() if k not in DIFFERS} for row in table_rows(session, table)]
        for table in (*RECORD_TABLES, "call")
    }


def plain(card: ContactCard) -> list[object]:
    """Return a card without what a write stamps, and without the ids of rows it adds."""
    own = replace(card.contact, version=0, changed_at=0, changed_by=None)
    known = [
        replace(part, version=0, uuid=b"", id=0)
        for group in (
            card.phones, card.emails, card.addresses, card.product_uses, card.foreign_ids, card.tags,
            card.custom_values, card.past_statuses,
        )
        for part in group
    ]  # fmt: skip
    return [own, *known]


def merged(session: Session, *ids: int, **more: object) -> merging.MergePreview:
    preview = merging.preview_merge(session, ids or (A, B, C), **more)  # type: ignore[arg-type]
    merging.merge(session, preview)
    return preview


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return new_organization(tmp_path)


@pytest.fixture
def session(office: Office, tmp_path: Path) -> Iterator[Session]:
    """Three records of one person, each with everything, and a friend."""
    session = office.open()
    field = custom_fields.define_field(session, FieldDraft("Level"))
    for number, name in enumerate(("Dana", "Dana", "D."), 1):
        draft = person(
            name, "Whitfield", nickname=f"Nick {number}", note=f"Remark {number}",
            phones=(PhoneDraft("(212) 555-0123", is_primary=True), PhoneDraft(f"(212) 555-100{number}")),
            emails=(EmailDraft("dana@w.example"), EmailDraft(f"d{number}@w.example")),
            addresses=(AddressDraft("1 High St", "10001", "New York"), AddressDraft(f"{number} Side St")),
            product_uses=(ProductUseDraft("Fleet", serial=f"S{number}"),),
            tags=("VIP", f"Tag {number}"), custom=((field, f"Level {number}"),),
            foreign_ids=(ForeignIdDraft("Ledger", f"L-{number}"),), status=CustomerStatus.ACTIVE,
        )  # fmt: skip
        contact_id = contacts.add_contact(session, draft)
        notes.add_note(session, contact_id, f"Note {number}")
        attached = tmp_path / "contract.txt"
        attached.write_text(f"what was agreed {number}", encoding="utf-8")
        attachments.add_files(session, contact_id, [attached])
    friend = contacts.add_contact(session, entry("Eve"))
    relations.add_relation(session, A, B, RelationDraft(RelationRole.SIBLING_OF))
    for side in (A, B):
        relations.add_relation(session, side, friend, RelationDraft(RelationRole.REFERRED_BY))
    relations.add_relation(session, friend, C, RelationDraft(RelationRole.SPOUSE_OF))
    log = call_log(tmp_path / "log.xml", ("(212) 555-1001", 1), ("(212) 555-1002", 2), ("(212) 555-1003", 3))
    consents.grant_consent(session)
    call_imports.run_import(
        session, [log], member_id=session.member.id, options=call_imports.reading_options(session)
    )
    yield session
    session.close()


def test_what_the_preview_shows_is_what_is_there_afterwards(session: Session) -> None:
    preview = merged(session, survivor_id=B)
    assert plain(contacts.card(session, B)) == plain(preview.card)
    assert preview.moved.calls == 2
    assert broken(session) == {}


def test_every_value_link_and_call_is_at_the_one_that_stays(session: Session) -> None:
    merged(session, survivor_id=A)
    card = contacts.card(session, A)
    assert {phone.raw for phone in card.phones} == {
        "(212) 555-0123",
        *(f"(212) 555-100{n}" for n in (1, 2, 3)),
    }
    assert sum(phone.is_primary for phone in card.phones) == 1
    assert {email.address for email in card.emails} == {
        "dana@w.example",
        *(f"d{n}@w.example" for n in (1, 2, 3)),
    }
    assert len(card.addresses) == 4
    assert {use.serial for use in card.product_uses} == {"S1", "S2", "S3"}
    assert {tag.name for tag in card.tags} == {"VIP", "Tag 1", "Tag 2", "Tag 3"}
    assert {"L-1", "L-2", "L-3", "C-00002", "C-00003"} == {known.value for known in card.foreign_ids}
    assert all(f"Remark {n}" in (card.contact.note or "") for n in (1, 2, 3))
    told = timeline.timeline(session, A).entries
    assert sum(item.call is not None for item in told) == 3
    assert {item.note.text for item in told if item.note} == {"Note 1", "Note 2", "Note 3"}
    names = {line.name for line in attachments.attachments_of(session, A)}
    assert names == {"contract.txt", "contract (2).txt", "contract (3).txt"}
    assert sorted(line.other.name for line in relations.relations_of(session, A)) == ["Eve", "Eve"]


def test_undone_everything_is_as_it_was_and_done_again_it_is_merged_again(session: Session) -> None:
    before = everything(session)
    merged(session, survivor_id=C)
    after = everything(session)
    assert undo.undo(session).verb == "merge_contacts"
    assert everything(session) == before
    assert broken(session) == {}
    undo.redo(session)
    assert everything(session) == after
    undo.undo(session)
    assert everything(session) == before
    assert broken(session) == {}


def test_a_merge_is_undone_from_the_history_whenever_that_is(session: Session, office: Office) -> None:
    before = everything(session)
    merged(session, survivor_id=A)
    session.close()
    other = office.open()
    notes.add_note(other, 4, "Something else")
    entry_of_merge = undo.history(other, A)[0]
    assert entry_of_merge.verb == "merge_contacts"
    plan = reverting.plan_revert(other, entry_of_merge.change_set_id, A)
    assert plan.clashes == ()
    reverting.revert(other, plan, plan.open_items)
    now = everything(other)
    now["contact_note"] = now["contact_note"][:-1]
    assert broken(other) == {}
    other.close()
    assert now == before


def test_the_history_of_the_merged_is_told_at_the_one_that_stays(session: Session) -> None:
    merged(session, survivor_id=A)
    verbs = [entry.verb for entry in undo.history(session, A)]
    assert verbs.count("add_customer") == 3


def test_the_others_are_found_nowhere_not_even_in_the_trash(session: Session) -> None:
    merged(session, survivor_id=A)
    found = contacts.contact_ids(session, contacts.ContactQuery(Category.CUSTOMER, text="Whitfield"))
    assert list(found) == [A]
    assert list(contacts.contact_ids(session, contacts.ContactQuery(Category.CUSTOMER, trashed=True))) == []
    assert contacts.category_counts(session, Category.CUSTOMER)["trash"] == 0
    assert contacts.restore_from_trash(session, [B]) == 0


def test_chosen_values_are_taken_and_a_customer_number_goes_over(session: Session) -> None:
    merged(session, survivor_id=A, choices={"nickname": B, "customer_number": C, "custom.1": B, "note": C})
    card = contacts.card(session, A)
    assert (card.contact.nickname, card.contact.customer_number) == ("Nick 2", "C-00003")
    assert card.contact.note == "Remark 3"
    assert [value.value for value in card.custom_values] == ["Level 2"]
    assert {"C-00001", "C-00002"} <= {known.value for known in card.foreign_ids}
    assert broken(session) == {}
    undo.undo(session)
    assert contacts.card(session, C).contact.customer_number == "C-00003"


def test_a_record_saved_since_the_preview_stops_the_merge(session: Session) -> None:
    preview = merging.preview_merge(session, (A, B))
    notes.add_note(session, B, "In between")
    before = everything(session)
    with pytest.raises(ConflictError, match="record_changed"):
        merging.merge(session, preview)
    assert everything(session) == before


def test_what_cannot_be_merged_is_refused(session: Session) -> None:
    company = contacts.add_contact(
        session, ContactDraft(category=Category.ADDRESS_BOOK, kind=ContactKind.COMPANY, company="W Ltd")
    )
    for ids, code in (((A,), "merge_needs_two"), ((A, A), "merge_needs_two"), ((A, company), "merge_kinds"),
                      ((A, 999), "record_not_found")):  # fmt: skip
        with pytest.raises(RefusedError, match=code):
            merging.preview_merge(session, ids)
    contacts.trash(session, [B])
    with pytest.raises(RefusedError, match="record_in_trash"):
        merging.preview_merge(session, (A, B))


def test_bank_accounts_come_as_waiting_ones_and_undone_the_confirmed_one_is_untouched(
    session: Session,
) -> None:
    bank_accounts.add_account(session, A, BankDetails(account=IBAN))
    for number in (IBAN, OTHER_IBAN):
        bank_accounts.add_account(session, B, BankDetails(account=number))
    for line in bank_accounts.accounts(session, B):
        bank_confirming.confirm_change(session, line.id, version=line.version, password=PASSWORD)
    before = everything(session)
    merged(session, A, B, survivor_id=A)
    assert len(table_rows(session, "bank_account")) == 4
    lines = bank_accounts.accounts(session, A)
    assert [line.confirmed is None and line.waiting is not None for line in lines] == [True, True]
    assert all(line.problem is None for line in lines)
    assert broken(session) == {}
    undo.undo(session)
    assert everything(session) == before
    assert broken(session) == {}


def test_without_the_right_to_bank_details_a_record_that_has_some_stays(
    office: Office, session: Session
) -> None:
    bank_accounts.add_account(session, B, BankDetails(account=IBAN))
    add_member(session, "mia", Role.MANAGER, revoked=("bank.view", "bank.edit"))
    session.close()
    mia = office.open("mia")
    mia.require_for("merge_contacts")
    with pytest.raises(RefusedError, match="merge_bank_right"):
        merging.preview_merge(mia, (A, B), survivor_id=A)
    merging.merge(mia, merging.preview_merge(mia, (A, B), survivor_id=B))
    assert bank_accounts.accounts_on_file(mia, B)
    mia.close()


def test_purged_with_the_one_they_became_part_of(session: Session) -> None:
    merged(session, survivor_id=A)
    contacts.trash(session, [A])
    assert purging.delete_for_good(session) == 1
    left = [row["display_name"] for row in table_rows(session, "contact")]
    assert left == ["Eve"]
    assert table_rows(session, "moved_calls") == []
    assert broken(session) == {}


def test_merged_records_outlast_the_trash_as_long_as_they_can_be_undone(
    office: Office, session: Session
) -> None:
    merged(session, survivor_id=A)
    office.clock.advance(40 * 86_400)
    assert purging.purge_expired(session) == 0
    undo.undo(session)
    assert len(table_rows(session, "contact")) == 4
    undo.redo(session)
    office.clock.advance(100 * 86_400)
    assert purging.purge_expired(session) == 2
    assert {row["id"] for row in table_rows(session, "contact")} == {A, 4}
    assert broken(session) == {}


def test_a_merge_that_can_no_longer_be_undone_lets_the_others_go(office: Office, session: Session) -> None:
    merged(session, survivor_id=A)
    office.clock.advance(91 * 86_400)
    assert purging.purge_expired(session) == 2
    assert broken(session) == {}


def test_a_value_most_records_have_is_proposed_before_a_newer_slip(session: Session) -> None:
    draft, version = contacts.contact_draft(session, B)
    contacts.save_contact(session, B, replace(draft, family="Whitfeild"), version=version)
    preview = merging.preview_merge(session, (A, B, C), survivor_id=B)
    assert preview.card.contact.family == "Whitfield"


def test_who_may_not_see_calls_is_told_no_count_of_them_and_proposed_nobody_by_it(
    session: Session, office: Office, tmp_path: Path
) -> None:
    """Promise P10: neither the number that goes over, nor which record has more of them."""
    add_member(session, "max", Role.MANAGER, revoked=("calls.view",))
    first = contacts.add_contact(session, person("Dana", nickname="D"))
    second = contacts.add_contact(session, person("Dana", phones=(PhoneDraft("(212) 555-0777"),)))
    log = call_log(tmp_path / "log.xml", *(("(212) 555-0777", 60 * at) for at in range(30)))
    options = call_imports.reading_options(session)
    call_imports.run_import(session, [log], member_id=session.member.id, options=options)
    seen = merging.preview_merge(session, [first, second])
    assert seen.survivor_id == second
    assert merging.preview_merge(session, [first, second], survivor_id=first).moved.calls == 30
    session.close()
    manager = office.open("max")
    found = merging.preview_merge(manager, [first, second], survivor_id=first)
    assert found.moved.calls == 0
    proposed = merging.preview_merge(manager, [first, second]).survivor_id
    merging.merge(manager, found)
    assert proposed == first, "the older one: nothing else is told apart"
    manager.close()
    session = office.open()
    owners = [row["customer_id"] for row in table_rows(session, "call")]
    assert owners.count(first) == 30, "they go over all the same"
    session.close()
