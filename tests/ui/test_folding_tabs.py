"""Tabs that fold into a menu: which stand in the row, and that the open one always does."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from crm_desktop.ui.widgets.folding_tabs import FoldingTabs

WORDS = ("Overview", "Timeline", "Products", "Relations", "Bank", "Files", "History")


@pytest.fixture
def tabs(qtbot: QtBot) -> FoldingTabs:
    made = FoldingTabs()
    qtbot.addWidget(made)
    for words in WORDS:
        made.addTab(QLabel(words), words)
    made.resize(2000, 300)
    made.show()
    QApplication.processEvents()
    return made


def narrow(tabs: FoldingTabs, width: int) -> None:
    tabs.resize(width, 300)
    QApplication.processEvents()


def test_with_room_for_all_there_is_no_menu(tabs: FoldingTabs) -> None:
    assert tabs.folded() == []
    assert not tabs.more.isVisible()


def test_the_last_ones_are_in_the_menu_and_nothing_scrolls(tabs: FoldingTabs) -> None:
    narrow(tabs, 300)
    folded = tabs.folded()
    assert folded
    assert folded == list(range(7 - len(folded), 7))
    assert tabs.more.isVisible()
    shown = [tab for tab in range(7) if tab not in folded]
    bar = tabs.tabBar()
    assert all(bar.rect().contains(bar.tabRect(tab)) for tab in shown)


def test_a_tab_opened_from_the_menu_stands_in_the_row_and_has_the_keyboard(tabs: FoldingTabs) -> None:
    narrow(tabs, 300)
    menu = tabs.more.menu()
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == [WORDS[tab] for tab in tabs.folded()]
    menu.actions()[-1].trigger()
    QApplication.processEvents()
    assert tabs.currentIndex() == 6
    assert tabs.tabBar().isTabVisible(6)
    QTest.keyClick(tabs.tabBar(), Qt.Key.Key_Left)
    assert tabs.currentIndex() != 6
    assert tabs.tabBar().isTabVisible(tabs.currentIndex())


def test_a_tab_opened_by_the_program_stands_in_the_row(tabs: FoldingTabs) -> None:
    narrow(tabs, 300)
    tabs.setCurrentIndex(5)
    QApplication.processEvents()
    assert tabs.tabBar().isTabVisible(5)
    assert tabs.currentWidget().isVisible()


def test_wider_again_all_are_back_in_their_order(tabs: FoldingTabs) -> None:
    narrow(tabs, 300)
    tabs.setCurrentIndex(6)
    narrow(tabs, 2000)
    assert tabs.folded() == []
    assert [tabs.tabText(tab) for tab in range(7)] == list(WORDS)
    assert tabs.currentIndex() == 6
