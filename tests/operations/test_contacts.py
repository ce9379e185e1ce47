"""Contacts as verbs: add, save, one cell, trash, move; conflicts, numbers, products and the index."""

from dataclasses import replace

import pytest

from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    ContactDraft,
    EmailDraft,
    PhoneDraft,
    ProductUseDraft,
)
from crm_desktop.domain.contacts import Category, ContactKind, CustomerStatus
from crm_desktop.domain.errors import ConflictError, InvalidValueError, KnownError, RefusedError
from crm_desktop.operations import contacts, products, undo
from crm_desktop.operations.contacts import ContactQuery, ContactRow
from crm_desktop.operations.session import Session
from tests.environments import Office
from tests.operations.samples import broken, customer_with, entry, person, table_rows

FULL = person(
    "Jürgen", "Müller",
    prefix="Dr.", company="Hafen GmbH", title="Leiter", birthday="--05-04", note="n",
    phones=(PhoneDraft("(212) 555-0123"), PhoneDraft("+49 30 901820", is_primary=True, note="Büro")),
    emails=(EmailDraft("j.mueller@hafen.example"),),
    addresses=(
        AddressDraft(street="Kai 1", city="Hamburg", country="US"), AddressDraft(city="Kiel", former=True),
    ),
    product_uses=(ProductUseDraft("Fleet Pro", since="2024-01-01", renewal_on="2026-12-31"),),
)  # fmt: skip


def row(session: Session, contact_id: int) -> ContactRow:
    return contacts.contact_rows(session, [contact_id])[contact_id]


def found(session: Session, text: str, category: Category = Category.CUSTOMER) -> list[int]:
    query = ContactQuery(category, text=text)
    return [] if contacts.only_similar(session, query) else list(contacts.contact_ids(session, query))


def edit(session: Session, contact_id: int, **values: object) -> None:
    draft, version = contacts.contact_draft(session, contact_id)
    contacts.save_contact(
        session,
        contact_id,
        replace(draft, **values),  # type: ignore[arg-type]
        version=version,
    )


def cell(session: Session, contact_id: int, field: str, value: object) -> ContactRow:
    contacts.set_field(session, contact_id, field, value, version=row(session, contact_id).version)
    return row(session, contact_id)


def test_what_was_added_is_on_the_card_and_in_the_list(session: Session) -> None:
    contact_id = contacts.add_contact(session, FULL)
    card = contacts.card(session, contact_id)
    assert (card.contact.display_name, card.contact.name_key) == ("Dr. Jürgen Müller", "dr. jurgen muller")
    assert [(p.raw, p.e164, p.is_primary) for p in card.phones] == [
        ("(212) 555-0123", "+12125550123", False),
        ("+49 30 901820", "+4930901820", True),
    ]
    assert contacts.contact_draft(session, contact_id)[0].status_since == "2026-09-21"
    shown = row(session, contact_id)
    assert (shown.phone, shown.email, shown.city) == ("+49 30 901820", "j.mueller@hafen.example", "Hamburg")
    assert (shown.product, shown.renewal_on) == ("Fleet Pro", "2026-12-31")
    assert broken(session) == {}


def test_a_draft_read_and_saved_changes_nothing(session: Session) -> None:
    contact_id = contacts.add_contact(session, FULL)
    before = {table: table_rows(session, table) for table in ("contact", "phone", "log_entry")[:2]}
    edit(session, contact_id)
    assert {table: table_rows(session, table) for table in before} == before
    assert undo.can_undo(session) == "add_customer"


def test_a_bad_value_is_refused_and_nothing_is_written(session: Session) -> None:
    with pytest.raises(InvalidValueError, match="phone_invalid"):
        contacts.add_contact(session, person(phones=(PhoneDraft("abc"),)))
    assert table_rows(session, "contact") == []
    assert set(contacts.draft_problems(session, person(emails=(EmailDraft("x"),)))) == {"emails.0.address"}


def test_numbers_belong_to_the_country_of_the_address_or_of_the_organization(session: Session) -> None:
    number = PhoneDraft("030 901820")
    german = contacts.add_contact(
        session, person(phones=(number,), addresses=(AddressDraft(city="Berlin", country="de"),))
    )
    local = customer_with(session, "Lee", "212 555 0123")
    assert contacts.card(session, german).phones[0].e164 == "+4930901820"
    assert contacts.card(session, local).phones[0].e164 == "+12125550123"


def test_a_number_kept_knowingly_is_marked(session: Session) -> None:
    contact_id = contacts.add_contact(session, person(phones=(PhoneDraft("ask Eva", unchecked=True),)))
    phone = contacts.card(session, contact_id).phones[0]
    assert (phone.raw, phone.e164, phone.invalid) == ("ask Eva", None, True)


def test_the_second_of_two_editors_is_told(session: Session) -> None:
    contact_id = contacts.add_contact(session, FULL)
    mine, version = contacts.contact_draft(session, contact_id)
    edit(session, contact_id, nickname="J")
    with pytest.raises(ConflictError, match="record_changed"):
        contacts.save_contact(session, contact_id, replace(mine, nickname="K"), version=version)
    assert contacts.card(session, contact_id).contact.nickname == "J"


def test_a_change_of_a_part_alone_is_a_change_of_the_card(session: Session) -> None:
    contact_id = contacts.add_contact(session, FULL)
    draft, version = contacts.contact_draft(session, contact_id)
    edit(session, contact_id, emails=(*draft.emails, EmailDraft("second@hafen.example")))
    assert contacts.card(session, contact_id).contact.version > version
    with pytest.raises(ConflictError):
        contacts.save_contact(session, contact_id, replace(draft, phones=()), version=version)


def test_an_edit_updates_the_rows_it_keeps_and_deletes_the_rest(session: Session) -> None:
    contact_id = contacts.add_contact(session, FULL)
    first, second = contacts.card(session, contact_id).phones
    draft, _ = contacts.contact_draft(session, contact_id)
    edit(session, contact_id, phones=(replace(draft.phones[1], note="neu"), PhoneDraft("212 555 0188")))
    kept, new = contacts.card(session, contact_id).phones
    assert (kept.id, kept.note, kept.is_primary) == (second.id, "neu", True)
    assert new.id > max(first.id, second.id)
    assert broken(session) == {}


def test_an_id_of_somebody_elses_phone_makes_a_new_row(session: Session) -> None:
    other = customer_with(session, "Other", "212 555 0111")
    stolen = contacts.card(session, other).phones[0]
    mine = contacts.add_contact(session, person(phones=(PhoneDraft("212 555 0122", id=stolen.id),)))
    assert contacts.card(session, other).phones == (stolen,)
    assert contacts.card(session, mine).phones[0].id != stolen.id


def test_a_record_that_is_gone_is_refused(session: Session) -> None:
    gone = contacts.add_contact(session, FULL)
    draft, version = contacts.contact_draft(session, gone)
    undo.undo(session)
    with pytest.raises(RefusedError, match="record_not_found"):
        contacts.card(session, gone)
    with pytest.raises(RefusedError, match="record_not_found"):
        contacts.save_contact(session, gone, draft, version=version)
    with pytest.raises(RefusedError, match="record_not_found"):
        contacts.move_to_category(session, gone, Category.ADDRESS_BOOK)


def test_ids_are_never_used_again(session: Session) -> None:
    first = contacts.add_contact(session, FULL)
    phones = [phone.id for phone in contacts.card(session, first).phones]
    undo.undo(session)
    second = contacts.add_contact(session, FULL)
    assert second > first
    assert min(phone.id for phone in contacts.card(session, second).phones) > max(phones)


# --- one cell -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "attribute", "shown"),
    [
        ("display_name", "Dr. Kurt Groß", "display_name", "Dr. Kurt Groß"),
        ("display_name", "Groß, Kurt", "display_name", "Kurt Groß"),
        ("company", " Neu AG ", "company", "Neu AG"),
        ("company", "", "company", None),
        ("title", "Chef", "title", "Chef"),
        ("phone", "212 555 0199", "e164", "+12125550199"),
        ("phone", "", "phone", "(212) 555-0123"),
        ("email", "neu@hafen.example", "email", "neu@hafen.example"),
        ("email", None, "email", None),
        ("city", "Bremen", "city", "Bremen"),
        ("city", "", "city", None),
        ("product", "Fleet Lite", "product", "Fleet Lite"),
        ("product", "", "product", None),
        ("status", "paused", "status", CustomerStatus.PAUSED),
    ],
)
def test_one_cell(session: Session, field: str, value: object, attribute: str, shown: object) -> None:
    contact_id = contacts.add_contact(session, FULL)
    assert getattr(cell(session, contact_id, field, value), attribute) == shown
    assert broken(session) == {}


@pytest.mark.parametrize(
    ("field", "value", "attribute", "shown"),
    [
        ("phone", "212 555 0199", "phone", "212 555 0199"),
        ("email", "a@b.example", "email", "a@b.example"),
        ("city", "Bremen", "city", "Bremen"),
        ("product", "Fleet", "product", "Fleet"),
        ("phone", "", "phone", None),
        ("city", "", "city", None),
    ],
)
def test_a_cell_of_an_empty_card(
    session: Session, field: str, value: str, attribute: str, shown: object
) -> None:
    contact_id = contacts.add_contact(session, person())
    assert getattr(cell(session, contact_id, field, value), attribute) == shown


def test_the_name_of_a_company_is_one_piece(session: Session) -> None:
    company = ContactDraft(category=Category.CUSTOMER, kind=ContactKind.COMPANY, company="Whitfield & Sons")
    contact_id = contacts.add_contact(session, company)
    assert cell(session, contact_id, "display_name", "Whitfield, Sons").display_name == "Whitfield, Sons"


def test_prefix_and_suffix_survive_an_edited_name(session: Session) -> None:
    contact_id = contacts.add_contact(session, person("Al", "Gore", prefix="Dr.", suffix="Jr."))
    cell(session, contact_id, "display_name", "Dr. Albert Gore Jr.")
    contact = contacts.card(session, contact_id).contact
    assert (contact.prefix, contact.given, contact.family, contact.suffix) == ("Dr.", "Albert", "Gore", "Jr.")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("display_name", " ", "value_required"),
        ("status", "dead", "value_not_in_list"),
        ("phone", "abc", "phone_invalid"),
        ("email", "nobody", "email_invalid"),
        ("category", "address_book", "field_unknown"),
        ("owner_id", "1", "field_unknown"),
        ("version", "1", "field_unknown"),
    ],
)
def test_a_cell_that_cannot_be_kept(session: Session, field: str, value: str, code: str) -> None:
    contact_id = contacts.add_contact(session, FULL)
    before = row(session, contact_id)
    with pytest.raises(KnownError, match=code):
        cell(session, contact_id, field, value)
    assert row(session, contact_id) == before


def test_a_cell_of_an_older_row_is_a_conflict(session: Session) -> None:
    contact_id = contacts.add_contact(session, FULL)
    version = row(session, contact_id).version
    cell(session, contact_id, "title", "A")
    with pytest.raises(ConflictError):
        contacts.set_field(session, contact_id, "title", "B", version=version)


def test_a_former_city_is_not_the_one_the_list_changes(session: Session) -> None:
    former = AddressDraft(city="Kiel", former=True, is_primary=True)
    contact_id = contacts.add_contact(session, person(addresses=(former, AddressDraft(city="Bonn"))))
    cell(session, contact_id, "city", "Köln")
    assert [a.city for a in contacts.card(session, contact_id).addresses] == ["Kiel", "Köln"]


# --- status, lists, trash -------------------------------------------------------------------------------


def test_a_changed_status_carries_its_date(session: Session, office: Office) -> None:
    contact_id = contacts.add_contact(session, person(status_since="2020-01-01"))
    office.clock.advance(86_400)
    cell(session, contact_id, "status", "former")
    assert contacts.card(session, contact_id).contact.status_since == "2026-09-22"


def test_an_entry_becomes_a_customer_and_back_with_everything(session: Session) -> None:
    contact_id = contacts.add_contact(session, entry("Zoë", phones=(PhoneDraft("212 555 0123"),)))
    assert found(session, "zoe") == []
    contacts.move_to_category(session, contact_id, Category.CUSTOMER)
    contact = contacts.card(session, contact_id).contact
    assert (contact.status, contact.status_since) == (CustomerStatus.ACTIVE, "2026-09-21")
    assert found(session, "zoe") == [contact_id]
    assert found(session, "zoe", Category.ADDRESS_BOOK) == []
    contacts.move_to_category(session, contact_id, Category.ADDRESS_BOOK)
    assert contacts.card(session, contact_id).contact.status is None
    assert len(contacts.card(session, contact_id).phones) == 1
    contacts.move_to_category(session, contact_id, Category.ADDRESS_BOOK)
    assert len(undo.history(session, contact_id)) == 3
    assert broken(session) == {}


def test_trash_and_back(session: Session) -> None:
    one, two = customer_with(session, "Uno"), customer_with(session, "Due")
    assert contacts.trash(session, [one, two, 999]) == 2
    assert contacts.trash(session, [one]) == 0
    query = ContactQuery(Category.CUSTOMER, trashed=True)
    assert sorted(contacts.contact_ids(session, query)) == [one, two]
    assert list(contacts.contact_ids(session, replace(query, text="uno"))) == [one]
    assert contacts.category_counts(session, Category.CUSTOMER) == {
        "all": 0, "lead": 0, "active": 0, "paused": 0, "former": 0, "trash": 2,
    }  # fmt: skip
    assert found(session, "uno") == []
    assert contacts.card(session, one).contact.trashed_by == session.member.id
    assert contacts.restore_from_trash(session, [two]) == 1
    assert found(session, "due") == [two]
    assert contacts.card(session, two).contact.trashed_at is None
    assert broken(session) == {}


# --- products -------------------------------------------------------------------------------------------


def test_a_product_is_made_once_whatever_its_spelling(session: Session) -> None:
    first = contacts.add_contact(session, person("A", product_uses=(ProductUseDraft("Flotte Größe"),)))
    contacts.add_contact(session, person("B", product_uses=(ProductUseDraft("FLOTTE GROSSE"),)))
    assert products.product_names(session) == ["Flotte Größe"]
    assert row(session, first).product == "Flotte Größe"


def test_only_what_is_used_now_is_shown_and_found(session: Session) -> None:
    uses = (ProductUseDraft("Alt", until="2020-01-01"), ProductUseDraft("Neu", since="2020-01-02"))
    contact_id = contacts.add_contact(session, person(product_uses=uses))
    assert row(session, contact_id).product == "Neu"
    assert (found(session, "neu"), found(session, "alt")) == ([contact_id], [])
    cell(session, contact_id, "product", "Neuer")
    assert [use.product for use in contacts.contact_draft(session, contact_id)[0].product_uses] == [
        "Neuer",
        "Alt",
    ]


# --- index ----------------------------------------------------------------------------------------------


def test_the_index_follows_an_edit(session: Session) -> None:
    contact_id = contacts.add_contact(session, FULL)
    for text in ("jurgen", "hafen", "leiter", "hamburg", "fleet", "555 0123", "+49 30 90", "0182"):
        assert found(session, text) == [contact_id], text
    assert found(session, "kiel") == []
    edit(session, contact_id, given="Kurt", company=None, phones=(), addresses=(), product_uses=())
    assert found(session, "kurt muller") == [contact_id]
    for text in ("jurgen", "hamburg", "fleet", "5550123"):
        assert found(session, text) == [], text
    assert broken(session) == {}
