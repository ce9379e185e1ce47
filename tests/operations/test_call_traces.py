"""Promise P9: what says whose calls were forgets those of a withdrawn consent, images for undo included."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_desktop.domain.merges import unpacked
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import backup_cleaning, call_imports, calls, consents, contacts, merging, undo
from crm_desktop.operations.backups import back_up
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.session import Session
from crm_desktop.operations.shared_numbers import say_whose
from tests.environments import Office, add_member
from tests.operations.samples import (
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
    backup = back_up(session).backup.path
    assert set(traces(session, ids, decrypted(session, backup))) == set(ids)
    consents.withdraw_consent(session)
    office.clock.advance(60)
    assert backup_cleaning.clean_backups(session).cleaned == 1
    assert traces(session, ids, decrypted(session, backup)) == []
