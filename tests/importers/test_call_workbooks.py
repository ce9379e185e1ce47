"""Tables of calls as workbooks, and what spreadsheets do to tables they save as text."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from crm_desktop.domain.calls import NumberNote
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.mapping import Mapping
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.importers.call_logs.suggestion import examine_table
from crm_desktop.importers.call_logs.table_search import TablePlace
from tests.importers.call_log_reading import BERLIN, records, rejected, rows_of, skipped, written

HEAD = ("Datum", "Richtung", "Rufnummer", "Dauer")
# Berlin is an hour before UTC in January.
DAY = datetime(2026, 1, 5, 9, 0, 30)  # noqa: DTZ001 - cells have no zone
MIDNIGHT = datetime(2026, 1, 6)  # noqa: DTZ001 - as above
SWAPPED = datetime(2026, 3, 1, 10, 0)  # noqa: DTZ001 - as above


def workbook(path: Path, *sheets: tuple[str, list[tuple[object, ...]]]) -> Path:
    """Write sheets; dates and lengths become cells as a spreadsheet keeps them."""
    with xlsxwriter.Workbook(path) as book:
        looks = {
            datetime: book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
            date: book.add_format({"num_format": "dd.mm.yyyy"}),
            time: book.add_format({"num_format": "hh:mm:ss"}),
            timedelta: book.add_format({"num_format": "[h]:mm:ss"}),
        }
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for line, cells in enumerate(rows):
                for place, cell in enumerate(cells):
                    sheet.write(line, place, cell, looks.get(type(cell)))
    return path


def calls_sheet() -> list[tuple[object, ...]]:
    return [
        ("Anrufe im Januar",),
        (),
        HEAD,
        (DAY, "ein", 493023125110, timedelta(minutes=3, seconds=28)),
        (MIDNIGHT, "aus", "+49 30 23125111", time(1, 2, 3)),
        (),
        (46029.375, "ein", "'+49 30 23125112", 5),  # a date whose cell has lost its look
        ("gestern", "ein", "030 23125113", 5),
        ("Summe", "", "", 8),
    ]


def test_numbers_dates_and_lengths_of_cells(tmp_path: Path) -> None:
    path = workbook(tmp_path / "calls.xlsx", ("Anrufe", calls_sheet()))
    # A number kept as such has lost its plus sign.
    rows = rows_of(path, replace(BERLIN, international_numbers=True))
    found = records(rows)
    assert [(call.line, call.number, call.duration_s) for call in found] == [
        (4, "+493023125110", 208),
        (5, "+493023125111", 3723),
        (7, "+493023125112", 5),
    ]
    assert [call.started_at for call in found] == [
        datetime(2026, 1, 5, 8, 0, 30, tzinfo=UTC),
        datetime(2026, 1, 5, 23, 0, tzinfo=UTC),
        datetime(2026, 1, 7, 8, 0, tzinfo=UTC),
    ]
    assert rejected(rows) == [(8, "bad_date")]
    assert skipped(rows) == [(6, "blank_row"), (9, "totals_row")]


def test_days_of_a_spreadsheet_as_numbers(tmp_path: Path) -> None:
    rows = [HEAD, *((46027.375 + day, "ein", "030 23125110", 5) for day in range(12))]
    path = workbook(tmp_path / "calls.xlsx", ("Anrufe", [*rows]))
    examined = examine_table(path, BERLIN)
    assert "date_format" not in examined.uncertain
    assert records(rows_of(path))[0].started_at == datetime(2026, 1, 5, 8, tzinfo=UTC)


def test_days_of_a_spreadsheet_beside_times_as_text(tmp_path: Path) -> None:
    lines = [f"{46027 + day};09:{day:02d};ein;030 23125110;5" for day in range(12)]
    path = written(tmp_path / "calls.csv", "\n".join(("Datum;Uhrzeit;Richtung;Rufnummer;Dauer", *lines, "")))
    examined = examine_table(path, BERLIN)
    assert (examined.found["date_format"], examined.found["time_format"]) == ("excel_days", "%H:%M")
    assert records(rows_of(path))[1].started_at == datetime(2026, 1, 6, 8, 1, tzinfo=UTC)


def test_dates_as_cells_beside_dates_as_text_are_doubtful(tmp_path: Path) -> None:
    """A spreadsheet of the other language took some days for months and left the others as text."""
    rows = [HEAD, (SWAPPED, "ein", "030 23125110", 5)]
    rows += [(f"{day}.01.2026 10:00", "aus", "030 23125110", 5) for day in range(13, 30)]
    path = workbook(tmp_path / "calls.xlsx", ("Anrufe", [*rows]))
    examined = examine_table(path, BERLIN)
    assert examined.found["date_format"] == "%d.%m.%Y %H:%M"
    assert "date_format" in examined.uncertain
    options = ReadingOptions(region="DE", mapping=examined.mapping)
    assert len(records(rows_of(path, options))) == 18


def test_the_sheet_is_found_named_and_missed(tmp_path: Path) -> None:
    other = [("Artikel", "Preis"), ("Tisch", 20)]
    path = workbook(tmp_path / "b.xlsx", ("Preise", [*other]), ("Leer", []), ("Anrufe", calls_sheet()))
    examined = examine_table(path, BERLIN)
    assert examined.sheets == ("Preise", "Anrufe")
    assert (examined.found["sheet"], examined.found["header_line"]) == ("Anrufe", 3)
    assert [cells[0] for _line, cells in examined.first_lines[:2]] == ["Anrufe im Januar", "Datum"]
    assert examine_table(path, BERLIN, TablePlace(sheet="Preise")).header == ("Artikel", "Preis")
    with pytest.raises(ForeignFileError, match="sheet_missing"):
        examine_table(path, BERLIN, TablePlace(sheet="Leer"))
    gone = Mapping.from_document({**examined.found, "sheet": "Gone"})
    with pytest.raises(ForeignFileError, match="sheet_missing"):
        rows_of(path, ReadingOptions(mapping=gone))


def test_a_number_lost_to_a_spreadsheet_is_said(tmp_path: Path) -> None:
    lines = "\n".join(f"{day:02d}.01.2026 09:00;ein;4,93023E+11;'00:12" for day in range(10, 20))
    path = written(tmp_path / "calls.csv", f"Datum;Richtung;Rufnummer;Dauer\n{lines}\n")
    calls = records(rows_of(path))
    assert len(calls) == 10
    assert {(call.number, call.number_note, call.duration_s) for call in calls} == {
        (None, NumberNote.DAMAGED, 12)
    }


def test_every_missing_column_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "calls.xlsx", ("Anrufe", calls_sheet()))
    mapping = Mapping(date="Day", number="Who", name="Rufnummer", header_line=3)
    with pytest.raises(ForeignFileError) as refused:
        rows_of(path, ReadingOptions(mapping=mapping))
    assert refused.value.facts["column"] == "Day”, “Who"


@pytest.mark.parametrize("said", [TablePlace(delimiter=";"), TablePlace(delimiter="|", header_line=1)])
def test_a_delimiter_said_is_used_even_where_it_gives_one_column(tmp_path: Path, said: TablePlace) -> None:
    path = written(tmp_path / "calls.csv", "Date,Number\n2026-01-05 09:00:00,030 23125110\n" * 3)
    assert examine_table(path, BERLIN, said).header == ("Date,Number",)


def test_a_header_line_said_is_used(tmp_path: Path) -> None:
    text = "Report,A,B\nwhen,who,how\n" + "2026-01-05 09:00:00,030 23125110,in\n" * 5
    path = written(tmp_path / "calls.csv", text)
    assert examine_table(path, BERLIN, TablePlace(header_line=2)).header == ("when", "who", "how")
    headerless = examine_table(path, BERLIN, TablePlace(header_line=0))
    assert headerless.header == ("", "", "")
    assert headerless.found["header_line"] == 0


def test_words_of_every_column_are_counted_and_capped(tmp_path: Path) -> None:
    rows = [f"2026-01-05 09:00:00,030 2312511{n % 10},{'in' if n % 3 else 'out'},N{n}" for n in range(300)]
    path = written(tmp_path / "calls.csv", "\n".join(("Date,Number,Direction,Name", *rows, "")))
    words = examine_table(path, BERLIN).words
    assert words[2].counts == (("in", 200), ("out", 100))
    assert (len(words[3].counts), words[3].others) == (60, 240)


def test_the_last_row_decides_between_day_and_month_of_every_column(tmp_path: Path) -> None:
    rows = ["01/02/2026 09:00,02/03/2026,030 23125110"] * 500 + ["31/01/2026 09:00,12/31/2026,030 23125110"]
    path = written(tmp_path / "calls.csv", "\n".join(("Date,Paid,Number", *rows, "")))
    moments = examine_table(path, BERLIN).moments
    assert [(found.styles[0], found.certain) for found in moments[:2]] == [
        ("%d/%m/%Y %H:%M", True),
        ("%m/%d/%Y", True),
    ]


def test_an_encoding_said_goes_into_the_mapping(tmp_path: Path) -> None:
    text = "Datum;Nummer;Name\n" + "05.01.2026 09:00;030 23125110;Jörg\n" * 3
    path = written(tmp_path / "calls.csv", text.encode("cp850"))
    mapping = examine_table(path, BERLIN, TablePlace(encoding="cp850")).mapping
    assert records(rows_of(path, ReadingOptions(mapping=mapping)))[0].name == "Jörg"
