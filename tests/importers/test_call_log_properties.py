"""What holds for every log: reading gives what was written, keys survive splits, damage never escapes."""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.header_words import NO_NAME
from crm_desktop.importers.call_logs.mapping import Mapping
from crm_desktop.importers.call_logs.reading import ReadingOptions
from tests.importers.call_log_reading import SIMPLE, records, rows_of, written

UTC_US = ReadingOptions(region="US", time_zone="UTC")
MEANINGS = {
    "1": (Direction.INCOMING, Outcome.ANSWERED),
    "2": (Direction.OUTGOING, Outcome.ANSWERED),
    "3": (Direction.INCOMING, Outcome.MISSED),
}


@dataclass(frozen=True)
class Written:
    """A call as put into a file."""

    at: int
    kind: str
    seconds: int
    last: int
    name: str


# What XML and CSV both can hold and the readers give back unchanged.
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Zs", "Cn")), max_size=12
)
CALLS = st.lists(
    st.builds(
        Written,
        at=st.integers(min_value=1_000_000_000, max_value=2_000_000_000),
        kind=st.sampled_from(sorted(MEANINGS)),
        seconds=st.integers(min_value=1, max_value=5000),
        last=st.integers(min_value=0, max_value=99),
        name=NAMES.filter(lambda name: name.casefold() not in NO_NAME),
    ),
    max_size=25,
    unique_by=lambda call: (call.at, call.last),
)


def as_xml(calls: list[Written]) -> bytes:
    rows = "".join(
        f'  <call number="(212) 555-01{call.last:02d}" duration="{call.seconds}" date="{call.at}000" '
        f'type="{call.kind}" contact_name={quoteattr(call.name)} />\n'
        for call in calls
    )
    return f"<?xml version='1.0' encoding='UTF-8' ?>\n<calls count=\"0\">\n{rows}</calls>\n".encode()


def table(calls: list[Written], header: list[str], words: dict[str, str], service: list[str]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    for call in calls:
        clock = f"{call.seconds // 3600:02d}:{call.seconds // 60 % 60:02d}:{call.seconds % 60:02d}"
        when = datetime.fromtimestamp(call.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
        writer.writerow([words[call.kind], when, clock, f"(212) 555-01{call.last:02d}", call.name, *service])
    return out.getvalue().encode()


def as_imazing(calls: list[Written]) -> bytes:
    header = ["Call type", "Date", "Duration", "Number", "Contact", "Location", "Service"]
    return table(
        calls, header, {"1": "Incoming", "2": "Outgoing", "3": "Missed"}, ["", "Phone: +1 212 555 0100"]
    )


def as_table(calls: list[Written]) -> bytes:
    return table(
        calls, ["Type", "Date", "Duration", "Number", "Name"], {"1": "in", "2": "out", "3": "missed"}, []
    )


FORMATS = [
    pytest.param(as_xml, None, id="xml"),
    pytest.param(as_imazing, None, id="imazing"),
    pytest.param(as_table, SIMPLE, id="table"),
]
Writer = Callable[[list[Written]], bytes]


def read(data: bytes, mapping: Mapping | None) -> list[tuple[bytes, Written]]:
    with TemporaryDirectory() as folder:
        rows = rows_of(written(Path(folder) / "log", data), replace(UTC_US, mapping=mapping))
    found = records(rows)
    assert len(found) == len(rows)
    kinds = {meaning: kind for kind, meaning in MEANINGS.items()}
    return [
        (
            record.row_key,
            Written(
                int(record.started_at.timestamp()),
                kinds[record.direction, record.outcome],
                record.duration_s,
                int((record.number or "")[-2:]),
                record.name or "",
            ),
        )
        for record in found
    ]


@pytest.mark.parametrize(("write", "mapping"), FORMATS)
@settings(deadline=None, max_examples=40)
@given(calls=CALLS)
def test_reading_gives_what_was_written(write: Writer, mapping: Mapping | None, calls: list[Written]) -> None:
    assert [call for _key, call in read(write(calls), mapping)] == calls


@pytest.mark.parametrize(("write", "mapping"), FORMATS)
@settings(deadline=None, max_examples=25)
@given(calls=CALLS, cuts=st.lists(st.integers(min_value=0, max_value=25), max_size=3), seed=st.integers())
def test_any_split_in_any_order_has_the_same_keys(
    write: Writer, mapping: Mapping | None, calls: list[Written], cuts: list[int], seed: int
) -> None:
    whole = {key for key, _call in read(write(calls), mapping)}
    edges = [0, *sorted(min(cut, len(calls)) for cut in cuts), len(calls)]
    parts = [calls[start:end] for start, end in pairwise(edges)]
    random.Random(seed).shuffle(parts)  # noqa: S311 - an order, no secret
    again: set[bytes] = set()
    for part in parts:
        again |= {key for key, _call in read(write([replace_name(call) for call in part]), mapping)}
    assert again == whole
    assert len(whole) == len(calls)


def replace_name(call: Written) -> Written:
    return replace(call, name="renamed")


ALL_CALLS = [Written(1_767_362_400 + n, str(n % 3 + 1), n + 1, n, f"Näme {n}") for n in range(20)]


@pytest.mark.parametrize(("write", "mapping"), FORMATS)
@settings(deadline=None, max_examples=60)
@given(
    changes=st.lists(
        st.tuples(
            st.integers(min_value=0),
            st.sampled_from([b"", b'"', b"<", b"\0", b"\n", b"\xff", b"&#55357;", b">", b",,"]),
        ),
        min_size=1,
        max_size=6,
    ),
    cut=st.integers(min_value=1),
)
def test_damage_never_raises_anything_else(
    write: Writer, mapping: Mapping | None, changes: list[tuple[int, bytes]], cut: int
) -> None:
    data = write(ALL_CALLS)
    for at, inserted in changes:
        place = at % len(data)
        data = data[:place] + inserted + data[place + 1 :]
    assert survives(data[: max(cut % (2 * len(data)), 1)], mapping)


@settings(deadline=None, max_examples=60)
@given(data=st.binary(min_size=1, max_size=400))
@pytest.mark.parametrize(
    "log_format", ["auto", "smsbackuprestore_calls_xml", "imazing_call_history_csv", "generic_csv"]
)
def test_random_bytes_never_raise_anything_else(log_format: str, data: bytes) -> None:
    assert survives(data, None, log_format)
    assert survives(b"Date,Number,Type\n" + data, None, log_format)
    assert survives(b"<calls><call " + data, None, log_format)


def survives(data: bytes, mapping: Mapping | None, log_format: str = "auto") -> bool:
    with TemporaryDirectory() as folder:
        path = written(Path(folder) / "log", data)
        try:
            rows = rows_of(path, replace(UTC_US, mapping=mapping), log_format)
        except ForeignFileError as error:
            return bool(error.code)
    return all(row.line >= 1 for row in rows)
