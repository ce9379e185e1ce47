"""What a number is: a switchboard, a line several share, one's own; and the calls that follow."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import InvalidValueError, RefusedError
from crm_desktop.domain.own_numbers import OwnDays
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import calls, consents, contacts, organization_settings, undo
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.number_kinds import NumberKind, number_kinds, set_number_kind
from crm_desktop.operations.session import Session
from crm_desktop.operations.shared_numbers import say_whose, shared_number
from crm_desktop.operations.timeline import timeline
from tests.environments import Office, add_member
from tests.operations.samples import FIRST_CALL, broken, call_log, customer_with, log_of, table_rows
from tests.operations.test_shared_numbers import E164, NUMBER, OTHER, imported, numbered, owners

DAY = 86_400
ZONE = ZoneInfo("America/New_York")


@pytest.fixture(autouse=True)
def _agreed(session: Session) -> None:
    consents.grant_consent(session)


def two(session: Session) -> tuple[int, int]:
    """Add a company and somebody who works there, with the company's number on both cards."""
    return customer_with(session, "Works Ltd", NUMBER), customer_with(session, "Dana", NUMBER)


def day(at: int) -> str:
    return datetime.fromtimestamp(at, ZONE).date().isoformat()


def test_calls_of_a_switchboard_are_the_companys(session: Session, tmp_path: Path) -> None:
    company, dana = two(session)
    imported(session, log_of(tmp_path / "log.xml", NUMBER, 3))
    assert owners(session) == [None] * 3
    set_number_kind(session, company, E164, NumberKind.SWITCHBOARD)
    assert owners(session) == [company] * 3
    imported(session, call_log(tmp_path / "later.xml", (NUMBER, 9_000)))
    assert owners(session) == [company] * 4, "nobody is asked any more"
    assert number_kinds(session, dana).keys() == {E164}, "the other card tells it too"
    undo.undo(session)
    assert owners(session) == [None, None, None, company], "what was imported as hers stays"
    undo.redo(session)
    assert owners(session) == [company] * 4
    assert broken(session) == {}


def test_a_switchboard_takes_back_what_went_to_somebody_with_its_number(
    session: Session, tmp_path: Path
) -> None:
    dana = customer_with(session, "Dana", NUMBER)
    imported(session, log_of(tmp_path / "log.xml", NUMBER, 2))
    company = customer_with(session, "Works Ltd", NUMBER)
    assert owners(session) == [dana] * 2
    set_number_kind(session, company, E164, NumberKind.SWITCHBOARD)
    assert owners(session) == [company] * 2
    undo.undo(session)
    assert owners(session) == [dana] * 2
    assert broken(session) == {}


def test_a_switchboard_has_the_calls_of_its_days_only(session: Session, tmp_path: Path) -> None:
    company, dana = two(session)
    imported(session, call_log(tmp_path / "log.xml", (NUMBER, 0), (NUMBER, 3 * DAY), (NUMBER, 9 * DAY)))
    since, until = day(FIRST_CALL + 2 * DAY), day(FIRST_CALL + 5 * DAY)
    set_number_kind(session, company, E164, NumberKind.SWITCHBOARD, since=since, until=until)
    assert owners(session) == [None, company, None]
    (said,) = number_kinds(session, company)[E164]
    assert (said.kind, said.contact_id, said.since, said.until) == (
        NumberKind.SWITCHBOARD, company, since, until,
    )  # fmt: skip
    assert len(list(calls.call_ids(session, CallQuery(undecided=True)))) == 2
    ids = list(calls.call_ids(session, CallQuery(undecided=True, ascending=True)))
    say_whose(session, ids[1:], dana, remember=True)
    assert owners(session) == [None, company, dana], "remembered for the days behind it"
    imported(session, call_log(tmp_path / "more.xml", (NUMBER, 3 * DAY + 60), (NUMBER, 20 * DAY)))
    assert owners(session)[3:] == [company, dana]
    assert broken(session) == {}


def test_a_day_begins_at_midnight_of_the_organization(session: Session, tmp_path: Path) -> None:
    company, _ = two(session)
    midnight = int(datetime(2026, 6, 2, tzinfo=ZONE).timestamp()) - FIRST_CALL
    imported(session, call_log(tmp_path / "log.xml", (NUMBER, midnight - 1), (NUMBER, midnight)))
    set_number_kind(session, company, E164, NumberKind.SWITCHBOARD, since="2026-06-02")
    assert owners(session) == [None, company]


def test_what_is_said_later_of_the_same_days_counts(session: Session, tmp_path: Path) -> None:
    company, dana = two(session)
    set_number_kind(session, company, E164, NumberKind.SWITCHBOARD)
    set_number_kind(session, dana, E164, NumberKind.SWITCHBOARD, since="2026-06-01", until="2026-07-01")
    told = [(one.contact_id, one.since, one.until) for one in number_kinds(session, dana)[E164]]
    assert sorted(told, key=str) == sorted(
        [(company, None, "2026-06-01"), (dana, "2026-06-01", "2026-07-01"), (company, "2026-07-01", None)],
        key=str,
    )
    set_number_kind(session, dana, E164, None, until="2026-06-10")
    told = [(one.contact_id, one.since, one.until) for one in number_kinds(session, dana)[E164]]
    assert sorted(told, key=str) == sorted(
        [(dana, "2026-06-10", "2026-07-01"), (company, "2026-07-01", None)], key=str
    )
    before = table_rows(session, "number_decision")
    set_number_kind(session, company, E164, NumberKind.SHARED)
    undo.undo(session)
    assert [row["valid_from"] for row in table_rows(session, "number_decision")] == [
        row["valid_from"] for row in before
    ]
    assert broken(session) == {}


def test_of_a_shared_line_each_call_is_asked_about_and_no_answer_remembered(
    session: Session, tmp_path: Path
) -> None:
    dana, eve = two(session)
    imported(session, log_of(tmp_path / "log.xml", NUMBER, 3))
    ids = list(calls.call_ids(session, CallQuery(undecided=True)))
    say_whose(session, ids[:1], dana, remember=True)
    assert owners(session) == [dana] * 3
    set_number_kind(session, eve, E164, NumberKind.SHARED)
    assert owners(session) == [dana] * 3, "what was answered is not asked again"
    imported(session, call_log(tmp_path / "later.xml", (NUMBER, 9_000)))
    (waiting,) = calls.call_ids(session, CallQuery(undecided=True))
    asked = shared_number(session, waiting)
    assert asked is not None
    assert asked.each
    with pytest.raises(RefusedError, match="number_shared"):
        say_whose(session, [waiting], eve, remember=True)
    say_whose(session, [waiting], eve, remember=False)
    assert owners(session) == [dana, dana, dana, eve]
    assert broken(session) == {}


@pytest.mark.parametrize("ended", [True, False])
def test_an_own_number_may_be_theirs_for_some_days_only(
    session: Session, tmp_path: Path, *, ended: bool
) -> None:
    """A line the office gave up is somebody's by now, or was before it was the office's."""
    dana = customer_with(session, "Dana", NUMBER)
    at = (0, 2 * DAY, 4 * DAY) if ended else (4 * DAY, 2 * DAY, 0)
    imported(session, call_log(tmp_path / "log.xml", *((NUMBER, one) for one in at)))
    edge = day(FIRST_CALL + 2 * DAY)
    days = OwnDays(NUMBER, None, edge) if ended else OwnDays(NUMBER, edge, None)
    found, version = organization_settings.organization_settings(session)
    own = replace(found, own_numbers=(NUMBER, OTHER), own_days=(days,))
    saved = organization_settings.save_organization_settings(session, own, version=version)
    assert saved.own_days == (replace(days, number=E164),)
    assert organization_settings.organization_settings(session)[0] == saved
    assert owners(session) == [None, None, dana]
    assert (E164 in organization_settings.own_numbers_now(session)) is not ended
    later = call_log(tmp_path / "later.xml", *((NUMBER, one + 600) for one in at), (OTHER, 900))
    counts = run_import(
        session, [later], member_id=session.member.id, options=reading_options(session)
    ).counts
    assert (counts.matched, counts.own_numbers) == (1, 3)
    assert owners(session) == [None, None, dana, dana]
    inside = {"since": edge} if not ended else {"until": edge}
    with pytest.raises(RefusedError, match="number_own"):
        set_number_kind(session, dana, E164, NumberKind.SWITCHBOARD, **inside)
    outside = {"until": edge} if not ended else {"since": day(FIRST_CALL + 3 * DAY)}
    set_number_kind(session, dana, E164, NumberKind.SWITCHBOARD, **outside)
    found, version = organization_settings.organization_settings(session)
    always = replace(found, own_days=())
    organization_settings.save_organization_settings(session, always, version=version)
    assert number_kinds(session, dana)[E164][-1].since is None
    assert broken(session) == {}


def test_an_own_number_swallows_no_calls_whoevers_card_it_is_on(session: Session, tmp_path: Path) -> None:
    dana = customer_with(session, "Dana", NUMBER, OTHER)
    imported(session, call_log(tmp_path / "log.xml", (NUMBER, 0), (OTHER, 60)))
    assert owners(session) == [dana] * 2
    found, version = organization_settings.organization_settings(session)
    own = replace(found, own_numbers=(NUMBER,))
    organization_settings.save_organization_settings(session, own, version=version)
    assert owners(session) == [None, dana]
    assert list(calls.call_ids(session, CallQuery(undecided=True))) == [], "nobody is asked whose it was"
    imported(session, call_log(tmp_path / "later.xml", (NUMBER, 9_000)))
    assert len(owners(session)) == 2
    with pytest.raises(RefusedError, match="number_own"):
        set_number_kind(session, dana, E164, NumberKind.SWITCHBOARD)
    found, version = organization_settings.organization_settings(session)
    none = replace(found, own_numbers=())
    organization_settings.save_organization_settings(session, none, version=version)
    assert owners(session) == [dana] * 2, "it is no own number any more"
    assert broken(session) == {}


def test_only_a_customer_who_has_the_number_can_have_it_said(session: Session) -> None:
    dana, eve = customer_with(session, "Dana", NUMBER), customer_with(session, "Eve", OTHER)
    with pytest.raises(RefusedError, match="record_not_found"):
        set_number_kind(session, eve, E164, NumberKind.SWITCHBOARD)
    contacts.move_to_category(session, dana, Category.ADDRESS_BOOK)
    with pytest.raises(RefusedError, match="record_not_found"):
        set_number_kind(session, dana, E164, NumberKind.SWITCHBOARD)
    contacts.move_to_category(session, dana, Category.CUSTOMER)
    for days in ({"since": "2026-06-31"}, {"since": "2026-06-02", "until": "2026-06-02"}):
        with pytest.raises(InvalidValueError):
            set_number_kind(session, dana, E164, NumberKind.SWITCHBOARD, **days)
    assert table_rows(session, "number_decision") == []


def test_who_may_not_see_calls_is_not_told_what_was_answered_about_them(
    session: Session, office: Office, tmp_path: Path
) -> None:
    dana, _ = two(session)
    imported(session, log_of(tmp_path / "log.xml", NUMBER, 1))
    say_whose(session, list(calls.call_ids(session, CallQuery())), dana, remember=True)
    assert [one.kind for one in number_kinds(session, dana)[E164]] == [NumberKind.CUSTOMER]
    assert [entry.verb for entry in undo.history(session, dana)] == ["say_whose_calls", "add_customer"]
    add_member(session, "vic", Role.VIEWER)
    session.close()
    viewer = office.open("vic")
    assert number_kinds(viewer, dana) == {}
    assert [entry.verb for entry in undo.history(viewer, dana)] == ["add_customer"]
    assert [entry.change.verb for entry in timeline(viewer, dana).entries if entry.change] == ["add_customer"]
    with pytest.raises(RefusedError, match="right_missing"):
        set_number_kind(viewer, dana, E164, NumberKind.SHARED)
    viewer.close()


SAID = st.lists(
    st.tuples(
        st.sampled_from([NumberKind.SWITCHBOARD, NumberKind.SHARED, None]), st.integers(0, 1),
        st.one_of(st.none(), st.integers(0, 6)), st.one_of(st.none(), st.integers(0, 6)),
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=SAID)
def test_the_last_that_was_said_of_a_day_holds_and_all_of_it_can_be_taken_back(
    session: Session, said: list[tuple[NumberKind | None, int, int | None, int | None]]
) -> None:
    people = [customer_with(session, name, NUMBER) for name in ("Ann", "Bob")]
    before, done = table_rows(session, "number_decision"), 0
    expected: dict[int, tuple[NumberKind, int | None] | None] = dict.fromkeys(range(-1, 8))
    for kind, who, since, until in said:
        first, last = (-1 if since is None else since), (8 if until is None else until)
        if last <= first:
            continue
        days = [date(2026, 6, 10 + at).isoformat() if at is not None else None for at in (since, until)]
        set_number_kind(session, people[who], E164, kind, since=days[0], until=days[1])
        owner = people[who] if kind is NumberKind.SWITCHBOARD else None
        for at in range(first, last):
            expected[at] = None if kind is None else (kind, owner)
        done += 1
    told = number_kinds(session, people[0]).get(E164, ())
    for at, held in expected.items():
        moment = date(2026, 6, 10 + at).isoformat()
        found = [
            (one.kind, one.contact_id)
            for one in told
            if (one.since is None or one.since <= moment) and (one.until is None or moment < one.until)
        ]
        assert found == ([] if held is None else [held])
    assert broken(session) == {}
    while table_rows(session, "number_decision") != before and done:
        undo.undo(session)
        done -= 1
    kept = {"version", "salt"}
    now = [{k: v for k, v in row.items() if k not in kept} for row in table_rows(session, "number_decision")]
    assert now == [{k: v for k, v in row.items() if k not in kept} for row in before]
    contacts.trash(session, people)


def test_numbers_taken_from_the_switchboards_card_are_nobodys_switchboard(
    session: Session, tmp_path: Path
) -> None:
    company, dana = two(session)
    set_number_kind(session, company, E164, NumberKind.SWITCHBOARD)
    imported(session, log_of(tmp_path / "log.xml", NUMBER, 2))
    numbered(session, company, OTHER)
    imported(session, call_log(tmp_path / "later.xml", (NUMBER, 9_000)))
    assert owners(session)[:2] == [company] * 2
    assert owners(session)[2] == dana, "only she has it now"
    assert broken(session) == {}
