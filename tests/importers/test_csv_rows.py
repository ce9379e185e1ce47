"""Lines to records: a lone quote, an endless line or odd line ends cost one row, never the rest."""

import csv

import pytest

from crm_desktop.domain.calls import RejectedRow
from crm_desktop.importers.call_logs.csv_rows import CsvRows
from crm_desktop.importers.call_logs.reading import MAX_LINE


def read(text: str, columns: int | None = 3, delimiter: str = ",") -> list[object]:
    rows = CsvRows(iter(text.splitlines(keepends=True)), delimiter=delimiter)
    rows.columns = columns
    return [(row.line, str(row.reason)) if isinstance(row, RejectedRow) else row for row in rows]


def test_records_come_with_the_line_they_start_on() -> None:
    assert read('a,b,c\n1,"two\nlines",3\n4,5,6\n') == [
        (1, ["a", "b", "c"]),
        (2, ["1", "two\nlines", "3"]),
        (4, ["4", "5", "6"]),
    ]


def test_a_lone_quote_costs_its_line_only() -> None:
    assert read('1,"2,3\n4,5,6\n7,8,9\n') == [
        (1, "unclosed_quote"),
        (2, ["4", "5", "6"]),
        (3, ["7", "8", "9"]),
    ]


def test_two_lone_quotes_do_not_hide_the_rows_between() -> None:
    assert read('1,"2,3\n4,5,6\n7,"8,9\n10,11,12\n') == [
        (1, "unclosed_quote"),
        (2, ["4", "5", "6"]),
        (3, "unclosed_quote"),
        (4, ["10", "11", "12"]),
    ]


def test_a_quote_inside_a_cell_is_a_letter() -> None:
    assert read('1,5" pipe,3\n4,5,6\n') == [(1, ["1", '5" pipe', "3"]), (2, ["4", "5", "6"])]


def test_a_quote_open_at_the_end_is_a_cut_row() -> None:
    assert read('1,2,3\n4,"5') == [(1, ["1", "2", "3"]), (2, "truncated")]


def test_a_quote_open_for_very_long_is_given_up() -> None:
    rows = read("1," + '"' + "x\n" * 500 + "4,5,6\n")
    assert rows[0] == (1, "unclosed_quote")
    assert rows[-1] == (501, ["4", "5", "6"])
    assert len(rows) == 501


@pytest.mark.parametrize("quote", ["", '"'])
def test_an_endless_line_costs_itself_only(quote: str) -> None:
    text = f"1,2,3\n{quote}{'x' * (MAX_LINE + 10)}\n4,5,6\n"
    assert read(text) == [(1, ["1", "2", "3"]), (2, "row_too_long"), (3, ["4", "5", "6"])]


def test_a_long_quoted_field_does_not_meet_the_limit_of_the_csv_module() -> None:
    limit = csv.field_size_limit()
    rows = read('1,"' + ("y" * 30_000 + "\n") * 20 + "4,5,6\n")
    assert rows[0] == (1, "unclosed_quote")
    assert rows[-1] == (21, ["4", "5", "6"])
    assert csv.field_size_limit() == limit


def test_many_blocks_keep_their_line_numbers() -> None:
    lines = [f"{number},b,c\n" if number % 97 else f'{number},"b\nb",c\n' for number in range(1, 1001)]
    rows = [row for row in read("".join(lines)) if isinstance(row, tuple)]
    assert [row[1][0] for row in rows] == [str(number) for number in range(1, 1001)]
    assert rows[-1][0] == 1000 + 1000 // 97
