"""The menu of the person signed in: what concerns the program, and how it looks."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from crm_desktop.ui.messages import tr
from crm_desktop.ui.shell.actions import Actions
from crm_desktop.ui.theme import Mode, Theme

_FIRST = ("record.undo", "record.redo", "", "view.navigation")
_LAST = (
    "program.shortcuts", "", "program.backup", "program.password", "program.other_file", "program.about",
    "program.quit",
)  # fmt: skip


def fill_user_menu(menu: QMenu, actions: Actions, *, set_theme: Callable[[Mode], None]) -> None:
    """Put what the person may do into ``menu``; ``set_theme`` dresses the program."""
    for identity in _FIRST:
        _add(menu, actions.action(identity))
    menu.addMenu(_theme_menu(menu, set_theme))
    for identity in _LAST:
        _add(menu, actions.action(identity))


def _theme_menu(parent: QMenu, set_theme: Callable[[Mode], None]) -> QMenu:
    menu = QMenu(tr("Appearance"), parent)
    group = QActionGroup(menu)
    names: tuple[tuple[Mode, str], ...] = (
        ("system", tr("As the system")),
        ("light", tr("Light")),
        ("dark", tr("Dark")),
        ("high-contrast", tr("High contrast")),
    )
    for mode, words in names:
        action = QAction(words, group)
        action.setCheckable(True)
        action.setChecked(Theme.current().mode == mode)
        action.triggered.connect(lambda _checked=False, mode=mode: set_theme(mode))
        menu.addAction(action)
    return menu


def _add(menu: QMenu, action: QAction | None) -> None:
    if action is not None:
        menu.addAction(action)
    elif menu.actions() and not menu.actions()[-1].isSeparator():
        menu.addSeparator()
