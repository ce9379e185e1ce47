"""A file exchanged under the window is noticed at once; the person is asked, and nothing is lost."""

import shutil

from PySide6.QtWidgets import QDialog

from crm_desktop.ui.shell.lock_page import LockPage
from crm_desktop.ui.widgets.dialog import Dialog
from tests.ui.desk import Desk, answering


def _swap(desk: Desk) -> None:
    path = desk.office.path
    copy = path.with_name("other")
    shutil.copyfile(path, copy)
    copy.replace(path)


def test_the_window_asks_and_keeps_what_was_open(desk: Desk) -> None:
    asked: list[str] = []

    def keep(dialog: QDialog) -> None:
        assert isinstance(dialog, Dialog)
        asked.append(dialog.windowTitle())
        dialog.accept_button.click()

    answering(keep)
    _swap(desk)
    desk.qtbot.waitUntil(lambda: desk.locked, timeout=10_000)
    desk.settle()
    assert asked == ["Another file was put in the place of this one"]
    locked = desk.window.front
    assert isinstance(locked, LockPage)
    folder = desk.office.path.parent
    (kept,) = folder.glob("acme (open until *.crm")
    assert kept.with_name(f"{kept.name}.keys").is_file()
    assert not (folder / "acme.crm-wal").exists() or (folder / "acme.crm-wal").stat().st_size == 0
    desk.office.open().close()


def test_going_on_reading_is_possible_and_asked_once(desk: Desk) -> None:
    asked: list[int] = []

    def stay(dialog: QDialog) -> None:
        asked.append(1)
        dialog.reject()

    answering(stay)
    _swap(desk)
    desk.qtbot.waitUntil(lambda: asked == [1], timeout=10_000)
    desk.settle()
    assert not desk.locked
    assert desk.workspace._swap_watch._watcher.directories() == []
    assert not list(desk.office.path.parent.glob("acme (open until *"))


def test_saving_as_usual_asks_nothing(desk: Desk) -> None:
    watch = desk.workspace._swap_watch
    heard: list[int] = []
    watch.swapped.connect(lambda: heard.append(1))
    (desk.office.path.parent / "beside.txt").write_text("x", encoding="utf-8")
    desk.qtbot.waitUntil(watch._timer.isActive, timeout=10_000)
    desk.qtbot.waitUntil(lambda: not watch._timer.isActive(), timeout=10_000)
    assert heard == []
