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
    assert [rows.row(at) for at in (70, 71, 127)] == [("row 70",), ("row 71",), ("row 127",)]
    assert reader.asked == [list(range(64, 128))]


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
    rows.row(64)
    reader.word = "new"
    assert rows.mark_stale([70]) == [(64, 127)]
    assert len(reader.asked) == 2
    assert rows.row(0) == ("row 0",)
    assert rows.row(64) == ("new 64",)
    assert rows.mark_stale(None) == [(0, 63), (64, 127)]


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
    rows = window(reader, 100)
    rows.row(0)
    rows.row(99)
    rows.extend(array("I", range(150)))
    assert rows.row(0) == ("row 0",)
    assert rows.row(149) == ("row 149",)
    assert rows.row(99) == ("row 99",)
    assert [len(ids) for ids in reader.asked] == [64, 36, 22, 64]
