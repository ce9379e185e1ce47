"""Windows and macOS: a notification belongs to an icon of the program beside the clock."""

from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from crm_desktop.ui.assets import icon
from crm_desktop.ui.shell.announcer_base import Announcer


class TrayAnnouncer(Announcer):
    """The icon is there from the first notification until the program ends."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._icon: QSystemTrayIcon | None = None

    def show(self, title: str, text: str) -> bool:
        """Show it at the icon, where there is a place for icons."""
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            return False
        if self._icon is None:
            own = self._window.windowIcon()
            self._icon = QSystemTrayIcon(icon("check-circle", "accent") if own.isNull() else own, self)
            self._icon.messageClicked.connect(self.answered)
            self._icon.activated.connect(lambda _reason: self.answered.emit())
            self._icon.show()
        self._icon.showMessage(title, text, QSystemTrayIcon.MessageIcon.NoIcon)
        return True

    def stop(self) -> None:
        """Take the icon away."""
        if self._icon is not None:
            self._icon.hide()
