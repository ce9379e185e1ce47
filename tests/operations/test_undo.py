"""Undo after saving: in reverse it gives equal rows; a later edit is a conflict; consents stay."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.domain.contact_drafts import ForeignIdDraft, PhoneDraft, ProductUseDraft
from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.errors import ConflictError, KnownError, RefusedError
from crm_desktop.operations import consents, contacts, members, notes, undo
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member, new_organization
from tests.operations.samples import broken, customer_with, entry, person, table_rows

RECORDS = (
    "contact", "phone", "email", "postal_address", "product", "product_use", "tag", "contact_tag",
    "foreign_id", "contact_note", "past_status", "custom_field", "custom_value",
    "attachment", "follow_up", "keep_in_touch",
)  # fmt: skip
STAMPS = {"version", "changed_at", "changed_by", "salt"}


def records(session: Session) -> dict[str, list[dict[str, object]]]:
    return {
        table: [
            {name: value for name, value in row.items() if name not in STAMPS}
            for row in table_rows(session, table)
        ]
        for table in RECORDS
    }


def visible(session: Session) -> list[tuple[str, list[int]]]:
    """What searching finds, which must follow undo too."""
    words = ("ada", "bo", "fleet", "0123", "zed")
    return [
        (f"{category}{word}", sorted(contacts.contact_ids(session, ContactQuery(category, text=word))))
        for category in Category
        for word in words
    ]


def do(session: Session, verb: str, which: int, word: str) -> None:
    """One random verb; refusals (nothing there, nothing changed) are part of life."""
    ids = [int(str(row["id"])) for row in table_rows(session, "contact")]
    contact_id = ids[which % len(ids)] if ids else 0
    if verb == "add":
        draft = person(word, phones=(PhoneDraft("212 555 0123"),), product_uses=(ProductUseDraft(word),))
        contacts.add_contact(session, draft)
    elif verb == "entry":
        contacts.add_contact(session, entry(word))
    elif verb == "cell":
        field = ("display_name", "phone", "product", "city", "email")[which % 5]
        value = {"phone": f"212 555 01{which:02}", "email": f"{word}@b.example"}.get(field, word)
        version = contacts.card(session, contact_id).contact.version
        contacts.set_field(session, contact_id, field, value, version=version)
    elif verb == "empty":
        draft, version = contacts.contact_draft(session, contact_id)
        bare = replace(draft, phones=(), product_uses=(), emails=(), addresses=())
        contacts.save_contact(session, contact_id, bare, version=version)
    elif verb == "marks":
        draft, version = contacts.contact_draft(session, contact_id)
        known = tuple(ForeignIdDraft("Ledger", f"{word}{place}") for place in range(which % 3))
        status = list(CustomerStatus)[which % 4]
        marked = replace(draft, tags=(word, "VIP")[: which % 3], foreign_ids=known, status=status)
        contacts.save_contact(session, contact_id, marked, version=version)
    elif verb == "note":
        notes.add_note(session, contact_id, f"Spoke with {word}")
    elif verb == "trash":
        contacts.trash(session, ids[: which + 1])
    elif verb == "restore":
        contacts.restore_from_trash(session, ids)
    else:
        contacts.move_to_category(session, contact_id, list(Category)[which % 2])


verbs = st.lists(
    st.tuples(
        st.sampled_from(["add", "entry", "cell", "empty", "marks", "note", "trash", "restore", "move"]),
        st.integers(0, 9),
        st.sampled_from(["Ada", "Bo", "Fleet", "Zed"]),
    ),
    max_size=10,
)


@pytest.fixture(scope="module")
def long_session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return new_organization(tmp_path_factory.mktemp("undo")).open()


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sequence=verbs, back=st.integers(0, 10))
def test_undone_in_reverse_gives_equal_rows_and_redone_gives_them_again(
    long_session: Session, sequence: list[tuple[str, int, str]], back: int
) -> None:
    session = long_session
    states = [(records(session), visible(session))]
    for verb, which, word in sequence:
        known = len(table_rows(session, "contact"))
        try:
            do(session, verb, which, word)
        except KnownError:
            assert len(table_rows(session, "contact")) == known
        state = records(session), visible(session)
        if state[0] != states[-1][0]:
            states.append(state)
    done = len(states) - 1
    steps = min(back, done)
    for number in range(done - 1, done - 1 - steps, -1):
        undo.undo(session)
        assert (records(session), visible(session)) == states[number]
    for number in range(done - steps + 1, done + 1):
        undo.redo(session)
        assert (records(session), visible(session)) == states[number]
    for number in range(done - 1, -1, -1):
        undo.undo(session)
        assert (records(session), visible(session)) == states[number]
    assert broken(session) == {}


def test_what_is_undone_is_named(session: Session) -> None:
    contact_id = customer_with(session, "Dana")
    assert undo.can_undo(session) == "add_customer"
    result = undo.undo(session)
    assert (result.verb, result.contact_ids) == ("add_customer", (contact_id,))
    assert (undo.can_undo(session), undo.can_redo(session)) == (None, "add_customer")
    assert undo.redo(session).verb == "add_customer"
    assert (undo.can_undo(session), undo.can_redo(session)) == ("add_customer", None)


def test_nothing_to_undo_or_redo(session: Session) -> None:
    for verb, code in ((undo.undo, "nothing_to_undo"), (undo.redo, "nothing_to_redo")):
        with pytest.raises(RefusedError, match=code):
            verb(session)


def test_a_new_change_ends_what_could_be_redone(session: Session) -> None:
    customer_with(session, "Dana")
    undo.undo(session)
    customer_with(session, "Eva")
    assert undo.can_redo(session) is None


def test_only_my_own_session_is_undone(office: Office) -> None:
    session = office.open()
    customer_with(session, "Dana")
    session.close()
    session = office.open()
    with pytest.raises(RefusedError):
        undo.undo(session)
    session.close()


def test_consents_and_members_are_never_undone(session: Session) -> None:
    contact = customer_with(session, "Dana")
    member = add_member(session, "eva", role=session.role)
    consents.grant_consent(session)
    paper = consents.record_paper_consent(session, member, scan=b"scan", scan_name="scan.png")
    assert undo.can_undo(session) == "add_customer"
    assert undo.undo(session).contact_ids == (contact,)
    assert len(members.members(session)) == 2
    assert consents.active_consent(session, member) == paper


def test_having_seen_a_consent_is_not_undone(office: Office) -> None:
    session = office.open()
    member = add_member(session, "eva", role=session.role)
    consents.record_paper_consent(session, member, scan=b"scan", scan_name="scan.png")
    session.close()
    session = office.open("eva")
    paper = consents.unseen_paper_consent(session)
    assert paper is not None
    consents.mark_consent_shown(session, paper)
    with pytest.raises(RefusedError):
        undo.undo(session)
    assert consents.unseen_paper_consent(session) is None
    session.close()


def other_session_changes(session: Session, contact_id: int, field: str, value: str) -> None:
    """Change a cell as if from another sign-in: undo looks at the session's own change sets only."""
    own, session.session_uuid = session.session_uuid, bytes(16)
    version = contacts.card(session, contact_id).contact.version
    contacts.set_field(session, contact_id, field, value, version=version)
    session.session_uuid = own


def test_a_later_edit_of_the_same_value_is_a_conflict(session: Session) -> None:
    contact_id = customer_with(session, "Dana", "212 555 0123")
    version = contacts.card(session, contact_id).contact.version
    contacts.set_field(session, contact_id, "company", "Mine", version=version)
    other_session_changes(session, contact_id, "company", "Theirs")
    before = records(session)
    with pytest.raises(ConflictError, match="undo_conflict"):
        undo.undo(session)
    assert records(session) == before
    assert broken(session) == {}


def test_a_later_edit_of_another_value_is_kept(session: Session) -> None:
    contact_id = customer_with(session, "Dana")
    version = contacts.card(session, contact_id).contact.version
    contacts.set_field(session, contact_id, "company", "Mine", version=version)
    other_session_changes(session, contact_id, "title", "Chef")
    undo.undo(session)
    contact = contacts.card(session, contact_id).contact
    assert (contact.company, contact.title) == (None, "Chef")


def test_an_added_record_somebody_wrote_to_is_not_removed(session: Session) -> None:
    contact_id = customer_with(session, "Dana")
    other_session_changes(session, contact_id, "phone", "212 555 0199")
    with pytest.raises(ConflictError):
        undo.undo(session)
    assert contacts.card(session, contact_id).phones


def test_images_hold_only_what_changed(session: Session) -> None:
    contact_id = contacts.add_contact(
        session, person("Dana", note="secret note", phones=(PhoneDraft("112"),))
    )
    version = contacts.card(session, contact_id).contact.version
    contacts.set_field(session, contact_id, "title", "Chef", version=version)
    with session.database.read() as connection:
        images = connection.execute(
            "SELECT before_image, after_image FROM change_row"
            " WHERE change_set_id = (SELECT max(id) FROM change_set)"
        ).fetchall()
    assert images == [('{"title": null}', '{"title": "Chef"}')]
    (entry_of_title, *_) = undo.history(session, contact_id)
    assert [(c.table, c.field, c.old, c.new) for c in entry_of_title.changes] == [
        ("contact", "title", None, "Chef")
    ]


def test_pruned_images_cannot_be_undone(session: Session) -> None:
    customer_with(session, "Dana")
    with session.database.write() as connection:
        connection.execute(
            "UPDATE change_row SET before_image = NULL, after_image = NULL, before_salt = NULL"
        )
    with pytest.raises(RefusedError, match="undo_expired"):
        undo.undo(session)


def test_the_scan_of_a_consent_is_in_no_image(session: Session, tmp_path: Path) -> None:
    consents.record_paper_consent(session, session.member.id, scan=b"paper" * 100, scan_name="scan.png")
    with session.database.read() as connection:
        (image,) = connection.execute(
            "SELECT after_image FROM change_row ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert b"paper".hex() not in image
    consent = consents.active_consent(session, session.member.id)
    assert consent is not None
    assert consent.scan == b"paper" * 100
