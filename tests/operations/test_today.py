"""What Today shows equals counting the calls one by one, and is shown to whom it may be (P10, P12)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import median_high
from zoneinfo import ZoneInfo

import pytest

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.consents import TEAM_FIGURES_SENTENCE
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.periods import Period, PeriodKind, period_of
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import consents, contacts, notes, team_figures, today
from crm_desktop.operations.calls import CallQuery, CallRow, call_count
from crm_desktop.operations.session import Session
from crm_desktop.storage import call_figures
from crm_desktop.storage.notes import WrittenNote
from tests.environments import START, Office, add_member, new_organization
from tests.operations.call_samples import DAY, HOUR, Call, call, missed, store
from tests.operations.samples import customer_with, table_rows

ZONE = ZoneInfo("America/New_York")
NUMBER = "+12125550123"


def people(session: Session, *names: str) -> list[int]:
    return [customer_with(session, name) for name in names]


# --- figures -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office with a year of calls of two members, some of unknown numbers, one customer in the trash."""
    office = new_organization(tmp_path_factory.mktemp("busy"))
    session = office.open()
    random = Random(8)  # noqa: S311 - made-up calls, no secrets
    mia = add_member(session, "mia", Role.STAFF)
    ids = people(session, "Ann", "Bea", "Cem", "Dov", "Eva")
    store(session, *(_some_call(random, ids, (session.member.id, mia)) for _ in range(3000)))
    contacts.trash(session, ids[:1])
    session.close()
    return office


def _some_call(random: Random, ids: list[int], members: tuple[int, int]) -> Call:
    known = random.random() < 0.8
    return {
        "customer_id": random.choice(ids) if known else None,
        "e164": NUMBER,
        "member_id": random.choice(members),
        "direction": random.choice(list(Direction)).value,
        "outcome": random.choice(list(Outcome)).value,
        "duration_s": random.choice((0, 0, 5, 300)),
        "started_at": START - random.randrange(400 * DAY),
    }


PERIODS = (
    *(period_of(kind, date(2026, 9, 21)) for kind in PeriodKind),
    Period(date(2025, 10, 20), date(2025, 11, 20)),  # the clocks go back
    Period(date(2026, 2, 10), date(2026, 4, 20)),  # and forward, with a whole month between
    Period(date(2020, 1, 1), date(2020, 12, 31)),
)


def counted(session: Session, period: Period, *, unknown: bool) -> list[tuple[datetime, Call]]:
    """Return the calls of a period with their local time, by reading all of them."""
    trashed = {row["id"] for row in table_rows(session, "contact") if row["trashed_at"] is not None}
    found = []
    for row in table_rows(session, "call"):
        at = datetime.fromtimestamp(int(str(row["started_at"])), UTC).astimezone(ZONE)
        seen = row["customer_id"] not in trashed if row["customer_id"] is not None else unknown
        if seen and period.first <= at.date() <= period.last:
            found.append((at, row))
    return found


@pytest.mark.parametrize("login", ["ana", "mia"])
def test_figures_equal_counting_the_calls(busy: Office, login: str) -> None:
    session = busy.open(login)
    try:
        for period in PERIODS:
            found = counted(session, period, unknown=login == "ana")
            _compare(session, period, found)
    finally:
        session.close()


def _compare(session: Session, period: Period, found: list[tuple[datetime, Call]]) -> None:
    days = Counter((at.date(), row["direction"], row["outcome"]) for at, row in found)
    by_day = today.calls_by_day(session, period)
    assert {(today.day_of(one), one.direction, one.outcome): one.n for one in by_day} == dict(days)
    seconds = sum(int(str(row["duration_s"])) for _, row in found)
    assert sum(one.seconds for one in by_day) == seconds

    hours = Counter(
        (at.weekday(), at.hour, row["outcome"]) for at, row in found if row["direction"] == "incoming"
    )
    rates = today.answer_rates(session, period)
    assert {(one.weekday, one.hour, one.outcome): one.n for one in rates} == dict(hours)

    own = Counter(row["direction"] for _, row in found if row["member_id"] == session.member.id)
    members = today.calls_by_member(session, period)
    assert {one.member_id for one in members} <= {session.member.id}
    assert {one.direction: one.n for one in members} == dict(own)

    most = Counter(row["customer_id"] for _, row in found if row["customer_id"] is not None)
    top = today.top_customers(session, period, 3)
    assert [one.n for one in top] == sorted(most.values(), reverse=True)[:3]
    assert all(most[one.customer_id] == one.n for one in top)


def test_the_customers_with_most_calls_are_found_behind_the_first_of_each_month(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is never among the first of a month can still have most calls of all."""
    monkeypatch.setattr(call_figures, "_FEW", 1)
    monkeypatch.setattr(call_figures, "_MANY", 2)
    ids = people(session, "Ann", "Bea", "Cem", "Dov", "Steady")
    for month, busy_one in enumerate(ids[:4]):
        at = 35 * DAY * (month + 1)
        store(session, *(call(busy_one, at + n) for n in range(5)), *(call(ids[4], at + n) for n in range(4)))
    period = Period(date(2026, 1, 1), date(2026, 9, 21))
    assert [(one.name, one.n) for one in today.top_customers(session, period, 2)] == [
        ("Steady", 16),
        ("Ann", 5),
    ]


def test_the_time_to_return_is_the_middle_one(session: Session) -> None:
    (ann,) = people(session, "Ann")
    waits = (60, 4000, 300, 900)
    for place, wait in enumerate(waits):
        at = DAY * (place + 1)
        store(session, missed(ann, at), call(ann, at - wait, direction="outgoing"))
    period = period_of(PeriodKind.DAYS_30, today.office_today(session))
    assert today.time_to_return(session, period) == median_high(waits)
    contacts.trash(session, [ann])
    assert today.time_to_return(session, period) is None


@pytest.mark.parametrize("sample", [1, 3, 40])
def test_the_middle_of_many_is_exact(busy: Office, monkeypatch: pytest.MonkeyPatch, sample: int) -> None:
    session = busy.open()
    period = Period(date(2025, 9, 1), date(2026, 9, 21))
    expected = today.time_to_return(session, period)
    monkeypatch.setattr(call_figures, "_SAMPLED", 1)
    monkeypatch.setattr(call_figures, "_SAMPLE", sample)
    assert expected is not None
    assert today.time_to_return(session, period) == expected
    session.close()


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (PeriodKind.DAYS_7, date(2026, 5, 25)),
        (PeriodKind.DAYS_30, date(2026, 5, 2)),
        (PeriodKind.QUARTER, date(2026, 3, 3)),
        (PeriodKind.YEAR, date(2025, 6, 1)),
        (PeriodKind.OWN, date(2026, 5, 31)),
    ],
)
def test_a_period_ends_today(kind: PeriodKind, first: date) -> None:
    last = date(2026, 5, 31)
    period = period_of(kind, last)
    assert period == Period(first, last)
    assert (period.before.days, period.before.last) == (period.days, first - timedelta(days=1))


def test_a_day_begins_at_midnight_of_the_office(session: Session) -> None:
    begin, end = today.moments_of(session, Period(date(2026, 3, 8), date(2026, 3, 8)))
    assert end - begin == 23 * HOUR
    assert datetime.fromtimestamp(begin, ZONE).time() == datetime.min.time()


# --- who waits -----------------------------------------------------------------------------------------


def test_who_was_missed_waits_until_spoken_to(session: Session) -> None:
    ann, bea, cem, dov = people(session, "Ann", "Bea", "Cem", "Dov")
    store(session, missed(ann, 3 * HOUR), missed(ann, HOUR, "voicemail"))
    store(
        session, missed(bea, 2 * HOUR, "rejected"), call(bea, HOUR, outcome="no_answer", direction="outgoing")
    )
    store(session, missed(cem, 2 * HOUR, "busy"), call(cem, HOUR, direction="outgoing"))
    store(session, call(dov, HOUR, direction="outgoing", outcome="missed"))
    found = today.call_backs(session)
    assert (found.count, found.oldest) == (2, START - 3 * HOUR)
    assert [(one.name, one.waiting_since, one.attempts, one.last_outcome) for one in found.first] == [
        ("Ann", START - 3 * HOUR, 2, "voicemail"),
        ("Bea", START - 2 * HOUR, 1, "rejected"),
    ]
    assert [one.name for one in today.call_backs(session, limit=1).first] == ["Ann"]


def test_who_waits_longest_comes_first_whoever_called_last(session: Session) -> None:
    ann, bea = people(session, "Ann", "Bea")
    store(session, missed(ann, 2 * HOUR), missed(ann, HOUR))
    store(session, missed(bea, 3 * HOUR))
    found = today.call_backs(session).first
    assert [(one.name, one.waiting_since, one.attempts, one.last_at) for one in found] == [
        ("Bea", START - 3 * HOUR, 1, START - 3 * HOUR),
        ("Ann", START - 2 * HOUR, 2, START - HOUR),
    ]
    assert [one.name for one in today.call_backs(session, limit=1).first] == ["Bea"]


def test_an_unknown_number_waits_for_whom_may_see_it(office: Office, session: Session) -> None:
    add_member(session, "mia", Role.STAFF)
    store(session, missed(None, HOUR, e164=NUMBER, raw_number="212"), missed(None, HOUR, e164=None))
    assert [(one.customer_id, one.number) for one in today.call_backs(session).first] == [(None, NUMBER)]
    session.close()
    mia = office.open("mia")
    assert today.call_backs(mia) == today.CallBacks(0, None, [])
    mia.close()


def test_who_is_in_the_trash_or_long_ago_does_not_wait(session: Session) -> None:
    ann, bea = people(session, "Ann", "Bea")
    store(session, missed(ann, HOUR), missed(bea, (today.WAITING_DAYS + 1) * DAY))
    contacts.trash(session, [ann])
    assert today.call_backs(session).count == 0


# --- who is quiet --------------------------------------------------------------------------------------


def test_quiet_is_measured_against_ones_own_rhythm(session: Session) -> None:
    weekly, monthly, seldom = people(session, "Weekly", "Monthly", "Seldom")
    store(session, *(call(weekly, (31 + 7 * n) * DAY) for n in range(6)))
    store(session, *(call(monthly, (31 + 30 * n) * DAY) for n in range(6)))
    store(session, *(call(seldom, (31 + n) * DAY) for n in range(3)))
    found = today.quiet_customers(session)
    assert [(one.name, one.usual_days, one.quiet_days) for one in found] == [("Weekly", 7, 31)]
    store(session, missed(weekly, DAY))
    assert today.quiet_customers(session) == found, "a missed call is no conversation"
    store(session, call(weekly, DAY))
    assert today.quiet_customers(session) == []


def test_several_calls_of_a_day_are_one_conversation(session: Session) -> None:
    (ann,) = people(session, "Ann")
    store(session, *(call(ann, 20 * DAY + minute * 60) for minute in range(30)))
    assert today.quiet_customers(session) == []


# --- what was last -------------------------------------------------------------------------------------


def test_calls_and_notes_come_newest_first(office: Office, session: Session) -> None:
    add_member(session, "vic", Role.VIEWER)
    (ann,) = people(session, "Ann")
    notes.add_note(session, ann, "Asked for an offer")
    store(session, call(ann, HOUR), call(ann, -HOUR))
    assert [type(one) for one in today.recent(session)] == [CallRow, WrittenNote, CallRow]
    session.close()
    vic = office.open("vic")
    assert [type(one) for one in today.recent(vic)] == [WrittenNote]
    vic.close()


# --- figures by team member (P12) -------------------------------------------------------------------


def test_others_figures_are_shown_only_when_switched_on_and_agreed_to(
    office: Office, session: Session
) -> None:
    for login, role in (("mia", Role.STAFF), ("max", Role.MANAGER), ("moe", Role.STAFF)):
        add_member(session, login, role)
    ids = {str(row["login"]): int(str(row["id"])) for row in table_rows(session, "member")}
    (ann,) = people(session, "Ann")
    store(session, *(call(ann, HOUR, member_id=member) for member in ids.values()))
    session.close()

    _agree(office, "moe")
    assert _shown(office, "max") == {ids["max"]}
    session = office.open()
    team_figures.set_team_figures(session, on=True)
    session.close()
    assert _shown(office, "max") == {ids["max"]}, "nobody has agreed to it yet"
    _agree(office, "mia")
    _agree(office, "moe")
    session = office.open("moe")
    assert "consent_exists" in _refused(lambda: consents.grant_consent(session)), "the same text once"
    assert not consents.renewable(session, consents.consents(session)[0].consent)  # type: ignore[arg-type]
    session.close()
    assert _shown(office, "max") == {ids["max"], ids["mia"], ids["moe"]}
    assert _shown(office, "mia") == {ids["mia"]}
    session = office.open()
    assert team_figures.team_figures(session)
    team_figures.set_team_figures(session, on=False)
    session.close()
    assert _shown(office, "max") == {ids["max"]}


def _refused(grant: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as refused:
        grant()
    return refused.value.code


def _agree(office: Office, login: str) -> None:
    session = office.open(login)
    consents.grant_consent(session)
    named = TEAM_FIGURES_SENTENCE in consents.consent_text(session)[1]
    assert named == team_figures.team_figures(session)
    session.close()


def _shown(office: Office, login: str) -> set[int]:
    session = office.open(login)
    day = today.office_today(session)
    found = today.calls_by_member(session, Period(day - timedelta(days=1), day))
    session.close()
    return {one.member_id for one in found}


def test_switching_team_figures_is_logged(session: Session) -> None:
    team_figures.set_team_figures(session, on=True)
    with session.database.read() as connection:
        (verb,) = connection.execute("SELECT verb FROM log_entry ORDER BY id DESC LIMIT 1").fetchone()
    assert verb == "set_team_figures"


# --- the list behind a figure ----------------------------------------------------------------------------


def test_the_list_behind_a_figure_holds_as_many_calls(busy: Office) -> None:
    session = busy.open()
    period = Period(date(2026, 2, 10), date(2026, 4, 20))
    since, until = today.moments_of(session, period)
    behind = CallQuery(since=since, until=until)
    assert call_count(session, behind) == sum(one.n for one in today.calls_by_day(session, period))
    rates = Counter[tuple[int, int]]()
    for one in today.answer_rates(session, period):
        rates[one.weekday, one.hour] += one.n
    for (weekday, hour), count in rates.items():
        query = replace(behind, weekday=weekday, hour=hour, direction=Direction.INCOMING)
        assert call_count(session, query) == count
    waiting = call_count(session, CallQuery(call_back=True, since=START - today.WAITING_DAYS * DAY))
    assert waiting == sum(one.attempts for one in today.call_backs(session, limit=1000).first)
    session.close()
