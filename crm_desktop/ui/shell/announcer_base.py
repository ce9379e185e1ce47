"""Says something through the notifications of the operating system, which lie outside the encrypted file.

Desktops keep a list of them and show it over a locked screen: what is announced holds nothing personal.
"""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget


class Announcer(QObject):
    """``answered`` when the person clicks what was announced; each system has a way of its own."""

    answered = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def announce(self, title: str, text: str) -> None:
        """Show a notification; where there is no way to, the window asks for attention in the task bar."""
        if not self.show(title, text):
            QApplication.alert(self._window)

    def show(self, title: str, text: str) -> bool:
        """Show it; False where the system has no place for it."""
        del title, text
        return False

    def stop(self) -> None:
        """Take back what is shown: the program ends."""
