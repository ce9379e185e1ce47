"""The notifications of the operating system: each system has them in its own way, in a module of its own."""

import sys

from PySide6.QtWidgets import QWidget

from crm_desktop.ui.shell.announcer_base import Announcer


def make_announcer(window: QWidget, *, platform: str = sys.platform) -> Announcer:
    """Return the way of ``platform`` (as sys.platform) on behalf of ``window``."""
    if platform.startswith("linux"):
        from crm_desktop.ui.shell.announcer_linux import BusAnnouncer

        return BusAnnouncer(window)
    from crm_desktop.ui.shell.announcer_tray import TrayAnnouncer

    return TrayAnnouncer(window)
