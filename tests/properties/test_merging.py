"""Merging any records: the preview is what happens, nothing is lost, and undone every row is as it was.

Against a real file with calls, notes, relations, files and accounts; of a row may differ afterwards its
version and salt, and who changed it when.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    ContactDraft,
    EmailDraft,
    ForeignIdDraft,
    PhoneDraft,
    ProductUseDraft,
)
from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.follow_ups import FollowUpDraft
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.domain.repeats import Interval, RepeatUnit
from crm_desktop.operations import (
    attachments,
    bank_accounts,
    call_imports,
    consents,
    contacts,
    custom_fields,
    follow_ups,
    merging,
    notes,
    relations,
    undo,
)
from crm_desktop.operations.custom_fields import FieldDraft
from crm_desktop.operations.session import Session
from crm_desktop.storage.change_sets import RECORD_TABLES
from tests.environments import new_organization
from tests.operations.follow_up_samples import set_rhythm
from tests.operations.samples import broken, call_log, person, table_rows

DIFFERS = {"version", "salt", "changed_at", "changed_by"}
NUMBERS = st.sampled_from(["(212) 555-0123", "+1 212 555 0123", "(917) 555-0100", "(312) 555-0147"])
WORDS = st.sampled_from([None, "Ada", "Größe 7", "O'Neill", "漢字 😀"])
BOXES = st.sampled_from(["a@w.example", "A@W.example", "b@w.example"])
STREETS = st.sampled_from(["1 High St", "1 high st.", "7 Mill Lane"])
IBANS = ("GB33BUKB20201555555555", "DE89370400440532013000", "FR1420041010050500013M02606")
ROLES = st.sampled_from([RelationRole.SPOUSE_OF, RelationRole.REFERRED_BY, RelationRole.PARENT_OF])
FIELD = 1

DRAFTS = st.builds(
    person,
    st.sampled_from(["Dana", "Bo", "Cleo"]),
    st.sampled_from(["Whitfield", "Quill"]),
    category=st.sampled_from([Category.CUSTOMER, Category.CUSTOMER, Category.ADDRESS_BOOK]),
    prefix=WORDS, nickname=WORDS, company=WORDS, title=WORDS, note=WORDS, urls=WORDS,
    birthday=st.sampled_from([None, "1980-02-29", "--02-29"]),
    phones=st.lists(
        st.builds(PhoneDraft, NUMBERS, is_primary=st.booleans(), note=WORDS), max_size=3
    ).map(tuple),
    emails=st.lists(st.builds(EmailDraft, BOXES, note=WORDS), max_size=2).map(tuple),
    addresses=st.lists(st.builds(AddressDraft, STREETS, former=st.booleans()), max_size=2).map(tuple),
    product_uses=st.lists(
        st.builds(ProductUseDraft, st.sampled_from(["Fleet", "Harbour"]), serial=WORDS, note=WORDS),
        max_size=2,
    ).map(tuple),
    foreign_ids=st.lists(
        st.builds(ForeignIdDraft, st.just("Ledger"), st.sampled_from(["L-1", "L-2"])), max_size=2
    ).map(tuple),
    tags=st.lists(st.sampled_from(["VIP", "Größe", "Harbour"]), max_size=3, unique=True).map(tuple),
    custom=st.sampled_from([(), ((FIELD, "Gold"),), ((FIELD, "Silver"),)]),
)  # fmt: skip
GROUPS = st.lists(DRAFTS, min_size=2, max_size=4)
LINKS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), ROLES), max_size=4)
EXTRAS = st.lists(
    st.sets(st.sampled_from(["note", "file", "call", "bank", "plan", "rhythm"])), min_size=4, max_size=4
)


def everything(session: Session) -> dict[str, list[dict[str, object]]]:
    return {
        table: [{k: v for k, v in row.items() if k not in DIFFERS} for row in table_rows(session, table)]
        for table in (*RECORD_TABLES, "call")
    }


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = new_organization(tmp_path_factory.mktemp("merging")).open()
    assert custom_fields.define_field(session, FieldDraft("Level")) == FIELD
    consents.grant_consent(session)
    yield session
    session.close()


def kept_category(draft: ContactDraft) -> ContactDraft:
    customer = draft.category is Category.CUSTOMER
    return replace(draft, status=CustomerStatus.ACTIVE if customer else None)


def furnish(session: Session, folder: Path, contact_id: int, place: int, extras: set[str]) -> None:
    if "note" in extras:
        notes.add_note(session, contact_id, f"Said on {place % 2}")
    if "plan" in extras:
        plan = FollowUpDraft("Call back", "2027-01-31", contact_id=contact_id)
        follow_ups.add_follow_up(session, plan)
    if "rhythm" in extras:
        set_rhythm(session, contact_id, Interval(place + 1, RepeatUnit.WEEK))
    if "file" in extras:
        path = folder / "contract.txt"
        path.write_text(f"agreed {place % 2}", encoding="utf-8")
        attachments.add_files(session, contact_id, [path])
    if "call" in extras:
        # A number that is only his: a shared one is nobody's call.
        number = f"(646) 555-{contact_id:04}"
        draft, version = contacts.contact_draft(session, contact_id)
        if draft.category is Category.CUSTOMER:
            phones = (*draft.phones, PhoneDraft(number))
            contacts.save_contact(session, contact_id, replace(draft, phones=phones), version=version)
            call_imports.run_import(
                session, [call_log(folder / "log.xml", (number, contact_id))],
                member_id=session.member.id, options=call_imports.reading_options(session),
            )  # fmt: skip
    if "bank" in extras:
        bank_accounts.add_account(session, contact_id, BankDetails(account=IBANS[place % 3]))


def values_of(session: Session, ids: list[int]) -> dict[str, set[object]]:
    """Return every value in a list, and every link, of some contacts."""
    found: dict[str, set[object]] = {}
    for table, column in (
        ("phone", "e164"), ("email", "address"), ("postal_address", "street"), ("product_use", "product_id"),
        ("product_use", "serial"), ("foreign_id", "value"), ("contact_tag", "tag_id"),
        ("contact_note", "text"), ("attachment", "sha256"), ("phone", "note"), ("email", "note"),
        ("past_status", "since"),
    ):  # fmt: skip
        known = found.setdefault(f"{table}.{column}", set())
        for row in table_rows(session, table):
            if row["contact_id"] in ids and row[column] is not None:
                value = row[column]
                known.add(
                    value.casefold().strip(".") if isinstance(value, str) and column != "note" else value
                )
    return found


def links_of(session: Session, ids: list[int]) -> set[tuple[object, ...]]:
    """Return whom contacts are related to, beside each other."""
    return {
        (row["kind"], other)
        for row in table_rows(session, "relation")
        for side, other in ((row["from_id"], row["to_id"]), (row["to_id"], row["from_id"]))
        if side in ids and other not in ids
    }


@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(GROUPS, LINKS, EXTRAS, st.integers(0, 3))
def test_merged_nothing_is_lost_and_undone_nothing_has_changed(  # noqa: PLR0917 - what hypothesis gives
    session: Session,
    tmp_path: Path,
    drafts: list[ContactDraft],
    links: list[tuple[int, int, RelationRole]],
    extras: list[set[str]],
    stays: int,
) -> None:
    ids = [contacts.add_contact(session, kept_category(draft)) for draft in drafts]
    friend = contacts.add_contact(session, person("Eve"))
    for place, contact_id in enumerate(ids):
        furnish(session, tmp_path, contact_id, place, extras[place])
    everybody = [*ids, friend]
    for one, two, role in links:
        try:
            relations.add_relation(
                session, ids[one % len(ids)], everybody[two % len(everybody)], RelationDraft(role)
            )
        except KnownError:
            continue  # a relation that is refused is no link to lose
    before = everything(session)
    values, linked = values_of(session, ids), links_of(session, ids)
    survivor = ids[stays % len(ids)]
    preview = merging.preview_merge(session, ids, survivor_id=survivor)
    merging.merge(session, preview)
    after = everything(session)

    now = values_of(session, [survivor])
    for name, known in values.items():
        if name.endswith(".note"):
            text = "\n".join(str(value) for value in now[name])
            assert all(str(value) in text for value in known), name
        else:
            assert known <= now[name], name
    assert linked <= links_of(session, [survivor])
    theirs = {row["id"] for row in before["call"] if row["customer_id"] in ids}
    assert theirs == {row["id"] for row in after["call"] if row["customer_id"] == survivor}
    plans = {row["id"] for row in before["follow_up"] if row["contact_id"] in ids}
    assert plans == {row["id"] for row in after["follow_up"] if row["contact_id"] == survivor}
    assert any(row["contact_id"] == survivor for row in after["keep_in_touch"]) == any(
        row["contact_id"] in ids for row in before["keep_in_touch"]
    )
    numbers = {row["customer_number"] for row in before["contact"] if row["id"] in ids} - {None}
    assert numbers <= {
        contacts.card(session, survivor).contact.customer_number,
        *(known.value for known in contacts.card(session, survivor).foreign_ids),
    }
    shown, card = preview.card, contacts.card(session, survivor)
    assert replace(card.contact, version=0, changed_at=0, changed_by=None) == replace(
        shown.contact, version=0, changed_at=0, changed_by=None
    )
    for name in ("phones", "emails", "addresses", "product_uses", "tags", "custom_values"):
        assert [replace(item, version=0) for item in getattr(card, name)] == [
            replace(item, version=0) for item in getattr(shown, name)
        ], name

    undo.undo(session)
    assert everything(session) == before
    undo.redo(session)
    assert everything(session) == after
    undo.undo(session)
    assert everything(session) == before


def test_the_log_holds_after_all_of_it(session: Session) -> None:
    assert table_rows(session, "contact")
    assert broken(session) == {}
