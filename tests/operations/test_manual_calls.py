"""Calls entered by hand: kept beside imported ones, counted, changed, undone; no withdrawal takes them."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.contact_drafts import PhoneDraft
from crm_desktop.domain.contact_merging import Side
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import ConflictError, InvalidValueError, RefusedError
from crm_desktop.domain.manual_calls import (
    CallDraft,
    draft_of_parts,
    duration_from,
    duration_typed,
    parts_of,
)
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import (
    consents,
    contacts,
    manual_calls,
    merging,
    notes,
    purging,
    timeline,
    today,
    undo,
)
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.calls import CallQuery, CallRow, call_ids, call_rows
from crm_desktop.operations.row_conflicts import RowConflict
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member
from tests.operations.samples import broken, customer_with, entry, log_of, table_rows

NUMBER = "(212) 555-0123"
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati")


@pytest.fixture
def dana(session: Session) -> int:
    return customer_with(session, "Dana", NUMBER)


def drafted(session: Session, **more: object) -> CallDraft:
    draft = CallDraft(Direction.OUTGOING, Outcome.ANSWERED, session.now() - 600, 90, NUMBER)
    return replace(draft, **more)  # type: ignore[arg-type]


def rows(session: Session) -> list[CallRow]:
    return list(call_rows(session, call_ids(session, CallQuery())).values())


def test_a_call_is_entered_with_what_was_said(session: Session, dana: int) -> None:
    made = manual_calls.add_call(session, dana, drafted(session), "Wants an offer")
    (row,) = rows(session)
    assert (row.id, row.customer_id, row.customer_name, row.by_hand) == (made, dana, "Dana", True)
    assert (row.direction, row.outcome, row.duration_s) == (Direction.OUTGOING, Outcome.ANSWERED, 90)
    assert (row.e164, row.raw_number, row.member_name) == ("+12125550123", NUMBER, session.member.name)
    assert row.note == "Wants an offer"
    assert broken(session) == {}


def test_it_stands_in_the_timeline_with_its_note_once(session: Session, dana: int) -> None:
    manual_calls.add_call(session, dana, drafted(session), "Wants an offer")
    entries = timeline.timeline(session, dana).entries
    shown = [entry for entry in entries if entry.kind in {"call", "note"}]
    assert [(entry.kind, entry.call and entry.call.note) for entry in shown] == [("call", "Wants an offer")]


def test_it_counts_in_the_figures_and_a_real_one_ends_a_wait(session: Session, dana: int) -> None:
    missed = drafted(session, direction=Direction.INCOMING, outcome=Outcome.MISSED, duration_s=70)
    first = manual_calls.add_call(session, dana, missed)
    assert [one.customer_id for one in today.call_backs(session).first] == [dana]
    manual_calls.add_call(session, dana, drafted(session, started_at=session.now() - 60))
    assert today.call_backs(session).count == 0
    assert [row.duration_s for row in rows(session) if row.id == first] == [0]  # nobody talked
    assert broken(session) == {}
    undo.undo(session)
    assert [one.customer_id for one in today.call_backs(session).first] == [dana]
    manual_calls.remove_call(session, first)
    assert today.call_backs(session).count == 0
    assert broken(session) == {}


def test_it_is_changed_removed_and_all_of_it_undone_and_redone(session: Session, dana: int) -> None:
    made = manual_calls.add_call(session, dana, drafted(session), "First")
    draft, version = manual_calls.call_draft(session, made)
    assert draft == drafted(session)
    changed = replace(draft, outcome=Outcome.BUSY, number="")
    manual_calls.edit_call(session, made, changed, version=version)
    (row,) = rows(session)
    assert (row.outcome, row.duration_s, row.e164, row.raw_number) == (Outcome.BUSY, 0, None, "")
    with pytest.raises(ConflictError, match="record_changed"):
        manual_calls.edit_call(session, made, draft, version=version)
    manual_calls.remove_call(session, made)
    manual_calls.remove_call(session, made)
    assert rows(session) == []
    assert table_rows(session, "contact_note") == []
    assert broken(session) == {}
    undo.undo(session)
    assert [(one.outcome, one.note) for one in rows(session)] == [(Outcome.BUSY, "First")]
    undo.undo(session)
    assert [(one.outcome, one.duration_s) for one in rows(session)] == [(Outcome.ANSWERED, 90)]
    assert broken(session) == {}
    undo.undo(session)
    assert rows(session) == []
    assert broken(session) == {}
    for _ in range(3):
        undo.redo(session)
    assert rows(session) == []
    assert broken(session) == {}


def test_two_who_change_a_call_keep_both_or_are_asked(session: Session, dana: int) -> None:
    made = manual_calls.add_call(session, dana, drafted(session))
    base, version = manual_calls.call_draft(session, made)
    manual_calls.edit_call(session, made, replace(base, number="(212) 555-0177"), version=version)
    mine = replace(base, duration_s=120)
    assert manual_calls.edit_call(session, made, mine, version=version, base=base) is None
    (row,) = rows(session)
    assert (row.raw_number, row.duration_s) == ("(212) 555-0177", 120)
    mine = replace(base, outcome=Outcome.BUSY, started_at=base.started_at - 60)
    asked = manual_calls.edit_call(session, made, mine, version=version, base=base)
    assert isinstance(asked, RowConflict)
    (clash,) = asked.clashes
    assert (clash.before, clash.theirs, clash.mine) == (
        "outgoing answered 90", "outgoing answered 120", "outgoing busy 0"
    )  # fmt: skip
    assert rows(session) == [row], "nothing is written before somebody chose"
    for side, outcome in ((Side.THEIRS, Outcome.ANSWERED), (Side.MINE, Outcome.BUSY)):
        chosen = manual_calls.decided_call(asked, {clash.place: side})
        assert (chosen.outcome, chosen.number) == (outcome, "(212) 555-0177")
        assert chosen.started_at == base.started_at - 60
    theirs = draft_of_parts(asked.theirs)
    assert manual_calls.edit_call(session, made, chosen, version=asked.version, base=theirs) is None
    assert [(one.outcome, one.duration_s) for one in rows(session)] == [(Outcome.BUSY, 0)]
    assert broken(session) == {}


@given(st.integers(1, 2_000_000_000), st.integers(0, 24 * 3600), st.sampled_from(ZONES))
def test_a_call_is_its_parts(started_at: int, seconds: int, zone: str) -> None:
    """In the hour that comes twice too."""
    draft = CallDraft(Direction.INCOMING, Outcome.VOICEMAIL, started_at, seconds, "17")
    assert draft_of_parts(parts_of(draft, ZoneInfo(zone))) == draft


@pytest.mark.parametrize(
    ("field", "more", "code"),
    [
        ("outcome", {"outcome": Outcome.MISSED}, "call_outcome_unfit"),
        ("outcome", {"direction": Direction.UNKNOWN}, "call_outcome_unfit"),
        ("duration_s", {"duration_s": 0}, "value_required"),
        ("duration_s", {"duration_s": 90_000}, "call_duration_invalid"),
        ("duration_s", {"duration_s": -5}, "call_duration_invalid"),
        ("number", {"number": "1" * 61}, "value_too_long"),
        ("number", {"number": "the office"}, "phone_invalid"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    session: Session, dana: int, field: str, more: dict[str, object], code: str
) -> None:
    draft = drafted(session, **more)
    assert manual_calls.typed_problems(session, draft)[field].code == code
    with pytest.raises(InvalidValueError, match=code):
        manual_calls.add_call(session, dana, draft)
    assert rows(session) == []


@pytest.mark.parametrize("number", ["", "17", "110", "(212) 555-0199", "+44 20 7946 0018"])
def test_numbers_a_person_knows_are_taken(session: Session, dana: int, number: str) -> None:
    manual_calls.add_call(session, dana, drafted(session, number=number))
    assert [row.raw_number for row in rows(session)] == [number]


def test_a_call_does_not_begin_in_the_future(session: Session, dana: int) -> None:
    manual_calls.add_call(session, dana, drafted(session, started_at=session.now() + 240))
    with pytest.raises(InvalidValueError, match="call_not_begun"):
        manual_calls.add_call(session, dana, drafted(session, started_at=session.now() + 400))


def test_only_customers_in_use_have_calls(session: Session, dana: int) -> None:
    eve = contacts.add_contact(session, entry("Eve"))
    with pytest.raises(RefusedError, match="call_of_customers_only"):
        manual_calls.add_call(session, eve, drafted(session))
    contacts.trash(session, [dana])
    with pytest.raises(RefusedError, match="record_in_trash"):
        manual_calls.add_call(session, dana, drafted(session))
    with pytest.raises(RefusedError, match="record_not_found"):
        manual_calls.add_call(session, 999, drafted(session))


def imported(session: Session, path: Path) -> None:
    consents.grant_consent(session)
    run_import(
        session, [log_of(path, NUMBER, 3)], member_id=session.member.id, options=reading_options(session)
    )


def test_an_imported_call_stays_as_the_phone_told_it(session: Session, dana: int, tmp_path: Path) -> None:
    imported(session, tmp_path / "log.xml")
    first = rows(session)[0].id
    for change in (
        lambda: manual_calls.call_draft(session, first),
        lambda: manual_calls.edit_call(session, first, drafted(session), version=1),
        lambda: manual_calls.remove_call(session, first),
    ):
        with pytest.raises(RefusedError, match="call_imported"):
            change()
    notes.add_call_note(session, first, "About the boiler")
    assert [row.note for row in rows(session)].count("About the boiler") == 1
    assert broken(session) == {}


def test_a_withdrawn_consent_leaves_what_people_typed(session: Session, dana: int, tmp_path: Path) -> None:
    imported(session, tmp_path / "log.xml")
    mine = manual_calls.add_call(session, dana, drafted(session), "By hand")
    notes.add_call_note(session, next(row.id for row in rows(session) if row.id != mine), "To one of the log")
    consents.withdraw_consent(session)
    assert [(row.id, row.note) for row in rows(session)] == [(mine, "By hand")]
    # The call is gone, what was typed about it is a note of the customer's.
    shown = [entry.note.text for entry in timeline.timeline(session, dana).entries if entry.note]
    assert shown == ["To one of the log"]
    assert broken(session) == {}


def test_a_note_stays_with_its_customer_when_the_call_turns_out_to_be_anothers(
    session: Session, dana: int, tmp_path: Path
) -> None:
    imported(session, tmp_path / "log.xml")
    first = rows(session)[0].id
    notes.add_call_note(session, first, "Told Dana")
    eve = customer_with(session, "Eve")
    for contact_id, phones in ((eve, (PhoneDraft(NUMBER),)), (dana, ())):
        draft, version = contacts.contact_draft(session, contact_id)
        contacts.save_contact(session, contact_id, replace(draft, phones=phones), version=version)
    assert {row.customer_id for row in rows(session)} == {eve}
    assert [one.note.text for one in timeline.timeline(session, dana).entries if one.note] == ["Told Dana"]
    assert [row.note for row in rows(session) if row.id == first] == ["Told Dana"]
    contacts.trash(session, [dana])
    assert [row.note for row in rows(session) if row.id == first] == [""]
    assert notes.call_note(session, first) is None


def test_no_consent_is_asked_for_a_call_by_hand(session: Session, dana: int) -> None:
    assert consents.active_consent(session, session.member.id) is None
    manual_calls.add_call(session, dana, drafted(session))
    assert len(rows(session)) == 1


def test_it_stays_with_whom_it_was_entered_for(session: Session, dana: int) -> None:
    made = manual_calls.add_call(session, dana, drafted(session))
    customer_with(session, "Ben", NUMBER)
    assert [(row.id, row.customer_id) for row in rows(session)] == [(made, dana)]


def test_it_goes_along_with_a_merge_and_comes_back(session: Session, dana: int) -> None:
    made = manual_calls.add_call(session, dana, drafted(session), "Said")
    other = customer_with(session, "Dana", NUMBER)
    draft, version = contacts.contact_draft(session, other)
    contacts.save_contact(session, other, replace(draft, family="Whitfield", title="Owner"), version=version)
    preview = merging.preview_merge(session, (dana, other), survivor_id=other)
    merging.merge(session, preview)
    assert [(row.id, row.customer_id, row.note) for row in rows(session)] == [(made, other, "Said")]
    assert broken(session) == {}
    undo.undo(session)
    assert [(row.id, row.customer_id) for row in rows(session)] == [(made, dana)]
    assert broken(session) == {}


def test_it_goes_from_the_trash_with_its_old_values(session: Session, dana: int) -> None:
    made = manual_calls.add_call(session, dana, drafted(session), "Said")
    draft, version = manual_calls.call_draft(session, made)
    manual_calls.edit_call(session, made, replace(draft, number="(212) 555-0188"), version=version)
    contacts.trash(session, [dana])
    purging.delete_for_good(session)
    assert table_rows(session, "call") == []
    with session.database.read() as connection:
        assert connection.execute("SELECT count(*) FROM change_row WHERE table_name = 'call'").fetchone() == (
            0,
        )
    assert broken(session) == {}


def test_who_may_not_see_calls_enters_none_and_reads_the_note_as_a_note(
    session: Session, office: Office, dana: int
) -> None:
    made = manual_calls.add_call(session, dana, drafted(session), "Wants an offer")
    add_member(session, "vic", Role.VIEWER)
    session.close()
    viewer = office.open("vic")
    with pytest.raises(RefusedError, match="right_missing"):
        manual_calls.add_call(viewer, dana, drafted(session))
    with pytest.raises(RefusedError, match="right_missing"):
        manual_calls.call_draft(viewer, made)
    (shown,) = notes.notes(viewer, dana)
    assert (shown.text, shown.kind, shown.call_id) == ("Wants an offer", notes.NoteKind.NOTE, None)
    assert notes.note(viewer, shown.id) == shown
    told = [entry for entry in timeline.timeline(viewer, dana).entries if entry.kind != "change"]
    assert [(entry.kind, entry.call) for entry in told] == [("note", None)]
    assert "call" not in {
        change.table for entry in timeline.timeline(viewer, dana).entries if entry.change
        for change in entry.change.changes
    }  # fmt: skip
    assert not any(
        "call" in entry.change.verb for entry in timeline.timeline(viewer, dana).entries if entry.change
    )


def test_a_meeting_and_an_email_are_notes_of_their_kind_and_day(
    session: Session, office: Office, dana: int
) -> None:
    long_ago = office.clock.seconds - 86_400
    met = notes.add_note(session, dana, "Saw the house", kind=notes.NoteKind.MEETING, at=long_ago)
    notes.add_note(session, dana, "Sent the offer", kind=notes.NoteKind.EMAIL)
    shown = [entry.note for entry in timeline.timeline(session, dana).entries if entry.note]
    assert [(one.text, one.kind, one.at) for one in shown] == [
        ("Sent the offer", "email", office.clock.seconds), ("Saw the house", "meeting", long_ago)
    ]  # fmt: skip
    wanted = notes.NoteText("Saw the garden", notes.NoteKind.NOTE, long_ago - 60)
    notes.edit_note(session, met, wanted, version=1)
    one = notes.note(session, met)
    assert one is not None
    assert (one.text, one.kind, one.at) == ("Saw the garden", "note", long_ago - 60)
    undo.undo(session)
    one = notes.note(session, met)
    assert one is not None
    assert (one.text, one.kind, one.at) == ("Saw the house", "meeting", long_ago)
    with pytest.raises(InvalidValueError, match="note_day_invalid"):
        notes.add_note(session, dana, "In a far future", at=office.clock.seconds + 400 * 86_400)
    assert broken(session) == {}


def test_a_note_to_a_call_stays_one_whatever_is_typed(session: Session, dana: int) -> None:
    made = manual_calls.add_call(session, dana, drafted(session), "First")
    (row,) = table_rows(session, "contact_note")
    notes.edit_note(session, int(str(row["id"])), notes.NoteText("Second", notes.NoteKind.EMAIL), version=1)
    (row,) = table_rows(session, "contact_note")
    assert (row["text"], row["kind"], row["call_id"]) == ("Second", "call", made)
    with pytest.raises(RefusedError, match="record_not_found"):
        notes.add_call_note(session, made + 7, "To a call that is not there")


def test_a_customer_who_becomes_an_entry_keeps_the_calls_by_hand(session: Session, dana: int) -> None:
    made = manual_calls.add_call(session, dana, drafted(session))
    contacts.move_to_category(session, dana, Category.ADDRESS_BOOK)
    contacts.move_to_category(session, dana, Category.CUSTOMER)
    assert [(row.id, row.customer_id) for row in rows(session)] == [(made, dana)]
    assert broken(session) == {}


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("", 0), ("3", 180), ("3:25", 205), ("0:07", 7), ("1:02:03", 3723), (" 12 ", 720), ("90:00", 5400)],
)
def test_talk_time_is_typed_in_minutes(typed: str, seconds: int) -> None:
    assert duration_from(typed) == seconds


@pytest.mark.parametrize("typed", ["a", "3:77", "1:2:3:4", "-3", "3.5", "3:", "٣"])
def test_what_is_no_talk_time_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError, match="call_duration_invalid"):
        duration_from(typed)


@given(st.integers(0, 24 * 3600))
def test_talk_time_is_typed_as_it_is_shown(seconds: int) -> None:
    assert duration_from(duration_typed(seconds)) == seconds
