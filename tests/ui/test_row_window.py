"""The window of rows: what is read, what is kept, what a refusal leaves on screen."""

from array import array
from collections.abc import Mapping, Sequence

from crm_desktop.domain.errors import BusyError, KnownError
from crm_desktop.ui.widgets.record_source import Row
from crm_desktop.ui.widgets.row_window import PAGE_ROWS, PAGES_KEPT, RowWindow


class Reader:
    """Answers with the id as text, unless it is told to refuse; knows nothing of the ids in ``gone``."""

    def __init__(self) -> None:
        self.asked: list[Sequence[int]] = []
        self.refusals: list[KnownError] = []
        self.refuses = False
        self.gone: set[int] = set()
        self.word = "row"

    def read(self, ids: Sequence[int]) -> Mapping[int, Row]:
        self.asked.append(ids)
        if self.refuses:
            raise BusyError("record_changed")
        return {record_id: (f"{self.word} {record_id}",) for record_id in ids if record_id not in self.gone}


def window(reader: Reader, count: int = 200) -> RowWindow:
    return RowWindow(array("I", range(count)), width=1, read=reader.read, refused=reader.refusals.append)


def test_a_page_is_read_once_and_only_when_a_row_of_it_is_wanted() -> None:
    reader = Reader()
    rows = window(reader)
    assert reader.asked == []
    first, last = 3 * PAGE_ROWS, 4 * PAGE_ROWS - 1
    assert [rows.row(at) for at in (first, first + 1, last)] == [
        (f"row {at}",) for at in (first, first + 1, last)
    ]
    assert reader.asked == [list(range(first, last + 1))]


def test_what_is_missing_of_the_rows_in_sight_is_read_at_once() -> None:
    reader = Reader()
    rows = window(reader)
    rows.row(PAGE_ROWS)
    rows.bring(PAGE_ROWS - 1, 3 * PAGE_ROWS)
    assert reader.asked[1:] == [[*range(PAGE_ROWS), *range(2 * PAGE_ROWS, 4 * PAGE_ROWS)]]
    rows.bring(0, 4 * PAGE_ROWS - 1)
    assert [rows.row(at) for at in (0, 3 * PAGE_ROWS)] == [("row 0",), (f"row {3 * PAGE_ROWS}",)]
    assert len(reader.asked) == 2
    rows.mark_stale([0])
    rows.bring(0, 2 * PAGE_ROWS)
    assert reader.asked[2:] == [list(range(PAGE_ROWS))]


def test_bringing_ends_with_the_list() -> None:
    reader = Reader()
    rows = window(reader, 3)
    rows.bring(0, 500)
    rows.bring(-20, -1)
    window(reader, 0).bring(0, 20)
    assert reader.asked == [[0, 1, 2]]


def test_a_refused_bringing_is_told_once_and_leaves_the_rows_empty() -> None:
    reader = Reader()
    rows = window(reader)
    rows.row(0)
    reader.refuses = True
    rows.bring(0, 3 * PAGE_ROWS)
    assert rows.row(0) == ("row 0",)
    assert rows.row(2 * PAGE_ROWS) == ("",)
    assert len(reader.refusals) == 1


def test_rows_outside_and_records_that_are_gone_are_empty() -> None:
    reader = Reader()
    reader.gone = {3}
    rows = window(reader, 10)
    assert rows.row(3) == ("",)
    assert rows.row(10) == ("",)
    assert rows.row(-1) == ("",)
    assert rows.row(10_000) == ("",)


def test_only_the_pages_shown_last_are_kept() -> None:
    reader = Reader()
    rows = window(reader, (PAGES_KEPT + 5) * PAGE_ROWS)
    for page in range(PAGES_KEPT + 5):
        rows.row(page * PAGE_ROWS)
        rows.row(0)
    assert rows.pages_held == PAGES_KEPT
    assert sum(1 for ids in reader.asked if 0 in ids) == 1


def test_stale_rows_are_read_again_when_shown_and_not_before() -> None:
    reader = Reader()
    rows = window(reader)
    rows.row(0)
    second, end = PAGE_ROWS, 2 * PAGE_ROWS - 1
    rows.row(second)
    reader.word = "new"
    assert rows.mark_stale([second + 6]) == [(second, end)]
    assert len(reader.asked) == 2
    assert rows.row(0) == ("row 0",)
    assert rows.row(second) == (f"new {second}",)
    assert rows.mark_stale(None) == [(0, second - 1), (second, end)]


def test_a_refused_reading_keeps_what_is_on_screen_and_is_told() -> None:
    reader = Reader()
    rows = window(reader)
    rows.row(0)
    reader.refuses = True
    rows.mark_stale(None)
    assert rows.row(0) == ("row 0",)
    assert rows.row(100) == ("",)
    assert [error.code for error in reader.refusals] == ["record_changed"] * 2


def test_a_longer_list_keeps_the_full_pages() -> None:
    reader = Reader()
    full, part = PAGE_ROWS, PAGE_ROWS // 2
    rows = window(reader, full + part)
    rows.row(0)
    rows.row(full)
    rows.extend(array("I", range(2 * full + 3)))
    assert rows.row(0) == ("row 0",)
    assert rows.row(2 * full + 2) == (f"row {2 * full + 2}",)
    assert rows.row(full) == (f"row {full}",)
    assert [len(ids) for ids in reader.asked] == [full, part, 3, full]
