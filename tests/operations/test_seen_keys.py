"""A preview counts each call once, and its memory does not grow with the log."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.importers.call_logs import row_keys
from crm_desktop.operations import consents
from crm_desktop.operations.call_imports import preview_import, reading_options
from crm_desktop.operations.seen_keys import SeenKeys
from crm_desktop.operations.session import Session
from tests.operations.samples import customer_with

MIB = 1024 * 1024


@given(st.lists(st.tuples(st.integers(0, 3), st.binary(max_size=2))))
def test_it_says_what_a_set_says(things: list[tuple[int, bytes]]) -> None:
    seen, known = SeenKeys(), set[tuple[int, bytes]]()
    for thing in things:
        assert seen.add(thing) == (thing not in known)
        known.add(thing)
    assert seen.count == len(known)


def test_it_grows_and_says_what_a_set_says() -> None:
    seen = SeenKeys()
    assert all(seen.add((1, place)) for place in range(20_000))
    assert not any(seen.add((1, place)) for place in range(20_000))
    assert seen.count == 20_000


def test_when_it_is_full_it_knows_the_first_and_grows_no_more() -> None:
    seen = SeenKeys(most_slots=1024)
    assert all(seen.add((1, place)) for place in range(5000))
    assert not any(seen.add((1, place)) for place in range(600))
    assert seen.count == 5000
    assert len(seen._slots) == 1024


def previewed(session: Session, path: Path, calls: int) -> int:
    """Preview a log; return how much memory it took at its most."""
    rows = (
        f'<call number="(212) 555-0{place % 50:03d}" duration="9" date="{at}000" type="1"/>\n'
        for place, at in enumerate(range(1_700_000_000, 1_700_000_000 + calls))
    )
    path.write_text(f"<calls>{''.join(rows)}</calls>", encoding="utf-8")
    tracemalloc.start()
    try:
        found = preview_import(
            session, [path], member_id=session.member.id, options=reading_options(session), keep_unknown=True
        )
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        assert found.counts.created == calls


def test_the_memory_of_a_preview_does_not_grow_with_the_log(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer_with(session, "Dana", "(212) 555-0001")
    consents.grant_consent(session)
    # What a reader remembers is bounded too, but by more rows than are read here.
    monkeypatch.setattr(row_keys, "REMEMBERED", 1000)
    previewed(session, tmp_path / "first.xml", 2000)
    few = previewed(session, tmp_path / "few.xml", 10_000)
    assert previewed(session, tmp_path / "many.xml", 40_000) < few + MIB
