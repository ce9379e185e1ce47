"""Cells, notes, uses, relations and tags changed after somebody else: brought together, or asked about."""

from dataclasses import replace
from typing import Any, TypeVar

import pytest

from crm_desktop.domain.contact_drafts import EmailDraft, PhoneDraft, ProductUseDraft
from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.custom_fields import FieldDraft, FieldKind
from crm_desktop.domain.errors import InvalidValueError, RefusedError
from crm_desktop.domain.products import ProductDraft
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.operations import (
    contacts,
    custom_fields,
    notes,
    product_uses,
    products,
    relations,
    tags,
    undo,
)
from crm_desktop.operations.contact_conflicts import Conflict, Saved, decided, save_cell, save_merging
from crm_desktop.operations.row_conflicts import RowConflict, decided_row
from crm_desktop.operations.session import Session
from tests.operations.samples import broken, person

Row = TypeVar("Row")


@pytest.fixture
def dana(session: Session) -> int:
    phones = (PhoneDraft("(212) 555-0123", is_primary=True),)
    emails = (EmailDraft("dana@mail.example"),)
    uses = (ProductUseDraft("Ledger"),)
    draft = person("Dana", "Whitfield", title="Clerk", phones=phones, emails=emails, product_uses=uses)
    return contacts.add_contact(session, draft)


def edit(session: Session, contact_id: int, **values: object) -> None:
    draft, version = contacts.contact_draft(session, contact_id)
    contacts.save_contact(session, contact_id, replace(draft, **values), version=version)  # type: ignore[arg-type]


def shown_in(session: Session, contact_id: int, key: str) -> tuple[str, int]:
    row = contacts.contact_rows(session, [contact_id])[contact_id]
    return str(getattr(row, key) or ""), row.version


CELLS: dict[str, tuple[str, dict[str, object], str]] = {
    "display_name": ("Dana Whitfield", {"family": "Jones"}, "Dana Smith"),
    "title": ("Clerk", {"title": "Chief"}, "Owner"),
    "phone": ("(212) 555-0123", {"phones": (PhoneDraft("(212) 555-0199"),)}, "(212) 555-0150"),
    "email": ("dana@mail.example", {"emails": (EmailDraft("d@other.example"),)}, "dw@mail.example"),
    "status": ("active", {"status": CustomerStatus.PAUSED}, "former"),
    "product": ("Ledger", {"product_uses": (ProductUseDraft("Fleet"),)}, "Payroll"),
}


@pytest.mark.parametrize("key", CELLS)
def test_a_cell_saved_after_another_field_of_the_record_is_kept_with_it(
    session: Session, dana: int, key: str
) -> None:
    shown, version = shown_in(session, dana, key)
    assert shown == CELLS[key][0]
    edit(session, dana, nickname="Dee")
    found = save_cell(session, dana, key, CELLS[key][2], shown=shown, version=version)
    assert isinstance(found, Saved)
    assert shown_in(session, dana, key)[0] == CELLS[key][2]
    assert contacts.card(session, dana).contact.nickname == "Dee"
    assert broken(session) == {}


@pytest.mark.parametrize("key", CELLS)
@pytest.mark.parametrize("side", Side)
def test_a_cell_saved_after_the_same_one_is_asked_about(
    session: Session, dana: int, key: str, side: Side
) -> None:
    shown, version = shown_in(session, dana, key)
    edit(session, dana, **CELLS[key][1])
    theirs = shown_in(session, dana, key)[0]
    found = save_cell(session, dana, key, CELLS[key][2], shown=shown, version=version)
    assert isinstance(found, Conflict)
    assert found.who == session.member.name
    assert shown_in(session, dana, key)[0] == theirs
    draft = decided(found, {clash.place: side for clash in found.clashes})
    again = save_merging(session, dana, draft, base=found.theirs, version=found.version)
    assert isinstance(again, Saved)
    after = shown_in(session, dana, key)[0]
    assert after == (theirs if side is Side.THEIRS else CELLS[key][2])
    assert broken(session) == {}


def test_a_cell_whose_value_somebody_removed_is_asked_about(session: Session, dana: int) -> None:
    shown, version = shown_in(session, dana, "phone")
    edit(session, dana, phones=())
    found = save_cell(session, dana, "phone", "(212) 555-0150", shown=shown, version=version)
    assert isinstance(found, Conflict)
    ((before, theirs, mine),) = ((clash.before, clash.theirs, clash.mine) for clash in found.clashes)
    assert theirs is None
    assert isinstance(before, PhoneDraft)
    assert isinstance(mine, PhoneDraft)
    draft = decided(found, {clash.place: Side.MINE for clash in found.clashes})
    save_merging(session, dana, draft, base=found.theirs, version=found.version)
    assert shown_in(session, dana, "phone")[0] == "(212) 555-0150"


def test_a_cell_of_an_own_field_is_asked_about_too(session: Session, dana: int) -> None:
    own = custom_fields.define_field(session, FieldDraft("Size", FieldKind.TEXT, ()))
    version = contacts.card(session, dana).contact.version
    edit(session, dana, custom=((own, "M"),))
    found = save_cell(session, dana, f"custom.{own}", "L", shown="", version=version)
    assert isinstance(found, Conflict)
    assert [clash.place for clash in found.clashes] == [Place("custom", str(own))]


def test_a_cell_that_cannot_be_kept_is_refused_as_ever(session: Session, dana: int) -> None:
    shown, version = shown_in(session, dana, "email")
    edit(session, dana, nickname="Dee")
    with pytest.raises(InvalidValueError, match="email_invalid"):
        save_cell(session, dana, "email", "nonsense", shown=shown, version=version)
    contacts.trash(session, [dana])
    with pytest.raises(RefusedError, match="record_in_trash"):
        save_cell(session, dana, "title", "Owner", shown="Clerk", version=version)


# --- tags -------------------------------------------------------------------------------------------------


def test_tags_of_two_people_are_both_kept(session: Session, dana: int) -> None:
    edit(session, dana, tags=("gold", "old"))
    version = contacts.card(session, dana).contact.version
    edit(session, dana, tags=("gold", "old", "theirs"), title="Chief")
    tags.set_contact_tags(session, dana, ["gold", "mine"], version=version, base=["gold", "old"])
    draft, _ = contacts.contact_draft(session, dana)
    assert (set(draft.tags), draft.title) == ({"gold", "theirs", "mine"}, "Chief")
    assert undo.undo(session).verb == "edit_customer"
    assert broken(session) == {}


# --- notes ------------------------------------------------------------------------------------------------


def test_a_note_two_people_changed_is_asked_about(session: Session, dana: int) -> None:
    note = notes.add_note(session, dana, "First")
    other = notes.add_note(session, dana, "Second")
    notes.edit_note(session, note, notes.NoteText("Theirs"), version=1, base=notes.NoteText("First"))
    assert (
        notes.edit_note(session, other, notes.NoteText("Mine too"), version=1, base=notes.NoteText("Second"))
        is None
    )
    found = notes.edit_note(session, note, notes.NoteText("Mine"), version=1, base=notes.NoteText("First"))
    assert isinstance(found, RowConflict)
    ((place, *texts),) = ((one.place, one.before, one.theirs, one.mine) for one in found.clashes)
    assert (place, texts) == (Place("notes", str(note), "text"), ["First", "Theirs", "Mine"])
    assert (found.who, text_of(session, dana, note)) == (session.member.name, "Theirs")
    kept = decided_row(found, {place: Side.MINE})
    assert notes.edit_note(session, note, kept, version=found.version, base=found.theirs) is None
    assert text_of(session, dana, note) == "Mine"
    assert broken(session) == {}


def text_of(session: Session, contact_id: int, note_id: int) -> str:
    return next(note.text for note in notes.notes(session, contact_id) if note.id == note_id)


# --- product uses -----------------------------------------------------------------------------------------


def use_of(session: Session, contact_id: int) -> product_uses.UseLine:
    (line,) = product_uses.uses_of(session, contact_id)
    return line


def chosen(found: RowConflict[Row], side: Side) -> Row:
    return decided_row(found, {clash.place: side for clash in found.clashes})


def conflict_of(found: RowConflict[Any] | None) -> RowConflict[Any]:
    assert found is not None
    return found


def test_different_facts_of_a_use_are_both_kept(session: Session, dana: int) -> None:
    line = use_of(session, dana)
    base, at = (
        product_uses.use_draft(line),
        {"version": line.use.version, "base": product_uses.use_draft(line)},
    )
    use_id = line.use.id
    product_uses.edit_use(session, use_id, replace(base, plan="Pro"), **at)  # type: ignore[arg-type]
    assert product_uses.edit_use(session, use_id, replace(base, serial="77"), **at) is None  # type: ignore[arg-type]
    assert product_uses.renew_use(session, use_id, "2027-01-01", **at) is None  # type: ignore[arg-type]
    now = product_uses.use_draft(use_of(session, dana))
    assert (now.plan, now.serial, now.renewal_on) == ("Pro", "77", "2027-01-01")
    assert broken(session) == {}


@pytest.mark.parametrize("side", Side)
def test_the_same_fact_of_a_use_is_asked_about(session: Session, dana: int, side: Side) -> None:
    line = use_of(session, dana)
    base = product_uses.use_draft(line)
    product_uses.end_use(session, line.use.id, "2026-01-01", version=line.use.version, base=base)
    found = conflict_of(
        product_uses.end_use(session, line.use.id, "2026-02-02", version=line.use.version, base=base)
    )
    assert [(one.place.column, one.before, one.theirs, one.mine) for one in found.clashes] == [
        ("until", None, "2026-01-01", "2026-02-02")
    ]
    kept = chosen(found, side)
    assert product_uses.edit_use(session, line.use.id, kept, version=found.version, base=found.theirs) is None
    assert use_of(session, dana).use.until == ("2026-01-01" if side is Side.THEIRS else "2026-02-02")
    assert broken(session) == {}


def test_a_form_open_while_its_product_was_renamed_brings_no_old_name_back(
    session: Session, dana: int
) -> None:
    line = use_of(session, dana)
    base = product_uses.use_draft(line)
    product = products.products(session)[0]
    products.edit_product(session, product.id, ProductDraft("Ledger Pro"), version=product.version)
    product_uses.edit_use(
        session, line.use.id, replace(base, plan="Pro"), version=line.use.version, base=base
    )
    assert [known.name for known in products.products(session)] == ["Ledger Pro"]
    assert use_of(session, dana).product == "Ledger Pro"


def test_two_changes_that_make_no_sense_together_are_refused(session: Session, dana: int) -> None:
    line = use_of(session, dana)
    base = product_uses.use_draft(line)
    product_uses.edit_use(
        session, line.use.id, replace(base, since="2026-05-01"), version=line.use.version, base=base
    )
    with pytest.raises(InvalidValueError, match="use_ends_early"):
        product_uses.end_use(session, line.use.id, "2026-01-01", version=line.use.version, base=base)


# --- relations --------------------------------------------------------------------------------------------


def test_different_facts_of_a_relation_are_both_kept_and_the_same_one_is_asked_about(
    session: Session, dana: int
) -> None:
    robin = contacts.add_contact(session, person("Robin", "Okafor"))
    relation = relations.add_relation(session, dana, robin, RelationDraft(RelationRole.REFERRED_BY))
    (line,) = relations.relations_of(session, dana)
    base = relations.relation_draft(line)
    relations.edit_relation(session, relation, dana, replace(base, note="theirs"), version=1, base=base)
    assert (
        relations.end_relation(session, relation, "2026-01-01", version=1, base=base, contact_id=dana) is None
    )
    found = conflict_of(
        relations.edit_relation(session, relation, dana, replace(base, note="mine"), version=1, base=base)
    )
    ((place, label, *texts),) = (
        (one.place.column, one.label, one.before, one.theirs, one.mine) for one in found.clashes
    )
    assert (place, label, texts) == ("note", "Robin Okafor", [None, "theirs", "mine"])
    kept = chosen(found, Side.MINE)
    relations.edit_relation(session, relation, dana, kept, version=found.version, base=found.theirs)
    (now,) = relations.relations_of(session, dana)
    assert (now.note, now.ended_on) == ("mine", "2026-01-01")
    assert contacts.category_counts(session, Category.CUSTOMER)["all"] == 2
    assert broken(session) == {}
