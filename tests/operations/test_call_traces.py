"""Promise P9: what says whose calls were forgets those of a withdrawn consent, images for undo included."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.follow_ups import FollowUpDraft
from crm_desktop.domain.manual_calls import CallDraft
from crm_desktop.domain.merges import unpacked
from crm_desktop.domain.notes import NoteKind
from crm_desktop.domain.number_decisions import NumberKind
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import (
    backup_cleaning,
    call_imports,
    calls,
    consents,
    contacts,
    follow_ups,
    manual_calls,
    merging,
    notes,
    purging,
    undo,
)
from crm_desktop.operations.backups import back_up
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.number_kinds import set_number_kind
from crm_desktop.operations.restoring import restore
from crm_desktop.operations.session import Session
from crm_desktop.operations.shared_numbers import say_whose
from tests.environments import PASSWORD, Office, add_member
from tests.operations.samples import (
    FIRST_CALL,
    broken,
    call_log,
    customer_with,
    decrypted,
    decrypted_log,
    log_of,
    table_rows,
)

NUMBER, OTHER = "(212) 555-0123", "(212) 555-0199"
FIRST = 0x00A1B2C1  # ids whose bytes are found nowhere else


@pytest.fixture
def eva(office: Office) -> Iterator[tuple[Session, int]]:
    """Give a session whose next call has a conspicuous id, and a second member who consented on paper."""
    session = office.open()
    eva = add_member(session, "eva", Role.STAFF)
    consents.grant_consent(session)
    consents.record_paper_consent(session, eva, scan=b"s", scan_name="s.png")
    with session.database.write() as connection:
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('call', ?)", (FIRST - 1,))
    yield session, eva
    session.close()


def imported(session: Session, path: Path, member_id: int) -> list[int]:
    """Import a log; return the ids of the calls it brought."""
    before = {row["id"] for row in table_rows(session, "call")}
    options = call_imports.reading_options(session)
    call_imports.run_import(session, [path], member_id=member_id, options=options, keep_unknown=True)
    return [int(str(row["id"])) for row in table_rows(session, "call") if row["id"] not in before]


def traces(session: Session, ids: list[int], content: bytes | None = None) -> list[int]:
    """Return the ids that still stand packed in any page, or as an image writes them."""
    everything = decrypted(session) + decrypted_log(session) if content is None else content
    packed = {call_id: call_id.to_bytes(4, "little") for call_id in ids}
    return [
        call_id for call_id, mark in packed.items() if mark in everything or mark.hex().encode() in everything
    ]


def of_linked(session: Session) -> list[int]:
    return [one for row in table_rows(session, "linked_calls") for one in unpacked(bytes(row["call_ids"]))]  # type: ignore[call-overload]


def test_no_page_names_a_withdrawn_call(eva: tuple[Session, int], tmp_path: Path) -> None:
    session, _ = eva
    ids = imported(session, log_of(tmp_path / "log.xml", NUMBER, 5), session.member.id)
    dana = customer_with(session, "Dana", NUMBER)
    undo.undo(session)
    undo.redo(session)
    eve = customer_with(session, "Eve", NUMBER, OTHER)
    customer_with(session, "Fay", NUMBER, OTHER)
    ids += imported(session, log_of(tmp_path / "other.xml", OTHER, 3), session.member.id)
    say_whose(session, list(calls.call_ids(session, CallQuery(undecided=True)))[:1], eve, remember=False)
    merging.merge(session, merging.preview_merge(session, [dana, eve]))
    session.database.checkpoint()
    assert len(traces(session, ids)) == 6, "all but two that wait for an answer: else nothing is tried"
    consents.withdraw_consent(session)
    assert table_rows(session, "call") == table_rows(session, "linked_calls") == []
    assert table_rows(session, "moved_calls") == []
    assert traces(session, ids) == []
    assert broken(session) == {}
    while undo.can_undo(session):
        undo.undo(session)
    assert broken(session) == {}


def test_calls_of_others_stay_where_they_were_and_can_be_taken_back(
    eva: tuple[Session, int], tmp_path: Path
) -> None:
    session, member = eva
    log = log_of(tmp_path / "log.xml", NUMBER, 4)
    own, hers = imported(session, log, session.member.id), imported(session, log, member)
    dana = customer_with(session, "Dana", NUMBER)
    assert sorted(of_linked(session)) == sorted(own + hers)
    consents.withdraw_consent(session, member_id=member)
    assert of_linked(session) == own
    assert traces(session, hers) == []
    assert {row["customer_id"] for row in table_rows(session, "call")} == {dana}
    assert broken(session) == {}
    undo.undo(session)
    assert {row["customer_id"] for row in table_rows(session, "call")} == {None}
    undo.redo(session)
    assert {row["customer_id"] for row in table_rows(session, "call")} == {dana}
    assert broken(session) == {}


def test_calls_of_an_import_that_was_undone_are_forgotten_too(
    eva: tuple[Session, int], tmp_path: Path
) -> None:
    session, _ = eva
    ids = imported(session, call_log(tmp_path / "log.xml", (NUMBER, 0), (NUMBER, 60)), session.member.id)
    dana = customer_with(session, "Dana", NUMBER)
    call_imports.undo_import(session, call_imports.runs(session)[0].id)
    assert of_linked(session) == ids
    consents.withdraw_consent(session)
    assert of_linked(session) == []
    assert traces(session, ids) == []
    assert broken(session) == {}
    contacts.trash(session, [dana])
    undo.undo(session)
    assert broken(session) == {}


def test_a_known_backup_forgets_them(eva: tuple[Session, int], office: Office, tmp_path: Path) -> None:
    session, _ = eva
    ids = imported(session, log_of(tmp_path / "log.xml", NUMBER, 3), session.member.id)
    customer_with(session, "Dana", NUMBER)
    notes.add_call_note(session, ids[0], "First")
    follow_up_of(session, ids[1])
    backup = back_up(session).backup.path
    assert set(traces(session, ids, decrypted(session, backup))) == set(ids)
    assert stored(session, ids[:2], decrypted(session, backup)) == ids[:2]
    consents.withdraw_consent(session)
    office.clock.advance(60)
    assert backup_cleaning.clean_backups(session).cleaned == 1
    assert traces(session, ids, decrypted(session, backup)) == []
    assert stored(session, ids[:2], decrypted(session, backup)) == []


def test_a_backup_that_is_put_back_forgets_them_again(
    eva: tuple[Session, int], office: Office, tmp_path: Path
) -> None:
    session, _ = eva
    customer_with(session, "Dana", NUMBER)
    ids = imported(session, log_of(tmp_path / "log.xml", NUMBER, 2), session.member.id)
    notes.add_call_note(session, ids[0], "First")
    follow_up_of(session, ids[1])
    backup = back_up(session).backup.path
    consents.withdraw_consent(session)
    session.close()
    office.clock.advance(60)
    restore(office.environment, backup, office.path, login="ana", password=PASSWORD)
    again = office.open()
    assert table_rows(again, "call") == []
    assert {*links(again, "contact_note"), *links(again, "follow_up")} == {None}
    assert broken(again) == {}
    again.close()


def test_whoever_may_not_edit_records_leaves_what_others_typed_and_the_next_withdrawal_takes_it(
    office: Office, tmp_path: Path
) -> None:
    session = office.open()
    vic = add_member(session, "vic", Role.VIEWER)
    consents.record_paper_consent(session, vic, scan=b"s", scan_name="s.png")
    customer_with(session, "Dana", NUMBER)
    ids = imported(session, log_of(tmp_path / "log.xml", NUMBER, 1), vic)
    notes.add_call_note(session, ids[0], "First")
    session.close()
    session = office.open("vic")
    consents.withdraw_consent(session)
    session.close()
    session = office.open()
    assert table_rows(session, "call") == []
    assert set(links(session, "contact_note")) == set(ids)
    assert broken(session) == {}
    consents.grant_consent(session)
    consents.withdraw_consent(session)
    assert set(links(session, "contact_note")) == {None}
    assert broken(session) == {}
    session.close()


def follow_up_of(session: Session, call_id: int) -> int:
    due = FollowUpDraft("Call back", "2026-12-01", call_id=call_id)
    return follow_ups.add_follow_up(session, due)


def links(session: Session, table: str) -> list[object]:
    """Return the calls the rows of a table name, and those their images do."""
    found = [row["call_id"] for row in table_rows(session, table)]
    with session.database.read() as connection:
        images = connection.execute(
            "SELECT before_image, after_image FROM change_row WHERE table_name = ? ORDER BY id", (table,)
        ).fetchall()
    told = [json.loads(text) for pair in images for text in pair if text]
    return [*found, *(image["call_id"] for image in told if "call_id" in image)]


@pytest.mark.parametrize("undone_first", [False, True])
def test_notes_and_follow_ups_forget_the_call_they_came_from(
    eva: tuple[Session, int], tmp_path: Path, *, undone_first: bool
) -> None:
    session, _ = eva
    customer_with(session, "Dana", NUMBER)
    ids = imported(session, log_of(tmp_path / "log.xml", NUMBER, 6), session.member.id)
    kept = notes.add_call_note(session, ids[0], "First")
    changed = notes.add_call_note(session, ids[1], "Second")
    notes.remove_note(session, notes.add_call_note(session, ids[2], "Gone"))
    planned = follow_up_of(session, ids[3])
    undo.undo(session)
    undo.redo(session)
    follow_up_of(session, ids[4])
    undo.undo(session)
    session.database.checkpoint()
    assert stored(session, ids[:5]) == ids[:5], "each is named: else nothing is tried"
    version = next(int(str(row["version"])) for row in table_rows(session, "contact_note"))
    if undone_first:
        call_imports.undo_import(session, call_imports.runs(session)[0].id)
        assert set(links(session, "follow_up")) == {ids[3], ids[4]}, "an undo of the import is no withdrawal"
    consents.withdraw_consent(session)
    assert {*links(session, "contact_note"), *links(session, "follow_up")} == {None}
    assert stored(session, ids[:5]) == []
    assert broken(session) == {}
    # What people typed stays, and can be changed and undone like before.
    read = notes.NoteText("Second", NoteKind.CALL)
    notes.edit_note(session, changed, notes.NoteText("Changed"), version=version, base=read)
    assert [row["id"] for row in table_rows(session, "contact_note")] == [kept, changed]
    assert [row["id"] for row in table_rows(session, "follow_up")] == [planned]
    while undo.can_undo(session):
        undo.undo(session)
        assert broken(session) == {}
    assert table_rows(session, "contact_note") == table_rows(session, "follow_up") == []
    while undo.can_redo(session):
        undo.redo(session)
        assert broken(session) == {}
    assert [row["text"] for row in table_rows(session, "contact_note")] == ["First", "Changed"]
    assert {*links(session, "contact_note"), *links(session, "follow_up")} == {None}


def stored(session: Session, ids: list[int], content: bytes | None = None) -> list[int]:
    """Return the ids that still stand as a number in any page, or as an image writes them."""
    everything = decrypted(session) + decrypted_log(session) if content is None else content
    return [
        call_id
        for call_id in ids
        if call_id.to_bytes(4, "big") in everything or str(call_id).encode() in everything
    ]


def test_links_to_calls_that_are_there_or_can_come_back_stay(
    eva: tuple[Session, int], tmp_path: Path
) -> None:
    session, member = eva
    dana = customer_with(session, "Dana", NUMBER)
    log = log_of(tmp_path / "log.xml", NUMBER, 1)
    (own,), (hers,) = imported(session, log, session.member.id), imported(session, log, member)
    draft = CallDraft(Direction.INCOMING, Outcome.ANSWERED, FIRST_CALL, 60, NUMBER)
    by_hand, removed = (manual_calls.add_call(session, dana, draft) for _ in range(2))
    for call_id in (own, hers, by_hand, removed):
        follow_up_of(session, call_id)
    manual_calls.remove_call(session, removed)
    consents.withdraw_consent(session, member_id=member)
    assert [row["call_id"] for row in table_rows(session, "follow_up")] == [own, None, by_hand, removed]
    assert [row["version"] for row in table_rows(session, "follow_up")] == [1, 2, 1, 1]
    undo.undo(session)
    assert removed in {row["id"] for row in table_rows(session, "call")}
    assert broken(session) == {}


def test_a_record_that_goes_for_good_takes_the_links_to_its_calls_along(
    eva: tuple[Session, int], tmp_path: Path
) -> None:
    session, _ = eva
    dana = customer_with(session, "Dana", NUMBER)
    (call_id,) = imported(session, log_of(tmp_path / "log.xml", NUMBER, 1), session.member.id)
    notes.add_call_note(session, call_id, "To Dana")
    follow_up_of(session, call_id)
    eve = customer_with(session, "Eve", NUMBER)
    set_number_kind(session, eve, "+12125550123", NumberKind.SWITCHBOARD)
    draft, version = contacts.contact_draft(session, dana)
    contacts.save_contact(session, dana, replace(draft, phones=()), version=version)
    assert [row["customer_id"] for row in table_rows(session, "call")] == [eve]
    contacts.trash(session, [eve])
    purging.delete_for_good(session)
    assert table_rows(session, "call") == []
    assert [row["contact_id"] for row in table_rows(session, "follow_up")] == [dana]
    assert {*links(session, "contact_note"), *links(session, "follow_up")} == {None}
    assert broken(session) == {}
