"""Nobody there for a while: noticed at the windows, put off by each key."""

import pytest
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


def test_a_key_in_the_window_starts_the_time_again(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = QWidget()
    show_active(qtbot, window)
    handle = window.windowHandle()
    assert handle is not None
    watch = IdleWatch(window, seconds=1000)
    watch.start()
    restarts: list[bool] = []
    with monkeypatch.context() as patch:
        patch.setattr(watch._timer, "start", lambda: restarts.append(watch.active))
        QCoreApplication.sendEvent(handle, _key(QEvent.Type.KeyRelease))
        assert restarts == []
        QCoreApplication.sendEvent(handle, _key())
        assert restarts == [True]
    watch.stop()
    QCoreApplication.sendEvent(handle, _key())
    assert not watch.active


def _key(kind: QEvent.Type = QEvent.Type.KeyPress) -> QKeyEvent:
    return QKeyEvent(kind, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
