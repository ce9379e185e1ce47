"""Random changes of many: what comes of them is what the preview said, and undoing them gives the start."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.domain.bulk import BulkChange
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.operations import undo
from crm_desktop.operations.bulk import change_in_bulk, preview_bulk
from crm_desktop.operations.session import Session
from tests.environments import new_organization
from tests.operations.samples import broken
from tests.operations.test_bulk import CHANGES, crowd, records

COUNT = 15
_TEXTS = st.one_of(
    st.text(max_size=12), st.sampled_from(("Fleet", "gold", "DE", "paused", "1", "address_book"))
)
_DAYS = st.sampled_from(("", "", "2024-06-30", "2026-02-03"))
_RANDOM = st.builds(
    BulkChange,
    st.sampled_from(sorted({change.field for change in CHANGES} | {"restore"})),
    _TEXTS,
    st.lists(_TEXTS, max_size=3).map(tuple),
    _DAYS,
)
_CHANGES = st.lists(
    st.tuples(st.one_of(st.sampled_from(CHANGES), _RANDOM), st.sets(st.integers(1, COUNT + 1), min_size=1)),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One organization for all examples: each leaves it as it found it."""
    folder: Path = tmp_path_factory.mktemp("bulk")
    session = new_organization(folder).open()
    crowd(session, COUNT)
    yield session
    session.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_CHANGES)
def test_the_result_is_the_preview_and_undo_gives_the_start(
    shared: Session, changes: list[tuple[BulkChange, set[int]]]
) -> None:
    states = [records(shared)]
    for change, ids in changes:
        try:
            preview = preview_bulk(shared, sorted(ids), change)
        except InvalidValueError:
            continue
        assert preview.will_change + preview.unchanged + preview.refused == len(ids)
        assert records(shared) == states[-1]
        result = change_in_bulk(shared, preview)
        assert (result.changed, result.left) == (preview.will_change, 0)
        again = preview_bulk(shared, sorted(ids), preview.change)
        for example in preview.examples:
            assert example.before != example.after
        if preview.change.field != "category":
            assert again.will_change == 0
        if result.changed:
            states.append(records(shared))
    assert broken(shared) == {}
    while len(states) > 1:
        assert records(shared) == states.pop()
        undo.undo(shared)
    assert records(shared) == states[0]
