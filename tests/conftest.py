"""Qt without a screen, and the promise that no test leaves a thread, a timer or a window behind."""

import gc
import os
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from crm_desktop.ui.garbage import collect_when_due

# A given display (Xvfb, a desktop) is used; otherwise windows are drawn into memory.
if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

QT_FIXTURES = {"qtbot", "qapp", "qtmodeltester"}


def pytest_configure(config: pytest.Config) -> None:
    """Pass over what the memory-only platform says about window managers it does not have.

    Cycles are collected between tests, on the main thread: in a worker Python would end widgets there.
    """
    config.addinivalue_line("qt_log_ignore", "This plugin does not support")
    gc.disable()
    # A busy machine is no failure: no property test looks at the clock.
    settings.register_profile("any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("any speed")


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread running, and with Qt a visible window or an active timer."""
    threads = set(threading.enumerate())
    uses_qt = bool(QT_FIXTURES.intersection(request.fixturenames))
    windows = set(_visible_windows()) if uses_qt else set()
    timers = set(_active_timers()) if uses_qt else set()
    yield
    if uses_qt:
        _delete_later_now()
        assert set(_visible_windows()) <= windows, "the test left a window open"
        assert set(_active_timers()) <= timers, "the test left a timer running"
    left = [thread for thread in threading.enumerate() if thread not in threads and not _is_adopted(thread)]
    for thread in left:
        thread.join(timeout=5)
    assert not [thread.name for thread in left if thread.is_alive()], "the test left a thread running"
    collect_when_due()


def _is_adopted(thread: threading.Thread) -> bool:
    """Whether Python only learned of a foreign thread (Qt's own), which nobody here can end."""
    return thread.name.startswith("Dummy-")


def _visible_windows() -> list[int]:
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        return []
    return [id(window) for window in QApplication.topLevelWidgets() if window.isVisible()]


def _active_timers() -> list[int]:
    import shiboken6
    from PySide6.QtCore import QTimer

    found = (thing for thing in gc.get_objects() if type(thing) is QTimer)
    return [id(timer) for timer in found if shiboken6.isValid(timer) and timer.isActive()]


def _delete_later_now() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
