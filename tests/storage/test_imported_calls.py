"""Calls of an import are written and digested at once: as if they had been read back one by one."""

from uuid import UUID

import pytest

from crm_desktop.operations.session import Session
from crm_desktop.storage import calls, import_runs
from crm_desktop.storage.database import Connection
from crm_desktop.storage.identifiers import new_identities, new_uuid
from crm_desktop.storage.imported_calls import (
    Inserted,
    KnownCall,
    NewCall,
    Target,
    differs,
    insert,
    known_calls,
)


def target(session: Session, connection: Connection) -> Target:
    run_id = import_runs.insert_run(
        connection,
        {
            "kind": "calls", "file_name": "a.csv", "sha256": b"", "format": "generic_csv",
            "member_id": session.member.id, "started_by": session.member.id, "started_at": 1, "seat": 1,
        },
    )  # fmt: skip
    return Target(run_id, session.member.id, "Europe/Berlin")


def new(first: int, count: int, *, number: str | None = "+493023125123") -> list[NewCall]:
    return [
        NewCall(
            1_700_000_000 + n, "incoming", "answered", n, '030 "Zoë"', number, None, n.to_bytes(20, "big")
        )
        for n in range(first, first + count)
    ]


def agree(connection: Connection, inserted: Inserted, last: int) -> None:
    assert inserted.blocks == calls.blocks(connection, inserted.first_id, last)


@pytest.mark.parametrize("counts", [(1, 1), (63, 1, 200), (64, 64), (200, 7, 300)])
def test_the_blocks_of_new_calls_are_those_read_back(session: Session, counts: tuple[int, ...]) -> None:
    with session.database.write() as connection:
        aim, done = target(session, connection), 0
        for count in counts:
            inserted = insert(connection, aim, new(done, count))
            assert (inserted.count, inserted.first_id) == (count, done + 1)
            done += count
            agree(connection, inserted, done)


def test_a_call_whose_key_is_there_is_passed_over(session: Session) -> None:
    with session.database.write() as connection:
        aim = target(session, connection)
        insert(connection, aim, new(0, 100))
        inserted = insert(connection, aim, [*new(50, 100), *new(140, 20), *new(159, 1)])
        assert (inserted.count, inserted.first_id) == (60, 101)
        agree(connection, inserted, calls.last_id(connection))
        nothing = insert(connection, aim, new(0, 160))
        assert (nothing.count, nothing.blocks) == (0, [])
        assert calls.total(connection) == 0  # they belong to a run that is not finished
        (stored,) = connection.execute("SELECT count(*) FROM call").fetchone()
        assert stored == 160


def test_what_is_stored_of_known_calls_is_found_by_their_keys(session: Session) -> None:
    with session.database.write() as connection:
        aim = target(session, connection)
        insert(connection, aim, new(0, 700))
        keys = [call.row_key for call in new(600, 700)]
        known = known_calls(connection, aim.member_id, keys)
        assert len(known) == 100
        assert known[keys[0]] == KnownCall(601, 1_700_000_600, "+493023125123", None)
        assert known_calls(connection, aim.member_id + 1, keys) == {}


def test_another_reading_differs_in_time_number_or_a_customer_found() -> None:
    (call,) = new(5, 1)
    stored = KnownCall(1, call.started_at, call.e164, None)
    assert not differs(stored, call)
    assert differs(stored, call._replace(started_at=call.started_at + 3600))
    assert differs(stored, call._replace(e164=None))
    assert differs(stored, call._replace(customer_id=4))
    assert not differs(stored._replace(customer_id=4), call)


def test_uuids_of_many_rows_are_of_version_7_and_distinct() -> None:
    made = new_identities(500)
    assert len({uuid for uuid, _salt in made}) == len({salt for _uuid, salt in made}) == 500
    for uuid in (*(uuid for uuid, _salt in made), new_uuid()):
        assert (UUID(bytes=uuid).version, UUID(bytes=uuid).variant) == (7, "specified in RFC 4122")
    assert {len(salt) for _uuid, salt in made} == {16}
