"""Rhythms: whose counts, from what, and who is in the list of the quiet."""

from collections.abc import Callable

import pytest

from crm_desktop.domain.errors import InvalidValueError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.repeats import Interval, RepeatUnit
from crm_desktop.operations import contacts, keep_in_touch, merging, notes, purging, tags, undo
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member
from tests.operations.follow_up_samples import set_rhythm, set_tag_rhythm
from tests.operations.samples import broken, customer_with, entry, person, table_rows
from tests.operations.test_follow_ups import at

WEEKLY, MONTHLY = Interval(1, RepeatUnit.WEEK), Interval(1, RepeatUnit.MONTH)


@pytest.fixture(autouse=True)
def start(office: Office) -> None:
    at(office.clock, "2026-01-31T12:00")


def tagged(session: Session, given: str, *names: str) -> int:
    return contacts.add_contact(session, person(given, tags=names))


def tag_id(session: Session, name: str) -> int:
    return next(tag.id for tag in tags.all_tags(session) if tag.name == name)


def quiet(session: Session) -> list[str]:
    found, count = keep_in_touch.quiet(session)
    assert count == len(found)
    return [line.name for line in found]


def due(session: Session, contact_id: int) -> str | None:
    found = keep_in_touch.turn_of(session, contact_id)
    return None if found is None else found.due_on


def test_the_customers_own_rhythm_beats_the_tags_and_of_several_tags_the_shortest_counts(
    office: Office, session: Session
) -> None:
    dana = tagged(session, "Dana", "Key", "Partner")
    assert due(session, dana) is None
    set_tag_rhythm(session, tag_id(session, "Key"), MONTHLY)
    assert due(session, dana) == "2026-02-28"
    set_tag_rhythm(session, tag_id(session, "Partner"), WEEKLY)
    assert due(session, dana) == "2026-02-07"
    rhythm = keep_in_touch.rhythm_of(session, dana)
    assert rhythm is not None
    assert (rhythm.tag, rhythm.interval) == ("Partner", WEEKLY)
    set_rhythm(session, dana, Interval(1, RepeatUnit.YEAR))
    assert due(session, dana) == "2027-01-31"
    at(office.clock, "2026-12-31T12:00")
    assert quiet(session) == []
    set_rhythm(session, dana, None)
    assert quiet(session) == ["Dana Whitfield"]
    assert not broken(session)


def test_one_is_in_the_list_from_the_day_the_rhythm_comes_round(office: Office, session: Session) -> None:
    dana = customer_with(session, "Dana")
    set_rhythm(session, dana, MONTHLY)
    at(office.clock, "2026-02-27T23:59")
    assert quiet(session) == []
    at(office.clock, "2026-02-28T00:00")
    assert quiet(session) == ["Dana"]
    (line,), _ = keep_in_touch.quiet(session)
    assert (line.days_over, line.turn.due_on, line.turn.touch.call_at) == (0, "2026-02-28", None)


def test_a_note_resets_nothing(office: Office, session: Session) -> None:
    dana = customer_with(session, "Dana")
    set_rhythm(session, dana, WEEKLY)
    at(office.clock, "2026-02-10T09:00")
    assert quiet(session) == ["Dana"]
    notes.add_note(session, dana, "Wants the invoice by post")
    assert quiet(session) == ["Dana"]
    assert due(session, dana) == "2026-02-07"


def test_the_longest_quiet_stands_first_and_the_number_is_of_all(office: Office, session: Session) -> None:
    for name, interval in (("A", MONTHLY), ("B", WEEKLY), ("C", MONTHLY)):
        set_rhythm(session, customer_with(session, name), interval)
    at(office.clock, "2026-03-10T09:00")
    found, count = keep_in_touch.quiet(session, limit=2)
    assert ([line.name for line in found], count) == (["B", "A"], 3)
    assert found[0].days_over == 31


def test_nobody_in_the_trash_is_quiet_and_purged_takes_the_rhythm_along(
    office: Office, session: Session
) -> None:
    dana = customer_with(session, "Dana")
    set_rhythm(session, dana, WEEKLY)
    at(office.clock, "2026-03-10T09:00")
    contacts.trash(session, [dana])
    assert quiet(session) == []
    with pytest.raises(RefusedError, match="record_in_trash"):
        set_rhythm(session, dana, MONTHLY)
    purging.delete_for_good(session, [dana])
    assert table_rows(session, "keep_in_touch") == []
    assert not broken(session)


def test_merged_the_rhythm_of_who_stays_counts_and_a_missing_one_comes_along(session: Session) -> None:
    made = [contacts.add_contact(session, entry("Dana", "Whitfield")) for _ in range(3)]
    set_rhythm(session, made[1], WEEKLY)
    set_rhythm(session, made[2], MONTHLY)
    before = table_rows(session, "keep_in_touch")
    merging.merge(session, merging.preview_merge(session, made, survivor_id=made[0]))
    rhythm = keep_in_touch.rhythm_of(session, made[0])
    assert rhythm is not None
    assert rhythm.interval == WEEKLY
    undo.undo(session)
    after = table_rows(session, "keep_in_touch")
    kept = ("contact_id", "every", "unit")
    assert [[r[k] for k in kept] for r in after] == [[r[k] for k in kept] for r in before]


def test_every_change_of_a_rhythm_is_undone(session: Session) -> None:
    dana = tagged(session, "Dana", "Key")
    ways: list[Callable[[Interval | None], None]] = [
        lambda interval: set_rhythm(session, dana, interval),
        lambda interval: set_tag_rhythm(session, tag_id(session, "Key"), interval),
    ]
    for set_one in ways:
        set_one(WEEKLY)
        set_one(MONTHLY)
        set_one(None)
        undo.undo(session)
        assert due(session, dana) == "2026-02-28"
        undo.undo(session)
        assert due(session, dana) == "2026-02-07"
        undo.undo(session)
        assert due(session, dana) is None
    assert keep_in_touch.tag_rhythms(session) == {}


def test_a_tag_that_has_a_rhythm_by_now_stays_when_its_first_use_is_undone(
    office: Office, session: Session
) -> None:
    tagged(session, "Dana", "Key")
    key = tag_id(session, "Key")
    add_member(session, "ben", Role.STAFF)
    ours = session.session_uuid
    session.session_uuid = bytes(16)
    set_tag_rhythm(session, key, WEEKLY)
    session.session_uuid = ours
    undo.undo(session)
    assert keep_in_touch.tag_rhythms(session) == {key: WEEKLY}
    assert not broken(session)


def test_what_is_no_rhythm_is_refused(session: Session) -> None:
    dana = customer_with(session, "Dana")
    with pytest.raises(InvalidValueError, match="interval_invalid"):
        set_rhythm(session, dana, Interval(0, RepeatUnit.DAY))
    acts: list[Callable[[], None]] = [
        lambda: set_rhythm(session, 99, WEEKLY),
        lambda: set_tag_rhythm(session, 99, WEEKLY),
    ]
    for act in acts:
        with pytest.raises(RefusedError, match="record_not_found"):
            act()


def test_a_viewer_reads_how_often_and_neither_when_nor_the_list(office: Office, session: Session) -> None:
    dana = customer_with(session, "Dana")
    set_rhythm(session, dana, WEEKLY)
    add_member(session, "vic", Role.VIEWER)
    session.close()
    viewer = office.open("vic")
    assert keep_in_touch.rhythm_of(viewer, dana) == keep_in_touch.Rhythm(WEEKLY, None)
    assert due(viewer, dana) is None, "what it counts from are calls"
    with pytest.raises(RefusedError, match="right_missing"):
        keep_in_touch.quiet(viewer)
    viewer.close()
