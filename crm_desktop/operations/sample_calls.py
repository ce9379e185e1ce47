"""The made-up calls of the sample organization: office hours of the last quarter, one import run."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time, timedelta
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.operations.call_import_writing import require_import
from crm_desktop.operations.session import Session
from crm_desktop.storage import calls, import_runs, log
from crm_desktop.storage.database import Connection
from crm_desktop.storage.identifiers import new_salt, new_uuid

DAYS = 90
MOST_DAYS = 3 * 365
CALLS_A_DAY = 1000
SATURDAY = 5
OPENS = time(8)
OFFICE_S = 10 * 3600
CHUNK = 64 * 100
_OUTCOMES = {
    Direction.INCOMING: (
        (Outcome.ANSWERED, Outcome.MISSED, Outcome.VOICEMAIL, Outcome.REJECTED),
        (70, 20, 7, 3),
    ),
    Direction.OUTGOING: ((Outcome.ANSWERED, Outcome.NO_ANSWER, Outcome.BUSY), (75, 20, 5)),
}
_TALKED = frozenset({Outcome.ANSWERED, Outcome.VOICEMAIL})


def store_calls(
    session: Session, made: Iterable[dict[str, object]], stored: Callable[[int], None] = lambda _count: None
) -> None:
    """Store calls of the sample organization as an import run of the person signed in.

    ``made``: started_at, direction, outcome, duration_s and the customer's id (None: unknown number).
    ``stored`` hears now and then how many are stored; what it raises ends the storing. The roll-ups are
    the caller's: they are made when the indexes are there.
    """
    require_import(session, session.member.id)
    run_uuid = new_uuid()
    with session.database.write() as connection:
        run_id = import_runs.insert_run(
            connection,
            {
                "uuid": run_uuid, "kind": "calls", "file_name": "sample", "sha256": bytes(32),
                "format": "sample",
                "time_zone": session.organization.time_zone, "region": session.organization.region,
                "member_id": session.member.id, "started_by": session.member.id, "started_at": session.now(),
            },
        )  # fmt: skip
        numbers = calls.first_numbers(connection)
        values = (_made_values(session, run_id, call, numbers) for call in made)
        created = 0
        while part := list(islice(values, CHUNK)):
            created += _store_some(session, connection, run_uuid, part)
            stored(created)
        counts = {"created": created, "already_there": 0, "unknown_numbers": 0, "rejected": 0, "skipped": 0}
        row = import_runs.finish_run(connection, run_id, counts, (), now=session.now(), rolled_up=False)
        log.append(connection, session.author, "import_calls", rows=[row])
    session.remember_head()


def _store_some(
    session: Session, connection: Connection, run_uuid: bytes, values: list[dict[str, object]]
) -> int:
    """Store calls and log their blocks; as in an import, each batch has an entry of its own."""
    first = calls.last_id(connection) + 1
    created = calls.insert_many(connection, values)
    blocks = calls.blocks(connection, first, calls.last_id(connection))
    log.append(connection, session.author, "import_calls", blocks=blocks, change_set_uuid=run_uuid)
    return created


def _made_values(
    session: Session, run_id: int, call: dict[str, object], numbers: dict[int, str]
) -> dict[str, object]:
    customer = call["customer"]
    number = numbers.get(customer, "") if isinstance(customer, int) else ""
    return {
        "uuid": new_uuid(), "version": 1, "salt": new_salt(), "started_at": call["started_at"],
        "time_zone": session.organization.time_zone, "direction": str(call["direction"]),
        "outcome": str(call["outcome"]), "duration_s": call["duration_s"], "raw_number": number,
        "e164": number or None, "member_id": session.member.id, "customer_id": customer,
        "import_run_id": run_id, "row_key": None,
    }  # fmt: skip


def made_calls(session: Session, random: Random, customers: int, calls: int) -> Iterator[dict[str, object]]:
    """Yield made calls in office hours up to now, oldest first, a few customers calling often.

    Of the last quarter, or of as many more days, up to three years, as an office needs for so many calls.
    """
    days = min(MOST_DAYS, max(DAYS, calls // CALLS_A_DAY))
    mornings = _mornings(session.now(), ZoneInfo(session.organization.time_zone), days)
    times = sorted(random.choice(mornings) + int(random.random() * OFFICE_S) for _ in range(calls))
    for started_at in times:
        direction = Direction.INCOMING if random.random() < 0.55 else Direction.OUTGOING
        outcome = random.choices(*_OUTCOMES[direction])[0]
        talked = outcome in _TALKED
        yield {
            "started_at": started_at,
            "direction": direction,
            "outcome": outcome,
            "duration_s": int(20 + random.expovariate(1 / 180)) if talked else 0,
            "customer": 1 + int(customers * random.random() ** 2.2) if customers else None,
        }


def _mornings(now: int, zone: ZoneInfo, days: int) -> list[int]:
    """Return when the office opened on the working days of the last ``days``, today left out."""
    today = datetime.fromtimestamp(now, zone).date()
    found = (today - timedelta(days=back) for back in range(1, days + 1))
    return [int(datetime.combine(day, OPENS, zone).timestamp()) for day in found if day.weekday() < SATURDAY]
