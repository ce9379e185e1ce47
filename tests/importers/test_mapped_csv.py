"""Tables read by a mapping, and the mapping itself."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.calls import Direction, NumberNote, Outcome, TimePrecision
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.mapping import Mapping
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.importers.call_logs.registry import open_call_log
from tests.importers.call_log_reading import (
    BERLIN,
    HEADER,
    ROW,
    SIMPLE,
    records,
    rejected,
    rows_of,
    skipped,
    written,
)

MAPPED = replace(BERLIN, mapping=SIMPLE)


def table(*rows: str) -> str:
    return "\n".join([HEADER, *rows]) + "\n"


def test_mapping_survives_json() -> None:
    full = replace(SIMPLE, time="T", date_format="%d.%m.%Y", time_format="%H:%M", header_line=3, own_line=2)
    assert Mapping.from_json(full.to_json()) == full
    assert json.loads(SIMPLE.to_json())["direction_values"]["in"] == "incoming/answered"
    assert "time" not in json.loads(SIMPLE.to_json())


@pytest.mark.parametrize(
    ("document", "code", "field"),
    [
        ("[]", "mapping_invalid", "JSON"),
        ("{", "mapping_invalid", "JSON"),
        ("{}", "mapping_needed", "date"),
        ('{"date": "d"}', "mapping_needed", "number"),
        ('{"date": "d", "caller": "a"}', "mapping_needed", "number"),
        ('{"date": "d", "number": "n", "durration": "x"}', "mapping_invalid", "durration"),
        ('{"date": "d", "number": 0}', "mapping_invalid", "number"),
        ('{"date": "d", "number": true}', "mapping_invalid", "number"),
        ('{"date": "d", "number": "n", "delimiter": ""}', "mapping_invalid", "delimiter"),
        ('{"date": "d", "number": "n", "delimiter": null}', "mapping_invalid", "delimiter"),
        ('{"date": "d", "number": "n", "header_line": -1}', "mapping_invalid", "header_line"),
        ('{"date": "d", "number": "n", "date_format": "%Q"}', "mapping_invalid", "date_format"),
        ('{"date": "d", "number": "n", "duration_format": "x"}', "mapping_invalid", "duration_format"),
        (
            '{"date": "d", "number": "n", "direction_values": {"a": "b"}}',
            "mapping_invalid",
            "direction_values",
        ),
        ('{"date": "d", "number": "n", "direction_values": {"a": 1}}', "mapping_invalid", "direction_values"),
        ('{"date": "d", "number": "n", "outcome_values": {"a": "b"}}', "mapping_invalid", "outcome_values"),
        ("[" * 100_000, "mapping_invalid", "JSON"),
    ],
)
def test_unusable_mappings_name_the_field(document: str, code: str, field: str) -> None:
    with pytest.raises(ForeignFileError) as caught:
        Mapping.from_json(document)
    assert (caught.value.code, caught.value.facts["field"]) == (code, field)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "log.csv", table())
    with pytest.raises(ForeignFileError, match="mapping_column_missing") as caught:
        rows_of(path, replace(BERLIN, mapping=replace(SIMPLE, number="Telefon")))
    assert caught.value.facts == {"column": "Telefon"}
    with pytest.raises(ForeignFileError, match="mapping_column_missing"):
        rows_of(path, replace(BERLIN, mapping=replace(SIMPLE, number=9)))


def test_columns_are_found_whatever_their_case_and_accents(tmp_path: Path) -> None:
    mapping = replace(SIMPLE, date="DATE ", duration="duratión")
    text = table(ROW.format(1, 1)).replace(HEADER, "\ufeffdate,TYPE, number,name,Duration")
    assert len(records(rows_of(written(tmp_path / "log.csv", text), replace(BERLIN, mapping=mapping)))) == 1


def test_of_equal_headers_the_first_counts_and_a_place_chooses_another(tmp_path: Path) -> None:
    text = (
        "Date,Type,Number,Number,Name,Duration\n2026-01-05 08:00:00,in,030 23125111,030 23125222,Ada,1:02\n"
    )
    path = written(tmp_path / "log.csv", text)
    assert records(rows_of(path, MAPPED))[0].number == "+493023125111"
    second = replace(BERLIN, mapping=replace(SIMPLE, number=4))
    assert records(rows_of(path, second))[0].number == "+493023125222"


def test_a_table_without_header(tmp_path: Path) -> None:
    mapping = Mapping(date=1, number=3, direction=2, header_line=0, direction_values={"in": "incoming"})
    rows = rows_of(
        written(tmp_path / "log.csv", "2026-01-05 08:00:00,in,030 23125111\nx\n"),
        replace(BERLIN, mapping=mapping),
    )
    assert records(rows)[0].line == 1
    assert rejected(rows) == [(2, "column_count")]


def test_blank_lines_count_only_between_rows(tmp_path: Path) -> None:
    text = table(ROW.format(1, 1), "", ROW.format(2, 2), ",,,,", "", "")
    assert skipped(rows_of(written(tmp_path / "log.csv", text), MAPPED)) == [
        (3, "blank_row"),
        (5, "blank_row"),
    ]


@pytest.mark.parametrize(
    ("row", "kind", "reason"),
    [
        ("2026-01-05 08:00:00,in,030 23125111,Weiß, Ada,1:02", "rejected", "column_count"),
        ("2026-01-05 08:00:00,in,030 23125111,Ada,1:02,,", "record", ""),
        ("2026-01-05 08:00:00,in", "rejected", "column_count"),
        ("Total,2", "skipped", "totals_row"),
        (",,,Summe:,1:02", "skipped", "totals_row"),
        ("2026-01-05 08:00:00,in,030 23125111,Total,1:02", "record", ""),
        (",in,030 23125111,Ada,1:02", "rejected", "bad_date"),
        ("0001-01-01 00:00:00,in,030 23125111,Ada,1:02", "rejected", "bad_date"),
        ("9999-12-31 23:59:59,in,030 23125111,Ada,1:02", "record", ""),
        ("2026-01-05 08:00:00,,030 23125111,Ada,1:02", "rejected", "unknown_type"),
        ("2026-01-05 08:00:00,in,030 23125111,Ada,-1:02", "rejected", "bad_duration"),
        ("2026-01-05 08:00:00,in,,,", "record", ""),
    ],
)
def test_rows_that_are_odd(tmp_path: Path, row: str, kind: str, reason: str) -> None:
    rows = rows_of(written(tmp_path / "log.csv", table(row, ROW.format(1, 1))), MAPPED)
    found = {"rejected": rejected(rows), "skipped": skipped(rows)}.get(
        kind, [(r.line, "") for r in records(rows)]
    )
    assert (2, reason) in found
    assert records(rows)[-1].line == 3


def test_a_year_9999_west_of_greenwich_is_no_date(tmp_path: Path) -> None:
    path = written(tmp_path / "log.csv", table("9999-12-31 23:59:59,in,030 23125111,Ada,1:02"))
    options = replace(MAPPED, time_zone="America/New_York")
    assert rejected(rows_of(path, options)) == [(2, "bad_date")]


def test_a_row_cut_by_the_end_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "log.csv", table(ROW.format(1, 1)) + "2026-01-05 08:00:02,in,03")
    rows = rows_of(path, MAPPED)
    assert len(records(rows)) == 1
    assert rejected(rows) == [(3, "truncated")]


def test_caller_and_callee(tmp_path: Path) -> None:
    mapping = Mapping(date="When", caller="From", callee="To", duration="Talk", duration_format="s")
    options = ReadingOptions(
        region="GB", time_zone="UTC", internal_digits=3, own_numbers=("+44 1632 960001",), mapping=mapping
    )
    text = (
        "When,From,To,Talk\n"
        "2026-01-05 08:00:00,101,07700900111,10\n"
        "2026-01-05 08:00:01,07700900111,01632960001,0\n"
        "2026-01-05 08:00:02,101,102,5\n"
        "2026-01-05 08:00:03,07700900111,07700900222,5\n"
    )
    rows = rows_of(written(tmp_path / "log.csv", text), options)
    assert [(r.direction, r.outcome, r.number, r.own_line) for r in records(rows)] == [
        (Direction.OUTGOING, Outcome.ANSWERED, "+447700900111", "101"),
        (Direction.INCOMING, Outcome.MISSED, "+447700900111", "+441632960001"),
        (Direction.UNKNOWN, Outcome.ANSWERED, "+447700900222", "+447700900111"),
    ]
    assert skipped(rows) == [(4, "internal_call")]


def test_an_outcome_column(tmp_path: Path) -> None:
    mapping = replace(SIMPLE, name=None, outcome="Name", direction_values={"out": "outgoing"})
    text = table("2026-01-05 08:00:00,out,030 23125111,besetzt,", "2026-01-05 08:00:00,out,030 23125111,odd,")
    rows = rows_of(written(tmp_path / "log.csv", text), replace(BERLIN, mapping=mapping))
    assert records(rows)[0].outcome is Outcome.BUSY
    assert rejected(rows) == [(3, "unknown_type")]


def test_milliseconds_make_equal_rows_one_call(tmp_path: Path) -> None:
    row = "1767362400123,in,030 23125111,Ada,1:02"
    mapping = replace(SIMPLE, date_format="unix_ms")
    rows = rows_of(written(tmp_path / "log.csv", table(row, row)), replace(BERLIN, mapping=mapping))
    assert records(rows)[0].precision is TimePrecision.MILLISECOND
    assert skipped(rows) == [(3, "duplicate_in_file")]


@pytest.mark.parametrize(
    "data",
    [
        table(ROW.format(1, 1)).encode("utf-16"),
        table(ROW.format(1, 1)).encode("utf-16-le"),
        table(ROW.format(1, 1)).encode("utf-8-sig"),
        table(ROW.format(1, 1)).replace("\n", "\r\n").encode(),
        table(ROW.format(1, 1)).replace("\n", "\r").encode(),
        table(ROW.format(1, 1)).encode().replace(b"Ada", b"A\0da"),
        table(ROW.format(1, 1)).replace("Ada", "\u2028Ada\x85").encode(),
    ],
    ids=["utf-16", "utf-16 bare", "bom", "crlf", "cr", "nul", "line separators"],
)
def test_ways_to_write_a_file(tmp_path: Path, data: bytes) -> None:
    (record,) = records(rows_of(written(tmp_path / "log.csv", data), MAPPED))
    assert (record.line, record.name, record.number) == (2, "Ada", "+493023125111")


def test_a_line_of_ten_megabytes_costs_itself_only(tmp_path: Path) -> None:
    text = table(ROW.format(1, 1), "x" * 10_000_000, ROW.format(2, 2))
    rows = rows_of(written(tmp_path / "log.csv", text), MAPPED)
    assert [record.line for record in records(rows)] == [2, 4]
    assert rejected(rows) == [(3, "row_too_long")]


def test_a_lone_quote_costs_its_row_only(tmp_path: Path) -> None:
    text = table(ROW.format(1, 1), '2026-01-05 08:00:00,in,"030,Ada,1:02', ROW.format(2, 2), ROW.format(3, 3))
    rows = rows_of(written(tmp_path / "log.csv", text), MAPPED)
    assert [record.line for record in records(rows)] == [2, 4, 5]
    assert rejected(rows) == [(3, "unclosed_quote")]


def test_missing_area_code_is_said(tmp_path: Path) -> None:
    text = table("2026-01-05 08:00:00,in,23125111,Ada,1:02")
    path = written(tmp_path / "log.csv", text)
    assert records(rows_of(path, MAPPED))[0].number_note is NumberNote.NO_AREA_CODE
    assert records(rows_of(path, replace(MAPPED, area_code="030")))[0].number == "+493023125111"


def test_another_encoding_than_chosen_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "log.csv", table("2026-01-05 08:00:00,in,1,Müller,").encode("cp1252"))
    with pytest.raises(ForeignFileError, match="encoding_wrong"):
        list(open_call_log(path, options=replace(MAPPED, encoding="utf-8")))
