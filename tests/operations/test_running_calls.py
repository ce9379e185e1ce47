"""The call somebody is on: his alone, remembered through the end of the session, gone with its customer."""

from dataclasses import replace

import pytest

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.errors import InvalidValueError, RefusedError
from crm_desktop.domain.manual_calls import LONGEST_S
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import contacts, merging, purging, settings
from crm_desktop.operations.calls import CallQuery, call_count
from crm_desktop.operations.running_calls import (
    begin_call,
    enter_call,
    forget_call,
    keep_note,
    resume_call,
    running_call,
)
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member
from tests.operations.samples import broken, customer_with, decrypted, entry, table_rows


@pytest.fixture
def dana(session: Session) -> int:
    return customer_with(session, "Dana", "(212) 555-0123")


def test_it_is_there_after_the_session_and_is_entered(session: Session, office: Office, dana: int) -> None:
    begin_call(session, dana, Direction.OUTGOING, "(212) 555-0123", "about the roof")
    session.close()
    office.clock.advance(95)
    again = office.open()
    call = running_call(again)
    assert call is not None
    assert (call.name, call.number, call.note) == ("Dana", "(212) 555-0123", "about the roof")
    draft = call.ended(again.now())
    assert (draft.direction, draft.outcome, draft.duration_s) == (Direction.OUTGOING, Outcome.ANSWERED, 95)
    enter_call(again, call, draft, call.note)
    assert running_call(again) is None
    assert broken(again) == {}
    again.close()


def test_one_at_a_time_and_each_has_his_own(session: Session, office: Office, dana: int) -> None:
    begun = begin_call(session, dana, Direction.INCOMING)
    with pytest.raises(RefusedError, match="call_running"):
        begin_call(session, dana, Direction.OUTGOING)
    forget_call(session)
    assert running_call(session) is None
    resume_call(session, begun)
    assert running_call(session) == begun
    add_member(session, "sam", Role.STAFF)
    session.close()
    other = office.open("sam")
    assert running_call(other) is None
    other.close()


def test_a_forgotten_clock_ends_within_a_day(session: Session, office: Office, dana: int) -> None:
    call = begin_call(session, dana, Direction.INCOMING)
    assert call.ended(session.now()).duration_s == 1
    office.clock.advance(3 * 86_400)
    assert call.ended(session.now()).duration_s == LONGEST_S


def test_it_is_only_with_a_customer_who_is_there(session: Session, dana: int) -> None:
    with pytest.raises(RefusedError, match="call_of_customers_only"):
        begin_call(session, contacts.add_contact(session, entry("Eve")), Direction.INCOMING)
    begin_call(session, dana, Direction.INCOMING)
    contacts.trash(session, [dana])
    assert running_call(session) is None
    contacts.restore_from_trash(session, [dana])
    assert running_call(session) is not None


def test_two_windows_enter_it_once(session: Session, office: Office, dana: int) -> None:
    call = begin_call(session, dana, Direction.OUTGOING)
    office.clock.advance(60)
    enter_call(session, call, call.ended(session.now()))
    with pytest.raises(RefusedError, match="call_not_running"):
        enter_call(session, call, call.ended(session.now()))
    other = begin_call(session, dana, Direction.INCOMING)
    with pytest.raises(RefusedError, match="call_not_running"):
        enter_call(session, call, call.ended(session.now()))
    assert running_call(session) == other
    assert call_count(session, CallQuery()) == 1
    assert broken(session) == {}


def test_a_customer_in_the_trash_is_named_as_the_reason(session: Session, dana: int) -> None:
    call = begin_call(session, dana, Direction.OUTGOING)
    contacts.trash(session, [dana])
    with pytest.raises(RefusedError, match="record_in_trash"):
        enter_call(session, call, call.ended(session.now()))
    contacts.restore_from_trash(session, [dana])
    enter_call(session, call, call.ended(session.now()))
    assert call_count(session, CallQuery()) == 1


def test_a_refused_entry_leaves_it_running(session: Session, dana: int) -> None:
    call = begin_call(session, dana, Direction.OUTGOING)
    with pytest.raises(InvalidValueError, match="phone_invalid"):
        enter_call(session, call, replace(call.ended(session.now()), number="the office"))
    assert running_call(session) == call
    assert call_count(session, CallQuery()) == 0


def test_a_discarded_one_does_not_push_aside_the_next(session: Session, office: Office, dana: int) -> None:
    first = begin_call(session, dana, Direction.OUTGOING)
    forget_call(session)
    office.clock.advance(5)
    second = begin_call(session, dana, Direction.OUTGOING)
    with pytest.raises(RefusedError, match="call_running"):
        resume_call(session, first)
    assert running_call(session) == second


def test_what_was_noted_is_kept_while_it_runs(session: Session, dana: int) -> None:
    call = begin_call(session, dana, Direction.OUTGOING)
    keep_note(session, call, "about the roof")
    assert running_call(session) == replace(call, note="about the roof")
    forget_call(session)
    keep_note(session, call, "too late")
    assert running_call(session) is None


def test_it_goes_on_with_whom_its_customer_became_part_of(session: Session, dana: int) -> None:
    call = begin_call(session, dana, Direction.OUTGOING)
    other = customer_with(session, "Dana", "(212) 555-0123")
    merging.merge(session, merging.preview_merge(session, (dana, other), survivor_id=other))
    found = running_call(session)
    assert found is not None
    assert found.customer_id == other
    enter_call(session, call, call.ended(session.now()))
    assert [row["customer_id"] for row in table_rows(session, "call")] == [other]
    assert broken(session) == {}


def test_what_was_typed_goes_for_good_with_its_contact(session: Session, dana: int) -> None:
    """Promise P16: a call under way and a half-typed form hold what the record held."""
    begin_call(session, dana, Direction.OUTGOING, "(212) 555-0123", "MARKER of the clock")
    kept = customer_with(session, "Eve")
    for place, contact_id in (("form.customer", dana), ("form.other", kept), ("form.new", None)):
        settings.save_draft(session, place, {"contact_id": contact_id, "text": f"MARKER of {place}"})
    contacts.trash(session, [dana])
    purging.delete_for_good(session)
    assert running_call(session) is None
    assert settings.take_draft(session, "form.customer") is None
    assert settings.take_draft(session, "form.other") is not None
    assert settings.take_draft(session, "form.new") is not None
    session.empty_log()
    pages = decrypted(session)
    assert b"MARKER of the clock" not in pages
    assert b"MARKER of form.customer" not in pages
