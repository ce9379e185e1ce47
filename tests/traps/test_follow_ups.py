"""A keep-in-touch rhythm any real call resets, and none but a real one; shown on a real file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.repeats import Interval, RepeatUnit
from crm_desktop.operations import call_imports, consents, keep_in_touch
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member, new_organization
from tests.operations.follow_up_samples import set_rhythm
from tests.operations.samples import FIRST_CALL, call_log, customer_with

DAY = 86_400
NUMBER = "(212) 555-0123"
WEEKLY = Interval(1, RepeatUnit.WEEK)
INCOMING, OUTGOING, MISSED, REJECTED = 1, 2, 3, 5
VOICEMAIL = 4


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = new_organization(tmp_path)
    made.clock.seconds = FIRST_CALL
    return made


@pytest.fixture
def session(office: Office) -> Iterator[Session]:
    """Give a session ten days after Dana, to be called every week, was added."""
    opened = office.open()
    set_rhythm(opened, customer_with(opened, "Dana", NUMBER), WEEKLY)
    consents.grant_consent(opened)
    office.clock.seconds = FIRST_CALL + 10 * DAY
    yield opened
    opened.close()


def imported(session: Session, folder: Path, *, kind: int, duration: int) -> None:
    path = call_log(folder / "calls.xml", (NUMBER, 9 * DAY), kind=kind, duration=duration)
    call_imports.run_import(
        session, [path], member_id=session.member.id, options=call_imports.reading_options(session)
    )


def quiet(session: Session) -> list[str]:
    return [line.name for line in keep_in_touch.quiet(session)[0]]


@pytest.mark.parametrize("kind", [INCOMING, OUTGOING])
def test_any_real_call_resets_a_keep_in_touch_rhythm(session: Session, tmp_path: Path, kind: int) -> None:
    assert quiet(session) == ["Dana"]
    imported(session, tmp_path, kind=kind, duration=5)
    assert quiet(session) == []
    call_imports.undo_import(session, call_imports.runs(session)[0].id)
    assert quiet(session) == ["Dana"], "the call is gone, and what it reset is as it was"


@pytest.mark.parametrize(
    ("kind", "duration"), [(MISSED, 0), (REJECTED, 0), (OUTGOING, 0), (INCOMING, 0), (VOICEMAIL, 40)]
)
def test_a_call_nobody_answered_resets_nothing(
    session: Session, tmp_path: Path, kind: int, duration: int
) -> None:
    imported(session, tmp_path, kind=kind, duration=duration)
    assert quiet(session) == ["Dana"]


def test_whoever_may_not_see_calls_learns_nothing_of_them_from_a_rhythm(
    office: Office, session: Session, tmp_path: Path
) -> None:
    imported(session, tmp_path, kind=OUTGOING, duration=60)
    assert keep_in_touch.turn_of(session, 1) is not None
    rhythm = keep_in_touch.rhythm_of(session, 1)
    add_member(session, "ben", Role.STAFF, revoked=("calls.view",))
    session.close()
    ben = office.open("ben")
    assert keep_in_touch.rhythm_of(ben, 1) == rhythm
    assert keep_in_touch.turn_of(ben, 1) is None
    with pytest.raises(RefusedError, match="right_missing"):
        keep_in_touch.quiet(ben)
    ben.close()
