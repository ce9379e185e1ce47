"""The timeline: headings per day, older entries on demand, keyboard, ten thousand entries."""

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from crm_desktop.ui.widgets.timeline import Entry, EntryRole, Timeline, TimelineModel
from tests.ui.screen import show_active

ENTRIES = [
    Entry(1, "phone-incoming", "Call, answered", "today 09:14 · Ana", "Today"),
    Entry(2, "phone-x", "Missed call", "today 08:00", "Today", tone="danger"),
    Entry(3, "note-pencil", "Note", "", "Yesterday", tip="Saturday, 21 November 2026"),
]


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    view = Timeline()
    view.entries.set_entries(ENTRIES)
    view.resize(360, 420)
    show_active(qtbot, view)
    return view


def test_it_is_a_correct_model(qtmodeltester: ModelTester) -> None:
    model = TimelineModel()
    model.set_entries(ENTRIES)
    qtmodeltester.check(model, force_py=True)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.append([Entry(4, "note-pencil", "Older", day="3 November")], more=True)
    model.set_entries([])
    assert tester.model() is model


def test_each_day_has_one_heading_also_across_pages(timeline: Timeline) -> None:
    timeline.entries.append(
        [Entry(4, "phone", "Older", day="Yesterday"), Entry(5, "phone", "Old", day="3 November")]
    )
    rows = [timeline.entries.item(row) for row in range(timeline.entries.rowCount())]
    assert [row for row in rows if isinstance(row, str)] == ["Today", "Yesterday", "3 November"]
    assert timeline.entries.item(99) is None


def test_a_screen_reader_hears_both_lines_and_the_day(timeline: Timeline) -> None:
    index = timeline.entries.index(1, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Call, answered, today 09:14 · Ana, Today"
    assert timeline.entries.index(4, 0).data(Qt.ItemDataRole.ToolTipRole) == "Saturday, 21 November 2026"
    assert timeline.entries.index(0, 0).data(EntryRole) is None


def test_the_keyboard_passes_over_headings_and_enter_opens(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.setFocus()
    timeline.setCurrentIndex(timeline.entries.index(2, 0))
    qtbot.keyClick(timeline, Qt.Key.Key_Down)
    with qtbot.waitSignal(timeline.entry_opened) as opened:
        qtbot.keyClick(timeline, Qt.Key.Key_Return)
    assert opened.args == [3]


def test_older_entries_are_asked_for_once_until_they_come(qtbot: QtBot) -> None:
    model = TimelineModel()
    asked: list[int] = []
    model.entries_wanted.connect(lambda: asked.append(1))
    model.set_entries(ENTRIES, more=True)
    root = model.index(-1, -1)
    model.fetchMore(root)
    model.fetchMore(root)
    assert asked == [1]
    model.append([Entry(9, "phone", "Old")], more=False)
    assert not model.canFetchMore(root)


def test_ten_thousand_entries_are_shown_and_scrolled_without_a_pause(qtbot: QtBot) -> None:
    view = Timeline()
    entries = [Entry(n, "phone", f"Call {n}", f"detail {n}", f"day {n // 5}") for n in range(10_000)]
    view.resize(360, 600)
    show_active(qtbot, view)
    began = time.perf_counter()
    view.entries.set_entries(entries)
    view.viewport().repaint()
    shown_s = time.perf_counter() - began
    view.scrollToBottom()
    began = time.perf_counter()
    view.viewport().repaint()
    assert time.perf_counter() - began < 0.25
    assert shown_s < 1.0
