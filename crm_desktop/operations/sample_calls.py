"""The made-up calls of the sample organization, in office hours, with the runs that imported them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import islice
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.operations.call_import_writing import require_import
from crm_desktop.operations.sample_crowd import number
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
RUN = 5000
"""How many calls are in a log where several members import theirs."""
STRANGERS = 200_000_000
"""The count of the first number that no customer of the largest sample has."""
_OUTCOMES = {
    Direction.INCOMING: (
        (Outcome.ANSWERED, Outcome.MISSED, Outcome.VOICEMAIL, Outcome.REJECTED),
        (70, 20, 7, 3),
    ),
    Direction.OUTGOING: ((Outcome.ANSWERED, Outcome.NO_ANSWER, Outcome.BUSY), (75, 20, 5)),
}
_TALKED = frozenset({Outcome.ANSWERED, Outcome.VOICEMAIL})


class MadeCall(NamedTuple):
    """A made-up call; ``customer``: an id, None where ``number`` (E.164 or nothing) is nobody's."""

    started_at: int
    direction: Direction
    outcome: Outcome
    duration_s: int
    customer: int | None
    number: str = ""


def store_calls(
    session: Session,
    made: Iterable[MadeCall],
    callers: Sequence[int],
    stored: Callable[[int], None] = lambda _count: None,
) -> None:
    """Store calls of the sample organization as import runs of its members.

    ``made``: oldest first; ``callers``: the members whose calls they are, the first signed in. Of one it is
    one run; of several, each has one now and then, as where everybody imports a log a month. ``stored`` hears
    now and then how many are stored; what it raises ends the storing. The roll-ups are the caller's: they are
    made when the indexes are there.
    """
    created = 0
    with session.database.write() as connection:
        numbers = calls.first_numbers(connection)
        for member, part in _of_each(iter(made), callers):
            run_id, run_uuid = _begin_run(session, connection, member)
            of_run = created
            values = (_made_values(session, run_id, member, call, numbers) for call in part)
            while some := list(islice(values, CHUNK)):
                created += _store_some(session, connection, run_uuid, some)
                stored(created)
            _finish_run(session, connection, run_id, created - of_run)
    session.remember_head()


def _of_each(made: Iterator[MadeCall], callers: Sequence[int]) -> Iterator[tuple[int, Iterable[MadeCall]]]:
    """Yield the calls of each member, of several a part of the time after the other."""
    if len(callers) == 1:
        yield callers[0], made
        return
    while part := list(islice(made, RUN * len(callers))):
        for place, member in enumerate(callers):
            yield member, part[place :: len(callers)]


def _begin_run(session: Session, connection: Connection, member_id: int) -> tuple[int, bytes]:
    require_import(session, member_id)
    run_uuid = new_uuid()
    run_id = import_runs.insert_run(
        connection,
        {
            "uuid": run_uuid, "kind": "calls", "file_name": "sample", "sha256": bytes(32), "format": "sample",
            "time_zone": session.organization.time_zone, "region": session.organization.region,
            "member_id": member_id, "started_by": session.member.id, "started_at": session.now(),
        },
    )  # fmt: skip
    return run_id, run_uuid


def _finish_run(session: Session, connection: Connection, run_id: int, created: int) -> None:
    counts = {"created": created, "already_there": 0, "unknown_numbers": 0, "rejected": 0, "skipped": 0}
    row = import_runs.finish_run(connection, run_id, counts, (), now=session.now(), rolled_up=False)
    log.append(connection, session.author, "import_calls", rows=[row])


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
    session: Session, run_id: int, member_id: int, call: MadeCall, numbers: dict[int, str]
) -> dict[str, object]:
    called = call.number if call.customer is None else numbers.get(call.customer, "")
    return {
        "uuid": new_uuid(), "version": 1, "salt": new_salt(), "started_at": call.started_at,
        "time_zone": session.organization.time_zone, "direction": str(call.direction),
        "outcome": str(call.outcome), "duration_s": call.duration_s, "raw_number": called,
        "e164": called or None, "member_id": member_id, "customer_id": call.customer,
        "import_run_id": run_id, "row_key": None,
    }  # fmt: skip


def made_calls(
    session: Session, random: Random, customers: int, calls: int, *, strangers: float = 0.0
) -> Iterator[MadeCall]:
    """Yield made calls in office hours up to now, oldest first, a few customers calling often.

    Of the last quarter, or of as many more days, up to three years, as an office needs for so many calls;
    ``strangers``: which share of them is with numbers nobody in the file has.
    """
    days = min(MOST_DAYS, max(DAYS, calls // CALLS_A_DAY))
    mornings = _mornings(session.now(), ZoneInfo(session.organization.time_zone), days)
    times = sorted(random.choice(mornings) + int(random.random() * OFFICE_S) for _ in range(calls))
    for started_at in times:
        direction = Direction.INCOMING if random.random() < 0.55 else Direction.OUTGOING
        outcome = random.choices(*_OUTCOMES[direction])[0]
        talked = outcome in _TALKED
        known = customers and random.random() >= strangers
        yield MadeCall(
            started_at,
            direction,
            outcome,
            duration_s=int(20 + random.expovariate(1 / 180)) if talked else 0,
            customer=1 + int(customers * random.random() ** 2.2) if known else None,
            number="" if known or not strangers else _strange(random, calls),
        )


def _strange(random: Random, calls: int) -> str:
    """Return a number of nobody's; each comes some times."""
    return number(STRANGERS + random.randrange(max(1, calls // 20))).replace(" ", "")


def _mornings(now: int, zone: ZoneInfo, days: int) -> list[int]:
    """Return when the office opened on the working days of the last ``days``, today left out."""
    today = datetime.fromtimestamp(now, zone).date()
    found = (today - timedelta(days=back) for back in range(1, days + 1))
    return [int(datetime.combine(day, OPENS, zone).timestamp()) for day in found if day.weekday() < SATURDAY]
