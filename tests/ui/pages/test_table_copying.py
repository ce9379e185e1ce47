"""Copying many rows: read in a worker under the titles on screen, stopped, refused where absurdly many."""

from array import array
from collections.abc import Mapping, Sequence

import pytest
from PySide6.QtGui import QGuiApplication

from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets import table_clipboard, table_copying
from crm_desktop.ui.widgets.record_source import Cell, Column, Row
from crm_desktop.ui.widgets.table_clipboard import VisibleColumns, read_text
from tests.ui.desk import Desk


class Names:
    """Rows of a number and a cell; 7 is gone."""

    columns = (Column("id", "No."), Column("name", "Name"))

    def first_page(self) -> Sequence[int]:
        return ()

    def all_ids(self) -> "array[int]":
        return array("I")

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        return {one: (str(one), Cell(f"Person\n{one}")) for one in ids if one != 7}

    def save(self, record_id: int, column_key: str, value: object) -> None:
        raise AssertionError


def test_rows_are_read_in_parts_with_progress_and_what_is_gone_is_passed_over() -> None:
    steps: list[Progress] = []
    text = read_text(Names(), VisibleColumns(("Name", "No."), (1, 0)), range(1, 1001), progress=steps.append)
    lines = text.splitlines()
    assert lines[:2] == ["Name\tNo.", "Person 1\t1"]
    assert (len(lines), "Person 7\t7" in lines) == (1000, False)
    assert steps == [Progress(400, 1000), Progress(800, 1000), Progress(1000, 1000)]
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        read_text(Names(), VisibleColumns((), ()), [1], cancel=token)


@pytest.fixture
def page(desk: Desk) -> CustomersPage:
    made = desk.page("customers")
    assert isinstance(made, CustomersPage)
    return made


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call two rows many."""
    monkeypatch.setattr("crm_desktop.ui.widgets.record_table.AT_ONCE", 1)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("card_from", [1, 2000])
def test_many_rows_are_copied_by_a_worker(
    desk: Desk, page: CustomersPage, monkeypatch: pytest.MonkeyPatch, card_from: int
) -> None:
    monkeypatch.setattr(table_copying, "CARD_FROM", card_from)
    page.table.selectAll()
    expected = table_clipboard.copied_text(
        page.model, page.table.header, ids=page.table.selected_ids(), current=page.table.currentIndex()
    )
    QGuiApplication.clipboard().setText("before")
    page.record_copy()
    assert QGuiApplication.clipboard().text() == "before"
    desk.settle()
    assert QGuiApplication.clipboard().text() == expected
    assert expected.count("\n") == 4
    assert desk.workspace.notices.toast.label.text() == "3 rows copied"


@pytest.mark.usefixtures("few")
def test_a_newer_copy_takes_the_place_of_an_older_one(desk: Desk, page: CustomersPage) -> None:
    page.table.selectAll()
    page.record_copy()
    page.table.select_ids(page.model.ids_between(0, 1))
    page.record_copy()
    desk.settle()
    assert QGuiApplication.clipboard().text().count("\n") == 3


@pytest.mark.usefixtures("few")
def test_too_many_rows_are_refused_with_a_sentence(
    desk: Desk, page: CustomersPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_copying, "COPY_LIMIT", 2)
    QGuiApplication.clipboard().setText("before")
    page.table.selectAll()
    page.record_copy()
    desk.settle()
    assert QGuiApplication.clipboard().text() == "before"
    assert "too many for the clipboard" in desk.workspace.notices.bar.label.text()
