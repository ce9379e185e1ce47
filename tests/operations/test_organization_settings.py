"""The organization's settings: changed for everybody, logged, never undone, and stored numbers stay."""

from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import ConflictError, InvalidValueError, RefusedError
from crm_desktop.domain.member_lines import MemberLine
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import consents, member_lines, undo
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.organization_settings import (
    organization_settings,
    save_organization_settings,
)
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member
from tests.operations.samples import broken, call_log, customer_with, table_rows


def test_new_settings_are_how_logs_are_read_from_now_on(session: Session, office: Office) -> None:
    customer_with(session, "Dana", "(212) 555-0123")
    before = table_rows(session, "phone")
    settings, version = organization_settings(session)
    wanted = replace(
        settings, name="New name", region="DE", time_zone="Europe/Berlin", area_code="0211",
        outside_prefix="9", internal_digits=3, own_numbers=("555 0100",),
    )  # fmt: skip
    saved = save_organization_settings(session, wanted, version=version)
    assert saved.own_numbers == ("+492115550100",)
    assert (session.organization.name, session.organization.own_numbers) == ("New name", "+492115550100")
    assert organization_settings(session) == (saved, version + 1)
    options = reading_options(session)
    assert (options.region, options.area_code, options.internal_digits) == ("DE", "0211", 3)
    assert options.own_numbers == ("+492115550100",)
    assert table_rows(session, "phone") == before
    assert broken(session) == {}
    now = session.organization
    session.close()
    again = office.open()
    assert again.organization == now
    again.close()


def test_figures_by_day_follow_another_time_zone(session: Session, tmp_path: Path) -> None:
    customer_with(session, "Dana", "(212) 555-0123")
    consents.grant_consent(session)
    # Five in the evening of the first call's day in New York is the next day in Auckland.
    log = call_log(tmp_path / "log.xml", *(("(212) 555-0123", hour * 3_600) for hour in range(24)))
    run_import(session, [log], member_id=session.member.id, options=reading_options(session))
    settings, version = organization_settings(session)
    before = by_day(session)
    save_organization_settings(session, replace(settings, time_zone="Pacific/Auckland"), version=version)
    assert by_day(session) != before
    assert sum(by_day(session).values()) == 24
    assert broken(session) == {}


def by_day(session: Session) -> dict[int, int]:
    with session.database.read() as connection:
        return dict(connection.execute("SELECT day, sum(n) FROM call_day GROUP BY day"))


def test_undo_passes_settings_over(session: Session) -> None:
    customer_with(session, "Dana")
    settings, version = organization_settings(session)
    save_organization_settings(session, replace(settings, area_code="0211"), version=version)
    undo.undo(session)
    assert organization_settings(session)[0].area_code == "0211"
    assert table_rows(session, "contact") == []


def test_two_administrators_do_not_overwrite_each_other(session: Session) -> None:
    settings, version = organization_settings(session)
    save_organization_settings(session, replace(settings, area_code="0211"), version=version)
    with pytest.raises(ConflictError, match="record_changed"):
        save_organization_settings(session, replace(settings, area_code="030"), version=version)
    assert organization_settings(session)[0].area_code == "0211"


@pytest.fixture
def eva(session: Session) -> int:
    return add_member(session, "eva", Role.STAFF)


def test_a_line_is_given_ended_corrected_and_taken_back(session: Session, eva: int) -> None:
    given = MemberLine(eva, "101", "2026-01-01")
    member_lines.change_line(session, None, given)
    ended = replace(given, until="2026-03-01")
    member_lines.change_line(session, given, ended)
    after = MemberLine(session.member.id, "101", "2026-03-01")
    member_lines.change_line(session, None, after)
    assert member_lines.lines(session) == [ended, after]
    member_lines.change_line(session, after, None)
    assert member_lines.lines(session) == [ended]
    with pytest.raises(RefusedError, match="line_gone"):
        member_lines.change_line(session, after, replace(after, until="2026-04-01"))
    assert broken(session) == {}


@pytest.mark.parametrize(
    ("since", "until", "free"),
    [
        (None, None, False), (None, "2026-01-01", True), (None, "2026-01-02", False),
        ("2026-02-28", None, False), ("2026-03-01", None, True), ("2026-01-10", "2026-01-11", False),
    ],
)  # fmt: skip
def test_a_line_is_one_members_on_each_day(
    session: Session, eva: int, since: str | None, until: str | None, *, free: bool
) -> None:
    member_lines.change_line(session, None, MemberLine(eva, "+1 212 555 0100", "2026-01-01", "2026-03-01"))
    wanted = MemberLine(session.member.id, "(212) 555-0100", since, until)  # another spelling of the number
    if free:
        member_lines.change_line(session, None, wanted)
        assert wanted in member_lines.lines(session)
    else:
        with pytest.raises(RefusedError, match="line_taken") as refused:
            member_lines.change_line(session, None, wanted)
        assert refused.value.facts["line"] == "+1 212 555 0100"
        assert len(member_lines.lines(session)) == 1


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (MemberLine(1, "nobody"), "line_invalid"),
        (MemberLine(1, "101", "2026-13-01"), "date_invalid"),
        (MemberLine(1, "101", "2026-03-01", "2026-03-01"), "line_dates"),
    ],
)
def test_what_is_no_line_is_refused(session: Session, line: MemberLine, code: str) -> None:
    with pytest.raises(InvalidValueError, match=code):
        member_lines.change_line(session, None, line)
    assert member_lines.lines(session) == []


def test_a_line_needs_a_member(session: Session) -> None:
    with pytest.raises(RefusedError, match="record_not_found"):
        member_lines.change_line(session, None, MemberLine(99, "101"))
