"""Columns share a table's width: all grow alike, and what cannot be cut gives way last."""

from crm_desktop.ui.widgets.column_fit import shared_out
from crm_desktop.ui.widgets.record_source import Column

COLUMNS = (Column("name", "Name"), Column("phone", "Phone", rigid=True), Column("city", "City"))
USUAL = (200, 100, 100)


def test_room_to_spare_goes_to_every_column() -> None:
    assert shared_out(COLUMNS, USUAL, 800) == [400, 200, 200]


def test_a_rigid_column_keeps_its_width_while_others_give_way() -> None:
    assert shared_out(COLUMNS, USUAL, 370) == [180, 100, 90]


def test_below_a_readable_width_the_table_scrolls() -> None:
    assert shared_out(COLUMNS, USUAL, 200) == [124, 100, 62]


def test_nothing_but_rigid_columns_is_shared_out_too() -> None:
    assert shared_out(COLUMNS[1:2], (100,), 90) == [90]
