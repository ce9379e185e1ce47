"""Reading the log: who, when, what, to how many records; filtered, paged, and for administrators alone."""

import pytest

from crm_desktop.domain.errors import RefusedError, SignInError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import contacts, log_reading
from crm_desktop.operations.log_reading import (
    GROUPS,
    OTHER,
    LogQuery,
    group_of,
    log_details,
    log_entries,
    log_first_page,
    log_ids,
    log_lines,
    log_users,
    verbs_of,
)
from crm_desktop.operations.session import Session
from crm_desktop.operations.tidying import prune_old_values
from crm_desktop.operations.verbs import RIGHTS_FOR
from crm_desktop.storage import log, pruning
from tests.environments import Office, add_member
from tests.operations.samples import customer_with

DAY = 86_400


@pytest.fixture
def told(session: Session, office: Office) -> Session:
    """A session whose log holds two customers, one changed a day later."""
    customer_with(session, "Dana", "(212) 555-0123")
    customer_with(session, "Jürgen")
    office.clock.advance(DAY)
    contacts.set_field(session, 1, "title", "Chef", version=1)
    return session


def verbs(session: Session, **wanted: object) -> list[str]:
    return [line.verb for line in log_entries(session, **wanted)]  # type: ignore[arg-type]


def test_the_newest_is_first_with_who_when_and_how_many(told: Session) -> None:
    assert verbs(told) == ["edit_customer", "add_customer", "add_customer", "login", "create"]
    newest, _, dana, *_ = log_entries(told)
    assert (newest.user_name, newest.at) == (told.member.name, told.now())
    assert (dana.records, newest.records) == (2, 1)


def test_pages_follow_each_other_without_gap_or_double(told: Session) -> None:
    whole = log_entries(told)
    first = log_entries(told, limit=2)
    rest = log_entries(told, before=first[-1].sequence)
    assert [*first, *rest] == whole


def test_filters(told: Session, office: Office) -> None:
    assert verbs(told, since=told.now()) == ["edit_customer"]
    assert "edit_customer" not in verbs(told, until=told.now())
    assert verbs(told, group="sign_in") == ["login"]
    assert verbs(told, user_id=bytes(16)) == []
    assert len(verbs(told, user_id=told.user_id)) == 5


@pytest.mark.parametrize(
    ("text", "found"),
    [("jurgen", 1), ("DANA", 2), ("nobody", 0), ("%", 0), ("_", 0), ("", 5)],
)
def test_text_finds_what_an_entry_touched(told: Session, text: str, found: int) -> None:
    assert len(verbs(told, text=text)) == found


def test_text_finds_who(told: Session) -> None:
    assert len(verbs(told, text=told.member.name.upper())) == 5


def test_the_ids_of_a_list_and_its_lines_are_the_same_entries(told: Session) -> None:
    query = LogQuery(text="dana")
    ids = list(log_ids(told, query))
    lines = log_lines(told, ids)
    assert [lines[sequence] for sequence in ids] == log_entries(told, text="dana")
    assert log_first_page(told, LogQuery()) == list(log_ids(told, LogQuery()))
    assert log_first_page(told, query) == [], "a search is not made in the window's thread"


def test_what_an_entry_touched_leads_to_the_contact_while_it_exists(told: Session) -> None:
    dana = log_entries(told)[2]
    details = log_details(told, dana.sequence)
    assert [(row.table, row.contact_id, row.name) for row in details.touched] == [
        ("contact", 1, "Dana"),
        ("phone", 1, "Dana"),
    ]
    assert details.more == 0
    contacts.set_field(told, 1, "phone", "", version=2)
    (removed, *_) = [row for row in log_details(told, log_entries(told)[0].sequence).touched if row.removed]
    assert (removed.table, removed.contact_id) == ("phone", None)


def test_more_records_than_are_listed_are_counted(told: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_reading, "TOUCHED", 1)
    assert log_details(told, log_entries(told)[2].sequence).more == 1


def test_failed_sign_ins_name_whose_account_it_was(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", Role.STAFF)
    session.close()
    with pytest.raises(SignInError):
        office.open("eva", "a wrong password")
    session = office.open()
    line = log_entries(session, limit=1)[0]
    eva = next(name for user_id, name in log_users(session) if user_id != session.user_id)
    assert log_details(session, line.sequence).line.said == {"failed_logins": {eva: 1}}
    session.close()


def test_removed_words_are_said_to_be_removed(told: Session, office: Office) -> None:
    with told.database.write() as connection:
        sequence = log.append(connection, told.author, "tidy", payload={"words": "Dana Whitfield"})
    assert log_details(told, sequence).line.said == {"words": "Dana Whitfield"}
    office.clock.advance(pruning.KEPT_S + 1)
    prune_old_values(told)
    line = log_details(told, sequence).line
    assert (line.said, line.removed) == ({}, True)
    assert verbs(told, text="Whitfield") == []


def test_an_entry_that_does_not_exist(told: Session) -> None:
    with pytest.raises(RefusedError, match="record_not_found"):
        log_details(told, 999)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.STAFF, Role.VIEWER])
def test_only_administrators_read_the_log(office: Office, role: Role) -> None:
    session = office.open()
    add_member(session, "vic", role)
    session.close()
    session = office.open("vic")
    for read in (
        log_entries,
        log_users,
        lambda s: log_ids(s, LogQuery()),
        lambda s: log_lines(s, [1]),
        lambda s: log_first_page(s, LogQuery()),
        lambda s: log_details(s, 1),
    ):
        with pytest.raises(RefusedError, match="right_missing"):
            read(session)
    session.close()


def test_every_verb_belongs_to_a_kind_of_action() -> None:
    assert [verb for verb in RIGHTS_FOR if group_of(verb) == OTHER] == []
    assert sum(len(verbs_of(group)) for group in GROUPS) == len(RIGHTS_FOR)
    assert group_of("something_new") == OTHER
