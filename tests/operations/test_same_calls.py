"""The same call from two sources is counted and offered; it is left out by choice only."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.manual_calls import CallDraft
from crm_desktop.operations import consents, member_lines
from crm_desktop.operations.call_import_groups import Group
from crm_desktop.operations.call_imports import (
    ImportPreview,
    ImportResult,
    preview_import,
    reading_options,
    run_import,
)
from crm_desktop.operations.manual_calls import add_call
from crm_desktop.operations.session import Session
from tests.operations.samples import broken, customer_with, table_rows

DANA, EVA = "+44 7700 900123", "+44 20 7946 0018"


@pytest.fixture(autouse=True)
def office_of_two(session: Session) -> None:
    customer_with(session, "Dana", DANA)
    customer_with(session, "Eva", EVA)
    consents.grant_consent(session)
    member_lines.set_lines(session, session.member.id, ["555"])


def phone(path: Path, *calls: tuple[str, str], kind: str = "Incoming") -> Path:
    """Write a phone's log in seconds: (number, time of day in UTC)."""
    rows = [f"{kind},2026-03-02 {at},00:01:00,{number},,Phone" for number, at in calls]
    path.write_text(
        "\n".join(("Call type,Date,Duration,Number,Contact,Service", *rows, "")), encoding="utf-8"
    )
    return path


def router(path: Path, *calls: tuple[str, str]) -> Path:
    """Write a router's list in minutes: (number, time of day in UTC)."""
    rows = [f"1;02.03.26 {at};;{number};;555;0:02" for number, at in calls]
    head = "sep=;\nTyp;Datum;Name;Rufnummer;Nebenstelle;Eigene Rufnummer;Dauer"
    path.write_text("\n".join((head, *rows, "")), encoding="utf-8")
    return path


def both(session: Session, *paths: Path, skip: bool = False) -> tuple[ImportPreview, ImportResult]:
    options = replace(reading_options(session), time_zone="UTC", region="GB")
    member = session.member.id
    seen = preview_import(session, paths, member_id=member, options=options, skip_duplicates=skip)
    done = run_import(session, paths, member_id=member, options=options, skip_duplicates=skip)
    assert seen.counts == done.counts
    return seen, done


def times(session: Session) -> Sequence[object]:
    return sorted(int(str(row["started_at"])) % 86_400 for row in table_rows(session, "call"))


def test_a_call_in_the_phones_log_and_the_routers_is_named_and_kept(session: Session, tmp_path: Path) -> None:
    both(session, phone(tmp_path / "phone.csv", (DANA, "10:15:57"), (EVA, "11:00:00")))
    seen, done = both(session, router(tmp_path / "router.csv", (DANA, "10:15"), (EVA, "12:00")))
    assert (done.counts.possible_duplicates, done.counts.created, done.counts.not_stored) == (1, 2, 0)
    assert [row.number for row in seen.grouped.rows[Group.SAME]] == ["+447700900123"]
    assert len(times(session)) == 4


def test_left_out_by_choice_it_is_counted_and_can_come_in_later(session: Session, tmp_path: Path) -> None:
    both(session, phone(tmp_path / "phone.csv", (DANA, "10:15:57")))
    again = router(tmp_path / "router.csv", (DANA, "10:15"), (EVA, "12:00"))
    _, done = both(session, again, skip=True)
    assert (done.counts.possible_duplicates, done.counts.created, done.counts.not_stored) == (1, 1, 1)
    _, later = both(session, again)
    assert (later.counts.created, later.counts.already_there) == (1, 1)
    _, third = both(session, again)
    assert (third.counts.possible_duplicates, third.counts.created) == (0, 0)
    assert broken(session) == {}


@pytest.mark.parametrize("first", ["phone", "router"])
def test_the_order_of_the_sources_does_not_matter(session: Session, tmp_path: Path, first: str) -> None:
    logs = [phone(tmp_path / "phone.csv", (DANA, "10:15:57")), router(tmp_path / "r.csv", (DANA, "10:15"))]
    for log in logs if first == "phone" else logs[::-1]:
        both(session, log, skip=True)
    assert len(times(session)) == 1


@pytest.mark.parametrize(("apart", "same"), [(0, 1), (150, 1), (-170, 1), (200, 0)])
def test_a_call_entered_by_hand_is_offered_when_its_log_comes(
    session: Session, tmp_path: Path, apart: int, same: int
) -> None:
    customer = customer_with(session, "Finn", "+44 7700 900555")
    in_log = int(datetime(2026, 3, 2, 10, 15, 57, tzinfo=UTC).timestamp())
    told = CallDraft(Direction.INCOMING, Outcome.ANSWERED, in_log + apart, 70, "+44 7700 900555")
    add_call(session, customer, told)
    log = phone(tmp_path / "phone.csv", ("+44 7700 900555", "10:15:57"))
    _, done = both(session, log, skip=True)
    assert (done.counts.possible_duplicates, done.counts.created) == (same, 1 - same)


def test_two_files_of_one_import_are_compared_too(session: Session, tmp_path: Path) -> None:
    logs = [phone(tmp_path / "phone.csv", (DANA, "10:15:57")), router(tmp_path / "r.csv", (DANA, "10:15"))]
    _, done = both(session, *logs, skip=True)
    assert (done.counts.created, done.counts.possible_duplicates) == (1, 1)


def test_two_calls_in_one_minute_are_not_taken_for_one(session: Session, tmp_path: Path) -> None:
    both(session, phone(tmp_path / "phone.csv", (DANA, "10:15:05")))
    _, done = both(session, router(tmp_path / "r.csv", (DANA, "10:15"), (DANA, "10:15")), skip=True)
    assert (done.counts.created, done.counts.possible_duplicates) == (1, 1)


@pytest.mark.parametrize("at", ["10:15:54", "10:16:00"])
def test_logs_in_seconds_agree_to_two_seconds(session: Session, tmp_path: Path, at: str) -> None:
    both(session, phone(tmp_path / "phone.csv", (DANA, "10:15:57")))
    moment = {"10:15:54": 1_772_446_554_000, "10:16:00": 1_772_446_560_000}[at]
    for off, same in ((0, 0), (1000 if at == "10:15:54" else -1000, 1)):
        log = tmp_path / f"calls-{off}.xml"
        log.write_text(
            f'<?xml version="1.0"?>\n<calls count="1">\n<call number="{DANA}" duration="5" '
            f'date="{moment + off}" type="1" />\n</calls>\n',
            encoding="utf-8",
        )
        seen = preview_import(session, [log], member_id=session.member.id, options=reading_options(session))
        assert seen.counts.possible_duplicates == same


def test_another_number_or_direction_is_another_call(session: Session, tmp_path: Path) -> None:
    both(session, phone(tmp_path / "phone.csv", (EVA, "10:15:57")))
    both(session, phone(tmp_path / "out.csv", (DANA, "10:15:57"), kind="Outgoing"))
    _, done = both(session, router(tmp_path / "r.csv", (DANA, "10:15")), skip=True)
    assert (done.counts.created, done.counts.possible_duplicates) == (1, 0)
