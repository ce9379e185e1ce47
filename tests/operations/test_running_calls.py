"""The call somebody is on: his alone, remembered through the end of the session, gone with its customer."""

import pytest

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.manual_calls import LONGEST_S
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import contacts, manual_calls
from crm_desktop.operations.running_calls import begin_call, forget_call, resume_call, running_call
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member
from tests.operations.samples import broken, customer_with, entry


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
    manual_calls.add_call(again, dana, draft, call.note)
    forget_call(again)
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
