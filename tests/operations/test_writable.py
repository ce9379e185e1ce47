"""A record in the trash, gone, or merged away takes no write, and says so in one sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.bulk import BulkChange
from crm_desktop.domain.contact_drafts import PhoneDraft, ProductUseDraft
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations import (
    attachments,
    bank_accounts,
    bank_confirming,
    bulk,
    confirming_values,
    contact_conflicts,
    contacts,
    merging,
    notes,
    photos,
    product_uses,
    purging,
    relations,
    reverting,
    tags,
    undo,
)
from crm_desktop.operations.session import Session
from crm_desktop.storage.change_sets import RECORD_TABLES
from tests.operations.samples import broken, person, table_rows
from tests.operations.test_merging import DIFFERS

DETAILS = BankDetails(account="DE89370400440532013000", holder="Zacharias Quillfeather")


@dataclass(frozen=True)
class Whole:
    """A record that has one of everything."""

    id: int
    other: int
    note: int
    file: int
    use: int
    relation: int
    account: int
    picture: Path


@pytest.fixture
def dana(session: Session, tmp_path: Path) -> Whole:
    phones = (PhoneDraft("(212) 555-0123"),)
    dana = contacts.add_contact(session, person(phones=phones, tags=("vip",), title="Clerk"))
    contacts.set_field(session, dana, "title", "Chief", version=version(session, dana))
    other = contacts.add_contact(session, person("Robin", "Okafor"))
    paper = tmp_path / "paper.txt"
    paper.write_text("Hello")
    (file,) = attachments.add_files(session, dana, [paper]).ids
    return Whole(
        dana, other, notes.add_note(session, dana, "First"), file,
        product_uses.add_use(session, dana, ProductUseDraft("Ledger")),
        relations.add_relation(session, dana, other, RelationDraft(RelationRole.REFERRED_BY)),
        bank_accounts.add_account(session, dana, DETAILS), tmp_path / "red.png",
    )  # fmt: skip


def version(session: Session, contact_id: int) -> int:
    return contacts.card(session, contact_id).contact.version


def save(session: Session, dana: Whole) -> None:
    draft, at = contacts.contact_draft(session, dana.id)
    contacts.save_contact(session, dana.id, draft, version=at)


def save_older(session: Session, dana: Whole) -> None:
    draft, at = contacts.contact_draft(session, dana.id)
    contacts.save_contact(session, dana.id, draft, version=at - 1)


def save_merging(session: Session, dana: Whole) -> None:
    draft, at = contacts.contact_draft(session, dana.id)
    contact_conflicts.save_merging(session, dana.id, draft, base=draft, version=at - 1)


def revert_title(session: Session, dana: Whole) -> None:
    (entry,) = (one for one in undo.history(session, dana.id) if one.verb == "edit_customer")
    plan = reverting.plan_revert(session, entry.change_set_id, dana.id)
    reverting.revert(session, plan, plan.open_items)


def merge_both(session: Session, dana: Whole) -> None:
    merging.preview_merge(session, [dana.id, dana.other])


_SET = contacts.set_field
RELATED = RelationDraft(RelationRole.REFERRED_BY)
WRITES: dict[str, Callable[[Session, Whole], object]] = {
    "save": save,
    "save what was read before": save_older,
    "save from the form": save_merging,
    "cell": lambda s, d: _SET(s, d.id, "city", "Lyon", version=version(s, d.id)),
    "move": lambda s, d: contacts.move_to_category(s, d.id, Category.ADDRESS_BOOK),
    "tags": lambda s, d: tags.set_contact_tags(s, d.id, ["new"], version=version(s, d.id)),
    "add note": lambda s, d: notes.add_note(s, d.id, "More"),
    "edit note": lambda s, d: notes.edit_note(s, d.note, notes.NoteText("Other"), version=1),
    "remove note": lambda s, d: notes.remove_note(s, d.note),
    "add file": lambda s, d: attachments.add_files(s, d.id, [d.picture.with_name("paper.txt")]),
    "rename file": lambda s, d: attachments.rename(s, d.file, "other.txt", version=1),
    "note on file": lambda s, d: attachments.note(s, d.file, "Signed", version=1),
    "remove file": lambda s, d: attachments.remove(s, [d.file]),
    "photo": lambda s, d: photos.set_photo(s, d.id, d.picture),
    "remove photo": lambda s, d: photos.remove_photo(s, d.id),
    "add relation": lambda s, d: relations.add_relation(s, d.other, d.id, RELATED),
    "edit relation": lambda s, d: relations.edit_relation(s, d.relation, d.other, RELATED, version=1),
    "end relation": lambda s, d: relations.end_relation(s, d.relation, "2026-01-01", version=1),
    "remove relation": lambda s, d: relations.remove_relation(s, d.relation, version=1),
    "add use": lambda s, d: product_uses.add_use(s, d.id, ProductUseDraft("Ledger")),
    "edit use": lambda s, d: product_uses.edit_use(s, d.use, ProductUseDraft("Other"), version=1),
    "end use": lambda s, d: product_uses.end_use(s, d.use, "2026-01-01", version=1),
    "renew use": lambda s, d: product_uses.renew_use(s, d.use, "2027-01-01", version=1),
    "remove use": lambda s, d: product_uses.remove_use(s, d.use, version=1),
    "add account": lambda s, d: bank_accounts.add_account(s, d.id, DETAILS),
    "edit account": lambda s, d: bank_accounts.edit_account(s, d.account, DETAILS, version=1),
    "remove account": lambda s, d: bank_accounts.remove_account(s, d.account, version=1),
    "reject account": lambda s, d: bank_confirming.reject_change(s, d.account, version=1),
    "confirm phone": lambda s, d: confirming_values.confirm_value(s, d.id, "phone", 1),
    "revert": revert_title,
    "merge": merge_both,
}


def everything(session: Session) -> dict[str, list[dict[str, object]]]:
    return {
        table: [{k: v for k, v in row.items() if k not in DIFFERS} for row in table_rows(session, table)]
        for table in RECORD_TABLES
    }


@pytest.mark.parametrize("name", WRITES)
def test_a_record_in_the_trash_takes_no_write_and_comes_back_whole(
    session: Session, dana: Whole, name: str
) -> None:
    before = everything(session)
    contacts.trash(session, [dana.id])
    trashed = everything(session)
    with pytest.raises(RefusedError, match="record_in_trash") as caught:
        WRITES[name](session, dana)
    assert "in the trash" in sentence(caught.value)
    assert everything(session) == trashed
    contacts.restore_from_trash(session, [dana.id])
    assert everything(session) == before
    assert broken(session) == {}


MOVED = {"edit note", "remove note", "rename file", "note on file", "remove file"}
MOVED |= {"edit use", "end use", "renew use", "remove use"}
CLOSED = {"edit relation", "end relation", "remove relation"}


@pytest.mark.parametrize("name", sorted(WRITES.keys() - MOVED - CLOSED))
def test_a_record_that_became_part_of_another_takes_no_write(
    session: Session, dana: Whole, name: str
) -> None:
    merging.merge(session, merging.preview_merge(session, [dana.id, dana.other], survivor_id=dana.other))
    merged = everything(session)
    with pytest.raises(RefusedError, match=r"record_merged|not_revertible") as caught:
        WRITES[name](session, dana)
    assert name == "revert" or "became part of another" in sentence(caught.value)
    assert everything(session) == merged


@pytest.mark.parametrize("name", sorted(WRITES.keys() - {"remove note", "remove file", "revert"}))
def test_a_record_that_is_gone_takes_no_write(session: Session, dana: Whole, name: str) -> None:
    contacts.trash(session, [dana.id])
    purging.delete_for_good(session, [dana.id])
    with pytest.raises(RefusedError, match="record_not_found"):
        WRITES[name](session, dana)


@pytest.mark.parametrize(
    "change",
    [BulkChange("source", "fair"), BulkChange("add_tags", names=("new",)), BulkChange("country", "FR")],
)
def test_many_at_once_leave_records_in_the_trash_and_merged_ones(
    session: Session, dana: Whole, change: BulkChange
) -> None:
    third = contacts.add_contact(session, person("Noor", "Adeyemi"))
    merging.merge(session, merging.preview_merge(session, [dana.other, third], survivor_id=third))
    contacts.trash(session, [dana.id])
    found = bulk.preview_bulk(session, [dana.id, dana.other], change)
    assert {known.error.code for known in found.refusals} == {"record_in_trash", "record_merged"}
    assert found.will_change == 0


def test_a_restore_of_many_leaves_merged_records(session: Session, dana: Whole) -> None:
    merging.merge(session, merging.preview_merge(session, [dana.id, dana.other], survivor_id=dana.other))
    (refusal,) = bulk.preview_bulk(session, [dana.id], BulkChange("restore")).refusals
    assert refusal.error.code == "record_merged"


def test_the_trash_itself_can_be_taken_back_in_the_history(session: Session, dana: Whole) -> None:
    contacts.trash(session, [dana.id])
    entry = undo.history(session, dana.id)[0]
    plan = reverting.plan_revert(session, entry.change_set_id, dana.id)
    reverting.revert(session, plan, plan.open_items)
    assert contacts.card(session, dana.id).contact.trashed_at is None
