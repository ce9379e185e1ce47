"""The table as a user has it: keyboard, selection, layout, copy, empty state, editing in the cell."""

import json
import time
from array import array

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.theme import apply_theme
from crm_desktop.ui.tokens import DARK, LIGHT
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.field_editors import ChoiceField
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.record_table_model import RecordTableModel
from crm_desktop.ui.widgets.text_field import TextField
from tests.ui.fakes import FakeSource
from tests.ui.screen import show_active

Key, Button = Qt.Key, Qt.MouseButton


@pytest.fixture
def source() -> FakeSource:
    return FakeSource(20)


@pytest.fixture
def table(qtbot: QtBot, source: FakeSource) -> RecordTable:
    table = RecordTable(name="Customers")
    table.set_records(RecordTableModel(source, parent=table))
    table.resize(760, 520)
    show_active(qtbot, table)
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))
    return table


def open_editor(table: RecordTable, row: int, column: int) -> TextField:
    assert table.records is not None
    table.setCurrentIndex(table.records.index(row, column))
    table.edit_current()
    editor = table.findChild(TextField)
    assert isinstance(editor, TextField)
    return editor


# --- keyboard and selection --------------------------------------------------------------------


def test_enter_opens_and_delete_moves_the_selection_to_the_trash(table: RecordTable, qtbot: QtBot) -> None:
    table.select_ids([2, 5, 6])
    with qtbot.waitSignal(table.open_requested) as opened:
        qtbot.keyClick(table, Key.Key_Return)
    with qtbot.waitSignal(table.trash_requested) as trashed:
        qtbot.keyClick(table, Key.Key_Delete)
    assert opened.args == [2]
    assert trashed.args == [[2, 5, 6]]


def test_arrows_move_the_current_record_and_say_so(table: RecordTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.current_record_changed) as moved:
        qtbot.keyClick(table, Key.Key_Down)
    assert moved.args == [2]
    assert table.current_id() == 2
    qtbot.keyClick(table, Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert table.selected_ids() == [2, 3]
    assert table.selected_count() == 2


def test_everything_can_be_selected(table: RecordTable, qtbot: QtBot) -> None:
    qtbot.keyClick(table, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert table.selected_count() == 20
    assert table.selected_ids() == list(range(1, 21))


def test_the_selection_stays_with_its_records_when_the_list_is_read_again(
    table: RecordTable, source: FakeSource
) -> None:
    table.select_ids([4, 9], current=9)
    source.ids = array("I", [9, 30, 4, 1])
    table.refresh()
    assert table.selected_ids() == [9, 4]
    assert table.current_id() == 9
    assert table.currentIndex().row() == 0


def test_a_selected_record_that_is_gone_is_no_longer_selected(table: RecordTable, source: FakeSource) -> None:
    table.select_ids([4])
    source.ids = array("I", [1, 2])
    table.refresh()
    assert table.selected_ids() == []


def test_ten_thousand_selected_records_are_selected_again_without_a_pause(qtbot: QtBot) -> None:
    table = RecordTable()
    qtbot.addWidget(table)
    table.set_records(RecordTableModel(FakeSource(10_000), parent=table))
    table.selectAll()
    began = time.perf_counter()
    table.refresh()
    assert table.selected_count() == 10_000
    assert time.perf_counter() - began < 0.5


def test_a_selection_below_the_first_page_comes_back_when_the_order_changes(
    qtbot: QtBot, tasks: Tasks
) -> None:
    source = FakeSource(500)
    table = RecordTable()
    qtbot.addWidget(table)
    model = RecordTableModel(source, tasks=tasks, parent=table)
    table.set_records(model)
    assert tasks.wait_idle()
    table.select_ids([3, 400], current=400)
    source.ids = array("I", reversed(source.ids))
    model.set_source(source)
    assert table.selected_ids() == []
    assert tasks.wait_idle()
    assert table.selected_ids() == [400, 3]
    assert table.current_id() == 400


def test_a_new_choice_is_not_overruled_by_the_selection_before(qtbot: QtBot, tasks: Tasks) -> None:
    source = FakeSource(500)
    table = RecordTable()
    qtbot.addWidget(table)
    model = RecordTableModel(source, tasks=tasks, parent=table)
    table.set_records(model)
    assert tasks.wait_idle()
    table.select_ids([400])
    model.set_source(source)
    table.select_ids([7])
    assert tasks.wait_idle()
    assert table.selected_ids() == [7]


def test_a_double_click_edits_or_opens(table: RecordTable, qtbot: QtBot) -> None:
    calls = table.visualRect(table.model().index(3, 5)).center()
    qtbot.mouseClick(table.viewport(), Button.LeftButton, pos=calls)
    with qtbot.waitSignal(table.open_requested) as opened:
        qtbot.mouseDClick(table.viewport(), Button.LeftButton, pos=calls)
    assert opened.args == [4]
    qtbot.mouseDClick(
        table.viewport(), Button.LeftButton, pos=table.visualRect(table.model().index(3, 0)).center()
    )
    assert table.editing


def test_the_menu_is_asked_for_with_the_selected_records(table: RecordTable, qtbot: QtBot) -> None:
    table.select_ids([2, 3])
    with qtbot.waitSignal(table.menu_requested) as asked:
        table.customContextMenuRequested.emit(QPoint(5, 5))
    assert asked.args is not None
    assert asked.args[0] == [2, 3]


# --- order, columns, copy ----------------------------------------------------------------------


def click_header(table: RecordTable, qtbot: QtBot, column: int) -> None:
    header = table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Button.LeftButton, pos=at)


def test_a_click_on_a_title_asks_for_an_order_and_a_second_one_turns_it(
    table: RecordTable, qtbot: QtBot
) -> None:
    asked: list[tuple[str, bool]] = []
    table.sort_requested.connect(lambda key, ascending: asked.append((key, ascending)))
    click_header(table, qtbot, 1)
    click_header(table, qtbot, 1)
    click_header(table, qtbot, 0)
    click_header(table, qtbot, 5)
    assert asked == [("company", True), ("company", False), ("name", True)]


def test_the_layout_comes_back_from_json(table: RecordTable, qtbot: QtBot) -> None:
    table.setColumnWidth(1, 210)
    table.setColumnHidden(2, True)  # noqa: FBT003 - Qt's signature
    table.horizontalHeader().moveSection(3, 0)
    table.show_sort("status", ascending=False)
    stored = json.loads(json.dumps(table.save_layout()))
    other = RecordTable()
    qtbot.addWidget(other)
    other.set_records(RecordTableModel(FakeSource(3), parent=other))
    other.restore_layout(stored | {"order": ["unknown", *stored["order"]]})
    assert other.save_layout() == stored
    assert stored["order"][0] == "status"
    assert stored["hidden"] == ["phone"]
    assert stored["sort"] == ["status", False]


def test_columns_are_shown_and_hidden_from_a_menu_but_never_the_last_one(
    table: RecordTable, qtbot: QtBot
) -> None:
    menu = table.columns_menu()
    with qtbot.waitSignal(table.layout_changed):
        menu.actions()[1].trigger()
    assert table.isColumnHidden(1)
    for place in (2, 3, 4, 5):
        menu.actions()[place].trigger()
    menu.close()
    last = table.columns_menu()
    assert [action.isEnabled() for action in last.actions()] == [False, True, True, True, True, True]
    last.actions()[1].trigger()
    assert not table.isColumnHidden(1)
    assert table.columnWidth(1) > 0
    last.close()


def test_copy_takes_a_cell_or_rows_as_a_spreadsheet_expects_them(table: RecordTable, qtbot: QtBot) -> None:
    table.select_ids([3])
    table.setCurrentIndex(table.model().index(2, 2))
    qtbot.keySequence(table, QKeySequence("Ctrl+C"))
    assert QGuiApplication.clipboard().text() == "+49 3"
    table.setColumnHidden(5, True)  # noqa: FBT003 - Qt's signature
    table.select_ids([1, 2])
    table.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Name\tCompany\tPhone\tStatus\tSince"
    assert lines[1:] == [f"Person {n}\tHafen Nord\t+49 {n}\tActive\t3 Mar" for n in (1, 2)]


def test_an_empty_list_says_what_to_do(table: RecordTable, source: FakeSource, qtbot: QtBot) -> None:
    empty = EmptyState(glyph="users", sentence="No customers yet.", action="New customer")
    table.set_empty_state(empty)
    assert not empty.isVisible()
    source.ids = array("I")
    table.refresh()
    assert empty.isVisible()
    with qtbot.waitSignal(empty.action_requested):
        qtbot.mouseClick(empty.button, Button.LeftButton)
    source.ids = array("I", [1])
    table.refresh()
    assert not empty.isVisible()


# --- painting ----------------------------------------------------------------------------------


def colour_at(table: RecordTable, point: QPoint) -> QColor:
    image = table.viewport().grab().toImage()
    return image.pixelColor(point * image.devicePixelRatio())


def move_pointer(table: RecordTable, point: QPoint) -> None:
    """Tell the table of a pointer at ``point``; a display's own pointer moves in its own time."""
    at, nothing = QPointF(point), Button.NoButton
    move = QMouseEvent(QEvent.Type.MouseMove, at, at, nothing, nothing, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(table.viewport(), move)


def test_the_current_row_has_an_accent_bar_and_the_row_under_the_pointer_a_tint(
    table: RecordTable, qtbot: QtBot
) -> None:
    first, second = (table.visualRect(table.model().index(row, 0)) for row in (0, 1))
    assert colour_at(table, QPoint(1, first.center().y())) == QColor(LIGHT.accent)
    move_pointer(table, second.center())
    assert colour_at(table, QPoint(2, second.center().y())) == QColor(LIGHT.hover)
    QApplication.sendEvent(table.viewport(), QEvent(QEvent.Type.Leave))
    assert colour_at(table, QPoint(2, second.center().y())) == QColor(LIGHT.surface)


def test_the_table_follows_the_theme(table: RecordTable, qapp: QApplication) -> None:
    apply_theme(qapp, "dark")
    row = table.visualRect(table.model().index(0, 0))
    assert colour_at(table, QPoint(1, row.center().y())) == QColor(DARK.accent)


def test_rows_are_36_pixels_or_28(table: RecordTable) -> None:
    assert table.rowHeight(0) == 36
    table.set_compact(compact=True)
    assert table.rowHeight(0) == 28


def test_a_mirrored_table_has_its_bar_at_the_right(table: RecordTable) -> None:
    table.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    row = table.visualRect(table.model().index(0, 0))
    assert colour_at(table, QPoint(table.viewport().width() - 2, row.center().y())) == QColor(LIGHT.accent)


def test_a_mirrored_table_keeps_the_direction_of_numbers(table: RecordTable) -> None:
    text, plain_width = table.delegate.painter.fit("+49 30 1", 200, strong=False)
    assert text == "+49 30 1"
    table.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    table.delegate.painter.refresh()
    shown, width = table.delegate.painter.fit("+49 30 1", 200, strong=False)
    assert shown == "\u2068+49 30 1\u2069"
    assert width == plain_width


# --- editing in the cell -----------------------------------------------------------------------


def test_f2_edits_enter_saves_and_the_table_has_the_focus_again(
    table: RecordTable, source: FakeSource, qtbot: QtBot
) -> None:
    qtbot.keyClick(table, Key.Key_F2)
    editor = table.findChild(TextField)
    assert isinstance(editor, TextField)
    assert editor.text() == "Person 1"
    assert editor.accessibleName() == "Edit Name"
    editor.setText("Zoë")
    qtbot.keyClick(editor, Key.Key_Return)
    assert source.saved == [(1, "name", "Zoë")]
    assert not table.editing
    assert table.model().index(0, 0).data() == "Zoë"
    assert table.hasFocus()


def test_f2_on_a_cell_that_cannot_be_edited_edits_no_other_one(table: RecordTable, qtbot: QtBot) -> None:
    table.setCurrentIndex(table.model().index(2, 5))
    qtbot.keyClick(table, Key.Key_F2)
    assert not table.editing
    assert table.currentIndex().column() == 5


def test_an_open_cell_can_be_closed_without_saving(
    table: RecordTable, source: FakeSource, qtbot: QtBot
) -> None:
    qtbot.keyClicks(open_editor(table, 0, 1), "Nordk")
    table.revert_edit()
    table.hide()
    QApplication.processEvents()
    assert not table.editing
    assert source.saved == []


def test_escape_leaves_everything_as_it_was(table: RecordTable, source: FakeSource, qtbot: QtBot) -> None:
    editor = open_editor(table, 0, 0)
    qtbot.keyClicks(editor, "nonsense")
    qtbot.keyClick(editor, Key.Key_Escape)
    assert not table.editing
    assert source.saved == []
    assert table.model().index(0, 0).data() == "Person 1"


def test_an_unchanged_value_is_not_saved(table: RecordTable, source: FakeSource, qtbot: QtBot) -> None:
    editor = open_editor(table, 0, 0)
    qtbot.keyClick(editor, Key.Key_Return)
    assert source.saved == []
    assert not table.editing


def test_a_refusal_keeps_the_editor_open_with_its_sentence_under_it(
    table: RecordTable, source: FakeSource, qtbot: QtBot
) -> None:
    editor = open_editor(table, 1, 2)
    qtbot.keyClicks(editor, "12ab")
    qtbot.keyClick(editor, Key.Key_Return)
    assert table.editing
    assert editor.isVisible()
    assert editor.property("refused")
    assert table.delegate.refusal == "“12ab” is not a phone number. Nothing was changed."
    assert editor.accessibleDescription() == table.delegate.refusal
    qtbot.keyClick(editor, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(editor, "+49 30 1")
    assert not editor.property("refused")
    qtbot.keyClick(editor, Key.Key_Return)
    assert source.saved == [(2, "phone", "+49 30 1")]
    assert not table.editing


def test_a_refused_editor_stays_when_another_cell_is_clicked(table: RecordTable, qtbot: QtBot) -> None:
    editor = open_editor(table, 1, 2)
    qtbot.keyClicks(editor, "12ab")
    qtbot.mouseClick(
        table.viewport(), Button.LeftButton, pos=table.visualRect(table.model().index(8, 1)).center()
    )
    assert editor.isVisible()
    assert table.delegate.refusal
    qtbot.waitUntil(editor.hasFocus)
    qtbot.keyClick(editor, Key.Key_Escape)
    assert not editor.isVisible()
    assert not table.delegate.refusal


def test_leaving_the_cell_saves(table: RecordTable, source: FakeSource, qtbot: QtBot) -> None:
    editor = open_editor(table, 1, 0)
    qtbot.keyClicks(editor, "Ana")
    qtbot.mouseClick(
        table.viewport(), Button.LeftButton, pos=table.visualRect(table.model().index(8, 1)).center()
    )
    assert source.saved == [(2, "name", "Ana")]
    assert not table.editing


def test_tab_saves_and_edits_the_next_cell(table: RecordTable, source: FakeSource, qtbot: QtBot) -> None:
    editor = open_editor(table, 1, 0)
    qtbot.keyClicks(editor, "Ana")
    qtbot.keyClick(editor, Key.Key_Tab)
    assert source.saved == [(2, "name", "Ana")]
    assert table.editing
    assert table.currentIndex().column() == 1


def test_a_choice_is_edited_with_its_list(table: RecordTable, source: FakeSource, qtbot: QtBot) -> None:
    table.setCurrentIndex(table.model().index(0, 3))
    table.edit_current()
    editor = table.findChild(ChoiceField)
    assert isinstance(editor, ChoiceField)
    assert editor.value() == "a"
    editor.set_value("l")
    qtbot.keyClick(editor, Key.Key_Return)
    assert source.saved == [(1, "status", "l")]


def test_a_date_is_edited_as_text_and_saved_as_iso(
    table: RecordTable, source: FakeSource, qtbot: QtBot
) -> None:
    editor = open_editor(table, 0, 4)
    assert editor.text() == "2026-03-03"
    editor.selectAll()
    qtbot.keyClicks(editor, "31.12.2026")
    qtbot.keyClick(editor, Key.Key_Return)
    assert source.saved == [(1, "since", "2026-12-31")]


def test_an_editor_fits_its_row_and_is_wide_enough_to_type_in(table: RecordTable) -> None:
    table.setColumnWidth(1, 60)
    editor = open_editor(table, 3, 1)
    row = table.visualRect(table.model().index(3, 1))
    assert editor.height() <= 36
    assert row.top() <= editor.geometry().top()
    assert editor.geometry().bottom() <= row.bottom()
    assert editor.width() >= 150
    assert editor.geometry().right() <= table.viewport().width()


def test_reading_the_list_again_does_not_take_an_open_editor_away(
    table: RecordTable, source: FakeSource, qtbot: QtBot
) -> None:
    editor = open_editor(table, 0, 0)
    qtbot.keyClicks(editor, "half")
    source.ids = array("I", [2, 1])
    table.refresh()
    assert table.editing
    assert editor.text() == "half"
    assert table.model().rowCount() == 20
    qtbot.keyClick(editor, Key.Key_Return)
    assert source.saved == [(1, "name", "half")]
    assert table.model().rowCount() == 2
    assert table.current_id() == 1


def test_another_list_takes_an_open_editor_and_its_refusal_away(table: RecordTable, qtbot: QtBot) -> None:
    editor = open_editor(table, 1, 2)
    qtbot.keyClicks(editor, "12ab")
    qtbot.keyClick(editor, Key.Key_Return)
    gone: list[bool] = []
    editor.destroyed.connect(lambda: gone.append(True))
    assert table.records is not None
    table.records.set_source(FakeSource(3))
    qtbot.waitUntil(lambda: gone != [])
    assert not table.delegate.refusal
    assert table.model().rowCount() == 3
    open_editor(table, 0, 0)
    assert table.editing


def test_an_editor_waits_for_an_answer_from_a_thread(qtbot: QtBot, tasks: Tasks) -> None:
    source = FakeSource(5)
    table = RecordTable()
    table.set_records(RecordTableModel(source, tasks=tasks, parent=table))
    table.resize(760, 300)
    show_active(qtbot, table)
    assert tasks.wait_idle()
    editor = open_editor(table, 0, 2)
    qtbot.keyClicks(editor, "12ab")
    qtbot.keyClick(editor, Key.Key_Return)
    assert editor.isVisible()
    assert editor.isReadOnly()
    assert tasks.wait_idle()
    assert not editor.isReadOnly()
    assert table.delegate.refusal
    qtbot.waitUntil(editor.hasFocus)
    editor.setText("+49 30")
    qtbot.keyClick(editor, Key.Key_Return)
    assert tasks.wait_idle()
    assert source.saved == [(1, "phone", "+49 30")]
    assert not table.editing
