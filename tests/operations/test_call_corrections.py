"""What a later reading finds otherwise is corrected at the end of its import, and takes little memory."""

import tracemalloc
from pathlib import Path

import pytest

from crm_desktop.operations import call_imports, calls, consents
from crm_desktop.operations.call_corrections import Corrections
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.member_lines import set_lines
from crm_desktop.operations.session import Session
from crm_desktop.storage import rollup_recount
from crm_desktop.storage.imported_calls import NewCall
from tests.importers.test_threecx_exports import entry
from tests.operations.samples import broken, table_rows

NUMBERS = [f"+1212555{number:04d}" for number in range(500)]


def read(place: int) -> NewCall:
    """Return a call as a log gives it: its texts and times are objects of its own."""
    raw, at = f"(212) 555-{place % 500:04d}", 1_700_000_000 + place
    key = place.to_bytes(21, "big")
    return NewCall(at, "incoming", "answered", 60, raw, NUMBERS[place % 500], place % 7 or None, key)


def test_many_take_a_few_dozen_bytes_each() -> None:
    count = 50_000
    tracemalloc.start()
    try:
        noted = Corrections()
        for start in range(0, count, 500):
            noted.note({1 + place: read(place) for place in range(start, start + 500)})
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken < 40 * count
    assert len(noted) == count


def test_they_are_given_back_as_they_were_noted() -> None:
    noted = Corrections()
    noted.note({7: read(7), 3: read(3)})
    noted.note({5: read(0)._replace(e164=None), 7: read(7)})
    assert len(noted) == 3, "a call that stands twice in a log is one"
    assert list(noted.ids()) == [3, 5, 7]
    assert list(noted) == [
        (7, read(7).started_at, NUMBERS[7], None), (3, read(3).started_at, NUMBERS[3], 3),
        (5, read(0).started_at, None, None), (7, read(7).started_at, NUMBERS[7], None),
    ]  # fmt: skip


@pytest.mark.parametrize("first", ["US", "GB"])
def test_legs_are_judged_anew_where_a_later_reading_finds_another_number(
    session: Session, tmp_path: Path, first: str
) -> None:
    consents.grant_consent(session)
    set_lines(session, session.member.id, ["101", "102"])
    rang = entry(1, "2125550123", "Ext.101", answered=False, duration="00:00:00", call_id="id1")
    taken = entry(2, "2125550123", "Ext.102", duration="00:01:30", call_id="id1")
    regions = (first, "US", first, "GB")
    for text, region in zip((rang, taken, taken, taken), regions, strict=True):
        (tmp_path / "log").write_text(text, encoding="utf-8")
        options = reading_options(session, region=region, time_zone="UTC", internal_digits=3)
        run_import(
            session, [tmp_path / "log"], member_id=None, options=options, format="3cx_cdr_log",
            keep_unknown=True,
        )  # fmt: skip
        with session.database.read() as connection:
            assert list(rollup_recount.differences(connection)) == []
    e164s = [row["e164"] for row in table_rows(session, "call")]
    assert len(calls.call_ids(session, CallQuery())) == len(set(e164s)) == (1 if first == "GB" else 2)
    assert broken(session) == {}
    assert len(call_imports.runs(session)) == 4
