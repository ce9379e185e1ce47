"""Unknown numbers: told by right, made a customer's, left alone; and gone with the consent."""

from pathlib import Path

import pytest

from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import call_imports, consents, undo
from crm_desktop.operations.call_imports import preview_import, reading_options
from crm_desktop.operations.session import Session
from crm_desktop.operations.unknown_numbers import (
    add_number,
    heed_numbers,
    ignore_numbers,
    ignored_numbers,
    unknown_numbers,
)
from tests.environments import Office, add_member
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
from tests.operations.test_shared_numbers import NUMBER, imported, owners

STRANGER, E164, SECOND = "(646) 555-0187", "+16465550187", "(646) 555-0188"


@pytest.fixture(autouse=True)
def _agreed(session: Session) -> None:
    consents.grant_consent(session)


def told(session: Session) -> list[tuple[str, int, int]]:
    return [(one.e164, one.calls, one.last_at - FIRST_CALL) for one in unknown_numbers(session)]


def a_log(folder: Path) -> Path:
    return call_log(
        folder / "log.xml", (STRANGER, 0), (SECOND, 60), (NUMBER, 120), (STRANGER, 180), ("", 240)
    )


def test_kept_unknown_numbers_are_counted_with_their_last_call(session: Session, tmp_path: Path) -> None:
    customer_with(session, "Dana", NUMBER)
    imported(session, a_log(tmp_path), keep_unknown=True)
    assert told(session) == [(E164, 2, 180), ("+16465550188", 1, 60)]


def test_of_calls_that_are_only_counted_no_number_is_kept(session: Session, tmp_path: Path) -> None:
    customer_with(session, "Dana", NUMBER)
    imported(session, a_log(tmp_path))
    assert unknown_numbers(session) == []
    assert b"6465550187" not in decrypted(session) + decrypted_log(session)


def test_the_preview_tells_them_from_all_files_at_once_and_keeps_nothing(
    session: Session, tmp_path: Path
) -> None:
    paths = [
        a_log(tmp_path),
        call_log(tmp_path / "second.xml", (STRANGER, 900), *((SECOND, 1 + at) for at in range(600))),
    ]
    options = reading_options(session)
    found = preview_import(session, paths, member_id=session.member.id, options=options).grouped.unknown
    assert [(one.e164, one.calls, one.last_at - FIRST_CALL) for one in found][:2] == [
        ("+16465550188", 601, 600), (E164, 3, 900),
    ]  # fmt: skip
    assert b"6465550187" not in decrypted(session) + decrypted_log(session)


def test_a_number_added_to_a_customer_brings_its_calls(session: Session, tmp_path: Path) -> None:
    dana = customer_with(session, "Dana", NUMBER)
    imported(session, a_log(tmp_path), keep_unknown=True)
    add_number(session, dana, E164)
    assert told(session) == [("+16465550188", 1, 60)]
    assert owners(session).count(dana) == 3
    undo.undo(session)
    assert owners(session).count(dana) == 1
    assert broken(session) == {}


def test_after_it_was_made_a_customers_the_same_log_brings_its_calls(
    session: Session, tmp_path: Path
) -> None:
    path = a_log(tmp_path)
    imported(session, path)
    assert owners(session) == []
    eve = customer_with(session, "Eve", E164)
    imported(session, path)
    assert owners(session) == [eve] * 2


def test_a_number_left_alone_is_offered_no_more_nor_kept(session: Session, tmp_path: Path) -> None:
    imported(session, a_log(tmp_path), keep_unknown=True)
    ignore_numbers(session, [E164])
    assert [one for one, _, _ in told(session)] == ["+12125550123", "+16465550188"]
    assert ignored_numbers(session) == [E164]
    before = len(table_rows(session, "call"))
    later = call_log(tmp_path / "later.xml", (STRANGER, 900), (SECOND, 960))
    options = reading_options(session)
    found = preview_import(session, [later], member_id=session.member.id, options=options).grouped.unknown
    assert [one.e164 for one in found] == ["+16465550188"]
    imported(session, later, keep_unknown=True)
    assert len(table_rows(session, "call")) == before + 1
    undo.undo(session)
    assert ignored_numbers(session) == []
    undo.redo(session)
    heed_numbers(session, [E164])
    assert ignored_numbers(session) == []
    assert (E164, 2, 180) in told(session)
    assert broken(session) == {}


def test_a_customers_number_is_not_left_alone(session: Session) -> None:
    customer_with(session, "Dana", NUMBER)
    ignore_numbers(session, ["+12125550123"])
    assert table_rows(session, "number_decision") == []


def test_staff_sees_the_strangers_of_the_own_phone_in_the_preview_only(
    session: Session, office: Office, tmp_path: Path
) -> None:
    add_member(session, "sam", Role.STAFF)
    imported(session, a_log(tmp_path), keep_unknown=True)
    session.close()
    staff = office.open("sam")
    for verb in (unknown_numbers, ignored_numbers):
        with pytest.raises(RefusedError, match="right_missing"):
            verb(staff)
    with pytest.raises(RefusedError, match="right_missing"):
        ignore_numbers(staff, [E164])
    consents.grant_consent(staff)
    options = reading_options(staff)
    path = log_of(tmp_path / "own.xml", STRANGER, 2)
    preview = preview_import(staff, [path], member_id=staff.member.id, options=options)
    assert [(one.e164, one.calls) for one in preview.grouped.unknown] == [(E164, 2)]
    staff.close()


def test_with_the_consent_go_the_numbers_left_alone(session: Session, tmp_path: Path) -> None:
    imported(session, a_log(tmp_path), keep_unknown=True)
    ignore_numbers(session, [E164])
    ignore_numbers(session, ["+16465550188"])
    heed_numbers(session, ["+16465550188"])
    call_imports.undo_import(session, call_imports.runs(session)[0].id)
    consents.withdraw_consent(session)
    assert table_rows(session, "number_decision") == []
    for mark in (b"6465550187", b"6465550188"):
        assert mark not in decrypted(session) + decrypted_log(session)
    assert broken(session) == {}
