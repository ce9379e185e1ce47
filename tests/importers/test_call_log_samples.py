"""Every sample log agrees with the expectation beside it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crm_desktop.domain.calls import NumberNote, TimePrecision
from tests.importers.call_log_reading import document_of, options_of, records, rows_of
from tests.importers.sample_rules import differences

SAMPLES = Path(__file__).parents[2] / "resources" / "samples" / "calls"
EXPECTATIONS = sorted(SAMPLES.glob("*.expected.json"))


def sample_and_expectation(expectation: Path) -> tuple[Path, dict[str, Any]]:
    sample = expectation.with_name(expectation.name.removesuffix(".expected.json"))
    return sample, json.loads(expectation.read_text(encoding="utf-8"))


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=lambda path: path.name.partition(".")[0])
def test_sample_agrees(expectation: Path) -> None:
    sample, expected = sample_and_expectation(expectation)
    assert differences(document_of(sample, options_of(expected["options"])), expected) == []
    assert expected["records"]


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=lambda path: path.name.partition(".")[0])
def test_zone_and_region_do_not_change_the_keys(expectation: Path) -> None:
    sample, expected = sample_and_expectation(expectation)
    options = options_of(expected["options"])
    elsewhere = replace(options, time_zone="Australia/Sydney", region="AU", area_code=None)
    here = [record.row_key for record in records(rows_of(sample, options))]
    assert here == [record.row_key for record in records(rows_of(sample, elsewhere))]
    assert len(set(here)) == len(here)


def test_own_line_notes_and_extension() -> None:
    by_line = {}
    for expectation in EXPECTATIONS:
        sample, expected = sample_and_expectation(expectation)
        for record in records(rows_of(sample, options_of(expected["options"]))):
            by_line[expected["format"], record.line] = record
    imazing, android = "imazing_call_history_csv", "smsbackuprestore_calls_xml"
    assert by_line[imazing, 2].own_line == "+447700900300"
    assert by_line[imazing, 10].own_line is None
    assert by_line[imazing, 12].number_note is NumberNote.WITHHELD
    assert by_line[imazing, 9].time_ambiguous
    assert by_line[imazing, 7].time_ambiguous
    assert not by_line[imazing, 2].time_ambiguous
    assert by_line[android, 9].extension == "45"
    assert by_line[android, 8].number_note is NumberNote.SHORT_CODE
    assert by_line["generic_csv", 9].number_note is NumberNote.DAMAGED
    assert by_line["generic_csv", 4].precision is TimePrecision.MINUTE
    assert by_line[android, 4].precision is TimePrecision.MILLISECOND
