"""Follow-ups: planned, listed, done, repeated, undone, and gone with their contact."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crm_desktop.domain.contact_merging import Side
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import ConflictError, InvalidValueError, RefusedError
from crm_desktop.domain.follow_ups import Due, FollowUpDraft, Span, draft_of_parts, due_instant
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.repeats import Interval, RepeatUnit
from crm_desktop.operations import (
    assignees,
    call_imports,
    consents,
    contacts,
    follow_up_lists,
    follow_ups,
    merging,
    purging,
    undo,
    users,
)
from crm_desktop.operations.calls import CallQuery, call_ids
from crm_desktop.operations.row_conflicts import RowConflict, decided_row
from crm_desktop.operations.session import Session
from crm_desktop.operations.timeline import EntryKind, TimelineEntry, timeline
from tests.environments import Clock, Office, add_member
from tests.operations.follow_up_samples import MONTHLY, listed, planned, postpone, row
from tests.operations.samples import broken, call_log, customer_with, entry, person, table_rows

DIFFERS = {"version", "salt"}


def at(clock: Clock, text: str) -> None:
    """Set the clock of the office (New York) to a local time."""
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York"))
    clock.seconds = int(local.astimezone(UTC).timestamp())


def seen(session: Session, *ids: int) -> dict[int, Due]:
    return {one: Due(row(session, one).due_on, row(session, one).due_time) for one in ids}


def stored(session: Session) -> list[dict[str, object]]:
    found = [*table_rows(session, "follow_up"), *table_rows(session, "keep_in_touch")]
    return [{name: value for name, value in line.items() if name not in DIFFERS} for line in found]


def test_one_is_planned_with_everything_and_read_again(session: Session) -> None:
    dana = customer_with(session, "Dana")
    ben = add_member(session, "ben", Role.STAFF)
    made = planned(
        session, "  Send \n the offer ", "2026-12-01", due_time="14:30", contact_id=dana, assignee_id=ben,
        repeat=MONTHLY,
    )  # fmt: skip
    found = row(session, made)
    assert (found.what, found.due_on, found.due_time) == ("Send the offer", "2026-12-01", "14:30")
    assert (found.contact, found.assignee, found.created_by) == ("Dana", "Ben", "Ana Lima")
    assert (found.is_customer, found.repeat, found.done_at) == (True, MONTHLY, None)
    draft, version = follow_ups.follow_up_draft(session, made)
    follow_ups.edit_follow_up(session, made, draft, version=version)
    assert row(session, made).version == version, "saved unchanged, nothing is written"
    assert not broken(session)


def test_without_an_assignee_it_is_mine_and_without_a_contact_it_is_about_nobody(session: Session) -> None:
    found = row(session, planned(session))
    assert (found.assignee_id, found.contact_id, found.contact) == (session.member.id, None, None)


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (FollowUpDraft(" ", "2026-12-01"), "value_required"),
        (FollowUpDraft("x" * 501, "2026-12-01"), "value_too_long"),
        (FollowUpDraft("x", "1.12."), "date_invalid"),
        (FollowUpDraft("x", "1800-01-01"), "due_too_far"),
        (FollowUpDraft("x", "2026-12-01", "24:00"), "time_invalid"),
        (FollowUpDraft("x", "2026-12-01", repeat=Interval(0, RepeatUnit.DAY)), "interval_invalid"),
        (FollowUpDraft("x", "2026-12-01", assignee_id=99), "value_not_in_list"),
        (FollowUpDraft("x", "2026-12-01", contact_id=99), "record_not_found"),
        (FollowUpDraft("x", "2026-12-01", call_id=99), "record_not_found"),
    ],
)
def test_what_cannot_be_kept_is_refused(session: Session, draft: FollowUpDraft, code: str) -> None:
    with pytest.raises((InvalidValueError, RefusedError), match=code):
        follow_ups.add_follow_up(session, draft)
    assert stored(session) == []


def test_an_overdue_one_rolls_over_to_today_and_keeps_its_day(office: Office, session: Session) -> None:
    at(office.clock, "2026-11-25T12:00")
    planned(session, "Early", "2026-11-25", due_time="11:59")
    planned(session, "Late", "2026-11-25", due_time="12:00")
    planned(session, "All day", "2026-11-25")
    planned(session, "Sunday", "2026-11-29")
    planned(session, "Monday", "2026-11-30")
    assert listed(session, Span.OVERDUE) == ["Early"]
    assert listed(session, Span.TODAY) == ["Early", "Late", "All day"]
    assert listed(session, Span.WEEK) == ["Early", "Late", "All day", "Sunday"]
    at(office.clock, "2026-12-24T00:00")
    assert listed(session, Span.OVERDUE) == ["Early", "Late", "All day", "Sunday", "Monday"]
    assert {line["due_on"] for line in stored(session)} == {"2026-11-25", "2026-11-29", "2026-11-30"}
    assert follow_up_lists.span_counts(session) == {
        Span.OPEN: 5, Span.OVERDUE: 5, Span.TODAY: 5, Span.WEEK: 5, Span.DONE: 0,
    }  # fmt: skip


def test_several_are_postponed_at_once_each_keeps_its_time_and_one_undo_takes_it_back(
    session: Session,
) -> None:
    one, two = planned(session, "A", due_time="09:00"), planned(session, "B")
    follow_ups.postpone_all(session, seen(session, one, two), "2027-02-01")
    assert [(row(session, n).due_on, row(session, n).due_time) for n in (one, two)] == [
        ("2027-02-01", "09:00"), ("2027-02-01", None),
    ]  # fmt: skip
    undo.undo(session)
    assert [row(session, n).due_on for n in (one, two)] == ["2026-11-30", "2026-11-30"]
    before = seen(session, one, two)
    postpone(session, two, "2027-03-01")
    with pytest.raises(ConflictError, match="follow_ups_moved"):
        follow_ups.postpone_all(session, before, "2027-04-01")
    assert row(session, one).due_on == "2026-11-30", "all or none"
    follow_ups.remove_follow_ups(session, {n: row(session, n).version for n in (one, two)})
    assert listed(session) == []
    undo.undo(session)
    assert listed(session) == ["A", "B"]


def test_only_whoever_may_see_them_is_planned_for_and_whoever_had_one_before_keeps_it(
    session: Session,
) -> None:
    ben, vic = add_member(session, "ben", Role.STAFF), add_member(session, "vic", Role.VIEWER)
    one = planned(session, assignee_id=ben)
    with pytest.raises(InvalidValueError, match="value_not_in_list"):
        planned(session, assignee_id=vic)
    users.disable_user(session, next(u.user_id for u in users.users(session) if u.login == "ben"))
    assert [member.login for member in assignees.assignees(session)] == ["ana", "ben"], "he has one to do"
    draft, version = follow_ups.follow_up_draft(session, one)
    follow_ups.edit_follow_up(session, one, replace(draft, what="Still his"), version=version)
    assert row(session, one).assignee_id == ben
    with pytest.raises(InvalidValueError, match="value_not_in_list"):
        planned(session, assignee_id=ben)
    draft, version = follow_ups.follow_up_draft(session, one)
    follow_ups.edit_follow_up(session, one, replace(draft, assignee_id=session.member.id), version=version)
    assert [member.login for member in assignees.assignees(session)] == ["ana"]


def test_the_list_is_filtered_by_assignee_and_text(session: Session) -> None:
    ben = add_member(session, "ben", Role.STAFF)
    dana = customer_with(session, "Zoë")
    planned(session, "Offer", contact_id=dana)
    planned(session, "Müller anrufen", assignee_id=ben)
    assert listed(session, assignee_id=ben) == ["Müller anrufen"]
    assert listed(session, text="zoe") == ["Offer"]
    assert listed(session, text="MULLER") == ["Müller anrufen"]


@pytest.mark.parametrize("sort", follow_up_lists.FollowUpSort)
def test_every_order_goes_both_ways(session: Session, sort: follow_up_lists.FollowUpSort) -> None:
    dana, ben = customer_with(session, "Dana"), add_member(session, "ben", Role.STAFF)
    planned(session, "A", "2026-12-02", contact_id=dana, assignee_id=ben, repeat=MONTHLY)
    planned(session, "B", "2026-12-01")
    for ascending in (True, False):
        query = follow_up_lists.FollowUpQuery(sort=sort, ascending=ascending)
        assert sorted(follow_up_lists.follow_up_ids(session, query)) == [1, 2]


def test_done_makes_the_next_of_the_series_and_one_undo_takes_both_back(
    office: Office, session: Session
) -> None:
    at(office.clock, "2027-01-31T10:00")
    first = planned(session, "Invoice", "2027-01-31", repeat=MONTHLY, due_time="09:00")
    before = stored(session)
    (second,) = follow_ups.finish(session, [first], "  sent ")
    done, following = row(session, first), row(session, second)
    assert (done.outcome, done.done_by, done.repeat) == ("sent", "Ana Lima", None)
    assert (following.due_on, following.due_time, following.repeat) == ("2027-02-28", "09:00", MONTHLY)
    assert following.series is not None
    (third,) = follow_ups.finish(session, [second])
    assert row(session, third).due_on == "2027-03-31", "the 31st stays the 31st"
    undo.undo(session)
    undo.undo(session)
    assert stored(session) == before
    undo.redo(session)
    assert listed(session) == ["Invoice"]
    assert not broken(session)


def test_a_series_done_late_goes_on_after_today_and_done_early_after_its_day(
    office: Office, session: Session
) -> None:
    at(office.clock, "2027-05-10T10:00")
    late = planned(session, "Late", "2027-01-31", repeat=MONTHLY)
    early = planned(session, "Early", "2027-05-31", repeat=MONTHLY)
    assert [row(session, one).due_on for one in follow_ups.finish(session, [late, early])] == [
        "2027-05-31",
        "2027-06-30",
    ]


def test_postponed_it_keeps_the_days_of_its_series_and_edited_it_begins_anew(
    office: Office, session: Session
) -> None:
    at(office.clock, "2027-01-01T10:00")
    one = planned(session, "Invoice", "2027-01-31", repeat=MONTHLY)
    postpone(session, one, "2027-02-02", "08:00")
    assert (row(session, one).due_on, row(session, one).due_time) == ("2027-02-02", "08:00")
    (second,) = follow_ups.finish(session, [one])
    assert row(session, second).due_on == "2027-02-28"
    draft, version = follow_ups.follow_up_draft(session, second)
    moved = FollowUpDraft(draft.what, "2027-02-10", repeat=draft.repeat)
    follow_ups.edit_follow_up(session, second, moved, version=version)
    (third,) = follow_ups.finish(session, [second])
    assert row(session, third).due_on == "2027-03-10"


def test_what_is_done_is_opened_again_without_a_second_series(session: Session) -> None:
    one = planned(session, "Invoice", "2027-01-31", repeat=MONTHLY)
    follow_ups.finish(session, [one], "sent")
    with pytest.raises(RefusedError, match="follow_up_done"):
        postpone(session, one, "2027-02-02")
    follow_ups.set_outcome(session, one, "not sent", base="sent")
    follow_ups.reopen(session, one)
    assert (row(session, one).repeat, row(session, one).outcome) == (None, "not sent")
    assert follow_ups.finish(session, [one, one, 99]) == []
    assert listed(session) == ["Invoice"]


def test_an_older_version_is_a_conflict(session: Session) -> None:
    one = planned(session)
    postpone(session, one, "2026-12-24")
    acts: list[Callable[[], object]] = [
        lambda: follow_ups.remove_follow_ups(session, {one: 1}),
        lambda: follow_ups.edit_follow_up(session, one, FollowUpDraft("x", "2026-12-25"), version=1),
    ]
    for act in acts:
        with pytest.raises(ConflictError, match="record_changed"):
            act()
    assert row(session, one).due_on == "2026-12-24"


def test_facts_two_people_changed_are_both_kept_and_the_same_one_is_asked_about(session: Session) -> None:
    one = planned(session)
    base, version = follow_ups.follow_up_draft(session, one)
    other = add_member(session, "ben", Role.STAFF)
    theirs = replace(base, due_on="2026-12-24", assignee_id=other)
    follow_ups.edit_follow_up(session, one, theirs, version=version)
    mine = replace(base, what="Mine")
    assert follow_ups.edit_follow_up(session, one, mine, version=version, base=base) is None
    now = row(session, one)
    assert (now.what, now.due_on, now.due_time, now.assignee_id) == ("Mine", "2026-12-24", None, other)
    again = replace(base, due_on="2026-12-31", assignee_id=None, repeat=Interval(1, RepeatUnit.WEEK))
    found = follow_ups.edit_follow_up(session, one, again, version=version, base=base)
    assert isinstance(found, RowConflict)
    assert [(clash.place.column, clash.theirs, clash.mine) for clash in found.clashes] == [
        ("due", Due("2026-12-24"), Due("2026-12-31"))
    ]
    assert row(session, one).due_on == "2026-12-24"
    chosen = decided_row(found, {clash.place: Side.MINE for clash in found.clashes})
    follow_ups.edit_follow_up(
        session, one, draft_of_parts(chosen), version=found.version, base=draft_of_parts(found.theirs)
    )
    now = row(session, one)
    assert (now.due_on, now.repeat, now.repeat_from) == ("2026-12-31", again.repeat, "2026-12-31")
    assert (now.what, now.assignee_id) == ("Mine", other)
    assert broken(session) == {}


def test_whom_two_people_chose_is_told_by_name_and_one_done_meanwhile_stays_done(session: Session) -> None:
    one = planned(session)
    base, version = follow_ups.follow_up_draft(session, one)
    ben, eve = (add_member(session, name, Role.STAFF) for name in ("ben", "eve"))
    follow_ups.edit_follow_up(session, one, replace(base, assignee_id=ben), version=version)
    found = follow_ups.edit_follow_up(
        session, one, replace(base, assignee_id=eve), version=version, base=base
    )
    assert isinstance(found, RowConflict)
    ((before, theirs, mine),) = ((clash.before, clash.theirs, clash.mine) for clash in found.clashes)
    assert (before, theirs, mine) == (session.member.name, "Ben", "Eve")
    follow_ups.finish(session, [one])
    with pytest.raises(RefusedError, match="follow_up_done"):
        follow_ups.edit_follow_up(session, one, replace(base, what="Mine"), version=version, base=base)


def test_every_verb_is_undone(session: Session) -> None:
    dana, mia = customer_with(session, "Dana"), customer_with(session, "Mia")
    states = [stored(session)]

    one = planned(session, contact_id=dana)
    states.append(stored(session))
    acts: list[Callable[[], object]] = [
        lambda: follow_ups.edit_follow_up(
            session, one, FollowUpDraft("x", "2027-01-01", contact_id=mia), version=1
        ),
        lambda: postpone(session, one, "2027-02-01"),
        lambda: follow_ups.finish(session, [one]),
        lambda: follow_ups.reopen(session, one),
        lambda: follow_ups.remove_follow_ups(session, {one: 5}),
    ]
    for act in acts:
        act()
        states.append(stored(session))
    for before in reversed(states[:-1]):
        undo.undo(session)
        assert stored(session) == before
    assert not broken(session)


def test_it_is_in_the_history_and_in_the_timeline_of_its_contact(office: Office, session: Session) -> None:
    dana = customer_with(session, "Dana")
    one = planned(session, "Offer", contact_id=dana)
    assert undo.history(session, dana)[0].verb == "add_follow_up"
    office.clock.seconds += 60
    planned(session, "Later", contact_id=dana)
    office.clock.seconds += 60
    follow_ups.finish(session, [one], "sent")
    found = [e for e in timeline(session, dana).entries if e.kind is EntryKind.FOLLOW_UP]
    assert [(e.follow_up.what, e.follow_up.outcome) for e in found if e.follow_up] == [
        ("Offer", "sent"), ("Later", None),
    ]  # fmt: skip
    paged: list[TimelineEntry] = []
    cursor = None
    while True:
        page = timeline(session, dana, before=cursor, limit=1)
        paged += page.entries
        if (cursor := page.next) is None:
            break
    assert paged == list(timeline(session, dana).entries)


def test_the_next_of_a_contact_is_the_overdue_one(session: Session) -> None:
    dana = customer_with(session, "Dana")
    assert follow_up_lists.next_follow_up(session, dana) is None
    planned(session, "Soon", "2026-12-01", contact_id=dana)
    planned(session, "Missed", "2020-12-01", contact_id=dana)
    found = follow_up_lists.next_follow_up(session, dana)
    assert found is not None
    assert found.what == "Missed"


def test_it_lies_in_the_trash_with_its_contact_and_comes_back_with_it(
    office: Office, session: Session
) -> None:
    dana = customer_with(session, "Dana")
    one = planned(session, contact_id=dana)
    contacts.trash(session, [dana])
    assert listed(session) == []
    assert follow_up_lists.due_moments(session, 0, 1 << 33) == []
    assert follow_ups.finish(session, [one]) == []
    with pytest.raises(RefusedError, match="record_in_trash"):
        postpone(session, one, "2027-01-01")
    contacts.restore_from_trash(session, [dana])
    assert listed(session) == ["Call back"]
    contacts.trash(session, [dana])
    purging.delete_for_good(session, [dana])
    assert stored(session) == []
    assert not broken(session)


def test_it_goes_along_to_the_address_book(session: Session) -> None:
    dana = customer_with(session, "Dana")
    one = planned(session, contact_id=dana)
    contacts.move_to_category(session, dana, Category.ADDRESS_BOOK)
    assert (row(session, one).contact_id, row(session, one).is_customer) == (dana, False)


def test_a_merge_carries_every_follow_up_along_and_undone_gives_them_back(session: Session) -> None:
    dana, double = (contacts.add_contact(session, entry("Dana", "Whitfield")) for _ in range(2))
    planned(session, contact_id=dana)
    planned(session, contact_id=double)
    before = stored(session)
    preview = merging.preview_merge(session, [dana, double], survivor_id=dana)
    assert preview.moved.follow_ups == 1
    merging.merge(session, preview)
    assert [line["contact_id"] for line in stored(session)] == [dana, dana], "two alike stay two"
    assert listed(session) == ["Call back", "Call back"]
    undo.undo(session)
    assert stored(session) == before
    assert not broken(session)


def test_from_which_call_it_came_is_told_to_those_only_who_see_calls(
    office: Office, session: Session, tmp_path: Path
) -> None:
    dana = customer_with(session, "Dana", "(212) 555-0123")
    consents.grant_consent(session)
    call_imports.run_import(
        session, [call_log(tmp_path / "calls.xml", ("(212) 555-0123", 0))], member_id=session.member.id,
        options=call_imports.reading_options(session),
    )  # fmt: skip
    (call_id,) = call_ids(session, CallQuery())
    one = planned(session, call_id=call_id)
    assert (row(session, one).contact_id, row(session, one).call_id) == (dana, call_id)
    add_member(session, "ben", Role.STAFF, revoked=("calls.view",))
    session.close()
    ben = office.open("ben")
    assert row(ben, one).call_id is None
    with pytest.raises(RefusedError, match="right_missing"):
        planned(ben, call_id=call_id)
    draft, version = follow_ups.follow_up_draft(ben, one)
    assert draft.call_id is None
    follow_ups.edit_follow_up(ben, one, replace(draft, what="Call back soon"), version=version)
    follow_ups.edit_follow_up(ben, one, draft, version=version + 1)
    told = [found for found in timeline(ben, dana).entries if found.kind is EntryKind.FOLLOW_UP]
    assert [found.follow_up and found.follow_up.call_id for found in told] == [None]
    ben.close()
    again = office.open()
    assert row(again, one).call_id == call_id, "it stays when somebody saves it who may not see it"
    consents.withdraw_consent(again)
    assert row(again, one).what == "Call back", "what people typed stays"
    assert not broken(again)
    again.close()


def test_when_mine_are_due(office: Office, session: Session) -> None:
    at(office.clock, "2026-11-25T08:00")
    ben = add_member(session, "ben", Role.STAFF)
    planned(session, "His", "2026-11-25", assignee_id=ben)
    noon = planned(session, "Noon", "2026-11-25", due_time="12:00")
    day = planned(session, "Day", "2026-11-25")
    planned(session, "Next week", "2026-12-02")
    done = planned(session, "Done", "2026-11-25")
    follow_ups.finish(session, [done])
    nine = office.clock.seconds + 3600
    assert follow_up_lists.due_moments(session, office.clock.seconds, office.clock.seconds + 86_400) == [
        (nine, day), (nine + 3 * 3600, noon),
    ]  # fmt: skip
    assert [line.what for line in follow_up_lists.due_follow_ups(session)[0]] == ["Noon", "Day"]


def test_a_time_the_clock_leaves_out_comes_later_and_one_shown_twice_the_first_time() -> None:
    berlin = "Europe/Berlin"
    assert due_instant("2026-03-29", "02:30", berlin) == due_instant("2026-03-29", "03:30", berlin)
    assert due_instant("2026-10-25", "03:00", berlin) - due_instant("2026-10-25", "02:30", berlin) == 5400


def test_a_person_planned_for_is_still_undone_when_somebody_else_planned_since(session: Session) -> None:
    dana = contacts.add_contact(session, person("Dana"))
    with session.change("add_follow_up") as changes:
        changes.insert("follow_up", {
            "contact_id": dana, "call_id": None, "what": "x", "due_on": "2026-12-01", "due_time": None,
            "assignee_id": 1, "created_at": 1, "created_by": 1, "repeat_every": None, "repeat_unit": None,
            "repeat_from": None, "series": None, "done_at": None, "done_by": None, "outcome": None,
        }, contact_id=dana)  # fmt: skip
    with session.database.write() as connection:
        connection.execute("UPDATE change_set SET session = ? WHERE verb = 'add_follow_up'", (bytes(16),))
    with pytest.raises(ConflictError, match="undo_conflict"):
        undo.undo(session)
    assert listed(session) == ["x"]
