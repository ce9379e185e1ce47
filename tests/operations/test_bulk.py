"""Changing many at once: the result is the preview, one undo takes it back, and nobody's edit is lost."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from crm_desktop.domain.bulk import BULK_FIELDS, BulkChange, BulkKind
from crm_desktop.domain.contact_drafts import AddressDraft, PhoneDraft, ProductUseDraft
from crm_desktop.domain.contacts import Category, ContactKind
from crm_desktop.domain.custom_fields import FieldDraft, FieldKind
from crm_desktop.domain.errors import InvalidValueError, KnownError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations import bulk, contacts, custom_fields, undo
from crm_desktop.operations.bulk import BulkPreview, change_in_bulk, preview_bulk
from crm_desktop.operations.contact_writing import write_contact
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.session import Session
from crm_desktop.storage.change_sets import RECORD_TABLES
from tests.environments import Office, add_member
from tests.operations.samples import broken, entry, person, table_rows

STAMPS = {"version", "changed_at", "changed_by", "salt"}
EVERYBODY = ContactQuery(Category.CUSTOMER)


def records(session: Session) -> dict[str, list[dict[str, object]]]:
    """Return every row of every record without the bookkeeping of a save."""
    return {
        table: [
            {name: value for name, value in row.items() if name not in STAMPS}
            for row in table_rows(session, table)
        ]
        for table in RECORD_TABLES
    }


def crowd(session: Session, count: int = 12) -> list[int]:
    """Add people and companies that differ in everything a change of many touches."""
    with session.change("add_customer") as changes:
        return [write_contact(changes, session, None, _one(number)) for number in range(count)]


def _one(number: int) -> contacts.ContactDraft:
    address = AddressDraft(city="Pau", country="FR" if number % 2 else None)
    draft = person(
        f"Given{number}",
        "Whitfield",
        source="fair" if number % 3 == 0 else None,
        addresses=(address,) if number % 4 else (),
        phones=(PhoneDraft("+33 5 59 27 85 80"),),
        tags=("Gold",) if number % 2 else ("Gold", "Silver"),
        product_uses=(ProductUseDraft("Fleet", since="2025-01-01"),) if number % 3 else (),
    )
    company = {"kind": ContactKind.COMPANY, "given": None, "family": None, "company": f"Works {number}"}
    return replace(draft, **company) if number % 5 == 0 else draft  # type: ignore[arg-type]


@pytest.fixture
def many(session: Session) -> list[int]:
    return crowd(session)


@pytest.fixture
def own(session: Session) -> dict[FieldKind, str]:
    """Define a field of each kind; return its key by its kind."""
    made = {}
    for kind in FieldKind:
        choices = ("North", "South") if kind is FieldKind.CHOICE else ()
        made[kind] = f"custom.{custom_fields.define_field(session, FieldDraft(kind.value, kind, choices))}"
    return made


def seen(session: Session, change: BulkChange, ids: list[int]) -> BulkPreview:
    return preview_bulk(session, ids, change)


OWN_VALUES = {
    FieldKind.TEXT: "blue",
    FieldKind.NUMBER: "1234,5",
    FieldKind.DATE: "2026-03-31",
    FieldKind.CHOICE: "North",
    FieldKind.YES_NO: "yes",
    FieldKind.LINK: "https://example.com",
}
CHANGES = [
    BulkChange("status", "paused", day="2026-01-02"),
    BulkChange("status", "former"),
    BulkChange("owner_id", "1"),
    BulkChange("source", " trade fair "),
    BulkChange("source"),
    BulkChange("title", "Buyer"),
    BulkChange("language", "fr"),
    BulkChange("industry", "Steel"),
    BulkChange("size", "50"),
    BulkChange("legal_form", "Ltd"),
    BulkChange("country", "de"),
    BulkChange("country"),
    BulkChange("add_tags", names=("Silver", "New one")),
    BulkChange("remove_tags", names=("gold", "never heard")),
    BulkChange("add_product", "Fleet"),
    BulkChange("add_product", "Brand new", day="2026-02-03"),
    BulkChange("end_product", "fleet", day="2026-02-03"),
    BulkChange("category", "address_book"),
    BulkChange("trash"),
]


def test_every_field_of_the_list_is_tried_below() -> None:
    assert {change.field for change in CHANGES} | {"restore"} == {known.key for known in BULK_FIELDS}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.field}={change.value}")
def test_the_result_is_the_preview_and_one_undo_takes_it_back(
    session: Session, many: list[int], change: BulkChange
) -> None:
    before = records(session)
    preview = seen(session, change, many)
    assert preview.will_change + preview.unchanged + preview.refused == len(many)
    assert preview.will_change
    result = change_in_bulk(session, preview)
    assert (result.changed, result.left) == (preview.will_change, 0)
    again = seen(session, preview.change, many)
    if change.field != "category":
        assert (again.will_change, again.unchanged) == (0, preview.unchanged + preview.will_change)
    undo.undo(session)
    assert records(session) == before
    assert seen(session, change, many).will_change == preview.will_change
    undo.redo(session)
    assert seen(session, preview.change, many).will_change == again.will_change
    assert broken(session) == {}


@pytest.mark.parametrize("kind", list(FieldKind))
def test_own_fields_of_every_kind_are_set_and_emptied(
    session: Session, many: list[int], own: dict[FieldKind, str], kind: FieldKind
) -> None:
    before = records(session)
    for value in (OWN_VALUES[kind], ""):
        preview = seen(session, BulkChange(own[kind], value), many)
        assert preview.will_change == len(many)
        assert preview.examples[0].after == ("1234.5" if value == "1234,5" else value)
        assert change_in_bulk(session, preview).changed == len(many)
        assert seen(session, BulkChange(own[kind], value), many).unchanged == len(many)
    undo.undo(session)
    undo.undo(session)
    assert records(session) == before


def test_a_preview_says_before_and_after_and_writes_nothing(session: Session, many: list[int]) -> None:
    before = records(session)
    preview = seen(session, BulkChange("add_tags", names=("silver", "Bronze")), many)
    assert records(session) == before
    first = preview.examples[0]
    assert (first.name, first.before, first.after) == ("Works 0", "Gold\nSilver", "Bronze\nGold\nSilver")
    assert seen(session, BulkChange("status", "active"), many).unchanged == len(many)


def test_who_cannot_have_it_is_refused_with_the_reason(session: Session, many: list[int]) -> None:
    contacts.trash(session, many[1:2])
    refused = {
        refusal.error.code: (refusal.count, refusal.names)
        for refusal in seen(session, BulkChange("title", "Buyer"), [*many, 10_000]).refusals
    }
    assert refused == {
        "bulk_only_people": (3, ("Works 0", "Works 5", "Works 10")),
        "record_in_trash": (1, ("Given1 Whitfield",)),
        "record_not_found": (1, ()),
    }
    guest = contacts.add_contact(session, entry("Guest"))
    assert (
        seen(session, BulkChange("status", "lead"), [guest]).refusals[0].error.code == "bulk_only_customers"
    )
    assert seen(session, BulkChange("country", "DE"), [guest]).refusals[0].error.code == "bulk_no_address"
    late = seen(session, BulkChange("end_product", "Fleet", day="2024-01-01"), many)
    assert {refusal.error.code for refusal in late.refusals} == {"use_ends_early", "record_in_trash"}
    assert all(sentence(refusal.error) for refusal in late.refusals)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (BulkChange("status", "retired"), "value_not_in_list"),
        (BulkChange("status"), "value_required"),
        (BulkChange("status", "lead", day="31.02."), "date_invalid"),
        (BulkChange("owner_id", "99"), "value_not_in_list"),
        (BulkChange("country", "Spain"), "region_invalid"),
        (BulkChange("source", "x" * 501), "value_too_long"),
        (BulkChange("source", "a\0b"), "value_unreadable"),
        (BulkChange("add_tags"), "value_required"),
        (BulkChange("add_tags", names=("x" * 500,)), "value_too_long"),
        (BulkChange("add_product"), "value_required"),
        (BulkChange("category", "nobody"), "value_not_in_list"),
    ],
)
def test_a_bad_value_is_refused_before_anything_is_read(
    session: Session, many: list[int], change: BulkChange, code: str
) -> None:
    problem = bulk.bulk_problem(session, change)
    assert problem is not None
    assert problem.code == code
    with pytest.raises(InvalidValueError, match=code):
        seen(session, change, many)


def test_a_status_keeps_its_history(session: Session, many: list[int]) -> None:
    change_in_bulk(session, seen(session, BulkChange("status", "paused", day="2026-01-02"), many))
    card = contacts.card(session, many[3])
    assert (card.contact.status, card.contact.status_since) == ("paused", "2026-01-02")
    assert [(past.status, past.until) for past in card.past_statuses] == [("active", "2026-01-02")]


def test_what_somebody_changed_since_the_preview_stays_as_he_left_it(
    session: Session, many: list[int]
) -> None:
    preview = seen(session, BulkChange("source", "fair"), many)
    contacts.set_field(session, many[1], "title", "Boss", version=1)
    result = change_in_bulk(session, preview)
    assert (result.changed, result.left, result.left_names) == (
        preview.will_change - 1, 1, ("Given1 Whitfield",),
    )  # fmt: skip
    assert contacts.card(session, many[1]).contact.source is None


def test_what_was_changed_is_found_by_it(session: Session, many: list[int]) -> None:
    change_in_bulk(session, seen(session, BulkChange("add_tags", names=("Zebra",)), many))
    assert contacts.contact_count(session, replace(EVERYBODY, text="zebra")) == len(many)
    undo.undo(session)
    assert contacts.contact_count(session, replace(EVERYBODY, text="zebra")) == 0


def test_all_of_a_list_are_changed_without_naming_them(session: Session, many: list[int]) -> None:
    contacts.trash(session, many[:1])
    preview = preview_bulk(session, replace(EVERYBODY, text="works"), BulkChange("size", "9"))
    assert preview.will_change == 2
    doubled = seen(session, BulkChange("size", "9"), [many[5], many[5]])
    assert change_in_bulk(session, doubled).changed == 1


def test_the_trash_and_back(session: Session, many: list[int]) -> None:
    assert change_in_bulk(session, seen(session, BulkChange("trash"), many)).changed == len(many)
    fields = bulk.bulk_fields(session, Category.CUSTOMER, trashed=True)
    assert [known.key for known in fields] == ["restore"]
    preview = preview_bulk(session, replace(EVERYBODY, trashed=True), BulkChange("restore"))
    assert change_in_bulk(session, preview).changed == len(many)


def test_an_address_book_has_its_own_list_of_fields(session: Session, own: dict[FieldKind, str]) -> None:
    custom_fields.define_field(session, FieldDraft("Grade", for_address_book=False))
    of_customers = {known.key for known in bulk.bulk_fields(session, Category.CUSTOMER)}
    of_entries = {known.key for known in bulk.bulk_fields(session, Category.ADDRESS_BOOK)}
    missing = {"status", "owner_id", "add_product", "end_product"}
    assert of_customers - of_entries == {*missing, f"custom.{len(own) + 1}"}
    assert "restore" not in of_customers


def test_a_field_that_is_gone_is_told(session: Session, many: list[int], own: dict[FieldKind, str]) -> None:
    preview = seen(session, BulkChange(own[FieldKind.TEXT], "blue"), many)
    custom_fields.remove_field(session, int(own[FieldKind.TEXT].split(".")[1]))
    with pytest.raises(RefusedError, match="bulk_field_gone"):
        change_in_bulk(session, preview)


@pytest.mark.parametrize("role", [Role.STAFF, Role.VIEWER])
def test_without_the_right_nothing_is_previewed_or_changed(office: Office, role: Role) -> None:
    session = office.open()
    ids = crowd(session)
    preview = seen(session, BulkChange("source", "web"), ids)
    add_member(session, "other", role)
    session.close()
    session = office.open("other")
    tries: list[Callable[[], object]] = [
        lambda: seen(session, BulkChange("source", "web"), ids),
        lambda: change_in_bulk(session, preview),
        lambda: change_in_bulk(session, replace(preview, change=BulkChange("trash"))),
    ]
    for attempt in tries:
        with pytest.raises(RefusedError, match="right_missing"):
            attempt()
    assert seen_sources(session) == {None, "fair"}
    session.close()


def seen_sources(session: Session) -> set[object]:
    return {row["source"] for row in table_rows(session, "contact")}


def test_many_are_written_in_batches_of_one_change_set_with_progress(session: Session) -> None:
    ids = crowd(session, 400)
    before = records(session)
    steps: list[Progress] = []
    preview = preview_bulk(session, ids, BulkChange("source", "web"), progress=steps.append)
    assert steps[-1] == Progress(400, 400)
    steps.clear()
    assert change_in_bulk(session, preview, progress=steps.append).changed == 400
    assert len(steps) > 1
    undo.undo(session)
    assert records(session) == before
    assert broken(session) == {}


@pytest.mark.parametrize("change", [CHANGES[0], CHANGES[3], CHANGES[12], CHANGES[15]])
def test_cancelled_midway_nothing_has_changed(session: Session, change: BulkChange) -> None:
    ids = crowd(session, 300)
    before = records(session)
    preview, token = seen(session, change, ids), CancelToken()

    def stop(_progress: Progress) -> None:
        token.cancel()

    with pytest.raises(Cancelled):
        change_in_bulk(session, preview, progress=stop, cancel=token)
    assert records(session) == before
    assert broken(session) == {}
    assert undo.can_undo(session) != "change_in_bulk"
    with pytest.raises(Cancelled):
        preview_bulk(session, ids, change, cancel=token)


def test_every_kind_of_change_has_a_planner() -> None:
    from crm_desktop.operations.bulk_plans import _PLANNERS

    assert set(_PLANNERS) == set(BulkKind)
    assert issubclass(RefusedError, KnownError)
