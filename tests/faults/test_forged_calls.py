"""Fault 40 for calls entered by hand: who signs that he entered one may do nothing else with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.operations import consents, manual_calls
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.manual_calls import CallDraft
from crm_desktop.operations.session import Session
from crm_desktop.operations.verify import verify
from crm_desktop.storage import calls, log
from crm_desktop.storage.database import Connection
from crm_desktop.storage.identifiers import new_salt, new_uuid
from crm_desktop.storage.log import LoggedRow
from tests.environments import new_organization
from tests.operations.samples import broken, customer_with, log_of

NUMBER = "(212) 555-0123"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Three imported calls and one entered by hand."""
    opened = new_organization(tmp_path).open()
    dana = customer_with(opened, "Dana", NUMBER)
    consents.grant_consent(opened)
    run_import(
        opened, [log_of(tmp_path / "log.xml", NUMBER, 3)], member_id=1, options=reading_options(opened)
    )
    draft = CallDraft(Direction.OUTGOING, Outcome.ANSWERED, opened.now() - 600, 90, NUMBER)
    manual_calls.add_call(opened, dana, draft)
    assert broken(opened) == {}
    yield opened
    opened.close()


def signed(connection: Connection, session: Session, verb: str, row: LoggedRow, call_id: int) -> None:
    blocks = calls.touched_blocks(connection, [call_id])
    log.append(connection, session.author, verb, rows=[row], blocks=blocks)


def named(session: Session) -> bool:
    """Whether verify says that an entry did something else to calls than it may."""
    return "entry_calls" in {problem.code for check in verify(session) for problem in check.problems}


def test_40_an_imported_call_is_not_removed_as_one_by_hand(session: Session) -> None:
    with session.database.write() as connection:
        call_id, uuid = connection.execute("SELECT id, uuid FROM call WHERE import_run_id > 0").fetchone()
        calls.delete_where(connection, "k.id = ?", (call_id,))
        signed(connection, session, "remove_call", LoggedRow("call", uuid, 2, None), call_id)
    assert named(session)


def test_40_an_imported_call_is_not_changed_as_one_by_hand(session: Session) -> None:
    with session.database.write() as connection:
        call_id, uuid = connection.execute("SELECT id, uuid FROM call WHERE import_run_id > 0").fetchone()
        connection.execute(
            "UPDATE call SET raw_number = 'x', version = 2, salt = ? WHERE id = ?", (new_salt(), call_id)
        )
        signed(connection, session, "edit_call", LoggedRow("call", uuid, 2, bytes(32)), call_id)
    assert named(session)


def test_40_more_calls_do_not_come_than_are_listed(session: Session) -> None:
    with session.database.write() as connection:
        row = connection.execute("SELECT * FROM call WHERE import_run_id IS NULL")
        names = [column[0] for column in row.description]
        values = dict(zip(names, row.fetchone(), strict=True))
        added = []
        for _ in range(2):
            values |= {"uuid": new_uuid(), "salt": new_salt()}
            calls.insert_many(connection, [values])
            added.append(values["uuid"])
        listed = LoggedRow("call", added[0], 1, bytes(32))
        signed(connection, session, "add_call", listed, calls.last_id(connection))
    assert named(session)
