"""The windowed model's promises, one test each; lists under Qt's testers stay at twenty rows."""

import sys
import tracemalloc
from array import array
from collections.abc import Callable, Mapping, Sequence

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.record_source import Row
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.record_table_model import RecordRole, RecordTableModel, SortRole
from crm_desktop.ui.widgets.row_window import PAGE_ROWS, PAGES_KEPT
from tests.ui.fakes import FakeSource, HugeSource
from tests.ui.screen import show_active

Role = Qt.ItemDataRole


@pytest.mark.parametrize("count", [0, 1, 20])
def test_it_is_a_correct_model(qtmodeltester: ModelTester, count: int) -> None:
    model = RecordTableModel(FakeSource(count))
    qtmodeltester.check(model, force_py=True)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    exercise(model)
    assert tester.model() is model


def exercise(model: RecordTableModel) -> None:
    """Do everything that changes a model, for the tester that watches it."""
    model.refresh()
    model.mark_stale()
    model.set_source(FakeSource(12, first=5))
    model.set_source(FakeSource(0))
    model.refresh()


def test_the_first_page_is_there_at_once_and_the_rest_follows(tasks: Tasks, qtbot: QtBot) -> None:
    source = FakeSource(500, first=64)
    model = RecordTableModel(source, tasks=tasks)
    assert model.rowCount() == 64
    with qtbot.waitSignals([model.rowsInserted, model.ids_complete]):
        pass
    assert model.rowCount() == 500
    assert model.complete
    assert source.asked == []


def test_a_snapshot_that_disagrees_with_the_first_page_replaces_it(qtbot: QtBot) -> None:
    source = FakeSource(10)
    source.first_page = iter([[7, 8]]).__next__  # type: ignore[method-assign]
    model = RecordTableModel(source)
    assert [model.id_at(row) for row in range(3)] == [1, 2, 3]


def test_what_is_shown_stays_until_the_list_is_read_again(tasks: Tasks, qtbot: QtBot) -> None:
    source = FakeSource(300)
    model = RecordTableModel(source, tasks=tasks)
    assert tasks.wait_idle()
    source.ids = array("I", [5, 6])
    model.refresh()
    assert model.rowCount() == 300
    with qtbot.waitSignal(model.modelReset):
        pass
    assert [model.id_at(row) for row in range(model.rowCount())] == [5, 6]


def test_ids_may_come_as_bytes(qtbot: QtBot) -> None:
    source = FakeSource(5)
    ids = array("I", [1, 2, 3, 4_000_000_000])
    source.first_page = list  # type: ignore[method-assign]
    source.all_ids = ids.tobytes  # type: ignore[assignment,method-assign]
    assert RecordTableModel(source).id_at(3) == 4_000_000_000


def test_nobody_reads_all_ids_of_a_list_that_was_left_at_once(tasks: Tasks) -> None:
    reads: list[str] = []

    class Typed(FakeSource):
        def all_ids(self) -> "array[int]":
            reads.append("k")
            return super().all_ids()

    model = RecordTableModel(FakeSource(3), tasks=tasks)
    assert tasks.wait_idle()
    model.set_source(Typed(300))
    model.set_source(FakeSource(200))
    assert tasks.wait_idle()

    assert reads == []
    assert model.rowCount() == 200


def test_an_overtaken_snapshot_is_thrown_away(tasks: Tasks) -> None:
    model = RecordTableModel(FakeSource(300), tasks=tasks)
    model.set_source(FakeSource(3))
    assert tasks.wait_idle()
    assert model.rowCount() == 3


def test_every_role_of_a_cell_is_answered(qtbot: QtBot) -> None:
    model = RecordTableModel(FakeSource(3))
    status = model.index(1, 3)
    assert status.data(Role.DisplayRole) == "Active"
    assert status.data(Role.EditRole) == "a"
    assert status.data(Role.ToolTipRole) == "Active"
    assert status.data(Role.AccessibleTextRole) == "Status: Active"
    assert status.data(Role.DecorationRole) is None
    assert status.data(RecordRole) == 2
    assert status.data(SortRole) == "status"
    assert model.index(0, 4).data(Role.TextAlignmentRole) & int(Qt.AlignmentFlag.AlignRight)
    assert model.headerData(4, Qt.Orientation.Horizontal) == "Since"
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert model.headerData(99, Qt.Orientation.Horizontal) is None


def test_only_columns_with_an_editor_can_be_edited(qtbot: QtBot) -> None:
    model = RecordTableModel(FakeSource(3))
    assert model.index(0, 0).flags() & Qt.ItemFlag.ItemIsEditable
    assert not model.index(0, 5).flags() & Qt.ItemFlag.ItemIsEditable
    assert not model.setData(model.index(0, 5), "8")


def test_a_cell_shows_the_new_value_once_it_is_saved(qtbot: QtBot) -> None:
    source = FakeSource(3)
    model = RecordTableModel(source)
    index = model.index(1, 0)
    assert index.data() == "Person 2"
    with qtbot.waitSignals([model.dataChanged, model.record_saved]):
        assert model.setData(index, "Zoë")
    assert source.saved == [(2, "name", "Zoë")]
    assert index.data() == "Zoë"


def test_a_refused_value_is_told_with_its_sentence_and_not_shown(qtbot: QtBot) -> None:
    model = RecordTableModel(FakeSource(3))
    index = model.index(1, 2)
    with qtbot.waitSignal(model.edit_refused) as told:
        assert not model.setData(index, "12ab")
    assert told.args is not None
    assert told.args == [index, "“12ab” is not a phone number. Nothing was changed."]
    assert index.data() == "+49 2"


def test_saving_in_a_thread_answers_later(tasks: Tasks, qtbot: QtBot) -> None:
    source = FakeSource(3)
    model = RecordTableModel(source, tasks=tasks)
    with qtbot.waitSignal(model.edit_refused):
        assert model.setData(model.index(0, 2), "12ab")
    with qtbot.waitSignal(model.record_saved) as saved:
        assert model.setData(model.index(0, 0), "Ana")
    assert saved.args == [1, "name"]
    assert tasks.wait_idle()


def test_an_injected_saver_decides(qtbot: QtBot) -> None:
    asked: list[tuple[int, str, object]] = []

    def saver(
        record_id: int,
        key: str,
        value: object,
        saved: Callable[[], None],
        refused: Callable[[KnownError], None],
    ) -> None:
        asked.append((record_id, key, value))
        refused(InvalidValueError("value_required", field="Name")) if not value else saved()

    model = RecordTableModel(FakeSource(3), saver=saver)
    assert model.setData(model.index(0, 0), "Ana")
    assert not model.setData(model.index(0, 0), "")
    assert asked == [(1, "name", "Ana"), (1, "name", "")]


def test_a_list_that_cannot_be_read_is_told(qtbot: QtBot) -> None:
    model = RecordTableModel(FakeSource(3))
    source = FakeSource(3)
    source.busy = True
    model.set_source(source)
    with qtbot.waitSignal(model.load_refused) as told:
        assert model.index(0, 0).data() == ""
    assert told.args == ["This record no longer exists. Nothing was changed."]


def test_rows_are_found_by_id(qtbot: QtBot) -> None:
    model = RecordTableModel(FakeSource(100))
    assert model.row_of(42) == 41
    assert model.row_of(4200) is None
    assert model.rows_of([42, 4200, 1]) == [0, 41]
    assert model.rows_of(range(1, 21)) == list(range(20))
    assert model.ids_between(-5, 1) == [1, 2]
    assert model.id_at(-1) is None
    assert model.column_of("status") == 3
    assert model.column_of("nothing") is None


def test_a_million_ids_cost_four_bytes_each_and_only_visible_pages_are_read(qtbot: QtBot) -> None:
    source = HugeSource(1_000_000)
    tracemalloc.start()
    try:
        model = RecordTableModel(source)
        table = RecordTable()
        table.set_records(model)
        table.resize(800, 600)
        show_active(qtbot, table)
        for row in (0, 999_999, *range(0, 1_000_000, 12_345)):
            table.scrollTo(model.index(row, 0))
            table.viewport().repaint()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert model.rowCount() == 1_000_000
    assert len(source.asked) <= 85 * 3 * PAGE_ROWS
    assert held < 4_000_000 + PAGES_KEPT * PAGE_ROWS * 1_500 + 4_000_000


class CountingSource(HugeSource):
    """Also counts how often it is asked."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.readings = 0

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        self.readings += 1
        return super().rows(ids)


def test_a_jump_asks_once_for_all_the_rows_it_shows(qtbot: QtBot) -> None:
    source = CountingSource(10_000)
    table = RecordTable()
    table.set_records(RecordTableModel(source))
    table.resize(800, 600)
    show_active(qtbot, table)
    table.viewport().repaint()
    for row in (5000, 5 * PAGE_ROWS - 1):
        before = source.readings
        table.verticalScrollBar().setValue(row * table.rowHeight(0))
        table.viewport().repaint()
        assert source.readings == before + 1


def test_two_hundred_repaints_take_no_reference_off_none(qtbot: QtBot) -> None:
    """PySide6 6.12.0 loses one per void Qt call on Python < 3.12 and aborts after a few thousand."""
    table = RecordTable()
    table.set_records(RecordTableModel(FakeSource(200)))
    table.resize(700, 500)
    show_active(qtbot, table)
    table.viewport().repaint()
    before = sys.getrefcount(None)
    for _ in range(200):
        table.viewport().repaint()
    assert abs(sys.getrefcount(None) - before) < 400


def test_the_type_is_qts() -> None:
    assert issubclass(RecordTableModel, QAbstractItemModel)
