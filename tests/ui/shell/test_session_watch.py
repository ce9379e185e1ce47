"""Leaving the computer locks the window: screen lock and sleep, as each system says them."""

import ctypes
import ctypes.wintypes
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.ui.shell import session_watch_windows
from crm_desktop.ui.shell.session_watch import watch_session
from crm_desktop.ui.shell.session_watch_linux import BusSessionWatch, is_local, session_bus_is_local
from crm_desktop.ui.shell.session_watch_macos import MacSessionWatch
from crm_desktop.ui.shell.session_watch_windows import WindowsSessionWatch, means_leaving

_ROOT = Path(__file__).parents[3]


# --- Linux ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the buses are Linux's")
def test_on_a_real_bus_screen_savers_sleep_and_the_own_session_lock_the_window(tmp_path: Path) -> None:
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(runtime),
        "PYTHONPATH": str(_ROOT),
        "QT_QPA_PLATFORM": "offscreen",
    }
    child = f'DBUS_SYSTEM_BUS_ADDRESS="$DBUS_SESSION_BUS_ADDRESS" exec {sys.executable} -m'
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", f"{child} tests.ui.shell.session_watch_child {tmp_path}"],
        cwd=_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert set(answers.pop("listens_for")) >= {
        "org.freedesktop.ScreenSaver.ActiveChanged",
        "org.gnome.ScreenSaver.ActiveChanged",
        "org.freedesktop.login1.Manager.PrepareForSleep",
        "org.freedesktop.login1.Session.Lock",
    }
    # One each: a screen saver that goes and another person's session are not heard.
    assert answers == {
        "org.freedesktop.ScreenSaver": 1,
        "org.gnome.ScreenSaver": 1,
        "sleep": 1,
        "then": "let go",  # the computer sleeps after the window was locked, not before
        "lock": 1,
        "after_stop": [],
        "at_last": "let go",
    }


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("unix:path=/run/user/1000/bus", True),
        ("unix:abstract=/tmp/dbus-x,guid=1;unix:path=/tmp/y", True),
        ("tcp:host=127.0.0.1,port=4711", False),
        ("unix:path=/tmp/y;tcp:host=example.com,port=1", False),
        ("autolaunch:", False),
        ("", False),
    ],
)
def test_only_buses_behind_a_unix_socket_are_used(address: str, *, local: bool) -> None:
    assert is_local(address) is local
    if address:
        assert session_bus_is_local({"DBUS_SESSION_BUS_ADDRESS": address}) is local


def test_no_bus_is_started_and_none_is_no_error(qtbot: QtBot, tmp_path: Path) -> None:
    assert not session_bus_is_local({})
    assert not session_bus_is_local({"XDG_RUNTIME_DIR": str(tmp_path)})
    (tmp_path / "bus").touch()
    assert session_bus_is_local({"XDG_RUNTIME_DIR": str(tmp_path)})
    window = QWidget()
    qtbot.addWidget(window)
    watch = BusSessionWatch(window, environment={"DBUS_SYSTEM_BUS_ADDRESS": "tcp:host=example.com"})
    assert watch.listens_for == []
    watch.stop()


# --- Windows, with the messages as Windows writes them and a stand-in for its library ---------------------


class _TerminalServices:
    def __init__(self) -> None:
        self.calls: list[tuple[str, int]] = []

    def WTSRegisterSessionNotification(self, handle: int, flags: int) -> int:
        assert flags == 0  # this session only
        self.calls.append(("register", handle))
        return 0  # the service does not run: no error

    def WTSUnRegisterSessionNotification(self, handle: int) -> int:
        self.calls.append(("unregister", handle))
        return 1


def test_windows_messages_of_lock_switch_and_sleep_are_understood(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = _TerminalServices()
    monkeypatch.setattr(session_watch_windows, "_terminal_services", lambda: services)
    window = QWidget()
    qtbot.addWidget(window)
    watch = watch_session(window, platform="win32")
    assert isinstance(watch, WindowsSessionWatch)
    heard: list[int] = []
    watch.left.connect(lambda: heard.append(1))

    def deliver(message: int, parameter: int, kind: bytes = b"windows_generic_MSG") -> int:
        written = ctypes.wintypes.MSG(message=message, wParam=parameter)
        heard.clear()
        taken = watch._filter.nativeEventFilter(QByteArray(kind), ctypes.addressof(written))
        assert taken == (False, 0)
        return len(heard)

    assert deliver(0x02B1, 0x7) == 1  # WTS_SESSION_LOCK
    assert deliver(0x02B1, 0x8) == 0  # unlocked
    assert deliver(0x0218, 0x4) == 1  # PBT_APMSUSPEND
    assert deliver(0x0218, 0x12) == 0  # resumed by itself
    assert deliver(0x000F, 0x7) == 0  # WM_PAINT
    assert deliver(0x02B1, 0x7, b"xcb_generic_event_t") == 0
    assert means_leaving(0x02B1, 0x2)
    assert means_leaving(0x02B1, 0x4)
    watch.stop()
    watch.stop()
    handle = int(window.winId())
    assert services.calls == [("register", handle), ("unregister", handle)]


# --- macOS, with a stand-in for the Objective-C runtime ---------------------------------------------------


class _Runtime:
    def __init__(self) -> None:
        self.sent: list[tuple[object, str, tuple[object, ...]]] = []
        self.told: Callable[[], object] = list
        self._names: dict[int, str] = {}

    def _name(self, name: str) -> int:
        self._names[len(self._names) + 1] = name
        return len(self._names)

    def send(self, receiver: str | int, selector: str, *objects: int | None) -> int:
        names = tuple(None if item is None else self._names[item] for item in objects)
        target = self._names[receiver] if isinstance(receiver, int) else receiver
        self.sent.append((target, selector, names))
        return self._name(f"{target}.{selector}")

    def string(self, text: str) -> int:
        return self._name(text)

    def selector(self, name: str) -> int:
        return self._name(name)

    def observer(self, class_name: str, selector: str, told: Callable[[], object]) -> int:
        self.told = told
        return self._name("observer")


def test_the_mac_is_asked_for_screen_lock_and_sleep(qtbot: QtBot) -> None:
    window, runtime = QWidget(), _Runtime()
    qtbot.addWidget(window)
    watch = MacSessionWatch(window, runtime=runtime)
    added = [(target, names[2]) for target, selector, names in runtime.sent if selector.startswith("add")]
    workspace = "NSWorkspace.sharedWorkspace.notificationCenter"
    assert added == [
        ("NSDistributedNotificationCenter.defaultCenter", "com.apple.screenIsLocked"),
        (workspace, "NSWorkspaceWillSleepNotification"),
        (workspace, "NSWorkspaceSessionDidResignActiveNotification"),
    ]
    with qtbot.waitSignal(watch.left, timeout=1000):
        runtime.told()
    runtime.sent.clear()
    watch.stop()
    watch.stop()
    assert [selector for _, selector, _ in runtime.sent] == ["removeObserver:", "removeObserver:"]
