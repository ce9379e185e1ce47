"""Notices that the person leaves the computer: the screen locks, the session is locked, the computer sleeps.

Each system says so in its own way, in a module of its own. Where it says nothing (no bus, a bare window
manager) that is no error: the window still locks after a while without input.
"""

import sys

from PySide6.QtWidgets import QWidget

from crm_desktop.ui.shell.session_watch_base import SessionWatch


def watch_session(window: QWidget, *, platform: str = sys.platform) -> SessionWatch:
    """Listen to the signals of ``platform`` (as sys.platform) on behalf of ``window``."""
    if platform == "win32":
        from crm_desktop.ui.shell.session_watch_windows import WindowsSessionWatch

        return WindowsSessionWatch(window)
    if platform == "darwin":
        from crm_desktop.ui.shell.session_watch_macos import MacSessionWatch

        return MacSessionWatch(window)
    from crm_desktop.ui.shell.session_watch_linux import BusSessionWatch

    return BusSessionWatch(window)
