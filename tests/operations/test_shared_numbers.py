"""Numbers as identities: calls follow the number, and where several have it somebody is asked once."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.domain.contact_drafts import PhoneDraft, draft_of
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import calls, consents, contacts, purging, undo
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.session import Session
from crm_desktop.operations.shared_numbers import say_whose, shared_number
from tests.environments import Office, add_member
from tests.operations.samples import broken, call_log, customer_with, log_of, table_rows

NUMBER, E164, OTHER = "(212) 555-0123", "+12125550123", "(212) 555-0199"


@pytest.fixture(autouse=True)
def _agreed(session: Session) -> None:
    consents.grant_consent(session)


def imported(session: Session, path: Path, *, keep_unknown: bool = False) -> None:
    run_import(
        session, [path], member_id=session.member.id, options=reading_options(session),
        keep_unknown=keep_unknown,
    )  # fmt: skip


def owners(session: Session) -> list[int | None]:
    return [row["customer_id"] for row in table_rows(session, "call")]  # type: ignore[misc]


def numbered(session: Session, contact_id: int, *numbers: str) -> None:
    """Give a contact exactly these numbers, through its form."""
    card = contacts.card(session, contact_id)
    drafted = replace(draft_of(card, {}), phones=tuple(PhoneDraft(number) for number in numbers))
    contacts.save_contact(session, contact_id, drafted, version=card.contact.version)


def test_a_number_added_later_links_the_calls_that_are_there(session: Session, tmp_path: Path) -> None:
    imported(session, log_of(tmp_path / "log.xml", NUMBER, 3), keep_unknown=True)
    dana = customer_with(session, "Dana")
    assert owners(session) == [None] * 3
    numbered(session, dana, "+1 212 555-0123")
    assert owners(session) == [dana] * 3
    assert broken(session) == {}
    undo.undo(session)
    assert owners(session) == [None] * 3
    undo.redo(session)
    assert owners(session) == [dana] * 3
    assert broken(session) == {}


def test_a_new_customer_has_the_calls_of_the_number(session: Session, tmp_path: Path) -> None:
    imported(session, log_of(tmp_path / "log.xml", NUMBER, 2), keep_unknown=True)
    dana = customer_with(session, "Dana", NUMBER)
    assert owners(session) == [dana] * 2
    undo.undo(session)
    assert owners(session) == [None] * 2
    assert broken(session) == {}


def test_a_number_that_goes_to_somebody_else_takes_its_calls_along(session: Session, tmp_path: Path) -> None:
    dana = customer_with(session, "Dana", NUMBER)
    imported(session, log_of(tmp_path / "log.xml", NUMBER, 2))
    eve = customer_with(session, "Eve")
    numbered(session, dana)
    assert owners(session) == [dana] * 2, "nobody else has it: they were his calls all the same"
    numbered(session, eve, NUMBER)
    assert owners(session) == [dana] * 2, "they are not taken from who had them without being asked"
    assert broken(session) == {}


def test_a_number_moved_in_one_go_belongs_to_who_has_it(session: Session, tmp_path: Path) -> None:
    dana, eve = customer_with(session, "Dana", NUMBER), customer_with(session, "Eve")
    imported(session, log_of(tmp_path / "log.xml", NUMBER, 2))
    numbered(session, eve, NUMBER)
    assert owners(session) == [dana] * 2
    numbered(session, dana, OTHER)
    assert owners(session) == [eve] * 2
    undo.undo(session)
    assert owners(session) == [dana] * 2
    assert broken(session) == {}


def test_a_shared_number_is_asked_about_and_given_to_nobody(session: Session, tmp_path: Path) -> None:
    dana, eve = customer_with(session, "Dana", NUMBER), customer_with(session, "Eve", NUMBER)
    imported(session, log_of(tmp_path / "log.xml", NUMBER, 3))
    assert owners(session) == [None] * 3
    ids = list(calls.call_ids(session, CallQuery(undecided=True)))
    asked = shared_number(session, ids[0])
    assert asked is not None
    assert asked.candidates == ((dana, "Dana"), (eve, "Eve"))
    say_whose(session, ids[:1], dana, remember=False)
    assert sorted(owners(session), key=str) == sorted([dana, None, None], key=str)
    say_whose(session, ids[1:2], eve, remember=True)
    assert sorted(owners(session), key=str) == sorted([dana, eve, eve], key=str), "what was said stays"
    assert shared_number(session, ids[2]) is None
    imported(session, call_log(tmp_path / "later.xml", (NUMBER, 9_000)))
    assert owners(session)[-1] == eve, "it is not asked again"
    assert list(calls.call_ids(session, CallQuery(undecided=True))) == []
    assert broken(session) == {}


def test_an_answer_can_be_taken_back(session: Session, tmp_path: Path) -> None:
    dana = customer_with(session, "Dana", NUMBER)
    customer_with(session, "Eve", NUMBER)
    imported(session, log_of(tmp_path / "log.xml", NUMBER, 2))
    ids = list(calls.call_ids(session, CallQuery(undecided=True)))
    before = {table: table_rows(session, table) for table in ("number_decision", "linked_calls")}
    for remember in (True, False):
        say_whose(session, ids, dana, remember=remember)
        assert owners(session) == [dana] * 2
        undo.undo(session)
        assert owners(session) == [None] * 2
        assert {table: table_rows(session, table) for table in before} == before
    assert broken(session) == {}


def test_only_who_has_the_number_can_be_said(session: Session, tmp_path: Path) -> None:
    dana, eve = customer_with(session, "Dana", NUMBER), customer_with(session, "Eve", OTHER)
    imported(session, log_of(tmp_path / "log.xml", NUMBER, 1))
    (call_id,) = calls.call_ids(session, CallQuery())
    for customer in (dana, eve):
        with pytest.raises(RefusedError, match="record_not_found"):
            say_whose(session, [call_id], customer, remember=True)
    with pytest.raises(RefusedError, match="record_not_found"):
        say_whose(session, [], dana, remember=False)
    assert table_rows(session, "linked_calls") == []
    assert table_rows(session, "number_decision") == []


def test_calls_that_wait_for_an_answer_are_seen_by_who_may_not_see_strangers(
    session: Session, office: Office, tmp_path: Path
) -> None:
    customer_with(session, "Dana", NUMBER)
    customer_with(session, "Eve", NUMBER)
    log = call_log(tmp_path / "log.xml", (NUMBER, 0), ("(212) 555-0777", 60))
    imported(session, log, keep_unknown=True)
    add_member(session, "sam", Role.STAFF)
    session.close()
    staff = office.open("sam")
    found = calls.call_rows(staff, list(calls.call_ids(staff, CallQuery())))
    assert [row.e164 for row in found.values()] == [E164]
    assert [name for _, name in next(iter(found.values())).candidates] == ["Dana", "Eve"]
    staff.close()


def test_a_candidate_in_the_trash_leaves_the_calls_to_the_other(session: Session, tmp_path: Path) -> None:
    dana, eve = customer_with(session, "Dana", NUMBER), customer_with(session, "Eve", NUMBER)
    imported(session, log_of(tmp_path / "log.xml", NUMBER, 2))
    contacts.trash(session, [dana])
    assert owners(session) == [eve] * 2
    undo.undo(session)
    assert owners(session) == [None] * 2
    contacts.move_to_category(session, dana, Category.ADDRESS_BOOK)
    assert owners(session) == [eve] * 2
    assert broken(session) == {}


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("numbers"), st.integers(0, 2), st.sets(st.sampled_from((NUMBER, OTHER)))),
        st.tuples(st.just("trash"), st.integers(0, 2), st.none()),
        st.tuples(st.just("restore"), st.integers(0, 2), st.none()),
        st.tuples(st.just("say"), st.integers(0, 2), st.booleans()),
    ),
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_calls_are_where_they_were_when_everything_is_taken_back(
    session: Session, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, object]]
) -> None:
    people = [customer_with(session, name) for name in ("Ann", "Bob", "Cid")]
    folder = tmp_path_factory.mktemp("logs")
    at = 60 * len(table_rows(session, "call"))
    log = call_log(folder / "log.xml", (NUMBER, at), (OTHER, at + 60), (NUMBER, at + 120))
    imported(session, log, keep_unknown=True)
    before, done = owners(session), 0
    for kind, who, what in steps:
        try:
            _step(session, kind, people[who], what)
            done += 1
        except RefusedError:
            continue
        assert broken(session) == {}
    for _ in range(done):
        try:
            undo.undo(session)
        except RefusedError:
            break
    assert owners(session)[-3:] == before[-3:]
    assert broken(session) == {}
    contacts.trash(session, people)


def _step(session: Session, kind: str, contact_id: int, what: object) -> None:
    if kind == "numbers":
        assert isinstance(what, set)
        numbered(session, contact_id, *sorted(what))
    elif kind == "trash":
        contacts.trash(session, [contact_id])
    elif kind == "restore":
        contacts.restore_from_trash(session, [contact_id])
    elif kind == "say":
        ids = list(calls.call_ids(session, CallQuery(undecided=True)))
        if not ids:
            raise RefusedError("nothing_to_undo")
        say_whose(session, ids[:1], contact_id, remember=bool(what))


def test_who_leaves_the_trash_for_good_takes_the_answers_along(session: Session, tmp_path: Path) -> None:
    dana, eve = customer_with(session, "Dana", NUMBER), customer_with(session, "Eve", NUMBER)
    imported(session, log_of(tmp_path / "log.xml", NUMBER, 3))
    ids = list(calls.call_ids(session, CallQuery(undecided=True)))
    say_whose(session, ids[:1], dana, remember=False)
    say_whose(session, ids[1:], dana, remember=True)
    contacts.trash(session, [dana])
    purging.delete_for_good(session, [dana])
    assert table_rows(session, "number_decision") == table_rows(session, "linked_calls") == []
    assert owners(session) == [eve] * 3
    assert broken(session) == {}
