"""A row whose cells are made when they are asked for."""

import pytest

from crm_desktop.ui.widgets.record_source import Cell, CellValue, LazyRow


class Maker:
    """Makes a cell from its place and remembers which were wanted."""

    def __init__(self) -> None:
        self.made: list[int] = []

    def __call__(self, place: int) -> CellValue:
        self.made.append(place)
        return Cell(f"cell {place}") if place % 2 else f"text {place}"


def test_a_cell_is_made_when_it_is_asked_for_and_once() -> None:
    maker = Maker()
    row = LazyRow(4, maker)
    assert len(row) == 4
    assert maker.made == []
    assert [row[1], row[1], row[-1]] == [Cell("cell 1"), Cell("cell 1"), Cell("cell 3")]
    assert maker.made == [1, 3]


def test_a_row_is_read_like_any_other() -> None:
    row = LazyRow(3, Maker())
    assert list(row) == ["text 0", Cell("cell 1"), "text 2"]
    assert row[1:] == [Cell("cell 1"), "text 2"]
    with pytest.raises(IndexError):
        _ = row[3]
