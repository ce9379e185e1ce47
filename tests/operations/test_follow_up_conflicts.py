"""Rhythms and follow-ups two people change at once: brought together, or asked about as one fact."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from crm_desktop.domain.contact_merging import Side
from crm_desktop.domain.errors import ConflictError, RefusedError
from crm_desktop.domain.follow_ups import Due, draft_of_parts
from crm_desktop.domain.repeats import Interval, RepeatUnit
from crm_desktop.operations import contacts, follow_ups, keep_in_touch, tags, undo
from crm_desktop.operations.keep_in_touch import OwnRhythm
from crm_desktop.operations.row_conflicts import RowConflict
from crm_desktop.operations.session import Session
from tests.operations.follow_up_samples import MONTHLY, planned, row
from tests.operations.samples import person, table_rows
from tests.operations.two_people import TwoPeople, asked, chosen, questions, two_people

WEEKLY = Interval(1, RepeatUnit.WEEK)
THREE_WEEKS, TWO_MONTHS = Interval(3, RepeatUnit.WEEK), Interval(2, RepeatUnit.MONTH)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[TwoPeople]:
    with two_people(tmp_path) as people:
        yield people


# --- rhythms ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """A rhythm of a contact's own, or of a tag."""

    read: Callable[[Session, int], OwnRhythm]
    save: Callable[..., RowConflict[OwnRhythm] | None]
    group: str

    def set(self, session: Session, owner_id: int, interval: Interval | None) -> None:
        """Set it as somebody does whom nobody comes in between."""
        assert self.save(session, owner_id, interval, base=self.read(session, owner_id)) is None


WAYS = {
    "contact": Way(keep_in_touch.own_rhythm, keep_in_touch.set_rhythm, "rhythms"),
    "tag": Way(keep_in_touch.tag_rhythm, keep_in_touch.set_tag_rhythm, "tag_rhythms"),
}
CASES = {
    "both another": (WEEKLY, THREE_WEEKS, TWO_MONTHS),
    "made by both": (None, THREE_WEEKS, TWO_MONTHS),
    "theirs removed": (WEEKLY, None, TWO_MONTHS),
    "mine removed": (WEEKLY, THREE_WEEKS, None),
    "only the unit is shared": (WEEKLY, Interval(3, RepeatUnit.MONTH), THREE_WEEKS),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return WAYS[request.param]


def owner_of(two: TwoPeople, way: Way) -> int:
    made = contacts.add_contact(two.ana, person("Dana", tags=("Key",)))
    return made if way.group == "rhythms" else tags.all_tags(two.ana)[0].id


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("side", Side)
def test_a_rhythm_both_changed_is_one_question(two: TwoPeople, way: Way, case: str, side: Side) -> None:
    before, theirs, mine = CASES[case]
    owner = owner_of(two, way)
    way.set(two.ana, owner, before)
    read = way.read(two.ana, owner)
    two.ben(lambda ben: way.set(ben, owner, theirs))
    found = way.save(two.ana, owner, mine, base=read)
    assert questions(found) == [("interval", before, theirs, mine)], "a count goes with its unit"
    conflict = asked(found)
    assert conflict.group == way.group
    assert way.read(two.ana, owner).interval == theirs, "nothing is written unasked"
    wanted = chosen(found, side).interval
    assert way.save(two.ana, owner, wanted, base=conflict.theirs) is None
    assert way.read(two.ana, owner).interval == (mine if side is Side.MINE else theirs)


def test_a_rhythm_removed_and_made_anew_meanwhile_is_asked_about(two: TwoPeople, way: Way) -> None:
    owner = owner_of(two, way)
    way.set(two.ana, owner, WEEKLY)
    read = way.read(two.ana, owner)

    def act(ben: Session) -> None:
        way.set(ben, owner, None)
        way.set(ben, owner, THREE_WEEKS)

    two.ben(act)
    found = way.save(two.ana, owner, TWO_MONTHS, base=read)
    assert questions(found) == [("interval", WEEKLY, THREE_WEEKS, TWO_MONTHS)]
    assert way.save(two.ana, owner, TWO_MONTHS, base=asked(found).theirs) is None
    assert len(table_rows(two.ana, "keep_in_touch")) == 1


@pytest.mark.parametrize("case", ["both the same", "mine untouched", "theirs untouched"])
def test_a_rhythm_only_one_changed_or_both_alike_is_no_question(two: TwoPeople, way: Way, case: str) -> None:
    theirs, mine, after = {
        "both the same": (TWO_MONTHS, TWO_MONTHS, TWO_MONTHS),
        "mine untouched": (TWO_MONTHS, WEEKLY, TWO_MONTHS),
        "theirs untouched": (WEEKLY, TWO_MONTHS, TWO_MONTHS),
    }[case]
    owner = owner_of(two, way)
    way.set(two.ana, owner, WEEKLY)
    read = way.read(two.ana, owner)
    two.ben(lambda ben: way.set(ben, owner, theirs))
    assert way.save(two.ana, owner, mine, base=read) is None
    assert way.read(two.ana, owner).interval == after


def test_somebody_faster_once_more_is_asked_about_again(two: TwoPeople, way: Way) -> None:
    owner = owner_of(two, way)
    read = way.read(two.ana, owner)
    two.ben(lambda ben: way.set(ben, owner, WEEKLY))
    first = asked(way.save(two.ana, owner, TWO_MONTHS, base=read))
    two.ben(lambda ben: way.set(ben, owner, None))
    again = way.save(two.ana, owner, TWO_MONTHS, base=first.theirs)
    assert questions(again) == [("interval", WEEKLY, None, TWO_MONTHS)]


def test_a_chosen_rhythm_is_undone_to_what_the_other_had_saved(two: TwoPeople, way: Way) -> None:
    owner = owner_of(two, way)
    read = way.read(two.ana, owner)
    two.ben(lambda ben: way.set(ben, owner, WEEKLY))
    found = asked(way.save(two.ana, owner, TWO_MONTHS, base=read))
    way.save(two.ana, owner, TWO_MONTHS, base=found.theirs)
    undo.undo(two.ana)
    assert way.read(two.ana, owner).interval == WEEKLY


def test_who_has_no_rhythm_of_his_own_reads_none_although_his_tags_have_one(two: TwoPeople) -> None:
    dana = contacts.add_contact(two.ana, person("Dana", tags=("Key",)))
    WAYS["tag"].set(two.ana, tags.all_tags(two.ana)[0].id, WEEKLY)
    assert keep_in_touch.own_rhythm(two.ana, dana) == OwnRhythm()
    assert WAYS["contact"].save(two.ana, dana, MONTHLY, base=OwnRhythm()) is None


# --- follow-ups: the day with its time --------------------------------------------------------------------


def edited(two: TwoPeople, follow_up_id: int, **values: object) -> None:
    """Ben changes some facts of a follow-up in its form."""

    def act(ben: Session) -> None:
        draft, version = follow_ups.follow_up_draft(ben, follow_up_id)
        changed = replace(draft, **values)  # type: ignore[arg-type]
        assert follow_ups.edit_follow_up(ben, follow_up_id, changed, version=version, base=draft) is None

    two.ben(act)


def due(session: Session, follow_up_id: int) -> Due:
    found = row(session, follow_up_id)
    return Due(found.due_on, found.due_time)


def test_postponed_while_another_fact_was_changed_both_are_kept(two: TwoPeople) -> None:
    one = planned(two.ana, repeat=MONTHLY)
    read = due(two.ana, one)
    edited(two, one, what="Theirs")
    assert follow_ups.postpone(two.ana, one, "2026-12-24", "09:00", base=read) is None
    now = row(two.ana, one)
    assert (now.what, now.due_on, now.due_time) == ("Theirs", "2026-12-24", "09:00")


@pytest.mark.parametrize(
    "theirs",
    [Due("2026-12-01"), Due("2026-11-30", "08:00"), Due("2026-12-24", "08:00"), Due("2026-12-24")],
    ids=["another day", "only a time", "my day, another time", "my day without a time"],
)
@pytest.mark.parametrize("side", Side)
def test_day_and_time_are_one_question(two: TwoPeople, theirs: Due, side: Side) -> None:
    one = planned(two.ana, repeat=MONTHLY)
    read = due(two.ana, one)
    two.ben(lambda ben: follow_ups.postpone(ben, one, theirs.day, theirs.time, base=read))
    found = follow_ups.postpone(two.ana, one, "2026-12-24", "09:00", base=read)
    assert questions(found) == [("due", Due("2026-11-30"), theirs, Due("2026-12-24", "09:00"))]
    assert due(two.ana, one) == theirs
    kept = chosen(found, side).due
    assert kept == (theirs if side is Side.THEIRS else Due("2026-12-24", "09:00")), "never of both"
    assert follow_ups.postpone(two.ana, one, kept.day, kept.time, base=asked(found).theirs.due) is None
    assert due(two.ana, one) == kept
    (stored,) = table_rows(two.ana, "follow_up")
    assert stored["repeat_from"] == "2026-11-30", "postponed, the days of a series stay"


def test_whoever_changed_the_fact_is_named_and_not_who_saved_last(two: TwoPeople) -> None:
    one = planned(two.ana)
    base, version = follow_ups.follow_up_draft(two.ana, one)
    read = due(two.ana, one)
    two.ben(lambda ben: follow_ups.postpone(ben, one, "2026-12-01", base=read))
    moved_at = two.ana.now()
    two.office.clock.advance(60)
    changed = replace(base, what="Mine")
    assert follow_ups.edit_follow_up(two.ana, one, changed, version=version, base=base) is None
    found = asked(follow_ups.postpone(two.ana, one, "2026-12-24", base=read))
    assert (found.who, found.at) == ("Ben", moved_at)


def test_both_postponed_to_the_same_or_put_back_is_no_question(two: TwoPeople) -> None:
    one = planned(two.ana)
    read = due(two.ana, one)
    two.ben(lambda ben: follow_ups.postpone(ben, one, "2026-12-24", base=read))
    assert follow_ups.postpone(two.ana, one, "2026-12-24", base=read) is None
    assert due(two.ana, one) == Due("2026-12-24")
    assert follow_ups.postpone(two.ana, one, read.day, base=read) is None
    assert due(two.ana, one) == Due("2026-12-24"), "who changed nothing overwrites nothing"


def test_what_was_done_removed_or_put_in_the_trash_meanwhile_is_still_refused(two: TwoPeople) -> None:
    dana = contacts.add_contact(two.ana, person("Dana"))
    done, gone, trashed = (planned(two.ana, contact_id=who) for who in (None, None, dana))
    read = due(two.ana, done)

    def act(ben: Session) -> None:
        follow_ups.finish(ben, [done])
        follow_ups.remove_follow_ups(ben, {gone: 1})
        contacts.trash(ben, [dana])

    two.ben(act)
    for one, code in ((done, "follow_up_done"), (gone, "record_not_found"), (trashed, "record_in_trash")):
        with pytest.raises(RefusedError, match=code):
            follow_ups.postpone(two.ana, one, "2026-12-24", base=read)


def test_in_the_form_day_and_time_are_one_question_too(two: TwoPeople) -> None:
    one = planned(two.ana, due_time="10:00")
    base, version = follow_ups.follow_up_draft(two.ana, one)
    edited(two, one, due_on="2026-12-01", due_time="08:00", what="Theirs")
    mine = replace(base, due_on="2026-12-24", due_time="09:00", repeat=WEEKLY)
    found = follow_ups.edit_follow_up(two.ana, one, mine, version=version, base=base)
    assert questions(found) == [
        ("due", Due("2026-11-30", "10:00"), Due("2026-12-01", "08:00"), Due("2026-12-24", "09:00"))
    ]
    conflict = asked(found)
    kept = draft_of_parts(chosen(found, Side.THEIRS))
    theirs = draft_of_parts(conflict.theirs)
    follow_ups.edit_follow_up(two.ana, one, kept, version=conflict.version, base=theirs)
    now = row(two.ana, one)
    assert (now.what, now.due_on, now.due_time, now.repeat) == ("Theirs", "2026-12-01", "08:00", WEEKLY)


def test_a_time_of_one_and_a_day_of_the_other_are_not_mixed(two: TwoPeople) -> None:
    one = planned(two.ana)
    base, version = follow_ups.follow_up_draft(two.ana, one)
    edited(two, one, due_on="2026-12-01")
    mine = replace(base, due_time="09:00")
    found = follow_ups.edit_follow_up(two.ana, one, mine, version=version, base=base)
    assert questions(found) == [("due", Due("2026-11-30"), Due("2026-12-01"), Due("2026-11-30", "09:00"))]
    assert chosen(found, Side.MINE).due == Due("2026-11-30", "09:00")


# --- several postponed at once ----------------------------------------------------------------------------


def test_several_are_postponed_over_other_changes_and_keep_their_times(two: TwoPeople) -> None:
    ids = [planned(two.ana, what, due_time=at) for what, at in (("A", "09:00"), ("B", None))]
    seen = {one: due(two.ana, one) for one in ids}
    edited(two, ids[0], what="Theirs")
    follow_ups.postpone_all(two.ana, seen, "2027-02-01")
    found = [row(two.ana, one) for one in ids]
    assert [(one.what, one.due_on, one.due_time) for one in found] == [
        ("Theirs", "2027-02-01", "09:00"), ("B", "2027-02-01", None),
    ]  # fmt: skip


def test_several_of_which_some_were_moved_stay_all_and_it_says_how_many(two: TwoPeople) -> None:
    ids = [planned(two.ana, what) for what in "ABCD"]
    seen = {one: due(two.ana, one) for one in ids}

    def act(ben: Session) -> None:
        follow_ups.postpone(ben, ids[1], "2026-12-01", base=seen[ids[1]])
        follow_ups.postpone(ben, ids[2], "2026-11-30", "08:00", base=seen[ids[2]])
        # Moved to where it is wanted: there is nothing to ask about.
        follow_ups.postpone(ben, ids[3], "2027-02-01", base=seen[ids[3]])

    two.ben(act)
    with pytest.raises(ConflictError, match="follow_ups_moved") as caught:
        follow_ups.postpone_all(two.ana, seen, "2027-02-01")
    assert caught.value.facts == {"count": 2}
    assert [due(two.ana, one).day for one in ids] == ["2026-11-30", "2026-12-01", "2026-11-30", "2027-02-01"]
    follow_ups.postpone_all(two.ana, {one: seen[one] for one in (ids[0], ids[3])}, "2027-02-01")
    assert [due(two.ana, one).day for one in (ids[0], ids[3])] == ["2027-02-01", "2027-02-01"]


# --- outcomes, and opened again ---------------------------------------------------------------------------


@pytest.mark.parametrize("side", Side)
def test_an_outcome_both_noted_is_asked_about(two: TwoPeople, side: Side) -> None:
    one = planned(two.ana)
    follow_ups.finish(two.ana, [one], "sent")
    assert two.ben(lambda ben: follow_ups.set_outcome(ben, one, "theirs", base="sent")) is None
    found = follow_ups.set_outcome(two.ana, one, "mine", base="sent")
    assert questions(found) == [("outcome", "sent", "theirs", "mine")]
    assert row(two.ana, one).outcome == "theirs"
    kept = chosen(found, side).outcome
    assert follow_ups.set_outcome(two.ana, one, kept, base=asked(found).theirs.outcome) is None
    assert row(two.ana, one).outcome == ("mine" if side is Side.MINE else "theirs")


def test_an_outcome_is_kept_with_what_else_was_changed_and_emptied_as_typed(two: TwoPeople) -> None:
    one = planned(two.ana)
    follow_ups.finish(two.ana, [one], "sent")
    two.ben(lambda ben: follow_ups.reopen(ben, one))
    assert follow_ups.set_outcome(two.ana, one, "sent twice", base="sent") is None
    assert (row(two.ana, one).outcome, row(two.ana, one).done_at) == ("sent twice", None)
    assert follow_ups.set_outcome(two.ana, one, " ", base="sent twice") is None
    assert row(two.ana, one).outcome is None


@pytest.mark.parametrize("side", Side)
def test_an_outcome_of_one_somebody_else_finished_meanwhile_is_asked_about(
    two: TwoPeople, side: Side
) -> None:
    one = planned(two.ana, repeat=MONTHLY)
    two.ben(lambda ben: follow_ups.finish(ben, [one], "theirs"))
    found = follow_ups.finish_with_outcome(two.ana, one, "mine", base=None)
    assert questions(found) == [("outcome", None, "theirs", "mine")]
    assert len(table_rows(two.ana, "follow_up")) == 2, "its series goes on once"
    kept = chosen(found, side).outcome
    assert follow_ups.set_outcome(two.ana, one, kept, base=asked(found).theirs.outcome) is None
    assert row(two.ana, one).outcome == ("mine" if side is Side.MINE else "theirs")


def test_one_is_finished_with_its_outcome_and_without_one_leaves_what_somebody_noted(two: TwoPeople) -> None:
    one, other, gone = (planned(two.ana, what) for what in "ABC")
    assert follow_ups.finish_with_outcome(two.ana, one, " sent ", base=None) is None
    assert (row(two.ana, one).outcome, row(two.ana, one).done_by) == ("sent", "Ana Lima")

    def act(ben: Session) -> None:
        follow_ups.finish(ben, [other], "theirs")
        follow_ups.remove_follow_ups(ben, {gone: 1})

    two.ben(act)
    assert follow_ups.finish_with_outcome(two.ana, other, "", base=None) is None
    assert (row(two.ana, other).outcome, row(two.ana, other).done_by) == ("theirs", "Ben")
    with pytest.raises(RefusedError, match="record_not_found"):
        follow_ups.finish_with_outcome(two.ana, gone, "mine", base=None)


def test_opened_again_although_it_is_open_or_its_outcome_is_another(two: TwoPeople) -> None:
    one, other = planned(two.ana), planned(two.ana, "Other")
    follow_ups.finish(two.ana, [one, other], "sent")

    def act(ben: Session) -> None:
        follow_ups.set_outcome(ben, one, "theirs", base="sent")
        follow_ups.reopen(ben, other)

    two.ben(act)
    version = row(two.ana, other).version
    for each in (one, other):
        follow_ups.reopen(two.ana, each)
    assert [row(two.ana, each).done_at for each in (one, other)] == [None, None]
    assert (row(two.ana, one).outcome, row(two.ana, other).version) == ("theirs", version)
