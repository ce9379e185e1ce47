"""Search box, chips, pill, avatar, shortened label, empty state, lines of chips."""

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.ui.widgets.avatar import Avatar, initials
from crm_desktop.ui.widgets.chip_bar import Chip, ChipBar
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.flow_layout import FlowLayout
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.search_box import SearchBox
from tests.ui.screen import show_active

CHIPS = (Chip("all", "All", 1_000_000), Chip("active", "Active", 612_480), Chip("back", "Call back today"))


# --- search ------------------------------------------------------------------------------------


def test_several_keys_of_one_moment_are_one_search(qtbot: QtBot) -> None:
    box = SearchBox("Search customers")
    show_active(qtbot, box)
    told: list[str] = []
    box.search_changed.connect(told.append)
    box.setText("m")
    box.setText("mü")
    box.setText("mül")
    qtbot.waitUntil(lambda: told != [])
    assert told == ["mül"]
    box.setText("x")
    box.setText("mül")
    QApplication.processEvents()
    assert told == ["mül"]


def test_escape_clears_and_then_leaves_and_down_goes_to_the_list(qtbot: QtBot) -> None:
    box = SearchBox()
    show_active(qtbot, box)
    box.setText("ana")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == ""
    with qtbot.waitSignal(box.left):
        qtbot.keyClick(box, Qt.Key.Key_Escape)
    with qtbot.waitSignal(box.down_requested):
        qtbot.keyClick(box, Qt.Key.Key_Down)
    QApplication.processEvents()


def test_the_shortcut_is_shown_only_where_there_is_room_and_nothing_typed(qtbot: QtBot) -> None:
    box = SearchBox("Search name, company, phone")
    box.resize(400, 32)
    show_active(qtbot, box)
    box.resize(400, 32)
    assert box.hint.isVisible()
    box.resize(150, 32)
    assert not box.hint.isVisible()
    box.resize(400, 32)
    box.setText("a")
    assert not box.hint.isVisible()
    QApplication.processEvents()


def test_taking_the_focus_selects_what_was_typed(qtbot: QtBot) -> None:
    box = SearchBox()
    show_active(qtbot, box)
    box.setText("ana")
    box.take_focus()
    assert box.selectedText() == "ana"
    QApplication.processEvents()


# --- chips -------------------------------------------------------------------------------------


def test_one_chip_is_chosen_and_a_click_chooses_another(qtbot: QtBot) -> None:
    bar = ChipBar(CHIPS)
    show_active(qtbot, bar)
    assert bar.current() == "all"
    button = next(button for button in bar.findChildren(QPushButton) if "Active" in button.text())
    with qtbot.waitSignal(bar.chosen) as chosen:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chosen.args == ["active"]
    assert bar.current() == "active"
    assert button.text() == "Active  612,480"
    assert button.accessibleName() == "Active, 612,480"


def test_counts_are_live_and_the_choice_survives_new_chips(qtbot: QtBot) -> None:
    bar = ChipBar(CHIPS)
    qtbot.addWidget(bar)
    bar.choose("back")
    bar.set_count("back", 14)
    bar.set_count("unknown", 1)
    assert "Call back today  14" in [button.text() for button in bar.findChildren(QPushButton)]
    bar.set_chips([Chip("new", "New"), CHIPS[2]])
    assert bar.current() == "back"
    bar.set_chips([Chip("new", "New")])
    assert bar.current() == "new"
    bar.set_chips([])
    assert bar.current() == ""


def test_a_right_click_on_a_chip_asks_for_its_menu(qtbot: QtBot) -> None:
    bar = ChipBar(CHIPS)
    show_active(qtbot, bar)
    with qtbot.waitSignal(bar.menu_requested) as asked:
        bar.findChildren(QPushButton)[1].customContextMenuRequested.emit(QPoint(2, 2))
    assert asked.args is not None
    assert asked.args[0] == "active"


def test_chips_go_to_the_next_line_and_are_mirrored(qtbot: QtBot) -> None:
    host = QWidget()
    layout = FlowLayout(host, spacing=8)
    buttons = [QPushButton("Fifteen letters") for _ in range(4)]
    for button in buttons:
        layout.addWidget(button)
    width = buttons[0].sizeHint().width()
    show_active(qtbot, host)
    host.resize(2 * width + 20, 200)
    assert [button.y() for button in buttons] == [0, 0, buttons[2].y(), buttons[2].y()]
    assert buttons[2].y() == layout.heightForWidth(host.width()) - buttons[2].height()
    assert buttons[0].x() < buttons[1].x()
    host.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    layout.activate()
    assert buttons[0].x() > buttons[1].x()
    assert layout.count() == 4
    assert layout.takeAt(9) is None
    assert layout.minimumSize().width() <= width


# --- names and words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Jürgen Müller", "JM"),
        ("Ana", "A"),
        ("Zoë van Łukasik", "ZŁ"),
        ("Whitfield & Sons", "WS"),
        ("", ""),
        ("– –", ""),
    ],
)
def test_initials_are_of_the_first_and_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_an_avatar_shows_another_person(qtbot: QtBot) -> None:
    avatar = Avatar("Ana Lindqvist", side=46)
    show_active(qtbot, avatar)
    before = avatar.grab().toImage()
    avatar.show_name("Ben Okri")
    assert avatar.grab().toImage() != before
    assert avatar.accessibleName() == "Ben Okri"
    assert avatar.sizeHint() == QSize(46, 46)


def test_a_pill_is_plain_text_in_a_tone_and_hidden_when_empty(qtbot: QtBot) -> None:
    host = QWidget()
    pill = Pill("<b>Active</b>", "ok", host)
    show_active(qtbot, host)
    assert pill.textFormat() == Qt.TextFormat.PlainText
    assert pill.isVisible()
    pill.show_value("")
    assert not pill.isVisible()
    pill.show_value("Paused", "warn")
    assert pill.isVisible()
    assert pill.property("tone") == "warn"


def test_a_label_that_is_too_narrow_is_shortened_and_whole_in_its_tool_tip(qtbot: QtBot) -> None:
    label = ElidedLabel("Head of dispatch at Hafenlogistik Nord")
    show_active(qtbot, label)
    label.resize(90, 20)
    assert label.text().endswith("…")
    assert label.toolTip() == label.full_text
    assert label.accessibleName() == label.full_text
    label.resize(600, 20)
    assert label.text() == label.full_text
    assert label.toolTip() == ""
    label.show_text("Ana")
    assert label.text() == "Ana"


def test_an_empty_page_has_one_sentence_and_one_button(qtbot: QtBot) -> None:
    empty = EmptyState(glyph="users", sentence="No customers yet. " * 6, action="New customer")
    show_active(qtbot, empty)
    empty.resize(300, 400)
    assert empty.sentence.height() >= empty.sentence.heightForWidth(empty.sentence.width())
    with qtbot.waitSignal(empty.action_requested):
        qtbot.mouseClick(empty.button, Qt.MouseButton.LeftButton)
    assert not EmptyState(glyph="users", sentence="Nothing found.").button.isVisibleTo(empty)


def test_where_an_empty_page_is_low_its_icon_gives_way_and_nothing_is_cut(qtbot: QtBot) -> None:
    host = QWidget()  # a list's view, which may be lower than what lies in it wishes
    qtbot.addWidget(host)
    empty = EmptyState(glyph="users", sentence="Nothing found.", action="Clear the search", parent=host)
    host.resize(700, 300)
    show_active(qtbot, host)
    sign = empty._sign
    for height, icon_shown in ((300, True), (102, False), (300, True)):
        empty.setGeometry(0, 0, 700, height)
        QApplication.processEvents()
        assert sign.isVisible() is icon_shown
        parts = [empty.sentence, empty.button, *([sign] if icon_shown else [])]
        for part in parts:
            assert part.height() >= part.minimumSizeHint().height()
            assert empty.rect().contains(part.geometry())
