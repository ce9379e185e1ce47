"""Roll-ups of calls equal a recount after any sequence of imports, undo, withdrawal, merge, purge, edits."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import Cancelled, CancelToken
from crm_desktop.operations import call_imports, consents, contacts, merging, undo
from crm_desktop.operations.purging import delete_for_good
from crm_desktop.operations.session import Session
from crm_desktop.storage import call_rollups, calls, rollup_recount
from crm_desktop.storage.identifiers import new_salt, new_uuid
from tests.environments import new_organization
from tests.operations.samples import customer_with

NUMBERS = ("(212) 555-0123", "(312) 555-0147", "(202) 555-0118", "(646) 555-0187")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
# Around the changes of the clocks, at both ends of a day, a month and a year.
MOMENTS = tuple(
    base + step
    for base in (1_711_846_800, 1_729_990_800, 1_735_689_600, 1_709_251_199, 1_718_000_000)
    for step in (-3_601, -1, 0, 1, 1_800, 86_399)
)
TYPES = (1, 2, 3, 4, 5)


def _log(folder: Path, random: Random) -> Path:
    path = folder / "log.xml"
    lines = "".join(
        f'<call number="{random.choice((*NUMBERS, ""))}" duration="{random.choice((0, 0, 30, 3700))}"'
        f' date="{random.choice(MOMENTS)}000" type="{random.choice(TYPES)}" />'
        for _ in range(random.randint(1, 12))
    )
    path.write_text(f'<calls count="0">{lines}</calls>', encoding="utf-8")
    return path


def _import(session: Session, folder: Path, random: Random) -> None:
    options = call_imports.reading_options(session, time_zone=random.choice(ZONES))
    call_imports.run_import(
        session, [_log(folder, random)], member_id=session.member.id, options=options,
        keep_unknown=random.random() < 0.5,
    )  # fmt: skip


def _cancel(session: Session, folder: Path, random: Random) -> None:
    token = CancelToken()
    path = folder / "long.xml"
    lines = "".join(
        f'<call number="{NUMBERS[0]}" duration="9" date="{MOMENTS[0] + place}000"'
        f' type="{random.choice(TYPES)}" />'
        for place in range(600)
    )
    path.write_text(f'<calls count="0">{lines}</calls>', encoding="utf-8")
    with pytest.raises(Cancelled):
        call_imports.run_import(
            session, [path, path], member_id=session.member.id, keep_unknown=True,
            options=call_imports.reading_options(session), cancel=token,
            progress=lambda _done: token.cancel(),
        )  # fmt: skip


def _undo_import(session: Session, _folder: Path, random: Random) -> None:
    if runs := call_imports.runs(session):
        call_imports.undo_import(session, random.choice(runs).id)


def _withdraw(session: Session, _folder: Path, _random: Random) -> None:
    consents.withdraw_consent(session)
    consents.grant_consent(session)


def _add_customer(session: Session, _folder: Path, random: Random) -> None:
    customer_with(session, "Dana", random.choice(NUMBERS))


def _customers(session: Session) -> list[int]:
    with session.database.read() as connection:
        found = connection.execute("SELECT id FROM contact WHERE trashed_at IS NULL").fetchall()
    return [row[0] for row in found]


def _merge(session: Session, _folder: Path, random: Random) -> None:
    if len(ids := _customers(session)) >= 2:
        kept, other = random.sample(ids, 2)
        merging.merge(session, merging.preview_merge(session, [kept, other]))


def _undo(session: Session, _folder: Path, _random: Random) -> None:
    undo.undo(session)


def _purge(session: Session, _folder: Path, random: Random) -> None:
    if ids := _customers(session):
        gone = [random.choice(ids)]
        contacts.trash(session, gone)
        delete_for_good(session, gone)


def _by_hand(session: Session, _folder: Path, random: Random) -> None:
    """What a call entered by hand does, and one that is changed or removed again."""
    with session.database.write() as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM call WHERE import_run_id IS NULL")]
        if ids and random.random() < 0.6:
            call_id = random.choice(ids)
            if random.random() < 0.5:
                calls.delete_where(connection, "k.id = ?", (call_id,))
                return
            with call_rollups.changing(connection, [call_id]):
                connection.execute(
                    "UPDATE call SET started_at = ?, duration_s = ?, outcome = ? WHERE id = ?",
                    (random.choice(MOMENTS), random.choice((0, 60)), random.choice(list(Outcome)), call_id),
                )
            return
        first = calls.last_id(connection) + 1
        customer = random.choice([*_customers(session), None])
        calls.insert_many(connection, [{
            "uuid": new_uuid(), "version": 1, "salt": new_salt(), "started_at": random.choice(MOMENTS),
            "time_zone": None, "direction": random.choice(list(Direction)).value,
            "outcome": random.choice(list(Outcome)).value, "duration_s": random.choice((0, 60)),
            "raw_number": "", "e164": None, "member_id": session.member.id, "customer_id": customer,
            "import_run_id": None, "row_key": None,
        }])  # fmt: skip
        call_rollups.entering_ids(connection, [first])


def _move(session: Session, _folder: Path, random: Random) -> None:
    with session.change("set_customer_numbers") as changes:
        changes.update("organization", 1, {"time_zone": random.choice(ZONES)})


STEPS: tuple[Callable[[Session, Path, Random], None], ...] = (
    _import, _import, _import, _cancel, _undo_import, _withdraw, _add_customer, _add_customer, _merge, _undo,
    _purge, _by_hand, _by_hand, _move,
)  # fmt: skip


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = new_organization(tmp_path_factory.mktemp("rollups")).open()
    consents.grant_consent(session)
    yield session
    session.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=12), seed=st.integers(0, 2**32))
def test_any_sequence_leaves_what_a_recount_gives(
    session: Session, tmp_path: Path, steps: list[Callable[[Session, Path, Random], None]], seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - made-up calls
    for step in steps:
        # Nothing to undo, or not to be merged: it changed nothing then.
        with suppress(KnownError):
            step(session, tmp_path, random)
        with session.database.read() as connection:
            assert list(rollup_recount.differences(connection)) == [], step.__name__
