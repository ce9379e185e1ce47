"""Two savers of one contact: different fields are brought together, the same one is asked about.

Here one session is both savers; two programs that clash are in ``test_processes.py``.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from crm_desktop.domain.contact_drafts import ContactDraft, PhoneDraft, ProductUseDraft
from crm_desktop.domain.contact_merging import Place, Side, merge
from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.products import ProductDraft
from crm_desktop.operations import contact_conflicts, contacts, products, tags
from crm_desktop.operations.contact_conflicts import Conflict, Saved, decided, save_merging
from crm_desktop.operations.session import Session
from tests.environments import PASSWORD, Office, add_member
from tests.operations.samples import broken, person


@pytest.fixture
def dana(session: Session) -> int:
    phones = (PhoneDraft("(212) 555-0123", is_primary=True), PhoneDraft("(212) 555-0124"))
    return contacts.add_contact(session, person("Dana", "Whitfield", title="Clerk", phones=phones))


Change = Callable[[ContactDraft], ContactDraft]


def edit(session: Session, contact_id: int, change: Change) -> None:
    draft, version = contacts.contact_draft(session, contact_id)
    contacts.save_contact(session, contact_id, change(draft), version=version)


def to(**values: object) -> Change:
    return lambda draft: replace(draft, **values)  # type: ignore[arg-type]


def both(session: Session, contact_id: int, *, theirs: Change, mine: Change) -> Saved | Conflict:
    """Have both change what they read at the same time; mine is saved second."""
    base, version = contacts.contact_draft(session, contact_id)
    edit(session, contact_id, theirs)
    return save_merging(session, contact_id, mine(base), base=base, version=version)


def again(session: Session, contact_id: int, found: Conflict, side: Side) -> Saved | Conflict:
    draft = decided(found, {clash.place: side for clash in found.clashes})
    return save_merging(session, contact_id, draft, base=found.theirs, version=found.version)


def noted(row: int, note: str) -> Change:
    def change(draft: ContactDraft) -> ContactDraft:
        phones = list(draft.phones)
        phones[row] = replace(phones[row], note=note)
        return replace(draft, phones=tuple(phones))

    return change


def test_different_fields_are_both_kept(session: Session, dana: int) -> None:
    found = both(session, dana, theirs=to(title="Chief"), mine=to(company="Acme"))
    assert isinstance(found, Saved)
    assert [(one.place, one.before, one.after) for one in found.taken] == [(Place("title"), "Clerk", "Chief")]
    assert found.who == session.member.name
    contact = contacts.card(session, dana).contact
    assert (contact.title, contact.company) == ("Chief", "Acme")
    assert broken(session) == {}


def test_one_field_asks_and_nothing_is_written(session: Session, dana: int) -> None:
    found = both(session, dana, theirs=to(title="Chief"), mine=to(title="Owner", company="Acme"))
    assert isinstance(found, Conflict)
    (clash,) = found.clashes
    assert (clash.place, clash.before, clash.theirs, clash.mine) == (
        Place("title"), "Clerk", "Chief", "Owner",
    )  # fmt: skip
    contact = contacts.card(session, dana).contact
    assert (found.who, found.at, found.version) == (session.member.name, contact.changed_at, contact.version)
    assert (contact.title, contact.company) == ("Chief", None)


@pytest.mark.parametrize(("side", "title"), [(Side.MINE, "Owner"), (Side.THEIRS, "Chief")])
def test_the_choice_is_saved_with_what_never_clashed(
    session: Session, dana: int, side: Side, title: str
) -> None:
    found = both(session, dana, theirs=to(title="Chief"), mine=to(title="Owner", company="Acme"))
    assert isinstance(found, Conflict)
    assert again(session, dana, found, side) == Saved(dana)
    contact = contacts.card(session, dana).contact
    assert (contact.title, contact.company) == (title, "Acme")
    assert broken(session) == {}


def test_rows_of_a_part_are_known_by_their_id(session: Session, dana: int) -> None:
    found = both(session, dana, theirs=noted(0, "Office"), mine=noted(1, "Mobile"))
    assert isinstance(found, Saved)
    assert [phone.note for phone in contacts.card(session, dana).phones] == ["Office", "Mobile"]
    clashing = both(session, dana, theirs=noted(0, "Home"), mine=noted(0, "Desk"))
    assert isinstance(clashing, Conflict)
    phone = contacts.card(session, dana).phones[0]
    assert [clash.place for clash in clashing.clashes] == [Place("phones", str(phone.id), "note")]
    assert clashing.clashes[0].label == phone.raw


def test_a_row_removed_there_and_changed_here_is_asked_about(session: Session, dana: int) -> None:
    found = both(
        session,
        dana,
        theirs=lambda draft: replace(draft, phones=draft.phones[:1]),
        mine=noted(1, "Mobile"),
    )
    assert isinstance(found, Conflict)
    assert found.clashes[0].theirs is None
    assert isinstance(again(session, dana, found, Side.MINE), Saved)
    assert [phone.note for phone in contacts.card(session, dana).phones] == [None, "Mobile"]


def test_where_nothing_is_known_of_what_was_read_every_difference_is_asked_about(
    session: Session, dana: int
) -> None:
    read, version = contacts.contact_draft(session, dana)
    edit(session, dana, noted(0, "Home"))
    mine = replace(noted(0, "Desk")(read), title="Owner")
    unknown = contacts.empty_draft(Category.CUSTOMER)
    found = save_merging(session, dana, mine, base=unknown, version=version)
    assert isinstance(found, Conflict)
    row = str(read.phones[0].id)
    assert {clash.place for clash in found.clashes} >= {Place("title"), Place("phones", row)}


def test_a_third_save_while_choosing_asks_again(session: Session, dana: int) -> None:
    found = both(session, dana, theirs=to(title="Chief"), mine=to(title="Owner"))
    assert isinstance(found, Conflict)
    edit(session, dana, to(title="Head"))
    third = again(session, dana, found, Side.MINE)
    assert isinstance(third, Conflict)
    (clash,) = third.clashes
    assert (clash.before, clash.theirs, clash.mine) == ("Chief", "Head", "Owner")
    assert contacts.card(session, dana).contact.title == "Head"


def test_a_save_between_merging_and_writing_is_brought_together_too(
    session: Session, dana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, version = contacts.contact_draft(session, dana)
    edit(session, dana, to(title="Chief"))
    waiting = [to(note="Called")]

    def hurried(*arguments: object, **named: object) -> object:
        merged = merge(*arguments, **named)  # type: ignore[arg-type]
        if waiting:
            edit(session, dana, waiting.pop())
        return merged

    monkeypatch.setattr(contact_conflicts, "merge", hurried)
    found = save_merging(session, dana, replace(base, company="Acme"), base=base, version=version)
    assert isinstance(found, Saved)
    contact = contacts.card(session, dana).contact
    assert (contact.title, contact.note, contact.company) == ("Chief", "Called", "Acme")


def test_what_was_trashed_meanwhile_is_not_written(session: Session, dana: int) -> None:
    base, version = contacts.contact_draft(session, dana)
    contacts.trash(session, [dana])
    with pytest.raises(RefusedError) as caught:
        save_merging(session, dana, replace(base, title="Owner"), base=base, version=version)
    assert caught.value.code == "record_in_trash"
    assert contacts.card(session, dana).contact.title == "Clerk"


@pytest.mark.parametrize("side", list(Side))
def test_moved_to_the_address_book_meanwhile(session: Session, dana: int, side: Side) -> None:
    base, version = contacts.contact_draft(session, dana)
    contacts.move_to_category(session, dana, Category.ADDRESS_BOOK)
    mine = replace(base, status=CustomerStatus.PAUSED, company="Acme")
    found = save_merging(session, dana, mine, base=base, version=version)
    if isinstance(found, Conflict):
        found = again(session, dana, found, side)
    assert isinstance(found, Saved)
    contact = contacts.card(session, dana).contact
    # The move stays, and with it that an entry of the address book has no status.
    assert (contact.category, contact.status, contact.company) == (Category.ADDRESS_BOOK, None, "Acme")
    assert broken(session) == {}


def test_who_may_only_read_saves_nothing(office: Office) -> None:
    ana = office.open()
    add_member(ana, "rita", Role.VIEWER)
    dana_id = contacts.add_contact(ana, person("Dana", title="Clerk"))
    ana.close()
    rita = office.open("rita", PASSWORD, set_up_code=office.set_up_code)
    base, version = contacts.contact_draft(rita, dana_id)
    with pytest.raises(RefusedError):
        save_merging(rita, dana_id, replace(base, title="Owner"), base=base, version=version)
    assert contacts.card(rita, dana_id).contact.title == "Clerk"
    rita.close()


def test_a_form_open_while_a_product_and_a_tag_were_renamed_brings_no_old_name_back(session: Session) -> None:
    draft = person("Dana", "Whitfield", tags=("Fair",), product_uses=(ProductUseDraft("Fleet", serial="1"),))
    contact_id = contacts.add_contact(session, draft)
    base, version = contacts.contact_draft(session, contact_id)
    (product,) = products.products(session)
    products.edit_product(session, product.id, ProductDraft("Fleet Pro"), version=product.version)
    (tag,) = tags.all_tags(session)
    tags.change_tag(session, tag.id, tags.TagDraft("Spring fair", tag.tone), base=tags.draft_of_tag(tag))
    found = save_merging(session, contact_id, replace(base, title="Owner"), base=base, version=version)
    assert isinstance(found, Saved)
    saved, _ = contacts.contact_draft(session, contact_id)
    assert (saved.title, saved.tags, saved.product_uses[0].product) == (
        "Owner",
        ("Spring fair",),
        "Fleet Pro",
    )
    assert [one.name for one in products.products(session)] == ["Fleet Pro"]
    assert broken(session) == {}
