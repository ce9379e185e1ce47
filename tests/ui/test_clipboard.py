"""Secrets on the clipboard: marked, gone after a while, at lock and at the end; never another's text."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crm_desktop.ui.clipboard import (
    KEPT_S,
    SecretClipboard,
    apple_converter,
    copy_secret,
    forget_copies,
    not_for_history,
)

SECRET = "K7QF3-9XWTM"
_ROOT = Path(__file__).parents[2]


@pytest.fixture
def clipboard(qapp: QApplication) -> Iterator[QClipboard]:
    system = QGuiApplication.clipboard()
    system.clear()
    yield system
    SecretClipboard.of(qapp).forget()
    system.clear()


def test_a_secret_is_marked_as_not_for_any_history(clipboard: QClipboard) -> None:
    copy_secret(SECRET)
    data = clipboard.mimeData()
    assert data.text() == SECRET
    marks = not_for_history(sys.platform)
    assert marks
    assert {name: bytes(data.data(name).data()) for name in marks} == marks


def test_the_marks_of_each_system() -> None:
    assert not_for_history("linux") == {"x-kde-passwordManagerHint": b"secret"}
    windows = not_for_history("win32")
    assert [name.split('"')[1] for name in windows] == [
        "ExcludeClipboardContentFromMonitorProcessing",
        "CanIncludeInClipboardHistory",
        "CanUploadToCloudClipboard",
    ]
    assert set(windows.values()) == {bytes(4)}  # DWORD 0: no
    assert list(not_for_history("darwin")) == ["application/x-nspasteboard-concealed-type"]


def test_the_macs_converter_translates_the_mark_and_nothing_else() -> None:
    converter: Any = apple_converter(object)
    mime = next(iter(not_for_history("darwin")))
    assert converter.utiForMime(mime) == "org.nspasteboard.ConcealedType"
    assert converter.mimeForUti("org.nspasteboard.ConcealedType") == mime
    assert converter.utiForMime("text/plain") == converter.mimeForUti("public.text") == ""
    assert converter.convertFromMime(mime, b"1", "x") == [b"1"]
    assert converter.convertToMime(mime, [b"1"], "x") == b"1"
    assert apple_converter(None) is None


def test_it_stays_for_twenty_seconds(qapp: QApplication) -> None:
    assert KEPT_S == 20
    assert SecretClipboard.of(qapp)._timer.interval() == 20_000
    assert SecretClipboard.of(qapp) is SecretClipboard.of(qapp)


def test_it_goes_when_its_time_is_over(clipboard: QClipboard, qtbot: QtBot) -> None:
    short = SecretClipboard(clipboard, kept_s=0.02)
    short.copy(SECRET)
    assert short.holds_secret
    qtbot.waitUntil(lambda: clipboard.text() == "")
    assert not short.holds_secret


def test_what_was_copied_since_stays(clipboard: QClipboard, qtbot: QtBot) -> None:
    short = SecretClipboard(clipboard, kept_s=0.02)
    short.copy(SECRET)
    clipboard.setText("a street and a number")
    with qtbot.waitSignal(short._timer.timeout):
        pass
    assert clipboard.text() == "a street and a number"


def test_locking_takes_a_secret_back_at_once(clipboard: QClipboard, qapp: QApplication) -> None:
    copy_secret(SECRET)
    forget_copies()
    assert clipboard.text() == ""
    assert not SecretClipboard.of(qapp)._timer.isActive()


def test_nothing_of_the_secret_is_kept_beside_the_clipboard(clipboard: QClipboard) -> None:
    holder = SecretClipboard(clipboard)
    holder.copy(SECRET)
    assert SECRET not in repr(vars(holder))
    holder.forget()


_OWNS = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
app.clipboard().setText("of another program")
QTimer.singleShot(0, lambda: print("ready", flush=True))
QTimer.singleShot(20000, app.quit)
app.exec()
"""
_LOCKS = """
import subprocess, sys
from PySide6.QtWidgets import QApplication
from crm_desktop.ui.clipboard import copy_secret, forget_copies
app = QApplication([])
clipboard = app.clipboard()
clipboard.setText("copied from a cell")
forget_copies()
print(repr(clipboard.text()))
other = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, text=True)
try:
    copy_secret("K7QF3-9XWTM")
    other.stdout.readline()
    while clipboard.text() != "of another program":
        app.processEvents()
    forget_copies()
    app.processEvents()
    print(repr(clipboard.text()))
finally:
    other.terminate()
    other.communicate()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs an X server of its own")
def test_on_a_real_display_our_text_goes_and_another_programs_stays(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    done = subprocess.run(
        ["xvfb-run", "-a", sys.executable, "-c", _LOCKS, _OWNS],
        env=environment | {"PYTHONPATH": str(_ROOT), "QT_QPA_PLATFORM": "xcb"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == ["''", "'of another program'"], done.stderr
