"""Whatever format a log has: split anyhow, imported in any order and twice, it gives the same calls."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.operations import consents
from crm_desktop.operations.call_imports import run_import, runs, undo_import
from crm_desktop.operations.member_lines import set_lines
from crm_desktop.operations.session import Session
from tests.environments import new_organization
from tests.importers.log_writers import EXTENSION, OWN, WRITERS, Written
from tests.importers.test_every_format import NAMES, OFFICE, SOME
from tests.operations.samples import broken, customer_with, table_rows

SAID = ("started_at", "direction", "outcome", "duration_s", "raw_number", "e164", "customer_id", "member_id")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Every other number is a customer's; all lines of the office are the user's, who agreed."""
    session = new_organization(tmp_path_factory.mktemp("office")).open()
    consents.grant_consent(session)
    set_lines(session, session.member.id, [EXTENSION, OWN])
    for last in range(0, len(SOME), 2):
        customer_with(session, f"Zoë{last}", f"+12125550{last:03d}")
    yield session
    session.close()


def imported(session: Session, name: str, folder: Path, parts: list[list[Written]]) -> list[int]:
    """Import parts of a log one after the other; return how many calls each brought."""
    options = replace(OFFICE, mapping=WRITERS[name].mapping)
    brought = []
    for place, part in enumerate(parts):
        path = folder / f"{place}.log"
        path.write_bytes(WRITERS[name].write(part))
        result = run_import(
            session, [path], member_id=session.member.id, options=options, format=name, keep_unknown=True
        )
        brought.append(result.counts.created)
    return brought


def taken_out(session: Session) -> list[tuple[object, ...]]:
    """Return what the file says of its calls, and remove them."""
    found = sorted((tuple(row[key] for key in SAID) for row in table_rows(session, "call")), key=repr)
    for run in runs(session):
        undo_import(session, run.id)
    assert table_rows(session, "call") == []
    return found


@pytest.mark.parametrize("name", NAMES)
@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(cuts=st.sets(st.integers(1, len(SOME) - 1), min_size=1, max_size=3), seed=st.integers(0, 999))
def test_any_split_in_any_order_twice_gives_the_same_calls(
    name: str, office: Session, tmp_path_factory: pytest.TempPathFactory, cuts: set[int], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("logs")
    assert imported(office, name, folder, [SOME]) == [len(SOME)]
    whole = taken_out(office)
    assert sum(call[SAID.index("customer_id")] is not None for call in whole) == len(SOME) // 2
    edges = [0, *sorted(cuts), len(SOME)]
    parts = [SOME[start:end] for start, end in pairwise(edges)]
    twice = parts * 2
    random.Random(seed).shuffle(twice)  # noqa: S311 - an order, no secret
    assert sum(imported(office, name, folder, twice)) == len(SOME)
    assert taken_out(office) == whole


def test_the_file_is_sound_after_all_of_it(office: Session) -> None:
    assert broken(office) == {}
