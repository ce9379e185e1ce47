"""The one list of actions: complete, without clashing keys, and absent where a role has no right."""

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.domain.permissions import RIGHT_BY_NAME, Role, rights_of
from crm_desktop.ui.assets import glyph
from crm_desktop.ui.shell.actions import ACTIONS, GROUPS, Actions


class _Recorder:
    def __init__(self) -> None:
        self.done: list[str] = []

    def record_new(self) -> None:
        self.done.append("new")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def _actions(window: QWidget, role: Role, *handlers: object) -> Actions:
    rights = rights_of(role)
    return Actions(window, may=rights.__contains__, handlers=lambda: handlers)


def test_ids_keys_icons_and_rights_are_sound() -> None:
    keys = Counter(QKeySequence(spec.shortcut).toString() for spec in ACTIONS if spec.shortcut)
    assert [key for key, count in keys.items() if count > 1] == []
    assert len({spec.id for spec in ACTIONS}) == len(ACTIONS)
    assert {spec.group for spec in ACTIONS} == set(GROUPS)
    assert all(spec.needs in RIGHT_BY_NAME for spec in ACTIONS if spec.needs)
    assert all(glyph(spec.icon) for spec in ACTIONS if spec.icon)


def test_what_a_viewer_may_not_do_is_absent(window: QWidget) -> None:
    viewer = _actions(window, Role.VIEWER)
    assert viewer.action("record.new") is None
    assert viewer.action("record.trash") is None
    assert viewer.action("calls.import") is None
    assert viewer.action("record.open") is not None
    assert viewer.action("program.password") is not None
    assert {"record.new", "calls.import"} <= {spec.id for spec in _actions(window, Role.STAFF).available()}


def test_the_first_handler_that_knows_an_action_does_it(window: QWidget) -> None:
    front, behind = _Recorder(), _Recorder()
    actions = _actions(window, Role.STAFF, front, behind)
    action = actions.action("record.new")
    assert action is not None
    action.trigger()
    actions.run("program.lock")
    assert front.done == ["new"]
    assert behind.done == []


def test_keys_of_the_focused_widget_are_shown_and_not_taken(window: QWidget) -> None:
    actions = Actions(window, may=lambda _right: True, handlers=list)
    trash, search = actions.action("record.trash"), actions.action("view.search")
    assert trash is not None
    assert trash.shortcut() == QKeySequence("Del")
    assert trash not in window.actions()
    assert search in window.actions()
