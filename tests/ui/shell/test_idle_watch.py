"""Nobody there for a while: noticed at the windows, put off by each key."""

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.ui.shell.idle_watch import IdleWatch
from tests.ui.screen import show_active


def test_idle_time_passes_once(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    watch = IdleWatch(window, seconds=0.02)
    with qtbot.waitSignal(watch.idle_passed):
        watch.start()
    assert not watch.active


def test_a_key_in_the_window_starts_the_time_again(qtbot: QtBot) -> None:
    window = QWidget()
    show_active(qtbot, window)
    watch = IdleWatch(window, seconds=1000)
    watch.start()
    watch._timer.setInterval(2_000_000)  # what the next start will count from
    watch._timer.start(5000)
    watch._timer.setInterval(2_000_000)
    handle = window.windowHandle()
    assert handle is not None
    before = watch.remaining_ms
    watch._timer.stop()
    watch.start()
    QCoreApplication.sendEvent(
        handle, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    )
    assert watch.active
    assert watch.remaining_ms >= before
    watch.stop()
    assert not watch.active
