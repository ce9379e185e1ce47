"""Handing follow-ups to a calendar: who may, what is in the file, and what the log says."""

import stat
from pathlib import Path

import pytest

from crm_desktop.domain.errors import OrganizationFileError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import contacts, log_reading
from crm_desktop.operations.follow_up_calendar import VERB, export_calendar
from crm_desktop.operations.follow_up_lists import FollowUpQuery
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member
from tests.operations.follow_up_samples import MONTHLY, planned
from tests.operations.samples import broken, customer_with


def test_a_list_becomes_a_file_only_its_owner_can_read(session: Session, tmp_path: Path) -> None:
    dana, gone = customer_with(session, "Dana"), customer_with(session, "Gone")
    planned(session, "Offer", contact_id=dana)
    planned(session, "Invoice", repeat=MONTHLY, due_time="09:00")
    planned(session, "Nobody's", contact_id=gone)
    contacts.trash(session, [gone])
    target = tmp_path / "mine.ics"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o644)
    assert export_calendar(session, FollowUpQuery(), target) == 2
    text = target.read_bytes().decode()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert "SUMMARY:Offer – Dana" in text
    assert "TZID=America/New_York:20261130T090000" in text
    assert "Nobody" not in text
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".tmp"] == []


def test_the_log_says_how_many_and_never_what(session: Session, tmp_path: Path) -> None:
    planned(session, "Secret plan")
    export_calendar(session, FollowUpQuery(), tmp_path / "all.ics")
    ids = log_reading.log_first_page(session, log_reading.LogQuery())
    line = log_reading.log_lines(session, ids)[ids[0]]
    assert line.verb == VERB
    assert "Secret" not in repr(line)
    assert not broken(session)


def test_mine_need_the_right_to_plan_and_others_the_right_to_export(office: Office, session: Session) -> None:
    ben = add_member(session, "ben", Role.STAFF)
    planned(session, "Mine")
    planned(session, "His", assignee_id=ben)
    session.close()
    staff = office.open("ben")
    target = office.path.with_name("ben.ics")
    assert export_calendar(staff, FollowUpQuery(assignee_id=ben), target) == 1
    assert "Mine" not in target.read_text(encoding="utf-8")
    for query in (FollowUpQuery(), FollowUpQuery(assignee_id=1)):
        with pytest.raises(RefusedError, match="right_missing"):
            export_calendar(staff, query, target)
    staff.close()


def test_a_place_that_cannot_be_written_is_named_and_the_organization_is_never_overwritten(
    session: Session, tmp_path: Path
) -> None:
    planned(session)
    for target in (tmp_path, tmp_path / "no" / "such" / "folder.ics", session.path):
        with pytest.raises(OrganizationFileError, match="calendar_not_written"):
            export_calendar(session, FollowUpQuery(), target)
    assert not broken(session)
