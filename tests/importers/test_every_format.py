"""What holds for the log of every format: it reads back, splits have its keys, damage costs what it hits."""

import random
import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.calls import CallRecord, LogRow
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.row_reasons import ROW_REASONS
from crm_desktop.domain.sentences import sentence
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.importers.call_logs.registry import format_named, formats, open_call_log
from tests.importers.call_log_reading import records, written
from tests.importers.log_writers import MEANINGS, OWN, WRITERS, Written
from tests.importers.missing_columns import HALVES, without_half

NAMES = sorted(WRITERS)
OFFICE = ReadingOptions(region="US", time_zone="UTC", internal_digits=3, own_numbers=(OWN,))
CALLS = st.lists(
    st.builds(
        Written,
        at=st.integers(min_value=1_000_000_000, max_value=1_999_999_999),
        kind=st.sampled_from(sorted(MEANINGS)),
        seconds=st.integers(min_value=1, max_value=5000),
        last=st.integers(min_value=0, max_value=999),
        name=st.text("AbäßЖ漢é", max_size=6).map(lambda end: f"Zo{end}"),
    ).map(lambda call: replace(call, seconds=0) if call.kind == "3" else call),
    min_size=1, max_size=12, unique_by=lambda call: (call.at // 60, call.last),
)  # fmt: skip
SOME = [
    Written(1_767_362_400 + 61 * n, str(n % 3 + 1), 0 if n % 3 == 2 else 60 * n + 60, n, f"Zoë{n}")
    for n in range(20)
]
BINARY = {"android_calllog_sqlite", "ios_callhistory_sqlite", "google_voice_takeout"}
TAKEOUT = "google_voice_takeout"
REFUSALS = {"log_format_differs", "log_not_recognized", "mapping_needed", "mapping_uncertain"}
TEXTS = [name for name in NAMES if name not in BINARY]


def rows_in(name: str, data: bytes) -> list[LogRow]:
    """Read a file as its format; the format is found by its content where somebody did not say it."""
    options = replace(OFFICE, mapping=WRITERS[name].mapping)
    with TemporaryDirectory() as folder:
        log = open_call_log(written(Path(folder) / "log", data), options=options)
        assert log.format == name
        return list(log)


def keys(rows: list[LogRow]) -> set[bytes]:
    return {record.row_key for record in records(rows)}


def as_written(record: CallRecord, *, named: bool) -> Written:
    kinds = {meaning: kind for kind, meaning in MEANINGS.items()}
    number = record.number or ""
    assert number.startswith("+12125550")
    return Written(
        record.epoch, kinds[record.direction, record.outcome], record.duration_s, int(number[-3:]),
        (record.name or "") if named else "",
    )  # fmt: skip


def test_every_format_has_a_writer() -> None:
    assert set(WRITERS) == {known.name for known in formats()}


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=20)
@given(calls=CALLS)
def test_reading_gives_what_was_written(name: str, calls: list[Written]) -> None:
    writer = WRITERS[name]
    rows = sorted(records(rows_in(name, writer.write(calls))), key=lambda record: record.line)
    assert [as_written(record, named=writer.named) for record in rows] == [
        writer.kept(call) for call in calls
    ]


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=12)
@given(calls=CALLS, cuts=st.lists(st.integers(min_value=0, max_value=12), max_size=3), seed=st.integers())
def test_any_split_in_any_order_has_the_same_keys(
    name: str, calls: list[Written], cuts: list[int], seed: int
) -> None:
    write = WRITERS[name].write
    whole = keys(rows_in(name, write(calls)))
    edges = [0, *sorted(min(cut, len(calls)) for cut in cuts), len(calls)]
    parts = [calls[start:end] for start, end in pairwise(edges) if start < end]
    random.Random(seed).shuffle(parts)  # noqa: S311 - an order, no secret
    renamed = [[replace(call, name="Zork") for call in part] for part in parts]
    assert set().union(*(keys(rows_in(name, write(part))) for part in renamed)) == whole
    assert len(whole) == len(calls)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_anywhere_gives_what_is_complete(name: str) -> None:
    data = WRITERS[name].write(SOME)
    whole = keys(rows_in(name, data))
    found = [read_or_refused(name, data[: len(data) * tenth // 10]) for tenth in range(10)]
    for rows in found:
        if rows is not None:
            assert len(keys(rows) - whole) <= 1, "only the row at the cut may be another call"
    if name in TEXTS:
        assert found[9] is not None
        assert len(keys(found[9]) & whole) >= 0.8 * len(SOME) - 1


def read_or_refused(name: str, data: bytes) -> list[LogRow] | None:
    """Read a file as the format somebody named; None where it is refused with a sentence."""
    options = replace(OFFICE, mapping=WRITERS[name].mapping)
    with TemporaryDirectory() as folder:
        path = written(Path(folder) / "log", data)
        refused, rows = None, []
        try:
            rows = list(open_call_log(path, format=name, options=options))
        except ForeignFileError as error:
            refused = error
    if refused is not None:
        assert sentence(refused) != refused.code
        if refused.code == "log_format_differs":
            assert format_named(name).recognized_by in sentence(refused)
        return None
    assert all(row.line >= 1 for row in rows)
    assert all(isinstance(row, CallRecord) or row.reason in ROW_REASONS for row in rows)
    return rows


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_file_is_named(name: str) -> None:
    assert read_or_refused(name, b"") is None


HALVED = [
    (name, half)
    for name in NAMES
    for half in HALVES
    # Any table is one of calls, a Takeout has no columns, and the first half of Avaya's has all that is read.
    if name not in {"generic_csv", TAKEOUT} and (name, half) != ("avaya_ip_office_smdr", "first")
]


@pytest.mark.parametrize(("name", "half"), HALVED)
def test_with_half_the_columns_missing_it_is_refused_naming_what_was_expected(name: str, half: str) -> None:
    data = without_half(name, WRITERS[name].write(SOME), half)
    with TemporaryDirectory() as folder, pytest.raises(ForeignFileError) as refused:
        list(open_call_log(written(Path(folder) / "log", data), format=name, options=OFFICE))
    assert refused.value.code == "log_format_differs"
    assert format_named(name).recognized_by in sentence(refused.value)


@pytest.mark.parametrize("name", [name for name in NAMES if name != TAKEOUT])
@pytest.mark.parametrize("half", HALVES)
def test_with_half_the_columns_missing_nothing_wrong_is_found_in_it(name: str, half: str) -> None:
    """Left to itself the program may take what is left for another table: it reads it rightly, or asks."""
    data = without_half(name, WRITERS[name].write(SOME), half)
    rows: list[LogRow] = []
    refused = None
    with TemporaryDirectory() as folder:
        try:
            rows = list(open_call_log(written(Path(folder) / "log", data), options=OFFICE))
        except ForeignFileError as error:
            refused = error
    assert refused is None or (refused.code in REFUSALS and sentence(refused) != refused.code)
    told = {(call.at, call.number, *MEANINGS[call.kind], call.seconds) for call in SOME}
    read = {(one.epoch, one.number, one.direction, one.outcome, one.duration_s) for one in records(rows)}
    assert read <= told


def test_pages_of_google_voice_without_a_time_are_rejected_one_by_one(tmp_path: Path) -> None:
    path = written(tmp_path / "takeout.zip", WRITERS[TAKEOUT].write(SOME))
    with zipfile.ZipFile(path) as packed:
        pages = {name: packed.read(name).replace(b"published", b"hidden") for name in packed.namelist()}
    with zipfile.ZipFile(path, "w") as packed:
        for name, page in pages.items():
            packed.writestr(name, page)
    rows = list(open_call_log(path, options=OFFICE))
    assert records(rows) == []
    assert sum(getattr(row, "reason", "") == "bad_date" for row in rows) == len(SOME)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("bad", ["\0\x01\x02", '"', "x" * 70_000, "a,b,c", "<call", "\ufeff;;;"])
def test_one_bad_row_costs_itself_only(name: str, bad: str) -> None:
    write = WRITERS[name].write
    whole = keys(rows_in(name, write(SOME)))
    data = write(SOME)
    middle = data.index(b"\n", len(data) // 2) + 1
    rows = rows_in(name, data[:middle] + bad.encode() + b"\n" + data[middle:])
    assert len(whole - keys(rows)) <= 1, "the row after a lone quote or an open tag may belong to it"
    assert keys(rows) <= whole


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=25)
@given(noise=st.binary(min_size=1, max_size=300), at=st.integers(min_value=0))
def test_random_bytes_are_read_or_refused(name: str, noise: bytes, at: int) -> None:
    read_or_refused(name, noise)
    data = WRITERS[name].write(SOME)
    place = at % len(data)
    read_or_refused(name, data[:place] + noise + data[place + len(noise) :])


def test_a_database_whose_schema_is_no_text_is_refused() -> None:
    """SQLite names what is malformed in its own words, and these bytes are no UTF-8."""
    data = WRITERS["ios_callhistory_sqlite"].write(SOME)
    assert read_or_refused("ios_callhistory_sqlite", data[:3881] + b"'\x80" + data[3883:]) is None


def test_a_row_whose_key_is_lost_is_told_by_its_place() -> None:
    data = WRITERS["ios_callhistory_sqlite"].write(SOME)
    rows = read_or_refused("ios_callhistory_sqlite", data[:3895] + b"A" + data[3896:])
    assert rows is not None
    assert len(rows) == len(SOME)


HEADERED = ["freepbx_cdr_csv", "ringcentral_simple_csv", "ringcentral_detailed_csv", "3cx_call_reports_csv"]


@pytest.mark.parametrize("name", HEADERED)
def test_blank_lines_above_a_header_change_nothing(name: str) -> None:
    data = WRITERS[name].write(SOME)
    assert keys(rows_in(name, b"\n\n" + data)) == keys(rows_in(name, data))


@pytest.mark.parametrize("name", HEADERED)
def test_a_header_damaged_in_a_name_is_read_or_refused(name: str) -> None:
    data = WRITERS[name].write(SOME)
    damaged = [data[:place] + b"\0" + data[place + 1 :] for place in range(data.index(b"\n"))]
    read = [read_or_refused(name, one) for one in damaged]
    assert any(rows is None for rows in read)


@pytest.mark.parametrize("name", ["android_calllog_sqlite", "ios_callhistory_sqlite"])
def test_a_database_whose_last_page_is_cut_is_refused(name: str) -> None:
    assert read_or_refused(name, WRITERS[name].write(SOME)[:-100]) is None


@pytest.mark.parametrize("name", TEXTS)
def test_a_long_text_is_read_as_it_comes(name: str, tmp_path: Path) -> None:
    many = [Written(1_500_000_000 + 61 * n, "1", 60, n % 1000, "Zo") for n in range(16_000)]
    options = replace(OFFICE, mapping=WRITERS[name].mapping)
    log = open_call_log(written(tmp_path / "log", WRITERS[name].write(many)), options=options)
    assert isinstance(next(iter(log)), CallRecord)
    assert log.progress() < log.size, "the first call is there before the file is read to its end"
