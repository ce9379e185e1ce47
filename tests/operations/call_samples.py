"""Calls in the words of the tests: stored as they are, without a log they would come from."""

from crm_desktop.operations.session import Session
from crm_desktop.storage import call_rollups, calls
from crm_desktop.storage.identifiers import new_salt, new_uuid
from tests.environments import START

DAY, HOUR = 86_400, 3600
Call = dict[str, object]


def store(session: Session, *added: Call) -> None:
    """Store calls as they are, each with what it names and ordinary values for the rest."""
    with session.database.write() as connection:
        first = calls.last_id(connection) + 1
        made = [
            {
                "uuid": new_uuid(), "version": 1, "salt": new_salt(), "started_at": START,
                "time_zone": None, "direction": "incoming", "outcome": "answered", "duration_s": 60,
                "raw_number": "", "e164": None, "member_id": session.member.id, "customer_id": None,
                "import_run_id": None, "row_key": None,
            } | call
            for call in added
        ]  # fmt: skip
        calls.insert_many(connection, made)
        call_rollups.entering_ids(connection, range(first, first + len(made)))


def call(customer: int | None, ago_s: int, *, outcome: str = "answered", **more: object) -> Call:
    length = 60 if outcome == "answered" else 0
    return {
        "customer_id": customer, "started_at": START - ago_s, "outcome": outcome, "duration_s": length,
    } | more  # fmt: skip


def missed(customer: int | None, ago_s: int, outcome: str = "missed", **more: object) -> Call:
    return call(customer, ago_s, outcome=outcome, **more)
