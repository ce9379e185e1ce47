"""The made-up calls of the sample organization: office hours of the last quarter, one import run."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.operations.call_import_writing import require_import
from crm_desktop.operations.session import Session
from crm_desktop.storage import calls, import_runs, log
from crm_desktop.storage.identifiers import new_salt, new_uuid

DAYS = 90
_OUTCOMES = {
    Direction.INCOMING: (
        (Outcome.ANSWERED, 70),
        (Outcome.MISSED, 20),
        (Outcome.VOICEMAIL, 7),
        (Outcome.REJECTED, 3),
    ),
    Direction.OUTGOING: ((Outcome.ANSWERED, 75), (Outcome.NO_ANSWER, 20), (Outcome.BUSY, 5)),
}


def store_calls(session: Session, made: Iterable[dict[str, object]]) -> None:
    """Store calls of the sample organization as an import run of the person signed in.

    ``made``: started_at, direction, outcome, duration_s and the customer's id (None: unknown number).
    """
    require_import(session, session.member.id)
    with session.database.write() as connection:
        run_id = import_runs.insert_run(
            connection,
            {
                "kind": "calls", "file_name": "sample", "sha256": bytes(32), "format": "sample",
                "time_zone": session.organization.time_zone, "region": session.organization.region,
                "member_id": session.member.id, "started_by": session.member.id, "started_at": session.now(),
            },
        )  # fmt: skip
        first = calls.last_id(connection) + 1
        numbers = calls.first_numbers(connection)
        created = calls.insert_many(
            connection, (_made_values(session, run_id, call, numbers) for call in made)
        )
        counts = {"created": created, "already_there": 0, "unknown_numbers": 0, "rejected": 0, "skipped": 0}
        row = import_runs.finish_run(connection, run_id, counts, (), now=session.now())
        blocks = calls.blocks(connection, first, calls.last_id(connection)) if created else []
        log.append(connection, session.author, "import_calls", rows=[row], blocks=blocks)
    session.remember_head()


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
    """Yield made calls in office hours of the last quarter, oldest first, a few customers calling often."""
    zone = ZoneInfo(session.organization.time_zone)
    times = sorted(_office_time(random, session.now(), zone) for _ in range(calls))
    for started_at in times:
        direction = random.choices((Direction.INCOMING, Direction.OUTGOING), (55, 45))[0]
        outcome = random.choices(*zip(*_OUTCOMES[direction], strict=True))[0]
        talked = outcome in (Outcome.ANSWERED, Outcome.VOICEMAIL)
        yield {
            "started_at": started_at,
            "direction": direction,
            "outcome": outcome,
            "duration_s": int(20 + random.expovariate(1 / 180)) if talked else 0,
            "customer": 1 + int(customers * random.random() ** 2.2) if customers else None,
        }


def _office_time(random: Random, now: int, zone: ZoneInfo) -> int:
    while True:
        at = now - int(random.random() * DAYS * 86_400)
        local = datetime.fromtimestamp(at, zone)
        if local.weekday() < 5 and 8 <= local.hour < 18:
            return at
