"""Relations: seen from both sides, refused where they make no sense, undone, kept over the trash."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.contacts import Category, ContactKind
from crm_desktop.domain.errors import ConflictError, InvalidValueError, KnownError, RefusedError
from crm_desktop.domain.relations import QuickEntry, RelationDraft, RelationRole, inverse, is_allowed
from crm_desktop.operations import contacts, log_reading, relations, reverting, undo
from crm_desktop.operations.relation_network import network
from crm_desktop.operations.relations import RelationLine
from crm_desktop.operations.session import Session
from crm_desktop.storage import relations as stored
from tests.environments import Office, new_organization
from tests.operations.samples import broken, customer_with, entry, table_rows

STAMPS = {"version", "changed_at", "changed_by", "salt"}
R = RelationRole


def company(session: Session, name: str) -> int:
    draft = ContactDraft(category=Category.CUSTOMER, kind=ContactKind.COMPANY, company=name)
    return contacts.add_contact(session, draft)


def relate(session: Session, own: int, role: RelationRole, other: int, **values: str) -> int:
    return relations.add_relation(session, own, other, RelationDraft(role, **values))


def seen(session: Session, contact_id: int) -> list[tuple[str, str]]:
    return [(line.role.value, line.other.name) for line in relations.relations_of(session, contact_id)]


def only(session: Session, contact_id: int) -> RelationLine:
    (line,) = relations.relations_of(session, contact_id)
    return line


@pytest.fixture
def dana(session: Session) -> int:
    return customer_with(session, "Dana")


@pytest.fixture
def acme(session: Session) -> int:
    return company(session, "Acme")


# --- both sides -----------------------------------------------------------------------------------------


def test_a_relation_is_seen_from_both_sides_with_its_facts(session: Session, dana: int, acme: int) -> None:
    facts = {"position": "Head of dispatch", "started_on": "2024-02-01", "note": "by phone only"}
    relate(session, dana, R.EMPLOYEE_OF, acme, **facts)
    there, here = only(session, acme), only(session, dana)
    assert (here.role, here.other.name, here.other.kind) == (R.EMPLOYEE_OF, "Acme", ContactKind.COMPANY)
    assert (there.role, there.other.name, there.other.id) == (R.EMPLOYER_OF, "Dana", dana)
    assert {name: getattr(there, name) for name in facts} == facts
    assert broken(session) == {}


def test_said_from_the_other_side_it_is_the_same_relation(session: Session, dana: int, acme: int) -> None:
    relate(session, acme, R.EMPLOYER_OF, dana)
    assert seen(session, dana) == [("employee_of", "Acme")]
    with pytest.raises(InvalidValueError, match="relation_already_there"):
        relate(session, dana, R.EMPLOYEE_OF, acme)


def test_several_persons_of_a_company_each_with_a_role(session: Session, dana: int, acme: int) -> None:
    bo = customer_with(session, "Bo")
    relate(session, dana, R.EMPLOYEE_OF, acme, position="Purchasing")
    relate(session, bo, R.EMPLOYEE_OF, acme, position="Accounts")
    relate(session, bo, R.CONTACT_PERSON_OF, acme)
    found = relations.relations_of(session, acme)
    assert [(line.role, line.other.name, line.position) for line in found] == [
        (R.EMPLOYER_OF, "Bo", "Accounts"),
        (R.EMPLOYER_OF, "Dana", "Purchasing"),
        (R.HAS_CONTACT_PERSON, "Bo", None),
    ]


def test_what_ended_comes_after_what_lasts(session: Session, dana: int, acme: int) -> None:
    former = company(session, "Aardvark")
    relate(session, dana, R.EMPLOYEE_OF, former, started_on="2019-01-01", ended_on="2022-12-31")
    relate(session, dana, R.SIGNATORY_OF, acme)
    assert seen(session, dana) == [("signatory_of", "Acme"), ("employee_of", "Aardvark")]


# --- what is refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", RelationRole)
def test_kinds_that_do_not_fit_the_sides_are_refused(role: RelationRole, session: Session) -> None:
    made = {
        (side, kind): (customer_with if kind is ContactKind.PERSON else company)(session, f"{side} {kind}")
        for side in ("own", "other")
        for kind in ContactKind
    }
    for own, other in product(ContactKind, repeat=2):
        before = len(table_rows(session, "relation"))
        pair = made["own", own], made["other", other]
        if is_allowed(role, own, other):
            relate(session, pair[0], role, pair[1])
            assert (inverse(role), pair[0]) in {
                (line.role, line.other.id) for line in relations.relations_of(session, pair[1])
            }
        else:
            with pytest.raises(InvalidValueError, match="relation_sides"):
                relate(session, pair[0], role, pair[1])
            assert len(table_rows(session, "relation")) == before


def test_nobody_is_related_to_himself(session: Session, dana: int) -> None:
    with pytest.raises(InvalidValueError, match="relation_to_itself"):
        relate(session, dana, R.PARTNER_OF, dana)


def test_a_duplicate_is_refused_in_either_direction(session: Session, dana: int) -> None:
    bo = customer_with(session, "Bo")
    relate(session, bo, R.SPOUSE_OF, dana)
    for own, other in ((bo, dana), (dana, bo)):
        with pytest.raises(InvalidValueError, match="relation_already_there"):
            relate(session, own, R.SPOUSE_OF, other)
    assert len(table_rows(session, "relation")) == 1


def test_who_left_may_come_back_on_a_later_day(session: Session, dana: int, acme: int) -> None:
    first = relate(session, dana, R.EMPLOYEE_OF, acme, started_on="2019-01-01", ended_on="2021-06-30")
    for start in ("2021-06-30", "2018-01-01", ""):
        with pytest.raises(InvalidValueError, match="relation_already_there"):
            relate(session, dana, R.EMPLOYEE_OF, acme, started_on=start)
    relate(session, dana, R.EMPLOYEE_OF, acme, started_on="2021-07-01")
    line = next(each for each in relations.relations_of(session, dana) if each.id == first)
    with pytest.raises(InvalidValueError, match="relation_already_there"):
        relations.end_relation(session, first, None, version=line.version)


def test_nobody_is_introduced_by_whom_he_introduced(session: Session, dana: int) -> None:
    bo, eva = customer_with(session, "Bo"), customer_with(session, "Eva")
    relate(session, dana, R.REFERRED_BY, bo)
    relate(session, bo, R.REFERRED_BY, eva)
    with pytest.raises(InvalidValueError, match="relation_circle"):
        relate(session, eva, R.REFERRED_BY, dana)
    with pytest.raises(InvalidValueError, match="relation_circle"):
        relate(session, bo, R.REFERRED, eva)
    relate(session, eva, R.PARTNER_OF, dana)


def test_a_circle_is_found_behind_any_number_of_others(session: Session, dana: int) -> None:
    with session.change("add_customer") as changes:
        (row,) = table_rows(session, "contact")[:1]
        values = {name: value for name, value in row.items() if name not in {"id", "uuid", "version", "salt"}}
        others = [changes.insert("contact", {**values, "customer_number": f"N{n}"}) for n in range(600)]
        for other in others:
            changes.insert("relation", relation_values(dana, other))
    with pytest.raises(InvalidValueError, match="relation_circle"):
        relate(session, others[-1], R.PARENT_OF, dana)


def relation_values(parent: int, child: int) -> dict[str, object]:
    empty = dict.fromkeys(("position", "started_on", "ended_on", "note"))
    return {"from_id": parent, "to_id": child, "kind": "parent", **empty}


def test_a_relation_turned_round_is_no_circle_with_itself(session: Session, dana: int) -> None:
    bo = customer_with(session, "Bo")
    number = relate(session, dana, R.REFERRED_BY, bo)
    relations.edit_relation(session, number, dana, RelationDraft(R.REFERRED), version=1)
    assert (chain(session, dana), chain(session, bo)) == ([], ["Dana"])


@pytest.mark.parametrize("values", [{"started_on": "soon"}, {"note": "x\0"}, {"ended_on": "2024-13-01"}])
def test_bad_values_are_refused_and_nothing_is_written(
    values: dict[str, str], session: Session, dana: int, acme: int
) -> None:
    with pytest.raises(InvalidValueError):
        relate(session, dana, R.EMPLOYEE_OF, acme, **values)
    assert table_rows(session, "relation") == []


def test_a_record_in_the_trash_or_gone_is_not_related(session: Session, dana: int, acme: int) -> None:
    contacts.trash(session, [acme])
    for own, other in ((dana, acme), (acme, dana)):
        with pytest.raises(RefusedError, match="record_in_trash"):
            relate(session, own, R.PARTNER_OF, other)
    with pytest.raises(RefusedError, match="record_not_found"):
        relate(session, dana, R.PARTNER_OF, 999)


# --- changing -------------------------------------------------------------------------------------------


def test_a_relation_is_edited_from_either_side(session: Session, dana: int, acme: int) -> None:
    number = relate(session, dana, R.EMPLOYEE_OF, acme)
    line = only(session, acme)
    draft = RelationDraft(R.HAS_CONTACT_PERSON, position="Sales", ended_on="2025-01-31", note="moved")
    relations.edit_relation(session, number, acme, draft, version=line.version)
    after = only(session, dana)
    assert (after.role, after.position, after.ended_on, after.note) == (
        R.CONTACT_PERSON_OF, "Sales", "2025-01-31", "moved",
    )  # fmt: skip
    with pytest.raises(ConflictError, match="record_changed"):
        relations.edit_relation(session, number, acme, draft, version=line.version)


def test_the_sides_may_turn_round(session: Session, dana: int) -> None:
    bo = customer_with(session, "Bo")
    number = relate(session, dana, R.SUPERVISED_BY, bo)
    relations.edit_relation(session, number, dana, RelationDraft(R.SUPERVISES), version=1)
    assert (seen(session, dana), seen(session, bo)) == ([("supervises", "Bo")], [("supervised_by", "Dana")])
    changes = undo.history(session, dana)[0].changes
    assert [(c.field, c.old, c.new, c.other) for c in changes] == [
        ("role", "supervised_by", None, "Bo"),
        ("role", None, "supervises", "Bo"),
    ]
    assert [c.new for c in undo.history(session, bo)[0].changes] == [None, "supervised_by"]
    undo.undo(session)
    assert seen(session, dana) == [("supervised_by", "Bo")]


def test_another_kind_may_begin_with_the_other_side(session: Session, dana: int) -> None:
    bo = customer_with(session, "Bo")
    number = relate(session, dana, R.SUPERVISED_BY, bo)
    relations.edit_relation(session, number, dana, RelationDraft(R.PARENT_OF), version=1)
    relations.edit_relation(session, number, dana, RelationDraft(R.REFERRED), version=2)
    for contact_id, was, now in ((dana, "parent_of", "referred"), (bo, "child_of", "referred_by")):
        (change,) = undo.history(session, contact_id)[0].changes
        assert (change.field, change.old, change.new) == ("role", was, now)
    undo.undo(session)
    undo.undo(session)
    assert seen(session, dana) == [("supervised_by", "Bo")]


def test_an_edit_is_no_duplicate_of_itself_and_no_stranger_edits(
    session: Session, dana: int, acme: int
) -> None:
    number = relate(session, dana, R.EMPLOYEE_OF, acme)
    relations.edit_relation(session, number, dana, RelationDraft(R.EMPLOYEE_OF, note="x"), version=1)
    bo = customer_with(session, "Bo")
    with pytest.raises(RefusedError, match="record_not_found"):
        relations.edit_relation(session, number, bo, RelationDraft(R.EMPLOYEE_OF), version=2)


def test_a_relation_ends_and_lasts_again(session: Session, dana: int, acme: int) -> None:
    number = relate(session, dana, R.EMPLOYEE_OF, acme, started_on="2024-01-01")
    relations.end_relation(session, number, "2025-03-31", version=1)
    assert only(session, dana).ended_on == "2025-03-31"
    with pytest.raises(InvalidValueError, match="relation_ends_early"):
        relations.end_relation(session, number, "2023-12-31", version=2)
    relations.end_relation(session, number, None, version=2)
    assert only(session, dana).ended_on is None


def test_removing(session: Session, dana: int, acme: int) -> None:
    number = relate(session, dana, R.EMPLOYEE_OF, acme)
    with pytest.raises(ConflictError, match="record_changed"):
        relations.remove_relation(session, number, version=7)
    relations.remove_relation(session, number, version=1)
    assert (seen(session, dana), seen(session, acme)) == ([], [])
    with pytest.raises(RefusedError, match="record_not_found"):
        relations.remove_relation(session, number, version=1)
    undo.undo(session)
    assert seen(session, acme) == [("employer_of", "Dana")]
    assert broken(session) == {}


def test_somebody_who_edits_a_record_is_not_disturbed(session: Session, dana: int, acme: int) -> None:
    draft, version = contacts.contact_draft(session, acme)
    relate(session, dana, R.EMPLOYEE_OF, acme)
    contacts.save_contact(session, acme, replace(draft, industry="Food"), version=version)
    assert contacts.card(session, acme).contact.industry == "Food"


def test_a_new_entry_and_its_relation_are_one_change(session: Session, acme: int) -> None:
    relations.add_relation(session, acme, QuickEntry("Mia Holm"), RelationDraft(R.EMPLOYER_OF))
    (line,) = relations.relations_of(session, acme)
    card = contacts.card(session, line.other.id)
    assert (card.contact.given, card.contact.family) == ("Mia", "Holm")
    assert card.contact.category is Category.ADDRESS_BOOK
    assert [party.name for party in relations.candidates(session, "mia")] == ["Mia Holm"]
    undo.undo(session)
    assert [row["display_name"] for row in table_rows(session, "contact")] == ["Acme"]
    assert relations.candidates(session, "mia") == []
    undo.redo(session)
    assert seen(session, acme) == [("employer_of", "Mia Holm")]
    assert broken(session) == {}


def test_a_new_company_and_a_name_that_is_none(session: Session, dana: int) -> None:
    entry_of = QuickEntry("Beta & Sons", ContactKind.COMPANY)
    relations.add_relation(session, dana, entry_of, RelationDraft(R.EMPLOYEE_OF))
    assert seen(session, dana) == [("employee_of", "Beta & Sons")]
    with pytest.raises(InvalidValueError, match="name_required"):
        relations.add_relation(session, dana, QuickEntry("  "), RelationDraft(R.PARTNER_OF))
    assert len(table_rows(session, "contact")) == 2


# --- history, log, trash --------------------------------------------------------------------------------


def test_changes_stand_in_the_history_of_both(session: Session, dana: int, acme: int) -> None:
    number = relate(session, dana, R.EMPLOYEE_OF, acme)
    relations.end_relation(session, number, "2025-03-31", version=1)
    relations.remove_relation(session, number, version=2)
    for contact_id, role, other in ((dana, "employee_of", "Acme"), (acme, "employer_of", "Dana")):
        removed, ended, added = undo.history(session, contact_id)[:3]
        assert [entry.verb for entry in (removed, ended, added)] == [
            "remove_relation", "end_relation", "add_relation",
        ]  # fmt: skip
        assert [(c.field, c.old, c.new, c.other) for c in ended.changes] == [
            ("ended_on", None, "2025-03-31", other)
        ]
        assert ("role", None, role) in [(c.field, c.old, c.new) for c in added.changes]
        assert ("role", role, None) in [(c.field, c.old, c.new) for c in removed.changes]
        assert "from_id" not in {c.field for c in (*added.changes, *removed.changes)}


def test_the_log_names_the_record_of_a_relation(session: Session, dana: int, acme: int) -> None:
    relate(session, dana, R.EMPLOYEE_OF, acme)
    line = log_reading.log_entries(session, limit=1)[0]
    assert (line.verb, log_reading.group_of(line.verb)) == ("add_relation", "records")
    (touched,) = log_reading.log_details(session, line.sequence).touched
    assert touched.contact_id == dana


def test_the_trash_keeps_relations_and_gives_them_back(session: Session, dana: int, acme: int) -> None:
    relate(session, dana, R.EMPLOYEE_OF, acme)
    before = table_rows(session, "relation")
    contacts.trash(session, [acme])
    assert seen(session, dana) == []
    assert seen(session, acme) == [("employer_of", "Dana")]
    assert table_rows(session, "relation") == before
    contacts.restore_from_trash(session, [acme])
    assert seen(session, dana) == [("employee_of", "Acme")]
    assert table_rows(session, "relation") == before


def test_a_contact_somebody_related_to_meanwhile_is_not_undone(session: Session, acme: int) -> None:
    dana = customer_with(session, "Dana")
    own, session.session_uuid = session.session_uuid, bytes(16)
    relate(session, dana, R.EMPLOYEE_OF, acme)
    session.session_uuid = own
    with pytest.raises(ConflictError, match="undo_conflict"):
        undo.undo(session)
    assert seen(session, dana) == [("employee_of", "Acme")]


def test_the_same_relation_made_again_meanwhile_is_a_conflict_of_undo(
    session: Session, dana: int, acme: int
) -> None:
    number = relate(session, dana, R.EMPLOYEE_OF, acme)
    relations.remove_relation(session, number, version=1)
    own, session.session_uuid = session.session_uuid, bytes(16)
    relate(session, dana, R.EMPLOYEE_OF, acme)
    session.session_uuid = own
    with pytest.raises(ConflictError, match="undo_conflict"):
        undo.undo(session)
    assert len(table_rows(session, "relation")) == 1


# --- introduced by, network, choosing -------------------------------------------------------------------


def chain(session: Session, contact_id: int) -> list[str]:
    return [party.name for party in relations.introduced_by(session, contact_id)]


def test_introduced_by_goes_up_to_the_root(session: Session, dana: int, acme: int) -> None:
    bo, eva = customer_with(session, "Bo"), contacts.add_contact(session, entry("Eva"))
    assert chain(session, dana) == []
    relate(session, dana, R.REFERRED_BY, bo)
    relate(session, acme, R.REFERRED, bo)
    relate(session, acme, R.REFERRED_BY, eva)
    assert chain(session, dana) == ["Bo", "Acme", "Eva"]
    assert chain(session, eva) == []
    contacts.trash(session, [acme])
    assert chain(session, dana) == ["Bo"]


def test_of_several_introducers_the_earliest_counts(session: Session, dana: int) -> None:
    bo, eva, zoe = (customer_with(session, name) for name in ("Bo", "Eva", "Zoe"))
    relate(session, dana, R.REFERRED_BY, bo)
    relate(session, dana, R.REFERRED_BY, eva, started_on="2024-05-01")
    relate(session, dana, R.REFERRED_BY, zoe, started_on="2023-05-01")
    assert chain(session, dana) == ["Zoe"]


def test_a_circle_an_undo_closed_is_gone_round_once(session: Session, dana: int) -> None:
    bo = customer_with(session, "Bo")
    number = relate(session, dana, R.REFERRED_BY, bo)
    relations.remove_relation(session, number, version=1)
    own, session.session_uuid = session.session_uuid, bytes(16)
    relate(session, bo, R.REFERRED_BY, dana)
    session.session_uuid = own
    undo.undo(session)
    assert (chain(session, dana), chain(session, bo)) == (["Bo"], ["Dana"])


def test_the_network_has_who_is_near_and_what_joins_them(session: Session, dana: int, acme: int) -> None:
    bo, eva, zoe = (customer_with(session, name) for name in ("Bo", "Eva", "Zoe"))
    relate(session, dana, R.EMPLOYEE_OF, acme)
    relate(session, bo, R.EMPLOYEE_OF, acme)
    relate(session, bo, R.SPOUSE_OF, dana)
    relate(session, eva, R.CHILD_OF, bo)
    relate(session, zoe, R.CHILD_OF, eva)
    found = network(session, dana, depth=2)
    assert {node.party.name: node.distance for node in found.nodes} == {
        "Dana": 0, "Acme": 1, "Bo": 1, "Eva": 2,
    }  # fmt: skip
    assert len(found.links) == 4
    assert len(network(session, dana, depth=1).links) == 3
    assert len(network(session, dana, depth=3).nodes) == 5
    contacts.trash(session, [bo])
    assert {node.party.name for node in network(session, dana, depth=3).nodes} == {"Dana", "Acme"}


def test_a_network_is_cut_where_it_grows_too_large(session: Session, acme: int) -> None:
    for index in range(8):
        relate(session, customer_with(session, f"P{index}"), R.EMPLOYEE_OF, acme)
    found = network(session, acme, most=5)
    assert (len(found.nodes), len(found.links), found.left_out) == (5, 4, 4)


def test_who_is_in_the_trash_has_a_network_of_his_own(session: Session, dana: int, acme: int) -> None:
    relate(session, dana, R.EMPLOYEE_OF, acme)
    contacts.trash(session, [dana])
    assert [node.party.name for node in network(session, dana).nodes] == ["Dana", "Acme"]


def test_candidates_come_from_both_lists(session: Session, dana: int, acme: int) -> None:
    other = contacts.add_contact(session, entry("Dan"))
    found = relations.candidates(session, "dan", without=dana)
    assert [party.id for party in found] == [other]
    people = relations.candidates(session, "", kind=ContactKind.PERSON)
    assert [party.id for party in people] == [dana, other]
    assert len(relations.candidates(session, "", limit=1)) == 1
    assert relations.candidates(session, "nobody at all") == []
    assert acme in {party.id for party in relations.candidates(session, "")}


# --- any order, undone ----------------------------------------------------------------------------------


def state(session: Session) -> list[dict[str, object]]:
    return [
        {name: value for name, value in row.items() if name not in STAMPS}
        for table in ("contact", "relation")
        for row in table_rows(session, table)
    ]


def views(session: Session) -> list[list[tuple[str, str]]]:
    return [seen(session, int(str(row["id"]))) for row in table_rows(session, "contact")]


steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "new", "edit", "end", "remove", "trash", "restore"]),
        st.integers(0, 3),
        st.integers(0, 3),
        st.sampled_from(list(RelationRole)),
    ),
    max_size=10,
)


def do(session: Session, verb: str, first: int, second: int, role: RelationRole) -> None:
    """One random verb; refusals are part of life."""
    ids = [int(str(row["id"])) for row in table_rows(session, "contact")][:4]
    lines = table_rows(session, "relation")
    line = lines[first % len(lines)] if lines else {"id": 0, "version": 1, "from_id": ids[0]}
    number, version = int(str(line["id"])), int(str(line["version"]))
    draft = RelationDraft(role, started_on=f"202{first}-01-01", note=str(second))
    if verb == "add":
        relations.add_relation(session, ids[first], ids[second], draft)
    elif verb == "new":
        relations.add_relation(session, ids[first], QuickEntry("New One"), draft)
    elif verb == "edit":
        relations.edit_relation(session, number, int(str(line["from_id"])), draft, version=version)
    elif verb == "end":
        relations.end_relation(session, number, f"202{second + 3}-06-30", version=version)
    elif verb == "remove":
        relations.remove_relation(session, number, version=version)
    elif verb == "trash":
        contacts.trash(session, [ids[first], ids[second]])
    else:
        contacts.restore_from_trash(session, ids)


@pytest.fixture(scope="module")
def long_session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    session = new_organization(tmp_path_factory.mktemp("relations")).open()
    for name in ("Dana", "Bo"):
        customer_with(session, name)
    for name in ("Acme", "Beta"):
        company(session, name)
    return session


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sequence=steps)
def test_any_order_of_verbs_undone_in_reverse_gives_the_start(
    long_session: Session, sequence: list[tuple[str, int, int, RelationRole]]
) -> None:
    session = long_session
    states = [(state(session), views(session))]
    for verb, first, second, role in sequence:
        try:
            do(session, verb, first, second, role)
        except KnownError:
            assert (state(session), views(session)) == states[-1]
        if (now := (state(session), views(session)))[0] != states[-1][0]:
            states.append(now)
    for expected in states[-2::-1]:
        undo.undo(session)
        assert (state(session), views(session)) == expected
    for expected in states[1:]:
        undo.redo(session)
        assert (state(session), views(session)) == expected
    for expected in states[-2::-1]:
        undo.undo(session)
        assert (state(session), views(session)) == expected
    assert broken(session) == {}


def test_the_rows_of_relations_are_counted(session: Session, dana: int, acme: int) -> None:
    relate(session, dana, R.EMPLOYEE_OF, acme)
    with session.database.read() as connection:
        assert (stored.count_of(connection, dana), stored.count_of(connection, acme)) == (1, 1)


def test_relations_are_kept_in_the_file(office: Office) -> None:
    session = office.open()
    dana, acme = customer_with(session, "Dana"), company(session, "Acme")
    relate(session, dana, R.EMPLOYEE_OF, acme)
    session.close()
    session = office.open()
    assert seen(session, dana) == [("employee_of", "Acme")]
    session.close()


def test_a_person_with_a_spouse_becomes_no_company(session: Session, dana: int) -> None:
    other = customer_with(session, "Robin")
    relation = relations.add_relation(session, dana, other, RelationDraft(R.SPOUSE_OF))
    contacts.trash(session, [other])
    draft, version = contacts.contact_draft(session, dana)
    made = replace(draft, kind=ContactKind.COMPANY, company="Dana Ltd")
    with pytest.raises(InvalidValueError, match="kind_has_relations"):
        contacts.save_contact(session, dana, made, version=version)
    contacts.restore_from_trash(session, [other])
    relations.remove_relation(session, relation, version=1)
    contacts.save_contact(session, dana, made, version=version)
    assert contacts.card(session, dana).contact.kind is ContactKind.COMPANY


def test_a_kind_does_not_come_back_where_relations_stand_in_the_way(session: Session, dana: int) -> None:
    draft, version = contacts.contact_draft(session, dana)
    contacts.save_contact(
        session, dana, replace(draft, kind=ContactKind.COMPANY, company="Dana Ltd"), version=version
    )
    entry = undo.history(session, dana)[0]
    relations.add_relation(session, customer_with(session, "Robin"), dana, RelationDraft(R.EMPLOYEE_OF))
    plan = reverting.plan_revert(session, entry.change_set_id, dana)
    with pytest.raises(ConflictError, match="undo_conflict"):
        reverting.revert(session, plan, plan.open_items)
    assert contacts.card(session, dana).contact.kind is ContactKind.COMPANY
