"""Identifiers, tags, notes, former statuses and own fields: kept, found, refused with a reason, undone."""

from dataclasses import replace

import pytest

from crm_desktop.domain.contact_drafts import ContactDraft, EmailDraft, ForeignIdDraft, PhoneDraft
from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.errors import ConflictError, InvalidValueError, RefusedError
from crm_desktop.operations import (
    confirming_values,
    contacts,
    custom_fields,
    customer_numbers,
    notes,
    tags,
    timeline,
    undo,
)
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.custom_fields import FieldDraft, FieldKind
from crm_desktop.operations.customer_numbers import NumberSequence
from crm_desktop.operations.session import Session
from tests.environments import Office
from tests.operations.samples import broken, entry, person

CUSTOMERS = ContactQuery(Category.CUSTOMER)


@pytest.fixture
def session(office: Office) -> Session:
    return office.open()


def found(session: Session, text: str, category: Category = Category.CUSTOMER) -> list[int]:
    return list(contacts.contact_ids(session, ContactQuery(category, text=text)))


def draft_of(session: Session, contact_id: int) -> ContactDraft:
    return contacts.contact_draft(session, contact_id)[0]


def edit(session: Session, contact_id: int, **values: object) -> None:
    draft, version = contacts.contact_draft(session, contact_id)
    changed = replace(draft, **values)  # type: ignore[arg-type]  # fields of the draft
    contacts.save_contact(session, contact_id, changed, version=version)


def refused(session: Session, contact_id: int, **values: object) -> str:
    with pytest.raises(InvalidValueError) as refusal:
        edit(session, contact_id, **values)
    return refusal.value.code


def number_of(session: Session, contact_id: int) -> str | None:
    return draft_of(session, contact_id).customer_number


def test_two_phones_under_one_id_are_both_kept(session: Session) -> None:
    first = contacts.add_contact(session, person("Ada", phones=(PhoneDraft("(212) 555-0123"),)))
    (phone,) = draft_of(session, first).phones
    edit(session, first, phones=(phone, replace(phone, raw="(212) 555-0124")))
    assert [known.raw for known in draft_of(session, first).phones] == ["(212) 555-0123", "(212) 555-0124"]
    assert broken(session) == {}


# --- customer numbers -----------------------------------------------------------------------------------


def test_new_customers_get_the_next_number_and_entries_none(session: Session) -> None:
    first, second = (contacts.add_contact(session, person(name)) for name in ("Ada", "Bo"))
    other = contacts.add_contact(session, entry("Cy"))
    assert [number_of(session, one) for one in (first, second, other)] == ["C-00001", "C-00002", None]
    contacts.move_to_category(session, other, Category.CUSTOMER)
    assert number_of(session, other) == "C-00003"
    assert found(session, "c-00003") == [other]


def test_a_number_is_typed_unique_whatever_its_case_and_kept_in_the_trash(
    session: Session,
) -> None:
    first = contacts.add_contact(session, person("Ada", customer_number="K-7"))
    second = contacts.add_contact(session, person("Bo"))
    contacts.trash(session, [first])
    assert refused(session, second, customer_number="k-7") == "customer_number_taken"
    contacts.restore_from_trash(session, [first])
    assert number_of(session, first) == "K-7"
    edit(session, first, customer_number="K-8")
    with session.database.write() as connection:  # as another program may in between
        connection.execute("UPDATE contact SET customer_number = 'k-7' WHERE id = ?", (second,))
    with pytest.raises(ConflictError):
        undo.undo(session)
    assert number_of(session, first) == "K-8"


@pytest.mark.parametrize(("given", "other"), [("KÄ-7", "kä-7"), ("Ñ1", "n1"), ("n1", "Ñ1"), ("ẞ-3", "SS-3")])
def test_one_number_is_one_however_its_letters_are_written(session: Session, given: str, other: str) -> None:
    first = contacts.add_contact(session, person("Ada", customer_number=given))
    second = contacts.add_contact(session, person("Bo"))
    assert refused(session, second, customer_number=other) == "customer_number_taken"
    edit(session, first, customer_number=other)
    assert number_of(session, first) == other


def test_the_sequence_passes_numbers_somebody_typed_and_never_gives_one_twice(session: Session) -> None:
    customer_numbers.set_number_sequence(session, NumberSequence("2026/", 3, 9))
    contacts.add_contact(session, person("Ada", customer_number="2026/009"))
    assert number_of(session, contacts.add_contact(session, person("Bo"))) == "2026/010"
    undo.undo(session)
    assert number_of(session, contacts.add_contact(session, person("Cy"))) == "2026/011"
    assert customer_numbers.number_sequence(session) == NumberSequence("2026/", 3, 12)
    assert broken(session) == {}


@pytest.mark.parametrize(
    ("sequence", "code"),
    [
        (NumberSequence(" x"), "number_prefix_invalid"),
        (NumberSequence("x" * 13), "number_prefix_invalid"),
        (NumberSequence("\0"), "number_prefix_invalid"),
        (NumberSequence("x", 0), "number_width_invalid"),
        (NumberSequence("x", 3, 0), "number_next_invalid"),
    ],
)
def test_a_sequence_that_makes_no_numbers_is_refused(
    session: Session, sequence: NumberSequence, code: str
) -> None:
    with pytest.raises(InvalidValueError) as refusal:
        customer_numbers.set_number_sequence(session, sequence)
    assert refusal.value.code == code
    assert customer_numbers.number_sequence(session) == NumberSequence()


# --- other identifiers ----------------------------------------------------------------------------------


def test_a_vat_id_is_checked_kept_compact_and_unchecked_only_knowingly(session: Session) -> None:
    ada = contacts.add_contact(session, person("Ada", vat_id="DE 136 695 976"))
    assert draft_of(session, ada).vat_id == "DE136695976"
    assert found(session, "de136695976") == [ada]
    assert refused(session, ada, vat_id="DE136695977") == "vat_invalid"
    edit(session, ada, vat_id="DE136695977", vat_unchecked=True)
    assert draft_of(session, ada).vat_unchecked is True
    edit(session, ada, vat_id="DE136695976")
    assert draft_of(session, ada).vat_unchecked is None


def test_an_email_that_is_none_is_kept_only_knowingly(session: Session) -> None:
    ada = contacts.add_contact(session, person("Ada"))
    assert refused(session, ada, emails=(EmailDraft("ada at home"),)) == "email_invalid"
    edit(session, ada, emails=(EmailDraft("ada at home", unchecked=True),))
    assert draft_of(session, ada).emails[0].unchecked
    (kept,) = draft_of(session, ada).emails
    edit(session, ada, emails=(replace(kept, address="ada@home.example"),))
    assert not draft_of(session, ada).emails[0].unchecked


def test_foreign_ids_are_typed_found_changed_and_undone(session: Session) -> None:
    known = (ForeignIdDraft("Ledger", "D10042"), ForeignIdDraft("Shop", "a-9"))
    ada = contacts.add_contact(session, person("Ada", foreign_ids=known))
    assert found(session, "d10042") == [ada]
    first, second = draft_of(session, ada).foreign_ids
    edit(session, ada, foreign_ids=(second, replace(first, value="D77")))
    assert [item.value for item in draft_of(session, ada).foreign_ids] == ["a-9", "D77"]
    assert found(session, "d10042") == []
    undo.undo(session)
    assert [(f.system, f.value) for f in draft_of(session, ada).foreign_ids] == [
        ("Ledger", "D10042"),
        ("Shop", "a-9"),
    ]
    assert found(session, "d10042") == [ada]
    assert refused(session, ada, foreign_ids=(ForeignIdDraft("", "5"),)) == "value_required"


# --- tags -----------------------------------------------------------------------------------------------


def test_tags_are_made_by_name_found_filtered_counted_and_undone(session: Session) -> None:
    ada = contacts.add_contact(session, person("Ada", tags=("VIP", "vip ", "Größe")))
    bo = contacts.add_contact(session, person("Bo", tags=("Vip",)))
    vip, large = (next(t for t in tags.all_tags(session) if t.name == name) for name in ("VIP", "Größe"))
    assert draft_of(session, ada).tags == ("Größe", "VIP")
    assert tags.tag_counts(session, Category.CUSTOMER) == {vip.id: 2, large.id: 1}
    tagged = replace(CUSTOMERS, tag_id=vip.id)
    assert list(contacts.contact_ids(session, tagged)) == [ada, bo]
    assert contacts.contact_count(session, tagged) == 2
    assert contacts.contact_count(session, replace(tagged, text="bo")) == 1
    assert found(session, "grosse") == found(session, "GRÖSSE") == [ada]
    version = contacts.card(session, ada).contact.version
    tags.set_contact_tags(session, ada, ["Größe"], version=version)
    assert list(contacts.contact_ids(session, tagged)) == [bo]
    with pytest.raises(ConflictError):
        tags.set_contact_tags(session, ada, [], version=version)
    undo.undo(session)
    assert draft_of(session, ada).tags == ("Größe", "VIP")


def test_a_tag_another_contact_uses_by_now_outlives_the_undo_that_brought_it(session: Session) -> None:
    ada = contacts.add_contact(session, person("Ada"))
    edit(session, ada, tags=("VIP",))
    bo = contacts.add_contact(session, person("Bo", tags=("VIP",)))
    contacts.trash(session, [bo])
    undo.undo(session), undo.undo(session), undo.undo(session)
    assert tags.tag_names(session) == []
    undo.redo(session), undo.redo(session)
    assert draft_of(session, ada).tags == ("VIP",)
    assert broken(session) == {}


def test_a_renamed_tag_is_found_by_its_new_name_everywhere_and_back(session: Session) -> None:
    ada = contacts.add_contact(session, person("Ada", tags=("VIP",)))
    contacts.add_contact(session, person("Bo", tags=("Risk",)))
    (risk, vip) = tags.all_tags(session)
    changed = tags.TagDraft("Key account", tags.TagTone.BLUE)
    tags.change_tag(session, vip.id, changed, base=tags.draft_of_tag(vip))
    assert found(session, "key account") == [ada]
    assert found(session, "vip") == []
    same = tags.TagDraft("KEY ACCOUNT", risk.tone)
    with pytest.raises(InvalidValueError) as refusal:
        tags.change_tag(session, risk.id, same, base=tags.draft_of_tag(risk))
    assert refusal.value.code == "tag_there"
    undo.undo(session)
    assert found(session, "vip") == [ada]
    assert found(session, "key account") == []
    assert broken(session) == {}


# --- notes and statuses ---------------------------------------------------------------------------------


def test_notes_are_dated_found_in_the_timeline_changed_and_undone(office: Office, session: Session) -> None:
    ada = contacts.add_contact(session, person("Ada"))
    first = notes.add_note(session, ada, "  Wants the Zeppelin brochure ")
    office.clock.seconds += 60
    notes.add_note(session, ada, "Second")
    assert found(session, "zeppelin") == [ada]
    assert {note.text for note in notes.notes(session, ada)} == {"Wants the Zeppelin brochure", "Second"}
    shown = [entry.note.text for entry in timeline.timeline(session, ada).entries if entry.note]
    assert sorted(shown) == ["Second", "Wants the Zeppelin brochure"]
    note = next(note for note in notes.notes(session, ada) if note.id == first)
    assert (note.member_name, note.edited_at) == ("Ana Lima", None)
    notes.edit_note(session, first, notes.NoteText("Has it"), version=note.version)
    assert found(session, "zeppelin") == []
    with pytest.raises(ConflictError):
        notes.edit_note(session, first, notes.NoteText("Lost it"), version=note.version)
    undo.undo(session)
    assert found(session, "zeppelin") == [ada]
    notes.remove_note(session, first)
    assert found(session, "zeppelin") == []
    undo.undo(session)
    assert found(session, "zeppelin") == [ada]
    contacts.trash(session, [ada])
    contacts.restore_from_trash(session, [ada])
    assert len(notes.notes(session, ada)) == 2
    assert found(session, "zeppelin") == [ada]
    assert broken(session) == {}


@pytest.mark.parametrize(("text", "code"), [(" ", "value_required"), ("a\0", "value_unreadable")])
def test_a_note_that_is_none_is_refused(session: Session, text: str, code: str) -> None:
    ada = contacts.add_contact(session, person("Ada"))
    with pytest.raises(InvalidValueError) as refusal:
        notes.add_note(session, ada, text)
    assert (refusal.value.code, notes.notes(session, ada)) == (code, [])


def test_nothing_is_noted_about_somebody_who_was_put_into_the_trash_meanwhile(session: Session) -> None:
    ada = contacts.add_contact(session, person("Ada"))
    note_id = notes.add_note(session, ada, "Kept")
    contacts.trash(session, [ada])
    for write in (
        lambda: notes.add_note(session, ada, "Lost with her"),
        lambda: notes.edit_note(session, note_id, notes.NoteText("Lost with her"), version=1),
    ):
        with pytest.raises(RefusedError, match="record_in_trash"):
            write()
    assert [note.text for note in notes.notes(session, ada)] == ["Kept"]


def test_a_page_of_the_timeline_leaves_no_note_out(session: Session) -> None:
    ada = contacts.add_contact(session, person("Ada"))
    for place in range(9):
        notes.add_note(session, ada, f"Note {place}")
    seen: list[str] = []
    page = timeline.timeline(session, ada, limit=4)
    while True:
        seen += [entry.note.text for entry in page.entries if entry.note]
        if page.next is None:
            break
        page = timeline.timeline(session, ada, before=page.next, limit=4)
    assert sorted(seen) == [f"Note {place}" for place in range(9)]


def test_each_status_is_kept_with_its_days(session: Session) -> None:
    ada = contacts.add_contact(session, person("Ada", status=CustomerStatus.LEAD, status_since="2025-01-02"))
    edit(session, ada, status=CustomerStatus.ACTIVE, status_since="2025-03-01")
    edit(session, ada, note="The same status")
    contacts.move_to_category(session, ada, Category.ADDRESS_BOOK)
    past = [(p.status, p.since, p.until) for p in contacts.card(session, ada).past_statuses]
    today = past[1][2]
    assert past == [("lead", "2025-01-02", "2025-03-01"), ("active", "2025-03-01", today)]
    undo.undo(session)
    assert len(contacts.card(session, ada).past_statuses) == 1
    assert draft_of(session, ada).status is CustomerStatus.ACTIVE


def test_one_step_to_the_address_book_and_back_keeps_everything(session: Session) -> None:
    field = custom_fields.define_field(session, FieldDraft("Terms"))
    ada = contacts.add_contact(
        session,
        person(
            "Ada", tags=("VIP",), foreign_ids=(ForeignIdDraft("Ledger", "1"),), custom=((field, "30 days"),),
            vat_id="DE136695976", phones=(PhoneDraft("212 555 0123"),), source="fair",
        ),
    )  # fmt: skip
    notes.add_note(session, ada, "Kept")
    before = draft_of(session, ada)
    contacts.move_to_category(session, ada, Category.ADDRESS_BOOK)
    contacts.move_to_category(session, ada, Category.CUSTOMER)
    after = draft_of(session, ada)
    assert replace(after, status_since=None) == replace(before, status_since=None)
    assert [note.text for note in notes.notes(session, ada)] == ["Kept"]


def test_a_confirmed_value_has_its_day_and_loses_it_when_typed_over(session: Session) -> None:
    ada = contacts.add_contact(session, person("Ada", phones=(PhoneDraft("212 555 0123"),)))
    (phone,) = contacts.card(session, ada).phones
    confirming_values.confirm_value(session, ada, "phone", phone.id)
    assert contacts.card(session, ada).phones[0].confirmed_at == session.now()
    (draft,) = draft_of(session, ada).phones
    edit(session, ada, phones=(replace(draft, note="desk"),))
    assert contacts.card(session, ada).phones[0].confirmed_at == session.now()
    edit(session, ada, phones=(replace(draft, raw="212 555 0124"),))
    assert contacts.card(session, ada).phones[0].confirmed_at is None
    undo.undo(session)
    assert contacts.card(session, ada).phones[0].confirmed_at == session.now()


# --- own fields -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "good", "kept", "bad"),
    [
        (FieldKind.TEXT, "Überweisung", "Überweisung", "a\0"),
        (FieldKind.NUMBER, "1 234,50", "1234.50", "twelve"),
        (FieldKind.DATE, "2026-03-31", "2026-03-31", "31.3."),
        (FieldKind.CHOICE, "Gold", "Gold", "Tin"),
        (FieldKind.YES_NO, "yes", "yes", "perhaps"),
        (FieldKind.LINK, "https://example.com/x", "https://example.com/x", "not a link"),
        (FieldKind.LINK, "example.com:8080/x", "example.com:8080/x", "javascript:alert(1).x"),
    ],
)
def test_an_own_field_holds_its_kind_is_found_and_undone(
    session: Session, kind: FieldKind, good: str, kept: str, bad: str
) -> None:
    choices = ("Gold", "Silver") if kind is FieldKind.CHOICE else ()
    field = custom_fields.define_field(session, FieldDraft("Level", kind, choices))
    ada = contacts.add_contact(session, person("Ada"))
    assert refused(session, ada, custom=((field, bad),)) in {
        "value_unreadable", "number_invalid", "date_invalid", "value_not_in_list", "link_invalid",
    }  # fmt: skip
    edit(session, ada, custom=((field, good),))
    assert draft_of(session, ada).custom == ((field, kept),)
    assert found(session, kept) == [ada]
    (change,) = undo.history(session, ada)[0].changes
    assert (change.field, change.new) == ("Level", kept)
    undo.undo(session)
    assert draft_of(session, ada).custom == ()
    assert broken(session) == {}


def test_a_removed_field_hides_its_values_until_undone(session: Session) -> None:
    field = custom_fields.define_field(session, FieldDraft("Level"))
    ada = contacts.add_contact(session, person("Ada", custom=((field, "Gold"),)))
    custom_fields.remove_field(session, field)
    assert (draft_of(session, ada).custom, custom_fields.fields(session)) == ((), [])
    assert found(session, "gold") == []
    custom_fields.define_field(session, FieldDraft("Level"))
    undo.undo(session)
    undo.undo(session)
    assert draft_of(session, ada).custom == ((field, "Gold"),)
    assert found(session, "gold") == [ada]
    assert broken(session) == {}


def test_a_save_while_a_field_is_removed_leaves_the_hidden_value(session: Session) -> None:
    field = custom_fields.define_field(session, FieldDraft("Level"))
    ada = contacts.add_contact(session, person("Ada", custom=((field, "Gold"),)))
    draft, version = contacts.contact_draft(session, ada)
    custom_fields.remove_field(session, field)
    contacts.save_contact(session, ada, replace(draft, nickname="A"), version=version)
    undo.undo(session), undo.undo(session)
    assert draft_of(session, ada).custom == ((field, "Gold"),)


def test_a_choice_taken_off_the_list_stays_where_it_is(session: Session) -> None:
    field = custom_fields.define_field(session, FieldDraft("Level", FieldKind.CHOICE, ("Gold", "Tin")))
    ada = contacts.add_contact(session, person("Ada", custom=((field, "Tin"),)))
    (known,) = custom_fields.fields(session)
    changed = FieldDraft("Level", FieldKind.CHOICE, ("Gold",))
    custom_fields.change_field(session, field, changed, version=known.version)
    edit(session, ada, nickname="A")
    assert draft_of(session, ada).custom == ((field, "Tin"),)
    bo = contacts.add_contact(session, person("Bo"))
    assert refused(session, bo, custom=((field, "Tin"),)) == "value_not_in_list"


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (FieldDraft(" "), "value_required"),
        (FieldDraft("Level", FieldKind.CHOICE, (" ",)), "choices_needed"),
        (FieldDraft("Level", for_customers=False, for_address_book=False), "list_needed"),
        (FieldDraft("TERMS"), "field_there"),
        (FieldDraft("x" * 61), "value_too_long"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(session: Session, draft: FieldDraft, code: str) -> None:
    custom_fields.define_field(session, FieldDraft("Terms"))
    with pytest.raises(InvalidValueError) as refusal:
        custom_fields.define_field(session, draft)
    assert refusal.value.code == code
    assert [field.name for field in custom_fields.fields(session)] == ["Terms"]


def test_a_field_is_for_the_lists_it_was_made_for(session: Session) -> None:
    custom_fields.define_field(session, FieldDraft("Terms", for_address_book=False))
    assert [f.name for f in custom_fields.fields_for(session, Category.CUSTOMER)] == ["Terms"]
    assert custom_fields.fields_for(session, Category.ADDRESS_BOOK) == []
