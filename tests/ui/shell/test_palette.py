"""The palette by keyboard: what it finds, what it leaves out, how fast it opens, and what it keeps."""

import json
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import filters
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.shell.palette import Palette
from crm_desktop.ui.shell.palette_entries import Entry, matching, rank, recent_first
from crm_desktop.ui.tasks import Tasks
from tests.environments import Office, add_member
from tests.ui.desk import Desk, add_people

NO_PHONE = filters.Definition((filters.Condition("phone", filters.Operator.EMPTY),))


@pytest.fixture
def desk(qtbot: QtBot, office: Office, tasks: Tasks) -> Desk:
    session = office.open()
    add_people(session)
    filters.add_filter(session, Category.CUSTOMER, "Without a number", NO_PHONE)
    return Desk(qtbot, office, tasks, session)


def opened(desk: Desk) -> Palette:
    action = desk.workspace.actions_list.action("view.palette")
    assert action is not None
    assert action.shortcut().toString() == "Ctrl+K"
    action.trigger()
    palette = desk.workspace.findChild(Palette)
    assert palette is not None
    assert palette.isVisible()
    desk.settle()
    return palette


def typed(desk: Desk, text: str) -> Palette:
    palette = opened(desk)
    palette.field.setText(text)
    desk.settle()
    return palette


def titles(palette: Palette) -> list[str]:
    return [entry.title for entry in palette.model.entries]


def press(palette: Palette, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(palette.field, key)


@pytest.mark.parametrize(
    ("typed", "text", "fit"),
    [
        ("back", "Back up now", 0),
        ("BACK UP", "Back up now", 0),
        ("now ba", "Back up now", 1),
        ("ck", "Back up now", 2),
        ("bun", "Back up now", 3),
        ("uebersicht", "Übersicht", None),
        ("ubers", "Übersicht", 0),
        ("x", "Back up now", None),
        ("wn", "Back up now", None),
        ('" OR 1', "Back up now", None),
    ],
)
def test_typing_fits_an_action_more_or_less(typed: str, text: str, fit: int | None) -> None:
    assert rank(typed, text) == fit


def test_recent_choices_stand_before_others_of_their_rank() -> None:
    entries = [Entry(f"action:{name}", "Action", name, print) for name in ("Copy", "Columns", "Card", "Open")]
    recent = ["action:Card", "record:7", "action:Columns"]
    assert [entry.title for entry in matching("c", entries, recent)] == ["Card", "Columns", "Copy"]
    assert [entry.title for entry in recent_first(entries, recent)] == ["Card", "Columns", "Copy", "Open"]


def test_a_person_is_opened_by_keyboard_alone(desk: Desk) -> None:
    desk.page("privacy")
    palette = typed(desk, "lukas")
    assert titles(palette) == ["Zoë Łukasik"]
    press(palette, Qt.Key.Key_Return)
    desk.settle()
    assert palette.isHidden()
    page = desk.workspace.page
    assert isinstance(page, CustomersPage)
    assert page.panel.contact_id == page.current_contact() is not None


@pytest.mark.parametrize("text", ["07700 900123", "+447700900123", "0044 7700 900 123", "7700-900"])
def test_a_number_is_found_in_any_spacing(desk: Desk, text: str) -> None:
    assert "Harriet Blythe" in titles(typed(desk, text))


def test_enter_before_the_answer_opens_what_it_brings(desk: Desk) -> None:
    palette = opened(desk)
    palette.field.setText("łukasik")
    press(palette, Qt.Key.Key_Return)
    desk.settle()
    assert palette.isHidden()
    assert isinstance(desk.workspace.page, CustomersPage)


def test_arrows_choose_and_escape_gives_the_keyboard_back(desk: Desk) -> None:
    page = desk.workspace.page
    assert isinstance(page, CustomersPage)
    desk.window.activateWindow()
    desk.qtbot.waitUntil(desk.window.isActiveWindow)
    page.search.take_focus()
    palette = typed(desk, "blythe")
    assert len(titles(palette)) == 3
    press(palette, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up)
    assert palette.list.currentIndex().row() == 1
    assert palette.field.accessibleDescription() == palette.model.entries[1].spoken
    press(palette, Qt.Key.Key_Escape)
    assert palette.isHidden()
    assert page.search.hasFocus()
    assert palette.model.rowCount() == 0
    assert palette.field.text() == ""


def test_actions_pages_sections_and_filters_are_found_and_done(desk: Desk) -> None:
    palette = typed(desk, "withnum")
    assert titles(palette) == ["Without a number"]
    press(palette, Qt.Key.Key_Return)
    desk.settle()
    page = desk.workspace.page
    assert isinstance(page, CustomersPage)
    assert page.model.rowCount() == 0
    palette = typed(desk, "keys")
    press(palette, Qt.Key.Key_Return)
    desk.settle()
    administration = desk.workspace.page
    assert isinstance(administration, AdministrationPage)
    assert administration.section_name() == "keys"
    palette = typed(desk, "custom")
    assert titles(palette)[0] == "Customers"
    press(palette, Qt.Key.Key_Return)
    assert isinstance(desk.workspace.page, CustomersPage)
    palette = typed(desk, "fold")
    press(palette, Qt.Key.Key_Return)
    assert desk.workspace.navigation.folded


def test_what_a_role_may_not_do_is_absent(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    session = office.open()
    add_member(session, "viewer", Role.VIEWER)
    session.close()
    desk = Desk(qtbot, office, tasks, office.open("viewer"))
    palette = opened(desk)
    shown = titles(palette)
    assert "Customers" in shown
    assert not {"New", "Move to trash", "Import calls", "Calls", "Administration", "Keys", "Log", "Undo"} & {
        *shown
    }


def test_what_was_chosen_comes_first_and_is_kept_in_the_file_alone(desk: Desk) -> None:
    palette = typed(desk, "owen")
    press(palette, Qt.Key.Key_Return)
    desk.settle()
    palette = typed(desk, "privacy")
    press(palette, Qt.Key.Key_Return)
    desk.settle()
    assert titles(opened(desk))[:2] == ["Privacy", "Owen O'Neill"]
    with desk.session.database.read() as connection:
        (stored,) = connection.execute(
            "SELECT value FROM member_setting WHERE name = 'palette_recent'"
        ).fetchone()
    assert all(key.startswith(("record:", "page:")) for key in json.loads(stored))
    outside = [
        path
        for path in desk.office.environment.data_folder.rglob("*")
        if path.is_file() and path.suffix != ".crm"
    ]
    assert not any(b"palette" in path.read_bytes() for path in outside)


def test_an_answer_to_what_was_typed_before_is_dropped(desk: Desk) -> None:
    palette = opened(desk)
    for text in ("h", "ha", "har", "owen"):
        palette.field.setText(text)
    desk.settle()
    assert titles(palette) == ["Owen O'Neill"]


@pytest.mark.parametrize("text", ['" OR 1', "NEAR(", "'; DROP TABLE contact; --", "*", "%", "\\", "a" * 3000])
def test_fault_48_typed_syntax_finds_nothing_and_breaks_nothing(desk: Desk, text: str) -> None:
    palette = typed(desk, text)
    assert titles(palette) == []
    assert palette.nothing.isVisible()
    palette.field.setText("harriet")
    desk.settle()
    assert titles(palette) == ["Harriet Blythe"]


def test_it_opens_within_a_moment(desk: Desk) -> None:
    opened(desk).close_palette()
    took = []
    for _ in range(5):
        began = time.perf_counter()
        desk.workspace.view_palette()
        palette = desk.workspace.findChild(Palette)
        assert palette is not None
        palette.repaint()
        took.append(time.perf_counter() - began)
        desk.settle()
        palette.close_palette()
    assert min(took) < 0.05


def test_locking_leaves_nothing_of_it(desk: Desk) -> None:
    palette = typed(desk, "owen")
    desk.window.program_lock()
    desk.qtbot.waitUntil(lambda: desk.locked)
    assert not palette.isVisible()
